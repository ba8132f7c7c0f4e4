"""Linear layers of eager calls, x Wᵀ + b: one kernel for all sizes, which come at run time.

Other eager products are left to NumPy's BLAS, which is as fast there, and quicker to call.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.gemm import emit_gemm
from autograd.kernels.native.host import host
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.layout import FLOATS, Array
from autograd.kernels.native.matrix import Matrix
from autograd.kernels.native.product import worth_sharing
from autograd.kernels.native.values import Value

LEAST, MOST = 1 << 12, 1 << 28  # multiplications between which this is faster than NumPy
NARROW = 4  # columns of a result up to which vectors would be mostly empty
SMALL = 1 << 16  # bytes of a result below which alignment gains less than it costs
FEW = 4  # rows up to which their number is part of the kernel


@generated
def rows_times_weight(code: Code, dtype: Any, rows: int, shared: bool) -> None:
    """x Wᵀ + b; operands x (m, k), W (n, k), b (n,), the result (m, n) and [m, n, k, row stride of x, of W] (int64).

    All rows are contiguous. `rows` is m where it is known, else 0; `shared` says whether threads share the work.
    """
    x, weight, bias, out = (code.operand(i, dtype) for i in range(4))
    sizes = code.operand(4, np.int64)
    m, n, k, x_down, weight_down = (code.load(sizes + i) for i in range(5))

    def add_bias(value: Value, row: Index, column: Index, mask: Mask) -> Value:
        return value + code.load(bias + column, value.lanes, mask)

    a, b, c = Matrix(x, x_down, 1), Matrix(weight, 1, weight_down), Matrix(out, n, 1)
    emit_gemm(code, rows or m, n, k, a, b, c, epilogue=add_bias, split=shared)


def affine(x: Array, weight: Array, bias: Array) -> Array | None:
    """x Wᵀ + b with x (…, in), weight (out, in), bias (out,); None for what is small or oddly laid out."""
    for other in (weight, bias):
        if other.__class__ is not np.ndarray or other.dtype is not x.dtype:
            return None
    plan = _plan(x.shape, x.strides, weight.shape, weight.strides, bias.shape, bias.strides, x.dtype)
    if plan is None:
        return None
    run, shape, sizes = plan
    out = empty(shape, x.dtype, SMALL)
    run(x, weight, bias, out, sizes)
    return out


@functools.lru_cache(4096)
def _plan(
    x_shape: tuple[int, ...],
    x_strides: tuple[int, ...],
    weight_shape: tuple[int, ...],
    weight_strides: tuple[int, ...],
    bias_shape: tuple[int, ...],
    bias_strides: tuple[int, ...],
    dtype: np.dtype[Any],
) -> Any:
    """(kernel, shape of the result, sizes), or None."""
    if len(weight_shape) != 2:
        return None
    item, (n, k) = dtype.itemsize, weight_shape
    m = math.prod(x_shape[:-1])
    if dtype not in FLOATS or x_shape[-1] != k or bias_shape != (n,) or n <= NARROW:
        return None
    if not LEAST <= m * n * k <= MOST or host().kind == "plain":
        return None
    if any(s % item for s in (*x_strides, *weight_strides)):
        return None
    *downs, across = x_strides or (item,)
    down = downs[-1] if downs else 0
    even = all(downs[i] == downs[i + 1] * x_shape[i + 1] for i in range(len(downs) - 1))
    if not (even and across == weight_strides[1] == bias_strides[0] == item):
        return None
    kernel = rows_times_weight(dtype.type, m if m <= FEW else 0, worth_sharing(m, n, k))
    return kernel.run, (*x_shape[:-1], n), np.array([m, n, k, down // item, weight_strides[0] // item], np.int64)
