"""Copies of a panel of a matrix, as a matrix product reads it: row after row, each as wide as a tile."""

from __future__ import annotations

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.matrix import Matrix, is_number, transposed
from autograd.kernels.native.values import Value


def mask_of(code: Code, count: Index, lanes: int) -> Mask:
    """The mask of the first `count` lanes."""
    return count if isinstance(count, int) else code.mask(count, lanes)


def masks_of(code: Code, vectors: int, lanes: int, left: Index) -> list[Mask]:
    """The masks of a row of vectors of which the last has `left` elements."""
    return [*[None] * (vectors - 1), mask_of(code, left, lanes)]


def pack(code: Code, b: Matrix, count: Index, vectors: int, lanes: int, left: Index, panel: Matrix) -> None:
    """Copy the first `count` rows of b into a panel of `vectors` vectors, of which the last has `left` columns.

    The missing columns become 0. The panel has room for a multiple of `lanes` rows.
    """
    if is_number(b.down, 1) and not is_number(b.across, 1):
        whole = vectors if is_number(left, lanes) else vectors - 1
        with code.loop(0, whole * lanes, lanes) as column:
            pack_transposed(code, b.part(0, column), count, lanes, lanes, panel.part(0, column))
        if whole < vectors:
            pack_transposed(code, b.part(0, whole * lanes), count, lanes, left, panel.part(0, whole * lanes))
        return
    with code.loop(0, count) as k:
        for v, mask in enumerate(masks_of(code, vectors, lanes, left)):
            panel.store(b.load(k, v * lanes, lanes, mask), k, v * lanes)


def pack_transposed(code: Code, b: Matrix, count: Index, lanes: int, columns: Index, panel: Matrix) -> None:
    """Copy `columns` columns of b, each contiguous, into a panel's column of vectors, by squares of lanes × lanes."""

    def square(k: Index, long: Index) -> None:
        loaded = []
        for j in range(lanes):
            there: Index
            if isinstance(columns, int):
                there = long if j < columns else 0
            else:
                there = code.where(columns > j, code.index(long), 0)
            loaded.append(b.T.load(j, k, lanes, mask_of(code, there, lanes)))
        for i, row in enumerate(transposed(code, loaded)):
            panel.store(row, k + i, 0)

    whole = count // lanes * lanes
    if not is_number(whole, 0):
        with code.loop(0, whole, lanes) as k:
            square(k, lanes)
    rest = count - whole
    if isinstance(rest, Value):
        with code.when(rest > 0):
            square(whole, rest)
    elif rest:
        square(whole, rest)
