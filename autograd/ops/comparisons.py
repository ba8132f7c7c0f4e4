"""Comparisons, logical and bitwise operations, tests for NaN and infinity: results without a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import as_array
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import pair, unary
from autograd.tensor import Tensor

__all__ = [
    "allclose",
    "array_equal",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "equal",
    "greater",
    "greater_equal",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "signbit",
]


def _nearly_equal_pair(s):
    return tuple(s.integers(shape, -1, 1).astype(s.dtype) for shape in s.broadcastable(2)), {}


def _integer_pair(s):
    return tuple(s.integers(shape, 0, 7) for shape in s.broadcastable(2)), {}


@primitive(np.equal, x=None, y=None, text="{x} = {y}", elementwise=True, samples=_nearly_equal_pair)
def equal(x, y):
    """Elementwise x == y.

    >>> import autograd
    >>> autograd.equal(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([False,  True, False])
    """


@primitive(np.not_equal, x=None, y=None, text="{x} ≠ {y}", elementwise=True, samples=_nearly_equal_pair)
def not_equal(x, y):
    """Elementwise x != y.

    >>> import autograd
    >>> autograd.not_equal(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([ True, False,  True])
    """


@primitive(np.less, x=None, y=None, text="{x} < {y}", elementwise=True, samples=_nearly_equal_pair)
def less(x, y):
    """Elementwise x < y.

    >>> import autograd
    >>> autograd.less(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([ True, False, False])
    """


@primitive(np.less_equal, x=None, y=None, text="{x} ≤ {y}", elementwise=True, samples=_nearly_equal_pair)
def less_equal(x, y):
    """Elementwise x <= y.

    >>> import autograd
    >>> autograd.less_equal(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([ True,  True, False])
    """


@primitive(np.greater, x=None, y=None, text="{x} > {y}", elementwise=True, samples=_nearly_equal_pair)
def greater(x, y):
    """Elementwise x > y.

    >>> import autograd
    >>> autograd.greater(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([False, False,  True])
    """


@primitive(np.greater_equal, x=None, y=None, text="{x} ≥ {y}", elementwise=True, samples=_nearly_equal_pair)
def greater_equal(x, y):
    """Elementwise x >= y.

    >>> import autograd
    >>> autograd.greater_equal(autograd.tensor([1.0, 2.0, 3.0]), 2.0)
    tensor([False,  True,  True])
    """


@primitive(np.logical_and, x=None, y=None, text="{x} and {y}", elementwise=True, samples=_nearly_equal_pair)
def logical_and(x, y):
    """Elementwise: whether both are nonzero.

    >>> import autograd
    >>> autograd.logical_and(autograd.tensor([True, True, False]), autograd.tensor([True, False, False]))
    tensor([ True, False, False])
    """


@primitive(np.logical_or, x=None, y=None, text="{x} or {y}", elementwise=True, samples=_nearly_equal_pair)
def logical_or(x, y):
    """Elementwise: whether at least one is nonzero.

    >>> import autograd
    >>> autograd.logical_or(autograd.tensor([True, True, False]), autograd.tensor([True, False, False]))
    tensor([ True,  True, False])
    """


@primitive(np.logical_xor, x=None, y=None, text="{x} xor {y}", elementwise=True, samples=_nearly_equal_pair)
def logical_xor(x, y):
    """Elementwise: whether exactly one is nonzero.

    >>> import autograd
    >>> autograd.logical_xor(autograd.tensor([True, True, False]), autograd.tensor([True, False, False]))
    tensor([False,  True, False])
    """


@primitive(np.logical_not, x=None, text="not {x}", elementwise=True, samples=unary())
def logical_not(x):
    """Elementwise: whether x is zero.

    >>> import autograd
    >>> autograd.logical_not(autograd.tensor([True, False]))
    tensor([False,  True])
    """


@primitive(np.bitwise_and, x=None, y=None, text="{x} & {y}", elementwise=True, samples=_integer_pair)
def bitwise_and(x, y):
    """Elementwise `x & y` of integers or booleans.

    >>> import autograd
    >>> autograd.bitwise_and(autograd.tensor([12, 5]), autograd.tensor([10, 4]))
    tensor([8, 4])
    """


@primitive(np.bitwise_or, x=None, y=None, text="{x} | {y}", elementwise=True, samples=_integer_pair)
def bitwise_or(x, y):
    """Elementwise `x | y` of integers or booleans.

    >>> import autograd
    >>> autograd.bitwise_or(autograd.tensor([12, 5]), autograd.tensor([10, 4]))
    tensor([14,  5])
    """


@primitive(np.bitwise_xor, x=None, y=None, text="{x} ^ {y}", elementwise=True, samples=_integer_pair)
def bitwise_xor(x, y):
    """Elementwise `x ^ y` of integers or booleans.

    >>> import autograd
    >>> autograd.bitwise_xor(autograd.tensor([12, 5]), autograd.tensor([10, 4]))
    tensor([6, 1])
    """


@primitive(np.invert, x=None, text="~{x}", elementwise=True, samples=lambda s: ((s.booleans(s.shape()),), {}))
def bitwise_invert(x):
    """Elementwise `~x` of integers or booleans.

    >>> import autograd
    >>> autograd.bitwise_invert(autograd.tensor([0, 5])), autograd.bitwise_invert(autograd.tensor([True, False]))
    (tensor([-1, -6]), tensor([False,  True]))
    """


@primitive(np.left_shift, x=None, y=None, text="{x} << {y}", elementwise=True, samples=_integer_pair)
def bitwise_left_shift(x, y):
    """Elementwise `x << y` of integers.

    >>> import autograd
    >>> autograd.bitwise_left_shift(autograd.tensor([1, 5]), 2)
    tensor([ 4, 20])
    """


@primitive(np.right_shift, x=None, y=None, text="{x} >> {y}", elementwise=True, samples=_integer_pair)
def bitwise_right_shift(x, y):
    """Elementwise `x >> y` of integers.

    >>> import autograd
    >>> autograd.bitwise_right_shift(autograd.tensor([4, 5]), 1)
    tensor([2, 2])
    """


@primitive(np.isnan, x=None, elementwise=True, samples=unary())
def isnan(x):
    """Elementwise: whether x is NaN.

    >>> import autograd
    >>> autograd.isnan(autograd.tensor([1.0, float("inf"), float("nan")]))
    tensor([False, False,  True])
    """


@primitive(np.isinf, x=None, elementwise=True, samples=unary())
def isinf(x):
    """Elementwise: whether x is plus or minus infinity.

    >>> import autograd
    >>> autograd.isinf(autograd.tensor([1.0, float("inf"), float("nan")]))
    tensor([False,  True, False])
    """


@primitive(np.isfinite, x=None, elementwise=True, samples=unary())
def isfinite(x):
    """Elementwise: whether x is neither NaN nor infinite.

    >>> import autograd
    >>> autograd.isfinite(autograd.tensor([1.0, float("inf"), float("nan")]))
    tensor([ True, False, False])
    """


@primitive(np.signbit, x=None, elementwise=True, samples=unary())
def signbit(x):
    """Elementwise: whether the sign bit is set, also that of -0.0.

    >>> import autograd
    >>> autograd.signbit(autograd.tensor([-1.0, -0.0, 0.0]))
    tensor([ True,  True, False])
    """


@implements(np.isclose)
@primitive(np.isclose, a=None, b=None, text="{a} ≈ {b}", elementwise=True, samples=pair())
def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Elementwise |a - b| <= atol + rtol·|b|; shapes broadcast. NaN equals NaN only under `equal_nan`.

    >>> import autograd
    >>> autograd.isclose(autograd.tensor([1.0, 2.0]), autograd.tensor([1.000001, 2.1]))
    tensor([ True, False])
    """
    return np.isclose(a, b, rtol, atol, equal_nan)


@implements(np.allclose)
def allclose(a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether `isclose` holds everywhere, as a Python bool.

    >>> import autograd, numpy as np
    >>> autograd.allclose(np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-9]))
    True
    """
    return bool(np.all(_values(isclose(a, b, rtol, atol, equal_nan))))


@implements(np.array_equal)
def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> bool:
    """Whether shapes and all elements are equal, as a Python bool; PyTorch's `equal`.

    >>> import autograd
    >>> autograd.array_equal(autograd.tensor([1.0, 2.0]), autograd.tensor([1.0, 2.0]))
    True
    """
    return bool(np.array_equal(_values(a1), _values(a2), equal_nan))


def _values(x):
    return x.data if isinstance(x, Tensor) else as_array(x)
