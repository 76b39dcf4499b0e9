"""Evidence as data: how a verdict, its two sides and its certificate are written to JSON.

A document is `{"symdl", "format", "sources", "records", "seal"}`: the texts the claims come from
and one record for every claim in them, in order: its statement, its verdict and certificates (see
evidence/certificate.py). The Terms of a statement are one list of nodes `[op, [places of the
arguments], data]`, arguments first; numbers are strings. The seal is a digest of everything else:
it finds slips, `symdl recheck` finds lies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from symdl.document.errors import Error
from symdl.evidence.claim import Claim
from symdl.expression.term import Call, Number, Symbol, Term

FORMAT = 3
LONGEST_NUMBER = 4_000
LARGEST = 64_000_000
"""Characters of a document that are read at most."""
_RATIONAL = re.compile(r"-?[0-9]+(/[0-9]*[1-9][0-9]*)?")
Data = Any
"""What JSON holds."""


class Malformed(Error):
    """A document or record that is no evidence; the text says why."""


# --- documents ------------------------------------------------------------------------------


def document(version: str, sources: Mapping[str, Data], records: Iterable[Data]) -> dict[str, Data]:
    """The sealed document of some records; sources are the texts of the files
    they come from, or `{latex, given, symbols}` of a statement."""
    made = {
        "symdl": version,
        "format": FORMAT,
        "sources": dict(sources),
        "records": list(records),
    }
    return {**made, "seal": seal(made)}


def seal(data: Mapping[str, Data]) -> str:
    """The digest of a document without its seal."""
    rest = {key: value for key, value in data.items() if key != "seal"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def same(a: Data, b: Data) -> bool:
    """Whether two data are the same, types included (in Python True is 1)."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def dumps(data: Mapping[str, Data]) -> str:
    """A document as text, one record a line."""
    head = {key: value for key, value in data.items() if key not in ("records", "seal")}
    lines = ",\n".join(json.dumps(record, separators=(",", ":")) for record in data["records"])
    opening = json.dumps(head, indent=1)[:-2]
    return f'{opening},\n "records": [\n{lines}\n],\n "seal": "{data["seal"]}"\n}}\n'


def loads(text: str) -> dict[str, Data]:
    """The document of a text. Raises Malformed for what is none, or bears a wrong seal."""
    if len(text) > LARGEST:
        raise Malformed(f"more than {LARGEST} characters")
    try:
        data = json.loads(
            text, object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"no JSON document: {problem}") from None
    kinds = {"symdl": str, "format": int, "sources": dict, "records": list, "seal": str}
    if not isinstance(data, dict) or data.keys() != kinds.keys():
        raise Malformed(f"a document has the keys {', '.join(kinds)}")
    for key, kind in kinds.items():
        if type(data[key]) is not kind:
            raise Malformed(f"{key!r} is of the wrong type")
    if data["format"] != FORMAT:
        raise Malformed(f"format {data['format']} is not read, only {FORMAT}")
    try:
        if data["seal"] != seal(data):
            raise Malformed("the seal is broken: the document was changed")
    except (RecursionError, ValueError):
        raise Malformed("nested too deeply") from None
    return data


def _once(pairs: list[tuple[str, Data]]) -> dict[str, Data]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_number(text: str) -> Data:
    raise ValueError(f"{text[:20]} is no exact number")


# --- statements -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """`left relation right` between written-out terms (right None: no relation), where the
    conditions hold and both sides are defined; for all values of the atoms.

    total: both sides are said to be defined, too. large: an atom of which only all values beyond
    some number, which may depend on the other atoms, are meant.
    """

    left: Term
    relation: str
    right: Term | None
    conditions: tuple[Term, ...] = ()
    total: bool = False
    large: Term | None = None


@dataclass(frozen=True, slots=True)
class ClaimInParts:
    """A claim as it is read: where it stands (line and column from 1), the LaTeX, and its parts,
    written out: one for a scalar claim, one for each entry of an array.

    whole: the parts say all of it; else they are its instances at some sizes. derived: the
    derivatives taken on the way: function, variable, result.
    """

    line: int
    column: int
    latex: str
    claim: Claim
    parts: tuple[Part, ...]
    whole: bool = True
    derived: tuple[tuple[Term, Term, Term], ...] = ()


def statement(stated: ClaimInParts) -> dict[str, Data]:
    """What a record says of its claim: everything a certificate is about."""
    writer = Writer([], {})
    parts = [
        [
            writer.place(part.left),
            part.relation,
            None if part.right is None else writer.place(part.right),
            [writer.place(condition) for condition in part.conditions],
        ]
        for part in stated.parts
    ]
    return {
        "line": stated.line,
        "column": stated.column,
        "latex": stated.latex,
        "kind": stated.claim.kind,
        "relation": stated.claim.relation,
        "worked": stated.claim.worked,
        "whole": stated.whole,
        "parts": parts,
        "derivatives": [[writer.place(term) for term in found] for found in stated.derived],
        "nodes": writer.nodes,
    }


def rational(text: Data) -> Fraction:
    """An exact number from its text `-3/4`. Raises Malformed."""
    if not isinstance(text, str) or len(text) > LONGEST_NUMBER or not _RATIONAL.fullmatch(text):
        raise Malformed(f"{str(text)[:20]!r} is no exact number")
    return Fraction(text)


@dataclass(slots=True)
class Writer:
    """Puts Terms into one list of nodes, each once."""

    nodes: list[Data]
    places: dict[Term, int]

    def place(self, root: Term) -> int:
        """The place of a Term in the list; it is added if it is new."""
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [] if node in self.places else [a for a in node.args if a not in self.places]
            stack += missing[::-1]
            if not missing:
                stack.pop()
                self.add(node)
        return self.places[root]

    def add(self, node: Term) -> None:
        """A node after its arguments, if it is new."""
        if node not in self.places:
            args = [self.places[a] for a in node.args]
            self.places[node] = len(self.nodes)
            self.nodes.append([node.op, args, encoded(node.data)])


def encoded(data: Any) -> Data:
    """The data of a node as JSON."""
    if isinstance(data, Number):
        return {"number": str(data.value), "text": data.text}
    if isinstance(data, Symbol):
        d = data.domain
        ends = [None if end is None else str(end) for end in (d.lower, d.upper)]
        domain = [*ends, d.lower_open, d.upper_open, d.integer, [str(x) for x in d.excluded]]
        shape = None if data.shape is None else list(data.shape)
        return {"symbol": data.name, "role": data.role, "shape": shape, "domain": domain}
    if isinstance(data, Call):
        function = encoded(data.function)
        return {"function": function, "primes": data.primes, "bars": list(data.bars)}
    return list(data) if isinstance(data, tuple) else data
