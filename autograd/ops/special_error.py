"""The error function family and the normal distribution, accurate in their tails; cousins of the exponential."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sp

from autograd.kernels import error_integrals as kernels
from autograd.ops.arithmetic import cbrt
from autograd.ops.elementwise import exp2, expm1, log1p
from autograd.ops.special import SQRT_HALF, TWO_BY_SQRT_PI, erf, gaussian, normal_pdf
from autograd.ops.special_operands import reals
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import pair, unary

__all__ = [
    "boxcox",
    "boxcox1p",
    "cosdg",
    "cosm1",
    "cotdg",
    "dawsn",
    "erfcinv",
    "erfcx",
    "erfi",
    "erfinv",
    "exp10",
    "exprel",
    "inv_boxcox",
    "inv_boxcox1p",
    "log_ndtr",
    "ndtr",
    "ndtri",
    "ndtri_exp",
    "owens_t",
    "sindg",
    "tandg",
]

HALF_SQRT_PI = 1 / TWO_BY_SQRT_PI
SQRT_2PI = math.sqrt(2 * math.pi)
LN10 = math.log(10)
DEGREE = math.pi / 180

for _theirs, _ours in (
    (sp.exp2, exp2),
    (sp.expm1, expm1),
    (sp.log1p, log1p),
    (sp.cbrt, cbrt),
):
    implements(_theirs)(_ours)


def _order_sample(low, high):
    return lambda s: ((s.array(s.shape(), low, high),), {"n": s.integer(0, 2)})


@primitive(
    x=lambda g, x, n: g * (-2 * (n + 1) * repeated_erfc(x, n + 1)),
    text="exp({x}²) · i^{n} erfc({x})",
    elementwise=True,
    samples=_order_sample(-1.5, 3),
)
def repeated_erfc(x, n):
    """exp(x²) times the n-th repeated integral of erfc."""
    return kernels.repeated_erfc(x, n)


@implements(sp.erfcx)
def erfcx(x: Any) -> Any:
    """Elementwise exp(x²)·erfc(x); every derivative keeps its relative accuracy for large x, where all become tiny.

    >>> from autograd import special, tensor
    >>> special.erfcx(tensor([0.0, 1.0])).round(4)
    tensor([1.    , 0.4276])
    """
    return repeated_erfc(x, 0)


@primitive(
    sp.erfinv,
    x=lambda g, out: g * (HALF_SQRT_PI * np.exp(np.square(out))),
    text="erf⁻¹({x})",
    elementwise=True,
    samples=unary(-0.9, 0.9),
)
def erfinv(x):
    """Elementwise inverse of erf; ±∞ at ±1, NaN beyond.

    >>> from autograd import special, tensor
    >>> special.erfinv(tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.4769])
    """


@primitive(
    sp.erfcinv,
    x=lambda g, out: g * (-HALF_SQRT_PI * np.exp(np.square(out))),
    text="erfc⁻¹({x})",
    elementwise=True,
    samples=unary(0.1, 1.9),
)
def erfcinv(x):
    """Elementwise inverse of erfc, on [0, 2].

    >>> from autograd import special, tensor
    >>> special.erfcinv(tensor([1.0, 0.5])).round(4)
    tensor([-0.    ,  0.4769])
    """


@primitive(
    sp.erfi,
    x=lambda g, x: g * (TWO_BY_SQRT_PI * np.exp(np.square(x))),
    text="erfi({x})",
    elementwise=True,
    samples=unary(),
)
def erfi(x):
    """Elementwise imaginary error function 2/√π · ∫₀ˣ exp(t²) dt.

    >>> from autograd import special, tensor
    >>> special.erfi(tensor([0.0, 0.5])).round(4)
    tensor([0.   , 0.615])
    """


@primitive(
    x=lambda g, x, n: g * dawsn_derivative(x, n + 1),
    text="dawsn⁽{n}⁾({x})",
    elementwise=True,
    samples=_order_sample(-3, 3),
)
def dawsn_derivative(x, n):
    """The n-th derivative of Dawson's integral."""
    return kernels.dawsn_derivative(x, n)


@implements(sp.dawsn)
def dawsn(x: Any) -> Any:
    """Elementwise Dawson's integral exp(-x²)·∫₀ˣ exp(t²) dt; every derivative keeps its accuracy for large x.

    >>> from autograd import special, tensor
    >>> special.dawsn(tensor([0.0, 1.0])).round(4)
    tensor([0.    , 0.5381])
    """
    return dawsn_derivative(x, 0)


# --- the normal distribution ------------------------------------------------------------------------------------------


@primitive(
    sp.ndtr, x=lambda g, x: g * normal_pdf(x), text="Φ({x})", elementwise=True, samples=unary(-3, 3), real_only=True
)
def ndtr(x):
    """Elementwise distribution function of the standard normal distribution, Φ(x).

    >>> from autograd import special, tensor
    >>> special.ndtr(tensor([0.0, 1.0])).round(4)
    tensor([0.5   , 0.8413])
    """


def _log_ndtr_rule(g, x):
    # φ(x)/Φ(x); for negative x by erfcx, where neither factor underflows
    low = x < 0
    tail = TWO_BY_SQRT_PI * SQRT_HALF / erfcx(-SQRT_HALF * np.where(low, x, 0))
    x = np.where(low, 0, x)
    return g * np.where(low, tail, normal_pdf(x) / ndtr(x))


@primitive(sp.log_ndtr, x=_log_ndtr_rule, text="ln Φ({x})", elementwise=True, samples=unary(-4, 3), real_only=True)
def log_ndtr(x):
    """Elementwise ln Φ(x), which neither underflows nor loses accuracy in its tails; nor do its derivatives.

    >>> from autograd import special, tensor
    >>> special.log_ndtr(tensor([0.0, -40.0])).round(4)
    tensor([-6.931000e-01, -8.046084e+02])
    """


@primitive(
    sp.ndtri,
    y=lambda g, out: g * (SQRT_2PI * np.exp(0.5 * np.square(out))),
    text="Φ⁻¹({y})",
    elementwise=True,
    samples=unary(0.1, 0.9),
)
def ndtri(y):
    """Elementwise inverse of Φ; ∓∞ at 0 and 1, NaN outside [0, 1].

    >>> from autograd import special, tensor
    >>> special.ndtri(tensor([0.5, 0.975])).round(4)
    tensor([0.  , 1.96])
    """


@primitive(
    sp.ndtri_exp,
    y=lambda g, out: g / _log_ndtr_rule(1, out),
    text="Φ⁻¹(exp({y}))",
    elementwise=True,
    samples=unary(-4, -0.2),
)
def ndtri_exp(y):
    """Elementwise inverse of log_ndtr, for y <= 0.

    >>> from autograd import special, tensor
    >>> special.ndtri_exp(tensor([-800.0, -1.0])).round(4)
    tensor([-39.8847,  -0.3375])
    """


@primitive(
    sp.owens_t,
    h=lambda g, h, a: g * (-0.5 * normal_pdf(h) * erf(SQRT_HALF * a * h)),
    a=lambda g, h, a: g * (gaussian(SQRT_HALF * h * np.hypot(a, 1.0)) / (2 * np.pi * (1 + np.square(a)))),
    text="T({h}, {a})",
    elementwise=True,
    samples=pair(),
)
def owens_t(h, a):
    """Elementwise Owen's T: the probability of X > h and 0 < Y < a·X for independent standard normal X and Y.

    >>> from autograd import special, tensor
    >>> special.owens_t(tensor([0.0, 1.0]), 1.0).round(4)
    tensor([0.125 , 0.0667])
    """


# --- exponentials -----------------------------------------------------------------------------------------------------


@primitive(sp.exp10, x=lambda g, out: g * (LN10 * out), text="10 ^ {x}", elementwise=True, samples=unary(-1, 1))
def exp10(x):
    """Elementwise 10ˣ.

    >>> from autograd import special, tensor
    >>> special.exp10(tensor([2.0, -1.0]))
    tensor([100. ,   0.1])
    """


@primitive(
    x=lambda g, x, n: g * exprel_derivative(x, n + 1),
    text="exprel⁽{n}⁾({x})",
    elementwise=True,
    samples=_order_sample(-3, 3),
)
def exprel_derivative(x, n):
    """The n-th derivative of (eˣ - 1)/x."""
    return kernels.exprel_derivative(x, n)


@implements(sp.exprel)
def exprel(x: Any) -> Any:
    """Elementwise (eˣ - 1)/x, and 1 at 0; right to any order also there.

    >>> from autograd import special, tensor
    >>> special.exprel(tensor([0.0, 1.0])).round(4)
    tensor([1.    , 1.7183])
    """
    return exprel_derivative(x, 0)


@implements(sp.boxcox)
def boxcox(x: Any, lmbda: Any) -> Any:
    """Elementwise (x^λ - 1)/λ, and ln x at λ = 0, smoothly (Box and Cox 1964).

    >>> from autograd import special, tensor
    >>> special.boxcox(tensor([2.0, 3.0]), tensor([0.0, 2.0])).round(4)
    tensor([0.6931, 4.    ])
    """
    x, lmbda = reals(x, lmbda)
    log = np.log(x)
    return log * exprel(lmbda * log)


@implements(sp.boxcox1p)
def boxcox1p(x: Any, lmbda: Any) -> Any:
    """Elementwise ((1 + x)^λ - 1)/λ, accurate for small x, and ln(1 + x) at λ = 0.

    >>> from autograd import special, tensor
    >>> special.boxcox1p(tensor([1.0, 2.0]), tensor([0.0, 2.0])).round(4)
    tensor([0.6931, 4.    ])
    """
    x, lmbda = reals(x, lmbda)
    log = np.log1p(x)
    return log * exprel(lmbda * log)


def _log_inv_boxcox(y, lmbda):
    # ln(1 + λy)/λ, and y at λ = 0, where a series in λy stands for ln(1 + z)/z
    z = lmbda * y
    small = np.abs(z) < 1e-3
    near, far = np.where(small, z, 0), np.where(small, 1, z)
    series = 1 - near * (1 / 2 - near * (1 / 3 - near * (1 / 4 - near * (1 / 5 - near * (1 / 6 - near / 7)))))
    return y * np.where(small, series, np.log1p(far) / far)


@implements(sp.inv_boxcox)
def inv_boxcox(y: Any, lmbda: Any) -> Any:
    """Elementwise inverse of boxcox: (1 + λy)^(1/λ), and eʸ at λ = 0.

    >>> from autograd import special, tensor
    >>> special.inv_boxcox(tensor([0.5, 4.0]), tensor([0.0, 2.0])).round(4)
    tensor([1.6487, 3.    ])
    """
    return np.exp(_log_inv_boxcox(*reals(y, lmbda)))


@implements(sp.inv_boxcox1p)
def inv_boxcox1p(y: Any, lmbda: Any) -> Any:
    """Elementwise inverse of boxcox1p: (1 + λy)^(1/λ) - 1, and eʸ - 1 at λ = 0.

    >>> from autograd import special, tensor
    >>> special.inv_boxcox1p(tensor([0.5, 4.0]), tensor([0.0, 2.0])).round(4)
    tensor([0.6487, 2.    ])
    """
    return np.expm1(_log_inv_boxcox(*reals(y, lmbda)))


# --- trigonometric functions ------------------------------------------------------------------------------------------


@primitive(sp.cosm1, x=lambda g, x: -g * np.sin(x), text="cos({x}) - 1", elementwise=True, samples=unary())
def cosm1(x):
    """Elementwise cos(x) - 1, accurate for small x.

    >>> from autograd import special, tensor
    >>> special.cosm1(tensor([0.0, 1.0])).round(4)
    tensor([ 0.    , -0.4597])
    """


@primitive(sp.sindg, x=lambda g, x: g * DEGREE * cosdg(x), text="sin({x}°)", elementwise=True, samples=unary(-90, 90))
def sindg(x):
    """Elementwise sine of an angle in degrees.

    >>> from autograd import special, tensor
    >>> special.sindg(tensor([30.0, 180.0])).round(4)
    tensor([ 0.5, -0. ])
    """


@primitive(sp.cosdg, x=lambda g, x: -g * DEGREE * sindg(x), text="cos({x}°)", elementwise=True, samples=unary(-90, 90))
def cosdg(x):
    """Elementwise cosine of an angle in degrees.

    >>> from autograd import special, tensor
    >>> special.cosdg(tensor([60.0, 90.0])).round(4)
    tensor([ 0.5, -0. ])
    """


@primitive(
    sp.tandg,
    x=lambda g, out: g * (DEGREE * (1 + out * out)),
    text="tan({x}°)",
    elementwise=True,
    samples=unary(-60, 60),
)
def tandg(x):
    """Elementwise tangent of an angle in degrees.

    >>> from autograd import special, tensor
    >>> special.tandg(tensor([45.0, 180.0])).round(4)
    tensor([1., 0.])
    """


@primitive(
    sp.cotdg,
    x=lambda g, out: g * (-DEGREE * (1 + out * out)),
    text="cot({x}°)",
    elementwise=True,
    samples=unary(30, 150),
)
def cotdg(x):
    """Elementwise cotangent of an angle in degrees.

    >>> from autograd import special, tensor
    >>> special.cotdg(tensor([45.0, 90.0])).round(4)
    tensor([1., 0.])
    """
