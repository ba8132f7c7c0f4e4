"""The gradient of a convolution in its weight: sums over all positions of the product of input and result's gradient.

The batch is cut into a fixed number of chunks, whatever the number of threads. Each chunk has its own sums, ordered
(group, tap, channel, map) with the maps of a group padded to whole vectors; then the chunks are added up. Where sums
are large there is one chunk, and threads share the maps instead. A tile of (taps, channels) × vectors of maps lives in
registers while it passes over a block of positions; taps that lie side by side count as channels.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_loops import cuts, nest, reduce, spans
from autograd.kernels.native.convolution_shapes import Convolution, forward
from autograd.kernels.native.convolution_source import emit_clear, emit_copy, layout
from autograd.kernels.native.host import Host, host
from autograd.kernels.native.values import Pointer, Value

CHUNKS = 8  # at most; so many threads can share the work
CHUNK_BYTES = 1 << 20  # all chunks together, but no fewer than 4
LARGE = 256 << 10  # bytes of one chunk, from which on it is the only one
UNROLLED, SHORT = 64, 200  # products, at most, of the innermost loop, and of a short row that has none
POSITIONS = 512  # that a tile passes over, at least, where sums are large


class Tile(NamedTuple):
    """How many runs of taps, places of a run, and vectors of maps are computed at once."""

    runs: int
    places: int
    vectors: int


def groups_of(c: Convolution) -> tuple[int, int, int]:
    """(groups, channels, maps) as the sums are ordered: a depthwise convolution is one group of 1 channel."""
    return (1, 1, c.maps) if c.depthwise else (c.groups, c.channels // c.groups, c.maps // c.groups)


def sums_shape(c: Convolution, bias: bool = False) -> tuple[int, int]:
    """(chunks, elements) of the sums of a chunk: those of the weight, then with `bias` one row of maps."""
    lanes = host().lanes(c.dtype)
    groups, channels, maps = groups_of(c)
    padded = -(-maps // lanes) * lanes
    size = groups * (c.taps * channels + bias) * padded
    itemsize = np.dtype(c.dtype).itemsize
    if size * itemsize >= LARGE:
        return 1, size
    chunks = max(4, min(CHUNKS, CHUNK_BYTES // (size * itemsize)))
    return (chunks if c.batch is None else min(chunks, c.batch)), size


class Sums:
    """The kernel that computes the sums of every chunk."""

    def __init__(self, code: Code, c: Convolution, bias: bool) -> None:
        self.code, self.bias, self.lanes = code, bias, code.host.lanes(c.dtype)
        self.chunks, self.size = sums_shape(c, bias)
        self.c = forward(c)
        self.groups, self.channels, self.maps = groups_of(c)
        self.padded = -(-self.maps // self.lanes) * self.lanes
        self.axes = tuple(phases[0] for phases in self.c.axes)
        self.depthwise = c.depthwise
        taps = tuple(a.taps for a in self.axes)
        joined = self.c.groups == 1 and (self.axes[2].reach == 1 or taps[2] == 1)
        if self.depthwise:
            self.runs, self.length = taps, 1
        elif joined:
            self.runs, self.length = taps[:2], taps[2] * self.channels
        else:
            self.runs, self.length = taps, self.channels
        self.large = self.chunks == 1 and self.size * np.dtype(c.dtype).itemsize >= LARGE
        self.lay = layout(code, self.c, together=True)
        if self.large and not self.lay.band:
            most = max(1, 2 * code.host.middle // (self.lay.pitch[0] * np.dtype(c.dtype).itemsize))
            images = min(most, -(-POSITIONS // math.prod(self.c.result)))
            self.lay = self.lay._replace(images=max(1, images if c.batch is None else min(images, c.batch)))
        few = joined and self.maps <= self.lanes and taps[2] * self.channels >= 16
        self.slides = few and self.axes[2].pace == 1 and 1 < taps[2] <= 5
        self.steps = [a.reach * pitch for a, pitch in zip(self.axes, self.lay.pitch[1:])][: len(self.runs)]
        most = 2 if self.large else 4
        self.tile = best_tile(code.host, c.dtype, self.runs[-1], self.length, self.maps, self.depthwise, most)

    def write(self) -> None:
        """The whole kernel."""
        code, c, lay = self.code, self.c, self.lay
        x, g, sums = (code.operand(k, c.dtype) for k in range(3))
        batch: Index = code.number(3) if c.batch is None else c.batch
        room = code.scratch(lay.size, c.dtype)
        if lay.copied:
            emit_clear(code, room, lay.size)
        in_size, out_size = math.prod(c.source) * c.channels, math.prod(c.result) * c.maps
        first, last = (0, 1) if self.large else code.share(self.chunks)
        if self.large:
            self.shared = code.share(self.maps // (self.tile.vectors * self.lanes))
        with code.loop(first, last) as chunk:
            target = sums + chunk * self.size
            self._clear(target)
            begin, end = chunk * batch // self.chunks, (chunk + 1) * batch // self.chunks
            with code.loop(begin, end, lay.images) as n:
                images = code.minimum(lay.images, end - n) if lay.images > 1 else 1
                here, there = x + n * in_size, g + n * out_size
                if lay.band:
                    with code.loop(0, self.axes[lay.banded].positions, lay.band) as start:
                        emit_copy(code, c, lay, here, room, start)
                        self._positions(room, there, target, 1, start)
                else:
                    if lay.copied:
                        with code.loop(0, images) as k:
                            emit_copy(code, c, lay, here + k * in_size, room + k * lay.pitch[0], 0)
                    self._positions(room if lay.copied else here, there, target, images, 0)

    def _positions(self, x: Pointer, g: Pointer, sums: Pointer, images: Index, start: Index) -> None:
        """Add what a block of images gives, or a band of one: block by block of positions."""
        code, lay, axes = self.code, self.lay, self.axes
        counts: list[Index] = [a.positions for a in axes]
        first: list[Index] = [0, 0]
        if lay.band:
            counts[lay.banded] = code.minimum(lay.band, counts[lay.banded] - start)
            first[lay.banded] = start
        size = self.c.result
        # A block of g in the first cache, or in the second if it is the sums that move.
        near = code.host.middle // 8 if self.large else code.host.near * 3 // 4
        row = size[2] * min(self.tile.vectors * self.lanes, self.maps) * np.dtype(self.c.dtype).itemsize
        rows = max(1, min(axes[1].positions, near // row))
        planes = max(1, min(axes[0].positions, near // (row * rows))) if rows == axes[1].positions else 1
        with code.loop(0, counts[0], planes) as i, code.loop(0, counts[1], rows) as j:
            block = [images, code.minimum(planes, counts[0] - i), code.minimum(rows, counts[1] - j)]
            here = x + (i * (axes[0].pace * lay.pitch[1]) + j * (axes[1].pace * lay.pitch[2]) + lay.origin(axes))
            there = g + ((i + first[0]) * size[1] + j + first[1]) * (size[2] * self.c.maps)
            for group, vectors, channel, mask in self._maps():
                self._runs(here, there, sums, block, group, vectors, channel, mask)
            if self.bias:
                with code.when(code.part.eq(0)) if self.large else nullcontext():
                    self._bias(there, sums, block)

    def _clear(self, sums: Pointer) -> None:
        if not self.large:
            emit_clear(self.code, sums, self.size)
            return
        code, zero = self.code, self.code.zeros(self.c.dtype, self.lanes)
        for group, vectors, channel, _ in self._maps():
            rows = math.prod(self.runs) * self.length
            with code.loop(0, rows) as row:
                for v in range(vectors):
                    code.store(zero, sums + ((group * rows + row) * self.padded + channel + v * self.lanes))
        if self.bias:
            with code.when(code.part.eq(0)):
                size = self.groups * self.padded
                emit_clear(code, sums + (self.size - size), size)

    def _maps(self) -> Iterator[tuple[Index, int, Index, int]]:
        """Blocks of maps: (group, vectors, first map in the group, lanes of the last vector)."""
        full = self.tile.vectors * self.lanes
        count, rest = divmod(self.maps, full)
        with nest(self.code, [self.groups]) as (group,):
            if count:
                with self.code.loop(*self.shared) if self.large else self.code.loop(0, count) as block:
                    yield group, self.tile.vectors, block * full, self.lanes
            if rest:
                vectors = -(-rest // self.lanes)
                with self.code.when(self.code.part.eq(0)) if self.large else nullcontext():
                    yield group, vectors, count * full, rest - (vectors - 1) * self.lanes

    def _runs(
        self, x: Pointer, g: Pointer, sums: Pointer, block: Sequence[Index], group: Index, vectors: int,
        channel: Index, mask: int,
    ) -> None:  # fmt: skip
        """All taps and channels with one block of maps."""
        code = self.code
        there = g + (group * self.maps + channel)
        x = x + (channel if self.depthwise else group * self.channels)
        with nest(code, self.runs[:-1]) as outer:
            offset: Index = 0
            number: Index = 0
            for t, n, step in zip(outer, self.runs, self.steps):
                offset, number = offset + t * step, number * n + t
            if self.slides:
                for run, _ in spans(code, self.runs[-1], 1):
                    for place, places in spans(code, self.channels, min(self.channels, 24 // self.axes[2].taps)):
                        row = (number * self.runs[-1] + run) * self.length + place
                        target = sums + (row * self.padded + channel)
                        self._slide(x + (offset + run * self.steps[-1] + place), there, target, block, places, mask)
                return
            for run, runs in spans(code, self.runs[-1], self.tile.runs):
                for place, places in spans(code, self.length, self.tile.places):
                    here = x + (offset + run * self.steps[-1] + place)
                    row = (number * self.runs[-1] + run) * self.length + place
                    row = row + group * (math.prod(self.runs) * self.length)
                    target = sums + (row * self.padded + channel)
                    self._tile(here, there, target, block, Tile(runs, places, vectors), mask)

    def _tile(self, x: Pointer, g: Pointer, sums: Pointer, block: Sequence[Index], tile: Tile, mask: int) -> None:
        code, lanes, lay, axes, size = self.code, self.lanes, self.lay, self.axes, self.c.result
        pairs = list(itertools.product(range(tile.runs), range(tile.places)))
        targets = [
            sums + ((r * self.length + p) * self.padded + v * lanes) for r, p in pairs for v in range(tile.vectors)
        ]
        unrolled = max(n for n in range(1, max(1, UNROLLED // len(targets)) + 1) if size[2] % n == 0)
        if unrolled == 1 and size[2] * len(targets) <= SHORT:
            unrolled = size[2]

        def turn(at: Sequence[Index], totals: list[Value]) -> list[Value]:
            image, i, j, k = at
            here = x + (image * lay.pitch[0] + i * (axes[0].pace * lay.pitch[1]) + j * (axes[1].pace * lay.pitch[2]))
            there = g + (image * math.prod(size) + i * (size[1] * size[2]) + j * size[2]) * self.c.maps
            here, there = here + k * (unrolled * axes[2].pace * lay.pitch[3]), there + k * (unrolled * self.c.maps)
            totals = list(totals)
            for u in range(unrolled):
                masks = [lanes] * (tile.vectors - 1) + [mask]
                y = [code.load(there + (u * self.c.maps + v * lanes), lanes, m) for v, m in enumerate(masks)]
                spot = here + u * axes[2].pace * lay.pitch[3]
                for n, (r, p) in enumerate(pairs):
                    for v in range(tile.vectors):
                        near = spot + (r * self.steps[-1] + p)
                        if self.depthwise:
                            value = code.load(near + v * lanes, lanes, masks[v])
                        else:
                            value = code.splat(code.load(near), lanes)
                        m = n * tile.vectors + v
                        totals[m] = code.fma(value, y[v], totals[m])
            return totals

        totals = reduce(code, [*block, size[2] // unrolled], [code.load(t, lanes) for t in targets], turn)
        for total, target in zip(totals, targets):
            code.store(total, target)

    def _slide(self, x: Pointer, g: Pointer, sums: Pointer, block: Sequence[Index], places: int, mask: int) -> None:
        """A tile of all taps of a row and `places` channels: what is read once serves every tap that sees it."""
        code, lanes, lay, axes, size = self.code, self.lanes, self.lay, self.axes, self.c.result
        taps = axes[2].taps
        targets = [sums + (t * self.channels + p) * self.padded for t in range(taps) for p in range(places)]
        unrolled = max(n for n in range(1, 5) if size[2] % n == 0)

        def turn(at: Sequence[Index], totals: list[Value]) -> list[Value]:
            image, i, j, k = at
            here = x + (image * lay.pitch[0] + i * (axes[0].pace * lay.pitch[1]) + j * (axes[1].pace * lay.pitch[2]))
            there = g + (image * math.prod(size) + i * (size[1] * size[2]) + j * size[2]) * self.c.maps
            here, there = here + k * (unrolled * lay.pitch[3]), there + k * (unrolled * self.c.maps)
            totals = list(totals)
            y = [code.load(there + u * self.c.maps, lanes, mask) for u in range(unrolled)]
            for q in range(unrolled + taps - 1):
                for p in range(places):
                    value = code.splat(code.load(here + (q * lay.pitch[3] + p)), lanes)
                    for t in range(max(0, q + 1 - unrolled), min(taps, q + 1)):
                        totals[t * places + p] = code.fma(value, y[q - t], totals[t * places + p])
            return totals

        totals = reduce(code, [*block, size[2] // unrolled], [code.load(t, lanes) for t in targets], turn)
        for total, target in zip(totals, targets):
            code.store(total, target)

    def _bias(self, g: Pointer, sums: Pointer, block: Sequence[Index]) -> None:
        """Add the result's gradient itself to the last row of the sums."""
        code, size, lanes = self.code, self.c.result, self.lanes
        row = sums + self.groups * math.prod(self.runs) * self.length * self.padded
        unrolled = max(n for n in range(1, 9) if size[2] % n == 0)
        with nest(code, [self.groups]) as (group,):
            for channel, mask in code.vectors(self.maps, lanes):
                first = g + (group * self.maps + channel)

                def turn(at: Sequence[Index], totals: list[Value], first: Pointer = first, mask=mask) -> list[Value]:
                    image, i, j, k = at
                    place = first + (image * math.prod(size) + i * (size[1] * size[2]) + j * size[2]) * self.c.maps
                    place = place + k * (unrolled * self.c.maps)
                    return [total + code.load(place + u * self.c.maps, lanes, mask) for u, total in enumerate(totals)]

                zero = code.zeros(self.c.dtype, lanes)
                totals = reduce(code, [*block, size[2] // unrolled], [zero] * unrolled, turn)
                target = row + (group * self.padded + channel)
                code.store(functools.reduce(operator.add, totals, code.load(target, lanes)), target)


def emit_combination(code: Code, c: Convolution, bias: bool) -> None:
    """Add up the chunks, in their order, and bring the sums into the order of a weight."""
    sums, weight = code.operand(0, c.dtype), code.operand(1, c.dtype)
    chunks, size = sums_shape(c, bias)
    groups, channels, maps = groups_of(c)
    lanes = code.host.lanes(c.dtype)
    padded = -(-maps // lanes) * lanes
    rows = groups * c.taps * channels

    def total(place: Pointer) -> Value:
        value = code.load(place, lanes)
        with code.carrying(1, chunks, [value]) as loop:
            loop.carried = [loop.carried[0] + code.load(place + loop.index * size, lanes)]
        return loop.carried[0]

    def bring(group: Index, first: Index, count: int) -> None:
        to = weight + (group * maps + first) * (channels * c.taps)
        with code.loop(0, channels) as channel, code.loop(0, c.taps) as tap:
            row = (group * c.taps + tap) * channels + channel
            value = total(sums + (row * padded + first))
            for lane in range(count):
                code.store(code.lane(value, lane), to + (lane * (channels * c.taps) + channel * c.taps + tap))

    full, rest = divmod(maps, lanes)
    start, stop = code.share(groups * full, cost=c.taps * channels * (chunks + lanes) / 2)
    with code.loop(start, stop) as block:
        bring(block // max(1, full), block % max(1, full) * lanes, lanes)
    if rest:
        start, stop = code.share(groups, cost=c.taps * channels * (chunks + rest) / 2)
        with code.loop(start, stop) as group:
            bring(group, full * lanes, rest)
    if bias:
        target = code.operand(2, c.dtype)
        with code.when(code.part.eq(0)), nest(code, [groups]) as (each,):
            for first, filled in code.vectors(maps, lanes):
                value = total(sums + (rows * padded + each * padded + first))
                code.store(value, target + (each * maps + first), filled)


def best_tile(machine: Host, dtype: str, runs: int, length: int, maps: int, depthwise: bool, most: int) -> Tile:
    """The tile with the fewest cycles per position: two multiplications and two loads each, sums that wait for 4."""
    vectors = -(-maps // machine.lanes(dtype))
    if depthwise:
        return Tile(min(runs, machine.registers - 4), 1, 1)
    tiles = [
        Tile(r, p, v)
        for v in range(1, min(most, vectors) + 1)
        for p in range(1, length + 1)
        for r in range(1, (runs if p == length else 1) + 1)
        if r * p * v <= machine.registers * 3 // 4
    ]

    def cycles(tile: Tile) -> float:
        return sum(
            times_v * times_r * times_p * max(r * p * v / 2, (r * p + v) / 2, 4.0)
            for v, times_v in cuts(vectors, tile.vectors)
            for r, times_r in cuts(runs, tile.runs)
            for p, times_p in cuts(length, tile.places)
        )

    return min(tiles, key=lambda t: (cycles(t), -t.runs * t.places * t.vectors))
