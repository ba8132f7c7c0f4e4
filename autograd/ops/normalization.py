"""Batch and layer normalization, each one node with hand-written rules."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import assign, no_grad
from autograd.kernels import channels as kernels, rows as row_kernels
from autograd.ops.axes import as_sizes, operand
from autograd.ops.channels import affine_channels, dot_channels, mix_channels, sum_channels
from autograd.ops.reductions import mean_, sum_
from autograd.ops.shape import astype, reshape_, sum_to
from autograd.primitive import primitive
from autograd.tensor import Tensor

__all__ = ["batch_norm", "layer_norm"]


# --- batch normalization ----------------------------------------------------------------------------------------------


def _per_channel(shape):
    """How many elements share a channel."""
    return shape[0] * math.prod(shape[2:])


def _batch_norm_wrt_x(g, x, weight, out1, out2, eps):
    # With y = scale · (x - mean) + bias, scale = weight / sqrt(var + eps), and n elements per channel:
    # dx = scale · (g - Σg/n) - (x - mean) · scale / (var + eps) · Σ(g · (x - mean))/n, and the parts by mean and var.
    g, g_mean, g_var = g
    n, mean, variance = _per_channel(x.shape), out1, out2 + eps
    scale = weight * variance**-0.5
    slope = (2 * g_var - scale / variance * dot_channels(g, x, mean)) / n
    return mix_channels(g, x, scale, slope, (g_mean - scale * sum_channels(g)) / n - slope * mean)


def _batch_norm_sample(s):
    shape = (s.integer(2, 3), s.integer(1, 3), *s.shape(0, 2, 1, 3))
    channels = shape[1:2]
    return (s.array(shape), s.array(channels), s.array(channels)), {"eps": s.choice([1e-1, 1e-2])}


@primitive(
    x=_batch_norm_wrt_x,
    weight=lambda g, x, out1, out2, eps: dot_channels(g[0], x, out1) * (out2 + eps) ** -0.5,
    bias=lambda g: sum_channels(g[0]),
    text="batch_norm({x})",
    outputs=3,
    samples=_batch_norm_sample,
    flops=lambda out, x, *_: 7 * x.size,
    real_only=True,
)
def batch_norm_(x, weight, bias, eps):
    """(x - mean) / sqrt(var + eps) · weight + bias per channel of x (N, C, *spatial); also the mean and variance."""
    mean, variance = kernels.channel_moments(x)
    scale = weight * (variance + eps) ** -0.5
    return kernels.channel_affine(x, scale, bias - scale * mean), mean, variance


_VECTORS = ("weight", "bias", "running_mean", "running_var")


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Batch normalization (Ioffe & Szegedy 2015): each channel to mean 0 and variance 1, then scaled and shifted.

    y = (x - mean) / sqrt(var + eps) · weight + bias, with mean and var (divided by n) per channel

    `input` is (N, C) or (N, C, *spatial); `weight` and `bias` are (C,), or None for 1 and 0. In `training` the mean and
    the variance are those of the batch; running_mean and running_var (Tensors or arrays (C,), or None) are moved
    towards them in place: running = (1 - momentum)·running + momentum·batch, the variance there divided by n - 1.
    Otherwise the running values are used. As in PyTorch.

    Raises ValueError for other shapes, without running values outside training, and in training with a single value
    per channel.

    >>> import autograd
    >>> autograd.batch_norm(autograd.tensor([[1.0], [3.0]]), None, None, training=True, eps=0.0)
    tensor([[-1.],
            [ 1.]])
    """
    x = operand(input)
    if len(x.shape) < 2:
        raise ValueError(f"batch_norm: input of shape {x.shape}, wanted (N, C) or (N, C, *spatial)")
    channels = x.shape[1:2]
    weight = np.ones(channels, x.dtype) if weight is None else astype(weight, x.dtype, copy=False)
    bias = np.zeros(channels, x.dtype) if bias is None else astype(bias, x.dtype, copy=False)
    for name, vector in zip(_VECTORS, (weight, bias, running_mean, running_var)):
        if vector is not None and vector.shape != channels:
            raise ValueError(
                f"batch_norm: {name} of shape {vector.shape}, wanted one per channel of input {x.shape}: {channels}"
            )
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError("batch_norm: without training=True it needs running_mean and running_var")
        mean, variance = (astype(r, x.dtype, copy=False) for r in (running_mean, running_var))
        scale = weight * (variance + eps) ** -0.5
        return affine_channels(x, scale, bias - scale * mean)
    n = _per_channel(x.shape)
    if n < 2 or 0 in x.shape:
        raise ValueError(
            f"batch_norm: training needs more than one value per channel, got input {x.shape}; use a larger batch, or "
            f"training=False (`module.eval()`)"
        )
    y, mean, variance = batch_norm_(x, weight, bias, eps)
    with no_grad():
        for running, value in ((running_mean, mean), (running_var, variance * (n / (n - 1)))):
            if running is not None:
                advance(running, value, momentum)
    return y


def advance(running, value, momentum):
    """Move running values in place towards new ones."""
    moved = (1 - momentum) * running + momentum * value
    if isinstance(running, Tensor):
        assign([running], [moved])
    else:
        running[...] = getattr(moved, "_data", moved)


# --- layer normalization ----------------------------------------------------------------------------------------------


def _dot_sample(s):
    shape = s.shape(2, 2)
    return (s.array(shape), s.array(shape)), {}


@primitive(
    x=lambda g, y: g * y,
    y=lambda g, x: g * x,
    text="Σ {x} · {y}",
    linear="x y",
    samples=_dot_sample,
    flops=lambda out, x, y: 2 * x.size,
)
def dot_rows(x, y):
    """Σ x · y along each row of two matrices: (rows, 1)."""
    return np.einsum("ij,ij->i", x, y)[:, None]


def _norm_sample(s):
    rows, n = s.integer(0, 3), s.integer(1, 4)
    return (s.array((rows, n)), s.array((n,))), {"eps": s.choice([1e-1, 1e-2])}


def _layer_norm_sample(s):
    (x, weight), params = _norm_sample(s)
    return (x, weight, s.array(weight.shape)), params


def norm_pull_sample(s):
    """An adjoint, rows, and their weights."""
    (x, weight), params = _norm_sample(s)
    return (s.array(x.shape), x, weight), params


def norm_sum_sample(s):
    """An adjoint and rows."""
    (x, _), params = _norm_sample(s)
    return (s.array(x.shape), x), params


def bend(g, y, x, weight, pull, eps, centered):
    """The derivative by x of Σ g · pull(y, x, weight, eps): how the slope of a normalization changes with x."""
    # With h = y · weight, a = Σ g·x̂ and b = Σ h·x̂ that sum is rate · (Σ g·h - n·mean(g)·mean(h) - a·b/n), and x̂ and
    # rate change with x as pull(·) and -rate²/n · x̂ say.
    n, one, h = max(1, x.shape[1]), np.ones(x.shape[1], x.dtype), y * weight
    shifted = x - mean_(x, (1,), True) if centered else x
    rate = (dot_rows(shifted, shifted) / n + eps) ** -0.5
    normal = shifted * rate
    a, b, both = dot_rows(g, normal), dot_rows(h, normal), dot_rows(g, h)
    if centered:
        both = both - sum_(g, (1,), True) * sum_(h, (1,), True) / n
    turned = b * pull(g, x, one, eps) + a * pull(y, x, weight, eps)
    return -(rate / n) * (rate * (both - a * b / n) * normal + turned)


@primitive(
    y=lambda g, x, weight, eps: weight * layer_norm_pull(g, x, np.ones(x.shape[1], x.dtype), eps),
    x=lambda g, y, x, weight, eps: bend(g, y, x, weight, layer_norm_pull, eps, True),
    weight=lambda g, y, x, weight_shape, eps: sum_to(
        y * layer_norm_pull(g, x, np.ones(x.shape[1], x.dtype), eps), weight_shape
    ),
    text="layer_norm′({x})ᵀ · {y}",
    linear="y weight",
    samples=norm_pull_sample,
    flops=lambda out, y, x, *_: 14 * x.size,
    real_only=True,
)
def layer_norm_pull(y, x, weight, eps):
    """What `layer_norm` hands back to x of an adjoint y: the derivative is symmetric but for the weights."""
    return row_kernels.normalize_pull(y, x, weight, eps, True)


@primitive(
    y=lambda g, x, eps: layer_norm_(x, g, np.zeros(x.shape[1], x.dtype), eps),
    x=lambda g, y, x, eps: layer_norm_pull(y, x, g, eps),
    text="Σ {y} · layer_norm({x})",
    linear="y",
    samples=norm_sum_sample,
    flops=lambda out, y, x, eps: 8 * x.size,
    real_only=True,
)
def layer_norm_sum(y, x, eps):
    """Σ y · (x - mean) / sqrt(var + eps) over the rows: what `layer_norm` hands back to its weight."""
    return row_kernels.normalized_sum(y, x, eps, True)


@primitive(
    x=lambda g, x, weight, eps: layer_norm_pull(g, x, weight, eps),
    weight=lambda g, x, eps: layer_norm_sum(g, x, eps),
    bias=lambda g, bias_shape: sum_to(g, bias_shape),
    text="layer_norm({x})",
    samples=_layer_norm_sample,
    flops=lambda out, x, *_: 8 * x.size,
    real_only=True,
)
def layer_norm_(x, weight, bias, eps):
    """(x - mean) / sqrt(var + eps) · weight + bias along each row of a matrix."""
    return row_kernels.normalize(x, weight, bias, eps)


def layer_norm(input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Layer normalization (Ba, Kiros & Hinton 2016): mean 0 and variance 1 over the last axes, then scaled and shifted.

    y = (x - mean) / sqrt(var + eps) · weight + bias, with mean and var (divided by n) over the axes of normalized_shape

    `normalized_shape` (an integer or a tuple) must be the end of input's shape; `weight` and `bias` have that shape, or
    are None for 1 and 0. As in PyTorch. Raises ValueError for other shapes.

    >>> import autograd
    >>> autograd.layer_norm(autograd.tensor([[1.0, 3.0], [0.0, 10.0]]), 2, eps=0.0)
    tensor([[-1.,  1.],
            [-1.,  1.]])
    """
    x = operand(input)
    shape = as_sizes((normalized_shape,))
    if not shape or x.shape[-len(shape) :] != shape:
        raise ValueError(f"layer_norm: normalized_shape {shape} must be the end of the shape of the input, {x.shape}")
    for name, value in (("weight", weight), ("bias", bias)):
        if value is not None and np.shape(value) != shape:
            raise ValueError(f"layer_norm: {name} of shape {np.shape(value)}, wanted normalized_shape {shape}")
    n = math.prod(shape)
    weight = np.ones(n, x.dtype) if weight is None else reshape_(astype(weight, x.dtype, copy=False), (n,))
    bias = np.zeros(n, x.dtype) if bias is None else reshape_(astype(bias, x.dtype, copy=False), (n,))
    rows = reshape_(x, (math.prod(x.shape[: -len(shape)]), n))
    return reshape_(layer_norm_(rows, weight, bias, eps), x.shape)
