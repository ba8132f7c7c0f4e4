"""Reading and writing many positions at once along an axis: take, gather, scatter, masks.

Names with `dim` are PyTorch's, those with `axis` NumPy's and the array API standard's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.kernels.indexing import scatter_along_axis
from autograd.ops.arithmetic import add, multiply
from autograd.ops.axes import one_axis, operand
from autograd.ops.indexing import AT, getitem, index_at, scatter_at, updated
from autograd.ops.selection import where
from autograd.ops.shape import astype, broadcast_to, ravel, reshape
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = [
    "compress",
    "extract",
    "gather",
    "index_add",
    "index_copy",
    "index_fill",
    "index_select",
    "masked_fill",
    "masked_scatter",
    "masked_select",
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
    if out is not None:
        raise TypeError("take(..., out=...) is not possible: values that a derivative may need are not overwritten")
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
    x, where_to, index = _slices("index_add", x, dim, index)
    source = _slices_of("index_add", source, x, where_to, index)
    source = source if alpha == 1 else multiply(source, alpha)
    return add(x, scatter_at(source, index, where_to, x.shape))


def index_copy(x: Any, dim: int, index: Any, source: Any) -> Any:
    """x with the slices of `source` written to the positions of the 1-d `index` along `dim`; the last value counts.

    >>> import autograd, numpy as np
    >>> autograd.index_copy(np.zeros(3), 0, np.array([0, 2]), np.array([1.0, 2.0]))
    array([1., 0., 2.])
    """
    x, where_to, index = _slices("index_copy", x, dim, index)
    return updated(x, (*where_to[:-1], index), _slices_of("index_copy", source, x, where_to, index))


def index_fill(x: Any, dim: int, index: Any, value: Any) -> Any:
    """x with one `value` written to all slices at the positions of the 1-d `index` along `dim`.

    >>> import autograd, numpy as np
    >>> autograd.index_fill(np.zeros(3), 0, np.array([0, 2]), 5.0)
    array([5., 0., 5.])
    """
    x, where_to, index = _slices("index_fill", x, dim, index)
    if np.size(value) != 1:
        raise ValueError(f"index_fill wants a single value, got shape {np.shape(value)}; use index_copy")
    return updated(x, (*where_to[:-1], index), value)


def _slices(op, x, dim, index):
    """x, where slices of it stand (one whole index), and their positions."""
    x, index = operand(x), positions(op, index)
    axis = one_axis(dim, x.shape, op)
    if len(index.shape) > 1:
        raise ValueError(f"{op} wants a 1-d index, got shape {index.shape}")
    return x, (slice(None),) * axis + (AT,), index if index.shape else reshape(index, (1,))


def _slices_of(op, source, x, where_to, index):
    source, axis = operand(source), len(where_to) - 1
    wanted = (*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])
    if source.shape != wanted:
        raise ValueError(
            f"{op}: source of shape {source.shape} for x of shape {x.shape} and an index of shape {index.shape} along "
            f"axis {axis}; wanted a source of shape {wanted}"
        )
    return source


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
    flops=lambda out, x, *_: x.size,
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
    if 0 in index.shape:
        return reshape(ravel(x)[:0], index.shape)
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
    if 0 in index.shape:
        return x
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
    if 0 in index.shape:
        return x
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
    if (len(index.shape) != len(x.shape) or not fits) and 0 not in index.shape:
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
    """x with `value` (a number or 0-d) where the mask is True; x and the mask broadcast.

    >>> import autograd, numpy as np
    >>> autograd.masked_fill(np.array([1.0, 2.0]), np.array([True, False]), -1.0)
    array([-1.,  2.])
    """
    if np.ndim(value):
        raise ValueError(f"masked_fill wants a single value, got shape {np.shape(value)}; use autograd.where")
    x, mask = _with_mask("masked_fill", x, mask)
    filled = where(mask, value, x)
    if filled.dtype.kind != x.dtype.kind:
        raise TypeError(f"masked_fill: a value that makes {filled.dtype} does not fit x of dtype {x.dtype}")
    return astype(filled, x.dtype, copy=False)


def masked_select(x: Any, mask: Any) -> Any:
    """The elements of x where the mask is True, as a vector; x and the mask broadcast.

    >>> import autograd, numpy as np
    >>> autograd.masked_select(np.array([1.0, 2.0]), np.array([True, False]))
    array([1.])
    """
    return getitem(*_with_mask("masked_select", x, mask))


def masked_scatter(x: Any, mask: Any, source: Any) -> Any:
    """x with the elements of `source`, in order, where the mask is True; x and the mask broadcast.

    >>> import autograd, numpy as np
    >>> autograd.masked_scatter(np.zeros(3), np.array([True, False, True]), np.array([1.0, 2.0]))
    array([1., 0., 2.])
    """
    x, mask = _with_mask("masked_scatter", x, mask)
    source = ravel(operand(source))
    count = int(np.count_nonzero(_raw(mask)))
    if count > source.shape[0]:
        raise ValueError(f"masked_scatter: {count} elements to fill, the source has {source.shape[0]}")
    return updated(x, mask, source[:count])


def _with_mask(op, x, mask):
    """x and the mask, brought to one shape."""
    x, mask = operand(x), operand(mask)
    if mask.dtype.kind != "b":
        raise TypeError(f"{op} wants a mask of booleans, got dtype {mask.dtype}; write a comparison such as x > 0")
    try:
        shape = np.broadcast_shapes(x.shape, mask.shape)
    except ValueError:
        raise ValueError(f"{op}: mask of shape {mask.shape} and x of shape {x.shape} do not broadcast") from None
    return (x if x.shape == shape else broadcast_to(x, shape)), (
        mask if mask.shape == shape else broadcast_to(mask, shape)
    )


@implements(np.extract)
def extract(condition: Any, x: Any) -> Any:
    """The elements of x where `condition` is true, as a vector.

    >>> import autograd, numpy as np
    >>> x = np.array([1.0, -2.0, 3.0])
    >>> autograd.extract(x > 0, x)
    array([1., 3.])
    """
    return take(x, np.flatnonzero(_raw(condition)))


def _raw(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else np.asarray(x)
