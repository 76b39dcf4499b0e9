"""Shapes that formulas state: `x \\to (16, 100)`, `W \\in \\mathbb{R}^{m \\times n}`."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.source import whole
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict
from symdl.expression.misfits import show
from symdl.expression.reading import Reading
from symdl.expression.term import Term, free_symbols, make
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import declare_in
from symdl.notes.stated import Place, Stated, settled

_ANY_ONE = re.compile(
    r"\b(?:arbitrary|chosen|any|every|all|each|some|random|unique|vectors?|points?|let|an?|for|of)\s*$",
    re.IGNORECASE,
)


def is_declared_home(term: Term, known: Known, before: str) -> bool:
    """Whether `x \\in \\mathbb{R}^n` is said of something of which nothing is known otherwise, or
    of any one (`arbitrary $y \\in \\mathbb{R}^n$`)."""
    if term.op != "relation" or term.data != ("in",) or term.args[1].op != "space":
        return False
    if term.args[0].op == "number" or (_ANY_ONE.search(before) and term.args[0].op == "symbol"):
        return True  # `0 \\in \\mathbb{R}^n` is the vector
    names = {s.data.name for s in free_symbols(term.args[0])}
    values = {key.data.name for key in known.scope.values if key.op == "symbol"}
    declared = {name for name, s in known.scope.symbols.items() if s.declared}
    return not names & (values | declared)


def has_shape(term: Term, known: Known) -> bool:
    """Whether `x \\in \\mathbb{R}^n` is said of a value that is defined: then it is a claim."""
    left, right = term.args[0], term.args[-1]
    defined = {key.data.name for key in known.scope.values if key.op == "symbol"}
    return right.op == "space" and left.op == "symbol" and left.data.name in defined


def shape_stated(term: Term) -> tuple[Term, Term] | None:
    """The symbol and the shape of `x \\to (16, 100)`, or of a function of such a kind."""
    if term.op != "relation" or term.data not in (("->",), (":",)):
        return None
    left, right = term.args
    if left.op != "symbol" or right.op != "tuple":
        return None
    sized = all(d.op in ("symbol", "number") for d in right.args)
    return (left, right) if sized else None


def shape_claim(
    reading: Reading, stated: tuple[Term, Term], known: Known, place: Place
) -> tuple[list[Stated], Known]:
    """A shape: a declaration, or a claim about an array whose shape this section declares."""
    name, sizes = stated
    source = reading.source
    span = reading.spans.get(reading.term) or whole(source)
    shape = tuple(int(d.data.value) if d.op == "number" else str(d.data.name) for d in sizes.args)
    declared = known.scope.symbols.get(name.data.name)
    role = ("scalar", "vector", "matrix", "tensor")[min(len(shape), 3)]
    symbol = replace(name.data, role=role, shape=shape, declared=True)
    claim = Claim("shape", "=", make("shape_of", name), sizes, known.scope, (), span, source.text)
    if declared is None or name.data.name in known.soft or declared.shape is None:
        verdict = Verdict("definition", "shape", f"{name.data.name} has the shape {show(shape)}")
        return [Stated(source, claim, settled(verdict))], declare_in(
            known, symbol, span, place.path
        )
    return [Stated(source, claim, lambda judge: judge(claim))], known
