"""What prose says of optimizers: moving averages, biased estimates, steps that adapt.

`Update biased first moment estimate:` says that `$m_t = \\beta m_{t-1} + (1 - \\beta) g_t$` is no
mean of the gradients: for a constant gradient g it is (1 - beta^t) g. An optimizer of the
library that a sentence names is judged by the library's formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symdl.document.pieces import Math, Run, plain_words
from symdl.document.source import whole
from symdl.evidence.claim import Claim
from symdl.expression.defining import define
from symdl.expression.reading import read
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import (
    Symbol,
    Term,
    combined,
    free_symbols,
    make,
    number,
    postorder,
    symbol,
)
from symdl.expression.term import replace as put
from symdl.library import load
from symdl.notes.outline import has_relation
from symdl.notes.prose.claims import text_of
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_AVERAGE = re.compile(
    r"(?:exponential(?:ly)?(?: weighted| decaying)? )?(?:moving|running) averages?"
    r"|exponential(?:ly)? (?:weighted |decaying )?averages?|\bEMA\b",
    re.IGNORECASE,
)
_BIASED = re.compile(r"(?<!un)(?<!un-)\bbiased\b[^.;:]*(?:estimate|moment|average|mean)", re.I)
_SQUARES = re.compile(r"uncentered variance|second (?:raw )?moment|average of squared", re.I)
_MEAN = re.compile(r"first moment|mean of (?:the )?gradients", re.IGNORECASE)
_CORRECTED = re.compile(
    r"bias[- ]correct\w*[^.;:]*(?:accurate|unbiased|right|early|initial|start)", re.IGNORECASE
)
_ADAPTIVE = re.compile(
    r"adapt\w*[^.;:]*(?:learning rates?|step sizes?|steps)|per-parameter (?:learning|step)"
    r"|(?:learning rates?|step sizes?) (?:for|per) (?:each )?parameter",
    re.IGNORECASE,
)
_NAMES = {
    "adam": re.compile(r"\badam\b", re.IGNORECASE),
    "rmsprop": re.compile(r"\brms-?prop\b", re.IGNORECASE),
    "adagrad": re.compile(r"\bada-?grad\b", re.IGNORECASE),
    "momentum": re.compile(r"\bmomentum\b", re.IGNORECASE),
}
_OF_LIBRARY: dict[tuple[str, re.Pattern[str]], tuple[str, ...]] = {
    ("adam", _AVERAGE): (
        r"m_t = (1 - \beta_1) \sum_{i=1}^{t} \beta_1^{t-i} g_i",
        r"v_t = (1 - \beta_2) \sum_{i=1}^{t} \beta_2^{t-i} g_i^2",
    ),
    ("rmsprop", _AVERAGE): (r"v_t = (1 - \rho) \sum_{i=1}^{t} \rho^{t-i} g_i^2",),
    ("momentum", _AVERAGE): (r"v_t = -\eta \sum_{i=1}^{t} \mu^{t-i} g_i",),
    ("adam", _ADAPTIVE): (r"\frac{\hat{m}_1}{\sqrt{\hat{v}_1}} = \frac{g_1}{|g_1|}",),
    ("rmsprop", _ADAPTIVE): (
        r"\frac{g_1}{\sqrt{v_1}} = \frac{1}{\sqrt{1 - \rho}} \frac{g_1}{|g_1|}",
    ),
    ("adagrad", _ADAPTIVE): (r"\frac{g_1}{\sqrt{s_1}} = \frac{g_1}{|g_1|}",),
}
"""What words about an optimizer of the library claim of its formulas, from zero at the start."""
_MEANINGS = {
    _AVERAGE: "the sum of all gradients so far, each weighed by a power of its age",
    _ADAPTIVE: "the first step does not depend on the size of the gradient",
}


def said_of_optimizers(runs: Sequence[Run], context: str) -> Iterator[Stated]:
    """What a text claims of optimizers of the library that it, or what leads to it, names."""
    words = plain_words(tuple(runs))
    claims = any(isinstance(run, Math) and has_relation(run) for run in runs)
    around = "" if claims else context  # what a formula says of averages is said of its own
    for pattern, meaning in _MEANINGS.items():
        match = pattern.search(words)
        if match is None or _OF_STATISTICS.search(words):
            continue
        for name in _named(words[: match.start()]) or _named(words) or _named(around):
            for latex in _OF_LIBRARY.get((name, pattern), ()):
                yield told(runs, _in_library(name, latex), f"of {name}: {meaning}")
            break


_OF_STATISTICS = re.compile(
    r"\b(?:batch|layer|instance|group)[- ]?norm\w*|\brunning (?:means?|variances?|stat\w+)"
    r"|\bmoving averages? of (?:the )?(?:model |network |its )?(?:weights|parameters|statistics)"
    r"|\bmomentum (?:parameter|factor|coefficient)? ?(?:for|used (?:for|in)|of) (?:updating )?"
    r"(?:the )?(?:moving|running) averages?",
    re.IGNORECASE,
)
"""Averages of statistics and of weights are none of gradients."""
_GENERAL = re.compile(
    r"^\W*(?:\w+ )?(?:pros|cons|advantages?|drawbacks?|limitations?|intuition|notes?|summary"
    r"|example|properties|benefits|when to use|tips|default|why|hyperparameters?|update|what is"
    r"|bias|step)\b",
    re.IGNORECASE,
)


def with_topic(known: Known, titles: Sequence[str]) -> Known:
    """The knowledge with the topic of a section: headings such as `Pros` keep the one before."""
    own = [title for title in titles if _named(title) or not _GENERAL.search(title)]
    return replace(known, topic=own[-1]) if own else known


def _named(text: str) -> list[str]:
    """The optimizers of the library in a text, the first one first."""
    places = {name: match.start() for name, p in _NAMES.items() if (match := p.search(text))}
    return sorted(places, key=lambda name: places[name])


def _in_library(name: str, latex: str) -> Claim:
    """A statement in the letters of a library formula whose states begin at 0."""
    scope = load(name).scope
    for state in scope.recurrences:
        zero = make("entry", sequence(scope, state), number(0))
        if state != r"\theta" and zero not in scope.values:
            scope = replace(scope, values={**scope.values, zero: number(0)})
    term = read(latex, scope).term
    kind = "recurrence"
    return Claim(kind, "=", term.args[0], term.args[1], scope, (), None, latex)


def sequence(scope: Scope, name: str) -> Term:
    """The symbol of a sequence."""
    return make("symbol", data=scope.symbols.get(name) or Symbol(name, "sequence"))


# --- averages that the document defines ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Average:
    """`m_t = decay * m_{t-1} + rest`, and the gradients in the rest."""

    name: Term
    step: Term
    decay: Term
    rest: Term
    inputs: tuple[Term, ...]


def said_of_averages(lead: Sequence[Run], before: Known, known: Known) -> Iterator[Stated]:
    """What the line that leads to a recurrence claims of it."""
    words = plain_words(tuple(lead))
    new = [
        n for n, d in known.scope.recurrences.items() if d is not before.scope.recurrences.get(n)
    ]
    if not new or not any(p.search(words) for p in (_BIASED, _AVERAGE, _SQUARES, _MEAN)):
        return
    for name in new:
        average = _average(known.scope.recurrences[name], sequence(known.scope, name))
        if average is None:
            continue
        if _BIASED.search(words):
            yield told(lead, _biased(average, known.scope), "for a constant g it is not g itself")
        elif _AVERAGE.search(words) or _SQUARES.search(words) or _MEAN.search(words):
            squares = any(
                n.op == "pow" and n.args[0] in average.inputs for n in postorder(average.rest)
            )
            if bool(_SQUARES.search(words)) == squares or not _SQUARES.search(words):
                yield told(lead, _weighed(average, known.scope), _MEANINGS[_AVERAGE])


def said_of_corrections(runs: Sequence[Run], known: Known) -> Iterator[Stated]:
    """`Bias correction makes the estimates accurate early on`: the first one is the input."""
    if not _CORRECTED.search(plain_words(tuple(runs))):
        return
    for name, definition in known.scope.recurrences.items():
        average = _average(definition, sequence(known.scope, name))
        hat = f"\\hat{{{name}}}"
        corrected = {**known.scope.recurrences, **known.scope.entries}.get(hat)
        if average is None or corrected is None:
            continue
        one = number(1)
        first = put(average.rest, {average.step: one})
        weight = make("add", one, make("neg", average.decay))
        left = put(corrected.body, {corrected.parameters[0]: one})
        right = make("div", first, weight)
        claim = Claim(
            "recurrence", "=", left, right, _from_zero(average, known.scope), (), None, ""
        )
        yield told(runs, claim, "the first corrected estimate is the first gradient (its square)")


def _average(definition: Definition, base: Term) -> Average | None:
    step = definition.parameters[0]
    earlier = make("entry", base, make("add", step, make("neg", number(1))))
    parts = definition.body.args if definition.body.op == "add" else (definition.body,)
    holding = [part for part in parts if earlier in set(postorder(part))]
    rest = [part for part in parts if part not in holding]
    if len(holding) != 1 or not rest or holding[0].op != "mul":
        return None
    factors = [f for f in holding[0].args if f is not earlier]
    if len(factors) != len(holding[0].args) - 1 or base in {
        b for f in factors for b in postorder(f)
    }:
        return None
    decay = combined("mul", factors)
    added = combined("add", rest)
    inputs = tuple(n for n in postorder(added) if n.op == "entry" and n.args[1] is step)
    if step in free_symbols(decay) or not inputs:
        return None
    return Average(base, step, decay, added, inputs)


def _from_zero(average: Average, scope: Scope) -> Scope:
    values = {k: v for k, v in scope.values.items() if k.op != "entry"}
    return replace(scope, values={**values, make("entry", average.name, number(0)): number(0)})


def _weighed(average: Average, scope: Scope) -> Claim:
    """m_t is the sum of decay^(t - i) times what is added at i."""
    i = symbol("i", "index")
    age = make("pow", average.decay, make("add", average.step, make("neg", i)))
    body = make("mul", age, put(average.rest, {average.step: i}))
    right = make("sum", i, number(1), average.step, body, data="range")
    left = make("entry", average.name, average.step)
    return Claim("recurrence", "=", left, right, _from_zero(average, scope), (), None, "")


def _biased(average: Average, scope: Scope) -> Claim:
    """For a constant gradient m_t is (1 - decay^t) times what an average of it would be."""
    constant = {entry: symbol("g") for entry in average.inputs}
    rest = put(average.rest, constant)
    left = make("entry", average.name, average.step)
    earlier = make("entry", average.name, make("add", average.step, make("neg", number(1))))
    body = make("add", make("mul", average.decay, earlier), rest)
    known = define(_from_zero(average, scope), make("relation", left, body, data=("=",)))
    one = number(1)
    lacking = make("add", one, make("neg", make("pow", average.decay, average.step)))
    weight = make("add", one, make("neg", average.decay))
    right = make("mul", lacking, make("div", rest, weight))
    return Claim("recurrence", "=", left, right, known, (), None, "")


def told(runs: Sequence[Run], claim: Claim, meaning: str) -> Stated:
    """A claim that words make, with what they were taken to mean."""
    source = text_of(runs)
    span = whole(source)
    claim = replace(claim, span=span, latex=" ".join(source.text.split()))
    return Stated(source, claim, lambda judge: judge(claim), note=f"read as: {meaning}")
