"""`numpy.linalg` for code that is to be differentiated."""

from __future__ import annotations

from typing import Any

import numpy.linalg as _linalg

from autograd.numpy._constructors import lifted

__all__ = [n for n in dir(_linalg) if not n.startswith("_")]


def __getattr__(name: str) -> Any:
    value = globals()[name] = lifted(getattr(_linalg, name))
    return value
