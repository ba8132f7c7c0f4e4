"""Choosing among arrays, and arrays with parts left out, put in, or repeated: all of it is reading and writing at
positions, which are found on the values."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.ops.axes import one_axis, operand, reduced_axes
from autograd.ops.creation import zeros_like
from autograd.ops.gather import take, take_along_axis
from autograd.ops.indexing import getitem, updated
from autograd.ops.joining import stack
from autograd.ops.rearranging import broadcast_arrays
from autograd.ops.selection import where
from autograd.ops.shape import astype, broadcast_to, moveaxis, ravel, reshape
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = ["choose", "delete", "insert", "piecewise", "resize", "select", "trim_zeros"]


def _raw(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else np.asarray(x)


# --- among arrays -----------------------------------------------------------------------------------------------------


@implements(np.choose)
def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """out[i] = choices[a[i]][i]: for each element of the integer array `a`, the element of that one of the choices.

    `a` and the choices broadcast. `mode` says what becomes of numbers out of range: "raise" a ValueError, "wrap"
    around, or "clip" to the ends. The gradient goes to the elements chosen.

    >>> import autograd, numpy as np
    >>> autograd.choose(np.array([1, 0]), [np.array([1.0, 2.0]), np.array([10.0, 20.0])])
    array([10.,  2.])
    """
    if out is not None:
        raise TypeError("choose(..., out=...) is not possible: values that a derivative may need are not overwritten")
    which = operand(a)
    if which.dtype.kind not in "iub":
        raise TypeError(f"choose wants integers that say which choice, got dtype {which.dtype}")
    which = astype(which, np.intp)
    parts = [operand(c) for c in (choices if isinstance(choices, (list, tuple)) else list(operand(choices)))]
    n = len(parts)
    if mode == "wrap":
        which = which % n
    elif mode == "clip":
        which = np.clip(which, 0, n - 1)
    elif mode != "raise":
        raise ValueError(f"choose: mode must be 'raise', 'wrap' or 'clip', got {mode!r}")
    elif which.size and not 0 <= _raw(which).min() <= _raw(which).max() < n:
        raise ValueError(f"choose: numbers must lie in 0 … {n - 1}, for {n} choices; or give mode='wrap' or 'clip'")
    which, *parts = broadcast_arrays(which, *parts)
    return reshape(take_along_axis(stack(parts), which[None], 0), which.shape)


@implements(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Elementwise the first of the choices whose condition holds, `default` where none does. All shapes broadcast.

    >>> import autograd, numpy as np
    >>> x = np.array([-2.0, 0.5, 3.0])
    >>> autograd.select([x < 0, x > 1], [-x, x**2], default=7.0)
    array([2., 7., 9.])
    """
    conditions, choices = list(condlist), list(choicelist)
    if len(conditions) != len(choices) or not conditions:
        raise ValueError(f"select wants as many conditions as choices, got {len(conditions)} and {len(choices)}")
    for i, condition in enumerate(conditions):
        if operand(condition).dtype.kind != "b":
            raise TypeError(f"select: condition {i} has dtype {operand(condition).dtype}, wanted booleans")
    plain = (int, float, bool, complex)
    dtype = np.result_type(*[c if type(c) in plain else operand(c).dtype for c in (*choices, default)])
    parts = [c if hasattr(c, "dtype") else np.asarray(c, dtype) for c in (*choices, default)]
    *conditions, result = broadcast_arrays(*conditions, parts[-1])
    for condition, choice in zip(reversed(conditions), reversed(parts[:-1])):
        result = where(condition, choice, result)
    return astype(result, dtype, copy=False)


@implements(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """A function put together from pieces: where condition i holds, function i of those elements of x, or number i.

    Where several hold the last counts; where none does the result is 0, or one more function if given. Functions are
    called with the chosen elements as a vector, and with `args` and `kw`.

    >>> import autograd, numpy as np
    >>> x = np.array([-2.0, 3.0])
    >>> autograd.piecewise(x, [x < 0, x >= 0], [lambda v: v**2, 5.0])
    array([4., 5.])
    """
    x = operand(x)
    pieces = list(funclist)
    single = np.ndim(condlist) == 0 or (x.ndim > 0 and np.ndim(condlist[0]) == 0)
    conditions = [broadcast_to(operand(c), x.shape) for c in ([condlist] if single else condlist)]
    if len(pieces) == len(conditions) + 1:
        covered = conditions[0]
        for c in conditions[1:]:
            covered = covered | c
        conditions.append(np.logical_not(covered))
    if len(pieces) != len(conditions):
        raise ValueError(
            f"piecewise: {len(pieces)} functions for {len(conditions)} conditions; give as many, or one more for where "
            f"no condition holds"
        )
    result = zeros_like(x)
    for condition, piece in zip(conditions, pieces):
        if not callable(piece):
            result = updated(result, condition, piece)
        elif np.any(_raw(condition)):
            result = updated(result, condition, piece(getitem(x, condition), *args, **kw))
    return result


# --- parts left out and put in ----------------------------------------------------------------------------------------


def _positions(obj: Any) -> Any:
    """What says where, for NumPy on plain arrays."""
    if not isinstance(obj, (Tensor, np.ndarray, list, tuple)):
        return obj
    positions = _raw(obj)
    return positions if positions.size else positions.astype(np.intp)


def _flattened(x: Any, axis: Any, op: str) -> tuple[Any, int]:
    return (ravel(x), 0) if axis is None else (x, one_axis(axis, x.shape, op))


@implements(np.delete)
def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    """The array without the slices at the positions `obj` (an int, a slice, integers, a mask) along `axis`; None
    flattens first.

    >>> import autograd, numpy as np
    >>> autograd.delete(np.array([1.0, 2.0, 3.0]), 1)
    array([1., 3.])
    """
    x, axis = _flattened(operand(arr), axis, "delete")
    return take(x, np.delete(np.arange(x.shape[axis]), _positions(obj)), axis)


@implements(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """The array with `values` put in before the positions `obj` (an int, a slice, integers) along `axis`; None flattens
    first. A single position takes as many slices as `values` has along the axis.

    >>> import autograd, numpy as np
    >>> autograd.insert(np.array([1.0, 2.0]), 1, np.array([8.0, 9.0]))
    array([1., 8., 9., 2.])
    """
    x, axis = _flattened(operand(arr), axis, "insert")
    n, where_to = x.shape[axis], _positions(obj)
    if isinstance(where_to, slice):
        where_to = np.arange(*where_to.indices(n))
    where_to = np.asarray(where_to)
    where_to = np.flatnonzero(where_to) if where_to.dtype.kind == "b" else where_to
    values = values if hasattr(values, "dtype") else np.asarray(values, None if np.ndim(values) else x.dtype)
    if where_to.size == 1:
        values = reshape(values, (1,) * (x.ndim - values.ndim) + values.shape)
        if where_to.ndim == 0:
            values = moveaxis(values, 0, axis)
        count = values.shape[axis]
        where_to = np.full(count, where_to.reshape(()))
    else:
        count = where_to.size
    if where_to.size and where_to.dtype.kind not in "iu":
        raise IndexError(f"insert wants integer positions, got dtype {where_to.dtype}")
    if where_to.size and not -n <= where_to.min() <= where_to.max() <= n:
        raise IndexError(f"insert: positions {where_to.tolist()} for axis {axis} of length {n}; wanted {-n} to {n}")
    where_to = np.where(where_to < 0, where_to + n, where_to).astype(np.intp)
    order = np.argsort(where_to, kind="stable")
    new = np.empty(count, np.intp)
    new[order] = where_to[order] + np.arange(count)
    old = np.delete(np.arange(n + count), new)
    shape = (*x.shape[:axis], n + count, *x.shape[axis + 1 :])
    lead = (slice(None),) * axis
    result = updated(zeros_like(x, shape=shape), (*lead, old), x)
    return updated(result, (*lead, new), astype(values, x.dtype, copy=False))


@implements(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """The elements of `a` in row-major order, over and over, under a shape of any size.

    >>> import autograd, numpy as np
    >>> autograd.resize(np.array([1.0, 2.0]), (2, 3))
    array([[1., 2., 1.],
           [2., 1., 2.]])
    """
    flat = ravel(operand(a))
    sizes = new_shape if isinstance(new_shape, (tuple, list)) else (new_shape,)
    shape = tuple(map(operator.index, sizes))
    if min(shape, default=0) < 0:
        raise ValueError(f"resize: lengths must not be negative, got {shape}")
    if not flat.size:
        return zeros_like(flat, shape=shape)
    return reshape(take(flat, np.arange(math.prod(shape)) % flat.size), shape)


@implements(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """The array without the zeros at its front ("f" in `trim`) and its back ("b"), along the axes or all of them.

    >>> import autograd, numpy as np
    >>> autograd.trim_zeros(np.array([0.0, 1.0, 0.0, 2.0, 0.0]))
    array([1., 0., 2.])
    """
    if set(trim.lower()) - set("fb"):
        raise ValueError(f"trim_zeros: trim holds 'f' and 'b', for front and back, got {trim!r}")
    x = operand(filt)
    axes = reduced_axes(axis, x.shape, "trim_zeros")
    parts = []
    for a, found in enumerate(np.nonzero(_raw(x))):
        start, stop = (int(found.min()), int(found.max()) + 1) if found.size else (x.shape[a], 0)
        if axes is not None and a not in axes:
            start, stop = 0, x.shape[a]
        parts.append(slice(start if "f" in trim.lower() else 0, stop if "b" in trim.lower() else x.shape[a]))
    return getitem(x, tuple(parts))
