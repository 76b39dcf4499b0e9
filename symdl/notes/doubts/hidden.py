r"""What an author need not write down, and on which a refutation may rest.

The prediction `\hat{y}` depends on the parameters of the model, the noise of a measured slope is
not the derivative of the noise of the value, `f^{(2)}` may be a name, and the `|x|` of
`\frac{1}{|x|} \sum_i x_i` counts the entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import is_declared
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.scope.known import Known, reach

_SLOPES = frozenset({"derivative", "gradient"})
_NOISE = frozenset({"\\epsilon", "\\varepsilon", "\\xi", "\\eta"})
_NUMBERED = re.compile(r"\s*&?\s*\\?[A-Za-z]+\s*\^\s*\{?\s*\(\s*\d+\s*\)\s*\}?")


def unless_hidden(verdict: Verdict, claim: Claim, text: str, known: Known) -> Verdict:
    """A refutation, unless it rests on what its author may have left out."""
    if not verdict.kind.startswith("refuted") or claim.right is None:
        return verdict
    for reason in _reasons(claim, text, known):
        return undecided(f"{reason}: {verdict.message}")
    return verdict


def _reasons(claim: Claim, text: str, known: Known) -> Iterator[str]:
    slopes = [n for side in claim.sides for n in postorder(side) if n.op in _SLOPES]
    for slope in slopes:
        yield from _predicted(slope, known)
    if any(slope is claim.left for slope in slopes):
        yield from _measured(claim, known)
    yield from _numbered(claim, claim.latex or text)
    yield from _unknowns(claim, known)
    for size in _sizes(claim, known):
        yield f"{plain(size)} may be the number of entries"


_OWN_PRIMES = re.compile(r"'|\\prime|\\frac\s*\{?\s*d")


def _numbered(claim: Claim, written: str) -> Iterator[str]:
    """A function with a number in brackets that is said to be an integral: `K^{(2)}` may be a name
    for the convolution of K with itself."""
    left, right = claim.left, claim.right
    if left.op != "call" or left.data.primes < 2 or right is None:
        return
    named = _NUMBERED.match(written) and not _OWN_PRIMES.search(written)
    if named and any(n.op == "integral" for n in postorder(right)):
        yield f"{plain(left)} may be a name, and no derivative"


def _predicted(slope: Term, known: Known) -> Iterator[str]:
    r"""Predictions in what is differentiated of which nobody says what they are: `\hat{y}` beside
    a y that depends on the variable."""
    variables = {s for v in slope.args[1:] for s in free_symbols(v)}
    for name in sorted(reach(slope.args[:1], known.scope), key=plain):
        written = str(name.data.name) if name.op == "symbol" else ""
        if not written.startswith("\\hat{") or name in variables or name in known.scope.values:
            continue
        target = next((v for v in known.scope.values if _is_named(v, written[5:-1])), None)
        if target is None or is_declared(name, known.scope):
            continue
        if variables & reach([target], known.scope):
            yield f"{plain(name)} may depend on {plain(slope.args[1])}"


def _is_named(term: Term, name: str) -> bool:
    return term.op == "symbol" and term.data.name == name


def _measured(claim: Claim, known: Known) -> Iterator[str]:
    """Noise that is added to a value and to its derivative: both are measured."""
    body = known.scope.values.get(claim.left.args[0], claim.left.args[0])
    right = claim.right
    if right is None or body.op != "add" or right.op != "add":
        return
    for name in body.args:
        if name.op == "symbol" and name.data.name in _NOISE and name in right.args:
            yield f"{plain(name)} may be the noise of what is measured"


def _unknowns(claim: Claim, known: Known) -> Iterator[str]:
    """Letters in one array alone of which nobody says what they are: an equation for them."""
    left, right = claim.left, claim.right
    if right is None or left.op not in _LISTS or right.op not in _LISTS:
        return
    for name in sorted(free_symbols(left) - free_symbols(right), key=plain):
        if name not in known.scope.values and not is_declared(name, known.scope):
            yield f"nobody says what {plain(name)} is: it may be asked for"


_LISTS = frozenset({"matrix", "vector", "tuple"})


def _sizes(claim: Claim, known: Known) -> Iterator[Term]:
    """Norms of vectors over whose entries a sum runs that is divided by them."""
    names = [s for side in claim.sides for s in reach([side], known.scope)]
    bodies = [known.scope.values[s] for s in names if s in known.scope.values]
    for node in (n for term in (*claim.sides, *bodies) for n in postorder(term) if n.op == "mul"):
        below = [f.args[1] for f in node.args if f.op == "div"]
        sums = [n for f in node.args for n in postorder(f) if n.op == "sum"]
        for norm in (b for b in below if b.op == "norm" and b.args[0].op == "symbol"):
            if any(norm.args[0] in free_symbols(total) for total in sums):
                yield norm
