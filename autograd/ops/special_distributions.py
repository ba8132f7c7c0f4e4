"""Distribution functions of probability theory under the names of SciPy (and Cephes), and their inverses."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sp

from autograd.ops.special_incomplete import (
    betainc,
    betainc_shape,
    betaincc,
    betaincinv,
    gammainc,
    gammaincc,
    gammainccinv,
    logit_beta_density,
    logit_betainc,
)
from autograd.ops.special_operands import constant, reals
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = [
    "bdtr",
    "bdtrc",
    "chdtr",
    "chdtrc",
    "chdtri",
    "fdtr",
    "fdtrc",
    "fdtri",
    "gdtr",
    "gdtrc",
    "nbdtr",
    "nbdtrc",
    "pdtr",
    "pdtrc",
    "stdtr",
    "stdtrit",
]


@implements(sp.chdtr)
def chdtr(v: Any, x: Any) -> Any:
    """Elementwise probability that a chi-square variable with v degrees of freedom is at most x.

    >>> from autograd import special, tensor
    >>> special.chdtr(2.0, tensor([1.0, 2.0])).round(4)
    tensor([0.3935, 0.6321])
    """
    v, x = reals(v, x)
    return gammainc(0.5 * v, 0.5 * x)


@implements(sp.chdtrc)
def chdtrc(v: Any, x: Any) -> Any:
    """Elementwise probability that a chi-square variable with v degrees of freedom is above x.

    >>> from autograd import special, tensor
    >>> special.chdtrc(2.0, tensor([1.0, 2.0])).round(4)
    tensor([0.6065, 0.3679])
    """
    v, x = reals(v, x)
    return gammaincc(0.5 * v, 0.5 * x)


@implements(sp.chdtri)
def chdtri(v: Any, p: Any) -> Any:
    """Elementwise x with chdtrc(v, x) = p.

    >>> from autograd import special, tensor
    >>> special.chdtri(2.0, tensor([0.1, 0.5])).round(4)
    tensor([4.6052, 1.3863])
    """
    v, p = reals(v, p)
    return 2 * gammainccinv(0.5 * v, p)


@implements(sp.gdtr)
def gdtr(a: Any, b: Any, x: Any) -> Any:
    """Elementwise probability that a gamma variable of rate a and shape b is at most x.

    >>> from autograd import special, tensor
    >>> special.gdtr(1.0, 2.0, tensor([1.0, 2.0])).round(4)
    tensor([0.2642, 0.594 ])
    """
    a, b, x = reals(a, b, x)
    return gammainc(b, a * x)


@implements(sp.gdtrc)
def gdtrc(a: Any, b: Any, x: Any) -> Any:
    """Elementwise probability that a gamma variable of rate a and shape b is above x.

    >>> from autograd import special, tensor
    >>> special.gdtrc(1.0, 2.0, tensor([1.0, 2.0])).round(4)
    tensor([0.7358, 0.406 ])
    """
    a, b, x = reals(a, b, x)
    return gammaincc(b, a * x)


@implements(sp.fdtr)
def fdtr(dfn: Any, dfd: Any, x: Any) -> Any:
    """Elementwise probability that an F variable with dfn and dfd degrees of freedom is at most x.

    >>> from autograd import special, tensor
    >>> special.fdtr(2.0, 3.0, tensor([1.0, 2.0])).round(4)
    tensor([0.5352, 0.7194])
    """
    dfn, dfd, x = reals(dfn, dfd, x)
    return betainc(0.5 * dfn, 0.5 * dfd, dfn * x / (dfd + dfn * x))


@implements(sp.fdtrc)
def fdtrc(dfn: Any, dfd: Any, x: Any) -> Any:
    """Elementwise probability that an F variable with dfn and dfd degrees of freedom is above x.

    >>> from autograd import special, tensor
    >>> special.fdtrc(2.0, 3.0, tensor([1.0, 2.0])).round(4)
    tensor([0.4648, 0.2806])
    """
    dfn, dfd, x = reals(dfn, dfd, x)
    return betainc(0.5 * dfd, 0.5 * dfn, dfd / (dfd + dfn * x))


@implements(sp.fdtri)
def fdtri(dfn: Any, dfd: Any, p: Any) -> Any:
    """Elementwise x with fdtr(dfn, dfd, x) = p.

    >>> from autograd import special, tensor
    >>> special.fdtri(2.0, 3.0, tensor([0.1, 0.5])).round(4)
    tensor([0.1091, 0.8811])
    """
    dfn, dfd, p = reals(dfn, dfd, p)
    share = betaincinv(0.5 * dfn, 0.5 * dfd, p)
    return dfd * share / (dfn * (1 - share))


# --- Student's t ------------------------------------------------------------------------------------------------------


def _student_logit(df, t):
    # Student's distribution function is that of a symmetric beta variable at ½(1 + t/√(df + t²)), of which this is the
    # logit: smooth, where that variable itself has a singular derivative in the tails
    return 2 * np.arcsinh(t / np.sqrt(df))


@implements(sp.stdtr)
def stdtr(df: Any, t: Any) -> Any:
    """Elementwise probability that a Student t variable with df degrees of freedom is at most t.

    >>> from autograd import special, tensor
    >>> special.stdtr(2.0, tensor([0.0, 1.0])).round(4)
    tensor([0.5   , 0.7887])
    """
    df, t = reals(df, t)
    return logit_betainc(0.5 * df, 0.5 * df, _student_logit(df, t))


def _student_density(df, t):
    df, t = reals(df, t)
    h = 0.5 * df
    return logit_beta_density(h, h, _student_logit(df, t)) * 2 / np.hypot(np.sqrt(df), t)


def _stdtrit_wrt_df(g, df, out):
    h, u = 0.5 * df, _student_logit(df, out)
    shapes = 0.5 * (betainc_shape(h, h, u, 1, 0) + betainc_shape(h, h, u, 0, 1))
    return -g * (shapes / _student_density(df, out) - 0.5 * out / df)


def _stdtrit_sample(s):
    shapes = s.broadcastable(2, 2)
    return (s.array(shapes[0], 1.5, 6), s.array(shapes[1], 0.1, 0.9)), {}


@implements(sp.stdtrit)
@primitive(
    df=_stdtrit_wrt_df,
    p=lambda g, df, out: g / _student_density(df, out),
    text="stdtr⁻¹({df}, {p})",
    elementwise=True,
    samples=_stdtrit_sample,
)
def stdtrit(df, p):
    """Elementwise t with stdtr(df, t) = p.

    >>> from autograd import special, tensor
    >>> special.stdtrit(2.0, tensor([0.5, 0.9])).round(4)
    tensor([0.    , 1.8856])
    """
    return sp.stdtrit(*reals(df, p))


# --- of counts --------------------------------------------------------------------------------------------------------


@implements(sp.pdtr)
def pdtr(k: Any, m: Any) -> Any:
    """Elementwise probability that a Poisson variable of mean m is at most k, which is constant.

    >>> from autograd import special, tensor
    >>> special.pdtr(2.0, tensor([1.0, 2.0])).round(4)
    tensor([0.9197, 0.6767])
    """
    k, m = reals(constant(k, "pdtr", "k"), m)
    return gammaincc(np.floor(k) + 1, m)


@implements(sp.pdtrc)
def pdtrc(k: Any, m: Any) -> Any:
    """Elementwise probability that a Poisson variable of mean m is above k, which is constant.

    >>> from autograd import special, tensor
    >>> special.pdtrc(2.0, tensor([1.0, 2.0])).round(4)
    tensor([0.0803, 0.3233])
    """
    k, m = reals(constant(k, "pdtrc", "k"), m)
    return gammainc(np.floor(k) + 1, m)


def _binomial(function, k, n, p, name, full):
    """The share of the incomplete beta function, and `full` where k >= n."""
    k, n, p = reals(constant(k, name, "k"), constant(n, name, "n"), p)
    k = np.floor(k)
    k, n = np.broadcast_arrays(k, n)
    valid, less = (k >= 0) & (k <= n), k < n
    share = function(np.where(less & valid, k, 0) + 1, np.where(less & valid, n - k, 1), p)
    outside = np.where(valid, full, np.nan).astype(share.dtype)
    return np.where(less & valid, share, outside)


@implements(sp.bdtr)
def bdtr(k: Any, n: Any, p: Any) -> Any:
    """Elementwise probability of at most k successes in n trials of probability p; k and n are constant.

    >>> from autograd import special, tensor
    >>> special.bdtr(1.0, 3, tensor([0.1, 0.5])).round(4)
    tensor([0.972, 0.5  ])
    """
    return _binomial(betaincc, k, n, p, "bdtr", 1)


@implements(sp.bdtrc)
def bdtrc(k: Any, n: Any, p: Any) -> Any:
    """Elementwise probability of more than k successes in n trials of probability p; k and n are constant.

    >>> from autograd import special, tensor
    >>> special.bdtrc(1.0, 3, tensor([0.1, 0.5])).round(4)
    tensor([0.028, 0.5  ])
    """
    return _binomial(betainc, k, n, p, "bdtrc", 0)


@implements(sp.nbdtr)
def nbdtr(k: Any, n: Any, p: Any) -> Any:
    """Elementwise probability of at most k failures before n successes of probability p; k is constant.

    >>> from autograd import special, tensor
    >>> special.nbdtr(1.0, 3.0, tensor([0.1, 0.5])).round(4)
    tensor([0.0037, 0.3125])
    """
    k, n, p = reals(constant(k, "nbdtr", "k"), n, p)
    return betainc(n, np.floor(k) + 1, p)


@implements(sp.nbdtrc)
def nbdtrc(k: Any, n: Any, p: Any) -> Any:
    """Elementwise probability of more than k failures before n successes of probability p; k is constant.

    >>> from autograd import special, tensor
    >>> special.nbdtrc(1.0, 3.0, tensor([0.1, 0.5])).round(4)
    tensor([0.9963, 0.6875])
    """
    k, n, p = reals(constant(k, "nbdtrc", "k"), n, p)
    return betaincc(n, np.floor(k) + 1, p)
