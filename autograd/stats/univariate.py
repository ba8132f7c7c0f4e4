"""What the distributions of one variable share: SciPy's signatures, the support, functions derived from others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.stats

from autograd.ops.special_operands import constant, reals

LN2 = math.log(2)


class Distribution:
    """A family of distributions with shape parameters, and what SciPy has under the same name."""

    shapes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Frozen:
        """The member of the family with these parameters; its methods take the variable alone."""
        return Frozen(self, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        # What has no derivative here (rvs, fit, moment, …) is SciPy's own, of plain numbers.
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(getattr(scipy.stats, self.name), name)

    def __repr__(self) -> str:
        return f"<distribution {self.name}>"

    def _bound(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The parameters by their position or name, as Tensors or arrays of floating numbers."""
        names = (*self.shapes, *self.more)
        call = f"{self.name}.{method}(x, {', '.join(names)})"
        if len(args) > len(names):
            raise TypeError(f"{call} takes {len(names)} parameters, got {len(args)}")
        values = dict(zip(names, args))
        for name, value in kwargs.items():
            if name not in names or name in values:
                raise TypeError(f"{call} got {'twice' if name in values else 'an unknown'} {name!r}")
            values[name] = value
        for name in self.shapes:
            if name not in values:
                raise TypeError(f"{call} wants the shape {name!r}")
        return [values.get(name, 1.0 if name == "scale" else 0.0) for name in names]

    def _valid(self, *shapes: Any) -> Any:
        """Where the shape parameters are permitted."""
        valid: Any = True
        for shape in shapes:
            valid = valid & (shape > 0)
        return valid


class Frozen:
    """A distribution with its parameters; `scipy.stats` calls it frozen.

    >>> from autograd import stats
    >>> stats.norm(1.0, 2.0).cdf(1.0)
    array(0.5)
    """

    def __init__(self, distribution: Distribution, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.distribution, self.args, self.kwds = distribution, args, kwargs

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"a frozen distribution has no attribute {name!r}")
        if hasattr(type(self.distribution), name):
            method = getattr(self.distribution, name)
            return lambda *x: method(*x, *self.args, **self.kwds)
        return getattr(getattr(scipy.stats, self.distribution.name)(*self.args, **self.kwds), name)


class Continuous(Distribution):
    """A continuous distribution: declared by its standard form, shifted by `loc` and stretched by `scale`.

    Every method broadcasts its arguments and is differentiable in all of them. Outside the support the density is 0,
    its logarithm -∞ and every derivative 0; parameters that are not permitted give NaN.
    """

    more = ("loc", "scale")
    low, high = -np.inf, np.inf
    open_low = False
    """Whether `low` itself does not belong to the support."""
    inside = 0.5
    """A point of the support: what stands for points outside while their values are computed, and thrown away."""

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        raise NotImplementedError

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        raise NotImplementedError

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return 1 - self._cdf(z, *shapes)

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return log_share(self._cdf(z, *shapes), self._sf(z, *shapes))

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return log_share(self._sf(z, *shapes), self._cdf(z, *shapes))

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        raise NotImplementedError(f"{self.name}.ppf has no derivative here; use scipy.stats.{self.name}.ppf")

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return self._ppf(1 - q, *shapes)

    def logpdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """ln of the density at x."""
        return self._at("logpdf", self._logpdf, -np.inf, -np.inf, x, args, kwargs, density=True)

    def pdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The density at x."""
        return np.exp(self._at("pdf", self._logpdf, -np.inf, -np.inf, x, args, kwargs, density=True))

    def cdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of at most x."""
        return self._at("cdf", self._cdf, 0, 1, x, args, kwargs)

    def sf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of more than x, accurate where it is small."""
        return self._at("sf", self._sf, 1, 0, x, args, kwargs)

    def logcdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """ln of the probability of at most x."""
        return self._at("logcdf", self._logcdf, -np.inf, 0, x, args, kwargs)

    def logsf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """ln of the probability of more than x."""
        return self._at("logsf", self._logsf, 0, -np.inf, x, args, kwargs)

    def ppf(self, q: Any, *args: Any, **kwargs: Any) -> Any:
        """x with cdf(x) = q: samples of the distribution from uniform ones, differentiable in the parameters."""
        return self._quantile("ppf", self._ppf, q, args, kwargs)

    def isf(self, q: Any, *args: Any, **kwargs: Any) -> Any:
        """x with sf(x) = q."""
        return self._quantile("isf", self._isf, q, args, kwargs)

    def _operands(self, method: str, x: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        x, *shapes, loc, scale = reals(x, *self._bound(method, args, kwargs))
        valid = self._valid(*shapes) & (scale > 0)
        return x, [np.where(valid, s, 1) for s in shapes], loc, np.where(valid, scale, 1), valid

    def _at(
        self,
        method: str,
        function: Callable[..., Any],
        below: float,
        above: float,
        x: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        density: bool = False,
    ) -> Any:
        x, shapes, loc, scale, valid = self._operands(method, x, args, kwargs)
        z = (x - loc) / scale
        under, over = (z <= self.low if self.open_low else z < self.low), z > self.high
        with np.errstate(divide="ignore"):
            value = function(np.where(under | over, self.inside, z), *shapes)
            if density:
                value = value - np.log(scale)
        value = np.where(under, below, np.where(over, above, value))
        return np.where(valid, value, np.nan)

    def _quantile(self, method: str, function: Callable[..., Any], q: Any, args: Any, kwargs: Any) -> Any:
        q, shapes, loc, scale, valid = self._operands(method, q, args, kwargs)
        with np.errstate(divide="ignore"):
            return np.where(valid & (q >= 0) & (q <= 1), function(q, *shapes) * scale + loc, np.nan)


class Discrete(Distribution):
    """A distribution on integers, shifted by `loc`.

    Every method broadcasts its arguments and is differentiable in the shape parameters; a derivative with respect to
    the variable or `loc` is refused. Outside the support the probability is 0, its logarithm -∞ and every derivative
    0; parameters that are not permitted give NaN.
    """

    more = ("loc",)
    low = 0

    def _logpmf(self, k: Any, *shapes: Any) -> Any:
        raise NotImplementedError

    def _cdf(self, k: Any, *shapes: Any) -> Any:
        raise NotImplementedError

    def _sf(self, k: Any, *shapes: Any) -> Any:
        raise NotImplementedError

    def _high(self, *shapes: Any) -> Any:
        return np.inf

    def logpmf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """ln of the probability of k."""
        return self._at("logpmf", self._logpmf, -np.inf, -np.inf, k, args, kwargs)

    def pmf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of k."""
        return np.exp(self._at("pmf", self._logpmf, -np.inf, -np.inf, k, args, kwargs))

    def cdf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of at most k."""
        return self._at("cdf", self._cdf, 0, 1, k, args, kwargs)

    def sf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """The probability of more than k, accurate where it is small."""
        return self._at("sf", self._sf, 1, 0, k, args, kwargs)

    def logcdf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """ln of the probability of at most k."""
        return self._at("logcdf", lambda *a: log_share(self._cdf(*a), self._sf(*a)), -np.inf, 0, k, args, kwargs)

    def logsf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """ln of the probability of more than k."""
        return self._at("logsf", lambda *a: log_share(self._sf(*a), self._cdf(*a)), 0, -np.inf, k, args, kwargs)

    def _at(
        self, method: str, function: Callable[..., Any], below: float, above: float, k: Any, args: Any, kwargs: Any
    ) -> Any:
        call = f"{self.name}.{method}"
        *shapes, loc = self._bound(method, args, kwargs)
        k, loc, *shapes = reals(constant(k, call, "k"), constant(loc, call, "loc"), *shapes)
        k = k - loc
        cumulative = method not in ("logpmf", "pmf")
        valid = self._valid(*shapes)
        shapes = [np.where(valid, s, 1) for s in shapes]
        whole = np.floor(k)
        high = self._high(*shapes)
        under, over = whole < self.low, (whole >= high if cumulative else whole > high)
        between = False if cumulative else whole != k
        with np.errstate(divide="ignore"):
            value = function(np.where(under | over | between, self.low, whole), *shapes)
        value = np.where(under | between, below, np.where(over, above, value))
        return np.where(valid & ~np.isnan(k), value, np.nan)


def log_share(p: Any, rest: Any) -> Any:
    """ln p, from 1 - p where p is near 1."""
    high = p > 0.5
    return np.where(high, np.log1p(-np.where(high, rest, 0)), np.log(np.where(high, 1, p)))


def log1mexp(x: Any) -> Any:
    """ln(1 - exp(-x)) for x >= 0, accurate for small and large x."""
    small = x < LN2
    near, far = np.where(small, x, LN2), np.where(small, LN2, x)
    return np.where(small, np.log(-np.expm1(-near)), np.log1p(-np.exp(-far)))
