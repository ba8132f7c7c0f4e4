"""What the special functions have in common: operands of one dtype, and arguments that must be constant."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import WEAK
from autograd.tensor import Tensor


def constant(value: Any, function: str, argument: str) -> Any:
    """An argument in which a function has no derivative here; raises if one is wanted."""
    if getattr(value, "requires_grad", False):
        raise NotImplementedError(
            f"{function} has no derivative with respect to {argument} here; if {argument} is meant to be constant, "
            f"pass {argument}.detach()"
        )
    return value


def reals(*values: Any) -> list[Any]:
    """Tensors or arrays of floating numbers; Python numbers among the values become arrays of the others' dtype.

    That is NumPy's promotion, which functions of several arguments in SciPy keep to only with arrays: a Python number
    makes a double of a single there.
    """
    weak = [type(v) in WEAK for v in values]
    known = [v if isinstance(v, (Tensor, np.ndarray, np.generic)) else np.asarray(v) for v in values]
    dtypes = [k.dtype for k, w in zip(known, weak, strict=True) if not w]
    dtype = np.result_type(*dtypes) if dtypes else np.dtype(np.float64)
    dtype = dtype if dtype.kind in "fc" else np.dtype(np.float64)
    return [k.astype(dtype) if w or k.dtype.kind in "biu" else k for k, w in zip(known, weak, strict=True)]


def raw(value: Any) -> np.ndarray:
    """The bare array of a Tensor or an array."""
    return np.asarray(value.data) if isinstance(value, Tensor) else np.asarray(value)


def known(value: Any) -> np.ndarray | None:
    """The same for a check of arguments, and None inside `vmap`, where a value stands for many."""
    data: Any = value._data if isinstance(value, Tensor) else np.asarray(value)
    return np.asarray(data) if isinstance(data, (np.ndarray, np.generic)) else None
