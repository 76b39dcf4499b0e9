"""The statements of one formula of a document: what it defines, claims, declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symdl.document.errors import Error, ReadError, bugs_told
from symdl.document.pieces import Math
from symdl.document.source import Source, Span
from symdl.evidence.claim import Claim, claims
from symdl.evidence.kinds import ANY
from symdl.evidence.verdict import Verdict
from symdl.evidence.written_moments import with_moments
from symdl.expression.misfits import show
from symdl.expression.reading import Reading
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.findings import Judge
from symdl.library import whole
from symdl.notes.again import stated_again
from symdl.notes.clauses import with_others
from symdl.notes.determined import has_numbers, is_determined
from symdl.notes.doubts import unless_doubtful
from symdl.notes.habits import defined_in
from symdl.notes.homes import as_before, as_numbers, bound_in, read_again
from symdl.notes.independence import independent_in, with_independence
from symdl.notes.judging import HOLDS, verdict_on
from symdl.notes.known import Known, declare_in, is_literal, learn, lose
from symdl.notes.laws import unless_broken
from symdl.notes.named import against_library
from symdl.notes.outline import has_relation
from symdl.notes.premises import (
    ORDER,
    declares,
    is_met,
    is_premise,
    is_quiet,
    satisfies_of,
    without_earlier,
)
from symdl.notes.properties import with_property
from symdl.notes.reading_in import is_firm, parts_of, read_in, trimmed, with_arguments
from symdl.notes.vocabulary import subjects_in
from symdl.own_names import read_line

Decide = Callable[[Judge], Verdict]


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim of a document, or an error in its place.

    decide gives its verdict once somebody asks for it: understanding a document judges
    nothing. note tells the author how the claim was taken. firm: the arrays in it are declared
    in the sections that are open, so that shapes that do not fit are a mistake.
    """

    source: Source
    claim: Claim | None = None
    decide: Decide | None = None
    error: Error | None = None
    note: str = ""
    firm: bool = True

    @property
    def span(self) -> Span:
        """Where it stands."""
        if self.claim is not None and self.claim.span is not None:
            return self.claim.span
        return whole(self.source)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula stands: the open sections, the conditions its sentence puts on it, and
    whether the words before it make it a condition that holds from here on. before: the words
    of its sentence that lead to it; context: those, the headings and the leads; others: the
    conditions of other clauses of its sentence; free: the names for all values of which it is
    said to hold; sentence: all of its words."""

    path: tuple[int, ...] = ()
    conditions: tuple[Term, ...] = ()
    supposed: bool = False
    before: str = ""
    context: str = ""
    others: tuple[Term, ...] = ()
    free: frozenset[str] = frozenset()
    sentence: str = ""

    @property
    def asserted(self) -> bool:
        """Whether the words before say that what follows holds for all values."""
        return _ASSERTS.search(self.before) is not None

    @property
    def general(self) -> bool:
        """Whether the words before say that what follows needs no condition."""
        return _WITHOUT.search(self.before) is not None


_WITHOUT = re.compile(r"\b(?:without|in general|for all|for every|always)\b", re.IGNORECASE)
_ASSERTS = re.compile(
    r"\b(?:so|then|thus|hence|therefore|identit(?:y|ies)|for all|always|expand\w*|simplif\w*|we get"
    r"|we have|gives?|yields?|equals|that is|i\.e\.|factor\w*|since|because|implies|obtain)\W*"
    r"(?:that)?\W*$",
    re.IGNORECASE,
)


def settled(verdict: Verdict) -> Decide:
    """A verdict that needs no judge."""
    return lambda _: verdict


def statements(run: Math, known: Known, place: Place) -> tuple[tuple[Stated, ...], Known]:
    """What a formula states, and what is known behind it. Without a relation it states nothing."""
    source = trimmed(run.source)
    if not has_relation(run):
        return tuple(_unclosed(source)), known
    bound = bound_in(source.text, known)
    try:
        with bugs_told(whole(source)):
            found, after = _statements(source, as_numbers(known, bound), place)
    except Error as error:
        firm = is_firm(source.text, known) and "'" not in source.text  # `B'` may be a transpose
        told = Stated(source, error=error, firm=firm)
        return (told,), lose(known, defined_in(source.text), whole(source).origin.line)
    return found, read_again(known, as_before(after, known, bound) if bound else after)


def _unclosed(source: Source) -> Iterator[Stated]:
    """A brace without its partner in a formula that states nothing: half a formula."""
    opened: list[int] = []
    for match in re.finditer(r"\\.|[{}]", source.text):
        place = match.start()
        if match[0] == "{":
            opened.append(place)
        elif match[0] == "}":
            if not opened:
                error = ReadError("} closes nothing", Span(source, place, place + 1))
                yield Stated(source, error=error)
                return
            opened.pop()
    if opened:
        error = ReadError("{ is never closed", Span(source, opened[-1], opened[-1] + 1))
        yield Stated(source, error=error)


def _statements(source: Source, known: Known, place: Place) -> tuple[tuple[Stated, ...], Known]:
    reading, known = read_in(source, known)
    reading = replace(reading, term=with_arguments(reading.term, known))
    own = own_letter(reading, known, place)
    if own is not None:
        return own
    found: list[Stated] = []
    for part in parts_of(reading.term):
        if part.op in ("relation", "when", "forall"):
            told, known = _of_part(replace(reading, term=part), known, place)
            found += told
    return tuple(found), known


def _of_part(reading: Reading, known: Known, place: Place) -> tuple[list[Stated], Known]:
    """What one statement of a list states."""
    source, term = reading.source, reading.term
    span = reading.spans.get(term) or whole(source)
    if is_premise(term, known, place.before):
        known = learn(without_earlier(known, term, place.before), term, span, place.path)
        return _told(reading, known, "stated to hold from here on"), known
    if is_met(term, place.before):
        return [], known
    satisfied = satisfies_of(place.before)
    if is_quiet(place.before) and not _is_claimed(reading, known):
        if satisfied is None:
            return [], known
        if not _is_function(satisfied, known):
            return _told(reading, known, "said to be satisfied: a condition on what is free"), known
        place = replace(place, before="we have")
    numbers = declares(term) and has_numbers(term, known) and not place.supposed
    is_declared = declares(term) and not _has_shape(term, known)
    if (is_declared and not (numbers and place.asserted)) or place.supposed:
        if not numbers:  # what has a number is not bounded by another case: `$x > 0$`
            known = learn(without_earlier(known, term, place.before), term, span, place.path)
        return _told(reading, known, "stated to hold from here on"), known
    pairs = tuple(_paired(term))
    if pairs:
        for pair in pairs:
            known = learn(known, pair, span, place.path)
        return _told(reading, known, "given from here on"), known
    if _is_declared_home(term, known, place.before) or _gives_all(term):
        for link in _links(term):
            known = learn(known, link, span, place.path)
        return _told(reading, known, "given from here on"), known
    shape = _shape_stated(term)
    if shape is not None:
        return _shape(reading, shape, known, place)
    if term.op == "relation" and "->" in term.data and not _is_limit(term):
        return [], known  # a mapping, or the sizes of a layer: flows.py reads it with its words
    found: list[Stated] = []
    first = True
    for given in _given_in(term):
        known = learn(known, given, span, place.path)
    for claim in claims(reading, known.scope, ANY):
        if claim.left.op == "number" and claim.right is not None and claim.right.op == "space":
            continue  # the 0 of `y = 0 \\in \\mathbb{R}^n` is its vector
        claim = replace(claim, conditions=(*claim.conditions, *place.conditions))
        chained = term.op == "relation" and len(term.data) > 1 and claim.relation not in ORDER
        asserted = place.asserted or chained
        asserted = asserted or (_expands(claim) and not _SOLVED.search(place.before))
        stated, learnt = _stated(claim, source, known, first, asserted, place)
        found.append(_in_sentence(stated, claim, place.others))
        if learnt:
            link = _definition(term) if first or claim.right is None else _equation(claim)
            known = learn(known, link, span, place.path)
        first = False
    return found, known


def _is_function(words: str, known: Known) -> bool:
    """Whether words are the name of one function that the library or the document defines."""
    name = re.fullmatch(r"\$([^$]+)\$", words)
    if name is not None:
        written = name[1].split("(")[0].strip()
        if written in known.scope.functions:
            return True
        words = re.sub(r"\\(?:operatorname|mathrm|text)?|[{}]", "", written)
    return len(subjects_in(words, known)) == 1


def _is_claimed(reading: Reading, known: Known) -> bool:
    """Whether a statement restricts nothing: it speaks only of what is defined."""
    return all(is_determined(claim, known) for claim in claims(reading, known.scope, ANY))


def _in_sentence(stated: Stated, claim: Claim, others: tuple[Term, ...]) -> Stated:
    """A claim of a sentence whose other clauses have conditions of their own."""
    decide = stated.decide
    if not others or decide is None:
        return stated
    return replace(stated, decide=lambda judge: with_others(claim, others, decide(judge), judge))


def _given_in(term: Term) -> Iterator[Term]:
    """The numbers that a chain of orders gives its names: the 2 of `m > n = 2`."""
    if term.op != "relation" or not ORDER.intersection(term.data):
        return
    for relation, left, right in zip(term.data, term.args, term.args[1:], strict=False):
        if relation == "=" and left.op in ("symbol", "entry") and is_literal(right):
            yield make("relation", left, right, data=("=",))


def _gives_all(term: Term) -> bool:
    """Whether a chain gives several names one number: `p_1 = p_2 = 1`."""
    if term.op != "relation" or len(term.data) < 2 or set(term.data) != {"="}:
        return False
    return is_literal(term.args[-1]) and all(a.op in ("symbol", "entry") for a in term.args[:-1])


def _paired(term: Term) -> Iterator[Term]:
    """The equations of tuples of names: `(a_2, b_2) = (1, 2)` gives each its value."""
    if term.op != "relation" or term.data not in (("=",), (":=",), ("equiv",)):
        return
    left, right = term.args
    if left.op != "tuple" or right.op != "tuple" or len(left.args) != len(right.args):
        return
    if all(name.op in ("symbol", "entry", "label", "prime") for name in left.args):
        yield from (
            make("relation", name, value, data=term.data)
            for name, value in zip(left.args, right.args, strict=True)
        )


def _links(term: Term) -> Iterator[Term]:
    """Each name of a chain with its last side."""
    for name in term.args[:-1]:
        if name.op == "number":
            continue
        yield make("relation", name, term.args[-1], data=term.data[-1:])


_ANY_ONE = re.compile(
    r"\b(?:arbitrary|chosen|any|every|all|each|some|random|unique|vectors?|points?|let|an?|for|of)\s*$",
    re.IGNORECASE,
)


def _is_declared_home(term: Term, known: Known, before: str) -> bool:
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


_SOLVED = re.compile(r"solv|equation|root|zero|find|satisf|unknown|if |when", re.IGNORECASE)


def _expands(claim: Claim) -> bool:
    """Whether a power of a sum is said to be a sum: `(a + b)^2 = a^2 + b^2`."""
    left, right = claim.left, claim.right
    power = left.op == "pow" and left.args[0].op == "add" and left.args[1].op == "number"
    return power and right is not None and right.op == "add"


def _told(reading: Reading, known: Known, message: str) -> list[Stated]:
    verdict = Verdict("definition", "definition", message)
    told = list(claims(reading, known.scope, ANY))[:1]
    return [Stated(reading.source, claim, settled(verdict)) for claim in told]


def _equation(claim: Claim) -> Term:
    assert claim.right is not None
    return make("relation", claim.left, claim.right, data=("=",))


def _is_limit(term: Term) -> bool:
    """Whether an arrow says where a value goes: `\\sigma(x) \\to 1`; else it is a mapping."""
    tuples = any(node.op == "tuple" for node in postorder(term))
    return not tuples and term.args[0].op not in ("number", "symbol")


def _definition(term: Term) -> Term:
    """The first link of a chain as an equation."""
    if term.op != "relation" or len(term.data) == 1:
        return term
    relation = "=" if term.data[0] in ("=", ":=", "equiv") else term.data[0]
    return make("relation", *term.args[:2], data=(relation,))


def gives(term: Term) -> bool:
    """Whether a statement gives a name a number (`g_1 = 2`), or a function its value."""
    if term.op != "relation" or term.data[0] != "=":
        return False
    left = term.args[0]
    if left.op == "call" and not left.data.primes:
        return all(a.op == "symbol" for a in left.args) and not is_literal(term.args[1])
    plain = left.op in ("symbol", "entry") and len(term.data) == 1
    return plain and is_literal(term.args[1])


def _as_named(verdict: Verdict) -> Verdict:
    """The verdict on a definition of a name that the library knows: what cannot be compared is
    the document's own."""
    if verdict.kind == "refuted":
        message = f"not the function of this name: {verdict.message}"
        return replace(verdict, message=message)
    if verdict.kind in HOLDS or verdict.code == "differs-from-library":
        return verdict
    return _DEFINITION


def _has_shape(term: Term, known: Known) -> bool:
    """Whether `x \\in \\mathbb{R}^n` is said of a value that is defined: then it is a claim."""
    left, right = term.args[0], term.args[-1]
    defined = {key.data.name for key in known.scope.values if key.op == "symbol"}
    return right.op == "space" and left.op == "symbol" and left.data.name in defined


def _stated(
    claim: Claim,
    source: Source,
    known: Known,
    first: bool,
    asserted: bool,
    place: Place,
) -> tuple[Stated, bool]:
    """A claim with the way to its verdict, and whether it defines what stands on its left.
    asserted: the words before it, or its chain, say that it is no condition."""
    if claim.kind == "definition":
        named = against_library(claim, known.universal) if first else None
        if named is not None:
            return Stated(source, claim, lambda judge: _as_named(named(judge))), True
        return Stated(source, claim, lambda judge: judge(claim)), first
    concluded = _concludes(place) and _follows_a_rule(claim, known)
    if (first and not concluded) or _names_a_function(claim):
        again = stated_again(claim, known)
        if again is not None:
            return Stated(source, claim, again[0]), again[1]
    if not first and _names_a_function(claim):
        return Stated(source, claim, settled(_DEFINITION)), True

    def decide(judge: Judge) -> Verdict:
        apart = (*known.apart, *independent_in(place.sentence))
        meant, _ = with_moments(with_independence(claim, apart))
        verdict = unless_broken(
            claim, verdict_on(meant, known, judge, asserted, place.general, place.free), judge
        )
        general = replace(claim, scope=known.general)
        verdict = with_property(general, verdict, known.special, judge)
        return unless_doubtful(meant, source.text, known, verdict)

    return Stated(source, claim, decide), False


_CONCLUDES = re.compile(
    r"\b(?:so|thus|hence|therefore|consequently|it follows)\W*(?:that\W*)?"
    r"(?:\$[^$]*\$\s*(?:,|,?\s*and)\s*)*$",
    re.IGNORECASE,
)


_SPECIAL_CASE = re.compile(
    r"\b(?:constant|equal|identical|same|all|if|when|ignor\w+|neglect\w+|steady|rest|assum\w+"
    r"|suppos\w+|special|simpl\w+|approximat\w+|roughly|converge\w*|fixed point|stationary)\b",
    re.IGNORECASE,
)


def _concludes(place: Place) -> bool:
    """Whether the words before say that something follows, and no words of the passage speak of
    a special case."""
    follows = _CONCLUDES.search(place.before) is not None
    return follows and _SPECIAL_CASE.search(place.context) is None


def _follows_a_rule(claim: Claim, known: Known) -> bool:
    """Whether an equation is about an entry of a sequence that a rule of an open section gives.
    What is said of the very entry of its definition (`y_i = b` behind `y_i = w x_i + b`) is not:
    it may be meant for a case that words describe."""
    left = claim.left
    if left.op != "entry" or left.args[0].op != "symbol" or claim.relation != "=":
        return False
    name = left.args[0].data.name
    rules = (("recurrence", known.scope.recurrences), ("entries", known.scope.entries))
    written = known.scope.entries.get(name)
    if written is not None and tuple(written.parameters) == left.args[1:]:
        return False
    origins = (known.origins.get((what, name)) for what, table in rules if name in table)
    return any(origin is not None and known.is_here(origin) for origin in origins)


_DEFINITION = Verdict("definition", "definition", "a definition: nothing to check")


def _names_a_function(claim: Claim) -> bool:
    """Whether a link of a chain says what a function is: `y = f(x) = x^3`."""
    left = claim.left
    own = left.op == "call" and not left.data.primes and claim.relation == "="
    return (
        own and len(set(left.args)) == len(left.args) and all(a.op == "symbol" for a in left.args)
    )


# --- shapes --------------------------------------------------------------------------------------


def _shape_stated(term: Term) -> tuple[Term, Term] | None:
    """The symbol and the shape of `x \\to (16, 100)`, or of a function of such a kind."""
    if term.op != "relation" or term.data not in (("->",), (":",)):
        return None
    left, right = term.args
    if left.op != "symbol" or right.op != "tuple":
        return None
    sized = all(d.op in ("symbol", "number") for d in right.args)
    return (left, right) if sized else None


def _shape(
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


# --- letters that are known functions ------------------------------------------------------------

_LETTER = re.compile(r"(\\(?:sigma|Phi|phi|Gamma)|[σΦφΓ])\s*(?:\\left)?\(")
_SIGMOID = re.compile(r"sigmoid|logistic|normal distribution|gaussian|gamma function", re.I)


def own_letter(
    reading: Reading, known: Known, place: Place
) -> tuple[tuple[Stated, ...], Known] | None:
    """A letter of a known function (`\\sigma`) that a document defines as another one: from here
    on it is the document's own. None where it agrees, or where the words say the known one."""
    match = _LETTER.match(reading.source.text)
    if match is None or _SIGMOID.search(place.context) or reading.term.op != "relation":
        return None
    again, scope, own = read_line(reading.source, known.scope)
    if not own:
        return None
    span = whole(reading.source)
    text = f"from here on {own} is this function, not the one that the letter usually means"
    verdict = Verdict("definition", "definition", text, code="own-function")
    known = learn(replace(known, scope=scope), again.term, span, place.path)
    told = claims(again, known.scope, ANY)[:1]
    return tuple(Stated(reading.source, claim, settled(verdict)) for claim in told), known
