"""The second checker: `document.py` goes over a document, `words.py` says what words mean,
`goals.py` how goals follow from goals, and `kernel.py` verifies proofs: branches in which signs of
quotients are known (`known.py`, `quotients.py`, `signs.py`), by the rows of `rules.py` and by balls
(`enclosing.py`)."""
