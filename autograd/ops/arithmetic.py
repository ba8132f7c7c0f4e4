"""Sums, products, quotients, remainders, roots, absolute value and sign; powers have their own file."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import conjugate
from autograd.kernels.choice import native
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import pair, unary

__all__ = [
    "abs",
    "absolute",
    "add",
    "addcdiv",
    "addcmul",
    "cbrt",
    "divide",
    "divmod",
    "floor_divide",
    "fmod",
    "hypot",
    "lerp",
    "mod",
    "multiply",
    "negative",
    "positive",
    "reciprocal",
    "remainder",
    "rsqrt",
    "sign",
    "sqrt",
    "square",
    "subtract",
]


@primitive(
    np.add,
    x=lambda g: g,
    y=lambda g: g,
    text="{x} + {y}",
    elementwise=True,
    samples=pair(),
)
def add(x, y):
    """Elementwise sum x + y; shapes broadcast.

    >>> import autograd
    >>> autograd.add(autograd.tensor([1.0, 2.0]), 1.0)
    tensor([2., 3.])
    """


@primitive(
    np.subtract,
    x=lambda g: g,
    y=lambda g: -g,
    text="{x} - {y}",
    elementwise=True,
    samples=pair(),
)
def subtract(x, y):
    """Elementwise difference x - y; shapes broadcast.

    >>> import autograd
    >>> autograd.subtract(autograd.tensor([1.0, 2.0]), 1.0)
    tensor([0., 1.])
    """


@primitive(
    np.multiply,
    x=lambda g, y: g * y,
    y=lambda g, x: g * x,
    text="{x} · {y}",
    elementwise=True,
    linear="x y",
    samples=pair(),
)
def multiply(x, y):
    """Elementwise product x · y; shapes broadcast.

    >>> import autograd
    >>> autograd.multiply(autograd.tensor([1.0, 2.0]), 3.0)
    tensor([3., 6.])
    """


@primitive(
    np.true_divide,
    x=lambda g, y: g / y,
    y=lambda g, y, out: -g * out / y,
    text="{x} / {y}",
    elementwise=True,
    linear="x",
    samples=pair(gap=0.5),
)
def divide(x, y):
    """Elementwise quotient x / y; shapes broadcast.

    >>> import autograd
    >>> autograd.divide(autograd.tensor([1.0, 2.0]), 4.0)
    tensor([0.25, 0.5 ])
    """


@primitive(np.negative, x=lambda g: -g, text="-{x}", elementwise=True, linear="x", samples=unary())
def negative(x):
    """Elementwise -x.

    >>> import autograd
    >>> autograd.negative(autograd.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """


@primitive(np.positive, x=lambda g: g, text="+{x}", elementwise=True, linear="x", samples=unary())
def positive(x):
    """Elementwise +x: the same values.

    >>> import autograd
    >>> autograd.positive(autograd.tensor([1.0, -2.0]))
    tensor([ 1., -2.])
    """


# --- quotients rounded to integers, and what they leave ---------------------------------------------------------------


def _away_from_whole_quotients(s):
    whole, y = (s.array(shape, gap=0.5) for shape in s.broadcastable(2))
    return (s.scattered(np.rint(4 * whole) + 0.5 + 0.2 * whole), s.scattered(np.sign(y))), {}


@primitive(np.floor_divide, x=None, y=None, text="⌊{x} / {y}⌋", elementwise=True, samples=_away_from_whole_quotients)
def floor_divide(x, y):
    """Elementwise ⌊x / y⌋, Python's `//`; the result is locally constant and carries no gradient.

    >>> import autograd
    >>> autograd.floor_divide(autograd.tensor([7.0, -7.0]), 4.0)
    tensor([ 1., -2.])
    """


@primitive(
    np.remainder,
    x=lambda g: g,
    y=lambda g, x, y: -g * np.floor_divide(x, y),
    text="{x} mod {y}",
    elementwise=True,
    samples=_away_from_whole_quotients,
)
def remainder(x, y):
    """Elementwise x - y·⌊x / y⌋, Python's `%`: the sign is that of y. Shapes broadcast.

    The derivative is 1 by x and -⌊x / y⌋ by y, also where the remainder jumps (x a multiple of y).

    >>> import autograd
    >>> autograd.remainder(autograd.tensor([7.0, -7.0]), 4.0)
    tensor([3., 1.])
    """


mod = remainder


@primitive(
    np.fmod,
    x=lambda g: g,
    y=lambda g, x, y, out: -g * np.rint((x - out) / y),
    text="fmod({x}, {y})",
    elementwise=True,
    samples=_away_from_whole_quotients,
)
def fmod(x, y):
    """Elementwise x - y·trunc(x / y), C's remainder: the sign is that of x. Shapes broadcast.

    The derivative is 1 by x and -trunc(x / y) by y, also where the remainder jumps (x a multiple of y).

    >>> import autograd
    >>> autograd.fmod(autograd.tensor([7.0, -7.0]), 4.0)
    tensor([ 3., -3.])
    """


@implements(np.divmod)
def divmod(x: Any, y: Any) -> tuple[Any, Any]:
    """The pair (x // y, x % y), elementwise; only the remainder carries a gradient.

    >>> import autograd
    >>> autograd.divmod(autograd.tensor([7.0, -7.0]), 4.0)
    (tensor([ 1., -2.]), tensor([3., 1.]))
    """
    return floor_divide(x, y), remainder(x, y)


# --- squares, roots, absolute value -----------------------------------------------------------------------------------


@primitive(np.square, x=lambda g, x: g * (x + x), text="{x}²", elementwise=True, samples=unary())
def square(x):
    """Elementwise x².

    >>> import autograd
    >>> autograd.square(autograd.tensor([-3.0, 2.0]))
    tensor([9., 4.])
    """


@primitive(np.sqrt, x=lambda g, out: g / (out + out), text="√{x}", elementwise=True, samples=unary(0.3, 3.0))
def sqrt(x):
    """Elementwise square root; the derivative 1/(2√x) is infinite at 0.

    >>> import autograd
    >>> autograd.sqrt(autograd.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """


@primitive(x=lambda g, out: g * (-0.5 * (out * out * out)), text="1 / √{x}", elementwise=True, samples=unary(0.3, 3.0))
@native("activations:rsqrt", least=1024)
def rsqrt(x):
    """Elementwise 1/√x; infinite at 0.

    >>> import autograd
    >>> autograd.rsqrt(autograd.tensor([4.0, 16.0]))
    tensor([0.5 , 0.25])
    """
    return 1 / np.sqrt(x)


@primitive(np.cbrt, x=lambda g, out: g / (3 * (out * out)), text="∛{x}", elementwise=True, samples=unary(gap=0.3))
def cbrt(x):
    """Elementwise cube root, also of negative numbers; the derivative is infinite at 0.

    >>> import autograd
    >>> autograd.cbrt(autograd.tensor([-8.0, 27.0])).round(4)
    tensor([-2.,  3.])
    """


@primitive(np.reciprocal, x=lambda g, out: -g * (out * out), text="1 / {x}", elementwise=True, samples=unary(gap=0.5))
def reciprocal(x):
    """Elementwise 1/x. Integers are divided as integers, as NumPy does; write 1.0 / x for real quotients.

    >>> import autograd
    >>> autograd.reciprocal(autograd.tensor([2.0, -4.0]))
    tensor([ 0.5 , -0.25])
    """


def _or_one_where_zero(x):
    return x + (x == 0)


@primitive(
    np.hypot,
    x=lambda g, x, out: g * (x / _or_one_where_zero(out)),
    y=lambda g, y, out: g * (y / _or_one_where_zero(out)),
    text="√({x}² + {y}²)",
    elementwise=True,
    samples=pair(gap=0.3),
)
def hypot(x, y):
    """Elementwise √(x² + y²) without overflow on the way; shapes broadcast. The derivative at (0, 0) is taken as 0.

    >>> import autograd
    >>> autograd.hypot(autograd.tensor([3.0, 5.0]), autograd.tensor([4.0, 12.0]))
    tensor([ 5., 13.])
    """


def slope(x):
    """The derivative of |x|: the sign, of complex numbers the conjugate of x/|x|; 0 at 0."""
    return conjugate(np.sign(x))


@primitive(np.absolute, x=lambda g, x: g * slope(x), text="|{x}|", elementwise=True, samples=unary(gap=0.2))
def absolute(x):
    """Elementwise |x|, of complex numbers the modulus √(a² + b²); the derivative at 0 is taken as 0.

    >>> import autograd
    >>> autograd.absolute(autograd.tensor([-1.0, 2.0]))
    tensor([1., 2.])
    """


abs = absolute
implements(np.fabs)(absolute)


def _real_unary(s):
    return (s.array(s.shape(), gap=0.2).real,), {}


@primitive(x=None, elementwise=True, samples=_real_unary)
def sign_(x):
    """Elementwise sign of real numbers."""
    return np.sign(x)


def _half_inverse(x):
    return 0.5 / np.where(x == 0, np.inf, np.absolute(x))


@primitive(
    x=lambda g, x, out: (g - np.conj(g * (out * out))) * _half_inverse(x),
    forward={"x": lambda t, x, out: (t - np.conj(t) * (out * out)) * _half_inverse(x)},
    text="{x} / |{x}|",
    elementwise=True,
    samples=lambda s: ((s.complexes(s.shape(), gap=0.2),), {}),
)
def phase(x):
    """Elementwise direction x / |x| of complex numbers, 0 at 0."""
    if x.dtype.kind != "c":
        raise TypeError(f"phase wants complex numbers, got dtype {x.dtype}; the sign of real ones is `sign`")
    return np.sign(x)


@implements(np.sign)
def sign(x: Any) -> Any:
    """Elementwise -1, 0 or 1; the result is locally constant and carries no gradient.

    Of complex numbers it is x / |x|, or 0 at 0, which has a derivative (taken as 0 at 0).

    >>> import autograd
    >>> autograd.sign(autograd.tensor([3 + 4j, 0]))
    tensor([0.6+0.8j, 0. +0.j ], dtype=complex64)
    >>> autograd.sign(autograd.tensor([-3.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """
    return phase(x) if getattr(x, "dtype", _REAL).kind == "c" or type(x) is complex else sign_(x)


_REAL = np.dtype(np.float64)


# --- put together -----------------------------------------------------------------------------------------------------


def addcmul(x: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """Elementwise x + value · tensor1 · tensor2; shapes broadcast.

    >>> import autograd, numpy as np
    >>> autograd.addcmul(np.ones(2), np.array([1.0, 2.0]), np.array([3.0, 4.0]), value=10)
    array([31., 81.])
    """
    product = multiply(tensor1, tensor2)
    return add(x, product if value == 1 else multiply(product, value))


def addcdiv(x: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """Elementwise x + value · tensor1 / tensor2; shapes broadcast.

    >>> import autograd, numpy as np
    >>> autograd.addcdiv(np.ones(2), np.array([1.0, 2.0]), np.array([4.0, 4.0]), value=10)
    array([3.5, 6. ])
    """
    quotient = divide(tensor1, tensor2)
    return add(x, quotient if value == 1 else multiply(quotient, value))


def lerp(x: Any, end: Any, weight: Any) -> Any:
    """Elementwise x + weight · (end - x), from x at weight 0 to `end` at weight 1; shapes broadcast.

    >>> import autograd, numpy as np
    >>> autograd.lerp(np.array([0.0, 10.0]), np.array([10.0, 20.0]), 0.3)
    array([ 3., 13.])
    """
    return add(x, multiply(weight, subtract(end, x)))
