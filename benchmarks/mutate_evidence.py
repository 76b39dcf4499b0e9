"""Mutate the source of the evidence room and see whether a test notices.

    python benchmarks/mutate_evidence.py [PATTERN ...] [--each N] [--seed S] [--jobs J]
                                         [--lines FILE] [--output FILE]

Each mutant changes one place in one function of `symdl/evidence` (PATTERN: parts of file names):
a comparison (`<` and `<=`, `==` and `!=`, `is` and `is not`, `in` and `not in`), `and` and `or`,
`+` and `-`, a whole number or a truth value, a `not` or a minus sign dropped, `return None` for a
value, a `raise` left out. N mutants of each file are drawn by chance (all without --each). Only
code in memory changes: in a child of the fork the function gets the code of the mutant, and the
tests that ran the changed line before run again, the quick ones first, until one fails. A mutant
that fails none survives: it is shown with its line. Tables on module level are not mutated. FILE
of --lines keeps which test runs which lines for the next run on the same source (learning it
takes minutes).
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib
import inspect
import json
import os
import pkgutil
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import symdl
import symdl.evidence
from symdl import checking

ROOT = Path(__file__).parent.parent
ROOM = ROOT / "symdl" / "evidence"
LONGEST_TEST = 1.0
"""Seconds; slower tests are left out."""
SLOWED = 4
"""How much slower a test is while its lines are noted, roughly."""
LONGEST_MUTANT = 10.0
"""Seconds of tests that a mutant must survive; the quick ones run first."""
MOST_MEMORY = 8 << 30

FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


# --- mutants ----------------------------------------------------------------------------------


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
    name = ".".join(mutant.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
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


# --- tests ------------------------------------------------------------------------------------


@dataclass
class Test:
    name: str
    run: Callable[[], None]
    seconds: float = 0.0
    lines: frozenset[tuple[str, int]] = frozenset()


class _Items:
    items: list[Any] = []

    def pytest_collection_finish(self, session: Any) -> None:
        self.items = session.items


def tests_of() -> list[Test]:
    """The tests that need no fixture, as plain calls."""
    found = _Items()
    files = [str(path) for path in sorted((ROOT / "tests").glob("test_*.py")) if _about(path)]
    chosen = ["-qq", "--collect-only", "-p", "no:cacheprovider", *files]
    pytest.main([*chosen, "--override-ini=addopts="], plugins=[found])
    tests = []
    for item in found.items:
        if not isinstance(item, pytest.Function) or item.get_closest_marker("long"):
            continue
        values = item.callspec.params if hasattr(item, "callspec") else {}
        if set(item.fixturenames) <= set(values):
            tests.append(Test(item.nodeid, _call(item.obj, values)))
    return tests


def _about(path: Path) -> bool:
    """Whether the tests of a file are claims with their verdicts, or about the evidence itself."""
    words = ("claim_tables", "claim_bank", '"cases" / "claims', '"cases" / "recurrence')
    names = ("evidence", "all_x", "audit", "recheck", "normal_form", "enclosure")
    return any(w in path.read_text() for w in words) or path.stem.removeprefix("test_") in names


def _call(function: Callable[..., None], values: dict[str, Any]) -> Callable[[], None]:
    return lambda: function(**values)


def known(tests: list[Test], path: Path) -> list[Test]:
    """The tests with their times and lines as they were kept."""
    kept = json.loads(path.read_text())
    found = [test for test in tests if test.name in kept]
    for test in found:
        test.seconds = kept[test.name][0]
        test.lines = frozenset((p, n) for p, ns in kept[test.name][1].items() for n in ns)
    return found


def keep(tests: list[Test], path: Path) -> None:
    """Write the times and lines of tests."""
    told: dict[str, Any] = {}
    for test in tests:
        lines: dict[str, list[int]] = {}
        for place, number in sorted(test.lines):
            lines.setdefault(place, []).append(number)
        told[test.name] = (test.seconds, lines)
    path.write_text(json.dumps(told))


def measure(tests: list[Test], jobs: int) -> list[Test]:
    """The tests that pass quickly and run code of the room, with their times and lines."""
    room = str(ROOM)

    def work(test: Test) -> Any:
        seen: set[tuple[str, int]] = set()

        def local(frame: Any, event: str, _: Any) -> Any:
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            return local

        def trace(frame: Any, event: str, _: Any) -> Any:
            if not frame.f_code.co_filename.startswith(room):
                return None
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            return local

        start = time.process_time()
        sys.settrace(trace)
        try:
            test.run()
        except BaseException:
            return None
        finally:
            sys.settrace(None)
        return (time.process_time() - start) / SLOWED, sorted(seen)

    kept = []
    for test, answer in in_children(tests, work, jobs, SLOWED * LONGEST_TEST):
        if answer is not None and answer[1]:
            test.seconds, test.lines = answer[0], frozenset((p, n) for p, n in answer[1])
            kept.append(test)
    return kept


def in_children(
    works: list[Any], work: Callable[[Any], Any], jobs: int, limit: float
) -> Iterator[tuple[Any, Any]]:
    """`work` of each item in a child of its own, a few at a time; None where it died."""
    waiting = list(reversed(works))
    running: list[tuple[Any, int, int]] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            item = waiting.pop()
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reader)
                _as_child(work, item, writer, limit)
            os.close(writer)
            running.append((item, child, reader))
        item, child, reader = running.pop(0)
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        yield item, json.loads(told) if told else None


def _as_child(work: Callable[[Any], Any], item: Any, writer: int, limit: float) -> None:
    signal.setitimer(signal.ITIMER_PROF, limit)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        answer = json.dumps(work(item)).encode()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


# --- the run ----------------------------------------------------------------------------------


def judge(mutants: list[Mutant], tests: list[Test], jobs: int) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with the name of a test that fails, `unreached`, or empty where it survives."""
    by_line: dict[tuple[str, int], list[Test]] = {}
    for test in sorted(tests, key=lambda test: test.seconds):
        for line in test.lines:
            by_line.setdefault(line, []).append(test)

    def chosen(mutant: Mutant) -> list[Test]:
        first, last = mutant.lines
        found: dict[str, Test] = {}
        for line in range(first, last + 1):
            for test in by_line.get((str(mutant.path), line), []):
                found[test.name] = test
        return sorted(found.values(), key=lambda test: test.seconds)

    def work(mutant: Mutant) -> str:
        run = chosen(mutant)
        if not run:
            return "unreached"
        apply(mutant)
        spent = 0.0
        for test in run:
            spent += test.seconds
            if spent > LONGEST_MUTANT:
                break
            try:
                test.run()
            except BaseException:
                return test.name
        return ""

    for mutant, answer in in_children(mutants, work, jobs, 3 * LONGEST_MUTANT):
        yield mutant, "late or crashed" if answer is None else answer


def survivors_table(found: list[tuple[Mutant, str]]) -> Iterator[str]:
    yield "| place | change | line |"
    yield "|---|---|---|"
    for mutant, answer in found:
        if answer in ("", "unreached"):
            text = mutant.path.read_text().splitlines()[mutant.lines[0] - 1].strip()
            note = " (no test runs it)" if answer else ""
            shown = text.replace("|", "\\|")
            yield f"| {mutant.place} | {mutant.change}{note} | `{shown}` |"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--output", type=Path)
    chosen = parser.parse_args()
    draw = random.Random(chosen.seed)
    mutants: list[Mutant] = []
    for path in sorted(ROOM.rglob("*.py")):
        if not chosen.patterns or any(p in str(path.relative_to(ROOM)) for p in chosen.patterns):
            found = list(mutants_of(path))
            few = 0 < chosen.each < len(found)
            mutants += draw.sample(found, chosen.each) if few else found
    for part in pkgutil.walk_packages(symdl.evidence.__path__, "symdl.evidence."):
        importlib.import_module(part.name)
    checking.can_fork = lambda: False  # a claim judged in a child of its own would hide its lines
    symdl.read(r"\sigma(x) + \text{GELU}(x)")
    tests = tests_of()
    gc.collect()
    gc.freeze()
    start = time.time()
    if chosen.lines and chosen.lines.exists():
        tests = known(tests, chosen.lines)
    else:
        tests = measure(tests, chosen.jobs)
        if chosen.lines:
            keep(tests, chosen.lines)
    print(f"{len(tests)} tests, {time.time() - start:.0f} s to learn what they run", flush=True)
    start = time.time()
    judged = []
    for found, answer in judge(mutants, tests, chosen.jobs):
        judged.append((found, answer))
        if len(judged) % 100 == 0:
            print(f"{len(judged)} of {len(mutants)}", file=sys.stderr, flush=True)
    counts = Counter(answer if answer in ("", "unreached") else "noticed" for _, answer in judged)
    print(
        f"{len(judged)} mutants, {counts['noticed']} noticed, {counts['']} survive, "
        f"{counts['unreached']} in lines that no test runs; {time.time() - start:.0f} s"
    )
    told = "\n".join(survivors_table(judged)) + "\n"
    if chosen.output:
        chosen.output.write_text(told)
    else:
        print(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
