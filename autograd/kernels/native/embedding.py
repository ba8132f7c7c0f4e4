"""Adding rows to a table, the native version of what `autograd.kernels.indexing` does for embeddings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.code import Code
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.layout import FLOATS, Array, many, number


@generated
def scatter_rows(code: Code, width: int, dtype: Any, shared: bool) -> None:
    """Arrays: x (count, width), indices (count,) of int64, the table (rows, width), and count and rows, two int64.

    The table is filled with zeros, to which the rows of x are added in their order, but for those whose index lies
    outside. Threads divide the columns among them, so that no two write to one place.
    """
    x, indices, table = code.operand(0, dtype), code.operand(1, np.int64), code.operand(2, dtype)
    lanes = code.host.lanes(dtype)
    start, stop = code.share(width, lanes) if shared else (0, width)
    rows = code.number(4)
    with code.loop(0, rows) as i:
        for k, mask in code.vectors(stop - start, lanes, start):
            code.store(code.zeros(dtype, lanes), table + i * width + k, mask)
    with code.loop(0, code.number(3)) as i:
        row = code.load(indices + i)
        with code.when((row >= 0) & (row < rows)):
            source, target = x + i * width, table + row * width
            for k, mask in code.vectors(stop - start, lanes, start):
                total = code.load(target + k, lanes, mask) + code.load(source + k, lanes, mask)
                code.store(total, target + k, mask)


def add_rows(values: Array, index: Array, shape: tuple[int, ...]) -> Array | None:
    """Zeros of `shape` to whose parts along the first axis `values` are added at `index`."""
    width = math.prod(shape[1:])
    if values.dtype not in FLOATS or not values.size or values.shape != (*index.shape, *shape[1:]):
        return None
    if index.min() < 0 or index.max() >= shape[0]:
        return None  # the reference raises
    table = empty(shape, values.dtype)
    shared = many(values.size) == "many" and width >= 64
    kernel = scatter_rows(width, values.dtype, shared)
    indices = np.ascontiguousarray(index, np.int64)
    kernel.run(np.ascontiguousarray(values), indices, table, number(index.size), number(shape[0]))
    return table
