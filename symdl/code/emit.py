"""From Terms to readable source: one assignment a shared sub-expression, names of our own.

`writer.py` writes each operation; here the outputs are made stable and put into a frame.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from symdl.code import sympy_entries
from symdl.code.arrays import vectorise
from symdl.code.axes import bare, needs_arrays
from symdl.code.backends import BACKENDS, NUMPY, VECTOR_C, Backend
from symdl.code.branches import guard_branches
from symdl.code.by_size import BySize, U, by_size, loses
from symdl.code.diagonals import without_diagonals
from symdl.code.emit_arrays import ARRAYS
from symdl.code.lower import lower
from symdl.code.measured import lose_in_single
from symdl.code.modules import Body, module
from symdl.code.names import fresh, identifiers
from symdl.code.quadrature import with_quadrature
from symdl.code.regions import in_regions
from symdl.code.rewrite import rewrite
from symdl.code.share import is_delicate, share
from symdl.code.shift import shift_exponentials
from symdl.code.stable import MEANING, SPELLING, SQUARES
from symdl.code.steady import steady_arguments
from symdl.code.targets import TARGETS
from symdl.code.together import bring_together
from symdl.code.whole_numbers import prepared, with_whole_numbers
from symdl.code.writer import Writer, count_uses
from symdl.document.errors import CodeError
from symdl.expression.term import Term, free_symbols


def prepare(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs in stable spelling and lowered; helpers that could share an exponential are
    written out, so that they do."""
    return finish(share(stabilised(outputs)), ())


def stabilised(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs in stable spelling: every rewrite, nothing lowered."""
    guarded = guard_branches(rewrite(outputs, MEANING))
    spelled = rewrite(guarded, MEANING + SPELLING, collect=True)
    joined = rewrite(bring_together(spelled), SQUARES)
    return in_regions(steady_arguments(shift_exponentials(joined)), outputs)


def finish(outputs: Sequence[Term], parameters: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs without index notation, lowered."""
    if needs_arrays(outputs):
        outputs = vectorise(outputs, parameters)
    return lower(outputs)


def emit(
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    backend: str = "numpy",
    name: str = "f",
    *,
    doc: Sequence[str] = (),
    defaults: Mapping[Term, str] | None = None,
    preferred: Mapping[Term, str] | None = None,
    settings: Collection[Term] = (),
    called: Sequence[str] = (),
    stable: bool = True,
    named: Mapping[str, Term] | None = None,
) -> str:
    """The source of a module with one function that computes the outputs.

    `settings` are parameters that are plain numbers (a learning rate): they are computed in
    double precision whatever the type of the arrays, and results need not have their shape.
    `called` names the results where a language names them (SymPy, C), `named` parts on the way.

    `parameters` are symbol Terms in the order of the arguments. Helpers that the function
    needs stand above it. Raises CodeError where a Term has no code on the back end or a
    free symbol is no parameter.
    """
    target = backend_named(backend)
    body = compose(
        target,
        outputs,
        parameters,
        name,
        doc=doc,
        defaults=defaults,
        preferred=preferred,
        settings=settings,
        called=called,
        stable=stable,
        named=named,
    )
    return module(target, body)


def backend_named(name: str) -> Backend:
    """The back end of a name. Raises CodeError for one that does not exist."""
    try:
        return BACKENDS[name]
    except KeyError:
        if name in TARGETS and TARGETS[name].elementwise:
            message = f"code for {name} is written for functions of numbers, not for steps"
            raise CodeError(message, hint="numpy, torch, jax and c have steps") from None
        raise CodeError(f"unknown back end {name}: one of {', '.join(BACKENDS)}") from None


def compose(
    target: Backend,
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    name: str = "f",
    *,
    doc: Sequence[str] = (),
    defaults: Mapping[Term, str] | None = None,
    preferred: Mapping[Term, str] | None = None,
    settings: Collection[Term] = (),
    called: Sequence[str] = (),
    stable: bool = True,
    named: Mapping[str, Term] | None = None,
) -> Body:
    """What the module of `emit` says, before a language gives it its frame."""
    if target.name == "c" and any(p.shape != () for p in parameters):
        raise CodeError("C code is for numbers, not for arrays", hint=ARRAYS)
    names = dict(identifiers(parameters, preferred))
    made: tuple[str, ...] = ()
    parts = named or {}
    kept: tuple[Term, ...] = ()
    wide = False
    if target.name == "sympy":
        ready: tuple[Term, ...] = tuple(outputs)
        symbols = (*parameters, *sympy_entries.bound_indices(outputs))
        names = dict(identifiers(symbols, preferred))
        made = sympy_entries.declarations(names, symbols)
    else:
        every, wide = _spelled(target, outputs, parameters, tuple(parts.values()), stable)
        if target is NUMPY and stable and not settings and not parts:
            forms = by_size(every, parameters)
            if forms is not None and not loses(forms, every, outputs, wide):
                texts = {names[p]: (defaults or {}).get(p) for p in parameters}
                whole = _by_size(forms, parameters, names, name)
                return replace(whole, arguments=texts, doc=tuple(doc), wide=wide)
        ready = _finished(target, every, parameters, stable)
        ready, kept = ready[: len(outputs)], ready[len(outputs) :]
    arguments = {names[p]: (defaults or {}).get(p) for p in parameters}
    names |= {bare(p): n for p, n in names.items()}
    writer = Writer(target, names, {*names.values(), name, "kind"}, count_uses(ready))
    writer.weak.update(settings)
    writer.hoisting = target is VECTOR_C and bool(settings)
    before = prepared(writer, ready) if target.arrays else []
    if kept:
        writer.called = dict(reversed(list(zip(kept, parts, strict=True))))
    results = [writer.write(t)[0] for t in ready]
    if not settings:
        results = [_complete(writer, t, r, parameters) for t, r in zip(ready, results, strict=True)]
    apart = {*settings, *(p for p in parameters if names[p] in writer.apart)}
    floating = [names[p] for p in parameters if p not in apart]
    body = Body(name, arguments, floating, writer.lines, results, tuple(doc), made, called, wide)
    return replace(body, stepping=bool(settings), before=before)


def _by_size(
    forms: BySize, parameters: Sequence[Term], names: Mapping[Term, str], name: str
) -> Body:
    """The body of a function that computes moderate and extreme elements apart."""
    taken = {*names.values(), name, "kind"}
    (size,) = finish((forms.size,), parameters)
    outer = Writer(NUMPY, names, taken, count_uses((size,)))
    measure = outer.write(size)[0]
    given = dict(names)
    if forms.size not in names:
        given[U] = fresh("u", taken)
        measure = outer.assign(size, measure)
    passed = [*names.values(), *([measure] if U in given else [])]
    parts = []
    for word, terms in (("near", forms.near), ("far", forms.far)):
        ready = finish(terms, [*parameters, U])
        own = fresh(f"{name}_{word}", taken)
        writer = Writer(NUMPY, given, {*given.values(), own, "kind"}, count_uses(ready))
        texts = [writer.write(t)[0] for t in ready]
        parts.append(Body(own, dict.fromkeys(given.values()), [], writer.lines, texts, ()))
    call = f"_by_size({', '.join([*(p.name for p in parts), str(forms.most), measure, *passed])})"
    results = [fresh("t1", taken) for _ in forms.near]
    lines = [*outer.lines, (f"{', '.join(results)} = {call}", "")]
    return Body(name, {}, list(names.values()), lines, results, (), parts=parts)


def _spelled(
    target: Backend,
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    parts: tuple[Term, ...],
    stable: bool,
) -> tuple[tuple[Term, ...], bool]:
    """Outputs and parts on the way in stable spelling, and whether single precision is computed in
    double."""
    if target.name == "numpy":
        outputs = with_quadrature(outputs, prepare)
    every = (*outputs, *parts)
    every = stabilised(every) if stable else every
    if target.arrays:
        every = without_diagonals(every)
    wide = elementwise(outputs, parameters) and (
        is_delicate(every) or (stable and lose_in_single(every[: len(outputs)], outputs))
    )
    return every, wide


def _finished(
    target: Backend, every: tuple[Term, ...], parameters: Sequence[Term], stable: bool
) -> tuple[Term, ...]:
    """What is in stable spelling as it is written."""
    sharing = target.name != "c"  # a C compiler sees into the helpers and shares by itself
    every = finish(share(every) if stable and sharing else every, parameters)
    return with_whole_numbers(every) if target.arrays else every


def elementwise(outputs: Sequence[Term], parameters: Sequence[Term]) -> bool:
    """Whether each element of the results depends on the same element of the arguments only."""
    return all(p.shape == () for p in parameters) and not needs_arrays(outputs)


def _complete(w: Writer, term: Term, text: str, parameters: Sequence[Term]) -> str:
    """A result in the shape of all parameters, also where it does not depend on them."""
    scalars = all(p.shape == () for p in parameters)
    shaped = [p for p in parameters if p not in w.weak and w.names[p] not in w.apart]
    if not shaped or not scalars or free_symbols(term) >= set(shaped):
        return text
    return w.backend.like.format(text, ", ".join(w.names[p] for p in shaped))
