"""Where symdl keeps what it can make again."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """The cache folder of symdl for this user; it need not exist."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(chosen):
        return Path(chosen) / "symdl"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "symdl" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "symdl"
    return Path.home() / ".cache" / "symdl"
