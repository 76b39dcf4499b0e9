r"""Polynomials in square matrices of which a condition says that some commute: `AB = BA`.

Both sides are multiplied out to words in the matrices. Words are the same if letters that commute
change places; the least of these orders is their normal form (Cartier and Foata, Problèmes
combinatoires de commutation et réarrangements, 1969).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, postorder

Word = tuple[tuple[Term, ...], tuple[Term, ...]]
"""The scalars of a product, in a fixed order, and its matrices from left to right."""
Words = dict[Word, Fraction]
MOST_WORDS = 400
LONGEST = 16


class _NoWords(Exception):
    """An expression that is no polynomial in matrices, or too large a one."""


def judge_commuting(claim: Claim) -> Verdict | None:
    """A proof of an equation of matrices by those that commute; None where it has none."""
    said = [c for c in claim.conditions if _pair(c) is not None]
    if not said or claim.right is None or claim.relation not in ("=", "equiv"):
        return None
    pairs = {frozenset(letters) for c in said for letters in _commuting(_pair(c))}
    symmetric = frozenset(filter(None, map(_symmetric, claim.conditions)))
    try:
        left, right = (
            _canonical(_words(side, symmetric), pairs) for side in (claim.left, claim.right)
        )
    except _NoWords:
        return None
    if left != right:
        return None
    told = " and ".join(map(plain, said))
    return Verdict("proved", "words", f"equal for all sizes, as words in matrices, where {told}")


def _pair(condition: Term) -> tuple[Term, Term] | None:
    """The matrices of which a condition says that they commute."""
    if condition.op != "relation" or condition.data != ("=",):
        return None
    one, other = condition.args
    if one.op != "matmul" or other.op != "matmul" or len(one.args) != 2:
        return None
    return (one.args[0], one.args[1]) if one.args == other.args[::-1] else None


def _commuting(pair: tuple[Term, Term] | None) -> Iterator[tuple[Term, Term]]:
    """The letters that commute if two matrices do: their transposes and their inverses, too."""
    if pair is None:
        return
    one, other = pair
    yield pair
    yield make("transpose", one), make("transpose", other)
    yield make("inverse", one), other
    yield one, make("inverse", other)
    yield make("inverse", one), make("inverse", other)


def _symmetric(condition: Term) -> Term | None:
    """The matrix of which a condition says that it is its own transpose."""
    if condition.op != "relation" or condition.data != ("=",):
        return None
    one, other = condition.args
    for turned, name in ((one, other), (other, one)):
        if turned.op == "transpose" and turned.args == (name,):
            return name
    return None


def _words(term: Term, symmetric: frozenset[Term]) -> Words:
    """An expression multiplied out. Raises _NoWords where it is too large."""
    found: dict[Term, Words] = {}
    for node in postorder(term):
        parts = [found[arg] for arg in node.args] if _is_of_words(node) else []
        if node.op == "transpose":
            found[node] = _transposed(found[node.args[0]], symmetric)
        else:
            found[node] = _RULES[node.op](parts) if parts else _letter(node)
        if len(found[node]) > MOST_WORDS:
            raise _NoWords
    return found[term]


def _is_of_words(node: Term) -> bool:
    """Whether a node is a sum of matrices, a product of them, or one of numbers with one."""
    numbers = sum(arg.shape == () for arg in node.args)
    if node.op == "matmul":
        return node.shape != () and not numbers
    if node.op == "mul":
        return numbers >= len(node.args) - 1
    return node.op in _RULES and numbers in (0, len(node.args))


def _letter(node: Term) -> Words:
    value = value_of(node)
    if value is not None:
        return {((), ()): value} if value else {}
    if node.shape == ():
        return {((node,), ()): Fraction(1)}
    if node.op == "identity":
        return {((), ()): Fraction(1)}
    return {((), (node,)): Fraction(1)}


def _transposed(words: Words, symmetric: frozenset[Term]) -> Words:
    def turned(letter: Term) -> Term:
        if letter.op == "transpose":
            return letter.args[0]
        return letter if letter in symmetric else make("transpose", letter)

    return {(s, tuple(map(turned, reversed(m)))): c for (s, m), c in words.items()}


def _sum(parts: list[Words]) -> Words:
    total: Words = {}
    for part in parts:
        for word, c in part.items():
            total[word] = total.get(word, Fraction(0)) + c
    return {word: c for word, c in total.items() if c}


def _product(parts: list[Words]) -> Words:
    total: Words = {((), ()): Fraction(1)}
    for part in parts:
        if len(total) * len(part) > MOST_WORDS:
            raise _NoWords
        total = _sum([{_joined(a, b): c * d} for a, c in total.items() for b, d in part.items()])
    return total


def _joined(one: Word, other: Word) -> Word:
    scalars = tuple(sorted((*one[0], *other[0]), key=repr))
    matrices = (*one[1], *other[1])
    if len(matrices) > LONGEST:
        raise _NoWords
    return scalars, matrices


def _negative(parts: list[Words]) -> Words:
    return {word: -c for word, c in parts[0].items()}


_RULES = {"add": _sum, "neg": _negative, "mul": _product, "matmul": _product}


def _canonical(words: Words, pairs: set[frozenset[Term]]) -> Mapping[Word, Fraction]:
    return _sum([{(s, _least(m, pairs)): c} for (s, m), c in words.items()])


def _least(word: tuple[Term, ...], pairs: set[frozenset[Term]]) -> tuple[Term, ...]:
    """The first in order of the words that letters which commute change into."""
    left = list(word)
    made: list[Term] = []
    while left:
        free = [
            place
            for place, letter in enumerate(left)
            if all(frozenset((letter, before)) in pairs for before in left[:place])
        ]
        made.append(left.pop(min(free, key=lambda place: (repr(left[place]), place))))
    return tuple(made)
