"""New tensors of a given shape, and arrays shaped like others: nothing of it carries a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.ops.axes import operand
from autograd.protocols import implements
from autograd.tensor import Tensor, wrap

__all__ = [
    "arange",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


def _made(array: np.ndarray, requires_grad: bool) -> Tensor:
    result = wrap(array)
    return result.requires_grad_() if requires_grad else result


def empty(*shape: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor whose elements are not set; shape and `dtype` as for `zeros`.

    >>> import autograd
    >>> autograd.empty(2, 3).shape
    (2, 3)
    """
    return _made(np.empty(_shape(shape), dtype or dtypes.get_default_dtype()), requires_grad)


def _shape(shape: tuple[Any, ...]) -> Any:
    return shape[0] if len(shape) == 1 else shape


def zeros(*shape: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros of a shape given as a tuple or as several ints; `dtype` is the default dtype unless given.

    >>> import autograd
    >>> autograd.zeros((2, 2))
    tensor([[0., 0.],
            [0., 0.]])
    """
    return _made(np.zeros(_shape(shape), dtype or dtypes.get_default_dtype()), requires_grad)


def ones(*shape: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones of a shape given as a tuple or as several ints; `dtype` is the default dtype unless given.

    >>> import autograd
    >>> autograd.ones(3)
    tensor([1., 1., 1.])
    """
    return _made(np.ones(_shape(shape), dtype or dtypes.get_default_dtype()), requires_grad)


def full(shape: Any, fill_value: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor filled with one value; a Python float gives the default dtype, an int int64, a bool bool.

    >>> import autograd
    >>> autograd.full(2, 0.5)
    tensor([0.5, 0.5])
    """
    return _made(np.full(shape, dtypes.as_array(fill_value, dtype)), requires_grad)


def eye(n: int, m: int | None = None, k: int = 0, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """An (n, m) tensor with ones on the k-th diagonal (above the main one for k > 0); square unless `m` is given.

    >>> import autograd
    >>> autograd.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _made(np.eye(n, m, k, dtype or dtypes.get_default_dtype()), requires_grad)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Evenly spaced values in [start, stop); `arange(n)` counts from 0. Integers give int64, floats the default dtype.

    >>> import autograd
    >>> autograd.arange(3)
    tensor([0, 1, 2])
    """
    start, stop = (0, start) if stop is None else (start, stop)
    if dtype is None and any(isinstance(v, float) for v in (start, stop, step)):
        dtype = dtypes.get_default_dtype()
    return _made(np.arange(start, stop, step, dtype=dtype), requires_grad)


def linspace(
    start: float, stop: float, num: int, endpoint: bool = True, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """`num` evenly spaced values from `start` to `stop`, which is included unless `endpoint` is False.

    >>> import autograd
    >>> autograd.linspace(0, 1, 5)
    tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    dtype = dtype or dtypes.get_default_dtype()
    return _made(np.linspace(start, stop, num, endpoint, dtype=dtype), requires_grad)


# --- like another -----------------------------------------------------------------------------------------------------


def _like(maker: Any, x: Any, dtype: Any, order: str, shape: Any) -> Any:
    """What NumPy's `maker` gives for the array of x: a Tensor if x is one."""
    x = operand(x)
    like = x._data if isinstance(x, Tensor) else x
    if not isinstance(like, (np.ndarray, np.generic)):  # inside vmap: of the shape and dtype of one example
        like = np.broadcast_to(np.zeros((), x.dtype), x.shape)
    array = maker(like, dtype=dtype, order=order, shape=shape)
    return wrap(array) if isinstance(x, Tensor) else array


@implements(np.zeros_like)
def zeros_like(x: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Any:
    """Zeros with the shape and dtype of `x`, not tracked; a Tensor if `x` is one. `subok` changes nothing.

    >>> import autograd
    >>> autograd.zeros_like(autograd.tensor([1.0, 2.0]))
    tensor([0., 0.])
    """
    return _like(np.zeros_like, x, dtype, order, shape)


@implements(np.ones_like)
def ones_like(x: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Any:
    """Ones with the shape and dtype of `x`, not tracked; a Tensor if `x` is one. `subok` changes nothing.

    >>> import autograd
    >>> autograd.ones_like(autograd.tensor([1.0, 2.0]))
    tensor([1., 1.])
    """
    return _like(np.ones_like, x, dtype, order, shape)


@implements(np.empty_like)
def empty_like(x: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Any:
    """Memory with the shape and dtype of `x`, its values arbitrary; a Tensor if `x` is one.

    >>> import autograd, numpy as np
    >>> autograd.empty_like(np.ones((2, 3))).shape
    (2, 3)
    """
    return _like(np.empty_like, x, dtype, order, shape)


@implements(np.full_like)
def full_like(
    x: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Any:
    """One value, or values that broadcast, in the shape and dtype of `x`; a Tensor if `x` is one. The gradient of a
    Tensor `fill_value` is passed on to it.

    >>> import autograd
    >>> autograd.full_like(autograd.tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    if isinstance(fill_value, Tensor):
        from autograd.ops.shape import astype, broadcast_to

        like = empty_like(x, dtype, order, subok, shape)
        return astype(broadcast_to(fill_value, like.shape), like.dtype)
    return _like(lambda a, **kw: np.full_like(a, fill_value, **kw), x, dtype, order, shape)
