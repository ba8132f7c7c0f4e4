"""Sums and scalings per channel of arrays (N, C, *spatial), in NumPy.

NumPy's broadcasting of a vector of C numbers over channels-last memory runs loops of length C, and its sums over the
other axes are slower still. Here such memory is seen as rows of some trailing spatial axes with their channels, along
which the vector is repeated, so that loops run over whole rows; and work goes block by block, so that what lies between
two steps stays in the cache. Results keep the memory order of the first array.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .choice import native
from .windows import channels_first, channels_last

Array = np.ndarray[Any, Any]

ROW = 1 << 14  # elements that a row may have before it is cut into lines of the last axis
BLOCK = 1 << 18  # bytes of one operand worked on at a time


@native("channels:channel_sum", least=64)
def channel_sum(x: Array) -> Array:
    """Σ over all axes but the second: (C,)."""
    rows = _Rows(x)
    return rows.total(np.add.reduce(block, rows.axes, rows.wide) for (block,) in rows.blocks(x))


@native("channels:channel_dot", least=64)
def channel_dot(x: Array, y: Array, center: Array) -> Array:
    """Σ x · (y - center) over all axes but the second: (C,)."""
    rows = _Rows(x)
    center = rows.repeat(center)

    def partial_sums() -> Iterator[Array]:
        for a, b in rows.blocks(x, y):
            product = b - center
            product *= a
            yield np.add.reduce(product, rows.axes, rows.wide)

    return rows.total(partial_sums())


@native("channels:channel_moments", least=64)
def channel_moments(x: Array) -> tuple[Array, Array]:
    """The mean and the variance (divided by the count) over all axes but the second: (C,) each."""
    rows, count = _Rows(x), x.size // x.shape[1]
    mean = rows.total((np.add.reduce(block, rows.axes, rows.wide) for (block,) in rows.blocks(x)), count)
    center = rows.repeat(mean)

    def partial_sums() -> Iterator[Array]:
        for (block,) in rows.blocks(x):
            deviation = block - center
            deviation *= deviation
            yield np.add.reduce(deviation, rows.axes, rows.wide)

    return mean, rows.total(partial_sums(), count)


@native("channels:channel_affine", least=64)
def channel_affine(x: Array, scale: Array | None, shift: Array) -> Array:
    """x · scale + shift with one scale (None means 1) and one shift per channel."""
    rows = _Rows(x)
    out = np.empty(rows.shape, np.result_type(x, shift))
    shift = rows.repeat(shift)
    if scale is None:
        for target, (block,) in zip(rows.split(out), rows.blocks(x)):
            np.add(block, shift, out=target)
    else:
        scale = rows.repeat(scale)
        for target, (block,) in zip(rows.split(out), rows.blocks(x)):
            np.multiply(block, scale, out=target)
            np.add(target, shift, out=target)
    return rows.restored(out)


@native("channels:channel_mix", least=64)
def channel_mix(x: Array, y: Array, a: Array, b: Array, c: Array) -> Array:
    """x · a + y · b + c with one a, b and c per channel."""
    rows = _Rows(x)
    out = np.empty(rows.shape, np.result_type(x, y, a))
    a, b, c = map(rows.repeat, (a, b, c))
    for target, (first, second) in zip(rows.split(out), rows.blocks(x, y)):
        np.multiply(first, a, out=target)
        product = second * b
        product += c
        np.add(target, product, out=target)
    return rows.restored(out)


class _Rows:
    """How arrays of a shape (N, C, *spatial) are seen: in x's own memory order, so far as that is one of the two.

    Channels-last: (rows, width · C), with a vector repeated `width` times. Channels-first: (N, C, plane).
    """

    def __init__(self, x: Array) -> None:
        batch, channels, *spatial = x.shape
        self.full = x.shape
        self.last = channels == 1 or x.ndim == 2 or x.strides[1] <= x.strides[-1]
        self.channels, self.width = channels, 1
        for size in reversed(spatial):
            if self.width > 1 and self.width * size * channels > ROW:
                break
            self.width *= size
        if self.last:
            self.shape: tuple[int, ...] = (
                x.size // max(1, channels * self.width),
                channels * self.width,
            )
            self.axes: Any = 0
        else:
            self.shape, self.axes = (batch, channels, x.size // max(1, batch * channels)), (0, 2)
        self.dtype = x.dtype
        self.wide = np.dtype(np.float32) if x.dtype == np.float16 else x.dtype  # what sums are taken in
        self.step = max(1, BLOCK // max(1, x.nbytes // max(1, self.shape[0])))

    def split(self, rows: Array) -> Iterator[Array]:
        """Blocks of rows."""
        return (rows[i : i + self.step] for i in range(0, self.shape[0], self.step))

    def blocks(self, *arrays: Array) -> Iterator[tuple[Array, ...]]:
        """Blocks of rows of several arrays side by side."""
        return zip(*(self.split((channels_last(a) if self.last else a).reshape(self.shape)) for a in arrays))

    def repeat(self, vector: Array) -> Array:
        """A vector of one number per channel, to be broadcast against a block."""
        if not self.last:
            return vector[:, None]
        row = np.empty((self.width, self.channels), vector.dtype)
        row[...] = vector
        return row.reshape(-1)

    def total(self, partial_sums: Iterator[Array], divisor: int = 1) -> Array:
        """The sum per channel of sums per block, divided by a number."""
        total = np.zeros(self.shape[1], self.wide)
        for part in partial_sums:
            total += part
        if self.last:
            total = np.add.reduce(total.reshape(self.width, self.channels), 0)
        if divisor != 1:
            total /= divisor
        return total.astype(self.dtype, copy=False)

    def restored(self, rows: Array) -> Array:
        """Rows as (N, C, *spatial)."""
        if self.last:
            return channels_first(rows.reshape(self.full[0], *self.full[2:], self.channels))
        return rows.reshape(self.full)
