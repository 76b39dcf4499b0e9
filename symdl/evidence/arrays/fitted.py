"""Claims about arrays whose sizes nobody declared: judged for the most general sizes that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symdl.document.errors import ShapeError
from symdl.evidence.claim import Claim
from symdl.evidence.reached import free_in_definitions, reachable
from symdl.expression.conventions import COUNT
from symdl.expression.fitting import fitted_scope, fitting
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.term import replace as replaced


@dataclass(frozen=True, slots=True)
class Fitted:
    """A claim with sizes, and the declarations that would have said so (`A: matrix(m, n)`)."""

    claim: Claim
    sizes: tuple[str, ...]


def with_fitting_sizes(claim: Claim) -> Fitted | None:
    """The claim with a size for every array of unknown size; None where none is found, or where
    the claim does not fit them after all."""
    if not any(node.shape is None for node in reachable(claim)):
        return None
    table = fitting(_whole(claim), claim.scope)
    if not table:
        return None
    try:
        found = _replaced(claim, table, fitted_scope(claim.scope, table))
    except ShapeError:
        return None
    named = (name for name in table.values() if name.op == "symbol")
    return Fitted(found, tuple(map(_declaration, named)))


def with_square_matrices(fitted: Fitted) -> Fitted | None:
    """The same if all matrices are square, of one size; None where they are already."""
    claim = fitted.claim
    arrays = (n for n in _arrays(claim) if not claim.scope.declares(str(n.data.name)))
    found = {name for name in arrays if len(name.shape or ()) <= 2}
    names = sorted(found, key=lambda name: str(name.data.name))
    rectangular = any(len(n.shape or ()) == 2 and len(set(n.shape or ())) == 2 for n in names)
    if not rectangular or any(isinstance(d, int) for n in names for d in n.shape or ()):
        return None
    table = {
        n: make("symbol", data=replace(n.data, shape=("n",) * len(n.shape or ()))) for n in names
    }
    try:
        square = _replaced(claim, table, fitted_scope(claim.scope, table))
    except ShapeError:
        return None
    return Fitted(square, tuple(map(_declaration, table.values())))


def with_lettered_sizes(fitted: Fitted) -> Iterator[Fitted]:
    """The same where the one size is a letter for a count that the claim has: the n of
    `\\lVert x \\rVert_1 \\le \\sqrt{n} \\lVert x \\rVert_2`."""
    claim = fitted.claim
    sizes = {size for name in _arrays(claim) for size in name.shape or ()}
    if len(sizes) != 1 or not isinstance(size := sizes.pop(), str):
        return
    free = {n for n in letters_deep(claim) if n.shape == ()}
    counts = {n for n in free if n.data.name in COUNTS and n.data.name != size}
    for count in sorted(counts, key=lambda n: str(n.data.name)):
        yield _with_size(claim, size, count)


def _with_size(claim: Claim, size: str, count: Term) -> Fitted:
    letter = str(count.data.name)
    names = sorted(_arrays(claim), key=lambda n: str(n.data.name))
    table = {
        n: make("symbol", data=replace(n.data, shape=(letter,) * len(n.shape or ()))) for n in names
    }
    sized = {n: count for n in _symbols(claim) if n.data.name == size}
    found = _replaced(claim, {**table, **sized}, fitted_scope(claim.scope, table))
    return Fitted(found, tuple(map(_declaration, table.values())))


def _arrays(claim: Claim) -> set[Term]:
    """The arrays that a claim speaks of, or that what it speaks of is defined by."""
    return {n for n in reachable(claim) if n.op == "symbol" and n.shape}


def letters_deep(claim: Claim) -> frozenset[Term]:
    """The undeclared letters of a claim and of all definitions that it uses, however deep."""
    known = letters(claim)
    scope = claim.scope
    taken = {name for name, symbol in scope.symbols.items() if symbol.declared}
    taken |= {*scope.entries, *scope.recurrences, *scope.functions}
    inner = (n for n in free_in_definitions(claim) if n not in scope.values)
    return known | {n for n in inner if n.data.name not in taken}


COUNTS = frozenset({"n", "N", "d", "D", "k", "K", "m", "M", "p", "C"})
"""Letters that may be the size of the arrays of a claim."""


def with_counted_steps(claim: Claim) -> Claim | None:
    """The claim if the T of `\\eta_T` is an integer from 1; None where no letter only counts."""
    steps = {node.args[1] for node in reachable(claim) if node.op == "entry"}
    real = {s for s in steps if s.op == "symbol" and s.data.role == "scalar"}
    table = {
        step: make("symbol", data=replace(step.data, domain=COUNT))
        for step in real
        if not step.data.domain.integer and not claim.scope.declares(step.data.name)
    }
    return _replaced(claim, table, fitted_scope(claim.scope, table)) if table else None


def as_numbers(claim: Claim) -> Claim | None:
    """The claim if its letters are numbers and no arrays; None where its notation says that they
    are arrays (a transpose, a norm, bold letters)."""
    nodes = set(reachable(claim))
    if any(node.op in _OF_ARRAYS or _is_bold(node) for node in nodes):
        return None
    table = {
        node: make("symbol", data=replace(node.data, role="scalar", shape=()))
        for node in nodes
        if node.op == "symbol" and node.shape is None
    }
    if not table:
        return None  # no letter to read as a number: it would be the claim itself
    outer = [n for n in nodes if n.op == "matmul"]
    products = (n for root in outer for n in postorder(root) if n.op == "matmul")
    for node in dict.fromkeys(products):  # those inside of others first
        factors = tuple(replaced(a, table) for a in node.args)
        # a product of two declared matrices stays what it is; powers of one commute like numbers
        if factors != node.args or len(set(factors)) == 1:
            table[node] = make("mul", *factors)
    return _replaced(claim, table, fitted_scope(claim.scope, table))


_OF_ARRAYS = frozenset(
    ("transpose", "inverse", "norm", "trace", "det", "dot", "hadamard", "outer", "kron", "diag")
    + ("identity", "ones", "softmax", "log_softmax", "logsumexp", "gradient", "entry")
)


def _is_bold(node: Term) -> bool:
    return node.op == "symbol" and node.data.name.startswith(("\\mathbf", "\\boldsymbol", "\\vec"))


def may_be_condition(claim: Claim) -> bool:
    """Whether a claim about undeclared arrays may be said of some values only, for a letter stands
    on one side only: `Ax = b`, `Ax = \\lambda x`, `A^T A = I`. What is derived may have letters
    that its derivative lost."""
    if not has_undeclared_arrays(claim):
        return False
    sizes = {size for name in _symbols(claim) for size in name.shape or ()}
    left, right = (
        {name for name in _letters(side, claim.scope) if name.data.name not in sizes}
        for side in _sides(claim)
    )
    stated = (*claim.conditions, *claim.scope.hypotheses)  # `for unit vectors u`
    said = frozenset().union(*map(free_symbols, stated))
    slopes = [n for n in postorder(claim.left) if n.op in ("gradient", "derivative")]
    if slopes:
        found = (_names_of_function(slope.args[0], claim.scope) for slope in slopes)
        taken = {name for names in found for name in names}
        return any(name.data.name not in taken for name in right - left - said)
    return bool((left ^ right) - said)


def _names_of_function(subject: Term, scope: Scope) -> set[str]:
    r"""The letters of a function that is differentiated by its name alone: x and y of `\partial
    \ell / \partial x_i` behind `\ell(x, y) = \dots`."""
    own = scope.functions.get(str(subject.data.name)) if subject.op == "symbol" else None
    if own is None:
        return set()
    names = (*own.parameters, *free_symbols(own.body))
    return {str(name.data.name) for name in names if name.op == "symbol"}


def has_undeclared_arrays(claim: Claim, deep: bool = False) -> bool:
    """Whether nobody declared or defined one of its arrays, or (deep) one that these stand for."""
    scope = claim.scope
    known = {name for name, symbol in scope.symbols.items() if symbol.declared}
    known |= {*scope.entries, *scope.recurrences, *scope.functions}
    known |= {key.data.name for key in scope.values if key.op == "symbol"}
    names = (n for n in reachable(claim) if n.op == "symbol") if deep else _symbols(claim)
    return any(name.shape and name.data.name not in known for name in names)


def _symbols(claim: Claim) -> Iterator[Term]:
    for term in _terms(claim):
        yield from free_symbols(term)


def _sides(claim: Claim) -> tuple[Term, Term]:
    return claim.left, claim.left if claim.right is None else claim.right


def letters(claim: Claim) -> frozenset[Term]:
    """The undeclared letters of a claim and of what is defined for it."""
    return frozenset().union(*(_letters(side, claim.scope) for side in _terms(claim)))


def _letters(side: Term, scope: Scope) -> frozenset[Term]:
    """The undeclared letters that stand in a side and in what is defined for it."""
    found: set[Term] = set()
    waiting = list(free_symbols(side))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in scope.values:
            waiting.extend(free_symbols(scope.values[name]))
        told = scope.entries.get(str(name.data.name)) if name.op == "symbol" else None
        if told is not None:
            waiting.extend(free_symbols(told.body) - set(told.parameters))
    for node in postorder(side):
        if node.op == "call" and node.data.function.name in scope.functions:
            found |= free_symbols(scope.functions[node.data.function.name].body)
    if not found:
        return frozenset()
    known = {name for name, symbol in scope.symbols.items() if symbol.declared}
    known |= {*scope.entries, *scope.recurrences, *scope.functions}
    return frozenset(n for n in found if n not in scope.values and n.data.name not in known)


def _terms(claim: Claim) -> Iterator[Term]:
    yield from claim.terms


def _whole(claim: Claim) -> Iterable[Term]:
    """The claim as relations, so that what it equates is as large."""
    if claim.right is None:
        return (claim.left, *claim.conditions)
    relation = "=" if claim.relation in ("<", "<=", ">", ">=", "!=") else claim.relation
    return (make("relation", claim.left, claim.right, data=(relation,)), *claim.conditions)


def _replaced(claim: Claim, table: dict[Term, Term], scope: Scope) -> Claim:
    return replace(claim.mapped(lambda term: replaced(term, table)), scope=scope)


def _declaration(name: Term) -> str:
    found = name.data
    if not found.shape:
        return f"{found.name}: real"
    return f"{found.name}: {found.role}({', '.join(map(str, found.shape))})"
