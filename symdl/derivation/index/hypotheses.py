"""Equations that are given, as rules: each is solved for a sum, an entry or a scalar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import permutations

from symdl.derivation.index.contents import parted
from symdl.derivation.index.few_values import Values, with_powers_lowered
from symdl.derivation.index.form import Space
from symdl.derivation.index.kernels import power
from symdl.derivation.index.lowered import NotLowered
from symdl.derivation.index.lowering import Lowering
from symdl.derivation.index.nouns import NONNEGATIVE, Factor, Form, Index, Rule, TooLarge
from symdl.derivation.index.renaming import mapped, rename
from symdl.derivation.index.switches import absolute
from symdl.derivation.index.zero import is_zero
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.term import Term

NO_VALUES: Mapping[Term, Values] = {}


def rules_of(
    conditions: Iterable[Term],
    scope: Scope,
    space: Space,
    low: Lowering,
    frozen: frozenset[Term] = frozenset(),
) -> list[Rule]:
    """What the equations among some conditions say. A free index of a hypothesis of the scope
    stands for all of its values, one of another condition is that of the claim. Symbols in
    `frozen` stand for themselves."""
    found = []
    for condition in conditions:
        if condition.op != "relation" or condition.data != ("=",):
            continue
        general = condition in scope.hypotheses
        mine = Lowering(scope, space, _indices(condition, scope)) if general else low
        try:
            found += list(_rules(condition, mine, general, frozen))
        except (NotLowered, TooLarge):
            continue
    return found


def _indices(condition: Term, scope: Scope) -> list[Term]:
    from symdl.derivation.index.equal import index_symbols

    return index_symbols(condition.args, scope)


def _rules(
    condition: Term, low: Lowering, general: bool, frozen: frozenset[Term]
) -> Iterator[Rule]:
    space = low.space
    both = low.elementwise([low(side, frozen) for side in condition.args], space.subtract)
    if not both.form.terms or is_zero(space, both.form):
        return
    universal = [i for i in both.slots if i]
    if general:
        universal += list(low.free.values())
    solved = _solved(space, both.form)
    if solved is None:
        return
    factor, value = solved
    mine = tuple(i for i in universal if i in factor.free)
    name = f"given: {plain(condition)}"
    if factor.kind == "sum":
        yield Rule(factor.bound, factor.body, mine, value, name)
    else:
        yield Rule((), ((factor, 1),), mine, value, name)


def _solved(space: Space, form: Form) -> tuple[Factor, Form] | None:
    """A factor that stands alone in one summand and in no other, and what it is."""
    candidates = [
        (mono, c)
        for mono, c in form.terms.items()
        if len(mono) == 1 and mono[0][0].kind in ("sum", "entry", "scalar", "determinant")
    ]
    candidates.sort(key=lambda item: (item[0][0][0].kind != "sum", -item[0][0][0].height))
    for mono, c in candidates:
        factor, e = mono[0]
        rest = {m: d for m, d in form.terms.items() if m is not mono}
        if any(_holds(f, factor) for m in rest for f, _ in m):
            continue
        if e != 1 and factor.sign < NONNEGATIVE:
            continue
        value = space.scale(space.form(rest), Fraction(-1) / c)
        return factor, power(space, value, Fraction(1) / e)
    return None


def _holds(inside: Factor, factor: Factor) -> bool:
    """Whether a factor may occur in another one (by its symbol), so that a rule comes back to what
    it replaces. A rule for a sum that leaves no sum ends: `\\sum_j A_{ij} v_j = \\lambda v_i`."""
    if factor.kind == "sum" and not inside.parts and not inside.body:
        return False
    if factor.kind == "determinant":
        return _occurs(factor, inside)
    heads = {f.head for f, _ in factor.body} | {factor.head}
    return inside is factor or inside.head in heads or bool(inside.parts) or bool(inside.body)


def _occurs(factor: Factor, inside: Factor) -> bool:
    """Whether a factor is part of another one, or one of its kind is."""
    waiting = [inside]
    while waiting:
        node = waiting.pop()
        if node is factor or node.kind == factor.kind:
            return True
        waiting += (f for f, _ in node.body)
        waiting += (f for part in node.parts for mono in part.terms for f, _ in mono)
    return False


def unlike_indices(conditions: Iterable[Term], low: Lowering) -> list[frozenset[Index]]:
    """The pairs of free indices that some conditions say to be different: `i \\ne j`."""
    found = []
    for condition in conditions:
        if condition.op == "relation" and condition.data == ("!=",):
            pair = [low.free.get(side) for side in condition.args]
            if None not in pair:
                found.append(frozenset(i for i in pair if i is not None))
    return found


def _nonzero(space: Space) -> set[Form]:
    """What must not be 0 for a side to be defined, with the bound indices of a derivative as any
    others: where |x_i| has a derivative for all i, so it has for the free ones."""
    found = {form for form, relation in space.demands if relation in ("!=", ">")}
    general = [f for f in found if f.free and all(i.name == "b" for i in f.free)]
    kernels = [f for f in space.factors.values() if f.kind == "kernel" and f.head[0] == "sign"]
    for factor in kernels:
        inner = factor.parts[0]
        if any(_renames(space, form, inner) for form in general):
            found.add(inner)
    return found


def _is_kink(space: Space, inner: Form, demanded: Iterable[Form]) -> bool:
    """Whether a derivative was taken that there is only where this is not 0."""
    bare = parted(space, inner, signed=False)[2]
    return any(
        _renames(space, form, either)
        for form in demanded
        for either in (bare, space.scale(bare, -1))
    )


def _renames(space: Space, pattern: Form, form: Form) -> bool:
    """Whether a Form is another one under other names of its indices."""
    if len(pattern.free) != len(form.free):
        return False
    return any(
        rename(space, pattern, dict(zip(pattern.free, order, strict=True))) is form
        for order in permutations(form.free)
        if all(a.dim == b.dim for a, b in zip(pattern.free, order, strict=True))
    )


def use_rules(
    space: Space,
    forms: Iterable[Form],
    unlike: Iterable[frozenset[Index]] = (),
    values: Mapping[Term, Values] = NO_VALUES,
) -> list[Form]:
    """Forms built anew with the rules of the space in force, deltas of unlike indices 0, low powers
    of the arrays whose entries have these values only."""
    apart = set(unlike)
    nonzero = _nonzero(space)
    demanded = [form for form, relation in space.demands if relation == "!="]
    space.renamed.clear()
    plain_rules = [rule for rule in space.rules if not rule.bound]

    def leaf(factor: Factor) -> Form | None:
        if factor.kind == "delta" and frozenset(factor.slots) in apart:
            return space.number(0)
        if factor.kind == "zero" and _is_kink(space, factor.parts[0], demanded):
            return space.number(0)  # at a kink there is no derivative to speak of
        if factor.kind == "kernel" and factor.head[0] == "sign":
            inner = factor.parts[0]
            if inner in nonzero or _is_kink(space, inner, demanded):
                return space.multiply(inner, power(space, absolute(space, inner), -1))
        for rule in plain_rules:
            found = _replaced(space, rule, factor)
            if found is not None:
                space.used[rule.name] = None
                return found
        return None

    def finish(form: Form) -> Form:
        return with_powers_lowered(space, form, values)

    return [mapped(space, form, leaf, finish if values else None) for form in forms]


def _replaced(space: Space, rule: Rule, factor: Factor) -> Form | None:
    pattern = rule.body[0][0]
    if pattern.kind != factor.kind or pattern.head is not factor.head:
        return None
    if pattern.parts:  # a determinant: that of another matrix is another number
        return rule.value if factor is pattern else None
    table: dict[Index, Index] = {}
    for a, b in zip(pattern.slots, factor.slots, strict=True):
        if a in rule.any_ and isinstance(b, Index) and table.setdefault(a, b) is b:
            continue
        if a is not b:
            return None
    return rename(space, rule.value, table)
