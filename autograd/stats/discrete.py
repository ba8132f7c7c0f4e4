"""Distributions on integers."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import special
from autograd.ops.special_operands import constant
from autograd.stats.univariate import Discrete

__all__ = ["bernoulli", "binom", "geom", "nbinom", "poisson"]


def _probability(p: Any) -> Any:
    return (p >= 0) & (p <= 1)


class Poisson(Discrete):
    """Poisson distribution: poisson(mu, loc=0), probability exp(-mu)·muᵏ/k! of k = 0, 1, ….

    >>> from autograd import grad, stats
    >>> grad(stats.poisson.logpmf, 1)(2, 0.5)
    3.0
    """

    shapes = ("mu",)

    def _valid(self, mu: Any) -> Any:
        return mu >= 0

    def _logpmf(self, k: Any, mu: Any) -> Any:
        return special.xlogy(k, mu) - special.gammaln(k + 1) - mu

    def _cdf(self, k: Any, mu: Any) -> Any:
        return special.pdtr(k, mu)

    def _sf(self, k: Any, mu: Any) -> Any:
        return special.pdtrc(k, mu)


class Bernoulli(Discrete):
    """Bernoulli distribution: bernoulli(p, loc=0), probability p of 1 and 1 - p of 0.

    >>> from autograd import grad, stats
    >>> grad(stats.bernoulli.logpmf, 1)(1, 0.5)
    2.0
    """

    shapes = ("p",)

    def _valid(self, p: Any) -> Any:
        return _probability(p)

    def _high(self, p: Any) -> Any:
        return 1

    def _logpmf(self, k: Any, p: Any) -> Any:
        return special.xlogy(k, p) + special.xlog1py(1 - k, -p)

    def _cdf(self, k: Any, p: Any) -> Any:
        return 1 - p + 0 * k

    def _sf(self, k: Any, p: Any) -> Any:
        return p + 0 * k


class Binom(Discrete):
    """Binomial distribution: binom(n, p, loc=0), of the number of successes in n trials of probability p.

    A derivative with respect to n is refused.

    >>> from autograd import grad, stats
    >>> grad(stats.binom.logpmf, 2)(1, 4, 0.5)
    -4.0
    """

    shapes = ("n", "p")

    def _valid(self, n: Any, p: Any) -> Any:
        return _probability(p) & (n >= 0) & (n == np.floor(n))

    def _high(self, n: Any, p: Any) -> Any:
        return n

    def _logpmf(self, k: Any, n: Any, p: Any) -> Any:
        n = constant(n, "binom.logpmf", "n")
        ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        return ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)

    def _cdf(self, k: Any, n: Any, p: Any) -> Any:
        return special.bdtr(k, n, p)

    def _sf(self, k: Any, n: Any, p: Any) -> Any:
        return special.bdtrc(k, n, p)


class Geom(Discrete):
    """Geometric distribution: geom(p, loc=0), probability (1 - p)^(k-1)·p of k = 1, 2, … trials to the first success.

    >>> from autograd import grad, stats
    >>> grad(stats.geom.logpmf, 1)(2, 0.25)
    2.666666666666667
    """

    shapes = ("p",)
    low = 1

    def _valid(self, p: Any) -> Any:
        return (p > 0) & (p <= 1)

    def _logpmf(self, k: Any, p: Any) -> Any:
        return special.xlog1py(k - 1, -p) + np.log(p)

    def _cdf(self, k: Any, p: Any) -> Any:
        return -np.expm1(special.xlog1py(k, -p))

    def _sf(self, k: Any, p: Any) -> Any:
        return np.exp(special.xlog1py(k, -p))


class NegativeBinom(Discrete):
    """Negative binomial distribution: nbinom(n, p, loc=0), of the failures before n successes of probability p.

    n may be any positive number, and has derivatives.

    >>> from autograd import grad, stats
    >>> grad(stats.nbinom.logpmf, (1, 2))(2, 3.0, 0.5)
    (-0.10981384722661214, 2.0)
    """

    shapes = ("n", "p")

    def _valid(self, n: Any, p: Any) -> Any:
        return (n > 0) & (p > 0) & (p <= 1)

    def _logpmf(self, k: Any, n: Any, p: Any) -> Any:
        ways = special.gammaln(k + n) - special.gammaln(k + 1) - special.gammaln(n)
        return ways + n * np.log(p) + special.xlog1py(k, -p)

    def _cdf(self, k: Any, n: Any, p: Any) -> Any:
        return special.nbdtr(k, n, p)

    def _sf(self, k: Any, n: Any, p: Any) -> Any:
        return special.nbdtrc(k, n, p)


bernoulli = Bernoulli("bernoulli")
binom = Binom("binom")
geom = Geom("geom")
nbinom = NegativeBinom("nbinom")
poisson = Poisson("poisson")
