"""The answer to a claim: never a bare yes, but a verdict with the evidence that carries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, NoReturn

KINDS: tuple[str, ...] = (
    "proved",
    "approximate",
    "rounded",
    "confirmed",
    "refuted",
    "refuted-as-stated",
    "undecided",
    "not-understood",
    "definition",
)
"""proved: exact; approximate: a certified bound on the difference; rounded: correct to the
digits printed; confirmed: agrees at the points or sizes named, not a proof; refuted: a
counterexample is shown; refuted-as-stated: true under a named extra hypothesis;
undecided: and why; not-understood: reading stopped; definition: nothing to check."""


HOLDING = frozenset({"proved", "approximate", "rounded"})
"""Kinds that establish a claim as it stands. `confirmed` is no proof, `refuted-as-stated` holds
only under a further hypothesis, and a `definition` claims nothing."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point of the domain (symbol name -> exact value as text) and the value of both sides
    there, in decimals with enough digits to differ (exact where the value is rational)."""

    at: Mapping[str, str]
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a claim and why.

    kind is one of KINDS; method names the rung that decided (`exact`, `normal-form`,
    `cases`, `enclosure`, ...); message is one sentence for people; code names the kind of
    finding for `symdl explain` (the ladder fills it); evidence is plain data (strings,
    numbers, lists, mappings) that can be serialised and re-checked; reading says how the
    claim was understood.
    """

    kind: str
    method: str
    message: str
    code: str = ""
    counterexample: Counterexample | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reading: str = ""
    words: Callable[[], str] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no verdict is called {self.kind!r}")
        if self.kind == "refuted" and self.counterexample is None:
            raise ValueError("a refutation shows a counterexample")

    def __getattr__(self, name: str) -> str:
        """`reading` of an `understood` verdict, put into words when it is first asked for."""
        if name != "reading" or self.words is None:
            raise AttributeError(name)
        object.__setattr__(self, name, self.words())
        return self.reading

    def understood(self, words: Callable[[], str]) -> Verdict:
        """The same verdict on a claim that was understood as the words say, once asked for."""
        found = object.__new__(Verdict)
        for part in _KEPT:
            object.__setattr__(found, part, getattr(self, part))
        object.__setattr__(found, "words", words)
        return found

    def coded(self, code: str) -> Verdict:
        """The same verdict under a code."""
        return self._with(code, self.evidence)

    def noting(self, **evidence: Any) -> Verdict:
        """The same verdict with more evidence."""
        return self._with(self.code, {**self.evidence, **evidence})

    def _with(self, code: str, evidence: Mapping[str, Any]) -> Verdict:
        return Verdict(
            self.kind,
            self.method,
            self.message,
            code,
            self.counterexample,
            evidence,
            self.reading,
        )

    def as_dict(self) -> dict[str, Any]:
        """The verdict as plain data."""
        told = replace(self, words=None)
        shown = told.counterexample
        found = {f.name: getattr(told, f.name) for f in fields(told) if f.name != "words"}
        return {**found, "counterexample": None if shown is None else asdict(shown)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        """The verdict that `as_dict` wrote."""
        shown = data["counterexample"]
        return cls(**{**data, "counterexample": None if shown is None else Counterexample(**shown)})

    @property
    def holds(self) -> bool:
        """Whether the claim is established: proved, approximate (within the certified bound) or
        rounded (correct to the digits printed).

        >>> proved("exact", "both sides are 1").holds, undecided("too large").holds
        (True, False)
        """
        return self.kind in HOLDING

    def __bool__(self) -> NoReturn:
        """A verdict is no yes or no: raises TypeError, where `if check(...)` would always pass."""
        raise TypeError(
            f"a verdict is neither true nor false (this one is {self.kind!r}): "
            "ask for .holds, or compare .kind"
        )

    def _repr_html_(self) -> str:
        """How a notebook shows it: the verdict, how the claim was read, why, the two values."""
        from html import escape

        lines = [f"<b>{escape(self.kind)}</b> {escape(self.reading)}", escape(self.message)]
        shown = self.counterexample
        if shown is not None:
            at = ", ".join(f"{name} = {value}" for name, value in shown.at.items())
            lines.append(escape(f"{at}: left {shown.left}, right {shown.right}"))
        return "<p>" + "<br>".join(line for line in lines if line) + "</p>"


_KEPT = tuple(part.name for part in fields(Verdict) if part.name not in ("reading", "words"))


def proved(method: str, message: str, **evidence: Any) -> Verdict:
    """A proof by the named method."""
    return Verdict("proved", method, message, evidence=evidence)


def refuted(method: str, message: str, counterexample: Counterexample, **evidence: Any) -> Verdict:
    """A refutation with the point and both values."""
    return Verdict("refuted", method, message, counterexample=counterexample, evidence=evidence)


def undecided(message: str, method: str = "", **evidence: Any) -> Verdict:
    """No decision; the message says why."""
    return Verdict("undecided", method, message, evidence=evidence)


def may_be_meant(message: str, shown: Counterexample | None = None) -> Verdict:
    """No decision because the claim holds, or fails, under a hypothesis that may be meant; the
    message says which. shown: where it fails without it."""
    return Verdict("undecided", "", message, "holds-under-hypothesis", counterexample=shown)


def resource_limit(words: str) -> Verdict:
    """No decision because a limit of time or memory was met; the words say which."""
    message = f"resource limit: {words}"
    return Verdict(
        "undecided", "resource-limit", message, "resource-limit", evidence={"limit": words}
    )
