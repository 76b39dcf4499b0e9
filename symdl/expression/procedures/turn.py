r"""The steps of one turn of a loop, carried out with Terms in place of numbers.

`v_t` is what the last step said it is, `v_{t-1}` what it was at the end of the turn before, and
what two branches say differently is said in cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symdl.document.errors import ReadError
from symdl.document.source import Span
from symdl.expression.procedures.keys import (
    Key,
    bare,
    denied,
    lag_of,
    named,
    packs,
    setting_of,
    told,
)
from symdl.expression.procedures.program import (
    Assignment,
    Branch,
    Procedure,
    Statement,
    assignments,
)
from symdl.expression.term import (
    Shape,
    Term,
    free_symbols,
    make,
    number,
    postorder,
    replace,
    symbol,
)


@dataclass
class _Frame:
    """Values at one place of the program."""

    values: dict[Key, Term] = field(default_factory=dict)


class Turn:
    """What one turn has computed, what it needed of the turn before, and its inputs."""

    def __init__(self, procedure: Procedure, settings: Mapping[str, bool]) -> None:
        self.procedure, self.chosen = procedure, settings
        self.index = procedure.index
        self.settings: set[str] = set(procedure.settings)
        self.last: dict[str, int] = {}
        self.plain: set[str] = set()
        self.shapes: dict[str, Shape] = {}
        self.old: dict[Key, Term] = {}
        self.inputs: dict[Key, Term] = {}
        self.read: set[Key] = set()
        self.points: dict[Term, Term | None] = {}
        self.running: dict[tuple[str, Term], Term] = {}
        for step in assignments(procedure.body):
            if not packs(step):
                self._note(step)
        self.frame = _Frame()
        self._run(procedure.body)

    def _note(self, step: Assignment) -> None:
        key = self.key_of(step.target)
        if key is None:
            raise ReadError("this is no name that could get a value", step.span)
        if key[1] is None:
            self.plain.add(key[0])
        else:
            self.last[key[0]] = max(key[1], self.last.get(key[0], key[1]))

    # --- names --------------------------------------------------------------------------------

    def key_of(self, node: Term) -> Key | None:
        """What a Term names: `m_{t-1}` is m at -1, a symbol is itself."""
        if node.op == "symbol":
            return str(node.data.name), None
        if node.op != "entry" or len(node.args) != 2 or node.args[0].op != "symbol":
            return None
        lag = lag_of(node.args[1], self.index)
        if lag is None:
            return None
        name = str(node.args[0].data.name)
        self.shapes.setdefault(name, node.args[0].data.shape)
        return name, lag

    def _get(self, key: Key, span: Span) -> Term:
        """The value of a name at this place of the program."""
        self.read.add(key)
        if key in self.frame.values:
            return self.frame.values[key]
        name, lag = key
        if lag is None:
            return self.before(key)
        if name not in self.last:
            return self._given(name, lag, span)
        if lag >= self.last[name]:
            raise ReadError(f"{told(key, self.index)} is used before it has a value", span)
        return self.before(key)

    def _given(self, name: str, lag: int, span: Span) -> Term:
        """A sequence that no step assigns: an input of each turn; its older values are kept."""
        if lag > 0:
            raise ReadError(f"{told((name, lag), self.index)} is not known yet", span)
        newest = self.inputs.setdefault((name, 0), named(name, 0, self.shapes.get(name)))
        return newest if lag == 0 else self.before((name, lag))

    def before(self, key: Key) -> Term:
        """The symbol for what a name was at the end of the turn before."""
        if key not in self.old:
            name, lag = key
            last = self.last.get(name, 0)
            age = 0 if lag is None else last - 1 - lag
            taken = name not in self.last and lag is not None  # an input has its own name
            self.old[key] = named(name, age + 1 if taken else age, self.shapes.get(name))
        return self.old[key]

    # --- steps --------------------------------------------------------------------------------

    def _run(self, body: tuple[Statement, ...]) -> None:
        for statement in body:
            if isinstance(statement, Branch):
                self._branch(statement)
            elif not packs(statement):
                key = self.key_of(statement.target)
                assert key is not None
                self.frame.values[key] = self.value_of(statement.value, statement.span)

    def _branch(self, branch: Branch) -> None:
        condition = self._decided(branch.condition)
        if isinstance(condition, bool):
            self._run(branch.then if condition else branch.otherwise)
            return
        condition = self.value_of(condition, branch.span)
        before = self.frame
        self.frame = _Frame(dict(before.values))
        self._run(branch.then)
        then = self.frame.values
        self.frame = _Frame(dict(before.values))
        self._run(branch.otherwise)
        other = self.frame.values
        for key in dict.fromkeys((*then, *other)):
            yes, no = then.get(key), other.get(key)
            if yes is no and yes is not None:
                before.values[key] = yes
            elif yes is None and no is not None:
                before.values[key] = make("piecewise", no, denied(condition))
            elif no is None and yes is not None:
                before.values[key] = make("piecewise", yes, condition)
            elif yes is not None and no is not None:
                before.values[key] = make("piecewise", yes, condition, no)
        self.frame = before

    def _decided(self, condition: Term) -> Term | bool:
        """A setting that was chosen as whether it holds; any other condition as it is."""
        name, sign = setting_of(condition, self.settings)
        if not name:
            return condition
        self.settings.add(name)
        if name not in self.chosen:
            return make("relation", symbol(name), number(0), data=("!=" if sign else "=",))
        return self.chosen[name] == sign

    # --- values -------------------------------------------------------------------------------

    def value_of(self, term: Term, span: Span) -> Term:
        """A Term with each name replaced by its value at this place of the program."""
        term = self._with_settings(term)
        kept: dict[Term, Term] = {}
        for node in postorder(term):
            if node.op in ("sum", "product") and node.data == "range" and self._runs(node):
                kept[node] = symbol(f"held_{len(kept)}")
        term = replace(term, kept) if kept else term
        table: dict[Term, Term] = {}
        for node in postorder(term):
            key = self.key_of(node) if node.op in ("entry", "symbol") else None
            if key is not None and key[1] is None:
                found = self._alone(node, key, span)
            elif key is not None:
                found = self._get(key, span)
            elif node.op == "entry" and self.index not in free_symbols(node):
                found = self._constant(node)
            else:
                continue
            table[node] = found
        table |= {held: self._accumulated(node, span) for node, held in kept.items()}
        return replace(term, table) if table else term

    def _alone(self, node: Term, key: Key, span: Span) -> Term:
        if node in self.procedure.gradients or key[0] in {
            g.data.name for g in self.procedure.gradients
        }:
            own = symbol(key[0])
            at = self.procedure.gradients.get(own)
            point = None if at is None else self.value_of(at, span)
            if self.points.setdefault(own, point) is not point:
                raise ReadError(
                    "this gradient is taken at two points in one turn",
                    span,
                    hint="give the point between a name of its own",
                )
            return own
        if key[0] in self.plain:
            return self._get(key, span)
        return self.index if key[0] == self.index.data.name else bare(node, self.procedure.scope)

    def _constant(self, node: Term) -> Term:
        r"""A value of a sequence at a fixed place (`\rho_\infty`): what the start says it is."""
        for start in self.procedure.starts:
            if start.target is node:
                return self.value_of(start.value, start.span)
        return bare(node, self.procedure.scope)

    def _with_settings(self, term: Term) -> Term:
        """Cases of settings decided, `nesterov = \\text{True}` as a condition in numbers."""
        table: dict[Term, Term] = {}
        for node in postorder(term):
            if node.op != "piecewise":
                continue
            kept: list[Term] = []
            for place in range(0, len(node.args), 2):
                value, *condition = node.args[place : place + 2]
                holds = self._decided(condition[0]) if condition else True
                if holds is True:
                    kept.append(value)
                    break
                if not isinstance(holds, bool):
                    kept += (value, holds)
            if kept and tuple(kept) != node.args:
                table[node] = kept[0] if len(kept) == 1 else make("piecewise", *kept)
        return replace(term, table) if table else term

    # --- sums and products over all turns ------------------------------------------------------

    def _runs(self, node: Term) -> bool:
        """Whether a sum or product is over turns of the loop: it has values of sequences."""
        return (
            any(
                inner.op == "entry" and len(inner.args) == 2 and inner.args[1] is node.args[0]
                for inner in postorder(node.args[3])
            )
            and lag_of(node.args[2], self.index) is not None
        )

    def _accumulated(self, node: Term, span: Span) -> Term:
        """What a sum over the turns is: what it was before, and what this turn adds."""
        bound, lower, upper, body = node.args
        ahead = lag_of(upper, self.index)
        assert ahead is not None
        if lower is not number(self.procedure.first) or ahead < -1:
            raise ReadError("sums over the turns of the loop are read from the first on", span)
        key = (node.op, replace(body, {bound: self.index}))
        if key not in self.running:
            self.running[key] = symbol(f"{node.op}_{{{len(self.running) + 1}}}")
        value = self.running[key]
        for step in range(ahead + 1):
            at = make("add", self.index, number(step)) if step else self.index
            term = self.value_of(replace(body, {bound: at}), span)
            value = make("add" if node.op == "sum" else "mul", value, term)
        return value
