"""Copies of parts of matrices, as a product reads them: panels of B row by row, strips of A column by column."""

from __future__ import annotations

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.matrix import Matrix, is_number, transposed
from autograd.kernels.native.values import Pointer


class Width:
    """The columns of a panel of vectors: `there` of them exist, and at least `sure` of them whenever the code runs."""

    __slots__ = ("lanes", "sure", "there", "vectors")

    def __init__(self, vectors: int, lanes: int, there: Index, sure: int = 0) -> None:
        self.vectors, self.lanes, self.there = vectors, lanes, there
        self.sure = there if isinstance(there, int) else sure

    @property
    def offsets(self) -> range:
        """Where its vectors begin."""
        return range(0, self.vectors * self.lanes, self.lanes)

    def masks(self, code: Code) -> list[Mask]:
        """What exists of each vector."""
        return [None if v + self.lanes <= self.sure else self._mask(code, v) for v in self.offsets]

    def _mask(self, code: Code, v: int) -> Mask:
        return self.there - v if isinstance(self.there, int) else code.mask(self.there - v, self.lanes)


def pack(code: Code, b: Matrix, count: Index, width: Width, panel: Matrix) -> None:
    """Copy the first `count` rows of b into a panel of so many columns.

    What stands in missing columns has no meaning. The panel has room for a multiple of `lanes` rows.
    """
    if is_number(b.down, 1) and not is_number(b.across, 1):
        pack_transposed(code, b, count, width, panel)
        return
    masks = width.masks(code)
    with code.loop(0, count) as k:
        for v, mask in zip(width.offsets, masks):
            panel.store(b.load(k, v, width.lanes, mask), k, v)


def pack_transposed(code: Code, b: Matrix, count: Index, width: Width, panel: Matrix) -> None:
    """The same for contiguous columns, by squares of lanes × lanes; for missing columns the last is taken again."""
    columns, lanes = b.T, width.lanes

    def square(k: Index, v: Index, mask: Mask) -> None:
        places = [code.minimum(v + j, width.there - 1) for j in range(lanes)]
        loaded = [columns.load(place, k, lanes, mask) for place in places]
        for i, row in enumerate(transposed(code, loaded)):
            panel.store(row, k + i, v)

    with code.loop(0, width.vectors * lanes, lanes) as v:
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
