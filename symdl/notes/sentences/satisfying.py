"""What satisfies a formula: a function, of which it is a law, or a letter that it restricts."""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.doubts.determined import is_rewriting
from symdl.notes.prose.vocabulary import subjects_in
from symdl.notes.scope.known import Known, is_literal, reach
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


_OF_DEFINED = re.compile(
    r"(?:^|[.;:,]\s*|\$\s*|\b(?:and|but|so|thus|then|hence|since|therefore|again|also|now)\s+)"
    r"(?:(?:the|this|that|its|our)\s+(?:\w+\s+)?(?:square|cube|product|quotient|sum|difference|power"
    r"|determinant|trace|function|derivative|gradient|norm|variance|mean|average|expectation|ratio"
    r"|loss|softmax|sigmoid|entropy|information|divergence|result|expression|operation|sequence"
    r"|recursion|update|transform|kernel|inverse|transpose)(?:\s+\$[^$=]+\$)?|it|this|which"
    r"|\$[^$]+\$)\s+(?:also |always |therefore |thus |clearly )?satisfies\s*:?\s*$",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(
    r"\b(?:suppose|assume|assuming|if|when|whenever|let|any|an?|every|each|such|find|find|choose|unknown"
    r"|solution|solves?|root|zero|minim\w+|maxim\w+|optim\w+|stationary|fixed|critical|equilibrium"
    r"|until|unless|where|condition|constraint|only)\b[^$]*satisfies\s*:?\s*$|\b(?:solution|root|zero"
    r"|point|suppose|assume|if|when|find|minimi[sz]er|optimum)\b",
    re.IGNORECASE,
)


def is_said_of_it(claim: Claim, known: Known, before: str) -> bool:
    r"""Whether `The square satisfies` leads to a claim about what is defined: one side is the other
    rewritten, or its name is made of the letters of the other by a formula."""
    if _OF_DEFINED.search(before) is None or _RESTRICTED.search(before) or claim.right is None:
        return False
    if is_rewriting(claim) or _is_of_information(claim):
        return True
    if any(map(is_literal, claim.sides)) or claim.relation not in ("=", "equiv"):
        return False
    if _is_of_sequence(claim, known):
        return True
    made = [s for s in free_symbols(claim.left) if s in known.scope.values]
    bodies = [known.scope.values[s] for s in made]
    if not bodies or any(map(is_literal, bodies)) or claim.left in made:
        return False
    return free_symbols(claim.right) <= reach([claim.left], known.scope)


def _is_of_information(claim: Claim) -> bool:
    """Whether an equation says of an information or an entropy what entropies it is made of."""
    called = [n.data.function.name for s in claim.sides for n in postorder(s) if n.op == "call"]
    return claim.left.op == "call" and len(called) > 1 and set(called) <= {"I", "H"}


def _is_of_sequence(claim: Claim, known: Known) -> bool:
    """Whether an equation says how entries that a formula gives follow from others of them."""
    left, right = claim.sides
    if left.op != "entry" or left.args[0].op != "symbol":
        return False
    name = str(left.args[0].data.name)
    tables = {"entries": known.scope.entries, "recurrence": known.scope.recurrences}
    origins = (known.origins.get((what, name)) for what, table in tables.items() if name in table)
    if not any(origin is not None and known.is_here(origin) for origin in origins):
        return False
    of_it = [n for n in postorder(right) if n.op == "entry" and n.args[0] is left.args[0]]
    return bool(of_it) and all(n is not left for n in of_it)
