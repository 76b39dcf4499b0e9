r"""One turn of the loop of pseudo-code as mathematics: new values in terms of the values before.

The steps are carried out one by one with Terms in place of numbers: `v_t` is what the last step
said it is, `v_{t-1}` what it was at the end of the turn before, and what two branches say
differently is said in cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symdl.document.errors import ReadError
from symdl.document.source import Span
from symdl.expression.procedures.keys import (
    Key,
    bare,
    bared,
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


@dataclass(frozen=True, slots=True)
class State:
    """A value that the next turn needs: its symbol (which stands for the value before), what it
    becomes, and what it is at the beginning, if that is said."""

    symbol: Term
    value: Term
    start: Term | None


@dataclass(frozen=True, slots=True)
class Update:
    """One turn: the states, what else it needs (`inputs` change from turn to turn; gradients with
    the point they are taken at), and further results by name."""

    index: Term
    states: tuple[State, ...]
    inputs: tuple[Term, ...]
    gradients: Mapping[Term, Term | None]
    outputs: Mapping[str, Term]


def update_of(procedure: Procedure, settings: Mapping[str, bool] | None = None) -> Update:
    """One turn of the loop. settings: which conditions (`nesterov`) hold; those that are not
    named stay numbers of which 0 says no. Raises ReadError for a value that is used before it
    is there, and for a setting that does not occur."""
    chosen = dict(settings or {})
    found = _Turn(procedure, chosen)
    unknown = sorted(set(chosen) - found.settings)
    if unknown:
        known = ", ".join(sorted(found.settings)) or "none"
        raise ReadError(f"there is no setting {unknown[0]}", hint=f"settings: {known}")
    return found.update()


@dataclass
class _Frame:
    """Values at one place of the program."""

    values: dict[Key, Term] = field(default_factory=dict)


class _Turn:
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
        key = self._key(step.target)
        if key is None:
            raise ReadError("this is no name that could get a value", step.span)
        if key[1] is None:
            self.plain.add(key[0])
        else:
            self.last[key[0]] = max(key[1], self.last.get(key[0], key[1]))

    # --- names --------------------------------------------------------------------------------

    def _key(self, node: Term) -> Key | None:
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
            return self._before(key)
        if name not in self.last:
            return self._given(name, lag, span)
        if lag >= self.last[name]:
            raise ReadError(f"{told(key, self.index)} is used before it has a value", span)
        return self._before(key)

    def _given(self, name: str, lag: int, span: Span) -> Term:
        """A sequence that no step assigns: an input of each turn; its older values are kept."""
        if lag > 0:
            raise ReadError(f"{told((name, lag), self.index)} is not known yet", span)
        newest = self.inputs.setdefault((name, 0), named(name, 0, self.shapes.get(name)))
        return newest if lag == 0 else self._before((name, lag))

    def _before(self, key: Key) -> Term:
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
                key = self._key(statement.target)
                assert key is not None
                self.frame.values[key] = self._value(statement.value, statement.span)

    def _branch(self, branch: Branch) -> None:
        condition = self._decided(branch.condition)
        if isinstance(condition, bool):
            self._run(branch.then if condition else branch.otherwise)
            return
        condition = self._value(condition, branch.span)
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

    def _value(self, term: Term, span: Span) -> Term:
        """A Term with each name replaced by its value at this place of the program."""
        term = self._with_settings(term)
        kept: dict[Term, Term] = {}
        for node in postorder(term):
            if node.op in ("sum", "product") and node.data == "range" and self._runs(node):
                kept[node] = symbol(f"held_{len(kept)}")
        term = replace(term, kept) if kept else term
        table: dict[Term, Term] = {}
        for node in postorder(term):
            key = self._key(node) if node.op in ("entry", "symbol") else None
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
            point = None if at is None else self._value(at, span)
            if self.points.setdefault(own, point) is not point:
                raise ReadError(
                    "this gradient is taken at two points in one turn",
                    span,
                    hint="give the point between a name of its own",
                )
            return own
        if key[0] in self.plain:
            return self._get(key, span)
        return self.index if key[0] == self.index.data.name else bare(node)

    def _constant(self, node: Term) -> Term:
        r"""A value of a sequence at a fixed place (`\rho_\infty`): what the start says it is."""
        for start in self.procedure.starts:
            if start.target is node:
                return self._value(start.value, start.span)
        return bare(node)

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
            term = self._value(replace(body, {bound: at}), span)
            value = make("add" if node.op == "sum" else "mul", value, term)
        return value

    # --- the whole turn ------------------------------------------------------------------------

    def update(self) -> Update:
        nowhere = Span(self.procedure.source, 0, 0)
        states: dict[Term, State] = {}
        for (op, body), own in list(self.running.items()):
            combined = make("add" if op == "sum" else "mul", own, self._value(body, nowhere))
            states[own] = State(own, combined, number(0 if op == "sum" else 1))
        waiting = list(self.old)
        while waiting:
            key = waiting.pop(0)
            own = self.old[key]
            if own in states:
                continue
            known = set(self.old)
            states[own] = State(own, self._next(key), self._start(key))
            waiting += [k for k in self.old if k not in known]
        gradients = {g: at for g, at in self.points.items() if g not in states}
        inputs = (*self.inputs.values(), *gradients)
        return Update(self.index, tuple(states.values()), inputs, gradients, self._outputs())

    def _next(self, key: Key) -> Term:
        """What the value before is at the next turn."""
        name, lag = key
        later: Key = key if lag is None else (name, lag + 1)
        found = self.frame.values.get(later)
        if found is None and later in self.inputs:
            return self.inputs[later]
        if found is None:
            return self._before(later)
        if found.op == "piecewise" and len(found.args) % 2 == 0:
            return make("piecewise", *found.args, self.old[key])  # what no step assigns stays
        return found

    def _start(self, key: Key) -> Term | None:
        name, lag = key
        for start in self.procedure.starts:
            target = start.target
            if lag is None and target.op == "symbol" and target.data.name == name:
                return bared(start.value)
            if target.op != "entry" or target.args[0].data.name != name or lag is None:
                continue
            if target.args[1] is number(self.procedure.first + lag):
                return bared(start.value)
        return None

    def _outputs(self) -> dict[str, Term]:
        """What the pseudo-code returns besides states; without `return`, what nothing uses."""
        returned = [k for k in map(self._key, self.procedure.returned) if k is not None]
        if not returned:
            used = {key if key[1] is None else (key[0], key[1] + 1) for key in self.old}
            returned = [
                key
                for key in self.frame.values
                if key not in self.read
                and key not in used
                and (key[1] is None or key[1] == self.last[key[0]])
            ]
        found = {}
        for key in returned:
            carried = any(old[0] == key[0] for old in self.old)
            if not carried and key in self.frame.values:
                found[key[0]] = self.frame.values[key]
        return found
