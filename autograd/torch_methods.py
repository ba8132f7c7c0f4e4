"""Methods of Tensor whose signature or meaning is PyTorch's and not that of the function of the same name."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.ops.axes import as_sizes, one_axis
from autograd.ops.sorting import sorted_with_indices
from autograd.tensor import Tensor


def reshape(self: Tensor, *shape: Any) -> Tensor:
    """`t.reshape(2, 3)` or `t.reshape((2, 3))`; one length may be -1.

    >>> import autograd
    >>> autograd.tensor([0.0, 1.0, 2.0, 3.0]).reshape(2, -1)
    tensor([[0., 1.],
            [2., 3.]])
    """
    return ops.reshape(self, as_sizes(shape))


def permute(self: Tensor, *dims: Any) -> Tensor:
    """`t.permute(2, 0, 1)` or `t.permute((2, 0, 1))`: the axes in another order.

    >>> import autograd
    >>> autograd.zeros((2, 3, 4)).permute(2, 0, 1).shape
    (4, 2, 3)
    """
    return ops.transpose(self, as_sizes(dims))


def transpose(self: Tensor, *dims: Any) -> Tensor:
    """`t.transpose(a, b)` exchanges two axes; with one tuple, or nothing, it is NumPy's order of all axes.

    >>> import autograd
    >>> autograd.zeros((2, 3, 4)).transpose(0, 2).shape
    (4, 3, 2)
    """
    if len(dims) == 2:
        return ops.swapaxes(self, *dims)
    if len(dims) > 2:
        raise TypeError(f"transpose() exchanges two axes, got {dims}; use t.permute{dims} for an order of all axes")
    return ops.transpose(self, *dims)


def expand(self: Tensor, *sizes: Any) -> Tensor:
    """`t.expand(2, -1, 3)`: repeat along new leading axes and axes of length 1; -1 keeps a length.

    >>> import autograd
    >>> autograd.tensor([[1.0], [2.0]]).expand(-1, 3)
    tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """
    wanted = as_sizes(sizes)
    lead = len(wanted) - self.ndim
    if lead < 0 or -1 in wanted[:lead]:
        raise ValueError(f"expand: sizes {wanted} for a tensor of shape {self.shape}; -1 can keep existing axes only")
    lengths = (*wanted[:lead], *(old if new == -1 else new for old, new in zip(self.shape, wanted[lead:])))
    return ops.broadcast_to(self, lengths)


def squeeze(self: Tensor, dim: Any = None) -> Tensor:
    """Drop axes of length 1; one that is named and has another length stays.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0]]).squeeze(0)
    tensor([1., 2.])
    """
    if dim is None:
        return ops.squeeze(self)
    dims = dim if isinstance(dim, (tuple, list)) else (dim,)
    return ops.squeeze(self, tuple(d for d in dims if self.shape[one_axis(d, self.shape, "squeeze")] == 1))


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """Insert an axis of length 1 at position `dim` of the result.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).unsqueeze(0)
    tensor([[1., 2.]])
    """
    return ops.expand_dims(self, dim)


def add(self: Tensor, other: Any, alpha: Any = 1) -> Tensor:
    """self + alpha · other.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).add(1.0, alpha=3)
    tensor([4., 5.])
    """
    return ops.add(self, other if alpha == 1 else ops.multiply(alpha, other))


def sub(self: Tensor, other: Any, alpha: Any = 1) -> Tensor:
    """self - alpha · other.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).sub(1.0, alpha=3)
    tensor([-2., -1.])
    """
    return ops.subtract(self, other if alpha == 1 else ops.multiply(alpha, other))


def div(self: Tensor, other: Any, rounding_mode: str | None = None) -> Tensor:
    """self / other; `rounding_mode` "floor" or "trunc" rounds the quotient, which then carries no gradient.

    >>> import autograd
    >>> autograd.tensor([7.0, -7.0]).div(4.0, rounding_mode="trunc")
    tensor([ 1., -1.])
    """
    if rounding_mode is None:
        return ops.divide(self, other)
    if rounding_mode == "floor":
        return ops.floor_divide(self, other)
    if rounding_mode == "trunc":
        return ops.trunc(ops.divide(self, other))
    raise ValueError(f"div: rounding_mode must be None, 'floor' or 'trunc', got {rounding_mode!r}")


def where(self: Tensor, condition: Any, other: Any) -> Tensor:
    """self where the condition is true, else other.

    >>> import autograd
    >>> x = autograd.tensor([-1.0, 2.0])
    >>> x.where(x > 0, 0.0)
    tensor([0., 2.])
    """
    return ops.where(condition, self, other)


def broadcast_to(self: Tensor, *shape: Any) -> Tensor:
    """`t.broadcast_to(2, 3)` or `t.broadcast_to((2, 3))`.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).broadcast_to(2, 2)
    tensor([[1., 2.],
            [1., 2.]])
    """
    return ops.broadcast_to(self, as_sizes(shape))


def expand_as(self: Tensor, other: Any) -> Tensor:
    """`t.expand(*other.shape)`.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).expand_as(autograd.zeros((2, 2)))
    tensor([[1., 2.],
            [1., 2.]])
    """
    return ops.broadcast_to(self, other.shape)


def reshape_as(self: Tensor, other: Any) -> Tensor:
    """`t.reshape(*other.shape)`.

    >>> import autograd
    >>> autograd.tensor([0.0, 1.0, 2.0, 3.0]).reshape_as(autograd.zeros((2, 2)))
    tensor([[0., 1.],
            [2., 3.]])
    """
    return ops.reshape(self, other.shape)


def unflatten(self: Tensor, dim: int, sizes: Any) -> Tensor:
    """One axis split into several of these lengths, of which one may be -1.

    >>> import autograd
    >>> autograd.tensor([0.0, 1.0, 2.0, 3.0]).unflatten(0, (2, 2))
    tensor([[0., 1.],
            [2., 3.]])
    """
    axis = one_axis(dim, self.shape, "unflatten")
    parts = as_sizes((sizes,))
    if -1 in parts:
        known = math.prod(n for n in parts if n != -1)
        parts = tuple(self.shape[axis] // (known or 1) if n == -1 else n for n in parts)
    if math.prod(parts) != self.shape[axis]:
        raise ValueError(f"unflatten: axis {dim} of shape {self.shape} does not split into {sizes}")
    return ops.reshape(self, (*self.shape[:axis], *parts, *self.shape[axis + 1 :]))


def t(self: Tensor) -> Tensor:
    """The transpose of a matrix; a tensor with fewer axes is returned as it is.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]]).t()
    tensor([[1., 3.],
            [2., 4.]])
    """
    if self.ndim > 2:
        raise ValueError(f"t() wants at most 2 axes, got shape {self.shape}; use t.transpose(a, b), t.permute or t.mT")
    return ops.transpose(self) if self.ndim == 2 else self


def flip(self: Tensor, *dims: Any) -> Tensor:
    """`t.flip(0, 1)` or `t.flip((0, 1))`: reverse order along these axes; along all when none is given.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0, 3.0]).flip(0)
    tensor([3., 2., 1.])
    """
    return ops.flip(self, as_sizes(dims) if dims else None)


def roll(self: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """Move the elements by `shifts` along `dims`, those that leave coming in at the other end.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0, 3.0]).roll(1)
    tensor([3., 1., 2.])
    """
    return ops.roll(self, shifts, dims)


def repeat(self: Tensor, *repeats: Any) -> Tensor:
    """The whole tensor laid out so many times along each axis, at least one number an axis (NumPy's `tile`).

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).repeat(2)
    tensor([1., 2., 1., 2.])
    """
    times = as_sizes(repeats)
    if len(times) < self.ndim:
        raise ValueError(
            f"repeat: needs a number for each axis of shape {self.shape}, got {times}; to repeat each element use "
            f"t.repeat_interleave(n)"
        )
    return ops.tile(self, times)


def tile(self: Tensor, *dims: Any) -> Tensor:
    """`t.tile(2, 1)` or `t.tile((2, 1))`: `repeat` that takes missing numbers on the left as 1.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).tile(2, 1)
    tensor([[1., 2.],
            [1., 2.]])
    """
    return ops.tile(self, as_sizes(dims))


def repeat_interleave(self: Tensor, repeats: Any, dim: int | None = None) -> Tensor:
    """Each element so many times along `dim` (NumPy's `repeat`).

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).repeat_interleave(2)
    tensor([1., 1., 2., 2.])
    """
    return ops.repeat(self, repeats.data if isinstance(repeats, Tensor) else repeats, dim)


def split(self: Tensor, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of this length along `dim`, the last maybe shorter; or parts of the lengths in a list.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0, 3.0]).split(2)
    (tensor([1., 2.]), tensor([3.]))
    """
    n = self.shape[one_axis(dim, self.shape, "split")]
    if isinstance(split_size, (list, tuple)):
        if sum(split_size) != n or min(split_size, default=0) < 0:
            raise ValueError(f"split: lengths {split_size} do not add up to {n}, axis {dim} of shape {self.shape}")
        return ops.array_split(self, list(accumulate(split_size))[:-1], dim)
    if split_size < 1:
        raise ValueError(f"split: the length of a part must be positive, got {split_size}")
    return ops.array_split(self, range(split_size, n, split_size), dim)


def contiguous(self: Tensor) -> Tensor:
    """The tensor with its elements in row-major order in memory; itself if it is so already.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]]).T.contiguous().data.flags.c_contiguous
    True
    """
    return ops.ascontiguousarray(self)


def to(self: Tensor, target: Any = None, *, dtype: Any = None, copy: bool = False) -> Tensor:
    """The tensor in another dtype, given as such or by a tensor; itself if it has it already, unless `copy`.

    >>> import autograd, numpy as np
    >>> autograd.tensor([1.0, 2.0]).to(np.float64)
    tensor([1., 2.], dtype=float64)
    """
    if dtype is None:
        if isinstance(target, (Tensor, np.ndarray, np.generic)):
            target = target.dtype
        dtype = self.dtype if target is None else target
    return ops.astype(self, dtype, copy)


def type_(self: Tensor, dtype: Any = None) -> Any:
    """The name of the dtype; with an argument, `t.to(dtype)`.

    >>> import autograd
    >>> autograd.tensor([1.0]).type(), autograd.tensor([1.5]).type("int64")
    ('float32', tensor([1]))
    """
    return str(self.dtype) if dtype is None else ops.astype(self, dtype, False)


def converter(name: str, dtype: str) -> Callable[[Tensor], Tensor]:
    """A method such as `t.float()`."""

    def convert(self: Tensor) -> Tensor:
        return ops.astype(self, dtype, False)

    convert.__doc__ = f"""The tensor in dtype {dtype}; itself if it has it already.

    >>> import autograd
    >>> autograd.zeros(2, dtype="uint8").{name}().dtype
    dtype('{dtype}')
    """
    return convert


# --- reductions -------------------------------------------------------------------------------------------------------


class Extremum(NamedTuple):
    """Largest or smallest elements along an axis, and where they stand."""

    values: Tensor
    indices: Tensor


def max_(self: Tensor, axis: Any = None, keepdims: bool = False) -> Any:
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
    return _extremum(self, axis, keepdims, ops.max, ops.argmax, np.maximum)


def min_(self: Tensor, axis: Any = None, keepdims: bool = False) -> Any:
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
    return _extremum(self, axis, keepdims, ops.min, ops.argmin, np.minimum)


def _extremum(self: Tensor, axis: Any, keepdims: bool, reduce: Any, find: Any, pairwise: Any) -> Any:
    if axis is None:
        return reduce(self, None, keepdims)
    if isinstance(axis, (Tensor, np.ndarray)):
        return pairwise(self, axis)
    indices = find(self, axis, True)
    values = ops.take_along_axis(self, indices, axis)
    return Extremum(*(v if keepdims else ops.squeeze(v, axis) for v in (values, indices)))


def var(
    self: Tensor, axis: Any = None, unbiased: bool | None = None, keepdims: bool = False, *, correction: float = 1
) -> Tensor:
    """Variance with divisor n - correction; `unbiased=False` is `correction=0`.

    >>> import autograd
    >>> autograd.tensor([1.0, 3.0]).var(), autograd.tensor([1.0, 3.0]).var(correction=0)
    (tensor(2.), tensor(1.))
    """
    return _spread(ops.var, self, axis, unbiased, keepdims, correction)


def std(
    self: Tensor, axis: Any = None, unbiased: bool | None = None, keepdims: bool = False, *, correction: float = 1
) -> Tensor:
    """Standard deviation with divisor n - correction; `unbiased=False` is `correction=0`.

    >>> import autograd
    >>> autograd.tensor([1.0, 3.0]).std().round(4)
    tensor(1.4142)
    """
    return _spread(ops.std, self, axis, unbiased, keepdims, correction)


def _spread(reduce: Any, self: Tensor, axis: Any, unbiased: bool | None, keepdims: bool, correction: float) -> Tensor:
    if isinstance(axis, bool):
        axis, unbiased = None, axis
    return reduce(self, axis, correction if unbiased is None else int(unbiased), keepdims)


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
    return ops.nonzero(self) if as_tuple else ops.argwhere(self)


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
