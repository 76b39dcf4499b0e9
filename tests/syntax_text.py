"""Syntax trees as short text, for tables of cases.

`(mul a b)` is a product, `(scr x _i ^2)` scripts, `(chain a = b)` a chain of relations,
`( x )` a visible bracket, `<>` an Empty, `()` nothing.
"""

from __future__ import annotations

from symdl.latex import syntax as s


def text(node: s.Node | None) -> str:
    """The tree below `node` in one line."""
    match node:
        case None:
            return "()"
        case s.Empty():
            return "<>"
        case s.Number(text=shown) | s.Name(text=shown) | s.Dots(text=shown):
            return shown
        case s.Word(font=font, text=shown):
            return f'"{shown}"' if font == "text" else f'{font}"{shown}"'
        case s.Styled(font=font, body=body):
            return f"{font}:{text(body)}"
        case s.Group(open=left, close=right, body=body):
            return f"{left or '.'} {text(body)} {right or '.'}"
    return f"({_inside(node)})"


def _inside(node: s.Node) -> str:
    match node:
        case s.Accent(kind=kind, body=body, label=label):
            return f"{kind} {text(body)}" + (f" label {text(label)}" if label else "")
        case s.Scripts(base=base, sub=sub, sup=sup, primes=primes):
            below = f" _{text(sub)}" if sub else ""
            above = f" ^{text(sup)}" if sup else ""
            return f"scr {text(base)}{below}{above}" + "'" * primes
        case s.Fraction(numerator=above, denominator=below):
            return f"frac {text(above)} {text(below)}"
        case s.Binomial(upper=upper, lower=lower):
            return f"binom {text(upper)} {text(lower)}"
        case s.Root(body=body, degree=degree):
            return f"root {text(body)}" + (f" {text(degree)}" if degree else "")
        case s.Sequence(items=items, separators=marks):
            ends = [f" {mark}" for mark in marks] + [""] * (len(items) - len(marks))
            return "seq " + " ".join(
                text(item) + end for item, end in zip(items, ends, strict=False)
            )
        case s.Sum(signs=signs, terms=terms):
            return "sum " + " ".join(
                f"{sign} {text(t)}".strip() for sign, t in zip(signs, terms, strict=True)
            )
        case s.Product(factors=factors, links=links):
            rest = (
                f" {link} {text(f)}".replace("  ", " ")
                for link, f in zip(links, factors[1:], strict=True)
            )
            return f"mul {text(factors[0])}" + "".join(rest)
        case s.Postfix(operator=operator, body=body):
            return f"post {operator} {text(body)}"
        case s.Apply(head=head, argument=argument):
            return f"apply {text(head)} {text(argument)}"
        case s.BigOperator():
            limits = (f" _{text(node.lower)}" if node.lower else "") + (
                f" ^{text(node.upper)}" if node.upper else ""
            )
            variables = "".join(f" d{text(d)}" for d in node.differentials)
            return f"big {node.name}{limits} {text(node.body)}{variables}"
        case s.Environment(name=name, rows=rows):
            lines = (" & ".join(text(cell) for cell in row) for row in rows)
            return f"env {name} " + " // ".join(lines)
        case s.Chain(operands=operands, relations=relations):
            rest = (f" {r} {text(o)}" for r, o in zip(relations, operands[1:], strict=True))
            return f"chain {text(operands[0])}" + "".join(rest)
        case s.Conditioned(body=body, word=word, condition=condition):
            return f"when {text(body)} {word} {text(condition)}"
    raise AssertionError(type(node))


def children(node: s.Node) -> list[s.Node]:
    """The nodes directly below."""
    found: list[s.Node] = []
    for name in type(node).__dataclass_fields__:
        _collect(getattr(node, name), found)
    return found


def _collect(value: object, found: list[s.Node]) -> None:
    if isinstance(value, s.Node):
        found.append(value)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, found)
