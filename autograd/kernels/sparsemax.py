"""The projection of vectors onto the probability simplex."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def sparsemax(x: Array, axis: int) -> Array:
    """The point p ≥ 0, Σ p = 1, nearest to x along an axis: max(x - τ, 0).

    Martins and Astudillo 2016, "From Softmax to Sparsemax", algorithm 1.

    >>> sparsemax(np.array([0.0, 0.5, 1.0]), 0).tolist()
    [0.0, 0.25, 0.75]
    """
    z = np.moveaxis(x - x.max(axis, keepdims=True), axis, -1)
    ranked = np.sort(z, -1)[..., ::-1]
    sums, k = ranked.cumsum(-1), np.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    support = (1 + k * ranked > sums).sum(-1, keepdims=True)
    tau = (np.take_along_axis(sums, np.maximum(support, 1) - 1, -1) - 1) / np.maximum(support, 1).astype(z.dtype)
    return np.moveaxis(np.maximum(z - tau, 0), -1, axis)
