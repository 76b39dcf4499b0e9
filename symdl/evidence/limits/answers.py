"""A limit held against what is claimed of it: the same, certainly another, or not told apart."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.evidence.asymptotics.expansion import BITS, Limit, exact_constant
from symdl.evidence.balls import precision
from symdl.evidence.bounds.written import readable
from symdl.evidence.conditions.hypotheses import infinite_sign, variables
from symdl.evidence.defined import may_be_defined
from symdl.evidence.equality import judge_equality
from symdl.evidence.limits.questions import Question
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term

METHOD = "limit"


def parameters_of(asked: Question) -> list[Term]:
    """The letters besides the variable."""
    return [s for s in variables((asked.body, asked.value, asked.point)) if s is not asked.variable]


def infinite_or_not(asked: Question, found: Mapping[str, Term | int | None]) -> Verdict | None:
    """Limits some of which are infinite (1 or -1), or a claim that they are."""
    claimed = infinite_sign(asked.value)
    told = {
        name: plain(value) if isinstance(value, Term) else "infinity" if value == 1 else "-infinity"
        for name, value in found.items()
    }
    wrong = [name for name, v in found.items() if (0 if isinstance(v, Term) else v) != claimed]
    if not wrong:
        return proved(METHOD, f"the limit is {next(iter(told.values()))}", limits=told)
    if parameters_of(asked):
        return None
    return _refutation(asked, told, {name: name not in wrong for name in told})


def _is_term(found: Limit, claimed: Term) -> bool:
    """Whether a limit is certainly the claimed value, which may be any term."""
    if is_same(found, claimed):
        return True
    if found.value is None:
        return False
    return judge_equality(readable(found.value), claimed).kind == "proved"


def against_claim(asked: Question, found: Mapping[str, Limit]) -> Verdict:
    """The verdict from the limits of the sides that count, all of them found."""
    verdicts = {name: is_same(one, asked.value) for name, one in found.items()}
    shown = {name: shown_limit(one) for name, one in found.items()}
    if all(verdicts.values()):
        value = next(iter(shown.values()))
        start = {n: str(f.expansion.start) for n, f in found.items()}
        return proved(METHOD, f"the limit is {value}", limits=shown, valid_from=start)
    if any(same is None for same in verdicts.values()):
        if all(_is_term(one, asked.value) for one in found.values()):
            return proved(METHOD, f"the limit is {plain(asked.value)}", limits=shown)
        return undecided("the limit and the claimed value cannot be told apart", METHOD)
    if parameters_of(asked):
        return undecided("the limits differ for general parameters", METHOD)
    return _refutation(asked, shown, verdicts)


def _refutation(
    asked: Question,
    shown: Mapping[str, str],
    verdicts: Mapping[str, bool | None],
) -> Verdict:
    wrong = next(name for name, same in verdicts.items() if not same)
    if len(set(shown.values())) > 1:
        message = "there is no limit: " + ", ".join(f"{v} {n}" for n, v in shown.items())
    else:
        message = f"the limit is {shown[wrong]}"
    at = {plain(asked.variable): wrong}
    return refuted(
        METHOD,
        message,
        Counterexample(at, shown[wrong], shown_claim(asked.value)),
        limits=dict(shown),
    )


def is_same(found: Limit, claimed: Term) -> bool | None:
    """Whether the limit is the claimed value: certainly, certainly not, or not known."""
    infinite = infinite_sign(claimed)
    if infinite or found.infinite:
        return infinite == found.infinite if infinite or may_be_defined(claimed, claimed) else None
    value = exact_constant(claimed, {})
    if value is None or found.value is None:
        return None
    with precision(BITS):
        gap = found.value - value
        sign = gap.sign()
    if sign is None:
        return None
    return sign == 0


def shown_limit(found: Limit) -> str:
    """A limit for people: exact, with its decimals where it is no rational."""
    if found.infinite:
        return "infinity" if found.infinite > 0 else "-infinity"
    assert found.value is not None
    if found.value.rational is not None:
        return str(found.value.rational)
    with precision(BITS):
        ball = found.value.ball()
    text = decimal(ball, 12) if ball.is_finite() and ball.rad() < 1e-12 else ""
    return f"{found.value} = {text}" if text else str(found.value)


def shown_claim(value: Term) -> str:
    """What is claimed, for people."""
    sign = infinite_sign(value)
    if sign:
        return "infinity" if sign > 0 else "-infinity"
    exact = exact_constant(value, {})
    return repr(value) if exact is None else str(exact)
