"""Exponentials, logarithms, trigonometric and hyperbolic functions, absolute value, selection."""

from __future__ import annotations

import numpy as np

from autograd.primitive import primitive
from autograd.sampling import unary

__all__ = ["exp", "log", "tanh"]


@primitive(np.exp, x=lambda g, out: g * out, text="exp({x})", elementwise=True, samples=unary())
def exp(x):
    """Elementwise eˣ."""


@primitive(np.log, x=lambda g, x: g / x, text="ln({x})", elementwise=True, samples=unary(0.3, 3.0))
def log(x):
    """Elementwise natural logarithm."""


@primitive(np.tanh, x=lambda g, out: g - g * (out * out), text="tanh({x})", elementwise=True, samples=unary())
def tanh(x):
    """Elementwise hyperbolic tangent; derivative 1 - tanh²x."""
