"""Words set in italics: letters run together that a declaration or a call shows to be one name.

LaTeX sets `beta` as the product of four letters. Where the scope declares a name of this
spelling (a parameter of the documented function), where a bracket follows the name of a
known function (`sign(x)`), where the line defines a function of this name (`swish(x) = ...`), and
where it is a word of programs (`out`, `MSE`), the letters are one word; elsewhere the reader
refuses them. Letters that stand alone in the same line are no parts of a short word.
"""

from __future__ import annotations

import re
from itertools import pairwise

from symdl.expression.operators import WORDS
from symdl.expression.reading.syntax import bracket_of, rebuilt
from symdl.expression.scope import Scope
from symdl.expression.symbols import GREEK, canonical_name
from symdl.latex import syntax as s

_CALLED = re.compile(r"(?<![A-Za-z\\])([A-Za-z]{3,})\s*(?:\\left\s*|\\[bB]igg?l?\s*)?\(")
_UPRIGHT = re.compile(
    r"\\(?:mathrm|text|textrm|operatorname|rm|mathit)\s*\{?\s*(?:e|\\pi)(?![A-Za-z])"
)
_UPRIGHT_TEXT = re.compile(
    r"\\(?:text\w*|math[a-z]+|operatorname\*?|begin|end|bf|rm|label|tag)\s*\{[^{}]*\}|\\[A-Za-z]+"
)
_WORDLIKE = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{2}|\\(?:mathrm|text|operatorname|rm|mathit)")
"""Without any of these a line has neither a run of letters nor an upright one."""
_RUN = re.compile(r"[A-Za-z]{2,}")
_LONE = re.compile(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])")
_DEFINES = re.compile(
    r"\s*(?:\\begin\s*\{\w+\*?\}\s*)?&?\s*([A-Za-z]{2,})\s*(?:_\s*(?:\w|\{[^{}]*\}))?\s*"
    r"(?:\\left\s*)?\((?:[^()=]|\([^()=]*\))*\)\s*&?\s*(?::?=|\\gets|\\leftarrow|\\coloneqq)"
)
_OPAQUE_CALLED = re.compile(r"(?<![A-Za-z\\])(Var|Cov|Pr)\s*(?:\\left\s*)?[\[(]")
_DIVERGENCE = re.compile(
    r"(?<![A-Za-z\\])(KL|JS)\s*(?:\\left\s*)?\((?=[^()=]*(?:\\\||\\parallel|\\Vert|\|\|))"
)
"""`KL(p \\| q)`, whatever its letters are elsewhere."""
_CONFUSION = frozenset({"tp", "tn", "fp", "fn", "TP", "TN", "FP", "FN"})
_COUNTED = re.compile(r"\s*(?:TP|TN|FP|FN)\s*&?\s*=\s*\d+\s*[.,;]?\s*$")
"""`TP = 40` says how many there are; nobody gives the product of two capitals a number so."""
_SPOKEN_TEXT = """
    out Out output Output input Input label Label target Target weight Weight bias loss Loss margin
    stride padding dilation lr acc accuracy precision recall score cost reward batch seq step steps
    epoch epochs size dim total count width height depth heads layers hidden vocab tokens params
    error train test val time speed PPL BLEU PSNR SNR IQR
    MSE MAE RMSE RMS MAPE SSE SSR TSS RSS KLD BCE NLL MCC TPR FPR TNR FNR IoU AUC ELBO
"""
SPOKEN = frozenset(_SPOKEN_TEXT.split())
"""Words of programs and scores that documents set in italics."""


def with_words(tree: s.Node, text: str, scope: Scope) -> s.Node:
    """The tree in which runs of letters that are known to be words are Word nodes."""
    if not _WORDLIKE.search(text):
        return tree
    if _UPRIGHT.search(text):
        tree = rebuilt(tree, lambda node: _constant(node, scope))
    runs = set(_RUN.findall(_UPRIGHT_TEXT.sub(" ", text)))
    if not runs:
        return tree
    called = {m[1] for m in _CALLED.finditer(text) if m[1] in WORDS}
    called |= {m[1] for m in _OPAQUE_CALLED.finditer(text)} | _defined(text)
    called |= {m[1] for m in _DIVERGENCE.finditer(text)}
    declared = {run for run in runs if _is_declared(run, scope)} | _spoken(runs, text, scope)
    if not called and not declared:
        return tree

    def joined(node: s.Node) -> s.Node:
        if not isinstance(node, s.Product):
            return node
        return _with_runs(node, called - declared, declared)

    return rebuilt(tree, joined)


def _defined(text: str) -> set[str]:
    """The word that a line defines as a function: three letters at least, or capitals."""
    match = _DEFINES.match(text)
    word = match[1] if match else ""
    short = len(word) == 2 and word[:1].isupper() and not _stands_alone(word, text)
    return {word} if len(word) > 2 or short else set()


def _spoken(runs: set[str], text: str, scope: Scope) -> set[str]:
    """The words of programs among runs of letters of which nothing is declared."""
    called = {m[1] for m in _CALLED.finditer(text)}
    words = runs & SPOKEN | {run for run in runs - called if _is_long(run)}
    if len(runs & _CONFUSION) > 1 or _COUNTED.match(text):
        words |= runs & _CONFUSION
    if not words:
        return words
    known = {name for name, symbol in scope.symbols.items() if symbol.declared}
    known |= {str(k.data.name) for k in scope.values if k.op == "symbol"}

    def is_one(word: str) -> bool:
        if len(word) > 3 or not (word.islower() or word.isupper()):  # `IoU` is no product
            return not known.issuperset(word)
        return not _stands_alone(word, text) and known.isdisjoint(word)

    return set(filter(is_one, words))


def _is_long(run: str) -> bool:
    """Whether letters are too many for a product, and read as a word: `correct`, not `abcde`."""
    if len(run) < 5 or not run.islower() or run in _KEPT or _VOWELS.isdisjoint(run[1:]):
        return False
    return sum(ord(b) - ord(a) == 1 for a, b in pairwise(run)) < 2


_VOWELS = frozenset("aeiou")
_PROSE_TEXT = """
    where otherwise while until since there which these those given every whenever unless above
    below about under after before within without undefined infinity
"""
_KEPT = GREEK | frozenset(WORDS) | frozenset(_PROSE_TEXT.split())


def _stands_alone(word: str, text: str) -> bool:
    """Whether a letter of a word stands alone in the line: then the word may be a product."""
    return not set(word).isdisjoint(_LONE.findall(text))


def _constant(node: s.Node, scope: Scope) -> s.Node:
    r"""The constants e and \pi set upright, as standards ask for, unless the letter has a meaning
    of its own."""
    text = node.text if isinstance(node, s.Word) else ""
    if isinstance(node, s.Styled) and node.font == "mathrm" and isinstance(node.body, s.Name):
        text = node.body.text
    if text not in ("e", "\\pi") or {text, f"\\mathrm{{{text}}}"} & scope.symbols.keys():
        return node
    return s.Name(node.start, node.end, text)


def _is_declared(run: str, scope: Scope) -> bool:
    """Whether the run is a declared name and its letters are not."""
    known = run in scope.symbols or run in scope.functions or canonical_name(run) in scope.symbols
    if run in _CONFUSION and not known:
        valued = {str(key.data.name) for key in scope.values if key.op == "symbol"}
        known = f"\\mathrm{{{run}}}" in valued or canonical_name(run) in valued
    return known and not all(letter in scope.symbols for letter in run)


def _with_runs(node: s.Product, called: set[str], declared: set[str]) -> s.Node:
    factors: list[s.Node] = []
    links: list[str] = []
    place = 0
    while place < len(node.factors):
        stop = _run_end(node, place)
        made: s.Node = node.factors[place]
        if stop - place > 1:
            following = node.factors[stop] if stop < len(node.factors) else None
            touches = following is not None and node.links[stop - 1] == ""
            text = "".join(_letter(f) for f in node.factors[place:stop])
            before_bracket = touches and following is not None and bracket_of(following) is not None
            if text in declared or (before_bracket and text in called):
                made = _word(node.factors[place:stop], text)
            else:
                factors.extend(node.factors[place : stop - 1])
                links.extend(node.links[place : stop - 1])
                made = node.factors[stop - 1]
        factors.append(made)
        links.extend(node.links[stop - 1 : stop])
        place = stop
    if len(factors) == len(node.factors):
        return node
    if len(factors) == 1:
        return factors[0]
    return s.Product(node.start, node.end, tuple(factors), tuple(links))


def _letter(node: s.Node) -> str:
    """The letter of a name of one letter, perhaps with scripts."""
    core = node.base if isinstance(node, s.Scripts) else node
    return core.text if isinstance(core, s.Name) and len(core.text) == 1 else ""


def _run_end(node: s.Product, place: int) -> int:
    """Behind the letters that touch each other from `place` on; scripts end a run."""
    if not _letter(node.factors[place]):
        return place + 1
    stop = place + 1
    while stop < len(node.factors):
        before, factor = node.factors[stop - 1], node.factors[stop]
        apart = node.links[stop - 1] != "" or before.end != factor.start
        if apart or isinstance(before, s.Scripts) or not _letter(factor):
            break
        stop += 1
    return stop


def _word(letters: tuple[s.Node, ...], text: str) -> s.Node:
    last = letters[-1]
    core = last.base if isinstance(last, s.Scripts) else last
    name = canonical_name(text)
    word: s.Node = s.Word(letters[0].start, core.end, "text", text)
    if name.startswith("\\"):
        word = s.Name(word.start, word.end, name)
    if isinstance(last, s.Scripts):
        return s.Scripts(word.start, last.end, word, last.sub, last.sup, last.primes)
    return word
