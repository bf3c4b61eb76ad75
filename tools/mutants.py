"""Mutants: does some test notice when a guard of a module is altered?

    python -m tools.mutants simulators/door_controller.py --tests tests/doors/test_controller.py

Each mutant alters one place of the source: a comparison is flipped or moved by its boundary, an operand of `and`/`or`
is dropped, a `not` removed, a condition forced either way, a whole number moved by one. It is compiled in memory and
never written; a forked process loads it in the module's place and runs the tests. A mutant that no test notices
survives, and is a guard that nobody has tested.
"""

import argparse
import ast
import contextlib
import copy
import importlib
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 30
NOTICED, SURVIVED = 1, 0

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


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of `source`, one altered place each."""
    tree = ast.parse(source)
    for function, path in _places(tree):
        node = _at(tree, path)
        for what, altered in _alterations(node):
            mutated = copy.deepcopy(tree)
            _put(mutated, path, altered)
            yield Mutant(f"{function}: {what}", getattr(node, "lineno", 0), ast.fix_missing_locations(mutated))


def survivors(module: str, tests: Sequence[str], only: str = "") -> tuple[list[Mutant], int]:
    """Run `tests` (pytest arguments) against every mutant of `module`; those that nothing noticed, and how many ran.

    Each mutant runs in a process forked from this one, which has the tests' other imports already.
    """
    name = module.removesuffix(".py").replace("/", ".")
    source = Path(module).read_text(encoding="utf-8")
    for warm in ("pytest", "hypothesis", name):
        importlib.import_module(warm)
    if _run(name, source, None, tests) != SURVIVED:
        raise RuntimeError(f"the tests of {module} fail without any mutant; mend them first")
    alive: list[Mutant] = []
    count = 0
    for mutant in mutants(source):
        if only in mutant.what:
            count += 1
            if _run(name, source, mutant, tests) == SURVIVED:
                alive.append(mutant)
    return alive, count


# --- altering -----------------------------------------------------------------------------------------------

Place = tuple[tuple[str, int | None], ...]
"""The way from the module to a node: field names, with an index where the field is a list."""


def _places(tree: ast.Module) -> Iterator[tuple[str, Place]]:
    stack: list[tuple[ast.AST, Place, str]] = [(tree, (), "module")]
    while stack:
        node, path, function = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
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


def _run(name: str, source: str, mutant: Mutant | None, tests: Sequence[str]) -> int:
    """Fork, load the mutant in the module's place, run the tests there; NOTICED or SURVIVED."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_run_here(name, source, mutant, tests))
    _, status = os.waitpid(child, 0)
    return SURVIVED if os.waitstatus_to_exitcode(status) == SURVIVED else NOTICED


def _run_here(name: str, source: str, mutant: Mutant | None, tests: Sequence[str]) -> int:
    import pytest

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(TIMEOUT_S)  # a mutant that never ends is noticed by that
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            _load(name, source, mutant)
        except Exception:
            return NOTICED  # it does not even load
        code = pytest.main(["-q", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", *tests])
    return SURVIVED if code == 0 else NOTICED


def _load(name: str, source: str, mutant: Mutant | None) -> None:
    """Put the altered module where the tests will import it; what imported the true one is imported anew."""
    package = name.partition(".")[0]
    module = importlib.import_module(name)
    stale = [other for other in sys.modules if other.startswith((package + ".", "tests."))]
    for other in stale:
        del sys.modules[other]
    sys.modules[name] = module
    tree = mutant.tree if mutant else ast.parse(source)
    exec(compile(tree, module.__file__ or name, "exec"), module.__dict__)  # noqa: S102  (it runs our own source, with one place altered)
    setattr(sys.modules[package], name.rpartition(".")[2], module)


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
