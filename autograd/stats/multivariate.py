"""Distributions of several variables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import special
from autograd.linalg import slogdet, solve
from autograd.ops.joining import concatenate
from autograd.ops.special_operands import constant, known, reals
from autograd.stats.univariate import Distribution

__all__ = ["dirichlet", "multinomial", "multivariate_normal"]

LN_2PI = math.log(2 * math.pi)


class Dirichlet(Distribution):
    """Dirichlet distribution: dirichlet(alpha), density Π xᵢ^(αᵢ-1) / B(α) on the simplex Σ xᵢ = 1, xᵢ >= 0.

    `alpha` is a vector (K,) of positive numbers; x is (K,), or (K, ...) for several points, as in SciPy, and may leave
    out the last component. The derivative by x is that of the formula, with the components taken as free.

    >>> from autograd import grad, stats
    >>> import numpy as np
    >>> grad(stats.dirichlet.logpdf, 1)(np.array([0.25, 0.75]), np.array([2.0, 2.0])).round(4)
    array([-0.553 ,  0.5457])
    """

    shapes = ("alpha",)

    def logpdf(self, x: Any, alpha: Any) -> Any:
        """ln of the density at x; raises ValueError for x off the simplex or alpha that is no positive vector."""
        x, alpha = reals(x, self._checked(alpha))
        if x.shape[0] == alpha.shape[0] - 1:
            x = concatenate([x, 1 - x.sum(0)[None]], 0)
        if x.shape[0] != alpha.shape[0]:
            raise ValueError(
                f"dirichlet: x must have as many components along its first axis as alpha has, or one less; got shapes "
                f"{x.shape} and {alpha.shape}"
            )
        alpha = alpha.reshape(alpha.shape + (1,) * (x.ndim - 1))
        self._check_points(known(x), known(alpha))
        constant_part = special.gammaln(alpha.sum()) - special.gammaln(alpha).sum()
        return special.xlogy(alpha - 1, x).sum(0) + constant_part

    def pdf(self, x: Any, alpha: Any) -> Any:
        """The density at x."""
        return np.exp(self.logpdf(x, alpha))

    def entropy(self, alpha: Any) -> Any:
        """The differential entropy."""
        (alpha,) = reals(self._checked(alpha))
        total = alpha.sum()
        log_beta = special.gammaln(alpha).sum() - special.gammaln(total)
        spread = (total - alpha.shape[0]) * special.digamma(total)
        return log_beta + spread - ((alpha - 1) * special.digamma(alpha)).sum()

    def _checked(self, alpha: Any) -> Any:
        value = known(alpha)
        if value is not None and (value.ndim != 1 or not np.all(value > 0)):
            raise ValueError(f"dirichlet: alpha must be a vector of positive numbers, got {value}")
        return alpha

    def _check_points(self, x: np.ndarray | None, alpha: np.ndarray | None) -> None:
        if x is None:
            return
        if np.any(x < 0) or np.any(abs(x.sum(0) - 1) > (1e-9 if x.dtype == np.float64 else 1e-5)):
            raise ValueError(f"dirichlet: x must lie on the simplex, x >= 0 and Σx = 1; got {x}")
        if alpha is not None and np.any((x == 0) & (alpha < 1)):
            raise ValueError(
                "dirichlet: each x must be above 0 where its alpha is below 1; the density is infinite there"
            )


class Multinomial(Distribution):
    """Multinomial distribution: multinomial(n, p), probability n!·Π pᵢ^xᵢ/xᵢ! of counts x with Σ xᵢ = n.

    x is (..., K), p is (..., K), n a number or (...). The derivative by p is that of the formula, with the components
    taken as free; one with respect to x or n is refused. Probabilities that do not sum to 1 give NaN.

    >>> from autograd import grad, stats
    >>> import numpy as np
    >>> grad(stats.multinomial.logpmf, 2)(np.array([1, 2]), 3, np.array([0.5, 0.5]))
    array([2., 4.])
    """

    shapes = ("n", "p")

    def logpmf(self, x: Any, n: Any, p: Any) -> Any:
        """ln of the probability of the counts x; -∞ where they do not sum to n."""
        x, n = constant(x, "multinomial.logpmf", "x"), constant(n, "multinomial.logpmf", "n")
        x, n, p = reals(x, n, p)
        tolerance = 1e-9 if p.dtype == np.float64 else 1e-5
        valid = np.all(p >= 0, -1) & (abs(p.sum(-1) - 1) < tolerance) & (n >= 0) & (n == np.floor(n))
        possible = (x.sum(-1) == n) & np.all((x >= 0) & (x == np.floor(x)), -1)
        counts = np.where(possible[..., None], x, 0)
        ways = special.gammaln(np.where(n >= 0, n, 0) + 1) - special.gammaln(counts + 1).sum(-1)
        value = np.where(possible, ways + special.xlogy(counts, p).sum(-1), -np.inf)
        return np.where(valid, value, np.nan)

    def pmf(self, x: Any, n: Any, p: Any) -> Any:
        """The probability of the counts x."""
        return np.exp(self.logpmf(x, n, p))


class MultivariateNormal(Distribution):
    """Multivariate normal distribution: multivariate_normal(mean=None, cov=1, allow_singular=False).

    ln density -½ (x - μ)ᵀ Σ⁻¹ (x - μ) - ½ ln det(2πΣ). x is (..., d), `mean` (d,) or (..., d), and `cov` a number
    (times the identity), a vector (d,) (the diagonal), a matrix (d, d) or, beyond SciPy, a stack (..., d, d). The
    derivative by a matrix `cov` is that of the formula with all d² elements taken as free; it is symmetric.

    A matrix that is not positive semidefinite raises ValueError, a singular one LinAlgError unless `allow_singular`:
    then the distribution lives on the range of Σ (its support), the density being 0 elsewhere, and derivatives are
    those within the matrices of that range. Inside `vmap` matrices are not checked; NaN where the determinant is not
    positive.

    >>> from autograd import grad, stats
    >>> import numpy as np
    >>> grad(stats.multivariate_normal.logpdf, 2)(np.array([1.0, 0.0]), np.zeros(2), np.eye(2))
    array([[ 0. , -0. ],
           [-0. , -0.5]])
    """

    shapes = ("mean", "cov", "allow_singular")

    def logpdf(self, x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: bool = False) -> Any:
        """ln of the density at x."""
        d, mean, cov = self._parameters(mean, cov)
        x, mean, cov = reals(x, mean, cov)
        scalar = x.ndim == 0
        x = x.reshape((1, 1) if scalar else (*x.shape, 1) if x.ndim == 1 and d == 1 else x.shape)
        if x.shape[-1] != d:
            raise ValueError(
                f"multivariate_normal: x must be (..., {d}) with mean and cov of dimension {d}, got {x.shape}"
            )
        away = x - mean
        basis, outside = self._basis(known(cov), allow_singular, known(away))
        if basis is not None:
            away, cov = away @ basis, basis.mT @ cov @ basis
        form = (away * solve(cov, away[..., None])[..., 0]).sum(-1)
        value = -0.5 * (form + self._log_determinant(cov) + cov.shape[-1] * LN_2PI)
        if outside is not None:
            value = np.where(outside, -np.inf, value)
        return value[0] if scalar else value

    def pdf(self, x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: bool = False) -> Any:
        """The density at x."""
        return np.exp(self.logpdf(x, mean, cov, allow_singular))

    def entropy(self, mean: Any = None, cov: Any = 1.0) -> Any:
        """The differential entropy ½ ln det(2πeΣ); of a singular Σ, that on its range."""
        _, mean, cov = self._parameters(mean, cov)
        (cov,) = reals(cov)
        basis, _ = self._basis(known(cov), True, None)
        if basis is not None:
            cov = basis.mT @ cov @ basis
        return 0.5 * (self._log_determinant(cov) + cov.shape[-1] * (1 + LN_2PI))

    def _parameters(self, mean: Any, cov: Any) -> tuple[int, Any, Any]:
        """The dimension, the mean, and the covariance as matrices."""
        shape, of_mean = np.shape(cov), None if mean is None else np.shape(mean)
        d = shape[-1] if shape else of_mean[-1] if of_mean else 1
        if of_mean == () and d == 1:
            (mean,) = reals(mean)
            mean = mean.reshape(1)
        if mean is not None and np.shape(mean)[-1:] != (d,):
            raise ValueError(f"multivariate_normal: mean {of_mean} and cov {shape} differ in dimension")
        if len(shape) > 1 and shape[-2] != d:
            raise ValueError(f"multivariate_normal: cov must be square, got shape {shape}")
        if len(shape) < 2:
            (cov,) = reals(cov)
            cov = cov[..., None] * np.eye(d, dtype=cov.dtype)
        return d, np.zeros(d, np.float32) if mean is None else mean, cov

    def _log_determinant(self, cov: Any) -> Any:
        sign, log = slogdet(cov)
        return np.where(sign > 0, log, np.nan)

    def _basis(self, cov: np.ndarray | None, allow_singular: bool, away: np.ndarray | None) -> tuple[Any, Any]:
        """For a singular covariance a basis of its range, and which points lie off that; else None and None."""
        if cov is None:
            return None, None
        values, vectors = np.linalg.eigh(cov)
        largest = np.max(np.abs(values), -1, keepdims=True, initial=0)
        cutoff = (1e6 if cov.dtype == np.float64 else 1e3) * np.finfo(cov.dtype).eps * largest
        if np.any(values < -cutoff) or not np.allclose(cov, cov.mT, rtol=1e-5, atol=float(np.max(cutoff, initial=0))):
            raise ValueError("multivariate_normal: cov must be symmetric positive semidefinite")
        kept = values > cutoff
        if np.all(kept):
            return None, None
        if not allow_singular:
            raise np.linalg.LinAlgError(
                "multivariate_normal: cov is singular; pass allow_singular=True if the distribution is meant to live "
                "on a subspace"
            )
        if cov.ndim > 2:
            raise NotImplementedError("multivariate_normal: a stack of singular covariances; pass them one by one")
        basis = np.ascontiguousarray(vectors[:, kept])
        if away is None:
            return basis, None
        residual = np.linalg.norm(away @ vectors[:, ~kept], axis=-1)
        return basis, residual > 1e3 * np.finfo(cov.dtype).eps * (1 + np.linalg.norm(away, axis=-1))


dirichlet = Dirichlet("dirichlet")
multinomial = Multinomial("multinomial")
multivariate_normal = MultivariateNormal("multivariate_normal")
