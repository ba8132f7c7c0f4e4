"""What stands in `scipy.special` without being special, with SciPy's signatures; and PyTorch's names for the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.softmax import (
    log_softmax as log_softmax_along,
    logsumexp as logsumexp_along,
    softmax as softmax_along,
)
from autograd.ops.special_bessel import i0, i1, j0, j1, k0, k0e, k1, k1e, y0, y1
from autograd.ops.special_gamma import gammaln, multigammaln
from autograd.ops.special_incomplete import gammainc, gammaincc
from autograd.ops.special_operands import raw, reals
from autograd.ops.special_spherical import airy, spherical_jn

__all__ = [
    "airy_ai",
    "bessel_j0",
    "bessel_j1",
    "bessel_y0",
    "bessel_y1",
    "igamma",
    "igammac",
    "lgamma",
    "log_softmax",
    "logsumexp",
    "modified_bessel_i0",
    "modified_bessel_i1",
    "modified_bessel_k0",
    "modified_bessel_k1",
    "mvlgamma",
    "scaled_modified_bessel_k0",
    "scaled_modified_bessel_k1",
    "softmax",
    "spherical_bessel_j0",
]


def softmax(x: Any, axis: Any = None) -> Any:
    """exp(x) / Σ exp(x) along `axis` (an int, a tuple, or None for all).

    >>> from autograd import special, tensor
    >>> special.softmax(tensor([[0.0, 0.0], [0.0, 0.0]]))
    tensor([[0.25, 0.25],
            [0.25, 0.25]])
    """
    return softmax_along(reals(x)[0], axis)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """ln softmax(x) along `axis` (an int, a tuple, or None for all), exact also where softmax underflows.

    >>> from autograd import special, tensor
    >>> special.log_softmax(tensor([0.0, 1000.0]))
    tensor([-1000.,     0.])
    """
    return log_softmax_along(reals(x)[0], axis)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """ln Σ b·exp(a) along `axis` (an int, a tuple, or None for all), without overflow; b broadcasts against a.

    With `return_sign` a pair: ln |Σ b·exp(a)| and the sign of that sum; else a negative sum gives NaN.

    >>> from autograd import special, tensor
    >>> special.logsumexp(tensor([1000.0, 1000.0]), b=tensor([1.0, 2.0]))
    tensor(1001.09863)
    """
    (a,) = reals(a)
    if b is None:
        total = logsumexp_along(a, axis, keepdims)
        return (total, np.ones(total.shape, total.dtype)) if return_sign else total
    a, b = reals(a, b)
    values, used = raw(a), raw(b) != 0
    peak = np.max(np.where(used, values, -np.inf), axis=axis, keepdims=True, initial=-np.inf)
    peak = np.where(np.isfinite(peak), peak, 0).astype(a.dtype)
    bound = np.log(np.finfo(a.dtype).max) - 1  # an element of weight 0 may exceed the peak
    scaled = np.exp(np.where(used | (values - peak < bound), a - peak, bound)) * b
    total = scaled.sum(axis, keepdims=keepdims)
    sign = np.sign(total)
    shift = peak if keepdims else np.squeeze(peak, axis=axis)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(sign * total if return_sign else total) + shift
    return (found, sign) if return_sign else found


lgamma = gammaln
mvlgamma = multigammaln
igamma = gammainc
igammac = gammaincc
bessel_j0, bessel_j1, bessel_y0, bessel_y1 = j0, j1, y0, y1
modified_bessel_i0, modified_bessel_i1, modified_bessel_k0, modified_bessel_k1 = i0, i1, k0, k1
scaled_modified_bessel_k0, scaled_modified_bessel_k1 = k0e, k1e


def airy_ai(x: Any) -> Any:
    """Elementwise Airy function Ai(x), the first result of airy.

    >>> from autograd import special, tensor
    >>> special.airy_ai(tensor([0.0, 1.0])).round(4)
    tensor([0.355 , 0.1353])
    """
    return airy(x)[0]


def spherical_bessel_j0(x: Any) -> Any:
    """Elementwise spherical Bessel function of the first kind of order 0, sin(x)/x.

    >>> from autograd import special, tensor
    >>> special.spherical_bessel_j0(tensor([0.0, 1.0])).round(4)
    tensor([1.    , 0.8415])
    """
    return spherical_jn(0, x)
