"""Continuous distributions on the real line or an interval, by their standard forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import special
from autograd.ops.activations import logsigmoid, sigmoid
from autograd.stats.univariate import Continuous, log1mexp

__all__ = [
    "beta",
    "cauchy",
    "gumbel_l",
    "gumbel_r",
    "laplace",
    "logistic",
    "norm",
    "t",
    "uniform",
]

LN2, LN_PI, LN_2PI = math.log(2), math.log(math.pi), math.log(2 * math.pi)


class Norm(Continuous):
    """Normal distribution: norm(loc=0, scale=1), ln density -z²/2 - ½ ln 2π with z = (x - loc)/scale.

    >>> from autograd import grad, stats
    >>> grad(stats.norm.logpdf, (0, 1, 2))(1.0, 0.0, 2.0)
    (-0.25, 0.25, -0.375)
    """

    def _logpdf(self, z: Any) -> Any:
        return -0.5 * z * z - 0.5 * LN_2PI

    def _cdf(self, z: Any) -> Any:
        return special.ndtr(z)

    def _sf(self, z: Any) -> Any:
        return special.ndtr(-z)

    def _logcdf(self, z: Any) -> Any:
        return special.log_ndtr(z)

    def _logsf(self, z: Any) -> Any:
        return special.log_ndtr(-z)

    def _ppf(self, q: Any) -> Any:
        return special.ndtri(q)

    def _isf(self, q: Any) -> Any:
        return -special.ndtri(q)


class StudentT(Continuous):
    """Student's t: t(df, loc=0, scale=1), density proportional to (1 + z²/df)^(-(df + 1)/2).

    >>> from autograd import grad, stats
    >>> grad(stats.t.cdf, (0, 1))(1.0, 3.0)
    (0.20674833578317203, 0.011110456704864616)
    """

    shapes = ("df",)

    def _logpdf(self, z: Any, df: Any) -> Any:
        tail = 0.5 * (df + 1) * np.log1p(np.square(z) / df)
        return -special.betaln(0.5, 0.5 * df) - 0.5 * np.log(df) - tail

    def _cdf(self, z: Any, df: Any) -> Any:
        return special.stdtr(df, z)

    def _sf(self, z: Any, df: Any) -> Any:
        return special.stdtr(df, -z)

    def _ppf(self, q: Any, df: Any) -> Any:
        return special.stdtrit(df, q)

    def _isf(self, q: Any, df: Any) -> Any:
        return -special.stdtrit(df, q)


class Laplace(Continuous):
    """Laplace distribution: laplace(loc=0, scale=1), density ½·exp(-|z|).

    >>> from autograd import grad, stats
    >>> grad(stats.laplace.logpdf, (0, 1, 2))(1.0, 0.0, 2.0)
    (-0.5, 0.5, -0.25)
    """

    def _logpdf(self, z: Any) -> Any:
        return -abs(z) - LN2

    def _cdf(self, z: Any) -> Any:
        half = 0.5 * np.exp(-abs(z))
        return np.where(z < 0, half, 1 - half)

    def _sf(self, z: Any) -> Any:
        return self._cdf(-z)

    def _logcdf(self, z: Any) -> Any:
        return np.where(z < 0, z - LN2, np.log1p(-0.5 * np.exp(-abs(z))))

    def _logsf(self, z: Any) -> Any:
        return self._logcdf(-z)

    def _ppf(self, q: Any) -> Any:
        low = q < 0.5
        return np.where(low, np.log(2 * np.where(low, q, 0.5)), -np.log(2 - 2 * np.where(low, 0.5, q)))


class Logistic(Continuous):
    """Logistic distribution: logistic(loc=0, scale=1), with the distribution function σ(z).

    >>> from autograd import grad, stats
    >>> grad(stats.logistic.logcdf, (0, 1, 2))(1.0, 0.0, 2.0)
    (0.18877033439907273, -0.18877033439907273, -0.09438516719953637)
    """

    def _logpdf(self, z: Any) -> Any:
        return logsigmoid(z) + logsigmoid(-z)

    def _cdf(self, z: Any) -> Any:
        return sigmoid(z)

    def _sf(self, z: Any) -> Any:
        return sigmoid(-z)

    def _logcdf(self, z: Any) -> Any:
        return logsigmoid(z)

    def _logsf(self, z: Any) -> Any:
        return logsigmoid(-z)

    def _ppf(self, q: Any) -> Any:
        return special.logit(q)

    def _isf(self, q: Any) -> Any:
        return -special.logit(q)


class Cauchy(Continuous):
    """Cauchy distribution: cauchy(loc=0, scale=1), density 1/(π(1 + z²)).

    >>> from autograd import grad, stats
    >>> grad(stats.cauchy.cdf, (0, 1, 2))(1.0, 0.0, 2.0)
    (0.12732395447351627, -0.12732395447351627, -0.06366197723675814)
    """

    def _logpdf(self, z: Any) -> Any:
        return -LN_PI - np.log1p(np.square(z))

    def _cdf(self, z: Any) -> Any:
        return np.arctan2(1, -z) * (1 / math.pi)

    def _sf(self, z: Any) -> Any:
        return np.arctan2(1, z) * (1 / math.pi)

    def _ppf(self, q: Any) -> Any:
        return np.tan(math.pi * (q - 0.5))


class GumbelRight(Continuous):
    """Gumbel distribution of maxima: gumbel_r(loc=0, scale=1), with the distribution function exp(-exp(-z)).

    >>> from autograd import grad, stats
    >>> grad(stats.gumbel_r.logcdf, (0, 1, 2))(1.0, 0.0, 2.0)
    (0.3032653298563167, -0.3032653298563167, -0.15163266492815836)
    """

    def _logpdf(self, z: Any) -> Any:
        return -z - np.exp(-z)

    def _cdf(self, z: Any) -> Any:
        return np.exp(-np.exp(-z))

    def _sf(self, z: Any) -> Any:
        return -np.expm1(-np.exp(-z))

    def _logcdf(self, z: Any) -> Any:
        return -np.exp(-z)

    def _logsf(self, z: Any) -> Any:
        return log1mexp(np.exp(-z))

    def _ppf(self, q: Any) -> Any:
        return -np.log(-np.log(q))

    def _isf(self, q: Any) -> Any:
        return -np.log(-np.log1p(-q))


class GumbelLeft(GumbelRight):
    """Gumbel distribution of minima: gumbel_l(loc=0, scale=1), of the negative of a variable with gumbel_r.

    >>> from autograd import grad, stats
    >>> grad(stats.gumbel_l.logsf, (0, 1, 2))(1.0, 0.0, 2.0)
    (-0.8243606353500641, 0.8243606353500641, 0.41218031767503205)
    """

    def _logpdf(self, z: Any) -> Any:
        return super()._logpdf(-z)

    def _cdf(self, z: Any) -> Any:
        return super()._sf(-z)

    def _sf(self, z: Any) -> Any:
        return super()._cdf(-z)

    def _logcdf(self, z: Any) -> Any:
        return super()._logsf(-z)

    def _logsf(self, z: Any) -> Any:
        return super()._logcdf(-z)

    def _ppf(self, q: Any) -> Any:
        return -super()._isf(q)

    def _isf(self, q: Any) -> Any:
        return -super()._ppf(q)


class Uniform(Continuous):
    """Uniform distribution: uniform(loc=0, scale=1), on [loc, loc + scale]. The density is 1/scale there.

    >>> from autograd import grad, stats
    >>> grad(stats.uniform.cdf, (0, 1, 2))(1.0, 0.0, 2.0)
    (0.5, -0.5, -0.25)
    """

    low, high = 0.0, 1.0

    def _logpdf(self, z: Any) -> Any:
        return 0 * z

    def _cdf(self, z: Any) -> Any:
        return z

    def _ppf(self, q: Any) -> Any:
        return q


class Beta(Continuous):
    """Beta distribution: beta(a, b, loc=0, scale=1), density z^(a-1)·(1 - z)^(b-1)/B(a, b) for 0 <= z <= 1.

    >>> from autograd import grad, stats
    >>> grad(stats.beta.cdf, (0, 1, 2))(0.5, 2.0, 3.0)
    (1.5000000000000007, -0.19528868663496235, 0.154108493924983)
    """

    shapes = ("a", "b")
    low, high = 0.0, 1.0

    def _logpdf(self, z: Any, a: Any, b: Any) -> Any:
        return special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b)

    def _cdf(self, z: Any, a: Any, b: Any) -> Any:
        return special.betainc(a, b, z)

    def _sf(self, z: Any, a: Any, b: Any) -> Any:
        return special.betaincc(a, b, z)

    def _ppf(self, q: Any, a: Any, b: Any) -> Any:
        return special.betaincinv(a, b, q)

    def _isf(self, q: Any, a: Any, b: Any) -> Any:
        return special.betainccinv(a, b, q)


beta = Beta("beta")
cauchy = Cauchy("cauchy")
gumbel_l = GumbelLeft("gumbel_l")
gumbel_r = GumbelRight("gumbel_r")
laplace = Laplace("laplace")
logistic = Logistic("logistic")
norm = Norm("norm")
t = StudentT("t")
uniform = Uniform("uniform")
