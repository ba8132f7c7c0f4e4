"""Elementwise choice between two arrays."""

from __future__ import annotations

import numpy as np

_LARGE = 1 << 13  # elements from which on the bitwise way is faster
_BITS = {np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}


def where(condition, x, y):
    """np.where; on large arrays of floats the choice is made on the bits, without a branch for each element.

    A condition without pattern makes the branch of np.where go wrong at every other element, at ten times the cost.
    """
    if getattr(condition, "size", 1) < _LARGE:
        return np.where(condition, x, y)
    dtype = np.result_type(x, y)
    bits = _BITS.get(dtype)
    if bits is None:
        return np.where(condition, x, y)
    if condition.dtype != bool:
        condition = condition != 0
    mask = np.negative(condition.view(np.int8)).astype(bits)  # all bits set where true
    x, y = (np.asarray(v, dtype).view(bits) for v in (x, y))
    return (((x ^ y) & mask) ^ y).view(dtype)
