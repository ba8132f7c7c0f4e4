"""Methods of any ufunc, by repeated calls of it: reduce, accumulate, reduceat, and `at` as an update of the handle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import methods, ops, protocols
from autograd.ops.axes import companion, one_axis, operand, reduced_axes
from autograd.tensor import Tensor, wrap

REORDERABLE = frozenset(
    {
        np.add,
        np.multiply,
        np.maximum,
        np.minimum,
        np.fmax,
        np.fmin,
        np.logaddexp,
        np.logaddexp2,
        np.hypot,
        np.gcd,
        np.lcm,
        np.logical_and,
        np.logical_or,
        np.logical_xor,
        np.bitwise_and,
        np.bitwise_or,
        np.bitwise_xor,
    }
)
"""Ufuncs that may be folded along several axes at once."""


def _slices(a: Any, axis: int) -> list[Any]:
    """The slices along an axis."""
    return [ops.getitem(a, (*[slice(None)] * axis, i)) for i in range(a.shape[axis])]


def reduce(
    ufunc: np.ufunc,
    a: Any,
    axis: Any = 0,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """ufunc.reduce: f(… f(f(a₀, a₁), a₂) …) along axes."""
    f, name = protocols.UFUNCS[ufunc], f"np.{ufunc.__name__}.reduce"
    a = operand(a) if dtype is None else ops.astype(operand(a), dtype, copy=False)
    axes = reduced_axes(axis, a.shape, name)
    axes = tuple(range(len(a.shape))) if axes is None else axes
    if len(axes) > 1 and ufunc not in REORDERABLE:
        raise ValueError(f"{name} depends on the order of the elements, so at most one axis is possible, got {axis}")
    if where is not True:
        where = np.broadcast_to(operand(where), a.shape)
    result: Any = initial
    if initial is None and (where is not True or 0 in [a.shape[i] for i in axes]):
        if ufunc.identity is None:
            raise ValueError(f"{name}: without `initial=` nothing can be the result where no element is selected")
        result = ufunc.identity
    if result is not None:
        shape = tuple(n for i, n in enumerate(a.shape) if i not in axes)
        start = result if isinstance(result, Tensor) else np.asarray(result, _result_dtype(ufunc, a.dtype))
        result = ops.broadcast_to(start, shape)
    for x, chosen in _pairs(a, where, axes):
        new = x if result is None else f(result, x)
        result = new if chosen is True else ops.where(chosen, new, result)
    return ops.expand_dims(result, axes) if keepdims else result


def _result_dtype(ufunc: np.ufunc, dtype: Any) -> Any:
    return ufunc.resolve_dtypes((dtype, dtype, None))[-1]


def _pairs(a: Any, where: Any, axes: Any) -> Any:
    """All slices across the axes, each with its mask."""
    rest = [i for i in range(len(a.shape)) if i not in axes]

    def in_a_row(x: Any) -> Any:
        moved = ops.transpose(x, (*axes, *rest))
        return _slices(ops.reshape(moved, (-1 if x.size else 0, *moved.shape[len(axes) :])), 0)

    if not axes:
        return [(a, where)]
    items = in_a_row(a)
    return zip(items, [True] * len(items) if where is True else in_a_row(where))


def accumulate(ufunc: np.ufunc, array: Any, axis: int = 0, dtype: Any = None) -> Any:
    """ufunc.accumulate: all the intermediate results of `reduce`."""
    f, name = protocols.UFUNCS[ufunc], f"np.{ufunc.__name__}.accumulate"
    a = operand(array) if dtype is None else ops.astype(operand(array), dtype, copy=False)
    axis = one_axis(axis, a.shape, name)
    if a.shape[axis] == 0:
        return a
    results: list[Any] = []
    for x in _slices(a, axis):
        results.append(f(results[-1], x) if results else x)
    return ops.stack([ops.astype(r, results[-1].dtype, copy=False) for r in results], axis)


def reduceat(ufunc: np.ufunc, array: Any, indices: Any, axis: int = 0, dtype: Any = None) -> Any:
    """ufunc.reduceat: `reduce` from each index to the next, or the one element where the next is no larger."""
    name = f"np.{ufunc.__name__}.reduceat"
    a = operand(array) if dtype is None else ops.astype(operand(array), dtype, copy=False)
    axis = one_axis(axis, a.shape, name)
    n, starts = a.shape[axis], np.asarray(indices.data if isinstance(indices, Tensor) else indices)
    if starts.ndim != 1 or (starts.size and not 0 <= starts.min() <= starts.max() < n):
        raise IndexError(
            f"{name}: indices {starts.tolist()} for an axis of length {n}; wanted a vector of 0 to {n - 1}"
        )
    method = protocols.METHODS.get((ufunc, "reduce"))
    whole = (*[slice(None)] * axis,)
    parts = []
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), n]):
        piece = ops.getitem(a, (*whole, slice(start, max(stop, start + 1))))
        parts.append(method(piece, axis=axis) if method else reduce(ufunc, piece, axis))
    if not parts:
        return ops.getitem(a, (*whole, slice(0, 0)))
    return ops.stack(parts, axis)


def outer(ufunc: np.ufunc, x: Any, y: Any) -> Any:
    """ufunc.outer: every element of x with every element of y."""
    x, y = operand(x), operand(y)
    return protocols.UFUNCS[ufunc](x[(..., *[None] * len(y.shape))], y)


def at(ufunc: np.ufunc, a: Any, indices: Any, *b: Any) -> None:
    """ufunc.at: a[indices] = f(a[indices], b), once for each time that a position occurs."""
    name = f"np.{ufunc.__name__}.at"
    if not isinstance(a, Tensor):
        raise TypeError(
            f"{name} would write a tensor into a plain {type(a).__name__}, which loses its gradient; make the target "
            f"a tensor first: t = autograd.tensor(a)"
        )
    if len(b) != ufunc.nin - 1 or ufunc.nout != 1:
        raise ValueError(f"{name}: {ufunc.nin} arguments with one result are needed, got {1 + len(b)}")
    index = tuple(_plain(i) for i in indices) if isinstance(indices, tuple) else _plain(indices)
    places = np.arange(a.size).reshape(a.shape)[index]
    values = [ops.ravel(ops.broadcast_to(companion(v, a), places.shape)) for v in b]
    flat, places = ops.ravel(a), places.reshape(-1)
    if ufunc in (np.add, np.subtract):
        step = values[0] if ufunc is np.add else ops.negative(values[0])
        result = ops.index_add(flat, 0, places, ops.astype(step, np.result_type(step.dtype, a.dtype), copy=False))
    else:
        result = _in_rounds(protocols.UFUNCS[ufunc], flat, places, values)
    if not np.can_cast(result.dtype, a.dtype, "same_kind"):
        raise TypeError(f"{name}: a result of dtype {result.dtype} does not fit a tensor of dtype {a.dtype}")
    result = ops.astype(ops.reshape(result, a.shape), a.dtype, copy=False)
    methods.moved(a, result if isinstance(result, Tensor) else wrap(result), f"{name}(t, ...)")


def _plain(index: Any) -> Any:
    return index.data if isinstance(index, Tensor) else index


def _in_rounds(f: Callable[..., Any], flat: Any, places: Any, values: list[Any]) -> Any:
    """Apply f to all positions in as many rounds as one of them occurs, each round with distinct positions."""
    order = np.argsort(places, kind="stable")
    ranked = places[order]
    first = np.searchsorted(ranked, ranked)
    turn = np.empty(places.shape, np.intp)
    turn[order] = np.arange(places.size) - first
    for k in range(int(turn.max(initial=-1)) + 1):
        (now,) = np.nonzero(turn == k)
        flat = ops.updated(flat, places[now], f(flat[places[now]], *(v[now] for v in values)))
    return flat


GENERAL: dict[str, Callable[..., Any]] = {
    "accumulate": accumulate,
    "at": at,
    "outer": outer,
    "reduce": reduce,
    "reduceat": reduceat,
}
