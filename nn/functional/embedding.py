"""Rows of a table, with all of PyTorch's options."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.graph import assign
from autograd.ops.axes import every_value, operand
from autograd.ops.bags import bag_of, largest_of_bag
from autograd.ops.embedding import add_rows
from autograd.ops.gather import positions
from autograd.tensor import Tensor

__all__ = ["embedding", "embedding_bag", "one_hot"]


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """The rows of `weight` (count, width) at the integers `input` (…) → (…, width); see `autograd.embedding`.

    With `max_norm`, the rows that are looked up and whose `norm_type`-norm is larger are first scaled down to it, in
    `weight` itself. Raises ValueError for `sparse=True`: gradients are dense.

    >>> from nn.functional import embedding
    >>> import numpy as np
    >>> embedding(np.array([1]), np.array([[0.0, 0.0], [3.0, 4.0]]), max_norm=1.0).round(3)
    array([[0.6, 0.8]])
    """
    refuse_sparse("embedding", sparse)
    if max_norm is not None:
        _shrink_rows(weight, input, max_norm, norm_type)
    return autograd.embedding(input, weight, padding_idx, scale_grad_by_freq)


def refuse_sparse(op: str, sparse: bool) -> None:
    """Raise ValueError where PyTorch would make sparse gradients."""
    if sparse:
        raise ValueError(f"{op}: sparse=True is not supported; gradients are dense")


def _shrink_rows(weight: Any, indices: Any, max_norm: float, norm_type: float) -> None:
    values = np.array(weight.data if isinstance(weight, Tensor) else weight)
    rows = np.unique(indices.data if isinstance(indices, Tensor) else np.asarray(indices))
    norms = np.linalg.norm(values[rows], norm_type, axis=1, keepdims=True)
    values[rows] *= np.where(norms > max_norm, max_norm / (norms + 1e-7), 1)
    if isinstance(weight, Tensor):
        assign([weight], [values])
    else:
        weight[...] = values


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The sum, mean or maximum of the rows of `weight` (count, width) that each bag of integers names: (bags, width).

    `input` (bags, n) has a bag in each row; `input` (n,) is cut into bags by `offsets` (bags,), which tell where each
    begins, the first at 0 (with `include_last_offset`, the last of them tells where the last bag ends). A bag without
    members gives zeros. `mode` is "sum", "mean" or "max"; of equal maxima the first gets the gradient.
    `per_sample_weights`, of the shape of `input`, multiply the rows of a "sum". Members equal to `padding_idx` do not
    count. `max_norm`, `norm_type` and `scale_grad_by_freq` are as in `embedding`.

    Raises ValueError for shapes that do not belong together, offsets that do not increase from 0, weights in another
    mode than "sum", and `sparse=True`.

    >>> import nn, numpy as np
    >>> table = np.array([[1.0, 1.0], [2.0, 0.0], [4.0, 5.0]])
    >>> nn.functional.embedding_bag(np.array([0, 1, 2]), table, np.array([0, 2]), mode="sum")
    array([[3., 1.],
           [4., 5.]])
    """
    op = "embedding_bag"
    refuse_sparse(op, sparse)
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"{op}: mode must be 'sum', 'mean' or 'max', got {mode!r}")
    if scale_grad_by_freq and mode == "max":
        raise ValueError(f"{op}: scale_grad_by_freq has no meaning for mode='max'")
    indices, weight = positions(op, input), operand(weight)
    if per_sample_weights is not None:
        per_sample_weights = operand(per_sample_weights)
        if mode != "sum" or per_sample_weights.shape != indices.shape:
            raise ValueError(
                f"{op}: per_sample_weights of shape {per_sample_weights.shape} for an input of shape {indices.shape} "
                f"in mode {mode!r}; wanted the input's shape, and mode='sum'"
            )
        per_sample_weights = autograd.reshape(per_sample_weights, -1)
    flat, bags, count = _bags(op, indices, offsets, include_last_offset)
    rows = embedding(flat, weight, None, max_norm, norm_type, scale_grad_by_freq)
    kept = np.not_equal(flat, -1 if padding_idx is None else padding_idx % weight.shape[0])
    if mode == "max":
        return _largest(rows, bags, kept, count)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights[:, None]
    if padding_idx is not None:
        rows = autograd.where(kept[:, None], rows, 0)
    sums = add_rows(rows, bags, count)
    if mode == "sum":
        return sums
    number = add_rows(autograd.astype(kept, rows.dtype)[:, None], bags, count)
    return sums / np.maximum(number, 1)


def _bags(op: str, indices: Any, offsets: Any, include_last_offset: bool) -> tuple[Any, Any, int]:
    """The members of all bags in a row, the bag of each, and the number of bags."""
    if len(indices.shape) == 2:
        if offsets is not None:
            raise ValueError(f"{op}: an input of shape {indices.shape} has a bag in each row; leave out the offsets")
        count, n = indices.shape
        return autograd.reshape(indices, -1), np.repeat(np.arange(count), n), count
    if len(indices.shape) != 1 or offsets is None:
        raise ValueError(f"{op}: input of shape {indices.shape}, wanted (bags, n), or (n,) with offsets (bags,)")
    offsets, total = positions(op, offsets), indices.shape[0]
    raw = every_value(offsets)
    if len(offsets.shape) != 1 or (raw.size and (raw.flat[0] != 0 or (np.diff(raw) < 0).any() or raw.max() > total)):
        raise ValueError(
            f"{op}: offsets must increase from 0 to at most the input's length {total}, got {np.array2string(raw)}"
        )
    count = offsets.shape[0]
    if include_last_offset:
        if not count or raw.flat[-1] != total:
            raise ValueError(
                f"{op}: with include_last_offset the last offset must be the input's length {total}, got "
                f"{np.array2string(raw)}"
            )
        offsets, count = offsets[:-1], count - 1
    if total and not count:
        raise ValueError(
            f"{op}: no offset is given for an input of shape {indices.shape}; a single bag has offsets [0]"
        )
    return indices, bag_of(offsets, total), count


def _largest(rows: Any, bags: Any, kept: Any, count: int) -> Any:
    place = largest_of_bag(rows, bags, kept, count)
    if not rows.shape[0]:
        return autograd.zeros((count, rows.shape[1]), dtype=rows.dtype) + autograd.sum(rows)
    values = autograd.take_along_axis(rows, np.maximum(place, 0), 0)
    return autograd.where(place >= 0, values, 0)


def one_hot(input: Any, num_classes: int = -1) -> Any:
    """Vectors with a 1 at the position given by the integers (…) → (…, num_classes), of dtype int64.

    -1 stands for one more than the largest; see `autograd.one_hot`.

    >>> import nn, numpy as np
    >>> nn.functional.one_hot(np.array([2, 0]))
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    return autograd.one_hot(input, num_classes)
