"""Nests in which some operands lie across: contiguous along another axis than the one that vectors run along.

The two axes are cut into square tiles, as wide as a vector. What lies across is turned in registers, vector by vector,
into a tile of this thread's own memory or out of it; between, the tile is a small nest in which all is contiguous.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.nests import Nest, lanes_of
from autograd.kernels.native.values import Pointer, Value

LEAST = 4  # below so many elements along either axis, turning gains nothing


def turning(nest: Nest) -> int | None:
    """The axis along which operands are contiguous that are not along the last one; None if tiles do not pay."""
    last = len(nest.shape) - 1
    found = [
        k
        for operand in nest.operands
        for k in range(last)
        if operand.strides[k] == 1 and abs(operand.strides[last]) > 1 and min(nest.shape[k], nest.shape[last]) >= LEAST
    ]
    return max(set(found), key=found.count) if found else None


def emit_tiles(
    code: Code,
    nest: Nest,
    axis: int,
    places: Sequence[Pointer],
    write: Callable[[Code, Nest, Sequence[Pointer]], None],
    shared: bool,
) -> None:
    """Write a nest in tiles over an axis and the last one; `write` writes the nest within a tile."""
    last, lanes = len(nest.shape) - 1, lanes_of(nest)
    others = [k for k in range(last) if k != axis]
    across = [abs(o.strides[last]) > 1 and o.strides[axis] == 1 for o in nest.operands]
    tiles = [code.scratch(lanes * lanes, o.dtype) if turned else None for o, turned in zip(nest.operands, across)]

    def moved(at: Sequence[Pointer], k: int, by: Index) -> list[Pointer]:
        return [place + by * o.strides[k] for place, o in zip(at, nest.operands)]

    def tile(at: Sequence[Pointer], rows: int, columns: int) -> None:
        """One tile: `rows` along the axis, `columns` along the last."""
        inputs, inside = len(nest.inputs), []
        for k, (o, place, own) in enumerate(zip(nest.operands, at, tiles)):
            if own is not None and k < inputs:
                turn(code, place, o.strides[last], columns, own, lanes, rows, lanes)
            inside.append(place if own is None else own)
        small = nest.with_axes([axis, last])
        strides = [(lanes, 1) if own is not None else o.strides for o, own in zip(small.operands, tiles)]
        small = replace(
            small,
            shape=(rows, columns),
            inputs=tuple(replace(i, strides=s) for i, s in zip(small.inputs, strides)),
            outputs=tuple(replace(o, strides=s) for o, s in zip(small.outputs, strides[inputs:])),
        )
        write(code, small, inside)
        for o, place, own in zip(nest.outputs, at[inputs:], tiles[inputs:]):
            if own is not None:
                turn(code, own, lanes, rows, place, o.strides[last], columns, lanes)

    def along_last(at: Sequence[Pointer], rows: int) -> None:
        for start, stop, size in _cut(nest.shape[last], lanes):
            with code.loop(start, stop, size) as i:
                tile(moved(at, last, i), rows, size)

    def outer(level: int, at: Sequence[Pointer]) -> None:
        if level < len(others):
            size = nest.shape[others[level]]
            cost = (1 + len(nest.steps)) * math.prod(nest.shape) / size / lanes
            first, end = code.share(size, cost=cost) if shared and level == 0 else (0, size)
            with code.loop(first, end) as i:
                outer(level + 1, moved(at, others[level], i))
            return
        for start, stop, size in _cut(nest.shape[axis], lanes):
            first, end = start, stop
            if shared and not others and stop - start > size:
                blocks, end = code.share((stop - start) // size, cost=(1 + len(nest.steps)) * nest.shape[last])
                first, end = blocks * size, end * size
            elif shared and not others and code.splits:
                with code.when(code.part.eq(code.parts - 1)):
                    along_last(moved(at, axis, start), size)
                continue
            with code.loop(first, end, size) as j:
                along_last(moved(at, axis, j), size)

    outer(0, list(places))


def _cut(count: int, size: int) -> list[tuple[int, int, int]]:
    """(start, stop, step) of the whole tiles along an axis, and of the rest."""
    whole = count // size * size
    return [(a, b, step) for a, b, step in ((0, whole, size), (whole, count, count - whole)) if a < b]


def turn(
    code: Code, source: Pointer, stride: int, rows: int, target: Pointer, spacing: int, columns: int, lanes: int
) -> None:
    """target[c, r] = source[r, c], for r < rows and c < columns, at most `lanes` each; both have contiguous rows, that
    start `stride` and `spacing` elements apart."""
    vectors = [code.load(source + r * stride, lanes, columns) for r in range(rows)]
    vectors += [code.zeros(source.dtype, lanes)] * (lanes - rows)
    for c, vector in enumerate(transposed(code, vectors)[:columns]):
        code.store(vector, target + c * spacing, rows)


def transposed(code: Code, rows: Sequence[Value]) -> list[Value]:
    """The columns of a square of vectors, by exchanging ever larger squares within it."""
    result, lanes, size = list(rows), len(rows), 1
    while size < lanes:
        low = [j if not j & size else lanes + j - size for j in range(lanes)]
        high = [j + size if not j & size else lanes + j for j in range(lanes)]
        for i in range(lanes):
            if not i & size:
                a, b = result[i], result[i + size]
                result[i], result[i + size] = code.shuffle(a, b, low), code.shuffle(a, b, high)
        size *= 2
    return result
