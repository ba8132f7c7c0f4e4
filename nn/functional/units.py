"""Units with parameters, gates, random slopes, and activations from outside PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.ops.axes import one_axis
from autograd.ops.random import draw_uniform
from autograd.ops.sparsemax import sparsemax_
from autograd.random import Generator, numpy_generator
from autograd.tensor import Tensor
from nn.functional.checks import operand, refuse_inplace

__all__ = [
    "glu",
    "gumbel_softmax",
    "piecewise_linear",
    "prelu",
    "rrelu",
    "sparse_plus",
    "sparsemax",
    "squareplus",
]


def prelu(input: Any, weight: Any) -> Any:
    """x where x > 0, else weight · x.

    `weight` has one slope, or one per channel, which is axis 1 of the input. Raises ValueError for another number.

    >>> import autograd, nn
    >>> nn.functional.prelu(autograd.tensor([-2.0, 3.0]), autograd.tensor([0.25]))
    tensor([-0.5,  3. ])
    """
    x, weight = operand(input), operand(weight)
    channels = x.shape[1] if x.ndim > 1 else 1
    if weight.ndim > 1 or weight.size not in (1, channels):
        raise ValueError(
            f"prelu: weight of shape {weight.shape} for an input of shape {x.shape}; wanted one slope, or one for each "
            f"of its {channels} channels (axis 1)"
        )
    slope = weight.reshape((-1, *(1,) * (x.ndim - 2))) if weight.size > 1 else weight.reshape(())
    return autograd.where(x > 0, x, slope * x)


def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    generator: Generator | None = None,
) -> Any:
    """x where x ≥ 0, else a · x, with each a drawn from U(lower, upper) in training, else (lower + upper) / 2.

    Xu et al. 2015, https://arxiv.org/abs/1505.00853. Raises ValueError unless lower ≤ upper.

    >>> import autograd, nn
    >>> nn.functional.rrelu(autograd.tensor([-1.0, 3.0]), 0.2, 0.4).round(4)
    tensor([-0.3,  3. ])
    """
    refuse_inplace("rrelu", inplace)
    if not lower <= upper:
        raise ValueError(f"rrelu: lower = {lower} must not exceed upper = {upper}")
    x = operand(input)
    if not training:
        return autograd.leaky_relu(x, (lower + upper) / 2)
    slope = draw_uniform(lower, upper, x.shape, x.dtype, numpy_generator(generator))
    return autograd.where(x >= 0, x, (slope if isinstance(x, Tensor) else slope.data) * x)


def glu(input: Any, dim: int = -1) -> Any:
    """a · σ(b), a and b being the halves of the input along `dim` (Dauphin et al. 2017, https://arxiv.org/abs/1612.08083).

    Raises ValueError where that axis cannot be halved.

    >>> import autograd, nn
    >>> nn.functional.glu(autograd.tensor([2.0, 4.0, 0.0, 0.0]))
    tensor([1., 2.])
    """
    x = operand(input)
    axis = one_axis(dim, x.shape, "glu")
    half = x.shape[axis] // 2
    if x.shape[axis] % 2:
        raise ValueError(f"glu: axis {axis} of an input of shape {x.shape} has an odd length and cannot be halved")
    lead = (slice(None),) * axis
    return x[(*lead, slice(half))] * autograd.sigmoid(x[(*lead, slice(half, None))])


def gumbel_softmax(
    logits: Any,
    tau: float = 1.0,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
    generator: Generator | None = None,
) -> Any:
    """softmax((logits + G) / tau) along `dim`, with G = -ln(-ln U) for independent U from U(0, 1).

    A differentiable sample from the distribution softmax(logits), the sharper the smaller `tau` (Jang et al. 2017,
    https://arxiv.org/abs/1611.01144; Maddison et al. 2017). With `hard` the result is one-hot, but its gradient is that
    of the soft sample. `eps` has no meaning, as in PyTorch. Raises ValueError unless tau > 0.

    >>> import autograd, nn
    >>> nn.functional.gumbel_softmax(autograd.tensor([0.0, 100.0]), hard=True)
    tensor([0., 1.])
    """
    if not tau > 0:
        raise ValueError(f"gumbel_softmax: tau must be positive, got {tau}")
    x = operand(logits)
    uniform = draw_uniform(0.0, 1.0, x.shape, x.dtype, numpy_generator(generator))
    # 1 - U lies in (0, 1], so that -ln is at least 0; the smallest positive number keeps its logarithm finite
    exponential = np.maximum(-np.log1p(-uniform), np.finfo(x.dtype).tiny)
    noise = -np.log(exponential)
    y = autograd.softmax((x + (noise if isinstance(x, Tensor) else noise.data)) / tau, dim)
    if not hard:
        return y
    axis = one_axis(dim, x.shape, "gumbel_softmax")
    best = np.argmax(y, axis=axis, keepdims=True)
    places = np.arange(x.shape[axis]).reshape(-1, *(1,) * (x.ndim - 1 - axis))
    sharp = autograd.astype(np.equal(best, places), x.dtype)
    return y + (sharp - y.detach()) if isinstance(y, Tensor) else sharp


# --- from elsewhere ---------------------------------------------------------------------------------------------------


def sparsemax(input: Any, dim: int = -1) -> Any:
    """The point p ≥ 0, Σ p = 1, that is nearest to x along `dim`: max(x - τ, 0) with the τ that makes the sum 1.

    Like softmax, but small x get exactly 0. The derivative on the support S (where p > 0) is the identity minus the
    mean over S. Martins and Astudillo 2016, https://arxiv.org/abs/1602.02068.

    >>> import autograd, nn
    >>> nn.functional.sparsemax(autograd.tensor([0.0, 0.5, 1.0]))
    tensor([0.  , 0.25, 0.75])
    """
    x = operand(input)
    axis = one_axis(dim, x.shape, "sparsemax")
    if not x.shape[axis]:
        raise ValueError(f"sparsemax: axis {axis} of an input of shape {x.shape} is empty; there is no nearest point")
    return sparsemax_(x, axis)


def squareplus(input: Any, b: float = 4.0) -> Any:
    """(x + √(x² + b)) / 2: a smooth relu without exponentials (Barron 2021, https://arxiv.org/abs/2112.11687).

    >>> import autograd, nn
    >>> nn.functional.squareplus(autograd.tensor([-1.5, 0.0, 1.5]))
    tensor([0.5, 1. , 2. ])
    """
    x = operand(input)
    root = autograd.sqrt(x * x + b)
    # where x < 0 the sum would cancel: (x + r) / 2 = b / 2 / (r - x)
    negative = x < 0
    return autograd.where(
        negative, b / 2 / autograd.where(negative, root - x, 1), (autograd.where(negative, 0, x) + root) / 2
    )


def sparse_plus(input: Any) -> Any:
    """0 for x ≤ -1, (x + 1)² / 4 for -1 < x < 1, x for x ≥ 1: a smooth relu that is exactly 0, as in `jax.nn`.

    >>> import autograd, nn
    >>> nn.functional.sparse_plus(autograd.tensor([-2.0, 0.0, 3.0]))
    tensor([0.  , 0.25, 3.  ])
    """
    x = operand(input)
    inner = autograd.clip(x, -1, 1) + 1
    return inner * inner / 4 + autograd.relu(x - 1)


def piecewise_linear(input: Any, low: float = -0.5, high: float = 0.5) -> Any:
    """0 below `low`, 1 above `high`, a straight line in between; the derivative is 0 at and outside both.

    >>> import autograd, nn
    >>> nn.functional.piecewise_linear(autograd.tensor([-1.0, -0.25, 0.0, 2.0]))
    tensor([0.  , 0.25, 0.5 , 1.  ])
    """
    if not low < high:
        raise ValueError(f"piecewise_linear wants low < high, got {low} and {high}")
    return autograd.hardtanh((operand(input) - low) / (high - low), 0.0, 1.0)
