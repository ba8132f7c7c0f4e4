"""Correlations with few channels in the result, with vectors along the last axis instead of over channels.

The source is brought into planes, one per channel (and per phase of a stride), so that a vector holds neighbouring
positions of one channel; weights are single numbers. The planes that result are woven into pixels again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_epilogue import Epilogue, Finish, Target
from autograd.kernels.native.convolution_loops import cuts, interwoven, load_spaced, nest, reduce, spans, transposed
from autograd.kernels.native.convolution_shapes import Axis, Correlation
from autograd.kernels.native.convolution_source import Layout, emit_clear
from autograd.kernels.native.host import Host
from autograd.kernels.native.values import Pointer, Value

WOVEN = 8  # planes, at most, that are woven into pixels
LARGEST = 8 << 20  # bytes of an image


class Tile(NamedTuple):
    """How many maps, rows and vectors of positions are computed at once."""

    maps: int
    rows: int
    vectors: int


class Planes:
    """A whole correlation with few maps."""

    def __init__(self, code: Code, c: Correlation, lay: Layout, weight: Pointer, epilogue: Epilogue) -> None:
        self.code, self.c, self.lay, self.weight = code, c, lay, weight
        self.lanes = code.host.lanes(c.dtype)
        self.tile = best_tile(code.host, c)
        self.pace, self.step = c.axes[2][0].pace, c.axes[2][0].step
        positions = max(a.positions for a in c.axes[2])
        # Vectors may read this far beyond the last position that matters.
        slack = -(-positions // self.lanes) * self.lanes
        self.direct = c.channels == self.pace == 1
        self.width = lay.pitch[2] if self.direct else -(-lay.extent[2] // self.pace) + slack
        self.line = self.pace * self.width
        # An odd number of vectors, so that planes do not compete for the same places of the cache.
        self.plane = (-(-lay.extent[0] * lay.extent[1] * self.line // self.lanes) | 1) * self.lanes
        # If the copy is a plane already, there is only room behind it, which the last vectors touch.
        self.size = slack + (0 if self.direct else c.channels * self.plane)
        self.planes = code.scratch(self.size, c.dtype)
        self.woven = self.step * c.maps
        self.row = slack
        self.rows = code.scratch(self.tile.rows * self.woven * slack, c.dtype)
        self.patterns = [
            code.scratch(self.woven * self.lanes, c.dtype) for kind in epilogue.inputs if kind == "channel"
        ]

    def prepare(self, target: Target) -> Target:
        """The target with its numbers per channel repeated as they are met in rows of pixels.

        What vectors read beyond the planes is cleared: it is never stored, but odd numbers would slow them down.
        """
        emit_clear(self.code, self.planes, self.size)
        code, operands, patterns = self.code, list(target.finish.operands), iter(self.patterns)
        for k, kind in enumerate(target.finish.kinds):
            if kind == "channel":
                pattern = next(patterns)
                with code.loop(0, self.step * self.lanes) as i:
                    for channel in range(self.c.maps):
                        code.store(code.load(operands[k] + channel), pattern + (i * self.c.maps + channel))
                operands[k] = pattern
        return Target(target.result, Finish(Epilogue(target.finish.steps, target.finish.kinds), operands))

    def run(self, source: Pointer, target: Target) -> None:
        """All positions of an image, whose padded copy is `source`."""
        code, c = self.code, self.c
        planes = source if self.direct else self.planes
        if not self.direct:
            self._enter(source)
        pitch = (c.result[1] * c.result[2] * c.maps, c.result[2] * c.maps)
        for first, second in itertools.product(*c.axes[:2]):
            outer = [(a, near, line) for a, near, line in zip((first, second), self.lay.near, self._lines())]
            origin = sum((a.base - near) * line for a, near, line in outer if a.taps)
            with nest(code, [first.copies, second.copies, first.positions]) as (*copy, i):
                here = planes + origin + i * (first.pace * outer[0][2])
                there = target.at((i * first.step + first.first) * pitch[0] + second.first * pitch[1])
                for (a, _, line), k, outwards in zip(outer, copy, pitch):
                    here, there = here + k * (a.growth[1] * line), there.at(k * (a.growth[0] * outwards))
                for j, rows in spans(code, second.positions, self.tile.rows):
                    for third in c.axes[2]:
                        self._positions(here + j * (second.pace * self.line), (first, second, third), copy, rows)
                    for r in range(rows):
                        self._leave(self.rows + r * self.woven * self.row, there.at((j + r) * (second.step * pitch[1])))

    def _lines(self) -> tuple[int, int]:
        return self.lay.extent[1] * self.line, self.line

    def _enter(self, source: Pointer) -> None:
        """Bring the copied image into planes."""
        code, lay, lanes = self.code, self.lay, self.lanes
        channels = self.c.channels
        rows, vectors = lay.extent[0] * lay.extent[1], -(-lay.extent[2] // (self.pace * lanes))
        if channels < lanes // 2:
            with nest(code, [rows, channels, self.pace, vectors]) as (row, channel, phase, v):
                place = source + (row * lay.pitch[2] + channel + phase * channels + v * (lanes * self.pace * channels))
                value = load_spaced(code, place, self.pace * channels, lanes, lanes)
                to = channel * self.plane + row * self.line + phase * self.width + v * lanes
                code.store(value, self.planes + to)
            return
        with nest(code, [rows, self.pace, vectors]) as (row, phase, v):
            place = source + (row * lay.pitch[2] + phase * channels + v * (lanes * self.pace * channels))
            to = self.planes + (row * self.line + phase * self.width + v * lanes)
            for first, mask in code.vectors(channels, lanes):
                square = [code.load(place + (k * self.pace * channels + first), lanes, mask) for k in range(lanes)]
                for k, value in enumerate(transposed(code, square)[: mask if isinstance(mask, int) else lanes]):
                    code.store(value, to + (first + k) * self.plane)

    def _positions(self, source: Pointer, axes: tuple[Axis, ...], copy: Sequence[Index], rows: int) -> None:
        """Some rows of one phase, of all maps, into `self.rows`."""
        code, c, lanes, last = self.code, self.c, self.lanes, axes[2]
        vectors = -(-last.positions // lanes)
        for first, maps in spans(code, c.maps, self.tile.maps):
            for v, width in spans(code, vectors, self.tile.vectors):
                with nest(code, [last.copies]) as (k,):
                    sums = self._tile(
                        source + (v * lanes + k * last.growth[1]), axes, [*copy, k], first, Tile(maps, rows, width)
                    )
                    plane = self.rows + ((last.first + k * last.growth[0]) * c.maps + first) * self.row + v * lanes
                    for value, (m, r, n) in zip(sums, itertools.product(range(maps), range(rows), range(width))):
                        code.store(value, plane + ((r * self.woven + m) * self.row + n * lanes))

    def _tile(
        self, source: Pointer, axes: tuple[Axis, ...], copy: Sequence[Index], first: Index, tile: Tile
    ) -> list[Value]:
        code, c, lanes = self.code, self.c, self.lanes
        zero = code.zeros(c.dtype, lanes)
        count = tile.maps * tile.rows * tile.vectors
        if not math.prod(a.taps for a in axes):
            return [zero] * count
        weight = self.weight + first * c.strides[0]
        for a, stride, k in zip(axes, c.taps, copy):
            weight = weight + (k * (a.growth[2] * stride) + a.tap * stride)

        def turn(at: Sequence[Index], sums: list[Value]) -> list[Value]:
            channel, t, u = at
            here = source + (
                channel * self.plane + t * (axes[0].reach * self._lines()[0]) + u * (axes[1].reach * self.line)
            )
            row = weight + (channel * c.strides[1] + t * (axes[0].hop * c.taps[0]) + u * (axes[1].hop * c.taps[1]))
            sums = list(sums)
            for tap in range(axes[2].taps):
                at2 = axes[2].base - self.lay.near[2] + tap * axes[2].reach
                place = here + (at2 % self.pace * self.width + at2 // self.pace)
                x = [
                    code.load(place + (r * axes[1].pace * self.line + n * lanes), lanes)
                    for r, n in itertools.product(range(tile.rows), range(tile.vectors))
                ]
                for m in range(tile.maps):
                    w = code.splat(code.load(row + (m * c.strides[0] + tap * axes[2].hop)), lanes)
                    for n, value in enumerate(x):
                        sums[m * len(x) + n] = code.fma(value, w, sums[m * len(x) + n])
            return sums

        return reduce(code, [c.channels, axes[0].taps, axes[1].taps], [zero] * count, turn)

    def _leave(self, planes: Pointer, target: Target) -> None:
        """Weave a row of planes into a row of pixels, and finish and store them."""
        code, lanes, woven = self.code, self.lanes, self.woven
        total = self.c.result[2] * self.c.maps

        def block(first: Index, count: int) -> None:
            vectors = [code.load(planes + (j * self.row + first), lanes) for j in range(woven)]
            here = Target(target.result + first * woven, target.finish.at(first * woven))
            for j, value in enumerate(interwoven(code, vectors)):
                mask = min(lanes, count - j * lanes)
                if mask > 0:
                    value = here.finish.apply(code, value, j * lanes, j * lanes, mask)
                    code.store(value, here.result + j * lanes, mask)

        full, rest = divmod(total, woven * lanes)
        with nest(code, [full] if full else []) as at:
            if full:
                block(at[0] * lanes, woven * lanes)
        if rest:
            block(full * lanes, rest)


def serves(c: Correlation, lay: Layout) -> bool:
    """Whether a correlation can be done with planes."""
    size = math.prod(lay.extent) * c.channels * np.dtype(c.dtype).itemsize
    return c.groups == 1 and c.axes[2][0].step * c.maps <= WOVEN and size <= LARGEST


def best_tile(host: Host, c: Correlation) -> Tile:
    """The tile with the fewest cycles."""
    rows = max(a.positions for a in c.axes[1])
    vectors = -(-max(a.positions for a in c.axes[2]) // host.lanes(c.dtype))
    tiles = [
        Tile(m, r, v)
        for m in range(1, c.maps + 1)
        for r in range(1, min(8, rows) + 1)
        for v in range(1, min(4, vectors) + 1)
        if m * r * v <= host.registers * 3 // 4
    ]
    return min(tiles, key=lambda t: (_cycles_per_step(t, c.maps, rows, vectors), t.maps * t.rows * t.vectors))


def _cycles_per_step(tile: Tile, maps: int, rows: int, vectors: int) -> float:
    kinds = [
        times_m * times_r * times_v * max(m * r * v / 2, (m + r * v) / 2, 4.0)
        for m, times_m in cuts(maps, tile.maps)
        for r, times_r in cuts(rows, tile.rows)
        for v, times_v in cuts(vectors, tile.vectors)
    ]
    return sum(kinds) * (1 + 0.04 * len(kinds))


def cycles(host: Host, c: Correlation, lay: Layout) -> float:
    """Cycles of an image."""
    lanes, total, woven = host.lanes(c.dtype), 0.0, c.axes[2][0].step * c.maps
    tile = best_tile(host, c)
    for a, b, d in itertools.product(*c.axes):
        steps = a.taps * b.taps * d.taps * c.channels * a.copies * b.copies * d.copies * a.positions
        total += steps * _cycles_per_step(tile, c.maps, b.positions, -(-d.positions // lanes))
    gathers = 0 if c.channels == c.axes[2][0].pace == 1 else math.prod(lay.extent) * c.channels / lanes * 12
    return total + gathers + math.prod(c.result) * c.maps / lanes * (woven / 2 + 4)
