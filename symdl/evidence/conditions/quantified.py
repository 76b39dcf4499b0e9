"""Letters of which a statement does not say whether all of their values are meant, or some."""

from __future__ import annotations

from symdl.evidence.kinds import ORDER, is_declared
from symdl.expression.dimensions import names_in
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.term import BINDERS, Term, free_symbols, make, number, postorder


def every(condition: Term) -> Term:
    r"""What `\forall a` says: a bare letter is any number of its domain."""
    if condition.op != "symbol" or condition.shape != ():
        return condition
    home = make("number_set", data="Z" if condition.data.domain.integer else "R")
    return make("relation", condition, home, data=("in",))


def some_or_every(
    premise: Term, whole: Term, statement: Term, given: tuple[Term, ...], scope: Scope
) -> str:
    r"""Why the failure of a statement under a premise is no refutation; empty if it is one.

    `\sin x = 0 \iff x = k\pi` speaks of some k: a letter that only the conclusion has may be
    meant to be chosen. It is any number if it is declared or quantified, and real, if the premise
    says nothing (`x = x`), or if it stands for a variable within an inequality. A letter of counts
    that only the premise has may be meant to be an integer. The premise may be one of several that
    stand before the arrow (`whole`).
    """
    if _says_nothing(premise):
        return ""
    known = _spoken_of(whole, scope).union(*(free_symbols(h) for h in scope.hypotheses))
    known |= {s for s in free_symbols(statement) if s.data.name in _sizes(premise, statement)}
    known |= {s for c in given for s in free_symbols(c) if not _is_whole(c, s)}
    indices = {i for n in postorder(statement) if n.op == "entry" for i in n.args[1:]}
    chosen = free_symbols(statement) - known - indices - _compared(premise, statement)
    for letter in sorted(chosen, key=repr):
        if _any_fits(letter, premise, statement):
            continue
        if _is_free(letter, scope) or (_is_integer(letter, given) and letter not in scope.values):
            name = plain(letter)
            return (
                f"it fails for some {name}, but a value of {name} that fits may be meant: "
                f"{name} stands on one side of the arrow only (write \\forall {name} before it, "
                f"or declare {name} to be real)"
            )
    array = _array_read_as_number(premise, scope)
    if array is not None:
        return f"{plain(array)} is an array by what stands before the arrow: state that as given"
    index = _index_of_all(premise, statement)
    if index is not None:
        name = plain(index)
        return (
            f"it fails where what stands before the arrow holds for one {name} only: "
            f"say \\forall {name}, or state it as given"
        )
    return _meant_to_count(premise, statement, given, scope)


def _meant_to_count(premise: Term, statement: Term, given: tuple[Term, ...], scope: Scope) -> str:
    """Why a letter that only the premise has may be an integer; empty where none may."""
    for letter in sorted(free_symbols(premise) - free_symbols(statement), key=repr):
        counts = letter.data.name in COUNTING and _is_free(letter, scope)
        if counts and not _is_integer(letter, given):
            name = plain(letter)
            return f"it fails for a fraction {name}: say whether {name} is an integer"
    return ""


def _any_fits(letter: Term, premise: Term, statement: Term) -> bool:
    r"""Whether every value of a letter that only the conclusion has is meant.

    It is in an equation that some value fits whether the premise holds or not (`a + c = b` after
    `a = b`): to choose that value would say nothing. But a letter may name something new (`x = t`),
    a count or a constant of integration.
    """
    if any(t.op != "relation" or set(t.data) != {"="} for t in (premise, statement)):
        return False
    if len(statement.args) > 2:
        return False
    if letter.data.name in COUNTING or letter.data.domain.integer:
        return False
    if any(
        n.shape != () or n.op in _RULES for t in _sides(premise, statement) for n in postorder(t)
    ):
        return False
    bare = all(side.op == "symbol" for side in _sides(premise, statement))
    said = free_symbols(statement)
    return (bare or free_symbols(premise) <= said) and abs(_times(letter, statement)) == 1


def _sides(*relations: Term) -> tuple[Term, ...]:
    return tuple(side for relation in relations for side in relation.args)


_RULES = frozenset({"call", "prime", "derivative", "gradient", "integral", "entry", "relation"})
"""What stands for a function, or for numbers one by one."""


def _times(letter: Term, equation: Term) -> int:
    """How often a letter is a summand, those of the right side taken off; 0 where it also stands
    within others."""
    found, waiting = 0, [(equation.args[0], 1), (equation.args[1], -1)]
    while waiting:
        term, sign = waiting.pop()
        if term is letter:
            found += sign
        elif term.op in ("add", "neg"):
            waiting += [(a, -sign if term.op == "neg" else sign) for a in term.args]
        elif letter in free_symbols(term):
            return 0
    return found


def _sizes(*terms: Term) -> set[str]:
    """The names of the sizes of the arrays in some terms."""
    arrays = (s.shape or () for term in terms for s in free_symbols(term))
    return {size for shape in arrays for size in names_in(shape)}


def _says_nothing(premise: Term) -> bool:
    """Whether a premise holds as it is written: `x = x`, `|x - x| = 0`."""
    if premise.op != "relation" or set(premise.data) != {"="}:
        return False
    return len({_tidied(side) for side in premise.args}) == 1


def _tidied(side: Term) -> Term:
    """0 for the difference of a letter and itself, or its size."""
    inner = side.args[0] if side.op == "abs" else side
    if inner.op == "add" and len(inner.args) == 2 and inner.args[1].op == "neg":
        one, other = inner.args[0], inner.args[1].args[0]
        if one is other and one.op == "symbol":
            return number(0)
    return side


VARIABLES, ENDS = frozenset("uvwxyz"), frozenset("ab")
"""Letters for what varies; those that may be constants, but not beside their like."""


def _compared(premise: Term, statement: Term) -> set[Term]:
    """The letters that an inequality has within a side: `x y > 0` is said of every y, while of a
    bound (`x \\le M`, `x < y`) some value may be meant. So are those on both sides of an equation
    (`a + c = b + c`)."""
    if statement.op == "relation" and statement.data == ("=",):
        return set(free_symbols(statement.args[0]) & free_symbols(statement.args[1]))
    if statement.op != "relation" or not ORDER.issuperset(statement.data):
        return set()
    spoken = {s.data.name for s in free_symbols(premise)}
    names = VARIABLES | ENDS if spoken <= ENDS else VARIABLES
    inside = (free_symbols(side) for side in statement.args if side.op != "symbol")
    return {s for letters in inside for s in letters if s.op == "symbol" and s.data.name in names}


def _spoken_of(premise: Term, scope: Scope) -> frozenset[Term]:
    """The letters of a premise, and those that they are defined by."""
    found: set[Term] = set()
    waiting = [premise]
    while waiting:
        term = waiting.pop()
        new = free_symbols(term) - found
        found |= new
        waiting += [scope.values[letter] for letter in new if letter in scope.values]
        for node in postorder(term):
            body = _definition(node, scope)
            if body is not None and node not in found:
                found.add(node)
                waiting.append(body)
    return frozenset(found)


def _array_read_as_number(premise: Term, scope: Scope) -> Term | None:
    """An undeclared letter that was read as a number and that an equation says is an array."""
    if premise.op != "relation" or set(premise.data) != {"="}:
        return None
    arrays = any(side.shape != () for side in premise.args)
    numbers = (s for s in premise.args if s.op == "symbol" and s.shape == ())
    return next((s for s in numbers if arrays and not is_declared(s, scope)), None)


def _definition(node: Term, scope: Scope) -> Term | None:
    """What a call, or an entry of a sequence, is defined by."""
    if node.op == "call":
        found = scope.functions.get(node.data.function.name)
    elif node.op == "entry" and node.args[0].op == "symbol":
        name = node.args[0].data.name
        found = scope.recurrences.get(name) or scope.entries.get(name)
    else:
        return None
    return None if found is None else found.body


def _index_of_all(premise: Term, statement: Term) -> Term | None:
    r"""The index i of a premise such as `x_i > 0` that may be meant for all i, because the
    statement speaks of other entries too: `\sum_i x_i > 0`."""
    entries = [n for n in postorder(premise) if n.op == "entry"]
    bound = {n.args[0] for n in postorder(premise) if n.op in BINDERS}
    own = set(entries)
    for entry in entries:
        base = entry.args[0]
        letters = {s for i in entry.args[1:] for s in free_symbols(i)} - bound
        others = [n for n in postorder(statement) if base in n.args and n not in own]
        if letters and others:
            return min(letters, key=repr)
    return None


COUNTING = frozenset("jklmnKMN")
"""Letters that are likely to be integers in a premise such as x = 2k."""


def _is_free(letter: Term, scope: Scope) -> bool:
    """Whether nothing says what a letter is."""
    known = letter in scope.values or letter.data.role == "function"
    return not known and not is_declared(letter, scope)


def _is_integer(letter: Term, given: tuple[Term, ...]) -> bool:
    return letter.data.domain.integer or any(_is_whole(condition, letter) for condition in given)


def _is_whole(condition: Term, letter: Term) -> bool:
    r"""Whether a condition says no more of a letter than that it is an integer."""
    if condition.op != "relation" or condition.data != ("in",):
        return False
    home = condition.args[1]
    return condition.args[0] is letter and home.op == "number_set" and home.data != "R"
