"""New tensors of a given shape, and arrays shaped like others: nothing of it carries a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.interchange import from_dlpack, want_cpu
from autograd.ops.axes import operand
from autograd.protocols import implements
from autograd.tensor import Tensor, wrap

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
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


def asarray(
    obj: Any,
    /,
    *,
    dtype: Any = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of a number, nested sequences, an array or a Tensor, sharing memory where that is possible.

    Python floats become the default dtype, arrays keep theirs unless `dtype` says otherwise. `copy=True` always copies;
    `copy=False` raises ValueError where a copy is needed. A Tensor stays in its graph: its gradient is passed on.

    >>> import autograd, numpy as np
    >>> autograd.asarray([1.0, 2.0]), autograd.asarray(np.arange(3))
    (tensor([1., 2.]), tensor([0, 1, 2]))
    """
    want_cpu(device, "asarray")
    from autograd.ops.joining import stack
    from autograd.ops.shape import astype, clone

    def joined(value: Any) -> Any:
        return stack([joined(v) for v in value]) if isinstance(value, (list, tuple)) else operand(value)

    if isinstance(obj, (list, tuple)) and _holds_tensors(obj):
        result = joined(obj)
    else:
        result = obj if isinstance(obj, Tensor) else wrap(np.asarray(dtypes.as_array(obj, dtype)))
    if dtype is not None:
        result = astype(result, dtype, copy=False)
    shared = result is obj or (hasattr(obj, "__array_interface__") and np.may_share_memory(result._data, obj))
    if copy is False and not shared:
        raise ValueError(
            f"asarray: copy=False, but a copy is needed to make a tensor of dtype {result.dtype} of "
            f"{getattr(obj, 'dtype', None) or type(obj).__name__}"
        )
    if copy and shared:
        result = clone(result)
    return result.requires_grad_() if requires_grad else result


def _holds_tensors(value: Any) -> bool:
    return isinstance(value, Tensor) or (isinstance(value, (list, tuple)) and any(map(_holds_tensors, value)))


def empty(shape: Any = (), *sizes: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor whose elements are not set; shape and `dtype` as for `zeros`.

    >>> import autograd
    >>> autograd.empty(2, 3).shape
    (2, 3)
    """
    want_cpu(device, "empty")
    return _made(np.empty(_shape(shape, sizes), dtype or dtypes.get_default_dtype()), requires_grad)


def _shape(shape: Any, sizes: tuple[Any, ...]) -> Any:
    return (shape, *sizes) if sizes else shape


def zeros(shape: Any = (), *sizes: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros of a shape given as a tuple or as several ints; `dtype` is the default dtype unless given.

    >>> import autograd
    >>> autograd.zeros((2, 2))
    tensor([[0., 0.],
            [0., 0.]])
    """
    want_cpu(device, "zeros")
    return _made(np.zeros(_shape(shape, sizes), dtype or dtypes.get_default_dtype()), requires_grad)


def ones(shape: Any = (), *sizes: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones of a shape given as a tuple or as several ints; `dtype` is the default dtype unless given.

    >>> import autograd
    >>> autograd.ones(3)
    tensor([1., 1., 1.])
    """
    want_cpu(device, "ones")
    return _made(np.ones(_shape(shape, sizes), dtype or dtypes.get_default_dtype()), requires_grad)


def full(shape: Any, fill_value: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor filled with one value; a Python float gives the default dtype, an int int64, a bool bool.

    >>> import autograd
    >>> autograd.full(2, 0.5)
    tensor([0.5, 0.5])
    """
    want_cpu(device, "full")
    return _made(np.full(shape, dtypes.as_array(fill_value, dtype)), requires_grad)


def eye(
    n: int, m: int | None = None, k: int = 0, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """An (n, m) tensor with ones on the k-th diagonal (above the main one for k > 0); square unless `m` is given.

    >>> import autograd
    >>> autograd.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    want_cpu(device, "eye")
    return _made(np.eye(n, m, k, dtype or dtypes.get_default_dtype()), requires_grad)


def arange(
    start: Any,
    stop: Any = None,
    step: Any = 1,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Evenly spaced values in [start, stop); `arange(n)` counts from 0. Integers give int64, floats the default dtype.

    >>> import autograd
    >>> autograd.arange(3)
    tensor([0, 1, 2])
    """
    want_cpu(device, "arange")
    start, stop = (0, start) if stop is None else (start, stop)
    if dtype is None and any(isinstance(v, float) for v in (start, stop, step)):
        dtype = dtypes.get_default_dtype()
    if dtype is None or np.dtype(dtype).kind not in "fc":
        return _made(np.arange(start, stop, step, dtype=dtype), requires_grad)
    return _made(np.arange(start, stop, step).astype(dtype), requires_grad)  # the steps add up without rounding errors


def linspace(
    start: Any,
    stop: Any,
    num: int,
    endpoint: bool = True,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`num` evenly spaced values from `start` to `stop`, which is included unless `endpoint` is False.

    The dtype is the default one unless given, for complex ends its complex partner.

    >>> import autograd
    >>> autograd.linspace(0, 1, 5)
    tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    want_cpu(device, "linspace")
    if dtype is None:
        dtype = dtypes.get_default_dtype()
        if isinstance(start, complex) or isinstance(stop, complex):
            dtype = np.result_type(dtype, np.complex64)
    return _made(np.linspace(start, stop, num, endpoint, dtype=dtype), requires_grad)


# --- like another -----------------------------------------------------------------------------------------------------


def _like(op: str, x: Any, fill: Any, dtype: Any, order: str, shape: Any, device: Any, requires_grad: bool) -> Any:
    """What NumPy's function `op` gives for the array of x: a Tensor if x is one, or if it shall require grad."""
    want_cpu(device, op)
    x = operand(x)
    like = x._data if isinstance(x, Tensor) else x
    if not isinstance(like, (np.ndarray, np.generic)):  # inside vmap: of the shape and dtype of one example
        like = np.broadcast_to(np.zeros((), x.dtype), x.shape)
    array = getattr(np, op)(like, *fill, dtype=dtype, order=order, shape=shape)
    return _made(array, requires_grad) if isinstance(x, Tensor) or requires_grad else array


@implements(np.zeros_like)
def zeros_like(
    x: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Zeros with the shape and dtype of `x`, not tracked; a Tensor if `x` is one. `subok` changes nothing.

    >>> import autograd
    >>> autograd.zeros_like(autograd.tensor([1.0, 2.0]))
    tensor([0., 0.])
    """
    return _like("zeros_like", x, (), dtype, order, shape, device, requires_grad)


@implements(np.ones_like)
def ones_like(
    x: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Ones with the shape and dtype of `x`, not tracked; a Tensor if `x` is one. `subok` changes nothing.

    >>> import autograd
    >>> autograd.ones_like(autograd.tensor([1.0, 2.0]))
    tensor([1., 1.])
    """
    return _like("ones_like", x, (), dtype, order, shape, device, requires_grad)


@implements(np.empty_like)
def empty_like(
    x: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Memory with the shape and dtype of `x`, its values arbitrary; a Tensor if `x` is one.

    >>> import autograd, numpy as np
    >>> autograd.empty_like(np.ones((2, 3))).shape
    (2, 3)
    """
    return _like("empty_like", x, (), dtype, order, shape, device, requires_grad)


@implements(np.full_like)
def full_like(
    x: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """One value, or values that broadcast, in the shape and dtype of `x`; a Tensor if `x` is one. The gradient of a
    Tensor `fill_value` is passed on to it.

    >>> import autograd
    >>> autograd.full_like(autograd.tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    if isinstance(fill_value, Tensor):
        from autograd.ops.shape import astype, broadcast_to

        like = empty_like(x, dtype, order, subok, shape, device)
        return astype(broadcast_to(fill_value, like.shape), like.dtype)
    return _like("full_like", x, (fill_value,), dtype, order, shape, device, requires_grad)
