"""The numbers that generated code gives for a formula of documentation."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import documented_values as d
from documented_cases import declared_arrays
from documented_entries import unrolled, whole, written_side
from documented_forms import Form, Output

from symdl.code.lambdify import lambdify
from symdl.document.errors import CodeError
from symdl.evidence.exact import exact
from symdl.expression.reading import read
from symdl.expression.term import Term, free_symbols, number, postorder, symbol
from symdl.expression.term import replace as put


def outputs(form: Form, layout: str) -> list[list[Output]]:
    """The numbers of the result by each side of the formula, as code can compute them."""
    sides, scope, left = form.sides()
    form.bind_left(sides, set())
    found = []
    for place, side in enumerate(sides):
        entries = _by_calls(form, side, left)
        if entries is not None:
            found.append(entries)
            continue
        declared = declared_arrays(form, side, layout)
        if declared:
            form = _read_again(form, declared)
            again, scope, left = form.sides()
            side = again[place]
        repeated = _by_recurrence(form, side, left)
        found.append(repeated or written_side(form, side, scope, left, layout))
    return found


def _read_again(form: Form, declared: Mapping[str, Any]) -> Form:
    made = Form.__new__(Form)
    made.__dict__.update(form.__dict__)
    made.statement = made._read(declared)
    return made


def _by_calls(form: Form, side: Term, left: Term | None) -> list[Output] | None:
    """The outputs of `out(N_i, C_j, l) = ... input(N_i, C_j, s l + m)`: arrays that are called
    have their entries from 0."""
    arrays = {n.data.function.name for n in postorder(side) if n.op == "call"}
    given = {
        a: form.values[p]
        for a in arrays
        for p in (d.plain(a),)
        if isinstance(form.values.get(p), list)
    }
    inputs = form.data["inputs"]
    if not given and arrays == {"input"} and len(inputs) == 1:
        given = {"input": next(iter(inputs.values()))}
    if not given or left is None or left.op != "call":
        return None
    axes = d.shape(form.data["output"])
    if len(axes) != len(left.args):
        return None
    found = []
    known = {s: form.value(s) for s in free_symbols(side) if s not in left.args and _has(form, s)}
    numbers = {s: number(Fraction(str(v))) for s, v in known.items() if isinstance(v, float | int)}
    for place in itertools.product(*(range(n) for n in axes)):
        at = {**numbers, **dict(zip(left.args, map(number, place), strict=True))}
        term = unrolled(put(side, at), {}, 0)
        table, point = {}, {}
        for node in postorder(term):
            if node.op == "call" and node.data.function.name in given:
                value: Any = given[node.data.function.name]
                for index in node.args:
                    place_in = whole(index)
                    if (
                        place_in is None
                        or not isinstance(value, list)
                        or not 0 <= place_in < len(value)
                    ):
                        raise d.Missing(node.data.function.name)
                    value = value[place_in]
                name = ",".join(str(whole(i)) for i in node.args)
                table[node] = symbol(f"{node.data.function.name}@{name}")
                point[table[node]] = float(value)
        found.append(Output(put(term, table), point, {}))
    return found


def _has(form: Form, name: Term) -> bool:
    try:
        return form.value(name) is not None
    except d.Missing:
        return False


_RETURNED = re.compile(r"If\s+:math:`n = (\d)`,\s+:math:`([^`]*)`\s+is returned")


def _by_recurrence(form: Form, side: Term, left: Term | None) -> list[Output] | None:
    r"""The outputs of `T_{n+1}(x) = ... T_n(x) ... T_{n-1}(x)`, from the first ones that the
    documentation states."""
    if left is None or left.op != "call" or len(left.args) != 2 or left.args[0].op != "add":
        return None
    known = dict(_RETURNED.findall(d.documentation(form.data)))
    order = form.values.get("n")
    if not {"0", "1"} <= known.keys() or not isinstance(order, float | int):
        return None
    variable, index = left.args[1], left.args[0].args[0]
    data = next(iter(form.data["inputs"].values()))
    terms = [read(known[k]).term for k in ("0", "1")]
    terms = [put(t, dict.fromkeys(free_symbols(t), variable)) for t in terms]
    for n in range(1, int(order)):
        table = {index: number(n)}
        for node in postorder(side):
            if node.op == "call":
                at = exact(put(node.args[0], {index: number(n)}))
                if at is not None:
                    table[node] = terms[int(at)]
        terms.append(put(side, table))
    return [Output(terms[int(order)], {variable: float(x)}, {}) for x in d.flat(data)]


@lru_cache(maxsize=4096)
def _compiled(term: Term) -> Any:
    names = sorted(free_symbols(term), key=lambda s: str(s.data.name))
    return names, lambdify(term, names)


def run(output: Output) -> float:
    """The number that the generated code gives. Raises CodeError where there is no code."""
    names, function = _compiled(output.term)
    missing = [n for n in names if n not in output.point]
    if missing:
        raise d.Missing(missing[0].data.name)
    try:
        return float(function(*(output.point[n] for n in names)))
    except TypeError as error:
        raise CodeError(str(error)) from None


def gradient_of(form: Form, side: Sequence[Output], data: Any) -> list[float] | None:
    """The derivatives of the sum of the outputs in the entries of an input, by generated code.
    None where no symbol has the value of the input."""
    named = set()
    for one in free_symbols(form.statement):
        try:
            if form.value(one) == data:
                named.add(str(one.data.name))
        except d.Missing:
            continue
    entries = d.flat(data)
    total = [0.0] * len(entries)
    for output in side:
        own = [s for s in output.places if str(s.data.name).partition("@")[0] in named]
        if not own:
            return None
        for leaf in own:
            names, slope = _slope(output.term, leaf)
            at = [[output.point[n] + h * (n is leaf) for n in names] for h in (-1e-7, 0.0, 1e-7)]
            before, here, after = (float(slope(*values)[1]) for values in at)
            kink = abs(before - after) > 1e-4 * max(1.0, abs(here))
            total[output.places[leaf]] += math.nan if kink else here
    return total


@lru_cache(maxsize=4096)
def _slope(term: Term, leaf: Term) -> Any:
    names = sorted(free_symbols(term), key=lambda s: str(s.data.name))
    return names, lambdify(term, names, derivative=leaf)
