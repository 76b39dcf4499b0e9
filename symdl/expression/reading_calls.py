"""Calls: deciding what a name before a bracket is, and reading its arguments."""

from __future__ import annotations

from collections.abc import Callable

from symdl.expression import conventions as c
from symdl.expression.operators import LETTERS, MACROS, TABLE, WORDS, Operator
from symdl.expression.reading_context import Context
from symdl.expression.reading_survey import bracket_of, children, is_bold
from symdl.expression.spelling import label_of, name_of, with_label
from symdl.expression.symbols import GREEK
from symdl.expression.term import Call, Symbol, Term, make, symbol
from symdl.latex import syntax as s

_INVERSES = {
    "sin": "arcsin", "cos": "arccos", "tan": "arctan", "sinh": "arsinh", "cosh": "arcosh",
    "tanh": "artanh", "exp": "log", "log": "exp", "sigmoid": "logit",
}  # fmt: skip


class Head:
    """A function name taken apart: `f_\\theta^{-1}` has name, primes, superscript."""

    __slots__ = ("core", "name", "node", "primes", "sup")

    def __init__(self, node: s.Node) -> None:
        self.node = node
        self.primes = 0
        self.sup: s.Node | None = None
        self.core = node
        if isinstance(node, s.Scripts):
            self.primes, self.sup = node.primes, node.sup
            self.core = node.base
            base = name_of(node.base)
            label = label_of(node.sub) if node.sub is not None else ""
            self.name = None if base is None or label is None else base
            if self.name is not None and label:
                self.name = with_label(self.name, label)
            if self.sup is not None and not self.primes:
                self._whole_name(node)
        else:
            self.name = name_of(node)

    def _whole_name(self, node: s.Scripts) -> None:
        """`V^*(s)` and `h^{(1)}(x)` keep the label in the name."""
        sup = node.sup
        if isinstance(sup, s.Name | s.Word):
            whole = name_of(node)
            if whole is not None:
                self.name, self.sup = whole, None


def call_with(ctx: Context, factor: s.Node, following: s.Node) -> Term | None:
    """The call that a factor and the bracket behind it make, or None for a product."""
    if name_of(factor) in c.INDICATORS and isinstance(following, s.Group):
        return indicator(ctx, factor, following.body)
    group = bracket_of(following)
    if group is None or not isinstance(factor, s.Name | s.Word | s.Styled | s.Accent | s.Scripts):
        return None
    head = Head(factor)
    if head.name is None:
        return None
    made = _called(ctx, head, group)
    if made is None:
        return None
    if following is group:
        return made
    return after_call(ctx, made, following, group)


def indicator(ctx: Context, sign: s.Node, condition: s.Node | None) -> Term | None:
    """`\\mathbb{1}\\{x > 0\\}`, `\\mathbf{1}_{x > 0}`; None when it holds no condition."""
    if isinstance(condition, s.Group) and condition.open in ("(", "[", "{"):
        condition = condition.body
    if not isinstance(condition, s.Chain):
        return None
    ctx.note("indicator", sign)
    return make("indicator", ctx.read(condition))


def after_call(ctx: Context, made: Term, following: s.Node, group: s.Group) -> Term:
    """The scripts behind the bracket of a call belong to its value: `f(x)^2`."""
    from symdl.expression.reading_scripts import scripts_on

    layers: list[s.Node] = []
    node = following
    while node is not group:
        layers.append(node)
        node = node.base if isinstance(node, s.Scripts) else node.body  # type: ignore[attr-defined]
    for layer in reversed(layers):
        if isinstance(layer, s.Scripts):
            made = scripts_on(ctx, layer, made)
        elif isinstance(layer, s.Postfix) and layer.operator == "!":
            made = make("factorial", made)
        else:
            ctx.fail("this is not read behind a call", layer)
    return made


def _called(ctx: Context, head: Head, group: s.Group) -> Term | None:
    name = head.name or ""
    if name == "e" and not ctx.is_function(name):
        return None
    if group.open == "[" and not _takes_square_brackets(ctx, head):
        if isinstance(group.body, s.Sequence | s.Name):
            hint = "an entry is written a_{ij}, a call f(x)"
            ctx.fail("a name before square brackets", head.node, hint, "ambiguous")
        return None
    declared = ctx.declared(name) or _bound_value(ctx, name)
    if declared is None and head.core is not head.node:
        base = ctx.declared(name_of(head.core) or "")
        declared = base if base is not None and base.role != "function" else None
        if base is not None and base.role == "function":
            return user_call(ctx, head, group)
    if declared is not None and getattr(declared, "role", "") != "function":
        return None
    if declared is not None or ctx.is_function(name):
        return user_call(ctx, head, group)
    known = _known(ctx, head, group)
    if known is not None:
        return known
    return user_call(ctx, head, group) if _by_convention(ctx, head, group) else None


def _bound_value(ctx: Context, name: str) -> Term | None:
    """The variable a name is bound to; `\\min_G D(G(z))` runs over functions."""
    return None if name in c.FUNCTION_LETTERS else ctx.bound.get(name)


def _takes_square_brackets(ctx: Context, head: Head) -> bool:
    name = head.name or ""
    base = name_of(head.core)
    return ctx.is_function(name) or base in c.OPAQUE or name in c.OPAQUE


def _known(ctx: Context, head: Head, group: s.Group) -> Term | None:
    """A call of an operator row, an array function or an operator kept as it is."""
    name = head.name or ""
    base = name_of(head.core) or ""
    if (base in c.OPAQUE or name in c.OPAQUE) and not _numbered(head, base, group):
        return opaque(ctx, head, group)
    row = operator_named(ctx, name, head.node)
    if row is not None:
        return operator_call(ctx, row, head, group)
    if name in c.ARRAY_WORDS and not head.primes and head.sup is None:
        return array_call(ctx, c.ARRAY_WORDS[name], head.node, group)
    return None


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
    if head.primes or _derivative_order(head.sup):
        return user_call(ctx, head, group, row.words[0] if row.words else row.name)
    args = arguments(ctx, group)[0]
    return over_sets(args, lambda each: with_power(ctx, row, each, head))


def over_sets(args: tuple[Term, ...], build: Callable[[tuple[Term, ...]], Term]) -> Term:
    """A function of its arguments; of a set of numbers it is the image of the set."""
    if len(args) == 1 and args[0].op in ("number_set", "interval"):
        x = symbol("x")
        return make("image", x, args[0], build((x,)))
    return build(args)


def with_power(ctx: Context, row: Operator, args: tuple[Term, ...], head: Head) -> Term:
    """`\\sin^2 x` is a power of the value, `\\sin^{-1} x` the inverse function."""
    sup = head.sup
    if sup is None:
        return apply_row(ctx, row, args, head.node)
    if is_minus_one(sup):
        inverse = _INVERSES.get(row.name)
        ctx.note("inverse-function", head.node)
        if inverse is not None and inverse in TABLE:
            return apply_row(ctx, TABLE[inverse], args, head.node)
        name = f"{row.words[0] if row.words else row.name}^{{-1}}"
        return make("call", *args, data=Call(Symbol(name, "function")))
    ctx.note("power-of-value", head.node)
    return make("pow", apply_row(ctx, row, args, head.node), ctx.read(sup))


def apply_row(ctx: Context, row: Operator, args: tuple[Term, ...], node: s.Node) -> Term:
    """The operator on its arguments; a wrong number of them is refused."""
    if row.arity is not None and len(args) != row.arity:
        ctx.fail(f"{row.name} takes {row.arity} argument(s), not {len(args)}", node)
    if not args:
        ctx.fail(f"{row.name} needs an argument", node)
    if row.arity is None and len(args) == 1:
        return _largest_of(ctx, row, args[0], node)
    return make(row.name, *args)


def _largest_of(ctx: Context, row: Operator, argument: Term, node: s.Node) -> Term:
    if argument.shape == ():
        return make(row.name, argument)
    if row.name in ("max", "min"):
        hint = f"write \\{row.name}_i x_i for the entries of a vector"
        ctx.fail(f"the {row.name} of one array", node, hint, "ambiguous")
    return make(row.name, argument)


def is_minus_one(node: s.Node) -> bool:
    """Whether a superscript is exactly -1."""
    if not isinstance(node, s.Sum) or node.signs != ("-",):
        return False
    inner = node.terms[0]
    return isinstance(inner, s.Number) and inner.text == "1"


def _derivative_order(sup: s.Node | None) -> int:
    """3 of `f^{(3)}`."""
    if isinstance(sup, s.Group) and sup.open == "(" and isinstance(sup.body, s.Number):
        return int(sup.body.text) if sup.body.text.isdigit() and len(sup.body.text) < 4 else 0
    return 0


def user_call(ctx: Context, head: Head, group: s.Group, name: str = "") -> Term:
    """A call of a function that is no operator row."""
    primes = head.primes
    function = ctx.function(name or head.name or "")
    power: s.Node | None = None
    if head.sup is not None:
        order = _derivative_order(head.sup)
        if order:
            ctx.note("derivative-order", head.node)
            primes += order
        elif is_minus_one(head.sup):
            ctx.note("inverse-function", head.node)
            function = Symbol(f"{function.name}^{{-1}}", "function")
        elif head.name in MACROS or head.name in WORDS:
            ctx.note("power-of-value", head.node)
            power = head.sup
        else:
            ctx.fail(
                "a superscript between a function and its argument", head.node,
                "write (f(x))^2 for a power, or declare the whole name", "ambiguous",
            )  # fmt: skip
    args, bars = arguments(ctx, group)
    data = Call(function, primes, bars)
    made = over_sets(args, lambda each: make("call", *each, data=data))
    return made if power is None else make("pow", made, ctx.read(power))


def arguments(ctx: Context, group: s.Group) -> tuple[tuple[Term, ...], tuple[int, ...]]:
    """The arguments in a bracket, and behind which of them a `;` or bar stood."""
    body = group.body
    if body is None:
        ctx.fail("a call without arguments", group)
    if not isinstance(body, s.Sequence):
        return (ctx.read(body),), ()
    if len(body.separators) >= len(body.items):
        ctx.fail("an argument is missing", group)
    args = tuple(ctx.read(item) for item in body.items)
    bars = tuple(i + 1 for i, sign in enumerate(body.separators) if sign != ",")
    return args, bars


def array_call(ctx: Context, op: str, node: s.Node, group: s.Group) -> Term:
    """`\\text{softmax}(x)`, `\\operatorname{tr}(A)`, ..."""
    args = arguments(ctx, group)[0]
    if op != "concat" and len(args) != 1:
        ctx.fail(f"{op} takes 1 argument, not {len(args)}", node)
    return make(op, *args)


def _by_convention(ctx: Context, head: Head, group: s.Group) -> bool:
    """Whether an undeclared name before a bracket is a call."""
    base = name_of(head.core) or ""
    name = head.name or ""
    if isinstance(head.core, s.Word) and len(head.core.text.strip()) > 1:
        return _is_function_word(ctx, head.core)
    if not head.primes and _holds(group, base):
        ctx.note("product-bracket", head.node)
        return False
    if head.primes or _letter_of_functions(name) or _letter_of_functions(base):
        _refuse_family(ctx, head)
        ctx.note("function-letter", head.node)
        return True
    body = group.body
    if body is None or isinstance(body, s.Sequence):
        ctx.note("function-arguments", head.node)
        return True
    if ctx.scope.outer is not None and ctx.scope.outer(name) is not None:
        return True
    return _capital_call(ctx, base, head.node, body)


def _holds(group: s.Group, base: str) -> bool:
    """Whether the name itself is a value in the bracket: `p(1 - p)` is a product."""
    stack: list[s.Node] = [group]
    while stack:
        node = stack.pop()
        if isinstance(node, s.Product):
            for i, factor in enumerate(node.factors):
                called = i + 1 < len(node.factors) and bracket_of(node.factors[i + 1]) is not None
                core = factor.base if isinstance(factor, s.Scripts) else factor
                if not (called and name_of(core) == base):
                    stack.append(factor)
        elif isinstance(node, s.Name):
            if node.text == base:
                return True
        elif not (isinstance(node, s.Scripts) and node.sub is not None):
            stack.extend(children(node))
        else:
            stack.append(node.sub)
    return False


def _letter_of_functions(name: str) -> bool:
    """Whether a letter, perhaps bold or with an accent, is one of functions."""
    if name in c.FUNCTION_LETTERS:
        return True
    inner = name[name.find("{") + 1 : -1] if name.endswith("}") and "_" not in name else ""
    styled = is_bold(name) or name.startswith(("\\hat{", "\\tilde{", "\\bar{"))
    return styled and inner in c.FUNCTION_LETTERS and not inner.isupper()


def _refuse_family(ctx: Context, head: Head) -> None:
    """`f_i(x)` with an index i is a family of functions, which has no Term."""
    sub = head.node.sub if isinstance(head.node, s.Scripts) else None
    if sub is None:
        return
    letters = {n for n in _letters_in(sub) if n in ctx.notation.indices or n in ctx.bound}
    if letters or isinstance(sub, s.Sum):
        hint = "declare the function with its subscript, or make the index an argument"
        ctx.fail("a family of functions is not read", head.node, hint)


def _letters_in(node: s.Node) -> list[str]:
    found, stack = [], [node]
    while stack:
        item = stack.pop()
        if isinstance(item, s.Name):
            found.append(item.text)
        stack.extend(children(item))
    return found


def _is_function_word(ctx: Context, word: s.Word) -> bool:
    from symdl.expression.reading_atoms import refuse_prose

    refuse_prose(ctx, word)
    ctx.note("words", word)
    return True


def _capital_call(ctx: Context, base: str, node: s.Node, body: s.Node) -> bool:
    capital = base[:1].isupper() or base.startswith("\\mathcal{")
    if capital and base not in c.MATRIX_LETTERS:
        simple = isinstance(body, s.Name | s.Styled | s.Word | s.Accent | s.Scripts)
        nested = (
            isinstance(body, s.Product)
            and len(body.factors) == 2
            and bracket_of(body.factors[1]) is not None
        )
        if simple or nested:
            ctx.note("function-argument", node)
            return True
    if isinstance(body, s.Number) and capital:
        pass
    elif isinstance(body, s.Name | s.Number | s.Styled | s.Word | s.Accent | s.Scripts):
        hint = f"declare {base} as a function or as a number, or write \\cdot"
        ctx.fail("a call or a product", node, hint, "ambiguous")
    ctx.note("product-bracket", node)
    return False


# Operators that are kept, not computed ----------------------------------------------------


def opaque(ctx: Context, head: Head, group: s.Group) -> Term:
    """`\\mathbb{E}_{x \\sim p}[f(x)]`, `\\mathrm{Var}(x)`, `\\mathcal{N}(0, 1)`."""
    name = c.OPAQUE.get(head.name or "") or c.OPAQUE[name_of(head.core) or ""]
    args = [given(ctx, group)] if _has_bar(group) else list(arguments(ctx, group)[0])
    made = make("opaque", *args, *_subscript(ctx, head), data=name)
    if head.primes:
        ctx.fail("a primed operator is not read", head.node)
    return made if head.sup is None else make("pow", made, ctx.read(head.sup))


def _subscript(ctx: Context, head: Head) -> tuple[Term, ...]:
    node = head.node
    if not isinstance(node, s.Scripts) or node.sub is None or head.name in c.OPAQUE:
        return ()
    if isinstance(node.sub, s.Sequence):
        return tuple(ctx.read(item) for item in node.sub.items)
    return (ctx.read(node.sub),)


def _has_bar(group: s.Group) -> bool:
    body = group.body
    return isinstance(body, s.Sequence) and any(x in ("\\mid", "|") for x in body.separators)


def given(ctx: Context, group: s.Group) -> Term:
    """`x, y \\mid z` as `given`."""
    body = group.body
    assert isinstance(body, s.Sequence)
    bar = next(i for i, x in enumerate(body.separators) if x in ("\\mid", "|"))
    sides = [body.items[: bar + 1], body.items[bar + 1 :]]
    terms = [tuple(ctx.read(item) for item in side) for side in sides]
    if not all(terms):
        ctx.fail("something is missing beside the bar", group)
    return make("given", *(t[0] if len(t) == 1 else make("tuple", *t) for t in terms))


def opaque_head(ctx: Context, factor: s.Node) -> Callable[[Term], Term] | None:
    """`\\mathbb{E}_{x} f(x)` without a bracket: the operator waits for what follows."""
    base = factor.base if isinstance(factor, s.Scripts) else factor
    if not isinstance(base, s.Styled) or base.font != "mathbb":
        return None
    name = name_of(base)
    if name not in c.OPAQUE or ctx.declared(name) is not None:
        return None
    head = Head(factor)

    def apply(body: Term) -> Term:
        return make("opaque", body, *_subscript(ctx, head), data=c.OPAQUE[name])

    return apply


# Macros with an argument: \tanh x ----------------------------------------------------------


def read_apply(ctx: Context, node: s.Apply) -> Term:
    """A function macro and its argument, in a bracket or not."""
    head = Head(node.head)
    sub: s.Node | None = None
    if isinstance(node.head, s.Scripts):
        sub = node.head.sub
        head.name = name_of(node.head.base)
    name = head.name or ""
    group = bracket_of(node.argument)
    if group is not None and node.argument is not group:
        bare = s.Apply(node.start, group.end, node.head, group)
        return after_call(ctx, read_apply(ctx, bare), node.argument, group)
    if sub is not None and name not in c.OPAQUE:
        return _based(ctx, node, name, sub, head)
    inner = group or _braced(node.argument)
    if inner is None:
        _refuse_unclear_argument(ctx, node)
    bracket = inner if inner is not None else s.Group(
        node.argument.start, node.argument.end, "(", ")", node.argument
    )  # fmt: skip
    made = _called(ctx, head, _round(bracket))
    if made is not None:
        return made
    return ctx.fail(f"the function {name} is not known", node.head)


def _refuse_unclear_argument(ctx: Context, node: s.Apply) -> None:
    """`\\log \\frac{a}{b} y`: is y inside the logarithm?"""
    argument = node.argument
    if not isinstance(argument, s.Product):
        return
    for i, factor in enumerate(argument.factors[:-1]):
        following = argument.factors[i + 1]
        call = bracket_of(following) is not None and not isinstance(factor, s.Number)
        whole = isinstance(factor, s.Fraction | s.Root | s.Group | s.BigOperator | s.Apply)
        if (call and i + 2 < len(argument.factors)) or (whole and not call) or argument.links[i]:
            hint = "put brackets around the argument of the function"
            ctx.fail("where the argument ends is not clear", argument, hint, "ambiguous")


def _braced(node: s.Node) -> s.Group | None:
    """`\\exp\\{x\\}` and `\\max\\{a, b\\}` hold arguments too."""
    return node if isinstance(node, s.Group) and node.open == "{" else None


def _round(group: s.Group) -> s.Group:
    return group if group.open == "(" else s.Group(group.start, group.end, "(", ")", group.body)


def _based(ctx: Context, node: s.Apply, name: str, sub: s.Node, head: Head) -> Term:
    """`\\log_2 x`."""
    if name not in ("\\log", "log", "\\lg"):
        ctx.fail(f"a subscript of {name} is not read", node.head)
    if head.primes:
        ctx.fail("a primed logarithm is not read", node.head)
    group = bracket_of(node.argument)
    body = group.body if group is not None and group.body is not None else node.argument
    made = make("log_base", ctx.read(body), ctx.read(sub))
    if head.sup is None:
        return made
    ctx.note("power-of-value", node.head)
    return make("pow", made, ctx.read(head.sup))
