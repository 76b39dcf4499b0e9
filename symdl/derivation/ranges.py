"""What is known of the value of an operation from what is known of its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symdl.expression.domain import NONNEGATIVE, POSITIVE, REAL, Domain
from symdl.expression.operators import TABLE
from symdl.expression.relations import MIRRORED
from symdl.expression.term import Term


@dataclass(frozen=True, slots=True)
class Fact:
    """`total`: defined for every value of its symbols; `range`: an interval with every value."""

    total: bool
    range: Domain

    @property
    def sign(self) -> int | None:
        """1, -1 or 0 where the sign is certain."""
        if self.range.lower == self.range.upper == 0:
            return 0
        return sign_of(self.range)


UNKNOWN = Fact(False, REAL)
NEGATIVE = Domain(upper=Fraction(0), upper_open=True)
_ATOMS = {"pi": Domain(Fraction(3), Fraction(4)), "e": Domain(Fraction(2), Fraction(3))}


def within(inner: Domain, outer: Domain) -> bool:
    if outer.lower is not None and (
        inner.lower is None
        or inner.lower < outer.lower
        or (inner.lower == outer.lower and outer.lower_open and not inner.lower_open)
    ):
        return False
    if outer.upper is not None and (
        inner.upper is None
        or inner.upper > outer.upper
        or (inner.upper == outer.upper and outer.upper_open and not inner.upper_open)
    ):
        return False
    return (inner.integer or not outer.integer) and not any(
        inner.contains(point) for point in outer.excluded
    )


def _number(node: Term, _args: list[Fact]) -> Fact:
    return Fact(True, Domain(node.data.value, node.data.value))


def _symbol(node: Term, _args: list[Fact]) -> Fact:
    return Fact(True, node.data.domain)


def _constant(node: Term, _args: list[Fact]) -> Fact:
    return Fact(True, _ATOMS[node.data]) if node.data in _ATOMS else UNKNOWN


def _entry(node: Term, args: list[Fact]) -> Fact:
    base = node.args[0]
    domain = base.data.domain if base.op == "symbol" else REAL
    return Fact(all(a.total for a in args), domain)


def _mirrored(r: Domain) -> Domain:
    """Where -u lies if u lies in r."""
    lower = None if r.upper is None else -r.upper
    upper = None if r.lower is None else -r.lower
    excluded = tuple(-e for e in r.excluded)
    return Domain(lower, upper, r.upper_open, r.lower_open, False, excluded)


def _neg(_node: Term, args: list[Fact]) -> Fact:
    return Fact(args[0].total, _mirrored(args[0].range))


def _largest(ranges: list[Domain]) -> Domain:
    """Where the largest of some values lies: at least as high as each of them."""
    lowers = [(r.lower, r.lower_open) for r in ranges if r.lower is not None]
    uppers = [(r.upper, not r.upper_open) for r in ranges if r.upper is not None]
    lower, lower_open = max(lowers, default=(None, False))
    upper, closed = max(uppers) if len(uppers) == len(ranges) else (None, True)
    return Domain(lower, upper, lower_open, not closed)


def _max(_node: Term, args: list[Fact]) -> Fact:
    return Fact(all(a.total for a in args), _largest([a.range for a in args]))


def _min(_node: Term, args: list[Fact]) -> Fact:
    largest = _largest([_mirrored(a.range) for a in args])
    return Fact(all(a.total for a in args), _mirrored(largest))


def _add(_node: Term, args: list[Fact]) -> Fact:
    lowers = [a.range.lower for a in args]
    uppers = [a.range.upper for a in args]
    lower = None if None in lowers else sum((x for x in lowers if x is not None), Fraction(0))
    upper = None if None in uppers else sum((x for x in uppers if x is not None), Fraction(0))
    lower_open = lower is not None and any(a.range.lower_open for a in args)
    upper_open = upper is not None and any(a.range.upper_open for a in args)
    return Fact(all(a.total for a in args), Domain(lower, upper, lower_open, upper_open))


def _mul(node: Term, args: list[Fact]) -> Fact:
    total = all(a.total for a in args)
    factors = list(node.args)
    if len(factors) == 2 and factors[0] is factors[1]:
        return Fact(total, POSITIVE if args[0].range.nonzero else NONNEGATIVE)
    return Fact(total, _product_range([a.range for a in args]))


def _product_range(ranges: list[Domain]) -> Domain:
    if all(r.nonnegative for r in ranges):
        strict = all(r.positive for r in ranges)
        uppers = [r.upper for r in ranges]
        if None in uppers:
            return POSITIVE if strict else NONNEGATIVE
        upper = Fraction(1)
        for u in uppers:
            upper *= u or 0
        closed = not any(r.upper_open for r in ranges)
        return Domain(Fraction(0), upper, strict, not closed and upper > 0)
    signs = [sign_of(r) for r in ranges]
    if None not in signs:
        return POSITIVE if signs.count(-1) % 2 == 0 else NEGATIVE
    if all(r.nonzero for r in ranges):
        return Domain(excluded=(Fraction(0),))
    return REAL


def sign_of(r: Domain) -> int | None:
    """1 or -1 where every value has that sign."""
    if r.positive:
        return 1
    upper = r.upper
    return -1 if upper is not None and (upper < 0 or (upper == 0 and r.upper_open)) else None


def _div(_node: Term, args: list[Fact]) -> Fact:
    top, bottom = args
    total = top.total and bottom.total and bottom.range.nonzero
    if top.range.nonnegative and bottom.range.nonnegative:
        return Fact(total, POSITIVE if top.range.positive else NONNEGATIVE)
    signs = sign_of(top.range), sign_of(bottom.range)
    if None not in signs:
        return Fact(total, POSITIVE if signs[0] == signs[1] else NEGATIVE)
    return Fact(total, Domain(excluded=(Fraction(0),)) if top.range.nonzero else REAL)


def _pow(_node: Term, args: list[Fact]) -> Fact:
    base, exponent = args
    total = base.total and exponent.total
    if base.range.positive:
        return Fact(total, POSITIVE)
    power = exponent.range.lower if exponent.range.lower == exponent.range.upper else None
    if power is not None and power.denominator == 1:
        whole = total and (power > 0 or base.range.nonzero)
        if power % 2 == 0:
            return Fact(whole, POSITIVE if base.range.nonzero else NONNEGATIVE)
        if base.range.nonnegative:
            return Fact(whole, NONNEGATIVE)
        return Fact(whole, Domain(excluded=(Fraction(0),)) if base.range.nonzero else REAL)
    if base.range.nonnegative:
        return Fact(total and exponent.range.positive, NONNEGATIVE)
    return UNKNOWN


def _root(_node: Term, args: list[Fact]) -> Fact:
    base, degree = args
    fixed = degree.range.lower == degree.range.upper and (degree.range.lower or 0) > 0
    if base.range.nonnegative and fixed:
        return Fact(base.total, POSITIVE if base.range.positive else NONNEGATIVE)
    return UNKNOWN


def _sqrt(_node: Term, args: list[Fact]) -> Fact:
    inside = args[0].range
    total = args[0].total and inside.nonnegative
    return Fact(total, POSITIVE if inside.positive else NONNEGATIVE)


def _exp(_node: Term, args: list[Fact]) -> Fact:
    """Positive; below 1 for a negative argument, above 1 for a positive one."""
    sign = sign_of(args[0].range)
    lower = Fraction(1) if sign == 1 else Fraction(0)
    upper = Fraction(1) if sign == -1 else None
    return Fact(args[0].total, Domain(lower, upper, True, upper is not None))


def _abs(_node: Term, args: list[Fact]) -> Fact:
    return Fact(args[0].total, POSITIVE if args[0].range.nonzero else NONNEGATIVE)


def _sum(_node: Term, args: list[Fact]) -> Fact:
    body = args[-1]
    return Fact(body.total, NONNEGATIVE if body.range.nonnegative else REAL)


def _matmul(node: Term, _args: list[Fact]) -> Fact:
    """`v^T v` is no negative number."""
    left, right = node.args[0], node.args[-1]
    squared = len(node.args) == 2 and left.op == "transpose" and left.args[0] is right
    return Fact(False, NONNEGATIVE if squared and node.shape == () else REAL)


def _indicator(_node: Term, args: list[Fact]) -> Fact:
    return Fact(args[0].total, Domain(Fraction(0), Fraction(1)))


def _relation(_node: Term, args: list[Fact]) -> Fact:
    return Fact(all(a.total for a in args), REAL)


def _piecewise(node: Term, args: list[Fact]) -> Fact:
    otherwise = len(args) % 2 == 1
    values = args[0:-1:2] + args[-1:] if otherwise else args[0::2]
    complete = otherwise or _exhaustive(node.args[1::2])
    total = complete and all(a.total for a in args)
    if all(v.range.positive for v in values):
        return Fact(total, POSITIVE)
    return Fact(total, NONNEGATIVE if all(v.range.nonnegative for v in values) else REAL)


_SIGNS = {"<": {-1}, "<=": {-1, 0}, "=": {0}, ">=": {0, 1}, ">": {1}, "!=": {-1, 1}}


def _exhaustive(conditions: tuple[Term, ...]) -> bool:
    """Whether conditions compare the same two terms and leave no order of them out."""
    first = conditions[0]
    signs: set[int] = set()
    for condition in conditions:
        if condition.op != "relation" or len(condition.data) != 1:
            return False
        relation = condition.data[0]
        if condition.args != first.args:
            relation = MIRRORED.get(relation, "")
        if relation not in _SIGNS or set(condition.args) != set(first.args):
            return False
        signs |= _SIGNS[relation]
    return signs == {-1, 0, 1}


RULES: dict[str, Callable[[Term, list[Fact]], Fact]] = {
    "number": _number,
    "symbol": _symbol,
    "constant": _constant,
    "entry": _entry,
    "neg": _neg,
    "max": _max,
    "min": _min,
    "add": _add,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "root": _root,
    "sqrt": _sqrt,
    "exp": _exp,
    "abs": _abs,
    "sum": _sum,
    "matmul": _matmul,
    "indicator": _indicator,
    "relation": _relation,
    "and": _relation,
    "or": _relation,
    "not": _relation,
    "piecewise": _piecewise,
}
TOTAL = frozenset({"number", "symbol", "neg", "add", "mul", "exp", "abs", "max", "min"}) | {
    name
    for name, row in TABLE.items()
    if name not in RULES and row.defined is None and all(d == REAL for d in row.domain)
}
"""Operations that have a value wherever their arguments have one."""
