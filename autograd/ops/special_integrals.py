"""Exponential and trigonometric integrals, elliptic integrals, hypergeometric functions, Lambert's W."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sp

from autograd.kernels import elliptic
from autograd.ops.special import sinc
from autograd.ops.special_error import exprel
from autograd.ops.special_operands import constant, reals
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import unary

__all__ = [
    "ellipe",
    "ellipeinc",
    "ellipk",
    "ellipkinc",
    "ellipkm1",
    "exp1",
    "expi",
    "expn",
    "fresnel",
    "hyp0f1",
    "hyp1f1",
    "hyp2f1",
    "shichi",
    "sici",
    "spence",
    "wrightomega",
]

# --- exponential integrals --------------------------------------------------------------------------------------------


@primitive(sp.exp1, x=lambda g, x: -g * np.exp(-x) / x, text="E1({x})", elementwise=True, samples=unary(0.4, 4))
def exp1(x):
    """Elementwise exponential integral ∫₁^∞ exp(-xt)/t dt.

    >>> from autograd import special, tensor
    >>> special.exp1(tensor([0.5, 1.0])).round(4)
    tensor([0.5598, 0.2194])
    """


@primitive(sp.expi, x=lambda g, x: g * np.exp(x) / x, text="Ei({x})", elementwise=True, samples=unary(-4, 4, 0.4))
def expi(x):
    """Elementwise exponential integral Ei(x), the principal value of ∫ eᵗ/t dt from -∞ to x.

    >>> from autograd import special, tensor
    >>> special.expi(tensor([0.5, 1.0])).round(4)
    tensor([0.4542, 1.8951])
    """


def _expn_sample(s):
    shapes = s.broadcastable(2)
    return (s.integers(shapes[0], 0, 3), s.array(shapes[1], 0.4, 4)), {}


@primitive(n=None, x=lambda g, n, x: -g * expn_(n - 1, x), text="E{n}({x})", elementwise=True, samples=_expn_sample)
def expn_(n, x):
    """Exponential integral of integer order n, also negative."""
    x = np.asarray(x)
    dtype, n = np.result_type(x, np.float16 if x.dtype.kind == "f" else np.float64), np.asarray(n)
    out = sp.expn(np.maximum(n, 0), x)
    lower = np.exp(-x) / x
    for m in range(0, int(np.min(n, initial=0)), -1):  # E₍ₘ₋₁₎ = (e⁻ˣ + (1 - m)·Eₘ)/x
        lower = (np.exp(-x) + (1 - m) * lower) / x
        out = np.where(n == m - 1, lower, out)
    return out.astype(dtype)[()]


@implements(sp.expn)
def expn(n: Any, x: Any) -> Any:
    """Elementwise exponential integral Eₙ(x) = ∫₁^∞ exp(-xt)/tⁿ dt, for integer n.

    Raises NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.expn(2, tensor([0.5, 1.0])).round(4)
    tensor([0.3266, 0.1485])
    """
    return expn_(constant(n, "expn", "its order n"), x)


def _inverse(x):
    # 1/x, and 0 at 0, where the second results are -∞: so that the derivatives of the first come through
    zero = x == 0
    return np.where(zero, 0, 1 / np.where(zero, 1, x))


# --- integrals of trigonometric functions -----------------------------------------------------------------------------


@primitive(
    sp.sici,
    x=lambda g, x: g[0] * sinc((1 / math.pi) * x) + g[1] * (np.cos(x) * _inverse(x)),
    text="sici({x})",
    outputs=2,
    samples=unary(0.4, 4),
)
def sici(x):
    """Elementwise sine and cosine integrals: (∫₀ˣ sin(t)/t dt, γ + ln x + ∫₀ˣ (cos(t) - 1)/t dt).

    At 0, where the second is -∞, its derivative is taken as 0.

    >>> from autograd import special, tensor
    >>> [t.round(4) for t in special.sici(tensor([0.5, 1.0]))]
    [tensor([0.4931, 0.9461]), tensor([-0.1778,  0.3374])]
    """


@primitive(
    sp.shichi,
    x=lambda g, x: g[0] * (0.5 * (exprel(x) + exprel(-x))) + g[1] * (np.cosh(x) * _inverse(x)),
    text="shichi({x})",
    outputs=2,
    samples=unary(0.4, 3),
)
def shichi(x):
    """Elementwise hyperbolic sine and cosine integrals: (∫₀ˣ sinh(t)/t dt, γ + ln x + ∫₀ˣ (cosh(t) - 1)/t dt).

    At 0, where the second is -∞, its derivative is taken as 0.

    >>> from autograd import special, tensor
    >>> [t.round(4) for t in special.shichi(tensor([0.5, 1.0]))]
    [tensor([0.507 , 1.0573]), tensor([-0.0528,  0.8379])]
    """


@primitive(
    sp.fresnel,
    z=lambda g, z: g[0] * np.sin((math.pi / 2) * np.square(z)) + g[1] * np.cos((math.pi / 2) * np.square(z)),
    text="fresnel({z})",
    outputs=2,
    samples=unary(),
)
def fresnel(z):
    """Elementwise Fresnel integrals (S, C): ∫₀ᶻ sin(πt²/2) dt and ∫₀ᶻ cos(πt²/2) dt.

    >>> from autograd import special, tensor
    >>> [t.round(4) for t in special.fresnel(tensor([0.5, 1.0]))]
    [tensor([0.0647, 0.4383]), tensor([0.4923, 0.7799])]
    """


# --- hypergeometric functions -----------------------------------------------------------------------------------------


def _parameters(count, low, high):
    def sample(s):
        shapes = s.broadcastable(count + 1)
        return (*(s.array(shape, 0.5, 2.5) for shape in shapes[:-1]), s.array(shapes[-1], low, high)), {}

    return sample


@primitive(
    sp.hyp0f1,
    v=None,
    z=lambda g, v, z: g * (hyp0f1_(v + 1, z) / v),
    text="₀F₁({v}, {z})",
    elementwise=True,
    samples=_parameters(1, -2, 2),
)
def hyp0f1_(v, z):
    """Confluent hypergeometric limit function."""


@primitive(
    sp.hyp1f1,
    a=None,
    b=None,
    x=lambda g, a, b, x: g * (hyp1f1_(a + 1, b + 1, x) * (a / b)),
    text="₁F₁({a}, {b}, {x})",
    elementwise=True,
    samples=_parameters(2, -2, 2),
)
def hyp1f1_(a, b, x):
    """Confluent hypergeometric function of the first kind."""


@primitive(
    a=None,
    b=None,
    c=None,
    z=lambda g, a, b, c, z: g * (hyp2f1_(a + 1, b + 1, c + 1, z) * (a * b / c)),
    text="₂F₁({a}, {b}, {c}, {z})",
    elementwise=True,
    samples=_parameters(3, -0.6, 0.6),
)
def hyp2f1_(a, b, c, z):
    """Gauss's hypergeometric function."""
    return sp.hyp2f1(*reals(a, b, c, z))


@implements(sp.hyp0f1)
def hyp0f1(v: Any, z: Any) -> Any:
    """Elementwise confluent hypergeometric limit function ₀F₁(v, z).

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.hyp0f1(2.0, tensor([0.5, 1.0])).round(4)
    tensor([1.2717, 1.5906])
    """
    return hyp0f1_(constant(v, "hyp0f1", "v"), z)


@implements(sp.hyp1f1)
def hyp1f1(a: Any, b: Any, x: Any) -> Any:
    """Elementwise confluent hypergeometric function ₁F₁(a, b, x), Kummer's M.

    Raises NotImplementedError if a or b requires grad.

    >>> from autograd import special, tensor
    >>> special.hyp1f1(1.0, 2.0, tensor([0.5, 1.0])).round(4)
    tensor([1.2974, 1.7183])
    """
    return hyp1f1_(constant(a, "hyp1f1", "a"), constant(b, "hyp1f1", "b"), x)


@implements(sp.hyp2f1)
def hyp2f1(a: Any, b: Any, c: Any, z: Any) -> Any:
    """Elementwise Gauss's hypergeometric function ₂F₁(a, b, c, z).

    Raises NotImplementedError if a, b or c requires grad.

    >>> from autograd import special, tensor
    >>> special.hyp2f1(1.0, 2.0, 3.0, tensor([0.25, 0.5])).round(4)
    tensor([1.2058, 1.5452])
    """
    return hyp2f1_(constant(a, "hyp2f1", "a"), constant(b, "hyp2f1", "b"), constant(c, "hyp2f1", "c"), z)


# --- elliptic integrals -----------------------------------------------------------------------------------------------


@primitive(
    sp.ellipk,
    m=lambda g, m: g * (math.pi / 8 * hyp2f1_(0.5, 0.5, 2.0, m) / (1 - m)),
    text="K({m})",
    elementwise=True,
    samples=unary(-1, 0.8),
)
def ellipk(m):
    """Elementwise complete elliptic integral of the first kind ∫ (1 - m sin²θ)^(-1/2) dθ, from 0 to π/2.

    >>> from autograd import special, tensor
    >>> special.ellipk(tensor([0.0, 0.5])).round(4)
    tensor([1.5708, 1.8541])
    """


@primitive(
    sp.ellipkm1,
    p=lambda g, p: g * (-math.pi / 8 * hyp2f1_(0.5, 0.5, 2.0, 1 - p) / p),
    text="K(1 - {p})",
    elementwise=True,
    samples=unary(0.2, 1.5),
)
def ellipkm1(p):
    """Elementwise ellipk(1 - p), accurate for small p.

    >>> from autograd import special, tensor
    >>> special.ellipkm1(tensor([1e-9, 0.5])).round(4)
    tensor([11.7479,  1.8541])
    """


@primitive(
    sp.ellipe,
    m=lambda g, m: g * (-math.pi / 8 * hyp2f1_(0.5, 1.5, 2.0, m)),
    text="E({m})",
    elementwise=True,
    samples=unary(-1, 0.8),
)
def ellipe(m):
    """Elementwise complete elliptic integral of the second kind ∫ (1 - m sin²θ)^(1/2) dθ, from 0 to π/2.

    >>> from autograd import special, tensor
    >>> special.ellipe(tensor([0.0, 0.5])).round(4)
    tensor([1.5708, 1.3506])
    """


def _root(phi, m, k):
    return (1 - m * np.square(np.sin(phi))) ** (k / 2)


def _elliptic_sample(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0], -3, 3), s.array(shapes[1], -1, 0.7)), {}


@primitive(
    phi=lambda g, phi, m, j, k: g * (np.sin(phi) ** (2 * j) * _root(phi, m, k)),
    m=lambda g, phi, m, j, k: g * (-0.5 * k * elliptic_integral(phi, m, j + 1, k - 2)),
    text="∫ sin^2·{j} θ (1 - {m} sin² θ)^({k}/2), θ = 0…{phi}",
    elementwise=True,
    samples=lambda s: (_elliptic_sample(s)[0], {"j": s.integer(0, 1), "k": s.choice((-1, 1, -3))}),
    real_only=True,
)
def elliptic_integral(phi, m, j, k):
    """Elliptic integrals closed under derivatives."""
    return elliptic.elliptic_integral(phi, m, j, k)


@implements(sp.ellipkinc)
@primitive(
    phi=lambda g, phi, m: g * _root(phi, m, -1),
    m=lambda g, phi, m: g * (0.5 * elliptic_integral(phi, m, 1, -3)),
    text="F({phi}, {m})",
    elementwise=True,
    samples=_elliptic_sample,
)
def ellipkinc(phi, m):
    """Elementwise incomplete elliptic integral of the first kind ∫₀^phi (1 - m sin²θ)^(-1/2) dθ.

    >>> from autograd import special, tensor
    >>> special.ellipkinc(tensor([0.5, 1.0]), 0.5).round(4)
    tensor([0.5105, 1.0832])
    """
    return sp.ellipkinc(*reals(phi, m))


@implements(sp.ellipeinc)
@primitive(
    phi=lambda g, phi, m: g * _root(phi, m, 1),
    m=lambda g, phi, m: g * (-0.5 * elliptic_integral(phi, m, 1, -1)),
    text="E({phi}, {m})",
    elementwise=True,
    samples=_elliptic_sample,
)
def ellipeinc(phi, m):
    """Elementwise incomplete elliptic integral of the second kind ∫₀^phi (1 - m sin²θ)^(1/2) dθ.

    >>> from autograd import special, tensor
    >>> special.ellipeinc(tensor([0.5, 1.0]), 0.5).round(4)
    tensor([0.4899, 0.9273])
    """
    return sp.ellipeinc(*reals(phi, m))


# --- others -----------------------------------------------------------------------------------------------------------


@primitive(
    sp.wrightomega,
    z=lambda g, out: g * (out / (1 + out)),
    text="ω({z})",
    elementwise=True,
    samples=unary(-3, 3),
)
def wrightomega(z):
    """Elementwise Wright omega function, the solution ω of ω + ln ω = z; W(eᶻ) for real z.

    >>> from autograd import special, tensor
    >>> special.wrightomega(tensor([0.0, 1.0])).round(4)
    tensor([0.5671, 1.    ])
    """


@primitive(
    sp.spence,
    z=lambda g, z: -g / exprel(np.log(z)),
    text="spence({z})",
    elementwise=True,
    samples=unary(0.2, 2),
)
def spence(z):
    """Elementwise dilogarithm ∫₁ᶻ ln(t)/(1 - t) dt.

    >>> from autograd import special, tensor
    >>> special.spence(tensor([0.0, 2.0])).round(4)
    tensor([ 1.6449, -0.8225])
    """
