"""Sums, means, products, extrema and spreads along axes: one node each, `axis` and `keepdims` included."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import count, kept, operand, reduced_axes
from autograd.ops.shape import astype
from autograd.primitive import primitive

__all__ = ["mean", "sum"]

_DENSE = 10_000
"""Below this size writing a repeated value out is faster than NumPy's broadcasting, which makes a view."""


def reduction(min_side: int = 0, **contents: Any) -> Any:
    """Samples for a function of (x, axis, keepdims)."""

    def sample(s):
        shape = s.shape(min_side=min_side)
        return (s.array(shape, **contents),), {"axis": s.axes(len(shape)), "keepdims": s.boolean()}

    return sample


# --- sum and its adjoint ----------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, x_shape, axis, keepdims: spread(g, x_shape, axis, keepdims),
    linear="x",
    text="Σ {x}",
    samples=reduction(),
    flops=lambda out, x, axis, keepdims: x.size,
)
def sum_(x, axis=None, keepdims=False):
    """Sum along axes."""
    return np.add.reduce(x, axis, None, None, keepdims)


def _spread_sample(s):
    shape = s.shape()
    axis, keepdims = s.axes(len(shape)), s.boolean()
    result = np.empty(shape).sum(axis=axis, keepdims=keepdims).shape
    return (s.array(result),), {"shape": shape, "axis": axis, "keepdims": keepdims}


@primitive(
    x=lambda g, axis, keepdims: sum_(g, axis, keepdims),
    linear="x",
    text="spread({x})",
    samples=_spread_sample,
    flops=lambda out, x, shape, axis, keepdims: 0,
)
def spread(x, shape, axis, keepdims):
    """Repeat the results of a reduction along the reduced axes of `shape`: the adjoint of `sum`."""
    if axis is not None and not keepdims:
        x = x.reshape(kept(shape, axis))
    if count(shape, None) > _DENSE:
        return np.broadcast_to(x, shape)
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


def sum(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Sum along `axis` (an int, a tuple, or None for all); small integers are summed in int64, as NumPy does.

    >>> import autograd
    >>> autograd.sum(autograd.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    tensor([4., 6.])
    """
    if dtype is not None:
        x = astype(x, dtype, copy=False)
    if axis is not None:
        x = operand(x)
        axis = reduced_axes(axis, x.shape, "sum")
    return sum_(x, axis, keepdims)


# --- mean -------------------------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, x_shape, axis, keepdims: spread(g / (count(x_shape, axis) or 1), x_shape, axis, keepdims),
    linear="x",
    text="mean {x}",
    samples=reduction(min_side=1),
    flops=lambda out, x, axis, keepdims: x.size,
)
def mean_(x, axis=None, keepdims=False):
    """Arithmetic mean along axes."""
    if x.dtype.char == "e":  # sums of float16 overflow; NumPy's mean takes them in float32
        return np.mean(x, axis, keepdims=keepdims)
    return np.add.reduce(x, axis, None, None, keepdims) / count(x.shape, axis)


def mean(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Arithmetic mean along `axis` (an int, a tuple, or None for all); of integers, in float64.

    >>> import autograd
    >>> autograd.mean(autograd.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1, keepdims=True)
    tensor([[1.5],
            [3.5]])
    """
    x = operand(x) if dtype is None else astype(x, dtype, copy=False)
    return mean_(x, reduced_axes(axis, x.shape, "mean"), keepdims)
