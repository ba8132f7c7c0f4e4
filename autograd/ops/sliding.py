"""Windows that slide along axes, as views: reading them, and adding them back, are an adjoint pair."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.gather import take
from autograd.ops.shape import ravel
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = ["as_strided", "sliding_window_view", "unfold"]


def _positions(n: int, size: int, step: int) -> int:
    return (n - size) // step + 1


def _windows_sample(s):
    shape = s.shape(1, 3, 1)
    axis = s.integer(0, len(shape) - 1)
    return (s.array(shape),), {"axis": axis, "size": s.integer(0, shape[axis]), "step": s.integer(1, 3)}


def _add_windows_sample(s):
    (x,), params = _windows_sample(s)
    shape = list(x.shape)
    shape[params["axis"]] = _positions(shape[params["axis"]], params["size"], params["step"])
    return (s.array((*shape, params["size"])),), {**params, "shape": x.shape}


@primitive(
    x=lambda g, x_shape, axis, size, step: add_windows(g, x_shape, axis, size, step),
    linear="x",
    text="windows of {size} in {x}",
    samples=_windows_sample,
)
def windows(x, axis, size, step):
    """Windows of `size` elements, `step` apart, along an axis; they become the last axis. A view."""
    index = (*[slice(None)] * axis, slice(None, None, step))
    return np.lib.stride_tricks.sliding_window_view(x, size, axis)[index]


@primitive(
    x=lambda g, axis, size, step: windows(g, axis, size, step),
    linear="x",
    samples=_add_windows_sample,
    flops=lambda out, x, *_: x.size,
)
def add_windows(x, shape, axis, size, step):
    """Zeros of `shape` to which the windows along x's last axis are added at their places: the adjoint of `windows`."""
    out = np.zeros(shape, x.dtype)
    count = x.shape[axis]
    for k in range(size):
        out[(*[slice(None)] * axis, slice(k, k + (count - 1) * step + 1, step))] += x[..., k]
    return out


def unfold(x: Any, dimension: int, size: int, step: int) -> Any:
    """All windows of `size` elements, `step` apart, along one axis; they become the last axis. A view. PyTorch's
    `Tensor.unfold`.

    >>> import autograd, numpy as np
    >>> autograd.unfold(np.array([1.0, 2.0, 3.0, 4.0]), 0, 2, 1)
    array([[1., 2.],
           [2., 3.],
           [3., 4.]])
    """
    x = operand(x)
    if not x.shape:
        return unfold(x[None], dimension, size, step)[0]
    axis = one_axis(dimension, x.shape, "unfold")
    n, size, step = x.shape[axis], operator.index(size), operator.index(step)
    if not 0 <= size <= n or step < 1:
        raise ValueError(
            f"unfold: windows of {size} with step {step} for axis {axis} of shape {x.shape}; wanted at most {n} "
            f"elements and a step of at least 1"
        )
    return windows(x, axis, size, step)


@implements(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    """All windows of a shape, which become the last axes; a view. `axis` says along which axes (default: all).

    `subok` changes nothing. Raises ValueError for `writeable=True`: elements of overlapping windows are the same.

    >>> import autograd, numpy as np
    >>> autograd.sliding_window_view(np.array([1.0, 2.0, 3.0]), 2)
    array([[1., 2.],
           [2., 3.]])
    """
    x = operand(x)
    if writeable:
        raise ValueError("sliding_window_view(..., writeable=True): write to the tensor itself, t[index] = v")
    sizes = tuple(map(operator.index, window_shape)) if isinstance(window_shape, (tuple, list)) else (window_shape,)
    axes = (axis if isinstance(axis, (tuple, list)) else (axis,)) if axis is not None else tuple(range(x.ndim))
    if len(sizes) != len(axes):
        raise ValueError(f"sliding_window_view: window of shape {sizes} for {len(axes)} axes of shape {x.shape}")
    for number, size in zip([one_axis(a, x.shape, "sliding_window_view") for a in axes], sizes):
        x = unfold(x, number, size, 1)
    return x


def as_strided(x: Any, size: Any, stride: Any, storage_offset: int = 0) -> Any:
    """out[i, j, …] = element `storage_offset` + i·stride[0] + j·stride[1] + … of x in row-major order; PyTorch's
    `as_strided`, for tensors that are contiguous. Elements may be read several times; their gradients add up.

    >>> import autograd, numpy as np
    >>> autograd.as_strided(np.arange(5.0), (3, 2), (1, 2))
    array([[0., 2.],
           [1., 3.],
           [2., 4.]])
    """
    x = operand(x)
    if not (x.data if isinstance(x, Tensor) else x).flags.c_contiguous:
        raise ValueError("as_strided wants elements in row-major order in memory; call t.contiguous() first")
    flat = ravel(x)
    size, stride = tuple(map(operator.index, size)), tuple(map(operator.index, stride))
    if len(size) != len(stride) or min((*size, *stride, storage_offset), default=0) < 0:
        raise ValueError(
            f"as_strided: size {size}, stride {stride}, storage_offset {storage_offset}; wanted as many strides as "
            f"sizes, none negative"
        )
    last = storage_offset + sum((n - 1) * s for n, s in zip(size, stride))
    if 0 not in size and last >= flat.size:
        raise ValueError(
            f"as_strided: size {size} and stride {stride} reach to element {last}, x has {flat.size} elements"
        )
    places = np.full((1,) * len(size), storage_offset)
    for k, (n, s) in enumerate(zip(size, stride)):
        places = places + s * np.arange(n).reshape(-1, *(1,) * (len(size) - 1 - k))
    return take(flat, places if math.prod(size) else np.zeros(size, np.intp)) if size else flat[storage_offset]
