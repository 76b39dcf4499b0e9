"""What people hold in Python: expressions that derive, run and display (formulas: `formula.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from symdl.document.errors import DeriveError, ReadError
from symdl.document.source import Source
from symdl.expression import printer
from symdl.expression.conventions import Applied
from symdl.expression.fitting import has_bare_arrays, with_fitting_sizes
from symdl.expression.reading import Reading
from symdl.expression.reading import read as read_source
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.symbols import canonical_name
from symdl.expression.term import Shape, Term, free_symbols
from symdl.faces.coded import called, coded, exported, lambdified
from symdl.faces.derived import derived
from symdl.faces.slopes import several
from symdl.faces.written_out import whole
from symdl.library.given import scope_of
from symdl.library.understood import read_key

if TYPE_CHECKING:
    from fractions import Fraction

    from symdl.code.lambdify import Function
    from symdl.derivation.differentiate import Kink, Step
    from symdl.derivation.matrix.backward import Backward
    from symdl.derivation.matrix.by_entries import Axes
    from symdl.derivation.matrix.lines import Line
    from symdl.faces.evaluation import Value


def read(
    latex: str,
    symbols: Mapping[str, str] | None = None,
    given: Iterable[str] = (),
) -> Expression:
    """Read a line of LaTeX: an expression or a statement.

    symbols declares (`{"x": "real > 0", "W": "matrix(m, n)"}`), given are statements that
    hold. Raises ReadError where reading stops.

    >>> read("x^2 + 1").derivative("x").latex
    '2x'
    """
    scope = scope_of(given, symbols, latex)
    reading = read_source(Source("<latex>", latex), scope)
    found = Expression(reading.term, scope, reading=reading)
    return found.sized() if has_bare_arrays(reading.term) else found


@dataclass(frozen=True, slots=True)
class Expression:
    """A Term with the scope it stands in.

    `steps` are those of the derivation that made it (empty if it was read), `reading` is how
    it was read, `left` what it is called (the left side of its equation), `arguments` names
    symbols in code (default: a name made from the LaTeX) and `defaults` gives parameters a
    value when a call leaves them out. `axes`: where the term is an entry of an array, the index of
    each axis in order, with its size. `slope_of`: what was differentiated, and in which array.
    """

    term: Term
    scope: Scope
    steps: Sequence[Step | Line] = ()
    kinks: tuple[Kink, ...] = ()
    reading: Reading | None = None
    left: Term | None = None
    arguments: Mapping[Term, str] = field(default_factory=dict)
    defaults: Mapping[Term, Term] = field(default_factory=dict)
    axes: Axes = ()
    slope_of: tuple[Expression, str] | None = None

    @property
    def sympy(self) -> Any:
        """The SymPy object (an equation for an equation)."""
        from symdl.expression.sympy_bridge import to_sympy

        return to_sympy(self.term)

    @property
    def latex(self) -> str:
        """LaTeX in the author's order and form; it reads back to the same."""
        return printer.latex(self.term)

    @property
    def shape(self) -> Shape:
        """Dimensions in order: () for a scalar, None where they are not known."""
        return self.term.shape

    @property
    def free(self) -> tuple[str, ...]:
        """The names of the free symbols, sorted."""
        return tuple(sorted(symbol.data.name for symbol in free_symbols(self.term)))

    @property
    def conventions(self) -> tuple[Applied, ...]:
        """The conventions that reading it used."""
        return self.reading.conventions if self.reading is not None else ()

    @property
    def right(self) -> Expression:
        """What an equation says of its left side; an expression itself."""
        if self.term.op != "relation" or self.term.data[0] not in ("=", ":=", "equiv", "approx"):
            return self
        return replace(self, term=self.term.args[1], left=self.term.args[0], reading=None)

    def expanded(self) -> Expression:
        """Definitions, calls and derivative notation written out."""
        from symdl.derivation.expand import expand

        return replace(self, term=expand(self.term, self.scope), reading=None)

    def derivative(self, variable: str) -> Expression:
        """The derivative in a symbol or an entry (`x_i`), with its `steps`.

        An equation is differentiated on its right side. Raises DeriveError if there is no
        derivative.

        >>> read("L = (y - wx)^2").derivative("w").steps
        ∂L/∂w
           = ∂/∂w [(y - wx)^2]          as given
           = 2(y - wx) ∂/∂w [y - wx]    chain rule (outer function: power)
           = 2(y - wx)(-∂/∂w [wx])      sum rule (constant summands have derivative 0)
           = 2(y - wx)(-x)              constant multiple rule
           = -2x(y - wx)                simplify
        """
        return derived(self, variable)

    def sized(self, sequences: bool = False) -> Expression:
        """With the sizes that fit for arrays that nobody declared; sequences: names with an index
        of time are arrays too."""
        term, scope = with_fitting_sizes(self.term, self.scope, sequences)
        known = term is self.term and scope is self.scope
        return self if known else replace(self, term=term, scope=scope)

    def array(self, variable: str) -> Term | None:
        """The declared array that a variable is, None for anything else."""
        try:
            key = read_key(Source("<variable>", variable), self.scope)
        except ReadError:
            return None
        return key if key.op in ("symbol", "label") and key.shape else None

    def lambdify(
        self,
        backend: str = "numpy",
        derivative: str | Sequence[str] | None = None,
        parameters: Sequence[str] | None = None,
    ) -> Function:
        """A function of arrays; its `source` is the code it runs.

        With derivative= (a variable, several, or "all": of a number all arrays, then all numbers
        without a default) it returns the value and then each derivative, in the shape of its
        variable where that is an array; shared work is done once. The
        parameters are the free symbols: declared ones in the order of declaration, then the
        others by name. An index (`i` of `x_i`) becomes an axis of the result, and a size is
        read off the arrays: they are no parameters.
        """
        return lambdified(self, backend, derivative, parameters)

    def export(
        self,
        to: str,
        derivative: str | Sequence[str] | None = None,
        name: str = "f",
        *,
        differentiable: bool = False,
    ) -> str:
        """A module for one of the `TARGETS` of `code/targets.py`, an ONNX graph, or text for SymPy
        or LaTeX.

        derivative: as of `lambdify`. differentiable: a function of PyTorch or JAX with the
        closed form as its derivative.
        """
        return exported(self, to, derivative, name, differentiable)

    def backward(self, variables: str | Sequence[str] = "all") -> Backward:
        """The backward pass of a number: its gradients in arrays ("all": in each that nothing
        defines), as equations in order that reuse forward values. Raises DeriveError.
        """
        from symdl.derivation.matrix.backward import backward

        right = self.right.sized()
        names = several(variables)
        keys = () if names == ("all",) else tuple(map(right._array_or_symbol, names))
        return backward(right.term, keys, right.scope, right.left)

    def _array_or_symbol(self, name: str) -> Term:
        array = self.array(name)
        return array if array is not None else self.variable(name, whole(self))

    def for_code(self) -> tuple[Term, tuple[Term, ...], dict[Term, Fraction]]:
        """The Term that code is made of, its parameters in order, and their defaults."""
        found = coded(self)
        return found.term, found.symbols, found.defaults

    def value(self, given: Mapping[str, str], digits: int = 15) -> Value:
        """The value at given arguments (numbers, LaTeX or nested lists as text), exact where it
        is rational. A free index becomes an axis: the value of `x_i` is a vector."""
        from symdl.faces.evaluation import evaluate, number_of

        bound = dict(self.defaults)
        for name, text in given.items():
            bound[self._given(name)] = number_of(text, self.scope)
        return evaluate(self.term, self.scope, bound, digits)

    def _given(self, name: str) -> Term:
        """The symbol or entry that a value is given for: one of the expression or its scope."""
        try:
            return self.variable(name)
        except (DeriveError, ReadError) as unknown:  # h_{t-1} is no name
            key = read_key(Source("<name>", name), self.scope)
            base = key.args[0] if key.op in ("entry", "label", "prime") else key
            if base.op != "symbol" or base.data.name not in self._names():
                raise unknown from None
            return key

    def _names(self) -> set[str]:
        """The names of symbols that the scope speaks of."""
        scope = self.scope
        definitions = (*scope.functions.values(), *scope.entries.values())
        bodies = [d.body for d in (*definitions, *scope.recurrences.values())]
        terms = (self.term, *bodies, *scope.values, *scope.values.values())
        named = {symbol.data.name for term in terms for symbol in free_symbols(term)}
        return named | set(scope.symbols)

    def parameters(self, term: Term | None = None) -> tuple[Term, ...]:
        """The symbols a function of this expression takes, in order."""
        free = free_symbols(self.term if term is None else term)
        declared = [symbol for symbol in self.arguments if symbol in free]
        rest = sorted(free - set(declared), key=lambda symbol: str(symbol.data.name))
        return (*declared, *rest)

    def symbol(self, name: str, term: Term | None = None) -> Term:
        """The free symbol of this name or argument name. Raises DeriveError if there is none."""
        symbols = self.parameters(term)
        wanted = canonical_name(name)
        for symbol in symbols:
            if symbol.data.name == wanted or self.arguments.get(symbol) == name:
                return symbol
        names = ", ".join(symbol.data.name for symbol in symbols)
        raise DeriveError(
            f"{name} does not occur free",
            hint=f"free symbols: {names}" if names else "it has no free symbols",
            code="no-such-variable",
        )

    def variable(self, name: str, term: Term | None = None) -> Term:
        """What one differentiates in: a free symbol, or an entry (`x_i`, `g_t`) of one."""
        free = free_symbols(self.term if term is None else term)
        try:
            return self.symbol(name, term)
        except (DeriveError, ReadError) as unknown:  # h_{t-1} is no name
            key = read_key(Source("<variable>", name), self.scope)
            known = {symbol.data.name: symbol for symbol in free}
            same = {s: known.get(s.data.name, s) for s in free_symbols(key)}
            key = substitute(key, same)
            if key.op not in ("entry", "label", "prime") or key.args[0] not in free:
                raise unknown from None
            return key

    def __call__(self, **values: Any) -> Any:
        """The value at given arguments, by name: floats in, float out; arrays in, array out.

        Raises DeriveError for an argument that is missing, or that does not occur.
        """
        return called(self, values)

    def __repr__(self) -> str:
        return printer.plain(self.term)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"
