"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# The default run gives the same answer everywhere; `--hypothesis-profile=explore` draws anew.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("same")
