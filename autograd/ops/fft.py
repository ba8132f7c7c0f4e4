"""The functions of `numpy.fft`, put together from four transforms.

Lengths are cut or filled with zeros before; transforms over several axes and of Hermitian spectra are compositions.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.interchange import want_cpu
from autograd.ops.axes import one_axis, operand
from autograd.ops.fourier import FLIPPED, dft, idft, irdft, rdft
from autograd.ops.indexing import getitem_
from autograd.ops.padding import zero_pad
from autograd.ops.rearranging import roll
from autograd.ops.shape import astype
from autograd.protocols import implements
from autograd.tensor import Tensor, wrap

_NAMES = {None: "backward"} | {name: name for name in FLIPPED}


# --- one axis ---------------------------------------------------------------------------------------------------------


@implements(np.fft.fft)
def fft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, *, dim: int | None = None) -> Any:
    """The discrete Fourier transform along an axis: Aₖ = Σⱼ aⱼ exp(-2πi·jk/n).

    `n` elements are transformed (default: all): `a` is cut, or filled with zeros at its end. `norm` says which of
    transform and inverse is divided by n: "backward" (default) the inverse, "forward" the transform, "ortho" both, by
    √n. `dim` is PyTorch's name of `axis`. The result is complex, of single precision for an `a` of single precision.

    Raises ValueError for n < 1, an unknown norm and 0-d arrays.

    >>> import autograd
    >>> autograd.fft.fft(autograd.tensor([1.0, 2.0, 0.0, 0.0]))
    tensor([ 3.+0.j,  1.-2.j, -1.+0.j,  1.+2.j], dtype=complex64)
    """
    x, axis, norm = _along(a, n, axis, dim, norm, "fft")
    return dft(x, (axis,), norm)


@implements(np.fft.ifft)
def ifft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, *, dim: int | None = None) -> Any:
    """The inverse of `fft`, with the same arguments: aⱼ = 1/n · Σₖ Aₖ exp(2πi·jk/n).

    >>> import autograd, numpy as np
    >>> autograd.fft.ifft(np.array([3, 1 - 2j, -1, 1 + 2j])).real
    array([1., 2., 0., 0.])
    """
    x, axis, norm = _along(a, n, axis, dim, norm, "ifft")
    return idft(x, (axis,), norm)


@implements(np.fft.rfft)
def rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, *, dim: int | None = None) -> Any:
    """`fft` of real numbers, without the negative frequencies, which are conjugates: n // 2 + 1 along the axis.

    Raises TypeError for complex numbers.

    >>> import autograd
    >>> autograd.fft.rfft(autograd.tensor([1.0, 2.0, 0.0, 0.0]))
    tensor([ 3.+0.j,  1.-2.j, -1.+0.j], dtype=complex64)
    """
    x, axis, norm = _along(_real(a, "rfft"), n, axis, dim, norm, "rfft")
    return rdft(x, axis, norm)


@implements(np.fft.irfft)
def irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, *, dim: int | None = None) -> Any:
    """The inverse of `rfft`: n real numbers (default 2·(m - 1) of m frequencies) from their non-negative frequencies.

    The imaginary parts of the frequency 0, and for even n of n/2, are taken as 0.

    >>> import autograd, numpy as np
    >>> autograd.fft.irfft(np.array([3, 1 - 2j, -1]))
    array([1., 2., 0., 0.])
    """
    x, axis, n, norm = _half_spectrum(a, n, axis, dim, norm, "irfft")
    return irdft(x, n, axis, norm)


@implements(np.fft.hfft)
def hfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, *, dim: int | None = None) -> Any:
    """`fft` of n numbers with Hermitian symmetry, a₋ⱼ = conj(aⱼ), given by the first n // 2 + 1: real, n of them.

    Default n is 2·(m - 1) for m numbers given.

    >>> import autograd, numpy as np
    >>> autograd.fft.hfft(np.array([1, 2j, 0]))
    array([ 1.,  5.,  1., -3.])
    """
    x, axis, n, norm = _half_spectrum(a, n, axis, dim, norm, "hfft")
    return irdft(np.conj(x), n, axis, FLIPPED[norm])


@implements(np.fft.ihfft)
def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, *, dim: int | None = None) -> Any:
    """The inverse of `hfft`: of n real numbers, the first n // 2 + 1 of n numbers with Hermitian symmetry.

    >>> import autograd, numpy as np
    >>> autograd.fft.ihfft(np.array([1.0, 5.0, 1.0, -3.0])).imag[1]
    np.float64(2.0)
    """
    x, axis, norm = _along(_real(a, "ihfft"), n, axis, dim, norm, "ihfft")
    return np.conj(rdft(x, axis, FLIPPED[norm]))


# --- several axes -----------------------------------------------------------------------------------------------------


@implements(np.fft.fftn)
def fftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None, *, dim: Any = None) -> Any:
    """`fft` along several axes (default: the last len(s), or all).

    `s` gives the length to transform along each, -1 for all there is. `norm` as for `fft`, n being the product of the
    lengths. `dim` is PyTorch's name of `axes`.

    >>> import autograd, numpy as np
    >>> autograd.fft.fftn(np.eye(2))
    array([[2.+0.j, 0.+0.j],
           [0.+0.j, 2.+0.j]])
    """
    return _over(dft, a, s, axes, dim, norm, "fftn")


@implements(np.fft.ifftn)
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None, *, dim: Any = None) -> Any:
    """The inverse of `fftn`, with the same arguments.

    >>> import autograd, numpy as np
    >>> autograd.fft.ifftn(np.diag([2.0, 2.0])).real
    array([[1., 0.],
           [0., 1.]])
    """
    return _over(idft, a, s, axes, dim, norm, "ifftn")


@implements(np.fft.fft2)
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None, *, dim: Any = None) -> Any:
    """`fftn` over two axes, by default the last.

    >>> import autograd, numpy as np
    >>> autograd.fft.fft2(np.ones((3, 2, 2))).shape
    (3, 2, 2)
    """
    return _over(dft, a, s, axes, dim, norm, "fft2")


@implements(np.fft.ifft2)
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None, *, dim: Any = None) -> Any:
    """`ifftn` over two axes, by default the last.

    >>> import autograd, numpy as np
    >>> autograd.fft.ifft2(np.ones((3, 2, 2))).shape
    (3, 2, 2)
    """
    return _over(idft, a, s, axes, dim, norm, "ifft2")


@implements(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None, *, dim: Any = None) -> Any:
    """`fftn` of real numbers, without the negative frequencies along the last of the axes.

    >>> import autograd, numpy as np
    >>> autograd.fft.rfftn(np.ones((2, 4))).shape
    (2, 3)
    """
    return _real_over(a, s, axes, dim, norm, "rfftn")


@implements(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None, *, dim: Any = None) -> Any:
    """The inverse of `rfftn`; along the last axis m frequencies give 2·(m - 1) numbers unless `s` says otherwise.

    >>> import autograd, numpy as np
    >>> autograd.fft.irfftn(autograd.fft.rfftn(np.arange(6.0).reshape(2, 3)), s=(2, 3)).round(9)
    array([[0., 1., 2.],
           [3., 4., 5.]])
    """
    return _half_over(a, s, axes, dim, norm, "irfftn")


@implements(np.fft.rfft2)
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None, *, dim: Any = None) -> Any:
    """`rfftn` over two axes, by default the last.

    >>> import autograd, numpy as np
    >>> autograd.fft.rfft2(np.ones((3, 2, 4))).shape
    (3, 2, 3)
    """
    return _real_over(a, s, axes, dim, norm, "rfft2")


@implements(np.fft.irfft2)
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None, *, dim: Any = None) -> Any:
    """`irfftn` over two axes, by default the last.

    >>> import autograd, numpy as np
    >>> autograd.fft.irfft2(np.ones((3, 2, 3))).shape
    (3, 2, 4)
    """
    return _half_over(a, s, axes, dim, norm, "irfft2")


# --- frequencies and their order --------------------------------------------------------------------------------------


def fftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: Any = None) -> Any:
    """The frequencies that `fft` gives of n samples a time `d` apart: 0, 1, …, -2, -1 over n·d; a Tensor.

    `dtype` is the default dtype unless given. Raises ValueError for n < 1.

    >>> import autograd
    >>> autograd.fft.fftfreq(4, 0.5)
    tensor([ 0. ,  0.5, -1. , -0.5])
    """
    want_cpu(device, "fftfreq")
    return _frequencies(np.fft.fftfreq, n, d, dtype, "fftfreq")


def rfftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: Any = None) -> Any:
    """The frequencies that `rfft` gives of n samples a time `d` apart: 0, 1, …, n // 2 over n·d; a Tensor.

    `dtype` is the default dtype unless given. Raises ValueError for n < 1.

    >>> import autograd
    >>> autograd.fft.rfftfreq(4, 0.5)
    tensor([0. , 0.5, 1. ])
    """
    want_cpu(device, "rfftfreq")
    return _frequencies(np.fft.rfftfreq, n, d, dtype, "rfftfreq")


@implements(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None, *, dim: Any = None) -> Any:
    """The frequency 0 moved from the start to the middle, along `axes` (default: all); `dim` is PyTorch's name of it.

    >>> import autograd
    >>> autograd.fft.fftshift(autograd.fft.fftfreq(4, 0.25))
    tensor([-2., -1.,  0.,  1.])
    """
    return _shifted(x, axes, dim, lambda n: n // 2)


@implements(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None, *, dim: Any = None) -> Any:
    """The inverse of `fftshift`, which differs from it where the length is odd.

    >>> import autograd
    >>> autograd.fft.ifftshift(autograd.tensor([-1.0, 0.0, 1.0]))
    tensor([ 0.,  1., -1.])
    """
    return _shifted(x, axes, dim, lambda n: -(n // 2))


# --- what goes in -----------------------------------------------------------------------------------------------------


def _real(a: Any, op: str) -> Any:
    x = operand(a)
    if x.dtype.kind == "c":
        raise TypeError(f"{op} wants real numbers, got dtype {x.dtype}; use fft for complex ones")
    return x


def _norm(norm: str | None, op: str) -> str:
    if norm not in _NAMES:
        raise ValueError(f"{op}: norm must be 'backward', 'ortho' or 'forward', got {norm!r}")
    return _NAMES[norm]


def _length(n: Any, op: str) -> int:
    count = operator.index(n)
    if count < 1:
        raise ValueError(f"{op}: at least one element must be transformed, got {count}")
    return count


def _resized(x: Any, axis: int, n: int) -> Any:
    """x with n elements along an axis: cut, or filled with zeros."""
    missing = n - x.shape[axis]
    if missing < 0:
        return getitem_(x, (slice(None),) * axis + (slice(n),))
    return zero_pad(x, tuple((0, missing if k == axis else 0) for k in range(len(x.shape)))) if missing else x


def _along(a: Any, n: Any, axis: Any, dim: Any, norm: Any, op: str) -> tuple[Any, int, str]:
    x = operand(a)
    axis = one_axis(axis if dim is None else dim, x.shape, op)
    return _resized(x, axis, _length(x.shape[axis] if n is None else n, op)), axis, _norm(norm, op)


def _half_spectrum(a: Any, n: Any, axis: Any, dim: Any, norm: Any, op: str) -> tuple[Any, int, int, str]:
    x = operand(a)
    x = astype(x, np.result_type(x.dtype, np.complex64), copy=False)
    axis = one_axis(axis if dim is None else dim, x.shape, op)
    n = _length(2 * (x.shape[axis] - 1) if n is None else n, op)
    return _resized(x, axis, n // 2 + 1), axis, n, _norm(norm, op)


def _axes(x: Any, s: Any, axes: Any, dim: Any, op: str) -> tuple[tuple[int, ...], list[Any]]:
    """The axes, as non-negative numbers, and the length wanted along each."""
    axes = axes if dim is None else dim
    sizes = None if s is None else list(s) if isinstance(s, Sequence | np.ndarray) else [s]
    if axes is None:
        count = len(x.shape) if sizes is None else len(sizes)
        if count > len(x.shape):
            raise ValueError(f"{op}: s={s} for {count} axes of an array of shape {x.shape}")
        axes = range(len(x.shape) - count, len(x.shape))
    axes = tuple(axes) if isinstance(axes, Sequence | range) else (axes,)
    axes = tuple(one_axis(k, x.shape, op) for k in axes)
    if sizes is None:
        return axes, [x.shape[k] for k in axes]
    if len(sizes) != len(axes):
        raise ValueError(f"{op}: s={s} gives {len(sizes)} lengths for {len(axes)} axes, {axes}")
    return axes, [x.shape[k] if n is None or n == -1 else n for n, k in zip(sizes, axes)]


def _over(transform: Any, a: Any, s: Any, axes: Any, dim: Any, norm: Any, op: str) -> Any:
    x, norm = operand(a), _norm(norm, op)
    axes, sizes = _axes(x, s, axes, dim, op)
    if len(set(axes)) < len(axes):  # an axis named twice is transformed twice, the last first
        for axis, n in zip(reversed(axes), reversed(sizes)):
            x = transform(_resized(x, axis, _length(n, op)), (axis,), norm)
        return x
    for axis, n in zip(axes, sizes):
        x = _resized(x, axis, _length(n, op))
    return transform(x, axes, norm) if axes else x


def _real_over(a: Any, s: Any, axes: Any, dim: Any, norm: Any, op: str) -> Any:
    x = _real(a, op)
    axes, sizes = _axes(x, s, axes, dim, op)
    if not axes:
        raise ValueError(f"{op} wants at least one axis")
    return _over(dft, rfft(x, sizes[-1], axes[-1], norm), sizes[:-1], axes[:-1], None, norm, op)


def _half_over(a: Any, s: Any, axes: Any, dim: Any, norm: Any, op: str) -> Any:
    x = operand(a)
    axes, sizes = _axes(x, s, axes, dim, op)
    if not axes:
        raise ValueError(f"{op} wants at least one axis")
    last = 2 * (sizes[-1] - 1) if s is None else sizes[-1]
    return irfft(_over(idft, x, sizes[:-1], axes[:-1], None, norm, op), last, axes[-1], norm)


def _frequencies(function: Any, n: Any, d: Any, dtype: Any, op: str) -> Any:
    whole = function(_length(n, op)).astype(dtype or dtypes.get_default_dtype())
    return wrap(whole) / d if isinstance(d, Tensor) else wrap(np.asarray(whole / d, whole.dtype))


def _shifted(x: Any, axes: Any, dim: Any, distance: Any) -> Any:
    x = operand(x)
    axes = axes if dim is None else dim
    axes = tuple(range(len(x.shape))) if axes is None else tuple(axes) if isinstance(axes, Sequence) else (axes,)
    return roll(x, tuple(distance(x.shape[k]) for k in axes), axes)
