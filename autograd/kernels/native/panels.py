"""Products of matrices with vectors along n: the result in tiles that stay in registers while the sum over k runs.

A tile has some rows and some vectors of columns. Columns of B are first packed into panels as wide as a tile, in blocks
of k that stay in the nearest cache, unless they are used too few times to pay; rows of A are read as they lie, and so
are columns, unless they are far apart and used often.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.matrix import Matrix, is_number
from autograd.kernels.native.packing import Width, in_strip, pack, pack_strips
from autograd.kernels.native.product import Product
from autograd.kernels.native.values import Pointer, Value

MOST_ROWS = 256  # of a block
MANY_ROWS = 100  # from which tiles are as wide as can be
SMALL = 24 << 10  # bytes of B that stay in the nearest cache as they lie


@dataclass(frozen=True)
class Panels:
    """Neighbouring panels of C's columns, and how they are worked on.

    `count` panels from column `first` on, of `vectors` vectors each, of which at least `sure` columns exist in all of
    them. `block` rows, in tiles of `rows`, are done with a panel before the next; `packs` says whether the panel of B
    is copied, `deep` rows at a time, and `strip` how wide the strips are in which A is copied, 0 if it is not.
    """

    vectors: int
    first: Index
    count: Index
    sure: int
    rows: int
    block: int
    packs: bool
    deep: Any
    strip: int


def by_panels(product: Product) -> None:
    """C in panels of columns, a tile's vectors lying along n."""
    for vectors, first, count, sure in columns_of(product):
        emit_panels(product, planned(product, vectors, first, count, sure))


# --- the plan --------------------------------------------------------------------------------------------------------


def columns_of(product: Product) -> list[tuple[int, Index, Index, int]]:
    """How C's columns are cut into panels: (vectors, first, count, sure) of `Panels`; of like widths if n is known."""
    n, lanes, registers = product.n, product.lanes, product.code.host.registers
    few = isinstance(product.m, int) and product.m < 4
    if isinstance(product.m, int) and product.m < 4:
        widest = registers // 2 // product.m
    else:  # wide tiles read A less often, narrow ones leave less over and share B among more rows
        widest = registers // 8 if isinstance(product.m, int) and product.m >= MANY_ROWS else 2
    if not isinstance(n, int):
        if few:
            width = widest * lanes
            whole = n // width
            rest = (n - whole * width + (2 * lanes - 1)) // (2 * lanes)
            return [(widest, 0, whole, width), (2, whole * width, rest, 0)]
        return [(2, 0, (n + (2 * lanes - 1)) // (2 * lanes), 0)]
    assert isinstance(n, int)
    vectors = math.ceil(n / lanes)
    wide = math.ceil(vectors / math.ceil(vectors / widest))
    count, columns = divmod(n, wide * lanes)
    narrow = math.ceil(columns / lanes)
    if columns == 0 or (narrow == wide and count):
        return [(wide, 0, count + (columns > 0), (wide - (columns > 0)) * lanes)]
    last = (narrow, count * wide * lanes, 1, columns)
    return [(wide, 0, count, wide * lanes), last] if count else [last]


def planned(product: Product, vectors: int, first: Index, count: Index, sure: int) -> Panels:
    """The sizes of tiles and blocks for panels of so many vectors."""
    m, k = product.m, product.k
    rows = tile_rows(product.code.host.registers, vectors, m)
    strip = 0
    if is_number(product.a.down, 1) and strips_pay(product, count):
        rows = 4 if vectors > 2 else 8
        strip = max(rows, product.lanes)
    packs = pays_to_pack(product, rows, sure == vectors * product.lanes)
    size = np.dtype(product.dtype).itemsize
    deep: Index = k
    if packs:
        # All of k, if that just fits beside what else is read; else blocks that leave some room.
        row = (vectors * product.lanes + strip) * size
        near = product.code.host.near
        if not isinstance(k, int) or k * row > near * 5 // 4:
            deep = blocks_of(k, near * 3 // 4 // row, product.lanes)
    # The part of A that a block needs should stay in the second cache while all panels pass.
    fits = product.code.host.middle // size // max(k, 1) if isinstance(k, int) else MOST_ROWS // 2
    block = min(max(fits, MOST_ROWS // 4), MOST_ROWS)
    if product.split and isinstance(m, int) and isinstance(count, int):
        block = min(block, max(4 * rows, m * count // 8))  # something to share
    unit = strip or rows
    return Panels(vectors, first, count, sure, rows, max(block // unit, 1) * unit, packs, deep, strip)


def tile_rows(registers: int, vectors: int, m: Index) -> int:
    """How many rows a tile of so many vectors has: sums, a row of B and an element of A must fit the registers.

    Rather somewhat fewer than that if so m leaves no rest, which needs code of its own.
    """
    most = max(1, min((registers - vectors - 1) // vectors, 14))
    if not isinstance(m, int):
        return 8 if most >= 8 else 4
    if m <= most:
        return m
    divisors = [rows for rows in range(most, most * 11 // 20, -1) if m % rows == 0]
    return divisors[0] if divisors else math.ceil(m / math.ceil(m / most))


def blocks_of(k: Index, most: int, lanes: int) -> int:
    """The rows of a block if k is cut into like ones of at most `most`; a multiple of `lanes`."""
    most = most // lanes * lanes
    return math.ceil(k / math.ceil(k / most) / lanes) * lanes if isinstance(k, int) else most


def pays_to_pack(product: Product, rows: int, full: bool) -> bool:
    """Whether panels of B are copied: not if its rows are contiguous and it is small or used only once or twice."""
    m, k, down = product.m, product.k, product.b.down
    if not (is_number(product.b.across, 1) and isinstance(m, int)):
        return True
    if product.code.host.kind not in ("avx512", "avx2") and not full:
        return True  # masked loads are slow
    if m <= 2 * rows:
        return False
    if isinstance(down, int) and isinstance(k, int):
        return abs(down) * k * np.dtype(product.dtype).itemsize > SMALL
    return True


def strips_pay(product: Product, panels: Index) -> bool:
    """Whether A, whose columns are contiguous, is copied: if it is used more than once or twice, and spread widely."""
    m, k, across = product.m, product.k, product.a.across
    if not (isinstance(m, int) and isinstance(k, int) and isinstance(across, int) and isinstance(panels, int)):
        return False
    size = np.dtype(product.dtype).itemsize
    fits = MOST_ROWS // 4 * k * size <= 4 * product.code.host.middle
    return m >= 32 and k >= 32 and panels >= 2 and abs(across) * size >= 256 and fits


# --- tiles -----------------------------------------------------------------------------------------------------------


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

    Full tiles come in a loop; what is left is one tile when m is known, else single rows.
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
    with code.loop(start + whole, stop) as row:
        yield row, 1


# --- the loops -------------------------------------------------------------------------------------------------------


class Room(NamedTuple):
    """Where a panel of B and strips of A are packed, and where sums wait.

    If k is `cut` they wait for its next block, else for a looped epilogue; not in C, which may hold what an epilogue
    wants to read.
    """

    packed: Matrix | None
    sums: Matrix | None
    cut: bool
    strips: Pointer | None


def room_for(product: Product, panels: Panels) -> Room:
    """Scratch for a panel."""
    code, lanes, dtype = product.code, product.lanes, product.dtype
    width = panels.vectors * lanes
    cut = panels.deep is not product.k and not is_number(product.k, panels.deep)
    packed = sums = None
    if panels.packs:
        packed = Matrix(code.scratch(math.ceil(panels.deep / lanes) * lanes * width, dtype), width, 1)
    if cut or product.looped:
        sums = Matrix(code.scratch((panels.block if cut else panels.rows) * width, dtype), width, 1)
    strips = code.scratch(panels.block * product.k, dtype) if panels.strip else None
    return Room(packed, sums, cut, strips)


def emit_panels(product: Product, panels: Panels) -> None:
    """All tiles of neighbouring panels, in blocks of rows; a turn is one panel of one block."""
    code, m, lanes = product.code, product.m, product.lanes
    width = panels.vectors * lanes
    blocks = 1 if isinstance(m, int) and m <= panels.block else (m + (panels.block - 1)) // panels.block
    room = room_for(product, panels)

    def turn(unit: Index) -> None:
        block: Index = 0
        panel: Index = unit
        if not is_number(blocks, 1):
            block = unit // panels.count
            panel = 0 if is_number(panels.count, 1) else code.index(unit) % panels.count
        first, column = block * panels.block, panels.first + panel * width
        last = m if is_number(blocks, 1) else code.minimum(first + panels.block, m)
        there: Index = width if panels.sure == width else product.n - column
        if is_number(panels.count, 1) and panels.sure < width and isinstance(product.n, int):
            there = panels.sure
        if room.strips is not None:
            with code.when(code.index(panel).eq(0) | code.index(unit).eq(start)):
                pack_strips(code, product.a.part(first, 0), last - first, product.k, panels.strip, room.strips)
        emit_panel(product, panels, room, (first, last), column, Width(panels.vectors, lanes, there, panels.sure))

    start, stop = product.turns(blocks * panels.count)
    if is_number(start, 0) and is_number(stop, 1):
        turn(0)
    else:
        with code.loop(start, stop) as unit:
            turn(unit)


def emit_panel(
    product: Product, panels: Panels, room: Room, rows: tuple[Index, Index], column: Index, width: Width
) -> None:
    """The elements of C in some rows and one panel of columns."""
    code, lanes, vectors = product.code, product.lanes, panels.vectors
    k, deep = product.k, panels.deep
    masks = width.masks(code)
    b = product.b.part(0, column)

    def rows_of_a(row: Index, start: Index) -> Matrix:
        if room.strips is None:
            return product.a.part(row, start)
        return in_strip(room.strips, row - rows[0], k, panels.strip).part(0, start)

    def block(start: Index, count: Index, final: Value | None) -> None:
        strips, loads = b.part(start, 0), masks
        if room.packed is not None:
            pack(code, strips, count, width, room.packed)
            strips, loads = room.packed, [None] * vectors
        for row, size in row_tiles(code, *rows, product.m, panels.rows):
            sums = None if room.sums is None else room.sums.part(row - rows[0] if room.cut else 0, 0)
            places = [(i, v) for i in range(size) for v in range(vectors)]
            tile = [code.zeros(product.dtype, lanes) for _ in places]
            if sums is not None and room.cut:
                tile = [sums.load(i, v * lanes, lanes) for i, v in places]
            tile = add_products(code, count, rows_of_a(row, start), strips, size, lanes, loads, tile)
            if sums is not None:
                with nullcontext() if final is None or product.looped else code.when(~final):
                    for value, (i, v) in zip(tile, places):
                        sums.store(value, i, v * lanes)
            with nullcontext() if final is None else code.when(final):
                if sums is not None and product.looped:
                    finish_waiting(product, sums, row, size, column, masks)
                else:
                    for value, (i, v) in zip(tile, places):
                        product.finish(value, row + i, column + v * lanes, masks[v])

    if not room.cut:
        block(0, k, None)
        return
    assert room.sums is not None
    with code.loop(0, rows[1] - rows[0]) as row:
        for v in range(vectors):
            room.sums.store(code.zeros(product.dtype, lanes), row, v * lanes)
    with code.loop(0, k if isinstance(k, int) else code.where(k > 0, k, 1), deep) as start:
        alike = isinstance(k, int) and isinstance(deep, int) and k % deep == 0
        block(start, deep if alike else code.minimum(deep, k - start), start + deep >= k)


def finish_waiting(product: Product, sums: Matrix, row: Index, size: int, column: Index, masks: Sequence[Mask]) -> None:
    """Finish a tile's sums from memory, by one text for all of them where an epilogue's would be long."""
    code, lanes = product.code, product.lanes
    whole = sum(mask is None for mask in masks)  # they come first
    with code.loop(0, size) as i:
        if whole:
            with code.loop(0, whole * lanes, lanes) as v:
                product.finish(sums.load(i, v, lanes), row + i, column + v, None)
        for at, mask in enumerate(masks[whole:], whole):
            product.finish(sums.load(i, at * lanes, lanes), row + i, column + at * lanes, mask)
