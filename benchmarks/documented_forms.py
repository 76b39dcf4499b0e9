"""A formula of documentation with what its symbols are: sides, definitions around it, values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import documented_values as d

from symdl.code.lambdify import lambdify
from symdl.document.errors import Error
from symdl.expression.defining import define
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.symbols import canonical_name, declare
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put
from symdl.library.given import scope_of


@dataclass(frozen=True)
class Case:
    """One evaluation: the value of each symbol; `entry`: the only place of arrays that is meant;
    `split`: the symbols whose data are cut into cases."""

    values: Mapping[Term, Any]
    entry: int | None = None
    split: frozenset[str] = frozenset()

    def of(self, name: Term) -> Any:
        """The value of a symbol, whatever shape it was given on the way."""
        if name.op != "symbol":
            return None
        found = self.values.get(name)
        if found is not None:
            return found
        return next((v for s, v in self.values.items() if s.data.name == name.data.name), None)


@dataclass(frozen=True)
class Output:
    """One number of the result: a closed term, the values of its leaves, and the places of these
    values in the data (counted over nested lists)."""

    term: Term
    point: Mapping[Term, float]
    places: Mapping[Term, int]


@dataclass(frozen=True)
class Less:
    r"""The \delta of `\delta N`: a name of two letters, what is subtracted from N."""

    amount: float


class Form:
    """The formula of a row and what its symbols are."""

    def __init__(self, data: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self.data, self.values = data, dict(values)
        self.settings = {str(k): str(v) for k, v in (data.get("parameters") or {}).items()}
        self.settings.update(re.findall(r"(\w+)=['\"]?(\w+)", d.called(data)))
        outer = scope_of((), None, data["latex"])
        for line in d.FUNCTIONS:  # functions that the documentation names in words
            if re.search(rf"{line.split('(')[0]}\s*(?:\\left)?\s*\(", data["latex"]):
                outer = define(outer, read(line, outer).term)
        self.outer = outer
        self.names = self._names()
        self.losses: dict[str, Term] = {}
        self.statement = self._read({})

    # --- reading ------------------------------------------------------------------------------

    def _names(self) -> dict[str, Any]:
        """The parameters whose names the formula sets in italics."""
        latex = self.data["latex"]
        names = [n for n in self.data.get("parameters") or {} if len(n) > 1]
        found = [n for n in names if re.search(rf"(?<![A-Za-z\\{{_]){n}(?![A-Za-z}}])", latex)]
        declared = {canonical_name(n): declare(n, "real") for n in found}
        return {n: replace(one, name=n) for n, one in declared.items()}

    def _read(self, declared: Mapping[str, Any]) -> Term:
        symbols = {**self.outer.symbols, **self.names, **declared}
        term = read(self._latex(), replace(self.outer, symbols=symbols)).term
        return self._averaged(self._settled(term))

    def _latex(self) -> str:
        """The formula, with signs that the documentation explains in words."""
        said = self.data.get("symbol_map") or {}
        latex = str(self.data["latex"])
        for name in self._own_names():
            latex = re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z_^])", r"\\mathbf{1}", latex)
        if "elementwise" in str(said.get(r"\otimes", "")):
            latex = latex.replace(r"\otimes", r"\odot")
        return latex

    def _own_names(self) -> list[str]:
        """Letters that the documentation says are vectors of ones."""
        said = self.data.get("symbol_map") or {}
        return [k for k, v in said.items() if len(k) == 1 and "vector of ones" in str(v)]

    def _settled(self, statement: Term) -> Term:
        """The statement with the cases of settings (`reduction = 'mean'`) decided by the call."""
        table: dict[Term, Term] = {}
        for node in postorder(statement):
            if node.op != "piecewise":
                continue
            kept: list[Term] = []
            for value, *condition in (node.args[i : i + 2] for i in range(0, len(node.args), 2)):
                holds = self._holds(condition[0]) if condition else True
                if holds is None:
                    kept += (value, *condition)
                elif holds:
                    kept.append(value)
                    break
            if tuple(kept) != node.args and kept:
                table[node] = kept[0] if len(kept) == 1 else make("piecewise", *kept)
        return put(statement, table) if table else statement

    def _holds(self, condition: Term) -> bool | None:
        """Whether the setting of a condition is the one of the call; None for other conditions."""
        if condition.op == "and":
            parts = [self._holds(part) for part in condition.args]
            return False if False in parts else None
        if condition.op != "relation" or len(condition.args) != 2:
            return None
        if any(d.plain(s.data.name) == "NaN" for s in free_symbols(condition)):
            return condition.data == ("!=",)  # no row has NaN among its inputs
        if condition.args[-1].op != "text":
            return None
        name, said = condition.args[0].data.name, str(condition.args[1].data).strip("'`\"")
        default = "None" if said == "None" and name not in self.values else "False"
        return self.settings.get(name, default) == said

    def _averaged(self, statement: Term) -> Term:
        r"""With E[x], Var[x] and \bar{x} as the mean and the variance of the data."""
        names = {"expectation": "mean", "variance": "variance"}
        table = {
            node: make(names[node.data], *node.args)
            for node in postorder(statement)
            if node.op == "opaque" and node.data in names and node.args[0].op == "symbol"
        }
        for node in postorder(statement):
            order = self.values.get("p") if node.op == "norm" and node.data == "p" else None
            if isinstance(order, float) and order.is_integer():
                table[node] = make("norm", *node.args, data=str(int(order)))
        return put(statement, table) if table else statement

    # --- sides --------------------------------------------------------------------------------

    def sides(self) -> tuple[list[Term], Scope, Term | None]:
        """The sides that state the value, what else is defined, and what they define."""
        scope, statement = self.outer, self.statement
        if statement.op == "when":
            for condition in statement.args[1:]:
                scope = define(scope, condition)
            statement = statement.args[0]
        if statement.op == "statements":
            parts = list(statement.args)
            chosen = self._stated(parts)
            for part in parts:
                scope = scope if part is chosen else define(scope, part)
            statement = chosen
        scope = self._with_functions(self._surrounded(scope, statement), statement)
        statement = _of_losses(statement, self.losses)
        if statement.op != "relation":
            return [statement], scope, None
        found = [s for s in statement.args[1:] if s.op not in ("call", "symbol")]
        calls = [s for s in found if not _unknown(s, scope)]
        return calls or found or [statement.args[-1]], scope, statement.args[0]

    def _stated(self, parts: Sequence[Term]) -> Term:
        """The statement that gives the value: the last; the first where the others say what its
        parts are."""
        first, last = parts[0], parts[-1]
        if first.op == "relation" and last.op == "relation":
            left = last.args[0]
            uses = set(postorder(first.args[-1]))
            base = left.args[0] if left.op == "entry" else left
            losses = any(n.op in ("set", "dots") for n in uses)
            if (left in uses or base in uses) and not losses:
                return first
        return last

    def _surrounded(self, scope: Scope, statement: Term) -> Scope:
        """With definitions of the same documentation for what the formula leaves open."""
        needed = {s.data.name for s in free_symbols(statement)} | _called(statement)
        for block in d.blocks(self.data):
            try:
                term = self._settled(read(block, replace(self.outer, symbols=self.names)).term)
            except Error:
                continue
            parts = term.args if term.op == "statements" else (term,)
            made = scope
            for part in parts:
                made = define(made, part)
            losses = _losses(parts)
            if losses is not None and "L" in needed and "L" not in self.losses:
                self.losses["L"] = losses
            new = (made.functions.keys() - scope.functions.keys()) & needed
            if new or any(v.data.name in needed for v in made.values if v.op == "symbol"):
                scope = made
        return scope

    def _with_functions(self, scope: Scope, statement: Term) -> Scope:
        """With what neighbouring functions of the same documentation are, where it calls them."""
        for line in d.FUNCTIONS:
            name = line.split("(")[0]
            if name in _called(statement) and name not in scope.functions:
                scope = define(scope, read(line).term)
        return scope

    # --- values -------------------------------------------------------------------------------

    def value(self, name: Term) -> Any:
        """The value of a symbol. Raises Missing."""
        found = d.value_of(self.values, name.data.name, is_array(name))
        if isinstance(found, str):  # mathematics of other symbols
            term = read(found, self.outer).term
            known = {s: number(Fraction(str(self.value(s)))) for s in free_symbols(term)}
            return float(lambdify(put(term, known), ())())
        return found

    def bind_left(self, terms: Sequence[Term], known: set[Term]) -> None:
        """Where one symbol is open and one input is unused, they belong together."""
        open_ = []
        for one in dict.fromkeys(s for t in terms for s in sorted(free_symbols(t), key=repr)):
            if one in known or one.data.role in ("index", "function"):
                continue
            try:
                self.value(one)
                continue
            except d.Missing:
                if not one.data.domain.integer or not _counts(terms, one):
                    open_.append(one)
        inputs = self.data["inputs"] if isinstance(self.data["inputs"], dict) else {}
        spoken = {d.plain(s.data.name) for t in terms for s in free_symbols(t)}
        said = {v for v in (self.data.get("symbol_map") or {}).values() if isinstance(v, str)}
        unused = [
            n for n in inputs if n not in spoken and not ({n} & said and spoken & _of(self.data, n))
        ]
        unused = [n for n in unused if not isinstance(inputs[n], str)]
        bars = [s for s in open_ if re.fullmatch(r"\\bar\{(\w+)\}", s.data.name)]
        open_ = [s for s in open_ if s not in bars]
        names = [d.plain(s.data.name) for s in open_]
        pairs = len(open_) == len(unused) == 1 or sorted(names) == ["input", "other"]
        ordered = sorted(open_, key=lambda s: d.plain(s.data.name))
        if pairs and len(open_) == len(unused):
            for one, name in zip(ordered, unused, strict=True):
                self.values[one.data.name] = inputs[name]


def _losses(parts: Sequence[Term]) -> Term | None:
    r"""The l_n of `L = \{l_1, ..., l_N\}, l_n = ...`."""
    listed = any(n.op == "dots" for part in parts for n in postorder(part))
    last = parts[-1]
    if not listed or last.op != "relation" or last.args[0].op != "entry":
        return None
    return last.args[1]


def _of_losses(statement: Term, losses: Mapping[str, Term]) -> Term:
    """With the mean or the sum of the losses written out."""
    table: dict[Term, Term] = {}
    for node in postorder(statement):
        name = node.data.function.name if node.op == "call" else node.op
        if name not in ("mean", "sum", "reduce_sum") or len(node.args) != 1:
            continue
        own = losses.get(str(node.args[0].data.name)) if node.args[0].op == "symbol" else None
        if own is None:
            continue
        index = next(s for s in free_symbols(own) if s.data.role == "index")
        count = symbol("N")
        total = make("sum", index, number(1), count, own, data="range")
        table[node] = make("div", total, count) if name == "mean" else total
    return put(statement, table) if table else statement


def _of(data: Mapping[str, Any], name: str) -> set[str]:
    """The names that the row's map says are one input."""
    table = data.get("symbol_map") or {}
    return {
        re.sub(r"_\{?[a-z](,[a-z])?\}?$", "", d.plain(k)) for k, v in table.items() if v == name
    }


def _counts(terms: Sequence[Term], name: Term) -> bool:
    """Whether a symbol counts entries: it stands in the limit of a sum."""
    return any(
        n.op in ("sum", "product") and n.data == "range" and name in free_symbols(n.args[2])
        for t in terms
        for n in postorder(t)
    )


def is_array(name: Term) -> bool:
    """Whether a symbol was read as an array or a sequence."""
    return name.op == "symbol" and name.data.role in ("vector", "matrix", "tensor", "sequence")


def _called(term: Term) -> set[str]:
    return {n.data.function.name for n in postorder(term) if n.op == "call"}


def _unknown(term: Term, scope: Scope) -> bool:
    """Whether a term calls what nothing defines."""
    for name in _called(term):
        if name not in scope.functions and (scope.outer is None or scope.outer(name) is None):
            return True
    return False
