"""`numpy.linalg` for code that is to be differentiated."""

from __future__ import annotations

from typing import Any

import numpy.linalg as _linalg

from autograd.numpy._constructors import lifted

__all__ = [n for n in dir(_linalg) if not n.startswith("_")]


def T(x: Any) -> Any:
    """The last two axes exchanged."""
    return _linalg.matrix_transpose(x)


def _dot(x: Any, y: Any) -> Any:
    """Matrix products."""
    return _linalg.matmul(x, y)


def __getattr__(name: str) -> Any:
    value = globals()[name] = lifted(getattr(_linalg, name))
    return value
