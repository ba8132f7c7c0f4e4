"""Tensor's methods for special functions, with PyTorch's names and arguments; which need SciPy."""

from __future__ import annotations

from typing import Any

from autograd.tensor import Tensor


def _special() -> Any:
    from autograd import special

    return special


def digamma(self: Tensor) -> Any:
    """Elementwise derivative of ln Γ; see `autograd.special.digamma`. Needs SciPy.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).digamma().round(4)
    tensor([-0.5772,  0.4228])
    """
    return _special().digamma(self)


def erfinv(self: Tensor) -> Any:
    """Elementwise inverse of erf; see `autograd.special.erfinv`. Needs SciPy.

    >>> import autograd
    >>> autograd.tensor([0.0, 0.5]).erfinv().round(4)
    tensor([0.    , 0.4769])
    """
    return _special().erfinv(self)


def igamma(self: Tensor, other: Any) -> Any:
    """Elementwise lower incomplete gamma function P(self, other); see `autograd.special.gammainc`. Needs SciPy.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).igamma(autograd.tensor([1.0, 2.0])).round(4)
    tensor([0.6321, 0.594 ])
    """
    return _special().gammainc(self, other)


def igammac(self: Tensor, other: Any) -> Any:
    """Elementwise upper incomplete gamma function Q(self, other); see `autograd.special.gammaincc`. Needs SciPy.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).igammac(autograd.tensor([1.0, 2.0])).round(4)
    tensor([0.3679, 0.406 ])
    """
    return _special().gammaincc(self, other)


def lgamma(self: Tensor) -> Any:
    """Elementwise ln |Γ|; see `autograd.special.gammaln`. Needs SciPy.

    >>> import autograd
    >>> autograd.tensor([1.0, 5.0]).lgamma().round(4)
    tensor([0.    , 3.1781])
    """
    return _special().gammaln(self)


def mvlgamma(self: Tensor, p: int) -> Any:
    """Elementwise logarithm of the multivariate gamma function of dimension p; see `autograd.special.multigammaln`.

    Needs SciPy. Raises ValueError unless all elements are above (p - 1)/2.

    >>> import autograd
    >>> autograd.tensor([2.0, 3.0]).mvlgamma(2).round(4)
    tensor([0.4516, 1.5502])
    """
    return _special().multigammaln(self, p)


def polygamma(self: Tensor, n: int) -> Any:
    """Elementwise n-th derivative of digamma; see `autograd.special.polygamma`. Needs SciPy.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).polygamma(1).round(4)
    tensor([1.6449, 0.6449])
    """
    return _special().polygamma(n, self)


def xlogy(self: Tensor, other: Any) -> Any:
    """Elementwise self · ln(other), and 0 where self = 0; see `autograd.special.xlogy`. Needs SciPy.

    >>> import autograd
    >>> autograd.tensor([0.0, 2.0]).xlogy(autograd.tensor([0.0, 3.0])).round(4)
    tensor([0.    , 2.1972])
    """
    return _special().xlogy(self, other)


METHODS = {f.__name__: f for f in (digamma, erfinv, igamma, igammac, lgamma, mvlgamma, polygamma, xlogy)}
