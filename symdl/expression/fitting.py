"""The most general sizes with which arrays of unknown size fit together.

`\\nabla_x \\lVert Ax - b\\rVert^2` declares nothing, and yet A is an m by n matrix, x has n entries
and b has m: the notation says so. Each unknown array gets a size of its own per axis; what is
multiplied, added or equated makes sizes one (unification); what then is still apart gets a name.
A claim proved for these sizes holds for all sizes that fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from symdl.document.errors import ShapeError
from symdl.expression.conventions import COUNT, DOMAINS
from symdl.expression.dimensions import added, is_written, multiplied, names_in
from symdl.expression.fits import Fit, Joined, Unfit, is_bold
from symdl.expression.scope import Definition, Scope
from symdl.expression.shared_indices import share_indices
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Term, make, postorder, symbol
from symdl.expression.term import replace as replaced
from symdl.expression.unification import ROLES, measure

NAMES = ("m", "n", "k", "d", "p", "q", "r", "s", "u", "v")
ROUNDS = 6


def fitting(terms: Iterable[Term], scope: Scope, sequences: bool = False) -> dict[Term, Term]:
    """For each undeclared array of unknown size in the terms, and in the definitions they use,
    the same name with named sizes; empty where there is none or they do not fit. sequences: names
    with an undeclared index of time are vectors too."""
    try:
        equations = _equations(terms, scope)
    except ShapeError:  # what is defined does not fit what is declared
        return {}
    names = {node for term in equations for node in postorder(term) if node.op == "symbol"}
    ranks = {name: ROLES.index(name.data.role) for name in names if _is_open(name)}
    ranks |= {name: 2 for name in _summed(equations) if _is_bare_sequence(name, scope)}
    if sequences:
        ranks |= {name: _rank(name) for name in names if _is_bare_sequence(name, scope)}
    if not ranks and not any(map(has_bare_arrays, equations)):
        return {}
    sides, alike = _sides(equations, scope), _alike(equations)
    for _ in range(ROUNDS):
        fit = Fit(ranks, sides, alike)
        try:
            for equation in equations:
                share_indices(equation, fit, measure(equation, fit))
        except Unfit:
            return {}
        if not fit.wanted:
            return _named(fit, names) if _is_held(fit) else {}
        ranks = {**ranks, **fit.wanted}
    return {}


def _is_open(name: Term) -> bool:
    return name.shape is None and name.data.role in ("vector", "matrix")


def _is_bare_sequence(name: Term, scope: Scope) -> bool:
    """Whether a name is taken for a sequence by its index alone, and nothing defines its steps."""
    known = name.data.name in scope.recurrences or scope.declares(name.data.name)
    spelled = name.data.name.partition("{")[2] if is_bold(name) else name.data.name
    matrices = _has_members(name) and spelled.lstrip("\\")[:1].isupper()
    return name.data.role == "sequence" and not name.shape and not known and not matrices


def _summed(equations: Iterable[Term]) -> set[Term]:
    """The sequences in bold whose members are summed, `\\sum_i \\mathbf{x}_i`: they are rows. What
    is taken a step before, `\\mathbf{h}_{t-1}`, stays a sequence."""
    nodes = {node for term in equations for node in postorder(term)}
    entries = {node for node in nodes if node.op == "entry" and node.args[0].op == "symbol"}
    running = {node.args[0] for node in nodes if node.op == "sum"}
    found = {e.args[0] for e in entries if e.args[1] in running}
    stepped = {e.args[0] for e in entries if len(e.args) != 2 or e.args[1].op != "symbol"}
    return {name for name in found - stepped if is_bold(name)}


def _rank(sequence: Term) -> int:
    """The axes of a sequence: its members in bold, `\\mathbf{x}_i`, or beside arrays are rows."""
    return 2 if _has_members(sequence) else 1


def _has_members(sequence: Term) -> bool:
    """Whether the members of a sequence are arrays: in bold, or of unknown size."""
    return is_bold(sequence) or sequence.shape is None


def _sides(equations: Sequence[Term], scope: Scope) -> frozenset[Term]:
    """The undeclared letters read as numbers that stand nowhere but alone on a side."""
    nodes = {node for term in equations for node in postorder(term)}
    inside = {a for node in nodes if node.op != "relation" for a in node.args}
    return frozenset(
        node
        for node in nodes - inside
        if node.op == "symbol" and node.data.role == "scalar" and not scope.declares(node.data.name)
    )


def _alike(equations: Iterable[Term]) -> frozenset[Term]:
    """The names that stand with one label only: all the samples `x^{(i)}` have one size, the layers
    `a^{(l)}` and `a^{(l-1)}` need not."""
    labels: dict[Term, set[Term]] = {}
    for term in equations:
        for node in postorder(term):
            if node.op == "label":
                labels.setdefault(node.args[0], set()).add(node.args[1])
    return frozenset(name for name, found in labels.items() if len(found) == 1)


def has_bare_arrays(term: Term) -> bool:
    """Whether a `\\mathbf{1}` or an `I` of unknown size stands in a term."""
    return any(is_bare(node) for node in postorder(term))


def is_bare(node: Term) -> bool:
    """Whether a node is a `\\mathbf{1}` or an `I` whose size is not written."""
    return node.op in ("ones", "identity") and not node.args


def _equations(terms: Iterable[Term], scope: Scope) -> list[Term]:
    """The terms, and the definitions of what stands in them as equations, all that is reached."""
    found: dict[Term, None] = {}
    waiting = [*terms, *scope.hypotheses]
    while waiting:
        term = waiting.pop()
        if term in found:
            continue
        found[term] = None
        for node in postorder(term):
            if node in scope.values:
                waiting.append(make("relation", node, scope.values[node], data=("=",)))
            elif node.op == "entry" and node.args[0].op == "symbol":
                told = scope.entries.get(node.args[0].data.name)
                if told is not None and len(told.parameters) == len(node.args) - 1:
                    entry = make("entry", node.args[0], *told.parameters)
                    waiting.append(make("relation", entry, told.body, data=("=",)))
            elif node.op == "call" and node.data.function.name in scope.functions:
                known = scope.functions[node.data.function.name]
                waiting.append(make("relation", node, known.body, data=("=",)))
                pairs = zip(node.args, known.parameters, strict=False)
                waiting += [make("relation", a, p, data=("=",)) for a, p in pairs if a is not p]
    return list(reversed(found))


def _is_held(fit: Fit) -> bool:
    """Whether each `\\mathbf{1}` and `I` has its size from an array, not from another of them."""
    arrays = [axes for node, axes in fit.axes.items() if node.op == "symbol"]
    held = {fit.root(size) for axes in arrays for size in axes}
    bare = [fit.root(axes[0]) for node, axes in fit.axes.items() if node.op != "symbol"]
    return all(size in held or isinstance(size, int | str) for size in bare)


def _named(fit: Fit, names: Iterable[Term]) -> dict[Term, Term]:
    """The table from each open name to the same with its sizes."""
    taken = {str(name.data.name) for name in names}
    taken |= names_in(d for name in names for d in name.shape or ())
    open_ = {part for axes in fit.axes.values() for size in axes for part in _parts(fit, size)}
    single = sum(not isinstance(size, int | str) for size in open_) == 1
    free = _free(taken, NAMES[1:] if single else NAMES)
    sizes: dict[object, Dim] = {}
    table = {}
    for name, axes in sorted(fit.axes.items(), key=lambda entry: _spelled(entry[0])):
        shape: list[Dim] = []
        for size in map(fit.root, axes):
            for part in _parts(fit, size):
                if not isinstance(part, int | str) and part not in sizes:
                    sizes[part] = next(free)
            shape.append(_size(fit, size, sizes))
        if name.op != "symbol":
            table[name] = make(name.op, _dimension(shape[0]))
            continue
        role = ROLES[len(shape)]
        table[name] = make("symbol", data=replace(name.data, role=role, shape=tuple(shape)))
    return table


def _parts(fit: Fit, size: object) -> Iterator[object]:
    """The sizes that a size is put together of: itself, mostly."""
    size = fit.root(size)
    if not isinstance(size, Joined):
        yield size
        return
    for part in size.parts:
        yield from _parts(fit, part)


def _size(fit: Fit, size: object, named: Mapping[object, Dim]) -> Dim:
    """A size by its names."""
    size = fit.root(size)
    if isinstance(size, Joined):
        parts = [_size(fit, part, named) for part in size.parts]
        return multiplied(*parts) if size.pairs else added(*parts)
    return size if isinstance(size, int | str) else named[size]


def _spelled(node: Term) -> tuple[bool, str]:
    return node.op != "symbol", str(node.data.name if node.op == "symbol" else node.data)


def _dimension(size: Dim) -> Term:
    if isinstance(size, int) or is_written(size):
        return as_term(size)
    return symbol(size, domain=DOMAINS.get(size, COUNT))


def _free(taken: set[str], usual: Sequence[str]) -> Iterator[str]:
    yield from (name for name in usual if name not in taken)
    count = 1
    while True:
        if (name := f"n_{count}") not in taken:
            yield name
        count += 1


# --- the same in a scope ----------------------------------------------------------------------


def with_fitting_sizes(term: Term, scope: Scope, sequences: bool = False) -> tuple[Term, Scope]:
    """A term and its scope with sizes for the arrays of unknown size; both as they are where none
    fit."""
    known = all(node.shape is not None for node in postorder(term)) and not scope.values
    if known and not sequences:
        return term, scope
    table = fitting((term,), scope, sequences)
    if not table:
        return term, scope
    try:
        return replaced(term, table), fitted_scope(scope, table)
    except ShapeError:
        return term, scope


def fitted_scope(scope: Scope, table: Mapping[Term, Term]) -> Scope:
    """The scope with the names of the table replaced wherever they stand."""

    def definition(found: Definition) -> Definition:
        own = {k: v for k, v in table.items() if v.op == "symbol" or k not in found.parameters}
        parameters = tuple(replaced(p, own) for p in found.parameters)
        return replace(found, parameters=parameters, body=replaced(found.body, own))

    names = (new.data for new in table.values() if new.op == "symbol")
    before = {name: known.declared for name, known in scope.symbols.items()}
    named = {str(n.name): replace(n, declared=before.get(n.name, False)) for n in names}
    return replace(
        scope,
        symbols={**scope.symbols, **named},
        functions={name: definition(found) for name, found in scope.functions.items()},
        values={replaced(k, table): replaced(v, table) for k, v in scope.values.items()},
        entries={name: definition(found) for name, found in scope.entries.items()},
        recurrences={name: definition(found) for name, found in scope.recurrences.items()},
        hypotheses=tuple(replaced(h, table) for h in scope.hypotheses),
    )
