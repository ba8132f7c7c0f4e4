"""Views and rearrangements: linear primitives that are, or come with, their own adjoints."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.dtypes import is_differentiable
from autograd.interchange import want_cpu
from autograd.ops.axes import one_axis, operand, some_axes
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import unary
from autograd.tensor import Tensor

__all__ = [
    "ascontiguousarray",
    "astype",
    "broadcast_to",
    "clone",
    "expand_dims",
    "flatten",
    "matrix_transpose",
    "moveaxis",
    "permute_dims",
    "ravel",
    "reshape",
    "squeeze",
    "sum_to",
    "swapaxes",
    "transpose",
]

# --- values and dtype -------------------------------------------------------------------------------------------------


@primitive(x=lambda g: g, linear="x", text="{x}", samples=unary())
def clone(x, order="K"):
    """A copy of the values that the gradient passes through, by default in the same layout of memory.

    >>> import autograd
    >>> x = autograd.tensor([1.0, 2.0])
    >>> autograd.clone(x)
    tensor([1., 2.])
    """
    return np.array(x, order=order)


def ascontiguousarray(x: Any) -> Any:
    """x with its elements in row-major order in memory: itself if it is so already, else a copy.

    >>> import autograd
    >>> autograd.ascontiguousarray(autograd.ones((2, 3)).T).shape
    (3, 2)
    """
    x = operand(x)
    raw = x._data if isinstance(x, Tensor) else x
    return x if isinstance(raw, np.ndarray) and raw.flags.c_contiguous else clone(x, "C")


@implements(np.copy)
def _np_copy(a, order="K", subok=False):
    return clone(a, order)


@primitive(
    x=lambda g, x_dtype: astype_(g, x_dtype),
    linear="x",
    text="{x} as {dtype}",
    samples=lambda s: ((s.array(s.shape()),), {"dtype": np.dtype("float64")}),
)
def astype_(x, dtype):
    """The same values in another floating dtype; of complex numbers in a real one the real part."""
    return (x.real if x.dtype.kind == "c" != dtype.kind else x).astype(dtype)


def astype(x: Any, dtype: Any, copy: bool = True, device: Any = None) -> Any:
    """The same values in another dtype; the gradient is cast back, and ends where the new dtype is no floating one.

    `copy=False` returns `x` itself if it has the dtype already. Raises TypeError for complex numbers in a real dtype:
    say what is meant by `real` or `abs`.

    >>> import autograd
    >>> autograd.astype(autograd.tensor([1.5, 2.5]), "int64")
    tensor([1, 2])
    """
    if device is not None:
        want_cpu(device, "astype")
    x, dtype = operand(x), np.dtype(dtype)
    if x.dtype == dtype and not copy:
        return x
    if x.dtype.kind == "c" and dtype.kind not in "cb":
        raise TypeError(f"astype: {x.dtype} cannot become {dtype}; use autograd.real(x) or autograd.abs(x) first")
    if not isinstance(x, Tensor) or is_differentiable(dtype):
        return astype_(x, dtype)
    return astype_(x.detach(), dtype)


# --- broadcasting -----------------------------------------------------------------------------------------------------


def _broadcast_shapes(s):
    shape = s.shape()
    lead = s.shape(0, 2, 1, 3)
    return tuple(1 if s.integer(0, 2) == 2 else n for n in shape), lead + shape


@primitive(
    x=lambda g, x_shape: broadcast_to_(g, x_shape),
    linear="x",
    samples=lambda s: ((s.array((shapes := _broadcast_shapes(s))[1]),), {"shape": shapes[0]}),
    flops=lambda out, x, shape: x.size,
)
def sum_to(x, shape):
    """Sum x down to a shape that broadcasts to its own: the adjoint of broadcasting.

    >>> import autograd, numpy as np
    >>> autograd.sum_to(np.ones((3, 2)), (1, 2))
    array([[3., 3.]])
    """
    lead = x.ndim - len(shape)
    stretched = tuple(i for i, n in enumerate(shape, lead) if n == 1 and x.shape[i] != 1)
    return np.add.reduce(x, axis=(*range(lead), *stretched), keepdims=True).reshape(shape)


@primitive(
    x=lambda g, x_shape: sum_to(g, x_shape),
    linear="x",
    text="{x} to {shape}",
    samples=lambda s: ((s.array((shapes := _broadcast_shapes(s))[0]),), {"shape": shapes[1]}),
)
def broadcast_to_(x, shape):
    """Repeat x along new and length-1 axes up to `shape`, without a copy."""
    return np.broadcast_to(x, shape)


def broadcast_to(x: Any, shape: Any) -> Any:
    """Repeat `x` along new leading axes and axes of length 1 up to `shape`, without a copy.

    >>> import autograd
    >>> autograd.broadcast_to(autograd.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    x, shape = operand(x), _sizes(shape)
    lead = len(shape) - len(x.shape)
    if lead < 0 or not all(n in (1, m) for n, m in zip(x.shape, shape[lead:])):
        raise ValueError(f"broadcast_to: shape {x.shape} does not broadcast to {shape}: each axis must be equal or 1")
    return broadcast_to_(x, shape)


@implements(np.broadcast_to)
def _np_broadcast_to(array, shape, subok=False):
    return broadcast_to(array, shape)


# --- the same elements under another shape ----------------------------------------------------------------------------


def _reshape_sample(s):
    shape = s.shape()
    size = math.prod(shape)
    return (s.array(shape),), {"shape": s.choice([(size,), tuple(reversed(shape)), (1, *shape), (size, 1)])}


@primitive(x=lambda g, x_shape: reshape_(g, x_shape), linear="x", text="{x} as {shape}", samples=_reshape_sample)
def reshape_(x, shape):
    """The same elements in row-major order under another shape."""
    return x.reshape(shape)


def reshape(x: Any, shape: Any, order: str = "C", copy: bool | None = None) -> Any:
    """The same elements under another shape; one length may be -1 and is then inferred.

    `order="F"` reads and writes them with the first axis running fastest. `copy=True` always copies, `copy=False`
    never. Raises ValueError when the sizes do not match, or where a copy is needed that `copy` forbids.

    >>> import autograd
    >>> autograd.reshape(autograd.tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    tensor([[1., 2.],
            [3., 4.]])
    """
    x, shape = operand(x), _sizes(shape)
    known = math.prod(n for n in shape if n != -1)
    holes = shape.count(-1)
    size = math.prod(x.shape)
    if holes > 1 or min(shape, default=0) < -1 or (size != known if not holes else known == 0 or size % known):
        raise ValueError(f"reshape: {size} elements of shape {x.shape} do not fit shape {shape}")
    if copy:
        x = clone(x)
    elif copy is False:
        _refuse_to_copy(x, shape, order)
    if order == "C":
        return reshape_(x, shape)
    if order != "F":
        raise ValueError(f"reshape: order must be 'C' or 'F', got {order!r}")
    return transpose_(reshape_(transpose_(x), shape[::-1]))


def _refuse_to_copy(x, shape, order):
    raw = x._data if isinstance(x, Tensor) else x
    try:
        np.reshape(raw, shape, order, copy=False)
    except ValueError:
        raise ValueError(
            f"reshape: copy=False, but elements of shape {x.shape} with strides {raw.strides} come into shape {shape} "
            f"by a copy only"
        ) from None


implements(np.reshape)(reshape)


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Merge the axes from `start_dim` to `end_dim` (both included) into one; a 0-d array becomes one of length 1.

    >>> import autograd
    >>> autograd.flatten(autograd.zeros((5, 2, 3)), start_dim=1).shape
    (5, 6)
    """
    x = operand(x)
    shape = x.shape or (1,)
    first, last = one_axis(start_dim, shape, "flatten"), one_axis(end_dim, shape, "flatten")
    if first > last:
        raise ValueError(
            f"flatten: start_dim {start_dim} lies behind end_dim {end_dim} for an array of shape {x.shape}"
        )
    return reshape_(x, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))


@implements(np.ravel)
def ravel(x: Any, order: str = "C") -> Any:
    """All elements along one axis.

    >>> import autograd
    >>> autograd.ravel(autograd.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.])
    """
    x = operand(x)
    return reshape(x, math.prod(x.shape), order)


@implements(np.squeeze)
def squeeze(x: Any, axis: Any = None) -> Any:
    """Drop axes of length 1: those named, or all of them. Raises ValueError for a named axis of another length.

    >>> import autograd
    >>> autograd.squeeze(autograd.zeros((1, 3, 1)), 0).shape
    (3, 1)
    """
    x = operand(x)
    if axis is None:
        return reshape_(x, tuple(n for n in x.shape if n != 1))
    dropped = some_axes(axis, x.shape, "squeeze")
    for a in dropped:
        if x.shape[a] != 1:
            raise ValueError(f"squeeze: axis {a} of shape {x.shape} has length {x.shape[a]}, wanted 1")
    return reshape_(x, tuple(n for i, n in enumerate(x.shape) if i not in dropped))


@implements(np.expand_dims)
def expand_dims(x: Any, axis: Any) -> Any:
    """Insert axes of length 1 at the given positions of the result.

    >>> import autograd
    >>> autograd.expand_dims(autograd.zeros((2, 3)), (0, -1)).shape
    (1, 2, 3, 1)
    """
    x = operand(x)
    added = some_axes(axis, x.shape, "expand_dims", len(axis) if isinstance(axis, (tuple, list)) else 1)
    lengths = iter(x.shape)
    return reshape_(x, tuple(1 if i in added else next(lengths) for i in range(len(x.shape) + len(added))))


# --- the order of the axes --------------------------------------------------------------------------------------------


def _permute_sample(s):
    shape = s.shape()
    axes = tuple(int(a) for a in s.rng.permutation(len(shape)))
    return (s.array(shape),), {"axes": s.choice([None, axes])}


@primitive(x=lambda g, axes: transpose_(g, inverse(axes)), linear="x", text="{x}ᵀ", samples=_permute_sample)
def transpose_(x, axes=None):
    """The axes in another order, reversed by default; a view."""
    return x.transpose(axes)


def inverse(axes):
    """The permutation that undoes `axes`."""
    return None if axes is None else tuple(sorted(range(len(axes)), key=axes.__getitem__))


@implements(np.transpose)
def transpose(x: Any, axes: Any = None) -> Any:
    """The axes in the order `axes`; reversed when none is given. (The method `t.transpose(a, b)` swaps two axes.)

    >>> import autograd
    >>> autograd.transpose(autograd.zeros((2, 3, 4)), (1, 0, 2)).shape
    (3, 2, 4)
    """
    x = operand(x)
    if axes is None:
        return transpose_(x)
    order = some_axes(axes, x.shape, "transpose")
    if len(order) != len(x.shape):
        raise ValueError(f"transpose: axes {tuple(axes)} must name each axis of shape {x.shape} once")
    return transpose_(x, order)


permute_dims = transpose


@implements(np.swapaxes)
def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Exchange two axes.

    >>> import autograd
    >>> autograd.swapaxes(autograd.zeros((2, 3, 4)), 0, -1).shape
    (4, 3, 2)
    """
    x = operand(x)
    a, b = one_axis(axis1, x.shape, "swapaxes"), one_axis(axis2, x.shape, "swapaxes")
    order = list(range(len(x.shape)))
    order[a], order[b] = b, a
    return transpose_(x, tuple(order))


@implements(np.moveaxis)
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Move axes to other positions; the others keep their order.

    >>> import autograd
    >>> autograd.moveaxis(autograd.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    x = operand(x)
    sources, places = some_axes(source, x.shape, "moveaxis"), some_axes(destination, x.shape, "moveaxis")
    if len(sources) != len(places):
        raise ValueError(f"moveaxis: {len(sources)} source axes for {len(places)} destinations")
    order = [a for a in range(len(x.shape)) if a not in sources]
    for place, a in sorted(zip(places, sources)):
        order.insert(place, a)
    return transpose_(x, tuple(order))


@implements(np.rollaxis)
def _rollaxis(a, axis, start=0):
    n, place = len(a.shape), operator.index(start)
    number, place = one_axis(axis, a.shape, "rollaxis"), place + n if place < 0 else place
    if not 0 <= place <= n:
        raise np.exceptions.AxisError(f"rollaxis: start {start} for an array of shape {a.shape}")
    return moveaxis(a, number, place - 1 if number < place else place)


@implements(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    """The last two axes exchanged.

    >>> import autograd, numpy as np
    >>> autograd.matrix_transpose(np.zeros((5, 2, 3))).shape
    (5, 3, 2)
    """
    x = operand(x)
    if len(x.shape) < 2:
        raise ValueError(f"matrix_transpose: an array of shape {x.shape} has no last two axes; it needs at least 2")
    return swapaxes(x, -2, -1)


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(map(operator.index, shape)) if isinstance(shape, (tuple, list)) else (operator.index(shape),)


# --- what NumPy asks about an array -----------------------------------------------------------------------------------


@implements(np.shape)
def _shape(a):
    return a.shape if isinstance(a, Tensor) else np.asarray(a).shape


@implements(np.ndim)
def _ndim(a):
    return len(_shape(a))


@implements(np.size)
def _size(a, axis=None):
    shape = _shape(a)
    return math.prod(shape if axis is None else [shape[i] for i in some_axes(axis, shape, "np.size")])
