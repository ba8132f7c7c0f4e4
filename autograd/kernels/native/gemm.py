"""Products of matrices, with what is to be done to each element of the result before it is stored.

`emit_gemm` writes one into a kernel, `gemm` is a kernel that is nothing else. Tiles of the result with vectors along n
are in `panels`; `dots` has those that sum vectors along k.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.dots import along_k
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.matrix import Matrix, is_number
from autograd.kernels.native.panels import by_panels
from autograd.kernels.native.product import Epilogue, Product, worth_sharing


def emit_gemm(
    code: Code,
    m: Index,
    n: Index,
    k: Index,
    a: Matrix,
    b: Matrix,
    c: Matrix,
    *,
    accumulate: bool = False,
    epilogue: Epilogue | None = None,
    split: bool = False,
) -> None:
    """Write C = A · B, or C += A · B, into code: a (m, k), b (k, n), c (m, n), of one dtype.

    Sizes and strides are ints, or `Value`s where they are only known at run time; a `Matrix` is `Matrix(place, stride
    of rows, stride of columns)`, strides in elements and of any sign, so `Matrix(p, 1, rows)` is a transposed one.
    Fastest where a stride of b and the column stride of c are the int 1.

    `epilogue(value, row, column, mask)` gets each vector of finished elements (row, column), (row, column + 1), … as
    `value`, with as many lanes as `value.lanes` (which differs from call to call), of which those in `mask` count; it
    returns what to store, or None if nothing (it stored something itself). It may read and write anything that belongs
    to these elements, C itself too: C is not touched before.

    `split=True` shares the work among threads (`code.share`), for a kernel that is nothing but this product; otherwise
    each part computes all of it.
    """
    product = Product(code, m, n, k, a, b, c, accumulate, epilogue, split and worth_sharing(m, n, k))
    if is_number(m, 0) or is_number(n, 0):
        return
    if isinstance(m, int) and m <= 4 and is_number(b.down, 1) and not is_number(b.across, 1):
        along_k(product)
    else:
        by_panels(product)


@generated
def gemm(
    code: Code,
    m: int,
    n: int,
    k: int,
    dtype: Any,
    a_strides: tuple[int, ...],
    b_strides: tuple[int, ...],
    c_strides: tuple[int, ...],
    *,
    batch: tuple[int, ...] = (),
    accumulate: bool = False,
) -> None:
    """C = A · B, or C += A · B; operands a (*batch, m, k), b (*batch, k, n), c (*batch, m, n).

    Strides count elements, one per axis, of any sign; 0 in a or b broadcasts.
    """
    a, b, c = (code.operand(i, dtype) for i in range(3))
    if is_number(c_strides[-2], 1) and not is_number(c_strides[-1], 1):
        m, n, a, b = n, m, b, a
        swap = (b_strides, a_strides, c_strides)
        a_strides, b_strides, c_strides = ((*s[:-2], s[-1], s[-2]) for s in swap)
    count = math.prod(batch)
    many = count >= 8

    def one(position: Index) -> None:
        parts = []
        for place, strides in ((a, a_strides), (b, b_strides), (c, c_strides)):
            rest, at = position, place
            for size, stride in zip(reversed(batch), reversed(strides[:-2])):
                at = at + rest % size * stride
                rest = rest // size
            parts.append(Matrix(at, strides[-2], strides[-1]))
        emit_gemm(code, m, n, k, *parts, accumulate=accumulate, split=not many)

    if count == 1:
        one(0)
    elif count:
        start, stop = code.share(count) if many and worth_sharing(count, m, n, k) else (0, count)
        with code.loop(start, stop) as position:
            one(position)
