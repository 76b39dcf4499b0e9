"""The doubts that the verdict on a claim of a document goes through: what is refuted or proved of
the formula may not be what its author meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import free_symbols, postorder
from symdl.notes.definitions.defined_twice import unless_defined_twice
from symdl.notes.distributions.refuting import unless_at_a_distribution
from symdl.notes.doubts.among_laws import unless_among_laws
from symdl.notes.doubts.another_example import unless_of_another_example
from symdl.notes.doubts.arguments import unless_applied_to_more
from symdl.notes.doubts.being_solved import unless_a_solution, unless_being_solved
from symdl.notes.doubts.chained import unless_in_a_chain
from symdl.notes.doubts.counted import unless_counted
from symdl.notes.doubts.counted_out import unless_counted_out
from symdl.notes.doubts.einstein import unless_summed
from symdl.notes.doubts.facts_of_chance import unless_a_fact
from symdl.notes.doubts.hidden import unless_hidden
from symdl.notes.doubts.laws import unless_broken
from symdl.notes.doubts.no_law import unless_no_law
from symdl.notes.doubts.of_matrices import unless_of_matrices
from symdl.notes.doubts.open_constants import (
    unless_constants_are_open,
    unless_of_its_problem,
    unless_used_anew,
)
from symdl.notes.doubts.other_languages import unless_in_other_words
from symdl.notes.doubts.other_layout import unless_in_other_layout
from symdl.notes.doubts.other_norms import unless_of_another_norm
from symdl.notes.doubts.other_numbers import unless_of_other_numbers
from symdl.notes.doubts.other_units import unless_in_other_units
from symdl.notes.doubts.put_in import unless_put_in
from symdl.notes.doubts.readings import unless_doubtful
from symdl.notes.doubts.rounded_parts import unless_parts_rounded
from symdl.notes.doubts.said_of_a_part import unless_said_of_a_part
from symdl.notes.doubts.told import unless_told
from symdl.notes.doubts.unintroduced import conjugate, unless_of_entries
from symdl.notes.doubts.wider_sums import unless_of_wider_sums
from symdl.notes.doubts.worded_quantities import unless_of_quantities
from symdl.notes.scope.commuting import with_commuting
from symdl.notes.scope.known import Known, is_literal, reach
from symdl.notes.scope.properties import Has, with_property
from symdl.notes.stated import Place, is_alone
from symdl.notes.taylor import unless_other_terms


@dataclass(frozen=True, slots=True)
class Asked:
    """What doubts look at. claim: with what is known of its names where it stands. meant: the same
    with laws, moments and entries written out. text: its formula as it is written. special: the
    properties of arrays that are said for its sentence."""

    claim: Claim
    meant: Claim
    text: str
    known: Known
    place: Place
    judge: Judge
    special: Mapping[str, Has]


def doubted(asked: Asked, verdict: Verdict) -> Verdict:
    """The verdict that is left of one."""
    for doubt in DOUBTS:
        verdict = doubt(asked, verdict)
    return verdict


def _with_properties(a: Asked, verdict: Verdict) -> Verdict:
    """What is said of the arrays may prove it, or keep it open."""
    general, special = replace(a.claim, scope=a.known.general), a.special
    general, verdict = with_commuting(general, verdict, special, a.judge)
    return with_property(general, verdict, special, a.judge)


def _unless_disjoint(a: Asked, verdict: Verdict) -> Verdict:
    if verdict.kind != "refuted" or "\\cup" not in a.text:
        return verdict
    if _DISJOINT.search(f"{a.place.context} {a.place.sentence}") or _is_said_to_exclude(a):
        return undecided(f"it holds of events that exclude each other: {verdict.message}")
    return verdict


def _is_said_to_exclude(a: Asked) -> bool:
    """Whether the section has said before that its events exclude each other."""
    span = None if a.claim.span is None else a.claim.span.origin
    before = "" if span is None else span.source.text[: span.start]
    section = re.split(r"^#+ ", before, flags=re.MULTILINE)[-1]
    return re.search(r"\bmutually exclusive\b|\bdisjoint\b", section) is not None


def _unless_of_item_sets(a: Asked, verdict: Verdict) -> Verdict:
    """The union of sets of items is the event that all of them are bought."""
    words = f"{a.place.context} {a.place.sentence}"
    if verdict.kind == "refuted" and "\\cup" in a.text and _ITEM_SETS.search(words):
        return undecided(f"it may be said of sets of items: {verdict.message}")
    return verdict


_ITEM_SETS = re.compile(
    r"\b(?:item-?\s?sets?|association[- ]rules?|market[- ]basket|transactions?)\b", re.IGNORECASE
)
_DISJOINT = re.compile(r"\\cap[^$=]*=\s*\\(?:emptyset|varnothing)|\bmutually exclusive|\bdisjoint")


def _unless_among_laws(a: Asked, verdict: Verdict) -> Verdict:
    if not is_alone(a.place.sentence):
        return verdict
    special = a.special

    def judged(other: Claim) -> Verdict:
        return with_property(other, a.judge(other), special, a.judge)

    return unless_among_laws(a.claim, verdict, a.known, judged, a.judge)


def _unless_of_another(a: Asked, verdict: Verdict) -> Verdict:
    if verdict.kind != "refuted":
        return verdict
    named = conjugate(a.meant, f"{a.place.context} {a.place.before}") or _of_another(a)
    return undecided(f"{named}: {verdict.message}") if named else verdict


_NAMED_FUNCTION = re.compile(
    r"\b(?:sigmoid|tanh|relu|leaky relu|elu|gelu|swish|silu|softplus|mish)\b\W*[:：]\W*$",
    re.IGNORECASE,
)


_OF_NAMED = re.compile(
    r"\b(?:derivative|gradient|slope)\b[^.$]*\b(?:of|for) (?:the )?"
    r"(?:sigmoid|logistic|tanh|relu|leaky relu|elu|gelu|swish|silu|softplus|mish)\b[^.$]*$",
    re.IGNORECASE,
)


def _of_another(a: Asked) -> str:
    r"""A letter of functions behind the name of one: `tanh: $f'(z) = 1 - f(z)^2$`."""
    slope = a.meant.left.op == "call" and bool(a.meant.left.data.primes)
    if not slope:
        return ""
    told = "it is said of the function that is named before it"
    origin = a.known.origins.get(("function", str(a.meant.left.data.function.name)))
    elsewhere = origin is not None and not a.known.is_here(origin)
    named = _NAMED_FUNCTION.search(a.place.before)
    said = a.place.before or a.place.context.partition(a.text)[0].rstrip(" $")
    return told if named or (elsewhere and _OF_NAMED.search(said)) else ""


def _unless_of_sizes(a: Asked, verdict: Verdict) -> Verdict:
    r"""`(2 \\times 3) \\times (3 \\times 4) = (2 \\times 4)` tells the sizes of arrays."""
    if _SIZES.fullmatch(a.claim.latex or a.text) is None:
        return verdict
    return undecided("its brackets are the sizes of arrays, and no numbers")


_BY = r"\(\s*\d+\s*\\times\s*\d+\s*\)"
_SIZES = re.compile(
    rf"\s*{_BY}(?:\s*(?:\\times|\\cdot)?\s*{_BY})+\s*(?:&\s*)?=\s*(?:&\s*)?{_BY}[\s.,]*"
)


def _unless_cut_off(a: Asked, verdict: Verdict) -> Verdict:
    """A proof of an equation between derivatives is none where nothing says how what is
    differentiated depends on the variable: both sides were 0 for that alone."""
    right = a.claim.right
    if verdict.kind not in HOLDING or right is None or is_literal(right):
        return verdict
    slopes = (n for side in a.claim.sides for n in postorder(side) if n.op in _SLOPES)
    for slope in slopes:
        reached = reach([slope.args[0]], a.known.scope)
        inside = {s for term in reached for s in free_symbols(term)}
        loose = [v for v in slope.args[1:] if free_symbols(v).isdisjoint(inside)]
        if loose and "both sides are 0" in verdict.message:
            return undecided(
                f"nothing says how {plain(slope.args[0])} depends on {plain(loose[0])}"
            )
    return verdict


_SLOPES = frozenset({"derivative", "gradient"})


def _unless_a_series_for_all(a: Asked, verdict: Verdict) -> Verdict:
    """What holds near a point (`\\sigma(x) = \\frac12 + \\frac{x}{4} + \\dots`) is not proved for
    all x."""
    dotted = any(n.op == "dots" for side in a.claim.sides for n in postorder(side))
    near = verdict.kind == "proved" and verdict.method == "asymptotics"
    if not (near and dotted and a.place.free):
        return verdict
    return undecided(f"whether the series converges for all of them is open: {verdict.message}")


def _behind(a: Asked) -> str:
    """The sentence behind a formula, unless it is said of all values."""
    if a.place.free or a.place.general:
        return ""
    return a.place.sentence.removeprefix(a.place.before)


Doubt = Callable[[Asked, Verdict], Verdict]
DOUBTS: tuple[Doubt, ...] = (
    lambda a, v: unless_broken(a.claim, v, a.judge),
    lambda a, v: unless_defined_twice(a.meant, v, a.known, a.judge),
    _with_properties,
    lambda a, v: unless_doubtful(a.meant, a.text, a.known, v),
    lambda a, v: unless_counted(a.meant, v, a.known, a.judge),
    lambda a, v: unless_applied_to_more(a.meant, v, a.judge),
    lambda a, v: unless_of_wider_sums(a.meant, v, a.judge),
    lambda a, v: unless_other_terms(a.claim, a.known, v, a.judge),
    lambda a, v: unless_told(v, a.meant, a.place.sentence, a.place.before),
    _unless_disjoint,
    _unless_of_item_sets,
    lambda a, v: unless_no_law(v, a.claim),
    lambda a, v: unless_a_fact(v, a.claim),
    lambda a, v: unless_put_in(v, a.claim, a.known),
    lambda a, v: unless_counted_out(a.claim, v, a.judge),
    lambda a, v: unless_hidden(v, a.claim, a.text, a.known),
    lambda a, v: unless_constants_are_open(v, a.claim, a.known),
    lambda a, v: unless_of_its_problem(v, a.claim, a.known),
    lambda a, v: unless_being_solved(v, a.claim, a.text, _behind(a)),
    lambda a, v: unless_a_solution(v, a.claim, a.known),
    lambda a, v: unless_used_anew(v, a.claim, a.known),
    lambda a, v: unless_of_another_example(v, a.claim, a.known, a.judge),
    _unless_among_laws,
    lambda a, v: unless_of_entries(a.meant, v),
    _unless_of_another,
    _unless_a_series_for_all,
    _unless_of_sizes,
    _unless_cut_off,
    lambda a, v: unless_in_other_units(v, a.claim, a.text, a.judge),
    lambda a, v: unless_parts_rounded(v, a.claim, a.judge),
    lambda a, v: unless_in_a_chain(v, a.claim, a.known, a.place.context),
    lambda a, v: unless_in_other_words(v, a.claim, a.known, a.place.sentence, a.place.context),
    lambda a, v: unless_of_matrices(a.claim, v, a.known),
    lambda a, v: unless_of_other_numbers(a.meant, a.text, a.place.sentence, a.known, v),
    lambda a, v: unless_summed(a.claim, v, a.known),
    lambda a, v: unless_in_other_layout(v, a.claim, a.judge),
    lambda a, v: unless_of_another_norm(v, a.claim),
    lambda a, v: unless_of_quantities(v, a.claim, a.judge),
    lambda a, v: unless_at_a_distribution(a.claim, v, a.place.context, a.judge),
    lambda a, v: unless_said_of_a_part(a.claim, v, a.judge, a.place, a.text),
)
"""In the order in which a verdict goes through them."""
