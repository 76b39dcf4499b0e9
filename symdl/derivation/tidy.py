"""Clean-up that never changes where a term is defined.

`1 x`, `x + 0`, `-(-x)`, numbers folded, like summands and equal factors collected, signs and
numbers brought to the front of a product, one fraction instead of three. `0 * log x` stays,
because it is 0 only for x > 0, and so do `x / x` and `x - x` for an x that may be undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction

from symdl.derivation.facts import Facts
from symdl.derivation.folding import FOLDED
from symdl.derivation.numbers import holds, power
from symdl.derivation.products import MAX_FACTORS, Product, build, factors_of
from symdl.expression.numerals import ONE, ZERO, is_decimal, spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.relations import opposite
from symdl.expression.term import Term, combined, free_symbols, make, number, rebuild

_MAX_SUMMANDS = 64
_MAX_INTO_CASES = 5


def tidy(term: Term, keep: Collection[Term] = ()) -> Term:
    """`term` cleaned up, equal to it wherever it is defined and defined nowhere else.

    Terms in `keep` (the function somebody wrote) are left as they are.
    """
    return Tidier(keep).tidy(term)


class Tidier:
    """One clean-up: every sub-term is rewritten once, arguments first."""

    def __init__(self, keep: Collection[Term] = ()) -> None:
        self.facts = Facts()
        self.keep = keep
        self.done: dict[Term, Term] = {}

    def tidy(self, root: Term) -> Term:
        """The cleaned-up `root`."""
        done, keep = self.done, self.keep
        stack = [root]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
            elif node in keep:
                done[node] = node
            elif missing := [a for a in node.args if a not in done]:
                stack.extend(missing)
            else:
                done[node] = self.node(rebuild(node, tuple(done[a] for a in node.args)))
        return done[root]

    def node(self, node: Term) -> Term:
        """One node whose arguments are clean."""
        if node.shape != () and node.shape is not None:
            return node
        rule = _RULES.get(node.op)
        if rule is not None:
            return rule(self, node)
        return self.function(node) if node.op in TABLE else node

    def product(self, node: Term) -> Term:
        """Products, quotients and signs."""
        inner = node.args[0]
        flippable = node.op == "neg" and inner.op == "add" and inner not in self.keep
        if flippable and any(a.op == "neg" for a in inner.args):
            return self.joined([self.negated(a) for a in inner.args])
        if any(a.shape != () for a in node.args):
            return self.array_product(node)
        result = Product.of(node)
        if result is None:
            return node
        collected = result.collected(self.facts)
        return self.into_cases(collected) or build(collected, self.facts)

    def into_cases(self, product: Product) -> Term | None:
        """x {1 if x > 0; 0 if x < 0} as {x if x > 0; 0 if x < 0}: factors go into numbers."""
        cases = [f for f in product.top if f.op == "piecewise"]
        if len(cases) != 1 or cases[0] in self.keep or len(product.top) > _MAX_INTO_CASES:
            return None
        args = list(cases[0].args)
        places = [*range(0, len(args) - 1, 2), *([len(args) - 1] if len(args) % 2 else [])]
        rest = [f for f in product.top if f is not cases[0]]
        plain = (
            bool(rest) and all(f.op in ("symbol", "constant") for f in rest) and not product.bottom
        )
        if any(value_of(args[i]) is None for i in places) and not plain:
            return None
        if product.value == 1 and len(product.top) == 1 and not product.bottom:
            return None
        for i in places:
            front = build(Product(product.value, product.decimal, rest, product.bottom), self.facts)
            args[i] = self.product(front * args[i])
        return make("piecewise", *args)

    def array_product(self, node: Term) -> Term:
        """Only units and double signs go where a factor is an array."""
        if node.op == "neg" and node.args[0].op == "neg":
            return node.args[0].args[0]
        if node.op == "mul":
            rest = [a for a in node.args if a is not ONE]
            if rest and len(rest) < len(node.args):
                return combined("mul", rest)
        return node

    def sum(self, node: Term) -> Term:
        """Sums: like summands collected, zeros dropped, a positive summand first."""
        if any(a.shape != () for a in node.args):
            return node
        summands = self.summands(node)
        if len(summands) > 4 * _MAX_SUMMANDS:
            return make("add", *summands)
        return self.joined(self.like(summands))

    def summands(self, node: Term) -> list[Term]:
        """The summands, brackets of new sums opened."""
        flat: list[Term] = []
        for a in node.args:
            inner, sign = (a.args[0], -1) if a.op == "neg" else (a, 1)
            opened = inner.op == "add" and (sign > 0 or inner not in self.keep)
            if opened and len(flat) < _MAX_SUMMANDS:
                flat.extend(inner.args if sign > 0 else map(self.negated, inner.args))
            else:
                flat.append(a)
        return flat

    def negated(self, term: Term) -> Term:
        """The negative of a clean term."""
        return term.args[0] if term.op == "neg" else self.product(make("neg", term))

    def like(self, summands: Sequence[Term]) -> list[Term]:
        """Like summands added up, at the place of the first of them."""
        total: dict[Term, tuple[Fraction, bool, Term, int]] = {}
        for s in summands:
            key, factor, decimal = _coefficient(s, self.facts)
            old = total.get(key)
            if old is None:
                total[key] = (factor, decimal, s, 1)
            else:
                total[key] = (old[0] + factor, old[1] or decimal, s, old[3] + 1)
        result = []
        for key, (factor, decimal, written, count) in total.items():
            if factor == 0 and (key is ONE or self.facts.total(key)):
                continue
            if count == 1:
                result.append(written)
            else:
                result.append(_scaled(factor, decimal, key, self.facts))
        return result

    def joined(self, summands: list[Term]) -> Term:
        """The sum of clean summands, led by the first positive one."""
        if not summands:
            return ZERO
        if summands[0].op == "neg":
            first = next((i for i, s in enumerate(summands) if s.op != "neg"), 0)
            summands.insert(0, summands.pop(first))
        return combined("add", summands)

    def power(self, node: Term) -> Term:
        """Powers with exponents that say something."""
        base, exponent = node.args
        if base.shape != ():
            return node
        e, b = value_of(exponent), value_of(base)
        if e is None:
            return ONE if base is ONE and self.facts.total(exponent) else node
        if e == 1:
            return base
        if e == 0:
            return ONE if self.facts.nonzero(base) else node
        if b is not None:
            folded = power(b, e)
            return node if folded is None else spell(folded, is_decimal(base))
        if e.denominator != 1:
            return node
        return self.integer_power(node, base, int(e))

    def integer_power(self, node: Term, base: Term, e: int) -> Term:
        """(-x)^2, (x^2)^3, (x/2)^2 and sqrt(2)^2."""
        if base.op == "neg":
            positive = self.node(make("pow", base.args[0], number(e)))
            return positive if e % 2 == 0 else self.node(-positive)
        if e < 0:
            return node
        inner = value_of(base.args[1]) if base.op == "pow" else None
        if inner is not None and inner.denominator == 1 and inner > 0 and inner * e < 10**6:
            return make("pow", base.args[0], number(inner * e))
        if base.op == "sqrt" and e == 2 and self.facts.nonnegative(base.args[0]):
            return base.args[0]
        if base.op in ("mul", "div") and e <= 4:
            found = Product.of(base)
            if found is not None and found.coefficient_only_outside():
                return build(found.to_the(e).collected(self.facts), self.facts)
        return node

    def function(self, node: Term) -> Term:
        """Functions at the few points where their value is a plain number."""
        values = [value_of(a) for a in node.args]
        if len(values) == 1 and values[0] is not None:
            exact = [value for point, value in TABLE[node.op].values if point == values[0]]
            if exact:
                return spell(exact[0])
        if node.op in FOLDED and None not in values:
            result = FOLDED[node.op]([v for v in values if v is not None])
            if result is not None:
                return spell(result, any(map(is_decimal, node.args)))
        if node.op == "abs" and node.args[0].op == "neg":
            return self.function(make("abs", node.args[0].args[0]))
        if node.op == "abs" and self.facts.nonnegative(node.args[0]):
            return node.args[0]
        if node.op == "sign" and self.facts.total(node.args[0]):
            sign = self.facts.of(node.args[0]).sign
            return node if sign is None else number(sign)
        return node

    def cases(self, node: Term) -> Term:
        """Piecewise: cases that cannot hold go, a first case that holds is the value."""
        args, kept = list(node.args), list[Term]()
        while len(args) >= 2:
            value, condition = args.pop(0), args.pop(0)
            verdict = self.verdict(condition)
            if verdict is None:
                kept += [value, condition]
            elif verdict:
                args = [value]
        kept += args
        if len(kept) == 1:
            return kept[0]
        values = kept[0:-1:2] + kept[-1:] if len(kept) % 2 else kept[0::2]
        total = all(self.facts.total(c) for c in kept[1::2])
        if kept and len(kept) % 2 and total and all(v is values[0] for v in values):
            return values[0]
        return make("piecewise", *kept) if kept else node

    def verdict(self, condition: Term) -> bool | None:
        """Whether a condition certainly holds, or certainly does not, wherever it is defined."""
        verdict = holds(condition)
        if verdict is None and self.facts.total(condition):
            if self.facts.certain(condition):
                return True
            other = opposite(condition)
            return False if other is not None and self.facts.certain(other) else None
        return verdict

    def indicator(self, node: Term) -> Term:
        """[3 = 3] is 1."""
        verdict = self.verdict(node.args[0])
        return node if verdict is None else number(int(verdict))

    def binder(self, node: Term) -> Term:
        """Sums over an index: zeros vanish, numbers go to the front."""
        body = node.args[-1]
        if body is ZERO:
            return ZERO
        if value_of(body) is not None or body.shape != ():
            return node
        found = Product.of(body)
        if found is None or (found.value == 1 and not found.bottom):
            return node
        index = node.args[0]
        outside = [f for f in found.bottom if index not in free_symbols(f)]
        if any(not self.facts.nonzero(f) for f in outside):
            outside = []
        if found.value == 1 and not outside:
            return node
        rest = Product(Fraction(1), False, found.top, found.bottom_without(outside))
        inner = make(node.op, *node.args[:-1], build(rest, self.facts), data=node.data)
        front = Product(found.value, found.decimal, [inner], outside)
        return build(front, self.facts)


def _coefficient(summand: Term, facts: Facts) -> tuple[Term, Fraction, bool]:
    """What a summand counts (a term without number in front), how often, written how."""
    value = value_of(summand)
    if value is not None:
        return ONE, value, is_decimal(summand)
    found = Product.of(summand)
    if found is None:
        return summand, Fraction(1), False
    bare = Product(Fraction(1), False, found.top, found.bottom)
    return build(bare, facts), found.value, found.decimal


def _scaled(factor: Fraction, decimal: bool, key: Term, facts: Facts) -> Term:
    if key is ONE:
        return spell(factor, decimal)
    top, bottom = ([key], []) if len(factors_of(key)) > MAX_FACTORS else _parts(key)
    return build(Product(factor, decimal, top, bottom), facts)


def _parts(key: Term) -> tuple[list[Term], list[Term]]:
    found = Product.of(key)
    return ([key], []) if found is None else (found.top, found.bottom)


_RULES: dict[str, Callable[[Tidier, Term], Term]] = {
    "add": Tidier.sum,
    "mul": Tidier.product,
    "div": Tidier.product,
    "neg": Tidier.product,
    "pow": Tidier.power,
    "piecewise": Tidier.cases,
    "indicator": Tidier.indicator,
    "sum": Tidier.binder,
}
