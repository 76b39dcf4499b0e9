r"""Order of sums of a function of the entries of a vector, for every size: the entropy
`-\sum_i p_i \log p_i` of a distribution lies between 0 and `\log n`.

Jensen: of a convex t, `\sum t(x_i) \ge n t(m)` where m is the mean of the x_i: 1/n for a
distribution, whose entries are positive and sum to 1. The chord: on (0, 1] a convex t lies below
the line from t(0) to t(1), so that `\sum t(p_i) \le t(1) + (n - 1) t(0)`. The tangent: if
t(p, q) is at least c (p - q) for all p and q, then `\sum t(p_i, q_i) \ge 0` for two distributions
(Gibbs; Cover and Thomas, Elements of Information Theory, theorems 2.6.2 to 2.6.4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.arrays.parts_of_sums import is_whole_range, length_of, with_length
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.inequalities import several
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.limits.claims import value_of
from symdl.evidence.probability.jensen import on_an_interval
from symdl.evidence.sums.counts import are_counts
from symdl.evidence.verdict import Verdict, proved
from symdl.evidence.work import allowance
from symdl.expression.domain import POSITIVE, REAL, Domain
from symdl.expression.printer import plain
from symdl.expression.relations import COMPARING
from symdl.expression.scope import EMPTY
from symdl.expression.term import Term, free_symbols, make, number, postorder, replace, symbol

METHOD = "convexity"
MOST_SUMS = 4
PLACE = symbol("#place", "index")
UNIT = Domain(Fraction(0), Fraction(1), True)
ZERO, ONE = number(0), number(1)


def judge_entries_of_sums(claim: Claim, judge: Judge) -> Verdict | None:
    """A proof of an order between sums over the entries of vectors; None if it is not found."""
    if claim.right is None or claim.relation not in COMPARING or claim.relation == "!=":
        return None
    if claim.left.shape or claim.right.shape or not are_counts(claim):
        return None
    sums = _Sums(claim, judge)
    if not sums.read():
        return None
    sides = [sums.written(side) for side in (claim.left, claim.right)]
    if any(n.op in ("sum", "entry", "max_over") for side in sides for n in postorder(side)):
        return None
    with allowance():
        asked = question(sides[0], claim.relation, sides[1], tuple(sums.facts))
        if several.settle(asked).kind != "proved":
            return None
    told = [plain(fact) for fact in sums.facts]
    return proved(METHOD, f"{sums.words()}, for every size", facts=told)


@dataclass(frozen=True, slots=True)
class _Vector:
    """A vector whose entries are summed: an entry of it as a symbol with its domain, and whether
    it is a distribution."""

    base: Term
    entry: Term
    sums_to_1: bool


@dataclass(slots=True)
class _Sums:
    """The sums in a claim, each with a name, and what is known of them."""

    claim: Claim
    judge: Judge
    names: dict[Term, Term] = field(default_factory=dict)
    terms: dict[Term, Term] = field(default_factory=dict)
    vectors: dict[Term, _Vector] = field(default_factory=dict)
    facts: list[Term] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    length: Term | None = None

    def read(self) -> bool:
        """Whether every sum in the claim is one over all entries of vectors of one length, and
        something is known of one."""
        assert self.claim.right is not None
        nodes = [n for side in (self.claim.left, self.claim.right) for n in postorder(side)]
        found = list(dict.fromkeys(n for n in nodes if n.op == "sum"))
        if not found or len(found) > MOST_SUMS or not all(map(self._take, found)):
            return False
        for node in found:
            self._of_one(node)
        for one, other in permutations(found, 2):
            self._between(self.terms[one], self.names[one], self.terms[other], self.names[other])
        return bool(self.facts)

    def written(self, side: Term) -> Term:
        """A side with the names of its sums."""
        assert self.length is not None
        return with_length(replace(side, self.names), self.length)

    def words(self) -> str:
        return "by " + " and ".join(self.used)

    def _take(self, node: Term) -> bool:
        index, body = node.args[0], node.args[-1]
        entries = {n for n in postorder(body) if n.op == "entry"}
        if not entries or any(n.args[1:] != (index,) for n in entries):
            return False
        table = {}
        for entry in entries:
            vector = self._vector(entry.args[0])
            if vector is None or self.length is None or not is_whole_range(node, self.length):
                return False
            table[entry] = vector.entry
        term = replace(body, table)
        if index in free_symbols(term) or any(n.op == "sum" for n in postorder(term)):
            return False
        assert self.length is not None
        self.terms[node] = with_length(term, self.length)
        self.names[node] = symbol(f"#sum {len(self.names)}")
        return True

    def _vector(self, base: Term) -> _Vector | None:
        if base in self.vectors:
            return self.vectors[base]
        if base.shape is None or len(base.shape) != 1:
            return None
        size = length_of(base.shape, self.claim)
        if size is None or self.length not in (None, size[0]):
            return None
        self.length = size[0]
        sums_to_1 = self._is_distribution(base)
        declared = base.data.domain if base.op == "symbol" else REAL
        domain = UNIT if sums_to_1 else declared if declared in (REAL, POSITIVE) else REAL
        entry = symbol(f"#entry {len(self.vectors)}", domain=domain)
        self.vectors[base] = _Vector(base, entry, sums_to_1)
        return self.vectors[base]

    def _is_distribution(self, base: Term) -> bool:
        whole = make("sum", PLACE, make("entry", base, PLACE), data="all")
        positive = base.op == "symbol" and base.data.domain.positive
        if positive and any(self._says_1(c, base) for c in self.claim.conditions):
            return True
        defined = base.op == "softmax" or (
            base.op == "symbol"
            and (base in self.claim.scope.values or base.data.name in self.claim.scope.entries)
        )
        if not defined:
            return False
        asked = (
            Claim("identity", "=", whole, ONE, self.claim.scope),
            Claim("bound", ">", make("entry", base, PLACE), ZERO, self.claim.scope),
        )
        return all(self.judge(each).kind == "proved" for each in asked)

    def _says_1(self, condition: Term, base: Term) -> bool:
        if condition.op != "relation" or condition.data != ("=",):
            return False
        for side, other in (condition.args, condition.args[::-1]):
            if other is ONE and side.op == "sum" and self.length is not None:
                entry = make("entry", base, side.args[0])
                if side.args[-1] is entry and is_whole_range(side, self.length):
                    return True
        return False

    # --- what is known ------------------------------------------------------------------------

    def _of_one(self, node: Term) -> None:
        """Jensen and the chord for a sum of a function of one vector, the tangent for two."""
        term, name = self.terms[node], self.names[node]
        own = [v for v in self.vectors.values() if v.entry in free_symbols(term)]
        if len(own) == 2:
            self._between(term, name, ZERO, ZERO)
        if len(own) != 1:
            return
        (vector,) = own
        mean = self._mean(vector)
        for relation, other in ((">=", "<="), ("<=", ">=")):
            if not self._bends(term, vector.entry, relation):
                continue
            assert self.length is not None
            if mean is not None and term is not vector.entry:
                level = self.length * replace(term, {vector.entry: mean})
                self._note("Jensen's inequality", name, relation, level)
            if vector.sums_to_1:
                start = value_of(make("limit", vector.entry, ZERO, term, data="+"))
                if isinstance(start, Term) and not infinite_sign(start):
                    end = replace(term, {vector.entry: ONE})
                    level = end + (self.length - ONE) * start
                    self._note("the chord", name, other, level)
            return

    def _mean(self, vector: _Vector) -> Term | None:
        assert self.length is not None
        if vector.sums_to_1:
            return ONE / self.length
        whole = [n for n, term in self.terms.items() if term is vector.entry]
        return self.names[whole[0]] / self.length if whole else None

    def _bends(self, term: Term, entry: Term, relation: str) -> bool:
        """Whether a function is certainly convex (>=), or concave (<=), where the entries lie."""
        if free_symbols(term) != {entry} or not on_an_interval(term, entry):
            return False
        try:
            curve = differentiate(differentiate(term, entry).result, entry).result
        except DeriveError:
            return False
        return self.judge(Claim("bound", relation, curve, ZERO, EMPTY)).kind == "proved"

    def _between(self, one: Term, its: Term, other: Term, its_other: Term) -> None:
        """Two sums (or one and 0) by their terms, where both vectors are distributions."""
        gap = one - other
        own = [v for v in self.vectors.values() if v.entry in free_symbols(gap)]
        if not own or not all(v.sums_to_1 for v in own) or len(own) > 2:
            return
        turned = own[0].entry - own[1].entry if len(own) == 2 else ZERO
        for lead in (gap, gap - turned, gap + turned) if len(own) == 2 else (gap,):
            if settle(question(lead, ">=", ZERO)).kind == "proved":
                self._note("Gibbs' inequality", its, ">=", its_other)
                return

    def _note(self, why: str, name: Term, relation: str, level: Term) -> None:
        self.used[why] = None
        self.facts.append(make("relation", name, level, data=(relation,)))
