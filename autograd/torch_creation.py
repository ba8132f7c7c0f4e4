"""Methods of Tensor that make tensors of its dtype, and the cross product as PyTorch has it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ops
from autograd.ops.axes import operand
from autograd.tensor import Tensor, wrap
from autograd.torch_methods import of_sizes


def cross(self: Tensor, other: Any, dim: int | None = None) -> Tensor:
    """The cross products with the vectors of `other` along `dim`, by default the first axis of length 3.

    >>> import autograd
    >>> autograd.tensor([1.0, 0.0, 0.0]).cross(autograd.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    other = operand(other)
    axis = next((a for a, n in enumerate(self.shape) if n == 3), None) if dim is None else dim
    if axis is None or self.ndim != other.ndim or {self.shape[axis], other.shape[axis]} != {3}:
        raise ValueError(
            f"cross wants tensors of as many axes, vectors of 3 elements, got {self.shape} and {other.shape}, {dim=}"
        )
    return ops.cross(self, other, axis=axis)


def _made(values: Any, requires_grad: bool) -> Tensor:
    made = wrap(values)
    return made.requires_grad_() if requires_grad else made


@of_sizes("size")
def new_zeros(self: Tensor, size: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of a shape, in the dtype of this tensor.

    >>> import autograd
    >>> autograd.tensor([1.0]).new_zeros(2)
    tensor([0., 0.])
    """
    return _made(np.zeros(size, dtype or self.dtype), requires_grad)


@of_sizes("size")
def new_ones(self: Tensor, size: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of a shape, in the dtype of this tensor.

    >>> import autograd
    >>> autograd.tensor([1.0]).new_ones((1, 2))
    tensor([[1., 1.]])
    """
    return _made(np.ones(size, dtype or self.dtype), requires_grad)


@of_sizes("size")
def new_empty(self: Tensor, size: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of a shape whose elements are not set, in the dtype of this one.

    >>> import autograd
    >>> autograd.tensor([1.0]).new_empty(2, 3).shape
    (2, 3)
    """
    return _made(np.empty(size, dtype or self.dtype), requires_grad)


def new_full(self: Tensor, size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """One value in a shape, in the dtype of this tensor.

    >>> import autograd
    >>> autograd.tensor([1.0]).new_full((2,), 7)
    tensor([7., 7.])
    """
    return _made(np.full(size, fill_value, dtype or self.dtype), requires_grad)


def new_tensor(self: Tensor, data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor with a copy of these values, in the dtype of this one.

    >>> import autograd
    >>> autograd.tensor([1.0]).new_tensor([3, 4])
    tensor([3., 4.])
    """
    values = data.data if isinstance(data, Tensor) else data
    return _made(np.array(values, dtype or self.dtype), requires_grad)
