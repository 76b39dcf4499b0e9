"""A made-up operator as one row, in a process of its own: what the house makes of it.

`tests/test_one_row.py` starts this file with its questions in JSON and reads the answers. The row
is entered as those of `symdl/expression/operators/` are, before anything else is loaded; nothing
else in symdl knows of it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from symdl.expression import operators
from symdl.expression.domain import SYMMETRIC_UNIT_OPEN
from symdl.expression.operators.build import op, square
from symdl.expression.operators.row import Operator
from symdl.expression.term import number

# fmt: off
ROW = Operator(
    "swell", "odd sigmoid x / sqrt(1 + x^2)", 1,
    rising=True, odd=True, values=((0, 0),),
    words=("swell",),
    partials=lambda u: (1 / op("sqrt", 1 + square(u)) ** number(3),), range=SYMMETRIC_UNIT_OPEN,
    definition=lambda u: u / op("sqrt", 1 + square(u)),
    ball=lambda x: x / (1 + x * x).sqrt(), sympy=lambda sp, x: x / sp.sqrt(1 + x**2),
    numpy="({0} / np.hypot(1, {0}))", torch="({0} / torch.sqrt(1 + {0} * {0}))",
    jax="({0} / jnp.hypot(1, {0}))", c="({0} / hypot(1, {0}))",
)
# fmt: on


def enter(row: Operator) -> None:
    """The row in the tables, with its spellings."""
    operators.TABLE[row.name] = row
    operators.WORDS.update(dict.fromkeys(row.words, row))
    operators.MACROS.update(dict.fromkeys(row.macros, row))


def answers(questions: dict[str, Any]) -> dict[str, Any]:
    """What symdl says to the questions."""
    import symdl

    read = symdl.read(questions["formula"])
    derivative = read.derivative("x")
    point = questions["point"]
    return {
        "plain": str(read),
        "latex": read.latex,
        "again": symdl.read(read.latex).term is read.term,
        "slope": str(derivative),
        "steps": str(derivative.steps),
        "value": str(read.value({"x": str(point)})),
        "verdicts": {c: symdl.check(c).kind for c in questions["claims"]},
        "runs": {
            backend: [float(v) for v in read.lambdify(backend, derivative="x")(point)]
            for backend in questions["backends"]
        },
        "certified": symdl.recheck(symdl.certify(questions["claims"][0]))[0][0],
        "exports": {to: read.export(to, derivative="x") for to in questions["exports"]},
    }


if __name__ == "__main__":
    enter(ROW)
    print(json.dumps(answers(json.loads(sys.argv[1]))))
