"""Methods of Tensor whose signature or meaning is PyTorch's and not that of the function of the same name."""

from __future__ import annotations

from typing import Any

from autograd import ops
from autograd.ops.axes import as_sizes, one_axis
from autograd.tensor import Tensor


def reshape(self: Tensor, *shape: Any) -> Tensor:
    """`t.reshape(2, 3)` or `t.reshape((2, 3))`; one length may be -1."""
    return ops.reshape(self, as_sizes(shape))


def permute(self: Tensor, *dims: Any) -> Tensor:
    """`t.permute(2, 0, 1)` or `t.permute((2, 0, 1))`: the axes in another order."""
    return ops.transpose(self, as_sizes(dims))


def transpose(self: Tensor, *dims: Any) -> Tensor:
    """`t.transpose(a, b)` exchanges two axes; with one tuple, or nothing, it is NumPy's order of all axes."""
    if len(dims) == 2:
        return ops.swapaxes(self, *dims)
    if len(dims) > 2:
        raise TypeError(f"transpose() exchanges two axes, got {dims}; use t.permute{dims} for an order of all axes")
    return ops.transpose(self, *dims)


def expand(self: Tensor, *sizes: Any) -> Tensor:
    """`t.expand(2, -1, 3)`: repeat along new leading axes and axes of length 1; -1 keeps a length."""
    wanted = as_sizes(sizes)
    lead = len(wanted) - self.ndim
    if lead < 0 or -1 in wanted[:lead]:
        raise ValueError(f"expand: sizes {wanted} for a tensor of shape {self.shape}; -1 can keep existing axes only")
    lengths = (*wanted[:lead], *(old if new == -1 else new for old, new in zip(self.shape, wanted[lead:])))
    return ops.broadcast_to(self, lengths)


def squeeze(self: Tensor, dim: Any = None) -> Tensor:
    """Drop axes of length 1; one that is named and has another length stays."""
    if dim is None:
        return ops.squeeze(self)
    dims = dim if isinstance(dim, (tuple, list)) else (dim,)
    return ops.squeeze(self, tuple(d for d in dims if self.shape[one_axis(d, self.shape, "squeeze")] == 1))


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """Insert an axis of length 1 at position `dim` of the result."""
    return ops.expand_dims(self, dim)


def add(self: Tensor, other: Any, alpha: Any = 1) -> Tensor:
    """self + alpha · other."""
    return ops.add(self, other if alpha == 1 else ops.multiply(alpha, other))


def sub(self: Tensor, other: Any, alpha: Any = 1) -> Tensor:
    """self - alpha · other."""
    return ops.subtract(self, other if alpha == 1 else ops.multiply(alpha, other))


def div(self: Tensor, other: Any, rounding_mode: str | None = None) -> Tensor:
    """self / other; `rounding_mode` "floor" or "trunc" rounds the quotient, which then carries no gradient."""
    if rounding_mode is None:
        return ops.divide(self, other)
    if rounding_mode == "floor":
        return ops.floor_divide(self, other)
    if rounding_mode == "trunc":
        return ops.trunc(ops.divide(self, other))
    raise ValueError(f"div: rounding_mode must be None, 'floor' or 'trunc', got {rounding_mode!r}")


def where(self: Tensor, condition: Any, other: Any) -> Tensor:
    """self where the condition is true, else other."""
    return ops.where(condition, self, other)
