"""The rooms of the house: imports point backwards only, and what is light stays light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import symdl

ROOT = Path(symdl.__file__).parent
ROOMS = ("document", "latex", "expression", "derivation", "code", "evidence", "report")
HEAVY = frozenset({"sympy", "numpy", "flint", "yaml", "mpmath", "scipy", "torch", "jax"})
LIGHT_FILES = {
    "__init__.py": {*HEAVY, "argparse", "dataclasses"},
    "cli.py": HEAVY,
    "runs/dispatch.py": HEAVY,
    "runs/running.py": HEAVY,
    "runs/workers.py": HEAVY,
    "runs/cache.py": HEAVY,
    "pytest_plugin.py": HEAVY,
}
ALLOWED_HEAVY = {
    "document": {"yaml"},
    "derivation": {"flint"},
    "code": {"numpy"},
    "evidence": {"flint"},
}
FILES = sorted(ROOT.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def module_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run on import; not what only a type checker reads."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        for name in ("body", "orelse", "finalbody"):
            waiting += getattr(node, name, [])


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT).parts
    return parts[0] if len(parts) > 1 and parts[0] in ROOMS else None


IN_ROOMS = [path for path in FILES if room_of(path)]
COMMAND_LINE = ("symdl.cli", "symdl.commands", "symdl.pytest_plugin", "symdl.__main__")
"""What people start; nothing else imports it."""


def module_of(path: Path) -> str:
    return ".".join(("symdl", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(
        ".__init__"
    )


def test_imports_point_backwards_only() -> None:
    for path in IN_ROOMS:
        room = room_of(path)
        assert room is not None
        own = ROOMS.index(room)
        for name in imported(ast.walk(parsed(path))):
            parts = name.split(".")
            if parts[0] != "symdl" or len(parts) < 2 or parts[1] == "version":
                continue
            assert parts[1] in ROOMS, f"{path.name} of {room} imports {name}, which is above it"
            assert ROOMS.index(parts[1]) <= own, f"{path.name} of {room} imports {name} ahead of it"


def test_nothing_imports_the_command_line() -> None:
    for path in FILES:
        if not module_of(path).startswith(COMMAND_LINE):
            for name in imported(ast.walk(parsed(path))):
                assert not f"{name}.".startswith(tuple(f"{m}." for m in COMMAND_LINE)), path


def test_no_circles() -> None:
    """Files, whether in rooms or around them, can be put in an order in which they import."""
    known = {module_of(path): path for path in FILES}
    graph = {}
    for name, path in known.items():
        found = imported(module_level(parsed(path)))  # type: ignore[arg-type]
        graph[name] = {other for other in found if other in known and other != name}
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(FILES) > 200


def test_latex_knows_only_sources_and_errors() -> None:
    for path in (ROOT / "latex").glob("*.py"):
        for name in imported(ast.walk(parsed(path))):
            if name.startswith("symdl.document"):
                assert name.startswith(("symdl.document.source", "symdl.document.errors"))


def test_heavy_packages_are_imported_where_they_are_needed() -> None:
    for path in FILES:
        room = room_of(path)
        forbidden = set(HEAVY) - ALLOWED_HEAVY.get(room or "", set())
        if room is None:
            forbidden = set(LIGHT_FILES.get(str(path.relative_to(ROOT)), {"sympy"}))
        if path.name.startswith("sympy_") or path.name == "second_reader.py":
            continue
        names = imported(module_level(parsed(path)))  # type: ignore[arg-type]
        found = {name.split(".")[0] for name in names} & forbidden
        assert not found, f"{path.name} imports {found} at module level"


def modules_after(code: str) -> set[str]:
    """Top-level modules that are loaded after running some code in a fresh process."""
    code += "\nimport sys; print('\\nMODULES', *{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("MODULES", 1)[1].split())


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import symdl", HEAVY | {"argparse", "dataclasses", "json"}),
        (
            "from symdl.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
            HEAVY | {"dataclasses", "json"},
        ),
        ("import symdl.pytest_plugin", HEAVY),
        ("import symdl.runs.running, symdl.report.terminal", HEAVY),
        ("import symdl.latex, symdl.expression.reading, symdl.expression.printer", HEAVY),
        ("import symdl.document.source, symdl.document.errors", HEAVY),
        ("import symdl; symdl.read('x + 1').latex", {"sympy", "numpy", "flint"}),
        ("import symdl; symdl.check('x + x = 2 x')", {"sympy", "numpy"}),
    ],
)
def test_what_is_light_stays_light(code: str, absent: set[str]) -> None:
    assert not modules_after(code) & absent


def test_no_file_grows_without_end() -> None:
    long = {p.name: n for p in FILES if (n := len(p.read_text().splitlines())) > 600}
    assert not long, f"files of about 300 lines, please: {long}"


def test_the_guides_name_what_is_there() -> None:
    """Each file in backquotes is one of the tree, and defines what is said to be in it."""
    top = ROOT.parent
    files = {
        p.relative_to(top).as_posix(): p
        for d in ("symdl", "tests", "benchmarks")
        for p in top.glob(d + "/**/*.*")
    }
    for name in ("CONTRIBUTING.md", "docs/architecture.md", "docs/evidence.md"):
        text = (top / name).read_text("utf-8")
        for path in re.findall(r"`([a-z_0-9/]+\.(?:py|toml|txt))`", text):
            assert any(f"/{f}".endswith(f"/{path}") for f in files), f"{name}: {path}"
        for noun, path in re.findall(r"`(\w+)`\s+(?:of|in)\s+`([\w/]+\.py)`", text):
            found = [p for f, p in files.items() if f"/{f}".endswith(f"/{path}")]
            assert any(re.search(rf"\b{noun}\b", p.read_text("utf-8")) for p in found), (name, noun)
