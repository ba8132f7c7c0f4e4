"""Special functions: the error function family and sinc."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.kernels import special as kernels
from autograd.kernels.choice import native
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import unary

__all__ = ["erf", "erfc", "sinc"]

TWO_BY_SQRT_PI = 2 / math.sqrt(math.pi)
SQRT_HALF = math.sqrt(0.5)


@primitive(
    x=lambda g, x, out: g * out * (-2 * x),
    text="exp(-{x}²)",
    elementwise=True,
    samples=unary(),
    real_only=True,
)
@native("activations:gaussian")
def gaussian(x):
    """Elementwise exp(-x²), without overflow on the way."""
    x = np.minimum(np.abs(x), 30)  # exp(-30²) is 0
    return np.exp(-1.0 * (x * x))


@primitive(
    x=lambda g, x: g * (TWO_BY_SQRT_PI * gaussian(x)),
    text="erf({x})",
    elementwise=True,
    samples=unary(-3, 3),
)
def erf(x):
    """Elementwise error function 2/√π · ∫₀ˣ exp(-t²) dt, accurate to a few units in the last place.

    >>> import autograd
    >>> autograd.erf(autograd.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.8427008,  0.       ,  0.8427008])
    """
    return kernels.erf(x)


@primitive(
    x=lambda g, x: g * (-TWO_BY_SQRT_PI * gaussian(x)),
    text="erfc({x})",
    elementwise=True,
    samples=unary(-3, 3),
)
def erfc(x):
    """Elementwise 1 - erf(x), which keeps its relative accuracy for large x, where it becomes tiny.

    >>> import autograd
    >>> autograd.erfc(autograd.tensor([0.0, 1.0])).round(4)
    tensor([1.    , 0.1573])
    """
    return kernels.erfc(x)


def normal_pdf(x):
    """Elementwise density of the standard normal distribution, φ(x)."""
    return gaussian(SQRT_HALF * x) * (0.5 * SQRT_HALF * TWO_BY_SQRT_PI)


def normal_cdf(x):
    """Elementwise distribution function of the standard normal distribution, Φ(x)."""
    return 0.5 * erfc(-SQRT_HALF * x)


@primitive(
    x=lambda g, x, order: g * sinc_derivative(x, order + 1),
    text="sinc⁽{order}⁾({x})",
    elementwise=True,
    samples=lambda s: ((s.array(s.shape()),), {"order": s.integer(0, 2)}),
)
def sinc_derivative(x, order):
    """Elementwise derivative of sinc of that order."""
    return kernels.sinc_derivative(x, order)


@implements(np.sinc)
def sinc(x: Any) -> Any:
    """Elementwise sin(πx) / (πx), and 1 at 0; right to any order of derivative also there.

    >>> import autograd
    >>> autograd.sinc(autograd.tensor([0.0, 0.5])).round(4)
    tensor([1.    , 0.6366])
    """
    return sinc_derivative(x, 0)
