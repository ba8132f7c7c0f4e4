"""Sums, means, products, extrema and spreads along axes: one node each, `axis` and `keepdims` included."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import conjugate
from autograd.ops.axes import count, kept, operand, reduced_axes
from autograd.ops.shape import astype
from autograd.primitive import primitive

__all__ = ["amax", "amin", "max", "mean", "min", "std", "sum", "var"]

_DENSE = 10_000
"""Below this size writing a repeated value out is faster than NumPy's broadcasting, which makes a view."""


def reduction(min_side: int = 0, **contents: Any) -> Any:
    """Samples for a function of (x, axis, keepdims)."""

    def sample(s):
        shape = s.shape(min_side=min_side)
        return (s.array(shape, **contents),), {"axis": s.axes(len(shape)), "keepdims": s.boolean()}

    return sample


def one_per_element(out, x, axis, keepdims):
    """The operations of a reduction that does one with each element."""
    return x.size


# --- sum and its adjoint ----------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, x_shape, axis, keepdims: spread(g, x_shape, axis, keepdims),
    linear="x",
    text="Σ {x}",
    samples=reduction(),
    flops=one_per_element,
)
def sum_(x, axis=None, keepdims=False):
    """Sum along axes."""
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


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
    """Sum along `axis` (an int, a tuple, or None for all); small integers are summed in int64, as NumPy does, unless
    `dtype` says otherwise.

    >>> import autograd
    >>> autograd.sum(autograd.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    tensor([4., 6.])
    """
    if dtype is not None:
        x = astype(x, dtype, copy=False)
    if axis is not None:
        x = operand(x)
        axis = reduced_axes(axis, x.shape, "sum")
    total = sum_(x, axis, keepdims)
    return total if dtype is None else in_dtype(total, dtype)


def in_dtype(result, dtype):
    """A result in the dtype asked for where NumPy has taken a wider one for small integers: they wrap around alike."""
    return result if dtype is None or result.dtype == dtype else astype(result, dtype)


# --- mean -------------------------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, x_shape, axis, keepdims: spread(g / (count(x_shape, axis) or 1), x_shape, axis, keepdims),
    linear="x",
    text="mean {x}",
    samples=reduction(min_side=1),
    flops=one_per_element,
)
def mean_(x, axis=None, keepdims=False):
    """Arithmetic mean along axes."""
    if x.dtype.char == "e":  # sums of float16 overflow; NumPy's mean takes them in float32
        return np.mean(x, axis, keepdims=keepdims)
    return np.add.reduce(x, axis=axis, keepdims=keepdims) / count(x.shape, axis)


def mean(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Arithmetic mean along `axis` (an int, a tuple, or None for all); of integers, in float64.

    >>> import autograd
    >>> autograd.mean(autograd.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1, keepdims=True)
    tensor([[1.5],
            [3.5]])
    """
    x = operand(x) if dtype is None else astype(x, dtype, copy=False)
    return mean_(x, reduced_axes(axis, x.shape, "mean"), keepdims)


# --- extrema ----------------------------------------------------------------------------------------------------------


def _ties_sample(s):
    (x,), params = reduction(min_side=1)(s)
    x = np.round(x)
    return (x, np.max(x, **params)), params


@primitive(x=None, extremum=None, samples=_ties_sample, flops=lambda out, x, *_: 3 * x.size)
def tie_shares(x, extremum, axis, keepdims):
    """The share of each element of x in its extremum: 1 / the number of ties, 0 for all that lie off it."""
    if axis is not None and not keepdims:
        extremum = extremum.reshape(kept(x.shape, axis))
    shares = (x == extremum) | np.isnan(x)
    return np.divide(shares, np.add.reduce(shares, axis=axis, keepdims=True), dtype=x.dtype.type)


def _extremum_rule(g, x, out, x_shape, axis, keepdims):
    return spread(g, x_shape, axis, keepdims) * tie_shares(x, out, axis, keepdims)


def _extremum_tangent(t, x, out, axis, keepdims):
    return sum_(t * tie_shares(x, out, axis, keepdims), axis, keepdims)


@primitive(
    x=_extremum_rule,
    forward={"x": _extremum_tangent},
    text="max {x}",
    samples=reduction(min_side=1, distinct=True),
    flops=one_per_element,
)
def max_(x, axis=None, keepdims=False):
    """Largest element along axes."""
    return np.maximum.reduce(x, axis=axis, keepdims=keepdims)


@primitive(
    x=_extremum_rule,
    forward={"x": _extremum_tangent},
    text="min {x}",
    samples=reduction(min_side=1, distinct=True),
    flops=one_per_element,
)
def min_(x, axis=None, keepdims=False):
    """Smallest element along axes."""
    return np.minimum.reduce(x, axis=axis, keepdims=keepdims)


def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element along `axis` (an int, a tuple, or None for all).

    Equal largest elements share the gradient equally; NaN wins. Raises ValueError for no elements.
    (The method `t.max(dim)` returns PyTorch's pair of values and indices.)

    >>> import autograd
    >>> x = autograd.tensor([1.0, 3.0, 3.0], requires_grad=True)
    >>> autograd.gradients(autograd.max(x), x)
    (tensor([0. , 0.5, 0.5]),)
    """
    x = operand(x)
    return max_(x, _of_some(x, axis, "max"), keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Smallest element along `axis` (an int, a tuple, or None for all).

    Equal smallest elements share the gradient equally; NaN wins. Raises ValueError for no elements.
    (The method `t.min(dim)` returns PyTorch's pair of values and indices.)

    >>> import autograd
    >>> autograd.min(autograd.tensor([[1.0, 2.0], [4.0, 3.0]]), axis=1)
    tensor([1., 3.])
    """
    x = operand(x)
    return min_(x, _of_some(x, axis, "min"), keepdims)


def _of_some(x, axis, op):
    axes = reduced_axes(axis, x.shape, op)
    if count(x.shape, axes) == 0:
        raise ValueError(f"{op}: no elements along axis {axis} of an array of shape {x.shape}; at least one is needed")
    return axes


amax, amin = max, min

# --- variance and standard deviation ----------------------------------------------------------------------------------


def _moment_sample(s):
    (x,), params = reduction(min_side=1)(s)
    n = count(x.shape, params["axis"])
    return (x,), {
        "axis": params["axis"],
        "correction": s.choice([0, 1]) if n > 1 else 0,
        "keepdims": params["keepdims"],
    }


def _per(factor, shape, axis, correction):
    """factor / (n - correction), NaN where that is the variance of too few."""
    freedom = count(shape, axis) - correction
    return factor / freedom if freedom > 0 else np.nan


def _var_rule(g, x, x_shape, axis, correction, keepdims):
    slope = spread(g * _per(2, x_shape, axis, correction), x_shape, axis, keepdims)
    return slope * conjugate(x - mean_(x, axis, True))


def _std_rule(g, x, out, x_shape, axis, correction, keepdims):
    # Where the spread is 0 so is every x - mean: dividing by 1 there makes the subgradient 0.
    scaled = g * _per(1, x_shape, axis, correction) / np.where(out == 0, 1, out)
    return spread(scaled, x_shape, axis, keepdims) * conjugate(x - mean_(x, axis, True))


def _var_tangent(t, x, axis, correction, keepdims):
    return sum_(t * conjugate(x - mean_(x, axis, True)), axis, keepdims) * _per(2, x.shape, axis, correction)


def _std_tangent(t, x, out, axis, correction, keepdims):
    return _var_tangent(t, x, axis, correction, keepdims) / (2 * np.where(out == 0, 1, out))


def _moment_flops(out, x, axis, correction, keepdims):
    return 4 * x.size


@primitive(x=_var_rule, forward={"x": _var_tangent}, text="var {x}", samples=_moment_sample, flops=_moment_flops)
def var_(x, axis=None, correction=0, keepdims=False):
    """Mean squared distance from the mean along axes, with divisor n - correction."""
    return np.var(x, axis, ddof=correction, keepdims=keepdims)


@primitive(x=_std_rule, forward={"x": _std_tangent}, text="std {x}", samples=_moment_sample, flops=_moment_flops)
def std_(x, axis=None, correction=0, keepdims=False):
    """Square root of the variance along axes; its subgradient is 0 where nothing varies."""
    return np.std(x, axis, ddof=correction, keepdims=keepdims)


def var(x: Any, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """Variance Σ(x - mean)² / (n - correction) along `axis` (an int, a tuple, or None for all).

    The method `t.var()` has PyTorch's `correction=1`.

    >>> import autograd
    >>> autograd.var(autograd.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.25)
    """
    x = operand(x)
    return var_(x, reduced_axes(axis, x.shape, "var"), correction, keepdims)


def std(x: Any, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """Standard deviation √(Σ(x - mean)² / (n - correction)) along `axis`; where nothing varies its gradient is 0.

    The method `t.std()` has PyTorch's `correction=1`.

    >>> import autograd
    >>> autograd.std(autograd.tensor([1.0, 2.0, 3.0, 4.0]), correction=1)
    tensor(1.2909944)
    """
    x = operand(x)
    return std_(x, reduced_axes(axis, x.shape, "std"), correction, keepdims)
