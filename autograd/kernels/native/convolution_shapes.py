"""The geometry of convolution kernels: what meets what, on three axes, as constants.

A convolution and its input gradient are both a *correlation*: every position of the result sums, over the taps of a
window, source · weight. They differ in the windows only: the gradient of a convolution of stride s falls into s phases
per axis, and the results of one phase see the same taps, at distance one from one position to the next.
Axes that are missing have size 1.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.kernels.windows import output_size

Ints = tuple[int, ...]


PLANAR = 8


class Convolution(NamedTuple):
    """A convolution as a specification of kernels: hashable, all numbers.

    `batch` images, or None where the number is known only when the kernel runs · `channels` of the input and `maps` of
    the result · `size`, `kernel`, `stride`, `dilation` one integer per spatial axis, `padding` one (low, high) pair,
    negative to crop · `dtype` "float32" or "float64" · `planar` if the input lies channels-first in memory, not
    channels-last, which kernels take for at most `PLANAR` channels.
    """

    batch: int | None
    channels: int
    maps: int
    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int = 1
    dtype: str = "float32"
    planar: bool = False

    @property
    def out(self) -> tuple[int, ...]:
        """The spatial size of the result."""
        return tuple(map(output_size, self.size, self.kernel, self.stride, self.padding, self.dilation))

    @property
    def depthwise(self) -> bool:
        """Whether every channel is convolved with one window of its own."""
        return self.groups == self.channels == self.maps

    @property
    def taps(self) -> int:
        """How many positions a window has."""
        return math.prod(self.kernel)


class Axis(NamedTuple):
    """One axis of one phase: result `first` + `step`·m sees source `base` + `pace`·m + `reach`·t with weight tap
    `tap` + `hop`·t, for m < `positions` and t < `taps`.

    It stands for `copies` phases, from one to the next of which `first`, `base` and `tap` grow by `growth`.
    """

    positions: int
    first: int
    step: int
    base: int
    pace: int
    taps: int
    reach: int
    tap: int
    hop: int
    copies: int = 1
    growth: Ints = (0, 0, 0)

    @property
    def near(self) -> int:
        """The first source position of a window of m = 0."""
        return self.base + min(0, self.growth[1] * (self.copies - 1))

    @property
    def last(self) -> int:
        """The last source position of a window of m = 0."""
        return self.base + max(0, self.growth[1] * (self.copies - 1)) + self.reach * (self.taps - 1)


Axes = tuple[tuple[Axis, ...], ...]


class Correlation(NamedTuple):
    """result[n, p, d] = Σ over taps t and channels c of source[n, …, c] · weight[d, c, t], per group.

    `axes` the phases of each of the three axes · `near` and `far` the (inclusive) range of source positions that the
    windows touch, per axis · `strides` of the weight between channels of the result, of the source, and between groups
    · `taps` strides of the weight's taps per axis.
    """

    batch: int | None
    source: Ints
    channels: int
    result: Ints
    maps: int
    groups: int
    axes: Axes
    near: Ints
    far: Ints
    strides: Ints
    taps: Ints
    dtype: str
    planar: bool

    @property
    def depthwise(self) -> bool:
        """Whether every channel is convolved with one window of its own."""
        return self.groups == self.channels == self.maps

    @property
    def bordered(self) -> bool:
        """Whether windows reach beyond the source."""
        return min(self.near) < 0 or any(far >= n for far, n in zip(self.far, self.source))

    @property
    def products(self) -> int:
        """Multiplications per image."""
        positions = math.prod(sum(a.positions * a.taps * a.copies for a in phases) for phases in self.axes)
        return positions * self.maps * (self.channels // self.groups)


def forward(c: Convolution) -> Correlation:
    """The correlation that a convolution is."""
    c = three_axes(c)
    axes = tuple(
        (Axis(n, 0, 1, -low, s, k, d, 0, 1),)
        for n, k, s, (low, _), d in zip(c.out, c.kernel, c.stride, c.padding, c.dilation)
    )
    per_map = c.channels // c.groups * c.taps
    strides = per_map, c.taps, c.maps // c.groups * per_map
    return _correlation(c, c.size, c.channels, c.out, c.maps, axes, strides)


def backward(c: Convolution) -> Correlation:
    """The correlation of the result's gradient that gives the input's."""
    c = three_axes(c)
    axes = tuple(map(_phases, c.size, c.out, c.kernel, c.stride, c.padding, c.dilation))
    per_map = c.channels // c.groups * c.taps
    strides = c.taps, per_map, c.maps // c.groups * per_map
    return _correlation(c._replace(planar=False), c.out, c.maps, c.size, c.channels, axes, strides)


def three_axes(c: Convolution) -> Convolution:
    """The same convolution over three axes, with axes merged along which nothing moves."""
    missing = 3 - len(c.size)
    axes = [(1, 1, 1, (0, 0), 1)] * missing + list(zip(c.size, c.kernel, c.stride, c.padding, c.dilation))
    still = [(k, s, p) == (1, 1, (0, 0)) for _, k, s, p, _ in axes]
    if still[1] and still[2]:
        axes[2] = (axes[1][0] * axes[2][0], *axes[2][1:])
        axes[1] = (1, *axes[1][1:])
        if still[0]:
            axes[2] = (axes[0][0] * axes[2][0], *axes[2][1:])
            axes[0] = (1, *axes[0][1:])
    size, kernel, stride, padding, dilation = zip(*axes)
    return c._replace(size=size, kernel=kernel, stride=stride, padding=padding, dilation=dilation)


def _phases(size: int, out: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int) -> tuple[Axis, ...]:
    """The phases of the gradient along one axis: position i + low = out·stride + tap·dilation, read backwards."""
    phases = []
    for phase in range(min(stride, size)):
        low = phase + padding[0]
        positions = -(-(size - phase) // stride)
        taps = [t for t in range(kernel) if (low - t * dilation) % stride == 0][::-1]
        if not taps:
            phases.append(Axis(positions, phase, stride, 0, 1, 0, 0, 0, 0))
            continue
        base = (low - taps[0] * dilation) // stride
        hop = taps[1] - taps[0] if len(taps) > 1 else -1
        phases.append(Axis(positions, phase, stride, base, 1, len(taps), -hop * dilation // stride, taps[0], hop))
    return tuple(_alike(phases))


def _alike(phases: list[Axis]) -> list[Axis]:
    """Phases that are the same up to a regular shift as one, if all are."""
    if len(phases) > 1:
        a, b = phases[:2]
        growth = b.first - a.first, b.base - a.base, b.tap - a.tap
        regular = [
            a._replace(first=a.first + k * growth[0], base=a.base + k * growth[1], tap=a.tap + k * growth[2])
            for k in range(len(phases))
        ]
        if a.taps and regular == phases:
            return [a._replace(copies=len(phases), growth=growth)]
    return phases


def _correlation(
    c: Convolution, source: Ints, channels: int, result: Ints, maps: int, axes: Axes, strides: Ints
) -> Correlation:
    met = [[a for a in phases if a.taps] for phases in axes]
    near = tuple(min((a.near for a in phases), default=0) for phases in met)
    far = tuple(max((a.last + a.pace * (a.positions - 1) for a in phases), default=0) for phases in met)
    taps = (c.kernel[1] * c.kernel[2], c.kernel[2], 1)
    return Correlation(
        c.batch, source, channels, result, maps, c.groups, axes, near, far, strides, taps, c.dtype, c.planar
    )
