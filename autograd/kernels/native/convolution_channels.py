"""Correlations with vectors over the channels of the result: a tile of positions × vectors lives in registers.

For each tap and channel of the source a tile takes one number per position and one row of weights: an implicit matrix
product, with weights packed so that they are read one after the other. Taps that lie side by side are one longer row.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_epilogue import Finish
from autograd.kernels.native.convolution_loops import cuts, load_spaced, nest, reduce, spans
from autograd.kernels.native.convolution_shapes import Axis, Correlation
from autograd.kernels.native.convolution_source import Layout
from autograd.kernels.native.host import Host
from autograd.kernels.native.values import Pointer, Value

Values = list[Value]


class Tile(NamedTuple):
    """How many rows, positions of a row, and vectors of channels are computed at once."""

    rows: int
    pixels: int
    vectors: int


class Part(NamedTuple):
    """Blocks of `vectors` vectors of channels: `blocks` of them from channel `first`; the last vector holds `tail`."""

    first: int
    blocks: int
    vectors: int
    tail: int


class Channels:
    """One phase of a correlation: its axes, tile, and packed weights."""

    def __init__(self, code: Code, c: Correlation, lay: Layout, axes: tuple[Axis, ...]) -> None:
        self.code, self.c, self.lay, self.axes = code, c, lay, axes
        self.lanes = code.host.lanes(c.dtype)
        self.depth, self.maps = c.channels // c.groups, c.maps // c.groups
        taps = tuple(a.taps for a in axes)
        joined = c.groups == 1 and (axes[2].reach == 1 or taps[2] == 1)
        self.runs = taps[:2] if joined else taps
        self.length = taps[2] * self.depth if joined else self.depth
        self.steps = taps[0] * taps[1] * taps[2] * self.depth
        self.tile = best_tile(code.host, c.dtype, axes, self.maps, self.steps, lay.band > 0)
        self.parts = self._parts()
        self.padded = -(-self.maps // self.lanes) * self.lanes
        self.packed = code.scratch(c.groups * self.padded * self.steps, c.dtype)

    def _parts(self) -> list[Part]:
        full = self.tile.vectors * self.lanes
        count, rest = divmod(self.maps, full)
        parts = [Part(0, count, self.tile.vectors, self.lanes)] if count else []
        if rest:
            vectors = -(-rest // self.lanes)
            parts.append(Part(count * full, 1, vectors, rest - (vectors - 1) * self.lanes))
        return parts

    # --- weights -----------------------------------------------------------------------------------------------------

    def pack(self, weight: Pointer) -> None:
        """Bring the weights of this phase into the order of use: group, block, tap, channel, vector."""
        code, c, lanes = self.code, self.c, self.lanes
        for group, part, block in self._blocks():
            origin = weight + (group * c.strides[2] + block * (part.vectors * lanes * c.strides[0]))
            origin += part.first * c.strides[0]
            target = self._weights(group, part, block)
            counts = [a.taps for a in self.axes]
            with nest(code, [*counts, self.depth]) as (*taps, channel):
                at: Index = 0
                number: Index = 0
                for a, stride, t in zip(self.axes, c.taps, taps):
                    at = at + t * (a.hop * stride) + a.tap * stride
                    number = number * a.taps + t
                number = number * self.depth + channel
                place = target + number * (part.vectors * lanes)
                for v in range(part.vectors):
                    row = origin + (at + channel * c.strides[1] + v * lanes * c.strides[0])
                    mask = part.tail if v == part.vectors - 1 else lanes
                    code.store(load_spaced(code, row, c.strides[0], lanes, mask), place + v * lanes)

    def _weights(self, group: Index, part: Part, block: Index) -> Pointer:
        offset = (group * self.padded + block * (part.vectors * self.lanes)) * self.steps
        return self.packed + offset + part.first * self.steps

    def _blocks(self) -> Any:
        for part in self.parts:
            with self.code.loop(0, self.c.groups) as group, self.code.loop(0, part.blocks) as block:
                yield group, part, block

    # --- the sum -----------------------------------------------------------------------------------------------------

    def run(self, source: Pointer, result: Pointer, images: Index, start: Index, finish: Finish) -> None:
        """Compute all positions of this phase for a block of images, or of a band that begins at `start`."""
        for group, part, block in self._blocks():
            weights = self._weights(group, part, block)
            channel = group * self.maps + block * (part.vectors * self.lanes) + part.first
            chunks = self._chunks(part)
            if not chunks:
                self._sweep(source + group * self.depth, weights, result, channel, part, images, start, finish)
                continue
            runs = int(np.prod(self.runs))
            with self.code.loop(0, runs * chunks) as k:
                at: Index = k % chunks * (self.length // chunks)
                run = k // chunks
                for n, step in list(zip(self.runs, self._run_steps()))[::-1]:
                    at, run = at + run % n * step, run // n
                self._sweep(
                    source + group * self.depth + at,
                    weights + k * (self.length // chunks * part.vectors * self.lanes),
                    result, channel, part, images, start, finish,
                    (k, runs * chunks, self.length // chunks),
                )  # fmt: skip

    def _run_steps(self) -> list[int]:
        return [a.reach * pitch for a, pitch in zip(self.axes, self.lay.pitch[1:])][: len(self.runs)]

    def _chunks(self, part: Part) -> int:
        """In how many pieces a run of weights is used, each for all positions, or 0 if all runs are used at once."""
        vector = part.vectors * self.code.host.vector_bytes
        budget = self.code.host.near * 5 // 4
        if self.steps * vector <= budget:
            return 0
        least = -(-self.length * vector // budget)
        return next((n for n in range(least, 2 * least) if self.length % n == 0), 1)

    def _sweep(
        self, source: Pointer, weights: Pointer, result: Pointer, channel: Index, part: Part, images: Index,
        start: Index, finish: Finish, piece: tuple[Value, int, int] | None = None,
    ) -> None:  # fmt: skip
        """All positions with one block of channels, and one piece of the weights if they come in pieces."""
        code, c, lay, axes = self.code, self.c, self.lay, self.axes
        first: list[Index] = [0, 0, 0]
        counts: list[Index] = [a.positions for a in axes]
        if lay.band:
            first[lay.banded] = start
            counts[lay.banded] = code.minimum(lay.band, counts[lay.banded] - start)
        pitch = (c.result[0] * c.result[1] * c.result[2], c.result[1] * c.result[2], c.result[2])
        with nest(code, [images, counts[0]]) as (image, i):
            inner = source + (image * lay.pitch[0] + i * (axes[0].pace * lay.pitch[1]) + lay.origin(axes))
            plane = image * pitch[0] + ((i + first[0]) * axes[0].step + axes[0].first) * pitch[1]
            for j, rows in spans(code, counts[1], self.tile.rows):
                for k, pixels in spans(code, counts[2], self.tile.pixels):
                    place = inner + (j * (axes[1].pace * lay.pitch[2]) + k * (axes[2].pace * lay.pitch[3]))
                    row = plane + ((j + first[1]) * axes[1].step + axes[1].first) * pitch[2]
                    position = row + k * axes[2].step + axes[2].first
                    self._tile(place, weights, result, position, channel, part, rows, pixels, finish, piece)

    def _tile(
        self, source: Pointer, weights: Pointer, result: Pointer, position: Index, channel: Index, part: Part,
        rows: int, pixels: int, finish: Finish, piece: tuple[Value, int, int] | None,
    ) -> None:  # fmt: skip
        code, c, lay, lanes = self.code, self.c, self.lay, self.lanes
        at = [
            (r * self.axes[1].pace * lay.pitch[2] + p * self.axes[2].pace * lay.pitch[3])
            for r, p in itertools.product(range(rows), range(pixels))
        ]
        to = [
            (r * self.axes[1].step * c.result[2] + p * self.axes[2].step)
            for r, p in itertools.product(range(rows), range(pixels))
        ]
        cells = [
            (position + q, channel + v * lanes, part.tail if v == part.vectors - 1 else lanes)
            for q in to
            for v in range(part.vectors)
        ]
        places = [result + (q * c.maps + d) for q, d, _ in cells]
        zero = code.zeros(c.dtype, lanes)
        if piece is not None:
            with code.when(piece[0].eq(0)):
                for place, (_, _, mask) in zip(places, cells):
                    code.store(zero, place, mask)
            sums = [code.load(place, lanes, mask) for place, (_, _, mask) in zip(places, cells)]
            sums = self._products(sums, source, weights, at, part.vectors, piece[2])
        else:
            steps = self._run_steps()

            def run(taps: Sequence[Index], sums: Values) -> Values:
                offset: Index = 0
                number: Index = 0
                for t, n, step in zip(taps, self.runs, steps):
                    offset, number = offset + t * step, number * n + t
                row = weights + number * (self.length * part.vectors * lanes)
                return self._products(sums, source + offset, row, at, part.vectors, self.length)

            sums = reduce(code, self.runs, [zero] * len(cells), run)
        if piece is None:
            finish.store(code, sums, cells, result, c.maps)
            return
        for total, place, (_, _, mask) in zip(sums, places, cells):
            code.store(total, place, mask)
        if finish.steps:
            with code.when(piece[0].eq(piece[1] - 1)):
                finish.store(code, sums, cells, result, c.maps)

    def _products(
        self, sums: Values, source: Pointer, weights: Pointer, at: Sequence[int], vectors: int, length: int
    ) -> Values:
        """Add source · weight over `length` places side by side."""
        code, lanes = self.code, self.lanes
        most = max(1, 64 // len(sums))
        unrolled = max(n for n in range(1, most + 1) if length % n == 0)

        def turn(step: Sequence[Index], sums: Values) -> Values:
            sums = list(sums)
            for u in range(unrolled):
                offset = step[0] * unrolled + u
                row = weights + offset * (vectors * lanes)
                w = [code.load(row + v * lanes, lanes) for v in range(vectors)]
                here = source + offset
                for p, q in enumerate(at):
                    x = code.splat(code.load(here + q), lanes)
                    for v in range(vectors):
                        sums[p * vectors + v] = code.fma(x, w[v], sums[p * vectors + v])
            return sums

        return reduce(code, [length // unrolled], sums, turn)


def best_tile(host: Host, dtype: str, axes: tuple[Axis, ...], maps: int, steps: int, banded: bool) -> Tile:
    """The tile with which the whole phase takes the fewest cycles, by the model of `tile_cycles`."""
    vectors = -(-maps // host.lanes(dtype))
    tiles = [
        Tile(rows, pixels, v)
        for v in range(1, min(4, vectors) + 1)
        for rows in range(1, 1 + (1 if banded else min(4, axes[1].positions)))
        for pixels in range(1, axes[2].positions + 1)
        if rows * pixels * v + v < host.registers and (rows == 1 or pixels == axes[2].positions)
    ]

    def cycles(tile: Tile) -> float:
        total = 0.0
        blocks = [(tile.vectors, vectors // tile.vectors), (vectors % tile.vectors, 1)]
        for v, times in blocks:
            for rows, times_rows in cuts(axes[1].positions, tile.rows):
                for pixels, times_pixels in cuts(axes[2].positions, tile.pixels):
                    if v and times:
                        total += times * times_rows * times_pixels * tile_cycles(rows * pixels, v, steps)
        return total

    return min(tiles, key=lambda t: (cycles(t), -t.rows * t.pixels * t.vectors))


def tile_cycles(positions: int, vectors: int, steps: int) -> float:
    """Cycles of a tile: two multiplications and two loads a cycle, sums that wait 4 cycles for the one before."""
    products = positions * vectors
    return steps * max(products / 2, (positions + vectors) / 2, 4.0) + 1.5 * products + 10
