"""Sums and scalings per channel, the native versions of `autograd.kernels.channels`, for channels-last images."""

from __future__ import annotations

import numpy as np

from autograd.kernels.native import channel_kernels as kernels
from autograd.kernels.native.arrays import empty
from autograd.kernels.native.layout import Array, images, like_images, many, number
from autograd.kernels.windows import channels_first


def channel_sum(x: Array) -> Array | None:
    """Σ over all axes but the second."""
    rows = images(x)
    if rows is None:
        return None
    channels, size = x.shape[1], many(x.size)
    pixels = x.size // channels
    partials = empty((kernels.partial_count(channels, x.dtype, pixels),), x.dtype)
    total = empty((channels,), x.dtype)
    kernels.sum_partials(channels, x.dtype, size, False).run(rows, partials, number(pixels))
    kernels.sums(channels, x.dtype, size, False).run(partials, total, number(pixels))
    return total


def channel_dot(x: Array, y: Array, center: Array) -> Array | None:
    """Σ x · (y - center) over all axes but the second."""
    rows = images(y)
    if rows is None or not x.dtype == y.dtype == center.dtype:
        return None
    channels, size = x.shape[1], many(x.size)
    pixels = x.size // channels
    partials = empty((kernels.partial_count(channels, x.dtype, pixels),), x.dtype)
    total, dot = empty((2, channels), x.dtype)
    first = kernels.sum_partials(channels, x.dtype, size, True)
    first.run(like_images(x), rows, np.ascontiguousarray(center), partials, number(pixels))
    kernels.sums(channels, x.dtype, size, True).run(partials, total, dot, number(pixels))
    return dot


def channel_moments(x: Array) -> tuple[Array, Array] | None:
    """The mean and the variance over all axes but the second."""
    rows = images(x)
    if rows is None:
        return None
    channels, size = x.shape[1], many(x.size)
    pixels = x.size // channels
    partials = empty((kernels.partial_count(channels, x.dtype, pixels),), x.dtype)
    mean, variance = empty((channels,), x.dtype), empty((channels,), x.dtype)
    kernels.moment_partials(channels, x.dtype, size).run(rows, partials, number(pixels))
    kernels.moments(channels, x.dtype, size).run(partials, mean, variance, number(pixels))
    return mean, variance


def channel_affine(x: Array, scale: Array | None, shift: Array) -> Array | None:
    """x · scale + shift with one scale (None means 1) and one shift per channel."""
    rows = images(x)
    if rows is None or shift.dtype != x.dtype or (scale is not None and scale.dtype != x.dtype):
        return None
    channels = x.shape[1]
    out = empty(rows.shape, x.dtype)
    factors = [np.ascontiguousarray(f) for f in (scale, shift) if f is not None]
    kernel = kernels.affine(channels, x.dtype, many(x.size), scale is not None)
    kernel.run(rows, *factors, out, number(x.size // channels))
    return channels_first(out)


def channel_mix(x: Array, y: Array, a: Array, b: Array, c: Array) -> Array | None:
    """x · a + y · b + c with one a, b and c per channel."""
    rows = images(y)
    if rows is None or not x.dtype == y.dtype == a.dtype == b.dtype == c.dtype:
        return None
    channels = y.shape[1]
    out = empty(rows.shape, x.dtype)
    vectors = [np.ascontiguousarray(v) for v in (a, b, c)]
    kernel = kernels.mix(channels, y.dtype, many(y.size))
    kernel.run(like_images(x), rows, *vectors, out, number(y.size // channels))
    return channels_first(out)
