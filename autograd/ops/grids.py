"""Grids: coordinates laid out along axes, and evenly spaced values between ends that carry a gradient."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.ops.indexing import updated
from autograd.ops.rearranging import broadcast_arrays
from autograd.ops.shape import astype, clone, moveaxis, reshape_
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = ["ix_", "meshgrid"]


@implements(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    """Coordinates of a grid: each vector repeated along the axes of all others.

    With `indexing="ij"` the k-th vector runs along axis k; with "xy" the first two are exchanged. `sparse` leaves the
    other axes at length 1, `copy=False` repeats without a copy.

    >>> import autograd, numpy as np
    >>> autograd.meshgrid(np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0]), indexing="ij")[0].shape
    (2, 3)
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', got {indexing!r}")
    vectors = [operand(x) for x in xi]
    n = len(vectors)
    axes = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else list(range(n))
    grid = [reshape_(x, tuple(-1 if a == k else 1 for a in range(n))) for x, k in zip(vectors, axes)]
    if not sparse:
        grid = list(broadcast_arrays(*grid))
    return tuple(map(clone, grid)) if copy else tuple(grid)


@implements(np.ix_)
def ix_(*args: Any) -> tuple[Any, ...]:
    """Index arrays that pick the rows, columns, … at all combinations of these positions (or masks).

    >>> import autograd, numpy as np
    >>> np.arange(9).reshape(3, 3)[autograd.ix_([0, 2], [True, False, True])]
    array([[0, 2],
           [6, 8]])
    """
    vectors = [operand(x) for x in args]
    for x in vectors:
        if len(x.shape) != 1:
            raise ValueError(f"ix_ wants vectors of positions, got shape {x.shape}")
    found = [np.nonzero(x)[0] if x.dtype.kind == "b" else x if x.size else astype(x, np.intp) for x in vectors]
    n = len(found)
    return tuple(reshape_(x, tuple(-1 if a == k else 1 for a in range(n))) for k, x in enumerate(found))


# --- between ends -----------------------------------------------------------------------------------------------------


def _ends(start: Any, stop: Any, *others: Any) -> Any:
    """The ends as they broadcast together, floating."""
    given = [start, stop, *others]
    dtype = np.result_type(*[x if type(x) in (int, float, complex, bool) else operand(x).dtype for x in given], 1.0)
    parts = [astype(x, dtype, copy=False) if hasattr(x, "dtype") else np.asarray(x, dtype) for x in given]
    return broadcast_arrays(*parts)


def _spaced(start: Any, stop: Any, num: int, endpoint: bool) -> tuple[Any, Any]:
    """`num` values along a new first axis, and the step between them."""
    pieces = num - 1 if endpoint else num
    step = (stop - start) / (pieces if pieces > 0 else np.nan)
    counts = np.arange(num, dtype=step.dtype).reshape(-1, *(1,) * len(step.shape))
    values = start + counts * (step if pieces > 0 else stop - start)
    if endpoint and num > 1:
        values = updated(values, -1, stop)
    return values, step


def _count(num: Any, op: str) -> int:
    n = operator.index(num)
    if n < 0:
        raise ValueError(f"{op}: the number of values must not be negative, got {n}")
    return n


@implements(np.linspace)
def _linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    start, stop = _ends(start, stop)
    values, step = _spaced(start, stop, _count(num, "linspace"), endpoint)
    values = _finished(values, axis, dtype)
    return (values, step) if retstep else values


def _finished(values: Any, axis: int, dtype: Any) -> Any:
    values = moveaxis(values, 0, axis) if axis else values
    if dtype is not None and np.dtype(dtype).kind in "iu":
        values = np.floor(values)
    return values if dtype is None else astype(values, dtype, copy=False)


@implements(np.logspace)
def _logspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    start, stop, base = _ends(start, stop, base)
    values, _ = _spaced(start, stop, _count(num, "logspace"), endpoint)
    return _finished(np.power(base, values), axis, dtype)


@implements(np.geomspace)
def _geomspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    start, stop = _ends(start, stop)
    n = _count(num, "geomspace")
    signs = [np.sign(x.data if isinstance(x, Tensor) else x) for x in (start, stop)]
    if start.dtype.kind == "c" or np.any(signs[0] * signs[1] <= 0):
        raise ValueError("geomspace wants real ends of one sign, neither of them 0; use exp of linspace for others")
    logs, _ = _spaced(np.log10(start * signs[0]), np.log10(stop * signs[0]), n, endpoint)
    values = np.power(np.asarray(10.0, start.dtype), logs) * signs[0].astype(start.dtype)
    if n > 0:
        values = updated(values, 0, start)
        if n > 1 and endpoint:
            values = updated(values, -1, stop)
    return _finished(values, axis, dtype)
