"""Which helpers a generated body needs, as source text from the runtime files beside this one."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"(?<![\w.])(?:_[A-Za-z]\w*|[a-z]\w*_(?=\())")
_C_NAME = re.compile(r"^static double (\w+)\(", re.MULTILINE)


@cache
def _definitions(backend: str) -> dict[str, str]:
    """Helpers by name, in the order of their file."""
    if backend == "c":
        blocks = _read("runtime.c").rstrip().split("\n\n")
        found: dict[str, str] = {}
        for block in blocks:
            name = _C_NAME.match(block)
            if name is None:
                found[next(reversed(found))] += "\n\n" + block
            else:
                found[name[1]] = block
        return found
    if backend == "jax":
        # JAX has NumPy's functions under another name; only a few helpers differ.
        shared = {n: re.sub(r"\bnp\.", "jnp.", s) for n, s in _definitions("numpy").items()}
        return shared | _python("jax_runtime.py")
    return _python(f"{backend}_runtime.py")


def _read(name: str) -> str:
    return files("symdl.code").joinpath(name).read_text(encoding="utf-8")


def _python(name: str) -> dict[str, str]:
    """Top-level functions and constants of a runtime file, without annotations."""
    text = _read(name)
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        source = ast.get_source_segment(text, node) or ""
        if isinstance(node, ast.FunctionDef):
            found[node.name] = re.sub(r": (Any|float|int)\b| -> Any\b", "", source)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = source
    return found


def helpers(backend: str, body: str) -> list[str]:
    """The sources of the helpers that a body uses, directly or through one another."""
    table = _definitions(backend)
    needed: set[str] = set()
    waiting = [body]
    while waiting:
        for name in _NAME.findall(waiting.pop()):
            if name in table and name not in needed:
                needed.add(name)
                waiting.append(table[name])
    return [source for name, source in table.items() if name in needed]
