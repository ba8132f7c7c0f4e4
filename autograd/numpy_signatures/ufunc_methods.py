"""Methods of ufuncs: reduce and accumulate run along the first axis by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.numpy_signatures.reductions import _all, _any, _max, _min, _prod, _sum


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
