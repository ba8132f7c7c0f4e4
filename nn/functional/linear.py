"""Products with weights."""

from __future__ import annotations

from autograd import (
    linear,
)

__all__ = [
    "linear",
]
