"""Bessel functions. Their order is constant: a derivative with respect to it is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sp

from autograd.ops.special_operands import constant
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import unary

__all__ = [
    "i0",
    "i0e",
    "i1",
    "i1e",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "jv",
    "k0",
    "k0e",
    "k1",
    "k1e",
    "kn",
    "kv",
    "kve",
    "y0",
    "y1",
    "yn",
    "yv",
]


def _with_order(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0], 0.3, 3), s.array(shapes[1], 0.5, 4)), {}


def _with_integer(s):
    shapes = s.broadcastable(2)
    return (s.integers(shapes[0], 0, 3), s.array(shapes[1], 0.5, 4)), {}


def _integer_order(ufunc, v, z):
    # of an integer and a single SciPy makes a double
    out = ufunc(v, z)
    return out.astype(z.dtype) if isinstance(z, np.ndarray) and z.dtype.kind == "f" else out


# --- of the first and second kind -------------------------------------------------------------------------------------


@primitive(
    sp.jv,
    v=None,
    z=lambda g, v, z: g * (0.5 * (jv_(v - 1, z) - jv_(v + 1, z))),
    text="J{v}({z})",
    elementwise=True,
    samples=_with_order,
)
def jv_(v, z):
    """Bessel function of the first kind of real order v."""


@implements(sp.jv)
def jv(v: Any, z: Any) -> Any:
    """Elementwise Bessel function of the first kind of real order v; shapes broadcast.

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.jv(2, tensor([0.5, 1.0])).round(4)
    tensor([0.0306, 0.1149])
    """
    return jv_(constant(v, "jv", "its order v"), z)


@primitive(
    sp.yv,
    v=None,
    z=lambda g, v, z: g * (0.5 * (yv_(v - 1, z) - yv_(v + 1, z))),
    text="Y{v}({z})",
    elementwise=True,
    samples=_with_order,
)
def yv_(v, z):
    """Bessel function of the second kind of real order v."""


@implements(sp.yv)
def yv(v: Any, z: Any) -> Any:
    """Elementwise Bessel function of the second kind of real order v; shapes broadcast.

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.yv(2, tensor([0.5, 1.0])).round(4)
    tensor([-5.4414, -1.6507])
    """
    return yv_(constant(v, "yv", "its order v"), z)


@primitive(
    v=None,
    z=lambda g, v, z: g * (0.5 * (yn_(v - 1, z) - yn_(v + 1, z))),
    text="Y{v}({z})",
    elementwise=True,
    samples=_with_integer,
)
def yn_(v, z):
    """Bessel function of the second kind of integer order n."""
    return _integer_order(sp.yn, v, z)


@implements(sp.yn)
def yn(n: Any, x: Any) -> Any:
    """Elementwise Bessel function of the second kind of integer order n; shapes broadcast.

    Raises NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.yn(2, tensor([0.5, 1.0])).round(4)
    tensor([-5.4414, -1.6507])
    """
    return yn_(constant(n, "yn", "its order n"), x)


@primitive(sp.j0, x=lambda g, x: g * -j1(x), text="J0({x})", elementwise=True, samples=unary(-4, 4))
def j0(x):
    """Elementwise Bessel function of the first kind of order 0.

    >>> from autograd import special, tensor
    >>> special.j0(tensor([0.5, 1.0])).round(4)
    tensor([0.9385, 0.7652])
    """


@primitive(
    sp.j1, x=lambda g, x: g * (0.5 * (j0(x) - jv_(2, x))), text="J1({x})", elementwise=True, samples=unary(-4, 4)
)
def j1(x):
    """Elementwise Bessel function of the first kind of order 1.

    >>> from autograd import special, tensor
    >>> special.j1(tensor([0.5, 1.0])).round(4)
    tensor([0.2423, 0.4401])
    """


@primitive(sp.y0, x=lambda g, x: g * -y1(x), text="Y0({x})", elementwise=True, samples=unary(0.3, 4))
def y0(x):
    """Elementwise Bessel function of the second kind of order 0.

    >>> from autograd import special, tensor
    >>> special.y0(tensor([0.5, 1.0])).round(4)
    tensor([-0.4445,  0.0883])
    """


@primitive(
    sp.y1, x=lambda g, x: g * (0.5 * (y0(x) - yv_(2, x))), text="Y1({x})", elementwise=True, samples=unary(0.3, 4)
)
def y1(x):
    """Elementwise Bessel function of the second kind of order 1.

    >>> from autograd import special, tensor
    >>> special.y1(tensor([0.5, 1.0])).round(4)
    tensor([-1.4715, -0.7812])
    """


# --- modified ---------------------------------------------------------------------------------------------------------


@primitive(
    sp.iv,
    v=None,
    z=lambda g, v, z: g * (0.5 * (iv_(v - 1, z) + iv_(v + 1, z))),
    text="I{v}({z})",
    elementwise=True,
    samples=_with_order,
)
def iv_(v, z):
    """Modified Bessel function of the first kind of real order v."""


@implements(sp.iv)
def iv(v: Any, z: Any) -> Any:
    """Elementwise modified Bessel function of the first kind of real order v; shapes broadcast.

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.iv(2, tensor([0.5, 1.0])).round(4)
    tensor([0.0319, 0.1357])
    """
    return iv_(constant(v, "iv", "its order v"), z)


@primitive(
    sp.ive,
    v=None,
    z=lambda g, v, z, out: g * (0.5 * (ive_(v - 1, z) + ive_(v + 1, z)) - np.sign(z) * out),
    text="exp(-|{z}|) · I{v}({z})",
    elementwise=True,
    samples=_with_order,
    real_only=True,
)
def ive_(v, z):
    """Modified Bessel function of the first kind of real order v, times exp(-|z|)."""


@implements(sp.ive)
def ive(v: Any, z: Any) -> Any:
    """Elementwise modified Bessel function of the first kind of real order v, times exp(-|z|); shapes broadcast.

    Raises NotImplementedError if v requires grad, TypeError for complex z: the scaling is not analytic.

    >>> from autograd import special, tensor
    >>> special.ive(2, tensor([0.5, 1.0])).round(4)
    tensor([0.0194, 0.0499])
    """
    return ive_(constant(v, "ive", "its order v"), z)


@primitive(
    sp.kv,
    v=None,
    z=lambda g, v, z: g * (-0.5 * (kv_(v - 1, z) + kv_(v + 1, z))),
    text="K{v}({z})",
    elementwise=True,
    samples=_with_order,
)
def kv_(v, z):
    """Modified Bessel function of the second kind of real order v."""


@implements(sp.kv)
def kv(v: Any, z: Any) -> Any:
    """Elementwise modified Bessel function of the second kind of real order v; shapes broadcast.

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.kv(2, tensor([0.5, 1.0])).round(4)
    tensor([7.5502, 1.6248])
    """
    return kv_(constant(v, "kv", "its order v"), z)


@primitive(
    sp.kve,
    v=None,
    z=lambda g, v, z, out: g * (out - 0.5 * (kve_(v - 1, z) + kve_(v + 1, z))),
    text="exp({z}) · K{v}({z})",
    elementwise=True,
    samples=_with_order,
)
def kve_(v, z):
    """Modified Bessel function of the second kind of real order v, times exp(z)."""


@implements(sp.kve)
def kve(v: Any, z: Any) -> Any:
    """Elementwise modified Bessel function of the second kind of real order v, times exp(z); shapes broadcast.

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.kve(2, tensor([0.5, 1.0])).round(4)
    tensor([12.4481,  4.4168])
    """
    return kve_(constant(v, "kve", "its order v"), z)


@primitive(
    v=None,
    z=lambda g, v, z: g * (-0.5 * (kn_(abs(v - 1), z) + kn_(v + 1, z))),
    text="K{v}({z})",
    elementwise=True,
    samples=_with_integer,
)
def kn_(v, z):
    """Modified Bessel function of the second kind of integer order n."""
    return _integer_order(sp.kn, v, z)


@implements(sp.kn)
def kn(n: Any, x: Any) -> Any:
    """Elementwise modified Bessel function of the second kind of integer order n; shapes broadcast.

    Raises NotImplementedError if n requires grad.

    >>> from autograd import special, tensor
    >>> special.kn(2, tensor([0.5, 1.0])).round(4)
    tensor([7.5502, 1.6248])
    """
    return kn_(constant(n, "kn", "its order n"), x)


@primitive(sp.i0, x=lambda g, x: g * i1(x), text="I0({x})", elementwise=True, samples=unary(-3, 3))
def i0(x):
    """Elementwise modified Bessel function of the first kind of order 0.

    >>> from autograd import special, tensor
    >>> special.i0(tensor([0.5, 1.0])).round(4)
    tensor([1.0635, 1.2661])
    """


@primitive(
    sp.i1, x=lambda g, x: g * (0.5 * (i0(x) + iv_(2, x))), text="I1({x})", elementwise=True, samples=unary(-3, 3)
)
def i1(x):
    """Elementwise modified Bessel function of the first kind of order 1.

    >>> from autograd import special, tensor
    >>> special.i1(tensor([0.5, 1.0])).round(4)
    tensor([0.2579, 0.5652])
    """


@primitive(
    sp.i0e,
    x=lambda g, x, out: g * (i1e(x) - np.sign(x) * out),
    text="exp(-|{x}|) · I0({x})",
    elementwise=True,
    samples=unary(-3, 3, 0.1),
)
def i0e(x):
    """Elementwise exp(-|x|) · I₀(x), without overflow; the derivative at the kink at 0 is taken as 0.

    >>> from autograd import special, tensor
    >>> special.i0e(tensor([0.5, 1.0])).round(4)
    tensor([0.645 , 0.4658])
    """


@primitive(
    sp.i1e,
    x=lambda g, x, out: g * (0.5 * (i0e(x) + ive_(2, x)) - np.sign(x) * out),
    text="exp(-|{x}|) · I1({x})",
    elementwise=True,
    samples=unary(-3, 3, 0.1),
)
def i1e(x):
    """Elementwise exp(-|x|) · I₁(x), without overflow.

    >>> from autograd import special, tensor
    >>> special.i1e(tensor([0.5, 1.0])).round(4)
    tensor([0.1564, 0.2079])
    """


@primitive(sp.k0, x=lambda g, x: g * -k1(x), text="K0({x})", elementwise=True, samples=unary(0.5, 4))
def k0(x):
    """Elementwise modified Bessel function of the second kind of order 0.

    >>> from autograd import special, tensor
    >>> special.k0(tensor([0.5, 1.0])).round(4)
    tensor([0.9244, 0.421 ])
    """


@primitive(
    sp.k1, x=lambda g, x: g * (-0.5 * (k0(x) + kv_(2, x))), text="K1({x})", elementwise=True, samples=unary(0.5, 4)
)
def k1(x):
    """Elementwise modified Bessel function of the second kind of order 1.

    >>> from autograd import special, tensor
    >>> special.k1(tensor([0.5, 1.0])).round(4)
    tensor([1.6564, 0.6019])
    """


@primitive(
    sp.k0e, x=lambda g, x: g * (k0e(x) - k1e(x)), text="exp({x}) · K0({x})", elementwise=True, samples=unary(0.5, 4)
)
def k0e(x):
    """Elementwise exp(x) · K₀(x).

    >>> from autograd import special, tensor
    >>> special.k0e(tensor([0.5, 1.0])).round(4)
    tensor([1.5241, 1.1445])
    """


@primitive(
    sp.k1e,
    x=lambda g, x: g * (k1e(x) - 0.5 * (k0e(x) + kve_(2, x))),
    text="exp({x}) · K1({x})",
    elementwise=True,
    samples=unary(0.5, 4),
)
def k1e(x):
    """Elementwise exp(x) · K₁(x).

    >>> from autograd import special, tensor
    >>> special.k1e(tensor([0.5, 1.0])).round(4)
    tensor([2.731 , 1.6362])
    """


jn = jv
