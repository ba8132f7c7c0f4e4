"""Where convolution kernels read: the source itself, or a copy of some images or of a band of one, with its border.

The copy lies in scratch, small enough to stay in the nearer caches, so that windows need no tests at the border.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_loops import interwoven
from autograd.kernels.native.convolution_shapes import Axis, Correlation, Ints
from autograd.kernels.native.values import Pointer

IMAGES = 128 << 10  # bytes of small images that are worked on together, to use a block of weights on all of them


class Layout(NamedTuple):
    """`near` the source position that lies first, `extent` how many positions there are, per axis · `pitch` elements
    from one position to the next along the axes (image, 0, 1, 2) · `images` how many of them at a time · `band`
    positions of the result per band along axis `banded`, or 0 for whole images · `copied` whether into scratch.
    """

    near: Ints
    extent: Ints
    pitch: tuple[int, ...]
    images: int
    band: int
    banded: int
    copied: bool

    @property
    def size(self) -> int:
        """Elements of the copy."""
        return self.images * self.pitch[0] if self.copied else 0

    def origin(self, axes: tuple[Axis, ...]) -> int:
        """Where the first window of a phase begins."""
        return sum((a.base - near) * pitch for a, near, pitch in zip(axes, self.near, self.pitch[1:]) if a.taps)


def layout(code: Code, c: Correlation, together: bool, whole: bool = False) -> Layout:
    """How a correlation's source is best read on this host.

    `together`: several small images at a time; `whole`: a copy, of whole images.
    """
    itemsize = np.dtype(c.dtype).itemsize
    if not (c.bordered or whole or c.planar):
        images = _images(c, c.source, itemsize) if together else 1
        return Layout((0, 0, 0), c.source, _pitch(c.source, c.channels), images, 0, 0, False)
    extent = [far - near + 1 for near, far in zip(c.near, c.far)]
    banded = 0 if c.result[0] > 1 else 1
    row = extent[0] * extent[1] * extent[2] * c.channels * itemsize // extent[banded]
    if whole or row * extent[banded] <= code.host.middle // 2:
        images = _images(c, extent, itemsize) if together else 1
        return Layout(c.near, tuple(extent), _pitch(extent, c.channels), images, 0, banded, True)
    phases = [a for a in c.axes[banded] if a.taps]
    pace, spread = phases[0].pace, max(a.last for a in phases) - c.near[banded]
    band = max(1, (code.host.middle // 2 // row - spread - 1) // pace + 1)
    extent[banded] = pace * (band - 1) + spread + 1
    return Layout(c.near, tuple(extent), _pitch(extent, c.channels), 1, band, banded, True)


def _images(c: Correlation, extent: Sequence[int], itemsize: int) -> int:
    most = max(1, IMAGES // (extent[0] * extent[1] * extent[2] * c.channels * itemsize))
    return most if c.batch is None else max(1, min(most, c.batch))


def _pitch(extent: Sequence[int], channels: int) -> tuple[int, ...]:
    row = extent[2] * channels
    return extent[0] * extent[1] * row, extent[1] * row, row, channels


def emit_clear(code: Code, place: Pointer, count: int) -> None:
    """Zeros."""
    lanes = code.host.lanes(place.dtype)
    zero = code.zeros(place.dtype, lanes)
    for i, mask in code.vectors(count, lanes):
        code.store(zero, place + i, mask)


def emit_copy(code: Code, c: Correlation, lay: Layout, image: Pointer, room: Pointer, start: Index) -> None:
    """Copy an image, or its band that begins at position `start` of the result, into `room`, channels last.

    Whole images leave the border as it is (zeroed once, before the first); bands write zeros where they meet it.
    """
    size, (near0, near1, near2) = c.source, lay.near
    first, last = max(0, near2), min(size[2], near2 + lay.extent[2])
    if last <= first:
        return
    column = (first - near2) * c.channels

    def line(i: Index, j: Index, target: Pointer) -> None:
        place = (i * size[1] + j) * size[2] + first
        if c.planar:
            _emit_woven(code, image + place, math.prod(size), target, last - first, c.channels)
        else:
            _emit_line(code, image + place * c.channels, target, (last - first) * c.channels)

    if not lay.band:
        with (
            code.loop(max(0, near0), min(size[0], near0 + lay.extent[0])) as i,
            code.loop(max(0, near1), min(size[1], near1 + lay.extent[1])) as j,
        ):
            line(i, j, room + ((i - near0) * lay.pitch[1] + (j - near1) * lay.pitch[2] + column))
        return
    shifted: list[Index] = [near0, near1]
    shifted[lay.banded] = start * next(a.pace for a in c.axes[lay.banded] if a.taps) + lay.near[lay.banded]
    with code.loop(0, lay.extent[0]) as p, code.loop(0, lay.extent[1]) as q:
        i, j = p + shifted[0], q + shifted[1]
        inside = (i >= 0) & (i < size[0]) & (j >= 0) & (j < size[1])
        target = room + (p * lay.pitch[1] + q * lay.pitch[2] + column)
        with code.when(inside):
            line(i, j, target)
        with code.when(~inside):
            emit_clear(code, target, (last - first) * c.channels)


def _emit_line(code: Code, source: Pointer, target: Pointer, count: int) -> None:
    lanes = code.host.lanes(source.dtype)
    for i, mask in code.vectors(count, lanes):
        code.store(code.load(source + i, lanes, mask), target + i, mask)


def _emit_woven(code: Code, source: Pointer, plane: int, target: Pointer, pixels: int, channels: int) -> None:
    """Bring a line of each plane into pixels."""
    lanes = code.host.lanes(source.dtype)
    for i, mask in code.vectors(pixels, lanes):
        count = mask if isinstance(mask, int) else lanes
        lines = [code.load(source + (i + k * plane), lanes, count) for k in range(channels)]
        for k, value in enumerate(interwoven(code, lines)):
            code.store(value, target + (i * channels + k * lanes), max(0, min(lanes, count * channels - k * lanes)))
