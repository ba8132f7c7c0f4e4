"""Rows of a table, with all of PyTorch's options."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import one_hot
from autograd.graph import assign
from autograd.tensor import Tensor

__all__ = ["embedding", "one_hot"]


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
