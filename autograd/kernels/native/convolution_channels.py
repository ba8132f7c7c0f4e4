"""Correlations with vectors over the channels of the result: a tile of positions × vectors lives in registers.

For each tap and channel of the source a tile takes one number per position and one row of weights: an implicit matrix
product, with weights packed so that they are read one after the other. Taps that lie side by side are one longer row.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_epilogue import Grid, Target
from autograd.kernels.native.convolution_loops import cuts, load_spaced, nest, reduce, spans
from autograd.kernels.native.convolution_shapes import Axis, Correlation
from autograd.kernels.native.convolution_source import Layout
from autograd.kernels.native.host import Host
from autograd.kernels.native.values import Pointer, Value

Values = list[Value]
Piece = tuple[Value, int, int]
"""One piece of the weights: its number, how many there are, and how many places side by side it has."""
BUDGET = 1.25
UNROLLED = 32  # products, at most, of the innermost loop


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
    """One phase of a correlation (or several alike): its tile, its packed weights, and the sum."""

    def __init__(self, code: Code, c: Correlation, lay: Layout, axes: tuple[Axis, ...]) -> None:
        self.code, self.c, self.lay, self.axes = code, c, lay, axes
        self.lanes = code.host.lanes(c.dtype)
        self.depth, self.maps = c.channels // c.groups, c.maps // c.groups
        taps = tuple(a.taps for a in axes)
        joined = c.groups == 1 and (axes[2].reach == 1 or taps[2] == 1)
        self.runs = taps[:2] if joined else taps
        self.length = taps[2] * self.depth if joined else self.depth
        self.run_steps = [a.reach * pitch for a, pitch in zip(axes, lay.pitch[1:])][: len(self.runs)]
        self.steps = math.prod(taps) * self.depth
        self.tile = best_tile(code.host, c.dtype, axes, self.maps, self.steps, lay.band > 0)
        self.parts = self._parts()
        self.slides = joined and axes[2].pace == 1 and 1 < taps[2] <= 5 and self.tile.rows == self.tile.vectors == 1
        self.padded = -(-self.maps // self.lanes) * self.lanes
        self.copies = [a.copies for a in axes]
        self.size = c.groups * self.padded * self.steps
        self.packed = code.scratch(math.prod(self.copies) * self.size, c.dtype)
        # From one row, position or map of the result to the next, in elements.
        self.pitch = (c.result[1] * c.result[2] * c.maps, c.result[2] * c.maps, c.maps)

    def _parts(self) -> list[Part]:
        full = self.tile.vectors * self.lanes
        count, rest = divmod(self.maps, full)
        parts = [Part(0, count, self.tile.vectors, self.lanes)] if count else []
        if rest:
            vectors = -(-rest // self.lanes)
            parts.append(Part(count * full, 1, vectors, rest - (vectors - 1) * self.lanes))
        return parts

    def _blocks(self) -> Iterator[tuple[Sequence[Index], Index, Part, Index, Pointer]]:
        """Each phase, group and block of maps: (phase, group, part, first map of the group, packed weights)."""
        for part in self.parts:
            with nest(self.code, [*self.copies, self.c.groups, part.blocks]) as (*copy, group, block):
                first = block * (part.vectors * self.lanes) + part.first
                number: Index = 0
                for n, k in zip(self.copies, copy):
                    number = number * n + k
                yield (
                    copy,
                    group,
                    part,
                    first,
                    self.packed + (number * self.size + (group * self.padded + first) * self.steps),
                )

    def pack(self, weight: Pointer) -> None:
        """Bring the weights into the order of use: phase, group, block, tap, channel, vector."""
        code, c, lanes = self.code, self.c, self.lanes
        for copy, group, part, first, target in self._blocks():
            origin = weight + (group * c.strides[2] + first * c.strides[0])
            with nest(code, [*(a.taps for a in self.axes), self.depth]) as (*taps, channel):
                at: Index = channel * c.strides[1]
                number: Index = 0
                for a, stride, t, k in zip(self.axes, c.taps, taps, copy):
                    at = at + t * (a.hop * stride) + k * (a.growth[2] * stride) + a.tap * stride
                    number = number * a.taps + t
                row, place = origin + at, target + (number * self.depth + channel) * (part.vectors * lanes)
                for v in range(part.vectors):
                    mask = part.tail if v == part.vectors - 1 else lanes
                    value = load_spaced(code, row + v * lanes * c.strides[0], c.strides[0], lanes, mask)
                    code.store(value, place + v * lanes)

    def run(self, source: Pointer, target: Target, images: Index, start: Index) -> None:
        """Compute all positions for a block of images, or for the band of one that begins at `start`."""
        for copy, group, part, first, weights in self._blocks():
            place = source + group * self.depth
            shift: Index = 0
            for a, k, inwards, outwards in zip(self.axes, copy, self.lay.pitch[1:], self.pitch):
                place, shift = place + k * (a.growth[1] * inwards), shift + k * (a.growth[0] * outwards)
            channel = group * self.maps + first
            end = target.at(shift + channel, channel)
            pieces = self._pieces(part)
            if not pieces:
                self._sweep(place, weights, end, part, images, start)
                continue
            length = self.length // pieces
            with self.code.loop(0, math.prod(self.runs) * pieces) as k:
                at, run = k % pieces * length, k // pieces
                for n, step in list(zip(self.runs, self.run_steps))[::-1]:
                    at, run = at + run % n * step, run // n
                weights = weights + k * (length * part.vectors * self.lanes)
                self._sweep(place + at, weights, end, part, images, start, (k, math.prod(self.runs) * pieces, length))

    def _pieces(self, part: Part) -> int:
        """In how many pieces a run of weights is used, each for all positions, or 0 if all runs are used at once."""
        vector = part.vectors * self.code.host.vector_bytes
        budget = int(self.code.host.near * BUDGET)
        if self.steps * vector <= budget:
            return 0
        least = -(-self.length * vector // budget)
        return next((n for n in range(least, 2 * least) if self.length % n == 0), 1)

    def _sweep(
        self, source: Pointer, weights: Pointer, target: Target, part: Part, images: Index, start: Index,
        piece: Piece | None = None,
    ) -> None:  # fmt: skip
        """All positions with one block of maps, and one piece of the weights if they come in pieces."""
        code, lay, axes = self.code, self.lay, self.axes
        first: list[Index] = [0, 0]
        counts: list[Index] = [a.positions for a in axes]
        if lay.band:
            first[lay.banded] = start
            counts[lay.banded] = code.minimum(lay.band, counts[lay.banded] - start)
        paces = [a.pace * pitch for a, pitch in zip(axes, lay.pitch[1:])]
        steps = [a.step * pitch for a, pitch in zip(axes, self.pitch)]
        source = source + lay.origin(axes)
        offset = sum(a.first * pitch for a, pitch in zip(axes, self.pitch))
        with nest(code, [images, counts[0]]) as (image, i):
            plane = source + (image * lay.pitch[0] + i * paces[0])
            row = offset + image * (self.c.result[0] * self.pitch[0]) + (i + first[0]) * steps[0]
            for j, rows in spans(code, counts[1], self.tile.rows):
                for k, pixels in spans(code, counts[2], self.tile.pixels):
                    end = target.at(row + (j + first[1]) * steps[1] + k * steps[2])
                    here = plane + (j * paces[1] + k * paces[2])
                    at = [r * paces[1] + p * paces[2] for r in range(rows) for p in range(pixels)]
                    grid = Grid(rows, steps[1], pixels, steps[2], part.vectors, self.lanes, part.tail)
                    self._tile(here, at, weights, end, grid, piece)

    def _tile(
        self, source: Pointer, at: Sequence[int], weights: Pointer, target: Target, grid: Grid, piece: Piece | None
    ) -> None:
        code, vectors = self.code, grid.vectors
        zeros = [code.zeros(self.c.dtype, self.lanes)] * (len(at) * vectors)

        def run(taps: Sequence[Index], sums: Values) -> Values:
            offset: Index = 0
            number: Index = 0
            for t, n, step in zip(taps, self.runs, self.run_steps):
                offset, number = offset + t * step, number * n + t
            row = weights + number * (self.length * vectors * self.lanes)
            return self._products(sums, source + offset, at, row, vectors, self.length)

        if piece is None:
            target.store(code, reduce(code, self.runs, zeros, run), grid)
            return
        number, count, length = piece
        raw = target.plain()
        with code.when(number.eq(0)):
            raw.store(code, zeros, grid)
        sums = self._products(raw.load(code, grid), source, at, weights, vectors, length)
        raw.store(code, sums, grid)
        if target.finish.steps:
            with code.when(number.eq(count - 1)):
                target.store(code, sums, grid)

    def _products(
        self, sums: Values, source: Pointer, at: Sequence[int], weights: Pointer, vectors: int, length: int
    ) -> Values:
        """Add source · weight over `length` places side by side."""
        code, lanes = self.code, self.lanes
        if not length:
            return sums
        if self.slides and length == self.length:
            return self._slide(sums, source, weights)
        unrolled = max(n for n in range(1, max(1, UNROLLED // len(sums)) + 1) if length % n == 0)

        def turn(step: Sequence[Index], sums: Values) -> Values:
            sums = list(sums)
            here, row = source + step[0] * unrolled, weights + step[0] * (unrolled * vectors * lanes)
            for u in range(unrolled):
                w = [code.load(row + (u * vectors + v) * lanes, lanes) for v in range(vectors)]
                for p, q in enumerate(at):
                    x = code.splat(code.load(here + (q + u)), lanes)
                    for v in range(vectors):
                        sums[p * vectors + v] = code.fma(x, w[v], sums[p * vectors + v])
            return sums

        return reduce(code, [length // unrolled], sums, turn)

    def _slide(self, sums: Values, source: Pointer, weights: Pointer) -> Values:
        """The same for a row of positions whose windows overlap: what is read once serves every tap that sees it."""
        code, lanes, taps = self.code, self.lanes, self.axes[2].taps

        def turn(step: Sequence[Index], sums: Values) -> Values:
            sums, here, row = list(sums), source + step[0], weights + step[0] * lanes
            w = [code.load(row + t * (self.depth * lanes), lanes) for t in range(taps)]
            for q in range(len(sums) + taps - 1):
                x = code.splat(code.load(here + q * self.lay.pitch[3]), lanes)
                for t in range(max(0, q + 1 - len(sums)), min(taps, q + 1)):
                    sums[q - t] = code.fma(x, w[t], sums[q - t])
            return sums

        return reduce(code, [self.depth], sums, turn)


def best_tile(host: Host, dtype: str, axes: tuple[Axis, ...], maps: int, steps: int, banded: bool) -> Tile:
    """The tile with which the whole phase takes the fewest cycles, by the model of `tile_cycles`.

    Each shorter tile for the rest of a row is more code, so it has to be worth it.
    """
    vectors = -(-maps // host.lanes(dtype))
    tiles = [
        Tile(rows, pixels, v)
        for v in range(1, min(4, vectors) + 1)
        for rows in range(1, 1 + (1 if banded else min(4, axes[1].positions)))
        for pixels in range(1, axes[2].positions + 1)
        if rows * pixels * v <= host.registers * 3 // 4 and (rows == 1 or pixels == axes[2].positions)
    ]

    return min(tiles, key=lambda t: (phase_cycles(t, axes, vectors, steps), t.rows * t.pixels * t.vectors))


def phase_cycles(tile: Tile, axes: tuple[Axis, ...], vectors: int, steps: int) -> float:
    """Cycles of all rows of the second axis with a tile."""
    kinds = [
        times_v * times_rows * times_pixels * tile_cycles(rows * pixels, v, steps)
        for v, times_v in cuts(vectors, tile.vectors)
        for rows, times_rows in cuts(axes[1].positions, tile.rows)
        for pixels, times_pixels in cuts(axes[2].positions, tile.pixels)
    ]
    return sum(kinds) * (1 + 0.04 * len(kinds))


def cycles(host: Host, c: Correlation) -> float:
    """Cycles of an image."""
    total, maps = 0.0, c.maps // c.groups
    for axes in itertools.product(*c.axes):
        steps = math.prod(a.taps for a in axes) * (c.channels // c.groups)
        tile = best_tile(host, c.dtype, axes, maps, steps, False)
        times = c.groups * math.prod(a.copies for a in axes) * axes[0].positions
        total += times * phase_cycles(tile, axes, -(-maps // host.lanes(c.dtype)), steps)
    return total


def tile_cycles(positions: int, vectors: int, steps: int) -> float:
    """Cycles of a tile: two multiplications and two loads a cycle, sums that wait 4 cycles for the one before."""
    products = positions * vectors
    return steps * max(products / 2, (positions + vectors) / 2, 4.0) + 1.5 * products + 10
