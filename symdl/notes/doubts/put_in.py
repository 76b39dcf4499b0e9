r"""Formulas written again with numbers in the places of their letters: `\frac{\alpha}{m} =
\frac{.05}{20}`, `\binom{n}{k} = \binom{5}{3}`, `\frac{2B}{\text{peak rate}} = \frac{2B}{4.5e10}`.

Such an equation says which numbers the letters have in an example. It claims nothing of the ones
they had in another example; where the same paragraph gives them, it is right or wrong.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.exact import exact
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.term import replace as put
from symdl.expression.vocabulary import NAMES
from symdl.notes.scope.at_a_point import text_between
from symdl.notes.scope.known import Key, Known, is_literal, reach

_ANOTHER_BLOCK = re.compile(
    r"\n\s*(?:[-*+•]\s|\d+[.)]\s|\\item\b)|[.!?]\s*\n\s*\n|\\footnote(?:text)?\b"
    r"|\\(?:begin|end)\{(?!equation|align|gather|multline|split|cases|[a-zA-Z]*matrix|array)"
)


def unless_put_in(verdict: Verdict, claim: Claim, known: Known) -> Verdict:
    """A refutation, unless the right side is the left one with numbers put in that were not given
    otherwise nearby."""
    if not verdict.kind.startswith("refuted") or claim.right is None or claim.relation != "=":
        return verdict
    if _is_of_other_entries(claim):
        return undecided(f"it may be said of another vector: {verdict.message}")
    places = numbers_put_in(_formula(claim.left, known), claim.right)
    if not places and (places := value_put_in(claim.left, claim.right)):
        if any(_is_near(claim, known, ("function", _called(place))) for place in places):
            return verdict
    elif not places or any(_is_given_near(claim, known, n, places) for n in _names(places, known)):
        return verdict
    told = ", ".join(f"{plain(k)} is {plain(v)}" for k, v in places.items())
    return Verdict("definition", "reading", f"an example in which {told}")


def _is_of_other_entries(claim: Claim) -> bool:
    r"""Whether the square of a norm is written out with numbers, none of which is an entry of its
    vector: `\|x\|^2 = 30^2 + 40^2` after x is scaled."""
    left, right = claim.left, claim.right
    norm = left.args[0] if left.op == "pow" else left
    if norm.op != "norm" or right is None or right.op != "add" or not is_literal(right):
        return False
    value = claim.scope.values.get(norm.args[0])
    if value is None or value.op != "vector" or len(value.args) != len(right.args):
        return False
    squared = [part.args[0] for part in right.args if part.op == "pow"]
    told, own = [exact(s) for s in squared], [exact(entry) for entry in value.args]
    return len(told) == len(own) and all(a != b for a, b in zip(told, own, strict=True))


def without_other_numbers(claim: Claim, known: Known) -> Known:
    """The knowledge behind an equation that puts numbers into a formula: other ones that its
    letters had in another example are theirs no more."""
    if claim.right is None or claim.relation != "=":
        return known
    places = numbers_put_in(_formula(claim.left, known), claim.right)
    values = known.scope.values
    stale = {n for n, v in places.items() if n in values and values[n] is not v}
    stale = {n for n in stale if is_literal(values[n]) and not _is_near(claim, known, ("value", n))}
    if not stale:
        return known
    kept = {n: v for n, v in values.items() if n not in stale}
    return replace(known, scope=replace(known.scope, values=kept))


def _formula(left: Term, known: Known) -> Term:
    r"""A side, or what a name alone stands for: np in `\mu = 0.3 \cdot 7` behind `\mu = np`."""
    value = known.scope.values.get(left)
    return left if value is None or is_literal(value) or left.op not in NAMES else value


def _names(places: dict[Term, Term], known: Known) -> set[Term]:
    """The names to which numbers are given, and those in what gets another number as a whole than
    it has by theirs."""
    values = known.scope.values
    whole = [p for p in places if p.op not in NAMES and exact(put(p, values)) != exact(places[p])]
    inside = (free_symbols(place) for place in whole)
    return {place for place in places if place.op in NAMES}.union(*inside)


def numbers_put_in(formula: Term, written: Term) -> dict[Term, Term]:
    """The parts of a formula with the numbers that stand in their places; empty if the other term
    is not this formula with numbers put in."""
    if is_literal(formula) or formula.op in NAMES:
        return {}
    if formula.op != written.op or len(formula.args) != len(written.args):
        return {}
    found: dict[Term, Term] = {}
    waiting = [(formula, written)]
    while waiting:
        one, other = waiting.pop()
        if one is other or _are_equal(one, other):
            continue
        if one.op == "mul" and other.op == "neg" and other.args[0].op == "mul":
            other = _with_its_sign(other.args[0])
        alike = one.op == other.op and len(one.args) == len(other.args) and one.data == other.data
        if alike and one.args and one.op not in NAMES:
            waiting += zip(one.args, other.args, strict=True)
        elif not free_symbols(one) or found.setdefault(one, other) is not other:
            return {}
    numbers = all(is_literal(other) for other in found.values())
    named = all(one.op == "symbol" for one in found)
    told = all(map(_is_in_words, found)) or (named and len(found) > 1)
    return found if (numbers and told) or is_literal(written) else {}


def _are_equal(one: Term, other: Term) -> bool:
    r"""Whether both are numbers, the same ones: `(0.5 - 1)^2 + (1 - 2)^2`, worked out to 1.25."""
    return is_literal(one) and is_literal(other) and exact(one) == exact(other) is not None


def _with_its_sign(product: Term) -> Term:
    """A negative product with the sign at its first factor: `-1.0 \\cdot 5.0`."""
    first, *rest = product.args
    return make("mul", make("neg", first), *rest)


def value_put_in(formula: Term, written: Term) -> dict[Term, Term]:
    r"""The value that stands in the place of a function in a formula with it: that of f(x) in
    `|f(x) - 7| = |2x + 1 - 7|`; empty if it is not this formula with such a value."""
    calls = {n for n in postorder(formula) if n.op == "call"}
    if len(calls) != 1 or formula.op == "call":
        return {}
    (called,) = calls
    while formula is not called:
        if formula.op != written.op or formula.data != written.data:
            return {}
        inside = [a for a in formula.args if called in postorder(a)]
        others = [a for a in formula.args if a not in inside]
        rest = [a for a in written.args if a not in others]
        joined = formula.op in ("add", "mul") and len(rest) > 1
        if len(inside) != 1 or len(rest) + len(others) != len(written.args):
            return {}
        if not rest or (len(rest) > 1 and not joined):
            return {}
        formula, written = inside[0], make(formula.op, *rest) if joined else rest[0]
    letters = {a for a in called.args if a.op == "symbol"}
    return {called: written} if free_symbols(written) <= letters else {}


def _is_in_words(name: Term) -> bool:
    r"""Whether a quantity is named by words: `\\text{network bandwidth}`."""
    return name.op == "symbol" and " " in plain(name)


def _is_given_near(claim: Claim, known: Known, name: Term, places: dict[Term, Term]) -> bool:
    """Whether a name got another number than is put in in the paragraph, or the item, of a
    claim."""
    values = known.scope.values
    if name not in values or values[name] is places.get(name):
        return False
    if not all(n in values for n in reach([values[name]], known.scope) if n.op == "symbol"):
        return False  # `\text{SST} = \sum_i (y_i - \bar y)^2` of data that stand elsewhere
    return _is_near(claim, known, ("value", name))


def _called(call: Term) -> str:
    return str(call.data.function.name)


def _is_near(claim: Claim, known: Known, key: Key) -> bool:
    """Whether something was said in the paragraph, or the item, of a claim."""
    origin = known.origins.get(key)
    if origin is None or claim.span is None:
        return False
    between = text_between(origin.span.origin, claim.span.origin)
    return between is not None and _ANOTHER_BLOCK.search(between) is None
