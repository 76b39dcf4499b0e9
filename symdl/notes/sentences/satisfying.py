"""What satisfies a formula: a function, of which it is a law, or a letter that it restricts."""

from __future__ import annotations

import re

from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.prose.vocabulary import subjects_in
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.sentences.premises import ORDER


def is_function(words: str, known: Known) -> bool:
    """Whether words are the name of one function that the library or the document defines."""
    name = re.fullmatch(r"\$([^$]+)\$", words)
    if name is not None:
        written = name[1].split("(")[0].strip()
        if written in known.scope.functions:
            return True
        words = re.sub(r"\\(?:operatorname|mathrm|text)?|[{}]", "", written)
    return len(subjects_in(words, known)) == 1


_IT = frozenset({"it", "this", "which", "that", "function"})
_FUNCTIONS = frozenset({"call", "softmax", "log_softmax", "logsumexp", "sigmoid"})


def is_law_of_it(words: str, term: Term, known: Known) -> bool:
    r"""Whether `It satisfies` leads to a law of the function that was defined before: a bound of
    its value by its own argument, or a value at another place (`f(-x) = 1 - f(x)`). `f(x) = 0` and
    `f(x) = x` restrict x."""
    if words.lower() not in _IT or term.op != "relation" or any(map(is_literal, term.args)):
        return False
    values = [_function_of(side, known) for side in term.args]
    called = [value for found in values for value in found]
    if not called:
        return False
    if set(term.data) <= ORDER - {"!=", "in"}:
        names = [free_symbols(side) for side in term.args]
        return len(term.args) > 1 and all(one & names[0] for one in names)
    moved = any(argument.op != "symbol" for value in called for argument in value.args)
    return set(term.data) == {"="} and moved


def _function_of(side: Term, known: Known) -> list[Term]:
    """The values in a side of functions of which it is known what they are."""
    found = [node for node in postorder(side) if node.op in _FUNCTIONS]
    functions = known.scope.functions
    return [n for n in found if n.op != "call" or n.data.function.name in functions]
