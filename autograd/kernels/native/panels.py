"""Products of matrices with vectors along n: the result in tiles that stay in registers while the sum over k runs.

A tile has some rows and some vectors of columns. Columns of B are first packed into panels as wide as a tile, in blocks
of k that stay in the nearest cache, unless they are used too few times to pay; rows of A are read as they lie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.matrix import Matrix, is_number
from autograd.kernels.native.packing import masks_of, pack
from autograd.kernels.native.product import Product
from autograd.kernels.native.values import Value

ROWS_AT_ONCE = 256  # rows that use a packed panel before the next is packed


@dataclass(frozen=True)
class Panels:
    """Neighbouring panels of one width: `count` of them from column `first` on, each of `vectors` vectors.

    The last vector of each has `left` columns; None where that is to be seen when the code runs.
    """

    vectors: int
    first: Index
    count: Index
    left: Index | None


# --- tiles -----------------------------------------------------------------------------------------------------------


def tile_rows(registers: int, vectors: int) -> int:
    """How many rows a tile of so many vectors can have: sums, a row of B and an element of A must fit the registers."""
    return max(1, min((registers - vectors - 1) // vectors, 14))


def tile_vectors(registers: int, m: Index) -> int:
    """The widest tile for m rows."""
    widest = 4 if registers >= 32 else 2
    return max(widest, registers // 2 // m) if isinstance(m, int) and m < 4 else widest


def add_products(
    code: Code, count: Index, a: Matrix, b: Matrix, rows: int, lanes: int, masks: Sequence[Mask], sums: list[Value]
) -> list[Value]:
    """The sums of a tile plus the products of `rows` rows of a with the first columns of b, over `count` turns of k.

    A tile of few sums keeps several sets of them, as the next addition to one would have to wait for the last.
    """
    sets = 1 if len(sums) >= 8 or (isinstance(count, int) and count < 8) else min(4, 8 // len(sums))
    zeros = [code.zeros(a.place.dtype, lanes)] * len(sums)

    def turn(k: Index, sums: list[Value]) -> list[Value]:
        strips = [b.load(k, v * lanes, lanes, mask) for v, mask in enumerate(masks)]
        new = []
        for row in range(rows):
            factor = code.splat(a.load(row, k), lanes)
            new += [code.fma(factor, strip, sums[row * len(strips) + v]) for v, strip in enumerate(strips)]
        return new

    whole = count // sets * sets
    with code.carrying(0, whole, sums + zeros * (sets - 1), step=sets) as loop:
        size = len(sums)
        done = [turn(loop.index + s, loop.carried[s * size : (s + 1) * size]) for s in range(sets)]
        loop.carried = [value for group in done for value in group]
    groups = [loop.carried[s * size : (s + 1) * size] for s in range(sets)]
    while len(groups) > 1:
        groups = [[x + y for x, y in zip(*pair)] for pair in zip(groups[::2], groups[1::2])]
    if sets == 1:
        return groups[0]
    with code.carrying(whole, count, groups[0]) as rest:
        rest.carried = turn(rest.index, rest.carried)
    return rest.carried


def row_tiles(code: Code, start: Index, stop: Index, m: Index, rows: int) -> Iterator[tuple[Index, int]]:
    """Cover the rows from start, a multiple of `rows`, to stop: yields (first row, number of rows) for each tile.

    Full tiles come in a loop; what is left is one tile when m is known, else tiles of powers of two.
    """
    whole = (stop - start) // rows * rows
    if isinstance(whole, int) and whole == rows:
        yield start, rows
    else:
        with code.loop(start, start + whole, rows) as row:
            yield row, rows
    if isinstance(m, int):
        if m % rows and isinstance(stop, int):
            yield start + whole, m % rows
        elif m % rows:
            with code.when(code.index(stop).eq(m)):
                yield start + whole, m % rows
        return
    left = code.index(stop - start - whole)
    for bit in reversed(range((rows - 1).bit_length())):
        with code.when((left & (1 << bit)).ne(0)):
            yield start + whole + ((left >> (bit + 1)) << (bit + 1)), 1 << bit


# --- panels ----------------------------------------------------------------------------------------------------------


def by_panels(product: Product) -> None:
    """C in panels of columns, a tile's vectors lying along n."""
    registers = product.code.host.registers
    widest = tile_vectors(registers, product.m)
    for panels in panels_of(product.n, product.lanes, widest):
        rows = tile_rows(registers, panels.vectors)
        if isinstance(product.m, int):
            rows = math.ceil(product.m / math.ceil(product.m / rows))
        else:
            rows = min(rows, 8)
        emit_panels(product, panels, rows)


def panels_of(n: Index, lanes: int, widest: int) -> list[Panels]:
    """How n columns are cut into panels of at most `widest` vectors: of like widths where n is known."""
    if not isinstance(n, int):
        width = widest * lanes
        whole = n // width
        rest = n - whole * width
        return [Panels(widest, 0, whole, lanes), Panels(1, whole * width, (rest + (lanes - 1)) // lanes, None)]
    if n == 0:
        return []
    vectors = math.ceil(n / lanes)
    wide = math.ceil(vectors / math.ceil(vectors / widest))
    count, last = divmod(n, wide * lanes)
    found = [Panels(wide, 0, count, lanes)] if count else []
    if last:
        vectors = math.ceil(last / lanes)
        found.append(Panels(vectors, count * wide * lanes, 1, last - (vectors - 1) * lanes))
    return found


def emit_panels(product: Product, panels: Panels, rows: int) -> None:
    """All tiles of neighbouring panels of one width, in blocks of rows; a turn is one panel of one block."""
    code, m = product.code, product.m
    width = panels.vectors * product.lanes
    block = rows_of_block(product, panels, rows)
    if isinstance(m, int) and m <= block:
        blocks: Index = min(m, 1)
    else:
        blocks = (m + (block - 1)) // block
    start, stop = product.turns(blocks * panels.count)
    packs = pays_to_pack(product, panels, rows)
    room = Room(product, width, block, packs)

    def turn(unit: Index) -> None:
        band: Index
        panel: Index
        if is_number(blocks, 1):
            band, panel = 0, unit
        elif is_number(panels.count, 1):
            band, panel = unit, 0
        else:
            band, panel = unit // code.index(panels.count), code.index(unit) % panels.count
        first, column = band * block, panels.first + panel * width
        last = m if is_number(blocks, 1) else code.minimum(first + block, m)
        left = panels.left if panels.left is not None else code.minimum(product.n - column, product.lanes)
        emit_turn(product, room, panels.vectors, rows, first, last, column, left)

    if is_number(start, 0) and is_number(stop, 1):
        turn(0)
    else:
        with code.loop(start, stop) as unit:
            turn(unit)


def rows_of_block(product: Product, panels: Panels, rows: int) -> int:
    """How many rows are done with a panel before the next: their part of A should stay in the second cache."""
    room = product.code.host.middle // np.dtype(product.dtype).itemsize
    fits = room // max(product.k, 1) if isinstance(product.k, int) else ROWS_AT_ONCE // 2
    most = min(max(fits, ROWS_AT_ONCE // 4), ROWS_AT_ONCE)
    if product.split and isinstance(product.m, int) and isinstance(panels.count, int):
        most = min(most, max(4 * rows, product.m * panels.count // 8))  # something to share
    return max(most // rows, 1) * rows


def pays_to_pack(product: Product, panels: Panels, rows: int) -> bool:
    """Whether panels of B are copied: not if its rows are contiguous and it is small or used only once or twice."""
    if not is_number(product.b.across, 1):
        return True
    if not isinstance(product.m, int):
        return True
    masked = panels.left is None or not is_number(panels.left, product.lanes)
    if masked and product.code.host.kind != "avx512" and product.m > rows:
        return True
    if product.m <= 2 * rows:
        return False
    down, k = product.b.down, product.k
    small = (
        isinstance(down, int) and isinstance(k, int) and abs(down) * k * np.dtype(product.dtype).itemsize <= 24 << 10
    )
    return not small


class Room:
    """Where a panel of B is packed, how k is cut into blocks, and where unfinished sums are kept between blocks."""

    def __init__(self, product: Product, width: int, block: int, packs: bool) -> None:
        code, k, lanes = product.code, product.k, product.lanes
        self.packed: Matrix | None = None
        self.partial: Matrix | None = None
        self.deep: Index = k
        self.blocks: Index = 1
        if not packs:
            return
        most = code.host.near * 5 // 4 // (width * np.dtype(product.dtype).itemsize) // lanes * lanes
        if isinstance(k, int):
            blocks = max(1, math.ceil(k / most))
            most = math.ceil(max(k, 1) / blocks / lanes) * lanes
            self.deep, self.blocks = min(most, k), blocks
        else:
            self.deep, self.blocks = most, (code.where(k > 0, k, 1) - 1) // most + 1
        self.packed = Matrix(code.scratch(most * width, product.dtype), width, 1)
        if not is_number(self.blocks, 1):
            self.partial = Matrix(code.scratch(block * width, product.dtype), width, 1)


def emit_turn(
    product: Product, room: Room, vectors: int, rows: int, first: Index, last: Index, column: Index, left: Index
) -> None:
    """The elements of C in rows from first to last and in one panel of columns."""
    code, lanes = product.code, product.lanes
    masks = masks_of(code, vectors, lanes, left)
    a, b = product.a, product.b.part(0, column)

    def block(k: Index, count: Index, final: bool) -> None:
        strips = b.part(k, 0)
        loads: Sequence[Mask] = masks
        if room.packed is not None:
            pack(code, strips, count, vectors, lanes, left, room.packed)
            strips, loads = room.packed, [None] * vectors
        for row, size in row_tiles(code, first, last, product.m, rows):
            places = [(i, v) for i in range(size) for v in range(vectors)]
            sums = [code.zeros(product.dtype, lanes) for _ in places]
            kept = None if room.partial is None else room.partial.part(row - first, 0)
            if kept is not None:
                sums = [kept.load(i, v * lanes, lanes) for i, v in places]
            sums = add_products(code, count, a.part(row, k), strips, size, lanes, loads, sums)
            for value, (i, v) in zip(sums, places):
                if final:
                    product.finish(value, row + i, column + v * lanes, masks[v])
                elif kept is not None:
                    kept.store(value, i, v * lanes)

    if room.partial is not None:
        with code.loop(0, last - first) as row:
            for v in range(vectors):
                room.partial.store(code.zeros(product.dtype, lanes), row, v * lanes)
    before = (room.blocks - 1) * room.deep
    if not is_number(before, 0):
        with code.loop(0, before, room.deep) as k:
            block(k, room.deep, final=False)
    block(before, product.k - before, final=True)
