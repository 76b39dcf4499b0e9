r"""Densities that no words name, known by their form: `\Gamma((\nu + 1) / 2)` and `\Gamma(\nu / 2)`
beside `(1 + x^2 / \nu)^{-(\nu + 1) / 2}`.

A gamma or beta function of the parameters, or a determinant beside a power of 2 pi, stands before
such a function of x for one reason: that its integral is 1. Only what has the function of x of a
distribution in its usual letters, and such a factor in the same letters, is taken for a density; a
plain factor more or less (a weight, a scale) is the author's. What is one is held against 1 like
any density that words name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symdl.expression.domain import Domain
from symdl.expression.term import Symbol, Term, constant, free_symbols, make, number, postorder
from symdl.expression.term import replace as put

ONE = number(1)
Factor = tuple[Term, int]
"""What a product has above its line (1) or below it (-1)."""


@dataclass(frozen=True, slots=True)
class Form:
    """The distribution that a formula has the form of, as its family is called, and the formula in
    one dimension."""

    words: str
    body: Term


def density_form(body: Term, variable: Term) -> Form | None:
    """The distribution of the form that a function of a variable has; None where it has none."""
    if any(f.op == "number" and f is not ONE for f, _ in factors(body)):
        return None  # twice a density on half of its values
    if _is_student(body, variable):
        return Form("Student", body)
    if _is_gamma(body, variable):
        return Form("gamma", body)
    if _is_beta(body, variable):
        return Form("beta", body)
    if _is_beta_binomial(body, variable):
        return Form("beta-binomial", body)
    single = _in_one_dimension(body, variable)
    return None if single is None else Form("normal", single)


def factors(term: Term) -> Iterator[Factor]:
    """What a product is made of: its factors, and those below its lines and roots."""
    waiting: list[Factor] = [(term, 1)]
    while waiting:
        node, side = waiting.pop()
        if node.op == "mul":
            waiting += ((part, side) for part in node.args)
        elif node.op == "div":
            waiting += ((node.args[0], side), (node.args[1], -side))
        elif node.op == "sqrt":
            waiting.append((node.args[0], side))
        else:
            yield node, side


def _split(body: Term, variable: Term) -> tuple[list[Factor], list[Factor]]:
    """The factors with the variable, and those without it."""
    own: list[Factor] = []
    rest: list[Factor] = []
    for factor in factors(body):
        (own if variable in free_symbols(factor[0]) else rest).append(factor)
    return own, rest


def _gammas(rest: list[Factor], name: Term) -> list[Factor]:
    """The gamma functions of a parameter among factors."""
    return [f for f in rest if f[0].op == "gamma_function" and free_symbols(f[0]) == {name}]


def _is_student(body: Term, x: Term) -> bool:
    r"""`(1 + x^2 / \nu)` to a power of \nu, beside two gamma functions of \nu and a root of it."""
    own, rest = _split(body, x)
    if len(own) != 1 or own[0][0].op != "pow" or own[0][0].args[0].op != "add":
        return False
    one, square = own[0][0].args[0].args[0], own[0][0].args[0].args[-1]
    if one is not ONE or len(own[0][0].args[0].args) != 2 or square.op != "div":
        return False
    nu = square.args[1]
    if nu.op != "symbol" or square.args[0] is not make("pow", x, number(2)):
        return False
    sides = {side for _, side in _gammas(rest, nu)}
    rooted = any(f is nu for f, _ in rest) and any(f is constant("pi") for f, _ in rest)
    return free_symbols(own[0][0].args[1]) == {nu} and sides == {1, -1} and rooted


def _is_gamma(body: Term, x: Term) -> bool:
    r"""`x^{\alpha - 1} e^{-\beta x}` beside one \Gamma(\alpha) and a power of \beta."""
    own, rest = _split(body, x)
    powers = [f for f, side in own if side == 1 and f.op == "pow" and f.args[0] is x]
    decays = [f for f, side in own if side == 1 and f.op == "exp" and f.args[0].op == "neg"]
    if len(own) != 2 or len(powers) != 1 or len(decays) != 1:
        return False
    shape = free_symbols(powers[0].args[1])
    rate = free_symbols(decays[0]) - {x}
    if len(shape) != 1 or len(rate) != 1 or shape == rate:
        return False
    alpha, beta = next(iter(shape)), next(iter(rate))
    if powers[0].args[1] is not alpha - ONE or decays[0].args[0].args[0] not in (
        make("mul", beta, x), make("mul", x, beta), make("div", x, beta)
    ):  # fmt: skip
        return False
    marks = [f for f, _ in rest if f is make("gamma_function", alpha)]
    raised = [f for f, _ in rest if f.op == "pow" and f.args[0] is beta]
    return len(marks) == 1 and len(raised) == 1 and len(rest) <= 3


def _is_beta(body: Term, x: Term) -> bool:
    """`x^{a - 1} (1 - x)^{b - 1}` beside B(a, b) or three gamma functions of a and b."""
    own, rest = _split(body, x)
    names = []
    for base in (x, make("add", ONE, -x)):
        found = [f for f, side in own if side == 1 and f.op == "pow" and f.args[0] is base]
        if len(found) != 1 or len(free_symbols(found[0].args[1])) != 1:
            return False
        names.append(next(iter(free_symbols(found[0].args[1]))))
        if found[0].args[1] is not names[-1] - ONE:
            return False
    marks = [f for f, _ in rest if f.op == "gamma_function" or _is_beta_function(f)]
    inside = {name for mark in marks for name in free_symbols(mark)}
    plainly = all(f in (m for m in marks) or f is ONE for f, _ in rest)
    return len(own) == 2 and inside == set(names) and len(set(names)) == 2 and plainly


def _is_beta_function(term: Term) -> bool:
    r"""`B(a, b)`, or what stands for it: a quotient of gamma functions."""
    called = term.op == "call" and len(term.args) == 2
    return called and str(term.data.function.name) in ("B", "\\mathrm{B}", "\\text{B}", "\\Beta")


def _is_beta_binomial(body: Term, k: Term) -> bool:
    """A binomial coefficient of n and k and a quotient of beta functions, that below of two
    parameters alone, one of which stands above with k."""
    own, rest = _split(body, k)
    chosen = [f for f, side in own if f.op == "binomial" and side == 1 and f.args[1] is k]
    above = [f for f, side in own if _is_beta_function(f) and side == 1]
    below = [f for f, side in rest if _is_beta_function(f) and side == -1]
    if (len(chosen), len(above), len(below), len(own)) != (1, 1, 1, 2):
        return False
    n, (a, b) = chosen[0].args[0], below[0].args
    names = {n, a, b}
    if len(names) != 3 or any(name.op != "symbol" for name in names):
        return False
    first, second = (free_symbols(argument) for argument in above[0].args)
    return first == {k, a} and second == {n, k, b} and len(rest) <= 2


def _in_one_dimension(body: Term, x: Term) -> Term | None:
    r"""`\exp(-(x - \mu)^T \Sigma^{-1} (x - \mu) / 2)` beside powers of \det \Sigma and of 2 \pi
    by the dimension k, for numbers instead of arrays; None for anything else."""
    own, rest = _split(body, x)
    if len(own) != 1 or own[0][0].op != "exp" or x.shape == ():
        return None
    forms = [n for n in postorder(own[0][0]) if n.op == "matmul" and len(n.args) == 3]
    if len(forms) != 1 or forms[0].args[1].op != "inverse":
        return None
    turned, inverse, away = forms[0].args
    sigma = inverse.args[0]
    half = (make("div", forms[0], number(2)), make("mul", make("div", ONE, number(2)), forms[0]))
    if own[0][0].args[0] not in tuple(-one for one in half) or turned is not make(
        "transpose", away
    ):
        return None
    bases = {base for f, _ in rest for base in postorder(f)}
    sizes = {n.args[1] for n in bases if n.op == "pow" and n.args[0] is number(2) * constant("pi")}
    sized = {s for size in sizes for s in free_symbols(size)}
    if sigma.op != "symbol" or make("det", sigma) not in bases or len(sized) != 1:
        return None
    others = {s for f, _ in rest for s in free_symbols(f)} - sized - {sigma}
    if others:
        return None  # a weight, a scale
    positive = Domain(lower=number(0).data.value, lower_open=True)
    scale = make("symbol", data=Symbol(sigma.data.name, domain=positive))
    table: dict[Term, Term] = {make("det", sigma): scale, next(iter(sized)): ONE}
    arrays = {s: make("symbol", data=Symbol(s.data.name)) for s in free_symbols(away)}
    distance = put(away, arrays)
    table[forms[0]] = make("div", make("pow", distance, number(2)), scale)
    return put(body, table)


def told(form: Form) -> str:
    """The form in words."""
    names = {"normal": "the multivariate normal", "Student": "Student's t"}
    name = names.get(form.words, f"the {form.words}")
    return f"it has the form of the density of {name} distribution"
