"""An exact zero test: both sides as one rational function, which is 0 or is not.

Everything is rewritten through the rows' definitions to exp, log, erf, roots, powers, sin and
cos; what is left is a rational function in generators (see kernels, exponents). If the
difference is 0, the two sides are equal at every point where both are defined. If it is not,
nothing follows: a nonzero normal form is not a refutation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from symdl.evidence.algebra import exponents as ex
from symdl.evidence.algebra import factorials as fac
from symdl.evidence.algebra import inverse_angles as angles
from symdl.evidence.algebra import kernels as ker
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra import whole
from symdl.evidence.algebra.demands import conditions
from symdl.evidence.algebra.gamma import gamma
from symdl.evidence.algebra.kernels import Kernels, Nowhere, Refine
from symdl.evidence.algebra.polynomials import NoRoom, Poly, Ratio, Ring, TooLarge
from symdl.evidence.algebra.roots import odd_root, root_power
from symdl.expression.domain import REAL
from symdl.expression.operators import TABLE
from symdl.expression.term import BINDERS, Term, operations, postorder, rebuild

SWITCHES = frozenset({"piecewise", "indicator"})
OWN_RULES = frozenset({"exp", "log", "sqrt", "abs", "sin", "cos", "erf", "max", "min", "sign"})
"""Rows that have rules here; a definition is not used for them."""
SLOTS = (8, 24, 64)
"""Room for generators: few are quicker, and mostly enough."""
MAX_ROUNDS = 24
MAX_NODES = 4_000

Facts = Sequence[tuple[Term, int]]
"""Terms with the sign (see signs; 0: they are zero) they have where the claim is looked at."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Equality where both sides are defined: the rules used beyond field arithmetic, and the
    conditions (relations) under which the sides are defined, as far as not always true."""

    rules: tuple[str, ...]
    conditions: tuple[Term, ...]


class NotDecided(Exception):
    """The normal form gives no answer; the text says why. Never leaves `evidence`."""


def prove_equal(left: Term, right: Term, facts: Facts = ()) -> Proof | None:
    """A proof that two closed scalar terms are equal wherever both are defined.

    None if their difference is not 0 as a rational function in its kernels; NotDecided when a
    bound on size is met or a side holds what has no normal form.

    >>> from symdl.expression.term import symbol
    >>> x = symbol("x")
    >>> prove_equal((x + 1) ** 2, x**2 + 2 * x + 1) is not None
    True
    """
    sides = core(left), core(right)
    for slots in SLOTS:
        try:
            return _converge(Kernels(Ring(slots)), sides, facts)
        except TooLarge as problem:
            if slots == SLOTS[-1] or not isinstance(problem, NoRoom):
                raise NotDecided(f"too large for the normal form: {problem}") from None
        except Nowhere as problem:
            raise NotDecided(f"a side is defined nowhere: {problem}") from None
    return None


def _converge(k: Kernels, sides: tuple[Term, Term], facts: Facts) -> Proof | None:
    for _ in range(MAX_ROUNDS):
        k.restart()
        try:
            return _compare(k, sides, facts)
        except Refine:
            continue
        except ZeroDivisionError:
            raise NotDecided("a denominator may be 0: there is no normal form") from None
    raise NotDecided("the exponents found no common basis")


def _compare(k: Kernels, sides: tuple[Term, Term], facts: Facts) -> Proof | None:
    values = convert(k, [*sides, *(core(term) for term, _ in facts)])
    zeros = []
    for term, sign in facts:
        value = pol.lowest(k.ring, values[core(term)])
        if not sign:
            zeros.append(value.num)
        elif signs.note(k.ring, value, sign)[1]:
            raise Refine
    left, right = (values[side] for side in sides)
    if not _same(k, left, right, zeros):
        return None
    needed = tuple(dict.fromkeys(conditions(k, sides, values)))
    return Proof(tuple(sorted(k.rules)), needed)


def _same(k: Kernels, left: Ratio, right: Ratio, zeros: Iterable[Poly]) -> bool:
    """Whether the numerator of the difference is 0, or a multiple of what is 0 here."""
    difference = k.ring.reduce(pol.add(k.ring, left, pol.negative(right)).num)
    if difference.is_zero():
        return True
    return any(not zero.is_zero() and divmod(difference, zero)[1].is_zero() for zero in zeros)


# --- from Terms to rational functions --------------------------------------------------------


@lru_cache(maxsize=512)
def core(root: Term) -> Term:
    """The term with the rows' definitions written out, down to the operations with own rules."""
    if _DEFINED.isdisjoint(operations(root)):
        return root
    done: dict[Term, Term] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [a for a in node.args if a not in done]
        if waiting:
            stack.extend(waiting)
            continue
        args = tuple(done[a] for a in node.args)
        defined = _defined(node.op, args)
        if defined is None:
            done[node] = rebuild(node, args)
        elif defined in done:
            done[node] = done[defined]
        else:
            # what is written out already stands for itself in the definition
            done.update((a, a) for a in args)
            stack.append(defined)
            continue
        stack.pop()
    return done[root]


def _defined(op: str, args: tuple[Term, ...]) -> Term | None:
    definition = TABLE[op].definition if op in _DEFINED else None
    return None if definition is None else definition(*args)


_DEFINED = frozenset(
    name for name, row in TABLE.items() if row.definition is not None and name not in OWN_RULES
)
"""The rows that stand for their definition."""


def convert(k: Kernels, roots: Iterable[Term]) -> dict[Term, Ratio]:
    """The rational function of every sub-term, exponentials level by level."""
    levels = _levels(roots)
    values: dict[Term, Ratio] = {}
    for level in levels:
        exponents = [n for n in level if n.op == "exp" or _is_e(n)]
        if exponents:
            _register_level(k, exponents, values)
        for node in level:
            values[node] = _value(k, node, values)
    return values


def _is_e(node: Term) -> bool:
    return node.op == "constant" and node.data == "e"


_DEEPENING = frozenset({"exp", "pow"})


def _levels(roots: Iterable[Term]) -> list[list[Term]]:
    """All sub-terms by how deep exponentials are nested in them, arguments first."""
    depth: dict[Term, int] = {}
    levels: list[list[Term]] = []
    for root in roots:
        for node in postorder(root):
            if node in depth:
                continue
            below = max(map(depth.__getitem__, node.args)) if node.args else 0
            if node.op in _DEEPENING and node.args:
                below += 1
            depth[node] = below
            while len(levels) <= below:
                levels.append([])
            levels[below].append(node)
    if len(depth) > MAX_NODES:
        raise TooLarge(f"{len(depth)} sub-terms")
    return levels


def _register_level(k: Kernels, nodes: list[Term], values: dict[Term, Ratio]) -> None:
    found = []
    for node in nodes:
        exponent = pol.rational(k.ring, 1) if _is_e(node) else values[node.args[0]]
        exponent, _ = ex.take_logarithms(k, pol.lowest(k.ring, exponent))
        if not exponent.num.is_zero():
            found.append(exponent)
    if found:
        ex.register(k, "exp", found)


def _value(k: Kernels, node: Term, values: dict[Term, Ratio]) -> Ratio:
    rule = _RULES.get(node.op)
    if rule is not None:
        return rule(k, node, list(map(values.__getitem__, node.args)))
    if node.op in SWITCHES or node.op in ("relation", "and", "or", "not"):
        raise NotDecided("a case distinction is left")
    row = TABLE.get(node.op)
    if row is None or node.op in BINDERS or node.shape != ():
        return ker.atom(k, node)
    return ker.function(k, node.op, [values[a] for a in node.args], node.data, row.range)


def _add(k: Kernels, _: Term, args: list[Ratio]) -> Ratio:
    total = args[0]
    for value in args[1:]:
        total = pol.add(k.ring, total, value)
    return total


def _mul(k: Kernels, _: Term, args: list[Ratio]) -> Ratio:
    total = args[0]
    for value in args[1:]:
        total = pol.multiply(k.ring, total, value)
    return total


def _div(k: Kernels, _: Term, args: list[Ratio]) -> Ratio:
    below = args[1]
    if not below.num.is_constant():
        below = pol.lowest(k.ring, below)
    return pol.multiply(k.ring, args[0], pol.inverse(k.ring, below))


def _pow(k: Kernels, _node: Term, args: list[Ratio]) -> Ratio:
    exponent = pol.as_rational(pol.lowest(k.ring, args[1]))
    if exponent is None:
        return ex.symbolic_power(k, args[0], args[1])
    return root_power(k, args[0], exponent)


def _root(k: Kernels, _node: Term, args: list[Ratio]) -> Ratio:
    degree = pol.as_rational(pol.lowest(k.ring, args[1]))
    if degree is None or degree.denominator != 1 or not 0 < degree <= 64:
        return ker.function(k, "root", args, None, REAL)
    if degree % 2:
        return odd_root(k, args[0], int(degree))
    return root_power(k, args[0], 1 / degree)


def _constant(k: Kernels, node: Term, _: list[Ratio]) -> Ratio:
    if node.data == "pi":
        return ker.pi(k)
    if node.data == "e":
        return ex.exponential(k, pol.rational(k.ring, 1))
    raise NotDecided("infinity is not a number")


def _symbol(k: Kernels, node: Term, _: list[Ratio]) -> Ratio:
    return ker.atom(k, node, node.data.domain)


def _entry(k: Kernels, node: Term, _: list[Ratio]) -> Ratio:
    base = node.args[0]
    return ker.atom(k, node, base.data.domain if base.op == "symbol" else REAL)


Rule = Callable[[Kernels, Term, list[Ratio]], Ratio]
_RULES: dict[str, Rule] = {
    "number": lambda k, node, _: pol.rational(k.ring, node.data.value),
    "constant": _constant,
    "symbol": _symbol,
    "entry": _entry,
    "add": _add,
    "mul": _mul,
    "hadamard": _mul,
    "neg": lambda k, _, args: pol.negative(args[0]),
    "div": _div,
    "pow": _pow,
    "root": _root,
    "sqrt": lambda k, _, args: root_power(k, args[0], Fraction(1, 2)),
    "exp": lambda k, _, args: ex.exponential(k, args[0]),
    "log": lambda k, _, args: ker.logarithm(k, args[0]),
    "abs": lambda k, _, args: ker.absolute(k, args[0]),
    "sin": lambda k, _, args: ex.cos_sin(k, args[0])[1],
    "cos": lambda k, _, args: ex.cos_sin(k, args[0])[0],
    "arcsin": lambda k, _, args: angles.arcsine(k, args[0]),
    "arccos": lambda k, _, args: angles.arccosine(k, args[0]),
    "arctan": lambda k, _, args: angles.arctangent(k, args[0]),
    "floor": lambda k, _, args: whole.floor(k, args[0]),
    "ceil": lambda k, _, args: whole.ceiling(k, args[0]),
    "factorial": lambda k, _, args: fac.factorial(k, args[0]),
    "binomial": lambda k, _, args: fac.binomial(k, args[0], args[1]),
    "gamma_function": lambda k, _, args: gamma(k, args[0]),
}
