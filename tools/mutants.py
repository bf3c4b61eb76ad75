"""Mutants: does some test notice when a guard of a module is altered?

    python -m tools.mutants simulators/door_controller.py --tests tests/doors/test_controller.py

Each mutant alters one place of the source: a comparison is flipped or moved by its boundary, an operand of `and`/`or`
is dropped, a `not` removed, a condition forced either way, a whole number moved by one. It is compiled in memory and
never written. The tests are collected once; for every mutant a forked process puts the altered function's code in place
and runs them, those first that noticed a mutant last. What lies outside of functions is loaded anew, by a whole run.
A mutant that no test notices survives, and is a guard that nobody has tested.
"""

import argparse
import ast
import contextlib
import copy
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


@dataclass(frozen=True)
class Mutant:
    """One altered place. `what` names it by function and change, so that it is the same wherever the line moves."""

    what: str
    line: int
    tree: ast.Module
    in_function: bool


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of `source`, one altered place each."""
    tree = ast.parse(source)
    for function, path in _places(tree):
        node = _at(tree, path)
        for what, altered in _alterations(node):
            mutated = copy.deepcopy(tree)
            _put(mutated, path, altered)
            line = getattr(node, "lineno", 0)
            yield Mutant(f"{function}: {what}", line, ast.fix_missing_locations(mutated), _in_function(tree, path))


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


# --- altering -----------------------------------------------------------------------------------------------

Place = tuple[tuple[str, int | None], ...]
"""The way from the module to a node: field names, with an index where the field is a list."""


def _places(tree: ast.Module) -> Iterator[tuple[str, Place]]:
    stack: list[tuple[ast.AST, Place, str]] = [(tree, (), "module")]
    while stack:
        node, path, function = stack.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            function = node.name
        yield function, path
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            if isinstance(value, ast.AST):
                stack.append((value, (*path, (field, None)), function))
            elif isinstance(value, list):
                children = [(item, (*path, (field, index)), function) for index, item in enumerate(value)]
                stack.extend(child for child in children if isinstance(child[0], ast.AST))


def _at(tree: ast.AST, path: Place) -> ast.AST:
    node = tree
    for field, index in path:
        value = getattr(node, field)
        node = value if index is None else value[index]
    return node


def _in_function(tree: ast.AST, path: Place) -> bool:
    """It lies in a function's body, so that exchanging that function's code is enough."""
    nodes = [_at(tree, path[:length]) for length in range(len(path))]
    inside = (field for node, (field, _) in zip(nodes, path, strict=True) if isinstance(node, FUNCTIONS))
    return any(field == "body" for field in inside)


def _put(tree: ast.AST, path: Place, altered: ast.AST) -> None:
    parent = _at(tree, path[:-1])
    field, index = path[-1]
    if index is None:
        setattr(parent, field, altered)
    else:
        getattr(parent, field)[index] = altered


def _alterations(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    text = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else ""
    if isinstance(node, ast.Compare):
        yield from _compared(node, text)
    elif isinstance(node, ast.BoolOp):
        yield from _dropped(node, text)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{text} -> {ast.unparse(node.operand)}", node.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield from _forced(node)
    elif isinstance(node, ast.BinOp | ast.Call | ast.AnnAssign | ast.Assign | ast.keyword):
        yield from _moved(node)


def _compared(node: ast.Compare, text: str) -> Iterator[tuple[str, ast.AST]]:
    for index, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            operators = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            yield from _named(text, ast.Compare(node.left, operators, node.comparators))
    sides = [node.left, *node.comparators]
    for index, side in enumerate(sides):
        for value in _neighbours(side):
            altered = [*sides[:index], value, *sides[index + 1 :]]
            yield from _named(text, ast.Compare(altered[0], node.ops, altered[1:]))


def _dropped(node: ast.BoolOp, text: str) -> Iterator[tuple[str, ast.AST]]:
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield from _named(text, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))


def _forced(node: ast.If | ast.IfExp | ast.While) -> Iterator[tuple[str, ast.AST]]:
    for value in (True, False):
        if isinstance(node, ast.While) and value:
            continue  # it would never end
        altered = copy.copy(node)
        altered.test = ast.Constant(value)
        yield f"if {ast.unparse(node.test)} -> {value}", altered


def _moved(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Whole numbers moved by one: limits, operands, arguments."""
    for field, value in ast.iter_fields(node):
        values = value if isinstance(value, list) else [value]
        for index, item in enumerate(values):
            for neighbour in _neighbours(item):
                altered = copy.copy(node)
                moved = [*values[:index], neighbour, *values[index + 1 :]]
                setattr(altered, field, moved if isinstance(value, list) else neighbour)
                yield f"{_text(node)} -> {_text(altered)}", altered


def _neighbours(node: object) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value)


def _named(text: str, altered: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    yield f"{text} -> {ast.unparse(altered)}", altered


def _text(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else f"{getattr(node, 'arg', '')}=..."


# --- running ------------------------------------------------------------------------------------------------


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
