"""Discrete Fourier transforms as primitives: of complex numbers there and back, of real ones there and back.

The matrix of a transform is symmetric, so complex transforms are their own adjoints. The transform of real numbers and
its inverse are one another's, up to the weights that the omitted, conjugate half of the spectrum has.
"""

from __future__ import annotations

import math

import numpy as np

from autograd.primitive import primitive

FLIPPED = {"backward": "forward", "ortho": "ortho", "forward": "backward"}
"""The norm under which the inverse has the factor that the transform has under this one."""


def _flops(out, x, axis, norm):
    axes = axis if isinstance(axis, tuple) else (axis,)
    return int(5 * out.size * sum(math.log2(max(out.shape[a], 2)) for a in axes))


def _complex_sample(s):
    shape = s.shape(1, min_side=1)
    axes = tuple(a for a in range(len(shape)) if s.boolean()) or (0,)
    return (s.array(shape),), {"axis": axes, "norm": s.choice(["backward", "ortho", "forward"])}


@primitive(x=lambda g, axis, norm: dft(g, axis, norm), linear="x", text="F {x}", samples=_complex_sample, flops=_flops)
def dft(x, axis, norm):
    """Discrete Fourier transform over axes."""
    return np.fft.fftn(x, axes=axis, norm=norm)


@primitive(
    x=lambda g, axis, norm: idft(g, axis, norm), linear="x", text="F⁻¹ {x}", samples=_complex_sample, flops=_flops
)
def idft(x, axis, norm):
    """Inverse discrete Fourier transform over axes."""
    return np.fft.ifftn(x, axes=axis, norm=norm)


def _weighted(spectrum, n, axis, inner):
    """A half spectrum of n real numbers, times `inner` where the omitted half mirrors the element: not at its ends."""
    weights = np.full(spectrum.shape[axis], inner, np.finfo(spectrum.dtype).dtype)
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    return spectrum * weights.reshape(-1, *(1,) * (len(spectrum.shape) - 1 - axis))


def _real_sample(s):
    shape = s.shape(1, min_side=1)
    return (s.array(shape).real,), {
        "axis": s.integer(0, len(shape) - 1),
        "norm": s.choice(["backward", "ortho", "forward"]),
    }


@primitive(
    x=lambda g, x_shape, axis, norm: irdft(
        _weighted(np.conj(g), x_shape[axis], axis, 0.5), x_shape[axis], axis, FLIPPED[norm]
    ),
    linear="x",
    text="F {x}",
    samples=_real_sample,
    flops=lambda out, x, axis, norm: _flops(out, x, axis, norm),
)
def rdft(x, axis, norm):
    """The non-negative frequencies of the Fourier transform of real numbers along an axis."""
    if x.dtype.kind == "c":
        raise TypeError(f"rdft wants real numbers, got dtype {x.dtype}")
    return np.fft.rfft(x, axis=axis, norm=norm)


def _half_sample(s):
    shape = s.shape(1, min_side=1)
    axis = s.integer(0, len(shape) - 1)
    n = 2 * shape[axis] - s.choice([2, 1])
    return (s.complexes(shape),), {
        "n": n or 1,
        "axis": axis,
        "norm": s.choice(["backward", "ortho", "forward"]),
    }


@primitive(
    x=lambda g, n, axis, norm: _weighted(np.conj(rdft(g, axis, FLIPPED[norm])), n, axis, 2),
    linear="x",
    text="F⁻¹ {x}",
    samples=_half_sample,
    flops=lambda out, x, n, axis, norm: _flops(out, x, axis, norm),
)
def irdft(x, n, axis, norm):
    """The n real numbers along an axis whose Fourier transform has these non-negative frequencies."""
    if x.dtype.kind != "c":
        raise TypeError(f"irdft wants complex numbers, got dtype {x.dtype}")
    return np.fft.irfft(x, n, axis, norm)
