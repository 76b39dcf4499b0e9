"""Every claim that a formula file or a statement makes, in order, with its place and written out.

What cannot be read makes no claim (`symdl check` tells it as a finding of its own). This is the
reading that evidence and `symdl recheck` have in common: no verdict is found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from math import prod
from pathlib import Path

from symdl.derivation.components import components
from symdl.derivation.expand import expand
from symdl.derivation.floors import with_floors
from symdl.derivation.record import recorded
from symdl.derivation.recurrences import first_given
from symdl.document.errors import Error
from symdl.document.formula import formula_of
from symdl.document.raw_formula import ExampleEntry, Value
from symdl.document.source import Source, Span, whole
from symdl.evidence.arrays.at_sizes import MAX_PLACES, conditions_at
from symdl.evidence.arrays.settings import at_setting, free_indices, settings, size_names
from symdl.evidence.arrays.shape_claims import is_shape_claim
from symdl.evidence.bounds.smooth import smooth_conditions
from symdl.evidence.claim import Claim, Decide
from symdl.evidence.claims_read import claims
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.evidence.kinds import ANY
from symdl.evidence.named import with_arguments
from symdl.evidence.reached import reachable
from symdl.evidence.record import ClaimInParts, Part
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import read
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, make, postorder
from symdl.library import understand
from symdl.library.given import scope_of
from symdl.library.undeclared import refuse_undeclared
from symdl.library.understood import Understood, read_key, read_value


def of_file(name: str, data: bytes) -> Iterator[ClaimInParts]:
    """The claims of a formula file: of its lines, its claims, its worked examples."""
    try:
        found = understand(formula_of(name, data, Path(name).parent.name))
    except Error:
        return
    for line in found.lines:
        for claim in claims(line.reading, line.scope, ANY):
            yield _stated(claim, line.source)
    for entry in found.raw.claims:
        try:
            reading = read(entry.statement, found.scope)
            refuse_undeclared(reading, found)
        except Error:
            continue
        for claim in claims(reading, found.scope):
            yield _stated(claim, entry.statement)
    for example in found.raw.examples:
        yield from _worked(found, example)


def of_document(name: str, data: bytes) -> Iterator[tuple[tuple[object, ...], list[ClaimInParts]]]:
    """What a document claims, in order: where each claim stands (line, column, LaTeX, kind), and
    the claims that its verdict may rest on: in general, and with the numbers given there."""
    from symdl.document.documents import read_documents
    from symdl.notes.checking import stated_in

    try:
        documents = read_documents(name, data)
    except Error:
        return
    for stated in (s for document in documents for s in stated_in(document)):
        if stated.claim is None or stated.decide is None or stated.error is not None:
            continue
        latex = stated.claim.latex or stated.source.text
        origin = stated.span.origin
        place = (origin.line, origin.column, latex, stated.claim.kind)
        yield place, [_written_out(stated.span, latex, c) for c in _asked(stated.decide)]


def _asked(decide: Decide) -> list[Claim]:
    """The claims that a verdict is asked for, where none is given."""
    found: list[Claim] = []

    def note(claim: Claim) -> Verdict:
        found.append(claim)
        return Verdict("undecided", "", "")

    try:
        decide(note)
    except Error:  # the run tells it as a finding of its own
        return []
    return found[:MOST_ASKED]


def of_statement(
    latex: str, given: Iterable[str] = (), symbols: Mapping[str, str] | None = None
) -> Iterator[ClaimInParts]:
    """The claims of a statement of LaTeX. Raises ReadError, and TypeError for what is no text."""
    scope = scope_of(given, symbols, latex)
    source = Source("<statement>", latex)
    return (_stated(claim, source) for claim in claims(read(source, scope), scope))


def _stated(claim: Claim, source: Source) -> ClaimInParts:
    span: Span = claim.span if claim.span is not None else whole(source)
    return _written_out(span, claim.latex or source.text, claim)


def _written_out(span: Span, latex: str, claim: Claim) -> ClaimInParts:
    """The claim with definitions, calls and derivatives written out, under what is stated to hold,
    and where the derivatives in it exist; arrays entry by entry."""
    with suppress(Error):  # `f x`, which is no claim, stays as it is
        claim = with_arguments(claim)
    claim = with_hypotheses(claim)
    bare = claim.kind == "definition" or is_shape_claim(claim) or _is_large(claim)
    with recorded() as derived:
        try:
            written = _as_written(claim) if bare else _scalar(claim)
        except Error:
            written = _as_written(claim)
        found: tuple[Part, ...] = (written,)
        whole_claim = True
        if not bare and claim.right is not None and _has_entries(claim, found[0]):
            entries, whole_claim = tuple(_entries(claim)), not _has_sizes(claim)
            if not whole_claim:  # instances, spread over the sizes
                entries = entries[:: max(1, -(-len(entries) // MOST_INSTANCES))]
            found = entries or found
        elif found[0].relation == "->":
            found = (_as_limit(found[0]),)
    place = span.origin
    step = 1 if whole_claim else max(1, len(derived) // MOST_DERIVED)  # a few of the instances
    found_derived = tuple(derived)[::step]
    return ClaimInParts(place.line, place.column, latex, claim, found, whole_claim, found_derived)


MOST_ASKED, MOST_SETTINGS, MOST_INSTANCES, MOST_DERIVED, MOST_ENTRIES = 3, 4, 8, 3, 256


def _as_limit(part: Part) -> Part:
    """`f(x) -> c` as `x -> a` as a limit."""
    goes = [c for c in part.conditions if c.op == "relation" and c.data == ("->",)]
    if len(goes) != 1 or goes[0].args[0].op != "symbol":
        return part
    left = make("limit", *goes[0].args, part.left, data="")
    return Part(left, "=", part.right, tuple(c for c in part.conditions if c is not goes[0]))


def _as_written(claim: Claim) -> Part:
    return Part(claim.left, claim.relation, claim.right, claim.conditions)


def _scalar(claim: Claim) -> Part:
    sides = claim.terms
    scope = with_floors(claim.scope, sides)
    conditions = [expand(condition, scope) for condition in claim.conditions]
    conditions += dict.fromkeys(smooth_conditions(replace(claim, scope=scope)))
    right = None if claim.right is None else expand(claim.right, scope)
    return Part(expand(claim.left, scope), claim.relation, right, tuple(conditions))


def _is_large(claim: Claim) -> bool:
    """Whether an array has too many entries of its own to be written out."""
    terms = [t for t in reachable(claim) if t.op == "symbol"]
    return any(prod(d for d in t.shape or () if isinstance(d, int)) > MOST_ENTRIES for t in terms)


def _has_entries(claim: Claim, part: Part) -> bool:
    """Whether a claim is about arrays, or about sums and entries of which the size is open."""
    if (
        is_shape_claim(claim)
        or part.left.op == "image"
        or claim.kind in ("limit", "definition", "shape")
    ):
        return False
    sides = [side for side in (part.left, part.right) if side is not None]
    return _are_linked(claim, sides) or any(side.shape != () or _is_open(side) for side in sides)


def _are_linked(claim: Claim, sides: list[Term]) -> bool:
    """Whether states of a recurrence are left that follow from each other, or from the first."""
    states: dict[Term, set[Term]] = {}
    for node in (n for side in sides for n in postorder(side) if n.op == "entry"):
        base = node.args[0]
        if base.op == "symbol" and base.data.name in claim.scope.recurrences:
            states.setdefault(base, set()).add(node)
    return any(
        len(found) > 1 or first_given(claim.scope, base) is not None
        for base, found in states.items()
    )


def _is_open(side: Term) -> bool:
    """Whether a sum, a product or an array is left in a written-out term."""
    return any(
        node.op in ("sum", "product") or node.shape not in ((), None) for node in _nodes(side)
    )


def _nodes(side: Term) -> Iterator[Term]:
    whole = {n.args[0] for n in postorder(side) if n.op in ("entry", "label")}
    bases = {base for base in whole if base.op not in ("vector", "matrix")}
    return (n for n in postorder(side) if n not in bases)


def _has_sizes(claim: Claim) -> bool:
    return bool(size_names(claim) or free_indices(claim))


def _entries(claim: Claim) -> Iterator[Part]:
    """The entries of both sides at some sizes (all of them, where the sizes are literal)."""
    assert claim.right is not None
    found = list(islice(settings(claim, size_names(claim), free_indices(claim)), MAX_PLACES))
    for setting in found[:: max(1, -(-len(found) // MOST_SETTINGS))]:
        try:
            there = at_setting(claim, setting)
            conditions = conditions_at(there, setting)
            if conditions is None:
                continue
            left, right = (
                components(substitute(side, setting.indices), there.scope, setting.sizes)
                for side in (claim.left, claim.right)
            )
            known = tuple(expand(c, there.scope, setting.sizes) for c in conditions)
        except Error:
            continue
        if left.shape == right.shape:
            for a, b in zip(left.entries, right.entries, strict=True):
                if not (_is_before(a, claim) or _is_before(b, claim)):
                    yield Part(a, claim.relation, b, known)


def _is_before(side: Term, claim: Claim) -> bool:
    """Whether a side speaks of states at negative steps, where a recurrence says nothing."""
    states = (n for n in postorder(side) if n.op == "entry" and n.args[0].op == "symbol")
    return any(
        n.args[0].data.name in claim.scope.recurrences and n.args[1].op == "neg" for n in states
    )


def _worked(found: Understood, example: ExampleEntry) -> Iterator[ClaimInParts]:
    """`key \\approx value` for each number that is expected under the given values."""
    values: dict[Term, Term] = {**found.scope.values, **found.defaults}
    try:
        for item in example.given:
            values[read_key(item.key, found.scope)] = read_value(item.value, found.scope)
    except Error:
        return
    scope = replace(found.scope, values=values)
    for item in example.expect:
        try:
            reads = read(item.key, found.scope).term if "\\" in item.key.text else None
            left = reads or read_key(item.key, found.scope)
            right = read_value(item.value, found.scope)
        except Error:
            continue
        kind = "matrix" if right.shape else "number"
        span = whole(item.key)
        claim = Claim(kind, "approx", left, right, scope, (), span, worked=True)
        latex = f"{item.key.text} \\approx {_written(item.value)}"
        yield _written_out(span, latex, claim)


def _written(value: Value) -> str:
    if isinstance(value, Source):
        return value.text
    return "(" + ", ".join(map(_written, value)) + ")"
