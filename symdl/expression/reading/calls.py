"""Calls: deciding what a name before a bracket is, and reading its arguments."""

from __future__ import annotations

from symdl.expression import conventions as c
from symdl.expression.operators import LETTERS, MACROS, WORDS, Operator
from symdl.expression.reading.atoms import refuse_prose
from symdl.expression.reading.beside import slope_beside, value_beside
from symdl.expression.reading.capitals import is_row_before
from symdl.expression.reading.choice import holds_itself, is_call
from symdl.expression.reading.context import Context
from symdl.expression.reading.events import MEASURES, of_sets
from symdl.expression.reading.heads import Head, arguments, derivative_order, is_minus_one
from symdl.expression.reading.matricised import as_matrix
from symdl.expression.reading.opaque import indicator, is_of_power, opaque
from symdl.expression.reading.operator_calls import array_call, over_sets, with_power
from symdl.expression.reading.softmax_entries import entry_by_its_letter
from symdl.expression.reading.syntax import bracket_of, defined_function
from symdl.expression.scope import INVERSE
from symdl.expression.spelling import name_of
from symdl.expression.symbols import GREEK
from symdl.expression.term import Call, Symbol, Term, make
from symdl.latex import syntax as s

_ESTIMATES = ("\\hat{", "\\bar{", "\\tilde{")


def call_with(ctx: Context, factor: s.Node, following: s.Node) -> Term | None:
    """The call that a factor and the bracket behind it make, or None for a product."""
    if isinstance(following, s.Group) and _is_indicator(factor):
        condition = indicator(ctx, factor, following.body)
        if condition is not None:
            return condition
    group = bracket_of(following)
    if group is None and isinstance(following, s.Group) and following.open == "{":
        transformed = _transform(ctx, factor, following)
        if transformed is not None:
            return transformed
    if group is None or not isinstance(factor, s.Name | s.Word | s.Styled | s.Accent | s.Scripts):
        return None
    if group.open == "(" and following is group:

        def call(name: s.Node, inner: s.Group) -> Term | None:
            return called(ctx, Head(name), inner)

        beside = value_beside(ctx, factor, group, call)
        beside = slope_beside(ctx, factor, group, call) if beside is None else beside
        if beside is not None:
            return beside
    if isinstance(factor, s.Word):
        refuse_prose(ctx, factor)
    head = Head(factor)
    if head.name is None:
        return _without_name(ctx, head, following, group)
    made = of_sets(ctx, head, group, called)
    made = called(ctx, head, group) if made is None else made
    if made is None:
        return None
    if following is group:
        return made
    if head.name == "\\sigma" and made.op == "sigmoid":
        _refuse_softmax(ctx, factor, following)
    if is_of_power(made, following, group):
        ctx.note("expectation-of-power", following)
        inner = after_call(ctx, made.args[0], following, group)
        return make("opaque", inner, *made.args[1:], data=made.data)
    return after_call(ctx, made, following, group)


def _transform(ctx: Context, factor: s.Node, following: s.Group) -> Term | None:
    r"""`\mathcal{L}\{f\}`, `E\{X\}`: a letter of transforms, or of expectations, with braces for
    brackets."""
    name = name_of(factor) or ""
    if ctx.declared(name) is not None:
        return None
    if name in c.OPAQUE:  # `E\\{X^2\\}`
        inner = s.Group(following.start, following.end, "[", "]", following.body)
        return opaque(ctx, Head(factor), inner)
    if not name.startswith("\\mathcal{"):
        return None
    ctx.note("function-letter", factor)
    inner = s.Group(following.start, following.end, "(", ")", following.body)
    return user_call(ctx, Head(factor), inner)


def _without_name(ctx: Context, head: Head, following: s.Node, group: s.Group) -> Term | None:
    """What a bracket makes of a word that is no name: `mat`, an expectation, a probability."""
    base = name_of(head.core)
    matrix = as_matrix(ctx, head, group) if base == "mat" else None
    if matrix is not None:
        return matrix if following is group else after_call(ctx, matrix, following, group)
    drawn = base in c.OPAQUE and ctx.declared(base) is None
    return opaque(ctx, head, group) if drawn and following is group else None


def _is_indicator(node: s.Node) -> bool:
    """`1\\{x > 0\\}`, `\\mathbb{1}[..]`, `I(x > 0)`."""
    if isinstance(node, s.Number):
        return node.text == "1"
    name = name_of(node)
    return name in c.INDICATORS or name in ("I", "\\mathrm{I}")


def _refuse_softmax(ctx: Context, factor: s.Node, following: s.Node) -> None:
    """`\\sigma(z)_i` is an entry of the softmax more often than of sigmoids."""
    if isinstance(following, s.Scripts) and following.sub is not None:
        hint = "write \\text{softmax}(z)_i or \\sigma(z_i), or declare \\sigma"
        ctx.fail("sigmoid or softmax", factor, hint, "ambiguous")


def after_call(ctx: Context, made: Term, following: s.Node, group: s.Group) -> Term:
    """The scripts behind the bracket of a call belong to its value: `f(x)^2`."""
    from symdl.expression.reading.scripts import scripts_on

    layers: list[s.Node] = []
    node = following
    while node is not group:
        layers.append(node)
        assert isinstance(node, s.Scripts | s.Postfix)
        node = node.base if isinstance(node, s.Scripts) else node.body
    for layer in reversed(layers):
        if isinstance(layer, s.Scripts):
            made = scripts_on(ctx, layer, made)
        elif isinstance(layer, s.Postfix) and layer.operator == "!":
            made = make("factorial", made)
        else:
            ctx.fail("this is not read behind a call", layer)
    return made


def called(ctx: Context, head: Head, group: s.Group) -> Term | None:
    name = head.name or ""
    if name == "e" and not ctx.is_function(name):
        return None
    if group.open == "[" and not _takes_square_brackets(ctx, head):
        if isinstance(group.body, s.Sequence) and _before_arrays(ctx, head, group.body):
            return None  # W [h; x] is a product
        if isinstance(group.body, s.Sequence | s.Name | s.Scripts):
            hint = "an entry is written a_{ij}, a call f(x)"
            ctx.fail("a name before square brackets", head.node, hint, "ambiguous")
        if group.body is not None and _is_place(group.body, name):
            hint = "an entry is written a_{i+1}, a product with round brackets"
            ctx.fail("an entry or a product", head.node, hint, "ambiguous")
        return None
    declared = ctx.declared(name) or _bound_value(ctx, name)
    if declared is None and head.core is not head.node:
        base = ctx.declared(name_of(head.core) or "")
        declared = base if base is not None and base.role != "function" else None
        if base is not None and base.role == "function":
            return user_call(ctx, head, group)
    if declared is not None and getattr(declared, "role", "") != "function":
        return None
    if _is_factor(ctx, head, group):
        ctx.note("product-bracket", head.node)
        return None
    if declared is not None or ctx.is_function(name):
        if declared is None and name not in ctx.scope.functions:
            ctx.note("function-form", head.node)
        return user_call(ctx, head, group)
    known = _known(ctx, head, group)
    if known is not None:
        return known
    return user_call(ctx, head, group) if is_call(ctx, head, group) else None


def _before_arrays(ctx: Context, head: Head, body: s.Sequence) -> bool:
    """Whether arrays in square brackets are a factor behind a name: `W [h, x]`, `c^T [x; y]`."""
    names = (head.name or "", name_of(head.core) or "")
    if any(ctx.is_function(name) for name in names):
        return False
    found = next((d for d in map(ctx.declared, names) if d is not None), None)
    if found is not None and found.shape:
        return True
    return {";", "\\|"}.issuperset(body.separators)


def _is_factor(ctx: Context, head: Head, group: s.Group) -> bool:
    """`\\sigma(1 - \\sigma)`: a function beside a sum with its value in it is its value."""
    if head.name not in ctx.scope.functions and is_row_before(head.node, group):
        return True
    known = head.name == "\\sigma" or ctx.is_function(head.name or "")
    if not known or head.primes or not isinstance(group.body, s.Sum):
        return False
    return holds_itself(group, head.name or "")


def _is_place(node: s.Node, base: str) -> bool:
    """Whether `x[..]` holds the place of an entry: `x[0]`, `x[t-1]`, but not `n[n+1]`."""
    if isinstance(node, s.Sum):
        return all(_is_place(term, base) for term in node.terms)
    if isinstance(node, s.Number):
        return node.text.isdigit()
    return isinstance(node, s.Name) and node.text in c.INDEX_LETTERS and node.text != base


def _bound_value(ctx: Context, name: str) -> Term | None:
    """The variable a name is bound to; `\\min_G D(G(z))` runs over functions."""
    return None if name in c.FUNCTION_LETTERS else ctx.bound.get(name)


def _takes_square_brackets(ctx: Context, head: Head) -> bool:
    """Also `exp[-x]`, an operator in letters."""
    name = head.name or ""
    base = name_of(head.core)
    word = len(name) > 1 and name in WORDS and ctx.declared(name) is None
    return ctx.is_function(name) or base in c.OPAQUE or name in c.OPAQUE or word


def _known(ctx: Context, head: Head, group: s.Group) -> Term | None:
    """A call of an operator row, an array function or an operator kept as it is."""
    name = head.name or ""
    base = name_of(head.core) or ""
    if (base in c.OPAQUE or name in c.OPAQUE) and not _numbered(head, base, group):
        if name == "E" and group.open == "(":
            _refuse_energy(ctx, head, group)
        return opaque(ctx, head, group)
    row = operator_named(ctx, name, head.node)
    if row is not None:
        return operator_call(ctx, row, head, group)
    listed = isinstance(group.body, s.Sequence) and _is_defined_here(ctx, head)
    if name in c.ARRAY_WORDS and not head.primes and head.sup is None and not listed:
        return array_call(ctx, c.ARRAY_WORDS[name], head.node, group)
    return None


def _refuse_energy(ctx: Context, head: Head, group: s.Group) -> None:
    """`E(w)`: the error of w, or an expectation?"""
    body = group.body
    items = body.items if isinstance(body, s.Sequence) else (body,)
    names = [None if item is None else name_of(item) for item in items]
    plain = (n is not None and not (n[:1].isupper() or n.startswith(_ESTIMATES)) for n in names)
    if all(plain):
        hint = "write \\mathbb{E}[x] for the expectation, or declare E as a function"
        ctx.fail("an expectation or a function", head.node, hint, "ambiguous")


def _numbered(head: Head, base: str, group: s.Group) -> bool:
    """`E_n(x)` is no expectation."""
    sub = head.node.sub if isinstance(head.node, s.Scripts) else None
    return base == "E" and group.open == "(" and isinstance(sub, s.Name | s.Number)


def operator_named(ctx: Context, name: str, node: s.Node) -> Operator | None:
    """The operator row with this spelling, unless the scope defines the name."""
    if name in ctx.scope.functions:
        return None
    bare = name.removeprefix("\\")
    row = MACROS.get(name) or (None if bare != name and bare in GREEK else WORDS.get(bare))
    if row is None and name in c.OPERATOR_LETTERS:
        row = LETTERS.get(name)
        if row is not None:
            ctx.note("operator-letter", node)
    if row is not None and name in ("\\log",):
        ctx.note("natural-log", node)
    return row


def operator_call(ctx: Context, row: Operator, head: Head, group: s.Group) -> Term:
    """An operator row applied to the arguments in a bracket."""
    if head.primes or derivative_order(head.sup):
        return user_call(ctx, head, group, row.words[0] if row.words else row.name)
    args = arguments(ctx, group)[0]
    if row.arity not in (None, len(args)) and _is_defined_here(ctx, head):
        return user_call(ctx, head, group)  # the line defines its own function of this name
    softmax = entry_by_its_letter(ctx, head.name, args, head.node)
    if softmax is not None and head.sup is None:
        return softmax
    return over_sets(args, lambda each: with_power(ctx, row, each, head))


def _is_defined_here(ctx: Context, head: Head) -> bool:
    """Whether the line says what the function is: `\\text{clip}(g, c) = \\dots`."""
    left = ctx.tree.operands[0] if isinstance(ctx.tree, s.Chain) else None
    return left is not None and defined_function(left) == head.name


def user_call(ctx: Context, head: Head, group: s.Group, name: str = "") -> Term:
    """A call of a function that is no operator row."""
    primes = head.primes
    _refuse_partial(ctx, head, name or head.name or "")
    function = ctx.function(name or head.name or "")
    power: s.Node | None = None
    if head.sup is not None:
        order = derivative_order(head.sup)
        if order:
            ctx.note("derivative-order", head.node)
            primes += order
        elif is_minus_one(head.sup):
            ctx.note("inverse-function", head.node)
            function = Symbol(function.name + INVERSE, "function")
        elif head.name in MACROS or head.name in WORDS or _takes_several(group):
            ctx.note("power-of-value", head.node)
            power = head.sup
        elif name_of(head.sup) == "\\pi":
            ctx.note("label-superscript", head.sup)
            function = Symbol(f"{function.name}^{{\\pi}}", "function")
        else:
            ctx.fail(
                "a superscript between a function and its argument", head.node,
                "write (f(x))^2 for a power, or declare the whole name", "ambiguous",
            )  # fmt: skip
    with ctx.expecting("random" if head.name in MEASURES else ""):
        args, bars = arguments(ctx, group)
    data = Call(function, primes, bars)
    made = over_sets(args, lambda each: make("call", *each, data=data))
    return made if power is None else make("pow", made, ctx.read(power))


def _takes_several(group: s.Group) -> bool:
    """`R^2(y, z)`: what takes two arguments is not taken twice."""
    return isinstance(group.body, s.Sequence) and len(group.body.items) > 1


def _refuse_partial(ctx: Context, head: Head, name: str) -> None:
    """`f_x(x, y)` where f(x, y) is defined: a derivative, or a function of its own?"""
    base, _, below = name.partition("_")
    known = ctx.scope.functions.get(base)
    if not below or known is None or name in ctx.scope.functions or ctx.declared(name) is not None:
        return
    names = {p.data.name for p in known.parameters if p.op == "symbol"}
    if len(known.parameters) > 1 and below.strip("{}") in names:
        hint = f"write \\frac{{\\partial {base}}}{{\\partial {below}}}, or declare {name}: function"
        ctx.fail(f"the derivative of {base}, or another function", head.node, hint, "ambiguous")
