"""Complex numbers: their parts, and how they are made of real ones.

Adjoints follow one convention throughout: that of z = a + ib is ∂L/∂a - i·∂L/∂b. So `real` passes its adjoint on as it
is, `imag` -i times its own, and `conj` the conjugate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.arithmetic import absolute
from autograd.ops.axes import operand
from autograd.ops.shape import astype_
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import pair, unary
from autograd.tensor import Tensor, wrap

__all__ = [
    "angle",
    "complex",
    "conj",
    "conj_physical",
    "imag",
    "is_complex",
    "isreal",
    "polar",
    "real",
    "real_if_close",
    "view_as_complex",
    "view_as_real",
]


@primitive(np.conjugate, x=lambda g: np.conj(g), text="conj({x})", elementwise=True, linear="x", samples=unary())
def conj(x):
    """Elementwise complex conjugate a - ib of a + ib; real numbers stay as they are.

    >>> import autograd
    >>> autograd.conj(autograd.tensor([1 + 2j, 3j]))
    tensor([1.-2.j, 0.-3.j], dtype=complex64)
    """


conj_physical = conj


# --- parts ------------------------------------------------------------------------------------------------------------


@primitive(x=lambda g, x_dtype: astype_(g, x_dtype), text="Re {x}", elementwise=True, linear="x", samples=unary())
def real_(x):
    """Real parts."""
    return x.real


@primitive(
    x=lambda g, x_dtype: astype_(g, x_dtype) * -1j,
    text="Im {x}",
    elementwise=True,
    linear="x",
    samples=lambda s: ((s.complexes(s.shape()),), {}),
)
def imag_(x):
    """Imaginary parts."""
    if x.dtype.kind != "c":
        raise TypeError(f"imag: real numbers have no imaginary part that could vary, got dtype {x.dtype}")
    return x.imag


@implements(np.real)
def real(val: Any) -> Any:
    """Elementwise real part a of a + ib; real numbers are returned as they are.

    >>> import autograd
    >>> autograd.real(autograd.tensor([1 + 2j, 3j]))
    tensor([1., 0.])
    """
    x = operand(val)
    return real_(x) if x.dtype.kind == "c" else x


@implements(np.imag)
def imag(val: Any) -> Any:
    """Elementwise imaginary part b of a + ib; of real numbers zeros, which carry no gradient.

    >>> import autograd
    >>> autograd.imag(autograd.tensor([1 + 2j, 3j]))
    tensor([2., 3.])
    """
    x = operand(val)
    return imag_(x) if x.dtype.kind == "c" else np.zeros_like(x)


@primitive(
    x=lambda g, x: g * -1j * (x != 0) / (x + (x == 0)),
    text="arg {x}",
    elementwise=True,
    samples=lambda s: ((s.complexes(s.shape(), low=0.3),), {}),  # off the cut along the negative axis
)
def angle_(x):
    """Arguments of complex numbers in radians."""
    if x.dtype.kind != "c":
        raise TypeError(f"angle: the argument of real numbers is locally constant, got dtype {x.dtype}")
    return np.angle(x)


@implements(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    """Elementwise argument of a complex number, in (-π, π], in degrees if `deg`; its derivative at 0 is taken as 0.

    Of real numbers it is 0 or π, which carries no gradient.

    >>> import autograd
    >>> autograd.angle(autograd.tensor([1j, -2.0]), deg=True)
    tensor([ 90., 180.])
    """
    z = operand(z)
    if z.dtype.kind != "c":
        found = np.angle(z.data if isinstance(z, Tensor) else z, deg)
        return wrap(np.asarray(found)) if isinstance(z, Tensor) else found
    return angle_(z) * (180 / np.pi) if deg else angle_(z)


# --- from real numbers ------------------------------------------------------------------------------------------------


def _real_pair(s):
    return tuple(v.real for v in pair()(s)[0]), {}


@primitive(
    real=lambda g: g,  # of an adjoint that reaches a real argument the real part counts
    imag=lambda g: g * 1j,
    text="{real} + i·{imag}",
    elementwise=True,
    samples=_real_pair,
)
def complex(real, imag):
    """Elementwise real + i·imag of two real arrays; shapes broadcast.

    >>> import autograd
    >>> autograd.complex(autograd.tensor([1.0, 2.0]), autograd.tensor([3.0, 0.0]))
    tensor([1.+3.j, 2.+0.j], dtype=complex64)
    """
    a, b = np.asarray(real), np.asarray(imag)
    if a.dtype.kind == "c" or b.dtype.kind == "c":
        raise TypeError(f"complex: the parts must be real, got dtypes {a.dtype} and {b.dtype}")
    out = np.empty(np.broadcast_shapes(a.shape, b.shape), np.result_type(real, imag, np.complex64))
    out.real, out.imag = real, imag
    return out


def polar(abs: Any, angle: Any) -> Any:
    """Elementwise abs · (cos(angle) + i·sin(angle)) of two real arrays; shapes broadcast.

    >>> import autograd, numpy as np
    >>> autograd.polar(np.array([1.0, 2.0]), np.array([0.0, np.pi])).round(4)
    array([ 1.+0.j, -2.+0.j])
    """
    abs, angle = operand(abs), operand(angle)
    return complex(abs * np.cos(angle), abs * np.sin(angle))


def _pairs_sample(s):
    return (s.array((*s.shape(), 2)).real,), {}


@primitive(
    x=lambda g: np.conj(view_as_complex(g)),
    linear="x",
    text="(Re, Im) {x}",
    samples=lambda s: ((s.complexes(s.shape()),), {}),
)
def view_as_real(x):
    """The real and imaginary parts along a new last axis of length 2: shape (..., 2); a view where memory allows.

    Raises TypeError for real numbers.

    >>> import autograd
    >>> autograd.view_as_real(autograd.tensor([1 + 2j, 3j]))
    tensor([[1., 2.],
            [0., 3.]])
    """
    if x.dtype.kind != "c":
        raise TypeError(f"view_as_real wants complex numbers, got dtype {x.dtype}")
    return np.ascontiguousarray(x).reshape(*x.shape, 1).view(x.real.dtype)


@primitive(x=lambda g: view_as_real(np.conj(g)), linear="x", text="complex {x}", samples=_pairs_sample)
def view_as_complex(x):
    """The complex numbers whose parts stand along the last axis, of length 2: the inverse of `view_as_real`.

    Raises TypeError for complex numbers, ValueError if the last axis is not of length 2.

    >>> import autograd
    >>> autograd.view_as_complex(autograd.tensor([[1.0, 2.0], [0.0, 3.0]]))
    tensor([1.+2.j, 0.+3.j], dtype=complex64)
    """
    if x.dtype.kind != "f":
        raise TypeError(f"view_as_complex wants real floating numbers, got dtype {x.dtype}")
    if x.ndim == 0 or x.shape[-1] != 2:
        raise ValueError(f"view_as_complex wants a last axis of length 2 (real, imaginary), got shape {x.shape}")
    return np.ascontiguousarray(x).view(np.result_type(x.dtype, np.complex64))[..., 0]


# --- questions --------------------------------------------------------------------------------------------------------


def is_complex(x: Any) -> bool:
    """Whether the dtype is complex.

    >>> import autograd
    >>> autograd.is_complex(autograd.tensor([1 + 0j]))
    True
    """
    return bool(operand(x).dtype.kind == "c")


def isreal(x: Any) -> Any:
    """Elementwise: whether the imaginary part is 0.

    >>> import autograd
    >>> autograd.isreal(autograd.tensor([1 + 2j, 3 + 0j]))
    tensor([False,  True])
    """
    return imag(x) == 0


@implements(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    """The real parts if all imaginary parts are below `tol` times the machine epsilon (if `tol` > 1), else `a` itself.

    >>> import autograd
    >>> autograd.real_if_close(autograd.tensor([1 + 1e-12j]))
    tensor([1.])
    """
    a = operand(a)
    if a.dtype.kind != "c":
        return a
    bound = tol * np.finfo(a.dtype).eps if tol > 1 else tol
    return real(a) if bool((absolute(imag(a)) < bound).all()) else a
