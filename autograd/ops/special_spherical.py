"""Spherical Bessel functions and Airy's. Orders are constant: a derivative with respect to them is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sp

from autograd.ops.special_operands import constant, raw
from autograd.primitive import primitive
from autograd.sampling import unary

__all__ = ["airy", "spherical_in", "spherical_jn", "spherical_kn", "spherical_yn"]


def _sample(s):
    shapes = s.broadcastable(2)
    return (s.integers(shapes[0], 0, 3), s.array(shapes[1], 0.5, 4)), {}


def _slope(function, n, z, below, above):
    """The derivative from the neighbouring orders: (below·n·f(n-1) + above·(n+1)·f(n+1)) / (2n+1)."""
    n = raw(n)
    share = (n / (2 * n + 1)).astype(np.finfo(z.dtype).dtype if z.dtype.kind in "fc" else np.float64)
    return below * share * function(np.maximum(n - 1, 0), z) + above * (1 - share) * function(n + 1, z)


def _values(function, n, z):
    z = np.asarray(z)
    z = z if z.dtype.kind in "fc" else z.astype(np.float64)
    return function(np.asarray(n), z).astype(z.dtype)


@primitive(
    n=None,
    z=lambda g, n, z: g * _slope(spherical_jn_, n, z, 1, -1),
    text="j{n}({z})",
    elementwise=True,
    samples=_sample,
)
def spherical_jn_(n, z):
    """Spherical Bessel function of the first kind."""
    return _values(sp.spherical_jn, n, z)


@primitive(
    n=None,
    z=lambda g, n, z: g * _slope(spherical_yn_, n, z, 1, -1),
    text="y{n}({z})",
    elementwise=True,
    samples=_sample,
)
def spherical_yn_(n, z):
    """Spherical Bessel function of the second kind."""
    return _values(sp.spherical_yn, n, z)


@primitive(
    n=None,
    z=lambda g, n, z: g * _slope(spherical_in_, n, z, 1, 1),
    text="i{n}({z})",
    elementwise=True,
    samples=_sample,
)
def spherical_in_(n, z):
    """Modified spherical Bessel function of the first kind."""
    return _values(sp.spherical_in, n, z)


@primitive(
    n=None,
    z=lambda g, n, z: g * _slope(spherical_kn_, n, z, -1, -1),
    text="k{n}({z})",
    elementwise=True,
    samples=_sample,
)
def spherical_kn_(n, z):
    """Modified spherical Bessel function of the second kind."""
    return _values(sp.spherical_kn, n, z)


def spherical_jn(n: Any, z: Any, derivative: bool = False) -> Any:
    """Elementwise spherical Bessel function of the first kind of integer order n >= 0, or its derivative.

    Raises NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.spherical_jn(1, tensor([0.5, 1.0])).round(4)
    tensor([0.1625, 0.3012])
    """
    n = constant(n, "spherical_jn", "its order n")
    return _slope(spherical_jn_, n, _real(z), 1, -1) if derivative else spherical_jn_(n, z)


def spherical_yn(n: Any, z: Any, derivative: bool = False) -> Any:
    """Elementwise spherical Bessel function of the second kind of integer order n >= 0, or its derivative.

    Raises NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.spherical_yn(1, tensor([0.5, 1.0])).round(4)
    tensor([-4.4692, -1.3818])
    """
    n = constant(n, "spherical_yn", "its order n")
    return _slope(spherical_yn_, n, _real(z), 1, -1) if derivative else spherical_yn_(n, z)


def spherical_in(n: Any, z: Any, derivative: bool = False) -> Any:
    """Elementwise modified spherical Bessel function of the first kind of integer order n >= 0, or its derivative.

    Raises NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.spherical_in(1, tensor([0.5, 1.0])).round(4)
    tensor([0.1709, 0.3679])
    """
    n = constant(n, "spherical_in", "its order n")
    return _slope(spherical_in_, n, _real(z), 1, 1) if derivative else spherical_in_(n, z)


def spherical_kn(n: Any, z: Any, derivative: bool = False) -> Any:
    """Elementwise modified spherical Bessel function of the second kind of integer order n >= 0, or its derivative.

    Raises NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.spherical_kn(1, tensor([0.5, 1.0])).round(4)
    tensor([5.7164, 1.1557])
    """
    n = constant(n, "spherical_kn", "its order n")
    return _slope(spherical_kn_, n, _real(z), -1, -1) if derivative else spherical_kn_(n, z)


def _real(z: Any) -> Any:
    return z if hasattr(z, "dtype") else np.asarray(z, np.float64)


@primitive(
    sp.airy,
    z=lambda g, z, out0, out1, out2, out3: g[0] * out1 + g[1] * (z * out0) + g[2] * out3 + g[3] * (z * out2),
    text="airy({z})",
    outputs=4,
    samples=unary(-3, 2),
)
def airy(z):
    """Elementwise Airy functions and their derivatives: (Ai, Ai', Bi, Bi').

    >>> from autograd import special, tensor
    >>> [t.round(4) for t in special.airy(tensor([0.0, 1.0]))]
    [tensor([0.355 , 0.1353]), tensor([-0.2588, -0.1591]), tensor([0.6149, 1.2074]), tensor([0.4483, 0.9324])]
    """
