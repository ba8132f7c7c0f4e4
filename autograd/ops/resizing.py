"""Resizing along one axis, and its adjoint: what interpolation of images and adaptive averages are made of."""

from __future__ import annotations

from autograd.kernels import resizing as kernels
from autograd.primitive import primitive

MODES = ("nearest", "nearest-exact", "linear", "cubic", "area", "smooth linear", "smooth cubic")


def _sizes(s):
    """A number of elements before and after, and the other parameters."""
    size, scale = s.integer(1, 6), s.choice([None, 1.5, 0.6])
    count = s.integer(1, 7) if scale is None else max(int(size * scale), 1)
    if count != int(size * (scale or count / size)):
        scale = None
    return size, count, {"mode": s.choice(MODES), "align_corners": s.boolean(), "scale": scale}


def _array_sample(s, length):
    """An array with an axis of that length, and which it is."""
    shape = list(s.shape(1, 3, 1))
    axis = s.integer(0, len(shape) - 1)
    shape[axis] = length
    return s.array(tuple(shape)), axis


def _resize_sample(s):
    size, count, params = _sizes(s)
    x, axis = _array_sample(s, size)
    return (x,), {"count": count, "axis": axis, **params}


def _resize_back_sample(s):
    size, count, params = _sizes(s)
    y, axis = _array_sample(s, count)
    return (y,), {"size": size, "axis": axis, **params}


@primitive(
    x=lambda g, x_shape, axis, mode, align_corners, scale: resize_back(
        g, x_shape[axis], axis, mode, align_corners, scale
    ),
    linear="x",
    text="resize({x})",
    samples=_resize_sample,
    flops=lambda out, *_: 2 * out.size,
)
def resize(x, count, axis, mode, align_corners, scale):
    """x with `count` elements along an axis, interpolated or averaged from its own."""
    return kernels.resize(x, axis, *kernels.taps(x.shape[axis], count, mode, align_corners, scale))


@primitive(
    y=lambda g, y_shape, axis, mode, align_corners, scale: resize(g, y_shape[axis], axis, mode, align_corners, scale),
    linear="y",
    text="resizeᵀ({y})",
    samples=_resize_back_sample,
    flops=lambda out, y, *_: 2 * y.size,
)
def resize_back(y, size, axis, mode, align_corners, scale):
    """y added back to the `size` elements along an axis from which `resize` made it: the adjoint of `resize`."""
    return kernels.resize(y, axis, *kernels.taps_back(size, y.shape[axis], mode, align_corners, scale))
