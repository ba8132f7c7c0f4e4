"""All windows of an array side by side, and added back to their places. Arrays are (N, C, *spatial), any strides."""

from typing import Any

import numpy as np

from .windows import output_size, overlaps

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]


def unfold(x: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Array:
    """What each tap of the window sees at each position, zeros in the padding: (N, C, *kernel, *out).

    >>> unfold(np.array([[[1, 2, 3]]]), (2,), (1,), (0,), (1,)).tolist()
    [[[[1, 2], [2, 3]]]]
    """
    pairs = tuple((p, p) for p in padding)
    out = tuple(map(output_size, x.shape[2:], kernel, stride, pairs, dilation))
    y = np.zeros((*x.shape[:2], *kernel, *out), x.dtype)
    for tap, data, seen in overlaps(x.shape[2:], kernel, out, stride, pairs, dilation):
        there: tuple[Any, ...] = (..., *tap, *seen)
        here: tuple[Any, ...] = (..., *data)
        y[there] = x[here]
    return y


def fold(y: Array, spatial: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Array:
    """The adjoint of `unfold`: y (N, C, *kernel, *out) added to its places in (N, C, *spatial).

    >>> fold(np.array([[[[1, 2], [2, 3]]]]), (3,), (1,), (0,), (1,)).tolist()
    [[[1, 4, 3]]]
    """
    rank = len(spatial)
    kernel, out = y.shape[2 : 2 + rank], y.shape[2 + rank :]
    x = np.zeros((*y.shape[:2], *spatial), y.dtype)
    for tap, data, seen in overlaps(spatial, kernel, out, stride, tuple((p, p) for p in padding), dilation):
        there: tuple[Any, ...] = (..., *tap, *seen)
        here: tuple[Any, ...] = (..., *data)
        x[here] += y[there]
    return x
