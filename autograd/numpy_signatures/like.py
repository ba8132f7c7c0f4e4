"""NumPy's makers of arrays with `like=t`: they make Tensors. `np.array` and `np.asarray` of nested lists that hold
Tensors stack these, and gradients go through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.protocols import implements
from autograd.tensor import Tensor, wrap

MAKERS = (
    "arange empty eye frombuffer fromfile fromfunction fromiter fromstring genfromtxt identity loadtxt ones tri zeros"
)
CONVERTERS = "array asanyarray asarray ascontiguousarray asfortranarray require"


def _maker(function: Callable[..., Any]) -> Callable[..., Any]:
    def make(*args: Any, **kwargs: Any) -> Any:
        made = function(*args, **kwargs)
        return made if isinstance(made, Tensor) else wrap(np.asarray(made))

    return make


def _full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C", *, device: Any = None) -> Any:
    if isinstance(fill_value, Tensor):
        shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
        filled = ops.clone(ops.broadcast_to(fill_value, shape), order)
        return filled if dtype is None else ops.astype(filled, dtype)
    return wrap(np.full(shape, fill_value, dtype, order))


def _put_together(value: Any) -> Any:
    """Nested lists that may hold Tensors as one Tensor."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (list, tuple)) and _holds_tensor(value):
        return ops.stack([_put_together(v) for v in value])
    return wrap(np.asarray(value))


def _holds_tensor(value: Any) -> bool:
    return any(isinstance(v, Tensor) or (isinstance(v, (list, tuple)) and _holds_tensor(v)) for v in value)


def _converter(copies: bool) -> Callable[..., Any]:
    def convert(a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        t = _put_together(a)
        copy = kwargs.get("copy", copies) is True
        t = t if dtype is None else ops.astype(t, dtype, copy=False)
        t = ops.reshape(t, (1,) * (kwargs.get("ndmin", 0) - t.ndim) + t.shape) if t.ndim < kwargs.get("ndmin", 0) else t
        return ops.clone(t) if copy and t is a else t

    return convert


for _name in MAKERS.split():
    implements(getattr(np, _name))(_maker(getattr(np, _name)))
for _name in CONVERTERS.split():
    implements(getattr(np, _name))(_converter(_name == "array"))
implements(np.full)(_full)
