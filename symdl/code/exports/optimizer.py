"""A recurrence of the library as an optimizer of PyTorch or a transformation of Optax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symdl.code.backends import BACKENDS, JAX, TORCH
from symdl.code.emit import compose
from symdl.code.lambdify import Value, default_text
from symdl.code.modules import function_text, python_module
from symdl.code.names import comment, identifiers
from symdl.code.steps import Step
from symdl.document.errors import CodeError
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, free_symbols


def optimizer(
    step: Step,
    variable: str,
    to: str,
    name: str,
    *,
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
    starts: Mapping[Term, Term] | None = None,
) -> str:
    """A module with a torch.optim.Optimizer (`Adam`), or a function that makes an
    optax.GradientTransformation (`adam`).

    variable: the name of the state that is optimized; the one input of a step is its gradient,
    all other states start at 0, or at what `starts` says: a number or a setting. Raises CodeError
    for a step of another form.
    """
    if to not in WRITERS:
        raise CodeError(f"{to} has no optimizers: one of {', '.join(WRITERS)}")
    if variable not in (s.data.name for s in step.state) or len(step.inputs) != 1:
        raise CodeError(
            f"{name} is no optimizer of one gradient",
            hint="a step has one input, the gradient, and its last equation gives the parameter",
        )
    target = BACKENDS[to]
    body = compose(target, step.results, step.arguments, "_step", preferred=preferred,
                   settings=step.settings)  # fmt: skip
    told = comment(" ".join(doc)) or name
    parts = _parts(step, variable, name, told, defaults or {}, preferred, starts or {})
    return WRITERS[to](parts, function_text(target, body))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the text of an optimizer is made of; names are arguments of `_step`, those of `starting`
    only say how a state begins."""

    name: str
    variable: str
    state: tuple[str, ...]
    slope: str
    index: str
    settings: Mapping[str, str | None]
    told: str
    starts: Mapping[str, str]
    starting: frozenset[str]

    @property
    def kept(self) -> list[str]:
        """The states that the optimizer remembers."""
        return [s for s in self.state if s != self.variable]

    def signature(self) -> str:
        """The settings, those without default first."""
        ordered = sorted(self.settings.items(), key=lambda item: item[1] is not None)
        return ", ".join(n if v is None else f"{n}={v}" for n, v in ordered)

    def news(self) -> str:
        """The names of the results of a step."""
        return ", ".join(f"new_{s}" for s in self.state) + ("," if len(self.state) == 1 else "")

    def call(self, state: str, count: str, variable: str, slope: str, setting: str) -> str:
        """A call of `_step`; the arguments are formats of a name."""
        given = [f"{self.index}={count}"] if self.index else []
        given += [f"{s}={variable if s == self.variable else state.format(s)}" for s in self.state]
        told = (n for n in self.settings if n not in self.starting)
        given += [f"{self.slope}={slope}", *(f"{n}={setting.format(n)}" for n in told)]
        text = f"_step({', '.join(given)})"
        return text if len(self.state) > 1 else f"({text},)"


def _parts(
    step: Step,
    variable: str,
    name: str,
    told: str,
    defaults: Mapping[Term, Value],
    preferred: Mapping[Term, str] | None,
    starts: Mapping[Term, Term],
) -> _Parts:
    starting = {s for v in starts.values() for s in free_symbols(v)} - {*step.arguments}
    further = sorted(starting, key=lambda s: str(s.data.name))
    spelled = identifiers([*step.arguments, *further], preferred)
    state = {s.data.name: spelled[s] for s in step.state}
    known = {spelled[s]: default_text(v) for s, v in defaults.items() if s in spelled}
    return _Parts(
        name,
        state[variable],
        tuple(state.values()),
        spelled[step.inputs[0]],
        spelled[step.index] if step.index in step.arguments else "",
        {spelled[s]: known.get(spelled[s]) for s in (*step.other, *further)},
        told,
        {spelled[s]: _start(v, spelled) for s, v in starts.items() if s in spelled},
        frozenset(spelled[s] for s in further),
    )


def _torch(p: _Parts, step: str) -> str:
    called = "".join(part.capitalize() for part in p.name.split("_"))
    settings = ", ".join(f"{n}={n}" for n in p.settings)
    call = p.call('state["{0}"]', 'state["step"]', "parameter", "parameter.grad", 'group["{0}"]')
    lines = [
        f"class {called}(torch.optim.Optimizer):",
        f'    """{p.told}"""',
        "",
        f"    def __init__(self, params, {p.signature()}):",
        f"        super().__init__(params, dict({settings}))",
        "",
        "    @torch.no_grad()",
        "    def step(self, closure=None):",
        '        """One step for every parameter with a gradient; the loss of the closure."""',
        "        loss = None",
        "        if closure is not None:",
        "            with torch.enable_grad():",
        "                loss = closure()",
        "        for group in self.param_groups:",
        '            for parameter in group["params"]:',
        "                if parameter.grad is None:",
        "                    continue",
        "                state = self.state[parameter]",
        "                if not state:",
        '                    state["step"] = 0',
        *(f'                    state["{s}"] = {_filled(p, s)}' for s in p.kept),
        '                state["step"] += 1',
        f"                {p.news()} = {call}",
        *(f'                state["{s}"] = new_{s}' for s in p.kept),
        f"                parameter.copy_(new_{p.variable})",
        "        return loss",
    ]
    return python_module(TORCH, [step, "\n".join(lines)])


def _start(value: Term, spelled: Mapping[Term, str]) -> str:
    """A start as the text of a number, or as the name of a setting."""
    number = value_of(value)
    if number is not None:
        return default_text(number) if number else "0"
    if value in spelled:
        return spelled[value]
    raise CodeError(f"the start {value!r} of a state is no number and no setting")


def _filled(p: _Parts, state: str) -> str:
    start = p.starts.get(state, "0")
    if start == "0":
        return "torch.zeros_like(parameter)"
    value = f'group["{start}"]' if start in p.settings else start
    return f"torch.full_like(parameter, {value})"


def _tree_of(p: _Parts, state: str) -> str:
    start = p.starts.get(state, "0")
    if start == "0":
        return ", jax.tree.map(jnp.zeros_like, params)"
    return f", jax.tree.map(lambda leaf: jnp.full_like(leaf, {start}), params)"


def _optax(p: _Parts, step: str) -> str:
    zeros = "".join(_tree_of(p, s) for s in p.kept)
    call = p.call("{0}", "step", p.variable, p.slope, "{0}")
    old = ", ".join([p.variable, p.slope, *p.kept])
    lines = [
        f"def {p.name}({p.signature()}):",
        f'    """{p.told}"""',
        "",
        "    def init(params):",
        f"        return (jnp.zeros([], jnp.int32){zeros or ','})",
        "",
        "    def update(updates, state, params=None):",
        "        if params is None:",
        '            raise ValueError("this transformation needs params")',
        "        step = state[0] + 1",
        "        tree = jax.tree.structure(params)",
        "        columns = [jax.tree.leaves(part) for part in (params, updates, *state[1:])]",
        "        moved, kept = [], []",
        f"        for {old} in zip(*columns, strict=True):",
        f"            {p.news()} = {call}",
        f"            moved.append(new_{p.variable} - {p.variable})",
        f"            kept.append([{', '.join(f'new_{s}' for s in p.kept)}])",
        "        states = [jax.tree.unflatten(tree, part) for part in zip(*kept, strict=True)]",
        "        return jax.tree.unflatten(tree, moved), (step, *states)",
        "",
        "    return optax.GradientTransformation(init, update)",
    ]
    source = python_module(JAX, [step, "\n".join(lines)])
    first, _, rest = source.partition("\n\n\n")
    return f"{first}\nimport optax\n\n\n{rest}"


WRITERS = {"torch": _torch, "jax": _optax}
"""What writes the optimizer of a framework around the source of its step."""
