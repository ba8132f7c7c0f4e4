"""Between images and points: tiles of channels-last images are transformed on their way into buffers and back.

A block of tiles, with all its channels, lies in a buffer as buffer[point][tile][channel], so that each of the t × t
points is a matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_epilogue import Epilogue, Finish
from autograd.kernels.native.values import Pointer
from autograd.kernels.native.winograd_transforms import Transform, both_axes, output

F32 = np.float32
LINE = 16  # numbers in a cache line


class Tiles(NamedTuple):
    """All images' results in tiles of m × m: `down` rows and `across` columns of them per image."""

    m: int
    down: int
    across: int

    @classmethod
    def of(cls, m: int, result: Sequence[int]) -> Tiles:
        """The tiles of results of a size."""
        return cls(m, *(-(-n // m) for n in result))

    @property
    def t(self) -> int:
        """How many points there are per axis."""
        return self.m + 2


class Points(NamedTuple):
    """A buffer of points: `width` numbers per tile, `plane` numbers per point."""

    place: Pointer
    width: int
    plane: int


def buffer(code: Code, tiles: Tiles, count: int, width: int) -> Points:
    """Room for the points of `count` tiles."""
    plane = odd_lines(count * width)
    return Points(code.scratch(tiles.t**2 * plane, F32), width, plane)


def odd_lines(count: int) -> int:
    """`count` filled up to an odd number of cache lines: numbers so far apart do not compete for the same places."""
    return (-(-count // LINE) | 1) * LINE


class Picture(NamedTuple):
    """Images as tiles see them: tile (i, j) takes the `span` × `span` pixels from (i·m - top, j·m - left) on."""

    size: tuple[int, ...]
    channels: int
    span: int
    top: int = 0
    left: int = 0


class Images:
    """Images that tiles are read from or written to."""

    def __init__(self, code: Code, tiles: Tiles, place: Pointer, picture: Picture) -> None:
        self.code, self.tiles, self.place, self.picture = code, tiles, place, picture
        self.lanes = code.host.lanes(F32)
        _, width = picture.size
        # Instead of rows outside the image a row of zeros is read, and one that nobody reads is written.
        self.outside = code.scratch((max(width, tiles.across * tiles.m)) * picture.channels + self.lanes, F32)
        clear(code, self.outside, width * picture.channels)

    def enter(self, transform: Transform, points: Points, first: Index, last: Index) -> None:
        """Transform the tiles of tile rows `first` … `last` - 1, counted over all images; pixels outside are 0."""
        code, tiles, (_, channels, span, _, left) = self.code, self.tiles, self.picture
        with code.loop(first, last) as r:
            rows = self._rows(self.place, r)
            line = points.place + (r - first) * (tiles.across * points.width)
            for start, stop, there in self._columns():
                with code.loop(start, stop) as tile:
                    for c, mask in self._channels():
                        corners = [row + ((tile * tiles.m - left) * channels + c) for row in rows]
                        pixels = [
                            [
                                code.load(corner + j * channels, self.lanes, mask)
                                if j in there
                                else code.zeros(F32, self.lanes)
                                for j in range(span)
                            ]
                            for corner in corners
                        ]
                        place = line + (tile * points.width + c)
                        for k, value in enumerate(chain(*both_axes(transform, tiles.m, pixels))):
                            code.store(value, place + k * points.plane)

    def leave(self, points: Points, first: Index, last: Index, epilogue: Epilogue, operands: Sequence[Pointer]) -> None:
        """Transform points back to tile rows `first` … `last` - 1, apply the epilogue, store what is in the images."""
        code, (m, _, across), t, channels = self.code, self.tiles, self.tiles.t, self.picture.channels
        with code.loop(first, last) as r:
            rows = self._rows(self.place, r)
            further = [
                self._rows(operand, r) if kind == "image" else [operand] * m
                for kind, operand in zip(epilogue.inputs, operands)
            ]
            finish = [Finish(epilogue, [places[i] for places in further]) for i in range(m)]
            line = points.place + (r - first) * (across * points.width)
            for start, stop, there in self._columns():
                with code.loop(start, stop) as tile:
                    for c, mask in self._channels():
                        place = line + (tile * points.width + c)
                        values = [
                            [code.load(place + (i * t + j) * points.plane, self.lanes) for j in range(t)]
                            for i in range(t)
                        ]
                        corner = tile * (m * channels) + c
                        for row, done, results in zip(rows, finish, both_axes(output, m, values)):
                            for j in there:
                                offset = corner + j * channels
                                code.store(done.apply(code, results[j], c, offset, mask), row + offset, mask)

    def _rows(self, images: Pointer, r: Index) -> list[Pointer]:
        """Where the rows of pixels of tile row `r` begin; for those outside the image it is `outside`."""
        code, (m, down, _), ((height, width), channels, span, top, _) = self.code, self.tiles, self.picture
        image, first = r // down, r % down * m - top
        places = []
        for i in range(span):
            place = images + (image * height + (first + i)) * (width * channels)
            if i < top or (down - 1) * m - top + i >= height:
                row = code.index(first + i)
                place = code.either((row >= 0) & (row < height), place, self.outside)
            places.append(place)
        return places

    def _columns(self) -> list[tuple[int, int, list[int]]]:
        """Ranges of tile columns with the pixels of their rows that lie inside the image, the same for all of them."""
        ranges: list[tuple[int, int, list[int]]] = []
        for tile in range(self.tiles.across):
            left = tile * self.tiles.m - self.picture.left
            there = [j for j in range(self.picture.span) if 0 <= left + j < self.picture.size[1]]
            if ranges and ranges[-1][2] == there:
                ranges[-1] = ranges[-1][0], tile + 1, there
            else:
                ranges.append((tile, tile + 1, there))
        return ranges

    def _channels(self) -> Iterator[tuple[Index, Any]]:
        """Cover the channels with vectors; with one mask for all where masks are cheap, as the body is long."""
        code, lanes, channels = self.code, self.lanes, self.picture.channels
        if lanes < 8 or channels % lanes == 0 or channels < lanes:
            yield from code.vectors(channels, lanes)
        else:
            with code.loop(0, channels, lanes) as c:
                yield c, code.mask(channels - c, lanes)


def clear(code: Code, place: Pointer, count: Index) -> None:
    """Zeros, in whole vectors: up to a vector less one number beyond `count`."""
    lanes = code.host.lanes(F32)
    with code.loop(0, count, lanes) as i:
        code.store(code.zeros(F32, lanes), place + i)
