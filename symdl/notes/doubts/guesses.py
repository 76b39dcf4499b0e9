"""Whether a refutation in a document rests on a guess: then it is none.

A document says less than a formula file. An equation may be a condition to be satisfied, a name
may mean something that was never written down, a definition may belong to another section. What
is not settled here goes through `DOUBTS` of `notes/doubted.py`; what is left is refuted.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import ORDER, is_declared
from symdl.evidence.probability.random_variables import is_operator
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant, undecided
from symdl.expression.dimensions import names_in
from symdl.expression.domain import REAL
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put
from symdl.notes.claim_parts import sides_of, variables_in
from symdl.notes.doubts.elsewhere import said_elsewhere
from symdl.notes.doubts.roughly import said_roughly
from symdl.notes.doubts.satisfied import (
    EQUAL,
    PLAIN,
    has_loose_letters,
    is_atom,
    is_slope_of_open,
    may_be_condition,
    never_holds,
)
from symdl.notes.doubts.unintroduced import chosen, unintroduced
from symdl.notes.doubts.unsymmetric import unless_unsymmetric
from symdl.notes.scope.at_a_point import in_sentence
from symdl.notes.scope.known import Known, is_literal, reach

VARIABLES = "xyzuvt"
"""Letters of variables: what fails for some of their values is no claim for all of them."""
WEIGHTS = frozenset({"\\lambda", "\\alpha", "\\pi", "w", "p", "q"})
"""Letters of weights, which are not negative where they sum to 1."""
SMALL = frozenset({"\\epsilon", "\\varepsilon", "\\delta"})
"""Letters of what is small."""
CONDITION = "read as a condition: it holds for some values only"


def settle(
    claim: Claim, known: Known, verdict: Verdict, judge: Judge, said: tuple[bool, bool]
) -> Verdict:
    """The verdict, unless it is a refutation that rests on a guess.

    said: whether a chain, or the words before it, say that it is no condition; and whether they say
    that it holds for all values.
    """
    asserted, general = said
    if not verdict.kind.startswith("refuted"):
        return verdict
    if claim.relation in ORDER and not asserted and _for_given(claim, verdict):
        return undecided(f"it fails for the numbers given: {verdict.message}")
    if _is_given(claim) and _of_a_case(claim, known):
        return undecided(f"{plain(claim.left)} was given a number for another case")
    if _is_given(claim) and not asserted and not _has_its_place(claim, known):
        return Verdict("definition", "reading", f"{plain(claim.left)} is given anew from here on")
    verdict = unless_unsymmetric(claim, verdict, known)
    unsaid = str(verdict.evidence.get("hypotheses", ""))
    if verdict.kind == "refuted-as-stated" or (unsaid and unsaid[0] not in VARIABLES):
        return replace(may_be_meant(verdict.message), evidence=verdict.evidence)
    if verdict.evidence.get("diverges"):
        return undecided(verdict.message)
    reason = said_elsewhere(claim, known) or said_roughly(claim, verdict)
    reason = reason or _without_rule(claim, known) or _without_place(claim, known)
    reason = reason or _mean_of_entries(claim) or unintroduced(claim, known) or chosen(claim, known)
    if reason:
        return undecided(reason)
    general = general or _on_intervals(claim)
    restricts = not general and (
        may_be_condition(claim, known, asserted) or _is_open(claim, verdict, asserted)
    )
    ordered = not asserted and bool(claim.conditions) and claim.relation in ORDER
    loose = ordered and has_loose_letters(claim)
    if restricts and (loose or not never_holds(claim, known, judge)):
        if asserted and not is_atom(claim.left):
            return undecided(f"said to hold, but it holds for some values only: {verdict.message}")
        if _compares(claim) and is_of_declared(claim, known):
            return undecided(f"a condition, or an error: {verdict.message}")
        return Verdict("definition", "reading", CONDITION, code="read-as-condition")
    reason = _one_sided(claim, known) or _unless_normalised(claim, judge)
    reason = reason or _unless_complements(claim, known, judge)
    reason = reason or ("" if general else _unless_small(claim, judge))
    return undecided(reason) if reason else verdict


def _compares(claim: Claim) -> bool:
    """Whether an inequality is one of two expressions in the same letters."""
    names = [variables_in(side) for side in claim.sides]
    return len(names) == 2 and names[0] == names[1] and not any(map(is_atom, claim.sides))


def is_of_declared(claim: Claim, known: Known) -> bool:
    """Whether the document says of every letter of an inequality which values it has."""
    if claim.relation not in ORDER:
        return False
    names = {s for side in claim.sides for s in variables_in(side)}
    if has_loose_letters(claim):
        return False
    apart = len(claim.sides) == 2 and not variables_in(claim.left) & variables_in(claim.sides[1])
    alone = [free_symbols(h) for h in claim.scope.hypotheses]
    bounded = {str(s.data.name) for of in alone if len(of) == 1 for s in of}
    return bool(names) and all(
        str(s.data.name) in bounded or (_is_declared(s, known) and not _is_count(s, apart))
        for s in names
    )


def _is_declared(name: Term, known: Known) -> bool:
    return is_declared(name, known.scope) and str(name.data.name) not in known.soft


def _is_count(name: Term, apart: bool) -> bool:
    """Whether all that is said of a name is that it is a number, where two sides have no name in
    common: `$l \\le L$` tells how two numbers of things are related."""
    return apart and (name.data.domain.integer or name.data.domain == REAL)


def _is_open(claim: Claim, verdict: Verdict, asserted: bool) -> bool:
    """Whether a line or a region is told: an order that was tried at letters without numbers."""
    shown = verdict.counterexample
    told = claim.relation in ORDER and not asserted and shown is not None and bool(shown.at)
    return told and all(n.op in PLAIN for side in sides_of(claim) for n in postorder(side))


def _on_intervals(claim: Claim) -> bool:
    r"""Whether the words say of which values of each letter a claim speaks: `on $[0, 1]$`."""
    solved = claim.relation in EQUAL and any(map(is_literal, claim.sides))
    if solved and not any(n.op == "call" for side in claim.sides for n in postorder(side)):
        return False
    over = [c for c in claim.conditions if c.op == "relation" and c.data == ("in",)]
    told = {c.args[0] for c in over if c.args[1].op == "interval"}
    return bool(told) and told.issuperset(s for side in sides_of(claim) for s in free_symbols(side))


def _for_given(claim: Claim, verdict: Verdict) -> bool:
    """Whether an order of names fails for numbers only that were given to them as an example."""
    shown = verdict.counterexample
    names = {s for side in sides_of(claim) for s in free_symbols(side)}
    return bool(names) and shown is not None and not shown.at


def _without_rule(claim: Claim, known: Known) -> str:
    """A relation between the steps of a sequence of which nobody wrote the rule: it may be one."""
    steps: dict[Term, set[Term]] = {}
    for node in (n for side in sides_of(claim) for n in postorder(side)):
        if node.op == "entry" and node.args[0].op == "symbol" and len(node.args) == 2:
            steps.setdefault(node.args[0], set()).add(node.args[1])
    for base, places in steps.items():
        name = base.data.name
        ruled = name in known.scope.recurrences or name in known.scope.entries
        moving = [p for p in places if free_symbols(p)]
        if base.data.role == "sequence" and not ruled and len(moving) > 1:
            return f"nothing says how {plain(base)} goes on: it may be this"
    return ""


def _is_given(claim: Claim) -> bool:
    """Whether a name alone is set to a number: `R = 0.5` where it was another before."""
    alone = claim.left.op in ("symbol", "label", "prime") and claim.relation in EQUAL
    return alone and claim.right is not None and is_literal(claim.right)


def _of_a_case(claim: Claim, known: Known) -> bool:
    r"""Whether a name that has a number gets one under a condition: `if $c < 0$, $\rho = -1$`."""
    value = known.scope.values.get(claim.left)
    return bool(claim.conditions) and value is not None and is_literal(value)


def _arguments(side: Term | None, known: Known) -> tuple[Term, ...]:
    """The variables of a function whose name alone is a side: the w of `L = 4` where L(w) is
    defined."""
    if side is None or side.op != "symbol" or side in known.scope.values:
        return ()
    own = known.scope.functions.get(str(side.data.name))
    return () if own is None else own.parameters


def _has_its_place(claim: Claim, known: Known) -> bool:
    """Whether the sentence says where a function has the value that is given for its name."""
    own = _arguments(claim.left, known)
    return bool(own) and all(in_sentence(claim, known, name) for name in own)


def _without_place(claim: Claim, known: Known) -> str:
    """A function by its name alone that is said to be something without its variable: nobody says
    where, or the name is used anew."""
    for side, other in (claim.sides, claim.sides[::-1]) if claim.right is not None else ():
        own = [s for s in _arguments(side, known) if s not in known.scope.values]
        if own and not reach([other], known.scope) & set(own):
            return f"{plain(side)} is a function of {plain(own[0])}, and nobody says where"
    return ""


def _one_sided(claim: Claim, known: Known) -> str:
    """Variables on the right that the left does not have, not even by a definition: it may
    depend on them by what nobody wrote down."""
    if claim.right is None or claim.relation not in EQUAL:
        return ""
    reached = reach([claim.left], known.scope)
    for name in _of_cases(claim.right):
        if name not in reached:
            return f"{plain(name)} tells the cases, and nothing says what it is of the other side"
    if is_slope_of_open(claim.left, known):
        return ""
    if is_operator(claim.left):  # what is said of its random variables says more of it
        reached |= {
            s
            for c in (*claim.conditions, *_laws(claim))
            if free_symbols(c) & reached
            for s in free_symbols(c)
        }
    left = {s.data.name for s in reached if s.op == "symbol"}
    left |= names_in(size for s in reached for size in s.shape or ())  # `I` beside an array
    extra = [s for s in variables_in(claim.right) if not _is_made_of(s, left, known)]
    if claim.relation == "approx":
        both = free_symbols(claim.left) & free_symbols(claim.right)
        loose = free_symbols(claim.left) | free_symbols(claim.right)
        valued = claim.scope.values.keys() if is_literal(claim.right) else frozenset()
        extra += [s for s in loose - both - valued if s.data.domain.integer]
    if not extra:
        return ""
    names = ", ".join(sorted(plain(s) for s in extra))
    return f"{names} stands on one side only: the other may depend on it by what is not said here"


def _of_cases(side: Term) -> Iterator[Term]:
    """The letters that stand in conditions of cases and nowhere else: the x of `0 if x < 0, else
    dC/dY`."""
    pieces = [n for n in postorder(side) if n.op == "piecewise"]
    told = {s for n in pieces for c in n.args[1::2] for s in free_symbols(c)}
    values = {s for n in pieces for v in n.args[::2] for s in free_symbols(v)}
    outside = put(side, dict.fromkeys(pieces, number(0)))
    yield from sorted(told - values - free_symbols(outside), key=plain)


def _laws(claim: Claim) -> Iterator[Term]:
    r"""What the scope says of the laws of random variables: `X \sim \mathrm{Poisson}(\lambda)`."""
    return (h for h in claim.scope.hypotheses if h.op == "relation" and h.data == ("sim",))


def _is_made_of(name: Term, others: Set[str], known: Known) -> bool:
    """Whether a name is one of others or defined by them."""
    if name.data.name in others:
        return True
    reached = {s.data.name for s in reach([name], known.scope) if s.op == "symbol"}
    return name in known.scope.values and reached <= others | {name.data.name}


def _unless_complements(claim: Claim, known: Known, judge: Judge) -> str:
    """What holds for q = 1 - p is not refuted where nothing is said of p and q."""
    pair = [s for s in variables_in(claim.left) if s.data.name in ("p", "q")]
    if {s.data.name for s in pair} != {"p", "q"} or any(map(is_atom, claim.sides)):
        return ""
    if any(s in known.scope.values or is_declared(s, claim.scope) for s in pair):
        return ""
    total = make("relation", make("add", *pair), number(1), data=("=",))
    holds = judge(replace(claim, conditions=(*claim.conditions, total))).kind in HOLDING
    return "it holds where p + q = 1, as the chances of two outcomes do" if holds else ""


def _mean_of_entries(claim: Claim) -> str:
    r"""A letter with a bar of which nothing is said, beside entries of its letter: their mean, as
    the \bar{X} of `\sum_i (X_i - \bar{X})^2`, and no number for itself."""
    nodes = [n for side in claim.sides for n in postorder(side)]
    bases = {
        str(n.args[0].data.name) for n in nodes if n.op == "entry" and n.args[0].op == "symbol"
    }
    for name in (n for n in nodes if n.op == "symbol" and n not in claim.scope.values):
        head, _, letter = str(name.data.name).partition("{")
        if str(name.data.name) in bases:
            continue
        if head in ("\\bar", "\\overline") and letter.rstrip("}") in bases:
            return f"{plain(name)} may be the mean of the entries, and nothing says so"
    return ""


def _unless_small(claim: Claim, judge: Judge) -> str:
    r"""What is not refuted below 1 is not refuted where nothing is said of a letter for what is
    small: `(1 - \epsilon)^m \le e^{-\epsilon m}`."""
    letters = {s for side in claim.sides for s in free_symbols(side) if s.data.name in SMALL}
    free = [s for s in letters if s not in claim.scope.values and not is_declared(s, claim.scope)]
    if not free or claim.relation not in ORDER:
        return ""
    below = tuple(make("relation", s, number(1), data=("<",)) for s in free)
    again = judge(replace(claim, conditions=(*claim.conditions, *below)))
    names = " and ".join(sorted(map(plain, free)))
    return "" if again.kind == "refuted" else f"it fails for {names} beyond 1 only"


SLOPES = frozenset({"derivative", "gradient"})


def _unless_normalised(claim: Claim, judge: Judge) -> str:
    """What holds for weights that sum to 1 is not refuted for entries of which nothing is said."""
    bases = {
        node.args[0]
        for side in sides_of(claim)
        for node in postorder(side)
        if node.op == "entry" and node.args[0].op == "symbol" and len(node.args) == 2
    }
    sides = claim.sides
    reached = (s for s in reach(sides, claim.scope) if s.op == "symbol")
    bases |= {s for s in reached if s.data.role == "vector" and s not in claim.scope.values}
    slopes = (n for side in sides_of(claim) for n in postorder(side) if n.op in SLOPES)
    varied = {v.args[0] if v.op == "entry" else v for n in slopes for v in n.args[1:]}
    bases -= varied  # what varies freely sums to anything
    bases -= {n.args[0] for h in claim.scope.hypotheses for n in postorder(h) if n.op == "entry"}
    bases -= claim.scope.values.keys()  # what they sum to follows
    bases = {b for b in bases if str(b.data.name) not in claim.scope.entries}
    bases -= {
        a for side in sides for n in postorder(side) if n.data == "divergence" for a in n.args
    }
    undeclared = [b for b in bases if not is_declared(b, claim.scope) and b.data.role != "sequence"]
    if not undeclared:
        return ""
    i = symbol("i", "index")
    sums = tuple(
        make("relation", make("sum", i, make("entry", b, i), data="all"), number(1), data=("=",))
        for b in undeclared
    )
    again = judge(replace(claim, conditions=(*claim.conditions, *sums)))
    if again.kind == "refuted" and claim.relation in ORDER:  # weights are not negative, either
        signs = (
            make("relation", make("entry", b, i), number(0), data=(">=",))
            for b in undeclared
            if str(b.data.name) in WEIGHTS
            for i in (symbol("i", "index"),)
        )
        again = judge(replace(claim, conditions=(*claim.conditions, *sums, *signs)))
    if again.kind == "refuted":
        return ""
    names = ", ".join(sorted(plain(b) for b in undeclared))
    asked = " (do they sum to 1?)" if again.kind in HOLDING else ""
    return f"it fails for some {names}, of which nothing is declared{asked}"
