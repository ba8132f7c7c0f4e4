"""Products of matrices for eager calls: kernels whose sizes come at run time, one per layout of the operands."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.gemm import emit_gemm
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.layout import FLOATS
from autograd.kernels.native.matrix import Matrix
from autograd.kernels.native.product import worth_sharing
from autograd.kernels.native.values import Value

Array = np.ndarray[Any, Any]
LEAST = 1 << 15  # multiplications of a product, below which NumPy's is as quick
MOST_STACKED = 1 << 12


@generated
def product(
    code: Code, dtype: Any, rows: int, a_turned: bool, b_turned: bool, biased: bool, stacked: bool, shared: bool
) -> None:
    """C = A · B, plus a bias per column if it is `biased`, of sizes that come at run time.

    Operands: a, b, c, sizes (m, n, k, stride of a, stride of b; int64), then the bias, then, if `stacked`, the number
    of products and the places of each in a, b and c (int64). An operand's rows are contiguous, or its columns if it is
    `turned`; the other stride counts elements. C is contiguous. `rows` is m where it is known, else 0.
    """
    a, b, c = (code.operand(i, dtype) for i in range(3))
    sizes = code.operand(3, np.int64)
    m, n, k, a_stride, b_stride = (code.load(sizes + i) for i in range(5))
    bias = code.operand(4, dtype)

    def add_bias(value: Value, row: Index, column: Index, mask: Mask) -> Value:
        return value + code.load(bias + column, value.lanes, mask)

    def one(at: tuple[Index, Index, Index], split: bool) -> None:
        first, second = Matrix(a + at[0], a_stride, 1), Matrix(b + at[1], b_stride, 1)
        first = Matrix(first.place, 1, a_stride) if a_turned else first
        second = Matrix(second.place, 1, b_stride) if b_turned else second
        result = Matrix(c + at[2], n, 1)
        epilogue = add_bias if biased else None
        emit_gemm(code, rows or m, n, k, first, second, result, epilogue=epilogue, split=split)

    if not stacked:
        one((0, 0, 0), shared)
        return
    places = code.operand(4 + biased, np.int64)
    count: Index = code.load(places)
    start, stop = code.share(count) if shared else (0, count)
    with code.loop(start, stop) as i:
        one((code.load(places + (i * 3 + 1)), code.load(places + (i * 3 + 2)), code.load(places + (i * 3 + 3))), False)


def matmul(x: Array, y: Array) -> Array | None:
    """x @ y; None for what is too small, of other numbers, or laid out so that NumPy is as fast."""
    if y.__class__ is not np.ndarray or x.dtype is not y.dtype:
        return None
    plan = _plan(x.shape, x.strides, y.shape, y.strides, x.dtype, False)
    if plan is None:
        return None
    run, shape, turned, rest = plan
    out = empty(shape, x.dtype)
    if turned:
        run(y, x, out, *rest)
    else:
        run(x, y, out, *rest)
    return out


def affine(x: Array, weight: Array, bias: Array) -> Array | None:
    """x Wᵀ + b: x (…, in), weight (out, in), bias (out,)."""
    for other in (weight, bias):
        if other.__class__ is not np.ndarray or other.dtype is not x.dtype:
            return None
    if bias.strides != (x.itemsize,) or weight.ndim != 2 or bias.size != weight.shape[0]:
        return None
    plan = _plan(x.shape, x.strides, weight.shape[::-1], weight.strides[::-1], x.dtype, True)
    if plan is None:
        return None
    run, shape, _, (sizes, *places) = plan
    out = empty(shape, x.dtype)
    run(x, weight, out, sizes, bias, *places)
    return out


@functools.lru_cache(4096)
def _plan(
    x_shape: tuple[int, ...],
    x_strides: tuple[int, ...],
    y_shape: tuple[int, ...],
    y_strides: tuple[int, ...],
    dtype: np.dtype[Any],
    biased: bool,
) -> Any:
    """(kernel, shape of the result, whether the operands change places, further operands), or None."""
    if dtype not in FLOATS or not x_shape or not y_shape or 0 in x_shape or 0 in y_shape:
        return None
    if any(s % dtype.itemsize for s in (*x_strides, *y_strides)):
        return None
    xs, ys = ([s // dtype.itemsize for s in strides] for strides in (x_strides, y_strides))
    x_sizes, y_sizes = list(x_shape), list(y_shape)
    if len(x_sizes) == 1:
        x_sizes, xs = [1, *x_sizes], [0, *xs]
    if len(y_sizes) == 1:
        y_sizes, ys = [*y_sizes, 1], [*ys, 1]
    if x_sizes[-1] != y_sizes[-2]:
        return None
    try:
        batch = np.broadcast_shapes(x_sizes[:-2], y_sizes[:-2])
    except ValueError:
        return None
    shape = (*batch, *(x_sizes[-2:-1] if len(x_shape) > 1 else ()), *(y_sizes[-1:] if len(y_shape) > 1 else ()))
    if batch and len(y_sizes) == 2 and _even(x_sizes[:-1], xs[:-1]):
        x_sizes, xs, batch = [math.prod(x_sizes[:-1]), x_sizes[-1]], [xs[-2], xs[-1]], ()
    m, k, n = x_sizes[-2], x_sizes[-1], y_sizes[-1]
    turned = n == 1 < m and not biased
    if turned:
        m, n, x_sizes, y_sizes = n, m, [*y_sizes[:-2], n, k], [*x_sizes[:-2], k, m]
        xs, ys = [*ys[:-2], ys[-1], ys[-2]], [*xs[:-2], xs[-1], xs[-2]]
    a, b = _layout(m, k, xs[-2:]), _layout(k, n, ys[-2:])
    count = math.prod(batch)
    if a is None or b is None or count > MOST_STACKED or not _pays(count, m, n, k, a, b):
        return None
    rows = m if m <= 4 else 0
    shared = worth_sharing(count, m, n, k)
    kernel = product(dtype.type, rows, a[0], b[0], biased, bool(batch), shared)
    rest = [np.array([m, n, k, a[1], b[1]], np.int64)]
    if batch:
        places = [np.arange(count) * (m * n)]
        for sizes, strides in ((y_sizes, ys), (x_sizes, xs)):
            offsets = np.zeros((), np.int64)
            for size, stride in zip(sizes[:-2], strides[:-2]):
                offsets = offsets[..., None] + np.arange(size) * stride
            places.insert(0, np.broadcast_to(offsets, batch).ravel())
        rest.append(np.array([count, *np.stack(places, 1).ravel()], np.int64))
    return kernel.run, shape, turned, rest


def _layout(rows: int, columns: int, strides: list[int]) -> tuple[bool, int] | None:
    """(whether columns are contiguous instead of rows, the other stride); None if neither is."""
    down, across = strides
    if across == 1 or columns == 1:
        return False, down
    return (True, across) if down == 1 or rows == 1 else None


def _even(sizes: list[int], strides: list[int]) -> bool:
    """Whether the elements of several axes lie at one stride."""
    return all(strides[i] == strides[i + 1] * sizes[i + 1] for i in range(len(sizes) - 1))


def _pays(count: int, m: int, n: int, k: int, a: tuple[bool, int], b: tuple[bool, int]) -> bool:
    """Whether the kernel is faster than NumPy's BLAS."""
    return m * n * k * count >= LEAST
