"""Normalization by group, by instance, by the root mean square, and over neighbouring channels, each one node."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.graph import no_grad
from autograd.kernels import rows as kernels
from autograd.ops.axes import as_sizes, operand
from autograd.ops.channels import sum_channels
from autograd.ops.normalization import advance, batch_norm, bend, norm_pull_sample, norm_sum_sample
from autograd.ops.reductions import sum_
from autograd.ops.shape import astype, reshape_, sum_to
from autograd.primitive import primitive

__all__ = ["group_norm", "instance_norm", "local_response_norm", "rms_norm"]


def _floating(x):
    x = operand(x)
    return x if x.dtype.kind in "fc" else astype(x, np.float64)


# --- root mean square ------------------------------------------------------------------------------------------------


def _rms_norm_sample(s):
    rows, n = s.integer(0, 3), s.integer(1, 4)
    return (s.array((rows, n)), s.array((n,))), {"eps": s.choice([1e-1, 1e-2])}


@primitive(
    y=lambda g, x, weight, eps: weight * rms_norm_pull(g, x, np.ones(x.shape[1], x.dtype), eps),
    x=lambda g, y, x, weight, eps: bend(g, y, x, weight, rms_norm_pull, eps, False),
    weight=lambda g, y, x, weight_shape, eps: sum_to(
        y * rms_norm_pull(g, x, np.ones(x.shape[1], x.dtype), eps), weight_shape
    ),
    text="rms_norm′({x})ᵀ · {y}",
    linear="y weight",
    samples=norm_pull_sample,
    flops=lambda out, y, x, *_: 10 * x.size,
)
def rms_norm_pull(y, x, weight, eps):
    """What `rms_norm` hands back to x of an adjoint y: the derivative is symmetric but for the weights."""
    return kernels.normalize_pull(y, x, weight, eps, False)


@primitive(
    y=lambda g, x, eps: rms_norm_(x, g, eps),
    x=lambda g, y, x, eps: rms_norm_pull(y, x, g, eps),
    text="Σ {y} · rms_norm({x})",
    linear="y",
    samples=norm_sum_sample,
    flops=lambda out, y, x, eps: 6 * x.size,
)
def rms_norm_sum(y, x, eps):
    """Σ y · x / sqrt(mean x² + eps) over the rows: what `rms_norm` hands back to its weight."""
    return kernels.normalized_sum(y, x, eps, False)


@primitive(
    x=lambda g, x, weight, eps: rms_norm_pull(g, x, weight, eps),
    weight=lambda g, x, eps: rms_norm_sum(g, x, eps),
    text="rms_norm({x})",
    samples=_rms_norm_sample,
    flops=lambda out, x, *_: 5 * x.size,
)
def rms_norm_(x, weight, eps):
    """x / sqrt(mean x² + eps) · weight along each row of a matrix."""
    return kernels.normalize(x, weight, None, eps)


def rms_norm(input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    """Root mean square normalization (Zhang & Sennrich 2019) over the last axes.

    y = x / sqrt(mean x² + eps) · weight, with the mean over the axes of normalized_shape

    `normalized_shape` (an integer or a tuple) must be the end of input's shape; `weight` has that shape, or is None
    for 1. `eps` is the spacing of input's dtype unless given. As in PyTorch. Raises ValueError for other shapes.

    >>> import autograd
    >>> autograd.rms_norm(autograd.tensor([[1.0, 7.0]]), 2, eps=0.0)
    tensor([[0.2, 1.4]])
    """
    x, shape = _floating(input), as_sizes((normalized_shape,))
    if not shape or x.shape[-len(shape) :] != shape:
        raise ValueError(f"rms_norm: normalized_shape {shape} must be the end of the shape of the input, {x.shape}")
    if weight is not None and np.shape(weight) != shape:
        raise ValueError(f"rms_norm: weight of shape {np.shape(weight)}, wanted normalized_shape {shape}")
    n = math.prod(shape)
    weight = np.ones(n, x.dtype) if weight is None else reshape_(astype(weight, x.dtype, copy=False), (n,))
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    rows = reshape_(x, (math.prod(x.shape[: -len(shape)]), n))
    return reshape_(rms_norm_(rows, weight, eps), x.shape)


# --- groups of channels ----------------------------------------------------------------------------------------------


def _grouped(x, groups):
    """(N, C, *spatial) as (N, groups, C / groups, *spatial)."""
    return reshape_(x, (x.shape[0], groups, x.shape[1] // groups, *x.shape[2:]))


def _by_group(v, ndim):
    """One number per sample and group (N, groups), to be broadcast against what `_grouped` gives."""
    return reshape_(v, (*v.shape, *(1,) * (ndim - 1)))


def _by_channel(v, groups, ndim):
    """One number per channel (C,), to be broadcast against what `_grouped` gives."""
    return reshape_(v, (1, groups, v.shape[0] // groups, *(1,) * (ndim - 2)))


def _group_norm_wrt_x(g, x, weight, out1, out2, groups, eps):
    # As for batch_norm, with one mean and one variance per sample and group, and g · weight for g.
    g, g_mean, g_var = g
    ndim = len(x.shape)
    axes, n = tuple(range(2, ndim + 1)), math.prod(x.shape[1:]) // groups
    mean, variance, g_mean, g_var = (_by_group(v, ndim) for v in (out1, out2 + eps, g_mean, g_var))
    centered, h = _grouped(x, groups) - mean, _grouped(g, groups) * _by_channel(weight, groups, ndim)
    scale = variance**-0.5
    slope = (2 * g_var - scale / variance * sum_(h * centered, axes, True)) / n
    return reshape_(scale * h + (slope * centered + (g_mean - scale * sum_(h, axes, True)) / n), x.shape)


def _group_norm_wrt_weight(g, x, out1, out2, groups, eps):
    ndim = len(x.shape)
    normal = (_grouped(x, groups) - _by_group(out1, ndim)) * _by_group((out2 + eps) ** -0.5, ndim)
    return sum_channels(g[0] * reshape_(normal, x.shape))


def _group_norm_sample(s):
    groups = s.integer(1, 2)
    shape = (s.integer(0, 2), groups * s.integer(1, 2), *s.shape(1, 2, 2, 3))
    x = s.array(shape)
    if s.boolean():
        x = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)
    return (x, s.array(shape[1:2]), s.array(shape[1:2])), {"groups": groups, "eps": s.choice([1e-1, 1e-2])}


@primitive(
    x=_group_norm_wrt_x,
    weight=_group_norm_wrt_weight,
    bias=lambda g: sum_channels(g[0]),
    text="group_norm({x})",
    outputs=3,
    samples=_group_norm_sample,
    flops=lambda out, x, *_: 8 * x.size,
)
def group_norm_(x, weight, bias, groups, eps):
    """(x - mean) / sqrt(var + eps) · weight + bias per sample and group of channels; also mean, var (N, groups)."""
    parts, axes = _grouped(x, groups), tuple(range(2, x.ndim + 1))
    mean = np.mean(parts, axes, keepdims=True)
    y = parts - mean
    variance = np.mean(y * y, axes, keepdims=True)
    y *= (variance + eps) ** -0.5
    y *= _by_channel(weight, groups, x.ndim)
    y += _by_channel(bias, groups, x.ndim)
    return y.reshape(x.shape), mean.reshape(len(x), groups), variance.reshape(len(x), groups)


def _vectors(op, x, **vectors):
    """Vectors of one number per channel, checked and in the dtype of x; None stays."""
    for name, vector in vectors.items():
        if vector is not None and np.shape(vector) != x.shape[1:2]:
            raise ValueError(
                f"{op}: {name} of shape {np.shape(vector)}, wanted one per channel of input {x.shape}: {x.shape[1:2]}"
            )
    return [v if v is None else astype(v, x.dtype, copy=False) for v in vectors.values()]


def _scale_and_shift(x, weight, bias):
    channels = x.shape[1:2]
    weight = np.ones(channels, x.dtype) if weight is None else weight
    return weight, np.zeros(channels, x.dtype) if bias is None else bias


def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Group normalization (Wu & He 2018): mean 0 and variance 1 over each sample's groups of channels.

    y = (x - mean) / sqrt(var + eps) · weight + bias, mean and var (divided by n) per sample and group

    `input` is (N, C, *spatial), C a multiple of `num_groups`; `weight` and `bias` are (C,), or None for 1 and 0. As in
    PyTorch, but for a group of a single value, which would give the bias whatever the input: that raises ValueError,
    as other shapes do.

    >>> import autograd, numpy as np
    >>> autograd.group_norm(np.array([[1.0, 3.0, 0.0, 10.0]]), 2, eps=0.0)
    array([[-1.,  1., -1.,  1.]])
    """
    x, groups = _floating(input), operator.index(num_groups)
    if len(x.shape) < 2 or groups < 1 or x.shape[1] % groups:
        raise ValueError(
            f"group_norm: input of shape {x.shape}, wanted (N, C, *spatial) with C a multiple of num_groups={groups}"
        )
    weight, bias = _vectors("group_norm", x, weight=weight, bias=bias)
    if math.prod(x.shape[1:]) // groups < 2:
        raise ValueError(
            f"group_norm: each of the {groups} groups of an input {x.shape} has less than two values; take fewer groups"
        )
    weight, bias = _scale_and_shift(x, weight, bias)
    return group_norm_(x, weight, bias, groups, eps)[0]


def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Instance normalization (Ulyanov et al. 2016): each channel of each sample to mean 0 and variance 1.

    y = (x - mean) / sqrt(var + eps) · weight + bias, mean and var (divided by n) per sample and channel

    `input` is (N, C, *spatial); `weight` and `bias` are (C,), or None for 1 and 0. With `use_input_stats`, running_mean
    and running_var (Tensors or arrays (C,), or None) are moved in place towards the means over the batch of mean and
    var (divided by n - 1) by the share `momentum`; without, they are used instead. As in PyTorch. Raises ValueError for
    other shapes, and for a single value per channel.

    >>> import autograd, numpy as np
    >>> autograd.instance_norm(np.array([[[1.0, 3.0], [0.0, 10.0]]]), eps=0.0)
    array([[[-1.,  1.],
            [-1.,  1.]]])
    """
    x = _floating(input)
    if len(x.shape) < 3:
        raise ValueError(f"instance_norm: input of shape {x.shape}, wanted (N, C, *spatial)")
    weight, bias = _vectors("instance_norm", x, weight=weight, bias=bias)
    _vectors("instance_norm", x, running_mean=running_mean, running_var=running_var)
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise ValueError("instance_norm: without use_input_stats it needs running_mean and running_var")
        return batch_norm(x, running_mean, running_var, weight, bias, eps=eps)
    n = math.prod(x.shape[2:])
    if n < 2:
        raise ValueError(f"instance_norm needs more than one value per sample and channel, got input {x.shape}")
    weight, bias = _scale_and_shift(x, weight, bias)
    y, mean, variance = group_norm_(x, weight, bias, max(1, x.shape[1]), eps)
    with no_grad():
        for running, value in ((running_mean, mean), (running_var, variance * (n / (n - 1)))):
            if running is not None and len(x):
                advance(running, value.mean(0), momentum)
    return y


# --- neighbouring channels -------------------------------------------------------------------------------------------


def _window_sample(s):
    size = s.integer(1, 4)
    return (s.array((s.integer(0, 2), s.integer(1, 4), *s.shape(0, 1))),), {
        "size": size,
        "before": s.integer(0, size - 1),
    }


@primitive(
    x=lambda g, size, before: window_sum(g, size, size - 1 - before),
    text="Σ window {x}",
    linear="x",
    samples=_window_sample,
    flops=lambda out, x, size, before: size * x.size,
)
def window_sum(x, size, before):
    """Σ of the channels c - before … c - before + size - 1 at each channel c of x (N, C, …), as far as they exist."""
    out = np.zeros_like(x)
    channels = x.shape[1]
    for offset in range(-min(before, channels), min(size - before, channels)):
        low, high = max(0, -offset), min(channels, channels - offset)
        out[:, low:high] += x[:, low + offset : high + offset]
    return out


def _local_response_norm_wrt_x(g, x, out1, size, alpha, beta):
    # y = x · base^-β, base = k + α/size · Σ x² over the window
    g, g_base = g
    power = out1**-beta
    spread = window_sum(g_base - beta * (g * x * (power / out1)), size, size - 1 - size // 2)
    return g * power + 2 * alpha / size * (x * spread)


def _local_response_norm_sample(s):
    x = s.array((s.integer(0, 2), s.integer(1, 4), *s.shape(1, 2, 0, 2)))
    return (x,), {"size": s.integer(1, 4), "alpha": 0.5, "beta": s.choice([0.75, 2.0]), "k": s.choice([1.0, 0.5])}


@primitive(
    x=_local_response_norm_wrt_x,
    text="local_response_norm({x})",
    outputs=2,
    samples=_local_response_norm_sample,
    flops=lambda out, x, size, *_: (size + 5) * x.size,
)
def local_response_norm_(x, size, alpha, beta, k):
    """x · base^-β with base = k + α/size · Σ x² over `size` neighbouring channels; also base."""
    base = k + alpha / size * window_sum(x * x, size, size // 2)
    return x * base**-beta, base


def local_response_norm(input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Any:
    """Local response normalization (Krizhevsky et al. 2012) over `size` neighbouring channels.

    y_c = x_c / (k + α/size · Σ x_j²)^β, j from c - size//2 to c + (size - 1)//2, as far as these channels exist

    `input` is (N, C, *spatial) with at least one spatial axis. As in PyTorch. Raises ValueError for other shapes.

    >>> import autograd, numpy as np
    >>> autograd.local_response_norm(np.ones((1, 3, 1)), size=2, alpha=2.0, beta=1.0, k=0.0).ravel()
    array([1. , 0.5, 0.5])
    """
    x, size = _floating(input), operator.index(size)
    if len(x.shape) < 3:
        raise ValueError(f"local_response_norm: input of shape {x.shape}, wanted (N, C, *spatial) of 3 axes or more")
    if size < 1:
        raise ValueError(f"local_response_norm: size must be ≥ 1, got {size}")
    return local_response_norm_(x, size, alpha, beta, k)[0]
