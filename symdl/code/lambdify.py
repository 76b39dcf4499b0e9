"""Terms as callables: arrays in, arrays out, in the floating-point type of the input."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from symdl.code.backends import NUMPY, VECTOR_C
from symdl.code.branches import settle_kinks
from symdl.code.emit import compose, elementwise, emit
from symdl.code.known_axes import refuse_unknown_axes
from symdl.code.modules import loaded, module
from symdl.code.names import identifiers
from symdl.code.normal import rational
from symdl.code.rewrite import rewrite
from symdl.code.stable import MEANING
from symdl.document.errors import CodeError
from symdl.expression.term import Term

KINK_NOTE = (
    "At a kink the derivative is the one-sided value of the last branch that touches it "
    "(0 for ReLU and |x|)."
)
Value = Term | int | float | Fraction


@dataclass(frozen=True)
class Function:
    """A compiled Term. `source` is the module it runs; `parameters` are its argument names.

    Call it with positions or names; what has a default may be left out. Python numbers in
    give Python numbers out, arrays broadcast, float32 stays float32.
    """

    source: str
    parameters: tuple[str, ...]
    backend: str
    name: str
    _run: Callable[..., Any] = field(repr=False, compare=False)
    _spelled: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    _quick: Callable[..., Any] | None = field(init=False, repr=False, compare=False)
    _defaults: tuple[float | None, ...] = field(init=False, repr=False, compare=False)
    _words: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    """The name of each parameter, and its name in the mathematics."""

    def __post_init__(self) -> None:
        texts = getattr(self._run, "arguments", {})
        spelled = {n: word for word, n in self._spelled.items()}
        defaults = tuple(float(texts[n]) if texts.get(n) else None for n in self.parameters)
        object.__setattr__(self, "_defaults", defaults)
        words = tuple((n, spelled.get(n, n)) for n in self.parameters)
        object.__setattr__(self, "_words", words)
        object.__setattr__(self, "_quick", getattr(self._run, "at_once", None))

    @property
    def unset(self) -> tuple[str, ...]:
        """The parameters without a default."""
        known = getattr(self._run, "arguments", None)
        if known is None:
            found = inspect.signature(self._run).parameters
            known = {n: p.default for n, p in found.items() if p.default is not p.empty}
        return tuple(n for n in self.parameters if known.get(n) is None)

    def _placed(self, args: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """All arguments in order, defaults filled in; none at all where they do not fit."""
        values: list[Any] = [*args, *self._defaults[len(args) :]]
        found = int("out" in named)
        for place in range(len(args), len(self._words)):
            name, word = self._words[place]
            key = name if name in named else word
            if key in named:
                values[place] = named[key]
                found += 1
        return tuple(values) if found == len(named) else ()

    def __call__(self, *args: Any, **named: Any) -> Any:
        """The value, or the tuple of values where derivatives were asked for."""
        if self._quick is not None:
            out = named.get("out") if named else None
            if len(named) > (out is not None):
                placed = self._placed(args, named)
            else:
                placed = args + self._defaults[len(args) :]
            made = self._quick(placed, out)
            if made is not None:
                return made
        given = {self._spelled.get(key, key): value for key, value in named.items()}
        for a in args:
            if a is None:
                raise TypeError("None is no number: a number or an array of numbers is needed")
            if type(a).__module__ not in _AT_HOME and self.backend in ("numpy", "c"):
                from symdl.code.elsewhere import elsewhere, is_foreign

                if is_foreign(a):
                    return elsewhere(self._run, args, given)
        result = self._run(*args, **given)
        if self.backend not in ("numpy", "c"):
            return result
        results = result if type(result) is tuple else (result,)
        for r in results:
            if not getattr(r, "ndim", 1):
                break
        else:
            return result
        plain = all(type(v) in (int, float) for v in (*args, *named.values()))
        scalars = tuple(_scalar(r, plain) for r in results)
        return scalars if type(result) is tuple else scalars[0]


def _scalar(value: Any, plain: bool) -> Any:
    """A 0-dimensional result as a number: Python's own where only Python numbers came in."""
    if getattr(value, "ndim", 1) != 0:
        return value
    value = value[()]
    return value.item() if plain else value


def lambdify(
    term: Term,
    parameters: Sequence[Term],
    backend: str = "numpy",
    derivative: Term | Sequence[Term] | None = None,
    *,
    name: str = "f",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> Function:
    """A callable for a closed Term, in stable spelling.

    With `derivative`, a symbol or several, it returns (value, derivative, ...), shared work
    once. Raises CodeError where the back end has no code, DeriveError where there is no
    derivative.

    >>> from symdl.expression.term import make, symbol
    >>> x = symbol("x")
    >>> f = lambdify(1 / (1 + make("exp", -x)), [x], derivative=x)
    >>> f(0.0)
    (0.5, 0.25)
    """
    outputs, notes = with_derivatives(term, derivative)
    doc = (*doc, *notes)
    return lambdify_all(
        outputs, parameters, backend, name=name, doc=doc, defaults=defaults, preferred=preferred
    )


def lambdify_all(
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    backend: str = "numpy",
    *,
    name: str = "f",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
    settings: Collection[Term] = (),
    named: Mapping[str, Term] | None = None,
) -> Function:
    """A callable that returns several Terms as a tuple (one alone as itself); `named` are parts
    of them that keep their names in the source."""
    texts = {s: default_text(v) for s, v in (defaults or {}).items()}
    if backend in ("numpy", "c") and not settings:
        of_rows = _by_rows(outputs, parameters, backend, name, doc, texts, preferred, named)
        if of_rows is not None:
            return of_rows
    if backend == "c":
        return _native(outputs, parameters, name, doc, texts, preferred, settings)
    source = emit(
        outputs,
        parameters,
        backend,
        name,
        doc=doc,
        defaults=texts,
        preferred=preferred,
        settings=settings,
        named=named,
    )
    function = compile_source(source, parameters, backend, name, preferred)
    if backend == "numpy" and parameters and elementwise(outputs, parameters):
        from symdl.code.blocks import Blocked

        arguments = {n: texts.get(s) for s, n in identifiers(parameters, preferred).items()}
        return replace(
            function, _run=Blocked(function._run, arguments, len(outputs), bool(settings))
        )
    return function


def _by_rows(
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    backend: str,
    name: str,
    doc: Sequence[str],
    defaults: Mapping[Term, str],
    preferred: Mapping[Term, str] | None,
    named: Mapping[str, Term] | None,
) -> Function | None:
    """A function of vectors that runs along the last axis; None for what is none."""
    if not any(p.shape for p in parameters):
        return None
    from symdl.code.emit_rows import compose_rows
    from symdl.code.row_blocks import RowBlocks

    known: dict[str, Any] = {"doc": doc, "defaults": defaults, "preferred": preferred}
    made = compose_rows(outputs, parameters, name, named=named, **known)
    if made is None:
        return None
    plain = compile_source(module(NUMPY, made.body), parameters, "numpy", name, preferred)
    run = RowBlocks(plain._run, made.body.arguments, made.vectors, made.entries)
    if backend == "numpy":
        return replace(plain, _run=run)
    from symdl.code.native.kinds import ARRAY, NUMBER
    from symdl.code.native.row_source import rows_source
    from symdl.code.native.rows import NativeRows

    kinds = "".join(ARRAY if vector else NUMBER for vector in made.vectors)
    source = rows_source(made, kinds, "d")
    return replace(plain, source=source, backend="c", _run=NativeRows(made, run))


def _native(
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    name: str,
    doc: Sequence[str],
    defaults: Mapping[Term, str],
    preferred: Mapping[Term, str] | None,
    settings: Collection[Term],
) -> Function:
    """A compiled function; its source is the C of its loop over arrays of doubles."""
    from symdl.code.native.call import Native
    from symdl.code.native.kinds import ARRAY
    from symdl.code.native.source import kernel_source

    known: dict[str, Any] = {"doc": doc, "defaults": defaults, "preferred": preferred}
    body = compose(VECTOR_C, outputs, parameters, name, settings=settings, **known)
    text = emit(outputs, parameters, "numpy", name, settings=settings, **known)
    reference = compile_source(text, parameters, "numpy", name, preferred)
    source = kernel_source(body, ARRAY * len(parameters), "d")
    names = identifiers(parameters, preferred)
    spelled = {s.data.name: n for s, n in names.items()}
    native = Native(body, reference._run)
    return Function(source, tuple(names.values()), "c", name, native, spelled)


def with_derivatives(
    term: Term, derivative: Term | Sequence[Term] | None
) -> tuple[tuple[Term, ...], tuple[str, ...]]:
    """The Term and its derivatives, and remarks on them for the doc string.

    Known functions are recognised first: the derivative of `tanh(x)` is shorter and more
    stable than that of its quotient of exponentials. Raises CodeError for matrix operations
    on names of unknown shape.
    """
    refuse_unknown_axes((term,))
    if derivative is None:
        return (term,), ()
    from symdl.derivation.differentiate import differentiate

    (known,) = rewrite((term,), MEANING)
    wanted = (derivative,) if isinstance(derivative, Term) else tuple(derivative)
    found = [differentiate(known, v) for v in wanted]
    slopes = settle_kinks([d.result for d in found])
    return (known, *slopes), (KINK_NOTE,) if any(d.kinks for d in found) else ()


def compile_source(
    source: str,
    parameters: Sequence[Term],
    backend: str,
    name: str,
    preferred: Mapping[Term, str] | None = None,
) -> Function:
    """The Function of a module that `emit` wrote; nothing else may be given here."""
    try:
        space = loaded(source, name)
    except ModuleNotFoundError as error:
        message = f"code for {backend} cannot run here: {error}"
        hint = f"install {backend}, or take the back end numpy; the text alone needs no library"
        raise CodeError(message, hint=hint, code="no-library") from None
    names = identifiers(parameters, preferred)
    spelled = {s.data.name: n for s, n in names.items()}
    return Function(source, tuple(names.values()), backend, name, space[name], spelled)


def default_text(value: Value) -> str:
    """A number as the source of a default value."""
    exact = rational(value) if isinstance(value, Term) else Fraction(value)
    if exact is None:
        raise CodeError(f"a default must be a number, not {value!r}")
    return repr(int(exact)) if exact.denominator == 1 else repr(float(exact))


_AT_HOME = frozenset({"builtins", "numpy"})
"""Modules of types that the functions take as they are."""
