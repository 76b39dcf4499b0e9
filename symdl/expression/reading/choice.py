"""Whether an undeclared name before a bracket is called or multiplied."""

from __future__ import annotations

from symdl.expression import conventions as c
from symdl.expression.reading.atoms import refuse_prose
from symdl.expression.reading.context import Context
from symdl.expression.reading.heads import Head
from symdl.expression.reading.syntax import bracket_of, children, is_bold
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_BESSEL = frozenset("IJKY")
_BESSEL_WORDS = frozenset({"i0", "i1", "j0", "j1", "k0", "k1", "y0", "y1"})
"""Bessel functions under the names that the libraries of all languages give them."""
_ARITHMETIC = (s.Sum, s.Product, s.Fraction, s.Root, s.Number)


def is_call(ctx: Context, head: Head, group: s.Group) -> bool:
    """Whether an undeclared name before a bracket is a call."""
    base = name_of(head.core) or ""
    name = head.name or ""
    if isinstance(head.core, s.Word) and len(head.core.text.strip()) > 1:
        return _is_function_word(ctx, head.core)
    if name == "\\pi" and head.core is head.node and isinstance(group.body, _ARITHMETIC):
        return False  # a policy is taken of states: `\pi(s)`, `\pi(a | s)`
    if head.core is head.node and name in _BESSEL_WORDS:
        ctx.note("words", head.node)
        return True
    if name.startswith("\\Gamma_") and isinstance(group.body, s.Name):
        ctx.note("function-letter", head.node)
        return True
    if not head.primes and holds_itself(group, base, has_index=_has_index(head.node)):
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


def holds_itself(group: s.Group, base: str, has_index: bool = False) -> bool:
    """Whether the name itself is a value in the bracket: `p(1 - p)` is a product. has_index: it
    stands before the bracket with an index, so that the one in it may have one: `p_j(1 - p_i)`."""
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
        elif has_index and name_of(node.base) == base:
            return True
        else:
            stack.append(node.sub)
    return False


def _has_index(node: s.Node) -> bool:
    return isinstance(node, s.Scripts) and node.sub is not None


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

    refuse_prose(ctx, word)
    ctx.note("words", word)
    return True


def _is_moved_step(base: str, body: s.Node) -> bool:
    """`x(n-k)`, `u(t-1)`: a letter before a bracket of steps; `m(n-1)` counts."""
    if len(base) != 1 or not base.islower() or base in c.INDEX_LETTERS - {"c", "r", "s"}:
        return False
    leaves = body.terms if isinstance(body, s.Sum) and len(body.terms) > 1 else ()
    steps = [t.text for t in leaves if isinstance(t, s.Name)]
    plain = all(isinstance(t, s.Name | s.Number) for t in leaves)
    return plain and bool(steps) and set(steps) <= {"t", "n", "k", "i", "j"}


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
    if _is_moved_step(base, body):
        hint = f"write {base}_{{t-1}} for a step, or \\cdot for a product"
        ctx.fail("a value at a step or a product", node, hint, "ambiguous")
    if base in _BESSEL and isinstance(node, s.Scripts) and isinstance(node.sub, s.Number):
        hint = "declare the name as a function or a number, or write \\cdot"
        ctx.fail("a Bessel function or a product", node, hint, "ambiguous")
    factor = isinstance(body, s.Number) and capital
    if not factor and isinstance(
        body, s.Name | s.Number | s.Styled | s.Word | s.Accent | s.Scripts
    ):
        hint = f"declare {base} as a function or as a number, or write \\cdot"
        ctx.fail("a call or a product", node, hint, "ambiguous")
    ctx.note("product-bracket", node)
    return False
