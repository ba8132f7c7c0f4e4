"""Sums, shifts and scalings with one number per channel of arrays (N, C, *spatial): what biases and norms are made of.

They say what elementwise operations and sums with broadcasting could say, but their kernels are several times faster on
images, which lie channels-last in memory.
"""

from __future__ import annotations

import numpy as np

from autograd.kernels import channels as kernels
from autograd.ops.shape import broadcast_to_, reshape_
from autograd.primitive import primitive

__all__: list[str] = []


def per_channel(v, like_shape):
    """A vector (C,) as (C, 1, …), to broadcast against an array of `like_shape` (N, C, *spatial)."""
    return reshape_(v, (*v.shape, *(1,) * (len(like_shape) - 2)))


def _sample(s, arrays, vectors):
    """That many arrays (N, C, *spatial) of one shape and vectors (C,)."""
    shape = (s.integer(0, 2), s.integer(1, 3), *s.shape(0, 2, 1, 3))
    last = s.boolean()

    def image():
        x = s.array(shape)
        return np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1) if last else x

    return (*(image() for _ in range(arrays)), *(s.array(shape[1:2]) for _ in range(vectors))), {}


@primitive(
    x=lambda g, x_shape: broadcast_to_(per_channel(g, x_shape), x_shape),
    text="Σ {x}",
    linear="x",
    samples=lambda s: _sample(s, 1, 0),
    flops=lambda out, x: x.size,
)
def sum_channels(x):
    """Sum per channel of x (N, C, *spatial): (C,)."""
    return kernels.channel_sum(x)


@primitive(
    x=lambda g, y, center: affine_channels(y, g, -g * center),
    y=lambda g, x: x * per_channel(g, x.shape),
    center=lambda g, x: -g * sum_channels(x),
    text="Σ {x} · ({y} - {center})",
    linear="x",
    samples=lambda s: _sample(s, 2, 1),
    flops=lambda out, x, y, center: 3 * x.size,
    real_only=True,
)
def dot_channels(x, y, center):
    """Σ x · (y - center) per channel of x and y (N, C, *spatial), with a center per channel: (C,)."""
    return kernels.channel_dot(x, y, center)


@primitive(
    x=lambda g: g,
    shift=lambda g: sum_channels(g),
    text="{x} + {shift}",
    samples=lambda s: _sample(s, 1, 1),
    flops=lambda out, x, shift: x.size,
)
def shift_channels(x, shift):
    """x (N, C, *spatial) plus one number per channel."""
    return kernels.channel_affine(x, None, shift)


@primitive(
    x=lambda g, scale: g * per_channel(scale, g.shape),
    scale=lambda g, x: dot_channels(g, x, np.zeros(x.shape[1], x.dtype)),
    shift=lambda g: sum_channels(g),
    text="{x} · {scale} + {shift}",
    samples=lambda s: _sample(s, 1, 2),
    flops=lambda out, x, scale, shift: 2 * x.size,
    real_only=True,
)
def affine_channels(x, scale, shift):
    """x · scale + shift for x (N, C, *spatial), with one scale and one shift per channel."""
    return kernels.channel_affine(x, scale, shift)


@primitive(
    x=lambda g, a: g * per_channel(a, g.shape),
    y=lambda g, b: g * per_channel(b, g.shape),
    a=lambda g, x: dot_channels(g, x, np.zeros(x.shape[1], x.dtype)),
    b=lambda g, y: dot_channels(g, y, np.zeros(y.shape[1], y.dtype)),
    c=lambda g: sum_channels(g),
    text="{x} · {a} + {y} · {b} + {c}",
    samples=lambda s: _sample(s, 2, 3),
    flops=lambda out, x, y, a, b, c: 4 * x.size,
    real_only=True,
)
def mix_channels(x, y, a, b, c):
    """x · a + y · b + c for x and y (N, C, *spatial), with one a, b and c per channel."""
    return kernels.channel_mix(x, y, a, b, c)
