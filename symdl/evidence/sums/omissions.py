r"""Sums and products with dots: `1 + 2 + \dots + n` is the sum of k from 1 to n.

The last term, written for k in place of its one integer letter, is the general one if it gives the
first terms, in order, for numbers that follow each other: three terms must be written, or two that
have an index (`x_1 + \dots + x_n`). Where the last term is a number, the terms before must be
three in arithmetic or in geometric progression, or two numbers that follow each other; without a
last term, three in geometric progression. What fits in two ways, or in none, stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.derivation.tidy import tidy
from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.exact import exact
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.domain import Domain
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import (
    Term,
    combined,
    constant,
    free_symbols,
    make,
    number,
    postorder,
    symbol,
)
from symdl.expression.term import replace as replace_terms

STARTS = range(-1, 4)
"""Numbers at which a sum may start."""
MOST_TERMS = 10**6
MINUS = number(-1)
LETTERS = ("k", "i", "j", "l", "s", "r")
BINDERS = {"add": "sum", "mul": "product"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """The general term in an index that runs from `first` to `last`."""

    index: Term
    first: Term
    last: Term
    body: Term


def judge_omissions(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim whose dots stand for sums and products; None where it has none.

    It is refuted only where the sum has all the terms that are written.
    """
    sides = claim.terms
    if "dots" not in claim.operations:
        return None
    read: dict[Term, Term] = {}
    least: dict[Term, int] = {}
    for side in sides:
        _read_dots(side, read, least)
    if not read:
        return None
    words = ", ".join(f"{plain(a)} is {plain(b)}" for a, b in read.items())
    meant = _replaced(claim, read)
    verdict = judge(meant)
    if verdict.kind.startswith("refuted") and least:
        verdict = judge(_with_all_terms(meant, least))
        if not verdict.kind.startswith("refuted"):
            verdict = undecided("it fails only where the sum has fewer terms than are written")
    return replace(verdict, message=f"{verdict.message}; {words}")


def with_sums(root: Term) -> Term:
    r"""A term with `x_1 + \dots + x_n` as the sum that it is, where it can be read in one way."""
    if all(n.op != "dots" for n in postorder(root)):
        return root
    read: dict[Term, Term] = {}
    _read_dots(root, read, {})
    return replace_terms(root, read)


def _with_all_terms(claim: Claim, least: Mapping[Term, int]) -> Claim:
    """The claim for those values of its letters with which no written term is missing."""
    table: dict[Term, Term] = {}
    for letter, value in least.items():
        domain = letter.data.domain
        lower = Fraction(value) if domain.lower is None else max(domain.lower, Fraction(value))
        found = replace(letter.data, domain=replace(domain, lower=lower))
        table[letter] = make("symbol", data=found)
    names = {found.data.name: found.data for found in table.values()}
    stated = tuple(replace_terms(h, table) for h in claim.scope.hypotheses)
    scope = replace(claim.scope, symbols={**claim.scope.symbols, **names}, hypotheses=stated)
    return replace(_replaced(claim, table), scope=scope)


def _replaced(claim: Claim, table: Mapping[Term, Term]) -> Claim:
    return claim.mapped(lambda term: replace_terms(term, table))


def _read_dots(root: Term, read: dict[Term, Term], least: dict[Term, int]) -> None:
    """Find what the sums and products with dots in a term stand for, and from which value of the
    letter on they have all their terms."""
    for node in postorder(root):
        if node.op in BINDERS and any(a.op == "dots" for a in node.args) and node not in read:
            found = _pattern(node)
            if found is None:
                continue
            parts = found.index, found.first, found.last, found.body
            read[node] = make(BINDERS[node.op], *parts, data="range")
            if found.last.op == "symbol":
                start = exact(found.first) or Fraction(0)
                all_ = int(start) + len(node.args) - 2
                least[found.last] = max(least.get(found.last, all_), all_)


def _pattern(node: Term) -> Pattern | None:
    """The one pattern of a sum (or product) with one omission."""
    places = [i for i, a in enumerate(node.args) if a.op == "dots"]
    if len(places) != 1 or any(a.shape != () for a in node.args):
        return None
    before, after = node.args[: places[0]], node.args[places[0] + 1 :]
    taken = {s.data.name for s in free_symbols(node)}
    name = next((letter for letter in LETTERS if letter not in taken), None)
    if name is None or not before:
        return None
    index = symbol(name, "index", domain=Domain(integer=True))
    found = list(_patterns(before, after, index, node.op))
    if not found and after:
        found = list(_patterns(after[::-1], before[::-1], index, node.op))
    return found[0] if len(found) == 1 else None


def _patterns(
    before: Sequence[Term], after: Sequence[Term], index: Term, op: str
) -> Iterator[Pattern]:
    if not after:
        if op == "add" and len(before) >= 3:
            yield from _series(before, index)
        return
    letters = [s for s in free_symbols(after[-1]) if s.data.domain.integer]
    if letters:
        for letter in letters:
            yield from _in_letter(before, after, letter, index)
    else:
        yield from _of_numbers(before, after, index)


def _in_letter(
    before: Sequence[Term], after: Sequence[Term], letter: Term, index: Term
) -> Iterator[Pattern]:
    general = after[-1]
    if len(before) + len(after) < 3 and not _has_index(general, letter):
        return
    if any(letter in free_symbols(term) for term in before):
        return
    shifts = range(1 - len(after), 0)
    if not all(
        _same(term, substitute(general, {letter: letter + shift}))
        for term, shift in zip(after, shifts, strict=False)
    ):
        return
    for start in STARTS:
        values = [substitute(general, {letter: number(start + i)}) for i in range(len(before))]
        if all(map(_same, before, values)):
            body = substitute(general, {letter: index})
            yield Pattern(index, number(start), letter, body)


def _has_index(general: Term, letter: Term) -> bool:
    return any(n.op == "entry" and letter in n.args[1:] for n in postorder(general))


def _of_numbers(before: Sequence[Term], after: Sequence[Term], index: Term) -> Iterator[Pattern]:
    values = [exact(term) for term in (*before, *after)]
    known = [v for v in values if v is not None]
    if len(known) < len(values) or len(before) < 2:
        return
    first, *_ = known
    step = known[1] - first
    if step and (len(before) > 2 or step == 1):
        count = (known[-1] - first) / step
        fits = [first + step * i for i in range(len(before))]
        if known[: len(before)] == fits and _whole(count) and len(before) <= count:
            ends = [first + step * (count - i) for i in reversed(range(len(after)))]
            if known[len(before) :] == ends:
                body = index if step == 1 else number(step) * index
                shift = first / step
                if shift.denominator != 1:
                    yield Pattern(index, number(0), number(count), number(first) + body)
                else:
                    yield Pattern(index, number(shift), number(shift + count), body)
    yield from _geometric(known, len(before), index)


def _whole(count: Fraction) -> bool:
    return count.denominator == 1 and 0 < count <= MOST_TERMS


def _geometric(known: Sequence[Fraction], leading: int, index: Term) -> Iterator[Pattern]:
    """A progression of numbers with a ratio other than 1, up to the last one."""
    if not known[0] or abs(known[1]) == abs(known[0]) or not known[1]:
        return
    ratio = known[1] / known[0]
    terms = [known[0]]
    growing = abs(ratio) > 1
    while len(terms) < len(known) or (abs(terms[-1]) < abs(known[-1])) == growing:
        if terms[-1] == known[-1] and len(terms) >= len(known):
            break
        if len(terms) > MOST_TERMS.bit_length() * 8:
            return
        terms.append(terms[-1] * ratio)
    trailing = len(known) - leading
    if terms[-1] != known[-1] or terms[:leading] != list(known[:leading]):
        return
    if terms[-trailing:] == list(known[leading:]):
        power = make("pow", number(ratio), index)
        body = power if known[0] == 1 else number(known[0]) * power
        yield Pattern(index, number(0), number(len(terms) - 1), body)


def _series(before: Sequence[Term], index: Term) -> Iterator[Pattern]:
    """Three terms and more in geometric progression, and so on for ever."""
    first, second = before[:2]
    if exact(first) == 0 or exact(second) == exact(first) is not None:
        return
    ratio = _ratio(second, first)
    expected = first
    for term in before:
        if not _same(term, expected):
            return
        expected = make("mul", expected, ratio)
    one = exact(first) == 1
    power = make("pow", second if one else ratio, index)
    yield Pattern(index, number(0), constant("infinity"), power if one else first * power)


def _ratio(second: Term, first: Term) -> Term:
    """What the first term is multiplied by, without the first term in it where it is a factor: the
    r of `a + ar + ar^2` is there at a = 0 too."""
    above, below = _powers(second), _powers(first)
    if any(above.get(base, 0) < power for base, power in below.items()):
        return tidy(make("div", second, first))
    left = {base: power - below.get(base, 0) for base, power in above.items()}
    factors = [
        base if power == 1 else base ** number(power) for base, power in left.items() if power
    ]
    return combined("mul", factors)


def _powers(term: Term) -> dict[Term, int]:
    """The factors of a term, each with its power (a sign is the factor -1)."""
    found: dict[Term, int] = {}
    waiting = [term]
    while waiting:
        node = waiting.pop()
        power = value_of(node.args[1]) if node.op == "pow" else None
        if node.op == "mul":
            waiting.extend(reversed(node.args))
        elif node.op == "neg" and node is not MINUS:  # -1 itself is the sign of 1
            waiting.extend((node.args[0], MINUS))
        elif power is not None and power.denominator == 1 and power > 0:
            found[node.args[0]] = found.get(node.args[0], 0) + int(power)
        elif node is not number(1):
            found[node] = found.get(node, 0) + 1
    return found


def _same(a: Term, b: Term) -> bool:
    """Whether two terms are certainly equal."""
    if a is b:
        return True
    values = exact(a), exact(b)
    if None not in values:
        return values[0] == values[1]
    try:
        return prove_equal(a, b) is not None
    except NotDecided:
        return False
