"""What holds for every test."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# The default run gives the same answer everywhere; `--hypothesis-profile=explore` draws anew.
settings.register_profile("same", derandomize=True, deadline=None)
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
    kind = type(functools.lru_cache(_forget))
    for known in gc.get_objects():
        if isinstance(known, kind) and (known.__module__ or "").startswith("symdl"):
            known.cache_clear()
