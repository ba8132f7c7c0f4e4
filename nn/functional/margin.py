"""Losses that ask for a margin: hinge losses, rankings, similarities, triplets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd.graph import tell
from autograd.ops.axes import every_value, settled_value
from nn.functional.checks import in_dtype_of, operand, pair, reduced
from nn.functional.distance import pairwise_distance

__all__ = [
    "categorical_hinge_loss",
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "hinge_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "soft_margin_loss",
    "squared_hinge_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


def hinge_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """max(0, 1 - y x) for targets y of -1 and 1.

    >>> import numpy as np
    >>> from nn.functional import hinge_loss
    >>> hinge_loss(np.array([0.5, 2.0]), np.array([1.0, -1.0]), "none")
    array([0.5, 3. ])
    """
    input, target = pair("hinge_loss", input, target)
    return reduced(autograd.relu(1.0 - target * input), reduction)


def squared_hinge_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """max(0, 1 - y x)² for targets y of -1 and 1.

    >>> import numpy as np
    >>> from nn.functional import squared_hinge_loss
    >>> squared_hinge_loss(np.array([0.5, 2.0]), np.array([1.0, -1.0]), "none")
    array([0.25, 9.  ])
    """
    input, target = pair("squared_hinge_loss", input, target)
    return reduced(autograd.square(autograd.relu(1.0 - target * input)), reduction)


def categorical_hinge_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """max(0, 1 + largest score of a wrong class - score of the right class): input (N, C), one-hot target (N, C).

    >>> import numpy as np
    >>> from nn.functional import categorical_hinge_loss
    >>> categorical_hinge_loss(np.array([[1.0, 0.5]]), np.array([[1.0, 0.0]]))
    np.float64(0.5)
    """
    input, target = pair("categorical_hinge_loss", input, target)
    right = autograd.sum(target * input, axis=-1)
    wrong = autograd.max((1.0 - target) * input, axis=-1)
    return reduced(autograd.relu(wrong - right + 1.0), reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """ln(1 + e^(-y x)) for targets y of -1 and 1.

    >>> import numpy as np
    >>> from nn.functional import soft_margin_loss
    >>> soft_margin_loss(np.array([0.0]), np.array([1.0])).round(4)
    np.float64(0.6931)
    """
    input, target = pair("soft_margin_loss", input, target)
    return reduced(autograd.softplus(-target * input), reduction)


def multilabel_soft_margin_loss(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """-(y ln σ(x) + (1 - y) ln(1 - σ(x))), averaged over the classes, the last axis; `weight` (C,) for each class.

    >>> import numpy as np
    >>> from nn.functional import multilabel_soft_margin_loss
    >>> multilabel_soft_margin_loss(np.zeros((1, 2)), np.array([[1.0, 0.0]])).round(4)
    np.float64(0.6931)
    """
    input, target = pair("multilabel_soft_margin_loss", input, target)
    loss = -(target * autograd.logsigmoid(input) + (1.0 - target) * autograd.logsigmoid(-input))
    if weight is not None:
        loss = loss * in_dtype_of(loss, weight)
    return reduced(autograd.mean(loss, axis=-1), reduction)


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """x where the target is 1, max(0, margin - x) where it is -1: x is a distance, small for what belongs together.

    >>> import numpy as np
    >>> from nn.functional import hinge_embedding_loss
    >>> hinge_embedding_loss(np.array([0.3, 0.3]), np.array([1.0, -1.0]), reduction="none")
    array([0.3, 0.7])
    """
    input, target = pair("hinge_embedding_loss", input, target)
    apart = autograd.where(target != 1, autograd.relu(margin - input), 0.0)
    together = autograd.where(target != -1, input, 0.0)
    return reduced(apart + together, reduction)


def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """max(0, -y (x₁ - x₂) + margin): y = 1 wants x₁ ranked above x₂, y = -1 below.

    >>> import numpy as np
    >>> from nn.functional import margin_ranking_loss
    >>> margin_ranking_loss(np.array([1.0]), np.array([3.0]), np.array([1.0]))
    np.float64(2.0)
    """
    input1, input2 = pair("margin_ranking_loss", input1, input2)
    difference, target = pair("margin_ranking_loss", input1 - input2, target)
    return reduced(autograd.relu(margin - target * difference), reduction)


def cosine_embedding_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """1 - cos(x₁, x₂) where the target is 1, max(0, cos(x₁, x₂) - margin) where it is -1.

    `input1` and `input2` are (N, D) with target (N,), or (D,) with target ().

    >>> import numpy as np
    >>> from nn.functional import cosine_embedding_loss
    >>> cosine_embedding_loss(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), np.array([1]))
    np.float64(1.0)
    """
    input1, input2 = pair("cosine_embedding_loss", input1, input2)
    target = operand(target)
    if target.shape != input1.shape[:-1] or not 1 <= input1.ndim <= 2:
        raise ValueError(
            f"cosine_embedding_loss: inputs of shape {input1.shape} with a target of shape {target.shape}; wanted "
            f"(N, D) with (N,), or (D,) with ()"
        )
    eps = 1e-12
    norms = (autograd.sum(input1 * input1, axis=-1) + eps) * (autograd.sum(input2 * input2, axis=-1) + eps)
    cosine = autograd.sum(input1 * input2, axis=-1) / autograd.sqrt(norms)
    together = autograd.where(target == 1, 1.0 - cosine, 0.0)
    apart = autograd.where(target == -1, autograd.relu(cosine - margin), 0.0)
    return reduced(together + apart, reduction)


def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
) -> Any:
    """Σ_(i≠y) max(0, margin - x_y + x_i)^p / C: scores (N, C) or (C,), classes y (N,) or (); `weight` (C,) by y.

    >>> import numpy as np
    >>> from nn.functional import multi_margin_loss
    >>> multi_margin_loss(np.array([[0.0, 0.5, 1.0]]), np.array([2])).round(4)
    np.float64(0.1667)
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p must be 1 or 2, got {p}")
    input, target = operand(input), operand(target)
    if target.shape != input.shape[:-1] or not 1 <= input.ndim <= 2:
        raise ValueError(
            f"multi_margin_loss: input of shape {input.shape} with a target of shape {target.shape}; wanted (N, C) "
            f"with (N,), or (C,) with ()"
        )
    classes = every_value(target)
    count = input.shape[-1]
    if classes.size and not (classes.min() >= 0 and classes.max() < count):
        raise IndexError(f"multi_margin_loss: classes from {classes.min()} to {classes.max()} for {count} scores")
    tell("ranged", target, count)
    chosen = autograd.equal(np.arange(count), target[..., None])
    right = autograd.sum(autograd.where(chosen, input, 0.0), axis=-1, keepdims=True)
    violated = autograd.relu(margin - right + input)
    violated = violated * violated if p == 2 else violated
    if weight is not None:
        violated = violated * in_dtype_of(violated, weight)[target][..., None]
    return reduced(autograd.sum(autograd.where(chosen, 0.0, violated), axis=-1) / count, reduction)


def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Σ over right classes j and wrong ones i of max(0, 1 - (x_j - x_i)) / C: scores (N, C) or (C,).

    `target` has the same shape and lists the right classes, in any order; what follows the first -1 is ignored.

    >>> import numpy as np
    >>> from nn.functional import multilabel_margin_loss
    >>> multilabel_margin_loss(np.array([[0.1, 0.2, 0.4, 0.8]]), np.array([[3, 0, -1, 1]])).round(4)
    np.float64(0.85)
    """
    input, target = pair("multilabel_margin_loss", input, target)
    if not 1 <= input.ndim <= 2:
        raise ValueError(f"multilabel_margin_loss: wants scores (N, C) or (C,), got shape {input.shape}")
    labels, count = settled_value(target, "multilabel_margin_loss"), input.shape[-1]
    if labels.size and not (labels.min() >= -1 and labels.max() < count):
        raise IndexError(f"multilabel_margin_loss: classes from {labels.min()} to {labels.max()} for {count} scores")
    listed = np.cumprod(labels >= 0, axis=-1).astype(bool)
    right = (listed[..., None] & (labels[..., None] == np.arange(count))).any(-2)
    between = autograd.relu(1.0 - (input[..., :, None] - input[..., None, :]))
    counted = right[..., :, None] & ~right[..., None, :]
    loss = autograd.sum(autograd.where(counted, between, 0.0), axis=(-2, -1)) / max(count, 1)
    return reduced(loss, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """max(0, d(a, p) - d(a, n) + margin) with d = ‖x - y + ε‖_p over the last axis (Balntas et al. 2016).

    `swap` takes the smaller of d(a, n) and d(p, n).

    >>> import numpy as np
    >>> from nn.functional import triplet_margin_loss
    >>> triplet_margin_loss(np.array([[0.0]]), np.array([[1.0]]), np.array([[3.0]])).round(4)
    np.float64(0.0)
    """
    distance = lambda x, y: pairwise_distance(x, y, p, eps)
    return triplet_margin_with_distance_loss(
        anchor, positive, negative, distance_function=distance, margin=margin, swap=swap, reduction=reduction
    )


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """`triplet_margin_loss` with a distance of your own, `pairwise_distance` unless given.

    >>> import numpy as np
    >>> from nn.functional import triplet_margin_with_distance_loss
    >>> d = lambda x, y: abs(x - y).sum(-1)
    >>> a, p, n = (np.array([[v]]) for v in (0.0, 2.0, 1.0))
    >>> triplet_margin_with_distance_loss(a, p, n, distance_function=d)
    np.float64(2.0)
    """
    if margin <= 0:
        raise ValueError(f"triplet_margin_loss: margin must be positive, got {margin}")
    anchor, positive = pair("triplet_margin_loss", anchor, positive)
    anchor, negative = pair("triplet_margin_loss", anchor, negative)
    distance = pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = autograd.minimum(far, distance(positive, negative))
    return reduced(autograd.relu(near - far + margin), reduction)
