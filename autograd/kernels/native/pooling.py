"""Max and average pooling, the native versions of `autograd.kernels.pooling`: channels-last float32 and float64."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograd.kernels.native import pool_kernels as kernels
from autograd.kernels.native.arrays import empty
from autograd.kernels.native.kernel import Kernel
from autograd.kernels.native.layout import FLOATS, images, like_images, many, number
from autograd.kernels.native.pool_axes import Axis, axes_of, served
from autograd.kernels.pooling import Array, Ints
from autograd.kernels.windows import channels_first


def max_pool(
    x: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints, ceil_mode: bool = False
) -> Array | None:
    """The maximum over each window."""
    rows = images(x)
    if rows is None:
        return None
    made = _max("max_pool", rows.shape[1:], kernel, stride, padding, dilation, ceil_mode, x.dtype, many(x.size))
    if made is None:
        return None
    pool, out = made
    y = empty((len(x), *out), x.dtype)
    pool.run(rows, y, number(len(x)))
    return channels_first(y)


def max_pool_index(
    x: Array, best: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints, ceil_mode: bool = False
) -> Array | None:
    """Where each window holds its maximum."""
    rows = images(x)
    if rows is None or best.dtype != x.dtype:
        return None
    made = _max("max_pool_index", rows.shape[1:], kernel, stride, padding, dilation, ceil_mode, x.dtype, many(x.size))
    if made is None:
        return None
    pool, out = made
    index = empty((len(x), *out), np.int64)
    pool.run(rows, like_images(best), index, number(len(x)))
    return channels_first(index)


def max_pool_adjoint(
    g: Array, x: Array, best: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints, ceil_mode: bool = False
) -> Array | None:
    """g added into zeros where each window holds its maximum."""
    rows = images(x)
    if rows is None or not g.dtype == best.dtype == x.dtype:
        return None
    made = _max("max_pool_adjoint", rows.shape[1:], kernel, stride, padding, dilation, ceil_mode, x.dtype, many(x.size))
    if made is None:
        return None
    dx = empty(rows.shape, x.dtype)
    made[0].run(like_images(g), rows, like_images(best), dx, number(len(x)))
    return channels_first(dx)


def avg_pool(
    x: Array,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array | None:
    """The mean over each window."""
    rows = images(x)
    if rows is None:
        return None
    window = kernel, stride, padding, ceil_mode, count_include_pad, divisor_override
    made = _avg("avg_pool", rows.shape[1:], *window, x.dtype, many(x.size))
    if made is None:
        return None
    pool, out = made
    y = empty((len(x), *out), x.dtype)
    pool.run(rows, y, number(len(x)))
    return channels_first(y)


def avg_pool_adjoint(
    g: Array,
    spatial: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array | None:
    """g spread evenly over its windows."""
    if g.dtype not in FLOATS or not g.size:
        return None
    rows = like_images(g)
    shape = (*spatial, g.shape[1])
    window = kernel, stride, padding, ceil_mode, count_include_pad, divisor_override
    made = _avg("avg_pool_adjoint", shape, *window, g.dtype, many(g.size))
    if made is None:
        return None
    dx = empty((len(g), *shape), g.dtype)
    made[0].run(rows, dx, number(len(g)))
    return channels_first(dx)


@functools.cache
def _max(
    name: str,
    shape: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
    dtype: Any,
    batch: str,
) -> tuple[Kernel, Ints] | None:
    """A kernel and the shape of an image's result; None for windows that are not served."""
    axes = axes_of(shape, kernel, stride, padding, dilation, ceil_mode)
    if not served(axes, unrolled=name != "max_pool"):
        return None
    made = getattr(kernels, name)(shape, kernel, stride, padding, dilation, ceil_mode, dtype, batch)
    return made, _result(axes, shape)


@functools.cache
def _avg(
    name: str,
    shape: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: float | None,
    dtype: Any,
    batch: str,
) -> tuple[Kernel, Ints] | None:
    axes = axes_of(shape, kernel, stride, padding, (1, 1, 1), ceil_mode)
    if not served(axes, unrolled=False):
        return None
    made = getattr(kernels, name)(shape, kernel, stride, padding, ceil_mode, count_include_pad, divisor, dtype, batch)
    return made, _result(axes, shape)


def _result(axes: tuple[Axis, ...], shape: Ints) -> Ints:
    return (*(axis.positions for axis in axes[4 - len(shape) :]), shape[-1])
