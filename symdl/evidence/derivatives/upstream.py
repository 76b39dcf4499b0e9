r"""Backpropagation through what is defined: `\frac{\partial L}{\partial W} = \frac{\partial
L}{\partial y} x^T` where y = W x + b, and of L nothing is said.

Such a claim is one about every L that depends on the variables through y only. First derivatives of
L at a point are those of its linear part there, so L may be taken to be the sum of the entries of y
times any numbers, the upstream gradient (Griewank and Walther, Evaluating Derivatives, 3.2: the
adjoint of y). What holds for all such numbers holds for all L; what fails for some, for such an L.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from functools import partial

from symdl.document.errors import ShapeError
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.reached import definitions, reachable
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.domain import REAL
from symdl.expression.fitting import fitted_scope
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replaced

MOST_INDICES = 2
INDICES = ("i", "j")


@dataclass(frozen=True, slots=True)
class _Upstream:
    """A loss of which nothing is said, and the defined quantities through which it depends on all
    other variables in which it is derived; others: these."""

    loss: Term
    through: tuple[Term, ...]
    others: tuple[Term, ...]

    def words(self) -> str:
        """`where L depends on W and b through y only`."""
        others, through = (" and ".join(map(plain, t)) for t in (self.others, self.through))
        return f"where {plain(self.loss)} depends on {others} through {through} only"


def judge_upstream(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim about the derivatives of a loss that is not defined, in what is
    defined and in what this is made of; None for another claim."""
    if claim.right is None or claim.relation not in ("=", "equiv"):
        return None
    if not any(n.op in ("derivative", "gradient") for n in reachable(claim)):
        return None
    try:
        claim = _with_shapes(claim)
    except ShapeError as problem:
        return undecided(f"definitions that do not fit together: {problem.message}")
    found = list(_upstream(claim))
    if not found:
        return None
    asked = claim
    for each in found:
        asked = _with_loss(asked, each)
    verdict = judge(asked)
    words = "; ".join(each.words() for each in found)
    beside = next((q for each in found for q in _beside(each, claim.scope)), None)
    if beside is not None and verdict.kind in ("proved", "refuted"):
        return undecided(f"{verdict.message}, {words}, but it may through {beside}, too")
    if verdict.kind == "proved":
        return replace(verdict, message=f"{verdict.message}, {words}")
    if verdict.kind.startswith("refuted") and not _is_homogeneous(claim, found, judge):
        return undecided(f"it fails {words}, but may have other parts: {verdict.message}")
    return replace(verdict, message=f"{verdict.message} ({words})")


def _with_shapes(claim: Claim) -> Claim:
    """The claim with the names of which no shape is known in the shapes of what defines them."""
    while True:
        values = claim.scope.values.items()
        known = {k.data.name: v.shape for k, v in values if k.op == "symbol" and v.shape}
        met = {s for term in (*claim.terms, *(t for pair in values for t in pair))
               for s in free_symbols(term) if s.shape is None}  # fmt: skip
        table = {
            name: make("symbol", data=replace(name.data, shape=known[name.data.name]))
            for name in met
            if name.data.name in known
        }
        if not table:
            return claim
        asked = claim.mapped(partial(replaced, table=table))
        claim = replace(asked, scope=fitted_scope(claim.scope, table))


def _upstream(claim: Claim) -> Iterator[_Upstream]:
    scope = claim.scope
    variables: dict[Term, dict[Term, None]] = {}
    for node in reachable(claim):
        if node.op in ("derivative", "gradient") and _is_open(node.args[0], scope):
            if len(node.args) != 2:
                return  # a second derivative is not that of the linear part
            variables.setdefault(node.args[0], {})[_whole(node.args[1], scope)] = None
    for loss, names in variables.items():
        below = {name: _below(name, scope) for name in names}
        if any(loss in reached for reached in below.values()):
            continue
        top = [n for n in names if not any(n in below[m] for m in names if m is not n)]
        others = [n for n in names if n not in top]
        if others and all(below[n] for n in top) and all(_rank(n) is not None for n in top):
            yield _Upstream(loss, tuple(top), tuple(others))


def _beside(upstream: _Upstream, scope: Scope) -> Iterator[str]:
    """What else is defined by the variables, not by way of what the loss is said to depend on:
    it may be a part of the loss."""
    own = {_base(name) for name in (upstream.loss, *upstream.through, *upstream.others)}
    own |= {_base(node) for name in upstream.through for node in _below(name, scope)}
    bodies = [(key, value) for key, value in scope.values.items() if _base(key) not in own]
    names = {str(name.data.name) for name in own if name.op == "symbol"}
    for table in (scope.entries, scope.recurrences):
        bodies += [(d.body, d.body) for name, d in table.items() if name not in names]
    for key, body in bodies:
        met = _met(body, scope, set(upstream.through))
        if upstream.loss not in met and met & set(upstream.others):
            yield plain(key)


def _base(name: Term) -> Term:
    return name.args[0] if name.op in ("entry", "label") else name


def _met(body: Term, scope: Scope, ends: set[Term]) -> set[Term]:
    """What a definition is made of, without what is behind some names."""
    found: set[Term] = set()
    waiting = [body]
    while waiting:
        for node in postorder(waiting.pop()):
            if node in found:
                continue
            found.add(node)
            if node not in ends and _base(node) not in ends:
                waiting.extend(definitions(node, scope))
    return found


def _is_open(loss: Term, scope: Scope) -> bool:
    """Whether a name of a number is nowhere defined."""
    if loss.op != "symbol" or loss.shape != () or loss in scope.values:
        return False
    return loss.data.name not in scope.functions and loss.data.role != "index"


def _whole(variable: Term, scope: Scope) -> Term:
    r"""The array of an entry, for `\partial L / \partial y_i` is said of all of them; a step of a
    sequence is a variable of its own."""
    if variable.op != "entry" or variable.args[0].op != "symbol":
        return variable
    name = variable.args[0].data.name
    stepped = name in scope.recurrences or variable.args[0].data.role == "sequence"
    return variable if stepped else variable.args[0]


def _below(name: Term, scope: Scope) -> set[Term]:
    """What a name is made of, by its definition; nothing if it has none."""
    found: set[Term] = set()
    for one in dict.fromkeys((name, _base(name))):
        for body in definitions(one, scope):
            found |= _met(body, scope, set())
    return found - {name}


def _rank(name: Term) -> int | None:
    """How many axes a name has, if that is known."""
    if name.op in ("entry", "label"):
        return 0
    if name.op != "symbol":
        return None
    if name.shape is not None:
        return len(name.shape) if len(name.shape) <= MOST_INDICES else None
    return {"vector": 1, "matrix": 2}.get(name.data.role)


def _with_loss(claim: Claim, upstream: _Upstream, factor: Term | None = None) -> Claim:
    """The claim with the loss as a sum of products with its upstream gradient (or a factor)."""
    taken = {*claim.scope.symbols, *_letters(claim)}
    parts: list[Term] = []
    symbols: dict[str, Symbol] = {}
    for name in upstream.through:
        adjoint = _adjoint(name, taken | symbols.keys())
        symbols[adjoint.data.name] = adjoint.data
        parts.append(_product(adjoint, name))
    loss = parts[0] if len(parts) == 1 else make("add", *parts)
    loss = loss if factor is None else make("mul", factor, loss)
    scope = claim.scope
    scope = replace(
        scope,
        values={**scope.values, upstream.loss: loss},
        symbols={**scope.symbols, **symbols},
    )
    return replace(claim, scope=scope, latex="")


def _letters(claim: Claim) -> set[str]:
    return {str(n.data.name) for n in reachable(claim) if n.op == "symbol"}


def _adjoint(name: Term, taken: Set[str]) -> Term:
    r"""The upstream gradient of a name, of its shape. It is called `\bar{y}`, with primes where
    the document means something else by that, or another loss has such a gradient."""
    base = _base(name)
    written = f"\\bar{{{base.data.name}}}"
    while written in taken:
        written += "'"
    if name is not base:
        data = Symbol(written, "scalar", (), REAL, True)
    else:
        data = replace(base.data, name=written, domain=REAL, declared=True)
    return make("symbol", data=data)


def _product(adjoint: Term, name: Term) -> Term:
    """The sum of the products of the entries."""
    rank = _rank(name) or 0
    indices = tuple(make("symbol", data=Symbol(i, "index")) for i in INDICES[:rank])
    pair = [make("entry", array, *indices) if rank else array for array in (adjoint, name)]
    total = make("mul", *pair)
    for index in reversed(indices):
        total = make("sum", index, total, data="all")
    return total


def _is_homogeneous(claim: Claim, found: list[_Upstream], judge: Judge) -> bool:
    """Whether both sides are equal for a loss that does not change: what is left there is said of
    other parts of the loss."""
    asked = claim
    for each in found:
        asked = _with_loss(asked, each, number(0))
    return judge(asked).kind == "proved"
