"""Kernels of sums and scalings per channel, of which batch normalization is made, forward and backward.

Arrays are contiguous (pixels, C), the memory of channels-last images. They are walked as rows: a row is as many pixels
as fill a few whole vectors, and the numbers per channel are repeated along it. Sums are taken block by block of rows,
each on its own, into `partials`, and then together, in an order that does not depend on the number of threads; a
variance is first taken within blocks, around their own means, so that nothing cancels.

`pixels` is a number, or says that it is given at run time as the last operand, an int64: "many" shares the work among
threads, "few" leaves it to one. `partials` has `partial_count(…)` elements. Vectors of one number per channel have the
dtype of the images.

Batch normalization forward: `moment_partials`, `moments`, `affine`; backward: `sum_partials`, `slopes`, `mix`. Their
elementwise neighbours join in as expressions: `epilogue` takes the result first, `incoming` the array g, and both the
`extras`, further arrays like x: (("add", 0, 1), ("relu", 2)) is the end of a residual block, (("greater", 1, 0.0),
("where", 2, 0, 0.0)) of y as the extra array the way back through a relu.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.expressions import Steps, emit_expression
from autograd.kernels.native.host import Host, host
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.values import Pointer, Value

BLOCK = 1 << 15  # bytes that are summed at a time; they are read twice
DEEP = 64  # rows that a block has at least, so that there are few partial sums
NARROW = 16  # vectors that a row of several pixels may have


def row_length(machine: Host, channels: int, dtype: Any) -> int:
    """The elements of a row: one pixel, or several that fill whole vectors."""
    lanes = machine.lanes(dtype)
    vectors = math.lcm(channels, lanes) // lanes
    if vectors > NARROW:
        return channels
    return vectors * lanes * max(1, machine.registers // 4 // vectors)


def partial_count(channels: int, dtype: Any, pixels: int) -> int:
    """How many elements of workspace the partial sums of an image of so many pixels take."""
    length = row_length(host(), channels, dtype)
    rows = pixels * channels // length
    return (-(-rows // block_rows(length, dtype)) + 1) * 2 * length


def block_rows(length: int, dtype: Any) -> int:
    """The rows of a block."""
    return max(DEEP, BLOCK // (length * np.dtype(dtype).itemsize))


# --- sums -------------------------------------------------------------------------------------------------------------


@generated
def moment_partials(code: Code, channels: int, dtype: Any, pixels: int | str) -> None:
    """Arrays: x, partials (blocks + 1, 2, row): each block's means and squared deviations; the last, of the pixels that
    fill no row, has counts of one."""
    walk = _Walk(code, channels, dtype, pixels, 2)
    x, partials = code.operand(0, dtype), code.operand(1, dtype)
    for first, count, place in walk.blocks():
        into = partials + place
        scale = 1.0 / code.convert(count, code.constant(0, dtype).element)
        for offset, masks in walk.groups(2):
            (sums,) = walk.summed(1, first, count, offset, masks, lambda at, m: (code.load(x + at, walk.lanes, m),))
            means = [s * code.splat(scale, walk.lanes) for s in sums]

            def squares(at: Index, m: Mask, mean: Value) -> tuple[Value]:
                d = code.load(x + at, walk.lanes, m) - mean
                return (d * d,)

            (deviations,) = walk.summed(1, first, count, offset, masks, squares, means)
            for k, (mean, deviation, mask) in enumerate(zip(means, deviations, masks)):
                code.store(mean, into + offset + k * walk.lanes, mask)
                code.store(deviation, into + walk.length + offset + k * walk.lanes, mask)
    with walk.at_the_end():
        for i, mask in code.vectors(walk.rest, walk.lanes):
            code.store(code.load(x + walk.rows * walk.length + i, walk.lanes, mask), partials + walk.end + i, mask)


@generated
def moments(code: Code, channels: int, dtype: Any, pixels: int | str, eps: float | None = None) -> None:
    """Arrays: partials, mean, variance; with eps also weight, bias, and the scale and shift of x that normalize it."""
    walk = _Walk(code, channels, dtype, pixels, 3 if eps is None else 7)
    partials, mean, variance = (code.operand(k, dtype) for k in range(3))
    sums, rows = code.scratch(walk.length, dtype), code.scratch(walk.length, dtype)
    element = code.constant(0, dtype).element
    last = code.splat(code.convert(walk.last_count, element), walk.lanes)
    full = code.splat(code.convert(code.index(walk.block), element), walk.lanes)
    total = code.convert(code.index(walk.pixels), element)

    def reduced(part: Any) -> None:
        """Σ over the blocks of part(place, count) along a row, into `sums`."""
        for i, mask in code.vectors(walk.length, walk.lanes):
            zero = code.zeros(dtype, walk.lanes)
            with code.carrying(0, walk.count - 1, [zero]) as loop:
                loop.carried = [loop.carried[0] + part(loop.index * (2 * walk.length) + i, i, full, mask)]
            code.store(loop.carried[0], sums + i, mask)
            with code.when(code.index(walk.count) > 0):
                end = part((walk.count - 1) * (2 * walk.length) + i, i, last, mask)
                code.store(code.load(sums + i, walk.lanes, mask) + end, sums + i, mask)
        for i, mask in code.vectors(walk.rest, walk.lanes):
            one = part(walk.end + i, i, None, mask)
            code.store(code.load(sums + i, walk.lanes, mask) + one, sums + i, mask)

    def weighted_mean(at: Index, i: Index, count: Value | None, mask: Mask) -> Value:
        m = code.load(partials + at, walk.lanes, mask)
        return m if count is None else m * count

    def squares(at: Index, i: Index, count: Value | None, mask: Mask) -> Value:
        d = code.load(partials + at, walk.lanes, mask) - code.load(rows + i, walk.lanes, mask)
        if count is None:
            return d * d
        return code.fma(d * d, count, code.load(partials + at + walk.length, walk.lanes, mask))

    reduced(weighted_mean)
    for c, mask in walk.channel_vectors():
        code.store(walk.fold(sums, c, mask) / code.splat(total, walk.lanes), mean + c, mask)
    walk.repeat(mean, rows)
    reduced(squares)
    for c, mask in walk.channel_vectors():
        v = walk.fold(sums, c, mask) / code.splat(total, walk.lanes)
        code.store(v, variance + c, mask)
        if eps is not None:
            weight, bias, scale, shift = (code.operand(k, dtype) + c for k in range(3, 7))
            factor = code.load(weight, walk.lanes, mask) / code.sqrt(v + eps)
            code.store(factor, scale, mask)
            m = code.load(mean + c, walk.lanes, mask)
            code.store(code.load(bias, walk.lanes, mask) - factor * m, shift, mask)


@generated
def sum_partials(
    code: Code, channels: int, dtype: Any, pixels: int | str, dotted: bool, incoming: Steps = (), extras: int = 0
) -> None:
    """Arrays: g, *extras, partials (blocks, 2, row); if dotted, x and center before partials.

    Each block's Σ g and, if dotted, Σ g · (x - center).
    """
    count = 2 + extras + 2 * dotted
    walk = _Walk(code, channels, dtype, pixels, count)
    arrays = [code.operand(k, dtype) for k in range(1 + extras)]
    partials = code.operand(count - 1, dtype)
    x = code.operand(count - 3, dtype) if dotted else None
    center = walk.repeated(code.operand(count - 2, dtype)) if dotted else None

    def terms(at: Index, m: Mask, middle: Value | None) -> tuple[Value, ...]:
        g = walk.computed(arrays, at, m, incoming)
        if middle is None or x is None:
            return (g,)
        return g, g * (code.load(x + at, walk.lanes, m) - middle)

    for first, rows, place in walk.blocks():
        for offset, masks in walk.groups(3 if dotted else 1):
            middles = [
                center and code.load(center + offset + k * walk.lanes, walk.lanes, m) for k, m in enumerate(masks)
            ]
            totals = walk.summed(1 + dotted, first, rows, offset, masks, terms, middles)
            for part, total in enumerate(totals):
                for k, (value, mask) in enumerate(zip(total, masks)):
                    code.store(value, partials + place + part * walk.length + offset + k * walk.lanes, mask)
    with walk.at_the_end():
        for i, mask in code.vectors(walk.length, walk.lanes):
            for part in range(1 + dotted):
                code.store(code.zeros(dtype, walk.lanes), partials + walk.end + part * walk.length + i, mask)
        for i, mask in code.vectors(walk.rest, walk.lanes):
            middle = code.load(center + i, walk.lanes, mask) if center else None
            for part, value in enumerate(terms(walk.rows * walk.length + i, mask, middle)):
                code.store(value, partials + walk.end + part * walk.length + i, mask)


@generated
def sums(code: Code, channels: int, dtype: Any, pixels: int | str, dotted: bool) -> None:
    """Arrays: partials, Σ g per channel; if dotted, Σ g · (x - center)."""
    walk = _Walk(code, channels, dtype, pixels, 2 + dotted)
    partials = code.operand(0, dtype)
    for part in range(1 + dotted):
        total = walk.total(partials, part)
        for c, mask in walk.channel_vectors():
            code.store(walk.fold(total, c, mask), code.operand(1 + part, dtype) + c, mask)


@generated
def slopes(code: Code, channels: int, dtype: Any, pixels: int | str, eps: float) -> None:
    """Arrays: partials (dotted, centered at the mean), mean, variance, weight; then the derivatives by weight and by
    bias, and the a, b, c with which g · a + x · b + c is the derivative by x."""
    walk = _Walk(code, channels, dtype, pixels, 9)
    partials, mean, variance, weight, d_weight, d_bias, a, b, c_ = (code.operand(k, dtype) for k in range(9))
    plain, dotted = walk.total(partials, 0), walk.total(partials, 1)
    count = code.splat(code.convert(code.index(walk.pixels), code.constant(0, dtype).element), walk.lanes)
    for c, mask in walk.channel_vectors():
        m, v, w = (code.load(p + c, walk.lanes, mask) for p in (mean, variance, weight))
        total, dot = walk.fold(plain, c, mask), walk.fold(dotted, c, mask)
        rate = 1.0 / code.sqrt(v + eps)
        scale = w * rate
        slope = -(scale / (v + eps) * dot) / count
        code.store(dot * rate, d_weight + c, mask)
        code.store(total, d_bias + c, mask)
        code.store(scale, a + c, mask)
        code.store(slope, b + c, mask)
        code.store(-(scale * total) / count - slope * m, c_ + c, mask)


# --- one pass ---------------------------------------------------------------------------------------------------------


@generated
def affine(
    code: Code, channels: int, dtype: Any, pixels: int | str, scaled: bool = True, epilogue: Steps = (), extras: int = 0
) -> None:
    """Arrays: x, scale (if scaled), shift, *extras, y = epilogue(x · scale + shift, *extras)."""
    walk = _Walk(code, channels, dtype, pixels, 3 + scaled + extras)
    x, *factors = (code.operand(k, dtype) for k in range(2 + scaled))
    others = [code.operand(2 + scaled + k, dtype) for k in range(extras)]
    y = code.operand(2 + scaled + extras, dtype)

    def one(at: Index, m: Mask, numbers: Sequence[Value]) -> None:
        value = code.load(x + at, walk.lanes, m)
        value = code.fma(value, *numbers) if scaled else value + numbers[0]
        code.store(walk.computed(others, at, m, epilogue, value), y + at, m)

    walk.everywhere([walk.repeated(f) for f in factors], one)


@generated
def mix(code: Code, channels: int, dtype: Any, pixels: int | str, incoming: Steps = (), extras: int = 0) -> None:
    """Arrays: g, *extras, x, a, b, c, dx = incoming(g, *extras) · a + x · b + c."""
    walk = _Walk(code, channels, dtype, pixels, 6 + extras)
    arrays = [code.operand(k, dtype) for k in range(1 + extras)]
    x, a, b, c, y = (code.operand(1 + extras + k, dtype) for k in range(5))

    def one(at: Index, m: Mask, numbers: Sequence[Value]) -> None:
        g = walk.computed(arrays, at, m, incoming)
        rest = code.fma(code.load(x + at, walk.lanes, m), numbers[1], numbers[2])
        code.store(code.fma(g, numbers[0], rest), y + at, m)

    walk.everywhere([walk.repeated(v) for v in (a, b, c)], one)


class _Walk:
    """Rows of pixels, and blocks of rows."""

    def __init__(self, code: Code, channels: int, dtype: Any, pixels: int | str, position: int) -> None:
        self.code, self.channels, self.dtype = code, channels, np.dtype(dtype)
        self.lanes, self.shared = code.host.lanes(dtype), pixels != "few"
        self.length = row_length(code.host, channels, dtype)
        self.pixels: Index = pixels if isinstance(pixels, int) else code.number(position)
        self.rows = self.pixels * channels // self.length
        self.rest = self.pixels * channels % self.length if self.length > channels else 0
        self.block = block_rows(self.length, dtype)
        self.count = (self.rows + (self.block - 1)) // self.block
        self.end = self.count * (2 * self.length)  # where the part of the pixels that fill no row lies in `partials`
        self.last_count = code.index(self.rows - (self.count - 1) * self.block)
        self.most = code.host.registers // 4

    def share(self, turns: Index, cost: float) -> tuple[Index, Index]:
        if not self.shared:
            return 0, turns
        return self.code.share(turns, cost=cost)

    def at_the_end(self) -> Any:
        """The body is done by the last part alone."""
        return self.code.when((self.code.part + 1).eq(self.code.parts))

    def blocks(self) -> Iterator[tuple[Index, Value, Index]]:
        """Blocks of rows: where one begins, how many rows it has, and its place in `partials`."""
        start, stop = self.share(self.count, self.block * self.length / self.lanes)
        with self.code.loop(start, stop) as k:
            rows = self.code.minimum(self.rows - k * self.block, self.block)
            yield k * (self.block * self.length), self.code.index(rows), k * (2 * self.length)

    def groups(self, each: int) -> Iterator[tuple[Index, list[Mask]]]:
        """The vectors of a row in groups that fit into registers, `each` of them for a vector: an offset, and the masks
        of the vectors from there on."""
        most = max(1, self.code.host.registers * 3 // 4 // max(2, each))
        full, rest = divmod(self.length, self.lanes)
        if full // most:
            with self.code.loop(0, full // most) as k:
                yield k * (most * self.lanes), [*(None,) * most]
        masks: list[Mask] = [*(None,) * (full % most), *(rest,) * bool(rest)]
        if masks:
            yield full // most * most * self.lanes, masks

    def summed(
        self,
        width: int,
        first: Index,
        count: Value,
        offset: Index,
        masks: Sequence[Mask],
        terms: Any,
        others: Sequence[Any] | None = None,
    ) -> list[list[Value]]:
        """Σ of terms(place, mask, *others), a tuple of `width`, over `count` rows for a group of vectors."""
        code = self.code
        given = [(m,) for m in masks] if others is None else list(zip(masks, others))
        zero = code.zeros(self.dtype, self.lanes)
        with code.carrying(0, count, [zero] * (width * len(masks))) as loop:
            at = first + offset + loop.index * self.length
            more = [t for k, rest in enumerate(given) for t in terms(at + k * self.lanes, *rest)]
            loop.carried = [a + b for a, b in zip(loop.carried, more)]
        return [loop.carried[k::width] for k in range(width)]

    def computed(
        self, arrays: Sequence[Pointer], at: Index, mask: Mask, steps: Steps, first: Value | None = None
    ) -> Value:
        """An expression of the elements of arrays at a place; `first` comes before them."""
        values = [] if first is None else [first]
        values += [self.code.load(p + at, self.lanes, mask) for p in arrays]
        return emit_expression(self.code, steps, values)[-1] if steps else values[0]

    def everywhere(self, vectors: Sequence[Pointer], one: Any) -> None:
        """Run one(place, mask, numbers) over all elements, with those of some vectors of a row's length."""
        code, lanes = self.code, self.lanes
        start, stop = self.share(self.rows, self.length / lanes * 2)

        def loads(i: Index, mask: Mask) -> list[Value]:
            return [code.load(v + i, lanes, mask) for v in vectors]

        if -(-self.length // lanes) * len(vectors) <= self.code.host.registers * 3 // 4:
            full = range(0, self.length // lanes * lanes, lanes)
            places: list[tuple[int, Mask]] = [(i, None) for i in full]
            if self.length % lanes:
                places.append((len(full) * lanes, self.length % lanes))
            kept = [loads(i, mask) for i, mask in places]
            with code.loop(start, stop) as row:
                for (i, mask), numbers in zip(places, kept):
                    one(row * self.length + i, mask, numbers)
        else:
            with code.loop(start, stop) as row:
                for k, mask in code.vectors(self.length, lanes):
                    one(row * self.length + k, mask, loads(k, mask))
        with self.at_the_end():
            for k, mask in code.vectors(self.rest, lanes):
                one(self.rows * self.length + k, mask, loads(k, mask))

    # --- one number per channel ---------------------------------------------------------------------------------------

    def channel_vectors(self) -> Iterator[tuple[Index, Mask]]:
        return self.code.vectors(self.channels, self.lanes)

    def repeat(self, vector: Pointer, rows: Pointer) -> None:
        """Write a vector (C,) along a row."""
        with self.code.loop(0, self.length, self.channels) as start:
            for c, mask in self.channel_vectors():
                self.code.store(self.code.load(vector + c, self.lanes, mask), rows + start + c, mask)

    def repeated(self, vector: Pointer) -> Pointer:
        """A vector (C,) along a row."""
        if self.length == self.channels:
            return vector
        rows = self.code.scratch(self.length, self.dtype)
        self.repeat(vector, rows)
        return rows

    def total(self, partials: Pointer, part: int) -> Pointer:
        """The sums of the blocks' partial sums, along a row."""
        code, into = self.code, self.code.scratch(self.length, self.dtype)
        for i, mask in code.vectors(self.length, self.lanes):
            with code.carrying(0, self.count + 1, [code.zeros(self.dtype, self.lanes)]) as loop:
                place = partials + loop.index * (2 * self.length) + part * self.length + i
                loop.carried = [loop.carried[0] + code.load(place, self.lanes, mask)]
            code.store(loop.carried[0], into + i, mask)
        return into

    def fold(self, row: Pointer, c: Index, mask: Mask) -> Value:
        """The sum of a row's numbers of the same channel, from channel c on."""
        code, row = self.code, row + c
        total = code.load(row, self.lanes, mask)
        with code.carrying(1, self.length // self.channels, [total]) as loop:
            loop.carried = [loop.carried[0] + code.load(row + loop.index * self.channels, self.lanes, mask)]
        return loop.carried[0]
