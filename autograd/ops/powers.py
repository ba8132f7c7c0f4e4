"""Powers: of two arrays, and with a constant exponent."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import WEAK, as_array
from autograd.ops.shape import astype
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = ["float_power", "pow", "power"]


def _constant_power_rule(g, x, exponent):
    if exponent == 0:
        return 0 * g
    if exponent == 1:
        return g
    if exponent == 2:
        return g * (x + x)
    return g * (exponent * constant_power(x, exponent - 1))


@primitive(
    x=_constant_power_rule,
    text="{x} ^ {exponent}",
    elementwise=True,
    samples=lambda s: (
        (s.array(s.shape(), 0.3, 2.0),),
        {"exponent": s.choice([2, 0, 1, 3, -1, 0.5, 2.5, -1.5])},
    ),
)
def constant_power(x, exponent):
    """Elementwise x to the power of one Python number, which is no variable."""
    if exponent == 3 and x.dtype.kind == "f":
        return x * x * x
    return x**exponent


def _or_one_where_zero(x, y):
    return x + ((x == 0) & (y == 0))


@primitive(
    np.power,
    # Where x = y = 0 the factor y decides; any other base will do, so long as it is no 0 ^ -1.
    x=lambda g, x, y: g * y * power(_or_one_where_zero(x, y), y - 1),
    # The cast is for a Python number as base, whose logarithm would else be a float64, and for a negative base under a
    # complex exponent.
    y=lambda g, x, out: g * out * np.log(astype(x + (x == 0), out.dtype, copy=False)),
    text="{x} ^ {y}",
    elementwise=True,
    samples=lambda s: (
        (s.array((shapes := s.broadcastable(2))[0], 0.5, 2.0), s.array(shapes[1], -2.0, 3.0)),
        {},
    ),
)
def power_(x, y):
    """Elementwise x to the power y, both arrays."""


@implements(np.power)
def power(x: Any, y: Any) -> Any:
    """Elementwise x to the power y; shapes broadcast.

    The derivative by x is y·x^(y-1), also at x = 0 (0 where y = 0). The derivative by y is x^y·ln x, taken as 0 where
    x = 0, and NaN where x is negative. A Python number as exponent is a constant, which is faster than an array.

    >>> import autograd
    >>> x = autograd.tensor([0.0, 1.0, 2.0], requires_grad=True)
    >>> autograd.power(x, 2).sum().backward()
    >>> x.grad
    tensor([0., 2., 4.])
    """
    if type(y) in WEAK and isinstance(x, Tensor):
        return constant_power(x, y)
    return power_(x, y)


pow = power


@implements(np.float_power)
def float_power(x: Any, y: Any) -> Any:
    """Elementwise x to the power y, computed in float64 (or complex128) whatever the inputs are.

    >>> import autograd, numpy as np
    >>> autograd.float_power(np.array([1, 2]), -1)
    array([1. , 0.5])
    """
    values = [v if isinstance(v, Tensor) else as_array(v) for v in (x, y)]
    dtype = np.result_type(np.float64, *[v.dtype for v in values])
    return power_(*[astype(v, dtype) for v in values])
