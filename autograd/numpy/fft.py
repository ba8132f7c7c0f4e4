"""`numpy.fft` for code that is to be differentiated."""

from __future__ import annotations

from typing import Any

import numpy.fft as _fft

from autograd.numpy._constructors import lifted

__all__ = [n for n in dir(_fft) if not n.startswith("_")]


def __getattr__(name: str) -> Any:
    value = globals()[name] = lifted(getattr(_fft, name))
    return value
