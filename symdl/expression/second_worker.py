"""The process in which the second reader runs: requests and answers are lines of JSON.

A request holds LaTeX and points; the answer says how latex2sympy2_extended reads the LaTeX and
the values of that reading at the points, with 40 digits. It runs as a script of its own, knows
nothing of symdl, and is killed by its parent when it takes too long.
"""

from __future__ import annotations

import json
import re
import sys
from fractions import Fraction
from typing import Any

MEMORY = 2 * 1024**3
DIGITS = 40


def main() -> None:
    """Answer requests until the input ends."""
    _limit_memory()
    try:
        import sympy
        from latex2sympy2_extended import latex2sympy
        from latex2sympy2_extended.latex2sympy2 import (
            ConversionConfig,
        )
    except ImportError as problem:
        for _ in sys.stdin:
            _answer({"missing": str(problem)})
        return
    config = ConversionConfig(interpret_as_mixed_fractions=False, lowercase_symbols=False)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            read = latex2sympy(request["latex"], conversion_config=config)
            _answer(_values(sympy, read, request))
        except Exception as problem:  # whatever a foreign parser raises is its answer
            _answer({"error": " ".join(str(problem).split())[:200] or type(problem).__name__})


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on this system
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _answer(reply: dict[str, Any]) -> None:
    print(json.dumps(reply), flush=True)


def bare(name: str) -> str:
    """A name without the marks in which two readers may spell it unlike."""
    name = name.replace("overline", "bar")
    return re.sub(r"\\(text|mathrm|operatorname)\b|[\\{} ]", "", name)


def _values(sp: Any, read: Any, request: dict[str, Any]) -> dict[str, Any]:
    relation = isinstance(read, sp.core.relational.Relational)
    sides = [_prepared(sp, side) for side in (read.args if relation else (read,))]
    sign = type(read).__name__ if relation else ""
    names = sorted({bare(str(s)) for side in sides for s in side.free_symbols})
    rows = [[_value(sp, side, point) for side in sides] for point in request["points"]]
    return {"text": str(read), "relation": sign, "names": names, "values": rows}


def _prepared(sp: Any, side: Any) -> Any:
    """Decimals exact, and the sigmoid by its letter."""
    floats = {f: sp.Rational(*_ratio(f)) for f in side.atoms(sp.Float)}
    side = side.xreplace(floats)
    letter = sp.Function("\\sigma")
    return side.replace(letter, lambda x: 1 / (1 + sp.exp(-x)))


def _ratio(value: Any) -> tuple[int, int]:
    exact = Fraction(repr(float(value)))
    return exact.numerator, exact.denominator


def _value(sp: Any, side: Any, point: dict[str, str]) -> str:
    """The value of a side at a point, or what it is instead of a real number."""
    values = {}
    for s in side.free_symbols:
        if bare(str(s)) not in point:
            return "unknown"
        values[s] = sp.Rational(point[bare(str(s))])
    found = sp.N(side.subs(values, simultaneous=True).doit(), DIGITS)
    return str(found) if found.is_Number and found.is_finite else "none"


if __name__ == "__main__":
    main()
