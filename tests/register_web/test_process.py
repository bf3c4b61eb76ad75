"""`egate register serve` as a process: both doors over TLS, each for its own; staff by command; an end in order."""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from cli.main import app
from register import audit
from register.store import Store
from tests.register.asking import QUESTION
from tests.register.conftest import VISA
from web.tls import client_side

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]
PASSWORD = "correct horse battery"  # noqa: S105  (a test's)
LIMIT_S = 60.0


def run(*arguments: object) -> str:
    ran = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@contextmanager
def serving(*options: object) -> Iterator[tuple[list[str], "subprocess.Popen[str]"]]:
    """The lines that it said, one for each door, and the process."""
    command = [
        sys.executable,
        "-m",
        "cli",
        "register",
        "serve",
        "--port",
        "0",
        "--people-port",
        "0",
        *map(str, options),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        assert process.stdout is not None
        yield [process.stdout.readline() for _ in range(2)], process
    finally:
        process.kill()
        process.wait(LIMIT_S)
        process.stdout.close()


def asked(url: str, where: str, body: Any, token: str, tls: ssl.SSLContext) -> tuple[int, Any]:
    with httpx.Client(base_url=url, verify=tls, trust_env=False, timeout=LIMIT_S) as client:
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        method = "GET" if body is None else "POST"
        answer = client.request(method, where, json=body, headers=shown)
        return answer.status_code, answer.json()


def until_noted(register: Path, code: str) -> None:
    """The service notes it beside its work, so it may take a moment."""
    ends_s = time.monotonic() + LIMIT_S
    with Store(register) as store:
        while True:
            with store.database.reading() as connection:
                if code in [each.detail.get("code") for each in audit.entries(connection)]:
                    return
            assert time.monotonic() < ends_s, f"{code} is not in the audit"
            time.sleep(0.05)


def test_gates_and_people_come_in_by_doors_of_their_own(tmp_path: Path) -> None:
    register, keys, secret = tmp_path / "r.sqlite", tmp_path / "keys", tmp_path / "password"
    secret.write_text(PASSWORD)
    with Store(register, create=True) as store:
        store.add([VISA])
    run("certs", "make", keys, "--gate", "gate-1", "--gate", "gate-2")
    run("register", "staff", "officer-7", "--register", register, "--role", "lane_officer", "--password-file", secret)
    made = run("register", "token", "gate-1", "--register", register, "--scope", "gate").strip()
    own, other = keys / "gates" / "gate-1", keys / "gates" / "gate-2"
    gate = client_side(own / "ca.pem", own / "gate.pem", own / "gate.key")
    stranger = ssl.create_default_context(cafile=own / "ca.pem")
    with serving("--register", register, "--keys", keys / "register") as (said, process):
        gates, people = (next(word for word in line.split() if word.startswith("https://")) for line in said)
        token, others = (own / "token").read_text(), (other / "token").read_text()

        assert asked(gates, "/v1/records/search", QUESTION, token, gate)[0] == 200
        assert asked(gates, "/v1/records/search", QUESTION, made, gate)[0] == 200
        status, problem = asked(gates, "/v1/records/search", QUESTION, others, gate)
        assert (status, problem["code"]) == (403, "certificate_of_another")
        with pytest.raises(httpx.TransportError):
            asked(gates, "/v1/records/search", QUESTION, token, stranger)
        assert asked(gates, "/v1/sessions", {}, token, gate)[0] == 404
        until_noted(register, "certificate_missing")

        status, session = asked(people, "/v1/sessions", {"name": "officer-7", "password": PASSWORD}, "", stranger)
        assert (status, session["roles"]) == (201, ["lane_officer"])
        status, record = asked(people, "/v1/records/V-1", None, session["token"], stranger)
        assert (status, record["record"]) == (200, "V-1")
        assert asked(people, "/v1/copies/changes", {}, token, stranger)[0] == 404

        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
