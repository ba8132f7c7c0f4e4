"""Running extrema and running log-sum-exp along an axis."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.gather import take_along_axis_
from autograd.ops.products import backward_recurrence, from_ahead
from autograd.ops.selection import where_
from autograd.ops.shape import astype
from autograd.primitive import primitive
from autograd.protocols import METHODS

__all__ = ["cummax", "cummin", "logcumsumexp"]


class Running(NamedTuple):
    """Running extrema, and where each of them stands."""

    values: Any
    indices: Any


def _sample(s):
    shape = s.shape(1)
    return (s.array(shape, distinct=True),), {"axis": s.integer(0, len(shape) - 1)}


def _latest(x, best, axis):
    """The last position up to each where the running extremum `best` was reached, or where NaN began."""
    places = np.arange(x.shape[axis]).reshape(-1, *(1,) * (x.ndim - 1 - axis))
    return np.maximum.accumulate(np.where((x == best) | np.isnan(x), places, 0), axis)


@primitive(x=None, samples=_sample)
def cummax_positions(x, axis):
    """Where the largest element so far stands, for each place along an axis; the last one of equals."""
    return _latest(x, np.maximum.accumulate(x, axis), axis)


@primitive(x=None, samples=_sample)
def cummin_positions(x, axis):
    """Where the smallest element so far stands, for each place along an axis; the last one of equals."""
    return _latest(x, np.minimum.accumulate(x, axis), axis)


def _running(find, x, axis, op):
    x = operand(x)
    axis = one_axis(axis, x.shape, op)
    indices = find(x, axis)
    return Running(take_along_axis_(x, indices, axis), indices)


def cummax(x: Any, axis: int) -> Any:
    """The largest element so far along `axis`, and where it stands: (values, indices), as PyTorch has it.

    Of equal elements the last counts, and gets the gradient; NaN is the largest.

    >>> import autograd, numpy as np
    >>> autograd.cummax(np.array([1.0, 3.0, 2.0, 3.0]), 0)
    Running(values=array([1., 3., 3., 3.]), indices=array([0, 1, 1, 3]))
    """
    return _running(cummax_positions, x, axis, "cummax")


def cummin(x: Any, axis: int) -> Any:
    """The smallest element so far along `axis`, and where it stands: (values, indices), as PyTorch has it.

    Of equal elements the last counts, and gets the gradient; NaN is the smallest.

    >>> import autograd, numpy as np
    >>> autograd.cummin(np.array([3.0, 1.0, 2.0]), 0)
    Running(values=array([3., 1., 1.]), indices=array([0, 1, 1]))
    """
    return _running(cummin_positions, x, axis, "cummin")


# --- log-sum-exp ------------------------------------------------------------------------------------------------------


def _logcumsumexp_rule(g, x, out, axis):
    """exp(xᵢ - outᵢ) Sᵢ with Sᵢ = gᵢ + exp(outᵢ - outᵢ₊₁) Sᵢ₊₁: no exponential exceeds 1."""
    nothing = out == -np.inf  # all so far were -inf: their shares are 0
    level = where_(nothing, 0, out)
    ahead = from_ahead(level, axis, 1)
    decay = where_(nothing, 0, np.exp(np.minimum(level - ahead, 0)))
    return np.exp(x - level) * backward_recurrence(g, decay, axis)


@primitive(
    x=_logcumsumexp_rule,
    text="ln cumsum exp {x}",
    real_only=True,
    samples=_sample,
    flops=lambda out, x, axis: 3 * x.size,
)
def logcumsumexp_(x, axis):
    """Logarithm of the running sum of exp(x) along an axis."""
    return np.logaddexp.accumulate(x, axis)


def logcumsumexp(x: Any, axis: int = -1) -> Any:
    """ln of the running sum of exp(x) along `axis`, without overflow.

    >>> import autograd
    >>> autograd.logcumsumexp(autograd.tensor([0.0, 0.0, 1000.0]))
    tensor([0.000000e+00, 6.931472e-01, 1.000000e+03])
    """
    x = operand(x)
    x = x if x.dtype.kind == "f" else astype(x, "float64")
    return logcumsumexp_(x, one_axis(axis, x.shape, "logcumsumexp"))


def _accumulated(find, op):
    def accumulate(array: Any, axis: int = 0, dtype: Any = None) -> Any:
        x = operand(array) if dtype is None else astype(operand(array), dtype, copy=False)
        return _running(find, x, axis, op).values

    return accumulate


METHODS[np.maximum, "accumulate"] = _accumulated(cummax_positions, "np.maximum.accumulate")
METHODS[np.minimum, "accumulate"] = _accumulated(cummin_positions, "np.minimum.accumulate")
METHODS[np.logaddexp, "accumulate"] = lambda array, axis=0, dtype=None: logcumsumexp(
    array if dtype is None else astype(operand(array), dtype, copy=False), axis
)
