"""`symdl derive`: a derivative, with the steps a student could hand in."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

from symdl.commands.limited import SECONDS, limited, timeout_argument
from symdl.commands.output import deliver
from symdl.commands.what import expression_of, variables_of, what_arguments, with_indices

if TYPE_CHECKING:
    from symdl.derivation.matrix.backward import Backward
    from symdl.faces.expression import Expression

_EXAMPLES = r"""examples:
  symdl derive sigmoid --wrt x --steps
  symdl derive 'L = (y - (wx + b))^2' --wrt w --steps --format latex
  symdl derive 'L(u)' --given 'L(u) = \log(1 + u^2)' --given 'u = wx' --wrt w
  symdl derive softmax --wrt x_j
  symdl derive '\nabla_w L' --given 'L = \lVert Xw - y\rVert^2' --wrt w     (a Hessian)
  symdl derive mlp --wrt W1
  symdl derive mlp --wrt all"""


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl derive`."""
    what_arguments(parser)
    parser.add_argument(
        "--wrt",
        metavar="x",
        help="the variable: w, x_j, W; several (W,b) or all: the backward pass "
        "(default: the only one there is)",
    )
    parser.add_argument("--steps", action="store_true", help="show every step with its rule")
    parser.add_argument("--format", choices=("text", "latex", "json"), default="text")
    parser.add_argument("--output", metavar="FILE")
    timeout_argument(parser, SECONDS, "processor time for the derivative")
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES


def run(options: Namespace) -> int:
    """Print the derivative of WHAT in the variable."""
    deliver(limited(lambda: _rendered(options), options), options.output)
    return 0


def _rendered(options: Namespace) -> str:
    from symdl.faces.slopes import every, several

    expression = expression_of(options)
    asked = with_indices(variables_of(options.wrt), expression) or [_only_variable(expression)]
    names = several(every(expression, asked))
    if names == ("all",) or len(names) > 1:
        return _backward(expression.backward(names), options.format) + "\n"
    derivative = expression.derivative(names[0])
    render = {"text": _text, "latex": _latex, "json": _json}[options.format]
    return render(derivative, options.steps) + "\n"


def _only_variable(expression: Expression) -> str:
    """The free symbol that has no default. Raises DeriveError where there is not exactly one."""
    from symdl.document.errors import DeriveError

    free = [s.data.name for s in expression.parameters() if s not in expression.defaults]
    if len(free) == 1:
        return str(free[0])
    raise DeriveError(
        "derivative in which variable?" if free else "there is no variable to derive in",
        hint=f"say it with --wrt: {', '.join(free)}" if free else "",
        code="no-such-variable",
    )


def _backward(found: Backward, form: str) -> str:
    import json

    from symdl.derivation.matrix import told

    if form == "json":
        return json.dumps(told.data(found), indent=2, ensure_ascii=False)
    return told.text(found) if form == "text" else told.as_latex(found)


def _text(derivative: Expression, with_steps: bool) -> str:
    doubt = [] if _is_proved(derivative) else [_UNPROVED]
    if with_steps:
        return "\n".join([repr(derivative.steps), *doubt])
    families = [f"({told})" for told in (*_unknown(derivative), *_behind(derivative))]
    return "\n".join([repr(derivative), *families, *map(str, derivative.kinks), *doubt])


def _behind(derivative: Expression) -> tuple[str, ...]:
    """What the arrays of a result are of which only members were declared, and where it holds."""
    from symdl.derivation.matrix.lines import MatrixSteps

    steps = derivative.steps
    if not isinstance(steps, MatrixSteps):
        return ()
    held = (f"where {' and '.join(steps.conditions)}",) if steps.conditions else ()
    return (*steps.families, *held)


def _unknown(derivative: Expression) -> tuple[str, ...]:
    """The functions of which nothing is known, so that their derivatives stand for themselves."""
    from symdl.expression.term import Call, postorder

    nodes = list(postorder(derivative.term))
    held = [n.args[0] for n in nodes if n.op == "derivative"]
    calls = [*held, *(n for n in nodes if n.op == "call" and n.data.primes)]
    names = {c.data.function.name for c in calls if c.op == "call" and isinstance(c.data, Call)}
    return tuple(f"nothing says what the function {name} is" for name in sorted(names))


_UNPROVED = "(no proof for all sizes was found: symdl check tries it at small ones)"


def _is_proved(derivative: Expression) -> bool:
    """Whether a derivative in matrix notation, made by simplifying, is proved like a claim;
    what was differentiated entry by entry comes from index forms as it is."""
    from symdl.derivation.index.equal import NotLowered, compare
    from symdl.derivation.matrix.lines import MatrixSteps
    from symdl.expression.term import make

    steps = derivative.steps
    if not isinstance(steps, MatrixSteps) or steps.axes or derivative.slope_of is None:
        return True
    body, scope = derivative.slope_of[0].term, derivative.scope
    op, data = ("gradient", None) if body.shape == () else ("derivative", "partial")
    slope = make(op, body, steps.variable, data=data)
    try:
        if compare(slope, steps.result, scope, scope.hypotheses).is_zero:
            return True
    except NotLowered:
        pass  # literal matrices have no index form, and are written out
    from symdl.evidence.claim import Claim
    from symdl.evidence.ladder import judge

    claim = Claim("derivative", "=", slope, steps.result, scope, scope.hypotheses)
    return judge(claim).kind == "proved"


def _latex(derivative: Expression, with_steps: bool) -> str:
    from symdl.derivation.matrix.lines import MatrixSteps
    from symdl.derivation.steps import Steps

    steps = derivative.steps
    if with_steps and isinstance(steps, Steps | MatrixSteps):
        return steps.latex
    return derivative.latex


def _json(derivative: Expression, with_steps: bool) -> str:
    import json

    from symdl.derivation.matrix.lines import MatrixSteps
    from symdl.derivation.steps import Steps, data

    steps = derivative.steps
    if isinstance(steps, MatrixSteps):
        found = steps.data
    else:
        assert isinstance(steps, Steps)
        found = data(steps.derivation)
    kept = found if with_steps else {key: found[key] for key in found if key != "steps"}
    both = {"latex": derivative.latex, "plain": repr(derivative), **kept}
    return json.dumps(both, indent=2, ensure_ascii=False)
