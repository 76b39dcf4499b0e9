r"""Entropies of random variables: `H(X, Y) = H(X) + H(Y \mid X)`, `I(X; Y) \ge 0`.

The entropies of all sets of n variables are sums of 2^n - 1 atoms, one for each set T of variables
that share what no other one knows: $H(S)$ is the sum of the atoms of the T that meet S (Yeung, A
First Course in Information Theory, section 3.3). What holds for all values of the atoms holds for
all variables; the atoms of one or two variables, given all others, are not negative, nor is any
$I(X_i; X_j \mid K)$. Conversely atoms that are not negative are those of variables made of
independent parts, each of which the variables of one T have in common: so a claim is refuted at
values of the atoms. What holds of independent variables is refuted as stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import EQUAL, NOTHING, ORDER, classify
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.domain import NATURAL, NONNEGATIVE, REAL, Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, combined, make, number, postorder, rebuild, symbol
from symdl.expression.term import replace as put

METHOD = "information"
MOST = 4
"""Random variables of a claim."""
_INTERACTION = re.compile(r"I\s*\\?!?\s*\(?[^()]*;[^()]*;")

Names = frozenset[Term]


@dataclass(frozen=True, slots=True)
class Entropy:
    """What a call says: I of two sets of variables, or H of one (no `second`), given a set."""

    first: Names
    second: Names
    given: Names

    @property
    def names(self) -> Names:
        """All of its variables."""
        return self.first | self.second | self.given


def judge_information(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a relation between entropies of random variables; None for another claim."""
    if claim.right is None or claim.relation not in EQUAL | ORDER | {":="}:
        return None
    claim = _with_one_name_each(claim)
    assert claim.right is not None
    sides = (claim.left, claim.right)
    apart = [c for c in claim.conditions if c.op == "relation" and set(c.data) == {"perp"}]
    claim = replace(claim, conditions=tuple(c for c in claim.conditions if c not in apart))
    calls = {
        n: e for side in sides for n in postorder(side) if (e := entropy(n, claim)) is not None
    }
    if not _are_entropies(calls.values()) or not _speaks_of_entropies(claim, calls):
        return None
    names = sorted(frozenset[Term]().union(*(e.names for e in calls.values())), key=plain)
    if len(names) > MOST:
        return None
    found = judge(_in_atoms(claim, calls, names, general=True))
    if found.kind == "proved":
        return replace(
            found, method=METHOD, message="by the rules of entropies", counterexample=None
        )
    shared = _in_atoms(claim, calls, names, general=False)
    found = judge(shared)
    if not found.kind.startswith("refuted") and len(names) == 3:
        found = judge(_with_parity(shared))
    if not found.kind.startswith("refuted"):
        return undecided("the rules of entropies do not settle it", METHOD)
    made = next((n for n in names if n in claim.scope.values), None)
    if made is not None:
        return undecided(f"{plain(made)} is made of what is not among its variables", METHOD)
    found = _unless_independent(claim, calls, names, replace(found, kind="refuted"), judge)
    if found.kind == "refuted-as-stated" and any(_says_independent(c, names) for c in apart):
        told = f"by the rules of entropies, where {found.evidence['hypotheses']}"
        return Verdict("proved", METHOD, told)
    return undecided(found.message, METHOD) if apart else found


def _with_one_name_each(claim: Claim) -> Claim:
    """The claim with one letter for each variable: for Y that of X where `Y = X`."""
    named = {n: v for n, v in claim.scope.values.items() if n.op == v.op == "symbol"}
    return claim.mapped(lambda term: put(term, named)) if named else claim


def entropy(node: Term, claim: Claim) -> Entropy | None:
    r"""What `H(X, Y \mid Z)` or `I(X; Y \mid Z)` of capital letters says; None for another node."""
    if node.op != "call" or node.data.primes or node.data.function.name not in ("H", "I"):
        return None
    name = node.data.function.name
    if name in claim.scope.functions or claim.scope.declares(name):
        return None
    if any(a.op != "symbol" or not a.data.name[0].isupper() for a in node.args):
        return None
    ends = (0, *node.data.bars, len(node.args))
    groups = [frozenset(node.args[a:b]) for a, b in pairwise(ends)]
    if name == "H" and len(groups) <= 2:
        return Entropy(groups[0], frozenset(), frozenset(*groups[1:]))
    if name == "I" and len(groups) == 1 and len(node.args) == 2:
        return Entropy(frozenset(node.args[:1]), frozenset(node.args[1:]), frozenset())
    if name == "I" and len(groups) in (2, 3) and not _INTERACTION.search(claim.latex):
        return Entropy(groups[0], groups[1], frozenset(*groups[2:]))
    return None


def _are_entropies(found: Iterable[Entropy]) -> bool:
    """Whether it is plain that they are: one has a condition or is of two sets, or they are of sets
    of several sizes. `H(X)` alone may be any function."""
    told = list(found)
    return any(e.given or e.second for e in told) or len({len(e.first) for e in told}) > 1


def _speaks_of_entropies(claim: Claim, calls: Iterable[Term]) -> bool:
    """Whether the variables stand in entropies only, and a definition has nothing else."""
    assert claim.right is not None
    calls = set(calls)
    names = {a for call in calls for a in call.args}
    waiting = [claim.left, claim.right, *claim.conditions]
    only = True
    while waiting:
        node = waiting.pop()
        if node in names:
            return False
        only = only and (node in calls or node.op in ("add", "neg", "mul", "number"))
        waiting.extend(() if node in calls else node.args)
    if claim.kind != "definition":
        return True
    return only and len({entropy(c, claim) for c in calls}) > 1


def _in_atoms(claim: Claim, calls: dict[Term, Entropy], names: list[Term], general: bool) -> Claim:
    """The claim about the atoms: any that entropies can have (general), or none negative."""
    sets = [frozenset(t) for k in range(1, len(names) + 1) for t in combinations(names, k)]
    atoms = {t: symbol(_told(t, names), domain=_domain(t, general)) for t in sets}
    left, right = (_written(side, calls, atoms) for side in claim.sides)
    conditions = [_written(c, calls, atoms) for c in claim.conditions]
    if general and claim.relation in ORDER:
        conditions += _shared(names, atoms)
    relation = "=" if claim.relation == ":=" else claim.relation
    kind = classify(left, relation, right, claim.scope, False, NOTHING)
    return replace(claim, kind=kind, relation=relation, left=left, right=right,
                   conditions=tuple(conditions), doubt="", latex="")  # fmt: skip


def _with_parity(claim: Claim) -> Claim:
    """The claim about variables of which each two of three besides have a part that tells the one
    of the third: fair coins, independent in pairs, of which the third is the parity of the two."""
    coin = symbol("parity", domain=NATURAL)
    table: dict[Term, Term] = {}
    for atom in _atoms(claim):
        if atom.data.name.startswith("I("):
            table[atom] = atom + coin if "|" in atom.data.name else atom - coin
    left, right = (put(side, table) for side in claim.sides)
    return replace(claim, left=left, right=right)


def _domain(t: Names, general: bool) -> Domain:
    return REAL if general and len(t) > 2 else NONNEGATIVE


def _told(t: Names, names: list[Term]) -> str:
    """The name of an atom: `H(X|Y)`, `I(X;Y|Z)`."""
    own = ";".join(plain(n) for n in names if n in t)
    rest = ",".join(plain(n) for n in names if n not in t)
    word = "H" if len(t) == 1 else "I"
    return f"{word}({own}|{rest})" if rest else f"{word}({own})"


def _written(root: Term, calls: dict[Term, Entropy], atoms: dict[Names, Term]) -> Term:
    made: dict[Term, Term] = {}
    for node in postorder(root):
        if node in calls:
            e = calls[node]
            made[node] = combined("add", (a for t, a in atoms.items() if _counts(t, e)))
        else:
            args = tuple(made[a] for a in node.args)
            made[node] = node if args == node.args else rebuild(node, args)
    return made[root]


def _counts(t: Names, e: Entropy) -> bool:
    """Whether the atom of T is part of an entropy: T meets its sets, but not what is given."""
    return bool(t & e.first) and (not e.second or bool(t & e.second)) and not t & e.given


def _shared(names: list[Term], atoms: dict[Names, Term]) -> Iterator[Term]:
    """That no `I(X_i; X_j | K)` of one of many is negative."""
    for one, other in combinations(names, 2):
        rest = [n for n in names if n not in (one, other)]
        for k in range(len(rest)):
            for given in combinations(rest, k):
                e = Entropy(frozenset({one}), frozenset({other}), frozenset(given))
                total = combined("add", (a for t, a in atoms.items() if _counts(t, e)))
                yield make("relation", total, number(0), data=(">=",))


def _unless_independent(
    claim: Claim, calls: dict[Term, Entropy], names: list[Term], found: Verdict, judge: Judge
) -> Verdict:
    """The refutation; as stated, if the claim holds of independent variables."""
    told = f"there are variables of which it fails: {found.message}"
    found = replace(found, method=METHOD, message=told)
    alone = _in_atoms(claim, calls, names, general=False)
    table = {n: number(0) for n in _atoms(alone) if n.data.name.startswith("I(")}
    assert alone.right is not None
    left, right = (put(side, table) for side in (alone.left, alone.right))
    if not table or claim.relation not in EQUAL or left is right:
        return found
    if judge(replace(alone, left=left, right=right)).kind != "proved":
        return found
    words = f"{', '.join(map(plain, names))} are independent"
    message = f"{told}, but it holds if {words}"
    evidence = {**found.evidence, "hypotheses": words}
    return replace(found, kind="refuted-as-stated", message=message, evidence=evidence)


def _says_independent(condition: Term, names: Iterable[Term]) -> bool:
    """Whether a condition says that variables are independent, all together."""
    said = {a.data.name for a in condition.args if a.op == "symbol"}
    return said.issuperset(name.data.name for name in names)


def _atoms(claim: Claim) -> list[Term]:
    sides = claim.sides
    return [n for side in sides for n in postorder(side) if n.op == "symbol"]
