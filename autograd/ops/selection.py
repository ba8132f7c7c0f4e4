"""Choosing between values: where, maximum and minimum, clipping, rounding, repairing NaN."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import WEAK, as_array
from autograd.ops.arithmetic import subtract
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import pair, unary
from autograd.tensor import Tensor

__all__ = [
    "ceil",
    "clip",
    "clip_max",
    "clip_min",
    "copysign",
    "floor",
    "fmax",
    "fmin",
    "frac",
    "heaviside",
    "maximum",
    "minimum",
    "nan_to_num",
    "rint",
    "round",
    "trunc",
    "where",
]


def _where_sample(s):
    shapes = s.broadcastable(3)
    return (s.booleans(shapes[0]), s.array(shapes[1]), s.array(shapes[2])), {}


@primitive(
    condition=None,
    x=lambda g, condition: np.where(condition, g, 0),
    y=lambda g, condition: np.where(condition, 0, g),
    text="{x} where {condition} else {y}",
    elementwise=True,
    samples=_where_sample,
)
def where_(condition, x, y):
    """Elementwise x where the condition is true, else y."""
    return np.where(condition, x, y)


@implements(np.where)
def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """Elementwise x where the condition is true (nonzero), else y; shapes broadcast.

    The gradient goes to the chosen element alone. Mind that a value which was computed but not chosen still takes part
    in the chain rule: in `where(x > 0, log(x), 0)` its zero adjoint meets an infinite derivative and gives NaN at
    x = 0; choose the argument first: `where(x > 0, log(where(x > 0, x, 1)), 0)`.

    >>> import autograd
    >>> x = autograd.tensor([-1.0, 2.0])
    >>> autograd.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if x is None or y is None:
        raise TypeError(
            "where() wants a condition and both values, where(condition, x, y); to find where a condition holds use "
            "np.nonzero(condition.detach().numpy())"
        )
    if type(x) in WEAK and type(y) in WEAK:
        x, y = as_array([x, y])
    return where_(condition, x, y)


# --- the larger, the smaller ------------------------------------------------------------------------------------------


def _share(g, mine, other, out):
    # all of g where this operand was taken, half of it where both were
    taken = g * (mine == out)
    return taken - 0.5 * (taken * (mine == other))


def _distinct_pair(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0]), s.array(shapes[1], -5, 5, gap=3.0)), {}


_EXTREMUM: dict[str, Any] = {
    "x": lambda g, x, y, out: _share(g, x, y, out),
    "y": lambda g, x, y, out: _share(g, y, x, out),
    "elementwise": True,
    "samples": _distinct_pair,
}


@primitive(np.maximum, text="max({x}, {y})", **_EXTREMUM)
def maximum(x, y):
    """Elementwise larger of x and y, NaN where either is. Shapes broadcast; ties share the gradient half and half.

    >>> import autograd
    >>> autograd.maximum(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([2., 2., 3.])
    """


@primitive(np.minimum, text="min({x}, {y})", **_EXTREMUM)
def minimum(x, y):
    """Elementwise smaller of x and y, NaN where either is. Shapes broadcast; ties share the gradient half and half.

    >>> import autograd
    >>> autograd.minimum(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([1., 2., 2.])
    """


@primitive(np.fmax, text="fmax({x}, {y})", **_EXTREMUM)
def fmax(x, y):
    """Elementwise larger of x and y, the other where one is NaN. Ties share the gradient half and half.

    >>> import autograd
    >>> autograd.fmax(autograd.tensor([1.0, float("nan")]), autograd.tensor([2.0, 3.0]))
    tensor([2., 3.])
    """


@primitive(np.fmin, text="fmin({x}, {y})", **_EXTREMUM)
def fmin(x, y):
    """Elementwise smaller of x and y, the other where one is NaN. Ties share the gradient half and half.

    >>> import autograd
    >>> autograd.fmin(autograd.tensor([1.0, float("nan")]), autograd.tensor([2.0, 3.0]))
    tensor([1., 3.])
    """


# --- clipping ---------------------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, x, low: g * (x >= low),
    low=lambda g, x, low: g * (x < low),
    text="max({x}, {low})",
    elementwise=True,
    samples=_distinct_pair,
)
def clip_min(x, low):
    """Elementwise x, but no less than `low`; at the bound the gradient goes to x.

    >>> import autograd
    >>> autograd.clip_min(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([2., 2., 3.])
    """
    return np.maximum(x, low)


@primitive(
    x=lambda g, x, high: g * (x <= high),
    high=lambda g, x, high: g * (x > high),
    text="min({x}, {high})",
    elementwise=True,
    samples=_distinct_pair,
)
def clip_max(x, high):
    """Elementwise x, but no more than `high`; at the bound the gradient goes to x.

    >>> import autograd
    >>> autograd.clip_max(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([1., 2., 2.])
    """
    return np.minimum(x, high)


def clip(x: Any, min: Any = None, max: Any = None) -> Any:
    """Elementwise x limited to [min, max]; a bound may be a number, an array, a Tensor or None. Shapes broadcast.

    The gradient goes to x where min <= x <= max, bounds included, elsewhere to the bound that was taken. Where
    min > max the result is max.

    >>> import autograd
    >>> x = autograd.tensor([-1.0, 0.0, 0.5, 3.0], requires_grad=True)
    >>> autograd.clip(x, 0, 1).sum().backward()
    >>> x.grad
    tensor([0., 1., 1., 0.])
    """
    if min is not None:
        x = clip_min(x, min)
    if max is not None:
        x = clip_max(x, max)
    return x if isinstance(x, Tensor) else as_array(x)


@primitive(
    np.copysign,
    x=lambda g, x, out: g * (np.sign(x) * np.sign(out)),
    y=None,
    elementwise=True,
    samples=pair(gap=0.2),
)
def copysign(x, y):
    """Elementwise |x| with the sign of y; shapes broadcast. The derivative by x at 0 is taken as 0.

    >>> import autograd
    >>> autograd.copysign(autograd.tensor([1.0, -2.0]), -3.0)
    tensor([-1., -2.])
    """


@primitive(x=lambda g, x: g * np.isfinite(x), text="{x}", elementwise=True, samples=unary())
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """Elementwise x with NaN replaced by `nan`, infinities by `posinf` and `neginf` (None: the dtype's largest and
    smallest number). The gradient passes where x is finite.

    >>> import autograd
    >>> autograd.nan_to_num(autograd.tensor([1.0, float("nan")]))
    tensor([1., 0.])
    """
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


# --- locally constant -------------------------------------------------------------------------------------------------


def _between_integers(s):
    x = s.integers(s.shape(), -3, 3) + s.dtype.type(0.25)
    return (x.astype(s.dtype),), {}


@primitive(
    np.heaviside,
    x=None,
    y=lambda g, x: g * (x == 0),
    text="step({x}; {y})",
    elementwise=True,
    samples=lambda s: (tuple(s.integers(shape, -1, 1).astype(s.dtype) for shape in s.broadcastable(2)), {}),
)
def heaviside(x, y):
    """Elementwise unit step: 0 where x < 0, y where x = 0, 1 where x > 0. It carries no gradient to x.

    >>> import autograd
    >>> autograd.heaviside(autograd.tensor([-1.0, 0.0, 2.0]), 0.5)
    tensor([0. , 0.5, 1. ])
    """


@primitive(np.floor, x=None, text="⌊{x}⌋", elementwise=True, samples=_between_integers)
def floor(x):
    """Elementwise largest integer <= x; the result is locally constant and carries no gradient.

    >>> import autograd
    >>> autograd.floor(autograd.tensor([-1.5, 0.5, 1.2]))
    tensor([-2.,  0.,  1.])
    """


@primitive(np.ceil, x=None, text="⌈{x}⌉", elementwise=True, samples=_between_integers)
def ceil(x):
    """Elementwise smallest integer >= x; the result is locally constant and carries no gradient.

    >>> import autograd
    >>> autograd.ceil(autograd.tensor([-1.5, 0.5, 1.2]))
    tensor([-1.,  1.,  2.])
    """


@primitive(np.trunc, x=None, elementwise=True, samples=_between_integers)
def trunc(x):
    """Elementwise x rounded towards 0; the result is locally constant and carries no gradient.

    >>> import autograd
    >>> autograd.trunc(autograd.tensor([-1.5, 0.5, 1.2]))
    tensor([-1.,  0.,  1.])
    """


def frac(x: Any) -> Any:
    """Elementwise x - trunc(x), what follows the decimal point; the derivative is 1.

    >>> import autograd
    >>> autograd.frac(autograd.tensor([1.5, -2.25]))
    tensor([ 0.5 , -0.25])
    """
    return subtract(x, trunc(x))


@primitive(np.rint, x=None, elementwise=True, samples=_between_integers)
def rint(x):
    """Elementwise nearest integer, halves to even; the result is locally constant and carries no gradient.

    >>> import autograd
    >>> autograd.rint(autograd.tensor([0.5, 1.5, 2.4]))
    tensor([0., 2., 2.])
    """


@primitive(x=None, elementwise=True, samples=_between_integers)
def round_(x, decimals=0):
    """Elementwise x rounded to `decimals` places, halves to even; locally constant, so it carries no gradient.

    >>> import autograd
    >>> autograd.round(autograd.tensor([1.25, -0.375]), 1)
    tensor([ 1.2, -0.4])
    """
    return np.round(x, decimals)


round = round_
