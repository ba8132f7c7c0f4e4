"""Depthwise correlations: every channel has a window of its own, so vectors of channels run through all of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_epilogue import Grid, Target
from autograd.kernels.native.convolution_loops import load_spaced, nest, reduce, spans
from autograd.kernels.native.convolution_shapes import Axis, Correlation
from autograd.kernels.native.convolution_source import Layout
from autograd.kernels.native.values import Pointer, Value

PIXELS = 8
"""Positions computed at once: sums that need not wait for one another."""


class Depthwise:
    """One phase of a depthwise correlation, or several alike."""

    def __init__(self, code: Code, c: Correlation, lay: Layout, axes: tuple[Axis, ...]) -> None:
        self.code, self.c, self.lay, self.axes = code, c, lay, axes
        self.lanes = code.host.lanes(c.dtype)
        self.padded = -(-c.maps // self.lanes) * self.lanes
        self.taps = math.prod(a.taps for a in axes)
        self.copies = [a.copies for a in axes]
        self.packed = code.scratch(math.prod(self.copies) * self.taps * self.padded, c.dtype)
        self.pitch = (c.result[1] * c.result[2] * c.maps, c.result[2] * c.maps, c.maps)
        width = axes[2].positions
        rests = {n: (width % n > 0, -n) for n in range(min(4, width), min(PIXELS, width) + 1)}
        self.pixels = min(rests, key=rests.__getitem__)

    def _blocks(self) -> Iterator[tuple[Sequence[Index], Index, int, Pointer]]:
        """Each phase and vector of channels: (phase, first channel, lanes, packed weights)."""
        count, rest = divmod(self.c.maps, self.lanes)
        for blocks, lanes in ((count, self.lanes), (min(rest, 1), rest)):
            if blocks:
                with nest(self.code, [*self.copies, blocks]) as (*copy, block):
                    first = block * self.lanes if lanes == self.lanes else count * self.lanes
                    number: Index = 0
                    for n, k in zip(self.copies, copy):
                        number = number * n + k
                    yield copy, first, lanes, self.packed + (number * (self.taps * self.padded) + first)

    def pack(self, weight: Pointer) -> None:
        """Bring the weights into the order of use: phase, tap, channel."""
        code, c = self.code, self.c
        for copy, first, lanes, target in self._blocks():
            with nest(code, [a.taps for a in self.axes]) as taps:
                at: Index = first * c.strides[2]
                number: Index = 0
                for a, stride, t, k in zip(self.axes, c.taps, taps, copy):
                    at = at + t * (a.hop * stride) + k * (a.growth[2] * stride) + a.tap * stride
                    number = number * a.taps + t
                value = load_spaced(code, weight + at, c.strides[2], self.lanes, lanes)
                code.store(value, target + number * self.padded)

    def run(self, source: Pointer, target: Target, images: Index, start: Index) -> None:
        """Compute all positions for a block of images, or for the band of one that begins at `start`."""
        code, lay, axes = self.code, self.lay, self.axes
        first: list[Index] = [0, 0]
        counts: list[Index] = [a.positions for a in axes]
        if lay.band:
            first[lay.banded] = start
            counts[lay.banded] = code.minimum(lay.band, counts[lay.banded] - start)
        paces = [a.pace * pitch for a, pitch in zip(axes, lay.pitch[1:])]
        steps = [a.step * pitch for a, pitch in zip(axes, self.pitch)]
        for copy, channel, lanes, weights in self._blocks():
            here = source + (channel + lay.origin(axes))
            row: Index = channel + sum(a.first * pitch for a, pitch in zip(axes, self.pitch))
            for a, k, inwards, outwards in zip(axes, copy, lay.pitch[1:], self.pitch):
                here, row = here + k * (a.growth[1] * inwards), row + k * (a.growth[0] * outwards)
            end = target.at(row, channel)
            with nest(code, [images, counts[0], counts[1]]) as (image, i, j):
                inner = here + (image * lay.pitch[0] + i * paces[0] + j * paces[1])
                outer = (
                    image * (self.c.result[0] * self.pitch[0]) + (i + first[0]) * steps[0] + (j + first[1]) * steps[1]
                )
                for k, pixels in spans(code, counts[2], self.pixels):
                    sums = self._tile(inner + k * paces[2], weights, pixels, lanes)
                    grid = Grid(1, 0, pixels, steps[2], 1, self.lanes, lanes)
                    end.at(outer + k * steps[2]).store(code, sums, grid)

    def _tile(self, source: Pointer, weights: Pointer, pixels: int, lanes: int) -> list[Value]:
        code, axes, pitch = self.code, self.axes, self.lay.pitch

        def turn(taps: Sequence[Index], sums: list[Value]) -> list[Value]:
            here = source + (taps[0] * (axes[0].reach * pitch[1]) + taps[1] * (axes[1].reach * pitch[2]))
            row = weights + (taps[0] * axes[1].taps + taps[1]) * (axes[2].taps * self.padded)
            sums, known = list(sums), dict[int, Value]()
            for t in range(axes[2].taps):
                w = code.load(row + t * self.padded, self.lanes)
                for p in range(pixels):
                    at = (t * axes[2].reach + p * axes[2].pace) * pitch[3]
                    if at not in known:
                        known[at] = code.load(here + at, self.lanes, lanes)
                    sums[p] = code.fma(known[at], w, sums[p])
            return sums

        zero = code.zeros(self.c.dtype, self.lanes)
        if not self.taps:
            return [zero] * pixels
        return reduce(code, [a.taps for a in axes[:2]], [zero] * pixels, turn)
