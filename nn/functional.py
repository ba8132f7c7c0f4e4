"""Layers and losses as functions of arrays or Tensors, in PyTorch's names and semantics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

import autograd
from autograd import (
    abs,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    batch_norm,
    celu,
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    elu,
    gelu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    layer_norm,
    leaky_relu,
    linear,
    logsigmoid,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    mish,
    one_hot,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softplus,
    softshrink,
    softsign,
    tanh,
    tanhshrink,
    threshold,
)
from autograd.dtypes import as_array
from autograd.ops import losses
from autograd.tensor import Tensor
from nn.lookup_and_dropout import dropout, dropout1d, dropout2d, dropout3d, embedding

__all__ = [
    "ACTIVATIONS",
    "abs",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cross_entropy",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "elu",
    "embedding",
    "gelu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "mish",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "pad",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]

ACTIVATIONS = {f.__name__: f for f in (relu, leaky_relu, elu, selu, gelu, silu, softplus, sigmoid, tanh, autograd.step)}
"""Activations that can be named in a call, as in `nn.MLP([2, 8, 1], activation="tanh")`."""


def softmax(input: Any, dim: int = -1, dtype: DTypeLike | None = None) -> Any:
    """exp(x) / Σ exp(x) along `dim`, x first converted to `dtype` if that is given.

    >>> import autograd, nn
    >>> nn.functional.softmax(autograd.tensor([0.0, 0.0]))
    tensor([0.5, 0.5])
    """
    return _softmax(autograd.softmax, input, dim, dtype)


def softmin(input: Any, dim: int = -1, dtype: DTypeLike | None = None) -> Any:
    """softmax(-x) along `dim`.

    >>> import autograd, nn
    >>> nn.functional.softmin(autograd.tensor([0.0, 0.0]))
    tensor([0.5, 0.5])
    """
    return _softmax(autograd.softmin, input, dim, dtype)


def log_softmax(input: Any, dim: int = -1, dtype: DTypeLike | None = None) -> Any:
    """ln softmax(x) along `dim`.

    >>> import autograd, nn
    >>> nn.functional.log_softmax(autograd.tensor([0.0, 0.0])).round(4)
    tensor([-0.6931, -0.6931])
    """
    return _softmax(autograd.log_softmax, input, dim, dtype)


def _softmax(function: Any, input: Any, dim: int, dtype: DTypeLike | None) -> Any:
    input = _operand(input)
    if input.ndim:
        return function(input, dim, dtype)
    return function(autograd.reshape(input, 1), dim, dtype)[0]


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float = 0.0) -> Any:
    """Widen the last axes: `pad` = (left, right) of the last axis, then of the one before it, and so on.

    `mode` is "constant" (filled with `value`), "reflect", "replicate" or "circular"; a negative amount crops. Raises
    ValueError for an odd count, more pairs than axes, and an unknown mode.

    >>> from nn.functional import pad
    >>> import numpy as np
    >>> pad(np.ones((1, 2)), (1, 0, 0, 1))
    array([[0., 1., 1.],
           [0., 0., 0.]])
    """
    modes = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    if mode not in modes:
        raise ValueError(f"pad: unknown mode {mode!r}; choose one of {', '.join(modes)}")
    ndim = input.ndim
    if len(pad) % 2 or len(pad) > 2 * ndim:
        raise ValueError(
            f"pad: {len(pad)} amounts for an input of shape {input.shape}; wanted a pair (left, right) for each of the "
            f"last axes, at most {ndim} pairs"
        )
    pairs = [(0, 0)] * (ndim - len(pad) // 2) + [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]
    widths = [(max(low, 0), max(high, 0)) for low, high in pairs]
    if any(low + n + high < 0 for (low, high), n in zip(pairs, input.shape)):
        raise ValueError(f"pad: {tuple(pad)} takes away more than an input of shape {input.shape} has")
    filling = {"constant_values": value} if mode == "constant" else {}
    if mode == "circular":  # crops first: what is cut off does not come back at the other end
        return autograd.pad(_cropped(input, pairs), widths, modes[mode])
    return _cropped(autograd.pad(input, widths, modes[mode], **filling), pairs)


def _cropped(input: Any, pairs: list[tuple[int, int]]) -> Any:
    """The input without as many elements as the negative amounts say."""
    if all(amount >= 0 for pair in pairs for amount in pair):
        return input
    return input[tuple(slice(max(-low, 0), n - max(-high, 0)) for (low, high), n in zip(pairs, input.shape))]


# --- regression ------------------------------------------------------------------------------------------------------


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """(input - target)², reduced; the shapes must be equal (ValueError).

    >>> import autograd, nn
    >>> nn.functional.mse_loss(autograd.tensor([1.0, 2.0]), autograd.tensor([1.0, 4.0]))
    tensor(2.)
    """
    return _reduced(autograd.square(autograd.subtract(*_pair("mse_loss", input, target))), reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """|input - target|, reduced; the shapes must be equal (ValueError).

    >>> import autograd, nn
    >>> nn.functional.l1_loss(autograd.tensor([1.0, 2.0]), autograd.tensor([1.0, 4.0]))
    tensor(1.)
    """
    return _reduced(abs(autograd.subtract(*_pair("l1_loss", input, target))), reduction)


# --- yes or no -------------------------------------------------------------------------------------------------------


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """-y ln x - (1 - y) ln(1 - x) of probabilities, times `weight`, reduced.

    Raises ValueError for unequal shapes and for an input outside [0, 1].

    >>> import autograd, nn
    >>> nn.functional.binary_cross_entropy(autograd.tensor([0.5, 0.5]), autograd.tensor([1.0, 0.0])).round(4)
    tensor(0.6931)
    """
    input, target = _pair("binary_cross_entropy", input, target)
    values = _values(input)
    if values.size and not (values.min() >= 0 and values.max() <= 1):  # written so that NaN fails too
        raise ValueError(
            f"binary_cross_entropy wants probabilities in [0, 1] as input, got values from {values.min():g} to "
            f"{values.max():g}; apply a sigmoid first, or use binary_cross_entropy_with_logits on the scores"
        )
    return _reduced(_weighted(losses.binary_cross_entropy(input, target), weight), reduction)


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
    input, target = _pair("binary_cross_entropy_with_logits", input, target)
    loss = losses.sigmoid_cross_entropy(input, target)
    if pos_weight is not None:
        # the term -y ln σ(x) once more, pos_weight - 1 times
        loss = loss - (_in_dtype_of(loss, pos_weight) - 1) * target * logsigmoid(input)
    return _reduced(_weighted(loss, weight), reduction)


# --- classes ---------------------------------------------------------------------------------------------------------


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
    input, target = _operand(input), _operand(target)
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
        return _reduced(loss if len(shape) == 1 else loss.reshape(shape), reduction)
    weights = _class_weights(rows, classes, kept, weight)
    if not label_smoothing:
        return _reduced_by_class(loss, weights, shape, reduction)
    smooth = -autograd.sum(_weighted(autograd.log_softmax(rows, 1), weight), 1)
    if kept is not None:
        smooth = smooth * kept
    mixed = (1 - label_smoothing) * (loss * weights) + (label_smoothing / rows.shape[1]) * smooth
    if reduction == "mean":
        return _mean_by_weight(mixed, weights)
    return _reduced(mixed.reshape(shape), reduction)


def _soft_cross_entropy(input: Any, target: Any, weight: Any, reduction: str, label_smoothing: float) -> Any:
    """Cross-entropy with a probability for each class; the mean is over everything but the classes."""
    axis = min(1, input.ndim - 1)
    if label_smoothing:
        target = (1 - label_smoothing) * target + label_smoothing / input.shape[axis]
    logs = autograd.log_softmax(input, axis)
    if weight is not None:
        logs = logs * _in_dtype_of(logs, weight).reshape((-1, *[1] * (input.ndim - axis - 1)))
    return _reduced(-autograd.sum(logs * target, axis), reduction)


def _by_class(op: str, input: Any, target: Any, ignore_index: int) -> tuple[Any, Any, Any, tuple[int, ...]]:
    """Scores as rows (M, C), class indices (M,), which of them count (None: all) and the shape of the loss."""
    x, t = _operand(input), _operand(target)
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
    count, values = x.shape[min(1, x.ndim - 1)], _values(t)
    # Seen as unsigned, negative indices are large: one comparison finds everything out of the ordinary.
    if ignore_index < 0 and np.maximum.reduce(values.view(f"u{values.itemsize}"), None, initial=0) < max(count, 1):
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
        weight = _in_dtype_of(rows, weight)
        if weight.shape != (rows.shape[1],):
            raise ValueError(f"weight wants one number per class ({rows.shape[1]}), got shape {weight.shape}")
        weights = weight[classes]
    return weights if kept is None else weights * kept


def _reduced_by_class(loss: Any, weights: Any, shape: tuple[int, ...], reduction: str) -> Any:
    """Losses (M,) times weights, reduced; the mean is over the weights."""
    if reduction == "mean":
        return _mean_by_weight(loss * weights, weights)
    return _reduced((loss * weights).reshape(shape), reduction)


def _mean_by_weight(weighted: Any, weights: Any) -> Any:
    """Σ weighted / Σ weights; of no weight at all NaN, but as a constant, so that no gradient becomes NaN."""
    total = autograd.sum(weights)
    empty = total == 0
    mean = autograd.sum(weighted) / autograd.where(empty, 1, total)
    return autograd.where(empty, np.asarray(np.nan, mean.dtype), mean)


# --- shared ----------------------------------------------------------------------------------------------------------


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


def _reduced(loss: Any, reduction: str) -> Any:
    if reduction == "mean":
        return autograd.mean(loss)
    if reduction == "sum":
        return autograd.sum(loss)
    checked_reduction(reduction)
    return loss


def _weighted(loss: Any, weight: Any) -> Any:
    return loss if weight is None else loss * _in_dtype_of(loss, weight)


def _in_dtype_of(loss: Any, weight: Any) -> Any:
    return autograd.astype(_operand(weight), loss.dtype, copy=False)


def _operand(value: Any) -> Any:
    return value if isinstance(value, (Tensor, np.ndarray)) else as_array(value)


def _values(value: Any) -> np.ndarray:
    return value.data if isinstance(value, Tensor) else value


def _pair(op: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both as arrays or Tensors; raises ValueError unless their shapes are equal."""
    input, target = _operand(input), _operand(target)
    x, y = input.shape, target.shape
    if x == y:
        return input, target
    try:
        broadcast = f" (broadcasting would compare every pair, as shape {np.broadcast_shapes(x, y)})"
    except ValueError:
        broadcast = ""
    way = "target.reshape(input.shape)" if np.prod(x) == np.prod(y) else "the right part of one of them"
    raise ValueError(f"{op}: input of shape {x} and target of shape {y} must have equal shapes{broadcast}; use {way}")
