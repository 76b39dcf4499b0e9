"""The C text of a function of rows: a loop over rows, in it a loop for each walk over a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symdl.code.backends import VECTOR_C
from symdl.code.emit_rows import RowBody
from symdl.code.kernels import spelling
from symdl.code.names import comment, fresh
from symdl.code.native.kinds import ARRAY, TYPES
from symdl.code.native.source import PARALLEL_FROM, assembled, vectorised
from symdl.code.rows import GAP, LENGTH, TOTAL, Rows, phases
from symdl.code.writer import ATOM, Writer, count_uses
from symdl.expression.term import Term

_FRAME = """\
static int part_(PARAMETERSlong loop__first, long loop__last, long loop__n)
{
    const double loop__size = (double)loop__n;
KEEP
    for (long loop__row = loop__first; loop__row < loop__last; loop__row++) {
BODY
    }
FREE
    return 0;
}

int kernel_0(PARAMETERSlong loop__rows, long loop__n)
{
#ifdef _OPENMP
    if (loop__rows > 1 && loop__rows * loop__n >= PARALLEL_FROM) {
        int loop__failed = 0;
#pragma omp parallel reduction(|:loop__failed)
        {
            long loop__k = omp_get_thread_num(), loop__of = omp_get_num_threads();
            loop__failed |= part_(ARGUMENTSloop__rows * loop__k / loop__of,
                                  loop__rows * (loop__k + 1) / loop__of, loop__n);
        }
        return loop__failed;
    }
#endif
    return part_(ARGUMENTS0, loop__rows, loop__n);
}
"""
_START = {"sum": "0", "prod": "1", "max": "-INFINITY", "min": "INFINITY"}
_STEP = {
    "sum": "{0} += {1};",
    "prod": "{0} *= {1};",
    "max": "{0} = {1} > {0} ? {1} : {0};",
    "min": "{0} = {1} < {0} ? {1} : {0};",
}
_SIGN = {"sum": "+", "prod": "*", "max": "max", "min": "min"}


@dataclass
class _Text:
    """The text of one row so far: what numbers of the row are called, what is kept of its
    entries."""

    program: Rows
    writer: Writer
    kept: dict[Term, str]
    lines: list[str] = field(default_factory=list)
    written: set[Term] = field(default_factory=set)


def rows_source(body: RowBody, kinds: str, type_code: str) -> str:
    """One C file with `int kernel_0(parameters, results, rows, n)`: 0, or 1 where there is no
    memory. Results of entries are rows x n numbers, results of rows are `rows` numbers."""
    names = list(body.body.arguments)
    text = _row(body, kinds)
    element = TYPES[type_code]
    parameters = [
        f"const {element} *{name}_" if kind == ARRAY else f"double {name}"
        for name, kind in zip(names, kinds, strict=True)
    ]
    parameters += [f"{element} *result{k}_" for k in range(len(body.entries))]
    arguments = [p.split("*")[-1].split()[-1] for p in parameters]
    count = len(text.kept)
    keep = [
        f"    double *loop__kept = malloc((size_t)(loop__n + 1) * {count} * sizeof(double));",
        "    if (loop__kept == NULL)",
        "        return 1;",
    ]
    lines = [f"        {vectorised(line)}" for line in text.lines]
    frame = (
        _FRAME.replace("PARAMETERS", "".join(f"{p}, " for p in parameters))
        .replace("ARGUMENTS", "".join(f"{a}, " for a in arguments))
        .replace("PARALLEL_FROM", str(PARALLEL_FROM))
        .replace("KEEP", "\n".join(keep) if count else "")
        .replace("FREE", "    free(loop__kept);" if count else "")
        .replace("BODY", "\n".join(lines))
    )
    remark = "".join(f"/* {comment(line)} */\n" for line in body.body.doc)
    return remark + assembled("\n".join(lines), [frame], type_code)


def _row(body: RowBody, kinds: str) -> _Text:
    """The statements for one row."""
    program, names = body.program, body.names
    taken = {*names.values(), *(f"result{k}_" for k in range(len(body.entries)))}
    text = _Text(program, Writer(VECTOR_C, names, taken, {}), _kept(program))
    for (symbol, name), kind, vector in zip(names.items(), kinds, body.vectors, strict=True):
        if not vector and kind == ARRAY:
            text.lines.append(f"const double {name} = {name}_[loop__row];")
        if not vector:
            text.writer.text[symbol] = name, ATOM
    for phase in phases(program):
        _walk(text, phase.reductions)
    outputs = list(enumerate(program.outputs))
    entries = [(k, t) for k, t in outputs if t in program.own]
    for k, term in outputs:
        if term not in program.own:
            text.lines.append(f"result{k}_[loop__row] = {_number(text, term)};")
    if entries:
        _loop(
            text, [t for _, t in entries], [f"result{k}_[{_AT}] = {{0}};" for k, _ in entries], ""
        )
    return text


_AT = "loop__row * loop__n + loop__j"


def _walk(text: _Text, reductions: Sequence[Term]) -> None:
    """One loop over the row, for several reductions."""
    bodies: list[Term] = []
    steps: list[str] = []
    clauses: list[str] = []
    after: list[tuple[Term, str]] = []
    for node in reductions:
        name = fresh("t1", text.writer.taken)
        if node.op == TOTAL:
            first = fresh("t1", text.writer.taken)
            text.lines.append(f"double {name} = 0, {first} = -1;")
            bodies += node.args
            steps += [f"{first} += {{0}} == 0 ? 1 : 0;", f"{name} += {{w}} == 0 ? 0 : {{0}};"]
            clauses += [f"reduction(+:{name}, {first})"]
            after.append((node, f"log1p({name} + {first})"))
        else:
            text.lines.append(f"double {name} = {_START[node.data]};")
            bodies.append(node.args[0])
            steps.append(_STEP[node.data].format(name, "{0}"))
            clauses.append(f"reduction({_SIGN[node.data]}:{name})")
            after.append((node, name))
    _loop(text, bodies, steps, " ".join(clauses))
    for node, value in after:
        if value.startswith("log1p"):
            name = fresh("t1", text.writer.taken)
            text.lines.append(f"const double {name} = {value};")
            value = name
        text.writer.text[node] = value, ATOM


def _loop(text: _Text, bodies: Sequence[Term], steps: Sequence[str], clauses: str) -> None:
    """A loop over the entries that computes the bodies and takes a step for each."""
    for number in _numbers(text, bodies):
        text.writer.text[number] = _number(text, number), ATOM
    inner = Writer(
        VECTOR_C,
        text.writer.names,
        text.writer.taken,
        count_uses(bodies),
        text=dict(text.writer.text),
    )
    inside: list[str] = []
    used = set(_pruned(bodies, set(text.writer.text)))
    for symbol in (s for s in text.writer.names if s in used):
        inside.append(f"const double {inner.names[symbol]} = {inner.names[symbol]}_[{_AT}];")
    for node, place in text.kept.items():
        if node in text.written and node in used:
            inner.text[node] = place, ATOM
    for node in _pruned(bodies, set(inner.text)):
        inner._one(node)
        if node in text.kept and node not in text.written:
            inner.text[node] = inner.assign(node, inner.text[node][0]), ATOM
            inner.lines.append((f"{text.kept[node]} = {inner.text[node][0]}", "kept"))
            text.written.add(node)
    inside += [
        f"{line};" if note == "kept" else f"const double {line};" for line, note in inner.lines
    ]
    values = [inner.text[t][0] for t in bodies]
    for k, step in enumerate(steps):
        w = values[k - 1] if "{w}" in step else ""
        inside.append(step.format(values[k], w=w))
    text.lines.append(f"#pragma omp simd {clauses}".rstrip())
    text.lines.append("for (long loop__j = 0; loop__j < loop__n; loop__j++) {")
    text.lines += [f"    {line}" for line in inside]
    text.lines.append("}")


def _numbers(text: _Text, roots: Sequence[Term]) -> list[Term]:
    """The numbers of the row that entries are computed from."""
    found: dict[Term, None] = {}
    for node in _pruned(roots, set(text.writer.text)):
        for part in (node, *node.args):
            if part not in text.program.own and part not in text.writer.text:
                found[part] = None
    return list(found)


def _number(text: _Text, root: Term) -> str:
    """The text of a number of the row, as a name unless it is one: a compiler leaves a function
    that it sees through inside the loop over the entries."""
    writer = text.writer
    before = len(writer.lines)
    for node in _pruned([root], set(writer.text)):
        if node.op == LENGTH:
            writer.text[node] = "loop__size", ATOM
        else:
            writer._one(node)
    value, strength = writer.text[root]
    if strength < ATOM or "(" in value:
        value = writer.assign(root, value)
        writer.text[root] = value, ATOM
    text.lines += [f"const double {line};" for line, _ in writer.lines[before:]]
    return value


def _pruned(roots: Sequence[Term], known: set[Term]) -> Iterator[Term]:
    """Every node below the roots, arguments first, but nothing below what is known."""
    seen = set(known)
    for root in roots:
        stack = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if node in seen:
                continue
            if ready or not node.args or node.op == LENGTH:
                seen.add(node)
                yield node
            else:
                stack.append((node, True))
                stack += [(a, False) for a in reversed(node.args)]


def _kept(program: Rows) -> dict[Term, str]:
    """Where functions of entries are kept that more than one walk needs."""
    walks = [[a for n in phase.reductions for a in n.args] for phase in phases(program)]
    walks.append([t for t in program.outputs if t in program.own])
    counts: dict[Term, int] = {}
    for bodies in walks:
        numbers = {a for n in _pruned(bodies, set()) for a in (n, *n.args) if a not in program.own}
        for node in _pruned(bodies, numbers):
            if node in program.own and _is_dear(node):
                counts[node] = counts.get(node, 0) + 1
    dear = [node for node, count in counts.items() if count > 1]
    return {node: f"loop__kept[{k} * loop__n + loop__j]" for k, node in enumerate(dear)}


def _is_dear(node: Term) -> bool:
    """Whether computing a value again costs more than reading it."""
    return node.op == GAP or "(" in (spelling(node.op, "c") or "")
