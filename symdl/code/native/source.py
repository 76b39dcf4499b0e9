"""The C text of a kernel: vector functions, the helpers it uses, one loop over all elements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from symdl.code.modules import Body
from symdl.code.names import comment
from symdl.code.native.kinds import ARRAY, NUMBER, TYPES
from symdl.code.runtime import tables
from symdl.code.runtime.helpers import helpers, polynomial

VECTORISED = ["exp", "expm1", "log", "log1p", "tanh", "sinh", "cosh", "erf", "erfc", "hypot"]
_RENAMED = {name: f"{name}_v" for name in VECTORISED} | {"fmax": "max_v", "fmin": "min_v"}
_CALL = re.compile(r"\b([a-z]\w*)(?=\()")
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_LITERAL = re.compile(r"(?<![\w.])\d+\.\d*(e[+-]?\d+)?(?![\w.])|(?<![\w.])\d+e[+-]?\d+(?![\w.])")
_SINGLE = {"sqrt": "sqrtf", "fabs": "fabsf", "max_v": "max_s", "min_v": "min_s"}
_OWN = re.compile(r"^static inline \w+ (\w+)\(", re.MULTILINE)
# Names with two underscores inside: those of parameters have none.
_LOOP = """\
static void part_NUMBER(PARAMETERSlong loop__first, long loop__last)
{
BEFORE
#pragma omp simd
    for (long loop__i = loop__first; loop__i < loop__last; loop__i++) {
BODY
    }
}

void kernel_NUMBER(PARAMETERSlong loop__n)
{
#ifdef _OPENMP
    if (loop__n >= PARALLEL_FROM) {
#pragma omp parallel
        {
            long loop__k = omp_get_thread_num(), loop__of = omp_get_num_threads();
            part_NUMBER(ARGUMENTSloop__n * loop__k / loop__of, loop__n * (loop__k + 1) / loop__of);
        }
        return;
    }
#endif
    part_NUMBER(ARGUMENTS0, loop__n);
}
"""
PARALLEL_FROM = 65536
"""Below this many elements, starting threads costs more than they save."""


def kernel_source(body: Body, kinds: str, type_code: str) -> str:
    """One C file with `kernel_0(parameters, results, n)`.

    kinds: ARRAY or NUMBER for each parameter; type_code: a key of TYPES, the type of the arrays
    (the arithmetic is in double precision for both). Results are arrays of n elements.
    """
    return kernels_source([(body, kinds)], type_code)


def kernels_source(kernels: Sequence[tuple[Body, str]], type_code: str) -> str:
    """One C file with kernel_0, kernel_1, ...: many functions for one run of the compiler."""
    bodies = [_statements(body, kinds, type_code) for body, kinds in kernels]
    every = "\n".join(line for b in bodies for line in (*b.before, *b.inside))
    loops = [
        _loop(body, kinds, inside, TYPES[type_code]).replace("NUMBER", str(k))
        for k, ((body, kinds), inside) in enumerate(zip(kernels, bodies, strict=True))
    ]
    remark = "".join(f"/* {comment(line)} */\n" for line in kernels[0][0].doc)
    return remark + assembled(every, loops, type_code)


def assembled(statements: str, definitions: Sequence[str], type_code: str) -> str:
    """A whole C file: vector.h, the helpers that statements use, and definitions."""
    used = [vectorised(text) for text in helpers("c", statements) if not _own(text)]
    single = "#define SINGLE\n" if type_code == "f" else ""
    openmp = "#include <stdlib.h>\n#ifdef _OPENMP\n#include <omp.h>\n#endif\n"
    return "\n".join([single + openmp, _prelude(type_code), *used, "", *definitions])


@dataclass(frozen=True)
class _Statements:
    """What is computed once, and what the loop does for each element."""

    before: tuple[str, ...]
    inside: tuple[str, ...]


def _statements(body: Body, kinds: str, type_code: str) -> _Statements:
    fixed = {n for n, kind in zip(body.arguments, kinds, strict=True) if kind == NUMBER}
    loads = [
        f"const double {name} = {name}_[loop__i];"
        for name, kind in zip(body.arguments, kinds, strict=True)
        if kind == ARRAY
    ]
    before: list[str] = []
    lines: list[str] = []
    every = {*body.arguments, *(text.split(" = ")[0] for text, _ in body.lines)}
    for text, _ in body.lines:
        name, _, value = text.partition(" = ")
        alone = set(_NAMES.findall(value)) & every <= fixed
        if alone:
            fixed.add(name)
        (before if alone else lines).append(f"const double {text};")
    stores = [f"result{k}_[loop__i] = {text};" for k, text in enumerate(body.results)]
    inside = [vectorised(text) for text in (*loads, *lines, *stores)]
    if type_code == "f" and body.stepping and _is_light(inside):
        casts, inside = _in_single(inside, fixed)
        before += casts
    return _Statements(tuple(map(vectorised, before)), tuple(inside))


def _is_light(lines: Sequence[str]) -> bool:
    """Whether only arithmetic, roots and choices are left inside the loop: then each operation
    in single precision rounds once, and no exponential magnifies it."""
    return all(set(_CALL.findall(line)) <= set(_SINGLE) for line in lines)


def _in_single(lines: Sequence[str], fixed: set[str]) -> tuple[list[str], list[str]]:
    """The loop in single precision, and the numbers it needs from outside in that type."""
    known = {n: f"{n}__s" for n in fixed}
    made: list[str] = []
    used: dict[str, None] = {}
    for line in lines:
        used |= dict.fromkeys(n for n in _NAMES.findall(line) if n in known)
        line = _NAMES.sub(lambda found: known.get(found[0], found[0]), line)
        line = _CALL.sub(lambda found: _SINGLE.get(found[1], found[1]), line)
        made.append(_LITERAL.sub(r"\g<0>f", line).replace("const double", "const float"))
    return [f"const float {known[n]} = (float){n};" for n in used], made


def _loop(body: Body, kinds: str, statements: _Statements, element: str) -> str:
    parameters = [
        f"const {element} *{name}_" if kind == ARRAY else f"double {name}"
        for name, kind in zip(body.arguments, kinds, strict=True)
    ]
    parameters += [f"{element} *result{k}_" for k in range(len(body.results))]
    arguments = [text.split("*")[-1].split()[-1] for text in parameters]
    return (
        _LOOP.replace("PARAMETERS", "".join(f"{p}, " for p in parameters))
        .replace("ARGUMENTS", "".join(f"{a}, " for a in arguments))
        .replace("PARALLEL_FROM", str(PARALLEL_FROM))
        .replace("BEFORE\n", "".join(f"    {line}\n" for line in statements.before))
        .replace("BODY", "\n".join(" " * 8 + line for line in statements.inside))
    )


def vectorised(text: str) -> str:
    """The text with functions that stand in vector.h instead of those of the C library."""
    return _CALL.sub(lambda found: _RENAMED.get(found[1], found[1]), text)


def _own(text: str) -> bool:
    """Whether vector.h has a version of this helper."""
    return text.split("(")[0].split()[-1] in _in_vector_h()


@cache
def _vector_h() -> str:
    return files("symdl.code.native").joinpath("vector.h").read_text(encoding="utf-8")


@cache
def _in_vector_h() -> frozenset[str]:
    return frozenset(_OWN.findall(_vector_h()))


@cache
def _prelude(type_code: str) -> str:
    """vector.h with the polynomials that it shares with the NumPy helpers."""
    digits = "64" if type_code == "d" else "32"
    names = {
        "erfcx_poly": "_ERFCX_",
        "erf_poly": "_ERF_",
        "mills_poly": "_MILLS_",
    }
    made = [polynomial(n, getattr(tables, f"{t}{digits}")) for n, t in names.items()]
    return "\n\n".join([*made, _vector_h()])
