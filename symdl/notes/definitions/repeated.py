"""What a document says a second time: the same, the same under other names, or another thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

from symdl.document.errors import Error
from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.claim import Claim, Decide, Judge
from symdl.evidence.verdict import Verdict
from symdl.evidence.written_claim import written_out
from symdl.expression.defining import squared_deviation
from symdl.expression.defining_entries import is_label
from symdl.expression.printer import plain
from symdl.expression.scope import Definition, Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.term import replace as put
from symdl.library import base_scope
from symdl.notes.definitions.alike import are_alike
from symdl.notes.definitions.redefined_entries import is_replaced
from symdl.notes.doubts.determined import has_numbers
from symdl.notes.judging import HOLDS
from symdl.notes.scope.known import Earlier, Known, is_literal, keys_for, keys_of, parameters_of

MOST_COMPARED = 4
MOST_RENAMED = 3


def stated_again(claim: Claim, known: Known, firm: bool) -> tuple[Decide, bool] | None:
    """The way to the verdict on an equation about what the document has defined already, and
    whether it replaces that from here on. None: it is a claim like any other. firm: the words
    before it say that it follows, so that what differs is no other thing of that name."""
    told = None if firm else _variance_again(claim, known)
    if told is not None:
        return (lambda judge: _value_or_given(claim, told, judge)), True
    found = () if _calls_itself(claim, known) else earlier_of(claim, known)
    if not found or claim.right is None or claim.relation not in ("=", ":=", "equiv"):
        return None
    last = found[-1]
    body, origin = last.body, last.origin
    right = claim.right
    if is_literal(right):
        return _number_again(claim, last, known)
    if claim.left.op == "entry" and not free_symbols(claim.left.args[-1]):
        return None
    asked = [
        (f"line {e.origin.span.line}", replace(_with_one_kind(claim, e), scope=_alone(known)))
        for e in reversed(found)
    ]
    taken = {k.data.name for k in (*known.scope.values, *known.past) if k.op == "symbol"}
    here = known.is_here(origin) and not known.is_of_another_problem(origin)
    same = here or not is_letter(claim.left)
    slip = firm or are_alike(asked[0][1].left, right, _is_rule(claim.left, right))
    written = [
        (f"line {origin.span.line}", replace(_with_one_kind(claim, last), scope=known.general))
    ]

    def decide(judge: Judge) -> Verdict:
        verdict = again = _defined_again(asked, taken, same, slip, judge)
        if verdict.kind not in HOLDS and same:  # by what else is defined
            again = _defined_again(written, taken, False, slip, judge)
        holds = again.kind in HOLDS
        if (holds and again.kind != "confirmed") or not (holds or same):
            return again
        valued = is_literal(body) and has_numbers(right, known)
        if valued or _is_closed_form(claim, known):
            follows = judge(claim)
            if follows.kind == "proved" or (follows.kind in HOLDS and not holds):
                return follows
        return again if holds else verdict

    return decide, True


def _number_again(claim: Claim, last: Earlier, known: Known) -> tuple[Decide, bool] | None:
    """The same of a number that is said of what has been defined."""
    right, body, origin = claim.right, last.body, last.origin
    assert right is not None
    if is_literal(body):
        return (lambda judge: _given_again(claim, body, f"line {origin.span.line}", judge)), True
    given = Verdict("definition", "definition", f"{plain(claim.left)} is given from here on")
    if body.op in ("symbol", "entry"):
        return (lambda _: given), True
    stays = right.op not in ("number", "neg")
    if not stays and not _is_known(claim):
        return (lambda _: given), True
    if known.is_here(origin):
        return None
    return (lambda judge: _value_or_given(claim, given, judge)), stays


def _is_rule(left: Term, body: Term) -> bool:
    """Whether a definition says something of all values of its parameters: a function, or the steps
    of a sequence by several letters (`v_t = \\beta v_{t-1} + (1 - \\beta) g_t^2`)."""
    if left.op == "entry":
        return bool(free_symbols(left.args[-1])) and len(free_symbols(body)) > LETTERS
    return left.op == "call"


WRITTEN_OUT = 8
"""Parts of a body from which on it is known by its form, in whatever letters."""
LETTERS = 3
"""Letters beyond which a sequence is no example with numbers of its own."""


def _variance_again(claim: Claim, known: Known) -> Verdict | None:
    """`\\sigma^2 = 6` where sigma has a number by `\\sigma^2 = 5`: given anew, if it is another."""
    if claim.right is None or claim.relation != "=" or not is_literal(claim.right):
        return None
    deviation = squared_deviation(claim.left, claim.right)
    value = None if deviation is None else known.scope.values.get(deviation)
    if value is None or value.op != "sqrt" or not is_literal(value):
        return None
    text = f"given anew: before it is {plain(value.args[0])}"
    return Verdict("definition", "definition", text, code="given-anew")


def _is_closed_form(claim: Claim, known: Known) -> bool:
    """Whether an equation says without other steps what all steps of a sequence are of which a
    rule is known: `v_k = 1 - \\beta^k` behind `v_{k+1} = \\beta v_k + 1 - \\beta`."""
    left, right = claim.left, claim.right
    if left.op != "entry" or left.args[0].op != "symbol" or right is None:
        return False
    if left.args[0].data.name not in known.scope.recurrences:
        return False
    steps = (n for n in postorder(right) if n.op == "entry" and n.args[0] is left.args[0])
    return all(is_literal(step.args[1]) for step in steps)


def _calls_itself(claim: Claim, known: Known) -> bool:
    """Whether an equation has the function of its left side on its right too: `H(p) = H(1 - p)`
    says something of a function, and not what it is. So does `S_t = S_{t-1} + a_t` of a sequence
    that is defined without itself."""
    if claim.right is not None and claim.left.op == "entry":
        base = claim.left.args[0]
        own = known.scope.recurrences.get(str(base.data.name)) if base.op == "symbol" else None
        if own is None or base in free_symbols(own.body):
            return False
        earlier = (n for n in postorder(claim.right) if n.op == "entry" and n.args[0] is base)
        return any(free_symbols(n.args[1]) for n in earlier)
    if claim.left.op != "call" or claim.right is None:
        return False
    name = claim.left.data.function.name
    return any(n.op == "call" and n.data.function.name == name for n in postorder(claim.right))


def is_letter(left: Term) -> bool:
    """Whether a name is one letter, which each section may use for something of its own."""
    if left.op == "call":
        return len(str(left.data.function.name).lstrip("\\")) == 1
    while left.op != "symbol" and left.args:
        left = left.args[0]
    return left.op == "symbol" and len(left.data.name.lstrip("\\")) == 1


def _value_or_given(claim: Claim, given: Verdict, judge: Judge) -> Verdict:
    """A value that follows from another section is proved; one that does not is given anew."""
    verdict = judge(claim)
    return verdict if verdict.kind in HOLDS else given


def _is_known(claim: Claim) -> bool:
    """Whether the left side has a value that follows from what is known."""
    try:
        return not free_symbols(written_out(claim).left)
    except Error:
        return False


def _alone(known: Known) -> Scope:
    """The scope in which two definitions are compared: other definitions are not written out."""
    return replace(base_scope(), symbols=known.scope.symbols)


def _with_one_kind(claim: Claim, earlier: Earlier) -> Claim:
    """A claim with an earlier body on its left. A name means one thing in both: the C that counts
    in the earlier one (`\\sum_{i=0}^C`) counts in the later one, too."""
    left = _left(earlier, claim)
    counted = {str(s.data.name): s for s in free_symbols(left) if s.op == "symbol"}
    right = claim.right
    assert right is not None
    table = {
        s: one
        for s in free_symbols(right)
        if s.op == "symbol" and (one := counted.get(str(s.data.name))) is not None
        if one is not s and (one.shape, one.data.role) == (s.shape, s.data.role)
    }
    return replace(claim, left=left, right=put(right, table) if table else right)


def _left(earlier: Earlier, claim: Claim) -> Term:
    """An earlier body in the parameters of a later definition."""
    body, parameters, left = earlier.body, earlier.parameters, claim.left
    own = left.args if left.op == "call" else left.args[1:] if left.op == "entry" else ()
    table = dict(zip(parameters, own, strict=False))
    return substitute(body, {k: v for k, v in table.items() if k is not v})


def _given_again(claim: Claim, body: Term, line: str, judge: Judge) -> Verdict:
    if judge(replace(claim, left=body, kind="number")).kind == "proved":
        return Verdict("definition", "definition", f"given again, as on {line}")
    text = f"given anew: on {line} it is {plain(body)}"
    return Verdict("definition", "definition", text, code="given-anew")


def _defined_again(
    asked: Sequence[tuple[str, Claim]], taken: set[str], same: bool, slip: bool, judge: Judge
) -> Verdict:
    """A definition against the earlier ones of its name, the latest first. same: it must be
    about the same thing; slip: what differs is a mistake, and no other thing of that name."""
    latest = judge(asked[0][1])
    line = asked[0][0]
    for place, claim in asked[:MOST_COMPARED]:
        first = claim is asked[0][1]
        verdict = latest if first else judge(claim)
        if verdict.kind in HOLDS and (first or _still_holds(claim, asked[0][1], judge)):
            return replace(verdict, message=f"{verdict.message}: the same as on {place}")
    if latest.kind != "refuted" or not same:
        return Verdict("definition", "definition", _ANOTHER.format(line), code="defined-anew")
    renamed = _renamed(asked[0][1], taken, judge)
    if renamed:
        text = f"the same as on {line} with {renamed}"
        return Verdict("proved", "normal-form", text)
    if not slip:
        return Verdict("definition", "definition", _ANOTHER.format(line), code="defined-anew")
    text = f"defined anew: it differs from {line}, and replaces it from here on"
    return Verdict(
        "undecided",
        "definition",
        text,
        code="inconsistent-definition",
        counterexample=latest.counterexample,
    )


_ANOTHER = "defined anew: it replaces {} from here on"


def _still_holds(earlier: Claim, latest: Claim, judge: Judge) -> bool:
    """Whether the latest definition says the same as an earlier one, under other names perhaps:
    else it replaced it."""
    both = replace(earlier, right=latest.left)
    return judge(both).kind in HOLDS or bool(_renamed(both, set(), judge))


def _counts(name: Term) -> bool:
    """Whether a name has steps or arguments, and is no number."""
    return name.data.role in ("sequence", "function")


def _renamed(asked: Claim, taken: set[str], judge: Judge) -> str:
    """The renaming of symbols under which two definitions are the same, in words. A name that
    stands for something else already is no new name for another."""
    assert asked.right is not None
    before, after = free_symbols(asked.left), free_symbols(asked.right)
    if before.isdisjoint(after) and len(list(postorder(asked.right))) < WRITTEN_OUT:
        return ""  # `A = QR` behind `A = LU`: two products of two things
    old = sorted(before - after, key=repr)
    new = sorted(after - before, key=repr)
    if taken & {s.data.name for s in new}:
        return ""
    if asked.right in new or len(old) != len(new) or not 0 < len(old) <= MOST_RENAMED:
        return ""
    for order in permutations(new):
        pairs = dict(zip(old, order, strict=True))
        if any(a.shape != b.shape or _counts(a) != _counts(b) for a, b in pairs.items()):
            continue
        if judge(replace(asked, left=substitute(asked.left, pairs))).kind == "proved":
            return ", ".join(f"{plain(b)} for {plain(a)}" for a, b in pairs.items())
    return ""


def earlier_of(claim: Claim, known: Known) -> tuple[Earlier, ...]:
    """The document's own definitions of what an equation has on its left side, while one of
    them is in force."""
    if claim.right is None or _is_at_a_point(claim.left, known) or _follows(claim, known):
        return ()
    if is_label(known.scope, claim.left, claim.right) and claim.left not in known.scope.values:
        return ()
    bodies = keys_of(known.scope)
    for key in keys_for(make("relation", claim.left, claim.right, data=("=",))):
        body = bodies.get(key)
        if isinstance(body, Term) and not is_replaced(key, claim.left, known):
            said = known.history.get(key)
            origin = known.origins.get(key)
            if said or origin is None:
                return said or ()
            return (Earlier(body, parameters_of(key, known.scope), origin),)
    return ()


def _is_at_a_point(left: Term, known: Known) -> bool:
    r"""Whether a call is the value of a defined function at a place, `f(w^*)`, `f(x_0)`: its
    argument is no variable, for it is defined, marks the function's own variable, or is a
    parameter of the function."""
    own = known.scope.functions.get(left.data.function.name) if left.op == "call" else None
    if own is None or len(own.parameters) != len(left.args):
        return False
    if _are_numbered(left.args) and not any(_is_set(a, known) for a in left.args):
        return False
    return any(
        argument is not parameter
        and argument.op == "symbol"
        and (
            _marks(argument, parameter)
            or _is_set(argument, known)
            or _is_parameter(argument, left.data.function.name, own, known)
        )
        for argument, parameter in zip(left.args, own.parameters, strict=True)
    )


def _is_parameter(name: Term, function: str, own: Definition, known: Known) -> bool:
    r"""Whether a letter is a parameter that a function of the open sections has in its index and
    in its body, as `a` of `f_a(x) = (x - a)^2`: `f_a(a) = 0` is a value of that."""
    origin = known.origins.get(("function", function))
    if origin is None or not known.is_here(origin) or name not in free_symbols(own.body):
        return False
    index = function.partition("_")[2].strip("{}")
    return str(name.data.name) in re.split(r"[,\s]+", index)


def _follows(claim: Claim, known: Known) -> bool:
    """Whether an equation gives the value that a function has at another letter of its body, as
    `f(a) = a^3` behind `f(x) = a x^2`: it is no other function."""
    left, right = claim.left, claim.right
    own = known.scope.functions.get(left.data.function.name) if left.op == "call" else None
    if own is None or right is None or len(own.parameters) != len(left.args):
        return False
    if not any(a in free_symbols(own.body) and a not in own.parameters for a in left.args):
        return False
    value = substitute(own.body, dict(zip(own.parameters, left.args, strict=True)))
    try:
        return value.shape == right.shape == () and prove_equal(value, right) is not None
    except (NotDecided, Error):
        return False


def _are_numbered(arguments: tuple[Term, ...]) -> bool:
    """Whether these are the variables of a function by their numbers, `f(x_1, x_2)`."""
    names = [str(a.data.name) if a.op == "symbol" else "" for a in arguments]
    letter = names[0].partition("_")[0]
    return len(names) > 1 and names == [f"{letter}_{k}" for k in range(1, len(names) + 1)]


def _is_set(name: Term, known: Known) -> bool:
    """Whether an open section says by a formula what a name is: it is no variable there."""
    value, origin = known.scope.values.get(name), known.origins.get(("value", name))
    if value is None or is_literal(value):
        return False
    return origin is not None and known.is_here(origin)


def _marks(argument: Term, variable: Term) -> bool:
    r"""Whether a name is a letter with a mark: `w^*`, `w_0`, `\hat{w}`."""
    letter, name = str(variable.data.name), str(argument.data.name)
    return name != letter and bool(re.match(rf"(?:\\\w+\{{)?{re.escape(letter)}[_^}}]", name))
