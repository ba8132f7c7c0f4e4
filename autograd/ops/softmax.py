"""Exponentials in relation to their sum, computed without overflow: softmax, log_softmax, logsumexp."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.kernels import rows as kernels
from autograd.ops.axes import operand, reduced_axes
from autograd.ops.reductions import spread, sum_
from autograd.ops.shape import astype
from autograd.primitive import primitive

__all__ = ["log_softmax", "logsumexp", "softmax", "softmin"]


def _sample(s):
    shape = s.shape(min_side=1)
    return (s.array(shape),), {"axis": s.axes(len(shape))}


def _flops(out, x, *params):
    return 5 * x.size


def _pull_sample(s):
    args, params = _sample(s)
    return (s.array(args[0].shape), kernels.softmax(*args, **params)), params


def _log_pull_sample(s):
    args, params = _sample(s)
    return (s.array(args[0].shape), kernels.log_softmax(*args, **params)), params


@primitive(
    x=lambda g, y, axis: softmax_pull(g, y, axis),
    y=lambda g, x, y, axis: g * (x - sum_(x * y, axis, True)) - x * sum_(g * y, axis, True),
    text="{y} · ({x} - Σ {x} · {y})",
    linear="x",
    samples=_pull_sample,
    flops=lambda out, x, y, axis: 4 * x.size,
)
def softmax_pull(x, y, axis):
    """y · (x - Σ x · y) along axes: what `softmax`, with the result y, hands back of an adjoint x."""
    return kernels.softmax_pull(x, y, axis)


@primitive(
    x=lambda g, out, axis: softmax_pull(g, out, axis),
    forward={"x": lambda t, out, axis: softmax_pull(t, out, axis)},
    text="softmax {x}",
    samples=_sample,
    flops=_flops,
)
def softmax_(x, axis):
    """exp(x) divided by its sum along axes."""
    return kernels.softmax(x, axis)


@primitive(
    x=lambda g, y, axis: g - sum_(np.exp(y) * g, axis, True),
    y=lambda g, x, y, axis: -(g * np.exp(y)) * sum_(x, axis, True),
    text="{x} - exp {y} · Σ {x}",
    linear="x",
    samples=_log_pull_sample,
    flops=lambda out, x, y, axis: 4 * x.size,
)
def log_softmax_pull(x, y, axis):
    """x - exp(y) · Σ x along axes: what `log_softmax`, with the result y, hands back of an adjoint x."""
    return kernels.log_softmax_pull(x, y, axis)


@primitive(
    x=lambda g, out, axis: log_softmax_pull(g, out, axis),
    forward={"x": lambda t, out, axis: t - sum_(np.exp(out) * t, axis, True)},
    text="ln softmax {x}",
    samples=_sample,
    flops=_flops,
)
def log_softmax_(x, axis):
    """x minus the logarithm of the sum of exp(x) along axes."""
    return kernels.log_softmax(x, axis)


def _logsumexp_sample(s):
    args, params = _sample(s)
    return args, {**params, "keepdims": s.boolean()}


def _weights(x, out, axis, keepdims):
    # The bound makes the weights 0, not NaN, where all of x and so the result is -inf.
    return np.exp(x - spread(np.maximum(out, np.finfo(x.dtype).min), x.shape, axis, keepdims))


@primitive(
    x=lambda g, x, out, x_shape, axis, keepdims: spread(g, x_shape, axis, keepdims) * _weights(x, out, axis, keepdims),
    forward={"x": lambda t, x, out, axis, keepdims: sum_(t * _weights(x, out, axis, keepdims), axis, keepdims)},
    text="ln Σ exp {x}",
    samples=_logsumexp_sample,
    flops=_flops,
)
def logsumexp_(x, axis=None, keepdims=False):
    """Logarithm of the sum of exp(x) along axes."""
    peak = np.minimum(kernels.peak(x, axis), np.finfo(x.dtype).max)
    with np.errstate(divide="ignore"):
        out = np.log(np.add.reduce(np.exp(x - peak), axis=axis, keepdims=True)) + peak
    return out if keepdims else out.reshape([n for i, n in enumerate(x.shape) if axis is not None and i not in axis])


def _floating(x, axis, dtype, op):
    x = operand(x)
    if dtype is not None or x.dtype.kind in "iub":
        x = astype(x, dtype or np.float64, copy=False)
    return x, reduced_axes(axis, x.shape, op)


def softmax(x: Any, axis: Any = -1, dtype: Any = None) -> Any:
    """exp(x) / Σ exp(x) along `axis` (an int, a tuple, or None for all): positive numbers whose sum is 1.

    Never overflows. Elements -inf get 0; where all are -inf the result is NaN, as in PyTorch. Integers become float64.

    >>> import autograd
    >>> autograd.softmax(autograd.tensor([0.0, 0.0, float("-inf")]))
    tensor([0.5, 0.5, 0. ])
    """
    return softmax_(*_floating(x, axis, dtype, "softmax"))


def softmin(x: Any, axis: Any = -1, dtype: Any = None) -> Any:
    """softmax(-x): the smallest element gets the largest share.

    >>> import autograd
    >>> autograd.softmin(autograd.tensor([1.0, 1.0]))
    tensor([0.5, 0.5])
    """
    x, axis = _floating(x, axis, dtype, "softmin")
    return softmax_(-x, axis)


def log_softmax(x: Any, axis: Any = -1, dtype: Any = None) -> Any:
    """ln softmax(x) = x - ln Σ exp(x) along `axis`, exact also where softmax underflows to 0.

    >>> import autograd
    >>> autograd.log_softmax(autograd.tensor([0.0, 1000.0]))
    tensor([-1000.,     0.])
    """
    return log_softmax_(*_floating(x, axis, dtype, "log_softmax"))


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """ln Σ exp(x) along `axis` (an int, a tuple, or None for all), a smooth maximum; never overflows.

    Where all elements are -inf, or there are none, the result is -inf and the gradient 0.

    >>> import autograd
    >>> autograd.logsumexp(autograd.tensor([1000.0, 1000.0]))
    tensor(1000.6932)
    """
    x, axis = _floating(x, axis, None, "logsumexp")
    return logsumexp_(x, axis, keepdims)
