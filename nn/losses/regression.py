"""Losses between real values."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.losses.base import Loss

__all__ = ["L1Loss", "MSELoss"]


class MSELoss(Loss):
    """Mean squared error: (x - y)², averaged (or `reduction="sum"`, `"none"`) over all elements.

    `input` and `target` have the same shape; otherwise ValueError.

    >>> import nn, numpy as np
    >>> nn.MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Any:
        return F.mse_loss(input, target, self.reduction)


class L1Loss(Loss):
    """Mean absolute error: |x - y|, averaged (or `reduction="sum"`, `"none"`) over all elements.

    `input` and `target` have the same shape; otherwise ValueError.

    >>> import nn, numpy as np
    >>> nn.L1Loss(reduction="sum")(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Any:
        return F.l1_loss(input, target, self.reduction)
