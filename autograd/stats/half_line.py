"""Continuous distributions on a half line, by their standard forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import special
from autograd.ops import erf, erfc
from autograd.stats.univariate import Continuous, log1mexp

__all__ = [
    "chi2",
    "expon",
    "f",
    "gamma",
    "halfnorm",
    "invgamma",
    "lognorm",
    "pareto",
    "rayleigh",
    "weibull_min",
]

LN2, LN_2PI, SQRT_HALF = math.log(2), math.log(2 * math.pi), math.sqrt(0.5)


class Gamma(Continuous):
    """Gamma distribution: gamma(a, loc=0, scale=1), density z^(a-1)·exp(-z)/Γ(a) for z >= 0.

    >>> from autograd import grad, stats
    >>> grad(stats.gamma.cdf, (0, 1))(1.0, 2.0)
    (0.36787944117144233, -0.2761960457028348)
    """

    shapes = ("a",)
    low = 0.0

    def _logpdf(self, z: Any, a: Any) -> Any:
        return special.xlogy(a - 1, z) - z - special.gammaln(a)

    def _cdf(self, z: Any, a: Any) -> Any:
        return special.gammainc(a, z)

    def _sf(self, z: Any, a: Any) -> Any:
        return special.gammaincc(a, z)

    def _ppf(self, q: Any, a: Any) -> Any:
        return special.gammaincinv(a, q)

    def _isf(self, q: Any, a: Any) -> Any:
        return special.gammainccinv(a, q)


class ChiSquare(Continuous):
    """Chi-square distribution: chi2(df, loc=0, scale=1), the gamma distribution of shape df/2 and twice the scale.

    >>> from autograd import grad, stats
    >>> grad(stats.chi2.logpdf, (0, 1))(1.0, 3.0)
    (0.0, -0.3648185772692609)
    """

    shapes = ("df",)
    low = 0.0

    def _logpdf(self, z: Any, df: Any) -> Any:
        return special.xlogy(0.5 * df - 1, z) - 0.5 * z - special.gammaln(0.5 * df) - 0.5 * LN2 * df

    def _cdf(self, z: Any, df: Any) -> Any:
        return special.chdtr(df, z)

    def _sf(self, z: Any, df: Any) -> Any:
        return special.chdtrc(df, z)

    def _ppf(self, q: Any, df: Any) -> Any:
        return 2 * special.gammaincinv(0.5 * df, q)

    def _isf(self, q: Any, df: Any) -> Any:
        return special.chdtri(df, q)


class InverseGamma(Continuous):
    """Inverse gamma distribution: invgamma(a, loc=0, scale=1), density z^(-a-1)·exp(-1/z)/Γ(a) for z > 0.

    >>> from autograd import grad, stats
    >>> grad(stats.invgamma.logpdf, (0, 1))(1.0, 3.0)
    (-3.0, -0.9227843350984671)
    """

    shapes = ("a",)
    low, open_low = 0.0, True

    def _logpdf(self, z: Any, a: Any) -> Any:
        return -(a + 1) * np.log(z) - special.gammaln(a) - 1 / z

    def _cdf(self, z: Any, a: Any) -> Any:
        return special.gammaincc(a, 1 / z)

    def _sf(self, z: Any, a: Any) -> Any:
        return special.gammainc(a, 1 / z)

    def _ppf(self, q: Any, a: Any) -> Any:
        return 1 / special.gammainccinv(a, q)

    def _isf(self, q: Any, a: Any) -> Any:
        return 1 / special.gammaincinv(a, q)


class FisherF(Continuous):
    """F distribution: f(dfn, dfd, loc=0, scale=1), of the ratio of two mean squares.

    >>> from autograd import grad, stats
    >>> grad(stats.f.logpdf, (0, 1, 2))(1.0, 2.0, 3.0)
    (-1.0, 0.18204078683631048, 0.07792052145033806)
    """

    shapes = ("dfn", "dfd")
    low = 0.0

    def _logpdf(self, z: Any, dfn: Any, dfd: Any) -> Any:
        n, m = 0.5 * dfn, 0.5 * dfd
        ratio = dfn / dfd
        return n * np.log(ratio) + special.xlogy(n - 1, z) - (n + m) * np.log1p(ratio * z) - special.betaln(n, m)

    def _cdf(self, z: Any, dfn: Any, dfd: Any) -> Any:
        return special.fdtr(dfn, dfd, z)

    def _sf(self, z: Any, dfn: Any, dfd: Any) -> Any:
        return special.fdtrc(dfn, dfd, z)

    def _ppf(self, q: Any, dfn: Any, dfd: Any) -> Any:
        return special.fdtri(dfn, dfd, q)


class Expon(Continuous):
    """Exponential distribution: expon(loc=0, scale=1), density exp(-z) for z >= 0.

    >>> from autograd import grad, stats
    >>> grad(stats.expon.logsf, (0, 1, 2))(1.0, 0.0, 2.0)
    (-0.5, 0.5, 0.25)
    """

    low = 0.0

    def _logpdf(self, z: Any) -> Any:
        return -z

    def _cdf(self, z: Any) -> Any:
        return -np.expm1(-z)

    def _sf(self, z: Any) -> Any:
        return np.exp(-z)

    def _logcdf(self, z: Any) -> Any:
        return log1mexp(z)

    def _logsf(self, z: Any) -> Any:
        return -z

    def _ppf(self, q: Any) -> Any:
        return -np.log1p(-q)

    def _isf(self, q: Any) -> Any:
        return -np.log(q)


class LogNorm(Continuous):
    """Log-normal distribution: lognorm(s, loc=0, scale=1); ln z is normal with standard deviation s.

    >>> from autograd import grad, stats
    >>> grad(stats.lognorm.logpdf, (0, 1))(2.0, 0.5)
    (-1.8862943611198906, 1.843624111345611)
    """

    shapes = ("s",)
    low, open_low = 0.0, True

    def _logpdf(self, z: Any, s: Any) -> Any:
        log = np.log(z)
        return -0.5 * np.square(log / s) - np.log(s) - log - 0.5 * LN_2PI

    def _cdf(self, z: Any, s: Any) -> Any:
        return special.ndtr(np.log(z) / s)

    def _sf(self, z: Any, s: Any) -> Any:
        return special.ndtr(-np.log(z) / s)

    def _logcdf(self, z: Any, s: Any) -> Any:
        return special.log_ndtr(np.log(z) / s)

    def _logsf(self, z: Any, s: Any) -> Any:
        return special.log_ndtr(-np.log(z) / s)

    def _ppf(self, q: Any, s: Any) -> Any:
        return np.exp(s * special.ndtri(q))

    def _isf(self, q: Any, s: Any) -> Any:
        return np.exp(-s * special.ndtri(q))


class HalfNorm(Continuous):
    """Half-normal distribution: halfnorm(loc=0, scale=1), of the absolute value of a standard normal variable.

    >>> from autograd import grad, stats
    >>> grad(stats.halfnorm.sf, (0, 1, 2))(1.0, 0.0, 2.0)
    (-0.35206532676429947, 0.35206532676429947, 0.17603266338214973)
    """

    low = 0.0

    def _logpdf(self, z: Any) -> Any:
        return -0.5 * z * z + 0.5 * math.log(2 / math.pi)

    def _cdf(self, z: Any) -> Any:
        return erf(SQRT_HALF * z)

    def _sf(self, z: Any) -> Any:
        return erfc(SQRT_HALF * z)

    def _logsf(self, z: Any) -> Any:
        return special.log_ndtr(-z) + LN2

    def _ppf(self, q: Any) -> Any:
        return special.ndtri(0.5 + 0.5 * q)

    def _isf(self, q: Any) -> Any:
        return -special.ndtri(0.5 * q)


class Weibull(Continuous):
    """Weibull distribution: weibull_min(c, loc=0, scale=1), density c·z^(c-1)·exp(-zᶜ) for z >= 0.

    >>> from autograd import grad, stats
    >>> grad(stats.weibull_min.logsf, (0, 1))(2.0, 1.5)
    (-2.121320343559643, -1.9605162869370945)
    """

    shapes = ("c",)
    low = 0.0

    def _logpdf(self, z: Any, c: Any) -> Any:
        return np.log(c) + special.xlogy(c - 1, z) - z**c

    def _cdf(self, z: Any, c: Any) -> Any:
        return -np.expm1(-(z**c))

    def _sf(self, z: Any, c: Any) -> Any:
        return np.exp(-(z**c))

    def _logcdf(self, z: Any, c: Any) -> Any:
        return log1mexp(z**c)

    def _logsf(self, z: Any, c: Any) -> Any:
        return -(z**c)

    def _ppf(self, q: Any, c: Any) -> Any:
        return (-np.log1p(-q)) ** (1 / c)

    def _isf(self, q: Any, c: Any) -> Any:
        return (-np.log(q)) ** (1 / c)


class Rayleigh(Continuous):
    """Rayleigh distribution: rayleigh(loc=0, scale=1), density z·exp(-z²/2) for z >= 0.

    >>> from autograd import grad, stats
    >>> grad(stats.rayleigh.logpdf, (0, 1, 2))(1.0, 0.0, 2.0)
    (0.75, -0.75, -0.875)
    """

    low = 0.0

    def _logpdf(self, z: Any) -> Any:
        return np.log(z) - 0.5 * z * z

    def _cdf(self, z: Any) -> Any:
        return -np.expm1(-0.5 * z * z)

    def _sf(self, z: Any) -> Any:
        return np.exp(-0.5 * z * z)

    def _logcdf(self, z: Any) -> Any:
        return log1mexp(0.5 * z * z)

    def _logsf(self, z: Any) -> Any:
        return -0.5 * z * z

    def _ppf(self, q: Any) -> Any:
        return np.sqrt(-2 * np.log1p(-q))

    def _isf(self, q: Any) -> Any:
        return np.sqrt(-2 * np.log(q))


class Pareto(Continuous):
    """Pareto distribution: pareto(b, loc=0, scale=1), density b/z^(b+1) for z >= 1.

    >>> from autograd import grad, stats
    >>> grad(stats.pareto.logpdf, (0, 1))(2.0, 1.5)
    (-1.25, -0.026480513893278657)
    """

    shapes = ("b",)
    low, inside = 1.0, 2.0

    def _logpdf(self, z: Any, b: Any) -> Any:
        return np.log(b) - (b + 1) * np.log(z)

    def _cdf(self, z: Any, b: Any) -> Any:
        return -np.expm1(-b * np.log(z))

    def _sf(self, z: Any, b: Any) -> Any:
        return np.exp(-b * np.log(z))

    def _logcdf(self, z: Any, b: Any) -> Any:
        return log1mexp(b * np.log(z))

    def _logsf(self, z: Any, b: Any) -> Any:
        return -b * np.log(z)

    def _ppf(self, q: Any, b: Any) -> Any:
        return np.exp(-np.log1p(-q) / b)

    def _isf(self, q: Any, b: Any) -> Any:
        return np.exp(-np.log(q) / b)


chi2 = ChiSquare("chi2")
expon = Expon("expon")
f = FisherF("f")
gamma = Gamma("gamma")
halfnorm = HalfNorm("halfnorm")
invgamma = InverseGamma("invgamma")
lognorm = LogNorm("lognorm")
pareto = Pareto("pareto")
rayleigh = Rayleigh("rayleigh")
weibull_min = Weibull("weibull_min")
