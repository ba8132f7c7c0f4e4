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


METHODS[np.add, "reduce"] = _sum
