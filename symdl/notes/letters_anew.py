r"""A formula whose letters a closed section has for something else: `$\nabla_z L = p - y$` where y
was the output of a layer two sections before.

What is proved of all y is so whatever y is; a refutation may be one of another y, and is none.
Where a formula cannot be read with what closed sections say of its letters, it is read without.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.source import Source
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.notes.claim_parts import under
from symdl.notes.reading_in import read_in, with_arguments
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import without_far


def with_letters_anew(claim: Claim, source: Source, known: Known) -> tuple[Claim, Known] | None:
    """The claim where its letters are not those of closed sections, and what is known then; None
    where these say nothing of them, or it is no such claim then."""
    apart = without_far(known, source.text)
    if apart is known:
        return None
    try:
        reading, apart = read_in(source, apart)
        reading = replace(reading, term=with_arguments(reading.term, apart))
        found = list(claims(reading, apart.scope, ANY))
    except Error:
        return None  # told where it is read with all that is known
    same = [c for c in found if c.span == claim.span and c.relation == claim.relation]
    if len(same) != 1 or (claim.span is None and len(found) > 1) or same[0].kind == "definition":
        return None
    return under(replace(same[0], conditions=()), claim.conditions), apart
