"""Whether a claim is true, by numbers: an opinion that shares nothing with symdl but the reading.

Terms are evaluated by mpmath with 150 digits and arrays of NumPy at several sizes and points;
derivatives are difference quotients, definitions of the scope are followed, limits and images
are looked at by samples. `False` is certain; `True` says that nothing was found against it;
None that numbers cannot tell.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random
from types import MappingProxyType
from typing import Any

import mpmath as mp
import numpy as np

from symdl.document.errors import ShapeError
from symdl.evidence.claim import Claim
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.scope import Definition
from symdl.expression.term import Term, make, number, postorder

DIGITS = 150
STEP = mp.mpf(10) ** -25
LARGEST = 10**7
"""Powers of e beyond this are not evaluated."""
SAME = mp.mpf(10) ** -90
CLOSE = mp.mpf(10) ** -18
SIZES: tuple[tuple[int, ...], ...] = ((2, 3, 4, 5), (3, 2, 2, 4), (4, 3, 2, 2), (5, 4, 3, 2))
POINTS = 17
PLAIN = [
    Fraction(v)
    for v in (
        "1", "2", "-1", "1/2", "-1/2", "3", "0", "-2", "3/2", "-5", "10", "-10", "1/10", "40",
        "-40", "1000", "-1000")
]  # fmt: skip


class Undefined(Exception):
    """There is no value at the point."""


class Unknown(Exception):
    """Numbers do not tell: an operation that this oracle does not know."""


class Oracle:
    """Values of the terms of a scope at one point: sizes by name, a value for every symbol."""

    def __init__(self, claim: Claim, sizes: Mapping[str, int], seed: int) -> None:
        self.scope = claim.scope
        self.sizes = dict(sizes)
        self.draw = Random(seed)
        self.seed = seed
        self.known: dict[Any, Any] = {}

    # --- symbols and entries ----------------------------------------------------------------

    def of(self, term: Term, local: Mapping[Term, Any] | None = None) -> Any:
        """The value of a term; `local` binds symbols."""
        local = local or {}
        if term in local:
            return local[term]
        special = getattr(self, f"_{term.op}", None)
        if special is not None:
            return special(term, local)
        rule = FUNCTIONS.get(term.op)
        if rule is None:
            raise Unknown(term.op)
        return rule(*(self.of(a, local) for a in term.args))

    def _number(self, term: Term, _: Mapping[Term, Any]) -> Any:
        value = term.data.value
        return mp.mpf(value.numerator) / value.denominator

    def _constant(self, term: Term, _: Mapping[Term, Any]) -> Any:
        return {"pi": +mp.pi, "e": +mp.e, "infinity": mp.inf}[term.data]

    def _symbol(self, term: Term, local: Mapping[Term, Any]) -> Any:
        if term in self.scope.values:
            return self.of(self.scope.values[term], local)
        name = term.data.name
        if name in self.scope.functions and not term.data.shape:
            if DERIVED not in local:
                raise Unknown("a function without its argument")
            return self.of(self.scope.functions[name].body, local)
        if name in self.sizes:
            return mp.mpf(self.sizes[name])
        entry = self.scope.entries.get(name)
        if entry is not None and term.data.shape:
            return self._by_entries(entry, self._shape(term), local)
        shape = self._shape(term)
        return self._drawn(name, term.data.domain, shape)

    def _shape(self, term: Term) -> tuple[int, ...]:
        if term.shape is None:
            raise Unknown("an array of unknown size")
        found = []
        for dim in term.shape:
            if isinstance(dim, str) and dim not in self.sizes:
                raise Unknown(f"size {dim}")
            found.append(dim if isinstance(dim, int) else self.sizes[dim])
        return tuple(found)

    def _by_entries(
        self, entry: Definition, shape: tuple[int, ...], local: Mapping[Term, Any]
    ) -> Any:
        found = np.empty(shape, dtype=object)
        for place in itertools.product(*(range(n) for n in shape)):
            bound = zip(entry.parameters, (mp.mpf(i + 1) for i in place), strict=True)
            found[place] = self.of(entry.body, {**local, **dict(bound)})
        return found

    def _drawn(self, key: Any, domain: Domain, shape: tuple[int, ...] = ()) -> Any:
        if (key, shape) not in self.known:
            if shape:
                found = np.empty(shape, dtype=object)
                for place in np.ndindex(*shape):
                    found[place] = self._one(domain)
                self.known[key, shape] = found
            else:
                self.known[key, shape] = self._one(domain)
        return self.known[key, shape]

    def _one(self, domain: Domain) -> Any:
        own = PLAIN[(7 * self.seed) % len(PLAIN)]
        for attempt in range(200):
            value = own if not attempt and not self.known else self._candidate(domain)
            if domain.contains(value):
                return mp.mpf(value.numerator) / value.denominator
        raise Unknown("an empty domain")

    def _candidate(self, domain: Domain) -> Fraction:
        draw, low, high = self.draw, domain.lower, domain.upper
        if domain.integer:
            first = -4 if low is None else int(low)
            last = first + 7 if high is None else int(high)
            return Fraction(draw.randint(first, max(first, last)))
        if low is not None and high is not None:
            part = draw.choice([Fraction(draw.randint(0, 97), 97), Fraction(1, 2), Fraction(1, 9)])
            return low + (high - low) * part
        raw = draw.choice([*PLAIN, *(Fraction(draw.randint(-400, 400), 97) for _ in range(12))])
        if low is not None:
            return low + abs(raw)
        return raw if high is None else high - abs(raw)

    def _entry(self, term: Term, local: Mapping[Term, Any]) -> Any:
        base, *places = term.args
        if not base.shape and any(i.op == "symbol" and i not in local for i in places):
            declared = (self.scope.symbols.get(i.data.name) for i in places if i.op == "symbol")
            if not all(d is not None and d.domain.integer for d in declared):
                raise Unknown("an index of which nothing is said")
        indices = [self._whole(self.of(i, local)) for i in places]
        try:
            exactly = make("entry", base, *(number(i) for i in indices))
        except ShapeError:
            raise Undefined from None  # beyond the end of a list
        if exactly in self.scope.values:
            return self.of(self.scope.values[exactly], local)
        name = base.data.name if base.op == "symbol" else ""
        definition = self.scope.entries.get(name) or self.scope.recurrences.get(name)
        if definition is not None and len(definition.parameters) == len(indices):
            if name in self.scope.recurrences and indices[0] <= self._first(name):
                if indices[0] < self._first(name):
                    raise Undefined
                return self._drawn((name, *indices), base.data.domain)
            bound = zip(definition.parameters, map(mp.mpf, indices), strict=True)
            return self.of(definition.body, {**local, **dict(bound)})
        if base.op == "symbol" and not base.shape and base not in self.scope.values:
            return self._drawn((name, *indices), base.data.domain)
        array = self.of(base, local)
        if any(i < 1 for i in indices) or not isinstance(array, np.ndarray):
            raise Unknown("an index")
        try:
            return array[tuple(i - 1 for i in indices)]
        except IndexError:
            raise Undefined from None

    def _first(self, name: str) -> int:
        """From where on a recurrence is followed: its start, or a free state before all steps."""
        given = [
            int(key.args[1].data.value)
            for key in self.scope.values
            if key.op == "entry" and key.args[0].data.name == name and key.args[1].op == "number"
        ]
        return min(given, default=0)

    def _whole(self, value: Any) -> int:
        if isinstance(value, np.ndarray) or value != mp.nint(value):
            raise Unknown("an index that is no integer")
        return int(value)

    def _label(self, term: Term, local: Mapping[Term, Any]) -> Any:
        if term in self.scope.values:
            return self.of(self.scope.values[term], local)
        return self._drawn(repr(term), Domain(), self._shape(term))

    def _prime(self, term: Term, local: Mapping[Term, Any]) -> Any:
        if term.args[0].op == "symbol" and term.args[0].data.name in self.scope.functions:
            raise Unknown("a derivative that does not say in what")
        return self._label(term, local)

    # --- functions and derivatives --------------------------------------------------------------

    def _call(self, term: Term, local: Mapping[Term, Any]) -> Any:
        name = term.data.function.name
        definition = self.scope.functions.get(name)
        if definition is None and self.scope.outer is not None:
            definition = self.scope.outer(name)
        if definition is None or len(definition.parameters) != len(term.args):
            raise Unknown(name)
        values = [self.of(a, local) for a in term.args]
        if not term.data.primes:
            bound = dict(zip(definition.parameters, values, strict=True))
            return self.of(definition.body, {**local, **bound})

        def run(x: Any) -> Any:
            return self.of(definition.body, {**local, definition.parameters[0]: x})

        if isinstance(values[0], np.ndarray):
            return np.frompyfunc(lambda x: slope(run, x, term.data.primes), 1, 1)(values[0])
        return slope(run, values[0], term.data.primes)

    def _derivative(self, term: Term, local: Mapping[Term, Any]) -> Any:
        body, *variables = term.args
        if any(v.op not in ("symbol", "entry", "label") for v in variables):
            raise Unknown("a derivative in an expression")
        if not self._depends(body, variables[0]):
            raise Unknown("whether it depends on the variable is not said")
        return self._partial(body, tuple(variables), {**local, DERIVED: True})

    def _depends(self, body: Term, variable: Term) -> bool:
        """Whether the variable, or something that stands for more, occurs."""
        named = self.scope.functions.keys() | self.scope.entries.keys()
        base = variable.args[0] if variable.op == "entry" else variable
        return any(
            n is base
            or n in self.scope.values
            or n.op == "call"
            or (n.op == "symbol" and n.data.name in named)
            for n in postorder(body)
        )

    def _partial(self, body: Term, variables: tuple[Term, ...], local: Mapping[Term, Any]) -> Any:
        if not variables:
            return self.of(body, local)
        *inner, variable = variables

        def run(x: Any) -> Any:
            moved = self._with(variable, x, local)
            return self._partial(body, tuple(inner), moved)

        here = self.of(variable, local)
        if isinstance(here, np.ndarray):
            raise Unknown("a derivative in an array")
        return slope(run, here)

    def _with(self, variable: Term, value: Any, local: Mapping[Term, Any]) -> dict[Term, Any]:
        if variable.op == "symbol":
            return {**local, variable: value}
        base = variable.args[0]
        indices = [self._whole(self.of(i, local)) for i in variable.args[1:]]
        if variable.op != "entry" or not base.shape:
            raise Unknown("a derivative in a state")
        array = np.array(self.of(base, local), dtype=object)
        array[tuple(i - 1 for i in indices)] = value
        return {**local, base: array}

    def _gradient(self, term: Term, local: Mapping[Term, Any]) -> Any:
        body, variable = term.args
        if not self._depends(body, variable):
            raise Unknown("whether it depends on the variable is not said")
        here = self.of(variable, local)
        if not isinstance(here, np.ndarray):
            return slope(lambda x: self.of(body, {**local, variable: x}), here)
        found = np.empty(here.shape, dtype=object)
        for place in np.ndindex(*here.shape):

            def run(x: Any, place: Any = place) -> Any:
                moved = here.copy()
                moved[place] = x
                return _scalar(self.of(body, {**local, variable: moved}))

            found[place] = slope(run, here[place])
        return found

    def _at(self, term: Term, local: Mapping[Term, Any]) -> Any:
        body, variable, value = term.args
        return self.of(body, {**local, variable: self.of(value, local)})

    # --- binders ------------------------------------------------------------------------------

    def _each(self, term: Term, local: Mapping[Term, Any]) -> list[Any]:
        index, *middle, body = term.args
        if term.data == "range":
            ends = [self._whole(self.of(end, local)) for end in middle]
            steps = range(ends[0], ends[1] + 1)
        elif term.data == "all":
            steps = range(1, self._extent(index, body) + 1)
        else:
            raise Unknown("a sum over a set")
        return [self.of(body, {**local, index: mp.mpf(k)}) for k in steps]

    def _extent(self, index: Term, body: Term) -> int:
        waiting = [body]
        while waiting:
            node = waiting.pop()
            if node.op == "entry" and index in node.args[1:]:
                base = node.args[0]
                axis = node.args.index(index) - 1
                if base.shape:
                    return self._shape(base)[axis]
            waiting.extend(node.args)
        raise Unknown("the range of a sum")

    def _sum(self, term: Term, local: Mapping[Term, Any]) -> Any:
        return sum(self._each(term, local), mp.mpf(0))

    def _product(self, term: Term, local: Mapping[Term, Any]) -> Any:
        total = mp.mpf(1)
        for value in self._each(term, local):
            total = total * value
        return total

    def _max_over(self, term: Term, local: Mapping[Term, Any]) -> Any:
        return max(self._each(term, local))

    def _min_over(self, term: Term, local: Mapping[Term, Any]) -> Any:
        return min(self._each(term, local))

    # --- cases ----------------------------------------------------------------------------------

    def _piecewise(self, term: Term, local: Mapping[Term, Any]) -> Any:
        for value, condition in zip(term.args[::2], term.args[1::2], strict=False):
            if self.of(condition, local):
                return self.of(value, local)
        if len(term.args) % 2:
            return self.of(term.args[-1], local)
        raise Undefined

    def _indicator(self, term: Term, local: Mapping[Term, Any]) -> Any:
        return mp.mpf(bool(self.of(term.args[0], local)))

    def _relation(self, term: Term, local: Mapping[Term, Any]) -> bool:
        links = zip(term.data, term.args, term.args[1:], strict=False)
        return all(self._link(kind, a, b, local) for kind, a, b in links)

    def _link(self, kind: str, a: Term, b: Term, local: Mapping[Term, Any]) -> bool:
        left = self.of(a, local)
        if kind == "in":
            return contains(self.set_of(b, local), left)
        if kind not in ORDERS:
            raise Unknown(kind)
        right = self.of(b, local)
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            raise Unknown("a condition on arrays")
        return (0 if abs(left - right) < SAME else int(mp.sign(left - right))) in ORDERS[kind]

    def _and(self, term: Term, local: Mapping[Term, Any]) -> bool:
        return all(self.of(a, local) for a in term.args)

    def _or(self, term: Term, local: Mapping[Term, Any]) -> bool:
        return any(self.of(a, local) for a in term.args)

    def _not(self, term: Term, local: Mapping[Term, Any]) -> bool:
        return not self.of(term.args[0], local)

    def set_of(self, term: Term, local: Mapping[Term, Any]) -> tuple[Any, Any, str]:
        """An interval as its ends and its brackets."""
        if term.op == "number_set" and term.data == "R":
            return -mp.inf, mp.inf, "()"
        if term.op != "interval":
            raise Unknown(term.op)
        low, high = (self.of(a, local) for a in term.args)
        if low > high:
            raise Unknown("no interval")
        return low, high, term.data

    def _vector(self, term: Term, local: Mapping[Term, Any]) -> Any:
        return np.array([self.of(a, local) for a in term.args], dtype=object)

    def _matrix(self, term: Term, local: Mapping[Term, Any]) -> Any:
        return self._vector(term, local).reshape(term.data)

    def _hadamard(self, term: Term, local: Mapping[Term, Any]) -> Any:
        if any(a.op == "transpose" and len(a.args[0].shape or ()) == 1 for a in term.args):
            raise Unknown("an entrywise product of a column and a row")
        return FUNCTIONS["hadamard"](*(self.of(a, local) for a in term.args))

    def _norm(self, term: Term, local: Mapping[Term, Any]) -> Any:
        flat = _flat(self.of(term.args[0], local))
        if term.data in ("2", "", "F"):
            return mp.sqrt(sum(x * x for x in flat))
        if term.data == "1":
            return sum(abs(x) for x in flat)
        if term.data == "inf":
            return max(abs(x) for x in flat)
        raise Unknown("a norm")


DERIVED: Any = "derived"
"""Marks that a function's name stands for its value: it is differentiated."""
ORDERS = {"=": (0,), "equiv": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,),
          ">=": (0, 1)}  # fmt: skip


def contains(interval: tuple[Any, Any, str], x: Any) -> bool:
    """Whether a number certainly lies in an interval."""
    low, high, ends = interval
    above = x > low or (ends[0] == "[" and abs(x - low) < SAME)
    return bool(above and (x < high or (ends[1] == "]" and abs(x - high) < SAME)))


def slope(f: Callable[[Any], Any], x: Any, order: int = 1) -> Any:
    """The derivative by difference quotients; Undefined at a kink."""
    if order > 1:
        return slope(lambda y: slope(f, y, order - 1), x)
    here, above, below = (_scalar(f(x + d)) for d in (0, STEP, -STEP))
    right, left = (above - here) / STEP, (here - below) / STEP
    if abs(right - left) > mp.mpf(10) ** -8 * (1 + abs(right)):
        raise Undefined
    return (above - below) / (2 * STEP)


# --- operations -------------------------------------------------------------------------------


def _scalar(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.size != 1:
            raise Unknown("an array where a number is expected")
        return value.reshape(-1)[0]
    return value


def _flat(value: Any) -> list[Any]:
    return list(value.reshape(-1)) if isinstance(value, np.ndarray) else [value]


def _guarded(f: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        try:
            found = f(*args)
        except (ValueError, ZeroDivisionError, OverflowError):
            raise Undefined from None
        if isinstance(found, mp.mpc) or not mp.isfinite(found):
            raise Undefined
        return found

    return run


def _entrywise(f: Callable[..., Any]) -> Callable[..., Any]:
    guarded = _guarded(f)

    def run(*args: Any) -> Any:
        if any(isinstance(a, np.ndarray) for a in args):
            try:
                return np.frompyfunc(guarded, len(args), 1)(*args)
            except ValueError:
                raise Unknown("shapes") from None
        return guarded(*args)

    return run


def _fold(f: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    step = _entrywise(f)

    def run(first: Any, *others: Any) -> Any:
        for other in others:
            first = step(first, other)
        return first

    return run


def _exp(x: Any) -> Any:
    if abs(x) > LARGEST:
        raise Undefined  # mpmath would work on it forever
    return mp.exp(x)


def _log(x: Any) -> Any:
    if x <= 0:
        raise ValueError
    return mp.log(x)


def _power(x: Any, y: Any) -> Any:
    if x == 0 and y <= 0 and not y == 0:
        raise ValueError
    if x < 0 and not mp.isint(y):
        raise ValueError
    if x != 0 and abs(y * mp.log(abs(x))) > LARGEST:
        raise Undefined
    return x ** (int(y) if mp.isint(y) and abs(y) < 10**6 else y)


def _matmul(*factors: Any) -> Any:
    found = factors[0]
    for factor in factors[1:]:
        if not all(isinstance(f, np.ndarray) for f in (found, factor)):
            found = _entrywise(lambda a, b: a * b)(found, factor)
            continue
        try:
            found = found @ factor
        except ValueError:
            raise Unknown("shapes") from None
    return found


def _softmax(x: Any) -> Any:
    if not isinstance(x, np.ndarray):
        raise Unknown("softmax")
    powers = np.frompyfunc(_exp, 1, 1)(x)
    return powers / powers.sum(axis=-1, keepdims=True)


def _vector_only(f: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    def run(x: Any) -> Any:
        if not isinstance(x, np.ndarray) or x.ndim != 1:
            raise Unknown("of a vector only")
        return f(list(x))

    return run


def _mean(xs: list[Any]) -> Any:
    return sum(xs) / len(xs)


def _inverse(x: Any) -> Any:
    try:
        found = mp.inverse(mp.matrix(x.tolist()))
    except ZeroDivisionError:
        raise Undefined from None
    return np.array(found.tolist(), dtype=object)


def _round(x: Any) -> Any:
    return mp.nint(x)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": _fold(lambda a, b: a + b),
    "mul": _fold(lambda a, b: a * b),
    "hadamard": _fold(lambda a, b: a * b),
    "neg": lambda x: -x,
    "div": _entrywise(lambda x, y: x / y),
    "pow": _entrywise(_power),
    "root": _entrywise(lambda x, n: mp.sign(x) * mp.root(abs(x), int(n))
                       if n % 2 or x >= 0 else _log(-1)),
    "sqrt": _entrywise(lambda x: mp.sqrt(x) if x >= 0 else _log(-1)),
    "log": _entrywise(_log),
    "log_base": _entrywise(lambda x, b: _log(x) / _log(b)),
    "log2": _entrywise(lambda x: _log(x) / mp.log(2)),
    "log10": _entrywise(lambda x: _log(x) / mp.log(10)),
    "log1p": _entrywise(lambda x: _log(1 + x)),
    "expm1": _entrywise(lambda x: _exp(x) - 1),
    "exp": _entrywise(_exp),
    "abs": _entrywise(abs),
    "max": _fold(max),
    "min": _fold(min),
    "clip": _entrywise(lambda x, a, b: min(max(x, a), b)),
    "sign": _entrywise(mp.sign),
    "relu": _entrywise(lambda x: max(x, mp.mpf(0))),
    "sigmoid": _entrywise(lambda x: 1 / (1 + _exp(-x))),
    "logit": _entrywise(lambda x: _log(x / (1 - x))),
    "softplus": _entrywise(lambda x: mp.log(1 + _exp(x))),
    "erf": _entrywise(mp.erf),
    "erfc": _entrywise(mp.erfc),
    "normal_cdf": _entrywise(lambda x: (1 + mp.erf(x / mp.sqrt(2))) / 2),
    "normal_pdf": _entrywise(lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)),
    "floor": _entrywise(mp.floor),
    "ceil": _entrywise(mp.ceil),
    "round": _entrywise(_round),
    "factorial": _entrywise(mp.factorial),
    "binomial": _entrywise(mp.binomial),
    "mod": _entrywise(lambda x, y: x - y * mp.floor(x / y)),
    **{
        name: _entrywise(getattr(mp, name))
        for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
    "arctan": _entrywise(mp.atan),
    "arcsin": _entrywise(mp.asin),
    "arccos": _entrywise(mp.acos),
    "arsinh": _entrywise(mp.asinh),
    "artanh": _entrywise(mp.atanh),
    "matmul": _matmul,
    "dot": _matmul,
    "transpose": lambda x: x.T if isinstance(x, np.ndarray) else x,
    "inverse": _inverse,
    "trace": lambda x: np.trace(x),
    "det": lambda x: mp.det(mp.matrix(x.tolist())),
    "outer": lambda x, y: np.outer(x, y),
    "softmax": _softmax,
    "log_softmax": lambda x: np.frompyfunc(mp.log, 1, 1)(_softmax(x)),
    "logsumexp": _vector_only(lambda xs: mp.log(sum(_exp(x) for x in xs))),
    "mean": _vector_only(_mean),
    "variance": _vector_only(lambda xs: _mean([(x - _mean(xs)) ** 2 for x in xs])),
    "reduce_sum": _vector_only(sum),
}  # fmt: skip


# --- truth --------------------------------------------------------------------------------------


REFUSED = (Unknown, Undefined, RecursionError, KeyError, AttributeError, TypeError, ValueError)


def broken_at(claim: Claim, at: Mapping[str, str]) -> bool | None:
    """Whether a relation certainly fails at a point given by names; None if that is not known."""
    with mp.workdps(DIGITS):
        try:
            one, local = _placed(claim, at)
            failing = [c for c in claim.conditions if one.of(c, local) is not True]
            if failing:
                named = (n for c in failing for n in postorder(c) if n.op == "symbol")
                return False if all(plain(n) in at for n in named) else None
            if claim.relation == "in":
                inside = contains(
                    one.set_of(claim.right, local), _scalar(one.of(claim.left, local))
                )
                return not inside
            sides = (one.of(side, local) for side in (claim.left, claim.right))
            holds = _compare(claim.relation, *sides, claim)
            return None if holds is None else not holds
        except Undefined:
            return False
        except REFUSED:
            return None


def one_sided_at(claim: Claim, at: Mapping[str, str]) -> bool:
    """Whether just one side of a relation has a value at a point given by names."""
    with mp.workdps(DIGITS):
        try:
            one, local = _placed(claim, at)
            left, right = (_has_value(one, side, local) for side in (claim.left, claim.right))
            return left != right
        except REFUSED:
            return False


def _has_value(one: Oracle, side: Term, local: Mapping[Term, Any]) -> bool:
    try:
        one.of(side, local)
    except Undefined:
        return False
    return True


def _placed(claim: Claim, at: Mapping[str, str]) -> tuple[Oracle, dict[Term, Any]]:
    """An oracle with the values of a counterexample; entries that it leaves out are free."""
    values = {name: Fraction(text) for name, text in at.items()}
    sizes = {name: int(values[name]) for name in _dimensions(claim) if name in values}
    one = Oracle(claim, sizes, 1)
    local: dict[Term, Any] = {}
    nodes = {n: None for t in (claim.left, claim.right, *claim.conditions) for n in postorder(t)}
    for definition in (*claim.scope.functions.values(), *claim.scope.entries.values(),
                       *claim.scope.recurrences.values()):  # fmt: skip
        nodes |= dict.fromkeys(postorder(definition.body))
    nodes |= {n: None for v in claim.scope.values.values() for n in postorder(v)}
    for node in nodes:
        name = plain(node) if node.op in ("symbol", "label") else ""
        if name in values and name not in sizes:
            local[node] = mp.mpf(values[name].numerator) / values[name].denominator
        elif node.op == "symbol" and (shape := node.shape):
            try:
                array = one.of(node)
            except Unknown:
                continue  # the size of an array that the claim does not speak of
            for place in np.ndindex(*one._shape(node)) if shape else ():
                key = plain(make("entry", node, *(number(i + 1) for i in place)))
                if key in values:
                    array[place] = mp.mpf(values[key].numerator) / values[key].denominator
    return one, local


def truth(claim: Claim) -> bool | None:
    """Whether a claim is true: False is certain, True unopposed, None unknown."""
    with mp.workdps(DIGITS):
        try:
            return _truth(claim)
        except REFUSED:
            return None


def _truth(claim: Claim) -> bool | None:
    if claim.right is None or claim.kind == "definition":
        return None
    given = {r for c in claim.conditions if c.op == "relation" for r in c.data}
    if "approx" in given or (claim.relation == "approx" and "=" in given):
        return None  # which numbers are meant is not said exactly
    if "limit" in (claim.left.op, claim.right.op):
        return _limit(claim)
    if "image" in (claim.left.op, claim.right.op):
        return _image(claim)
    if claim.kind == "shape":
        return _shaped(claim)
    return _relation(claim)


def oracles(claim: Claim, points: int = POINTS) -> Iterator[Oracle]:
    """Points at which the conditions of a claim hold."""
    names = _dimensions(claim)
    indices = {index for index, _ in _free_indices(claim)}
    stated = (*claim.conditions, *claim.scope.hypotheses)
    conditions = [c for c in stated if not indices & set(postorder(c))]
    found = 0
    for seed in range(6 * points):
        sizes = dict(zip(names, itertools.cycle(SIZES[seed % len(SIZES)]), strict=False))
        one = Oracle(claim, sizes, seed)
        try:
            held = all(_holds(claim, one, c, indices) for c in conditions)
        except Undefined:
            continue
        if held:
            found += 1
            yield one
        if found >= points:
            break


def _holds(
    claim: Claim,
    one: Oracle,
    condition: Term,
    indices: set[Term],
    at: Mapping[Term, Any] = MappingProxyType({}),
) -> bool:
    """Whether a condition is true at a point; for all of an index that it alone has."""
    own = [(i, size) for i, size in _free_indices(claim, condition) if i not in indices]
    ranges = [range(1, one.sizes[size] + 1) for _, size in own]
    for place in itertools.islice(itertools.product(*ranges), 12):
        local = {i: mp.mpf(k) for (i, _), k in zip(own, place, strict=True)}
        if one.of(condition, {**at, **local}) is not True:
            return False
    return True


def _dimensions(claim: Claim) -> list[str]:
    """The names of sizes that the claim and the definitions behind it use."""
    scope = claim.scope
    waiting: list[Term] = [t for t in (claim.left, claim.right, *claim.conditions) if t is not None]
    definitions = (scope.functions, scope.entries, scope.recurrences)
    waiting += [d.body for table in definitions for d in table.values()]
    waiting += list(scope.values.values())
    found: dict[str, None] = {}
    seen: set[Term] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.op == "symbol":
            found |= dict.fromkeys(d for d in node.data.shape or () if isinstance(d, str))
        if node.op in ("sum", "product", "max_over", "min_over") and node.data == "range":
            top = node.args[2]
            if top.op == "symbol" and not top.data.shape and top not in scope.values:
                found[top.data.name] = None
        waiting.extend(node.args)
    return list(found)


def _free_indices(claim: Claim, condition: Term | None = None) -> list[tuple[Term, str]]:
    """Free symbols that are used as indices in the sides, or in a condition, with the size they run
    up to."""
    found: dict[Term, str] = {}
    terms = (claim.left, claim.right) if condition is None else (condition,)
    waiting = [(t, frozenset[Term]()) for t in terms if t is not None]
    while waiting:
        node, bound = waiting.pop()
        if node.op in ("sum", "product", "max_over", "min_over"):
            bound = bound | {node.args[0]}
        if node.op == "entry":
            for axis, index in enumerate(node.args[1:]):
                shape = node.args[0].shape or ()
                size = shape[axis] if axis < len(shape) else None
                free = index not in bound and index not in claim.scope.values
                if index.op == "symbol" and free and isinstance(size, str):
                    found[index] = size
        waiting.extend((a, bound) for a in node.args)
    return list(found.items())


def _places(claim: Claim, one: Oracle) -> Iterator[dict[Term, Any]]:
    indices = _free_indices(claim)
    ranges = [range(1, one.sizes[size] + 1) for _, size in indices]
    for place in itertools.islice(itertools.product(*ranges), 12):
        yield {i: mp.mpf(k) for (i, _), k in zip(indices, place, strict=True)}


def _relation(claim: Claim) -> bool | None:
    """Both sides at points. Where an equation has only one side, whether it is true there is a
    matter of words."""
    relation, right = claim.relation, claim.right
    assert right is not None
    compared, open_ = False, False
    indices = {index for index, _ in _free_indices(claim)}
    for one in oracles(claim):
        for local in _places(claim, one):
            try:
                if not all(_holds(claim, one, c, indices, local) for c in claim.conditions):
                    continue
            except Undefined:
                continue
            missing = [_is_undefined(one, side, local) for side in (claim.left, right)]
            open_ = open_ or (relation == "=" and missing[0] != missing[1])
            if any(missing):
                continue
            answer = _holds_at(claim, one, local)
            compared = True
            if answer is False:
                return False
            open_ = open_ or answer is None
    return True if compared and not open_ else None


def _is_undefined(one: Oracle, side: Term, local: Mapping[Term, Any]) -> bool:
    if side.op in ("interval", "number_set", "set", "space"):
        return False
    try:
        one.of(side, local)
    except Undefined:
        return True
    return False


def _holds_at(claim: Claim, one: Oracle, local: Mapping[Term, Any]) -> bool | None:
    relation, right = claim.relation, claim.right
    assert right is not None
    left_value = one.of(claim.left, local)
    if relation == "in":
        return contains(one.set_of(right, local), _scalar(left_value))
    answer = _compare(relation, left_value, one.of(right, local), claim)
    if answer is False and relation in ("<", ">", "!="):
        with mp.workdps(10 * DIGITS):  # it may be only nearly equal
            sides = (one.of(side, local) for side in (claim.left, right))
            answer = _compare(relation, *sides, claim)
    return answer


def _compare(relation: str, a: Any, b: Any, claim: Claim) -> bool | None:
    same = mp.mpf(10) ** (-mp.mp.dps * 3 // 5)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if np.shape(a) != np.shape(b):
            return None
        answers = [_compare(relation, x, y, claim) for x, y in zip(_flat(a), _flat(b), strict=True)]
        return False if False in answers else (None if None in answers else True)
    if relation in ("approx", "=") and claim.kind in ("number", "approximation"):
        return _printed(relation, a, b, claim)
    if relation not in ORDERS:
        return None
    gap = abs(a - b)
    scale = 1 + abs(a)
    if not differentiates(claim) and gap > same * scale and relation != "=":
        return int(mp.sign(a - b)) in ORDERS[relation]
    if gap > CLOSE * scale:
        return int(mp.sign(a - b)) in ORDERS[relation]
    if gap > same * scale:
        return True if relation in ("=", "equiv", "<=", ">=") else None
    return 0 in ORDERS[relation]


def differentiates(claim: Claim) -> bool:
    """Whether difference quotients stand behind the numbers."""
    text = repr((claim.left, claim.right))
    return (
        "derivative" in text or "gradient" in text or ("primes=" in text and "primes=0" not in text)
    )


def _printed(relation: str, a: Any, b: Any, claim: Claim) -> bool | None:
    """A printed number stands for what rounds to it."""
    gap = abs(a - b)
    if gap < SAME * (1 + abs(a)):
        return True
    for side in (claim.right, claim.left):
        inner = side.args[0] if side is not None and side.op == "neg" else side
        if inner is not None and inner.op == "number":
            places = inner.data.places
            if places is not None:
                half = mp.mpf(10) ** -places / 2
                return bool(gap <= half) if gap < half * 0.999 or gap > 2 * half else None
            return False if gap > abs(b) / 20 + 1 else None
    return None if relation == "approx" else gap < CLOSE * (1 + abs(a))


def _limit(claim: Claim) -> bool | None:
    """Values at points ever nearer."""
    assert claim.right is not None
    side, value = claim.left, claim.right
    if side.op != "limit":
        side, value = value, side
    if side.op != "limit" or claim.relation not in ("=", "equiv"):
        return None
    variable, point, body = side.args
    nodes = {*postorder(body), *postorder(value)}
    primed = any(n.op == "prime" and n.args[0] is variable for n in nodes)
    if primed or variable in postorder(value):
        return None  # it says nothing that has a meaning
    answers = []
    for one in oracles(claim, 4):
        at, target = one.of(point), one.of(value)
        for of_a_side in _approach(one, variable, body, at, side.data):
            seen = {None if len(s) < 4 else _tends(s, target) for s in of_a_side}
            # what sequences do not agree on is not seen
            answers.append(seen.pop() if len(seen) == 1 else None)
    return False if False in answers else (None if None in answers or not answers else True)


NEAR = (1, 1.5, 2, 2.5, 3, 4, 8, 12)
FAR = (40, 200, 1_000, 5_000, 20_000)
"""Powers of ten: how far out, or how near, the values of a limit are looked at."""
RATES = ("1", "1.6180339", "0.3183098")
"""Sequences that go to a place at these rates: where there is a limit, all have it."""


def _approach(
    one: Oracle, variable: Term, body: Term, at: Any, side: str
) -> Iterator[list[list[Any]]]:
    """For each side of the place the values on several sequences that go there."""
    tails = [[mp.mpf(rate) * mp.mpf(10) ** k for k in NEAR] for rate in RATES]
    if mp.isinf(at):
        # what is slow is seen only very far out, if it can be seen there at all
        tails.append([*tails[0], *(mp.mpf(10) ** k for k in FAR)])
        yield [_values(one, variable, body, [mp.sign(at) * t for t in tail]) for tail in tails]
        return
    domain = variable.data.domain if variable.op == "symbol" else Domain()
    for sign in {"+": (1,), "-": (-1,)}.get(side, (1, -1)):
        end = domain.lower if sign < 0 else domain.upper
        if end is not None and at == mp.mpf(end.numerator) / end.denominator:
            continue  # the variable has no values there
        yield [_values(one, variable, body, [at + sign / t for t in tail]) for tail in tails]


def _values(one: Oracle, variable: Term, body: Term, path: list[Any]) -> list[Any]:
    found = []
    for x in path:
        try:
            found.append(_scalar(one.of(body, {variable: x})))
        except Undefined:
            continue
    return found


def _tends(seen: list[Any], target: Any) -> bool | None:
    last, before = seen[-1], seen[-2]
    if mp.isinf(target):
        if last * mp.sign(target) > 10**4 and abs(last) > abs(before):
            return True
        return False if abs(last - before) < mp.mpf(10) ** -4 or last * target < 0 else None
    gaps = [abs(v - target) for v in seen]
    if gaps[-1] < mp.mpf(10) ** -5:
        return True
    return False if abs(last - before) < gaps[-1] / 100 or abs(last) > 10**6 else None


def _image(claim: Claim) -> bool | None:
    """Samples of the image against the set."""
    assert claim.right is not None
    side, target = claim.left, claim.right
    if side.op != "image":
        side, target = target, side
    variable, over, body = side.args
    for one in oracles(claim, 3):
        low, high, ends = one.set_of(target, {})
        start, stop, own = one.set_of(over, {})
        seen = list(_sampled(one, variable, body, (start, stop, own)))
        if len(seen) < 20:
            return None
        if not all(contains((low, high, ends), v) for _, v in seen):
            return False
        if claim.relation in ("=", "equiv"):
            answer = [_reached(seen, end, closed) for end, closed in
                      ((low, ends[0] == "["), (high, ends[1] == "]"))]  # fmt: skip
            return False if False in answer else (None if None in answer else True)
    return True


def _sampled(one: Oracle, variable: Term, body: Term, over: Any) -> Iterator[tuple[Any, Any]]:
    start, stop, _ = over
    raw = [mp.mpf(k) / 16 for k in range(-320, 321)]
    raw += [s * mp.mpf(k) for k in (30, 40, 50, 80) for s in (1, -1)]
    if not mp.isinf(start) and not mp.isinf(stop):
        raw += [start + (stop - start) * mp.mpf(k) / 64 for k in range(65)]
        near = (stop - start) / 10**9
        raw += [start + near, stop - near]
    for x in raw:
        if contains(over, x):
            try:
                yield x, _scalar(one.of(body, {variable: x}))
            except Undefined:
                continue


def _reached(seen: list[tuple[Any, Any]], end: Any, closed: bool) -> bool | None:
    """Whether samples come up to an end, and touch it just where it is closed."""
    values = [v for _, v in seen]
    if mp.isinf(end):
        return True if max(abs(v) for v in values) > 50 else None
    gap = min(abs(v - end) for v in values)
    if gap < SAME:
        return closed
    nearest = min(seen, key=lambda pair: abs(pair[1] - end))[0]
    if closed and abs(nearest) > 50 and gap < mp.mpf(10) ** -9:
        return False  # it is only approached
    if gap > mp.mpf(1) / 50 * (1 + abs(end)):
        return False
    return None if closed or gap > mp.mpf(10) ** -4 else True


def _known(claim: Claim) -> set[str]:
    """The names that are declared or defined."""
    scope = claim.scope
    valued = {v.data.name for v in scope.values if v.op == "symbol"}
    return {*scope.symbols, *scope.functions, *scope.entries, *valued}


def _shaped(claim: Claim) -> bool | None:
    right = claim.right
    if right is None or claim.relation not in ("in", "->", "="):
        return None
    dims = right.args if right.op in ("space", "tuple") else None
    if dims is None:
        return None
    left = claim.left.args[0] if claim.left.op == "shape_of" else claim.left
    named = [node for node in postorder(left) if node.op == "symbol"]
    if any(n.shape is None or n.data.name not in _known(claim) for n in named):
        return None
    for one in oracles(claim, 2):
        wanted = tuple(one._whole(one.of(d)) for d in dims)
        if wanted != np.shape(one.of(left)):
            return False
    return True
