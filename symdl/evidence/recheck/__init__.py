"""The second checker: `document.py` goes over a document, `goals.py` says what words mean, and
`kernel.py` verifies proofs, by the rows of `rules.py`."""
