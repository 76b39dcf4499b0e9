r"""Pseudo-code read: `\textbf{for} ... \textbf{do}` with its steps as a `Procedure`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.errors import Error, ReadError
from symdl.document.source import Source, Span, whole
from symdl.expression.procedures.blocks import Blocks, Step
from symdl.expression.procedures.program import (
    Assignment,
    Branch,
    Input,
    Procedure,
    Statement,
    assignments,
)
from symdl.expression.procedures.spelling import gradients_of, spelled
from symdl.expression.reading import read, survey_document
from symdl.expression.scope import EMPTY, Scope
from symdl.expression.term import Term, free_symbols, make, number, symbol
from symdl.latex import pseudocode as p

_SETTING = re.compile(
    r"\s*(?:(?P<no>\\(?:lnot|neg)(?![A-Za-z])|\\text(?:bf)?\s*\{\s*not\s*\})\s*)?"
    r"(?:\\(?:textit|text|texttt|mathit|mathrm|textsf|textsc)\s*"
    r"\{\s*(?P<set>[A-Za-z](?:[A-Za-z ]|\\?_)*?)\s*\}"
    r"|(?P<bare>[A-Za-z](?:[A-Za-z]|\\_)+))"
    r"\s*(?:=\s*(?:\\text[a-z]*\s*\{)?\s*(?P<value>True|False)\s*\}?)?\s*\Z"
)
_MEANING = re.compile(r"\\text\s*\{\s*\(?(.*?)\)?\s*\}\s*\Z", re.DOTALL)
_ITALIC = re.compile(
    r"\\(?:textit|mathit|texttt|text)\s*\{\s*([A-Za-z](?:[A-Za-z]|\\?_)*)\s*,?\s*\}.*|([A-Za-z](?:[A-Za-z]|\\_){2,})"
)


def read_procedure(source: Source | str, scope: Scope = EMPTY) -> Procedure:
    r"""Read pseudo-code, or a list of updates (`m_t = ... \\ u_t = ...`), as one loop.

    Raises ReadError where it is not understood: with the row, and why.
    """
    if isinstance(source, str):
        source = Source("<input>", source)
    rows = p.rows_of(source)
    found = Blocks(rows)
    return _Read(source, found, scope).procedure()


class _Read:
    """The rows as Terms, read in the notation of all of them."""

    def __init__(self, source: Source, rows: Blocks, scope: Scope) -> None:
        self.source, self.rows = source, rows
        self.points: dict[str, Source] = {}
        self.names: dict[str, str] = {}
        self.settings: list[str] = []
        self.starts = [self._spelled(_without_meaning(item), True) for item in rows.starts]
        self._spell(rows.body)
        lines = [*self.starts, *_texts(rows.body), *self.points.values()]
        self.scope = survey_document([line for line in lines if line.text], scope)

    def procedure(self) -> Procedure:
        body = self._statements(self.rows.body)
        if not any(True for _ in assignments(body)):
            raise ReadError("no step assigns a value", Span(self.source, 0, len(self.source.text)))
        body, index = self._indexed(body)
        returned = tuple(self._term(p.cut(s, 0, len(s.text))) for s in self.rows.returned)
        starts = tuple(self._assignment(s) for s in self.starts if _assigns(s))
        points = {symbol(n): self._point(at) for n, at in self.points.items()}
        return Procedure(
            tuple(map(self._input, self.rows.inputs)),
            starts,
            index,
            self.rows.first,
            body,
            returned,
            points,
            tuple(dict.fromkeys(self.settings)),
            self.source,
            self.scope,
        )

    def _spell(self, steps: list[Step]) -> None:
        for step in steps:
            step.source = self._spelled(step.source)
            self._spell(step.then or [])
            self._spell(step.otherwise)

    def _spelled(self, source: Source, start: bool = False) -> Source:
        found, points = gradients_of(source, self.names)
        self.points |= {n: spelled(at) for n, at in points.items()}
        return spelled(found, start)

    def _statements(self, steps: list[Step]) -> tuple[Statement, ...]:
        return tuple(self._statement(step) for step in steps)

    def _statement(self, step: Step) -> Statement:
        if step.then is None:
            return self._assignment(step.source)
        condition = self._condition(step.source)
        span = Span(step.source, 0, len(step.source.text))
        then, otherwise = self._statements(step.then), self._statements(step.otherwise)
        return Branch(condition, then, otherwise, span)

    def _assignment(self, source: Source) -> Assignment:
        span = whole(source)
        term = self._term(source)
        if term.op == "statements":
            raise ReadError("one step to a row is read", span)
        if term.op != "relation" or term.data not in (("<-",), ("=",), (":=",)):
            raise ReadError("a step of pseudo-code assigns a value", span, r"x_t \leftarrow ...")
        target, value = term.args
        entry = target.op == "entry" and target.args[0].op == "symbol" and len(target.args) == 2
        if not entry and target.op not in ("symbol", "prime", "label"):
            raise ReadError("this is no name that could get a value", span)
        return Assignment(target, value, span)

    def _condition(self, source: Source) -> Term:
        setting = _SETTING.match(source.text)
        name = _word((setting["set"] or setting["bare"]) if setting else "")
        if setting and len(name) > 1:
            self.settings.append(name)
            holds = bool(setting["no"]) == (setting["value"] == "False")
            return make("relation", symbol(name), number(0), data=("!=" if holds else "=",))
        term = self._term(source)
        if term.op not in ("relation", "and", "or", "not"):
            raise ReadError("this is no condition", whole(source))
        return term

    def _term(self, source: Source) -> Term:
        return read(source, self.scope).term

    def _point(self, source: Source) -> Term | None:
        if not source.text.strip():
            return None
        return self._term(source)

    def _input(self, source: Source) -> Input:
        """An input as it is written; what is no name is kept as its text."""
        meaning = _MEANING.search(source.text)
        named = p.cut(source, 0, meaning.start() if meaning else len(source.text))
        word = _ITALIC.fullmatch(source.text.strip())
        if word and not (meaning and meaning.start()):
            name = _word(word[1] or word[2])
            return Input(name, "", symbol(name))
        told = meaning[1].strip(" ()") if meaning else ""
        try:
            term = self._term(spelled(named))
        except Error:
            return Input(named.text, told, None)
        base = term.args[0] if term.op in ("entry", "relation") else term
        base = base.args[0] if base.op == "entry" else base
        return Input(named.text, told, base if base.op == "symbol" else None)

    def _indexed(self, body: tuple[Statement, ...]) -> tuple[tuple[Statement, ...], Term]:
        """The steps without `t = t + 1`, and the letter that counts the turns of the loop."""
        letters = [
            s
            for a in assignments(body)
            if a.target.op == "entry"
            for s in sorted(free_symbols(a.target.args[1]), key=repr)
        ]
        found = next(
            (s for s in letters if not self.rows.letter or s.data.name == self.rows.letter), None
        )
        if found is None:
            found = self._term(Source("<index>", self.rows.letter or "t"))
        kept = tuple(s for s in body if not (isinstance(s, Assignment) and s.target is found))
        return kept, found


def _texts(steps: Sequence[Step]) -> list[Source]:
    found: list[Source] = []
    for step in steps:
        setting = step.then is not None and _SETTING.match(step.source.text)
        found += [] if setting else [step.source]
        found += _texts(step.then or []) + _texts(step.otherwise)
    return found


def _assigns(source: Source) -> bool:
    return bool(re.search(r"\\leftarrow|\\gets|:=|=", source.text))


def _without_meaning(source: Source) -> Source:
    r"""An initial value without what is said of it: `m_0 \leftarrow 0 \text{ (first moment)}`."""
    meaning = re.search(r"(?:\\[:,;! ]|\s)*\\text\s*\{\s*\([^{}]*\}\s*\Z", source.text)
    found = p.cut(source, 0, meaning.start() if meaning else len(source.text))
    said = re.match(
        r"(.*\\(?:leftarrow|gets)\s*)\\text\s*\{\s*(\w+)\s*\(.*\)\s*\}\s*\Z", found.text, re.DOTALL
    )
    if said:  # \eta_0 \leftarrow \text{lr (learning rate)}
        return p.rewritten(found, [(said.end(1), len(found.text), f"\\text{{{said[2]}}}")])
    return found


def _word(text: str) -> str:
    return re.sub(r"\\?[_ ]", "_", text.strip()) if text else ""
