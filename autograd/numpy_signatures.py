"""What stands behind NumPy functions whose signature or meaning is not that of our function of the same name.

NumPy hands us a call as it was written, so each function here takes NumPy's parameters in NumPy's order. `out` by
keyword is refused before any of them is called, by position here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.protocols import implements
from autograd.tensor import Tensor

# --- sums and their like: where=, initial=, dtype= --------------------------------------------------------------------


def _refuse_out(out: Any, name: str) -> None:
    if out is not None:
        raise TypeError(f"np.{name}(..., out) is not possible on tensors; write `t = np.{name}(...)`")


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
    _refuse_out(out, "sum")
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
    _refuse_out(out, "prod")
    product = ops.prod(_only(where, a, 1), axis, keepdims, dtype)
    return product if initial is None else product * _initial(initial, product)


@implements(np.mean)
def _mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True
) -> Any:
    _refuse_out(out, "mean")
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
    correction: float | None = None,
    name: str = "var",
) -> Any:
    _refuse_out(out, name)
    if correction is not None and ddof != 0:
        raise ValueError(f"np.{name}: ddof and correction are two names of one thing; give one of them")
    ddof = ddof if correction is None else correction
    if dtype is not None:
        if np.dtype(dtype).kind in "iub":
            raise TypeError(
                f"np.{name}(..., dtype={np.dtype(dtype)}) would round the deviations; give a floating dtype"
            )
        a = ops.astype(a, dtype)
    if where is True:
        return (ops.var if name == "var" else ops.std)(a, axis, ddof, keepdims)
    offset = _only(where, a - _mean(a, axis, keepdims=True, where=where), 0)
    total = ops.sum(offset * offset, axis, keepdims)
    var = total / ops.astype(np.maximum(_counted(where, a, axis, keepdims) - ddof, 0), total.dtype)
    return var if name == "var" else np.sqrt(var)


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
        _refuse_out(out, name)
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
    _refuse_out(out, "argmax")
    return ops.argmax(a, axis, keepdims)


@implements(np.argmin)
def _argmin(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    _refuse_out(out, "argmin")
    return ops.argmin(a, axis, keepdims)


@implements(np.any)
def _any(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    _refuse_out(out, "any")
    return ops.any(_only(where, a, False), axis, keepdims)


@implements(np.all)
def _all(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    _refuse_out(out, "all")
    return ops.all(_only(where, a, True), axis, keepdims)


@implements(np.count_nonzero)
def _count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return ops.count_nonzero(a, axis, keepdims)


@implements(np.cumsum)
def _cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    _refuse_out(out, "cumsum")
    return ops.cumsum(a, axis, dtype)


@implements(np.cumprod)
def _cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    _refuse_out(out, "cumprod")
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


# --- methods of ufuncs: reduce runs along the first axis by default ---------------------------------------------------


def _extremum_reduce(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(
        a: Any, axis: Any = 0, dtype: Any = None, keepdims: bool = False, initial: Any = None, where: Any = True
    ):
        return function(a if dtype is None else ops.astype(a, dtype), axis, None, keepdims, initial, where)

    return reduce


def _accumulate(scan: Callable[..., Any]) -> Callable[..., Any]:
    return lambda array, axis=0, dtype=None: scan(array, axis, dtype)


def _truth_reduce(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, axis=0, keepdims=False, where=True: function(a, axis, None, keepdims, where=where)


UFUNC_METHODS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): _sum,
    (np.multiply, "reduce"): _prod,
    (np.maximum, "reduce"): _extremum_reduce(_max),
    (np.minimum, "reduce"): _extremum_reduce(_min),
    (np.logical_or, "reduce"): _truth_reduce(_any),
    (np.logical_and, "reduce"): _truth_reduce(_all),
    (np.add, "accumulate"): _accumulate(ops.cumsum),
    (np.multiply, "accumulate"): _accumulate(ops.cumprod),
}


# --- elementwise functions whose arguments have other names -----------------------------------------------------------


@implements(np.clip)
def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None) -> Any:
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("np.clip: give a_min and a_max, or min and max, not both")
    return ops.clip(a, a_min if min is None else min, a_max if max is None else max)


@implements(np.round, np.around)
def _round(a: Any, decimals: int = 0, out: Any = None) -> Any:
    return ops.round(a, decimals)


@implements(np.nan_to_num)
def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if not copy:
        raise ValueError("np.nan_to_num(..., copy=False) would overwrite its input; write t = np.nan_to_num(t)")
    return ops.nan_to_num(x, nan, posinf, neginf)


# --- joining and cutting ----------------------------------------------------------------------------------------------


def _joining(name: str) -> Callable[..., Any]:
    join = getattr(ops, name)

    def function(arrays: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
        _refuse_out(out, name)
        _check_casting(arrays, dtype, casting, name)
        return join(arrays, axis, dtype)

    return function


def _stacking(name: str) -> Callable[..., Any]:
    join = getattr(ops, name)

    def function(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
        _check_casting(tup, dtype, casting, name)
        return join(tup, dtype)

    return function


def _check_casting(arrays: Any, dtype: Any, casting: Any, name: str) -> None:
    if dtype is None:
        return
    for i, x in enumerate(arrays):
        given = x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype
        if not np.can_cast(given, dtype, casting):
            raise TypeError(
                f"np.{name}: array {i} of dtype {given} cannot be cast to {dtype} under casting={casting!r}"
            )


implements(np.concatenate)(_joining("concatenate"))
implements(np.stack)(_joining("stack"))
implements(np.vstack)(_stacking("vstack"))
implements(np.hstack)(_stacking("hstack"))
implements(np.dstack)(_stacking("dstack"))


def _cutting(name: str) -> Callable[..., Any]:
    cut = getattr(ops, name)
    if name[1:] == "split":
        return lambda ary, indices_or_sections: list(cut(ary, indices_or_sections))
    return lambda ary, indices_or_sections, axis=0: list(cut(ary, indices_or_sections, axis))


for _f in (np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit):
    implements(_f)(_cutting(_f.__name__))


@implements(np.unstack)
def _unstack(x: Any, /, *, axis: int = 0) -> Any:
    return ops.unstack(x, axis)


@implements(np.astype)
def _astype(x: Any, dtype: Any, /, *, copy: bool = True) -> Any:
    return ops.astype(x, dtype, copy)


# --- functions that write into their argument -------------------------------------------------------------------------

WRITERS: dict[Callable[..., Any], str] = {
    np.copyto: "t[...] = values",
    np.fill_diagonal: "i = np.arange(len(t)); t[i, i] = value",
    np.place: "t = t.masked_scatter(mask, values)",
    np.put: "u = t.ravel(); u[indices] = values",
    np.put_along_axis: "t = autograd.put_along_axis(t, indices, values, axis)",
    np.putmask: "t = autograd.where(mask, values, t)",
}


def _refusal(name: str, instead: str) -> Any:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise TypeError(f"np.{name} would overwrite values that a derivative may need; write `{instead}`")

    return refuse


for _function, _instead in WRITERS.items():
    implements(_function)(_refusal(_function.__name__, _instead))
