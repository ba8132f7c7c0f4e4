"""Elements mirrored, rotated and repeated."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import count, one_axis, operand, reduced_axes, some_axes
from autograd.ops.shape import broadcast_to, broadcast_to_, clone, expand_dims, reshape, reshape_, swapaxes
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "flip",
    "fliplr",
    "flipud",
    "repeat",
    "roll",
    "rot90",
    "tile",
]

# --- mirrored and rotated ---------------------------------------------------------------------------------------------


def _flip_sample(s):
    shape = s.shape()
    return (s.array(shape),), {"axis": s.axes(len(shape))}


@primitive(x=lambda g, axis: flip_(g, axis), linear="x", text="flip {x}", samples=_flip_sample)
def flip_(x, axis=None):
    """The elements in reverse order along axes; a view."""
    return np.flip(x, axis)


@implements(np.flip)
def flip(m: Any, axis: Any = None) -> Any:
    """The elements in reverse order along `axis` (an int, a tuple, or None for all).

    >>> import autograd
    >>> autograd.flip(autograd.tensor([1.0, 2.0, 3.0]))
    tensor([3., 2., 1.])
    """
    m = operand(m)
    return flip_(m, reduced_axes(axis, m.shape, "flip"))


@implements(np.flipud)
def flipud(m: Any) -> Any:
    """The elements in reverse order along the first axis.

    >>> import autograd, numpy as np
    >>> autograd.flipud(np.eye(2))
    array([[0., 1.],
           [1., 0.]])
    """
    m = operand(m)
    return flip_(m, (one_axis(0, m.shape, "flipud"),))


@implements(np.fliplr)
def fliplr(m: Any) -> Any:
    """The elements in reverse order along the second axis.

    >>> import autograd, numpy as np
    >>> autograd.fliplr(np.eye(2))
    array([[0., 1.],
           [1., 0.]])
    """
    m = operand(m)
    return flip_(m, (one_axis(1, m.shape, "fliplr"),))


def _roll_sample(s):
    shape = s.shape()
    axes = s.axes(len(shape)) or None
    shift = s.integer(-5, 5) if axes is None else tuple(s.integer(-5, 5) for _ in axes)
    return (s.array(shape),), {"shift": shift, "axis": axes}


def _back(shift):
    return tuple(-n for n in shift) if isinstance(shift, tuple) else -shift


@primitive(x=lambda g, shift, axis: roll_(g, _back(shift), axis), linear="x", text="roll {x}", samples=_roll_sample)
def roll_(x, shift, axis=None):
    """The elements moved along axes; those that leave at the end come in at the start."""
    return np.roll(x, shift, axis)


@implements(np.roll)
def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """Elements moved by `shift` along `axis`, those that leave at the end coming in at the start.

    Both may be tuples of one length; a single `shift` serves for all axes. `axis=None` rolls the flattened array.

    >>> import autograd
    >>> autograd.roll(autograd.tensor([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.])
    """
    x = operand(x)
    if axis is None:
        return roll_(x, int(np.sum(shift)))
    axes = tuple(one_axis(a, x.shape, "roll") for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))
    shifts = tuple(map(int, shift)) if isinstance(shift, (tuple, list)) else (int(shift),) * len(axes)
    if len(axes) == 1:
        axes *= len(shifts)
    if len(shifts) != len(axes):
        raise ValueError(f"roll: {len(shifts)} shifts for {len(axes)} axes")
    return roll_(x, shifts, axes) if axes else x


@implements(np.rot90)
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Rotate by k · 90° in the plane of two axes, from the first towards the second.

    >>> import autograd
    >>> autograd.rot90(autograd.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]])
    """
    m = operand(m)
    plane = some_axes(tuple(axes), m.shape, "rot90")
    if len(plane) != 2:
        raise ValueError(f"rot90: axes must be two, got {axes}")
    turns = k % 4
    if turns == 0:
        return m
    if turns == 2:
        return flip_(m, plane)
    if turns == 1:
        return swapaxes(flip_(m, plane[1:]), *plane)
    return flip_(swapaxes(m, *plane), plane[1:])


# --- repeated ---------------------------------------------------------------------------------------------------------


def tile(x: Any, reps: Any) -> Any:
    """x laid out `reps` times along each axis: an int, or one number per axis, missing ones on the left being 1.

    >>> import autograd
    >>> autograd.tile(autograd.tensor([1.0, 2.0]), 2)
    tensor([1., 2., 1., 2.])
    """
    x = operand(x)
    times = tuple(map(int, reps)) if isinstance(reps, (tuple, list)) else (int(reps),)
    if any(n < 0 for n in times):
        raise ValueError(f"tile: reps must not be negative, got {reps}")
    ndim = max(len(times), len(x.shape))
    times = (1,) * (ndim - len(times)) + times
    shape = (1,) * (ndim - len(x.shape)) + x.shape
    if set(times) <= {1}:
        return clone(reshape_(x, shape))
    apart = reshape_(x, tuple(m for n in shape for m in (1, n)))
    repeated = broadcast_to_(apart, tuple(m for r, n in zip(times, shape) for m in (r, n)))
    return reshape_(repeated, tuple(r * n for r, n in zip(times, shape)))


implements(np.tile)(lambda A, reps: tile(A, reps))


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element `repeats` times, behind one another, along `axis`; None flattens first.

    `repeats` may hold a number for each element along the axis. (The method `t.repeat(...)` is PyTorch's: it tiles.)

    >>> import autograd
    >>> autograd.repeat(autograd.tensor([1.0, 2.0]), 2)
    tensor([1., 1., 2., 2.])
    """
    x = operand(x)
    if axis is None:
        x, axis = reshape(x, -1) if count(x.shape, None) else reshape(x, 0), 0
    axis = one_axis(axis, x.shape, "repeat")
    times = np.asarray(repeats)
    n = x.shape[axis]
    if times.dtype.kind not in "iu" or times.ndim > 1 or times.size not in (1, n) or (times < 0).any():
        raise ValueError(
            f"repeat: repeats must be one integer, or {n} of them for axis {axis} of shape {x.shape}, none negative; "
            f"got {repeats!r}"
        )
    if times.size != 1:
        return x[(*[slice(None)] * axis, np.repeat(np.arange(n), times.astype(np.intp)))]
    r = int(times.reshape(()))
    if r == 1:
        return clone(x)
    apart = reshape_(x, (*x.shape[: axis + 1], 1, *x.shape[axis + 1 :]))
    repeated = broadcast_to_(apart, (*x.shape[: axis + 1], r, *x.shape[axis + 1 :]))
    return reshape_(repeated, (*x.shape[:axis], n * r, *x.shape[axis + 1 :]))


implements(np.repeat)(lambda a, repeats, axis=None: repeat(a, repeats, axis))


# --- brought to one shape ---------------------------------------------------------------------------------------------


@implements(np.broadcast_arrays)
def broadcast_arrays(*arrays: Any, subok: bool = False) -> tuple[Any, ...]:
    """All arrays broadcast to their common shape; `subok` changes nothing.

    >>> import autograd
    >>> [t.shape for t in autograd.broadcast_arrays(autograd.zeros((2, 1)), autograd.zeros(3))]
    [(2, 3), (2, 3)]
    """
    parts = [operand(x) for x in arrays]
    try:
        shape = np.broadcast_shapes(*[x.shape for x in parts])
    except ValueError:
        shapes = ", ".join(str(x.shape) for x in parts)
        raise ValueError(f"broadcast_arrays: the shapes {shapes} do not broadcast to one") from None
    return tuple(x if x.shape == shape else broadcast_to(x, shape) for x in parts)


def _each(change: Any, arrays: tuple[Any, ...]) -> Any:
    changed = tuple(change(operand(x)) for x in arrays)
    return changed[0] if len(changed) == 1 else changed


@implements(np.atleast_1d)
def atleast_1d(*arrays: Any) -> Any:
    """Arrays with at least 1 axis; a tuple if several are given.

    >>> import autograd, numpy as np
    >>> autograd.atleast_1d(np.float64(2.0))
    array([2.])
    """
    return _each(lambda x: x if x.shape else reshape_(x, (1,)), arrays)


@implements(np.atleast_2d)
def atleast_2d(*arrays: Any) -> Any:
    """Arrays with at least 2 axes, new ones in front; a tuple if several are given.

    >>> import autograd, numpy as np
    >>> autograd.atleast_2d(np.array([1.0, 2.0]))
    array([[1., 2.]])
    """
    return _each(lambda x: x if len(x.shape) > 1 else reshape_(x, (1, *x.shape) if x.shape else (1, 1)), arrays)


@implements(np.atleast_3d)
def atleast_3d(*arrays: Any) -> Any:
    """Arrays with at least 3 axes: (n,) becomes (1, n, 1), (n, m) becomes (n, m, 1); a tuple if several are given.

    >>> import autograd, numpy as np
    >>> autograd.atleast_3d(np.array([1.0, 2.0])).shape
    (1, 2, 1)
    """

    def change(x: Any) -> Any:
        if len(x.shape) > 2:
            return x
        return expand_dims(x, {0: (0, 1, 2), 1: (0, 2), 2: (2,)}[len(x.shape)])

    return _each(change, arrays)
