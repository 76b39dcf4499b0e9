"""Functions that PyTorch and JAX differentiate by the closed form.

A framework's own differentiation of a stable spelling loses digits where the spelling cuts or
branches; here the derivative comes from the mathematics and is stabilised by itself. Derivatives
of higher order are the framework's, of the closed form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symdl.code.backends import Backend
from symdl.code.emit import backend_named, compose, elementwise
from symdl.code.lambdify import Value, default_text, with_derivatives
from symdl.code.modules import function_text, python_module, signature
from symdl.code.names import comment, fresh, identifiers
from symdl.document.errors import CodeError
from symdl.expression.term import Term


def differentiable(
    term: Term,
    to: str,
    parameters: Sequence[Term],
    *,
    name: str = "f",
    doc: Sequence[str] = (),
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """A module whose function `name` has its derivatives in all parameters attached: a
    torch.autograd.Function, or jax.custom_jvp.

    Raises CodeError for another target and for what is not elementwise.
    """
    if to not in WRAPPERS:
        raise CodeError(f"{to} does not differentiate functions: one of {', '.join(WRAPPERS)}")
    if not parameters or not elementwise((term,), parameters):
        raise CodeError("closed-form backward passes are written for elementwise functions")
    target = backend_named(to)
    outputs, notes = with_derivatives(term, tuple(parameters))
    spelled = identifiers(parameters, preferred)
    known = {s: default_text(v) for s, v in (defaults or {}).items()}
    arguments = {n: known.get(s) for s, n in spelled.items()}
    value = compose(target, outputs[:1], parameters, "_value", preferred=preferred)
    slopes = compose(target, outputs[1:], parameters, "_slopes", preferred=preferred)
    remarks = [comment(line) for line in (*doc, *notes)]
    functions = [function_text(target, value), function_text(target, slopes)]
    return python_module(target, [*functions, *WRAPPERS[to](target, name, arguments, remarks)])


def _torch(
    target: Backend, name: str, arguments: Mapping[str, str | None], doc: Sequence[str]
) -> list[str]:
    names = ", ".join(arguments)
    last = "," if len(arguments) == 1 else ""
    ctx, grad = (fresh(word, {*arguments}) for word in ("ctx", "grad"))
    grown = ", ".join(f"_summed({grad} * slope_{n}, {n})" for n in arguments)
    slopes = ", ".join(f"slope_{n}" for n in arguments)
    return [
        "def _summed(grad, like):\n"
        '    """A gradient in the shape of its argument: summed where that was broadcast."""\n'
        "    return grad.sum_to_size(like.shape)",
        "\n".join(
            [
                "class _Closed(torch.autograd.Function):",
                '    """The value, and its closed-form derivatives as backward pass."""',
                "",
                "    @staticmethod",
                f"    def forward({ctx}, {names}):",
                f"        {ctx}.save_for_backward({names})",
                f"        return _value({names})",
                "",
                "    @staticmethod",
                f"    def backward({ctx}, {grad}):",
                f"        {names}{last} = {ctx}.saved_tensors",
                f"        {slopes} = _slopes({names})",
                f"        return {grown}",
            ]
        ),
        f"def {name}({signature(arguments)}):\n"
        f"{_doc(doc)}"
        f"    {target.prepare.format(names, names)}\n"
        f"    return _Closed.apply({names})",
    ]


def _jax(
    target: Backend, name: str, arguments: Mapping[str, str | None], doc: Sequence[str]
) -> list[str]:
    names = ", ".join(arguments)
    last = "," if len(arguments) == 1 else ""
    primals, tangents = (fresh(word, {*arguments}) for word in ("primals", "tangents"))
    steps = ", ".join(f"step_{n}" for n in arguments)
    slopes = ", ".join(f"slope_{n}" for n in arguments)
    change = " + ".join(f"slope_{n} * step_{n}" for n in arguments)
    return [
        "\n".join(
            [
                "@jax.custom_jvp",
                f"def _closed({names}):",
                '    """The value; its derivatives are the closed forms."""',
                f"    return _value({names})",
            ]
        ),
        "\n".join(
            [
                "@_closed.defjvp",
                f"def _along({primals}, {tangents}):",
                '    """The value and its change along a direction."""',
                f"    ({names}{last}), ({steps}{last}) = {primals}, {tangents}",
                f"    {slopes} = _slopes({names})",
                f"    return _closed({names}), {change}",
            ]
        ),
        f"def {name}({signature(arguments)}):\n"
        f"{_doc(doc)}"
        f"    {target.prepare.format(names, names)}\n"
        f"    return _closed({names})",
    ]


WRAPPERS = {"torch": _torch, "jax": _jax}
"""What puts the values and slopes together for a framework."""


def _doc(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    if len(lines) == 1:
        return f'    """{lines[0]}"""\n'
    return "\n".join([f'    """{lines[0]}', "", *(f"    {x}" for x in lines[1:]), '    """\n'])
