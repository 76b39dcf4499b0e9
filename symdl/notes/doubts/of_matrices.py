r"""Letters that are matrices by what is done to them, although nobody declares them so.

`Compute the matrix exponential: $\exp(L) = \sum_k L^k / k!$` is no equation between numbers, and
`$T T^* = T^* T$` says that T is normal. As numbers such letters prove nothing and refute nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from symdl.document.pieces import Run, Words
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import is_declared
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.claim_parts import sides_of
from symdl.notes.scope.known import Known

AXES = 2
_FUNCTIONS = frozenset({"exp", "log", "sqrt", "sin", "cos", "tanh", "cosh", "sinh"})
_PRODUCTS = frozenset({"mul", "matmul"})
_OF_A_MATRIX = re.compile(
    r"\bmatrix[- ](?:exponentials?|logarithms?|powers?|square[- ]roots?|roots?|functions?|exp|log)"
    r"\b"
    r"|\b(?:exponentials?|logarithms?|powers?|square[- ]roots?) (?:map )?of (?:an?|the|this|any|SPD"
    r"|symmetric|square|such) (?:[\w-]+ ){0,3}matri(?:x|ces)\b"
    r"|\bpower function on SPD\b",
    re.IGNORECASE,
)
_ADJOINT = re.compile(r"(.+)\^\{?\s*(?:\*|\\ast|\\star|\\dagger|H)\s*\}?")
_CAPITAL = re.compile(r"(?:\\(?:mathbf|boldsymbol|bm|mathsf)\{)?(?:[A-Z]|\\[A-Z][a-z]+)\}?")


def speaks_of_them(runs: Iterable[Run]) -> bool:
    """Whether words of a document speak of functions of matrices."""
    return any(isinstance(run, Words) and _OF_A_MATRIX.search(run.text) for run in runs)


def unless_of_matrices(claim: Claim, verdict: Verdict, known: Known) -> Verdict:
    """The verdict on a claim, unless letters in it that were read as numbers are matrices by the
    words of the document or by their adjoints."""
    if verdict.kind not in HOLDING and not verdict.kind.startswith("refuted"):
        return verdict
    reasons = chain(_reasons(claim, known), () if verdict.kind in HOLDING else _exponentials(claim))
    for reason in reasons:
        return undecided(f"{reason}: {verdict.message}")
    return verdict


def _exponentials(claim: Claim) -> Iterator[str]:
    r"""Exponentials of square matrices that are written out, or as powers: `e^{t I_n}`."""
    for node in (n for side in sides_of(claim) for n in postorder(side) if n.op == "exp"):
        shape = node.args[0].shape
        square = shape is not None and len(shape) == AXES and shape[0] == shape[1]
        if square and ("e^" in claim.latex or any(n.op == "matrix" for n in postorder(node))):
            yield f"{plain(node)} may be the exponential of a matrix"


def _reasons(claim: Claim, known: Known) -> Iterator[str]:
    nodes = [n for side in sides_of(claim) for n in postorder(side)]
    for node in nodes:
        if node.op in _PRODUCTS:
            yield from _beside_its_adjoint(node)
    if not known.habits.of_matrices:
        return
    for node in nodes:
        power = node.op == "pow" and node.args[1].op != "number"
        if (node.op in _FUNCTIONS or power) and node.args[0].shape == ():
            for name in sorted(free_symbols(node.args[0]), key=plain):
                free = name.shape == () and name not in known.scope.values
                if free and _is_capital(name) and not is_declared(name, known.scope):
                    yield f"{plain(name)} is a matrix by the words of the document"


def _is_capital(name: Term) -> bool:
    return name.op == "symbol" and _CAPITAL.fullmatch(str(name.data.name)) is not None


def _beside_its_adjoint(product: Term) -> Iterator[str]:
    """A capital that is multiplied by itself with a star: `T T^*`."""
    names = {str(s.data.name): s for s in product.args if s.op == "symbol"}
    for name, symbol in names.items():
        match = _ADJOINT.fullmatch(name)
        if match is not None and match[1] in names and _is_capital(names[match[1]]):
            yield f"{plain(symbol)} may be the adjoint of {plain(names[match[1]])}"
