"""Sums, products, quotients, powers."""

from __future__ import annotations

import numpy as np

from autograd.primitive import primitive
from autograd.sampling import pair, unary

__all__ = ["add", "divide", "multiply", "negative", "power", "subtract"]


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


@primitive(
    np.negative,
    x=lambda g: -g,
    text="-{x}",
    elementwise=True,
    linear="x",
    samples=unary(),
)
def negative(x):
    """Elementwise -x."""


def _power_wrt_base(g, x, y):
    # y · x^(y-1), and 0 where y is 0 so that x = 0 stays finite
    return g * y * power(x, np.where(y == 0, 1, y - 1))


def _power_wrt_exponent(g, x, out):
    return g * out * np.log(np.where(x == 0, 1, x))


@primitive(
    np.power,
    x=_power_wrt_base,
    y=_power_wrt_exponent,
    text="{x} ^ {y}",
    elementwise=True,
    samples=lambda s: (
        (s.array((shapes := s.broadcastable(2))[0], 0.5, 2.0), s.array(shapes[1], -2.0, 3.0)),
        {},
    ),
)
def power(x, y):
    """Elementwise x to the power y; shapes broadcast. The derivative by y is taken as 0 where x = 0."""
