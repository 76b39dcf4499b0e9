"""A module for Numba: one function of numbers, compiled, and a loop over arrays around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from symdl.code.backends import NUMPY
from symdl.code.emit import compose, elementwise
from symdl.code.modules import function_text, signature
from symdl.code.names import comment, identifiers
from symdl.code.runtime.helpers import helpers
from symdl.document.errors import CodeError
from symdl.expression.term import Term

_HEAD = "import math\n\nimport numba\nimport numpy as np\n"
_COMPILED = '@numba.njit(error_model="numpy")\n'
_ARRAYS_ONLY = (
    *("_gamma(", "_log_gamma(", "_digamma(", "_binomial("),
    *("_poisson(", "_log_factorial("),
)
_OVER_ARRAYS = ("_log_total(", "np.stack(")


def numba_module(
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    name: str,
    *,
    doc: Sequence[str] = (),
    defaults: Mapping[Term, str] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """A module whose function `name` takes numbers and arrays. Raises CodeError for what is not
    elementwise."""
    if not parameters or not elementwise(outputs, parameters):
        raise CodeError("code for numba is written for elementwise functions")
    body = compose(NUMPY, outputs, parameters, "_element", preferred=preferred)
    number = replace(body, arguments=dict.fromkeys(body.arguments), floating=())
    text = _for_numbers(function_text(NUMPY, number))
    if any(word in text for word in _ARRAYS_ONLY):
        raise CodeError("no numba code for functions around Gamma")
    if any(word in text for word in _OVER_ARRAYS):
        raise CodeError("no numba code for sums of several exponentials")
    used = [_for_numbers(source) for source in helpers("numba", f"{text} _where(")]
    compiled = [s if s.startswith(("_", "#")) else _COMPILED + s for s in (*used, text)]
    spelled = {n: (defaults or {}).get(p) for p, n in identifiers(parameters, preferred).items()}
    wrapped = _wrapper(name, spelled, len(body.results), doc)
    return _HEAD + "\n\n" + "\n\n\n".join([*compiled, *wrapped]) + "\n"


def _for_numbers(text: str) -> str:
    """Choices and clipping of arrays as those of numbers."""
    text = re.sub(r"\bnp\.where\(", "_where(", text)
    text = re.sub(r"\bx\.dtype\.type\(|\b\w+\.dtype\.type\(", "float(", text)
    return text.replace("np.clip(x, -1, 1)", "min(max(x, -1.0), 1.0)")


def _wrapper(
    name: str, arguments: Mapping[str, str | None], count: int, doc: Sequence[str]
) -> list[str]:
    # Names with two underscores: those of parameters have none.
    names = list(arguments)
    outs = [f"out__{k}" for k in range(count)]
    called = ", ".join(f"{n}[i__]" for n in names)
    left = ", ".join(f"{o}[i__]" for o in outs)
    values = ", ".join(names)
    told = comment(" ".join(doc)) or "The function on numbers and arrays."
    return [
        f"{_COMPILED}def _fill({values}, {', '.join(outs)}):\n"
        f"    for i__ in range(out__0.size):\n"
        f"        {left} = _element({called})",
        f'def {name}({signature(arguments)}):\n    """{told}"""\n    return _over_arrays({values})',
        f"def _over_arrays(*values):\n"
        f"    kind = np.result_type(*map(np.asarray, values))\n"
        f"    kind = kind if kind.kind == 'f' else np.float64\n"
        f"    given = np.broadcast_arrays(*values)\n"
        f"    shape = given[0].shape\n"
        f"    flat = [np.ascontiguousarray(v, kind).reshape(-1) for v in given]\n"
        f"    made = [np.empty(flat[0].size, kind) for _ in range({count})]\n"
        f"    _fill(*flat, *made)\n"
        f"    results = tuple(m.reshape(shape)[()] for m in made)\n"
        f"    return results if len(results) > 1 else results[0]",
    ]
