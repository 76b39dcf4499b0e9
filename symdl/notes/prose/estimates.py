"""What prose says of gradients of samples, and of weight decay beside Adam.

`Use one random sample to approximate the gradient`: on average over the samples its gradient is the
full one. `AdamW instead of L2 weight decay with Adam`: the two are not the same step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.document.pieces import Run, plain_words
from symdl.evidence.claim import Claim
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.library import base_scope, load
from symdl.notes.prose.averages import told
from symdl.notes.stated import Stated

_SAMPLED = re.compile(
    r"(?:random\w*|single|one|few|mini-?batch)[^.;:]{0,60}\b(?:data ?points?|samples?|examples?)\b"
    r"[^.;:]{0,40}\b(?:approximat|estimat)\w*[^.;:]{0,20}\bgradient",
    re.IGNORECASE,
)
_DECOUPLED = re.compile(
    r"\bAdamW\b[^.;:]*(?:instead of|differs? from|not (?:the same|equivalent)|rather than|unlike)"
    r"[^.;:]*(?:L2|L_2|weight decay|regulari[sz]ation)[^.;:]*\bAdam\b",
    re.IGNORECASE,
)
_SAMPLE = (
    r"\frac{1}{n} \sum_{i=1}^{n} \frac{\partial \ell(x_i, w)}{\partial w}"
    r" = \frac{\partial}{\partial w} \frac{1}{n} \sum_{i=1}^{n} \ell(x_i, w)"
)
_STEP = (
    r"\theta_1 \ne \theta_0"
    r" - \alpha \frac{g_1 + \lambda \theta_0}{\sqrt{(g_1 + \lambda \theta_0)^2} + \epsilon}"
)
_FROM = (r"m_0 = 0", r"v_0 = 0", r"\theta_0 = 1", r"g_1 = 1")


def said_of_gradients(runs: Sequence[Run]) -> Iterator[Stated]:
    """What a text claims of gradients of samples, and of decoupled weight decay."""
    words = plain_words(tuple(runs))
    if _SAMPLED.search(words):
        meaning = "on average over all samples the gradient of one is the full gradient"
        yield told(runs, _read(_SAMPLE, base_scope(), "derivative"), meaning)
    if _DECOUPLED.search(words):
        meaning = "the first step of AdamW is not that of Adam with an L2 penalty"
        yield told(runs, _read(_STEP, _decoupled(), "number"), meaning)


def _decoupled() -> Scope:
    """AdamW with its usual settings, at a first step."""
    found = load("adamw")
    values = dict(found.defaults)
    for text in _FROM:
        name, value = read(text, found.scope).term.args
        values[name] = value
    return replace(found.scope, values={**found.scope.values, **values})


def _read(latex: str, scope: Scope, kind: str) -> Claim:
    term = read(latex, scope).term
    return Claim(kind, term.data[0], term.args[0], term.args[1], scope, (), None, latex)
