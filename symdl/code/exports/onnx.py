"""An elementwise function as an ONNX graph in the text form of the standard.

ONNX has no expm1, log1p or erfc: functions that need them are written so that single precision
keeps its digits all the same (exp(u) - 1 = tanh(u/2) (exp(u) + 1)).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from symdl.code.emit import elementwise, finish, stabilised
from symdl.code.kernels import DIFFERENCES, KERNELS
from symdl.code.lower import LITERAL
from symdl.code.names import comment, identifiers
from symdl.code.share import FAMILIES
from symdl.document.errors import CodeError
from symdl.expression.numerals import ONE, ZERO
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, free_symbols, make, number, postorder, rebuild

_OPSET = 18
_SQRT_HALF = make("sqrt", number("0.5"))
_CONNECTIVES = {"and": "And", "or": "Or", "not": "Not"}
_RELATIONS = {
    "<": "Less", "<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual", "=": "Equal"
}  # fmt: skip


def _choice(left: Term, relation: str, right: Term, holds: Term, otherwise: Term) -> Term:
    return make("piecewise", holds, make("relation", left, right, data=(relation,)), otherwise)


def _expm1(u: Term) -> Term:
    return make("tanh", u / 2) * (make("exp", u) + 1)


def _log1p(u: Term) -> Term:
    w = 1 + u
    # What 1 + u rounds away is given back; where nothing is left of u, u is the logarithm.
    return _choice(w, "=", ONE, u, make("log", w) * (u / (w - 1)))


def _sech2(u: Term) -> Term:
    e = make("exp", -2 * make("abs", u))
    return 4 * e / ((1 + e) * (1 + e))


def _softplus(u: Term) -> Term:
    return make("relu", u) + _log1p(make("exp", -make("abs", u)))


def _mod(u: Term, v: Term) -> Term:
    rest = make("fmod", u, v)  # with the sign of u
    return _choice(rest * make("sign", v), "<", ZERO, rest + v, rest)


def _cdf(u: Term) -> Term:
    return (1 + make("erf", _SQRT_HALF * u)) / 2


def _pdf(u: Term) -> Term:
    return number("0.3989422804014327") * make("exp", -(u * u) / 2)


_FORMS: Mapping[str, Callable[..., Term]] = {
    **{n: f for n, f in FAMILIES["exp(-|u|)"].items() if n != "sigmoid"},
    "softplus": _softplus,
    "expm1": _expm1,
    "log1p": _log1p,
    "sech2": _sech2,
    "sech": lambda u: 1 / make("cosh", u),
    "csch": lambda u: 1 / make("sinh", u),
    "coth": lambda u: 1 / make("tanh", u),
    "logit": lambda u: make("log", u) - _log1p(-u),
    "mod": _mod,
    "decay": lambda u: make("exp", -make("abs", u)),
    "steer": lambda u, right, left: _choice(u, ">=", ZERO, right, left),
    "unless_gone": lambda e, g: _choice(e, "=", ZERO, ZERO, g),
    "tame": lambda w: w,
    "reciprocal": lambda u: 1 / u,
    "over": lambda u, v: u / v,
    "gauss": lambda u: make("exp", -(u * u)),
    "half_gauss": lambda u: make("exp", -(u * u) / 2),
    "normal_cdf": _cdf,
    "normal_pdf": _pdf,
    "normal_cdf_tangent": lambda u, w: _cdf(u) + w * _pdf(u),
    "erfc": lambda u: 1 - make("erf", u),
    "log_normal_cdf": lambda u: make("log", _cdf(u)),
    "log_erfc": lambda u: make("log", 1 - make("erf", u)),
    "tanhshrink": lambda u: u - make("tanh", u),
    "logcosh": lambda u: (
        make("abs", u) - make("log", number(2)) + _log1p(make("exp", -2 * make("abs", u)))
    ),
    "log1mexp": lambda u: make("log", -_expm1(u)),
    "logaddexp": lambda u, v: make("max", u, v) + _log1p(make("exp", -make("abs", u - v))),
    **{name: KERNELS[name].definition for name in DIFFERENCES},
    "power_gap": lambda u, v: -_expm1(v * make("log", u)),
    "power1p": lambda u, v: make("pow", 1 + u, v),
}


def onnx_text(
    outputs: Sequence[Term],
    parameters: Sequence[Term],
    name: str,
    *,
    doc: Sequence[str] = (),
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """A model with one input a parameter and one output a Term, all of one shape, in single
    precision. Raises CodeError for what is not elementwise or has no ONNX operator."""
    if not parameters or not elementwise(outputs, parameters):
        raise CodeError("code for onnx is written for elementwise functions")
    names = identifiers(parameters, preferred)
    ready = finish(tuple(map(_in_operators, stabilised(outputs))), parameters)
    graph = _Graph(dict(names), set(names.values()))
    ready = finish(tuple(map(_in_operators, ready)), parameters)
    results = [graph.shaped(t, names[parameters[0]]) for t in ready]
    made = [f"result{k}" for k in range(len(results))]
    graph.lines += [f"{m} = Identity ({r})" for m, r in zip(made, results, strict=True)]
    inputs = ", ".join(f"float[N] {n}" for n in names.values())
    outs = ", ".join(f"float[N] {m}" for m in made)
    told = comment(" ".join(doc)).replace('"', "'")
    head = f'<\n  ir_version: 8,\n  opset_import: ["" : {_OPSET}],\n  doc_string: "{told}"\n>'
    body = "\n".join(f"  {line}" for line in graph.lines)
    return f"{head}\n{name} ({inputs}) => ({outs})\n{{\n{body}\n}}\n"


def _in_operators(root: Term) -> Term:
    """A term in operators that ONNX has."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(done[a] for a in node.args)
        form = _form_of(node)
        # A form may use other forms: it is made of plain operators by a walk of its own.
        done[node] = rebuild(node, args) if form is None else _in_operators(form(*args))
    return done[root]


def _form_of(node: Term) -> Callable[..., Term] | None:
    """What computes a node that ONNX has no operator for: written for single precision here, else
    by definition."""
    row = TABLE.get(node.op)
    if node.op in _FORMS or row is None or row.onnx:
        return _FORMS.get(node.op)
    return row.definition


class _Graph:
    """The nodes of a graph so far."""

    def __init__(self, names: dict[Term, str], taken: set[str]) -> None:
        self.names: dict[Term, str] = names
        self.taken = taken
        self.lines: list[str] = []

    def write(self, root: Term) -> str:
        """The name of the value of a term."""
        for node in postorder(root):
            if node not in self.names:
                self.names[node] = self._one(node)
        return self.names[root]

    def shaped(self, root: Term, like: str) -> str:
        """The same in the shape of an input, also where it depends on none."""
        text = self.write(root)
        if free_symbols(root):
            return text
        return self.node("Expand", text, self.node("Shape", like))

    def node(self, operator: str, *inputs: str, attributes: str = "") -> str:
        count = len(self.taken)
        while f"t{count}" in self.taken:
            count += 1
        name = f"t{count}"
        self.taken.add(name)
        self.lines.append(f"{name} = {operator} {attributes}({', '.join(inputs)})")
        return name

    def constant(self, value: float) -> str:
        return self.node("Constant", attributes=f"<value = float {{{value!r}}}> ")

    def _one(self, node: Term) -> str:
        texts = [self.names[a] for a in node.args]
        if node.op == "number":
            return self.constant(float(node.data.value))
        if node.op == LITERAL:
            return self.constant(float(node.data[0]))
        if node.op in _CONNECTIVES or node.op in TABLE:
            return self._operator(node, texts)
        if node.op in ("gauss", "half_gauss"):
            square = self.node("Mul", texts[0], texts[0])
            scale = self.constant(-1.0 if node.op == "gauss" else -0.5)
            return self.node("Exp", self.node("Mul", square, scale))
        if node.op == "vanishing":
            gone = self.node("Equal", texts[0], self.constant(0.0))
            return self.node("Where", gone, self.constant(0.0), self.node("Mul", *texts))
        if node.op == "fmod":
            return self.node("Mod", *texts, attributes="<fmod = 1> ")
        if node.op == "relation":
            return self._relation(node, texts)
        if node.op == "indicator":
            return self.node("Where", texts[0], self.constant(1.0), self.constant(0.0))
        if node.op == "piecewise":
            return self._piecewise(texts)
        raise CodeError(f"no onnx code for {node.op}")

    def _operator(self, node: Term, texts: Sequence[str]) -> str:
        """One operator of ONNX; of many arguments it takes two at a time."""
        row = TABLE.get(node.op)
        name = _CONNECTIVES[node.op] if row is None else row.onnx
        if not name:
            raise CodeError(f"no onnx code for {node.op}")
        if node.op == "not" or (row is not None and row.arity == 1):
            return self.node(name, *texts)
        return reduce(lambda total, text: self.node(name, total, text), texts)

    def _relation(self, node: Term, texts: Sequence[str]) -> str:
        made: list[str] = []
        for left, relation, right in zip(texts, node.data, texts[1:], strict=False):
            if relation == "!=":
                made.append(self.node("Not", self.node("Equal", left, right)))
            elif relation in _RELATIONS:
                made.append(self.node(_RELATIONS[relation], left, right))
            else:
                raise CodeError(f"no onnx code for the condition with {relation}")
        total = made[0]
        for text in made[1:]:
            total = self.node("And", total, text)
        return total

    def _piecewise(self, texts: Sequence[str]) -> str:
        values, conditions = list(texts[0::2]), list(texts[1::2])
        if len(values) == len(conditions):
            values.append(self.constant(float("nan")))
        result = values.pop()
        for value, condition in zip(reversed(values), reversed(conditions), strict=True):
            result = self.node("Where", condition, value, result)
        return result
