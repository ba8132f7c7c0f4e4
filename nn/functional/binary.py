"""Losses of yes-or-no predictions."""

from __future__ import annotations

from typing import Any

from autograd import logsigmoid
from autograd.ops import losses
from autograd.ops.axes import every_value
from nn.functional.checks import in_dtype_of, pair, reduced, weighted

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
]


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """-y ln x - (1 - y) ln(1 - x) of probabilities, times `weight`, reduced.

    Raises ValueError for unequal shapes and for an input outside [0, 1].

    >>> import autograd, nn
    >>> nn.functional.binary_cross_entropy(autograd.tensor([0.5, 0.5]), autograd.tensor([1.0, 0.0])).round(4)
    tensor(0.6931)
    """
    input, target = pair("binary_cross_entropy", input, target)
    values = every_value(input)
    if values.size and not (values.min() >= 0 and values.max() <= 1):  # written so that NaN fails too
        raise ValueError(
            f"binary_cross_entropy wants probabilities in [0, 1] as input, got values from {values.min():g} to "
            f"{values.max():g}; apply a sigmoid first, or use binary_cross_entropy_with_logits on the scores"
        )
    return reduced(weighted(losses.binary_cross_entropy(input, target), weight), reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """-p y ln σ(x) - (1 - y) ln(1 - σ(x)) of scores x, times `weight`, reduced; p is `pos_weight`.

    Raises ValueError for unequal shapes of input and target.

    >>> import autograd, nn
    >>> scores, target = autograd.tensor([0.0, 0.0]), autograd.tensor([1.0, 0.0])
    >>> nn.functional.binary_cross_entropy_with_logits(scores, target).round(4)
    tensor(0.6931)
    """
    input, target = pair("binary_cross_entropy_with_logits", input, target)
    loss = losses.sigmoid_cross_entropy(input, target)
    if pos_weight is not None:
        # the term -y ln σ(x) once more, pos_weight - 1 times
        loss = loss - (in_dtype_of(loss, pos_weight) - 1) * target * logsigmoid(input)
    return reduced(weighted(loss, weight), reduction)
