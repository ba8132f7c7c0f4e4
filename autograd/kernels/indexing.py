"""Adjoints of reading by index: values added into zeros, where repeated indices accumulate.

Repeats are summed by `np.add.at` on flat indices into the whole array, its fastest form by far.
"""

import math
from typing import Any

import numpy as np

from .choice import native

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]


def is_basic(index: Any) -> bool:
    """Whether an index only slices, so that x[index] is a view and reads no element twice."""
    items = index if isinstance(index, tuple) else (index,)
    return all(
        item is None
        or item is Ellipsis
        or isinstance(item, (slice, np.integer))
        or (isinstance(item, int) and not isinstance(item, bool))
        for item in items
    )


def scatter_add(shape: Ints, index: Any, values: Array, dtype: Any) -> Array:
    """Adjoint of x[index] for x of the given shape, with any index that NumPy takes.

    >>> scatter_add((3,), [0, 2, 2], np.array([1.0, 10.0, 20.0]), np.float64)
    array([ 1.,  0., 30.])
    """
    if is_basic(index):
        out = np.zeros(shape, dtype)
        out[index] = values
        return out
    if isinstance(index, tuple) and len(index) == 1:
        (index,) = index
    if isinstance(index, list):
        index = np.asarray(index, np.intp if not index else None)
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu":
        return scatter_rows(shape, index, values, dtype)
    positions = np.arange(math.prod(shape)).reshape(shape)[index]
    return _add_flat(shape, positions, values, dtype)


def scatter_rows(shape: Ints, index: Array, values: Array, dtype: Any) -> Array:
    """Adjoint of x[index] for one integer array, which picks along the first axis, as an embedding does.

    `values` is (*index.shape, *shape[1:]).
    """
    return _add_rows(np.asarray(values, dtype), _counted_from_zero(index, shape[0]), shape)


@native("embedding:add_rows", least=4096)
def _add_rows(values: Array, index: Array, shape: Ints) -> Array:
    width = math.prod(shape[1:])
    positions = (index * width).reshape((*index.shape, *(1,) * (len(shape) - 1)))
    return _add_flat(shape, positions + np.arange(width).reshape(shape[1:]), values, values.dtype)


def scatter_along_axis(shape: Ints, index: Array, axis: int, values: Array, dtype: Any) -> Array:
    """Adjoint of np.take_along_axis(x, index, axis), and of a gather whose index is shorter than x on other axes.

    `values` has the shape of what was read.
    """
    axis %= len(shape)
    positions: Any = 0
    for other, size in enumerate(shape):
        if other == axis:
            step = _counted_from_zero(index, size)
        else:
            taken = np.arange(values.shape[other] if size > 1 else 1)
            step = taken.reshape(-1, *(1,) * (len(shape) - 1 - other))
        positions = positions * size + step
    return _add_flat(shape, np.broadcast_to(positions, values.shape), values, dtype)


def _counted_from_zero(index: Array, size: int) -> Array:
    index = index.astype(np.intp, copy=False)
    return np.where(index < 0, index + size, index)


def _add_flat(shape: Ints, positions: Array, values: Array, dtype: Any) -> Array:
    out = np.zeros(math.prod(shape), dtype)
    values = np.broadcast_to(np.asarray(values, dtype), positions.shape)
    np.add.at(out, positions.reshape(-1), values.reshape(-1))
    return out.reshape(shape)
