"""Losses for rare classes and overlapping regions: focal, dice, Tversky."""

from __future__ import annotations

from typing import Any

import autograd
from nn.functional.binary import binary_cross_entropy_with_logits
from nn.functional.checks import pair, reduced

__all__ = ["dice_loss", "sigmoid_focal_loss", "tversky_loss"]


def sigmoid_focal_loss(
    input: Any, target: Any, alpha: float = 0.25, gamma: float = 2.0, reduction: str = "none"
) -> Any:
    """α_t (1 - p_t)^γ (-ln p_t), p_t the probability of the right answer (Lin et al. 2017, arXiv 1708.02002, eq. 5).

    `input` holds scores, `target` 0 or 1; α weighs the ones and 1 - α the zeros, a negative α neither.

    >>> import numpy as np
    >>> from nn.functional import sigmoid_focal_loss
    >>> sigmoid_focal_loss(np.zeros(1), np.ones(1)).round(4)
    array([0.0433])
    """
    input, target = pair("sigmoid_focal_loss", input, target)
    p = autograd.sigmoid(input)
    entropy = binary_cross_entropy_with_logits(input, target, reduction="none")
    wrong = p * (1.0 - target) + (1.0 - p) * target
    loss = entropy * wrong**gamma
    if alpha >= 0:
        loss = loss * (alpha * target + (1 - alpha) * (1.0 - target))
    return reduced(loss, reduction)


def tversky_loss(
    input: Any,
    target: Any,
    alpha: float = 0.5,
    beta: float = 0.5,
    smooth: float = 1.0,
    reduction: str = "mean",
) -> Any:
    """1 - (TP + s) / (TP + α FP + β FN + s) for each example (Salehi et al. 2017, arXiv 1706.05721, eq. 3).

    `input` holds probabilities and `target` 0 or 1, both (N, …); the counts run over all but the first axis.

    >>> import numpy as np
    >>> from nn.functional import tversky_loss
    >>> tversky_loss(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]]))
    np.float64(0.0)
    """
    input, target = pair("tversky_loss", input, target)
    true = _total(input * target)
    false_positive, false_negative = _total(input * (1.0 - target)), _total((1.0 - input) * target)
    return reduced(1.0 - (true + smooth) / (true + alpha * false_positive + beta * false_negative + smooth), reduction)


def dice_loss(input: Any, target: Any, smooth: float = 1.0, reduction: str = "mean") -> Any:
    """1 - (2 Σ x y + s) / (Σ x + Σ y + s) for each example (Milletari et al. 2016, arXiv 1606.04797).

    `input` holds probabilities and `target` 0 or 1, both (N, …); the sums run over all but the first axis.

    >>> import numpy as np
    >>> from nn.functional import dice_loss
    >>> dice_loss(np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]]), smooth=0.0).round(4)
    np.float64(0.3333)
    """
    input, target = pair("dice_loss", input, target)
    return reduced(1.0 - (2.0 * _total(input * target) + smooth) / (_total(input) + _total(target) + smooth), reduction)


def _total(x: Any) -> Any:
    """The sum over all but the first axis."""
    return autograd.sum(x, axis=tuple(range(1, x.ndim)))
