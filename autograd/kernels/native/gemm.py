"""Products of matrices, with what is to be done to each element of the result before it is stored.

`emit_gemm` writes one into a kernel, `gemm` is a kernel that is nothing else. Tiles of the result with vectors along n
are in `panels`; `dots` has those that sum vectors along k.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.dots import along_k
from autograd.kernels.native.expressions import OPERATIONS, Steps, emit_expression
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.matrix import Matrix, is_number
from autograd.kernels.native.panels import by_panels
from autograd.kernels.native.product import Epilogue, Product, worth_sharing
from autograd.kernels.native.values import I8, Value

LONG = 10  # the cost of an expression from which it is not written out for every vector of a tile


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
    looped: bool = False,
    split: bool = False,
) -> None:
    """Write C = A · B, or C += A · B, into code: a (m, k), b (k, n), c (m, n), of one dtype.

    Sizes and strides are ints, or `Value`s where they are only known at run time; a `Matrix` is `Matrix(place, stride
    of rows, stride of columns)`, strides in elements and of any sign, so `Matrix(p, 1, rows)` is a transposed one.
    Fastest where a stride of b and the column stride of c are the int 1.

    `epilogue(value, row, column, mask)` gets each vector of finished elements (row, column), (row, column + 1), … as
    `value`, with as many lanes as `value.lanes` (which differs from call to call), of which those in `mask` count; it
    returns what to store, or None if nothing (it stored something itself). It may read and write anything that belongs
    to these elements, C itself too: C is not touched before. It is written out for every vector of a tile; with
    `looped`, for long ones, once in a loop over them. `emit_fused` takes an expression.

    `split=True` shares the work among threads (`code.share`), for a kernel that is nothing but this product; otherwise
    each part computes all of it.
    """
    if is_number(m, 0) or is_number(n, 0):
        return
    split = split and worth_sharing(m, n, k)
    product = Product(code, m, n, k, a, b, c, accumulate, epilogue, looped, split)
    if isinstance(m, int) and m <= 4 and is_number(b.down, 1) and not is_number(b.across, 1):
        along_k(product)
    else:
        by_panels(product)


def emit_fused(
    code: Code,
    m: int,
    n: int,
    k: int,
    a: Matrix,
    b: Matrix,
    steps: Steps,
    extras: Sequence[Matrix],
    targets: Sequence[tuple[int, Matrix]],
    *,
    accumulate: bool = False,
    split: bool = False,
) -> None:
    """Write an expression (see `expressions`) of A · B, which is its value 0, and of extras, 1, 2, …, into code.

    Element (i, j) of an extra goes with that of the product; strides of 0 broadcast it. `targets` says by number which
    values are stored, and where: masks as bytes. With `accumulate` value 0 is what the first target holds, plus A · B.
    """
    if _turned(code, m, n, k, a, targets[0][1]):
        m, n, a, b = n, m, b.T, a.T
        extras, targets = [x.T for x in extras], [(number, t.T) for number, t in targets]

    def epilogue(value: Value, row: Index, column: Index, mask: Mask) -> None:
        loaded = [_bits(extra.load(row, column, value.lanes, mask)) for extra in extras]
        values = emit_expression(code, steps, [value, *loaded])
        for number, target in targets:
            target.store(values[number], row, column, mask)

    looped = sum(OPERATIONS[name].cost for name, *_ in steps) >= LONG
    c = targets[0][1]
    emit_gemm(code, m, n, k, a, b, c, accumulate=accumulate, epilogue=epilogue, looped=looped, split=split)


def _turned(code: Code, m: int, n: int, k: int, a: Matrix, c: Matrix) -> bool:
    """Whether Cᵀ = Bᵀ · Aᵀ is better: if C's columns are contiguous, or vectors along n would be mostly empty."""
    if n <= 4 and m > 4 * n:
        return is_number(a.down, 1) or (is_number(a.across, 1) and k >= code.host.lanes(a.place.dtype))
    return is_number(c.down, 1) and not is_number(c.across, 1)


def _bits(value: Value) -> Value:
    """Bytes of bool as a mask."""
    return value.ne(0) if value.element == I8 else value


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
    epilogue: Steps = (),
    extras: tuple[tuple[tuple[int, ...], Any], ...] = (),
    keeps: tuple[tuple[int, tuple[int, ...], Any], ...] = (),
) -> None:
    """C = A · B, or C += A · B; operands a (*batch, m, k), b (*batch, k, n), c (*batch, m, n), *extras, *keeps.

    Strides count elements, one per axis of (*batch, rows, columns), of any sign; 0 broadcasts, but not in c.
    `epilogue` is an expression of the product (plus the old C, with `accumulate`), which is value 0, and of the extras,
    1, 2, …, given by (strides, dtype); its last value is stored in C, and the values numbered in `keeps`, given by
    (number, strides, dtype), in the operands at the end. So relu(A · B + bias) is

        gemm(m, n, k, np.float32, (k, 1), (n, 1), (n, 1), epilogue=(("add", 0, 1), ("relu", 2)),
             extras=(((0, 1), np.float32),)).run(a, b, c, bias)

    An extra may be C itself: W -= lr · XᵀG is an expression of value 0, W and lr, with W as c and as an extra.
    Work is shared among threads by blocks of C; the result does not depend on their number.
    """
    kinds = [(a_strides, dtype), (b_strides, dtype), (c_strides, dtype), *extras, *((s, d) for _, s, d in keeps)]
    operands = [(code.operand(i, d), strides) for i, (strides, d) in enumerate(kinds)]
    count = math.prod(batch)
    many = count >= 8
    numbers = [len(extras) + len(epilogue) if epilogue else 0, *(number for number, *_ in keeps)]

    def one(position: Index) -> None:
        parts = []
        for place, strides in operands:
            rest = position
            for size, stride in zip(reversed(batch), reversed(strides[:-2])):
                place = place + rest % size * stride
                rest = rest // size
            parts.append(Matrix(place, strides[-2], strides[-1]))
        end = 3 + len(extras)
        targets = list(zip(numbers, [parts[2], *parts[end:]]))
        emit_fused(
            code, m, n, k, parts[0], parts[1], epilogue, parts[3:end], targets, accumulate=accumulate, split=not many
        )

    if count == 1:
        one(0)
    elif count:
        start, stop = code.share(count) if many and worth_sharing(count, m, n, k) else (0, count)
        with code.loop(start, stop) as position:
            one(position)
