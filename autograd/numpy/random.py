"""`numpy.random` for code that is to be differentiated."""

from __future__ import annotations

from typing import Any

import numpy.random as _random

__all__ = [n for n in dir(_random) if not n.startswith("_")]


def __getattr__(name: str) -> Any:
    return getattr(_random, name)
