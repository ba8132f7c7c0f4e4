"""Where the windows of a pooling lie along each axis, and which of their taps meet data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.values import Value
from autograd.kernels.pooling import pool_size

Ints = tuple[int, ...]
UNROLLED = 36  # taps of a window that are written out; larger windows become loops


class Axis(NamedTuple):
    """A window along one axis: `taps`, `step` apart, at `positions` that lie `jump` apart, the first at -low."""

    size: int
    taps: int
    jump: int
    low: int
    step: int
    positions: int

    @property
    def whole(self) -> bool:
        """Whether no tap of any window meets padding."""
        return self.low == 0 and (self.positions - 1) * self.jump + (self.taps - 1) * self.step < self.size

    @property
    def disjoint(self) -> bool:
        """Whether no element is seen by two windows."""
        return self.positions == 1 or (self.step == 1 and self.jump >= self.taps)

    @property
    def covered(self) -> bool:
        """Whether every element is seen by a window."""
        return self.step == 1 and self.jump <= self.taps and (self.positions - 1) * self.jump + self.taps >= self.size

    @property
    def meets(self) -> bool:
        """Whether every window meets data."""
        starts = (o * self.jump - self.low for o in range(self.positions))
        return all(any(0 <= s + t * self.step < self.size for t in range(self.taps)) for s in starts)

    def range(self, code: Code, position: Index) -> tuple[Index, Index, Index]:
        """Where a window starts, and the first and the last of its taps that meet data."""
        start = position * self.jump - self.low
        if self.whole:
            return start, 0, self.taps - 1
        first = larger(code, 0 - start, 0)
        last = code.minimum(self.taps - 1, (self.size - 1 - start) // self.step)
        return start, (first + (self.step - 1)) // self.step, last

    def places(self, code: Code, position: Index) -> tuple[Index, list[tuple[Index, Value | None]]]:
        """A base, and each tap's offset from it with whether it meets data (None: always); those that do not take the
        place of the nearest that does."""
        start, first, last = self.range(code, position)
        if self.whole:
            return start, [(t * self.step, None) for t in range(self.taps)]
        low, high = code.index(first), code.index(last)
        result: list[tuple[Index, Value | None]] = []
        for t in range(self.taps):
            nearest = code.minimum(larger(code, low, t), high)
            result.append((start + nearest * self.step, (low <= t) & (high >= t)))
        return 0, result


def axes_of(
    shape: Ints, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints, ceil_mode: bool
) -> tuple[Axis, ...]:
    """The three axes of a pooling; those that are not there have one element."""
    axes = [
        Axis(*axis, pool_size(*axis, ceil_mode=ceil_mode)) for axis in zip(shape, kernel, stride, padding, dilation)
    ]
    return (*(Axis(1, 1, 1, 0, 1, 1),) * (3 - len(axes)), *axes)


def served(axes: Sequence[Axis], unrolled: bool) -> bool:
    """Whether the kernels do such windows; `unrolled` for those that know no loops over taps."""
    taps = math.prod(a.taps for a in axes)
    return all(a.positions > 0 and a.meets for a in axes) and (not unrolled or taps <= UNROLLED)


def larger(code: Code, a: Index, b: Index) -> Index:
    """The larger of two indices."""
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    return 0 - code.minimum(0 - a, 0 - b)
