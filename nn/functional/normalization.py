"""Normalisation."""

from __future__ import annotations

from autograd import (
    batch_norm,
    layer_norm,
)
from autograd.ops.group_norms import group_norm, instance_norm, local_response_norm, rms_norm

__all__ = [
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "rms_norm",
]
