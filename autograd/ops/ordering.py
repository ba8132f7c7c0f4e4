"""Order statistics and sets: partitions, the k-th smallest, the most frequent, unique elements, unions and the like."""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.gather import take_along_axis_
from autograd.ops.indexing import getitem
from autograd.ops.joining import concatenate
from autograd.ops.nan_reductions import present_shares
from autograd.ops.quantiles import argpartition_
from autograd.ops.reductions import max, min, reduction, spread, sum_, tie_shares
from autograd.ops.shape import astype, ravel, squeeze
from autograd.ops.sorting import _distinct, _refuse_order, argsort_, sort, unique_all
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = [
    "aminmax",
    "intersect1d",
    "kthvalue",
    "mode",
    "msort",
    "partition",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


class Selected(NamedTuple):
    """Elements along an axis, and where they stand."""

    values: Any
    indices: Any


class Extrema(NamedTuple):
    """The smallest and the largest elements."""

    min: Any
    max: Any


class Counts(NamedTuple):
    """The distinct values, and how often each occurs."""

    values: Any
    counts: Any


class Inverse(NamedTuple):
    """The distinct values, and which of them each element is."""

    values: Any
    inverse_indices: Any


# --- order ------------------------------------------------------------------------------------------------------------


@implements(np.partition)
def _np_partition(a, kth, axis=-1, kind="introselect", order=None):
    _refuse_order("np.partition", order)
    return partition(a, kth, axis)


def partition(x: Any, kth: Any, axis: int | None = -1) -> Any:
    """x reordered along `axis` (flattened if None) so that the elements of the ranks `kth` stand where sorting puts
    them, no larger ones before and no smaller ones after them; the gradient goes back to where each element came from.

    >>> import autograd, numpy as np
    >>> autograd.partition(np.array([3.0, 1.0, 2.0]), 1)
    array([1., 2., 3.])
    """
    x = operand(x)
    if axis is None:
        x, axis = ravel(x), 0
    axis = one_axis(axis, x.shape, "partition")
    ranks = tuple(operator.index(k) for k in np.atleast_1d(kth).tolist())
    n = x.shape[axis]
    if not all(-n <= k < n for k in ranks):
        raise ValueError(f"partition: kth={kth} for an axis of length {n}")
    return take_along_axis_(x, argpartition_(x, ranks, axis), axis)


def msort(x: Any) -> Any:
    """x sorted along its first axis; PyTorch's `torch.msort`.

    >>> import autograd, numpy as np
    >>> autograd.msort(np.array([[3.0, 1.0], [2.0, 4.0]]))
    array([[2., 1.],
           [3., 4.]])
    """
    x = operand(x)
    return sort(x, 0) if x.shape else x


@implements(np.sort_complex)
def _sort_complex(a):
    ordered = sort(a, -1)
    return ordered if ordered.dtype.kind == "c" else astype(ordered, np.result_type(ordered.dtype, np.complex64))


def _chosen(x, position, axis, keepdims):
    values = take_along_axis_(x, position, axis)
    return Selected(*(v if keepdims else squeeze(v, axis) for v in (values, position)))


def kthvalue(x: Any, k: int, axis: int = -1, keepdims: bool = False) -> Any:
    """The k-th smallest element along `axis`, k = 1 for the smallest, and its position; PyTorch's `torch.kthvalue`.

    Of equal elements, in their order. The gradient goes to the element. Raises ValueError for k out of range.

    >>> import autograd, numpy as np
    >>> autograd.kthvalue(np.array([3.0, 1.0, 2.0]), 2)
    Selected(values=array(2.), indices=array(2))
    """
    x = operand(x)
    axis = one_axis(axis, x.shape, "kthvalue")
    if not 1 <= operator.index(k) <= x.shape[axis]:
        raise ValueError(f"kthvalue: k={k} for axis {axis} of shape {x.shape}; wanted 1 to {x.shape[axis]}")
    order = argsort_(x, axis, False, True)
    return _chosen(x, getitem(order, (*[slice(None)] * axis, slice(k - 1, k))), axis, keepdims)


def _mode_sample(s):
    shape = s.shape(1, min_side=1)
    axis = s.integer(0, len(shape) - 1)
    return (s.integers(shape, 0, 2).astype(s.dtype),), {"axis": axis}


@primitive(x=None, samples=_mode_sample)
def mode_positions(x, axis):
    """Where the most frequent element along an axis stands last; of equally frequent ones the smallest."""
    order = np.argsort(x, axis, kind="stable")
    ranked = np.take_along_axis(x, order, axis)
    n = x.shape[axis]
    places = np.arange(n).reshape(-1, *(1,) * (x.ndim - 1 - axis))
    begins = np.ones(x.shape, bool)
    later = (*[slice(None)] * axis, slice(1, None))
    earlier = (*[slice(None)] * axis, slice(None, -1))
    begins[later] = ranked[later] != ranked[earlier]
    length = places - np.maximum.accumulate(np.where(begins, places, 0), axis)  # of the run so far
    return np.take_along_axis(order, np.argmax(length, axis, keepdims=True), axis)


def mode(x: Any, axis: int = -1, keepdims: bool = False) -> Any:
    """The most frequent element along `axis`, the smallest of equally frequent ones, and where it stands last.

    The gradient goes to that one element. PyTorch's `torch.mode`.

    >>> import autograd, numpy as np
    >>> autograd.mode(np.array([3.0, 1.0, 3.0, 1.0, 2.0]))
    Selected(values=array(1.), indices=array(3))
    """
    x = operand(x)
    axis = one_axis(axis, x.shape, "mode")
    if not x.shape[axis]:
        raise ValueError(f"mode: no elements along axis {axis} of an array of shape {x.shape}")
    return _chosen(x, mode_positions(x, axis), axis, keepdims)


def aminmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest and the largest elements along `axis`: (min, max); ties share the gradient equally.

    >>> import autograd
    >>> autograd.aminmax(autograd.tensor([3.0, 1.0, 2.0]))
    Extrema(min=tensor(1.), max=tensor(3.))
    """
    return Extrema(min(x, axis, keepdims), max(x, axis, keepdims))


# --- PyTorch's medians -----------------------------------------------------------------------------------------------


def _whole(s):
    (x,), _ = reduction(min_side=1, distinct=True)(s)
    return (x,), {}


@primitive(
    x=lambda g, x, out, x_shape: spread(g, x_shape, None, False) * tie_shares(x, out, None, False),
    forward={"x": lambda t, x, out: sum_(t * tie_shares(x, out, None, False), None, False)},
    text="median {x}",
    samples=_whole,
)
def lower_median(x):
    """The median of all elements, of an even number the lower one of the two in the middle; NaN if one is."""
    flat = np.sort(x, None)
    return flat[-1] if np.isnan(flat[-1]) else flat[(flat.size - 1) // 2]


@primitive(
    x=lambda g, x, out, x_shape: spread(g, x_shape, None, False) * present_shares(x, out, None, False),
    forward={"x": lambda t, x, out: sum_(t * present_shares(x, out, None, False), None, False)},
    text="nanmedian {x}",
    samples=_whole,
)
def lower_nanmedian(x):
    """The same of the elements that are no NaN."""
    flat = np.sort(x, None)
    return flat[np.maximum(np.count_nonzero(~np.isnan(flat)) - 1, 0) // 2]


def _median_sample(s):
    shape = s.shape(1, min_side=1)
    params = {"axis": s.integer(0, len(shape) - 1), "skip_nan": s.boolean()}
    return (s.array(shape, distinct=True),), params


@primitive(x=None, samples=_median_sample)
def median_positions(x, axis, skip_nan):
    """Where the lower median stands along an axis; where the first NaN does, if there is one and it counts."""
    order = np.argsort(x, axis, kind="stable")
    lost = np.isnan(x) if x.dtype.kind == "f" else np.zeros(x.shape, bool)
    numbers = np.count_nonzero(~lost, axis, keepdims=True)
    rank = np.maximum(numbers - 1, 0) // 2
    if not skip_nan:
        rank = np.where(numbers < x.shape[axis], numbers, rank)
    return np.take_along_axis(order, rank, axis)


# --- sets -------------------------------------------------------------------------------------------------------------


implements(np.unique_all)(unique_all)


@implements(np.unique_values)
def unique_values(x: Any) -> Any:
    """The distinct elements of x in order; every NaN is one of its own.

    >>> import autograd, numpy as np
    >>> autograd.unique_values(np.array([5, 3, 5]))
    array([3, 5])
    """
    return _distinct(x, None, False)[0]


@implements(np.unique_counts)
def unique_counts(x: Any) -> Any:
    """The distinct elements of x in order, and how often each occurs.

    >>> import autograd, numpy as np
    >>> autograd.unique_counts(np.array([5, 3, 5]))
    Counts(values=array([3, 5]), counts=array([1, 2]))
    """
    values, _, _, counts = _distinct(x, None, False)
    return Counts(values, counts)


@implements(np.unique_inverse)
def unique_inverse(x: Any) -> Any:
    """The distinct elements of x in order, and which of them each element is.

    >>> import autograd, numpy as np
    >>> autograd.unique_inverse(np.array([5, 3, 5]))
    Inverse(values=array([3, 5]), inverse_indices=array([1, 0, 1]))
    """
    values, _, inverse, _ = _distinct(x, None, False)
    return Inverse(values, inverse)


@implements(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    """The distinct elements of both arrays, in order. The gradient of each goes to the first that has the value.

    >>> import autograd, numpy as np
    >>> autograd.union1d(np.array([3, 1]), np.array([2, 3]))
    array([1, 2, 3])
    """
    return _distinct(concatenate([ravel(operand(ar1)), ravel(operand(ar2))]), None, True)[0]


def _member_sample(s):
    return (s.integers(s.shape(1), 0, 3), s.integers(s.shape(1), 0, 3)), {}


@primitive(x=None, y=None, text="{x} ∈ {y}", samples=_member_sample)
def is_member(x, y):
    """Whether each element of x is among those of y."""
    return np.isin(x, y)


def _set(x, assume_unique):
    """The elements, distinct and in order unless they are said to be so already, and where they come from."""
    x = ravel(operand(x))
    if assume_unique:
        return x, np.arange(x.size)
    values, first, _, _ = _distinct(x, None, True)
    return values, first


@implements(np.intersect1d)
def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """The distinct elements that both arrays have, in order, and on request where they are first in each.

    The gradient of each goes to the first element of `ar1` that has the value.

    >>> import autograd, numpy as np
    >>> autograd.intersect1d(np.array([3, 1, 2]), np.array([2, 3]))
    array([2, 3])
    """
    (x, at_x), (y, at_y) = _set(ar1, assume_unique), _set(ar2, assume_unique)
    in_x, in_y = is_member(x, y), is_member(y, x)
    x, at_x, y, at_y = x[in_x], at_x[_raw(in_x)], y[in_y], at_y[_raw(in_y)]
    if assume_unique:
        order_x, order_y = argsort_(x, 0, False, True), argsort_(y, 0, False, True)
        x, at_x, at_y = x[order_x], at_x[_raw(order_x)], at_y[_raw(order_y)]
    return (x, at_x, at_y) if return_indices else x


@implements(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """The distinct elements of `ar1` that are not in `ar2`, in order (as they stand, with `assume_unique`).

    >>> import autograd, numpy as np
    >>> autograd.setdiff1d(np.array([3, 1, 2]), np.array([2]))
    array([1, 3])
    """
    x, _ = _set(ar1, assume_unique)
    return x[~is_member(x, operand(ar2))]


@implements(np.setxor1d)
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """The distinct elements that just one of the arrays has, in order.

    >>> import autograd, numpy as np
    >>> autograd.setxor1d(np.array([3, 1]), np.array([2, 3]))
    array([1, 2])
    """
    (x, _), (y, _) = _set(ar1, assume_unique), _set(ar2, assume_unique)
    return sort(concatenate([x[~is_member(x, y)], y[~is_member(y, x)]]))


def _raw(x):
    return x.data if isinstance(x, Tensor) else x
