"""Exponentials, logarithms, trigonometric and hyperbolic functions."""

from __future__ import annotations

import math

import numpy as np

from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import pair, unary

__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "rad2deg",
    "sin",
    "sinh",
    "tan",
    "tanh",
]

LN2 = math.log(2)
LN10 = math.log(10)
DEGREE = math.pi / 180


@primitive(np.exp, x=lambda g, out: g * out, text="exp({x})", elementwise=True, samples=unary())
def exp(x):
    """Elementwise eˣ.

    >>> import autograd
    >>> autograd.exp(autograd.tensor([0.0, 0.5])).round(4)
    tensor([1.    , 1.6487])
    """


@primitive(np.expm1, x=lambda g, out: g * out + g, text="expm1({x})", elementwise=True, samples=unary())
def expm1(x):
    """Elementwise eˣ - 1, accurate near 0.

    >>> import autograd
    >>> autograd.expm1(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.6487])
    """


@primitive(np.exp2, x=lambda g, out: g * (LN2 * out), text="2 ^ {x}", elementwise=True, samples=unary())
def exp2(x):
    """Elementwise 2ˣ.

    >>> import autograd
    >>> autograd.exp2(autograd.tensor([3.0, -1.0]))
    tensor([8. , 0.5])
    """


@primitive(np.log, x=lambda g, x: g / x, text="ln({x})", elementwise=True, samples=unary(0.3, 3.0))
def log(x):
    """Elementwise natural logarithm.

    >>> import autograd
    >>> autograd.log(autograd.tensor([1.0, 2.0])).round(4)
    tensor([0.    , 0.6931])
    """


@primitive(np.log2, x=lambda g, x: g / (LN2 * x), text="log2({x})", elementwise=True, samples=unary(0.3, 3.0))
def log2(x):
    """Elementwise logarithm to base 2.

    >>> import autograd
    >>> autograd.log2(autograd.tensor([8.0, 0.5]))
    tensor([ 3., -1.])
    """


@primitive(np.log10, x=lambda g, x: g / (LN10 * x), text="log10({x})", elementwise=True, samples=unary(0.3, 3.0))
def log10(x):
    """Elementwise logarithm to base 10.

    >>> import autograd
    >>> autograd.log10(autograd.tensor([100.0, 0.1])).round(4)
    tensor([ 2., -1.])
    """


@primitive(np.log1p, x=lambda g, x: g / (1 + x), text="ln(1 + {x})", elementwise=True, samples=unary(-0.7, 3.0))
def log1p(x):
    """Elementwise ln(1 + x), accurate near 0.

    >>> import autograd
    >>> autograd.log1p(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.4055])
    """


def _unless_minus_infinity(out):
    # exp(x - out) is the share of x in the sum; where the sum is 0 (out = -∞) the shares are taken as 0, not as NaN
    return np.where(out == -np.inf, 0, out)


@primitive(
    np.logaddexp,
    x=lambda g, x, out: g * np.exp(x - _unless_minus_infinity(out)),
    y=lambda g, y, out: g * np.exp(y - _unless_minus_infinity(out)),
    text="ln(exp({x}) + exp({y}))",
    elementwise=True,
    samples=pair(),
)
def logaddexp(x, y):
    """Elementwise ln(eˣ + eʸ) without overflow; shapes broadcast. Where both are -∞ the derivatives are 0.

    >>> import autograd
    >>> autograd.logaddexp(autograd.tensor([0.0, 1.0]), autograd.tensor([0.0, 1.0])).round(4)
    tensor([0.6931, 1.6931])
    """


@primitive(
    np.logaddexp2,
    x=lambda g, x, out: g * np.exp2(x - _unless_minus_infinity(out)),
    y=lambda g, y, out: g * np.exp2(y - _unless_minus_infinity(out)),
    text="log2(2 ^ {x} + 2 ^ {y})",
    elementwise=True,
    samples=pair(),
)
def logaddexp2(x, y):
    """Elementwise log2(2ˣ + 2ʸ) without overflow; shapes broadcast. Where both are -∞ the derivatives are 0.

    >>> import autograd
    >>> autograd.logaddexp2(autograd.tensor([3.0, 1000.0]), autograd.tensor([3.0, 1000.0]))
    tensor([   4., 1001.])
    """


# --- trigonometric ----------------------------------------------------------------------------------------------------


@primitive(np.sin, x=lambda g, x: g * np.cos(x), text="sin({x})", elementwise=True, samples=unary())
def sin(x):
    """Elementwise sine.

    >>> import autograd
    >>> autograd.sin(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.4794])
    """


@primitive(np.cos, x=lambda g, x: -g * np.sin(x), text="cos({x})", elementwise=True, samples=unary())
def cos(x):
    """Elementwise cosine.

    >>> import autograd
    >>> autograd.cos(autograd.tensor([0.0, 0.5])).round(4)
    tensor([1.    , 0.8776])
    """


@primitive(np.tan, x=lambda g, out: g + g * (out * out), text="tan({x})", elementwise=True, samples=unary(-1.2, 1.2))
def tan(x):
    """Elementwise tangent; derivative 1 + tan²x.

    >>> import autograd
    >>> autograd.tan(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.5463])
    """


@primitive(
    np.arcsin,
    x=lambda g, x: g / np.sqrt((1 - x) * (1 + x)),
    text="arcsin({x})",
    elementwise=True,
    samples=unary(-0.8, 0.8),
)
def arcsin(x):
    """Elementwise inverse sine, in [-π/2, π/2]; the derivative 1/√(1 - x²) is infinite at ±1.

    >>> import autograd
    >>> autograd.arcsin(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.5236])
    """


@primitive(
    np.arccos,
    x=lambda g, x: -g / np.sqrt((1 - x) * (1 + x)),
    text="arccos({x})",
    elementwise=True,
    samples=unary(-0.8, 0.8),
)
def arccos(x):
    """Elementwise inverse cosine, in [0, π]; the derivative -1/√(1 - x²) is infinite at ±1.

    >>> import autograd
    >>> autograd.arccos(autograd.tensor([0.0, 0.5])).round(4)
    tensor([1.5708, 1.0472])
    """


def _over_squared_norm(g, x, y):
    # g / (x² + y²) where the squares alone might overflow; g itself where both are 0
    h = np.hypot(x, y)
    h = h + (h == 0)
    return g / h / h


@primitive(
    np.arctan,
    x=lambda g, x: g / ((1 + 1j * x) * (1 - 1j * x)) if x.dtype.kind == "c" else _over_squared_norm(g, x, 1.0),
    text="arctan({x})",
    elementwise=True,
    samples=unary(),
)
def arctan(x):
    """Elementwise inverse tangent, in [-π/2, π/2]; derivative 1/(1 + x²).

    >>> import autograd
    >>> autograd.arctan(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.4636])
    """


@primitive(
    np.arctan2,
    y=lambda g, x, y: _over_squared_norm(g * x, x, y),
    x=lambda g, x, y: _over_squared_norm(-g * y, x, y),
    text="arctan2({y}, {x})",
    elementwise=True,
    samples=pair(gap=0.3),
)
def arctan2(y, x):
    """Elementwise angle of the point (x, y), in [-π, π]; shapes broadcast.

    The derivatives are x/(x² + y²) by y and -y/(x² + y²) by x, both taken as 0 at the origin.

    >>> import autograd
    >>> autograd.arctan2(autograd.tensor([1.0, -1.0]), autograd.tensor([-1.0, 1.0])).round(4)
    tensor([ 2.3562, -0.7854])
    """


@primitive(np.deg2rad, x=lambda g: g * DEGREE, text="rad({x}°)", elementwise=True, linear="x", samples=unary())
def deg2rad(x):
    """Elementwise degrees to radians.

    >>> import autograd
    >>> autograd.deg2rad(autograd.tensor([90.0, 180.0])).round(4)
    tensor([1.5708, 3.1416])
    """


@primitive(np.rad2deg, x=lambda g: g / DEGREE, text="deg({x})", elementwise=True, linear="x", samples=unary())
def rad2deg(x):
    """Elementwise radians to degrees.

    >>> import autograd
    >>> autograd.rad2deg(autograd.tensor([0.0, 3.1415927]))
    tensor([  0., 180.])
    """


# --- hyperbolic -------------------------------------------------------------------------------------------------------


@primitive(np.sinh, x=lambda g, x: g * np.cosh(x), text="sinh({x})", elementwise=True, samples=unary())
def sinh(x):
    """Elementwise hyperbolic sine.

    >>> import autograd
    >>> autograd.sinh(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.5211])
    """


@primitive(np.cosh, x=lambda g, x: g * np.sinh(x), text="cosh({x})", elementwise=True, samples=unary())
def cosh(x):
    """Elementwise hyperbolic cosine.

    >>> import autograd
    >>> autograd.cosh(autograd.tensor([0.0, 0.5])).round(4)
    tensor([1.    , 1.1276])
    """


@primitive(np.tanh, x=lambda g, out: g - g * (out * out), text="tanh({x})", elementwise=True, samples=unary())
def tanh(x):
    """Elementwise hyperbolic tangent; derivative 1 - tanh²x.

    >>> import autograd
    >>> autograd.tanh(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.4621])
    """


@primitive(
    np.arcsinh,
    x=lambda g, x: g / (np.sqrt(1 + x * x) if x.dtype.kind == "c" else np.hypot(x, 1.0)),
    text="arcsinh({x})",
    elementwise=True,
    samples=unary(),
)
def arcsinh(x):
    """Elementwise inverse hyperbolic sine; derivative 1/√(1 + x²).

    >>> import autograd
    >>> autograd.arcsinh(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.4812])
    """


@primitive(
    np.arccosh,
    x=lambda g, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1)),
    text="arccosh({x})",
    elementwise=True,
    samples=unary(1.3, 3.0),
)
def arccosh(x):
    """Elementwise inverse hyperbolic cosine of x >= 1; the derivative 1/√(x² - 1) is infinite at 1.

    >>> import autograd
    >>> autograd.arccosh(autograd.tensor([1.0, 2.0])).round(4)
    tensor([0.   , 1.317])
    """


@primitive(
    np.arctanh,
    x=lambda g, x: g / ((1 - x) * (1 + x)),
    text="arctanh({x})",
    elementwise=True,
    samples=unary(-0.8, 0.8),
)
def arctanh(x):
    """Elementwise inverse hyperbolic tangent of x in [-1, 1]; the derivative 1/(1 - x²) is infinite at ±1.

    >>> import autograd
    >>> autograd.arctanh(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.5493])
    """


implements(np.radians)(deg2rad)
implements(np.degrees)(rad2deg)
acos, acosh, asin, asinh, atan, atan2, atanh = arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh
