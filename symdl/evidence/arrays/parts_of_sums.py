r"""Order of a sum of positive terms, its terms and its largest term, for every size.

`0 < p_i < 1` for a softmax, `\max_i x_i \le \log \sum_i e^{x_i} \le \max_i x_i + \log n`: the sum
is one of its terms and something positive, or its largest term times a number between 1 and n.
What holds for all such numbers holds for the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.claim import Claim
from symdl.evidence.inequalities import several
from symdl.evidence.inequalities.question import question
from symdl.evidence.sums.counts import are_counts
from symdl.evidence.verdict import Verdict, proved
from symdl.evidence.work import allowance
from symdl.expression.domain import NONNEGATIVE, POSITIVE, Domain
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.relations import COMPARING
from symdl.expression.term import Term, free_symbols, make, number, postorder, replace, symbol

METHOD = "range"
INDEX = symbol("#index", "index")


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum over all entries of a vector: its term as a function of INDEX, its length as a
    Term, and how many terms it has at least; sign: that of its terms, 0 if it is not known."""

    node: Term
    term: Term
    length: Term
    least: int
    sign: int


def judge_parts_of_sums(written: Claim) -> Verdict | None:
    """A proof of an order between a positive sum and its parts; None if it is not found."""
    if written.right is None or written.relation not in COMPARING or written.conditions:
        return None
    if not are_counts(written):
        return None
    sides = [spelled(side) for side in (written.left, written.right)]
    if not any(n.op == "sum" for side in sides for n in postorder(side)):
        try:
            sides = [spelled(expand(side, written.scope)) for side in sides]
        except DeriveError:
            return None
    sums = list(dict.fromkeys(_sums(sides, written)))
    tried = _relaxed(sums[0], sides) if len(sums) == 1 else iter(())
    if not sums:
        tried = _with_listed(sides)
    with allowance():
        for left, right, conditions in tried:
            if any(n.op in _HELD for side in (left, right) for n in postorder(side)):
                continue
            asked = question(left, written.relation, right, conditions)
            if several.settle(asked).kind == "proved":
                message = "by the parts of the sum, whatever they are"
                if sums:
                    message = f"{plain(sums[0].node)} by its parts, for every size"
                return proved(METHOD, message, left=plain(left), right=plain(right))
    return None


_HELD = frozenset({"entry", "sum", "max_over"})


def spelled(root: Term) -> Term:
    """The softmax and the logarithm of a sum of exponentials written out."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        new = make(node.op, *(done[a] for a in node.args), data=node.data) if node.args else node
        if node.op == "entry" and node.args[0].op == "softmax" and len(node.args) == 2:
            base = node.args[0].args[0]
            new = make("exp", make("entry", base, node.args[1])) / _exponentials(base)
        elif node.op == "logsumexp":
            new = make("log", _exponentials(node.args[0]))
        elif node.op == "norm" and node.args[0].op == "symbol":
            new = _norm(node) or new
        done[node] = new
    return done[root]


def _norm(node: Term) -> Term | None:
    """A norm of a vector by its entries."""
    (base,) = node.args
    if base.shape is None or len(base.shape) != 1:
        return None
    size = make("abs", make("entry", base, INDEX))
    if node.data == "inf":
        return make("max_over", INDEX, size, data="all")
    if node.data == "1":
        return make("sum", INDEX, size, data="all")
    if node.data in ("", "2"):
        return make("sqrt", make("sum", INDEX, size ** number(2), data="all"))
    return None


def _exponentials(base: Term) -> Term:
    return make("sum", INDEX, make("exp", make("entry", base, INDEX)), data="all")


def _sums(sides: list[Term], claim: Claim) -> Iterator[_Sum]:
    for node in (n for side in sides for n in postorder(side) if n.op == "sum"):
        index, body = node.args[0], node.args[-1]
        entries = [n for n in postorder(body) if n.op == "entry" and index in n.args[1:]]
        bases = {n.args[0] for n in entries}
        if len(bases) != 1 or any(len(n.args) != 2 for n in entries):
            continue
        shape = next(iter(bases)).shape
        size = length_of(shape, claim) if shape is not None and len(shape) == 1 else None
        if size is None or not is_whole_range(node, size[0]):
            continue
        term = replace(body, {index: INDEX})
        yield _Sum(node, term, *size, range_of(term).sign or 0)


def length_of(shape: tuple[int | str, ...], claim: Claim) -> tuple[Term, int] | None:
    """The length of a vector as a Term, and the least it may be."""
    (size,) = shape
    if isinstance(size, int):
        return number(size), size
    known = claim.scope.symbols.get(size)
    domain = known.domain if known is not None else Domain(Fraction(1), integer=True)
    least = domain.lower if domain.lower is not None and domain.lower >= 1 else Fraction(1)
    return symbol(size, "index", (), Domain(least, None, integer=True)), int(-(-least // 1))


def is_whole_range(node: Term, length: Term) -> bool:
    """Whether a sum or maximum runs over all entries of a vector of this length."""
    if node.data == "all":
        return True
    if node.data != "range":
        return False
    low, high = node.args[1:3]
    return low is number(1) and (high is length or _named(high) == _named(length) != "")


def _named(term: Term) -> str:
    return str(term.data.name) if term.op == "symbol" else ""


def _relaxed(found: _Sum, sides: list[Term]) -> Iterator[tuple[Term, Term, tuple[Term, ...]]]:
    if found.sign == 2:
        yield from _with_part(found, sides)
    if found.sign in (1, 2):
        yield from _with_largest(found, sides)
    yield from _with_mean(found, sides)


def _with_part(found: _Sum, sides: list[Term]) -> Iterator[tuple[Term, Term, tuple[Term, ...]]]:
    """The sum as one of its terms and the rest."""
    indices = {
        n.args[1] for side in sides for n in postorder(side)
        if n.op == "entry" and len(n.args) == 2 and n.args[1].op in ("symbol", "number")
    }  # fmt: skip
    part = symbol("#part", domain=POSITIVE)
    rest = symbol("#rest", domain=POSITIVE if found.least > 1 else NONNEGATIVE)
    for index in sorted(indices - {found.node.args[0], INDEX}, key=repr):
        own = replace(found.term, {INDEX: index})
        table = {found.node: part + rest, own: part}
        if own.op == "exp":
            table[own.args[0]] = make("log", part)
        left, right = (replace(side, table) for side in sides)
        yield left, right, ()


def _with_largest(found: _Sum, sides: list[Term]) -> Iterator[tuple[Term, Term, tuple[Term, ...]]]:
    """The sum of exponentials, or of powers of absolute values, as the largest one times a number
    from 1 to the length. (A sum of zeros is the largest one times any number.)"""
    share = symbol("#share", domain=Domain(Fraction(1), None, False))
    tops: dict[Term, None] = {}
    of_sum: Term | None = None
    largest = symbol("#largest")
    for node in (n for side in sides for n in postorder(side) if n.op == "max_over"):
        index, body = node.args[0], node.args[-1]
        if node.data != "all" and not is_whole_range(node, found.length):
            continue
        top = replace(body, {index: INDEX})
        if top.op == "abs":
            largest = symbol("#largest", domain=NONNEGATIVE)
        of_largest = _of_largest(found.term, top, largest)
        if of_largest is not None:
            tops[node] = None
            of_sum = of_largest
    if of_sum is None:
        return
    if found.term.op == "exp" and found.least > 1:
        share = symbol("#share", domain=Domain(Fraction(1), None, True))
    table = {found.node: of_sum * share, **dict.fromkeys(tops, largest)}
    left, right = (with_length(replace(side, table), found.length) for side in sides)
    yield left, right, (make("relation", share, found.length, data=("<=",)),)


def with_length(side: Term, length: Term) -> Term:
    """A side in which the letter of a length is the length."""
    names = {s for s in free_symbols(side) if _named(s) and _named(s) == _named(length)}
    return replace(side, dict.fromkeys(names, length))


def _with_mean(found: _Sum, sides: list[Term]) -> Iterator[tuple[Term, Term, tuple[Term, ...]]]:
    """The sum as its mean times the length; the mean lies between the least and the largest."""
    mean = symbol("#mean")
    table, facts = {found.node: found.length * mean}, []
    for node in (n for side in sides for n in postorder(side) if n.op in ("max_over", "min_over")):
        whole = node.data == "all" or is_whole_range(node, found.length)
        if not whole or replace(node.args[-1], {node.args[0]: INDEX}) is not found.term:
            continue
        table[node] = symbol(f"#{node.op}")
        relation = "<=" if node.op == "max_over" else ">="
        facts.append(make("relation", mean, table[node], data=(relation,)))
    if facts:
        left, right = (with_length(replace(side, table), found.length) for side in sides)
        yield left, right, tuple(facts)


def _of_largest(term: Term, top: Term, largest: Term) -> Term | None:
    """The largest of some terms, given that of what they grow with."""
    if make("exp", top) is term:
        return make("exp", largest)
    if term is top:
        return largest if top.op == "abs" else None
    if term.op == "pow" and top.op == "abs" and term.args[0] in (top, top.args[0]):
        power = value_of(term.args[1])
        whole = power is not None and power.denominator == 1 and power > 0
        if power is not None and (term.args[0] is top or (whole and power % 2 == 0)) and power > 0:
            return make("pow", largest, term.args[1])
    return None


def _with_listed(sides: list[Term]) -> Iterator[tuple[Term, Term, tuple[Term, ...]]]:
    """`e^a + e^b + e^c` and `max(a, b, c)`, written out."""
    largest = symbol("#largest")
    share = symbol("#share", domain=Domain(Fraction(1), None, True))
    nodes = list(dict.fromkeys(n for side in sides for n in postorder(side)))
    for node in nodes:
        if node.op != "add" or any(a.op != "exp" for a in node.args):
            continue
        wanted = {a.args[0] for a in node.args}
        tops = [n for n in nodes if n.op == "max" and set(n.args) == wanted]
        if len(node.args) < LEAST_LISTED or not tops:
            continue
        table = {node: make("exp", largest) * share, **dict.fromkeys(tops, largest)}
        left, right = (replace(side, table) for side in sides)
        count = number(len(node.args))
        yield left, right, (make("relation", share, count, data=("<=",)),)


LEAST_LISTED = 3
