"""Arrays whose memory begins at a multiple of 64 bytes, as vectors like it; NumPy promises 16."""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

ALIGNMENT = 64
SMALL = 4096  # bytes: below, alignment gains less than it costs
noted: Callable[[np.ndarray], np.ndarray] | None = None
"""What is told of each new array; see `capture`."""


def empty(shape: Sequence[int], dtype: Any, small: int = SMALL) -> np.ndarray:
    """An array with undefined contents, C-contiguous, aligned to 64 bytes unless it has fewer than `small` bytes."""
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    if size < small:
        array = np.empty(shape, dtype)
    else:
        room = np.empty(size + ALIGNMENT, BYTE)
        array = np.ndarray(shape, dtype, room, -address(room) % ALIGNMENT)
    return array if noted is None else noted(array)


def address(array: np.ndarray) -> int:
    """Where the first element lies."""
    if CPYTHON:  # ten times faster than to ask
        return _INTEGER.from_address(id(array) + object.__basicsize__).value
    return int(array.__array_interface__["data"][0])


BYTE = np.dtype(np.uint8)
CPYTHON = sys.implementation.name == "cpython"
_INTEGER = ctypes.c_int64
