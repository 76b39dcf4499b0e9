"""Whether a refutation in a document rests on a guess: then it is none.

A document says less than a formula file. An equation may be a condition to be satisfied, a name
may mean something that was never written down, a definition may belong to another section. Each
such reason is found here, from the claim as written; a claim without any is refuted as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER, is_declared
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.domain import REAL
from symdl.expression.printer import plain
from symdl.expression.relations import links
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put
from symdl.findings import Judge
from symdl.notes.determined import has_numbers, is_determined, is_law
from symdl.notes.known import Key, Known, is_literal, keys_of, parameters_of, reach

ARITHMETIC = frozenset({"add", "mul", "neg", "div", "pow", "abs", "matmul", "matrix", "vector"})
ARRAYS = frozenset({"transpose", "inverse", "identity", "trace", "det", "hadamard", "dot"})
SETS = frozenset({"interval", "number_set", "set"})
PLAIN = ARITHMETIC | ARRAYS | SETS | {"symbol", "number", "entry", "constant", "prime", "label"}
EQUAL = frozenset({"=", "equiv", "approx"})
NEAR = 0.06
"""How far a number may be from the power of ten that it is said to be."""
VARIABLES = "xyzuvt"
"""Letters of variables: what fails for some of their values is no claim for all of them."""
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
    if _is_given(claim) and not asserted:
        return Verdict("definition", "reading", f"{plain(claim.left)} is given anew from here on")
    unsaid = str(verdict.evidence.get("hypotheses", ""))
    if verdict.kind == "refuted-as-stated" or (unsaid and unsaid[0] not in VARIABLES):
        told = undecided(verdict.message)
        return replace(told, code="holds-under-hypothesis", evidence=verdict.evidence)
    if verdict.counterexample is not None and "diverges" in verdict.counterexample.left:
        return undecided(verdict.message)
    reason = _elsewhere(claim, known) or _by_shape(claim, verdict) or _magnitude(claim, verdict)
    reason = reason or _rounded(claim, verdict) or _loosely(claim) or _from_a_side(claim, verdict)
    if reason:
        return undecided(reason)
    restricts = not general and _is_condition(claim, known, asserted)
    if restricts and not _never(claim, known, judge):
        if asserted and not _is_atom(claim.left):
            return undecided(f"said to hold, but it holds for some values only: {verdict.message}")
        return Verdict("definition", "reading", CONDITION, code="read-as-condition")
    reason = _one_sided(claim, known) or _unless_normalised(claim, judge)
    return undecided(reason) if reason else verdict


def _for_given(claim: Claim, verdict: Verdict) -> bool:
    """Whether an order of names fails for numbers only that were given to them as an example."""
    shown = verdict.counterexample
    names = {s for side in _sides(claim) for s in free_symbols(side)}
    return bool(names) and shown is not None and not shown.at


def _is_given(claim: Claim) -> bool:
    """Whether a name alone is set to a number: `R = 0.5` where it was another before."""
    alone = claim.left.op in ("symbol", "label", "prime") and claim.relation in ("=", "equiv")
    return alone and claim.right is not None and is_literal(claim.right)


# --- what was said elsewhere ----------------------------------------------------------------------


def _elsewhere(claim: Claim, known: Known) -> str:
    """A definition of another section that speaks of more than the claim does, or of a variable
    that it does not have: it may be another thing of the same name."""
    written = {s for side in _sides(claim) for s in free_symbols(side)}
    names = {s.data.name for s in written} | set(_called(claim))
    bodies = keys_of(known.scope)
    for key, origin in known.origins.items():
        name, body = _name_of(key), bodies.get(key)
        if name not in names or not isinstance(body, Term) or is_literal(body):
            continue
        if key[0] == "value" and not _spoken_of(key[1], written):
            continue
        inside = {s.data.name for s in free_symbols(body)}
        here = known.is_here(origin)
        anew = len(name) == 1 and key[0] == "function" and not _called_alike(claim, key, known)
        if not here and (anew or not inside <= names | _parameters(key, known)):
            line = origin.span.line
            return f"{name} is defined on line {line}, in another section, and may not be meant"
    for node in (n for side in _sides(claim) for n in postorder(side)):
        own = known.scope.functions.get(_function(node))
        if node.op in ("derivative", "gradient") and node.args[0].op == "symbol":
            named = known.scope.functions.get(node.args[0].data.name)
            if named is not None and not set(node.args[1:]) <= set(named.parameters):
                return f"{plain(node.args[0])} as it was defined is no function of the variable"
        if own is not None and len(own.parameters) != len(node.args):
            return f"{_function(node)} was defined for {len(own.parameters)} arguments"
        if node.op in ("derivative", "gradient") and node.args[0].op == "symbol":
            body = known.scope.values.get(node.args[0])
            variables = {s for v in node.args[1:] for s in free_symbols(v)}
            if body is not None and not variables & _reached(body, known):
                return f"{plain(node.args[0])} as it was defined does not depend on the variable"
    return ""


def _spoken_of(key: object, written: set[Term]) -> bool:
    """Whether a claim has the very symbol that a value is of, not another one of its name."""
    return isinstance(key, Term) and bool(free_symbols(key) & written)


def _reached(body: Term, known: Known) -> set[Term]:
    """The free symbols of a body, and of what they stand for."""
    found: set[Term] = set()
    waiting = [body]
    while waiting:
        for free in free_symbols(waiting.pop()) - found:
            found.add(free)
            if free in known.scope.values:
                waiting.append(known.scope.values[free])
    return found


def _function(node: Term) -> str:
    return str(node.data.function.name) if node.op == "call" else ""


def _called(claim: Claim) -> Iterator[str]:
    for side in _sides(claim):
        for node in postorder(side):
            if node.op == "call":
                yield str(node.data.function.name)


def _name_of(key: Key) -> str:
    what, subject = key
    if what != "value":
        return str(subject)
    assert isinstance(subject, Term)
    while subject.op != "symbol" and subject.args:
        subject = subject.args[0]
    return str(subject.data.name) if subject.op == "symbol" else ""


def _parameters(key: Key, known: Known) -> set[str]:
    return {str(p.data.name) for p in parameters_of(key, known.scope) if p.op == "symbol"}


def _called_alike(claim: Claim, key: Key, known: Known) -> bool:
    """Whether a claim calls a function of one letter in the variables of its definition."""
    own = tuple(p.data.name for p in known.scope.functions[str(key[1])].parameters)
    calls = (n for side in _sides(claim) for n in postorder(side) if _function(n) == key[1])
    return any(tuple(a.data.name for a in n.args if a.op == "symbol") == own for n in calls)


def _by_shape(claim: Claim, verdict: Verdict) -> str:
    """What is refuted by shapes that rest on conventions, not on declarations."""
    if claim.kind == "shape":
        left = claim.left
        unsaid = left.op == "symbol" and not left.shape and not is_declared(left, claim.scope)
        values = {k.data.name for k in claim.scope.values if k.op == "symbol"}
        unsaid = unsaid and left.data.name not in values
        return f"the shape of {plain(left)} is declared nowhere" if unsaid else ""
    if verdict.method != "shape":
        return ""
    return "the shapes of the sides as read do not fit: declare the arrays"


def _magnitude(claim: Claim, verdict: Verdict) -> str:
    """A number set equal to a power of ten that it is near to: an order of magnitude."""
    shown = verdict.counterexample
    if claim.kind != "number" or shown is None or claim.right is None:
        return ""
    if not any(n.op == "pow" and repr(n.args[0]) == "10" for n in postorder(claim.right)):
        return ""
    try:
        left, right = float(shown.left), float(shown.right)
    except ValueError:
        return ""
    return (
        f"equal as an order of magnitude only: {shown.left}" if abs(left / right - 1) < 0.06 else ""
    )


def _rounded(claim: Claim, verdict: Verdict) -> str:
    """An equation with printed decimals whose sides differ by less than these digits say."""
    shown, right = verdict.counterexample, claim.right
    if shown is None or right is None:
        return ""
    decimals = [n.data.places for n in postorder(right) if n.op == "number" and n.data.places]
    try:
        left, value = float(shown.left), float(shown.right)
    except ValueError:
        return ""
    if not decimals or not left or abs(value / left - 1) >= NEAR:
        return ""
    places = max(decimals)
    if is_literal(right) and (places < 3 or abs(value - left) > 0.5 * 10.0**-places):
        return ""  # a number alone is not rounded to these digits
    return f"the decimals may be rounded: {shown.left} and {shown.right}"


def _from_a_side(claim: Claim, verdict: Verdict) -> str:
    """A limit without a side, where the two sides differ: one of them may be meant."""
    shown = verdict.message
    limits = [n for side in _sides(claim) for n in postorder(side) if n.op == "limit"]
    if limits and all(n.data == "" for n in limits) and "from the left" in shown:
        return f"it may be meant from one side: {shown}"
    return ""


def _loosely(claim: Claim) -> str:
    """An approximation of which nobody says where it is good; decimals of three digits and more
    are fitted, and meant everywhere."""
    if claim.relation != "approx" or claim.right is None or claim.conditions:
        return ""
    counted = {s for side in _sides(claim) for s in free_symbols(side) if s.data.domain.integer}
    if counted:
        return "it is not said how large the numbers must be for the approximation"
    if not _variables(claim.left) | _variables(claim.right):
        return ""
    numbers = (n for side in _sides(claim) for n in postorder(side) if n.op == "number")
    fitted = any((n.data.places or 0) > 2 for n in numbers)
    return "" if fitted else "it is not said where the approximation is good"


# --- what may be a condition ----------------------------------------------------------------------


def _is_condition(claim: Claim, known: Known, asserted: bool) -> bool:
    """Whether an equation or inequality may be one to be satisfied rather than one that holds."""
    if claim.right is None or claim.kind in ("shape", "limit"):
        return False
    atoms = _is_atom(claim.left) and _is_atom(claim.right)
    ordered = claim.relation not in EQUAL
    if is_law(claim) or (is_determined(claim, known) and (not ordered or _counted(claim, known))):
        return False
    left, right = _variables(claim.left), _variables(claim.right)
    if not left and not right:
        return False
    arithmetic = _is_arithmetic(claim.left) and _is_arithmetic(claim.right)
    if ordered and (atoms or arithmetic or _bounds_several(claim)):
        return True  # `\\eta_0 < \\eta_1 < \\dots` orders them, `0 < \\mu / L < 1` bounds them
    if claim.relation in EQUAL:
        if is_literal(claim.right) or is_literal(claim.left):
            return claim.left.op not in ("image", "limit", "shape_of")
        if _is_the_largest(claim):
            return True
        if _has_meaning(claim.left, known):
            return False
        if _speaks_of_itself(claim) and (not asserted or left == right == {claim.left}):
            return True
        return not left & right or ((arithmetic or not left <= right) and not asserted)
    return bool(left) and bool(right) and not left & right


def _counted(claim: Claim, known: Known) -> bool:
    """Whether every name of a claim has a number."""
    return all(has_numbers(side, known) or is_literal(side) for side in _sides(claim))


def _bounds_several(claim: Claim) -> bool:
    """Whether a number is said to bound what depends on several names: they are restricted."""
    for one, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if one is not None and other is not None and is_literal(one):
            return len(_variables(other)) > 1
    return False


def _is_atom(side: Term) -> bool:
    return side.op in ("symbol", "entry", "label", "prime", "number", "constant")


_EXTREMES = frozenset({"max_over", "min_over", "argmax", "argmin"})


def _is_the_largest(claim: Claim) -> bool:
    """Whether one entry is said to be the largest of all: `z_i = \\max_j z_j` holds for some i."""
    assert claim.right is not None
    for one, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if one.op == "entry" and other.op in _EXTREMES:
            return one.args[0] in {n for n in postorder(other.args[-1]) if n.op == "symbol"}
    return False


def _speaks_of_itself(claim: Claim) -> bool:
    """Whether a name is said to be something with itself in it: `P_{ij} = \\sum_k P_{ij}`."""
    left = claim.left
    base = left.args[0] if left.op in ("entry", "label", "prime") else left
    assert claim.right is not None
    return base.op == "symbol" and base in free_symbols(claim.right)


def _has_meaning(left: Term, known: Known) -> bool:
    """Whether the left side says what it is: a derivative of something defined, a value of a
    defined function or sequence."""
    names = {_name_of(key) for key, body in keys_of(known.scope).items() if not _is_number(body)}
    if left.op in ("derivative", "gradient"):
        left = left.args[0]
    if left.op == "entry":
        left = left.args[0]
    return (left.op == "symbol" and left.data.name in names) or _function(left) in names


def _is_number(body: object) -> bool:
    return isinstance(body, Term) and is_literal(body)


def _never(claim: Claim, known: Known, judge: Judge) -> bool:
    """Whether a relation holds for no values at all, so that it is not even a condition."""
    opposite = _OPPOSITE.get(claim.relation)
    if opposite is None:
        return False
    table = {s: _anywhere(s) for side in _sides(claim) for s in free_symbols(side)}
    left, right = (put(t, table) if t is not None else None for t in (claim.left, claim.right))
    assert left is not None
    scope = (
        replace(claim.scope, values=known.general.values)
        if claim.relation in ORDER
        else claim.scope
    )
    asked = replace(claim, left=left, right=right, relation=opposite, kind="bound", scope=scope)
    return judge(asked).kind == "proved"


def _anywhere(name: Term) -> Term:
    """A name that is positive by a convention only, as any real number."""
    if name.data.declared or name.data.role != "scalar" or name.data.domain.integer:
        return name
    return make("symbol", data=replace(name.data, domain=REAL))


_OPPOSITE = {"=": "!=", "equiv": "!=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _one_sided(claim: Claim, known: Known) -> str:
    """Variables on the right that the left does not have, not even by a definition: it may
    depend on them by what nobody wrote down."""
    if claim.right is None or claim.relation not in EQUAL:
        return ""
    left = {s.data.name for s in reach([claim.left], known.scope) if s.op == "symbol"}
    extra = [s for s in _variables(claim.right) if s.data.name not in left]
    if claim.relation == "approx":
        both = free_symbols(claim.left) & free_symbols(claim.right)
        loose = free_symbols(claim.left) | free_symbols(claim.right)
        extra += [s for s in loose - both if s.data.domain.integer]
    if not extra:
        return ""
    names = ", ".join(sorted(plain(s) for s in extra))
    return f"{names} stands on one side only: the other may depend on it by what is not said here"


def _unless_normalised(claim: Claim, judge: Judge) -> str:
    """What holds for weights that sum to 1 is not refuted for entries of which nothing is said."""
    bases = {
        node.args[0]
        for side in _sides(claim)
        for node in postorder(side)
        if node.op == "entry" and node.args[0].op == "symbol" and len(node.args) == 2
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
    if again.kind == "refuted":
        return ""
    names = ", ".join(sorted(plain(b) for b in undeclared))
    return f"it fails for some {names}, of which nothing is declared (do they sum to 1?)"


def _variables(term: Term) -> set[Term]:
    """The free symbols that are no indices and no sizes."""
    return {
        s
        for s in free_symbols(term)
        if s.data.role not in ("index", "function") and not s.data.domain.integer
    }


def _is_arithmetic(term: Term) -> bool:
    return all(node.op in PLAIN for node in postorder(term))


def _sides(claim: Claim) -> list[Term]:
    conditions = [t for _, a, b in links(claim.conditions) for t in (a, b)]
    return [side for side in (claim.left, claim.right, *conditions) if side is not None]
