"""A matrix expression made shorter: parts worked out as polynomials of their entries, if that is
shorter, with the names of everything that was defined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced

from symdl.derivation.index.equal import lowering
from symdl.derivation.index.hypotheses import rules_of, use_rules
from symdl.derivation.index.lowered import NotLowered
from symdl.derivation.index.lowering import Lowering
from symdl.derivation.index.nouns import Rule, TooLarge
from symdl.derivation.matrix.build import (
    NotInMatrices,
    Scaled,
    as_softmax,
    entrywise,
    negative,
    product,
    scaled,
    total,
    trace_of,
    turned,
)
from symdl.derivation.matrix.raising import Raising
from symdl.expression.numerals import ONE, ZERO, value_of
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.shapes import is_row
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, free_symbols, make, postorder, rebuild, replace

MAX_SIZE = 120
"""Larger parts are left as they are."""


@dataclass(frozen=True, slots=True)
class Simpler:
    """A shorter term and the equations that were used to make it so."""

    term: Term
    used: tuple[str, ...]


def simpler(term: Term, scope: Scope) -> Simpler:
    """The term, with parts replaced by shorter ones that are equal for all sizes."""
    found = _rebuilt(term)
    low = lowering((found,), scope)
    low.space.rules = rules_of(scope.hypotheses, scope, low.space, low)
    low.space.rules += _definitions(scope, low, free_symbols(found))
    done: dict[Term, Term] = {}
    for node in postorder(found):
        made = _renewed(node, tuple(done[a] for a in node.args))
        worth = made.op in _WORTH and not is_zeros(made)
        done[node] = as_softmax(_reflected(_shorter(made, low)) if worth else made)
    names = _named(scope)[0]
    short = replace(done[found], names) if done[found] not in names else done[found]
    used = tuple(name for name in low.space.used if name.startswith("given"))
    if used and scope.hypotheses:  # only what was needed is told
        without = simpler(term, replaced(scope, hypotheses=()))
        used = () if without.term is short else used
    return Simpler(short, used)


def factored(term: Term) -> Term:
    """`A x + A^T x` as `(A + A^T) x`: a factor at the end, or at the beginning, of all summands of
    a sum of products taken out, wherever in the term it stands."""
    done: dict[Term, Term] = {}
    for node in postorder(term):
        if node.op == "gradient":
            done[node] = node
            continue
        made = rebuild(node, tuple(done[a] for a in node.args))
        done[node] = _taken_out(made) if made.op == "add" else made
    return done[term]


def _taken_out(node: Term) -> Term:
    parts = [Scaled.of(a) for a in _with_units(node.args)]
    arrays = [p.array for p in parts if p.array is not None and p.array.op == "matmul"]
    if len(arrays) < len(parts):
        return node
    for place in (-1, 0):
        shared = arrays[0].args[place]
        rests = [a.args[:-1] if place else a.args[1:] for a in arrays]
        vectors = place == 0 and all(len(r[-1].shape or ()) == 1 for r in rests)
        if any(a.args[place] is not shared for a in arrays):
            continue
        if not vectors and not all(map(_is_matrix, rests)):
            continue
        inner = total(
            [replaced(p, array=product(*rest)).term for p, rest in zip(parts, rests, strict=True)]
        )
        whole = product(inner, shared) if place else product(shared, inner)
        if whole.shape == node.shape:
            return whole
    return node


def _with_units(summands: tuple[Term, ...]) -> tuple[Term, ...]:
    """`P x - x` as `P x - I x`: what is added is a product too, where the others end in it."""
    arrays = [Scaled.of(a).array for a in summands]
    last = {a.args[-1] for a in arrays if a is not None and a.op == "matmul"}
    lone = [a for a in arrays if a is not None and a.op != "matmul"]
    if len(last) != 1 or not lone or any(a not in last or is_row(a) for a in lone):
        return summands
    (shared,) = last
    shape = shared.shape or ()
    if len(shape) != 2 or shared.op not in ("symbol", "label"):
        return summands
    unit = make("matmul", make("identity", as_term(shape[0])), shared)
    return tuple(
        replaced(Scaled.of(a), array=unit).term if b is shared else a
        for a, b in zip(summands, arrays, strict=True)
    )


def _is_matrix(factors: tuple[Term, ...]) -> bool:
    return all(len(f.shape or ()) == 2 and not is_row(f) for f in factors)


Named = tuple[Mapping[Term, Term], Sequence[tuple[Term, Term]], frozenset[Term]]
_LAST: list[tuple[Scope, Named]] = []
"""The last scope asked for: all equations of a backward pass stand in one."""


def _named(scope: Scope) -> Named:
    """The names by what they stand for, the definitions of numbers and of softmaxes, all names."""
    if _LAST and _LAST[0][0] is scope:
        return _LAST[0][1]
    names = {value: key for key, value in scope.values.items() if key.shape == value.shape}
    told = [
        (key, value)
        for key, value in scope.values.items()
        if key.op == "symbol" and (value.shape == () or value.op == "softmax")
    ]
    found = names, told, frozenset(k for k in scope.values if k.op == "symbol")
    _LAST[:] = [(scope, found)]
    return found


def _definitions(scope: Scope, low: Lowering, free: Collection[Term]) -> list[Rule]:
    """What scalars that stand for sums say of those sums (m = 1/n sum_i x_i), and that the values
    of a softmax add up to 1; of what shares no name with a term nothing is asked."""
    found = []
    _, told, names = _named(scope)
    for key, value in told:
        if key.shape == () and value.shape == ():
            if free_symbols(value).isdisjoint(free):
                continue
            equation = make("relation", value, key, data=("=",))
            everything = names | free_symbols(value) | {key}
            found += rules_of((equation,), scope, low.space, low, everything)
        elif value.op == "softmax" and key.shape == value.shape:
            equation = make("relation", make("reduce_sum", key), ONE, data=("=",))
            found += rules_of((equation,), scope, low.space, low, names | {key})
    return found


def is_all_ones(node: Term) -> bool:
    """Whether a Term is an array of ones: `1`, `1 1^T`."""
    if node.op == "matmul" and len(node.args) == 2 and node.args[1].op == "transpose":
        return node.args[0].op == "ones" and node.args[1].args[0].op == "ones"
    return node.op == "ones"


def is_zeros(node: Term) -> bool:
    """Whether a Term is the zeros beside a block: `0 1_n`."""
    return node.op == "mul" and node.args[0] is ZERO and node.args[-1].op == "ones"


_WORTH = frozenset({"add", "hadamard", "mul", "neg", "matmul", "div"})


def _renewed(node: Term, args: tuple[Term, ...]) -> Term:
    """The node with other arguments, numbers in front."""
    if node.op == "gradient":
        return node  # a name: what it is taken in stays as it is
    if node.shape is None or is_zeros(node):
        return rebuild(node, args)
    if node.op == "transpose":
        return turned(args[0])
    if node.op == "add":
        return total(args)
    if node.op == "matmul":
        return product(*args)
    if node.op == "trace":
        return trace_of(args[0])
    if node.op == "hadamard":
        rest = [a for a in args if not is_all_ones(a) or a.shape != node.shape]
        return entrywise(*(rest or args[:1]))
    if node.op == "diag" and len(node.shape) == 2:
        entries = Scaled.of(args[0])
        if entries.array is not None and entries.array.op == "ones":
            return replaced(entries, array=make("identity", *entries.array.args)).term
    if node.op == "pow" and len(node.shape) > 1 and value_of(args[1]) in (2, 3):
        return entrywise(*[args[0]] * int(value_of(args[1]) or 0))
    if node.op == "div" and args[0] is args[1]:
        return ONE if args[0].shape == () else make("ones", *map(as_term, args[0].shape or ()))
    if node.op == "mul":
        arrays = {a.shape for a in args if a.shape != ()}
        if len(arrays) == 1 and None not in arrays:
            return entrywise(*args)
        return scaled(*args) if not arrays else rebuild(node, args)
    return rebuild(node, args)


def _reflected(node: Term) -> Term:
    """`y - y σ(u)` as `y σ(-u)`: what the logistic function leaves of 1 is its value at -u."""
    taken = Scaled.of(node)
    if taken.array is not None and taken.array is not node:
        made = _reflected(taken.array)
        return node if made is taken.array else replaced(taken, array=made).term
    if node.op == "hadamard":
        inner = tuple(map(_reflected, node.args))
        return node if inner == node.args else entrywise(*inner)
    if node.op != "add" or len(node.args) != 2 or node.args[1].op != "neg":
        return node
    whole, part = node.args[0], node.args[1].args[0]
    factors = [whole] if whole.op != "hadamard" else [*whole.args]
    rest = list(part.args) if part.op == "hadamard" else [part]
    factors = [f for f in factors if f.op != "ones"]
    for factor in factors:
        if factor not in rest:
            return node
        rest.remove(factor)
    if len(rest) != 1 or rest[0].op != "sigmoid":
        return node
    return entrywise(whole, make("sigmoid", negative(rest[0].args[0])))


def _rebuilt(term: Term) -> Term:
    """The term with equal factors above and below the line cancelled, entry by entry."""
    done: dict[Term, Term] = {}
    for node in postorder(term):
        args = tuple(done[a] for a in node.args)
        done[node] = _cancelled(_renewed(node, args))
    return done[term]


def _cancelled(node: Term) -> Term:
    """`p * (a - y/p)` as `p * a - y`, `p^T (y/p)` as the sum of y."""
    if node.op == "matmul" and len(node.args) == 2 and node.shape == ():
        left, right = node.args
        inner = left.args[0] if left.op == "transpose" else left
        if inner.shape == right.shape and right.shape and len(right.shape) == 1:
            whole = _entry_product([inner, right])
            if whole is not None:
                from symdl.derivation.matrix.totals import summed

                return summed(whole)
    if node.op == "hadamard":
        whole = _entry_product(node.args)
        return node if whole is None else whole
    return node


def _entry_product(factors: tuple[Term, ...] | list[Term]) -> Term | None:
    """A product entry by entry in which something cancels, None where nothing does."""
    for place, sum_ in enumerate(factors):
        below = [b for s in _summands(sum_) for b in _below(s)]
        others = [*factors[:place], *factors[place + 1 :]]
        flat = [g for f in others for g in (f.args if f.op == "hadamard" else (f,))]
        if any(b in flat for b in below):
            return total([_times(s, flat) for s in _summands(sum_)])
    return None


def _summands(term: Term) -> tuple[Term, ...]:
    return term.args if term.op == "add" else (term,)


def _below(term: Term) -> list[Term]:
    """What an array is divided by, entry by entry."""
    found = []
    for node in _factors(term):
        if node.op == "div" and node.args[1].shape:
            found += list(_factors(node.args[1]))
    return found


def _factors(term: Term) -> tuple[Term, ...]:
    while term.op == "neg":
        term = term.args[0]
    return term.args if term.op in ("hadamard", "mul") else (term,)


def _times(summand: Term, others: list[Term]) -> Term:
    left = list(others)
    above: list[Term] = []
    below: list[Term] = []
    for node in _factors(summand):
        if node.op == "div" and node.args[1].shape:
            above.append(node.args[0])
            for b in _factors(node.args[1]):
                if b in left:
                    left.remove(b)
                else:
                    below.append(b)
        else:
            above.append(node)
    whole = entrywise(*above, *left)
    for b in below:
        whole = make("div", whole, b)
    sign = 0
    while summand.op == "neg":
        sign, summand = 1 - sign, summand.args[0]
    return make("neg", whole) if sign else whole


def _shorter(node: Term, low: Lowering) -> Term:
    if node.shape is None or len(node.shape) > 2 or len(plain(node)) > 4 * MAX_SIZE:
        return node
    names = frozenset(s for s in free_symbols(node) if s.op in ("symbol", "label"))
    try:
        array = low(node, names)
        form = use_rules(low.space, [array.form])[0] if low.space.rules else array.form
        symbols = {s.data.name: s for s in names if s.op == "symbol" and not s.shape}
        made = Raising(low.space, symbols)(form, array.slots)
    except (NotLowered, NotInMatrices, TooLarge):
        return node
    if made.shape != node.shape and not (node.shape and made.shape == ()):
        return node
    short = 4 * len(plain(made)) <= 3 * len(plain(node))
    return made if made.shape == node.shape and short else node
