"""The cache: kept by content, never trusted, never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symdl.document.cache_folder import cache_folder
from symdl.runs import cache


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "symdl"


def test_it_stands_in_the_folder_of_the_user(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder() == home
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert cache_folder().is_absolute()


def test_what_was_kept_comes_back_under_its_key_only() -> None:
    assert cache.load("a", "k") is None
    cache.save("a", "k", [{"x": 1}])
    assert cache.load("a", "k") == [{"x": 1}]
    assert cache.load("a", "other") is None
    assert cache.load("b", "k") is None
    cache.save("a", "other", [])
    assert cache.load("a", "other") == []
    assert cache.load("a", "k") is None


@pytest.mark.parametrize("junk", [b"", b"{", b"\xff\x00", b"[1]", b'"x"', b"[" * 100_000, b"null"])
def test_a_damaged_entry_is_no_entry_and_is_replaced(home: Path, junk: bytes) -> None:
    cache.save("a", "k", 1)
    (entry,) = home.iterdir()
    entry.write_bytes(junk)
    assert cache.load("a", "k") is None
    cache.save("a", "k", 2)
    assert cache.load("a", "k") == 2
    assert list(home.iterdir()) == [entry]


def test_a_folder_that_cannot_be_written_costs_nothing(home: Path) -> None:
    home.write_text("a file where the folder should be")
    cache.save("a", "k", 1)
    assert cache.load("a", "k") is None


def test_keys_do_not_run_together() -> None:
    assert cache.key_of("ab", "c") != cache.key_of("a", "bc")
    assert cache.key_of("a") == cache.key_of(b"a")


def test_the_code_of_symdl_is_part_of_every_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cache.code_fingerprint()
    assert cache.code_fingerprint() == before
    fake = tmp_path / "package" / "runs" / "cache.py"
    fake.parent.mkdir(parents=True)
    fake.write_text("")
    monkeypatch.setattr(cache, "__file__", str(fake))
    first = cache.code_fingerprint()
    os.utime(fake, (1, 1))
    assert cache.code_fingerprint() != first
