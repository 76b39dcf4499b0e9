"""What kind of claim a relation is: the ladder has rungs for each kind."""

from __future__ import annotations

from itertools import chain

from symdl.derivation.numbers import integer
from symdl.derivation.recurrences import is_free
from symdl.document.errors import DeriveError
from symdl.expression.defining import squared_deviation
from symdl.expression.defining_entries import is_label, is_value_at
from symdl.expression.operators import WORDS
from symdl.expression.scope import INVERSE, Scope
from symdl.expression.term import Term, free_symbols, operations, postorder
from symdl.expression.vocabulary import DERIVATIVES

KINDS: tuple[str, ...] = (
    "identity",
    "derivative",
    "number",
    "range",
    "limit",
    "bound",
    "monotone",
    "shape",
    "matrix",
    "recurrence",
    "definition",
    "approximation",
)

EQUAL = frozenset({"=", "equiv"})
ORDER = frozenset({"<", "<=", ">", ">=", "!=", "ll", "gg"})
DEFINING = frozenset({"=", "equiv", "sim", "approx"})
ASSIGN = frozenset({":=", "<-", "mapsto"})
ANY, NEW, NOTHING = "any", "new", "nothing"
"""What the equations of a statement may define: whatever stands alone on their left side (a line
of a formula), only what is not declared (a claim), or nothing (a side of an implication)."""


def classify(
    left: Term,
    relation: str,
    right: Term,
    scope: Scope,
    chained: bool = False,
    defining: str = NEW,
) -> str:
    """The kind (one of KINDS) of the link `left relation right` in a scope."""
    if relation in ASSIGN:
        return "definition"
    if defining == ANY or (defining == NEW and not _is_declared(left, scope)):
        if relation in DEFINING and defines(left, right, scope):
            return "definition"
        if relation == "=" and updates(left, right):
            return "definition"
        if relation == "in" and right.op == "space" and declares(left, scope):
            return "definition"
    if relation in ("sim", "propto", "<->"):
        return "approximation" if relation == "sim" else "identity"
    ops = {left.op, right.op}
    sized = bool(ops & {"shape_of", "space", "tuple", "times"})
    if "limit" in ops or (relation == "->" and not sized):
        return "limit"
    if sized:
        return "shape"
    if "image" in ops or relation in ("in", "notin", "subset", "subseteq"):
        return "range"
    if is_closed(left, scope) and is_closed(right, scope):
        return "matrix" if _is_array(left) or _is_array(right) else "number"
    if relation in ORDER:
        return "range" if chained else "bound"
    if relation == "approx":
        return "approximation"
    return _equation_kind(left, right, scope)


def _is_declared(left: Term, scope: Scope) -> bool:
    """Whether a term is a declared symbol or an entry of one: a claim does not define it."""
    base = left.args[0] if left.op == "pow" else left
    base = base.args[0] if base.op in ("entry", "label", "prime") else base
    return base.op == "symbol" and is_declared(base, scope)


def is_declared(symbol: Term, scope: Scope) -> bool:
    """Whether a symbol has a declaration of its own. (Its Term may stand for one without.)"""
    return scope.declares(symbol.data.name)


def _equation_kind(left: Term, right: Term, scope: Scope) -> str:
    if left.op == "entry" and _name(left.args[0]) in scope.recurrences:
        return "recurrence"
    if _is_array(left) or _is_array(right):
        return "matrix"
    differentiable = not _DIFFERENTIATING.isdisjoint(operations(left) | operations(right))
    if differentiable and any(map(_differentiates, chain(postorder(left), postorder(right)))):
        return "derivative"
    return "identity"


def _starts(entry: Term, scope: Scope) -> bool:
    """Whether an entry stands before the first of which its recurrence speaks: `\\eta_0`."""
    base, step = entry.args[0], integer(entry.args[1])
    definition = scope.recurrences[base.data.name]
    try:
        return step is not None and is_free(definition, base, step, scope)
    except DeriveError:
        return False


def defines(left: Term, right: Term, scope: Scope) -> bool:
    """Whether `left = right` says what a so far unknown function, symbol or entry is."""
    if (deviation := squared_deviation(left, right)) is not None:
        left = deviation
    if left.op == "call":
        name = left.data.function.name
        known = is_known(name, scope) or bool(inverted(left, scope))
        plain = not left.data.primes and all(a.op == "symbol" for a in left.args)
        return not known and plain and not _calls(right, name) and not is_value_at(left, right)
    if left.op == "entry" and left.args[0].op == "symbol":
        if is_label(scope, left, right) and left not in scope.values:
            return True
        name = _name(left.args[0])
        known = name in scope.entries or left in scope.values
        known = known or (name in scope.recurrences and not _starts(left, scope))
        return not known and left.args[0] not in scope.values and left not in _nodes(right)
    if left.op == "label":
        layers = {key.args[0] for key in scope.values if key.op == "label"}
        return left.args[0] not in layers and left not in _nodes(right)
    if left.op == "symbol":
        if left.data.name in scope.functions:
            return False
        bound = any("=" in h.data and left in free_symbols(h) for h in scope.hypotheses)
        return left not in scope.values and left not in free_symbols(right) and not bound
    if left.op == "prime" and left.args[0].op == "symbol":
        if left.args[0].data.name in scope.functions:
            return False
        return not {left, left.args[0]} & set(scope.values) and left not in _nodes(right)
    return False


def is_known(name: str, scope: Scope) -> bool:
    """Whether a function is defined, here or in the library."""
    if name in scope.functions or scope.outer is None:
        return name in scope.functions
    found = scope.outer(name)
    return found is not None and not found.assumed  # a settings' value is the author's to say


def inverted(term: Term, scope: Scope) -> str:
    r"""f of a call `f^{-1}(y)` of the inverse of a known function; empty for another term."""
    if term.op != "call" or not term.data.function.name.endswith(INVERSE):
        return ""
    name: str = term.data.function.name.removesuffix(INVERSE)
    return name if is_known(name, scope) or name in WORDS else ""


def declares(left: Term, scope: Scope) -> bool:
    r"""Whether `x \in \mathbb{R}^3` says what x is, of which nothing is said so far."""
    plain = left.op == "symbol" and left.data.role in ("scalar", "vector", "matrix", "tensor")
    return plain and left not in scope.values and left.data.name not in scope.entries


def _calls(term: Term, name: str) -> bool:
    return any(n.op == "call" and n.data.function.name == name for n in postorder(term))


def updates(left: Term, right: Term) -> bool:
    """Whether `left = right` is an update as programs write it: `w = w - \\eta g`."""
    return left.op in ("symbol", "entry", "label") and right.op == "add" and left in right.args


def is_closed(term: Term, scope: Scope) -> bool:
    """Whether a term has no free symbols but those that the scope gives a value."""
    if not scope.values:
        return not free_symbols(term)
    waiting, seen = [term], {term}
    while waiting:
        for symbol in free_symbols(waiting.pop()):
            value = scope.values.get(symbol)
            if value is None:
                return False
            if value not in seen:
                seen.add(value)
                waiting.append(value)
    return True


def _nodes(term: Term) -> set[Term]:
    return set(postorder(term))


_DIFFERENTIATING = DERIVATIVES | {"call"}


def _differentiates(node: Term) -> bool:
    return node.op in DERIVATIVES or (node.op == "call" and node.data.primes > 0)


def _is_array(term: Term) -> bool:
    return term.shape is not None and term.shape != ()


def _name(base: Term) -> str:
    return str(base.data.name) if base.op == "symbol" else ""
