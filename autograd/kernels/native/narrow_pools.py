"""Pooling of images with few channels, whose vectors hold several pixels.

A row of the image is read as whole vectors. Rows are folded with rows, and then the elements that one tap of the
windows sees are picked out of the result: which lanes they lie in is known when the code is generated.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from llvmlite import ir

from autograd.kernels.native.code import Index
from autograd.kernels.native.values import I32, I64, Pointer, Value

if TYPE_CHECKING:
    from autograd.kernels.native.pool_kernels import Pool

LONGEST = 24  # vectors that a row may have: all are written out


def fits(pool: Pool, plain: bool) -> bool:
    """Whether this is the way to pool: few channels, short rows, no padding; if `plain`, no overlap either."""
    lanes, row = pool.code.host.lanes(pool.dtype), pool.axes[2].size * pool.count
    simple = all(a.whole and (a.disjoint or not plain) for a in pool.axes)
    return simple and pool.unrolled and 2 * pool.count <= lanes < row <= LONGEST * lanes


def fold_rows(
    pool: Pool,
    x: Pointer,
    y: Pointer,
    batch: int | str,
    fold: Callable[[Value, Value], Value],
    last: Callable[[Value], Value],
) -> None:
    """y = last(the taps of each window, folded)."""
    rows = _Rows(pool)
    _, height, columns = (a.positions for a in pool.axes)
    deep = pool.axes[0].positions
    start, stop = pool.share(batch, 2, deep * height, columns * pool.count)
    with pool.code.loop(start, stop) as number:
        image = number // (deep * height) * (pool.plane * pool.count)
        read = [
            rows.load(x + image + place, rows.width) for _, place in rows.taps(number // height % deep, number % height)
        ]
        folded = [_folded(fold, vectors) for vectors in zip(*read)]
        out = y + number * rows.out
        for k, places in enumerate(rows.seen):
            value = last(_folded(fold, [rows.picked(folded, places_of_tap) for places_of_tap in places]))
            pool.code.store(value, out + k * rows.lanes, rows.mask(k, rows.out))


def adjoint_of_maximum(pool: Pool, g: Pointer, x: Pointer, best: Pointer, dx: Pointer, batch: int | str) -> None:
    """dx = g where each window has its maximum, else 0."""
    rows, code = _Rows(pool), pool.code
    kind = I32 if pool.dtype.itemsize == 4 else I64
    width = pool.axes[2].taps
    for image, out_image in pool.images(batch, 4):
        if not pool.covered:
            pool.clear(dx + image)
        for deep, height, place in rows.each():
            top = out_image + place
            taps = list(rows.taps(deep, height))
            read = [rows.load(x + image + at, rows.width) for _, at in taps]
            slopes = rows.load(g + top, rows.out)
            found = []
            for tops, places in zip(rows.load(best + top, rows.out), rows.seen):
                values = [rows.picked(vectors, tap) for vectors in read for tap in places]
                names = [code.splat(code.convert(code.index(t), kind), rows.lanes) for t in range(len(values))]
                found.append(pool.first(values, names, tops))
            for k, (numbers, places_) in enumerate(rows.windows):
                where, slope = rows.picked(found, places_), rows.picked(slopes, places_)
                for t, (_, at) in enumerate(taps):
                    own = [-1 if n is None else t * width + n for n in numbers]
                    hit = where.eq(Value(code, ir.Constant(ir.VectorType(kind, rows.lanes), own)))
                    value = code.where(hit, slope, slope.like(0))
                    code.store(value, dx + image + at + k * rows.lanes, rows.mask(k, rows.width))


class _Rows:
    """Rows of the image and of the result, as vectors, and which element belongs to which."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.lanes = pool, pool.code.host.lanes(pool.dtype)
        axis, channels = pool.axes[2], pool.count
        self.width, self.out = axis.size * channels, axis.positions * channels
        self.seen: list[list[list[int | None]]] = []
        """For each vector of the result and each tap, where its elements lie in the image's row."""
        for start in range(0, self.out, self.lanes):
            seen = [self._seen_by(e) if e < self.out else [None] * axis.taps for e in range(start, start + self.lanes)]
            self.seen.append([list(tap) for tap in zip(*seen)])
        self.windows: list[tuple[list[int | None], list[int | None]]] = []
        """For each vector of the image, which tap its elements are, and of which element of the result's row."""
        owner = {i: (t, e) for e in range(self.out) for t, i in enumerate(self._seen_by(e)) if i is not None}
        for start in range(0, self.width, self.lanes):
            pairs = [owner.get(i, (None, None)) for i in range(start, start + self.lanes)]
            self.windows.append(([t for t, _ in pairs], [e for _, e in pairs]))

    def _seen_by(self, e: int) -> list[int | None]:
        axis, channels = self.pool.axes[2], self.pool.count
        return [(e // channels * axis.jump + t * axis.step) * channels + e % channels for t in range(axis.taps)]

    def each(self) -> Iterator[tuple[Index, Index, Index]]:
        """The rows of an image's result: their positions along the first axes, and where they begin."""
        deep, height = (a.positions for a in self.pool.axes[:2])
        with self.pool.code.loop(0, deep * height) as number:
            yield number // height, number % height, number * self.out

    def taps(self, deep: Index, height: Index) -> Iterator[tuple[tuple[int, int], Index]]:
        """The rows of the image that a row of the result sees: their taps, and where they begin."""
        first, second = self.pool.axes[:2]
        for s, t in itertools.product(range(first.taps), range(second.taps)):
            plane = deep * first.jump + s * first.step
            yield (s, t), (plane * second.size + height * second.jump + t * second.step) * self.width

    def mask(self, k: int, length: int) -> int:
        return min(self.lanes, length - k * self.lanes)

    def load(self, place: Pointer, length: int) -> list[Value]:
        """A row as vectors."""
        vectors = range(-(-length // self.lanes))
        return [self.pool.code.load(place + k * self.lanes, self.lanes, self.mask(k, length)) for k in vectors]

    def picked(self, vectors: Sequence[Value], places: Sequence[int | None]) -> Value:
        """A vector of the elements at some places of a row; None where any will do."""
        lanes = self.lanes
        sources = sorted({p // lanes for p in places if p is not None})
        if not sources:
            return vectors[0]
        result = vectors[sources[0]]
        pattern = [p % lanes if p is not None and p // lanes == sources[0] else 0 for p in places]
        if len(sources) == 1:
            return result if pattern == list(range(lanes)) else self.pool.code.shuffle(result, result, pattern)
        for n, source in enumerate(sources[1:]):
            kept = pattern if n == 0 else list(range(lanes))
            lanes_of = [
                lanes + p % lanes if p is not None and p // lanes == source else kept[j] for j, p in enumerate(places)
            ]
            result = self.pool.code.shuffle(result, vectors[source], lanes_of)
        return result


def _folded(fold: Callable[[Value, Value], Value], values: Sequence[Value]) -> Value:
    total, *rest = values
    for value in rest:
        total = fold(total, value)
    return total
