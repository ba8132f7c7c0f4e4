"""Windows that differ from one another: those of adaptive and fractional pooling, and the way back from a maximum.

Arrays are (N, C, *spatial); indices are flat, into the spatial plane.
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]


def adaptive_bounds(size: int, count: int) -> tuple[Array, Array]:
    """Where the `count` windows that cover an axis begin and end: ⌊i·size/count⌋ and ⌈(i + 1)·size/count⌉.

    >>> [bound.tolist() for bound in adaptive_bounds(5, 2)]
    [[0, 2], [3, 5]]
    """
    i = np.arange(count)
    return i * size // max(count, 1), -(-(i + 1) * size // max(count, 1))


def adaptive_max_index(x: Array, size: Ints) -> Array:
    """The place of the maximum of each of the windows that cover x evenly: integers (N, C, *size)."""
    taps = []
    for length, count in zip(x.shape[2:], size):
        start, end = adaptive_bounds(length, count)
        reach = int((end - start).max(initial=1))
        taps.append(np.minimum(start[:, None] + np.arange(reach), end[:, None] - 1)[None, None])
    return _place_of_maximum(x, taps)


def fractional_max_index(x: Array, samples: Array, kernel: Ints, size: Ints) -> Array:
    """The place of the maximum of each of the windows whose starts follow a random sequence: integers (N, C, *size).

    The i-th of `size` windows along an axis of length n starts at ⌊(i + u)·α⌋ - ⌊u·α⌋, α = (n - kernel) / (size - 1),
    with u (N, C, axes) in [0, 1); the last one ends with the axis.
    """
    taps = []
    for axis, (length, taken, count) in enumerate(zip(x.shape[2:], kernel, size)):
        u = samples[:, :, axis, None]
        alpha = samples.dtype.type((length - taken) / (count - 1)) if count > 1 else samples.dtype.type(0)
        start = ((np.arange(count, dtype=samples.dtype) + u) * alpha).astype(np.intp) - (u * alpha).astype(np.intp)
        start[..., -1:] = length - taken
        taps.append(start[..., None] + np.arange(taken))
    return _place_of_maximum(x, taps)


def _place_of_maximum(x: Array, taps: list[Array]) -> Array:
    """The first maximum (the last NaN) of each window; `taps` holds (N or 1, C or 1, positions, taps) for each axis."""
    rank, spatial = len(taps), x.shape[2:]
    index = np.zeros((), np.intp)
    for axis, tap in enumerate(taps):
        shape = [*tap.shape[:2], *(1,) * (2 * rank)]
        shape[2 + axis], shape[2 + rank + axis] = tap.shape[2:]
        index = index * spatial[axis] + tap.reshape(shape)
    count = math.prod(tap.shape[3] for tap in taps)
    index = index.reshape(*index.shape[: 2 + rank], count)
    flat = x.reshape(*x.shape[:2], math.prod(spatial))
    values = np.take_along_axis(flat, index.reshape(*index.shape[:2], math.prod(index.shape[2:])), 2)
    values = values.reshape(*x.shape[:2], *index.shape[2:])
    best = values.argmax(-1)
    if values.dtype.kind in "fc":
        unknown = np.isnan(values)
        if unknown.any():
            best = np.where(unknown.any(-1), count - 1 - unknown[..., ::-1].argmax(-1), best)
    return np.take_along_axis(np.broadcast_to(index, values.shape), best[..., None], -1)[..., 0]


def last_written(index: Array, size: int) -> Array:
    """Which of the elements that are written to these places of a plane of `size` are not overwritten by later ones.

    >>> last_written(np.array([[[2, 0, 2]]]), 4)
    array([[[False,  True,  True]]])
    """
    flat = index.reshape(index.shape[0] * index.shape[1], math.prod(index.shape[2:]))
    order = np.arange(flat.shape[1])
    writer = np.zeros((flat.shape[0], size), np.intp)
    writer[np.arange(len(flat))[:, None], flat] = order
    return (np.take_along_axis(writer, flat, 1) == order).reshape(index.shape)
