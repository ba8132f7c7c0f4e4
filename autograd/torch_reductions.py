"""Methods of Tensor that reduce, search, or read and write positions, where they are PyTorch's own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.ops.indexing import place, scatter_at, split
from autograd.ops.sorting import sorted_with_indices
from autograd.tensor import Tensor

# --- reductions -------------------------------------------------------------------------------------------------------


class Extremum(NamedTuple):
    """Largest or smallest elements along an axis, and where they stand."""

    values: Tensor
    indices: Tensor


def max_(self: Tensor, axis: Any = None, keepdims: bool = False, *, other: Any = None) -> Any:
    """`t.max()`: the largest element, ties sharing the gradient. `t.max(other)`: elementwise maximum.

    `t.max(dim)`: the named tuple (values, indices), the gradient going to the one element at each index.

    >>> import autograd
    >>> x = autograd.tensor([[1.0, 5.0], [7.0, 2.0]])
    >>> x.max()
    tensor(7.)
    >>> values, indices = x.max(dim=1)
    >>> values, indices
    (tensor([5., 7.]), tensor([1, 0]))
    """
    return _extremum(self, axis if other is None else other, keepdims, ops.max, ops.argmax, ops.maximum)


def min_(self: Tensor, axis: Any = None, keepdims: bool = False, *, other: Any = None) -> Any:
    """`t.min()`: the smallest element, ties sharing the gradient. `t.min(other)`: elementwise minimum.

    `t.min(dim)`: the named tuple (values, indices), the gradient going to the one element at each index.

    >>> import autograd
    >>> x = autograd.tensor([[1.0, 5.0], [7.0, 2.0]])
    >>> x.min()
    tensor(1.)
    >>> values, indices = x.min(dim=1)
    >>> values, indices
    (tensor([1., 2.]), tensor([0, 1]))
    """
    return _extremum(self, axis if other is None else other, keepdims, ops.min, ops.argmin, ops.minimum)


def _extremum(self: Tensor, axis: Any, keepdims: bool, reduce: Any, find: Any, pairwise: Any) -> Any:
    if isinstance(axis, (Tensor, np.ndarray)):
        return pairwise(self, axis)
    if axis is None:
        return reduce(self, None, keepdims)
    indices = find(self, axis, True)
    values = ops.take_along_axis(self, indices, axis)
    return Extremum(*(v if keepdims else ops.squeeze(v, axis) for v in (values, indices)))


def var(
    self: Tensor,
    axis: Any = None,
    unbiased: bool | None = None,
    keepdims: bool = False,
    *,
    correction: float | None = 1,
) -> Tensor:
    """Variance with divisor n - correction; `unbiased=False` is `correction=0`.

    >>> import autograd
    >>> autograd.tensor([1.0, 3.0]).var(), autograd.tensor([1.0, 3.0]).var(correction=0)
    (tensor(2.), tensor(1.))
    """
    return _spread(ops.var, self, axis, unbiased, keepdims, correction)


def std(
    self: Tensor,
    axis: Any = None,
    unbiased: bool | None = None,
    keepdims: bool = False,
    *,
    correction: float | None = 1,
) -> Tensor:
    """Standard deviation with divisor n - correction; `unbiased=False` is `correction=0`.

    >>> import autograd
    >>> autograd.tensor([1.0, 3.0]).std().round(4)
    tensor(1.4142)
    """
    return _spread(ops.std, self, axis, unbiased, keepdims, correction)


def _spread(
    reduce: Any, self: Tensor, axis: Any, unbiased: bool | None, keepdims: bool, correction: float | None
) -> Tensor:
    if isinstance(axis, bool):
        axis, unbiased = None, axis
    if unbiased is not None:
        correction = int(unbiased)
    return reduce(self, axis, 1 if correction is None else correction, keepdims)


def norm(self: Tensor, p: Any = "fro", axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """Vector p-norm of the elements along `dim`, of all of them when none is given; p = "fro" is p = 2.

    >>> import autograd
    >>> autograd.tensor([3.0, 4.0]).norm()
    tensor(5.)
    """
    if isinstance(p, str) and p != "fro":
        raise ValueError(f"norm: p={p!r} is not supported; use 'fro' or a number, inf and -inf included")
    self = self if dtype is None else ops.astype(self, dtype, False)
    return ops.vector_norm(self, axis, keepdims, 2 if p is None or p == "fro" else p)


def dist(self: Tensor, other: Any, p: Any = 2) -> Tensor:
    """The p-norm of the difference.

    >>> import autograd
    >>> autograd.tensor([3.0, 0.0]).dist(autograd.tensor([0.0, 4.0]))
    tensor(5.)
    """
    return ops.vector_norm(ops.subtract(self, other), None, False, p)


# --- positions --------------------------------------------------------------------------------------------------------


def diagonal(self: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of two axes, as the last axis of the result.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]]).diagonal()
    tensor([1., 4.])
    """
    return ops.diagonal(self, offset, dim1, dim2)


def nonzero(self: Tensor, *, as_tuple: bool = False) -> Any:
    """The positions of the elements that are not 0, one per row, or as one tensor per axis.

    >>> import autograd
    >>> autograd.tensor([0.0, 2.0, 3.0]).nonzero()
    tensor([[1],
            [2]])
    """
    return ops.nonzero(self if self.ndim else ops.reshape(self, 1)) if as_tuple else ops.argwhere(self)


def take_along_dim(self: Tensor, indices: Any, dim: int | None = None) -> Tensor:
    """The element at each of `indices` along `dim`; of all elements in a row when none is given.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]]).take_along_dim(autograd.tensor([[1], [0]]), 1)
    tensor([[2.],
            [3.]])
    """
    return ops.take_along_axis(self, indices if dim is not None else ops.ravel(indices), dim)


def index_put(self: Tensor, indices: Any, values: Any, accumulate: bool = False) -> Tensor:
    """The tensor with `values` at self[indices]; with `accumulate` they are added, as often as a position occurs.

    >>> import autograd
    >>> autograd.zeros(3).index_put((autograd.tensor([0, 0]),), autograd.ones(2), accumulate=True)
    tensor([2., 0., 0.])
    """
    index = tuple(indices)
    if not accumulate:
        return ops.updated(self, index, values)
    keys, rest = split(index)
    added = ops.broadcast_to(values, ops.getitem(self, index).shape)
    return ops.add(self, place(added, rest, self.shape) if keys is None else scatter_at(added, keys, rest, self.shape))


def gather(self: Tensor, dim: int, index: Any, *, sparse_grad: bool = False) -> Tensor:
    """The element at each of `index` along `dim`; see `autograd.gather`.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]]).gather(1, autograd.tensor([[1], [0]]))
    tensor([[2.],
            [3.]])
    """
    if sparse_grad:
        raise ValueError("gather: sparse_grad=True is not supported, gradients are dense")
    if self.ndim:
        return ops.gather(self, dim, index)
    return ops.reshape(ops.gather(ops.reshape(self, 1), dim, ops.ravel(index)), index.shape)


def scatter(self: Tensor, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: Any = None) -> Tensor:
    """The tensor with `src`, or one `value`, written to the places `index` along `dim`; with reduce="add", added.

    >>> import autograd
    >>> autograd.zeros(3).scatter(0, autograd.tensor([2, 0]), value=5.0)
    tensor([5., 0., 5.])
    """
    source = value if src is None else src
    if reduce is None:
        return ops.scatter(self, dim, index, source)
    if reduce != "add":
        raise ValueError(f"scatter: reduce must be None or 'add', got {reduce!r}")
    whole = source if np.ndim(source) else ops.multiply(np.ones(index.shape, self.dtype), source)
    return ops.scatter_add(self, dim, index, whole)


def sort(self: Tensor, axis: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The values in order along an axis, and their positions, as `(values, indices)`.

    >>> import autograd
    >>> values, indices = autograd.tensor([3.0, 1.0, 2.0]).sort()
    >>> values, indices
    (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    return sorted_with_indices(self, axis, descending, stable)


def argsort(self: Tensor, axis: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The positions that put the values in order along an axis.

    >>> import autograd
    >>> autograd.tensor([3.0, 1.0, 2.0]).argsort(descending=True)
    tensor([0, 2, 1])
    """
    return ops.argsort(self, axis, descending, stable)
