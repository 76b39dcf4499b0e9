"""Canonical names: the one spelling under which a name-like piece of syntax is known."""

from __future__ import annotations

from symdl.latex import syntax as s

_PLAIN_FONTS = frozenset({"mathit", "mathnormal", "displaystyle", "textstyle"})
_SAME_FONT = {"bm": "boldsymbol", "bf": "mathbf", "textbf": "mathbf", "cal": "mathcal"}
_SAME_ACCENT = {"widehat": "hat", "widetilde": "tilde"}
LIMIT_MACROS = frozenset({"\\min", "\\max", "\\sup", "\\inf", "\\lim"})
_LIKE_NAMES = frozenset({s.Word, s.Styled, s.Accent, s.Scripts})
SAMPLES = "^{(\\bullet)}"
"""Behind the name of all samples: `x^{(i)}` is the i-th of `x^{(\\bullet)}`."""
LABEL_SIGNS = frozenset({"*", "+", "\\ast", "\\star", "\\dagger"})


def pushed(node: s.Styled | s.Accent) -> s.Scripts | None:
    """`\\mathbf{v_i}` and `\\hat{x_i}` as the same with the script outside."""
    body = node.body
    if not isinstance(body, s.Scripts):
        return None
    base: s.Node
    if isinstance(node, s.Styled):
        base = s.Styled(node.start, node.end, node.font, body.base)
    else:
        base = s.Accent(node.start, node.end, node.kind, body.base)
    return s.Scripts(node.start, node.end, base, body.sub, body.sup, body.primes)


def name_of(node: s.Node) -> str | None:
    """The canonical name of a node, or None when it is no name.

    `\\mathit{x}` is `x`, `\\bm` is `\\boldsymbol`, the upright fonts are one font; everything
    else keeps its spelling: `\\hat{m}_1`, `\\mathbf{x}`, `W^{(2)}`, `x_{\\text{max}}`.
    """
    if isinstance(node, s.Name):
        return node.text
    if type(node) not in _LIKE_NAMES:
        return None
    if isinstance(node, s.Word):
        return word_name(node)
    if isinstance(node, s.Styled | s.Accent):
        outside = pushed(node)
        if outside is not None:
            return _scripted(outside) if not outside.primes else None
    if isinstance(node, s.Styled):
        return _styled(node)
    if isinstance(node, s.Accent):
        inner = name_of(node.body)
        kind = _SAME_ACCENT.get(node.kind, node.kind)
        return None if inner is None else f"\\{kind}{{{inner}}}"
    if isinstance(node, s.Scripts) and not node.primes:
        return _scripted(node)
    return None


def word_name(node: s.Word) -> str:
    """The name of a word; a single upright letter keeps its font."""
    text = node.text.strip()
    upright = len(text) == 1 and node.font not in _PLAIN_FONTS
    return f"\\mathrm{{{text}}}" if upright else text


def _styled(node: s.Styled) -> str | None:
    if isinstance(node.body, s.Word):
        inner: str | None = node.body.text
    elif isinstance(node.body, s.Number):
        inner = None if node.font in _PLAIN_FONTS else node.body.text
    else:
        inner = name_of(node.body) or run_of_letters(node.body)
    if inner is None:
        return None
    if node.font in _PLAIN_FONTS:
        return inner
    return f"\\{_SAME_FONT.get(node.font, node.font)}{{{inner}}}"


def _scripted(node: s.Scripts) -> str | None:
    name = name_of(node.base)
    if name is None:
        return None
    if node.sub is not None:
        label = label_of(node.sub)
        if label is None:
            return None
        name = with_label(name, label)
    if node.sup is not None:
        label = superscript_label(node.sup)
        if label is None:
            return None
        name = f"{name}^{label}"
    return name


def with_label(name: str, label: str) -> str:
    """`\\beta`, `1` -> `\\beta_1`; longer labels get braces."""
    single = len(label) == 1 or (label.startswith("\\") and label[1:].isalpha())
    return f"{name}_{label}" if single else f"{name}_{{{label}}}"


def label_of(node: s.Node) -> str | None:
    """The canonical text of a subscript that is part of a name."""
    if isinstance(node, s.Number):
        return node.text
    if isinstance(node, s.Word):
        return f"\\text{{{node.text}}}"
    if isinstance(node, s.Sequence):
        parts = [label_of(item) for item in node.items]
        if None in parts or set(node.separators) - {","} or not parts:
            return None
        return ",".join(p for p in parts if p is not None)
    if isinstance(node, s.Product):
        return _product_label(node)
    if isinstance(node, s.Name) and node.text in LIMIT_MACROS:
        return f"\\text{{{node.text[1:]}}}"
    if isinstance(node, s.Name) and len(node.text) > 1 and not node.text.startswith("\\"):
        return node.text if any(c.isdigit() for c in node.text) else f"\\text{{{node.text}}}"
    if isinstance(node, s.Scripts) and node.primes and node.sub is None and node.sup is None:
        name = name_of(node.base)
        return None if name is None else name + "'" * node.primes
    if isinstance(node, s.Scripts) and isinstance(node.sup, s.Number) and not node.primes:
        base = node.base if node.sub is None else s.Scripts(0, 0, node.base, node.sub)
        name, power = name_of(base), node.sup.text
        braced = power if len(power) == 1 else f"{{{power}}}"
        return None if name is None else f"{name}^{braced}"
    return name_of(node)


def _product_label(node: s.Product) -> str | None:
    letters = run_of_letters(node)
    if letters is not None:
        return f"\\text{{{letters}}}"
    if any(node.links):
        return None
    parts = [label_of(factor) for factor in node.factors]
    if None in parts:
        return None
    text = ""
    for part in parts:
        joins = text[-1:].isalpha() and "\\" in text and (part or "")[:1].isalpha()
        text += (" " if joins else "") + (part or "")
    return text


def run_of_letters(node: s.Node) -> str | None:
    """The letters of a run such as `max` in `x_{max}`, written without a text macro."""
    if not isinstance(node, s.Product) or any(node.links):
        return None
    letters = [f.text for f in node.factors if isinstance(f, s.Name) and len(f.text) == 1]
    return "".join(letters) if len(letters) == len(node.factors) else None


def superscript_label(node: s.Node) -> str | None:
    """The label in a superscript: `*`, `+`, or a number or word in brackets."""
    if isinstance(node, s.Name) and node.text in LABEL_SIGNS:
        return "*" if node.text in ("\\ast", "\\star") else node.text
    if isinstance(node, s.Group) and node.open in "([" and node.body is not None:
        label = label_of(node.body)
        return None if label is None else f"{{{node.open}{label}{node.close}}}"
    if isinstance(node, s.Word) and len(node.text) > 1:
        return f"{{\\text{{{node.text}}}}}"
    return None
