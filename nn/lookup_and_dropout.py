"""Embedding and dropout as functions with all of PyTorch's options; `nn.functional` offers them."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.dtypes import as_array
from autograd.graph import assign
from autograd.tensor import Tensor


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
    if sparse:
        raise ValueError("embedding: sparse=True is not supported; gradients are dense")
    if max_norm is not None:
        _shrink_rows(weight, input, max_norm, norm_type)
    return autograd.embedding(input, weight, padding_idx, scale_grad_by_freq)


def _shrink_rows(weight: Any, indices: Any, max_norm: float, norm_type: float) -> None:
    values = np.array(weight.data if isinstance(weight, Tensor) else weight)
    rows = np.unique(indices.data if isinstance(indices, Tensor) else np.asarray(indices))
    norms = np.linalg.norm(values[rows], norm_type, axis=1, keepdims=True)
    values[rows] *= np.where(norms > max_norm, max_norm / (norms + 1e-7), 1)
    if isinstance(weight, Tensor):
        assign([weight], [values])
    else:
        weight[...] = values


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """Set each element to 0 with probability p and scale the others by 1 / (1 - p); without `training` nothing happens.

    Raises ValueError unless 0 ≤ p ≤ 1, and for `inplace=True`: values that a derivative may need are not overwritten.

    >>> from nn.functional import dropout
    >>> import numpy as np
    >>> dropout(np.ones(3), p=0.5, training=False)
    array([1., 1., 1.])
    """
    _refuse_inplace("dropout", inplace)
    return autograd.dropout(input, p, training, generator)


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """`dropout` of whole channels of (N, C, L) or (C, L).

    >>> import nn, numpy as np
    >>> y = nn.functional.dropout1d(np.ones((4, 5, 2)), p=0.5)
    >>> sorted(set(y.ravel().tolist()))
    [0.0, 2.0]
    """
    return _channel_dropout(1, input, p, training, inplace, generator)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """`dropout` of whole channels of (N, C, H, W) or (C, H, W).

    >>> import nn, numpy as np
    >>> y = nn.functional.dropout2d(np.ones((4, 5, 2, 2)), p=0.5)
    >>> sorted(set(y.ravel().tolist()))
    [0.0, 2.0]
    """
    return _channel_dropout(2, input, p, training, inplace, generator)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """`dropout` of whole channels of (N, C, D, H, W) or (C, D, H, W).

    >>> import nn, numpy as np
    >>> y = nn.functional.dropout3d(np.ones((4, 5, 2, 2, 2)), p=0.5)
    >>> sorted(set(y.ravel().tolist()))
    [0.0, 2.0]
    """
    return _channel_dropout(3, input, p, training, inplace, generator)


def _channel_dropout(rank: int, input: Any, p: float, training: bool, inplace: bool, generator: Any) -> Any:
    op = f"dropout{rank}d"
    _refuse_inplace(op, inplace)
    x = input if isinstance(input, (Tensor, np.ndarray)) else as_array(input)
    if x.ndim not in (rank + 1, rank + 2):
        raise ValueError(f"{op} wants an input of {rank + 1} or {rank + 2} axes, got shape {x.shape}")
    if not training or p == 0:
        return autograd.dropout(x, p, training)
    return x * autograd.dropout(np.ones((*x.shape[:-rank], *(1,) * rank), x.dtype), p, training, generator)


def _refuse_inplace(op: str, inplace: bool) -> None:
    if inplace:
        raise ValueError(f"{op}: inplace=True would overwrite values that a derivative may need; leave it out")
