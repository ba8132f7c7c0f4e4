"""What the loss modules have in common."""

from __future__ import annotations

from typing import Any

from nn.functional.checks import checked_reduction
from nn.inputs import is_raw, taken
from nn.module import Module


class Loss(Module):
    """A loss with a reduction: "mean", "sum" or "none"."""

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = checked_reduction(reduction)

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


class WeightedLoss(Loss):
    """A loss with weights, which move and convert with the module as buffers do."""

    weight: Any
    pos_weight: Any

    def __init__(self, reduction: str, **weights: Any) -> None:
        super().__init__(reduction)
        for name, weight in weights.items():
            self.register_buffer(name, taken(weight, None) if is_raw(weight) else weight)
