"""Sorting and searching. Positions and counts carry no gradient; sorted values hand theirs back to their origin."""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.gather import take, take_along_axis_
from autograd.ops.indexing import getitem
from autograd.ops.shape import ravel
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = [
    "argsort",
    "argwhere",
    "flatnonzero",
    "nonzero",
    "searchsorted",
    "sort",
    "topk",
    "unique",
    "unique_all",
]


class Sorted(NamedTuple):
    """Values in order, and where each of them was."""

    values: Any
    indices: Any


class Unique(NamedTuple):
    """The distinct values; where each occurs first; which of them each element is; how often each occurs."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


# --- order -----------------------------------------------------------------------------------------------------------


def _argsort_sample(s):
    shape = s.shape(1)
    params = {"axis": s.integer(0, len(shape) - 1), "descending": s.boolean(), "stable": True}
    return (s.array(shape, distinct=True),), params


@primitive(x=None, samples=_argsort_sample)
def argsort_(x, axis, descending, stable):
    """The positions of the elements in order along an axis."""
    kind: Any = "stable" if stable else None
    if not descending:
        return np.argsort(x, axis, kind)
    # Flipped before and after, equal elements keep their order.
    return x.shape[axis] - 1 - np.flip(np.argsort(np.flip(x, axis), axis, kind), axis)


def argsort(x: Any, axis: int | None = -1, descending: bool = False, stable: bool = True) -> Any:
    """The positions that put x in order along `axis`.

    >>> import autograd, numpy as np
    >>> autograd.argsort(np.array([3.0, 1.0, 2.0]))
    array([1, 2, 0])
    """
    x = operand(x)
    if axis is None:
        x, axis = ravel(x), 0
    return argsort_(x, one_axis(axis, x.shape, "argsort"), bool(descending), bool(stable))


def sort(x: Any, axis: int | None = -1, descending: bool = False, stable: bool = True) -> Any:
    """x in order along `axis`; the gradient goes back to where each element came from.

    >>> import autograd, numpy as np
    >>> autograd.sort(np.array([3.0, 1.0, 2.0]), descending=True)
    array([3., 2., 1.])
    """
    return sorted_with_indices(x, axis, descending, stable).values


def sorted_with_indices(x, axis=-1, descending=False, stable=True):
    """The sorted values and their positions."""
    x = operand(x)
    if axis is None:
        x, axis = ravel(x), 0
    axis = one_axis(axis, x.shape, "sort")
    indices = argsort_(x, axis, bool(descending), bool(stable))
    return Sorted(take_along_axis_(x, indices, axis), indices)


def topk(x: Any, k: int, axis: int = -1, largest: bool = True, sorted: bool = True) -> tuple[Any, Any]:
    """The k largest (or smallest) values along `axis`, in order, and their positions; PyTorch's `torch.topk`.

    With `sorted=False` the order of the result is not specified (it is sorted all the same).

    >>> import autograd, numpy as np
    >>> autograd.topk(np.array([3.0, 1.0, 2.0]), 2)
    Sorted(values=array([3., 2.]), indices=array([0, 2]))
    """
    x = operand(x)
    axis = one_axis(axis, x.shape, "topk")
    if not 0 <= operator.index(k) <= x.shape[axis]:
        raise ValueError(f"topk: k={k} for an axis of length {x.shape[axis]}")
    indices = getitem(argsort_(x, axis, bool(largest), True), (slice(None),) * axis + (slice(k),))
    return Sorted(take_along_axis_(x, indices, axis), indices)


@implements(np.sort)
def _np_sort(a, axis=-1, kind=None, order=None, *, stable=None):
    _refuse_order("np.sort", order)
    return sort(a, axis, stable=bool(stable) or kind in ("stable", "mergesort"))


@implements(np.argsort)
def _np_argsort(a, axis=-1, kind=None, order=None, *, stable=None):
    _refuse_order("np.argsort", order)
    return argsort(a, axis, stable=bool(stable) or kind in ("stable", "mergesort"))


def _refuse_order(name, order):
    if order is not None:
        raise TypeError(f"{name}(..., order=...) is for structured arrays; tensors have no fields")


# --- search ----------------------------------------------------------------------------------------------------------


@primitive(x=None, samples=lambda s: ((s.array(s.shape(1)),), {}))
def argwhere_(x):
    """The positions of the elements that are not 0, one per row."""
    return np.argwhere(x)


@implements(np.argwhere)
def argwhere(x: Any) -> Any:
    """The positions of the elements that are not 0, one per row.

    >>> import autograd, numpy as np
    >>> autograd.argwhere(np.array([[0.0, 5.0], [6.0, 0.0]]))
    array([[0, 1],
           [1, 0]])
    """
    return argwhere_(operand(x))


@implements(np.nonzero)
def nonzero(x: Any) -> tuple[Any, ...]:
    """The positions of the elements that are not 0, as one array of integers per axis.

    >>> import autograd, numpy as np
    >>> autograd.nonzero(np.array([0.0, 2.0, 3.0]))
    (array([1, 2]),)
    """
    x = operand(x)
    if not x.shape:
        raise ValueError("nonzero wants an array of at least 1 axis, got a 0-d one")
    found = argwhere_(x)
    return tuple(found[:, a] for a in range(len(x.shape)))


@implements(np.flatnonzero)
def flatnonzero(x: Any) -> Any:
    """The positions of the elements that are not 0 in the flattened x.

    >>> import autograd, numpy as np
    >>> autograd.flatnonzero(np.array([0.0, 2.0, 3.0]))
    array([1, 2])
    """
    return argwhere_(ravel(operand(x)))[:, 0]


@primitive(x=None, values=None, samples=lambda s: ((np.sort(s.array((4,))), s.array(s.shape(0, 2))), {"side": "left"}))
def searchsorted_(x, values, side):
    """Where `values` belong in the sorted vector x."""
    return np.searchsorted(x, values, side)


@implements(np.searchsorted)
def searchsorted(x: Any, values: Any, side: str = "left", sorter: Any = None) -> Any:
    """Where `values` would go into the sorted vector x: before equal elements ("left") or after them ("right").

    >>> import autograd, numpy as np
    >>> autograd.searchsorted(np.array([1.0, 2.0, 3.0]), np.array([2.0, 9.0]))
    array([1, 3])
    """
    x = operand(x)
    return searchsorted_(x if sorter is None else x[sorter], operand(values), side)


@primitive(x=None, outputs=4, samples=lambda s: ((s.array(s.shape(1)),), {"axis": None, "equal_nan": True}))
def unique_(x, axis, equal_nan):
    """The distinct values, where each occurs first, which each element is, and how often each occurs."""
    return np.unique(x, True, True, True, axis, equal_nan=equal_nan)


def _distinct(x: Any, axis: Any, equal_nan: bool) -> tuple[Any, ...]:
    x = operand(x)
    values, first, inverse, counts = unique_(x, axis, equal_nan)
    return take(x, first, axis) if isinstance(x, Tensor) else values, first, inverse, counts


def unique_all(x: Any) -> Any:
    """The distinct elements of x in order, with the position of the first, the inverse and the count of each.

    >>> import autograd, numpy as np
    >>> autograd.unique_all(np.array([5, 3, 5])).counts
    array([1, 2])
    """
    return Unique(*_distinct(x, None, False))


@implements(np.unique)
def unique(
    x: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
) -> Any:
    """The distinct elements of x in order (slices along `axis`, if given), and on request their first positions, the
    inverse and the counts. The gradient of a value goes to the first element that has it.

    >>> import autograd, numpy as np
    >>> autograd.unique(np.array([5, 3, 5]))
    array([3, 5])
    """
    values, *others = _distinct(x, axis, equal_nan)
    chosen = [o for o, wanted in zip(others, (return_index, return_inverse, return_counts)) if wanted]
    return (values, *chosen) if chosen else values
