"""Bounds of functions far out: what shuts in a logarithm, a wave, an error function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from symdl.evidence.proofs.forms import find_exp
from symdl.evidence.proofs.ratios import quotient_of
from symdl.evidence.proofs.signs import add
from symdl.evidence.recheck.quotients import Ratio
from symdl.evidence.recheck.signs import MORE

if TYPE_CHECKING:
    from symdl.evidence.proofs.prover import Prover


class Growing(NamedTuple):
    """What is asked of growth on the way: signs, the fastest term, items of exponentials."""

    decide: Callable[..., None]
    leading: Callable[..., Any]
    exponential: Callable[..., int]


def of_wave(at: Prover, _by: Growing, g: Ratio, _u: Ratio) -> tuple[Ratio, Ratio]:
    """A sine or cosine lies between -1 and 1."""
    at.flush()
    add(at, [[(g + 1, 1)], [(at.exactly(1), 1)]], g + 2)
    add(at, [[(at.exactly(1) - g, 1)], [(at.exactly(1), 1)]], at.exactly(2) - g)
    return at.exactly(-2), at.exactly(2)


def of_log(at: Prover, by: Growing, g: Ratio, v: Ratio) -> tuple[Ratio, Ratio]:
    """A logarithm is near to that of the part of its argument that grows fastest."""
    first = Ratio(by.leading(at, v.above), by.leading(at, v.below))
    form = at.find("log", first)
    w = at.together(form)[1]
    i = next(j for j, (value, _) in at.items.items() if at.equal(value, v))
    apart = v - first
    by.decide(at, apart, 1)
    add(at, [[(apart, 1), (first**-1, 1)]], v * first**-1 - 1)
    at.step(["law", [[i, 1], *([k, -n] for k, n in form)]])
    ends = []
    for turn in (1, -1):
        at.step(["value", "exp", at.data((g - w) * turn)])
        j = len(at.made) - 1
        h, ratio = at.items[j][0], (v * first**-1) ** turn
        at.step(["law", [[j, 1], [i, -turn], *([k, n * turn] for k, n in form)]])
        at.step(["rule", "exp strictly above", [at.place_of(h)]])
        x = ratio - 1 - (g - w) * turn
        below = Ratio(x.below, x.below**0)
        add(at, [[(below, 2), (h - 1 - (g - w) * turn, 1)]], x)
        ends.append(w + (ratio - 1) * turn)
    add(at, [[(apart, 2), ((first * v) ** -1, 1)]], ends[0] - ends[1])
    return ends[1], ends[0]


def of_exp(at: Prover, by: Growing, g: Ratio, u: Ratio) -> tuple[Ratio, Ratio]:
    """An exponential of what is near to 0 lies between 1 + u and 1 / (1 - u)."""
    by.decide(at, u, 1)
    at.step(["rule", "exp strictly above", [at.place_of(g)]])
    i = next(k for k, (v, _) in at.items.items() if at.equal(v, g))
    at.step(["value", "exp", at.data(-u)])
    j = len(at.made) - 1
    h, rest = at.items[j][0], at.exactly(1) - u
    at.step(["law", [[i, 1], [j, 1]]])
    at.step(["rule", "exp strictly above", [at.place_of(h)]])
    by.decide(at, rest, 1)
    add(at, [[(g, 1), (h + u - 1, 1), (rest**-1, 1)]], rest**-1 - g)
    add(at, [[(u, 2), (rest**-1, 1)]], rest**-1 - 1 - u)
    return u + 1, rest**-1


def of_erf(at: Prover, by: Growing, g: Ratio, u: Ratio) -> tuple[Ratio, Ratio]:
    """An error function far out is nearer to 1 or -1 than exp(-u^2) is to 0."""
    at.flush()
    by.decide(at, u, 1)
    turn = 1 if at.signs(u) <= MORE else -1
    f = g
    if turn < 0:
        f = at.value_of("erf", -u)
        at.flush()
    form = find_exp(at, -(u * u))
    i = by.exponential(at, -(u * u))
    e = at.together(form)[0]
    at.step(["rule", "erf near 1", [at.place_of(f), at.place_of(at.items[i][0])]])
    x = g * turn - 1 + e
    below = Ratio(x.below, x.below**0)
    add(at, [[(below, 2), (f - 1 + at.items[i][0], 1)]], x)
    ends = [(at.exactly(1) - e) * turn, at.exactly(turn)]
    return (ends[0], ends[1]) if turn > 0 else (ends[1], ends[0])


def of_arctan(at: Prover, by: Growing, g: Ratio, u: Ratio) -> tuple[Ratio, Ratio]:
    """An arcus tangent far out is near to half of pi."""
    pi, turn = at.value_of("pi"), 1
    at.flush()
    by.decide(at, u, 1)
    f = g
    if not at.signs(u) <= MORE:
        f, turn = at.value_of("arctan", -u), -1
        at.flush()
    at.step(["rule", "arctan below pi/2", [at.place_of(f), at.place_of(pi)]])
    at.step(["rule", "arctan near pi/2", [at.place_of(f), at.place_of(pi)]])
    half, size = pi * quotient_of(at, 1, 2), u * turn
    near = half - size**-1
    add(
        at,
        [[((f * 2 - pi) * size + 2, 1), (size**-1, 1), (quotient_of(at, 1, 2), 1)]],
        g * turn - near,
    )
    add(at, [[(half - f, 1)]], half - g * turn)
    add(at, [[(size**-1, 1)]], half - near)
    return (near, half) if turn > 0 else (-half, -near)


ENDS = {
    "sin": of_wave, "cos": of_wave, "log": of_log, "exp": of_exp, "erf": of_erf,
    "arctan": of_arctan,
}  # fmt: skip
