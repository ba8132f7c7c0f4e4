"""Axes as the user gives them, turned into what the primitives take: non-negative numbers, checked."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.dtypes import as_array
from autograd.graph import tell
from autograd.tensor import Tensor

Shape = tuple[int, ...]


def operand(x: Any) -> Any:
    """The argument as a Tensor or an array, so that it has a shape."""
    return x if isinstance(x, (Tensor, np.ndarray)) else as_array(x)


def companion(value: Any, x: Any) -> Any:
    """An argument beside x as a Tensor or an array; Python numbers and lists of them take the dtype of a floating x."""
    if isinstance(value, (Tensor, np.ndarray)):
        return value
    array = as_array(value) if hasattr(value, "dtype") else np.asarray(value)
    if hasattr(value, "dtype") or array.dtype.kind not in "fiub":
        return operand(value)
    weak = x.dtype.kind == "f" or (x.dtype.kind == "c" and array.dtype.kind == "f")
    return array.astype(np.empty(0, x.dtype).real.dtype) if weak else operand(value)


def every_value(x: Any) -> Any:
    """The array behind x; inside `vmap` that of all examples, in which the range of values can be checked.

    For checks: a result that depends on it would depend on values unseen by a trace. See `settled_value`.
    """
    data: Any = x._data if isinstance(x, Tensor) else np.asarray(x)
    while not isinstance(data, (np.ndarray, np.generic)):
        data = data.value
    return data


def settled_value(x: Any, what: str) -> Any:
    """The array behind x, for `what` decides by values which operations follow, or computes outside of the graph."""
    if isinstance(x, Tensor):
        tell("escaped", x, f"{what}: reading values")
    return every_value(x)


def one_axis(axis: Any, shape: Shape, op: str, extra: int = 0) -> int:
    """An axis as a non-negative number; `extra` counts axes that `op` adds. Raises AxisError when out of range."""
    ndim = len(shape) + extra
    number = operator.index(axis)
    if not -ndim <= number < ndim:
        wanted = f"an axis from {-ndim} to {ndim - 1}" if ndim else "no axis, the array is 0-d"
        raise np.exceptions.AxisError(f"{op}: axis {number} for an array of shape {shape}; wanted {wanted}")
    return number % ndim


def some_axes(axis: Any, shape: Shape, op: str, extra: int = 0) -> Shape:
    """One axis or several as a tuple of non-negative numbers. Raises ValueError when one is named twice."""
    if not isinstance(axis, (tuple, list)):
        return (one_axis(axis, shape, op, extra),)
    axes = tuple(one_axis(a, shape, op, extra) for a in axis)
    if len(set(axes)) < len(axes):
        raise ValueError(f"{op}: axis {tuple(axis)} names an axis twice, for an array of shape {shape}")
    return axes


def reduced_axes(axis: Any, shape: Shape, op: str) -> Shape | None:
    """`some_axes`, with None for all of them."""
    return None if axis is None else some_axes(axis, shape, op)


def count(shape: Shape, axis: Shape | None) -> int:
    """How many elements go into each result of a reduction."""
    n = 1
    for length in shape if axis is None else [shape[a] for a in axis]:
        n *= length
    return n


def kept(shape: Shape, axis: Shape | None) -> Shape:
    """The shape of a reduction's result with its axes kept."""
    return tuple(1 if axis is None or i in axis else n for i, n in enumerate(shape))


def as_sizes(sizes: tuple[Any, ...]) -> Shape:
    """The sizes that a method got as separate numbers or as one tuple: `t.reshape(2, 3)`, `t.reshape((2, 3))`."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    return tuple(operator.index(n) for n in sizes)
