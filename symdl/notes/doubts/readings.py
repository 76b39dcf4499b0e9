"""Whether a refuted formula may not have been read as it is meant: then it is not refuted.

What a letter is, a person knows from the whole document. `u(c)` is a call more often than a
product, the k of `c^k_t` is a label, `A'` may be the transpose, `\\pi_t` makes `\\pi` a name, and a
name that was defined in a formula nobody could read is not free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.errors import Error
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import is_declared
from symdl.evidence.probability.random_variables import is_operator
from symdl.evidence.verdict import Verdict, undecided
from symdl.evidence.written_claim import written_out
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import BINDERS, Term, free_symbols, make, number, postorder
from symdl.expression.vocabulary import NAMES
from symdl.notes.claim_parts import sides_of
from symdl.notes.scope.habits import base_name, called_in
from symdl.notes.scope.known import Known, is_literal, reach

_ZERO = number(0)
"""`w^0 = -3` says where something begins; the power of that is no news."""


def unless_doubtful(claim: Claim, text: str, known: Known, verdict: Verdict) -> Verdict:
    """The verdict on a claim of a formula, unless it is a refutation of what may not be meant."""
    if not verdict.kind.startswith("refuted"):
        return verdict
    for reason in _reasons(claim, text, known, verdict):
        return undecided(f"{reason}: {verdict.message}")
    return verdict


def _reasons(claim: Claim, text: str, known: Known, verdict: Verdict) -> Iterator[str]:
    yield from _lost(claim, known)
    yield from _calls(claim, text, known)
    yield from _labels(claim, known)
    yield from _varying(claim, known)
    if "'" in text or "\\prime" in text:
        yield from _transposed(claim)
    yield from _marked(claim)
    yield from _unbound(claim)
    yield from _counted(claim, text)
    if _VARIED.search(text):
        yield "δ stands beside letters as in derivatives"
    for name in sorted(str(s.data.name) for s in _free(claim) if s.shape == ()):
        if _IDENTITY.fullmatch(name):
            yield f"{name} may be the identity"
    yield from _of_words(claim)
    yield from _of_one_event(claim)
    if _NUMBERED.match(text):
        yield "the number in brackets before it may count the formulas"
    if _SIGNED_ROW.search(text):
        yield "a row that begins with a sign may begin an equation of its own"
    if _ENTIRE.search(text):
        yield "square brackets around one number or letter may be its whole part"
    yield from _operations(claim, text)
    yield from _of_number(claim, text)
    if _OPERAND.search(text):
        yield "the derivative may be one of what stands in the brackets alone"
    yield from _whole_numbers(verdict)
    yield from _of_families(claim)
    yield from _of_maps(claim, text)
    yield from _columns(claim, known)
    if known.habits.own_pi and any(n.op == "constant" and n.data == "pi" for n in _nodes(claim)):
        yield "π is a name of this document"
    if any(s.data.name == "\\pi" for s in _free(claim)):
        yield "π may be the number"
    apart = _in_definitions(claim)
    values = {base_name(str(s.data.name)) for s in _free(claim) - apart}
    for name in sorted(_called(claim) & values):
        yield f"{name} is a function and a value"
    for name in sorted(_letters_called(claim) & {str(s.data.name) for s in _free(claim)}):
        yield f"{name} is a function and a value"
    yield from _unsized(claim, known)
    yield from _settings(claim, known)
    yield from _imaginary(claim)
    yield from _absorbed(claim)
    yield from _special_chance(claim)
    if "\\%" in text and _WHOLE.search(text):
        yield "100 may be 100 %"


_ENTIRE = re.compile(r"(?:^|[-+=(,&~]|\\[,;! ]|[}\d]\s)\s*\[\s*(?:-?\d+(?:\.\d+)?|[a-z])\s*\]")
"""`[4.1] = 4`: nobody groups a number by itself."""
_OPERATES = re.compile(
    r"\\(?:math)?(?:cal|scr|frak)\s*\{?\s*([A-Z])\s*\}{0,2}(?:\s*[\^_]\s*\{[^{}]*\}|\s*[\^_]\s*\w)?\s*"
    r"(?:\\left\s*|\\[bB]ig+l?\s*)?(?:\\\{|\[|\()"
)
_OF_NUMBER = re.compile(r"(?<![A-Za-z\\])([A-Za-z])\s*(?:\\left\s*)?\(\s*\d+\s*(?:\\right\s*)?\)")


_OPERAND = re.compile(
    r"\\[dt]?frac\s*\{\s*(?:d|\\partial)\s*\}\s*\{\s*(?:d|\\partial)\s*\\?\w+\s*\}\s*"
    r"(?:\\left\s*)?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*(?:[A-Za-z({]|\\(?!\\|right|quad|q?quad|le|ge|ne|approx|text|,|;))"
)
"""`\\frac{d}{dt}(x(t)) e^{-t}`: a factor behind the brackets."""


def _of_maps(claim: Claim, text: str) -> Iterator[str]:
    r"""Matrices as maps: the determinant of `S \circ T` is one of a composition, and the 2 of
    `T^2 - 5T - 2` stands for twice the identity."""
    for node in _nodes(claim):
        inside = node.args[0].op if node.op in ("det", "inverse") else ""
        if inside == "hadamard" and "\\circ" in text:
            yield "the circle may be a composition"
        shape = node.shape if node.op == "add" else ()
        if not shape or len(shape) == 1 or shape[0] != shape[1]:
            continue
        whole = {a.args[0] if a.op == "neg" else a for a in node.args}
        squares = any(a.op == "matmul" and a.args[0] is a.args[-1] for a in whole)
        if squares and any(is_literal(a) and a.shape == () for a in whole):
            yield "a number beside powers of a matrix may be so many times the identity"


def _of_families(claim: Claim) -> Iterator[str]:
    r"""An array and an entry of its own in a sum: `\|y - y_1\|` is the distance of two vectors."""
    for node in (n for n in _nodes(claim) if n.op == "add"):
        arrays = {a.args[0] if a.op == "neg" else a for a in node.args}
        for entry in (a for a in arrays if a.op == "entry" and a.shape == ()):
            if entry.args[0] in arrays:
                yield f"{plain(entry)} may be another array"


def _whole_numbers(verdict: Verdict) -> Iterator[str]:
    """Letters of whole numbers at which a claim fails where they are none."""
    shown = verdict.counterexample
    for name, value in shown.at.items() if shown is not None else ():
        if name in "ijkmn" and re.search(r"\d/\d|π", str(value)):
            yield f"{name} may be a whole number"


def _operations(claim: Claim, text: str) -> Iterator[str]:
    r"""Calligraphic letters in front of brackets that were read as factors: `\mathcal{L}\{f\}`."""
    read = {base_name(str(s.data.name)) for s in _free(claim)}
    for letter in sorted(set(_OPERATES.findall(text))):
        if any(name == letter or name.endswith(f"{{{letter}}}") for name in read):
            yield f"{letter} in front of a bracket may be an operation"


def _of_number(claim: Claim, text: str) -> Iterator[str]:
    """A letter in front of a number in brackets that was read as a factor: `T(0) = 89`."""
    read = {str(s.data.name) for s in _free(claim)}
    for name in sorted(set(_OF_NUMBER.findall(text)) & read):
        yield f"{name} may be a function"


_WHOLE = re.compile(r"(?<![\d.])100\s*[-+]|[-+]\s*100(?![\d.]|\s*\\%)")
_CONSTANT = re.compile(r"const(?:ant)?s?\.?|cst\.?", re.IGNORECASE)


def _absorbed(claim: Claim) -> Iterator[str]:
    """A word for a constant: another one may stand in each line, with all that is left out."""
    for name in sorted(str(s.data.name) for s in _free(claim)):
        if _CONSTANT.fullmatch(name):
            yield f"{name} may be another constant in each line"


def _of_words(claim: Claim) -> Iterator[str]:
    r"""Quantities in words (`14 \\text{ inches}`), and the largest of one entry: of all of them."""
    for name in sorted(str(s.data.name) for s in _free(claim)):
        if " " in name.strip():
            yield f"nothing says what '{name.strip()}' is"
    for node in _nodes(claim):
        if node.op in ("max", "min") and len(node.args) == 1 and node.args[0].op == "entry":
            yield f"{plain(node)} may be taken over all indices"


def _of_one_event(claim: Claim) -> Iterator[str]:
    """Chances of other events where the one of a certain event was given: `P(S) = 1`."""
    for node in (n for n in _nodes(claim) if n.op == "call"):
        name = str(node.data.function.name)
        own = claim.scope.functions.get(name)
        if name in _CHANCES and own is not None and not free_symbols(own.body):
            yield f"{name}({', '.join(map(plain, own.parameters))}) was given for one event"


_CHANCES = frozenset({"P", "\\Pr", "p"})
_BARS = re.compile(r"(?<![|\\])\|\s*[A-Z](?:_\s*\w)?\s*\|(?!\|)")


def _counted(claim: Claim, text: str) -> Iterator[str]:
    """Bars around capitals of which nothing is said: `|D|` may be the size of a set."""
    if _BARS.search(text) is None:
        return
    for node in _nodes(claim):
        name = node.args[0] if node.op == "norm" else None
        if name is not None and name.op == "symbol" and not is_declared(name, claim.scope):
            yield f"the bars around {plain(name)} may be the size of a set"


_VARIED = re.compile(r"\\frac\s*\{\s*\\delta\s*[^{}]+\}\s*\{\s*\\delta\b")
_IDENTITY = re.compile(r"I_\{?[a-zA-Z]\}?")
_NUMBERED = re.compile(
    r"\s*(?:\\left\s*)?\(\s*\d\s*(?:\\right\s*)?\)\s*(?![-+*/=^_]|\\cdot|\\times)"
)
"""`(2) \\begin{bmatrix} ...`: nobody writes a factor of one digit in brackets in front."""
_SIGNED_ROW = re.compile(r"\\\\\s*&\s*[-+]\s*[\d.]+\s*=")


def _unbound(claim: Claim) -> Iterator[str]:
    r"""Limits in a letter that what they are of does not have: `\lim_{D \to \infty} d_{\max}`."""
    for node in _nodes(claim):
        if node.op != "limit":
            continue
        variable, body = node.args[0], node.args[-1]
        if free_symbols(body) and variable not in free_symbols(body):
            yield f"what the limit is taken of may depend on {plain(variable)}"


_MARKED = re.compile(r"(.+)\^\{?(?:\\?dagger|\\?ddagger|\\?sharp|\\?flat|\+|-|\\?#)\}?")


def _marked(claim: Claim) -> Iterator[str]:
    """Names with a sign of an operation beside the names that it may be done to: R^+ and R."""
    names = {str(s.data.name) for s in _free(claim)}
    for name in sorted(names):
        match = _MARKED.fullmatch(name)
        if match is not None and match[1] in names:
            yield f"{name} may depend on {match[1]}: nothing says how"


def _columns(claim: Claim, known: Known) -> Iterator[str]:
    r"""A column that is said to lie in $\mathbb{R}^n$: many write vectors so."""
    value = known.scope.values.get(claim.left)
    if claim.right is None or claim.right.op != "space" or value is None:
        return
    flat = len(claim.right.args) == 1 or not any(n.op == "times" for n in postorder(claim.right))
    if value.op == "matrix" and 1 in value.data and flat:
        yield "a column may stand for a vector"


def _in_definitions(claim: Claim) -> set[Term]:
    r"""The names that the functions of a claim are made of: the definition of \eta(t) tells itself
    that \eta_{\max} is another thing."""
    called = {str(n.data.function.name) for n in _nodes(claim) if n.op == "call"}
    own = (claim.scope.functions[name] for name in called & claim.scope.functions.keys())
    return {s for f in own for s in free_symbols(f.body) if str(s.data.name) not in called}


def _called(claim: Claim) -> set[str]:
    names = {str(n.data.function.name) for n in _nodes(claim) if n.op == "call"}
    return {base_name(name) for name in names if name not in TABLE}


def _letters_called(claim: Claim) -> set[str]:
    """The letters of the operators in a claim: the sigmoid is written `\\sigma`."""
    return {TABLE[n.op].letter for n in _nodes(claim) if n.op in TABLE and TABLE[n.op].letter}


def _lost(claim: Claim, known: Known) -> Iterator[str]:
    """Names of which a formula that is not understood says what they are."""
    called = {str(n.data.function.name) for n in _nodes(claim) if n.op == "call"}
    called |= _letters_called(claim)
    for name in sorted((called | {str(s.data.name) for s in _free(claim)}) & known.lost.keys()):
        yield f"what {name} is stands on line {known.lost[name]}, which is not understood"


def _calls(claim: Claim, text: str, known: Known) -> Iterator[str]:
    """Names that are written like functions and read as factors."""
    written = called_in(text)
    if not written:
        return
    for name in sorted({str(s.data.name) for s in _free(claim) if s.data.role != "function"}):
        own = known.scope.symbols.get(name)
        firm = own is not None and own.declared and name not in known.soft
        if base_name(name) in written and not firm and not _is_surely_number(claim, name):
            yield f"{name} may be a function: declare it"
    for node in _nodes(claim):
        factors = node.args if node.op == "mul" else ()
        for one in (a for a in factors if a.op == "symbol" and a.data.role == "function"):
            yield f"{plain(one)} is a function, and was read as a factor"


def _is_surely_number(claim: Claim, name: str) -> bool:
    """Whether a letter before a bracket ends a sum or stands in the bracket itself: the n of
    `\\sum_{i=1}^n i = n(n + 1) / 2` is no function."""

    def has_it(terms: Sequence[Term]) -> bool:
        return any(str(s.data.name) == name for term in terms for s in free_symbols(term))

    for node in _nodes(claim):
        if node.op in BINDERS and has_it(node.args[1:-1]):
            return True
        if (
            node.op == "mul"
            and sum(has_it((factor,)) for factor in node.args) > 1
            and any(factor.op == "add" and has_it((factor,)) for factor in node.args)
        ):
            return True
    return False


_OF_NUMBERS = frozenset({"factorial", "mul", "div", "add", "neg"})


def _labels(claim: Claim, known: Known) -> Iterator[str]:
    """Superscripts that may be labels and are read as powers. What a sum runs over and has as a
    number beside the power, as the n of `x^n / n!`, is none."""
    counted = {n.args[0] for n in _nodes(claim) if n.op in BINDERS}
    counted &= {a for n in _nodes(claim) if n.op in _OF_NUMBERS for a in n.args}
    for node in _nodes(claim):
        if node.op != "pow" or node.args[0].op not in NAMES:
            continue
        base, exponent = node.args
        if (base.op, exponent.op) == ("entry", "symbol") and _is_last(
            exponent, base.args[0], claim
        ):
            yield f"{plain(node)} may be the entries up to {plain(exponent)}"
        name = next((str(s.data.name) for s in postorder(base) if s.op == "symbol"), "")
        if exponent.op == "symbol":
            mark = str(exponent.data.name)
            if mark in ("\\perp", "perp"):
                yield f"{plain(node)} may be an orthogonal complement"
            if mark == "t" and name.isupper():
                yield f"the t of {plain(node)} may be the transpose"
            if exponent in counted or _is_surely_number(claim, mark):
                continue
            if mark in known.habits.marks or set(mark) <= {"*"}:
                yield f"the {mark} of {plain(node)} may be a label"
        elif exponent.op in ("mul", "matmul") and all(a.op == "symbol" for a in exponent.args):
            mark = "".join(str(a.data.name) for a in exponent.args)
            if mark in known.habits.marks and mark.isupper():
                yield f"the {mark} of {plain(node)} may be a label"
        elif exponent.op == "number" and (
            base_name(name) in known.habits.families or (base.op == "symbol" and exponent is _ZERO)
        ):
            yield f"the {plain(exponent)} of {plain(node)} may be a label"


def _is_last(index: Term, base: Term, claim: Claim) -> bool:
    """Whether an index is the last one of entries that are written one after the other: the l of
    `t_1^l = t_1 t_2 \\dots t_l`."""
    last = make("entry", base, index)
    runs = (n for n in _nodes(claim) if n.op in ("product", "prod", "mul", "tuple"))
    return any(last in n.args for n in runs) or any(
        n.op in BINDERS and index in n.args for n in _nodes(claim)
    )


def _varying(claim: Claim, known: Known) -> Iterator[str]:
    r"""Names that a derivative takes for constants and that the document differentiates: in
    `d (\sqrt{z} \cos\theta) / dz` the angle depends on z where `d\theta / dz` stands somewhere."""
    for node in _nodes(claim):
        if node.op not in ("derivative", "gradient") or node.args[0].op == "symbol":
            continue
        if len(node.args) < 2:
            continue  # `\\nabla f`: by all that it has
        fixed = free_symbols(node.args[0]) - set(node.args[1:]) - claim.scope.values.keys()
        for name in sorted((s for s in fixed if s.data.role != "function"), key=plain):
            if base_name(str(name.data.name)) in known.habits.varying:
                yield f"{plain(name)} may depend on {plain(node.args[1])}: so does the text say"


def _transposed(claim: Claim) -> Iterator[str]:
    """Primes on what is no function: a transpose, or another name."""
    for node in _nodes(claim):
        if node.op == "prime" or (node.op == "symbol" and str(node.data.name).endswith("'")):
            yield f"the prime of {plain(node)} may be a transpose, a derivative or part of the name"


def _unsized(claim: Claim, known: Known) -> Iterator[str]:
    """Arrays of which nothing is declared, on one side alone: they may be special ones."""
    if claim.right is None or claim.relation not in ("=", "equiv"):
        return
    left, right = (_arrays(side) for side in (claim.left, claim.right))
    if not free_symbols(claim.left) or not free_symbols(claim.right):
        return
    slopes = (n for n in _nodes(claim) if n.op == "derivative")
    by = (v for n in slopes for v in n.args[1:] if v.op == "entry")
    varied = {v.args[0] for v in by}  # entries that vary one by one are those of no special array
    families = {base_name(n) for n, s in known.scope.symbols.items() if s.declared and "_" in n}
    for name in sorted((left ^ right) - varied, key=repr):
        if is_declared(name, claim.scope) or base_name(str(name.data.name)) in families:
            continue  # x_i \\in \\mathbb{R}^d says what x is made of
        if name not in known.scope.values:
            yield f"{plain(name)} may be a special array: nothing is declared of it"


def _arrays(side: Term) -> set[Term]:
    return {s for s in free_symbols(side) if s.data.role in ("matrix", "tensor")}


def _settings(claim: Claim, known: Known) -> Iterator[str]:
    """A number for what has free parameters by its definition: they have values somewhere."""
    if claim.right is None or claim.relation not in ("=", "approx"):
        return
    if is_literal(claim.left) is is_literal(claim.right):
        return
    try:
        closed = written_out(claim)
        if not any(map(free_symbols, closed.sides)):
            return  # a value at a point, whatever the parameter is called elsewhere
    except Error:
        pass  # it cannot be written out: what it speaks of is looked at
    free = {
        s
        for s in reach(claim.sides, claim.scope)
        if s.op == "symbol" and s.data.role == "scalar" and not is_declared(s, claim.scope)
    }
    bound = {p for d in claim.scope.functions.values() for p in d.parameters}
    bound |= {n.args[0] for n in _nodes(claim) if n.op in BINDERS}
    free -= bound | _free(claim)
    own = sorted((s for s in free if s not in known.scope.values), key=repr)
    if own:
        yield f"no value of {plain(own[0])} is given"


_UNITS = frozenset({"i", "j", "\\imath", "\\jmath"})


def _imaginary(claim: Claim) -> Iterator[str]:
    """A free i beside a number: the imaginary unit."""
    bodies = (claim.scope.values.get(s) for s in _free(claim))
    terms = [*sides_of(claim), *(body for body in bodies if body is not None)]
    for node in (n for term in terms for n in postorder(term) if n.op == "mul"):
        units = [a for a in node.args if a.op == "symbol" and a.data.name in _UNITS]
        free = units and any(units[0] in free_symbols(term) for term in terms)
        if free and any(is_literal(a) for a in node.args):
            yield f"{plain(units[0])} may be the imaginary unit"


_CHANCE = ("expectation", "variance", "covariance", "probability")
_SUMS = frozenset({"add", "mul", "neg", "div", "pow", "number", "symbol", "opaque", "sqrt", "abs"})


def _special_chance(claim: Claim) -> Iterator[str]:
    """What is said of an expectation by more than expectations: the variable has a distribution
    that is said somewhere."""
    if not any(n.op == "opaque" and str(n.data).startswith(_CHANCE) for n in _nodes(claim)):
        return
    inside: set[Term] = set()
    outside: list[Term] = []
    waiting = list(sides_of(claim))
    while waiting:
        node = waiting.pop()
        if node.op == "opaque":
            inside |= {s for a in node.args for s in free_symbols(a)}
            continue
        outside.append(node)
        waiting += node.args
    letters = {n for n in outside if n.op == "symbol"}
    if inside <= letters | _with_law(claim):
        return
    own = letters - inside
    if own or any(n.op not in _SUMS for n in outside):
        yield "the distribution may be a special one"


def _with_law(claim: Claim) -> set[Term]:
    """The random variables of which a law, a mean or a variance is said."""
    found: set[Term] = set()
    for condition in (*claim.conditions, *claim.scope.hypotheses):
        if condition.op == "relation" and (
            condition.data == ("sim",) or is_operator(condition.args[0])
        ):
            found |= free_symbols(condition.args[0])
    return found


def _free(claim: Claim) -> set[Term]:
    return {s for side in sides_of(claim) for s in free_symbols(side)}


def _nodes(claim: Claim) -> Iterator[Term]:
    for side in sides_of(claim):
        yield from postorder(side)
