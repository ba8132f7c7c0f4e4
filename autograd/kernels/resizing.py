"""Resizing along one axis: every method is a matrix with a few weights per row, kept as places and weights.

The rows of `taps(...)` say from which places, with which weights, each element of the result is made; its transpose,
with a few weights per element of the input, serves the adjoint.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from .adaptive_pooling import adaptive_bounds

Array = np.ndarray[Any, Any]
Taps = tuple[Array, Array]


@lru_cache(64)
def taps(size: int, count: int, mode: str, align_corners: bool, scale: float | None) -> Taps:
    """Places and weights, both (count, taps), for resizing an axis from `size` elements to `count`.

    `mode` is "nearest", "nearest-exact", "linear", "cubic", "area", "smooth linear" or "smooth cubic" (which widen
    their kernel where they shrink). `scale` is the factor asked for, if it is not to be computed from the sizes.
    """
    if mode == "area":
        return _area(size, count)
    if mode.startswith("nearest"):
        return _nearest(size, count, mode == "nearest-exact", scale)
    if align_corners:
        step = (size - 1) / (count - 1) if count > 1 else 0.0
    else:
        step = 1 / scale if scale else size / count
    i = np.arange(count, dtype=np.float64)
    if mode.startswith("smooth"):
        return _smooth(size, i, step, mode == "smooth cubic")
    place = i * step if align_corners else (i + 0.5) * step - 0.5
    if mode == "linear":
        place = np.maximum(place, 0)
        first = np.minimum(place.astype(np.intp), size - 1)
        t = np.clip(place - first, 0, 1)
        return np.stack([first, np.minimum(first + 1, size - 1)], 1), np.stack([1 - t, t], 1)
    first = np.floor(place).astype(np.intp)
    offsets = np.arange(-1, 3)
    t = np.clip(place - first, 0, 1)[:, None] - offsets
    return np.clip(first[:, None] + offsets, 0, size - 1), cubic(t, -0.75)


def cubic(t: Array, a: float) -> Array:
    """Keys's convolution kernel with the parameter a: (a + 2)|t|³ - (a + 3)|t|² + 1 up to 1, a(|t|³ - 5t² + 8|t| - 4)
    up to 2, then 0.

    >>> cubic(np.array([0.0, 0.5, 1.5, 2.0]), -0.5).tolist()
    [1.0, 0.5625, -0.0625, 0.0]
    """
    t = np.abs(t)
    near = ((a + 2) * t - (a + 3)) * t * t + 1
    far = (((t - 5) * t + 8) * t - 4) * a
    return np.where(t < 1, near, np.where(t < 2, far, 0.0))


def _nearest(size: int, count: int, exact: bool, scale: float | None) -> Taps:
    # the steps are taken in float32, as by PyTorch, so that the same neighbours are found
    step = np.float32(1 / scale) if scale else np.float32(size) / np.float32(max(count, 1))
    i = np.arange(count, dtype=np.float32)
    place = np.floor((i + np.float32(0.5)) * step if exact else i * step).astype(np.intp)
    if not exact and count == size:
        place = np.arange(count)
    elif not exact and count == 2 * size:
        place = np.arange(count) // 2
    return np.minimum(place, size - 1)[:, None], np.ones((count, 1))


def _area(size: int, count: int) -> Taps:
    start, end = adaptive_bounds(size, count)
    width = (end - start)[:, None]
    offsets = np.arange(width.max(initial=1))
    return np.minimum(start[:, None] + offsets, end[:, None] - 1), (offsets < width) / width


def _smooth(size: int, i: Array, step: float, is_cubic: bool) -> Taps:
    widening = max(step, 1.0)
    support = (2.0 if is_cubic else 1.0) * widening
    centre = step * (i + 0.5)
    start = np.maximum((centre - support + 0.5).astype(np.intp), 0)
    width = np.minimum((centre + support + 0.5).astype(np.intp), size) - start
    offsets = np.arange(width.max(initial=1))
    place = start[:, None] + offsets
    t = (place - centre[:, None] + 0.5) / widening
    weight = cubic(t, -0.5) if is_cubic else np.maximum(1 - np.abs(t), 0)
    weight = weight * (offsets < width[:, None])
    return np.minimum(place, size - 1), weight / weight.sum(1, keepdims=True)


@lru_cache(64)
def taps_back(size: int, count: int, mode: str, align_corners: bool, scale: float | None) -> Taps:
    """The transpose of `taps`: for each element of the input, the elements of the result that it went into."""
    place, weight = taps(size, count, mode, align_corners, scale)
    rows, columns = np.nonzero(weight)
    place, weight = place[rows, columns], weight[rows, columns]
    order = np.argsort(place, kind="stable")
    place, rows, weight = place[order], rows[order], weight[order]
    number = np.bincount(place, minlength=size)
    slot = np.arange(place.size) - np.repeat(np.cumsum(number) - number, number)
    shape = (size, int(number.max(initial=1)) or 1)
    places, weights = np.zeros(shape, np.intp), np.zeros(shape)
    places[place, slot], weights[place, slot] = rows, weight
    return places, weights


def resize(x: Array, axis: int, place: Array, weight: Array) -> Array:
    """Each element along an axis as the weighted sum of those of x at its places."""
    count, width = place.shape
    if width == 1 and (weight == 1).all():
        return x.take(place[:, 0], axis)
    if x.dtype.kind in "fc":
        weight = weight.astype(np.empty(0, x.dtype).real.dtype)
    if width > 6 and weight.shape[0] * x.shape[axis] <= 1 << 20:
        matrix = np.zeros((x.shape[axis], count), weight.dtype)
        np.add.at(matrix, (place, np.arange(count)[:, None]), weight)
        return np.moveaxis(np.moveaxis(x, axis, -1) @ matrix, -1, axis)
    column = (-1, *(1,) * (x.ndim - 1 - axis))
    out = x.take(place[:, 0], axis) * weight[:, 0].reshape(column)
    for k in range(1, width):
        out += x.take(place[:, k], axis) * weight[:, k].reshape(column)
    return out
