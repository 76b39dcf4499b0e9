"""Equations and inequalities that may be conditions to be satisfied, not claims that hold."""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import ORDER, is_declared
from symdl.evidence.probability.random_variables import is_operator
from symdl.expression.domain import REAL
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.term import replace as put
from symdl.notes.claim_parts import called_name, sides_of, variables_in
from symdl.notes.doubts.determined import has_numbers, is_determined, is_law
from symdl.notes.scope.known import Known, is_literal, keys_of, name_of_key

ARITHMETIC = frozenset({"add", "mul", "neg", "div", "pow", "abs", "matmul", "matrix", "vector"})
ARRAYS = frozenset({"transpose", "inverse", "identity", "trace", "det", "hadamard", "dot"})
SETS = frozenset({"interval", "number_set", "set"})
PLAIN = ARITHMETIC | ARRAYS | SETS | {"symbol", "number", "entry", "constant", "prime", "label"}
EQUAL = frozenset({"=", "equiv", "approx"})
_EXTREMES = frozenset({"max_over", "min_over", "argmax", "argmin"})
_OPPOSITE = {"=": "!=", "equiv": "!=", "approx": "!=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def may_be_condition(claim: Claim, known: Known, asserted: bool) -> bool:
    """Whether an equation or inequality may be one to be satisfied rather than one that holds."""
    if claim.right is None or claim.kind in ("shape", "limit"):
        return False
    atoms_right = is_atom(claim.right)
    atoms = is_atom(claim.left) and atoms_right
    ordered = claim.relation not in EQUAL
    if is_law(claim) or (is_determined(claim, known) and (not ordered or _counted(claim, known))):
        return False
    if ordered and not asserted and _bounds_a_letter(claim):
        return True
    if ordered and has_loose_letters(claim):
        return True
    left, right = variables_in(claim.left), variables_in(claim.right)
    if not left and not right:
        return not asserted and (_has_a_number(claim) or _bounds_a_count(claim))
    arithmetic = _is_arithmetic(claim.left) and _is_arithmetic(claim.right)
    if ordered and (atoms or arithmetic or _bounds_several(claim)):
        return True  # `\\eta_0 < \\eta_1 < \\dots` orders them, `0 < \\mu / L < 1` bounds them
    if claim.relation in EQUAL:
        if is_literal(claim.right) or is_literal(claim.left):
            return claim.left.op not in ("image", "limit", "shape_of")
        if _is_the_largest(claim):
            return True
        if _has_meaning(claim.left, known) and not (is_operator(claim.left) and atoms_right):
            return False
        if _speaks_of_itself(claim) and (not asserted or left == right == {claim.left}):
            return True
        if asserted and arithmetic and not left <= right and has_loose_letters(claim):
            return True  # coefficients that are asked for: `A(s^2 + 1) + s(Bs + C) = s^2 + s`
        return not left & right or ((arithmetic or not left <= right) and not asserted)
    return bool(left) and bool(right) and not left & right


def _has_a_number(claim: Claim) -> bool:
    """Whether plain arithmetic of counts comes to a number, for some: `2N / (n + 1) = 15`."""
    literal = [is_literal(side) for side in claim.sides] in ([True, False], [False, True])
    literal = literal and claim.relation in EQUAL and not _has_open_powers(claim)
    return literal and all(map(_is_arithmetic, claim.sides))


def _has_open_powers(claim: Claim) -> bool:
    """Whether a letter stands in an exponent: `(-1)^{2n} = -1` is no equation for an n."""
    powers = (n for side in sides_of(claim) for n in postorder(side) if n.op == "pow")
    return any(free_symbols(power.args[1]) for power in powers)


def _counted(claim: Claim, known: Known) -> bool:
    """Whether every name of a claim has a number."""
    return all(has_numbers(side, known) or is_literal(side) for side in sides_of(claim))


def _bounds_several(claim: Claim) -> bool:
    """Whether a number is said to bound what depends on several names: they are restricted."""
    for one, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if one is not None and other is not None and is_literal(one):
            return len(variables_in(other)) > 1
    return False


def _bounds_a_letter(claim: Claim) -> bool:
    r"""Whether a letter is bounded by what does not have it, as n by `n > \max(p, q)`."""
    for one, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if one is not None and other is not None and one.op == "symbol" and free_symbols(other):
            return one not in free_symbols(other)
    return False


def _bounds_a_count(claim: Claim) -> bool:
    r"""Whether a number is said to bound a root of a count: `\sqrt{1 / n} < 0.04` asks for an n."""
    literal = any(is_literal(side) for side in sides_of(claim))
    names = {s for side in sides_of(claim) for s in free_symbols(side)}
    nodes = (n.op for side in sides_of(claim) for n in postorder(side))
    asked = literal and len(names) == 1 and claim.relation not in EQUAL
    return asked and all(op in PLAIN or op == "sqrt" for op in nodes)


def has_loose_letters(claim: Claim) -> bool:
    r"""Whether one of several letters stands but once in an order or an equation of arithmetic, as
    in `|x - y| < \delta` and `x < x_0 + \frac12`: nobody says that of all its values. So it is of
    a letter alone that is bounded: `n - 2 \ge 0`."""
    if claim.right is None or not all(map(_is_of_numbers, claim.sides)):
        return False
    sides = list(claim.sides)
    letters = {s for side in sides for s in free_symbols(side)}
    counts = dict.fromkeys(letters, 0)
    waiting = sides
    while waiting and sum(counts.values()) < MOST_OCCURRENCES:
        node = waiting.pop()
        if node in counts:
            counts[node] += 1
        waiting.extend(node.args)
    once = [letter for letter, times in counts.items() if times == 1]
    if len(letters) > 1:
        return bool(once)
    linear = all(n.op in _LINEAR for side in claim.sides for n in postorder(side))
    return bool(once) and linear and claim.relation not in EQUAL


def _is_of_numbers(side: Term) -> bool:
    return all(n.op in _ON_NUMBERS and n.shape == () for n in postorder(side))


_ON_NUMBERS = frozenset({"add", "mul", "neg", "div", "pow", "abs", "symbol", "number", "constant"})
_LINEAR = frozenset({"add", "neg", "symbol", "number"})
MOST_OCCURRENCES = 64
"""Letters of a claim that are counted."""


def is_atom(side: Term) -> bool:
    return side.op in ("symbol", "entry", "label", "prime", "number", "constant")


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
    defined function or sequence, a power of a defined name, an expectation. A number x is no step
    of a sequence x_t."""
    number = left.op == "symbol" and left.shape == ()
    names = {
        name_of_key(key)
        for key, body in keys_of(known.scope).items()
        if not _is_number(body) and not (number and key[0] in ("recurrence", "entries"))
    }
    if is_operator(left) or is_slope_of_open(left, known) or _is_slope_of_written(left):
        return True
    if left.op in ("derivative", "gradient", "pow"):
        left = left.args[0]
    if left.op == "entry":
        left = left.args[0]
    return (left.op == "symbol" and left.data.name in names) or called_name(left) in names


def is_slope_of_open(left: Term, known: Known) -> bool:
    """Whether a side is the derivative of a name that is nowhere defined, as those of a loss."""
    if left.op not in ("derivative", "gradient") or left.args[0].op != "symbol":
        return False
    return left.args[0] not in known.scope.values and len(left.args) == 2


def _is_slope_of_written(left: Term) -> bool:
    """Whether a side is the derivative of what is written out there, without unknown functions."""
    if left.op not in ("derivative", "gradient"):
        return False
    subject = left.args[0].args[0] if left.args[0].op == "entry" else left.args[0]
    unknown = any(node.op in ("call", "opaque", "label") for node in postorder(subject))
    return not is_atom(subject) and not unknown


def _is_number(body: object) -> bool:
    return isinstance(body, Term) and is_literal(body)


def never_holds(claim: Claim, known: Known, judge: Judge) -> bool:
    """Whether a relation holds for no values at all, so that it is not even a condition."""
    opposite = _OPPOSITE.get(claim.relation)
    if opposite is None:
        return False
    terms = (*sides_of(claim), *claim.scope.hypotheses)
    inside = _in_bodies(claim, known)
    free = {s for term in terms for s in free_symbols(term)} - inside
    table = {s: _anywhere(s, known) for s in free}
    left, right = (put(t, table) if t is not None else None for t in (claim.left, claim.right))
    assert left is not None
    scope = (
        replace(claim.scope, values=known.general.values)
        if claim.relation in ORDER
        else claim.scope
    )
    conditions = tuple(put(c, table) for c in claim.conditions)
    scope = replace(scope, hypotheses=tuple(put(h, table) for h in scope.hypotheses))
    asked = replace(claim, left=left, right=right, relation=opposite, kind="bound", scope=scope)
    asked = replace(asked, conditions=conditions)
    return judge(asked).kind == "proved"


def _in_bodies(claim: Claim, known: Known) -> set[Term]:
    """The names that the functions of a claim are made of: they are one with those beside them."""
    called = {called_name(node) for side in sides_of(claim) for node in postorder(side)}
    functions = known.scope.functions
    return {s for name in called & functions.keys() for s in free_symbols(functions[name].body)}


def _anywhere(name: Term, known: Known) -> Term:
    """A name that is positive by a convention only, as any real number."""
    if is_declared(name, known.scope) or name.data.role != "scalar" or name.data.domain.integer:
        return name
    return make("symbol", data=replace(name.data, domain=REAL))


def _is_arithmetic(term: Term) -> bool:
    return all(node.op in PLAIN for node in postorder(term))
