"""Losses between real values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd.ops.axes import every_value
from nn.functional.checks import operand, pair, reduced, weighted_mean

__all__ = [
    "gaussian_nll_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "log_cosh_loss",
    "mape_loss",
    "mse_loss",
    "msle_loss",
    "poisson_nll_loss",
    "smooth_l1_loss",
]


def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """(input - target)², reduced; the shapes must be equal (ValueError).

    A `weight` of that shape multiplies it, and the mean is then divided by the sum of the weights.

    >>> import autograd, nn
    >>> nn.functional.mse_loss(autograd.tensor([1.0, 2.0]), autograd.tensor([1.0, 4.0]))
    tensor(2.)
    """
    loss = autograd.square(autograd.subtract(*pair("mse_loss", input, target)))
    return weighted_mean(loss, weight, reduction) if weight is not None else reduced(loss, reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """|input - target|, reduced; the shapes must be equal (ValueError).

    A `weight` of that shape multiplies it, and the mean is then divided by the sum of the weights.

    >>> import autograd, nn
    >>> nn.functional.l1_loss(autograd.tensor([1.0, 2.0]), autograd.tensor([1.0, 4.0]))
    tensor(1.)
    """
    loss = abs(autograd.subtract(*pair("l1_loss", input, target)))
    return weighted_mean(loss, weight, reduction) if weight is not None else reduced(loss, reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """½ d²/β where d = |x - y| < β, else d - ½ β; `beta=0` is the absolute error.

    >>> import numpy as np
    >>> from nn.functional import smooth_l1_loss
    >>> smooth_l1_loss(np.array([0.5, 3.0]), np.zeros(2), "none")
    array([0.125, 2.5  ])
    """
    if beta < 0:
        raise ValueError(f"smooth_l1_loss: beta must be at least 0, got {beta}")
    input, target = pair("smooth_l1_loss", input, target)
    d = autograd.abs(input - target)
    if beta == 0:
        return reduced(d, reduction)
    return reduced(autograd.where(d < beta, (0.5 / beta) * d * d, d - 0.5 * beta), reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None) -> Any:
    """½ d² where d = |x - y| ≤ δ, else δ (d - ½ δ) (Huber 1964).

    A `weight` of the input's shape multiplies it; unlike that of mse_loss and l1_loss, and as in PyTorch, the mean is
    still divided by the number of elements.

    >>> import numpy as np
    >>> from nn.functional import huber_loss
    >>> huber_loss(np.array([0.5, 3.0]), np.zeros(2), "none", delta=2.0)
    array([0.125, 4.   ])
    """
    if delta <= 0:
        raise ValueError(f"huber_loss: delta must be positive, got {delta}")
    input, target = pair("huber_loss", input, target)
    d = autograd.abs(input - target)
    loss = autograd.where(d <= delta, 0.5 * d * d, delta * (d - 0.5 * delta))
    return reduced(loss if weight is None else weighted_mean(loss, weight, "none"), reduction)


def log_cosh_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """ln cosh(x - y): half the square for small errors, the absolute error less ln 2 for large ones.

    >>> import numpy as np
    >>> from nn.functional import log_cosh_loss
    >>> log_cosh_loss(np.array([0.0, 100.0]), np.zeros(2), "none").round(4)
    array([ 0.    , 99.3069])
    """
    input, target = pair("log_cosh_loss", input, target)
    d = input - target
    return reduced(d + autograd.softplus(-2.0 * d) - math.log(2.0), reduction)


def mape_loss(input: Any, target: Any, reduction: str = "mean", eps: float = 1e-7) -> Any:
    """The absolute percentage error 100 |y - x| / max(|y|, ε).

    >>> import numpy as np
    >>> from nn.functional import mape_loss
    >>> mape_loss(np.array([90.0]), np.array([100.0]))
    np.float64(10.0)
    """
    input, target = pair("mape_loss", input, target)
    scale = autograd.maximum(autograd.abs(target), eps)
    return reduced(100.0 * autograd.abs(target - input) / scale, reduction)


def msle_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The squared error of logarithms (ln(1 + x) - ln(1 + y))²; raises ValueError for values not above -1.

    >>> import numpy as np
    >>> from nn.functional import msle_loss
    >>> msle_loss(np.array([np.e - 1]), np.array([0.0]))
    np.float64(1.0)
    """
    input, target = pair("msle_loss", input, target)
    for name, value in (("input", input), ("target", target)):
        if not np.all(every_value(value) > -1):
            raise ValueError(f"msle_loss: {name} must lie above -1, since ln(1 + {name}) is taken")
    d = autograd.log1p(input) - autograd.log1p(target)
    return reduced(d * d, reduction)


def poisson_nll_loss(
    input: Any, target: Any, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
) -> Any:
    """The negative log-likelihood of counts y under a Poisson distribution, but for ln y!: eˣ - y x.

    `input` is x, the logarithm of the rate, or with `log_input=False` the rate itself: x - y ln(x + ε). `full` adds
    Stirling's approximation of ln y! where y > 1: y ln y - y + ½ ln 2πy.

    >>> import numpy as np
    >>> from nn.functional import poisson_nll_loss
    >>> poisson_nll_loss(np.array([0.0]), np.array([2.0]))
    np.float64(1.0)
    """
    input, target = pair("poisson_nll_loss", input, target)
    if log_input:
        loss = autograd.exp(input) - target * input
    else:
        loss = input - target * autograd.log(input + eps)
    if full:
        safe = autograd.maximum(target, 1.0)
        stirling = target * autograd.log(safe) - target + 0.5 * autograd.log(2 * math.pi * safe)
        loss = loss + autograd.where(target > 1, stirling, 0.0)
    return reduced(loss, reduction)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Any:
    """The negative log-likelihood of y under N(x, var): ½ (ln var + (x - y)² / var), `full` adds ½ ln 2π.

    `var` has the shape of the input, or lacks its last axis, or has length 1 there. Below ε it counts as ε (its
    gradient passes all the same). Raises ValueError for negative variances and shapes that do not fit.

    >>> import numpy as np
    >>> from nn.functional import gaussian_nll_loss
    >>> gaussian_nll_loss(np.array([1.0]), np.array([3.0]), np.array([1.0]))
    np.float64(2.0)
    """
    input, target = pair("gaussian_nll_loss", input, target)
    if isinstance(var, float | int):
        var = autograd.full(input.shape, float(var), dtype=input.dtype)
    var = operand(var)
    if var.shape != input.shape:
        if var.shape == input.shape[:-1]:
            var = var[..., None]
        elif var.shape != (*input.shape[:-1], 1):
            raise ValueError(
                f"gaussian_nll_loss: var of shape {var.shape} for an input of shape {input.shape}; it must have that "
                f"shape, or lack the last axis, or have length 1 there"
            )
    if np.any(every_value(var) < 0):
        raise ValueError("gaussian_nll_loss: var has negative entries")
    var = var + autograd.maximum(eps - autograd.stop_gradient(var), 0)
    d = input - target
    loss = 0.5 * (autograd.log(var) + d * d / var)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """The terms y (ln y - x) of the divergence of distributions, x holding the logarithms of the predicted one.

    With `log_target`, y is given as its logarithm. `reduction="batchmean"` is the divergence: the sum over all but the
    first axis, averaged over that; "mean" averages over all elements.

    >>> import numpy as np
    >>> from nn.functional import kl_div
    >>> kl_div(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]), reduction="batchmean").round(4)
    np.float64(0.6931)
    """
    input, target = pair("kl_div", input, target)
    if log_target:
        loss = autograd.exp(target) * (target - input)
    else:
        present = autograd.where(target > 0, target, 1.0)
        loss = target * autograd.log(present) - target * input
    if reduction == "batchmean":
        return autograd.sum(loss) / (input.shape[0] if input.ndim else 1)
    return reduced(loss, reduction)
