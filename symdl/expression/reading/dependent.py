r"""Letters that a statement differentiates are functions: `(fg)' = f'g + fg'`.

The rules of calculus are written in letters: u and v of `\frac{d}{dx}(uv) = u\frac{dv}{dx} + ...`
depend on x, since their derivatives stand beside them. Where nobody says what they are, the rule is
about all functions u(x) and v(x).
"""

from __future__ import annotations

from collections.abc import Iterable

from symdl.expression.reading.context import Context
from symdl.expression.reading.syntax import bracket_of
from symdl.expression.scope import Scope
from symdl.expression.term import (
    Call,
    Symbol,
    Term,
    free_symbols,
    make,
    operations,
    postorder,
    rebuild,
    replace,
    symbol,
)
from symdl.latex import syntax as s
from symdl.latex.syntax import Node

VARIABLE, TIME = symbol("x"), symbol("t")
FUNCTIONS, QUANTITIES = frozenset("fghuvFGH"), frozenset("wyz")
_SLOPES = frozenset({"prime", "derivative"})
LIKE_FUNCTIONS = FUNCTIONS | {"\\sigma", "\\phi", "\\varphi", "\\psi", "\\Phi", "\\Psi"}
"""Letters that depend on the variable in a rule of calculus though their derivative is not written:
the v of a forgotten term; and those that do in a total derivative."""


def with_dependent_letters(ctx: Context, term: Term) -> Term:
    """The term with functions for the undefined letters that it differentiates, where it also
    differentiates something made of them."""
    if operations(term).isdisjoint(_SLOPES):
        return term
    nodes = tuple(postorder(term))
    primed = [n for n in nodes if n.op == "prime"]
    compound = [n for n in primed if _is_compound(n.args[0])]
    variable: Term | None = None
    if compound:
        if any(_is_known(n.args[0], ctx.scope) for n in primed):
            return term  # f is one function here, and the rule may be about any
        names = {n.args[0] for n in primed if _is_letter(n.args[0])}
        if names:
            names |= _like_functions((n.args[0] for n in compound), FUNCTIONS | QUANTITIES)
        elif {VARIABLE, TIME} & set().union(*(free_symbols(n.args[0]) for n in compound)):
            names = _like_functions((n.args[0] for n in compound), FUNCTIONS)
        names = {name for name in names if not _is_known(name, ctx.scope)}
        variable = _variable(compound, names)
        letters = dict.fromkeys(names, variable) if variable is not None else {}
    else:
        found = _by_leibniz(nodes) or _by_primes(nodes)
        letters = {u: x for u, x in found.items() if not _is_known(u, ctx.scope)}
    if variable is not None:
        ctx.note("prime-of-expression", ctx.places[compound[0].args[0]])
    return _functions(term, letters, variable) if letters or variable is not None else term


def with_own_value(ctx: Context, term: Term) -> Term:
    r"""`\sigma' (x) = \sigma(1 - \sigma)`: a function by its letter, beside its slope at x, is its
    value there."""
    letters = [s for s in free_symbols(term) if s.data.name == "\\sigma" and _is_letter(s)]
    if not letters or _is_known(letters[0], ctx.scope):
        return term
    slopes = [n for n in postorder(term) if n.op == "call" and n.data.primes]
    places = {n.args for n in slopes if n.data.function.name in ("sigmoid", "\\sigma")}
    if len(places) != 1 or any(a.op != "symbol" for a in next(iter(places))):
        return term
    ctx.note("operator-letter", ctx.places[letters[0]])
    return replace(term, {letters[0]: make("sigmoid", *next(iter(places)))})


def _variable(compound: list[Term], letters: set[Term]) -> Term | None:
    """In what primes differentiate: the only letter, or x (t) beside letters that have primes."""
    inner = set().union(*(free_symbols(n.args[0]) for n in compound)) - letters
    free = {name for name in inner if name.data.role != "function"}
    if any(n.args[0].shape != () for n in compound) or any(name.shape != () for name in free):
        return None
    if len(free) == 1 and not letters:
        name = free.pop()
        return None if name.data.name in LIKE_FUNCTIONS else name
    return next((v for v in (VARIABLE, TIME) if v in free), VARIABLE if letters else None)


def _by_leibniz(nodes: tuple[Term, ...]) -> dict[Term, Term]:
    """u and v with their variable x, where du/dx, dv/dx and d(uv)/dx stand in one statement."""
    pairs = [(n.args[0], n.args[1]) for n in nodes if n.op == "derivative" and len(n.args) == 2]
    letters = {u: x for u, x in pairs if _is_letter(u) and _is_letter(x)}
    if any(x in letters or letters.get(u, x) is not x for u, x in pairs):
        return {}
    used = {
        name
        for body, x in pairs
        if _is_compound(body)
        for name in postorder(body)
        if letters.get(name) is x
    }
    found = {u: x for u, x in letters.items() if u in used}
    for node in nodes if found else ():
        if (
            node.op == "derivative"
            and _is_compound(node.args[0])
            and node.args[1] in found.values()
        ):
            like = FUNCTIONS | QUANTITIES if node.data == "d" else FUNCTIONS
            others = _like_functions((node.args[0],), like) - {node.args[1]}
            found |= {u: node.args[1] for u in others if u not in found}
    return found


def _by_primes(nodes: tuple[Term, ...]) -> dict[Term, Term]:
    """u and v with their variable x, where d(uv)/dx stands beside u' or v'."""
    bodies = [(n.args[0], n.args[1]) for n in nodes if n.op == "derivative" and len(n.args) == 2]
    variables = {x for body, x in bodies if _is_compound(body)}
    primed = {n.args[0] for n in nodes if n.op == "prime" and _is_letter(n.args[0])}
    if len(variables) != 1 or len(bodies) != len(variables) or not primed - variables:
        return {}
    (variable,) = variables
    used = set().union(*(free_symbols(body) for body, _ in bodies))
    if not primed <= used or variable in primed:
        return {}
    return dict.fromkeys(primed | _like_functions((bodies[0][0],), FUNCTIONS), variable)


def _like_functions(terms: Iterable[Term], like: frozenset[str]) -> set[Term]:
    """The letters of functions in some terms."""
    names = {name for term in terms for name in free_symbols(term)}
    return {name for name in names if _is_letter(name) and name.data.name in like}


def _functions(root: Term, letters: dict[Term, Term], variable: Term | None) -> Term:
    done: dict[Term, Term] = {}
    for node in postorder(root):
        if node in letters:
            done[node] = _call(node, letters[node], 0)
        elif node.op == "prime" and node.args[0] in letters:
            done[node] = _call(node.args[0], letters[node.args[0]], node.data)
        elif node.op == "derivative" and set(node.args[1:]) == {letters.get(node.args[0])}:
            done[node] = _call(node.args[0], node.args[1], len(node.args) - 1)
        elif node.op == "prime" and _is_compound(node.args[0]) and variable is not None:
            inner = done[node.args[0]]
            done[node] = make("derivative", inner, *(variable,) * node.data, data="d")
        else:
            done[node] = rebuild(node, tuple(done[a] for a in node.args))
    return done[root]


def _call(letter: Term, variable: Term, primes: int) -> Term:
    function = Symbol(letter.data.name, "function")
    return make("call", variable, data=Call(function, primes))


def _is_letter(node: Term) -> bool:
    return node.op == "symbol" and node.shape == () and node.data.role == "scalar"


def _is_compound(node: Term) -> bool:
    return node.op not in ("symbol", "entry", "label")


def _is_known(letter: Term, scope: Scope) -> bool:
    if letter.op != "symbol":
        return False
    name = letter.data.name
    return letter in scope.values or name in scope.functions or scope.declares(name)


def slope_at(ctx: Context, factor: s.Scripts, following: s.Node) -> Term | None:
    """`(x^2)'(3)`: the derivative of an expression of one letter at a place."""
    group = bracket_of(following)
    if group is None or group is not following or group.open != "(" or group.body is None:
        return None
    body = ctx.read(factor.base)
    letters = [name for name in free_symbols(body) if _is_letter(name)]
    plain = body.shape == () and len(letters) == len(free_symbols(body)) == 1
    if not plain or factor.sup or factor.sub or letters[0].data.name in LIKE_FUNCTIONS:
        hint = "write \\frac{d}{dx} (...), and its place as |_{x = a}"
        ctx.fail("a derivative at a place or times a bracket", factor, hint, "ambiguous")
    ctx.note("prime-of-expression", factor)
    slope = make("derivative", body, *letters * factor.primes, data="d")
    return make("at", slope, letters[0], ctx.read(group.body))


def refuse_unclear_primes(ctx: Context, term: Term, tree: Node) -> None:
    """Refuse `(ax)'`, where no letter says in which variable."""
    if "prime" not in operations(term):
        return
    for node in postorder(term):
        if node.op == "prime" and _is_compound(node.args[0]):
            where = ctx.places.get(node.args[0], tree)
            hint = "write the derivative as \\frac{d}{dx} (...)"
            ctx.fail(
                "primes on an expression do not say in which variable", where, hint, "ambiguous"
            )
