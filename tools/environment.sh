# Sourced by ./egate and ./check: `environment ROOT EXTRAS` leaves ROOT/.venv with this project and its pinned packages.
# POSIX sh. EXTRAS is a comma-separated list of the optional groups of pyproject.toml, or empty.

find_python() {
    for python in "${EGATE_PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3; do
        [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return 0
    done
    echo "egate: needs Python 3.11 or newer on the PATH (or its name in EGATE_PYTHON)" >&2
    exit 3
}

environment() {
    root=$1 extras=$2
    wanted="$extras $(cat "$root/pyproject.toml" "$root/constraints.txt" | cksum)"
    stamp="$root/.venv/.egate-${extras:-base}"
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
    if [ ! -x "$root/.venv/bin/python" ]; then
        find_python
        if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            echo "egate: this Python has no venv module. On Debian and Ubuntu: apt-get install python$version-venv" >&2
            exit 3
        fi
        echo "egate: making the environment in .venv (once, about a minute)" >&2
        "$python" -m venv "$root/.venv"
    else
        echo "egate: bringing the environment in .venv up to date" >&2
    fi
    "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint "$root/constraints.txt" --config-settings editable_mode=compat \
        --editable "$root${extras:+[$extras]}" || {
        echo "egate: the packages could not be installed; see the lines above (is a package index reachable?)" >&2
        exit 3
    }
    echo "$wanted" >"$stamp"
}
