"""What holds for every test."""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

# Bytecode is kept, as Python does unless told otherwise: many tests start the command anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from symdl.cli import COLLECTIONS  # noqa: E402

gc.set_threshold(*COLLECTIONS)  # as in every command: a fifth of the time is the collector's else

# The default run gives the same answer everywhere; `--hypothesis-profile=explore` draws anew.
settings.register_profile("same", derandomize=True, deadline=None, max_examples=60)
settings.register_profile("explore", deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def a_cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache of the person who runs the tests."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Nothing that earlier tests derived is remembered, and nothing that this one derives."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    modules = sum(name.startswith("symdl") for name in sys.modules)
    for known in _memories(modules):
        known.cache_clear()
    for answers in _answers(modules):
        answers.clear()


@functools.lru_cache(maxsize=1)
def _memories(_modules: int) -> list[Any]:
    """All caches of symdl, with so many of its modules loaded."""
    kind = type(_memories)
    return [
        known
        for known in gc.get_objects()
        if isinstance(known, kind) and (known.__module__ or "").startswith("symdl")
    ]


@functools.lru_cache(maxsize=1)
def _answers(_modules: int) -> list[dict[Any, Any]]:
    """What functions that count their work remember (`symdl.evidence.work.remembered`)."""
    return [
        dict(zip(asked.__code__.co_freevars, asked.__closure__ or (), strict=True))[
            "known"
        ].cell_contents
        for asked in gc.get_objects()
        if isinstance(asked, FunctionType) and asked.__code__.co_name == "asked"
        if asked.__code__.co_filename.endswith(os.path.join("evidence", "work.py"))
    ]
