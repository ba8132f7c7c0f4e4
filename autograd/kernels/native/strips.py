"""Small matrix products inside other kernels: of matrices that stay in the caches, B perhaps packed once for many.

What `gemm` adds to such tiles, blocks for the caches and texts of their own for what is left over, would cost more here
than it gains: leftover rows are computed twice, leftover columns masked.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.matrix import Matrix, transposed
from autograd.kernels.native.values import Pointer, Value


class Strips:
    """A matrix B (k, n) as products read it: strips of `vectors` vectors of columns.

    Strip s begins at place + s · apart, its rows `down` elements after one another. `padded`: there is room for whole
    strips, so that whatever stands behind the last column can be read.
    """

    def __init__(self, place: Pointer, n: Index, vectors: int, down: Index, apart: Index, padded: bool) -> None:
        self.place, self.n, self.vectors, self.down, self.apart, self.padded = place, n, vectors, down, apart, padded


def vectors_of(code: Code, n: Index, dtype: Any) -> int:
    """How many vectors a strip of n columns has: few are wasted, and registers suffice."""
    widest = 4 if code.host.registers >= 32 else 2
    if not isinstance(n, int):
        return 2
    needed = -(-n // code.host.lanes(dtype))
    return min(range(widest, 0, -1), key=lambda v: -(-needed // v) * v)


def natural(code: Code, b: Matrix, n: int) -> Strips:
    """The strips of a matrix whose rows are contiguous, where it lies."""
    vectors = vectors_of(code, n, b.place.dtype)
    return Strips(b.place, n, vectors, b.down, vectors * code.host.lanes(b.place.dtype), False)


class Packed:
    """Room for strips of n columns, in scratch memory, into which matrices are copied on top of one another."""

    def __init__(self, code: Code, n: Index, depth: int, dtype: Any, most: int | None = None) -> None:
        self.code, self.n, self.lanes = code, n, code.host.lanes(dtype)
        self.vectors = vectors_of(code, n, dtype)
        self.width = self.vectors * self.lanes
        self.depth = -(-depth // self.lanes) * self.lanes
        strips = -(-(n if isinstance(n, int) else most or 0) // self.width)
        self.place = code.scratch(strips * self.width * self.depth, dtype)

    @property
    def strips(self) -> Strips:
        """What is packed."""
        return Strips(self.place, self.n, self.vectors, self.width, self.width * self.depth, True)

    def of(self, n: Index) -> Strips:
        """What is packed of the first n columns."""
        return Strips(self.place, n, self.vectors, self.width, self.width * self.depth, True)

    def at(self, place: Pointer) -> Packed:
        """The same layout in other memory."""
        other = copy.copy(self)
        other.place = place
        return other

    def add(self, b: Matrix, k: int, at: int = 0) -> None:
        """Copy k rows of B, each contiguous, to the rows from `at` on."""
        code, lanes = self.code, self.lanes
        with code.loop(0, self.n, self.width) as column:
            target = self.place + (column * self.depth + at * self.width)
            masks = _masks(code, self.n, column, self.vectors, lanes)
            with code.loop(0, k) as row:
                for v, mask in enumerate(masks):
                    code.store(b.load(row, column + v * lanes, lanes, mask), target + (row * self.width + v * lanes))

    def add_transposed(self, b: Matrix, k: Index, at: Index = 0, n: Index | None = None) -> None:
        """Copy the transpose of a matrix (n, k) with contiguous rows to the rows from `at` on, and zeros behind it.

        k is rounded up to whole vectors. Columns behind the last repeat it.
        """
        code, lanes = self.code, self.lanes
        n = self.n if n is None else n
        with code.loop(0, n, lanes) as column:
            strip = column // self.width * (self.width * self.depth) + column % self.width
            rows = [b.part(code.minimum(column + j, n - 1), 0) for j in range(lanes)]
            with code.loop(0, k, lanes) as row:
                mask = None if isinstance(k, int) and k % lanes == 0 else code.mask(k - row, lanes)
                square = [r.load(0, row, lanes, mask) for r in rows]
                for i, vector in enumerate(transposed(code, square)):
                    code.store(vector, self.place + (strip + (row + at + i) * self.width))


def emit_product(code: Code, m: Index, k: Index, a: Matrix, b: Strips, c: Matrix, start: Matrix | None = None) -> None:
    """Write C = start + A · B into code: A (m, k), B (k, n), C and `start` (m, n), with contiguous rows of the latter.

    `start` None means 0; it may be C itself. With a `Value` as number of columns C has room for whole strips.
    """
    lanes, m = code.host.lanes(c.place.dtype), code.index(m)
    high, low = (6, 4) if b.vectors == 4 or (code.host.registers < 32 and b.vectors == 2) else (8, 4)
    if high == 6:
        even = m + (m & 1)
        whole = even - (6 - even % 6) % 6 * 2
    else:
        whole = (m + 3) // 8 * 8
    whole = code.where(whole > 0, whole, 0)
    with code.loop(0, b.n, b.vectors * lanes) as column:
        masks = _masks(code, b.n, column, b.vectors, lanes)
        strip = b.place + column // (b.vectors * lanes) * b.apart
        for first, last, rows in ((0, whole, high), (whole, m, low)):
            with code.loop(first, last, rows) as row:
                _tile(code, m, k, row, rows, column, masks, a, strip, b, c, start)


def _tile(
    code: Code,
    m: Value,
    k: Index,
    row: Value,
    rows: int,
    column: Value,
    masks: list[Mask],
    a: Matrix,
    strip: Pointer,
    b: Strips,
    c: Matrix,
    start: Matrix | None,
) -> None:
    lanes, dtype = code.host.lanes(c.place.dtype), c.place.dtype
    numbers = [row] + [code.minimum(row + i, m - 1) for i in range(1, rows)]
    places = [(r, column + v * lanes, mask) for r in numbers for v, mask in enumerate(masks)]
    if start is None:
        sums = [code.zeros(dtype, lanes) for _ in places]
    else:
        sums = [start.load(*place[:2], lanes, place[2]) for place in places]
    lines = [a.part(r, 0) for r in numbers]
    loads: list[Mask] = [None] * len(masks) if b.padded else masks
    with code.carrying(0, k, sums) as loop:
        at = strip + loop.index * b.down
        vectors = [code.load(at + v * lanes, lanes, mask) for v, mask in enumerate(loads)]
        new = []
        for i, line in enumerate(lines):
            factor = code.splat(line.load(0, loop.index), lanes)
            new += [code.fma(factor, x, loop.carried[i * len(vectors) + v]) for v, x in enumerate(vectors)]
        loop.carried = new
    for value, place in zip(loop.carried, places):
        c.store(value, *place)


def _masks(code: Code, n: Index, column: Value, vectors: int, lanes: int) -> list[Mask]:
    """Which lanes of each vector of a strip lie before the last column; None for all of them."""
    if not isinstance(n, int) or n % (vectors * lanes) == 0:
        return [None] * vectors
    if n < vectors * lanes:
        return [min(max(n - v * lanes, 0), lanes) for v in range(vectors)]
    return [code.mask(n - column - v * lanes, lanes) for v in range(vectors)]


def both(code: Code, alike: bool = True) -> Iterator[Callable[[tuple[Any, ...], tuple[Any, ...]], tuple[Any, ...]]]:
    """The same twice, for one tuple of things and for another: written once, in a loop, if they are alike."""
    if not alike:
        yield lambda one, other: one
        yield lambda one, other: other
        return
    with code.loop(0, 2) as turn:
        first = turn.eq(0)
        yield lambda one, other: tuple(_either(code, first, a, b) for a, b in zip(one, other, strict=True))


def _either(code: Code, first: Value, a: Any, b: Any) -> Any:
    if isinstance(a, Matrix):
        pairs = ((a.place, b.place), (a.down, b.down), (a.across, b.across))
        return Matrix(*(_either(code, first, *pair) for pair in pairs))
    if isinstance(a, Pointer):
        return Pointer(code, code.where(first, Value(code, a.ir), Value(code, b.ir)).ir, a.dtype)
    if isinstance(a, Packed):
        return a.at(_either(code, first, a.place, b.place))
    if a is b or (isinstance(a, int) and isinstance(b, int) and a == b):
        return a
    return code.where(first, code.index(a), code.index(b))
