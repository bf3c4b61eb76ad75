"""Mutants: does some test notice when a guard of a module is altered?

    python -m tools.mutants simulators/door_controller.py --tests tests/doors/controller

Each mutant alters one place of the source: a comparison is flipped or moved by its boundary, an operand of `and`/`or`
is dropped, a `not` removed, a condition forced either way, a whole number moved by one. It is compiled in memory and
never written. The tests are collected once; for every mutant a forked process puts the altered function's code in place
and runs them, those first that noticed a mutant last. What lies outside of functions is loaded anew, by a whole run.
A mutant that no test notices survives, and is a guard that nobody has tested.
"""

import argparse
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tools.alterations import Mutant, mutants

PYTEST = (
    "-q",
    "--no-header",
    "--tb=no",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:faulthandler",
)
TIMEOUT_S = 30
NOTICED, SURVIVED = 1, 0


def survivors(module: str, tests: Sequence[str], only: str = "") -> tuple[list[Mutant], int]:
    """Run `tests` (pytest arguments) against every mutant of `module`; those that nothing noticed, and how many ran."""
    name = module.removesuffix(".py").replace("/", ".")
    source = Path(module).read_text(encoding="utf-8")
    importlib.import_module(name)
    chosen = [mutant for mutant in mutants(source) if only in mutant.what]
    inner = [mutant for mutant in chosen if mutant.in_function]
    judge = Judge(name, inner)
    with _quiet():
        pytest.main([*PYTEST, *tests], plugins=[judge])
    if not judge.has_judged:
        raise RuntimeError(f"the tests of {module} fail or are none without any mutant; mend them first")
    alive = judge.alive + [
        mutant for mutant in chosen if not mutant.in_function and _survives_anew(name, mutant, tests)
    ]
    return sorted(alive, key=lambda mutant: mutant.line), len(chosen)


class Judge:
    """A pytest plugin that runs the collected tests once for each mutant, each time in a fork of this process."""

    def __init__(self, name: str, mutants: Sequence[Mutant]) -> None:
        self.alive: list[Mutant] = []
        self.has_judged = False
        self._name = name
        self._mutants = mutants

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = list(session.items)
        if not items or session.testsfailed or _forked(lambda: _first_failure(session, items)) is not None:
            return True
        gc.freeze()  # a child's collector would touch, and so copy, every page
        for mutant in self._mutants:
            noticed_by = _forked(functools.partial(self._judged, session, items, mutant))
            if noticed_by is None:
                self.alive.append(mutant)
            elif noticed_by < len(items):
                items.insert(0, items.pop(noticed_by))
        self.has_judged = True
        return True

    def _judged(self, session: pytest.Session, items: list[pytest.Item], mutant: Mutant) -> int | None:
        _exchange_code(self._name, mutant)
        return _first_failure(session, items)


def _first_failure(session: pytest.Session, items: Sequence[pytest.Item]) -> int | None:
    for index, item in enumerate(items):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if session.testsfailed:
            return index
    return None


def _forked(work: Callable[[], int | None]) -> int | None:
    """What `work` returns in a child process; a large number when the child does not end well."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(TIMEOUT_S)  # a mutant that never ends is noticed by that
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    return json.loads(answer) if answer else sys.maxsize


def _exchange_code(name: str, mutant: Mutant) -> None:
    """Give the module's own functions the altered code, wherever they have been imported already."""
    altered: dict[str, Any] = {"__name__": name}
    exec(compile(mutant.tree, name, "exec"), altered)  # noqa: S102  (our own source, with one place altered)
    originals = dict(_functions(vars(sys.modules[name]), name))
    for qualified, function in _functions(altered, name):
        original = originals[qualified]
        if original.__code__.co_code != function.__code__.co_code or original.__code__ != function.__code__:
            original.__code__ = function.__code__


def _functions(namespace: Mapping[str, Any], module: str) -> Iterator[tuple[str, types.FunctionType]]:
    for value in list(namespace.values()):
        unwrapped = getattr(value, "fget", None) or getattr(value, "__func__", None) or value
        if isinstance(unwrapped, types.FunctionType) and unwrapped.__module__ == module:
            yield unwrapped.__qualname__, unwrapped
        elif isinstance(value, type) and value.__module__ == module:
            yield from _functions(vars(value), module)


def _survives_anew(name: str, mutant: Mutant, tests: Sequence[str]) -> bool:
    """A whole run of its own, with the altered module loaded in the true one's place."""
    return _forked(lambda: _run_anew(name, mutant, tests)) == SURVIVED


def _run_anew(name: str, mutant: Mutant, tests: Sequence[str]) -> int:
    with _quiet():
        try:
            _load(name, mutant)
        except Exception:
            return NOTICED  # it does not even load
        return SURVIVED if pytest.main([*PYTEST, "-x", *tests]) == 0 else NOTICED


def _load(name: str, mutant: Mutant) -> None:
    """Put the altered module where the tests will import it; what has imported the true one is imported anew."""
    package, _, leaf = name.rpartition(".")
    module = sys.modules[name]
    for other in [other for other in sys.modules if other.startswith((package + ".", "tests."))]:
        del sys.modules[other]
    sys.modules[name] = module
    exec(compile(mutant.tree, name, "exec"), vars(module))  # noqa: S102  (our own source, with one place altered)
    setattr(sys.modules[package], leaf, module)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What pytest has to say of a mutant is of no interest."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", help="a file of the source tree, as simulators/door_controller.py")
    parser.add_argument("--tests", nargs="+", required=True, help="what pytest is to run against every mutant")
    parser.add_argument("--only", default="", help="mutants whose description contains this")
    asked = parser.parse_args()
    alive, count = survivors(asked.module, asked.tests, asked.only)
    for mutant in alive:
        print(f"{asked.module}:{mutant.line}: survived: {mutant.what}")
    print(f"{asked.module}: {count} mutants, {len(alive)} survived")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
