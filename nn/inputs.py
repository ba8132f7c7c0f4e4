"""What becomes of the raw arrays and lists that are handed to a module."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import as_array, is_differentiable
from autograd.tensor import Tensor, wrap


def is_floating(value: Any) -> bool:
    """Whether this is a Tensor of floating numbers."""
    return isinstance(value, Tensor) and is_differentiable(value.dtype)


def is_raw(value: Any) -> bool:
    """Whether this is an array, a NumPy scalar or a nested list of numbers."""
    while isinstance(value, list) and value:
        value = value[0]
        if isinstance(value, (int, float)):
            return True
    return isinstance(value, (np.ndarray, np.generic))


def taken(value: Any, dtype: np.dtype | None, keep_integers: bool = True) -> Any:
    """A raw array or list of numbers as a Tensor, floating ones in `dtype` if given; everything else as it is."""
    if isinstance(value, tuple):
        parts = [taken(v, dtype, keep_integers) for v in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if not is_raw(value):
        return value
    array = as_array(value)
    if dtype is not None and (array.dtype.kind == "f" or (array.dtype.kind in "iub" and not keep_integers)):
        array = array.astype(dtype, copy=False)
    return wrap(array)
