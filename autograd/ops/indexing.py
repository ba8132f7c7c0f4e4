"""Reading and writing at an index, in all of NumPy's forms: slices, integers, masks, arrays of positions.

An index is split in two. What is static (integers, slices, None, Ellipsis) is a parameter. Arrays, lists and Tensors
become one array argument, `keys`, so that a trace sees where positions come from; `AT` marks their places in the
static part. Several index arrays are brought to integers, broadcast and stacked.
"""

from __future__ import annotations

import operator
from enum import Enum
from types import EllipsisType, NoneType
from typing import Any

import numpy as np

from autograd.kernels.indexing import scatter_add
from autograd.ops.shape import sum_to
from autograd.primitive import primitive
from autograd.tensor import Tensor

__all__ = ["getitem", "index_at", "place", "put_at", "scatter_at", "setitem", "updated"]

STATIC = frozenset({int, slice, NoneType, EllipsisType, bool})


class _Mark(Enum):
    AT = "·"

    def __repr__(self) -> str:
        return self.value


AT = _Mark.AT
"""Where an index array stands in the static part of an index."""


# --- splitting an index ----------------------------------------------------------------------------------------------


def getitem(x: Any, index: Any) -> Any:
    """x[index] for every index that NumPy takes; integer and boolean Tensors are indices too.

    >>> import autograd
    >>> t = autograd.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> t[1, ::-1], t[[0, 1], [1, 0]], t[[True, False]]
    (tensor([4., 3.]), tensor([2., 3.]), tensor([[1., 2.]]))
    """
    if type(index) in STATIC:
        return getitem_(x, index)
    keys, rest = split(index)
    return getitem_(x, rest) if keys is None else index_at(x, keys, rest)


def updated(x: Any, index: Any, value: Any) -> Any:
    """A copy of x with x[index] = value: the functional form of assignment, differentiable in x and in value.

    >>> import autograd, numpy as np
    >>> autograd.updated(np.zeros(3), slice(1, None), 5.0)
    array([0., 5., 5.])
    """
    if isinstance(value, (list, tuple)):
        value = np.asarray(value)
    if isinstance(value, Tensor) and value.requires_grad and x.dtype.kind not in "fc":
        raise TypeError(
            f"t[index] = v: a value that requires grad, of dtype {value.dtype}, assigned into a tensor of dtype "
            f"{x.dtype} would lose its gradient; convert the tensor first (t.astype({value.dtype})) "
            f"or assign v.detach()"
        )
    keys, rest = split(index)
    return setitem(x, value, rest) if keys is None else put_at(x, value, keys, rest)


def split(index: Any) -> tuple[Any, Any]:
    """The array part of an index (None if there is none) and the static part."""
    items = index if type(index) is tuple else (index,)
    for item in items:
        if type(item) not in STATIC:
            break
    else:
        return None, items
    arrays: list[Any] = []
    rest: list[Any] = []
    for item in items:
        array = _index_array(item)
        if array is None:
            rest.append(item if type(item) in STATIC else operator.index(item))
        elif array.dtype.kind == "b" and array.ndim == 0:
            rest.append(bool(array))
        else:
            arrays.append(array)
            rest.append(AT)
    if len(arrays) < 2:
        return (arrays[0] if arrays else None), tuple(rest)
    dims = iter([a.ndim if a.dtype.kind == "b" else 1 for a in arrays])
    places = [(AT,) * next(dims) if r is AT else (r,) for r in rest]
    return join_keys(*arrays), tuple(r for group in places for r in group)


def _index_array(item: Any) -> Any:
    """The array that an item of an index stands for; None for an integer or slice."""
    if not isinstance(item, (Tensor, np.ndarray, np.bool_, list, tuple, range)):
        return None
    array = item if isinstance(item, (Tensor, np.ndarray)) else np.asarray(item)
    if array.size == 0 and isinstance(item, (list, tuple, range)):
        array = array.astype(np.intp)
    if array.dtype.kind not in "iub":
        raise IndexError(
            f"an index array must hold integers or booleans, got dtype {array.dtype}; convert positions to integers, "
            f"or write a comparison for a mask"
        )
    return array


@primitive(keys=None, samples=lambda s: ((s.integers((2, 1), 0, 3), s.booleans((3,))), {}))
def join_keys(*keys):
    """Index arrays as one stack of integer arrays: masks become positions, all are broadcast together."""
    positions: list[Any] = []
    for key in keys:
        positions.extend(key.nonzero() if key.dtype.kind == "b" else [key.astype(np.intp)])
    return np.stack(np.broadcast_arrays(*positions))


def whole(keys, rest):
    """The index that NumPy takes, put together again."""
    if rest.count(AT) == 1:
        return tuple(keys if r is AT else r for r in rest)
    parts = iter(keys)
    return tuple(next(parts) if r is AT else r for r in rest)


# --- reading: getitem and place, index_at and scatter_at are adjoint pairs -------------------------------------------


def _static_index(s, shape):
    """A basic index into an array of that shape."""
    index: list[Any] = []
    for n in shape:
        kind = s.integer(0, 4)
        if kind == 0:
            index.append(slice(None))
        elif kind == 1 and n:
            index.append(s.integer(-n, n - 1))
        elif kind == 2:
            index.append(None)
            index.append(slice(None, None, -2))
        else:
            index.append(slice(s.integer(-n, n), None if s.boolean() else s.integer(0, n), s.choice([1, 2, -1])))
    if s.boolean():
        index[s.integer(0, len(index)) :] = [Ellipsis]
    return tuple(index)


def _array_index(s, shape):
    """An index with arrays into an array of that shape, none of whose sides is 0."""
    kind = s.integer(0, 4)
    if kind == 0:
        return s.booleans(shape), (AT,)
    if kind == 1:
        return s.booleans(shape[-1:]), (Ellipsis, AT)
    if kind == 2 and len(shape) > 1:
        keys = [s.integers((2, 3), -n, n - 1) for n in (shape[0], shape[-1])]
        return np.stack(keys), (AT, Ellipsis, AT)
    if kind == 3:
        return s.integers(s.shape(0, 2), -shape[-1], shape[-1] - 1), (None, Ellipsis, AT)
    return s.integers(s.shape(0, 2), -shape[0], shape[0] - 1), (AT,)


def _getitem_sample(s):
    shape = s.shape()
    return (s.array(shape),), {"index": _static_index(s, shape)}


def _place_sample(s):
    (x,), params = _getitem_sample(s)
    return (s.array(np.shape(x[params["index"]])),), {**params, "shape": x.shape}


def _index_at_sample(s):
    shape = s.shape(1, 3, 1)
    keys, rest = _array_index(s, shape)
    return (s.array(shape), keys), {"rest": rest}


def _scatter_at_sample(s):
    (x, keys), params = _index_at_sample(s)
    return (s.array(x[whole(keys, **params)].shape), keys), {**params, "shape": x.shape}


@primitive(
    x=lambda g, index, x_shape: place(g, index, x_shape), text="{x}[{index}]", linear="x", samples=_getitem_sample
)
def getitem_(x, index):
    """x[index] for an index of integers, slices, None and Ellipsis."""
    return x[index]


@primitive(x=lambda g, index: getitem_(g, index), text="place({x}, {index})", linear="x", samples=_place_sample)
def place(x, index, shape):
    """Zeros of `shape` with x at `index`: the adjoint of reading a slice.

    >>> import autograd, numpy as np
    >>> autograd.place(np.array([1.0, 2.0]), slice(1, 3), (4,))
    array([0., 1., 2., 0.])
    """
    out = np.zeros(shape, x.dtype)
    out[index] = x
    return out


@primitive(
    x=lambda g, keys, rest, x_shape: scatter_at(g, keys, rest, x_shape),
    keys=None,
    text="{x}[{keys}]",
    linear="x",
    samples=_index_at_sample,
)
def index_at(x, keys, rest):
    """x[index] for an index with arrays: `keys` at the marked places of `rest`.

    >>> import autograd, numpy as np
    >>> from autograd.ops.indexing import AT
    >>> autograd.index_at(np.array([10.0, 20.0, 30.0]), np.array([2, 0]), (AT,))
    array([30., 10.])
    """
    if len(rest) == 1 and keys.dtype.kind != "b":
        return np.take(x, keys, axis=0)
    return np.asarray(x)[whole(keys, rest)]


@primitive(
    x=lambda g, keys, rest: index_at(g, keys, rest),
    keys=None,
    text="scatter({x}, {keys})",
    linear="x",
    samples=_scatter_at_sample,
    flops=lambda out, x, *_: x.size,
)
def scatter_at(x, keys, rest, shape):
    """Zeros of `shape` with x added at an index with arrays: the adjoint of `index_at`; positions may repeat.

    >>> import autograd, numpy as np
    >>> from autograd.ops.indexing import AT
    >>> autograd.scatter_at(np.array([1.0, 2.0, 3.0]), np.array([0, 0, 2]), (AT,), (4,))
    array([3., 0., 3., 0.])
    """
    if keys.dtype.kind != "b":
        return scatter_add(shape, whole(keys, rest), x, x.dtype)
    out = np.zeros(shape, x.dtype)
    out[whole(keys, rest)] = x
    return out


# --- writing ---------------------------------------------------------------------------------------------------------


def _fit(d, shape):
    """Sum an adjoint down to the shape of an assigned value, which may have surplus leading axes of length 1."""
    surplus = len(shape) - d.ndim
    if surplus > 0:
        return sum_to(d, shape[surplus:])[(None,) * surplus]
    return d if d.shape == shape else sum_to(d, shape)


def _put_wrt_value(g, keys, rest, value_shape):
    d = index_at(g, keys, rest)
    if keys.dtype.kind != "b":
        d = d * last_writes(keys, rest, g.shape)
    return _fit(d, value_shape)


def _value_sample(s, shape):
    kept = s.integer(0, len(shape))
    return s.array(tuple(1 if s.integer(0, 3) == 3 else n for n in shape[kept:]))


def _setitem_sample(s):
    (x,), params = _getitem_sample(s)
    return (x, _value_sample(s, np.shape(x[params["index"]]))), params


def _put_at_sample(s):
    (x, keys), params = _index_at_sample(s)
    return (x, _value_sample(s, x[whole(keys, **params)].shape), keys), params


@primitive(
    x=lambda g, index: setitem(g, 0.0, index),
    value=lambda g, index, value_shape: _fit(getitem_(g, index), value_shape),
    text="({x} with [{index}] = {value})",
    samples=_setitem_sample,
)
def setitem(x, value, index):
    """A copy of x with `value` at an index of integers, slices, None and Ellipsis.

    >>> import autograd, numpy as np
    >>> autograd.setitem(np.zeros(3), np.array([1.0, 2.0]), slice(1, 3))
    array([0., 1., 2.])
    """
    out = np.array(x)
    _refuse_complex(value, out)
    out[index] = value
    return out


def _refuse_complex(value, out):
    if out.dtype.kind != "c" and np.iscomplexobj(value):
        raise TypeError(f"t[index] = value: complex values do not fit a tensor of dtype {out.dtype}; take their .real")


@primitive(
    x=lambda g, keys, rest: put_at(g, 0.0, keys, rest),
    value=_put_wrt_value,
    keys=None,
    text="({x} with [{keys}] = {value})",
    samples=_put_at_sample,
)
def put_at(x, value, keys, rest):
    """A copy of x with `value` at an index with arrays; at a position that repeats the last value wins.

    >>> import autograd, numpy as np
    >>> from autograd.ops.indexing import AT
    >>> autograd.put_at(np.zeros(3), np.array([1.0, 2.0]), np.array([0, 2]), (AT,))
    array([1., 0., 2.])
    """
    # NumPy assigns in the order of memory: only in C order is the last in the array also the last to be written.
    out = np.array(x, order="C")
    _refuse_complex(value, out)
    out[whole(np.asarray(keys, order="C"), rest)] = np.asarray(value, order="C")
    return out


def _last_writes_sample(s):
    (x, keys), params = _index_at_sample(s)
    return (keys,), {**params, "shape": x.shape}


@primitive(keys=None, samples=_last_writes_sample)
def last_writes(keys, rest, shape):
    """Which elements assigned at an index with arrays are not overwritten by a later one at the same position."""
    index = whole(np.asarray(keys, order="C"), rest)
    owner = np.full(shape, -1)
    turn = np.arange(owner[index].size).reshape(owner[index].shape)
    owner[index] = turn
    return owner[index] == turn
