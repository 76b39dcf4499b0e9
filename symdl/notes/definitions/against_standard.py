r"""A document's definition of a name that means the same everywhere, compared with that meaning.

`\mathrm{betainc}(a, b, x) = ...` is judged against the forms of `standard_names`: what is one of
them is proved, what differs from all of them for arguments at which they have values is refuted.
A quantity (`F_\beta = ...`) is compared only where every letter of its definition is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations

from symdl.document.errors import Error
from symdl.document.source import Source
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.exact import exact
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.symbols import declare
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.term import replace as put
from symdl.library import base_scope
from symdl.notes.definitions.standard_names import QUANTITIES, Standard, rows_named
from symdl.notes.judging import HOLDS
from symdl.notes.prose.settings import with_settings

MOST_TIMES = 3
"""The highest order of a derivative at a point."""
SHORTEST = 3
"""Letters of a function's name below which it is nobody's."""


@dataclass(frozen=True, slots=True)
class Form:
    """One meaning of a name: its arguments, its value, all letters that it may be written with, and
    its settings with usual values."""

    arguments: tuple[Term, ...]
    body: Term
    letters: tuple[Term, ...]
    settings: Mapping[Term, Term]
    points: tuple[tuple[Term, ...], ...]


def against_standard(claim: Claim, scope: Scope) -> Decide | None:
    """The way to the verdict that a definition is what its name means everywhere; None for a name
    that has no such meaning."""
    left, right = claim.left, claim.right
    if right is None or claim.relation not in ("=", ":=", "equiv"):
        return None
    name = _name(left)
    row = rows_named().get(name)
    if row is None or (row not in QUANTITIES and (left.op != "call" or len(name) < SHORTEST)):
        return None
    if row in QUANTITIES and left.op == "call":
        return None
    right = with_beta(right, scope)
    if row.among and not any(n.op in row.among for n in postorder(right)):
        return None
    if any(n.op == "call" for n in postorder(right)):
        return None  # in terms of a function of the document's own
    asked = _asked_of(claim, row, right)
    if not asked:
        return None
    return lambda judge: _judged(claim, row, right, asked, judge)


def _asked_of(claim: Claim, row: Standard, right: Term) -> list[tuple[Claim, Form]]:
    """The claims that each form is what a document defines."""
    try:
        pairs = [_asked(claim, form, row, right) for form in _forms(row)]
    except Error:
        return []  # arrays that do not fit as they are written: the document's own
    return [pair for pair in pairs if pair is not None]


def _judged(
    claim: Claim, row: Standard, right: Term, asked: list[tuple[Claim, Form]], judge: Judge
) -> Verdict:
    """The verdict of the forms; what is one of them with its arguments in another order (`x, a`
    for `a, x`) is not refuted: authors differ in that."""
    name, left = _name(claim.left), claim.left
    verdict = _best([_verdict(c, f, name, judge) for c, f in asked], row)
    counts = any(a.data.domain.integer for _, form in asked for a in form.arguments)
    if not verdict.kind.startswith("refuted") or left.op != "call" or counts:
        return verdict  # an order, say of a derivative, is no argument like the others
    for order in list(permutations(left.args))[1:]:
        moved = replace(claim, left=make("call", *order, data=left.data))
        told = [_verdict(c, f, name, judge) for c, f in _asked_of(moved, row, right)]
        if any(v.kind in HOLDS for v in told):
            listed = ", ".join(map(plain, order))
            return undecided(f"it is what its name means with the arguments in the order {listed}")
    return verdict


def _best(verdicts: list[Verdict], row: Standard) -> Verdict:
    """The verdict for the form that a definition has; refuted is what differs from every one."""
    for kinds in (HOLDS, ("undecided",)):
        found = next((v for v in verdicts if v.kind in kinds), None)
        if found is not None:
            return found
    first = verdicts[0]
    return replace(first, evidence={**first.evidence, "standard": row.source})


def _verdict(claim: Claim, form: Form, name: str, judge: Judge) -> Verdict:
    """The verdict in general; what it leaves open, at some arguments."""
    if not form.arguments:
        return judge(claim)
    verdict = with_settings(claim, dict(form.settings), name)(judge)
    if verdict.kind != "undecided" or form.settings or not form.points:
        return verdict
    for point in form.points:
        told = _at(claim, dict(zip(form.arguments, point, strict=False)), judge)
        if told is not None:
            return told
    return verdict


def _at(claim: Claim, point: dict[Term, Term], judge: Judge) -> Verdict | None:
    """A refutation at a point; None where there is none."""
    assert claim.right is not None
    moved = _renamed(point, claim.left, claim.right)
    left, right = (_in_order(side, moved) for side in (claim.left, claim.right))
    letters = free_symbols(claim.left) | free_symbols(claim.right)
    if letters & (free_symbols(left) | free_symbols(right)):
        return None
    told = judge(replace(claim, kind="number", left=left, right=right, conditions=()))
    if told.kind != "refuted" or told.counterexample is None:
        return None
    at = {plain(name): plain(value) for name, value in moved.items()}
    shown = replace(told.counterexample, at=at)
    where = ", ".join(f"{name} = {value}" for name, value in at.items())
    message = f"left is {shown.left}, right is {shown.right} at {where}"
    return replace(told, message=message, counterexample=shown)


def _in_order(side: Term, point: dict[Term, Term]) -> Term:
    """A side at a point; a derivative of the order n is one of that order there."""
    table = {}
    for node in postorder(side):
        order = point.get(node.args[2]) if node.op == "nth_derivative" else None
        times = None if order is None else exact(order)
        if times is not None and times.denominator == 1 and 0 < times <= MOST_TIMES:
            body, variable = node.args[:2]
            table[node] = make("derivative", body, *(variable,) * int(times), data=node.data)
    return substitute(put(side, table), point)


def _renamed(point: dict[Term, Term], *sides: Term) -> dict[Term, Term]:
    """A point by the symbols that stand in the sides, which have the names of the arguments."""
    own = {s.data.name: s for side in sides for s in free_symbols(side)}
    return {own[k.data.name]: v for k, v in point.items() if k.data.name in own}


def _asked(claim: Claim, form: Form, row: Standard, right: Term) -> tuple[Claim, Form] | None:
    """The claim that a form is what a document defines, with the names of the document."""
    names = _names(claim.left, form, right, row)
    if names is None:
        return None
    left = put(form.body, names)
    back = {plain(s): s for s in names.values()}
    right = put(right, {n: back[plain(n)] for n in _named_in(right) if plain(n) in back})
    scope = replace(base_scope(), symbols={s.data.name: s.data for s in back.values()})
    arguments = tuple(names.get(a, a) for a in form.arguments)
    settings = {s: value for s, value in form.settings.items() if s not in names}
    made = replace(claim, kind="identity", left=left, right=right, scope=scope, conditions=())
    return made, replace(form, arguments=arguments, settings=settings)


def _named_in(term: Term) -> frozenset[Term]:
    """The symbols of a term, and the entries that may be names (`d_k`)."""
    return free_symbols(term) | {n for n in postorder(term) if n.op == "entry"}


def _names(left: Term, form: Form, right: Term, row: Standard) -> dict[Term, Term] | None:
    """The symbols of a form -> the same with the names of the document. A setting that the document
    writes under the same letter is that."""
    if not form.arguments:
        return _letters(form, right, row)
    if len(left.args) != len(form.arguments) or any(a.op != "symbol" for a in left.args):
        return None
    if len(set(left.args)) != len(left.args):
        return None
    pairs = zip(form.arguments, left.args, strict=True)
    taken = {a.data.name for a in left.args}
    names = {own: _called(own, its.data.name) for own, its in pairs}
    written = {plain(n) for n in _named_in(right)}
    for setting in form.settings:
        if setting.data.name in taken:
            return None  # the slope a of a function of a
        if plain(setting) in written:
            names[setting] = setting
    return names


def _letters(form: Form, right: Term, row: Standard) -> dict[Term, Term] | None:
    """The symbols of a quantity -> those of the document, if it has no others."""
    meant = {_spelled(s): s for s in form.letters}
    for letter, others in row.letters.items():
        if letter.lower() in meant:
            meant |= dict.fromkeys(others, meant[letter.lower()])
    found: dict[Term, Term] = {}
    for its in free_symbols(right):
        own = meant.get(_spelled(its))
        if own is None or own in found:
            return None
        found[own] = _called(own, its.data.name)
    return found if len(found) > 1 else None


def _called(own: Term, name: str) -> Term:
    return make("symbol", data=replace(own.data, name=name))


@cache
def _forms(row: Standard) -> tuple[Form, ...]:
    return tuple(_read(row))


def _read(row: Standard) -> Iterator[Form]:
    symbols = {s.name: s for s in (declare(k, text) for k, text in row.declared.items())}
    scope = replace(base_scope(), symbols=symbols)
    for text in row.forms:
        left, body = read(Source("standard", text), scope).term.args
        used = free_symbols(body)
        settings = {k: v for k, v in _values(row.settings, scope).items() if k in used}
        points = tuple(tuple(_value(v, scope) for v in point) for point in row.points)
        arguments = left.args if left.op == "call" else ()
        letters = tuple(make("symbol", data=s) for s in symbols.values())
        yield Form(arguments, body, letters, settings, points)


def _values(table: dict[str, str], scope: Scope) -> dict[Term, Term]:
    return {_value(name, scope): _value(text, scope) for name, text in table.items()}


def _value(text: str, scope: Scope) -> Term:
    return read(Source("standard", text), scope).term


def with_beta(right: Term, scope: Scope) -> Term:
    r"""The term in which `B(a, b)` that nobody defines is the Beta function."""
    calls = {n for n in postorder(right) if n.op == "call" and len(n.args) == 2}
    calls = {n for n in calls if _name(n) in ("b", "beta") and not n.data.primes}
    if not calls or any(n.data.function.name in scope.functions for n in calls):
        return right
    form = _forms(rows_named()["beta"])[0]
    table = {
        n: substitute(form.body, dict(zip(form.arguments, n.args, strict=True))) for n in calls
    }
    return put(right, table)


_FONT = re.compile(
    r"\\(?:text(?:rm|bf|it|sf|tt)?|math(?:rm|bf|it|sf|tt)|operatorname)|[^A-Za-z0-9\\]"
)


def _name(left: Term) -> str:
    """The name of what is defined, without case, fonts and marks."""
    if left.op == "call" and not left.data.primes:
        return _FONT.sub("", left.data.function.name).lower()
    return _spelled(left) if left.op == "symbol" else ""


def _spelled(name: Term) -> str:
    return _FONT.sub("", str(name.data.name)).lower()
