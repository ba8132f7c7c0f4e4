"""Positions, counts and truth along axes: results without derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import count, one_axis, operand, reduced_axes
from autograd.ops.reductions import one_per_element
from autograd.primitive import primitive

__all__ = ["all", "any", "argmax", "argmin", "count_nonzero"]


def _position_sample(s):
    shape = s.shape(min_side=1)
    axis = s.integer(0, len(shape) - 1) if shape and s.boolean() else None
    return (s.array(shape, distinct=True),), {"axis": axis, "keepdims": s.boolean()}


def _truth_sample(s):
    shape = s.shape()
    return (s.booleans(shape),), {"axis": s.axes(len(shape)), "keepdims": s.boolean()}


@primitive(x=None, text="argmax {x}", samples=_position_sample, flops=one_per_element)
def argmax_(x, axis=None, keepdims=False):
    """Position of the largest element along an axis."""
    return np.argmax(x, axis, keepdims=keepdims)


@primitive(x=None, text="argmin {x}", samples=_position_sample, flops=one_per_element)
def argmin_(x, axis=None, keepdims=False):
    """Position of the smallest element along an axis."""
    return np.argmin(x, axis, keepdims=keepdims)


@primitive(x=None, text="any {x}", samples=_truth_sample, flops=one_per_element)
def any_(x, axis=None, keepdims=False):
    """Whether any element along axes is not 0."""
    return np.logical_or.reduce(x, axis=axis, keepdims=keepdims)


@primitive(x=None, text="all {x}", samples=_truth_sample, flops=one_per_element)
def all_(x, axis=None, keepdims=False):
    """Whether all elements along axes are not 0."""
    return np.logical_and.reduce(x, axis=axis, keepdims=keepdims)


@primitive(x=None, text="count {x}", samples=_truth_sample, flops=one_per_element)
def count_nonzero_(x, axis=None, keepdims=False):
    """How many elements along axes are not 0."""
    return np.asarray(np.count_nonzero(x, axis, keepdims=keepdims))[()]  # older NumPy counts in Python ints


def _position(find, x, axis, keepdims, op):
    x = operand(x)
    number = None if axis is None else one_axis(axis, x.shape, op)
    if count(x.shape, None if number is None else (number,)) == 0:
        raise ValueError(f"{op}: no elements along axis {axis} of an array of shape {x.shape}; at least one is needed")
    return find(x, number, keepdims)


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Position of the (first) largest element along `axis`, or in the flattened array; no gradient.

    >>> import autograd
    >>> autograd.argmax(autograd.tensor([[1.0, 3.0], [5.0, 2.0]]), axis=1)
    tensor([1, 0])
    """
    return _position(argmax_, x, axis, keepdims, "argmax")


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Position of the (first) smallest element along `axis`, or in the flattened array; no gradient.

    >>> import autograd
    >>> autograd.argmin(autograd.tensor([[1.0, 3.0], [5.0, 2.0]]))
    tensor(0)
    """
    return _position(argmin_, x, axis, keepdims, "argmin")


def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any element along `axis` (an int, a tuple, or None for all) is not 0.

    >>> import autograd
    >>> autograd.any(autograd.tensor([[True, False], [False, False]]), axis=1)
    tensor([ True, False])
    """
    x = operand(x)
    return any_(x, reduced_axes(axis, x.shape, "any"), keepdims)


def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements along `axis` (an int, a tuple, or None for all) are not 0.

    >>> import autograd
    >>> autograd.all(autograd.tensor([[True, True], [False, True]]), axis=1)
    tensor([ True, False])
    """
    x = operand(x)
    return all_(x, reduced_axes(axis, x.shape, "all"), keepdims)


def count_nonzero(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """How many elements along `axis` (an int, a tuple, or None for all) are not 0.

    >>> import autograd
    >>> autograd.count_nonzero(autograd.tensor([0.0, 2.0, -1.0]))
    tensor(2)
    """
    x = operand(x)
    return count_nonzero_(x, reduced_axes(axis, x.shape, "count_nonzero"), keepdims)
