"""Connectionist temporal classification."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.losses.base import Loss

__all__ = ["CTCLoss"]


class CTCLoss(Loss):
    """Connectionist temporal classification; see `nn.functional.ctc_loss`.

    >>> import nn, numpy as np
    >>> even = np.log(np.full((2, 1, 2), 0.5))
    >>> round(nn.CTCLoss()(even, np.array([[1]]), [2], [1]).item(), 4)
    0.2877
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction)
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Any:
        return F.ctc_loss(
            log_probs,
            targets,
            input_lengths,
            target_lengths,
            blank=self.blank,
            reduction=self.reduction,
            zero_infinity=self.zero_infinity,
        )
