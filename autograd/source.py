"""Where in the user's code a call was made."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

_PACKAGES = tuple(str(Path(__file__).resolve().parent.parent / name) + "/" for name in ("autograd", "nn", "optim"))


def user_line() -> str:
    """The nearest calling line outside this library, as "path/file.py:12"; empty if there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        filename = frame.f_code.co_filename
        if (
            not filename.startswith(_PACKAGES)
            and not filename.startswith("<primitive")
            and "contextlib" not in filename
        ):
            return f"{filename}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
