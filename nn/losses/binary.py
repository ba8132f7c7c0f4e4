"""Losses of yes-or-no predictions."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.losses.base import WeightedLoss

__all__ = ["BCELoss", "BCEWithLogitsLoss"]


class BCELoss(WeightedLoss):
    """Binary cross-entropy of probabilities: -y ln x - (1 - y) ln(1 - x), with logarithms bounded below by -100.

    `input` in (0, 1), `target` in [0, 1], of the same shape; `weight` broadcasts to it. Prefer `BCEWithLogitsLoss`,
    which takes scores before the sigmoid and is exact for all of them.

    >>> import nn, numpy as np
    >>> round(nn.BCELoss()(np.array([0.5]), np.array([1.0])).item(), 4)
    0.6931
    """

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction, weight=weight)

    def forward(self, input: Any, target: Any) -> Any:
        return F.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """Binary cross-entropy of scores: -p y ln σ(x) - (1 - y) ln(1 - σ(x)), without overflow.

    `input` and `target` have the same shape, to which `weight` and `pos_weight` (p, the weight of positive examples)
    broadcast.

    >>> import nn, numpy as np
    >>> round(nn.BCEWithLogitsLoss()(np.array([0.0, 1000.0]), np.array([1.0, 1.0])).item(), 4)
    0.3466
    """

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction, weight=weight, pos_weight=pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        return F.binary_cross_entropy_with_logits(input, target, self.weight, self.reduction, self.pos_weight)
