"""Helpers written out so that they share their exponential.

A value and its derivative often need several functions of the same exp(-|u|): sigmoid and its
slope, softplus, tanh of softplus. Where two of them meet, each is written in that exponential,
and the emitter computes it once. The forms are those of the helpers: no overflow, full tails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symdl.code.kernels import DIFFERENCES
from symdl.code.normal import factors
from symdl.expression.numerals import ONE
from symdl.expression.term import Term, every_part, make, number, rebuild

TWO = number(2)


def _decay(u: Term) -> Term:
    """exp(-|u|), at most 1."""
    return make("decay", _unsigned(u))


def _unsigned(u: Term) -> Term:
    """What is even in u is written in u where -u is asked for."""
    return u.args[0] if u.op == "neg" else u


def _steer(u: Term, right: Term, left: Term) -> Term:
    """`right` where u >= 0, else `left`."""
    return make("steer", u, right, left)


def _small_sigmoid(u: Term) -> Term:
    """sigmoid(-|u|), at most 1/2: one division for the value and the slope."""
    e = _decay(u)
    return e / (1 + e)


def _sigmoid(u: Term) -> Term:
    p = _small_sigmoid(u)
    return _steer(u, 1 - p, p)


def _sigmoid_slope(u: Term) -> Term:
    p = _small_sigmoid(u)
    return p * (1 - p)


def _is_plain(w: Term) -> bool:
    """Whether a term is a symbol times a number of at most 1: it never overflows."""
    coefficient, powers = factors(w)
    return (
        abs(coefficient) <= 1
        and len(powers) == 1
        and (powers[0][0].op == "symbol" and powers[0][1] == 1)
    )


def _tempered(e: Term, grown: Term, w: Term) -> Term:
    """What is multiplied by e, as 0 where e is: before w overflows, e is 0."""
    if not _is_plain(w):
        return make("unless_gone", e, grown)
    # Such a w is infinite only where it is given so.
    return make("tame", w) if grown is w else 1 + make("tame", w)


def _sigmoid_tangent(u: Term, w: Term) -> Term:
    e = _decay(u)
    g = _tempered(e, 1 + w, w)
    # 1 + e (e + 2) is rounded once beside 1, the square of 1 + e three times.
    return _steer(u, 1 + e * g, e * (g + e)) / (1 + e * (e + 2))


def _softplus(u: Term) -> Term:
    return make("relu", u) + make("log1p", _decay(u))


def _halves(u: Term) -> tuple[Term, Term]:
    """n and q with tanh(softplus(u)) = n / (n + 2q), free of overflow."""
    e = _decay(u)
    return _steer(u, 1 + TWO * e, e * (e + 2)), _steer(u, e * e, ONE)


def _tanh_softplus(u: Term) -> Term:
    n, q = _halves(u)
    return n * (1 / (n + TWO * q))


def _sech2_softplus(u: Term) -> Term:
    n, q = _halves(u)
    r = 1 / (n + TWO * q)
    return number(4) * (q * (n + q)) * (r * r)


def _tanh_softplus_slope(u: Term) -> Term:
    e = _decay(u)
    n, q = _halves(u)
    r = 1 / (n + TWO * q)
    return number(4) * e * (1 + e) * _steer(u, e, ONE) * (r * r)


def _tanh_softplus_tangent(u: Term, w: Term) -> Term:
    e = _decay(u)
    n, q = _halves(u)
    d, g = n + TWO * q, _tempered(e, w, w)
    inner = 1 + g + e * (number("1.5") + g + e * (1 + number("0.25") * e))
    right = n * d + number(4) * (e * e) * (g * (1 + e))
    return _steer(u, right, number(4) * e * inner) / (d * d)


def _bell(u: Term) -> Term:
    return make("bell", _unsigned(u))


def _half_gauss(u: Term) -> Term:
    return make("typed", _bell(u), _unsigned(u))


def _normal_pdf(u: Term) -> Term:
    return make("typed", number("0.3989422804014327") * _bell(u), _unsigned(u))


def _normal_cdf(u: Term) -> Term:
    tail = _bell(u) * make("mills", make("abs", _unsigned(u)))
    return _steer(u, 1 - tail, tail)


def _normal_cdf_tangent(u: Term, w: Term) -> Term:
    bell = _bell(u)
    move = number("0.3989422804014327") * make("wide", _tempered(bell, w, w))
    half = make("mills", make("abs", _unsigned(u)))
    return _steer(u, 1 - bell * (half - move), bell * (half + move))


def _erfc(u: Term) -> Term:
    size = make("abs", _unsigned(u))
    tail = make("gauss", _unsigned(u)) * make("erfcx", size)
    return _unless_near(1 - make("erf_near", u), u, "0.5", _steer(u, tail, 2 - tail))


def _unless_near(near: Term, u: Term, reach: str, far: Term) -> Term:
    """`near` where |u| is at most `reach`, else `far`."""
    return _steer(number(reach) - make("abs", _unsigned(u)), near, far)


def _itself(op: str) -> Callable[[Term], Term]:
    return lambda u: make(op, _unsigned(u))


FAMILIES: dict[str, dict[str, Callable[..., Term]]] = {
    "exp(-|u|)": {
        "sigmoid": _sigmoid,
        "sigmoid_slope": _sigmoid_slope,
        "sigmoid_tangent": _sigmoid_tangent,
        "softplus": _softplus,
        "tanh_softplus": _tanh_softplus,
        "sech2_softplus": _sech2_softplus,
        "tanh_softplus_slope": _tanh_softplus_slope,
        "tanh_softplus_tangent": _tanh_softplus_tangent,
    },
    "exp(-u^2/2)": {
        "normal_cdf": _normal_cdf,
        "normal_cdf_tangent": _normal_cdf_tangent,
        "normal_pdf": _normal_pdf,
        "half_gauss": _half_gauss,
    },
    "exp(-u^2)": {"erfc": _erfc, "gauss": _itself("gauss")},
}
_FAMILY = {op: name for name, rows in FAMILIES.items() for op in rows}


def share(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs with the helpers written out that can share an exponential."""
    met: dict[tuple[str, Term], set[Term]] = {}
    parts = every_part(outputs)
    for node in parts:
        if node.op in _FAMILY:
            met.setdefault(_key(node), set()).add(node)
    shared = {node for nodes in met.values() if len(nodes) > 1 for node in nodes}
    done: dict[Term, Term] = {}
    for node in parts:
        made = rebuild(node, tuple(done[a] for a in node.args))
        form = FAMILIES[_FAMILY[node.op]][node.op] if node in shared else None
        done[node] = made if form is None else form(*made.args)
    return tuple(done[output] for output in outputs)


_CANCELLING = DIFFERENCES | {
    *("sigmoid_tangent", "tanh_softplus_tangent", "tanh_softplus", "logcosh"),
    *("log_normal_cdf", "log_erfc"),
}
_MAGNIFYING = frozenset(_FAMILY) | {"decay", "exp", "sech", "sech2", "logcosh"}


def is_delicate(outputs: Sequence[Term]) -> bool:
    """Whether an exponential magnifies the rounding of its argument, a power the error of a
    function, or a tangent cancels beside its zeros: then single precision alone is off by more
    than 3 units in the last place. So it is with regions, whose polynomials are for doubles."""
    nodes = every_part(outputs)
    return any(
        node.op in _CANCELLING
        or node.op == "steer"
        or _is_power_of_one(node)
        or (node.op in _MAGNIFYING and _unsigned(node.args[0]).op not in _SIMPLE)
        for node in nodes
    )


def _is_power_of_one(node: Term) -> bool:
    """Whether a node is a power of a function that has errors of its own."""
    return node.op == "pow" and node.args[0].op in ("tanh", *_MAGNIFYING)


_SIMPLE = ("symbol", "abs", "number", "min", "max", "literal")


def _key(node: Term) -> tuple[str, Term]:
    """The family and the argument; its sign does not change the exponential."""
    return _FAMILY[node.op], _unsigned(node.args[0])
