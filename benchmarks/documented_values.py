"""What a row of framework documentation says the symbols of its formula are."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Mapping
from typing import Any

import symdl
from symdl.document.errors import Error

GREEK = {
    r"\epsilon": ("eps", "epsilon"), r"\varepsilon": ("eps", "epsilon"),
    r"\bar{\varepsilon}": ("eps_root",), r"\bar{\epsilon}": ("eps_root",),
    r"\lambda": ("lambd", "lambda", "weight_decay"), r"\alpha": ("alpha", "lr"),
    r"\mu": ("mu", "momentum"), r"\delta": ("delta",), r"\gamma": ("gamma", "lr"),
    r"\beta": ("beta",), r"\eta": ("eta", "lr"), r"\rho": ("rho", "decay"),
    r"\beta_1": ("b1", "beta1"), r"\beta_2": ("b2", "beta2"), r"\beta_3": ("b3", "beta3"),
    r"\tau": ("tau",), r"\theta": ("theta", "theta0"), r"\sigma": ("sigma", "std"),
}  # fmt: skip
MEANINGS = {"epsilon": "eps", "weightdecay": "weight_decay", "params": ""}
STATED_ELSEWHERE: dict[str, dict[str, Any]] = {
    # What the row's call states, or the text around its formula.
    "jax:pdf": {r"\mu": 0.3, r"\beta": 1.5},
    "optax:linear_schedule": {"I": 1.0, "E": 0.1, "T": 20, "B": 5},
    "optax:cosine_decay_schedule": {"I": 1.0, "T": 20, r"\alpha": 0.1, "p": 1.5},
    "optax:sigmoid_focal_loss": {
        "p": [0.11920292202211755, 0.3775406687981454, 0.9525741268224334],
        r"\alpha": [0.25, 0.75, 0.25],
    },
    "torch.clamp": {"min_value": -1.5, "max_value": 2.0},
    "torch.RReLU": {"a": (0.125 + 0.3333333333333333) / 2},
    "torch.init.kaiming_uniform_": {"gain": (1 / 3) ** 0.5, "fan_mode": 30},
}
FUNCTIONS = (
    # What the same documentations say of functions that they use by a letter.
    r"B(a, b) = \frac{\Gamma(a) \Gamma(b)}{\Gamma(a + b)}",
    r"I_0(x) = \sum_{k=0}^{\infty} \frac{(x^2/4)^k}{(k!)^2}",
    r"I_1(x) = \frac{x}{2} \sum_{k=0}^{\infty} \frac{(x^2/4)^k}{k! (k+1)!}",
)
WHOLE = re.compile(r"\\(?:text|mathrm|mathit|operatorname|mathbf|texttt|rm)\s*\{([^{}]*)\}")
ONES = frozenset({"w", "weight", r"\gamma"})
ZEROS = frozenset({"b", "bias", r"\beta", "B"})


class Missing(Exception):
    """The row does not say what this symbol is."""


def values_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs, parameters and the row's map of symbols by plain names."""
    found: dict[str, Any] = {}
    for name, value in (data.get("parameters") or {}).items():
        found[name] = _number(value)
    for name, value in (data.get("config") or {}).items():
        found[name] = _number(value)
    for name, value in re.findall(r"(\w+)=(-?\d[\d.]*(?:e-?\d+)?)", called(data)):
        found[name] = float(value)
    inputs = data["inputs"] if isinstance(data["inputs"], dict) else {}
    found.update({n: v for n, v in inputs.items() if not isinstance(v, str)})
    found = {**_defaults(data), **found}
    for key, value in (data.get("symbol_map") or {}).items():
        name = re.sub(r"_\{?[a-z](,[a-z])?\}?$", "", plain(key))
        said = _said(value, inputs)
        if said is not None:
            found[name] = said
            found.setdefault(key, said)
    stated = STATED_ELSEWHERE.get(data["id"]) or STATED_ELSEWHERE.get(data["id"].split("#")[0], {})
    return {k: v for k, v in {**found, **stated}.items() if v is not None}


def _defaults(data: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of the documented function, where the framework is installed."""
    try:
        parameters = inspect.signature(documented(data)).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {
        p.name: float(p.default)
        for p in parameters
        if isinstance(p.default, int | float) and not isinstance(p.default, bool)
    }


def called(data: Mapping[str, Any]) -> str:
    """The call that the output was recorded of."""
    return f"{data['id']} {data.get('ref') or ''} {data.get('torch_ref') or ''}"


def _number(value: Any) -> Any:
    if isinstance(value, list | bool):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _said(value: Any, inputs: Mapping[str, Any]) -> Any:
    """A value of the row's map: a number, an input, or mathematics in LaTeX or as a program."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | list):
        return value
    if value in inputs:
        return inputs[value]
    if "finfo(float64).eps" in value:
        return 2.220446049250313e-16
    first = re.sub(r"(?<![\\A-Za-z])(log|sqrt|pi|exp)(?![A-Za-z])", r"\\\1", value)
    if re.search(r"[A-Za-z]{4,}", re.sub(r"\\[A-Za-z]+", " ", first)):
        told = re.search(r"=\s*(-?\d+(?:\.\d+)?)", value)
        return float(told[1]) if told else None
    if not re.search(r"\d", first):
        return None
    try:
        read = symdl.read(first)
        return first if read.free else float(read())
    except Error:
        return None


def plain(name: str) -> str:
    r"""A LaTeX name without its fonts: `\text{negative\_slope}` is negative_slope."""
    return WHOLE.sub(r"\1", name).replace("\\_", "_").strip()


def value_of(values: Mapping[str, Any], name: str, is_array: bool = False) -> Any:
    """The value of a symbol by its name, its spelling as a program, or what is usual for it."""
    spelled = plain(name)
    bare = re.sub(r"[\\{}_,\s]", "", spelled)
    indexed = re.fullmatch(r"\\beta_\{?(\d)\}?", name)
    if indexed and isinstance(values.get("betas"), list):
        return values["betas"][int(indexed[1]) - 1]
    keys = (name, spelled, *GREEK.get(name, ()), re.sub(r"[\\{}]", "", spelled), bare)
    for key in keys:
        if key in values:
            return values[key]
    if len(bare) == 1 and bare.isupper() and isinstance(values.get(bare.lower()), list):
        return values[bare.lower()]  # Q is the argument q
    squeezed = {re.sub(r"[\\{}_\s]", "", plain(k)): v for k, v in values.items()}
    if bare in squeezed:
        return squeezed[bare]
    numbered = re.fullmatch(r"(\w+?)_?\{?(\d)\}?", spelled)
    if numbered and isinstance(values.get(numbered[1]), list):
        return values[numbered[1]][int(numbered[2])]
    method = re.fullmatch(r"(\w+)\.(?:nelement|numel|size)(?:\(\))?", spelled)
    if method and isinstance(values.get(method[1]), list):
        return len(flat(values[method[1]]))
    if spelled.endswith("size") and "kernel_size" in values and bare.startswith("kernel"):
        return values["kernel_size"]
    if spelled in ("d", "d_k") and isinstance(values.get("q"), list):
        return float(shape(values["q"])[-1])
    if name in ONES and (is_array or name == r"\gamma"):
        return 1.0
    if spelled in ZEROS and (is_array or name == r"\beta"):
        return 0.0
    raise Missing(name)


def documentation(data: Mapping[str, Any]) -> str:
    """The text that the formula stands in, where the framework is installed."""
    found = documented(data)
    return inspect.getdoc(found) or "" if found is not None else ""


def documented(data: Mapping[str, Any]) -> Any:
    """The documented function or class, where the framework is installed."""
    name = str(data.get("qualname") or "")
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found
    return None


def blocks(data: Mapping[str, Any]) -> list[str]:
    """The displayed formulas of the documentation, the row's own left out."""
    listed = data.get("all_latex")
    if isinstance(listed, str):
        listed = [listed]
    found = list(listed or _displays(documentation(data)))
    own = "".join(str(data["latex"]).split())
    return [one for one in found if "".join(one.split()) != own]


def _displays(text: str) -> list[str]:
    found = re.findall(r"\.\. math::[ \t]*([^\n]*)\n((?:[ \t]+[^\n]*\n|\s*\n)*)", text + "\n")
    return [f"{first}\n{rest}".strip() for first, rest in found]


def flat(value: Any) -> list[float]:
    """The entries of nested lists in order."""
    return [x for v in value for x in flat(v)] if isinstance(value, list) else [float(value)]


def shape(value: Any) -> tuple[int, ...]:
    """The lengths of nested lists."""
    return (len(value), *shape(value[0])) if isinstance(value, list) else ()
