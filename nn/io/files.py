"""Files that are either the old or the new one, never half of each."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def atomic_write(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a binary file that takes its final name only when the block ends without an error.

    It is written beside `path`, flushed to disk and renamed, so that a kill at any moment leaves the old file or
    the new one.

    >>> import pathlib, tempfile
    >>> import nn.io
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "notes.txt"
    >>> with nn.io.atomic_write(path) as file:
    ...     _ = file.write(b"whole or not at all")
    >>> path.read_bytes()
    b'whole or not at all'
    """
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
