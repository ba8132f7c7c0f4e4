"""Normalisation."""

from __future__ import annotations

from autograd import (
    batch_norm,
    layer_norm,
)

__all__ = [
    "batch_norm",
    "layer_norm",
]
