"""The text around a function body: imports, helpers, signature; one writer a language."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symdl.code.backends import Backend
from symdl.code.names import comment, fresh
from symdl.code.runtime.helpers import helpers


@dataclass(frozen=True, slots=True)
class Body:
    """What a module says: the function's name, its arguments with defaults (or None), those of
    them that become arrays of one type, the assignments (text, remark), the results, lines of
    prose for people, (in SymPy) the lines that make its symbols, and names for the results
    where they are named. `wide`: single precision is computed in
    double. `stepping`: some arguments are settings, one number for a whole array. `before`: lines
    on arguments as they came, before they get their type. `parts`: functions that it calls."""

    name: str
    arguments: Mapping[str, str | None]
    floating: Sequence[str]
    lines: Sequence[tuple[str, str]]
    results: Sequence[str]
    doc: Sequence[str]
    symbols: Sequence[str] = ()
    called: Sequence[str] = ()
    wide: bool = False
    stepping: bool = False
    before: Sequence[str] = ()
    parts: Sequence[Body] = ()


def loaded(source: str, called: str = "f") -> dict[str, Any]:
    """The names of a module that was generated; nothing else may be given here."""
    allowed = _builtins()
    space: dict[str, Any] = {"__builtins__": allowed, "__name__": "symdl.generated"}
    exec(compile(source, f"<symdl {called}>", "exec"), space)
    # Libraries import parts of themselves late, in the name of the function that calls them;
    # the function itself, being generated, has no import.
    allowed["__import__"] = builtins.__import__
    return space


_MODULES = frozenset({"math", "numpy", "torch", "jax", "jax.numpy", "sympy"})
_ALLOWED = """
all any abs bool dict enumerate float int isinstance len list max min range slice sorted sum tuple
type zip IndexError
"""


def _builtins() -> dict[str, Any]:
    """What generated code may use of Python: its own imports and a handful of names."""

    def importer(name: str, *rest: Any) -> Any:
        if name not in _MODULES:
            raise ImportError(f"generated code does not import {name}")
        return builtins.__import__(name, *rest)

    allowed = _ALLOWED.split()
    return {n: getattr(builtins, n) for n in allowed} | {"__import__": importer}


def module(backend: Backend, body: Body) -> str:
    """The source of a whole module."""
    if backend.name == "c":
        return _c(backend, body)
    if backend.name == "sympy":
        return _sympy(body)
    return _python(backend, body)


def _python(backend: Backend, body: Body) -> str:
    every = [*body.parts, body]
    return python_module(backend, [function_text(backend, b) for b in every])


def signature(arguments: Mapping[str, str | None]) -> str:
    """The parameters of a Python function, with their defaults."""
    return ", ".join(
        name if default is None else f"{name}={default}" for name, default in arguments.items()
    )


def function_text(backend: Backend, body: Body) -> str:
    """The source of a Python function."""
    inside = [*_doc_string(body.doc), *body.before]
    if body.floating and backend.prepare:
        inside.append(backend.prepare.format(*[", ".join(body.floating)] * 2))
    results = list(body.results)
    if body.floating and body.wide and backend.wide:
        inside += [line.format(*body.floating) for line in backend.wide[:1]]
        inside += [backend.wide[1].format(name) for name in body.floating]
        results = [backend.wide[2].format(r) for r in results]
    inside += [f"{text}  # {comment(note)}" if note else text for text, note in body.lines]
    inside.append("return " + ", ".join(results))
    head = f"def {body.name}({signature(body.arguments)}):\n"
    return head + "\n".join("    " + s if s else s for s in inside)


def python_module(backend: Backend, definitions: Sequence[str]) -> str:
    """A module of functions and classes, with the imports and helpers that they use."""
    used = helpers(backend.name, "\n".join(definitions))
    code = "\n\n\n".join([*used, *definitions])
    imports = [line for line in backend.header if _is_used(line, code)]
    return "\n".join(_spaced(imports)) + f"\n\n\n{code}\n"


def _is_used(line: str, code: str) -> bool:
    name = line.split()[-1]
    return re.search(rf"(?<![\w.]){name}\.", code) is not None


def _spaced(imports: Sequence[str]) -> list[str]:
    """The standard library apart from the rest."""
    own = [line for line in imports if line == "import math"]
    rest = [line for line in imports if line != "import math"]
    return [*own, *([""] if own and rest else []), *rest]


def _doc_string(doc: Sequence[str]) -> list[str]:
    lines = [comment(line) for line in doc]
    if not lines:
        return []
    if len(lines) == 1:
        return [f'"""{lines[0]}"""']
    return [f'"""{lines[0]}', "", *lines[1:], '"""']


def _c(backend: Backend, body: Body) -> str:
    taken = {*body.arguments, body.name}
    wanted = body.called[1:] or [f"out{k}" for k in range(2, len(body.results) + 1)]
    outs = [fresh(name, taken) for name in wanted]
    arguments = [f"double {a}" for a in body.arguments] + [f"double *{o}" for o in outs]
    inside = [
        f"const double {text};" + (f" /* {comment(note)} */" if note else "")
        for text, note in body.lines
    ]
    inside += [f"*{o} = {r};" for o, r in zip(outs, body.results[1:], strict=True)]
    inside.append(f"return {body.results[0]};")
    head = f"double {body.name}({', '.join(arguments) or 'void'})\n{{\n"
    function = head + "\n".join("    " + s for s in inside) + "\n}"
    used = helpers("c", function)
    remark = "/* " + "\n   ".join(map(comment, body.doc)) + " */\n" if body.doc else ""
    return remark + "\n".join(backend.header) + "\n\n" + "\n\n".join([*used, function]) + "\n"


def _sympy(body: Body) -> str:
    lines = [f"# {comment(line)}" for line in body.doc] + ["import sympy as sp", ""]
    lines += body.symbols
    lines += [text + (f"  # {comment(note)}" if note else "") for text, note in body.lines]
    slopes = [f"{body.name}_derivative{k or ''}" for k in range(len(body.results) - 1)]
    names = body.called or [body.name, *slopes]
    lines += [f"{n} = {r}" for n, r in zip(names, body.results, strict=True)]
    return "\n".join(lines) + "\n"
