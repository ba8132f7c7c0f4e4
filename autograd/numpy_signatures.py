"""What stands behind NumPy functions whose signature or meaning is not that of our function of the same name."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ops
from autograd.protocols import METHODS, implements


@implements(np.concatenate)
def _concatenate(arrays: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None) -> Any:
    return ops.concatenate(arrays, axis, dtype)


@implements(np.stack)
def _stack(arrays: Any, axis: int = 0, out: Any = None, *, dtype: Any = None) -> Any:
    return ops.stack(arrays, axis, dtype)


@implements(np.sum)
def _sum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    return ops.sum(a, axis, keepdims, dtype)


@implements(np.mean)
def _mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    return ops.mean(a, axis, keepdims, dtype)


@implements(np.clip)
def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None) -> Any:
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("np.clip: give a_min and a_max, or min and max, not both")
    return ops.clip(a, a_min if min is None else min, a_max if max is None else max)


@implements(np.nan_to_num)
def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if not copy:
        raise ValueError("np.nan_to_num(..., copy=False) would overwrite its input; write t = np.nan_to_num(t)")
    return ops.nan_to_num(x, nan, posinf, neginf)


METHODS[np.add, "reduce"] = _sum
