"""Entries and sums over indices in SymPy source: `x[i]`, `Sum(exp(x[j]), (j, 1, n))`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from symdl.document.errors import CodeError
from symdl.expression.term import BINDERS, Term, postorder

if TYPE_CHECKING:
    from symdl.code.writer import Spelled, Writer

_BIG = {"sum": "Sum", "product": "Product"}


def bound_indices(outputs: Iterable[Term]) -> tuple[Term, ...]:
    """The indices that sums and products of the outputs bind, in order of appearance."""
    found = {n.args[0]: None for t in outputs for n in postorder(t) if n.op in BINDERS}
    return tuple(found)


def declaration(symbol: Term, name: str) -> str:
    """The line that makes a symbol: an array by its entries, a number by its domain."""
    data = symbol.data
    if data.shape != () or data.role in ("vector", "matrix", "tensor", "sequence"):
        return f'{name} = sp.IndexedBase("{name}", real=True)'
    kind = "integer" if data.domain.integer or data.role == "index" else "real"
    return f'{name} = sp.Symbol("{name}", {kind}=True)'


def declarations(names: Mapping[Term, str], symbols: Iterable[Term]) -> tuple[str, ...]:
    """The lines that make the symbols, each once."""
    return tuple(dict.fromkeys(declaration(s, names[s]) for s in symbols))


def _entry(w: Writer, node: Term) -> Spelled:
    base, *indices = node.args
    if base.op != "symbol":
        raise CodeError(f"no SymPy code for an entry of {base.op}")
    return f"{w.text[base][0]}[{', '.join(w.text[i][0] for i in indices)}]", 9


def _over(w: Writer, node: Term) -> Spelled:
    if node.data != "range":
        raise CodeError("SymPy needs the limits of a sum: write them")
    index, lower, upper, body = (w.text[a][0] for a in node.args)
    return f"sp.{_BIG[node.op]}({body}, ({index}, {lower}, {upper}))", 9


SPELLERS = {"entry": _entry, "sum": _over, "product": _over}
