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
    """Arrays: x (count, width), indices (count,) of int64 that lie in the table, the table, which is added to, and
    count, an int64.

    Rows are added in their order. Threads divide the columns among them, so that no two write to one place.
    """
    x, indices, table = code.operand(0, dtype), code.operand(1, np.int64), code.operand(2, dtype)
    lanes = code.host.lanes(dtype)
    start, stop = code.share(width, lanes) if shared else (0, width)
    with code.loop(0, code.number(3)) as i:
        source, target = x + i * width, table + code.load(indices + i) * width
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
    table.fill(0)
    shared = many(values.size) == "many" and width >= 64
    kernel = scatter_rows(width, values.dtype, shared)
    kernel.run(np.ascontiguousarray(values), np.ascontiguousarray(index, np.int64), table, number(index.size))
    return table
