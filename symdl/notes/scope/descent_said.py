r"""Gradient descent in words: `Gradient descent on $f(w) = \frac12 w^2$ with step size $\eta$` says
that $w_{t+1} = w_t - \eta f'(w_t)$.

A closed form that the sentence gives is held against this rule. Only functions of one number are
read, with the step beside them; momentum, noise and decay make another rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symdl.derivation.forward import differentiate
from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import Source, whole
from symdl.expression.reading import read
from symdl.expression.scope import Definition
from symdl.expression.term import Term, postorder
from symdl.expression.term import replace as put
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import learn
from symdl.notes.sentences.places import with_places

_SAID = re.compile(
    r"(?<!stochastic )(?<!projected )(?<!accelerated )(?<!normalized )\bgradient descent\s+"
    r"(?:applied\s+)?(?:on|to|for)\s+(?:the\s+function\s+)?⟨(?P<of>\d+)⟩\s*,?\s*"
    r"(?:with|using)\s+(?:an?\s+|the\s+)?(?:constant\s+|fixed\s+)?"
    r"(?:step[- ]?size|learning\s+rate|step)\s*(?:of\s+)?⟨(?P<step>\d+)⟩(?P<behind>[^.;]*)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:momentum|noise|decay\w*|stochastic|projec\w+|adaptive|nesterov|batch\w*|not|instead)\b",
    re.IGNORECASE,
)
_STEP = re.compile(r"\s*(\\?[A-Za-z]+|\d+(?:\.\d+)?)\s*$")


def with_descent_said(runs: Sequence[Run], known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge with the rule of a descent that a passage describes and does not write."""
    if not any(not isinstance(run, Math) and "descent" in run.text.lower() for run in runs):
        return known
    said = _SAID.search(with_places(runs))
    if said is None or _OTHER.search(said["behind"]):
        return known
    subject, step = runs[int(said["of"])], runs[int(said["step"])]
    if not isinstance(subject, Math) or not isinstance(step, Math) or not _STEP.match(step.text):
        return known
    try:
        function = read(trimmed(subject.source), known.universal).term
        rule = _rule(function, step, runs, known)
    except Error:
        return known  # told where the formula is read as a statement
    return known if rule is None else learn(known, rule, whole(subject.source), path)


def _rule(function: Term, step: Math, runs: Sequence[Run], known: Known) -> Term | None:
    """The equation of one step; None where the function is none of one number."""
    if function.op != "relation" or function.data != ("=",) or function.args[0].op != "call":
        return None
    called, body = function.args
    if len(called.args) != 1 or called.args[0].op != "symbol" or body.shape != ():
        return None
    (variable,) = called.args
    name = str(variable.data.name)
    letter = _letter(name, runs)
    if variable.shape != () or not letter:
        return None
    slope = Definition("F", (variable,), differentiate(body, variable).result)
    scope = replace(known.scope, functions={**known.scope.functions, "F": slope})
    text = rf"{name}_{{{letter}+1}} = {name}_{letter} - {step.text.strip()} F({name}_{letter})"
    rule = read(Source(step.source.name, text, step.source), scope).term
    calls = [n for n in postorder(rule) if n.op == "call" and n.data.function.name == "F"]
    return put(rule, {n: put(slope.body, {variable: n.args[0]}) for n in calls})


def _letter(name: str, runs: Sequence[Run]) -> str:
    """The letter that counts the steps of a name in the formulas of a passage; empty for none."""
    of_it = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}_\{{?([ktn])\}}?(?![A-Za-z+])")
    found = {m[1] for run in runs if isinstance(run, Math) for m in of_it.finditer(run.text)}
    return found.pop() if len(found) == 1 else ""
