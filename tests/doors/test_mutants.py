"""Every mutant of the door controller's guards is noticed by its unit tests. None is excused."""

import subprocess
import sys

import pytest

CONTROLLER = ("controller", "commands", "motion", "state")


@pytest.mark.slow
@pytest.mark.parametrize("part", CONTROLLER)
def test_no_mutant_survives(part: str) -> None:
    command = [sys.executable, "-m", "tools.mutants", f"simulators/door_{part}.py"]
    done = subprocess.run(
        [*command, "--tests", "tests/doors/controller"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 survived" in done.stdout


SOURCE = """
def is_allowed(age, member):
    if age >= 18 and member:
        return True
    return False
"""
WEAK = "from {package}.guarded import is_allowed\ndef test_it():\n    assert is_allowed(30, True)\n"
STRONG = (
    WEAK
    + "    assert is_allowed(18, True)\n    assert not is_allowed(17, True)\n    assert not is_allowed(30, False)\n"
)


@pytest.mark.slow
@pytest.mark.parametrize(("tests", "is_caught"), [(WEAK, False), (STRONG, True)])
def test_the_tool_tells_weak_tests_from_strong(
    tmp_path_factory: pytest.TempPathFactory, tests: str, is_caught: bool
) -> None:
    folder = tmp_path_factory.mktemp("mutants")
    package = folder / "toy"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "guarded.py").write_text(SOURCE)
    (folder / "test_guarded.py").write_text(tests.format(package="toy"))
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants", "toy/guarded.py", "--tests", "test_guarded.py"],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) is is_caught, done.stdout + done.stderr
    assert ("age >= 18 -> age > 18" in done.stdout) is not is_caught
