"""Sums and their like: where=, initial=, dtype=."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.protocols import implements, refuse_out
from autograd.tensor import Tensor


def _only(where: Any, a: Any, neutral: Any) -> Any:
    """`a` with its unselected elements replaced by what does not change the result."""
    return a if where is True else np.where(where, a, neutral)


def _counted(where: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """How many elements are selected."""
    return ops.count_nonzero(ops.broadcast_to(where, np.shape(a)), axis, keepdims)


def _initial(initial: Any, like: Any) -> Any:
    return initial if isinstance(initial, Tensor) else np.asarray(initial, like.dtype)


@implements(np.sum)
def _sum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    refuse_out(out, "sum")
    total = ops.sum(_only(where, a, 0), axis, keepdims, dtype)
    return total if initial is None else total + _initial(initial, total)


@implements(np.prod)
def _prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    refuse_out(out, "prod")
    product = ops.prod(_only(where, a, 1), axis, keepdims, dtype)
    return product if initial is None else product * _initial(initial, product)


@implements(np.mean)
def _mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True
) -> Any:
    refuse_out(out, "mean")
    if where is True:
        mean = ops.mean(a, axis, keepdims, dtype)
    else:
        total = ops.sum(_only(where, a, 0), axis, keepdims, dtype)
        mean = total / ops.astype(_counted(where, a, axis, keepdims), np.result_type(total.dtype, np.float16))
    return mean if dtype is None else ops.astype(mean, dtype, copy=False)


def _variance(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
    name: str = "var",
) -> Any:
    refuse_out(out, name)
    if correction is not None and ddof != 0:
        raise ValueError(f"np.{name}: ddof and correction are two names of one thing; give one of them")
    ddof = ddof if correction is None else correction
    if dtype is not None:
        if np.dtype(dtype).kind in "iub":
            raise TypeError(
                f"np.{name}(..., dtype={np.dtype(dtype)}) would round the deviations; give a floating dtype"
            )
        a = ops.astype(a, dtype)
    if where is True and mean is None:
        return (ops.var if name == "var" else ops.std)(a, axis, ddof, keepdims)
    offset = _only(where, a - (_mean(a, axis, keepdims=True, where=where) if mean is None else mean), 0)
    squares = np.real(offset * np.conj(offset)) if offset.dtype.kind == "c" else offset * offset
    total = ops.sum(squares, axis, keepdims)
    counted = _counted(where, a, axis, keepdims)
    var = total / ops.astype(np.maximum(counted - ddof, 0), np.result_type(total.dtype, np.float16))
    if name == "var":
        return var
    nothing = var == 0  # whose square root gets the gradient 0
    return np.where(nothing, 0, np.sqrt(np.where(nothing, 1, var)))


@implements(np.var)
def _var(*args: Any, **kwargs: Any) -> Any:
    return _variance(*args, **kwargs)


@implements(np.std)
def _std(*args: Any, **kwargs: Any) -> Any:
    return _variance(*args, **kwargs, name="std")


def _extremum(name: str, better: Callable[..., Any]) -> Callable[..., Any]:
    reduce = getattr(ops, name)

    def function(
        a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Any:
        refuse_out(out, name)
        if initial is None:
            if where is not True:
                raise ValueError(f"np.{name}(..., where=...) needs initial=, the result where nothing is selected")
            return reduce(a, axis, keepdims)
        initial = _initial(initial, a)
        empty = ops.zeros_like(ops.sum(a, axis, keepdims), a.dtype) + initial
        return empty if np.size(a) == 0 else better(reduce(_only(where, a, initial), axis, keepdims), initial)

    return function


_max, _min = _extremum("max", np.maximum), _extremum("min", np.minimum)
implements(np.max, np.amax)(_max)
implements(np.min, np.amin)(_min)


@implements(np.argmax)
def _argmax(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    refuse_out(out, "argmax")
    return ops.argmax(a, axis, keepdims)


@implements(np.argmin)
def _argmin(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    refuse_out(out, "argmin")
    return ops.argmin(a, axis, keepdims)


@implements(np.any)
def _any(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    refuse_out(out, "any")
    return ops.any(_only(where, a, False), axis, keepdims)


@implements(np.all)
def _all(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    refuse_out(out, "all")
    return ops.all(_only(where, a, True), axis, keepdims)


@implements(np.count_nonzero)
def _count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return ops.count_nonzero(a, axis, keepdims)


@implements(np.cumsum)
def _cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    refuse_out(out, "cumsum")
    return ops.cumsum(a, axis, dtype)


@implements(np.cumprod)
def _cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    refuse_out(out, "cumprod")
    return ops.cumprod(a, axis, dtype)


@implements(np.cumulative_sum)
def _cumulative_sum(x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Any:
    return ops.cumulative_sum(x, axis, dtype, include_initial)


@implements(np.cumulative_prod)
def _cumulative_prod(x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Any:
    return ops.cumulative_prod(x, axis, dtype, include_initial)


implements(np.linalg.norm)(ops.norm)
implements(np.linalg.vector_norm)(ops.vector_norm)
implements(np.linalg.matrix_norm)(ops.matrix_norm)
