"""Entropies, divergences and mutual informations as numbers (Cover and Thomas, chapter 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product

from symdl.evidence.claim import Claim
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, postorder
from symdl.expression.term import replace as put
from symdl.notes.distributions.model import MEASURES, Model, NoDistribution, variable_of


def base_of(claim: Claim) -> Term | None:
    """The base of the logarithms, None for natural ones."""
    sides = [side for side in (claim.left, claim.right) if side is not None]
    nodes = {n for side in sides for n in postorder(side) if n.op in ("log", "log_base")}
    bases = {n.args[1] if n.op == "log_base" else None for n in nodes}
    if len(bases) > 1:
        raise NoDistribution
    return next(iter(bases), None)


def with_quantities(root: Term, model: Model, base: Term | None) -> Term:
    """A side with entropies, divergences and mutual informations as the numbers they are."""
    table = {n: t for n in postorder(root) if (t := _quantity(n, model, base)) is not None}
    return put(root, table)


def _quantity(node: Term, model: Model, base: Term | None) -> Term | None:
    if node.op == "opaque" and node.data == "divergence" and len(node.args) == 2:
        laws = [MEASURES.get(plain(a), "") for a in node.args]
        return _divergence(laws[0], laws[1], model, base) if all(laws) else None
    if node.op != "call" or node.data.primes or node.data.function.name not in ("H", "I"):
        return None
    if any(a.op != "symbol" for a in node.args):
        raise NoDistribution
    laws = [MEASURES.get(plain(a), "") for a in node.args]
    if node.data.function.name == "H" and all(laws) and not node.data.bars and len(laws) < 3:
        return _cross(laws[0], laws[-1], model, base)
    names = [variable_of(a) for a in node.args]
    if any(not plain(a).isupper() for a in node.args) or not set(names) <= set(model.variables):
        raise NoDistribution
    if node.data.function.name == "I":
        if len(names) != 2:
            raise NoDistribution
        return (
            _entropy(names[:1], model, base)
            + _entropy(names[1:], model, base)
            - _entropy(names, model, base)
        )
    first = node.data.bars[0] if node.data.bars else len(names)
    both = _entropy(names, model, base)
    return both - _entropy(names[first:], model, base) if first < len(names) else both


def _entropy(names: list[str], model: Model, base: Term | None) -> Term:
    """-sum of p log p over the values of some variables."""
    return -_total(((p, p) for p in _chances("p", names, model)), base)


def _cross(one: str, other: str, model: Model, base: Term | None) -> Term:
    names = list(model.variables)
    pairs = zip(_chances(one, names, model), _chances(other, names, model), strict=True)
    return -_total(pairs, base)


def _divergence(one: str, other: str, model: Model, base: Term | None) -> Term:
    names = list(model.variables)
    pairs = zip(_chances(one, names, model), _chances(other, names, model), strict=True)
    return _total(((p, p / q) for p, q in pairs), base)


def _chances(measure: str, names: list[str], model: Model) -> Iterator[Fraction]:
    for values in product((0, 1), repeat=len(names)):
        yield model.chance(measure, dict(zip(names, values, strict=True)))


def _total(pairs: Iterable[tuple[Fraction, Fraction]], base: Term | None) -> Term:
    """The sum of w log v."""
    terms = [number(w) * _log(number(v), base) for w, v in pairs]
    return make("add", *terms)


def _log(term: Term, base: Term | None) -> Term:
    return make("log", term) if base is None else make("log_base", term, base)
