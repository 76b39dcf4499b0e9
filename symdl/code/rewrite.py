"""The engine that applies rewrite rows to a Term, from the leaves upwards.

Sums and products that differ in order only are made the same Term first (the author's
first spelling stays), so that what occurs twice is computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from symdl.code.normal import Addends, Factors, addends, factors, is_positive, product_of, sum_of
from symdl.code.pattern import (
    Any,
    Apply,
    Binding,
    Pattern,
    Powers,
    Total,
    match,
    match_powers,
    match_sum,
    needs,
)
from symdl.code.stable import Rewrite
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, every_part, make

_LONG = 64
_ROUNDS = 50
_PASSES = 8
_FEW = 8
_ARITHMETIC = frozenset({"add", "mul", "neg", "div", "pow", "sqrt"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled row."""

    row: Rewrite
    before: Pattern
    after: Pattern
    needs: frozenset[str]


@cache
def compile_rows(rows: tuple[Rewrite, ...]) -> dict[str, tuple[Rule, ...]]:
    """The rules by what they rewrite: `sum`, `product` or the name of an operator."""
    table: dict[str, list[Rule]] = {}
    for row in rows:
        before, after = row.sides()
        head = before.op if isinstance(before, Apply) else "product"
        if isinstance(before, Total):
            head = "sum"
        if isinstance(before, Powers) and before.powers[0][1] == Fraction(1, 2):
            head = "sqrt"
        table.setdefault(head, []).append(Rule(row, before, after, needs(before)))
    return {head: tuple(rules) for head, rules in table.items()}


class Rewriter:
    """One pass over Terms that share their results; make a new one for each set of rows."""

    def __init__(self, rows: tuple[Rewrite, ...], collect: bool = False) -> None:
        self.rules = compile_rows(rows)
        self.collect = collect
        self.done: dict[Term, Term] = {}
        self._sums: dict[frozenset[tuple[Term, Fraction]], Term] = {}
        self._products: dict[tuple[Fraction, frozenset[tuple[Term, Fraction]]], Term] = {}

    def __call__(self, root: Term) -> Term:
        """The Term with every row applied wherever it matches."""
        for node in every_part((root,), self.done):
            args = tuple(self.done[a] for a in node.args)
            self.done[node] = self.build(node.op, args, node.data)
        return self.done[root]

    def build(self, op: str, args: tuple[Term, ...], data: object = None) -> Term:
        """A node over rewritten arguments, rewritten itself."""
        node = make(op, *args, data=data)
        if op == "add":
            return self.sum(addends(node))
        if op in _ARITHMETIC:
            power = self._by_rule(node) if op == "pow" else None
            return power or self.product(*factors(node))
        if data is not None or not args:
            return node
        if op in ("max", "min") and len(args) == 2 and any(value_of(a) == 0 for a in args):
            pulled = self._without_scale(op, args)
            if pulled is not None:
                return pulled
        return self._by_rule(node) or node

    def _by_rule(self, node: Term) -> Term | None:
        """What the first row that matches the whole of a node makes of it."""
        for rule in self.rules.get(node.op, ()):
            for bound in match(rule.before, node, {}):
                if rule.row.allowed(bound):
                    return self.fill(rule.after, bound)
        return None

    def _without_scale(self, op: str, args: tuple[Term, ...]) -> Term | None:
        """max(0, a u) as a max(0, u) for a positive a."""
        place = 0 if value_of(args[0]) != 0 else 1
        coefficient, powers = factors(args[place])
        scale = tuple((b, e) for b, e in powers if b.op == "symbol" and is_positive(b))
        rest = tuple(p for p in powers if p not in scale)
        if (coefficient in (1, -1) and not scale) or not rest:
            return None
        inner = self.product(Fraction(1 if coefficient > 0 else -1), rest)
        bounded = self.build(op, (inner, args[1]) if place == 0 else (args[0], inner))
        return self.product(
            *factors(product_of(abs(coefficient), (*scale, (bounded, Fraction(1)))))
        )

    def sum(self, parts: Addends) -> Term:
        """A sum: equal addends joined, a common factor taken out, rows applied."""
        for _ in range(_ROUNDS):
            changed = self._rewrite_sum(parts)
            if changed is None:
                break
            parts = addends(changed)
        if len(parts) == 1:
            coefficient, only = parts[0]
            inner, powers = factors(only)
            return self._product_term(coefficient * inner, powers)
        if self.collect and 1 < len(parts) <= _FEW:
            common = _common_powers(parts)
            if common:
                rest = self.sum(tuple((c, _without(t, common)) for c, t in parts))
                return self.product(
                    *factors(product_of(Fraction(1), ((rest, Fraction(1)), *common)))
                )
        key = frozenset((t, c) for c, t in parts)
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = sum_of(parts)
        return found

    def _rewrite_sum(self, parts: Addends) -> Term | None:
        if len(parts) < 2 or len(parts) > _LONG:
            return None
        heads = {t.op for _, t in parts} | {b.op for _, t in parts for b, _ in factors(t)[1]}
        for rule in self.rules.get("sum", ()):
            if not rule.needs <= heads:
                continue
            assert isinstance(rule.before, Total)
            for scale, bound, rest in match_sum(rule.before, parts, {}):
                if rule.row.allowed(bound):
                    new = self.fill(rule.after, bound)
                    inner, powers = factors(new)
                    scaled = self._product_term(scale * inner, powers)
                    return sum_of((*rest_before(parts, rest), (Fraction(1), scaled)))
        return None

    def product(self, coefficient: Fraction, powers: Factors) -> Term:
        """A product: exponentials joined, rows applied."""
        for _ in range(_ROUNDS):
            changed = self._rewrite_product(powers)
            if changed is None:
                break
            scale, powers = changed
            coefficient *= scale
        if not powers or len(powers) > 1 or powers[0][0].op != "add":
            return self._product_term(coefficient, powers)
        base, exponent = powers[0]
        if exponent == 1 and abs(coefficient) == 1:
            return self.sum(tuple((coefficient * c, t) for c, t in addends(base)))
        return self._product_term(coefficient, powers)

    def _product_term(self, coefficient: Fraction, powers: Factors) -> Term:
        key = (coefficient, frozenset(powers))
        found = self._products.get(key)
        if found is None:
            found = self._products[key] = product_of(coefficient, powers)
        return found

    def _rewrite_product(self, powers: Factors) -> tuple[Fraction, Factors] | None:
        joined = self._join_exponentials(powers)
        if joined is not None:
            return Fraction(1), joined
        if len(powers) > _LONG:
            return None
        heads = {b.op for b, _ in powers}
        rules = (*self.rules.get("product", ()), *self.rules.get("sqrt", ()))
        for rule in rules:
            if not rule.needs <= heads:
                continue
            assert isinstance(rule.before, Powers)
            for scale, bound, rest in match_powers(rule.before, powers, {}):
                if rule.row.allowed(bound) and not ("alone" in rule.row.condition and _over(rest)):
                    new = self.fill(rule.after, bound)
                    return factors_of((new, scale), rest)
        return None

    def _join_exponentials(self, powers: Factors) -> Factors | None:
        """exp(a) exp(b)^-1 as exp(a - b): two infinities may cancel."""
        exponentials = [(b, e) for b, e in powers if b.op == "exp"]
        if not exponentials or (len(exponentials) == 1 and exponentials[0][1] == 1):
            return None
        parts: list[tuple[Fraction, Term]] = []
        for base, exponent in exponentials:
            parts.extend((exponent * c, t) for c, t in addends(base.args[0]))
        total = self.sum(addends(sum_of(parts)))
        rest = tuple((b, e) for b, e in powers if b.op != "exp")
        if value_of(total) == 0:
            return rest
        return rest + ((self.build("exp", (total,)), Fraction(1)),)

    def fill(self, p: Pattern, bound: Binding) -> Term:
        """The Term that a right side spells, itself rewritten."""
        if isinstance(p, Any):
            return bound[p.name]
        if isinstance(p, Apply):
            return self.build(p.op, tuple(self.fill(q, bound) for q in p.args))
        if isinstance(p, Total):
            parts = [(c, self.fill(q, bound)) for c, q in p.parts]
            return self.sum(addends(sum_of(parts)))
        coefficient, powers = p.coefficient, list[tuple[Term, Fraction]]()
        for inner, exponent in p.powers:
            powers.append((self.fill(inner, bound), exponent))
        return self.product(*factors(product_of(coefficient, powers)))


def rest_before(parts: Addends, rest: Addends) -> Addends:
    """What a rewrite of a sum left over, in the order of the sum."""
    kept = set(rest)
    return tuple(part for part in parts if part in kept)


def factors_of(new: tuple[Term, Fraction], rest: Factors) -> tuple[Fraction, Factors]:
    """Coefficient and powers of a new factor (with its scale) times what was left over."""
    term, scale = new
    coefficient, powers = factors(product_of(Fraction(1), (*factors(term)[1], *rest)))
    return scale * factors(term)[0] * coefficient, powers


def _over(powers: Factors) -> bool:
    """Whether anything is divided by a sum."""
    return any(b.op == "add" and e < 0 for b, e in powers)


def _common_powers(parts: Addends) -> Factors:
    """The powers that every addend has."""
    first, *others = [dict(factors(t)[1]) for _, t in parts]
    common: list[tuple[Term, Fraction]] = []
    for base, exponent in first.items():
        exponents = [exponent, *(o.get(base, Fraction(0)) for o in others)]
        if all(e > 0 for e in exponents):
            common.append((base, min(exponents)))
        elif all(e < 0 for e in exponents):
            common.append((base, max(exponents)))
    return tuple(common)


def _without(term: Term, common: Factors) -> Term:
    """A product with some of its powers taken away."""
    _, powers = factors(term)
    left = dict(powers)
    for base, exponent in common:
        left[base] -= exponent
    return product_of(Fraction(1), ((b, e) for b, e in left.items() if e))


def rewrite(
    outputs: Sequence[Term], rows: tuple[Rewrite, ...], collect: bool = False
) -> tuple[Term, ...]:
    """The outputs with the rows applied until nothing changes; `collect` also takes factors
    common to a whole sum out of it."""
    current = tuple(outputs)
    for _ in range(_PASSES):
        rewriter = Rewriter(rows, collect)
        after = tuple(map(rewriter, current))
        if after == current:
            break
        current = after
    return current


__all__ = ["Rewriter", "rewrite"]
