"""Special functions of complex numbers, or with complex values: the error functions, Hankel's, Lambert's W."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sp

from autograd.ops import special
from autograd.ops.shape import astype
from autograd.ops.special import TWO_BY_SQRT_PI
from autograd.ops.special_operands import constant, reals
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = ["erf", "erfc", "hankel1", "hankel2", "lambertw", "wofz"]


def _complex_sample(s):
    return (s.complexes(s.shape(), low=0.3, high=2.0),), {}


def _sample_with_order(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0], 0.3, 3), s.complexes(shapes[1], low=0.5, high=3.0)), {}


@primitive(
    z=lambda g, z: g * (TWO_BY_SQRT_PI * np.exp(-(z * z))),
    text="erf({z})",
    elementwise=True,
    samples=_complex_sample,
)
def complex_erf(z):
    """Error function of complex numbers."""
    return sp.erf(z)


@primitive(
    z=lambda g, z: g * (-TWO_BY_SQRT_PI * np.exp(-(z * z))),
    text="erfc({z})",
    elementwise=True,
    samples=_complex_sample,
)
def complex_erfc(z):
    """Complementary error function of complex numbers."""
    return sp.erfc(z)


def _is_complex(x: Any) -> bool:
    return np.iscomplexobj(x) or getattr(x, "dtype", None) in (np.complex64, np.complex128)


@implements(sp.erf)
def erf(x: Any) -> Any:
    """Elementwise error function 2/√π · ∫₀ˣ exp(-t²) dt, of real or complex numbers.

    >>> from autograd import special, tensor
    >>> special.erf(tensor([0.5, 1.0])).round(4)
    tensor([0.5205, 0.8427])
    """
    return complex_erf(x) if _is_complex(x) else special.erf(x)


@implements(sp.erfc)
def erfc(x: Any) -> Any:
    """Elementwise 1 - erf(x), of real or complex numbers; keeps its relative accuracy where it becomes tiny.

    >>> from autograd import special, tensor
    >>> special.erfc(tensor([0.5, 1.0])).round(4)
    tensor([0.4795, 0.1573])
    """
    return complex_erfc(x) if _is_complex(x) else special.erfc(x)


def _as_complex(z: Any) -> Any:
    if _is_complex(z):
        return z
    (z,) = reals(z)
    return astype(z, np.result_type(z.dtype, np.complex64))


@primitive(
    z=lambda g, z, out: g * (1j * TWO_BY_SQRT_PI - 2 * z * out),
    text="w({z})",
    elementwise=True,
    samples=_complex_sample,
)
def wofz_(z):
    """Faddeeva function."""
    return sp.wofz(z)


@implements(sp.wofz)
def wofz(z: Any) -> Any:
    """Elementwise Faddeeva function exp(-z²)·erfc(-iz), complex also for real z.

    >>> from autograd import special, tensor
    >>> special.wofz(tensor([0.0, 1.0])).numpy().round(4)
    array([1.    +0.j    , 0.3679+0.6072j], dtype=complex64)
    """
    return wofz_(_as_complex(z))


@primitive(
    v=None,
    z=lambda g, v, z: g * (0.5 * (hankel1_(v - 1, z) - hankel1_(v + 1, z))),
    text="H¹{v}({z})",
    elementwise=True,
    samples=_sample_with_order,
)
def hankel1_(v, z):
    """Hankel function of the first kind."""
    return sp.hankel1(v, z)


@primitive(
    v=None,
    z=lambda g, v, z: g * (0.5 * (hankel2_(v - 1, z) - hankel2_(v + 1, z))),
    text="H²{v}({z})",
    elementwise=True,
    samples=_sample_with_order,
)
def hankel2_(v, z):
    """Hankel function of the second kind."""
    return sp.hankel2(v, z)


@implements(sp.hankel1)
def hankel1(v: Any, z: Any) -> Any:
    """Elementwise Hankel function of the first kind of real order v, J + iY.

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.hankel1(1, tensor([0.5, 1.0])).numpy().round(4)
    array([0.2423-1.4715j, 0.4401-0.7812j], dtype=complex64)
    """
    return hankel1_(constant(v, "hankel1", "its order v"), z)


@implements(sp.hankel2)
def hankel2(v: Any, z: Any) -> Any:
    """Elementwise Hankel function of the second kind of real order v, J - iY.

    Raises NotImplementedError if v requires grad.

    >>> from autograd import special, tensor
    >>> special.hankel2(1, tensor([0.5, 1.0])).numpy().round(4)
    array([0.2423+1.4715j, 0.4401+0.7812j], dtype=complex64)
    """
    return hankel2_(constant(v, "hankel2", "its order v"), z)


@primitive(
    z=lambda g, out: g * (np.exp(-out) / (1 + out)),
    text="W({z})",
    elementwise=True,
    samples=lambda s: (_complex_sample(s)[0], {"k": s.choice((0, 1, -1)), "tol": 1e-8}),
)
def lambertw_(z, k, tol):
    """Branch k of Lambert's W."""
    return sp.lambertw(z, k, tol).astype(z.dtype)


def lambertw(z: Any, k: Any = 0, tol: float = 1e-8) -> Any:
    """Elementwise Lambert W: the solution w of w·eʷ = z, on branch k; complex also for real z. Infinite slope at -1/e.

    >>> from autograd import special, tensor
    >>> special.lambertw(tensor([0.0, 1.0])).numpy().round(4)
    array([0.    +0.j, 0.5671+0.j], dtype=complex64)
    """
    return lambertw_(_as_complex(z), k, tol)
