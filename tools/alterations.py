"""The altered copies of a module that tools/mutants.py holds the tests against. Source in, syntax trees out."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

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
