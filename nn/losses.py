"""Losses as modules; `nn.functional` has the same as functions."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.inputs import is_raw, taken
from nn.module import Module


class _Loss(Module):
    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = F.checked_reduction(reduction)

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


class _WeightedLoss(_Loss):
    weight: Any
    pos_weight: Any

    def __init__(self, reduction: str, **weights: Any) -> None:
        super().__init__(reduction)
        for name, weight in weights.items():
            self.register_buffer(name, taken(weight, None) if is_raw(weight) else weight)


class MSELoss(_Loss):
    """Mean squared error: (x - y)², averaged (or `reduction="sum"`, `"none"`) over all elements.

    `input` and `target` have the same shape; otherwise ValueError.

    >>> import nn, numpy as np
    >>> nn.MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Any:
        return F.mse_loss(input, target, self.reduction)


class L1Loss(_Loss):
    """Mean absolute error: |x - y|, averaged (or `reduction="sum"`, `"none"`) over all elements.

    `input` and `target` have the same shape; otherwise ValueError.

    >>> import nn, numpy as np
    >>> nn.L1Loss(reduction="sum")(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Any:
        return F.l1_loss(input, target, self.reduction)


class BCELoss(_WeightedLoss):
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


class BCEWithLogitsLoss(_WeightedLoss):
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


class NLLLoss(_WeightedLoss):
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


class CrossEntropyLoss(_WeightedLoss):
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
        self.label_smoothing = F.checked_smoothing(label_smoothing)

    def forward(self, input: Any, target: Any) -> Any:
        return F.cross_entropy(
            input,
            target,
            self.weight,
            self.ignore_index,
            self.reduction,
            self.label_smoothing,
        )
