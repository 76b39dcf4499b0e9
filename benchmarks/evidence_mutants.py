"""Mutants of the evidence room: one place of one function changed, in memory only.

A comparison (`<` and `<=`, `==` and `!=`, `is` and `is not`, `in` and `not in`), `and` and `or`,
`+` and `-`, a whole number or a truth value, a `not` or a minus sign dropped, `return None` for a
value, a `raise` left out. Annotations, docstrings and the texts of messages stay as they are.
"""

from __future__ import annotations

import ast
import copy
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import symdl.evidence

ROOM = Path(symdl.evidence.__path__[0])

FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change: where, what, and the definition (function or class) with it."""

    path: Path
    lines: tuple[int, int]
    change: str
    definition: ast.stmt

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOM)}:{self.lines[0]}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    for top in ast.parse(path.read_text()).body:
        if not isinstance(top, ast.FunctionDef | ast.ClassDef):
            continue
        count = len(list(_nodes(top)))
        for index in range(count):
            for number in range(8):
                fresh = copy.deepcopy(top)
                node, owner = list(_nodes(fresh))[index]
                change = _change(node, owner, number)
                if change is None:
                    break
                lines = (node.lineno, getattr(node, "end_lineno", node.lineno))
                yield Mutant(path, lines, change, ast.fix_missing_locations(fresh))


def _nodes(top: ast.AST) -> Iterator[tuple[Any, Any]]:
    """The nodes with code and what they stand in; annotations, decorators, docstrings left out."""
    stack: list[tuple[ast.AST, ast.AST]] = [(top, top)]
    while stack:
        node, owner = stack.pop()
        if hasattr(node, "lineno"):
            yield node, owner
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "args") and not isinstance(
                node, ast.Call | ast.Lambda
            ):
                continue
            if isinstance(node, ast.JoinedStr):
                continue
            children = value if isinstance(value, list) else [value]
            for child in reversed(children):
                documented = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
                if isinstance(child, ast.AST) and not documented:
                    stack.append((child, node))


def _change(node: Any, owner: Any, number: int) -> str | None:
    """Change a node in place; None where there is no such change."""
    if isinstance(node, ast.Compare) and number < len(node.ops):
        old = node.ops[number]
        node.ops[number] = FLIPS[type(old)]()
        return f"{type(old).__name__} to {type(node.ops[number]).__name__}"
    if number:
        return None
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return f"{'or to and' if isinstance(node.op, ast.And) else 'and to or'}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return f"{'- to +' if isinstance(node.op, ast.Add) else '+ to -'}"
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
        return f"{not node.value} to {node.value}"
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        node.value += 1
        return f"{node.value - 1} to {node.value}"
    if isinstance(node, ast.Return) and not (
        node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
    ):
        node.value = ast.Constant(None)
        return "return None"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        name = "not" if isinstance(node.op, ast.Not) else "minus"
        _put(owner, node, node.operand)
        return f"{name} dropped"
    if isinstance(node, ast.Raise):
        _put(owner, node, ast.copy_location(ast.Pass(), node))
        return "raise dropped"
    return None


def _put(owner: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for field, value in ast.iter_fields(owner):
        if value is old:
            setattr(owner, field, new)
        elif isinstance(value, list) and any(item is old for item in value):
            setattr(owner, field, [new if item is old else item for item in value])


def apply(mutant: Mutant) -> bool:
    """Give the functions of the mutant's definition the changed code; False if none is found."""
    name = ".".join(mutant.path.relative_to(ROOM.parent.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )
    module = sys.modules[name]
    changed: dict[str, Any] = {}
    tree = ast.Module([_undecorated(mutant.definition)], [])
    future = __import__("__future__").annotations.compiler_flag
    code = compile(tree, str(mutant.path), "exec", flags=future, dont_inherit=True)
    exec(code, vars(module), changed)
    (new,) = changed.values()
    old = getattr(module, mutant.definition.name)  # type: ignore[attr-defined]
    if not inspect.isclass(new):
        _function(old).__code__ = new.__code__
        return True
    for key, value in vars(new).items():
        if inspect.isfunction(_function(value)) and key in vars(old):
            _function(vars(old)[key]).__code__ = _function(value).__code__
    return True


def _undecorated(definition: ast.stmt) -> ast.stmt:
    """The definition without decorators; a class without what only its creation needs."""
    fresh = copy.deepcopy(definition)
    if isinstance(fresh, ast.FunctionDef):
        fresh.decorator_list = []
    if isinstance(fresh, ast.ClassDef):
        fresh.decorator_list = []
        fresh.bases, fresh.keywords = [], []
        fresh.body = [part for part in fresh.body if isinstance(part, ast.FunctionDef)]
    return fresh


def _function(value: Any) -> Any:
    while not inspect.isfunction(value):
        inner = getattr(value, "__wrapped__", None) or getattr(value, "__func__", None)
        inner = inner or getattr(value, "fget", None) or getattr(value, "func", None)
        if inner is None:
            return value
        value = inner
    return inspect.unwrap(value)
