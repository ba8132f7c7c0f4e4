"""Losses that ask for a margin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn import functional as F
from nn.losses.base import Loss, WeightedLoss

__all__ = [
    "CategoricalHingeLoss",
    "CosineEmbeddingLoss",
    "HingeEmbeddingLoss",
    "HingeLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
    "SquaredHingeLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class HingeLoss(Loss):
    """max(0, 1 - y x) for targets y of -1 and 1.

    >>> import nn, numpy as np
    >>> nn.HingeLoss()(np.array([0.5]), np.array([1.0])).item()
    0.5
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return F.hinge_loss(input, target, reduction=self.reduction)


class SquaredHingeLoss(Loss):
    """max(0, 1 - y x)² for targets y of -1 and 1.

    >>> import nn, numpy as np
    >>> nn.SquaredHingeLoss()(np.array([0.5]), np.array([1.0])).item()
    0.25
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return F.squared_hinge_loss(input, target, reduction=self.reduction)


class CategoricalHingeLoss(Loss):
    """max(0, 1 + largest wrong score - right score), one-hot targets.

    >>> import nn, numpy as np
    >>> nn.CategoricalHingeLoss()(np.array([[1.0, 0.5]]), np.array([[1.0, 0.0]])).item()
    0.5
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return F.categorical_hinge_loss(input, target, reduction=self.reduction)


class SoftMarginLoss(Loss):
    """ln(1 + e^(-y x)) for targets y of -1 and 1.

    >>> import nn, numpy as np
    >>> round(nn.SoftMarginLoss()(np.array([0.0]), np.array([1.0])).item(), 4)
    0.6931
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class HingeEmbeddingLoss(Loss):
    """x where the target is 1, max(0, margin - x) where it is -1.

    >>> import nn, numpy as np
    >>> nn.HingeEmbeddingLoss()(np.array([0.25]), np.array([-1.0])).item()
    0.75
    """

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Any:
        return F.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class MarginRankingLoss(Loss):
    """max(0, -y (x₁ - x₂) + margin).

    >>> import nn, numpy as np
    >>> nn.MarginRankingLoss()(np.array([1.0]), np.array([3.0]), np.array([1.0])).item()
    2.0
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        return F.margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(Loss):
    """1 - cos(x₁, x₂) where the target is 1, max(0, cos(x₁, x₂) - margin) where it is -1.

    >>> import nn, numpy as np
    >>> nn.CosineEmbeddingLoss()(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), np.array([1])).item()
    1.0
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        return F.cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class MultiLabelMarginLoss(Loss):
    """A hinge between every right and every wrong class; see `nn.functional.multilabel_margin_loss`.

    >>> import nn, numpy as np
    >>> nn.MultiLabelMarginLoss()(np.array([[0.0, 0.0]]), np.array([[1, -1]])).item()
    0.5
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)


class TripletMarginLoss(Loss):
    """max(0, d(a, p) - d(a, n) + margin) with p-norm distances; see `nn.functional.triplet_margin_loss`.

    >>> import nn, numpy as np
    >>> round(nn.TripletMarginLoss()(np.array([[0.0]]), np.array([[2.0]]), np.array([[1.0]])).item(), 4)
    2.0
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        return F.triplet_margin_loss(
            anchor,
            positive,
            negative,
            margin=self.margin,
            p=self.p,
            eps=self.eps,
            swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(Loss):
    """max(0, d(a, p) - d(a, n) + margin) with a distance of your own.

    >>> import nn, numpy as np
    >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: abs(x - y).sum(-1))
    >>> loss(np.array([[0.0]]), np.array([[2.0]]), np.array([[1.0]])).item()
    2.0
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.distance_function, self.margin, self.swap = distance_function, margin, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


class MultiLabelSoftMarginLoss(WeightedLoss):
    """Binary cross-entropy of scores, averaged over the classes; see `nn.functional.multilabel_soft_margin_loss`.

    >>> import nn, numpy as np
    >>> round(nn.MultiLabelSoftMarginLoss()(np.zeros((1, 2)), np.array([[1.0, 0.0]])).item(), 4)
    0.6931
    """

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction, weight=weight)

    def forward(self, input: Any, target: Any) -> Any:
        return F.multilabel_soft_margin_loss(input, target, self.weight, self.reduction)


class MultiMarginLoss(WeightedLoss):
    """A hinge between the right class and every other; see `nn.functional.multi_margin_loss`.

    >>> import nn, numpy as np
    >>> nn.MultiMarginLoss()(np.array([[0.0, 0.5]]), np.array([1])).item()
    0.25
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction, weight=weight)
        self.p, self.margin = p, margin

    def forward(self, input: Any, target: Any) -> Any:
        return F.multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)
