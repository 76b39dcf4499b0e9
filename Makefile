# make check is what .ci/run and every contributor run before a change is handed in.
PYTHON ?= python

.PHONY: check format lint types tests fix

check: format lint types tests

format:
	$(PYTHON) -m ruff format --check .

lint:
	$(PYTHON) -m ruff check .

types:
	$(PYTHON) -m mypy

tests:
	$(PYTHON) -m pytest -q -n auto

fix:
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
