"""One step of gradient descent in numbers: `New $w = 102$` behind a loss and a learning rate."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import Math
from symdl.document.source import whole
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make
from symdl.notes.judging import HOLDS
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.stated import Stated

_NEW = re.compile(r"\b(?:new|updated|next|after (?:the|one) (?:update|step))\W*$", re.IGNORECASE)
_RATES = ("\\eta", "\\alpha", "\\gamma", "lr", "\\text{lr}", "\\epsilon")
_LOSSES = (
    "L",
    "\\mathcal{L}",
    "J",
    "\\ell",
    "E",
    "C",
    "\\text{Loss}",
    "\\text{loss}",
    "\\text{MSE}",
)


def is_update(run: Math, before: str) -> bool:
    """Whether a formula gives a parameter its new value: `New $w = 102$`."""
    return _NEW.search(before) is not None and re.match(r"[^=]*=[^=]*$", run.text) is not None


def update_claim(run: Math, known: Known) -> tuple[Stated, Term] | None:
    """The claim that a step of gradient descent gives this value, and the equation it states.

    None where the loss, the learning rate or the old value are not known: nothing is claimed.
    """
    source = trimmed(run.source)
    try:
        reading, _ = read_in(source, known)
    except Error:
        return None  # told where the formula is read as a statement
    term = reading.term
    if term.op != "relation" or term.data != ("=",) or not is_literal(term.args[1]):
        return None
    name, value = term.args
    rate = _named(_RATES, known.scope, True)
    loss = _loss_of(name, known.scope)
    if rate is None or loss is None or not is_literal(known.scope.values.get(name, name)):
        return None
    slope = make("derivative", loss, name, data="partial")
    stepped = make("add", name, make("neg", make("mul", rate, slope)))
    span = whole(source)
    claim = Claim("number", "=", stepped, value, known.scope, (), span, source.text)
    note = "a new value is read as one step of gradient descent on the loss"
    before = replace(known.scope, values={**known.scope.values, **known.replaced})
    together = replace(claim, scope=before)

    def decide(judge: Judge) -> Verdict:
        verdict = judge(together)
        if verdict.kind in HOLDS or not known.replaced:
            return verdict
        in_turn = judge(claim)
        return in_turn if in_turn.kind in HOLDS else verdict

    return Stated(source, claim, decide, note=note), term


def _named(names: tuple[str, ...], scope: Scope, literal: bool) -> Term | None:
    """The first of these names that has a value (made of numbers only)."""
    for key, value in scope.values.items():
        if key.op == "symbol" and key.data.name in names and is_literal(value) == literal:
            return key
    return None


def _loss_of(name: Term, scope: Scope) -> Term | None:
    """A loss that is defined as an expression in a parameter."""
    for key, value in scope.values.items():
        if key.op == "symbol" and key.data.name in _LOSSES and name in free_symbols(value):
            return key
    return None


def with_value(known: Known, equation: Term) -> Known:
    """The knowledge in which an updated parameter has its new value; the others may be updated
    together with it, from the old ones."""
    name, value = equation.args
    values = known.scope.values
    replaced = {**known.replaced, name: values[name]} if name in values else known.replaced
    scope = replace(known.scope, values={**values, name: value})
    return replace(known, scope=scope, replaced=replaced)
