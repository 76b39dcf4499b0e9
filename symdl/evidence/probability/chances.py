r"""Probabilities of events: `P(A \mid B) = \frac{P(B \mid A) P(A)}{P(B)}`, `P(A^c) = 1 - P(A)`.

The probabilities of n events and of all that is made of them are sums of 2^n cells, one for each
way in which every event occurs or not; the cells are any numbers that are not negative and have the
sum 1 (Kolmogorov). A conditional probability is that of both over that of the condition, where this
is not 0. A density p of values (`p(x \mid y)`) has the same rules but for the cells: each `p(x, y)`
is any positive number, and what fails of events fails of it, too, for discrete values are values.
What holds of independent events is refuted as stated, and of densities not refuted at all: that
they factor is mostly what is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.conditions.given import use
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.evidence.kinds import EQUAL, NOTHING, ORDER, classify
from symdl.evidence.points import atoms
from symdl.evidence.probability.cells import FREELY, WEIGHT, Way, cells, independently, weighed
from symdl.evidence.probability.events import Chance, chance
from symdl.evidence.probability.random_variables import is_independence
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, postorder, rebuild

METHOD = "probability"
UNSETTLED = "the rules of probability do not settle it"
MOST = 3
"""Events of a claim."""


def judge_chances(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a relation between probabilities of events; None for another claim."""
    if claim.right is None or claim.relation not in EQUAL | ORDER | {":=", "approx"}:
        return None
    sides = (claim.left, claim.right)
    if not any(chance(n, claim) for side in sides for n in postorder(side)):
        return None
    claim = with_hypotheses(claim)
    nodes = {n for side in (*sides, *claim.conditions) for n in postorder(side)}
    calls = {n: c for n in nodes if (c := chance(n, claim)) is not None}
    if not calls or not _speaks_of_chances(claim, calls):
        return None
    return _judged(claim, calls, judge)


def _judged(claim: Claim, calls: Mapping[Term, Chance], judge: Judge) -> Verdict | None:
    names = sorted(frozenset[Term]().union(*(c.names for c in calls.values())), key=plain)
    densities = any(not c.of_events for c in calls.values())
    apart = any(set(names) <= set(c.args) for c in claim.conditions if is_independence(c))
    if densities and claim.relation in ORDER:
        return None
    if claim.relation == "approx":
        return _computed(_with(claim, calls, cells(names)), judge)
    general = [independently()] if apart else [FREELY, *(() if densities else [cells(names)])]
    for way in general:
        found = judge(_with(claim, calls, way))
        if found.kind == "proved":
            return _told(found)
    if (apart or not densities) and found.kind.startswith("refuted"):
        return _refuted(claim, calls, names, found, judge)
    found = _in_shares(judge(_with(claim, calls, weighed(names))))
    if not apart and found.kind.startswith("refuted"):
        return _refuted(claim, calls, names, found, judge)
    return None if claim.kind == "definition" else undecided(UNSETTLED, METHOD)


def _computed(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a probability that the given ones tell, printed as a decimal."""
    assert claim.right is not None
    given = use(claim.left, claim.right, claim.conditions)
    if atoms((given.left, given.right)):
        return None
    kind = classify(given.left, "approx", given.right, claim.scope, False, NOTHING)
    found = judge(replace(claim, kind=kind, left=given.left, right=given.right, conditions=()))
    return replace(found, method=METHOD)


def _in_shares(found: Verdict) -> Verdict:
    """The verdict with probabilities of cells in the place of their weights."""
    shown = found.counterexample
    if shown is None:
        return found
    weights = {k: Fraction(v) for k, v in shown.at.items() if k.startswith(WEIGHT)}
    total = {k.partition("(")[0]: Fraction(0) for k in weights}
    for k, weight in weights.items():
        total[k.partition("(")[0]] += weight
    shares = {k: str(w / total[k.partition("(")[0]]) for k, w in weights.items()}
    at = {k.removeprefix(WEIGHT): shares.get(k, v) for k, v in shown.at.items()}
    where = ", ".join(f"{k} = {v}" for k, v in at.items())
    message = f"the left side is {shown.left}, the right side {shown.right} at {where}"
    return replace(found, message=message, counterexample=replace(shown, at=at))


def _told(found: Verdict) -> Verdict:
    where = found.evidence.get("defined_where")
    evidence = {"defined_where": where} if where else {}
    message = "by the rules of probability"
    return replace(found, method=METHOD, message=message, evidence=evidence)


def _refuted(
    claim: Claim, calls: Mapping[Term, Chance], names: list[Term], found: Verdict, judge: Judge
) -> Verdict:
    """A refutation at cells, or at independent events; as stated, if it holds of all of these."""
    message = f"there are events of which it fails: {found.message}"
    found = replace(found, kind="refuted", method=METHOD, message=message)
    given = any(is_independence(c) for c in claim.conditions)
    if given or claim.relation in ORDER or len(names) < 2:
        return found
    if judge(_with(claim, calls, independently())).kind != "proved":
        return found
    words = f"{', '.join(map(plain, names))} are independent"
    if any(not c.of_events for c in calls.values()):
        return undecided(f"it holds if {words}, and not for all ({found.message})", METHOD)
    message = f"{found.message}, but it holds if {words}"
    evidence = {**found.evidence, "hypotheses": words}
    return replace(found, kind="refuted-as-stated", message=message, evidence=evidence)


def _speaks_of_chances(claim: Claim, calls: Mapping[Term, Chance]) -> bool:
    """Whether the names stand in probabilities only, each of its own, and it is plain that these
    are probabilities: capitals, or a condition behind a bar."""
    names = {name for c in calls.values() for name in c.names}
    waiting: list[Term] = [claim.left, *([claim.right] if claim.right else []), *claim.conditions]
    letters = {n for name in names for n in postorder(name)}
    arithmetic = True
    while waiting:
        node = waiting.pop()
        if node in letters or (node.op == "call" and node not in calls):
            return False
        arithmetic = arithmetic and (node in calls or node.op in _ARITHMETIC)
        skipped = node in calls or is_independence(node)
        waiting.extend(() if skipped else node.args)
    variables = [n.args[0] for n in names if n.op == "relation"]
    if len(names) > MOST or len(set(variables)) < len(variables):
        return False
    told = {c.measure for c in calls.values() if c.given or (c.of_events and _is_of_capitals(c))}
    distinct = len(set(calls.values())) > 1
    if {c.measure for c in calls.values()} - told:
        return False
    return claim.kind != "definition" or (arithmetic and distinct)


def _is_of_capitals(c: Chance) -> bool:
    return all(n.op == "symbol" and n.data.name[0].isupper() for n in c.names)


_ARITHMETIC = frozenset({"add", "neg", "mul", "div", "number", "log", "relation"})
"""What stands between probabilities in an equation that is no definition."""


def _with(claim: Claim, calls: Mapping[Term, Chance], way: Way) -> Claim:
    """The claim with its probabilities written in one way."""
    table = {node: _quotient(c, way.write) for node, c in calls.items()}
    left, right = (_put(side, table) for side in claim.sides)
    relation = "=" if claim.relation == ":=" else claim.relation
    kind = classify(left, relation, right, claim.scope, False, NOTHING)
    given = [_put(c, table) for c in claim.conditions if not is_independence(c)]
    given += [b for m in dict.fromkeys(c.measure for c in calls.values()) for b in way.bounds(m)]
    scope = replace(claim.scope, hypotheses=())
    return replace(claim, kind=kind, relation=relation, left=left, right=right, scope=scope,
                   conditions=tuple(given), doubt="", latex="")  # fmt: skip


def _put(root: Term, table: Mapping[Term, Term]) -> Term:
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made.get(a, a) for a in node.args)
        made[node] = table.get(node) or (node if args == node.args else rebuild(node, args))
    return made[root]


def _quotient(c: Chance, write: Callable[[Chance], Term]) -> Term:
    both = write(replace(c, events=c.events | c.given, given=frozenset()))
    if not c.given:
        return both
    return make("div", both, write(replace(c, events=c.given, given=frozenset())))
