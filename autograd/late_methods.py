"""Tensor's methods of families that are declared late: `methods.LATE` has their names, here is what stands behind them.

Importing this declares those families; it happens when one of the methods is first used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import torch_creation
from autograd.ops import parts, sliding

METHODS: dict[str, Callable[..., Any]] = {
    "as_strided": sliding.as_strided,
    "cross": torch_creation.cross,
    "diagonal_scatter": parts.diagonal_scatter,
    "new_empty": torch_creation.new_empty,
    "new_full": torch_creation.new_full,
    "new_ones": torch_creation.new_ones,
    "new_tensor": torch_creation.new_tensor,
    "new_zeros": torch_creation.new_zeros,
    "put": parts.put,
    "select_scatter": parts.select_scatter,
    "slice_scatter": parts.slice_scatter,
    "unfold": sliding.unfold,
}
REDUCTIONS: dict[str, Callable[..., Any]] = {}
"""Methods that take `dim`/`keepdim`, or `axis`/`keepdims`."""
