"""Which helpers a generated body needs, as source text from the runtime files beside this one."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.resources import files

_FILES = {"numpy": "numpy_runtime.py", "torch": "torch_runtime.py", "jax": "jax_runtime.py"}
_NAME = re.compile(r"(?<![\w.])_[A-Za-z]\w*")


@cache
def _definitions(backend: str) -> dict[str, str]:
    """Top-level functions and constants of a runtime file by name, in its order."""
    text = files("symdl.code").joinpath(_FILES[backend]).read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            source = ast.get_source_segment(text, node) or ""
            found[node.name] = re.sub(r": Any\b|: float\b| -> Any\b", "", source)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.get_source_segment(text, node) or ""
    return found


def helpers(backend: str, body: str) -> list[str]:
    """Lines of the helpers that a body uses, directly or through one another."""
    if backend not in _FILES:
        return []
    table = _definitions(backend)
    needed: set[str] = set()
    waiting = [body]
    while waiting:
        for name in _NAME.findall(waiting.pop()):
            if name in table and name not in needed:
                needed.add(name)
                waiting.append(table[name])
    lines: list[str] = []
    for name, source in table.items():
        if name in needed:
            lines += ["", *source.split("\n"), ""]
    return lines
