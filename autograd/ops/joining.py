"""Arrays joined along an old or a new axis, and the inverse: cutting one into pieces."""

from __future__ import annotations

import operator
from itertools import accumulate
from typing import Any

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.rearranging import atleast_1d, atleast_2d, atleast_3d
from autograd.ops.shape import astype, reshape_
from autograd.primitive import MANY, primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = [
    "append",
    "array_split",
    "block",
    "cat",
    "chunk",
    "column_stack",
    "concat",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "split",
    "stack",
    "unstack",
    "vsplit",
    "vstack",
]


def _parts(g, xs_shapes, axis):
    return split_(g, tuple(accumulate(shape[axis] for shape in xs_shapes[:-1])), axis)


def _joined_sample(s):
    shape = s.shape(1)
    axis = s.integer(0, len(shape) - 1)
    parts = [(*shape[:axis], s.integer(0, 3), *shape[axis + 1 :]) for _ in range(s.integer(1, 4))]
    return tuple(s.array(p) for p in parts), {"axis": axis}


def _stacked_sample(s):
    shape = s.shape()
    return tuple(s.array(shape) for _ in range(s.integer(1, 4))), {"axis": s.integer(0, len(shape))}


@primitive(xs=_parts, linear="xs", text="[{xs}]", samples=_joined_sample)
def concatenate_(*xs, axis):
    """Arrays one behind the other along an axis."""
    return np.concatenate(xs, axis)


@primitive(xs=lambda g, axis: unstack_(g, axis), linear="xs", text="[{xs}]", samples=_stacked_sample)
def stack_(*xs, axis):
    """Arrays of one shape side by side along a new axis."""
    return np.stack(xs, axis)


def _split_sample(s):
    shape = s.shape(1)
    axis = s.integer(0, len(shape) - 1)
    bounds = sorted(s.integer(0, shape[axis]) for _ in range(s.integer(0, 3)))
    return (s.array(shape),), {"bounds": tuple(bounds), "axis": axis}


def _unstack_sample(s):
    shape = s.shape(1, min_side=1)
    return (s.array(shape),), {"axis": s.integer(0, len(shape) - 1)}


@primitive(
    x=lambda g, axis: concatenate_(*g, axis=axis),
    forward={"x": lambda t, bounds, axis: split_(t, bounds, axis)},
    outputs=MANY,
    linear="x",
    text="split {x}",
    samples=_split_sample,
)
def split_(x, bounds, axis):
    """x cut along an axis in front of each of the positions `bounds`; views."""
    ends = (*bounds, x.shape[axis])
    return tuple(x[(*[slice(None)] * axis, slice(start, end))] for start, end in zip((0, *bounds), ends))


@primitive(
    x=lambda g, axis: stack_(*g, axis=axis),
    forward={"x": lambda t, axis: unstack_(t, axis)},
    outputs=MANY,
    linear="x",
    text="unstack {x}",
    samples=_unstack_sample,
)
def unstack_(x, axis):
    """The slices of x along an axis, without that axis; views."""
    return tuple(np.moveaxis(x, axis, 0))


def concatenate(arrays: Any, axis: int | None = 0, dtype: Any = None) -> Any:
    """Join arrays one behind the other along `axis`; `None` flattens them first. Tensors and arrays may be mixed.

    The result has the promoted dtype (or `dtype`); each gradient is cast back to its part's.
    Raises ValueError when nothing is given or the shapes differ elsewhere than along `axis`.

    >>> import autograd
    >>> autograd.concatenate([autograd.tensor([1.0, 2.0]), autograd.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    parts = _operands(arrays, dtype, "concatenate")
    if axis is None:
        parts = [reshape_(x, (-1,)) for x in parts]
        axis = 0
    shape = parts[0].shape
    number = one_axis(axis, shape, "concatenate")
    for i, x in enumerate(parts):
        if (
            len(x.shape) != len(shape)
            or x.shape[:number] + x.shape[number + 1 :] != shape[:number] + shape[number + 1 :]
        ):
            raise ValueError(
                f"concatenate: part {i} of shape {x.shape} does not fit part 0 of shape {shape} along axis {axis}; all "
                f"other lengths must be equal"
            )
    return concatenate_(*parts, axis=number)


concat = concatenate


def cat(tensors: Any, dim: int = 0) -> Any:
    """`concatenate` as PyTorch has it: vectors without elements are left out, whatever the shape of the others.

    >>> import autograd
    >>> autograd.cat([autograd.zeros(0), autograd.ones((1, 2)), autograd.ones((1, 2))], dim=1).shape
    (1, 4)
    """
    parts = [operand(t) for t in tensors]
    return concatenate([p for p in parts if p.shape != (0,)] or parts, dim)


def stack(arrays: Any, axis: int = 0, dtype: Any = None) -> Any:
    """Join arrays of one shape along a new axis at position `axis` of the result. Tensors and arrays may be mixed.

    Raises ValueError when nothing is given or the shapes differ.

    >>> import autograd
    >>> autograd.stack([autograd.tensor(1.0), 2.0])
    tensor([1., 2.])
    """
    parts = _operands(arrays, dtype, "stack")
    shape = parts[0].shape
    for i, x in enumerate(parts):
        if x.shape != shape:
            raise ValueError(f"stack: part {i} has shape {x.shape}, part 0 {shape}; all must be equal")
    return stack_(*parts, axis=one_axis(axis, shape, "stack", 1))


def _operands(arrays, dtype, op):
    """The parts as Tensors or arrays, cast if a dtype is given."""
    parts = [operand(x) for x in arrays]
    if not parts:
        raise ValueError(f"{op}: needs at least one array, got none")
    if dtype is not None:
        parts = [astype(x, dtype, copy=False) for x in parts]
    return parts


def vstack(arrays: Any, dtype: Any = None) -> Any:
    """Join along the first axis; 1-d arrays are rows.

    >>> import autograd
    >>> autograd.vstack([autograd.tensor([1.0, 2.0]), autograd.tensor([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    return concatenate([atleast_2d(x) for x in arrays], 0, dtype)


def hstack(arrays: Any, dtype: Any = None) -> Any:
    """Join along the second axis, 1-d arrays along their only one.

    >>> import autograd
    >>> autograd.hstack([autograd.tensor([1.0, 2.0]), 3.0])
    tensor([1., 2., 3.])
    """
    parts = [atleast_1d(x) for x in arrays]
    return concatenate(parts, 0 if parts and len(parts[0].shape) == 1 else 1, dtype)


def dstack(arrays: Any, dtype: Any = None) -> Any:
    """Join along the third axis, after `atleast_3d`.

    >>> import autograd, numpy as np
    >>> autograd.dstack([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[[1., 3.],
            [2., 4.]]])
    """
    return concatenate([atleast_3d(x) for x in arrays], 2, dtype)


@implements(np.column_stack)
def column_stack(tup: Any) -> Any:
    """Join along the second axis; 1-d arrays are columns.

    >>> import autograd
    >>> autograd.column_stack([autograd.tensor([1.0, 2.0]), autograd.tensor([3.0, 4.0])])
    tensor([[1., 3.],
            [2., 4.]])
    """
    parts = [operand(x) for x in tup]
    return concatenate([reshape_(x, (-1, 1)) if len(x.shape) < 2 else x for x in parts], 1)


@implements(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """`values` behind `arr` along `axis`; None flattens both.

    >>> import autograd, numpy as np
    >>> autograd.append(np.array([1.0, 2.0]), 3.0)
    array([1., 2., 3.])
    """
    return concatenate([arr, values], axis)


@implements(np.block)
def block(arrays: Any) -> Any:
    """An array put together from nested lists of blocks: the innermost lists run along the last axis.

    >>> import autograd
    >>> one = autograd.ones((1, 1))
    >>> autograd.block([[one, 0 * one], [0 * one, 2 * one]])
    tensor([[1., 0.],
            [0., 2.]])
    """
    depth = _depth(arrays)
    ndim = max(depth, _most_axes(arrays))

    def joined(part: Any, level: int) -> Any:
        if isinstance(part, list):
            return concatenate([joined(p, level + 1) for p in part], ndim - depth + level)
        if level != depth:
            raise ValueError(f"block: lists are nested {level} deep in one place and {depth} deep in another")
        x = operand(part)
        return reshape_(x, (1,) * (ndim - len(x.shape)) + x.shape)

    return joined(arrays, 0)


def _depth(part):
    return 1 + _depth(part[0]) if isinstance(part, list) and part else 0


def _most_axes(part):
    if not isinstance(part, list):
        return len(operand(part).shape)
    if not part:
        raise ValueError("block: an empty list has no shape")
    return max(map(_most_axes, part))


# --- cut --------------------------------------------------------------------------------------------------------------


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> tuple[Any, ...]:
    """Cut x along `axis` into so many equal parts, or in front of the given positions.

    (The method `t.split(size)` is PyTorch's: parts of that size.) Raises ValueError when the parts would not be equal.

    >>> import autograd
    >>> autograd.split(autograd.tensor([1.0, 2.0, 3.0, 4.0]), 2)
    (tensor([1., 2.]), tensor([3., 4.]))
    """
    x = operand(x)
    number = one_axis(axis, x.shape, "split")
    if isinstance(indices_or_sections, (int, np.integer)) and (
        indices_or_sections < 1 or x.shape[number] % indices_or_sections
    ):
        raise ValueError(
            f"split: axis {axis} of shape {x.shape} cannot be cut into {indices_or_sections} equal parts; array_split "
            f"makes nearly equal ones"
        )
    return array_split(x, indices_or_sections, axis)


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> tuple[Any, ...]:
    """`split` that makes the first parts longer by one where the length does not divide.

    >>> import autograd
    >>> autograd.array_split(autograd.tensor([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    """
    x = operand(x)
    axis = one_axis(axis, x.shape, "array_split")
    n = x.shape[axis]
    if isinstance(indices_or_sections, (Tensor, np.ndarray)):
        indices_or_sections = indices_or_sections.tolist()
    if isinstance(indices_or_sections, (int, np.integer)):
        parts = int(indices_or_sections)
        if parts < 1:
            raise ValueError(f"array_split: the number of parts must be positive, got {parts}")
        bounds = [k * (n // parts) + min(k, n % parts) for k in range(1, parts)]
    else:
        bounds = [slice(0, operator.index(b)).indices(n)[1] for b in indices_or_sections]
        if bounds != sorted(bounds):
            raise ValueError(f"array_split: positions {indices_or_sections} must not decrease, for shape {x.shape}")
    return split_(x, tuple(bounds), axis)


def chunk(x: Any, chunks: int, axis: int = 0) -> tuple[Any, ...]:
    """Cut x along `axis` into at most `chunks` parts of one size, the last of which may be shorter; PyTorch's chunk.

    >>> import autograd
    >>> [len(part) for part in autograd.chunk(autograd.zeros(5), 3)]
    [2, 2, 1]
    """
    x = operand(x)
    axis = one_axis(axis, x.shape, "chunk")
    if chunks < 1:
        raise ValueError(f"chunk: the number of chunks must be positive, got {chunks}")
    size = -(-x.shape[axis] // chunks) or 1
    return split_(x, tuple(range(size, x.shape[axis], size)), axis)


def vsplit(x: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """`split` along the first axis of an array with at least two.

    >>> import autograd, numpy as np
    >>> autograd.vsplit(np.eye(2), 2)
    (array([[1., 0.]]), array([[0., 1.]]))
    """
    x = operand(x)
    if len(x.shape) < 2:
        raise ValueError(f"vsplit: needs at least 2 axes, got an array of shape {x.shape}")
    return split(x, indices_or_sections, 0)


def hsplit(x: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """`split` along the second axis, of a 1-d array along its only one.

    >>> import autograd, numpy as np
    >>> autograd.hsplit(np.arange(4.0), 2)
    (array([0., 1.]), array([2., 3.]))
    """
    x = operand(x)
    return split(x, indices_or_sections, 1 if len(x.shape) > 1 else 0)


def dsplit(x: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """`split` along the third axis.

    >>> import autograd, numpy as np
    >>> [part.shape for part in autograd.dsplit(np.zeros((1, 2, 4)), 2)]
    [(1, 2, 2), (1, 2, 2)]
    """
    return split(x, indices_or_sections, 2)


def unstack(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The slices of x along `axis`, which they lose: the inverse of `stack`; PyTorch's unbind.

    >>> import autograd
    >>> autograd.unstack(autograd.tensor([[1.0, 2.0], [3.0, 4.0]]))
    (tensor([1., 2.]), tensor([3., 4.]))
    """
    x = operand(x)
    return unstack_(x, one_axis(axis, x.shape, "unstack"))
