"""Object code on disk, so that a kernel is generated once per machine and not once per process.

A file per kernel, named by a digest of all that its code depends on; it begins with a checksum of the rest, so that a
damaged or half-written file is as good as none. Files are written beside their place and then renamed: processes may
share the folder. What cannot be read or written is not cached, silently: that costs time, never a result.

Environment: `CHALKGRAD_CACHE` names the folder (default: `chalkgrad/kernels` in the user's cache folder; empty: none).
"""

from __future__ import annotations

import functools
import hashlib
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

MAGIC = b"chalkgrad kernel 1\n"


@functools.cache
def folder() -> Path | None:
    """Where kernels are kept; None if nowhere.

    Machine code that others could have written is not run: the folder must be this user's, and not writable by others.
    """
    chosen = os.environ.get("CHALKGRAD_CACHE")
    if chosen == "":
        return None
    if chosen is not None:
        place = Path(chosen)
    elif sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA", Path.home())) / "chalkgrad" / "kernels"
    else:
        place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chalkgrad" / "kernels"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = place.stat()
    except (OSError, RuntimeError):
        return None
    if hasattr(os, "getuid"):
        shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if status.st_uid != os.getuid() or shared:
            return None
    return place


def read(key: str) -> bytes | None:
    """What was kept under a key, if it is there and whole."""
    place = folder()
    if place is None:
        return None
    try:
        content = (place / key).read_bytes()
    except OSError:
        return None
    head = len(MAGIC) + 32
    if not content.startswith(MAGIC) or hashlib.sha256(content[head:]).digest() != content[len(MAGIC) : head]:
        return None
    return content[head:]


def write(key: str, data: bytes) -> None:
    """Keep data under a key, for good or not at all."""
    place = folder()
    if place is None:
        return
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".writing-", delete=False) as file:
            temporary = file.name
            file.write(MAGIC + hashlib.sha256(data).digest() + data)
        os.replace(temporary, place / key)
    except OSError:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
