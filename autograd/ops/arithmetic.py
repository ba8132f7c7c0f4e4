"""Sums, products, quotients, remainders, roots, absolute value and sign; powers have their own file."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import pair, unary

__all__ = [
    "abs",
    "absolute",
    "add",
    "cbrt",
    "divide",
    "divmod",
    "floor_divide",
    "fmod",
    "hypot",
    "mod",
    "multiply",
    "negative",
    "positive",
    "reciprocal",
    "remainder",
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
    """Elementwise sum x + y; shapes broadcast."""


@primitive(
    np.subtract,
    x=lambda g: g,
    y=lambda g: -g,
    text="{x} - {y}",
    elementwise=True,
    samples=pair(),
)
def subtract(x, y):
    """Elementwise difference x - y; shapes broadcast."""


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
    """Elementwise product x · y; shapes broadcast."""


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
    """Elementwise quotient x / y; shapes broadcast."""


@primitive(np.negative, x=lambda g: -g, text="-{x}", elementwise=True, linear="x", samples=unary())
def negative(x):
    """Elementwise -x."""


@primitive(np.positive, x=lambda g: g, text="+{x}", elementwise=True, linear="x", samples=unary())
def positive(x):
    """Elementwise +x: the same values."""


# --- quotients rounded to integers, and what they leave ---------------------------------------------------------------


def _away_from_whole_quotients(s):
    whole, y = (s.array(shape, gap=0.5) for shape in s.broadcastable(2))
    return (s.scattered(np.rint(4 * whole) + 0.5 + 0.2 * whole), s.scattered(np.sign(y))), {}


@primitive(np.floor_divide, x=None, y=None, text="⌊{x} / {y}⌋", elementwise=True, samples=_away_from_whole_quotients)
def floor_divide(x, y):
    """Elementwise ⌊x / y⌋, Python's `//`; the result is locally constant and carries no gradient."""


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
    """


@implements(np.divmod)
def divmod(x: Any, y: Any) -> tuple[Any, Any]:
    """The pair (x // y, x % y), elementwise; only the remainder carries a gradient."""
    return floor_divide(x, y), remainder(x, y)


# --- squares, roots, absolute value -----------------------------------------------------------------------------------


@primitive(np.square, x=lambda g, x: g * (x + x), text="{x}²", elementwise=True, samples=unary())
def square(x):
    """Elementwise x²."""


@primitive(np.sqrt, x=lambda g, out: g / (out + out), text="√{x}", elementwise=True, samples=unary(0.3, 3.0))
def sqrt(x):
    """Elementwise square root; the derivative 1/(2√x) is infinite at 0."""


@primitive(np.cbrt, x=lambda g, out: g / (3 * (out * out)), text="∛{x}", elementwise=True, samples=unary(gap=0.3))
def cbrt(x):
    """Elementwise cube root, also of negative numbers; the derivative is infinite at 0."""


@primitive(np.reciprocal, x=lambda g, out: -g * (out * out), text="1 / {x}", elementwise=True, samples=unary(gap=0.5))
def reciprocal(x):
    """Elementwise 1/x. Integers are divided as integers, as NumPy does; write 1.0 / x for real quotients."""


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
    """Elementwise √(x² + y²) without overflow on the way; shapes broadcast. The derivative at (0, 0) is taken as 0."""


@primitive(np.absolute, x=lambda g, x: g * np.sign(x), text="|{x}|", elementwise=True, samples=unary(gap=0.2))
def absolute(x):
    """Elementwise |x|; the derivative at 0 is taken as 0."""


abs = absolute
implements(np.fabs)(absolute)


@primitive(np.sign, x=None, elementwise=True, samples=unary(gap=0.2))
def sign(x):
    """Elementwise -1, 0 or 1; the result is locally constant and carries no gradient."""
