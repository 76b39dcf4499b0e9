r"""Signs that definite matrices have: `\det S > 0`, `S_{ii} > 0`, `x^T S x \ge 0`, a trace above 0.

Which matrices are definite follows from how they are made: sums of definite and semidefinite ones,
their multiples by positive numbers, inverses, `A^T S A`, and what a condition says.
"""

from __future__ import annotations

from collections.abc import Iterable

from symdl.derivation.facts import Facts
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.numerals import ZERO, value_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, replace

SEMIDEFINITE, DEFINITE = 1, 2
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}


def judge_definite(claim: Claim) -> Verdict | None:
    """The proof of a claim that a number of a definite matrix is positive; None for any other."""
    if claim.right is None:
        return None
    if claim.relation in ("succ", "succeq") and value_of(claim.right) == 0:
        level = Known(claim.conditions).level(_written(claim.left, claim))
        holds = level >= (DEFINITE if claim.relation == "succ" else SEMIDEFINITE)
        return _told(_written(claim.left, claim), level) if holds else None
    if claim.relation not in _MIRRORED:
        return None
    side, relation = claim.left, claim.relation
    if value_of(claim.left) == 0:
        side, relation = claim.right, _MIRRORED[relation]
    elif value_of(claim.right) != 0:
        return None
    side = _written(side, claim) if _asked(side) is not None else side
    found = Known(claim.conditions).sign(side) if _asked(side) is not None else None
    if found is None or relation not in ((">", ">=", "!=") if found[0] else (">=",)):
        return None
    return _told(found[1], found[2])


def _told(matrix: Term, level: int) -> Verdict:
    words = "positive definite" if level == DEFINITE else "semidefinite"
    return proved("definite", f"{plain(matrix)} is {words}, for all sizes")


def _written(side: Term, claim: Claim) -> Term:
    """A side with what defines its matrices; what conditions speak of stands for itself."""
    said = {name for c in claim.conditions for name in free_symbols(c)}
    for _ in range(MOST_ROUNDS):
        values = claim.scope.values
        table = {s: values[s] for s in free_symbols(side) if s in values and s.shape}
        table = {s: v for s, v in table.items() if s not in said and s.shape == v.shape}
        if not table:
            break
        side = replace(side, table)
    return side


MOST_ROUNDS = 5


def _asked(side: Term) -> Term | None:
    """The matrix of which a number is asked: its determinant or trace, an entry of its diagonal,
    the value of its form."""
    if side.op in ("det", "trace"):
        return side.args[0]
    if side.op == "entry" and len(side.args) == 3:
        return side.args[0] if side.args[1] is side.args[2] else None
    if side.op != "matmul" or side.shape != () or len(side.args) < 3:
        return None
    inner = side.args[1:-1]
    fits = make("transpose", side.args[-1]) is side.args[0]
    return (inner[0] if len(inner) == 1 else make("matmul", *inner)) if fits else None


class Known:
    """What conditions say of matrices and vectors."""

    def __init__(self, conditions: Iterable[Term]) -> None:
        self.levels: dict[Term, int] = {}
        self.nonzero: set[Term] = set()
        self.facts = Facts()
        for condition in conditions:
            if condition.op != "relation" or len(condition.args) != 2:
                continue
            (left, right), relation = condition.args, condition.data[0]
            if relation in ("prec", "preceq"):
                left, right, relation = right, left, relation.replace("prec", "succ")
            if relation in ("succ", "succeq") and value_of(right) == 0:
                level = DEFINITE if relation == "succ" else SEMIDEFINITE
                self.levels[left] = max(level, self.levels.get(left, 0))
            elif relation == "!=" and right is ZERO:
                self.nonzero.add(left)

    def sign(self, side: Term) -> tuple[bool, Term, int] | None:
        """Whether a number of a matrix is positive (else it is at least 0), the matrix, and what
        it is; None where neither is known."""
        matrix = _asked(side)
        level = 0 if matrix is None else self.level(matrix)
        if matrix is None or not level:
            return None
        strict = side.op != "matmul" or side.args[-1] in self.nonzero
        return level == DEFINITE and strict, matrix, level

    def level(self, matrix: Term) -> int:
        """DEFINITE, SEMIDEFINITE, or 0 where neither is known."""
        if matrix in self.levels:
            return self.levels[matrix]
        op, args = matrix.op, matrix.args
        if op == "identity":
            return DEFINITE
        if op == "transpose":
            return self.level(args[0])
        if op == "inverse":
            return DEFINITE if self.level(args[0]) == DEFINITE else 0
        if op == "add":
            levels = [self.level(a) for a in args]
            return max(levels) if all(levels) else 0
        if op == "mul":
            return self._multiple(args)
        if op == "matmul" and len(args) > 1:
            return self._between(args)
        return 0

    def _multiple(self, factors: tuple[Term, ...]) -> int:
        matrices = [f for f in factors if f.shape != ()]
        if len(matrices) != 1:
            return 0
        level = self.level(matrices[0])
        for number in (f for f in factors if f.shape == ()):
            sign = self.facts.of(number).range
            level = min(
                level, DEFINITE if sign.positive else SEMIDEFINITE if sign.nonnegative else 0
            )
        return level

    def _between(self, factors: tuple[Term, ...]) -> int:
        """`A^T S A` is semidefinite where S is, and `A^T A`."""
        half = len(factors) // 2
        for left, right in zip(factors[:half], reversed(factors), strict=False):
            if make("transpose", left) is not right and make("transpose", right) is not left:
                return 0
        if len(factors) % 2 == 0:
            return SEMIDEFINITE
        return min(SEMIDEFINITE, self.level(factors[half]))
