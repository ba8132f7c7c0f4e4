"""The gamma and beta functions, their logarithms and derivatives, binomial coefficients and the zeta function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sp

from autograd.kernels import gamma as kernels
from autograd.ops.shape import reshape
from autograd.ops.special_operands import constant, known, reals
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import unary

__all__ = [
    "beta",
    "betaln",
    "binom",
    "comb",
    "digamma",
    "factorial",
    "gamma",
    "gammaln",
    "gammasgn",
    "loggamma",
    "multigammaln",
    "perm",
    "poch",
    "polygamma",
    "psi",
    "rgamma",
    "zeta",
    "zetac",
]


def _shapes(s):
    return tuple(s.array(shape, 0.5, 4) for shape in s.broadcastable(2)), {}


def _polygamma_sample(s):
    shapes = s.broadcastable(2)
    return (s.integers(shapes[0], 0, 3), s.array(shapes[1], 0.6, 4)), {}


@primitive(
    n=None,
    x=lambda g, n, x: g * polygamma_(n + 1, x),
    text="ψ⁽{n}⁾({x})",
    elementwise=True,
    samples=_polygamma_sample,
)
def polygamma_(n, x):
    """The n-th derivative of digamma."""
    return kernels.polygamma(n, x)


def polygamma(n: Any, x: Any) -> Any:
    """Elementwise n-th derivative of digamma at x, ψ⁽ⁿ⁾(x) = dⁿ⁺¹/dxⁿ⁺¹ ln Γ(x); n = 0, 1, 2, … is constant.

    Raises ValueError for other orders, NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.polygamma(1, tensor([1.0, 2.0])).round(4)
    tensor([1.6449, 0.6449])
    """
    return polygamma_(constant(n, "polygamma", "n"), x)


@primitive(
    sp.psi,
    x=lambda g, x: g * polygamma_(1, x),
    text="ψ({x})",
    elementwise=True,
    samples=unary(0.6, 4),
)
def digamma(x):
    """Elementwise ψ(x) = Γ'(x)/Γ(x), also called psi.

    >>> from autograd import special, tensor
    >>> special.digamma(tensor([1.0, 2.0])).round(4)
    tensor([-0.5772,  0.4228])
    """


psi = digamma


@primitive(sp.gammaln, x=lambda g, x: g * digamma(x), text="ln|Γ({x})|", elementwise=True, samples=unary(0.6, 4))
def gammaln(x):
    """Elementwise ln |Γ(x)|, for real x.

    >>> from autograd import special, tensor
    >>> special.gammaln(tensor([1.0, 5.0])).round(4)
    tensor([0.    , 3.1781])
    """


@primitive(sp.loggamma, x=lambda g, x: g * digamma(x), text="ln Γ({x})", elementwise=True, samples=unary(0.6, 4))
def loggamma(x):
    """Elementwise ln Γ(x), analytic off the negative axis; NaN for real x < 0. Takes complex x.

    >>> from autograd import special, tensor
    >>> special.loggamma(tensor([1.0, 5.0])).round(4)
    tensor([0.    , 3.1781])
    """


@primitive(sp.gamma, x=lambda g, x, out: g * (out * digamma(x)), text="Γ({x})", elementwise=True, samples=unary(0.6, 4))
def gamma(x):
    """Elementwise Γ(x).

    >>> from autograd import special, tensor
    >>> special.gamma(tensor([0.5, 5.0])).round(4)
    tensor([ 1.7725, 24.    ])
    """


@primitive(sp.gammasgn, x=None, text="sign Γ({x})", elementwise=True, samples=unary(0.6, 4))
def gammasgn(x):
    """Elementwise sign of Γ(x); carries no gradient.

    >>> from autograd import special, tensor
    >>> special.gammasgn(tensor([-0.5, 5.0]))
    tensor([-1.,  1.])
    """


def _rgamma_rule(g, x, out):
    # where x < ½, from 1/Γ(x) = Γ(1 - x) sin(πx)/π, which is smooth at the poles of Γ
    low = x < 0.5
    y = 1 - np.where(low, x, 0)
    reflected = gamma(y) * (np.cos(np.pi * x) - np.sin(np.pi * x) * (1 / np.pi) * digamma(y))
    return g * np.where(low, reflected, -out * digamma(np.where(low, 1, x)))


@primitive(sp.rgamma, x=_rgamma_rule, text="1/Γ({x})", elementwise=True, samples=unary(-2.5, 4))
def rgamma(x):
    """Elementwise 1/Γ(x), which has no poles; right to any order also at its zeros 0, -1, -2, ….

    >>> from autograd import special, tensor
    >>> special.rgamma(tensor([0.0, 3.0]))
    tensor([0. , 0.5])
    """


@primitive(
    sp.poch,
    z=lambda g, z, m, out: g * (out * (digamma(z + m) - digamma(z))),
    m=lambda g, z, m, out: g * (out * digamma(z + m)),
    text="poch({z}, {m})",
    elementwise=True,
    samples=_shapes,
)
def poch(z, m):
    """Elementwise rising factorial Γ(z + m)/Γ(z). Its derivatives are NaN where Γ has a pole.

    >>> from autograd import special, tensor
    >>> special.poch(tensor([1.0, 2.0]), 3.0)
    tensor([ 6., 24.])
    """


@implements(sp.beta)
@primitive(
    a=lambda g, a, b, out: g * (out * (digamma(a) - digamma(a + b))),
    b=lambda g, a, b, out: g * (out * (digamma(b) - digamma(a + b))),
    text="B({a}, {b})",
    elementwise=True,
    samples=_shapes,
)
def beta(a, b):
    """Elementwise B(a, b) = Γ(a)·Γ(b)/Γ(a + b).

    >>> from autograd import special, tensor
    >>> special.beta(tensor([1.0, 2.0]), 3.0).round(4)
    tensor([0.3333, 0.0833])
    """
    return sp.beta(*reals(a, b))


@implements(sp.betaln)
@primitive(
    a=lambda g, a, b: g * (digamma(a) - digamma(a + b)),
    b=lambda g, a, b: g * (digamma(b) - digamma(a + b)),
    text="ln|B({a}, {b})|",
    elementwise=True,
    samples=_shapes,
)
def betaln(a, b):
    """Elementwise ln |B(a, b)|.

    >>> from autograd import special, tensor
    >>> special.betaln(tensor([1.0, 2.0]), 3.0).round(4)
    tensor([-1.0986, -2.4849])
    """
    return sp.betaln(*reals(a, b))


@primitive(
    sp.binom,
    n=lambda g, n, k, out: g * (out * (digamma(n + 1) - digamma(n - k + 1))),
    k=lambda g, n, k, out: g * (out * (digamma(n - k + 1) - digamma(k + 1))),
    text="binom({n}, {k})",
    elementwise=True,
    samples=lambda s: (tuple(s.array(z, *b) for z, b in zip(s.broadcastable(2), ((3, 5), (0.3, 2)), strict=True)), {}),
)
def binom(n, k):
    """Elementwise binomial coefficient of real n and k. Its derivatives are NaN where k or n - k is -1, -2, ….

    >>> from autograd import special, tensor
    >>> special.binom(tensor([4.0, 5.0]), 2.0)
    tensor([ 6., 10.])
    """


def comb(N: Any, k: Any, *, repetition: bool = False) -> Any:
    """Elementwise number of ways to choose k of N things, `repetition` allowing for several of the same; 0 for k > N.

    SciPy's `exact=True` has no derivative.

    >>> from autograd import special, tensor
    >>> special.comb(tensor([4.0, 5.0]), 2.0)
    tensor([ 6., 10.])
    """
    if repetition:
        return comb(N + k - 1, k)
    N, k = reals(N, k)
    inside = (k <= N) & (N >= 0) & (k >= 0)
    return np.where(inside, binom(np.where(inside, N, 1), np.where(inside, k, 1)), 0)


def perm(N: Any, k: Any) -> Any:
    """Elementwise number of ordered choices of k of N things, Γ(N + 1)/Γ(N - k + 1); 0 for k > N.

    SciPy's `exact=True` has no derivative.

    >>> from autograd import special, tensor
    >>> special.perm(tensor([4.0, 5.0]), 2.0)
    tensor([12., 20.])
    """
    N, k = reals(N, k)
    inside = (k <= N) & (N >= 0) & (k >= 0)
    N, k = np.where(inside, N, 1), np.where(inside, k, 1)
    return np.where(inside, poch(N - k + 1, k), 0)


def factorial(n: Any) -> Any:
    """Elementwise Γ(n + 1) for n >= 0, else 0. SciPy's `exact=True` has no derivative.

    >>> from autograd import special, tensor
    >>> special.factorial(tensor([0.0, 4.0]))
    tensor([ 1., 24.])
    """
    (n,) = reals(n)
    return np.where(n >= 0, gamma(np.where(n >= 0, n, 0) + 1), 0)


def multigammaln(a: Any, d: int) -> Any:
    """Elementwise logarithm of the multivariate gamma function: d(d - 1)/4 · ln π + Σⱼ ln Γ(a - j/2), j = 0, …, d - 1.

    Raises ValueError unless d is a positive integer and all a > (d - 1)/2.

    >>> from autograd import special, tensor
    >>> special.multigammaln(tensor([2.0, 3.0]), 2).round(4)
    tensor([0.4516, 1.5502])
    """
    (a,) = reals(a)
    if d != int(d) or d < 1:
        raise ValueError(f"multigammaln: d must be a positive integer, the dimension; got {d!r}")
    value = known(a)
    if value is not None and np.any(value <= 0.5 * (d - 1)):
        raise ValueError(f"multigammaln: a must be above (d - 1)/2 = {0.5 * (d - 1)}, got {np.min(value)}")
    shifts = np.arange(int(d)).astype(a.dtype) * -0.5
    return gammaln(reshape(a, (*a.shape, 1)) + shifts).sum(-1) + d * (d - 1) / 4 * math.log(math.pi)


# --- zeta -------------------------------------------------------------------------------------------------------------


@primitive(
    s=lambda g, s, q, n: g * zeta_derivative(s, q, n + 1),
    q=lambda g, s, q, n: g * (-s * zeta_derivative(s + 1, q, n) - (n * zeta_derivative(s + 1, q, n - 1) if n else 0)),
    text="∂{n} ζ({s}, {q})",
    elementwise=True,
    samples=lambda s: (
        tuple(s.array(z, 1.5, 4) for z in s.broadcastable(2)),
        {"n": s.integer(0, 2)},
    ),
    real_only=True,
)
def zeta_derivative(s, q, n):
    """The n-th derivative by s of Hurwitz's zeta function Σₖ (k + q)⁻ˢ, for s > 1 and q > 0."""
    dtype = kernels.floating(s, q)
    with np.errstate(all="ignore"):
        if n == 0:
            return sp.zeta(s, q).astype(dtype)[()]
        s, q = np.broadcast_arrays(s, q)
        inside = (q > 0) & (s > -2)
        found = kernels.zeta_derivative(np.where(inside, s, 2), np.where(inside, q, 1), n)
        return np.where(inside, found, np.nan).astype(dtype)[()]


def _riemann_rule(g, x):
    # for x < 0 from ζ(x) = 2 (2π)^(x-1) sin(πx/2) Γ(1 - x) ζ(1 - x)
    low = x < 0
    y = 1 - np.where(low, x, -1)
    sine, cosine = np.sin((np.pi / 2) * x), np.cos((np.pi / 2) * x)
    one = np.ones_like(y)
    value, slope = zeta_derivative(y, one, 0), zeta_derivative(y, one, 1)
    bracket = (np.pi / 2) * cosine * value + sine * (math.log(2 * math.pi) * value - digamma(y) * value - slope)
    reflected = 2 * np.exp(-math.log(2 * math.pi) * y) * gamma(y) * bracket
    return g * np.where(low, reflected, zeta_derivative(np.where(low, 2, x), one, 1))


@primitive(sp.zetac, x=_riemann_rule, text="ζ({x}) - 1", elementwise=True, samples=unary(1.5, 4))
def zetac(x):
    """Elementwise ζ(x) - 1, with Riemann's zeta function.

    >>> from autograd import special, tensor
    >>> special.zetac(tensor([2.0, 10.0])).round(4)
    tensor([0.6449, 0.001 ])
    """


@primitive(x=_riemann_rule, text="ζ({x})", elementwise=True, samples=unary(-3.5, 4, 0.3, (1.0,)), real_only=True)
def riemann_zeta(x):
    """Riemann's zeta function."""
    return sp.zeta(x).astype(kernels.floating(x))[()]


def zeta(x: Any, q: Any = None) -> Any:
    """Elementwise Hurwitz zeta function Σₖ (k + q)⁻ˣ, k = 0, 1, …, for x > 1; Riemann's, for any x, if q is left out.

    Both arguments have derivatives, of any order; NaN by x where q < 0.

    >>> from autograd import special, tensor
    >>> special.zeta(tensor([2.0, 4.0])).round(4)
    tensor([1.6449, 1.0823])
    """
    return riemann_zeta(x) if q is None else zeta_derivative(x, q, 0)
