"""What an equation defines where it stands, and what looks like a definition and is none."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.source import Span
from symdl.evidence.claim import Claim
from symdl.expression.symbols import canonical_name
from symdl.expression.term import Term, free_symbols, make
from symdl.notes.definitions.pieces import open_pieces, with_pieces
from symdl.notes.scope.at_a_point import is_solution, is_supposed
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.learning import forget, learn
from symdl.notes.sentences.premises import without_earlier
from symdl.notes.stated import Place


def with_definition(known: Known, link: Term, span: Span, place: Place) -> Known:
    """The knowledge with what an equation defines. Where its words solve for a variable of what
    is defined already, that is no definition."""
    name = link.args[0] if link.op == "relation" else link
    solved = is_solution(known, name, place.before)
    if link.op == "relation" and is_literal(link.args[1]):
        known = without_earlier(known, link, place.before)
    known = learn(known, link, span, place.path)
    value = known.scope.values.get(name)
    if solved and value is not None:
        return replace(known, solutions={**known.solutions, name: value})
    supposed = is_supposed(place.before) or is_example(link, place.before or place.context)
    return as_supposed(known, link) if supposed else known


_ITSELF = r"(?:\$[^$]*\$\W*)?$"
_EXAMPLE = re.compile(
    r"(?:\be\.\s?g\.|\bfor (?:example|instance)|\bsuch as|\b(?:examples?|consider)\b[^.;$]*)\W*"
    + _ITSELF,
    re.IGNORECASE,
)
_FORM = re.compile(
    rf"\b(?:of the form|ansatz|(?:guess|try)\b[^.;$]*|\bsolutions? like)\W*{_ITSELF}", re.IGNORECASE
)


def is_example(link: Term, before: str) -> bool:
    r"""Whether the steps of a sequence are written out as an example (`Consider the sequence
    $a_n = \frac{1}{n}$`), or as what is tried (`a solution of the form $a_n = \lambda^n$`)."""
    if link.op != "relation" or link.args[0].op != "entry" or len(link.args) != 2:
        return False
    index, body = link.args[0].args[-1], link.args[1]
    if link.args[0].args[0] in free_symbols(body) or index not in free_symbols(body):
        return False
    alone = free_symbols(body) <= {index}
    return _FORM.search(before) is not None or (alone and _EXAMPLE.search(before) is not None)


_STARTS = re.compile(r"\b(?:initial\w*|starting)\b[^.;]*$", re.IGNORECASE)


def is_start(claim: Claim, place: Place) -> bool:
    """Whether words say that an equation is how a sequence begins: `The initial trend $b_1$ can be
    estimated as $b_1 = x_2 - x_1$`. That holds by no rule of its steps."""
    left, right = claim.left, claim.right
    if left.op != "entry" or right is None or is_literal(right) or claim.relation != "=":
        return False
    first = is_literal(left.args[-1]) and left.args[0] not in free_symbols(right)
    return first and _STARTS.search(place.before or place.context) is not None


def follows_example(claim: Claim, known: Known, place: Place) -> bool:
    """Whether a rule is given for the steps of a sequence that were written out before as an
    example, or as what is tried: it is the rule of another one, unless it is said to follow."""
    base = claim.left.args[0] if claim.left.op == "entry" else claim.left
    if base is claim.left or base.op != "symbol" or claim.right is None or place.asserted:
        return False
    name = str(base.data.name)
    rule = known.scope.recurrences.get(name, known.scope.entries.get(name))
    return (
        rule is not None and known.supposed.get(name) == rule and base in free_symbols(claim.right)
    )


def as_supposed(known: Known, link: Term) -> Known:
    """The knowledge in which the value that an equation gives a name is one that is supposed."""
    name = link.args[0] if link.op == "relation" else link
    value = known.scope.values.get(name)
    if name.op == "entry" and name.args[0].op == "symbol" and value is None:
        letter = str(name.args[0].data.name)
        rule = known.scope.recurrences.get(letter, known.scope.entries.get(letter))
        return known if rule is None else replace(known, supposed={**known.supposed, letter: rule})
    if value is None or link.data != ("=",) or is_literal(value) or value is not link.args[1]:
        return known
    return replace(known, assumed={**known.assumed, name: value})


def is_value_there(claim: Claim, known: Known) -> bool:
    """Whether an equation says which number a function has where its variable has one (`When
    $p = 1$, $H(p) = 0$`): that is not what the function is."""
    if claim.left.op != "call" or claim.right is None or not is_literal(claim.right):
        return False
    values = (known.scope.values.get(arg) for arg in claim.left.args)
    return any(value is not None and is_literal(value) for value in values)


def is_piece(claim: Claim, known: Known, place: Place) -> bool:
    """Whether an equation is a further piece of a function."""
    link = equation_of(claim)
    if place.pieces:
        return bool(open_pieces(link, known))
    return with_pieces(link, claim.conditions, place, known) is not None


def without_far_function(text: str, known: Known) -> Known:
    """The knowledge without a function of a closed section whose letter a formula sets to
    something: `$L = (a - y)^2$` where another section has `$L(w) = ...$`."""
    match = re.match(r"\s*([A-Za-z]|\\[A-Za-z]+|\\mathcal\{[A-Z]\})\s*&?\s*:?=", text)
    if match is None:
        return known
    try:
        name = canonical_name(match[1])
    except Error:
        return known  # no name after all
    origin = known.origins.get(("function", name))
    far = origin is not None and not known.is_here(origin)
    return forget(known, name) if far and name in known.scope.functions else known


def equation_of(claim: Claim) -> Term:
    """The sides of a claim as an equation."""
    assert claim.right is not None
    return make("relation", claim.left, claim.right, data=("=",))


_SETS = re.compile(r"(?:^|[.,;:]|\b(?:we|and|us|now|I|then))\s*set\s*$", re.IGNORECASE)


def sets_anew(term: Term, known: Known, before: str) -> bool:
    """Whether an equation says what a letter stands for of which nothing is known:
    `set $H = X X^T$` behind X. (`Set $f'(x) = 0$` asks for an x.)"""
    if term.op != "relation" or term.data != ("=",) or _SETS.search(before) is None:
        return False
    left, right = term.args
    if left.op != "symbol" or left in free_symbols(right) or not free_symbols(right):
        return False
    scope = known.scope
    names = {s.data.name for s in free_symbols(right)}
    spoken = any(scope.declares(str(name)) or name in _valued(known) for name in names)
    own = left.data.name
    return spoken and own not in _valued(known) and not scope.declares(str(own))


def _valued(known: Known) -> set[object]:
    return {key.data.name for key in known.scope.values if key.op == "symbol"}
