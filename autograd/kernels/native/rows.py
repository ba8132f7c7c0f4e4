"""Softmax, cross-entropy and normalization of rows, the native versions of `autograd.kernels.rows`.

Served are contiguous arrays of float32 and float64, along their last axes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.kernels.native import row_kernels as kernels
from autograd.kernels.native.arrays import empty
from autograd.kernels.native.layout import FLOATS, Array, many, number

Axis = tuple[int, ...] | None


def _columns(x: Array, axis: Axis) -> int:
    """The length of a row, if the axes are the last ones of a contiguous array that has elements; else 0."""
    if x.dtype not in FLOATS or not x.flags.c_contiguous:
        return 0
    if axis is None:
        return x.size
    first = x.ndim - len(axis)
    if sorted(axis) != list(range(first, x.ndim)):
        return 0
    return math.prod(x.shape[first:]) if x.size else 0


def _along(kernel: Any, x: Array, axis: Axis, *others: Array) -> Array | None:
    columns = _columns(x, axis)
    if not columns:
        return None
    arrays = [x]
    for other in others:
        if other.dtype != x.dtype or other.shape != x.shape:
            return None
        arrays.append(np.ascontiguousarray(other))
    out = empty(x.shape, x.dtype)
    kernel(columns, x.dtype, many(x.size)).run(*arrays, out, number(x.size // columns))
    return out


def softmax(x: Array, axis: Axis) -> Array | None:
    """exp(x) divided by its sum along axes."""
    return _along(kernels.softmax, x, axis)


def softmax_pull(g: Array, y: Array, axis: Axis) -> Array | None:
    """y · (g - Σ g y) along axes."""
    return _along(kernels.softmax_pull, np.ascontiguousarray(g), axis, y)


def log_softmax(x: Array, axis: Axis) -> Array | None:
    """x minus the logarithm of the sum of exp(x) along axes."""
    return _along(kernels.log_softmax, x, axis)


def log_softmax_pull(g: Array, y: Array, axis: Axis) -> Array | None:
    """g - exp(y) · Σ g along axes."""
    return _along(kernels.log_softmax_pull, np.ascontiguousarray(g), axis, y)


def _classes(x: Array, target: Array) -> int:
    """The number of classes of scores (N, C) and their targets (N,) if the kernel serves them; else 0."""
    if x.ndim != 2 or target.shape != x.shape[:1] or target.dtype.kind not in "iu":
        return 0
    return _columns(x, (1,))


def cross_entropy(x: Array, target: Array) -> Array | None:
    """ln Σ exp(x) - x[target], row by row."""
    columns = _classes(x, target)
    if not columns:
        return None
    wrong, out = np.zeros(1, np.int64), empty((len(x),), x.dtype)
    kernel = kernels.cross_entropy(columns, x.dtype, many(x.size))
    kernel.run(x, np.ascontiguousarray(target, np.int64), wrong, out, number(len(x)))
    return None if wrong[0] else out


def cross_entropy_pull(scale: Array, x: Array, target: Array) -> Array | None:
    """scale · (softmax x - one-hot target), row by row."""
    columns = _classes(x, target)
    if not columns or scale.dtype != x.dtype or scale.shape != x.shape[:1]:
        return None
    wrong, out = np.zeros(1, np.int64), empty(x.shape, x.dtype)
    kernel = kernels.cross_entropy(columns, x.dtype, many(x.size), False, "rows")
    kernel.run(x, np.ascontiguousarray(target, np.int64), wrong, np.ascontiguousarray(scale), out, number(len(x)))
    return None if wrong[0] else out


def normalize(x: Array, weight: Array, bias: Array | None, eps: float) -> Array | None:
    """Layer normalization, or RMS normalization without a bias."""
    columns = _columns(x, (1,))
    vectors = [weight] if bias is None else [weight, bias]
    if not columns or any(v.dtype != x.dtype for v in vectors):
        return None
    out = empty(x.shape, x.dtype)
    kernel = kernels.normalize(columns, x.dtype, many(x.size), eps, bias is not None)
    kernel.run(x, *map(np.ascontiguousarray, vectors), out, number(len(x)))
    return out


def normalize_pull(g: Array, x: Array, weight: Array, eps: float, centered: bool) -> Array | None:
    """The adjoint of `normalize` by x."""
    columns = _columns(x, (1,))
    if not columns or not g.dtype == weight.dtype == x.dtype:
        return None
    out = empty(x.shape, x.dtype)
    kernel = kernels.normalize_pull(columns, x.dtype, many(x.size), eps, centered, ("x",))
    kernel.run(np.ascontiguousarray(g), x, np.ascontiguousarray(weight), out, number(len(x)))
    return out


def normalized_sum(g: Array, x: Array, eps: float, centered: bool) -> Array | None:
    """The adjoint of `normalize` by its weight."""
    columns = _columns(x, (1,))
    if not columns or g.dtype != x.dtype:
        return None
    count = kernels.partial_rows(len(x))
    partials, out = empty((count, columns), x.dtype), empty((columns,), x.dtype)
    kernel = kernels.normalize_pull(columns, x.dtype, many(x.size), eps, centered, ("weight",))
    kernel.run(np.ascontiguousarray(g), x, x, partials, number(len(x)))
    kernels.column_sums(columns, x.dtype, "few").run(partials, out, number(count))
    return out
