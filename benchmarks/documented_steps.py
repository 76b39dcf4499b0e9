"""Optimizers of documentation: trajectories by the code that symdl makes of their pseudo-code."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import documented_values as d
import numpy as np

import symdl
from symdl.expression.procedures.program import Assignment, assignments
from symdl.latex.pseudocode import is_pseudocode

RATES = (r"\alpha", r"\eta", r"\gamma", "lr")
WEIGHTS = (r"\theta", "w", "x", "p")


def is_trajectory(data: Mapping[str, Any]) -> bool:
    """Whether the output of a row are the parameters after each step."""
    return isinstance(data["inputs"], dict) and "grads" in data["inputs"]


def procedure_of(data: Mapping[str, Any]) -> symdl.Procedure:
    """The updates of a row, within those of the documentation if they are only some of them."""
    own = symdl.procedure(_without_entries(data["latex"]))
    assigned = {a.target for a in assignments(own.program.body)}
    if is_pseudocode(data["latex"]) or _moves(own) or not d.blocks(data):
        return own
    for block in d.blocks(data):
        try:
            whole = symdl.procedure(_without_entries(block))
        except symdl.Error:
            continue
        if assigned <= {a.target for a in assignments(whole.program.body)}:
            own_steps = {a.target: a for a in assignments(own.program.body)}
            body = tuple(
                own_steps.get(s.target, s) if isinstance(s, Assignment) else s
                for s in whole.program.body
            )
            return replace(whole, program=replace(whole.program, body=body))
    return own


def _without_entries(latex: str) -> str:
    """Updates that are stated for each entry, `w_t^{(i)}`, as those of whole arrays."""
    return re.sub(r"\^\{?\(i\)\}?", "", latex)


def _moves(own: symdl.Procedure) -> bool:
    names = {_base(a) for a in assignments(own.program.body)}
    return "u" in names or not names.isdisjoint(WEIGHTS)


def _base(step: Assignment) -> str:
    target = step.target.args[0] if step.target.op == "entry" else step.target
    return str(target.data.name)


def trajectory(data: Mapping[str, Any], values: Mapping[str, Any]) -> list[float]:
    """The parameters after each step, by generated code. Raises Missing."""
    found = procedure_of(data)
    flags = {n: bool(_flag(data, values, n)) for n in _settings(found)}
    found = found.where(**flags)
    grads = [np.array(g, float) for g in data["inputs"]["grads"]]
    weights = np.array(data["inputs"].get("theta0", data["inputs"].get("w0")), float)
    stepper = found.stepper()
    known = _parameters(found, data, values)
    moved = next((n for n in stepper.state if n in ("theta", "w", "x", "p")), None)
    start = {moved: weights} if moved else {}
    unsaid = [s for s in found.update.states if s.start is None]
    zeros = {n: weights * 0 for n in stepper.state if n not in start}
    state = {**zeros, **found.start({**start, **_zeros(found, unsaid, weights, start)}, **known)}
    run = {n: v for n, v in known.items() if n in stepper.parameters}
    results: list[float] = []
    for step, slope in enumerate(grads):
        given = {n: _input(n, slope, weights, data, values) for n in stepper.inputs}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # branches that are not taken divide by 0
            after = stepper(found.program.first + step, state, given, **run)
        weights = after[moved] if moved else weights + after["u"]
        state = {n: after[n] for n in stepper.state}
        results += d.flat(weights.tolist())
    return results


def _zeros(
    found: Any, unsaid: Sequence[Any], like: Any, start: Mapping[str, Any]
) -> dict[str, Any]:
    """Zeros for states whose beginning nothing says."""
    from symdl.code.names import identifiers

    names = identifiers([s.symbol for s in found.update.states])
    return {names[s.symbol]: like * 0 for s in unsaid if names[s.symbol] not in start}


def _settings(found: symdl.Procedure) -> list[str]:
    """The settings of a program, also those that stand in cases."""
    names = list(found.settings)
    for step in assignments(found.program.body):
        from symdl.expression.term import postorder

        for node in postorder(step.value):
            if node.op == "relation" and node.args[-1].op == "text":
                names.append(str(node.args[0].data.name))
    return list(dict.fromkeys(names))


def _flag(data: Mapping[str, Any], values: Mapping[str, Any], name: str) -> bool:
    called = re.search(rf"{name}=(True|False)", d.called(data))
    if called:
        return called[1] == "True"
    value = values.get(name, False)
    return value is True


def _rate(data: Mapping[str, Any], values: Mapping[str, Any]) -> float:
    called = re.search(r"\((\d[\d.e-]*)", d.called(data))
    if called:
        return float(called[1])
    if "lr" in values:
        return float(values["lr"])
    raise d.Missing("the learning rate")


def _input(
    name: str, slope: Any, weights: Any, data: Mapping[str, Any], values: Mapping[str, Any]
) -> Any:
    """What a step takes: the gradient, the rate of this step, or the parameters."""
    if name in ("g", "grad", "G"):
        return slope
    if name in ("theta", "w", "x", "p"):
        return weights
    own = values.get(name.strip("_"))
    if isinstance(own, float) and name.strip("_") not in ("alpha", "eta", "gamma"):
        return own
    if name.strip("_") in ("alpha", "eta", "gamma", "lr"):
        return _rate(data, values)
    if name == "o":  # the rate of optimism
        return _rate(data, values) * float(values.get("beta", 1.0))
    raise d.Missing(name)


def _parameters(
    found: symdl.Procedure, data: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameters by what the inputs are said to be, by their names, or by what is usual."""
    said = _meanings(found, values)
    result: dict[str, Any] = {}
    for symbol, name in _symbols(found):
        if name in said:
            result[name] = said[name]
            continue
        own = str(symbol.data.name)
        if own in RATES and "lr" not in values and own not in values:
            result[name] = _rate(data, values)
        else:
            result[name] = d.value_of(values, own)
    return result


def _symbols(found: symdl.Procedure) -> list[tuple[Any, str]]:
    from symdl.code.names import identifiers
    from symdl.code.procedure import step_of_update
    from symdl.expression.term import free_symbols

    step = step_of_update(found.update)
    starts = [s.start for s in found.update.states if s.start is not None]
    further = {s for start in starts for s in free_symbols(start)} - set(step.arguments)
    named = identifiers([*step.other, *sorted(further, key=repr)])
    return list(named.items())


def _meanings(found: symdl.Procedure, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of inputs by their meanings: `\\gamma` (lr), `\\beta_1, \\beta_2` (betas)."""
    from symdl.code.names import identifiers

    result: dict[str, Any] = {}
    group: list[Any] = []
    for one in found.inputs:
        if one.symbol is None:
            group = []
            continue
        group.append(one.symbol)
        if not one.meaning:
            continue
        key = d.MEANINGS.get(one.meaning, re.sub(r"\s+", "_", one.meaning))
        value = values.get(key, values.get(key.rstrip("s")))
        if isinstance(value, list) and len(value) == len(group):
            pairs = zip(group, value, strict=True)
        else:
            pairs = zip(group[-1:], [value], strict=False)
        for symbol, own in pairs:
            if isinstance(own, float | int) and not isinstance(own, bool):
                result[next(iter(identifiers([symbol]).values()))] = float(own)
        group = []
    return result
