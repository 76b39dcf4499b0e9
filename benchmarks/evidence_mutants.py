"""Mutants of the evidence room: one place of one function changed, in memory only.

A comparison (`<` and `<=`, `==` and `!=`, `is` and `is not`, `in` and `not in`), `and` and `or`,
`+` and `-`, a whole number or a truth value, a `not` or a minus sign dropped, `return None` for a
value, a `raise` left out. Annotations, docstrings and the texts of messages stay as they are.
"""

from __future__ import annotations

import ast
import copy
import gc
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
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
    """One change: where, what, and the definition (function or class) that it changes."""

    path: Path
    lines: tuple[int, int]
    change: str
    top: ast.stmt
    index: int
    number: int

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOM)}:{self.lines[0]}"

    @property
    def text(self) -> str:
        return self.path.read_text().splitlines()[self.lines[0] - 1].strip()

    @property
    def definition(self) -> ast.stmt:
        """The definition with the change."""
        fresh = copy.deepcopy(self.top)
        node, owner = list(_nodes(fresh))[self.index]
        _change(node, owner, self.number)
        return ast.fix_missing_locations(fresh)


def mutants_of(path: Path) -> Iterator[Mutant]:
    for top in ast.parse(path.read_text()).body:
        if not isinstance(top, ast.FunctionDef | ast.ClassDef):
            continue
        for index, (node, _) in enumerate(_nodes(top)):
            for number in range(8):
                tried = copy.copy(node)
                if isinstance(tried, ast.Compare):
                    tried.ops = list(tried.ops)
                change = _change(tried, ast.Module(), number)
                if change is None:
                    break
                lines = (node.lineno, getattr(node, "end_lineno", node.lineno))
                yield Mutant(path, lines, change, top, index, number)


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


def apply(mutant: Mutant) -> Callable[[], None]:
    """Give the functions of the mutant's definition the changed code; how to take it back."""
    before = []
    for old, new in _pairs(mutant):
        for function, code in ((old, new.__code__), *_made_before(old.__code__, new.__code__)):
            before.append((function, function.__code__))
            function.__code__ = code

    def undo() -> None:
        for function, code in before:
            function.__code__ = code

    return undo


_MADE: dict[types.CodeType, list[types.FunctionType]] = {}


def note_functions() -> None:
    """Know the functions that exist: rules that another function made when it was imported."""
    for each in gc.get_objects():
        if isinstance(each, types.FunctionType) and str(each.__module__).startswith(
            symdl.evidence.__name__
        ):
            _MADE.setdefault(each.__code__, []).append(each)


def room_code() -> Iterator[types.CodeType]:
    """The code of the functions that exist, and of those within them."""
    stack = list(_MADE)
    while stack:
        code = stack.pop()
        yield code
        stack += [inner for inner in code.co_consts if isinstance(inner, types.CodeType)]


def _made_before(
    old: types.CodeType, new: types.CodeType
) -> Iterator[tuple[types.FunctionType, types.CodeType]]:
    """The functions made inside of a function before it was changed, with their new code."""
    inner = [[c for c in code.co_consts if isinstance(c, types.CodeType)] for code in (old, new)]
    for before, after in zip(*inner, strict=False):
        if before.co_name == after.co_name and before.co_freevars == after.co_freevars:
            yield from ((function, after) for function in _MADE.get(before, ()))
            yield from _made_before(before, after)


def _pairs(mutant: Mutant) -> Iterator[tuple[Any, Any]]:
    """The functions as they are, each with itself as the mutant has it."""
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
    label = mutant.top.name  # type: ignore[attr-defined]
    old = getattr(module, label)
    if not inspect.isclass(new):
        found = _function(old)
        # a rung keeps its function to itself
        yield (found if inspect.isfunction(found) else _noted(name, label)), new
        return
    for key, value in vars(new).items():
        if inspect.isfunction(_function(value)) and key in vars(old):
            yield _function(vars(old)[key]), _function(value)


# --- what a mutant does to its function -------------------------------------------------------

WORST_FIRST = ("gives more", "gives something else", "gives less", "raises", "gives the same")


def worst(differences: set[str]) -> str:
    """The worst of what was seen; empty where the function was never called."""
    return next((name for name in WORST_FIRST if name in differences), "")


def comparing(mutant: Mutant) -> set[str]:
    """Let each call of the functions run both ways from now on; the answer grows with what is
    seen. The call itself gets the unchanged answer."""
    seen: set[str] = set()
    running: list[int] = []

    def watch(old: Any, new: Any) -> None:
        parts = (old.__globals__, old.__name__, old.__defaults__, old.__closure__)
        ways = [types.FunctionType(code, *parts) for code in (old.__code__, new.__code__)]
        for way in ways:
            way.__kwdefaults__ = old.__kwdefaults__

        def run(way: int, args: Any, named: Any) -> Any:
            running.append(way)
            try:
                given = ways[way](*args, **named)
                return list(islice(given, 200)) if inspect.isgenerator(given) else given
            finally:
                running.pop()

        def both(args: Any, named: Any) -> Any:
            if running:
                return ways[running[-1]](*args, **named)
            try:
                changed = run(1, args, named)
            except Exception:
                seen.add("raises")
                return ways[0](*args, **named)
            usual = run(0, args, named)
            seen.add(_difference(usual, changed))
            return iter(usual) if inspect.isgeneratorfunction(ways[0]) else usual

        label = f"_both_{id(old)}"
        old.__globals__[label] = both
        space: dict[str, Any] = {}
        exec(f"def way(*args, **named): return {label}(args, named)", space)
        old.__defaults__ = old.__kwdefaults__ = None
        old.__code__ = space["way"].__code__

    for old, new in _pairs(mutant):
        if not old.__closure__:
            watch(old, new)
    return seen


def _difference(usual: Any, changed: Any) -> str:
    """How the changed answer differs from the usual one; signs are more the farther from 0."""
    try:
        if usual is changed or usual == changed or repr(usual) == repr(changed):
            return "gives the same"
        if not usual and not changed:
            return "gives the same"
    except Exception:
        return "gives something else"
    if not usual:
        return "gives more"
    if (
        changed is None
        or changed is False
        or (type(usual) is int and 0 <= changed * usual < usual**2)
    ):
        return "gives less"
    return "gives something else"


def _noted(module: str, label: str) -> types.FunctionType:
    """The function of a module that was made by this name, whatever has the name now."""
    made = (function for functions in _MADE.values() for function in functions)
    return next(f for f in made if (f.__module__, f.__qualname__) == (module, label))


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
