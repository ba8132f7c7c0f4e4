"""Functions that change their first argument do to a Tensor what `t[index] = v` does: the handle moves on to the new
value, and what was computed from the old one keeps its derivatives. Into a plain array they write no Tensor."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import methods, ops
from autograd.ops.axes import operand
from autograd.protocols import implements
from autograd.tensor import Tensor, wrap


def _writes(function: Callable[..., Any], new_value: Callable[..., Any]) -> None:
    """Register what gives the new value of the first argument."""
    name = f"np.{function.__name__}"

    def write(target: Any, *args: Any, **kwargs: Any) -> None:
        if not isinstance(target, Tensor):
            raise TypeError(
                f"{name} would write a tensor into a plain {type(target).__name__}, which loses its gradient; make the "
                f"target a tensor first: t = autograd.tensor(a)"
            )
        result = new_value(target, *args, **kwargs)
        methods.moved(target, result if isinstance(result, Tensor) else wrap(result), f"{name}(t, ...)")

    def by_name(*args: Any, **kwargs: Any) -> None:
        if not args:
            first = next((n for n in ("dst", "a", "arr") if n in kwargs), "")
            args = (kwargs.pop(first),) if first else ()
        write(*args, **kwargs)

    implements(function)(by_name)


def _copyto(dst: Tensor, src: Any, casting: Any = "same_kind", where: Any = True) -> Any:
    if not hasattr(src, "dtype"):
        src = np.asarray(src, np.result_type(dst.dtype, src) if isinstance(src, int | float | complex) else None)
    if not np.can_cast(src.dtype, dst.dtype, casting):
        raise TypeError(f"np.copyto: {src.dtype} cannot be cast to {dst.dtype} under casting={casting!r}")
    values = ops.astype(ops.broadcast_to(src, dst.shape), dst.dtype)
    return values if where is True else ops.where(where, values, dst)


def _repeated(values: Any, count: int, name: str) -> Any:
    """`count` elements, the values over and over."""
    flat = ops.ravel(operand(values))
    if count and not flat.size:
        raise ValueError(f"np.{name}: no values to write to {count} places")
    return flat if flat.size == count else flat[np.arange(count) % max(flat.size, 1)]


def _put(a: Tensor, ind: Any, v: Any, mode: str = "raise") -> Any:
    size = a.size
    positions = ops.ravel(operand(ind))
    if mode == "wrap":
        positions = positions % max(size, 1)
    elif mode == "clip":
        positions = np.clip(positions, 0, size - 1)
    elif mode != "raise":
        raise ValueError(f"np.put: mode must be 'raise', 'wrap' or 'clip', got {mode!r}")
    return ops.reshape(ops.updated(ops.ravel(a), positions, _repeated(v, positions.size, "put")), a.shape)


def _mask(mask: Any, a: Tensor, name: str) -> Any:
    mask = ops.astype(operand(mask), bool, copy=False)
    if mask.size != a.size:
        raise ValueError(f"np.{name}: a mask of shape {mask.shape} for a tensor of shape {a.shape}")
    return ops.reshape(mask, a.shape)


def _place(arr: Tensor, mask: Any, vals: Any) -> Any:
    mask = _mask(mask, arr, "place")
    count = int(np.count_nonzero(mask.data if isinstance(mask, Tensor) else mask))
    return ops.updated(arr, mask, _repeated(vals, count, "place"))


def _putmask(a: Tensor, mask: Any, values: Any) -> Any:
    values = ops.reshape(_repeated(values, a.size, "putmask"), a.shape)
    return ops.where(_mask(mask, a, "putmask"), ops.astype(values, a.dtype, copy=False), a)


def _fill_diagonal(a: Tensor, val: Any, wrap: bool = False) -> Any:
    if a.ndim < 2:
        raise ValueError(f"np.fill_diagonal wants a tensor of at least 2 axes, got shape {a.shape}")
    if a.ndim > 2 and len(set(a.shape)) > 1:
        raise ValueError(f"np.fill_diagonal: with more than 2 axes all must have one length, got shape {a.shape}")
    step = 1 + sum(math.prod(a.shape[k:]) for k in range(1, a.ndim))
    end = a.size if wrap or a.ndim > 2 else min(a.size, a.shape[1] ** 2)
    positions = np.arange(0, end, step)
    flat = ops.updated(ops.ravel(a), positions, _repeated(val, positions.size, "fill_diagonal"))
    return ops.reshape(flat, a.shape)


def _put_along_axis(arr: Tensor, indices: Any, values: Any, axis: Any) -> Any:
    return ops.put_along_axis(arr, indices, values, axis)


_writes(np.copyto, _copyto)
_writes(np.put, _put)
_writes(np.place, _place)
_writes(np.putmask, _putmask)
_writes(np.fill_diagonal, _fill_diagonal)
_writes(np.put_along_axis, _put_along_axis)
