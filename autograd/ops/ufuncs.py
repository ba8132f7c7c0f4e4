"""The rest of NumPy's ufuncs and elementwise functions: parts of floating-point numbers, integers, i0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.kernels.bessel import bessel_i
from autograd.ops.axes import operand
from autograd.ops.comparisons import isinf, logical_and, logical_not, signbit
from autograd.ops.selection import trunc
from autograd.ops.shape import astype
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import unary

__all__ = [
    "bitwise_count",
    "fix",
    "frexp",
    "gcd",
    "i0",
    "isneginf",
    "isposinf",
    "lcm",
    "ldexp",
    "modf",
    "nextafter",
    "spacing",
]


def _with_exponents(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0]), s.integers(shapes[1], -3, 3)), {}


def _integers(s):
    return tuple(s.integers(shape, -12, 12) for shape in s.broadcastable(2)), {}


# --- parts of floating-point numbers ----------------------------------------------------------------------------------


@primitive(
    np.ldexp,
    x=lambda g, exponent: ldexp(g, exponent),
    exponent=None,
    text="{x} · 2 ^ {exponent}",
    elementwise=True,
    linear="x",
    samples=_with_exponents,
)
def ldexp(x, exponent):
    """Elementwise x · 2ⁿ, exactly, for integers n; shapes broadcast.

    >>> import autograd
    >>> autograd.ldexp(autograd.tensor([1.0, 3.0]), autograd.tensor([3, -1]))
    tensor([8. , 1.5])
    """


@primitive(x=None, elementwise=True, samples=unary(gap=0.2))
def exponent_of(x):
    """Elementwise n such that x = m · 2ⁿ with 1/2 <= |m| < 1."""
    return np.frexp(x)[1]


@implements(np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    """Elementwise the pair (m, n) with x = m · 2ⁿ, 1/2 <= |m| < 1, n an integer (locally constant).

    >>> import autograd
    >>> autograd.frexp(autograd.tensor([8.0, 3.0]))
    (tensor([0.5 , 0.75]), tensor([4, 2], dtype=int32))
    """
    x = operand(x)
    exponent = exponent_of(x)
    return ldexp(x, -exponent), exponent


def _between_integers(s):
    return (s.integers(s.shape(), -3, 3) + s.array((), 0.2, 0.8),), {}


@primitive(x=lambda g: g, elementwise=True, samples=_between_integers)
def fractional(x):
    """Elementwise x - trunc(x), with the sign of x."""
    return np.modf(x)[0]


@implements(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    """Elementwise the fractional and the integral part of x, both with its sign; the first has the derivative 1.

    >>> import autograd
    >>> autograd.modf(autograd.tensor([1.5, -2.25]))
    (tensor([ 0.5 , -0.25]), tensor([ 1., -2.]))
    """
    x = operand(x)
    x = x if x.dtype.kind == "f" else astype(x, "float64")
    return fractional(x), trunc(x)


@primitive(np.nextafter, x=None, y=None, elementwise=True, samples=lambda s: ((s.array(s.shape()), s.array(())), {}))
def nextafter(x, y):
    """Elementwise the floating-point number next to x on the way to y; it carries no gradient.

    >>> import autograd, numpy as np
    >>> autograd.nextafter(np.float64(1.0), np.float64(2.0)) - 1.0
    np.float64(2.220446049250313e-16)
    """


@primitive(np.spacing, x=None, elementwise=True, samples=unary(gap=0.2))
def spacing(x):
    """Elementwise the distance from x to the next floating-point number away from 0; it carries no gradient.

    >>> import autograd, numpy as np
    >>> autograd.spacing(np.float64(1.0))
    np.float64(2.220446049250313e-16)
    """


@implements(np.fix)
def fix(x: Any) -> Any:
    """Elementwise x rounded towards 0: `trunc`.

    >>> import autograd
    >>> autograd.fix(autograd.tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return trunc(x)


@implements(np.isposinf)
def isposinf(x: Any) -> Any:
    """Elementwise: whether x is plus infinity.

    >>> import autograd
    >>> autograd.isposinf(autograd.tensor([float("inf"), -float("inf"), 0.0]))
    tensor([ True, False, False])
    """
    return logical_and(isinf(x), logical_not(signbit(x)))


@implements(np.isneginf)
def isneginf(x: Any) -> Any:
    """Elementwise: whether x is minus infinity.

    >>> import autograd
    >>> autograd.isneginf(autograd.tensor([float("inf"), -float("inf"), 0.0]))
    tensor([False,  True, False])
    """
    return logical_and(isinf(x), signbit(x))


# --- integers ---------------------------------------------------------------------------------------------------------


@primitive(np.gcd, x=None, y=None, elementwise=True, samples=_integers)
def gcd(x, y):
    """Elementwise greatest common divisor of integers.

    >>> import autograd
    >>> autograd.gcd(autograd.tensor([12, 7]), 8)
    tensor([4, 1])
    """


@primitive(np.lcm, x=None, y=None, elementwise=True, samples=_integers)
def lcm(x, y):
    """Elementwise least common multiple of integers.

    >>> import autograd
    >>> autograd.lcm(autograd.tensor([12, 7]), 8)
    tensor([24, 56])
    """


@primitive(np.bitwise_count, x=None, elementwise=True, samples=lambda s: ((s.integers(s.shape(), -9, 9),), {}))
def bitwise_count(x):
    """Elementwise number of ones among the bits of |x|.

    >>> import autograd
    >>> autograd.bitwise_count(autograd.tensor([5, -8]))
    tensor([2, 1], dtype=uint8)
    """


# --- the modified Bessel function -------------------------------------------------------------------------------------


def _bessel_rule(g, x, order):
    if order == 0:
        return g * bessel(x, 1)
    return g * (0.5 * (bessel(x, order - 1) + bessel(x, order + 1)))


@primitive(
    x=_bessel_rule,
    text="I⁽{order}⁾({x})",
    elementwise=True,
    samples=lambda s: ((s.array(s.shape(), -4.0, 4.0),), {"order": s.integer(0, 3)}),
    real_only=True,
)
def bessel(x, order):
    """Elementwise modified Bessel function of the first kind, of an integer order."""
    return bessel_i(x, order)


@implements(np.i0)
def i0(x: Any) -> Any:
    """Elementwise modified Bessel function of the first kind and order 0; its derivative is that of order 1.

    >>> import autograd
    >>> autograd.i0(autograd.tensor([0.0, 1.0])).round(4)
    tensor([1.    , 1.2661])
    """
    x = operand(x)
    return bessel(x if x.dtype.kind == "f" else astype(x, "float64"), 0)
