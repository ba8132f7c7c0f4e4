"""Methods of Tensor whose signature or meaning is PyTorch's and not that of the function of the same name."""

from __future__ import annotations

import inspect
import math
import operator
from collections.abc import Callable
from functools import wraps
from itertools import accumulate
from typing import Any

import numpy as np

from autograd import ops
from autograd.ops.axes import as_sizes, one_axis
from autograd.tensor import Tensor

# --- arguments --------------------------------------------------------------------------------------------------------


def of_sizes(name: str) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """A method whose integers are given one by one, in a tuple, or by this name; the function gets them as a tuple."""

    def decorate(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        options = {p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}

        @wraps(function)
        def method(self: Tensor, *sizes: Any, **named: Any) -> Tensor:
            if named:
                if name in named and not sizes:
                    sizes = (named.pop(name),)
                if not named.keys() <= options:
                    raise TypeError(
                        f"{function.__name__}() wants integers or one tuple {name}=, got {sizes} and {named}"
                    )
            return function(self, as_sizes(sizes), **named)

        method.__signature__ = inspect.signature(method, follow_wrapped=False)  # type: ignore[attr-defined]
        return method

    return decorate


def on_vector(function: Callable[..., Any], self: Tensor, args: Any, kwargs: Any) -> Any:
    """What PyTorch makes of an axis of a 0-d tensor: the function on vectors of length 1, and 0-d results."""

    def longer(value: Any) -> Any:
        return ops.reshape(value, 1) if isinstance(value, (Tensor, np.ndarray)) and not value.ndim else value

    result = function(longer(self), *map(longer, args), **{k: longer(v) for k, v in kwargs.items()})
    if isinstance(result, tuple):
        return type(result)(*(ops.reshape(r, ()) for r in result))
    return ops.reshape(result, ())


# --- shape ------------------------------------------------------------------------------------------------------------


@of_sizes("shape")
def reshape(self: Tensor, shape: Any) -> Tensor:
    """`t.reshape(2, 3)` or `t.reshape((2, 3))`; one length may be -1.

    >>> import autograd
    >>> autograd.tensor([0.0, 1.0, 2.0, 3.0]).reshape(2, -1)
    tensor([[0., 1.],
            [2., 3.]])
    """
    return ops.reshape(self, shape)


view = of_sizes("size")(reshape)


@of_sizes("dims")
def permute(self: Tensor, dims: Any) -> Tensor:
    """`t.permute(2, 0, 1)` or `t.permute((2, 0, 1))`: the axes in another order.

    >>> import autograd
    >>> autograd.zeros((2, 3, 4)).permute(2, 0, 1).shape
    (4, 2, 3)
    """
    return ops.transpose(self, dims)


def transpose(self: Tensor, dim0: Any = None, dim1: Any = None, *others: Any) -> Tensor:
    """`t.transpose(a, b)` exchanges two axes; with one tuple, or nothing, it is NumPy's order of all axes.

    >>> import autograd
    >>> autograd.zeros((2, 3, 4)).transpose(0, 2).shape
    (4, 3, 2)
    """
    if others:
        dims = (dim0, dim1, *others)
        raise TypeError(f"transpose() exchanges two axes, got {dims}; use t.permute{dims} for an order of all axes")
    return ops.transpose(self, dim0) if dim1 is None else ops.swapaxes(self, dim0, dim1)


def swapdims(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Exchange two axes.

    >>> import autograd
    >>> autograd.zeros((2, 3, 4)).swapdims(0, 2).shape
    (4, 3, 2)
    """
    return ops.swapaxes(self, dim0, dim1)


@of_sizes("size")
def expand(self: Tensor, size: Any) -> Tensor:
    """`t.expand(2, -1, 3)`: repeat along new leading axes and axes of length 1; -1 keeps a length.

    >>> import autograd
    >>> autograd.tensor([[1.0], [2.0]]).expand(-1, 3)
    tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """
    lead = len(size) - self.ndim
    if lead < 0 or -1 in size[:lead]:
        raise ValueError(f"expand: sizes {size} for a tensor of shape {self.shape}; -1 can keep existing axes only")
    lengths = (*size[:lead], *(old if new == -1 else new for old, new in zip(self.shape, size[lead:])))
    return ops.broadcast_to(self, lengths)


def squeeze(self: Tensor, dim: Any = None) -> Tensor:
    """Drop axes of length 1; one that is named and has another length stays.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0]]).squeeze(0)
    tensor([1., 2.])
    """
    if dim is None:
        return ops.squeeze(self)
    dims = dim if isinstance(dim, (tuple, list)) else (dim,)
    return ops.squeeze(self, tuple(d for d in dims if self.shape[one_axis(d, self.shape, "squeeze")] == 1))


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """Insert an axis of length 1 at position `dim` of the result.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).unsqueeze(0)
    tensor([[1., 2.]])
    """
    return ops.expand_dims(self, dim)


def add(self: Tensor, other: Any, alpha: Any = 1) -> Tensor:
    """self + alpha · other.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).add(1.0, alpha=3)
    tensor([4., 5.])
    """
    return ops.add(self, other if alpha == 1 else ops.multiply(alpha, other))


def sub(self: Tensor, other: Any, alpha: Any = 1) -> Tensor:
    """self - alpha · other.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).sub(1.0, alpha=3)
    tensor([-2., -1.])
    """
    return ops.subtract(self, other if alpha == 1 else ops.multiply(alpha, other))


def div(self: Tensor, other: Any, rounding_mode: str | None = None) -> Tensor:
    """self / other; `rounding_mode` "floor" or "trunc" rounds the quotient, which then carries no gradient.

    >>> import autograd
    >>> autograd.tensor([7.0, -7.0]).div(4.0, rounding_mode="trunc")
    tensor([ 1., -1.])
    """
    if rounding_mode is None:
        return ops.divide(self, other)
    if rounding_mode == "floor":
        return ops.floor_divide(self, other)
    if rounding_mode == "trunc":
        return ops.trunc(ops.divide(self, other))
    raise ValueError(f"div: rounding_mode must be None, 'floor' or 'trunc', got {rounding_mode!r}")


def where(self: Tensor, condition: Any, other: Any) -> Tensor:
    """self where the condition is true, else other.

    >>> import autograd
    >>> x = autograd.tensor([-1.0, 2.0])
    >>> x.where(x > 0, 0.0)
    tensor([0., 2.])
    """
    return ops.where(condition, self, other)


@of_sizes("size")
def broadcast_to(self: Tensor, size: Any) -> Tensor:
    """`t.broadcast_to(2, 3)` or `t.broadcast_to((2, 3))`.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).broadcast_to(2, 2)
    tensor([[1., 2.],
            [1., 2.]])
    """
    return ops.broadcast_to(self, size)


@of_sizes("size")
def sum_to_size(self: Tensor, size: Any) -> Tensor:
    """Sum down to a shape that broadcasts to the tensor's own.

    >>> import autograd
    >>> autograd.ones((2, 3)).sum_to_size(1, 3)
    tensor([[2., 2., 2.]])
    """
    if not broadcasts(size, self.shape):
        raise ValueError(f"sum_to_size: {size} does not broadcast to the shape {self.shape}")
    return ops.sum_to(self, size)


def broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    """Whether broadcasting leads from one shape to the other."""
    return len(shape) <= len(to) and all(n in (1, m) for n, m in zip(shape[::-1], to[::-1]))


def expand_as(self: Tensor, other: Any) -> Tensor:
    """`t.expand(*other.shape)`.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).expand_as(autograd.zeros((2, 2)))
    tensor([[1., 2.],
            [1., 2.]])
    """
    return ops.broadcast_to(self, other.shape)


def reshape_as(self: Tensor, other: Any) -> Tensor:
    """`t.reshape(*other.shape)`.

    >>> import autograd
    >>> autograd.tensor([0.0, 1.0, 2.0, 3.0]).reshape_as(autograd.zeros((2, 2)))
    tensor([[0., 1.],
            [2., 3.]])
    """
    return ops.reshape(self, other.shape)


def unflatten(self: Tensor, dim: int, sizes: Any) -> Tensor:
    """One axis split into several of these lengths, of which one may be -1.

    >>> import autograd
    >>> autograd.tensor([0.0, 1.0, 2.0, 3.0]).unflatten(0, (2, 2))
    tensor([[0., 1.],
            [2., 3.]])
    """
    axis = one_axis(dim, self.shape, "unflatten")
    parts = as_sizes((sizes,))
    if -1 in parts:
        known = math.prod(n for n in parts if n != -1)
        parts = tuple(self.shape[axis] // (known or 1) if n == -1 else n for n in parts)
    if math.prod(parts) != self.shape[axis]:
        raise ValueError(f"unflatten: axis {dim} of shape {self.shape} does not split into {sizes}")
    return ops.reshape(self, (*self.shape[:axis], *parts, *self.shape[axis + 1 :]))


def t(self: Tensor) -> Tensor:
    """The transpose of a matrix; a tensor with fewer axes is returned as it is.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]]).t()
    tensor([[1., 3.],
            [2., 4.]])
    """
    if self.ndim > 2:
        raise ValueError(f"t() wants at most 2 axes, got shape {self.shape}; use t.transpose(a, b), t.permute or t.mT")
    return ops.transpose(self) if self.ndim == 2 else self


def flip(self: Tensor, *args: Any, dims: Any = None) -> Tensor:
    """`t.flip(0, 1)` or `t.flip((0, 1))`: reverse order along these axes; along all when none is given.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0, 3.0]).flip(0)
    tensor([3., 2., 1.])
    """
    return ops.flip(self, as_sizes(args) if args else dims)


def roll(self: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """Move the elements by `shifts` along `dims`, those that leave coming in at the other end.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0, 3.0]).roll(1)
    tensor([3., 1., 2.])
    """
    return ops.roll(self, shifts, dims)


@of_sizes("repeats")
def repeat(self: Tensor, repeats: Any) -> Tensor:
    """The whole tensor laid out so many times along each axis, at least one number an axis (NumPy's `tile`).

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).repeat(2)
    tensor([1., 2., 1., 2.])
    """
    if len(repeats) < self.ndim:
        raise ValueError(
            f"repeat: needs a number for each axis of shape {self.shape}, got {repeats}; to repeat each element use "
            f"t.repeat_interleave(n)"
        )
    return ops.tile(self, repeats)


@of_sizes("dims")
def tile(self: Tensor, dims: Any) -> Tensor:
    """`t.tile(2, 1)` or `t.tile((2, 1))`: `repeat` that takes missing numbers on the left as 1.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).tile(2, 1)
    tensor([[1., 2.],
            [1., 2.]])
    """
    return ops.tile(self, dims)


def repeat_interleave(self: Tensor, repeats: Any, dim: int | None = None, *, output_size: int | None = None) -> Tensor:
    """Each element so many times along `dim` (NumPy's `repeat`); `output_size` is the length to be expected.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0]).repeat_interleave(2)
    tensor([1., 1., 2., 2.])
    """
    result = ops.repeat(self, repeats.data if isinstance(repeats, Tensor) else repeats, dim)
    length = result.shape[0 if dim is None else dim]
    if output_size not in (None, length):
        raise ValueError(f"repeat_interleave: output_size={output_size}, but repeats of {repeats} give {length}")
    return result


def split(self: Tensor, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of this length along `dim`, the last maybe shorter; or parts of the lengths in a list.

    >>> import autograd
    >>> autograd.tensor([1.0, 2.0, 3.0]).split(2)
    (tensor([1., 2.]), tensor([3.]))
    """
    n = self.shape[one_axis(dim, self.shape, "split")]
    if isinstance(split_size, (list, tuple)):
        if sum(split_size) != n or min(split_size, default=0) < 0:
            raise ValueError(f"split: lengths {split_size} do not add up to {n}, axis {dim} of shape {self.shape}")
        return ops.array_split(self, list(accumulate(split_size))[:-1], dim)
    if split_size < 1:
        raise ValueError(f"split: the length of a part must be positive, got {split_size}")
    return ops.array_split(self, range(split_size, n, split_size), dim)


def select(self: Tensor, dim: int, index: int) -> Tensor:
    """The slice at one position of `dim`, which the result loses.

    >>> import autograd
    >>> autograd.tensor([[0.0, 1.0], [2.0, 3.0]]).select(1, 0)
    tensor([0., 2.])
    """
    axis = one_axis(dim, self.shape, "select")
    n, position = self.shape[axis], operator.index(index)
    if not -n <= position < n:
        raise IndexError(f"select: index {position} for axis {axis} of shape {self.shape}")
    return ops.getitem(self, (slice(None),) * axis + (position,))


def narrow(self: Tensor, dim: int, start: int, length: int) -> Tensor:
    """The elements `start` … `start + length - 1` along `dim`.

    >>> import autograd
    >>> autograd.tensor([0.0, 1.0, 2.0, 3.0]).narrow(0, 1, 2)
    tensor([1., 2.])
    """
    axis = one_axis(dim, self.shape, "narrow")
    n, first = self.shape[axis], operator.index(start)
    first += n if first < 0 else 0
    if not 0 <= first <= first + operator.index(length) <= n:
        raise ValueError(f"narrow: start={start}, length={length} for axis {axis} of shape {self.shape}")
    return ops.getitem(self, (slice(None),) * axis + (slice(first, first + length),))


def dim(self: Tensor) -> int:
    """The number of axes: `t.ndim`.

    >>> import autograd
    >>> autograd.zeros((2, 3)).dim()
    2
    """
    return self.ndim


def numel(self: Tensor) -> int:
    """The number of elements: `t.size`.

    >>> import autograd
    >>> autograd.zeros((2, 3)).numel()
    6
    """
    return self.size


# --- copies and dtypes ------------------------------------------------------------------------------------------------


def contiguous(self: Tensor) -> Tensor:
    """The tensor with its elements in row-major order in memory; itself if it is so already.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]]).T.contiguous().data.flags.c_contiguous
    True
    """
    return ops.ascontiguousarray(self)


def to(self: Tensor, other: Any = None, *, dtype: Any = None, copy: bool = False) -> Tensor:
    """The tensor in another dtype, given as such or by a tensor; itself if it has it already, unless `copy`.

    >>> import autograd, numpy as np
    >>> autograd.tensor([1.0, 2.0]).to(np.float64)
    tensor([1., 2.], dtype=float64)
    """
    if dtype is None:
        if isinstance(other, (Tensor, np.ndarray, np.generic)):
            other = other.dtype
        dtype = self.dtype if other is None else other
    return ops.astype(self, dtype, copy)


def type_(self: Tensor, dtype: Any = None) -> Any:
    """The name of the dtype; with an argument, `t.to(dtype)`.

    >>> import autograd
    >>> autograd.tensor([1.0]).type(), autograd.tensor([1.5]).type("int64")
    ('float32', tensor([1]))
    """
    return str(self.dtype) if dtype is None else ops.astype(self, dtype, False)


def conjugate_transpose(self: Tensor) -> Tensor:
    """The last two axes swapped, and the complex conjugate of each element.

    >>> import autograd
    >>> autograd.tensor([[1 + 2j, 3.0]]).mH.tolist()
    [[(1-2j)], [(3-0j)]]
    """
    return ops.conj(ops.matrix_transpose(self))


def converter(name: str, dtype: str) -> Callable[[Tensor], Tensor]:
    """A method such as `t.float()`."""

    def convert(self: Tensor) -> Tensor:
        return ops.astype(self, dtype, False)

    convert.__doc__ = f"""The tensor in dtype {dtype}; itself if it has it already.

    >>> import autograd
    >>> autograd.zeros(2, dtype="uint8").{name}().dtype
    dtype('{dtype}')
    """
    return convert
