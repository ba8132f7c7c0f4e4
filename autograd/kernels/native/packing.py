"""Copies of parts of matrices, as a product reads them: panels of B row by row, strips of A column by column."""

from __future__ import annotations

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.matrix import Matrix, is_number, transposed
from autograd.kernels.native.values import Pointer


def mask_of(code: Code, count: Index, lanes: int) -> Mask:
    """The mask of the first `count` lanes."""
    return count if isinstance(count, int) else code.mask(count, lanes)


def masks_of(code: Code, vectors: int, lanes: int, left: Index) -> list[Mask]:
    """The masks of a row of vectors of which the last has `left` elements."""
    return [*[None] * (vectors - 1), mask_of(code, left, lanes)]


def pack(code: Code, b: Matrix, count: Index, vectors: int, lanes: int, left: Index, panel: Matrix) -> None:
    """Copy the first `count` rows of b into a panel of `vectors` vectors, of which the last has `left` columns.

    What stands in the missing columns has no meaning. The panel has room for a multiple of `lanes` rows.
    """
    if is_number(b.down, 1) and not is_number(b.across, 1):
        pack_transposed(code, b, count, vectors, lanes, left, panel)
        return
    masks = masks_of(code, vectors, lanes, left)
    with code.loop(0, count) as k:
        for v, mask in enumerate(masks):
            panel.store(b.load(k, v * lanes, lanes, mask), k, v * lanes)


def pack_transposed(code: Code, b: Matrix, count: Index, vectors: int, lanes: int, left: Index, panel: Matrix) -> None:
    """The same for contiguous columns, by squares of lanes × lanes; for missing columns the last is taken again."""
    columns = b.T
    final = left + ((vectors - 1) * lanes - 1)

    def square(k: Index, v: Index, mask: Mask) -> None:
        places = [code.minimum(v + j, final) for j in range(lanes)]
        loaded = [columns.load(place, k, lanes, mask) for place in places]
        for i, row in enumerate(transposed(code, loaded)):
            panel.store(row, k + i, v)

    with code.loop(0, vectors * lanes, lanes) as v:
        for k, mask in code.vectors(count, lanes):
            square(k, v, mask)


def pack_strips(code: Code, a: Matrix, rows: Index, columns: Index, strip: int, place: Pointer) -> None:
    """Copy rows of a, whose columns are contiguous, into strips of `strip` rows: see `in_strip`."""
    with code.loop(0, columns) as k:
        for i, mask in code.vectors(rows, strip):
            code.store(a.T.load(k, i, strip, mask), place + i * columns + k * strip)


def in_strip(place: Pointer, row: Index, columns: Index, strip: int) -> Matrix:
    """The packed matrix from a row on, as far as the strip of that row goes."""
    within = row % strip
    return Matrix(place + (row - within) * columns + within, 1, strip)
