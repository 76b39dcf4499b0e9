"""What statements add to a scope: definitions, shapes, hypotheses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace as changed
from itertools import pairwise

from symdl.expression.defining_entries import as_entries, distinct_symbols, is_value_at, with_entry
from symdl.expression.dimensions import dimension_of
from symdl.expression.homes import entry_domain
from symdl.expression.operators import TABLE
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import (
    Shape,
    Symbol,
    Term,
    free_symbols,
    make,
    number,
    postorder,
)
from symdl.expression.vocabulary import NAMES

_DEFINING = ("=", ":=", "equiv")


def define(scope: Scope, statement: Term) -> Scope:
    """The scope with what a statement defines added; a later definition wins.

    `f(x) = ...`, `L = ...`, `m_0 = 0`, `C_{ij} = ...`, `m_t = ...` and `x \\in \\mathbb{R}^n`
    define; a claim about something else, and an update that uses its own left side
    (`\\theta = \\theta - \\eta g`), leave the scope as it is.
    """
    if statement.op == "statements":
        for part in statement.args:
            scope = define(scope, part)
        return scope
    if statement.op == "forall":
        return scope if _says_it_of_itself(statement) else define(scope, statement.args[-1])
    conditions: tuple[Term, ...] = ()
    if statement.op == "when":
        conditions, statement = statement.args[1:], statement.args[0]
    if statement.op != "relation":
        return scope
    left, right = statement.args[0], statement.args[1]
    if statement.data[0] == "in" and left.op == "symbol":
        return _with_member(scope, left.data, right)
    if statement.data[0] == "in" and left.op == "entry" and right.op == "space":
        return _with_each(scope, left, right)
    if statement.data[0] not in _DEFINING:
        return scope
    return _with_equation(scope, left, as_entries(left, right, scope), conditions)


def _says_it_of_itself(statement: Term) -> bool:
    r"""Whether an equation is one of a letter that it quantifies: `\forall x, y: x = y`."""
    names = []
    while statement.op == "forall":
        condition, statement = statement.args
        names.append(condition.args[0] if condition.op == "relation" else condition)
    return statement.op == "relation" and statement.args[0] in names


def suppose(scope: Scope, statement: Term, settled: Collection[str] = ()) -> Scope:
    """The scope in which a statement holds: what it defines is added, and what defines nothing
    but relates values (`x > 0`, `p + q = 1`) is a hypothesis. settled: functions whose definition
    stands, so that a further equation of their values is a hypothesis too."""
    if statement.op in ("statements", "and"):
        for part in statement.args:
            scope = suppose(scope, part, settled)
        return scope
    if statement.op == "relation" and len(statement.data) > 1 and set(statement.data) == {"="}:
        for left, right in equations(statement.args):
            scope = suppose(scope, make("relation", left, right, data=("=",)), settled)
        return scope
    found = scope if _equates(scope, statement, settled) else define(scope, statement)
    if found is not scope or not _relates(statement):
        return found
    return changed(scope, hypotheses=(*scope.hypotheses, statement))


def equations(sides: tuple[Term, ...]) -> Iterable[tuple[Term, Term]]:
    r"""The equations of a chain; of `\|u\| = \|v\| = 1`, where nothing is defined, what each side
    is."""
    value = sides[-1]
    if any(side.op in _DEFINED for side in sides) or free_symbols(value):
        return pairwise(sides)
    return ((side, value) for side in sides[:-1])


_DEFINED = NAMES | {"call"}
_RELATING = frozenset({"=", "equiv", "!=", "<", "<=", ">", ">=", "in", "perp"}) | {
    *("succ", "succeq", "prec", "preceq", "notin")
}


def freed(scope: Scope, names: Collection[str]) -> Scope:
    r"""The scope for a statement about all values of some letters (`\forall x`): what has a value
    or is restricted outside of it is another letter of that name. What is said of entries or of
    values of functions, `p_i > 0`, is said of all of them, and stays."""
    values = {k: v for k, v in scope.values.items() if k.op != "symbol" or k.data.name not in names}
    kept = tuple(h for h in scope.hypotheses if not _restricts(h, names))
    if len(values) == len(scope.values) and len(kept) == len(scope.hypotheses):
        return scope
    return changed(scope, values=values, hypotheses=kept)


def _restricts(hypothesis: Term, names: Collection[str]) -> bool:
    """Whether a hypothesis speaks of nothing but the values of some letters."""
    spoken = {name.data.name for name in free_symbols(hypothesis)}
    universal = any(node.op in ("entry", "call") for node in postorder(hypothesis))
    return bool(spoken) and spoken <= set(names) and not universal


def _equates(scope: Scope, statement: Term, settled: Collection[str]) -> bool:
    r"""Whether a statement is an equation for what a known function is taken of (`\sin x = 1`,
    `e^x = x + 2`): as a definition it would say that of every x."""
    if statement.op != "relation" or statement.data != ("=",):
        return False
    left, right = statement.args
    if _is_chance(left) and free_symbols(right).isdisjoint(left.args):
        return True
    if _is_entropy(left) and all(map(_is_of_entropies, postorder(right))):
        return True
    names = _function_names(left)
    if not names:
        return False
    row = TABLE.get(left.op)
    if row is not None and not row.reused:
        return True
    known = row is not None or left.data.function.name in scope.functions
    if not known or not set(settled).isdisjoint(names):
        return known
    return not free_symbols(right).issuperset(left.args)


def _is_chance(left: Term) -> bool:
    r"""Whether a call is the probability of certain events (`P(A) = 0.3`, `P(A \mid B) = 0.5`,
    `P(\text{even}) = 0.5`): its letters are names of these, and not any values."""
    chance = _is_call(left) and left.data.function.name.partition("_")[0] == "P"
    return chance and all(_is_capital(a) or _is_word(a) for a in left.args)


def _is_entropy(left: Term) -> bool:
    r"""Whether a call is the entropy of certain variables: `H(Y \mid X) = 0` defines none."""
    entropy = _is_call(left) and left.data.function.name in ("H", "I")
    return entropy and all(map(_is_capital, left.args))


def _is_of_entropies(node: Term) -> bool:
    """Whether a node of a term is one of sums and multiples of entropies of variables."""
    if node.op == "symbol":
        return _is_capital(node)
    return _is_entropy(node) or node.op in ("add", "neg", "mul", "number")


def _is_call(left: Term) -> bool:
    return left.op == "call" and not left.data.primes


def _is_capital(name: Term) -> bool:
    return name.op == "symbol" and str(name.data.name).lstrip("\\")[:1].isupper()


def _is_word(name: Term) -> bool:
    return name.op == "symbol" and len(name.data.name) > 2 and str(name.data.name).isalpha()


_FIXING = frozenset({"neg", "inverse", "matmul", "hadamard", "pow"})
"""Operations that no program puts in the place of an array: `P = P P`, `D = D \\odot I`
say what it is."""


def _relates(statement: Term) -> bool:
    """Whether a statement is a relation of values (`A = A^T`), and no update (`w = w - g`)."""
    if statement.op != "relation":
        return False
    left, right = statement.args[:2]
    if statement.data == ("sim",):
        return right.op == "opaque" and str(right.data).startswith("distribution")
    if not _RELATING.issuperset(statement.data):
        return False
    if right.op == "transpose" and right.args[0] is left:
        return True
    if left.shape and right.op in _FIXING:
        return True
    updates = left.op in ("symbol", "entry", "label") and left in set(postorder(right))
    return not (statement.data == ("=",) and updates)


def _with_each(scope: Scope, entry: Term, home: Term) -> Scope:
    """`\\mathbf{x}_i \\in \\mathbb{R}^d` of a name that nobody declared says what each is."""
    base, *indices = entry.args
    if base.op != "symbol" or scope.declares(base.data.name) or len(indices) != 1:
        return scope
    if indices[0].op != "symbol":
        return scope
    return _with_member(scope, Symbol(f"{base.data.name}_{indices[0].data.name}"), home)


def _with_member(scope: Scope, name: Symbol, home: Term) -> Scope:
    sizes = [dimension_of(d) for d in home.args]
    shape: Shape = tuple(size for size in sizes if size is not None)
    if home.op != "space" or len(shape or ()) < len(sizes):
        return scope
    role = ("scalar", "vector", "matrix", "tensor")[min(len(shape or ()), 3)]
    domain = entry_domain(home.data) or name.domain
    found = changed(name, role=role, shape=shape, domain=domain, declared=True)
    return changed(scope, symbols={**scope.symbols, name.name: found})


def _with_equation(scope: Scope, left: Term, body: Term, conditions: tuple[Term, ...]) -> Scope:
    if (deviation := squared_deviation(left, body)) is not None:
        left, body = deviation, make("sqrt", body)
    if left.op == "entry" and left.args[0].op == "symbol":
        return with_entry(scope, left, body)
    names = _function_names(left)
    if names and left.args and distinct_symbols(left.args) and not is_value_at(left, body):
        for condition in conditions[:1]:
            body = make("piecewise", body, condition)
        made = {n: Definition(n, left.args, body) for n in names}
        return changed(scope, functions={**scope.functions, **made})
    named = left.op in ("symbol", "label") or (left.op == "prime" and left.args[0].op == "symbol")
    plain = named and not conditions
    if plain and left not in set(postorder(body)):
        return changed(scope, values={**scope.values, left: body})
    return scope


def squared_deviation(left: Term, body: Term) -> Term | None:
    r"""The \sigma of `\sigma^2 = \frac{1}{n} \sum_i (x_i - \mu)^2`, which is the root of the right
    side: nobody means a negative one. None where moments say what \sigma is."""
    if left.op != "pow" or left.args[1] is not number(2):
        return None
    base = left.args[0]
    name = base.args[0] if base.op in ("entry", "label") else base
    if name.op != "symbol" or str(name.data.name).partition("_")[0] != "\\sigma":
        return None
    return None if any(node.op == "opaque" for node in postorder(body)) else base


def _function_names(left: Term) -> tuple[str, ...]:
    if left.op == "call" and not left.data.primes:
        return (left.data.function.name,)
    row = TABLE.get(left.op)
    if row is not None:
        return (*row.macros, *row.words, *((row.letter,) if row.letter else ()))
    return ()
