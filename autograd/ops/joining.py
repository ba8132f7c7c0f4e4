"""Arrays concatenate_ along an old or a new axis, and the inverse: cutting one into pieces."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.padding import crop
from autograd.ops.shape import astype, reshape_
from autograd.primitive import primitive

__all__ = ["cat", "concat", "concatenate", "stack"]


def _cut_part(g, i, xs_shapes, axis):
    lengths = [shape[axis] for shape in xs_shapes]
    widths = (sum(lengths[:i]), sum(lengths[i + 1 :]))
    return crop(g, tuple(widths if a == axis else (0, 0) for a in range(len(xs_shapes[i]))))


def _cut_slice(g, i, xs_shapes, axis):
    widths = (i, len(xs_shapes) - 1 - i)
    piece = crop(g, tuple(widths if a == axis else (0, 0) for a in range(len(xs_shapes[i]) + 1)))
    return reshape_(piece, xs_shapes[i])


def _joined_sample(s):
    shape = s.shape(1)
    axis = s.integer(0, len(shape) - 1)
    parts = [(*shape[:axis], s.integer(0, 3), *shape[axis + 1 :]) for _ in range(s.integer(1, 4))]
    return tuple(s.array(p) for p in parts), {"axis": axis}


def _stacked_sample(s):
    shape = s.shape()
    return tuple(s.array(shape) for _ in range(s.integer(1, 4))), {"axis": s.integer(0, len(shape))}


@primitive(xs=_cut_part, linear="xs", text="[{xs}]", samples=_joined_sample)
def concatenate_(*xs, axis):
    """Arrays one behind the other along an axis."""
    return np.concatenate(xs, axis)


@primitive(xs=_cut_slice, linear="xs", text="[{xs}]", samples=_stacked_sample)
def stack_(*xs, axis):
    """Arrays of one shape side by side along a new axis."""
    return np.stack(xs, axis)


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


cat = concat = concatenate


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
    """The parts as Tensors or arrays of one dtype."""
    parts = [operand(x) for x in arrays]
    if not parts:
        raise ValueError(f"{op}: needs at least one array, got none")
    first = parts[0].dtype
    if dtype is not None or any(x.dtype is not first for x in parts):
        common = np.dtype(dtype) if dtype is not None else np.result_type(*[x.dtype for x in parts])
        parts = [astype(x, common, copy=False) for x in parts]
    return parts
