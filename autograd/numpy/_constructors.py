"""NumPy functions that need help with Python lists of Tensors."""

from __future__ import annotations

from functools import wraps
from typing import Any

import numpy as np

from autograd import ops
from autograd.tensor import Tensor


def holds_tensor(value: Any) -> bool:
    """Whether a list or tuple, however deep, contains a Tensor."""
    return any(isinstance(x, Tensor) or (isinstance(x, list | tuple) and holds_tensor(x)) for x in value)


def stacked(value: Any) -> Any:
    """Nested lists of numbers, arrays and Tensors as one Tensor."""
    if not isinstance(value, list | tuple):
        return value if isinstance(value, Tensor) else np.asarray(value)
    return ops.stack([stacked(x) for x in value])


def array(object: Any, dtype: Any = None, *, copy: Any = True, ndmin: int = 0, **kwargs: Any) -> Any:
    """`np.array`, which also stacks nested lists of traced values."""
    if isinstance(object, Tensor) or (isinstance(object, list | tuple) and holds_tensor(object)):
        result = stacked(object)
        result = result if dtype is None else ops.astype(result, dtype, copy=False)
        return result[(None,) * max(ndmin - result.ndim, 0)] if ndmin > result.ndim else ops.clone(result)
    return np.array(object, dtype, copy=copy, ndmin=ndmin, **kwargs)


def asarray(a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`np.asarray`, which also stacks nested lists of traced values."""
    if isinstance(a, Tensor) and (dtype is None or a.dtype == dtype):
        return a
    if isinstance(a, Tensor) or (isinstance(a, list | tuple) and holds_tensor(a)):
        return array(a, dtype)
    return np.asarray(a, dtype, *args, **kwargs)


def full(shape: Any, fill_value: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`np.full`, whose fill value may be traced."""
    if isinstance(fill_value, Tensor):
        value = fill_value if dtype is None else ops.astype(fill_value, dtype)
        return ops.broadcast_to(value, shape if isinstance(shape, tuple | list) else (shape,))
    return np.full(shape, fill_value, dtype, *args, **kwargs)


def where(condition: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.where`; of Python numbers and lists it makes Python numbers and lists, as HIPS autograd does."""
    if not args and not kwargs:
        return np.where(condition)
    x, y = (*args, *(kwargs[n] for n in ("x", "y")[len(args) :]))
    result = lifted(np.where)(condition, x, y)
    arrays = (Tensor, np.ndarray, np.generic)
    if any(isinstance(v, arrays) or (isinstance(v, list | tuple) and _holds(v, arrays)) for v in (condition, x, y)):
        return result
    return result.tolist()


def _holds(value: Any, kinds: Any) -> bool:
    return any(isinstance(x, kinds) or (isinstance(x, list | tuple) and _holds(x, kinds)) for x in value)


def lifted(function: Any) -> Any:
    """A NumPy function that also takes nested lists of traced values where it takes nested lists of numbers."""
    if isinstance(function, type):
        return without_derivative(function) if issubclass(function, np.integer | np.bool) else function
    if isinstance(function, np.ufunc) or not callable(function):
        return function
    sequences = function in SEQUENCES

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for k, arg in enumerate(args):
            if type(arg) in (list, tuple) and arg and holds_tensor(arg):
                args = (*args[:k], _lift(arg, sequences), *args[k + 1 :])
        return function(*args, **kwargs)

    return call


class _Conversion(type):
    """A NumPy scalar type that also converts traced values, to constants."""

    kind: type

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        args = tuple(a.data if isinstance(a, Tensor) else a for a in args)
        return cls.kind(*args, **kwargs)

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, cls.kind)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.kind)


def without_derivative(kind: type) -> type:
    """The integer or boolean type `kind`, which accepts Tensors; what comes out is a plain array."""
    return (
        kind
        if kind in (np.integer, np.signedinteger, np.unsignedinteger)
        else _Conversion(kind.__name__, (kind,), {"kind": kind})
    )


class _Concatenator:
    """`np.r_` and `np.c_`, whose items may be traced."""

    def __init__(self, original: Any) -> None:
        self.original = original

    def __getitem__(self, key: Any) -> Any:
        items = list(key) if isinstance(key, tuple) else [key]
        if not holds_tensor(items):
            return self.original[key]
        axis, ndmin, trans1d = self.original.axis, self.original.ndmin, self.original.trans1d
        if isinstance(items[0], str):
            try:
                numbers = [int(n) for n in items.pop(0).split(",")]
            except ValueError:
                raise ValueError("np.r_ and np.c_ of traced values: directives are 'axis[,ndmin[,trans1d]]'") from None
            axis, ndmin, trans1d = numbers + [axis, ndmin, trans1d][len(numbers) :]
        return ops.concatenate([self._raised(item, ndmin, trans1d) for item in items], axis)

    def _raised(self, item: Any, ndmin: int, trans1d: int) -> Any:
        item = np.r_[item] if isinstance(item, slice) else asarray(item)
        missing = ndmin - item.ndim
        if missing <= 0:
            return item
        first = trans1d + (missing + 1 if trans1d < 0 else 0) if item.ndim else 0
        return item[(None,) * first + (slice(None),) * item.ndim + (None,) * (missing - first)]


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Matrices with the last axis of `D` on their diagonals; HIPS autograd's inverse of `np.diagonal`."""
    return ops.diag_embed(asarray(D), offset, axis1, axis2)


def _lift(arg: Any, sequences: bool) -> Any:
    if sequences:
        return [stacked(x) if isinstance(x, list | tuple) and holds_tensor(x) else x for x in arg]
    return stacked(arg)


_SEQUENCES = (
    "concatenate concat stack vstack hstack dstack column_stack row_stack block select choose piecewise meshgrid "
    "broadcast_arrays einsum ix_"
)
SEQUENCES = {np.linalg.multi_dot, *(getattr(np, name) for name in _SEQUENCES.split() if hasattr(np, name))}
"""Functions that take a list of arrays, which must stay a list."""
OVERRIDES: dict[str, Any] = {
    "array": array,
    "asarray": asarray,
    "asanyarray": asarray,
    "ascontiguousarray": asarray,
    "c_": _Concatenator(np.c_),
    "full": full,
    "make_diagonal": make_diagonal,
    "r_": _Concatenator(np.r_),
    "where": where,
}
