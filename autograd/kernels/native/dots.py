"""Products of matrices with vectors along k: for few rows, and B with contiguous columns."""

from __future__ import annotations

from autograd.kernels.native.code import Index, Mask
from autograd.kernels.native.matrix import Matrix, is_number, sums_of_each
from autograd.kernels.native.product import Product
from autograd.kernels.native.values import Value


def along_k(product: Product) -> None:
    """C by sums of vectors along k, for few rows and B with contiguous columns."""
    code, lanes, k = product.code, product.lanes, product.k
    rows, n = product.m, product.n
    assert isinstance(rows, int)
    if rows == 0:
        return
    columns = max(2, 8 // (rows if rows != 3 else 4))
    a = product.a
    if not is_number(a.across, 1):
        a = contiguous(product, rows)

    def turn(column: Index, count: int) -> None:
        size = 1 << (count - 1).bit_length()
        sums = [code.zeros(product.dtype, lanes)] * (rows * count)
        b = product.b.part(0, column).T

        def step(at: Index, mask: Mask, sums: list[Value]) -> list[Value]:
            strips = [b.load(j, at, lanes, mask) for j in range(count)]
            new = []
            for i in range(rows):
                row = a.load(i, at, lanes, mask)
                new += [code.fma(row, strip, sums[i * count + j]) for j, strip in enumerate(strips)]
            return new

        whole = k // lanes * lanes
        with code.carrying(0, whole, sums, step=lanes) as loop:
            loop.carried = step(loop.index, None, loop.carried)
        sums, rest = loop.carried, k - whole
        if not is_number(rest, 0):
            sums = step(whole, code.mask(rest, lanes) if isinstance(rest, Value) else rest, sums)
        for i in range(rows):
            each = sums[i * count : (i + 1) * count]
            each += [code.zeros(product.dtype, lanes)] * (size - count)
            product.finish(sums_of_each(code, each), i, column, count if count < size else None)

    whole = n // columns
    rest = n - whole * columns
    turns = whole if is_number(rest, 0) else whole + 1
    start, stop = product.turns(turns)
    with code.loop(start, code.minimum(stop, whole)) as unit:
        turn(unit * columns, columns)
    if isinstance(rest, Value):
        with code.loop(whole * columns, code.where(code.index(stop).eq(turns), code.index(n), 0)) as column:
            turn(column, 1)
    elif rest and isinstance(stop, int):
        turn(n - rest, rest)
    elif rest:
        with code.when(code.index(stop).eq(turns)):
            turn(n - rest, rest)


def contiguous(product: Product, rows: int) -> Matrix:
    """The rows of A copied so that each is contiguous."""
    code, lanes = product.code, product.lanes
    if not isinstance(product.k, int):
        raise NotImplementedError("a row of A with a stride along k, and k known only at run time")
    copy = Matrix(code.scratch(rows * product.k, product.dtype), product.k, 1)
    for k, mask in code.vectors(product.k, lanes):
        for i in range(rows):
            copy.store(product.a.load(i, k, lanes, mask), i, k, mask)
    return copy
