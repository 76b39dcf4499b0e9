"""Formulas of framework documentation: read, evaluated and compared with what the code returns.

    python benchmarks/framework_docs.py ROWS.jsonl... [--verbose] [--values]

A row has `latex`, `inputs`, `parameters`, the float64 `output` of the documented function and
perhaps `grad` (of the sum of the output). The value that the reading gives, enclosed in
balls, must contain the output up to rounding. Every `differ` is a misreading of ours, a
wrong document (rows where `literal_reading_matches` is false), or a value the row does not state.
With --values each value is also computed by the code that symdl generates for it, which must give
the output too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import re
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import sympy

from symdl.code.lambdify import lambdify
from symdl.derivation.components import components
from symdl.derivation.differentiate import gradient
from symdl.derivation.expand import expand
from symdl.document.errors import Error
from symdl.evidence.balls import ball, exactly
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY, Scope, define
from symdl.expression.symbols import canonical_name, declare
from symdl.expression.sympy_bridge import to_sympy
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder
from symdl.expression.term import replace as put

ALIASES = {
    r"\epsilon": "eps", r"\varepsilon": "eps", r"\beta_1": "b1", r"\beta_2": "b2",
    r"\bar{\varepsilon}": "eps_root", r"\alpha_t": "lr", r"\mu": "momentum", r"\delta": "delta",
    r"\lambda": "lambd", "T_{max}": "T_max", r"\gamma": "gamma", r"\beta": "beta",
    r"\eta_{\text{min}}": "eta_min", r"\eta_{\text{max}}": "eta_max", r"T_{\text{cur}}": "T_cur",
    r"T_{\text{max}}": "T_max", r"L_{\text{in}}": "L_in", r"\alpha": "alpha",
}  # fmt: skip
STATED_ELSEWHERE: dict[str, dict[str, float]] = {
    # Values that the row's call states, not its parameters.
    "jax:pdf": {r"\mu": 0.3, r"\beta": 1.5},
    "jax:squareplus": {"b": 4},
    "jax:elu": {r"\alpha": 1},
    "optax:linear_schedule": {"I": 1.0, "E": 0.1, "T": 20, "B": 5},
    "optax:cosine_decay_schedule": {"I": 1.0, "T": 20, r"\alpha": 0.1, "p": 1.5},
    "optax:adam#22@optax.adam(0.01,eps_root=1e-4)": {"eps_root": 1e-4},
    "torch.clamp": {"min_value": -1.5, "max_value": 2.0},
    "torch.RReLU": {"a": (0.125 + 0.3333333333333333) / 2},
}
WHOLE = re.compile(r"\\(?:text|mathrm|mathit|operatorname)\{([^{}]*)\}")
TOLERANCE = 1e-9
CODE = 1e-9
SECONDS = 4


@dataclass
class Row:
    """One row and what became of it."""

    id: str
    latex: str
    data: Mapping[str, Any]
    verdict: str = ""
    why: str = ""
    gradient: str = ""
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)


class Missing(Exception):
    """The row does not say what this symbol is."""


def main() -> int:
    """Print the table of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--values", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _late)
    for path in options.paths:
        lines = path.read_text("utf-8").splitlines()
        rows = [judged(json.loads(line), options.values) for line in lines]
        report(path, rows, options.verbose)
    return 0


def report(path: Path, rows: Sequence[Row], verbose: bool) -> None:
    """The counts, and each row that is not equal."""
    counts = Counter(row.verdict for row in rows)
    read_ones = len(rows) - counts["refused"]
    evaluated = counts["equal"] + counts["differ"]
    print(f"{path.name}: {len(rows)} rows, read {read_ones}, evaluated {evaluated}")
    print("  values   ", dict(counts))
    coded = Counter(row.code for row in rows if row.code not in ("", "asked"))
    if coded:
        print("  code     ", dict(coded))
        meant = [row for row in rows if row.data.get("literal_reading_matches")]
        other = [row for row in rows if not row.data.get("literal_reading_matches")]
        tried = sum(row.code not in ("", "asked") for row in meant)
        same = sum(row.code == "equal" for row in meant)
        told = sum(row.verdict == "differ" or row.code == "differs" for row in other)
        print(
            f"  code gives the recorded output in {same} of the {tried}"
            f" rows evaluated whose literal reading matches; {told} of {len(other)} others differ"
        )
    print("  gradients", dict(Counter(row.gradient for row in rows if row.gradient)))
    for row in sorted(rows, key=lambda r: r.verdict):
        wrong = row.gradient and not row.gradient.startswith("equal")
        if row.verdict != "equal" or wrong or verbose:
            document = "" if row.data.get("literal_reading_matches") else " [document differs]"
            print(f"  {row.verdict:<14} {row.id:<44} {row.gradient} {row.why}{document}")


def judged(data: Mapping[str, Any], by_code: bool = False) -> Row:
    """One row read, evaluated and compared."""
    row = Row(data["id"], data["latex"], data, code="asked" if by_code else "")
    key = row.id.split("#")[0]
    stated = STATED_ELSEWHERE.get(row.id) or STATED_ELSEWHERE.get(key, {})
    row.values = {**_plain_values(data), **stated}
    try:
        statement = _averaged(_settled(read(row.latex, Scope(symbols=_parameters(row))).term, data))
    except Error as error:
        row.verdict, row.why = "refused", error.message
        return row
    try:
        if "grads" in row.values:
            _compare_steps(row, statement)
        else:
            _compare(row, statement)
    except Missing as missing:
        row.verdict, row.why = "not evaluated", f"no value of {missing}"
    except (Error, KeyError, NotImplementedError, ValueError) as error:
        row.verdict, row.why = "not evaluated", f"{type(error).__name__}: {str(error)[:90]}"
    return row


def _parameters(row: Row) -> dict[str, Any]:
    """The parameters of the documented function whose names the formula sets in italics."""
    names = [n for n in row.data.get("parameters") or {} if len(n) > 1]
    found = [n for n in names if re.search(rf"(?<![A-Za-z\\\\{{_]){n}(?![A-Za-z}}])", row.latex)]
    declared = {canonical_name(n): declare(n, "real") for n in found}
    return {n: replace(d, name=n) for n, d in declared.items()}


def _settled(statement: Term, data: Mapping[str, Any]) -> Term:
    """The statement with the cases of settings (`reduction = 'mean'`) decided by the call."""
    settings = {str(k): str(v) for k, v in (data.get("parameters") or {}).items()}
    settings.update(re.findall(r"(\w+)=(\w+)", data["id"]))
    table: dict[Term, Term] = {}
    for node in postorder(statement):
        if node.op != "piecewise":
            continue
        kept: list[Term] = []
        for value, *condition in _pairs(node):
            holds = _holds(condition[0], settings) if condition else True
            if holds is None:
                kept += (value, *condition)
            elif holds:
                kept.append(value)
                break
        if tuple(kept) != node.args and kept:
            table[node] = kept[0] if len(kept) == 1 else make("piecewise", *kept)
    return put(statement, table) if table else statement


def _averaged(statement: Term) -> Term:
    """The statement with E[x] and Var[x] as the mean and the variance of the data."""
    names = {"expectation": "mean", "variance": "variance"}
    table = {
        node: make(names[node.data], *node.args)
        for node in postorder(statement)
        if node.op == "opaque" and node.data in names and node.args[0].op == "symbol"
    }
    return put(statement, table) if table else statement


def _pairs(node: Term) -> Iterator[tuple[Term, ...]]:
    return (node.args[i : i + 2] for i in range(0, len(node.args), 2))


def _holds(condition: Term, settings: Mapping[str, str]) -> bool | None:
    """Whether the setting of a condition is the one of the call; None for other conditions."""
    if condition.op != "relation" or condition.args[-1].op != "text":
        return None
    setting = settings.get(condition.args[0].data.name, "False")
    return setting == condition.args[1].data.strip("'")


def _plain_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs, parameters and the row's map of symbols by plain names."""
    found: dict[str, Any] = {}
    for name, value in (data.get("parameters") or {}).items():
        try:
            found[name] = float(value)
        except (TypeError, ValueError):
            continue
    for name, value in re.findall(r"(\w+)=(\d[\d.]*(?:e-?\d+)?)", data["id"]):
        found[name] = float(value)
    inputs = data["inputs"] if isinstance(data["inputs"], dict) else {}
    found.update({name: value for name, value in inputs.items() if not isinstance(value, str)})
    for key, value in (data.get("symbol_map") or {}).items():
        name = re.sub(r"_\{?[a-z](,[a-z])?\}?$", "", WHOLE.sub(r"\1", key)).replace("\\_", "_")
        if isinstance(value, str) and value in inputs:
            found[name] = inputs[value]
        elif isinstance(value, int | float):
            found[name] = float(value)
    return found


# The value of a reading ----------------------------------------------------------------------


def _compare(row: Row, statement: Term) -> None:
    sides, scope = _sides(statement)
    results = []
    places = _numbered(row, statement)
    for side in sides:
        if places:
            results.append(_by_places(row, side, places))
            continue
        declared = _declarations(row, side)
        if declared:
            known = Scope(symbols={**_parameters(row), **declared})
            again, scope = _sides(_averaged(_settled(read(row.latex, known).term, row.data)))
            side = again[sides.index(side)]
        results.append(_side(row, side, scope))
    row.verdict = "equal" if all(r == "equal" for r in results) else "differ"
    row.why = "; ".join(r for r in results if r != "equal")


def _numbered(row: Row, statement: Term) -> tuple[Term, ...]:
    """The index of `w_n = ...` where n counts the outputs and no array stands on the right."""
    left = statement.args[0] if statement.op == "relation" else statement
    if left.op != "entry" or left.args[-1].op != "symbol":
        return ()
    inside = {s for side in statement.args[1:] for s in free_symbols(side)}
    arrays = any(_is_array(s) for s in inside)
    return left.args[1:] if not arrays and left.args[-1] in inside else ()


def _by_places(row: Row, side: Term, places: tuple[Term, ...]) -> str:
    """The comparison where the outputs are counted: from 0, N of them."""
    expected = _flat(row.data["output"])
    counts = {s: number(len(expected)) for s in free_symbols(side) if s.data.name == "N"}
    terms = [put(side, {**counts, places[-1]: number(n)}) for n in range(len(expected))]
    if row.code:
        row.code = _by_code(terms, expected, {})
    wrong = [n for n, t in enumerate(terms) if not _close(_number(t, {}), expected[n])]
    return f"value {wrong[0]} differs" if wrong else "equal"


def _compare_steps(row: Row, statement: Term) -> None:
    """The parameters after each step of an optimizer that is written as updates `u_t`."""
    scope, names = EMPTY, {}
    parts = statement.args if statement.op == "statements" else (statement,)
    for part in parts:
        left = part.args[0]
        scope = define(scope, make("relation", *part.args, data=("=",)))
        if left.op == "entry":
            names[left.args[0].data.name] = left.args[0]
    update = names.get("u")
    if update is None:
        raise Missing("u_t")
    zeros = {make("entry", base, number(0)): number(0) for base in names.values()}
    scope = replace(scope, values={**scope.values, **zeros})
    weights, results = list(row.values["w0"]), []
    for step in range(1, len(row.values["grads"]) + 1):
        change = expand(make("entry", update, number(step)), scope)
        for place in range(len(weights)):
            weights[place] += _number(change, _point_of_step(row, change, place))
        results.extend(weights)
    pairs = list(zip(results, _flat(row.data["output"]), strict=True))
    wrong = [f"{got:.12g}, not {want:.12g}" for got, want in pairs if not _close(got, want)]
    row.verdict, row.why = ("differ", wrong[0]) if wrong else ("equal", "")


def _point_of_step(row: Row, change: Term, place: int) -> dict[Term, Any]:
    """Values of the gradients, the rate and the parameters in one update."""
    point: dict[Term, Any] = {}
    rate = re.search(r"\((0\.\d+)", row.id)
    for leaf in postorder(change):
        if leaf.op == "entry" and leaf.args[0].data.name == "g":
            value = row.values["grads"][int(leaf.args[1].data.value) - 1][place]
        elif leaf.op == "entry" and leaf.args[0].data.name in (r"\alpha", r"\eta") and rate:
            value = float(rate[1])
        elif leaf.op == "symbol" and leaf.data.role == "scalar":
            value = _value(row, leaf)
        else:
            continue
        point[leaf] = exactly(Fraction(str(value)))
    return point


def _cut(side: Term) -> Term:
    """Series over factorials to 150 terms: beyond double precision."""
    if not any(t.op == "factorial" for t in postorder(side)):
        return side
    table = {
        t: make("sum", t.args[0], t.args[1], number(150), t.args[3], data="range")
        for t in postorder(side)
        if t.op == "sum" and t.data == "range" and t.args[2] is constant("infinity")
    }
    return put(side, table)


def _sides(statement: Term) -> tuple[list[Term], Scope]:
    """The sides that state the value, and what else the line defines."""
    scope = EMPTY
    if statement.op == "when":
        for condition in statement.args[1:]:
            scope = define(scope, condition)
        statement = statement.args[0]
    if statement.op == "statements":
        for part in statement.args[:-1]:
            scope = define(scope, part)
        statement = statement.args[-1]
    if statement.op == "relation":
        sides = [_cut(s) for s in statement.args[1:] if s.op not in ("call", "symbol")]
        return sides or [statement.args[-1]], scope
    return [statement], scope


def _value(row: Row, symbol: Term) -> Any:
    name = symbol.data.name
    plain = WHOLE.sub(r"\1", name)
    for key in (name, plain, ALIASES.get(name, ""), re.sub(r"[\\{}_]", "", name)):
        if key in row.values:
            return row.values[key]
    if name in ("w", r"\gamma") and _is_array(symbol):
        return 1.0  # the default weight
    raise Missing(name)


def _is_array(symbol: Term) -> bool:
    return symbol.data.role in ("vector", "matrix", "tensor", "sequence")


def _declarations(row: Row, side: Term) -> dict[str, Any]:
    """Arrays of the reading with the sizes of the data."""
    found = {}
    for symbol in free_symbols(side):
        if not _is_array(symbol):
            continue
        if not isinstance(_value(row, symbol), list):
            continue
        shape = _shape(_per_case(row, side, symbol))
        role = ("real", "vector", "matrix", "tensor")[min(len(shape), 3)]
        sizes = f"({', '.join(map(str, shape))})" if shape else ""
        declared = declare(symbol.data.name, role + sizes)
        found[canonical_name(symbol.data.name)] = replace(declared, name=symbol.data.name)
    return found


def _rank(side: Term, symbol: Term) -> int:
    """How many indices the formula gives an array; 0 if it is used whole."""
    ranks = {len(t.args) - 1 for t in postorder(side) if t.op == "entry" and t.args[0] is symbol}
    return max(ranks, default=0)


def _summed(side: Term) -> bool:
    return any(t.op in ("sum", "mean", "softmax", "max_over") for t in postorder(side))


def _per_case(row: Row, side: Term, symbol: Term) -> Any:
    """The data of one case of an array: its first row where the formula has fewer axes."""
    value = _value(row, symbol)
    rank, axes = _rank(side, symbol), len(_shape(value))
    if rank and rank < axes:
        return value[0] if _summed(side) else _flat(value)
    return value


def _side(row: Row, side: Term, scope: Scope) -> str:
    """`equal` or how the value of one side differs from the output."""
    batches = _batches(row, side)
    outputs: list[Term] = []
    point: dict[Term, Any] = {}
    inputs: dict[str, list[Term]] = {}
    for case in batches:
        made, at, ours = _outputs(row, side, scope, case, len(outputs))
        outputs.extend(made)
        point.update(at)
        for name, symbols in ours.items():
            inputs.setdefault(name, []).extend(symbols)
    expected = _flat(row.data["output"])
    if len(outputs) != len(expected):
        return f"{len(outputs)} values, {len(expected)} expected"
    if row.code:
        row.code = _by_code(outputs, expected, point)
    for term, want in zip(outputs, expected, strict=True):
        got = _number(term, point)
        if not _close(got, want):
            return f"{got:.12g}, not {want:.12g}"
    _check_gradient(row, outputs, inputs, point)
    return "equal"


def _batches(row: Row, side: Term) -> list[dict[Term, Any]]:
    """The data of each case: elements of lists for scalars, rows where arrays have fewer axes."""
    whole: dict[Term, Any] = {}
    split: dict[Term, list[Any]] = {}
    for symbol in free_symbols(side):
        if symbol.data.role in ("index", "function"):
            continue
        if symbol.data.name in "ijkcn" and not _known(row, symbol):
            continue
        if symbol.data.domain.integer and not _known(row, symbol):
            continue
        value = _value(row, symbol)
        if not isinstance(value, list):
            whole[symbol] = value
        elif not _is_array(symbol):
            split[symbol] = _flat(value)
        elif 0 < _rank(side, symbol) < len(_shape(value)) and _summed(side):
            split[symbol] = value
        elif 0 < _rank(side, symbol) < len(_shape(value)):
            whole[symbol] = _flat(value)
        else:
            whole[symbol] = value
    if not split:
        return [whole]
    count = max(len(v) for v in split.values())
    return [{**whole, **{s: v[i % len(v)] for s, v in split.items()}} for i in range(count)]


def _known(row: Row, symbol: Term) -> bool:
    try:
        _value(row, symbol)
    except Missing:
        return False
    return True


def _outputs(
    row: Row, side: Term, scope: Scope, case: Mapping[Term, Any], offset: int
) -> tuple[list[Term], dict[Term, Any], dict[str, list[Term]]]:
    """Closed scalar terms in fresh symbols, their values, and the symbols of each input."""
    point: dict[Term, Any] = {}
    inputs: dict[str, list[Term]] = {}
    table: dict[Term, Term] = {}
    base = _first_index(side)
    longest = 1
    for symbol, value in case.items():
        shape = _shape(value)
        longest = max(longest, shape[-1] if shape else 1)
        if not shape and _is_array(symbol):
            continue  # one number everywhere: its entries get it in _bound
        for places in itertools.product(*(range(n) for n in shape)):
            leaf = _fresh(f"{symbol.data.name}@{offset}@{places}")
            point[leaf] = exactly(Fraction(_at(value, places)))
            indices = (number(p + base) for p in places)
            table[make("entry", symbol, *indices) if places else symbol] = leaf
            inputs.setdefault(symbol.data.name, []).append(leaf)
    counts = {
        s: number(longest)
        for s in free_symbols(side)
        if s.data.domain.integer and s.data.role != "index" and s not in case
    }
    side = put(side, counts) if counts else side
    made = []
    for indices_ in _assignments(side, case, base):
        closed = put(side, indices_) if indices_ else side
        found = components(expand(closed, scope, {}), scope, {})
        made.extend(_bound(put(entry, table), case, point) for entry in found.entries)
    return made, point, inputs


def _bound(entry: Term, case: Mapping[Term, Any], point: dict[Term, Any]) -> Term:
    """Entries of arrays that are one number everywhere get it as their value."""
    table: dict[Term, Term] = {}
    for node in postorder(entry):
        if node.op == "entry" and node.args[0] in case and not isinstance(case[node.args[0]], list):
            leaf = table[node] = _fresh(f"{node.args[0].data.name}@all")
            point[leaf] = exactly(Fraction(case[node.args[0]]))
    return put(entry, table) if table else entry


def _first_index(side: Term) -> int:
    """0 where a sum over entries begins with 0."""
    sums = (t for t in postorder(side) if t.op == "sum" and t.data == "range")
    return 0 if any(t.args[1] is number(0) for t in sums) else 1


def _assignments(side: Term, case: Mapping[Term, Any], base: int) -> Iterator[dict[Term, Term]]:
    """Numbers for the free indices, in the order of the axes they stand on."""
    free = free_symbols(side)
    sizes: dict[Term, int] = {}
    entries = [n for n in postorder(side) if n.op == "entry" and n.args[0] in case]
    for node in sorted(entries, key=lambda n: -len(_shape(case[n.args[0]]))):
        shape = _shape(case[node.args[0]])
        for index, length in zip(node.args[1:], shape, strict=False):
            if index.op == "symbol" and index in free:
                sizes[index] = length
    ranges = (range(base, base + n) for n in sizes.values())
    for places in itertools.product(*ranges):
        yield dict(zip(sizes, map(number, places), strict=True))


def _check_gradient(
    row: Row, outputs: Sequence[Term], inputs: Mapping[str, list[Term]], point: Mapping[Term, Any]
) -> None:
    for key, expected in (row.data.get("grad") or {}).items():
        match = re.fullmatch(r"d\(sum\(out\)\)/d\((\w+)\)", key)
        wanted = row.values.get(match[1]) if match else None
        named = [n for n in inputs if match and row.values.get(_plain(n)) == wanted]
        if not named or wanted is None:
            row.gradient = "not evaluated"
            continue
        variables = inputs[named[0]]
        try:
            total = make("add", *outputs) if len(outputs) > 1 else outputs[0]
            partials = gradient(total, variables).partials
        except Error as error:
            row.gradient, row.why = "not evaluated", error.message
            continue
        pairs = zip((partials[v] for v in variables), _flat(expected), strict=True)
        values = [(ball(term, point, 200), want) for term, want in pairs]
        told = [(float(got.mid()), want) for got, want in values if got.is_finite()]
        same = all(_close(got, want) for got, want in told)
        kinks = len(values) - len(told)
        row.gradient = ("equal" if same else "differ") + (f", {kinks} at kinks" if kinks else "")


def _plain(name: str) -> str:
    return name if name in ("x", "y") else WHOLE.sub(r"\1", name)


def _by_code(outputs: Sequence[Term], expected: Sequence[float], point: Mapping[Term, Any]) -> str:
    """Whether the code that is generated for each value gives the output."""
    for term, want in zip(outputs, expected, strict=True):
        names = sorted((s for s in free_symbols(term) if s in point), key=repr)
        try:
            got = float(lambdify(term, names)(*(float(point[s].mid()) for s in names)))
        except (Error, NotImplementedError) as error:
            return f"no code: {type(error).__name__}"
        if not math.isclose(got, want, rel_tol=CODE, abs_tol=1e-12):
            return "differs"
    return "equal"


# Numbers ---------------------------------------------------------------------------------------


def _fresh(name: str) -> Term:
    from symdl.expression.term import symbol

    return symbol(name)


def _number(term: Term, point: Mapping[Term, Any]) -> float:
    """The value by balls; where balls have none (integrals, series) by SymPy, within seconds."""
    got = ball(term, point, 200)
    if got.is_finite():
        return float(got.mid())
    signal.alarm(SECONDS)
    try:
        return _by_sympy(term, point)
    finally:
        signal.alarm(0)


def _late(*_: object) -> None:
    raise Missing("an integral or a series: SymPy takes too long")


def _by_sympy(term: Term, point: Mapping[Term, Any]) -> float:
    table = {leaf: to_sympy(leaf) for leaf in free_symbols(term)}
    values = {table[s]: sympy.Float(point[s].str(50, radius=False), 50) for s in table}
    found = to_sympy(term).subs(values).evalf(15)
    if not found.is_number:
        raise Missing(str(found)[:40])
    return float(found)


def _close(got: float, want: float) -> bool:
    return math.isclose(got, want, rel_tol=TOLERANCE, abs_tol=1e-12)


def _shape(value: Any) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, list) else ()


def _flat(value: Any) -> list[float]:
    return [x for v in value for x in _flat(v)] if isinstance(value, list) else [float(value)]


def _at(value: Any, places: Sequence[int]) -> float:
    for place in places:
        value = value[place]
    return float(value)


if __name__ == "__main__":
    raise SystemExit(main())
