"""Losses of predictions of one class among several."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.functional.checks import checked_smoothing
from nn.losses.base import WeightedLoss

__all__ = ["CrossEntropyLoss", "NLLLoss"]


class NLLLoss(WeightedLoss):
    """Negative log-likelihood of log-probabilities (N, C, …) at the class indices `target` (N, …): -w_t x[t].

    The mean is weighted: Σ -w_t x[t] / Σ w_t. Samples whose target is `ignore_index` count nowhere.

    >>> import nn, numpy as np
    >>> round(nn.NLLLoss()(np.log(np.array([[0.25, 0.75]])), np.array([0])).item(), 4)
    1.3863
    """

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction, weight=weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class CrossEntropyLoss(WeightedLoss):
    """Cross-entropy of scores (N, C, …) or (C,): -w_t ln softmax(x)[t], averaged with weights: Σ … / Σ w_t.

    `target` holds class indices (N, …), or probabilities in the shape of the input; then the loss is -Σ_c y_c w_c ln
    softmax(x)_c, averaged over N. Samples whose index is `ignore_index` count nowhere. `label_smoothing` ε replaces the
    target y by (1 - ε) y + ε / C.

    >>> import nn, numpy as np
    >>> round(nn.CrossEntropyLoss()(np.zeros((2, 10)), np.array([3, 7])).item(), 4)
    2.3026
    """

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction, weight=weight)
        self.ignore_index = ignore_index
        self.label_smoothing = checked_smoothing(label_smoothing)

    def forward(self, input: Any, target: Any) -> Any:
        return F.cross_entropy(
            input,
            target,
            self.weight,
            self.ignore_index,
            self.reduction,
            self.label_smoothing,
        )
