"""Pooling over windows that slide: maxima, means, sums and norms."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import (
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)
from autograd.ops.windows import per_axis
from nn.functional.checks import operand

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "sum_pool1d",
    "sum_pool2d",
    "sum_pool3d",
]


def max_pool1d_with_indices(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Any, Any]:
    """`max_pool1d` with the place of each maximum, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.max_pool1d_with_indices(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    (array([[3., 2.]]), array([[1, 2]]))
    """
    pair: tuple[Any, Any] = max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return pair


def max_pool2d_with_indices(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Any, Any]:
    """`max_pool2d` with the place of each maximum in the H·W plane, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.max_pool2d_with_indices(np.array([[[1.0, 3.0], [2.0, 0.0]]]), 2)[1]
    array([[[1]]])
    """
    pair: tuple[Any, Any] = max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return pair


def max_pool3d_with_indices(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Any, Any]:
    """`max_pool3d` with the place of each maximum in the D·H·W volume, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.max_pool3d_with_indices(np.arange(8.0).reshape(1, 2, 2, 2), 2)[1].item()
    7
    """
    pair: tuple[Any, Any] = max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return pair


# --- sums -------------------------------------------------------------------------------------------------------------


def sum_pool1d(input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False) -> Any:
    """The sum over each window of (N, C, L) or (C, L): `avg_pool1d` times the size of the window.

    >>> import nn, numpy as np
    >>> nn.functional.sum_pool1d(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    array([[4., 2.]])
    """
    return avg_pool1d(input, kernel_size, stride, padding, ceil_mode, True, 1)


def sum_pool2d(input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False) -> Any:
    """The sum over each window of (N, C, H, W) or (C, H, W): `avg_pool2d` times the size of the window.

    >>> import nn, numpy as np
    >>> nn.functional.sum_pool2d(np.ones((1, 4, 4)), 2)
    array([[[4., 4.],
            [4., 4.]]])
    """
    return avg_pool2d(input, kernel_size, stride, padding, ceil_mode, True, 1)


def sum_pool3d(input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False) -> Any:
    """The sum over each window of (N, C, D, H, W) or (C, D, H, W): `avg_pool3d` times the size of the window.

    >>> import nn, numpy as np
    >>> nn.functional.sum_pool3d(np.ones((1, 2, 2, 2)), 2)
    array([[[[8.]]]])
    """
    return avg_pool3d(input, kernel_size, stride, padding, ceil_mode, True, 1)


# --- norms ------------------------------------------------------------------------------------------------------------


def lp_pool1d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Any:
    """(Σ xᵖ)^(1/p) over each window of (N, C, L) or (C, L), p = `norm_type`; see `lp_pool2d`.

    >>> import nn, numpy as np
    >>> nn.functional.lp_pool1d(np.array([[3.0, 4.0, 0.0, 0.0]]), 2, 2)
    array([[5., 0.]])
    """
    return _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Any:
    """(Σ xᵖ)^(1/p) over each window of (N, C, H, W) or (C, H, W), p = `norm_type`.

    p = 1 gives sums, p = ∞ the largest |x|, p = -∞ the smallest. Signs count, as in PyTorch: an odd p wants x ≥ 0, or a
    negative sum gives NaN. A window whose sum is 0 passes no gradient (PyTorch's is NaN). With `ceil_mode`, a window
    that runs over the end counts as the mean of what it sees times its full size. Raises ValueError for p = 0.

    >>> import nn, numpy as np
    >>> nn.functional.lp_pool2d(np.array([[[1.0, 1.0], [1.0, 1.0]]]), 2, 2)
    array([[[2.]]])
    """
    return _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Any:
    """(Σ xᵖ)^(1/p) over each window of (N, C, D, H, W) or (C, D, H, W), p = `norm_type`; see `lp_pool2d`.

    >>> import nn, numpy as np
    >>> nn.functional.lp_pool3d(np.ones((1, 2, 2, 2)), 3, 2)
    array([[[[2.]]]])
    """
    return _lp_pool(3, input, norm_type, kernel_size, stride, ceil_mode)


def _lp_pool(rank: int, input: Any, norm_type: float, kernel_size: Any, stride: Any, ceil_mode: bool) -> Any:
    op, p, x = f"lp_pool{rank}d", float(norm_type), operand(input)
    if p == 0 or math.isnan(p):
        raise ValueError(f"{op}: norm_type must be a number other than 0, got {norm_type}")
    if math.isinf(p):
        largest = getattr(autograd, f"max_pool{rank}d")
        sign = 1 if p > 0 else -1
        return sign * largest(sign * autograd.abs(x), kernel_size, stride, 0, 1, ceil_mode)
    count = math.prod(per_axis(kernel_size, rank, op, "kernel_size", 1))
    mean = getattr(autograd, f"avg_pool{rank}d")(x**norm_type, kernel_size, stride, 0, ceil_mode)
    empty = autograd.equal(mean, 0)
    return autograd.where(empty, 0, (autograd.where(empty, 1, mean) * count) ** (1 / p))
