"""What an operation is once its arguments are written out, and what definitions bring along."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.derivation import arrays
from symdl.derivation.array_functions import BINARY, UNARY, norm
from symdl.derivation.arrays import Components, as_components, is_literal
from symdl.derivation.forward import differentiate
from symdl.derivation.gradient import gradient
from symdl.derivation.numbers import holds, integer
from symdl.document.errors import DeriveError
from symdl.expression.dimensions import is_written
from symdl.expression.numerals import ONE, ZERO
from symdl.expression.operators import LETTERS, MACROS, TABLE, WORDS
from symdl.expression.printer import plain
from symdl.expression.scope import Definition, Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, postorder, rebuild, replace, symbol
from symdl.expression.vocabulary import NAMES


def applied(node: Term, args: Sequence[Term]) -> Term:
    """The operation of `node` on written-out arguments; computed where they are literals."""
    op = node.op
    if not any(map(is_literal, args)):
        return rebuild(node, tuple(args))
    found = [as_components(a) for a in args]
    known = [a for a in found if a is not None]
    if len(known) < len(found):
        return rebuild(node, tuple(args))
    if op in ("max", "min") and len(known) == 1:
        return make(op, *known[0].entries)
    if op in TABLE or op == "hadamard":
        name = "mul" if op == "hadamard" else op
        return arrays.elementwise(name, known, node.data).term
    if op in UNARY:
        return UNARY[op](known[0]).term
    if op in BINARY:
        result = known[0]
        for right in known[1:]:
            result = BINARY[op](result, right)
        return result.term
    if op == "concat":
        return arrays.concat(known, node.data or -1).term
    if op in ("slice", "unvec"):
        ends = [n for n in map(integer, args[1:]) if n is not None]
        if len(ends) < len(args) - 1:
            return rebuild(node, tuple(args))
        if op == "unvec":
            return arrays.unvec(known[0], *ends).term
        return arrays.part(known[0], node.data, ends).term
    if op == "norm":
        return norm(known[0], node.data)
    return rebuild(node, tuple(args))


def jacobian(body: Term, variables: Term) -> Term:
    """The derivative of every entry of `body` in every entry of `variables` (or in the one
    variable), with the axes of `body` first."""
    outputs = as_components(body)
    inputs = as_components(variables)
    if outputs is None or inputs is None:
        raise DeriveError("the derivative of an array needs its sizes")
    if not inputs.shape:
        entries = tuple(differentiate(e, variables).result for e in outputs.entries)
        return Components(outputs.shape, entries).term
    arrays.check_count(len(outputs.entries) * len(inputs.entries))
    rows: list[Term] = []
    for e in outputs.entries:
        partials = gradient(e, inputs.entries).partials
        rows.extend(partials[v] for v in inputs.entries)
    shape = inputs.shape if not outputs.shape else outputs.shape + inputs.shape
    return Components(shape, tuple(rows), inputs.row and not outputs.shape).term


def picked(array: Term, indices: Sequence[Term]) -> Term:
    """An entry (or a part) of a written-out array; left as it is for symbolic indices."""
    numbers = [integer(i) for i in indices]
    found = as_components(array)
    places = tuple(n - 1 for n in numbers if n is not None)
    if found is None or not found.shape or len(places) < len(numbers):
        return make("entry", array, *indices)
    if found.row and len(places) == 1:
        places = (0, *places)
    if len(places) > len(found.shape) or any(
        not 0 <= i < size for i, size in zip(places, found.shape, strict=False)
    ):
        written = ", ".join(str(i + 1) for i in places)
        raise DeriveError(f"entry {written} of an array of shape {found.shape}: there is none")
    return found.part(places).term


def decided(condition: Term) -> bool | None:
    """Whether a written-out condition holds; None while it depends on something."""
    verdict = holds(condition)
    if verdict is None and condition.op == "relation" and len(set(condition.args)) == 1:
        atomic = condition.args[0].op in ("symbol", "number")
        return True if atomic and set(condition.data) <= {"=", "<=", ">="} else None
    return verdict


def replace_free(term: Term, variable: Term, value: Term) -> Term:
    """`term` with a symbol or an entry replaced by a value, without capture."""
    if variable.op == "symbol":
        return substitute(term, {variable: value})
    return replace(term, {variable: value})


def joined(op: str, parts: list[Term]) -> Term:
    if len(parts) == 1:
        return parts[0]
    if any(map(is_literal, parts)):
        found = [a for p in parts if (a := as_components(p)) is not None]
        if len(found) == len(parts):
            return arrays.elementwise(WRITTEN_OUT[op], found).term
    if not parts and op in ("max_over", "min_over"):
        raise DeriveError("the maximum of nothing")
    if not parts:
        return ZERO if op == "sum" else ONE
    return make(WRITTEN_OUT[op], *parts)


WRITTEN_OUT = {"sum": "add", "product": "mul", "max_over": "max", "min_over": "min"}


def function_named(name: str, scope: Scope) -> Definition | None:
    """The definition of a function: of the scope, else of the formula library, else, unless
    somebody declared the name, the operator of that name (`\\sigma'(x)`)."""
    found = scope.functions.get(name)
    if found is None and scope.outer is not None:
        found = scope.outer(name)
    return _operator_named(name) if found is None and not scope.declares(name) else found


def _operator_named(name: str) -> Definition | None:
    row = MACROS.get(name) or WORDS.get(name) or LETTERS.get(name)
    if row is None or row.arity is None:
        return None
    parameters = tuple(symbol(f"u_{i + 1}") for i in range(row.arity))
    return Definition(name, parameters, make(row.name, *parameters))


def as_array(key: Term, value: Term) -> Term:
    """The value of a declared vector written as a tuple: x = (1, 2, 3)."""
    return make("vector", *value.args) if value.op == "tuple" and key.shape else value


def is_constant(term: Term) -> bool:
    return term.op == "symbol" and term.data.role in ("constant", "index")


def short(term: Term) -> str:
    """A term for a message, cut where it is long."""
    text = plain(term)
    return text if len(text) <= 60 else text[:57] + "..."


def require_dependence(body: Term, variable: Term) -> None:
    """Refuse `dL/dw` where nothing says how L depends on w.

    A name without a definition may depend on anything: that its derivative is 0 is not
    known. Raises DeriveError when the variable does not occur beside such names.
    """
    names = free_symbols(body)
    base = variable.args[0] if variable.op == "entry" else variable
    open_names = sorted((n for n in names if not is_constant(n)), key=short)
    if base in names or not open_names:
        return
    name = short(body if body.op in NAMES else open_names[0])
    raise DeriveError(
        f"{name} is not defined here, so its derivative is not known: "
        f"state what it is (given {name} = ...)"
    )


def refuse_open_calls(body: Term) -> None:
    """Refuse the derivative of an unknown function of an array: whether its value is a number, or
    it works entry by entry, is not known. Raises DeriveError."""
    for node in postorder(body):
        if node.op == "call" and any(a.shape for a in node.args):
            name = node.data.function.name
            raise DeriveError(
                f"{name} is not defined here, so its derivative at an array is not known: "
                f"state what it is (given {name}(x) = ...)"
            )


def fresh_index(index: Term, taken: frozenset[Term]) -> Term:
    """An index like `index` with a name that nothing in `taken` has."""
    data = index.data
    names = {t.data.name for t in taken if t.op == "symbol"}
    numbered = (f"{data.name}_{{\\text{{b{i}}}}}" for i in range(1, len(names) + 2))
    for name in (*"kjilmpqr", *numbered):
        if name not in names and name != data.name:
            return symbol(name, data.role, data.shape, data.domain)
    raise AssertionError("one of so many names is free")


def names_in(scope: Scope) -> frozenset[Term]:
    """The symbols that some definition could bring under a bound index."""
    names: set[Term] = set()
    for value in scope.values.values():
        names |= free_symbols(value)
    for table in (scope.functions, scope.entries, scope.recurrences):
        for found in table.values():
            names |= free_symbols(found.body) - set(found.parameters)
    return frozenset(names)


def inferred_sizes(scope: Scope) -> dict[str, int]:
    """Sizes that follow from the values of declared arrays: x of shape (n,) = (1, 2, 3)."""
    sizes: dict[str, int] = {}
    for key, value in scope.values.items():
        if key.op != "symbol" or not key.data.shape:
            continue
        found = as_components(as_array(key, value))
        if found is None or len(found.shape) != len(key.data.shape):
            continue
        for name, size in zip(key.data.shape, found.shape, strict=True):
            if not isinstance(name, str) or is_written(name):
                continue
            if sizes.setdefault(name, size) != size:
                raise DeriveError(f"the values given make {name} both {sizes[name]} and {size}")
    return sizes
