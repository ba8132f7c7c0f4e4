"""The dtype rules, all of them: the default dtype, what Python values become, which dtypes can carry a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

_default: np.dtype[Any] = np.dtype(np.float32)
WEAK = frozenset({float, int, bool})
"""Python scalars: they take part in NumPy 2 promotion without raising the precision of the other operand."""
PLAIN = WEAK | {np.ndarray, complex}
"""Operand types that a kernel takes as they are."""


MASKED = (
    "a masked array does not mix with tensors: its mask would be lost; use autograd.where(mask, t, other), or pass "
    "a.filled(0) if that is meant"
)
MATRIX = "a np.matrix does not mix with tensors: its * and ** mean matrix products; pass np.asarray(a), and write @"


def set_default_dtype(dtype: DTypeLike) -> None:
    """Set the floating dtype that Python numbers and lists become (initially float32).

    >>> import autograd
    >>> autograd.set_default_dtype("float64"); autograd.tensor([1.0]).dtype
    dtype('float64')
    >>> autograd.set_default_dtype("float32")
    """
    global _default
    wanted: np.dtype[Any] = np.dtype(dtype)
    if wanted.kind != "f":
        raise TypeError(f"set_default_dtype wants a floating dtype such as 'float32' or 'float64', got {wanted}")
    _default = wanted


def get_default_dtype() -> np.dtype:
    """The floating dtype that Python numbers and lists become.

    >>> import autograd
    >>> autograd.get_default_dtype()
    dtype('float32')
    """
    return _default


def as_array(value: Any, dtype: DTypeLike | None = None) -> np.ndarray:
    """An array of `value` without a copy where possible.

    Arrays and NumPy scalars keep their dtype; Python floats (also in nested lists) become the default dtype, Python
    complex numbers its complex partner, ints int64 and bools bool.
    """
    if isinstance(value, (np.ndarray, np.generic)):
        if hasattr(value, "_mask"):  # a masked array; `np.ma` would be imported just to ask
            raise TypeError(MASKED)
        if type(value) is not np.ndarray and isinstance(value, np.matrix):
            raise TypeError(MATRIX)
        return np.asarray(value, dtype)
    array = np.asarray(value, dtype)
    if array.dtype.kind not in "fiubc":
        raise TypeError(f"cannot make a tensor of {type(value).__name__!r}: wanted numbers, got dtype {array.dtype}")
    if dtype is None and not _holds_arrays(value):
        if array.dtype == np.float64:
            array = array.astype(_default)
        elif array.dtype == np.complex128:
            array = array.astype(np.result_type(_default, np.complex64))
    return array


def is_foreign(value: Any) -> bool:
    """Whether a value answers for NumPy's ufuncs itself and is no array of NumPy's: it may have Tensors within.

    The columns of pandas answer too, but cannot hold Tensors; they count as the arrays they can become.
    """
    kind = type(value)
    return (
        getattr(kind, "__array_ufunc__", None) is not None
        and not isinstance(value, (np.ndarray, np.generic))
        and not hasattr(kind, "__pandas_priority__")
    )


def as_operand(value: Any, *others: Any) -> np.ndarray:
    """`as_array`, but nested lists of Python numbers take the precision of the floating operand beside them."""
    if isinstance(value, list | tuple) and not _holds_arrays(value):
        array = np.asarray(value)
        dtype = next((d for x in others if (d := getattr(x, "dtype", None)) is not None and d.kind in "fc"), None)
        if dtype is not None and array.dtype.kind in "fc":
            single = dtype.itemsize // (2 if dtype.kind == "c" else 1)
            return array.astype(f"{array.dtype.kind}{single * (2 if array.dtype.kind == 'c' else 1)}")
    return as_array(value)


def _holds_arrays(value: Any) -> bool:
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return hasattr(value, "dtype")


def is_differentiable(dtype: np.dtype) -> bool:
    """Whether tensors of this dtype can carry a gradient: floating numbers can, real and complex."""
    return dtype.kind in "fc"


def conjugate(x: Any) -> Any:
    """The complex conjugate; of real numbers themselves, at no cost. For rules, which run on arrays and on Tensors."""
    return np.conjugate(x) if x.dtype.kind == "c" else x
