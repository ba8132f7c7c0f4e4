"""Rows of a table looked up by number, and one-hot codes."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.graph import tell
from autograd.kernels.indexing import scatter_rows
from autograd.ops.axes import every_value, operand
from autograd.ops.gather import positions
from autograd.ops.selection import where
from autograd.primitive import primitive
from autograd.tensor import Tensor

__all__ = ["embedding", "one_hot"]


def _embedding_sample(s):
    rows, width = s.integer(1, 4), s.integer(0, 3)
    indices = s.integers(s.shape(0, 2), 0, rows - 1)
    return (s.array((rows, width)), indices), {}


def _rows_sample(s):
    (weight, indices), _ = _embedding_sample(s)
    return (s.array((*indices.shape, weight.shape[1])), indices), {"count": weight.shape[0]}


@primitive(
    weight=lambda g, indices, weight_shape: add_rows(g, indices, weight_shape[0]),
    indices=None,
    text="{weight}[{indices}]",
    linear="weight",
    samples=_embedding_sample,
)
def embedding_(weight, indices):
    """The rows of a matrix at `indices`."""
    return weight.take(indices, 0)


@primitive(
    x=lambda g, indices: embedding_(g, indices),
    indices=None,
    text="scatter({x}, {indices})",
    linear="x",
    samples=_rows_sample,
    flops=lambda out, x, *_: x.size,
)
def add_rows(x, indices, count):
    """A matrix of `count` rows to which those of x are added at `indices`: the adjoint of `embedding`."""
    return scatter_rows((count, x.shape[-1]), indices, x, x.dtype)


def embedding(input: Any, weight: Any, padding_idx: int | None = None, scale_grad_by_freq: bool = False) -> Any:
    """The rows of `weight` (count, width) at the integers `input` (…) → (…, width); PyTorch's `F.embedding`.

    The row `padding_idx` gets no gradient from here; with `scale_grad_by_freq` the gradient of each row is divided by
    how often `input` holds it. Raises IndexError for integers outside [0, count).

    >>> import autograd, numpy as np
    >>> autograd.embedding(np.array([2, 0]), np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]))
    array([[4., 5.],
           [0., 1.]])
    """
    weight, indices = operand(weight), positions("embedding", input)
    if len(weight.shape) != 2:
        raise ValueError(f"embedding wants a weight of shape (count, width), got {weight.shape}")
    raw = every_value(indices)
    if raw.size and not 0 <= raw.min() <= raw.max() < weight.shape[0]:
        raise IndexError(
            f"embedding: indices from {raw.min()} to {raw.max()} into a table of {weight.shape[0]} rows; "
            f"they must lie in [0, {weight.shape[0]})"
        )
    tell("ranged", indices, weight.shape[0])
    rows = embedding_(weight, indices)
    if not isinstance(weight, Tensor) or (padding_idx is None and not scale_grad_by_freq):
        return rows
    fixed = embedding_(weight.detach(), indices)
    if scale_grad_by_freq:
        raw = indices.data if isinstance(indices, Tensor) else indices
        times = np.bincount(raw.ravel(), minlength=1)[raw].astype(weight.dtype)
        rows = fixed + (rows - fixed) / times[..., None]
    if padding_idx is None:
        return rows
    row = operator.index(padding_idx)
    if not -weight.shape[0] <= row < weight.shape[0]:
        raise ValueError(f"embedding: padding_idx={padding_idx} for a table of {weight.shape[0]} rows")
    return where(np.equal(indices, row % weight.shape[0])[..., None], fixed, rows)


@primitive(x=None, samples=lambda s: ((s.integers(s.shape(), 0, 3),), {"count": 4}))
def one_hot_(x, count):
    """Vectors with a 1 at the position that x gives."""
    return (np.asarray(x)[..., None] == np.arange(count)).astype(np.int64)


def one_hot(x: Any, num_classes: int = -1) -> Any:
    """Vectors of length `num_classes` with a 1 at the position given by the integers x (…) → (…, num_classes).

    -1 stands for one more than the largest. The result has dtype int64, as PyTorch's `F.one_hot`.

    >>> import autograd, numpy as np
    >>> autograd.one_hot(np.array([2, 0]))
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    x = positions("one_hot", x)
    raw = every_value(x)
    if num_classes == -1:
        if not raw.size:
            raise ValueError("one_hot: num_classes must be given when there is no index to count from")
        num_classes = int(np.max(x)) + 1
    if raw.size and not 0 <= raw.min() <= raw.max() < num_classes:
        raise ValueError(
            f"one_hot: indices from {raw.min()} to {raw.max()} do not fit num_classes={num_classes}; "
            f"they must lie in [0, {num_classes})"
        )
    tell("ranged", x, num_classes)
    return one_hot_(x, operator.index(num_classes))
