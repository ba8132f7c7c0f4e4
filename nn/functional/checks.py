"""What losses and layers have in common: operands, reductions, equal shapes, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.dtypes import as_array
from autograd.tensor import Tensor


def checked_reduction(reduction: str) -> str:
    """The reduction's name; raises ValueError unless it is 'mean', 'sum' or 'none'."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    return reduction


def checked_smoothing(label_smoothing: float) -> float:
    """The label smoothing; raises ValueError unless it lies in [0, 1]."""
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must lie in [0, 1], got {label_smoothing}")
    return label_smoothing


def refuse_inplace(op: str, inplace: bool) -> None:
    """Raise ValueError where PyTorch would overwrite the input."""
    if inplace:
        raise ValueError(f"{op}: inplace=True would overwrite values that a derivative may need; leave it out")


def reduced(loss: Any, reduction: str) -> Any:
    if reduction == "mean":
        return autograd.mean(loss)
    if reduction == "sum":
        return autograd.sum(loss)
    checked_reduction(reduction)
    return loss


def weighted(loss: Any, weight: Any) -> Any:
    return loss if weight is None else loss * in_dtype_of(loss, weight)


def in_dtype_of(loss: Any, weight: Any) -> Any:
    return autograd.astype(operand(weight), loss.dtype, copy=False)


def operand(value: Any) -> Any:
    return value if isinstance(value, (Tensor, np.ndarray)) else as_array(value)


def pair(op: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both as arrays or Tensors; raises ValueError unless their shapes are equal."""
    input, target = operand(input), operand(target)
    x, y = input.shape, target.shape
    if x == y:
        return input, target
    try:
        broadcast = f" (broadcasting would compare every pair, as shape {np.broadcast_shapes(x, y)})"
    except ValueError:
        broadcast = ""
    way = "target.reshape(input.shape)" if np.prod(x) == np.prod(y) else "the right part of one of them"
    raise ValueError(f"{op}: input of shape {x} and target of shape {y} must have equal shapes{broadcast}; use {way}")


def weighted_mean(loss: Any, weight: Any, reduction: str) -> Any:
    """The loss times `weight`; "mean" divides by the sum of the weights."""
    weight = in_dtype_of(loss, weight)
    if weight.shape != loss.shape:
        raise ValueError(f"weight of shape {weight.shape} for losses of shape {loss.shape}; they must be equal")
    return (
        autograd.sum(loss * weight) / autograd.sum(weight) if reduction == "mean" else reduced(loss * weight, reduction)
    )
