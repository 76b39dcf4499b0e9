"""A derivative with several kinks, written interval by interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from symdl.derivation.canonical import TooLarge, polynomial, same
from symdl.derivation.canonical import written as written_out
from symdl.derivation.cases import boundaries
from symdl.derivation.real_line import RealLine, pairs_of
from symdl.derivation.tidy import tidy
from symdl.expression.numerals import spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.operators.build import relation
from symdl.expression.term import Term, make, postorder, size

_MAX_POINTS = 12


def by_intervals(
    raw: Term, written: frozenset[Term], mended: Mapping[Term, Term], line: RealLine
) -> Term | None:
    """The derivative `raw` as one case for each interval between the numbers at which
    something switches; None where some switch is not at a known number, or a case that the
    author wrote would be lost.

    `mended` are the points at which the function has a derivative after all, with its value.
    """
    points = _switches(raw, line)
    if points is None or not 0 < len(points) <= _MAX_POINTS:
        return None
    values = [value for p in points if (value := value_of(p)) is not None]
    if len(values) < len(points):
        return None
    ends = sorted(set(values))
    inside = [ends[0] - 1, *((a + b) / 2 for a, b in pairwise(ends)), ends[-1] + 1]
    parts = [_shorter(tidy(line.picked(raw, spell(p), 1), written), line) for p in inside]
    if any(n.op in ("piecewise", "indicator") for part in parts for n in postorder(part)):
        return None
    return _joined(parts, [spell(e) for e in ends], mended, line)


def _shorter(part: Term, line: RealLine) -> Term:
    """A polynomial multiplied out where that is shorter: (x + 3)/6 + x/6 is x/3 + 1/2.

    Multiplying out may widen a domain (0 sqrt(x) to 0): only what is defined everywhere is.
    """
    if not line.facts.total(part):
        return part
    try:
        multiplied = written_out(polynomial(part))
    except TooLarge:
        return part
    return multiplied if size(multiplied) < size(part) else part


def _switches(raw: Term, line: RealLine) -> list[Term] | None:
    """Every point at which a condition, |u|, max, ... in `raw` may switch."""
    pairs: list[tuple[Term, Term]] = []
    for node in postorder(raw):
        if node.op == "piecewise":
            pairs += [b for _, c in pairs_of(node) if c is not None for b in boundaries(c)]
        elif (row := TABLE.get(node.op)) is not None and row.switches is not None:
            pairs += row.switches(*node.args)
    points: list[Term] = []
    for u, v in dict.fromkeys(pairs):
        if line.depends(u) or line.depends(v):
            found = line.roots(u, v)
            if found is None:
                return None
            points += found
    return list(dict.fromkeys(points))


def _joined(
    parts: Sequence[Term], ends: Sequence[Term], mended: Mapping[Term, Term], line: RealLine
) -> Term:
    """The parts as cases, neighbours with the same formula joined where they meet smoothly;
    a smooth end belongs to the interval below it."""
    x = line.variable
    smooth = [
        e in mended and same(line.put(p, e), mended[e]) for p, e in zip(parts, ends, strict=False)
    ]
    cases: list[Term] = []
    low = 0
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if not last and smooth[i] and parts[i + 1] is part:
            continue
        kind = "<=" if not last and smooth[i] else "<"
        below = ends[low - 1 : low]
        above = ends[i : i + 1]
        if not below and not above:
            return part
        if below and above:
            condition = make("relation", below[0], x, above[0], data=("<", kind))
        else:
            condition = relation(x, ">", below[0]) if below else relation(x, kind, above[0])
        cases += [part, condition]
        low = i + 1
    return make("piecewise", *cases)
