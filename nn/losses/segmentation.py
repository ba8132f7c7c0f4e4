"""Losses for rare classes and overlapping regions."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.losses.base import Loss

__all__ = ["DiceLoss", "FocalLoss", "TverskyLoss"]


class FocalLoss(Loss):
    """α_t (1 - p_t)^γ (-ln p_t) of scores; see `nn.functional.sigmoid_focal_loss`.

    >>> import nn, numpy as np
    >>> round(nn.FocalLoss()(np.zeros(1), np.ones(1)).item(), 4)
    0.0433
    """

    def __init__(self, alpha: float = 0.25, gamma: float = 2.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.alpha, self.gamma = alpha, gamma

    def forward(self, input: Any, target: Any) -> Any:
        return F.sigmoid_focal_loss(input, target, alpha=self.alpha, gamma=self.gamma, reduction=self.reduction)


class DiceLoss(Loss):
    """1 less the overlap 2 Σ x y / (Σ x + Σ y); see `nn.functional.dice_loss`.

    >>> import nn, numpy as np
    >>> nn.DiceLoss()(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])).item()
    0.0
    """

    def __init__(self, smooth: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.smooth = smooth

    def forward(self, input: Any, target: Any) -> Any:
        return F.dice_loss(input, target, smooth=self.smooth, reduction=self.reduction)


class TverskyLoss(Loss):
    """1 less the Tversky index; see `nn.functional.tversky_loss`.

    >>> import nn, numpy as np
    >>> nn.TverskyLoss()(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])).item()
    0.0
    """

    def __init__(self, alpha: float = 0.5, beta: float = 0.5, smooth: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.alpha, self.beta, self.smooth = alpha, beta, smooth

    def forward(self, input: Any, target: Any) -> Any:
        return F.tversky_loss(
            input, target, alpha=self.alpha, beta=self.beta, smooth=self.smooth, reduction=self.reduction
        )
