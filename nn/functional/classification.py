"""Losses of predictions of one class among several."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.graph import tell
from autograd.ops import losses
from autograd.ops.axes import every_value
from nn.functional.checks import checked_smoothing, in_dtype_of, operand, reduced, weighted

__all__ = [
    "cross_entropy",
    "linear_cross_entropy",
    "nll_loss",
]


def nll_loss(input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> Any:
    """-w_t x[t] of log-probabilities x (N, C, …) or (C,) and class indices t (N, …), reduced; the mean is over w_t.

    >>> import autograd, nn
    >>> nn.functional.nll_loss(autograd.tensor([[-0.5, -1.0]]), autograd.tensor([1]))
    tensor(1.)
    """
    rows, classes, kept, shape = _by_class("nll_loss", input, target, ignore_index)
    picked = -rows[np.arange(rows.shape[0]), classes]
    return _reduced_by_class(picked, _class_weights(rows, classes, kept, weight), shape, reduction)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Cross-entropy of scores (N, C, …) or (C,) with class indices (N, …) or with probabilities in the scores' shape.

    See `nn.CrossEntropyLoss`. Raises ValueError for shapes that fit neither, IndexError for indices outside [0, C),
    TypeError for class indices that are no integers.

    >>> import autograd, nn
    >>> nn.functional.cross_entropy(autograd.tensor([[0.0, 0.0]]), autograd.tensor([1])).round(4)
    tensor(0.6931)
    """
    checked_smoothing(label_smoothing)
    input, target = operand(input), operand(target)
    if target.shape == input.shape and target.dtype.kind == "f":
        if ignore_index >= 0:
            raise ValueError(
                f"cross_entropy: ignore_index={ignore_index} names a class index, but the target holds probabilities "
                f"(dtype {target.dtype}, shape {target.shape}); give rows that do not count the target 0 everywhere"
            )
        return _soft_cross_entropy(input, target, weight, reduction, label_smoothing)
    rows, classes, kept, shape = _by_class("cross_entropy", input, target, ignore_index)
    loss = losses.softmax_cross_entropy(rows, classes)
    if weight is None and kept is None and not label_smoothing:
        return reduced(loss if len(shape) == 1 else loss.reshape(shape), reduction)
    weights = _class_weights(rows, classes, kept, weight)
    if not label_smoothing:
        return _reduced_by_class(loss, weights, shape, reduction)
    smooth = -autograd.sum(weighted(autograd.log_softmax(rows, 1), weight), 1)
    if kept is not None:
        smooth = smooth * kept
    mixed = (1 - label_smoothing) * (loss * weights) + (label_smoothing / rows.shape[1]) * smooth
    if reduction == "mean":
        return _mean_by_weight(mixed, weights)
    return reduced(mixed.reshape(shape), reduction)


def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> Any:
    """`cross_entropy` of the scores x Wᵀ + b: input (N, in_features), weight (C, in_features), classes (N,).

    >>> import numpy as np
    >>> from nn.functional import linear_cross_entropy
    >>> linear_cross_entropy(np.zeros((2, 4)), np.zeros((3, 4)), np.array([0, 2])).round(4)
    np.float64(1.0986)
    """
    scores = autograd.linear(operand(input), linear_weight, linear_bias)
    return cross_entropy(scores, target, weight, ignore_index, reduction, label_smoothing)


def _soft_cross_entropy(input: Any, target: Any, weight: Any, reduction: str, label_smoothing: float) -> Any:
    """Cross-entropy with a probability for each class; the mean is over everything but the classes."""
    axis = min(1, input.ndim - 1)
    if label_smoothing:
        target = (1 - label_smoothing) * target + label_smoothing / input.shape[axis]
    logs = autograd.log_softmax(input, axis)
    if weight is not None:
        logs = logs * in_dtype_of(logs, weight).reshape((-1, *[1] * (input.ndim - axis - 1)))
    return reduced(-autograd.sum(logs * target, axis), reduction)


def _by_class(op: str, input: Any, target: Any, ignore_index: int) -> tuple[Any, Any, Any, tuple[int, ...]]:
    """Scores as rows (M, C), class indices (M,), which of them count (None: all) and the shape of the loss."""
    x, t = operand(input), operand(target)
    wanted = x.shape[:1] + x.shape[2:] if x.ndim > 1 else ()
    if not x.ndim or t.shape != wanted:
        raise ValueError(
            f"{op}: an input of shape {x.shape} wants class indices of shape {wanted}"
            + (f" or probabilities of shape {x.shape}" if op == "cross_entropy" else "")
            + f", got a target of shape {t.shape} and dtype {t.dtype}"
        )
    if t.dtype.kind not in "iu":
        raise TypeError(f"{op}: class indices must be integers, got {t.dtype}; write target.astype(int)")
    kept = _check_classes(op, x, t, ignore_index)
    if kept is not None:
        t = autograd.where(kept, t, 0)
    if x.ndim != 2:
        rows = autograd.moveaxis(x, 1, -1) if x.ndim > 1 else x
        x, t = rows.reshape((t.size, rows.shape[-1])), t.reshape((t.size,))
        kept = None if kept is None else kept.reshape((t.size,))
    return x, t, kept, wanted


def _check_classes(op: str, x: Any, t: Any, ignore_index: int) -> Any:
    """Where the class indices count, None meaning everywhere; raises IndexError for those out of range."""
    count, values = x.shape[min(1, x.ndim - 1)], every_value(t)
    # Seen as unsigned, negative indices are large: one comparison finds everything out of the ordinary.
    if ignore_index < 0 and np.maximum.reduce(values.view(f"u{values.itemsize}"), None, initial=0) < max(count, 1):
        tell("ranged", t, count)
        return None
    wrong = ((values < 0) | (values >= count)) & (values != ignore_index)
    if wrong.any():
        raise IndexError(
            f"{op}: class index {values[wrong].flat[0]} is out of range for {count} classes "
            f"(an input of shape {x.shape}); indices run from 0 to {count - 1}"
        )
    return t != ignore_index


def _class_weights(rows: Any, classes: Any, kept: Any, weight: Any) -> Any:
    """The weight of each sample: that of its class, and 0 where it is to be ignored."""
    if weight is None:
        weights = np.ones(rows.shape[0], rows.dtype)
    else:
        weight = in_dtype_of(rows, weight)
        if weight.shape != (rows.shape[1],):
            raise ValueError(f"weight wants one number per class ({rows.shape[1]}), got shape {weight.shape}")
        weights = autograd.take(weight, classes, 0)
    return weights if kept is None else weights * kept


def _reduced_by_class(loss: Any, weights: Any, shape: tuple[int, ...], reduction: str) -> Any:
    """Losses (M,) times weights, reduced; the mean is over the weights."""
    if reduction == "mean":
        return _mean_by_weight(loss * weights, weights)
    return reduced((loss * weights).reshape(shape), reduction)


def _mean_by_weight(weighted: Any, weights: Any) -> Any:
    """Σ weighted / Σ weights; of no weight at all NaN, but as a constant, so that no gradient becomes NaN."""
    total = autograd.sum(weights)
    empty = total == 0
    mean = autograd.sum(weighted) / autograd.where(empty, 1, total)
    return autograd.where(empty, np.asarray(np.nan, mean.dtype), mean)
