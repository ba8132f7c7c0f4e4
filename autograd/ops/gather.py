"""Reading and writing many positions at once along an axis: take, gather, scatter, masks, embeddings, one-hot codes.

Names with `dim` are PyTorch's, those with `axis` NumPy's and the array API standard's.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.kernels.indexing import scatter_along_axis, scatter_rows
from autograd.ops.arithmetic import add, multiply
from autograd.ops.axes import one_axis, operand
from autograd.ops.indexing import AT, getitem, index_at, scatter_at, updated
from autograd.ops.selection import where
from autograd.ops.shape import broadcast_to, ravel, reshape
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = [
    "compress",
    "embedding",
    "extract",
    "gather",
    "index_add",
    "index_select",
    "masked_fill",
    "masked_scatter",
    "masked_select",
    "one_hot",
    "put_along_axis",
    "scatter",
    "scatter_add",
    "take",
    "take_along_axis",
]


def positions(op: str, indices: Any) -> Any:
    """Indices as a Tensor or an array of integers. Raises TypeError for anything else."""
    array = indices if isinstance(indices, (Tensor, np.ndarray)) else np.asarray(indices)
    if array.dtype.kind not in "iu":
        if array.size:
            raise TypeError(f"{op} wants integer indices, got dtype {array.dtype}; for a mask use x[mask]")
        return np.zeros(array.shape, np.intp)
    return array


# --- whole slices ----------------------------------------------------------------------------------------------------


@implements(np.take)
def take(x: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "raise") -> Any:
    """The slices of x at `indices` along `axis`; of the flattened x when `axis` is None.

    `mode` says what becomes of indices out of range: "raise" an IndexError, "wrap" around, or "clip" to the ends.

    >>> import autograd, numpy as np
    >>> autograd.take(np.array([10.0, 20.0, 30.0]), [2, 0])
    array([30., 10.])
    """
    x, indices = operand(x), positions("take", indices)
    if axis is None:
        x, axis = ravel(x), 0
    axis = one_axis(axis, x.shape, "take")
    if mode == "wrap":
        indices = indices % x.shape[axis]
    elif mode == "clip":
        indices = np.clip(indices, 0, x.shape[axis] - 1)
    elif mode != "raise":
        raise ValueError(f"take: mode must be 'raise', 'wrap' or 'clip', got {mode!r}")
    return index_at(x, indices, (slice(None),) * axis + (AT,))


def index_select(x: Any, dim: int, index: Any) -> Any:
    """The slices of x at the positions of the 1-d `index` along `dim`; PyTorch's `torch.index_select`.

    >>> import autograd, numpy as np
    >>> autograd.index_select(np.eye(3), 0, np.array([2, 0]))
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    index = positions("index_select", index)
    if len(index.shape) > 1:
        raise ValueError(f"index_select wants a 1-d index, got shape {index.shape}; use take")
    return take(x, index if index.shape else index[None], dim)


def index_add(x: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Any:
    """x with the slices of alpha · source added at the positions of the 1-d `index` along `dim`; indices may repeat.

    >>> import autograd, numpy as np
    >>> autograd.index_add(np.zeros(3), 0, np.array([0, 0, 2]), np.array([1.0, 2.0, 3.0]))
    array([3., 0., 3.])
    """
    x, source, index = operand(x), operand(source), positions("index_add", index)
    axis = one_axis(dim, x.shape, "index_add")
    wanted = (*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])
    if len(index.shape) != 1 or source.shape != wanted:
        raise ValueError(
            f"index_add: source of shape {source.shape} for x of shape {x.shape} and an index of shape {index.shape} "
            f"along axis {axis}; wanted a 1-d index and a source of shape {wanted}"
        )
    source = source if alpha == 1 else multiply(source, alpha)
    return add(x, scatter_at(source, index, (slice(None),) * axis + (AT,), x.shape))


@implements(np.compress)
def compress(condition: Any, x: Any, axis: Any = None) -> Any:
    """The slices of x along `axis` (elements of the flattened x if None) where the 1-d `condition` is true.

    >>> import autograd, numpy as np
    >>> autograd.compress(np.array([True, False]), np.eye(2), axis=0)
    array([[1., 0.]])
    """
    (chosen,) = np.nonzero(_raw(condition))
    return take(x, chosen, axis)


# --- one position per element ----------------------------------------------------------------------------------------


def _along_sample(s):
    shape = s.shape(1, 3, 1)
    axis = s.integer(0, len(shape) - 1)
    read = tuple(s.integer(0, 3) if a == axis else n if s.integer(0, 3) else 1 for a, n in enumerate(shape))
    return s.array(shape), s.integers(read, -shape[axis], shape[axis] - 1), axis


def _take_along_axis_sample(s):
    x, indices, axis = _along_sample(s)
    return (x, indices), {"axis": axis}


def _add_along_axis_sample(s):
    x, indices, axis = _along_sample(s)
    return (s.array(np.take_along_axis(x, indices, axis).shape), indices), {"axis": axis, "shape": x.shape}


@primitive(
    x=lambda g, indices, axis, x_shape: add_along_axis(g, indices, axis, x_shape),
    indices=None,
    text="{x}[{indices} along {axis}]",
    linear="x",
    samples=_take_along_axis_sample,
)
def take_along_axis_(x, indices, axis):
    """The element of x at each of `indices` along an axis."""
    return np.take_along_axis(x, indices, axis)


@primitive(
    x=lambda g, indices, axis: take_along_axis_(g, indices, axis),
    indices=None,
    text="scatter({x}, {indices})",
    linear="x",
    samples=_add_along_axis_sample,
)
def add_along_axis(x, indices, axis, shape):
    """Zeros of `shape` with the elements of x added at `indices` along an axis: the adjoint of `take_along_axis`."""
    return scatter_along_axis(shape, indices, axis, x, x.dtype)


@implements(np.take_along_axis)
def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Any:
    """The element of x at each of `indices` along `axis`; x and indices broadcast along the other axes.

    >>> import autograd, numpy as np
    >>> x = np.array([[3.0, 1.0], [2.0, 4.0]])
    >>> autograd.take_along_axis(x, np.argmax(x, axis=1, keepdims=True), axis=1)
    array([[3.],
           [4.]])
    """
    x, indices = operand(x), positions("take_along_axis", indices)
    if axis is None:
        x, axis = ravel(x), 0
    return take_along_axis_(x, indices, one_axis(axis, x.shape, "take_along_axis"))


def gather(x: Any, dim: int, index: Any) -> Any:
    """out[i, j] = x[index[i, j], j] for dim 0, and so on; PyTorch's `torch.gather`.

    `index` has as many axes as x and may be shorter than x along those other than `dim`.

    >>> import autograd, numpy as np
    >>> autograd.gather(np.array([[1.0, 2.0], [3.0, 4.0]]), 1, np.array([[0, 0], [1, 0]]))
    array([[1., 1.],
           [4., 3.]])
    """
    x, axis, index = _gathering("gather", x, dim, index)
    part = tuple(slice(None if a == axis else n) for a, n in enumerate(index.shape))
    covered = all(a == axis or n == x.shape[a] for a, n in enumerate(index.shape))
    return take_along_axis_(x if covered else getitem(x, part), index, axis)


def scatter_add(x: Any, dim: int, index: Any, src: Any) -> Any:
    """x with src added: out[index[i, j], j] += src[i, j] for dim 0, and so on; PyTorch's `torch.scatter_add`.

    Indices may repeat. `src` may be larger than `index`: its leading part is used.

    >>> import autograd, numpy as np
    >>> autograd.scatter_add(np.zeros((2, 2)), 0, np.array([[0, 1], [0, 1]]), np.ones((2, 2)))
    array([[2., 0.],
           [0., 2.]])
    """
    x, axis, index = _gathering("scatter_add", x, dim, index)
    src = _leading_part("scatter_add", src, index)
    part = tuple(n if a == axis else index.shape[a] for a, n in enumerate(x.shape))
    added = add_along_axis(src, index, axis, part)
    if part == x.shape:
        return add(x, added)
    corner = tuple(map(slice, part))
    return updated(x, corner, add(getitem(x, corner), added))


def scatter(x: Any, dim: int, index: Any, src: Any) -> Any:
    """x with src written: out[index[i, j], j] = src[i, j] for dim 0, and so on; PyTorch's `torch.scatter`.

    `src` is an array at least as large as `index`, or a number. Where an index repeats, the last value counts.

    >>> import autograd, numpy as np
    >>> autograd.scatter(np.zeros(3), 0, np.array([2, 0]), np.array([1.0, 2.0]))
    array([2., 0., 1.])
    """
    x, axis, index = _gathering("scatter", x, dim, index)
    if np.ndim(src):
        src = _leading_part("scatter", src, index)
    return updated(x, _along(index, axis), src)


def put_along_axis(x: Any, indices: Any, values: Any, axis: Any) -> Any:
    """A copy of x with `values` at `indices` along `axis`: the functional form of `np.put_along_axis`.

    >>> import autograd, numpy as np
    >>> autograd.put_along_axis(np.zeros((2, 2)), np.array([[1], [0]]), 5.0, axis=1)
    array([[0., 5.],
           [5., 0.]])
    """
    x, indices = operand(x), positions("put_along_axis", indices)
    if axis is None:
        flat = put_along_axis(ravel(x), ravel(indices), values, 0)
        return reshape(flat, x.shape)
    axis = one_axis(axis, x.shape, "put_along_axis")
    full = tuple(n if a == axis else x.shape[a] for a, n in enumerate(indices.shape))
    return updated(x, _along(broadcast_to(indices, full), axis), values)


def _along(index, axis):
    """The whole index that puts `index` along an axis."""
    n = len(index.shape)
    return tuple(index if a == axis else np.arange(index.shape[a]).reshape(-1, *(1,) * (n - 1 - a)) for a in range(n))


def _gathering(op, x, dim, index):
    x, index = operand(x), positions(op, index)
    axis = one_axis(dim, x.shape, op)
    fits = all(a == axis or n <= x.shape[a] for a, n in enumerate(index.shape[: len(x.shape)]))
    if len(index.shape) != len(x.shape) or not fits:
        raise ValueError(
            f"{op}: index of shape {index.shape} for x of shape {x.shape} along dim {dim}; it needs as many axes, none "
            f"longer but that of dim"
        )
    return x, axis, index


def _leading_part(op, src, index):
    src = operand(src)
    if len(src.shape) != len(index.shape) or any(m < n for m, n in zip(src.shape, index.shape)):
        raise ValueError(f"{op}: src of shape {src.shape} must be at least as large as the index, {index.shape}")
    return src if src.shape == index.shape else getitem(src, tuple(map(slice, index.shape)))


# --- masks -----------------------------------------------------------------------------------------------------------


def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """x with `value` (a number or 0-d) where the mask is True; the mask broadcasts to x.

    >>> import autograd, numpy as np
    >>> autograd.masked_fill(np.array([1.0, 2.0]), np.array([True, False]), -1.0)
    array([-1.,  2.])
    """
    x = operand(x)
    _check_mask("masked_fill", mask)
    if np.ndim(value):
        raise ValueError(f"masked_fill wants a single value, got shape {np.shape(value)}; use autograd.where")
    if np.broadcast_shapes(np.shape(mask), x.shape) != x.shape:
        raise ValueError(f"masked_fill: mask of shape {np.shape(mask)} does not broadcast to x of shape {x.shape}")
    return where(mask, value, x)


def masked_select(x: Any, mask: Any) -> Any:
    """The elements of x where the mask is True, as a vector; x and the mask broadcast.

    >>> import autograd, numpy as np
    >>> autograd.masked_select(np.array([1.0, 2.0]), np.array([True, False]))
    array([1.])
    """
    x, mask = operand(x), operand(mask)
    _check_mask("masked_select", mask)
    shape = np.broadcast_shapes(x.shape, mask.shape)
    return getitem(broadcast_to(x, shape), broadcast_to(mask, shape))


def masked_scatter(x: Any, mask: Any, source: Any) -> Any:
    """x with the elements of `source`, in order, where the mask is True; the mask broadcasts to x.

    >>> import autograd, numpy as np
    >>> autograd.masked_scatter(np.zeros(3), np.array([True, False, True]), np.array([1.0, 2.0]))
    array([1., 0., 2.])
    """
    x, mask, source = operand(x), operand(mask), ravel(operand(source))
    _check_mask("masked_scatter", mask)
    mask = broadcast_to(mask, x.shape)
    count = int(np.count_nonzero(_raw(mask)))
    if count > source.shape[0]:
        raise ValueError(f"masked_scatter: {count} elements to fill, the source has {source.shape[0]}")
    return updated(x, mask, source[:count])


@implements(np.extract)
def extract(condition: Any, x: Any) -> Any:
    """The elements of x where `condition` is true, as a vector.

    >>> import autograd, numpy as np
    >>> x = np.array([1.0, -2.0, 3.0])
    >>> autograd.extract(x > 0, x)
    array([1., 3.])
    """
    return take(x, np.flatnonzero(_raw(condition)))


def _check_mask(op, mask):
    dtype = mask.dtype if isinstance(mask, (Tensor, np.ndarray)) else np.asarray(mask).dtype
    if dtype.kind != "b":
        raise TypeError(f"{op} wants a mask of booleans, got dtype {dtype}; write a comparison such as x > 0")


def _raw(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else np.asarray(x)


# --- embedding and one-hot -------------------------------------------------------------------------------------------


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
)
def add_rows(x, indices, count):
    """A matrix of `count` rows to which those of x are added at `indices`: the adjoint of `embedding`."""
    return scatter_rows((count, x.shape[-1]), indices, x, x.dtype)


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """The rows of `weight` (count, width) at the integers `input` (…) → (…, width); PyTorch's `F.embedding`.

    The row `padding_idx` gets no gradient from here. Raises IndexError for integers outside [0, count).

    >>> import autograd, numpy as np
    >>> autograd.embedding(np.array([2, 0]), np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]))
    array([[4., 5.],
           [0., 1.]])
    """
    weight, indices = operand(weight), positions("embedding", input)
    if len(weight.shape) != 2:
        raise ValueError(f"embedding wants a weight of shape (count, width), got {weight.shape}")
    raw = _raw(indices)
    if raw.size and not 0 <= raw.min() <= raw.max() < weight.shape[0]:
        raise IndexError(
            f"embedding: indices from {raw.min()} to {raw.max()} into a table of {weight.shape[0]} rows; "
            f"they must lie in [0, {weight.shape[0]})"
        )
    if padding_idx is None or not isinstance(weight, Tensor):
        return embedding_(weight, indices)
    row = operator.index(padding_idx)
    if not -weight.shape[0] <= row < weight.shape[0]:
        raise ValueError(f"embedding: padding_idx={padding_idx} for a table of {weight.shape[0]} rows")
    is_padding = np.equal(indices, row % weight.shape[0])[..., None]
    return where(is_padding, embedding_(weight.detach(), indices), embedding_(weight, indices))


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
    raw = _raw(x)
    if num_classes == -1:
        if not raw.size:
            raise ValueError("one_hot: num_classes must be given when there is no index to count from")
        num_classes = int(raw.max()) + 1
    if raw.size and not 0 <= raw.min() <= raw.max() < num_classes:
        raise ValueError(
            f"one_hot: indices from {raw.min()} to {raw.max()} do not fit num_classes={num_classes}; "
            f"they must lie in [0, {num_classes})"
        )
    return one_hot_(x, operator.index(num_classes))
