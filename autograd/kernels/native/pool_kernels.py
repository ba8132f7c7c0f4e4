"""Kernels of max and average pooling over one to three axes, forward and backward.

Images lie channels-last and contiguous, (batch, *spatial, C), and vectors run over the channels. `shape` is
(*spatial, C) of the input. `batch` is a number, or says that it is given at run time as the last operand, an int64:
"many" shares the images among threads, "few" leaves them to one. Windows whose every tap would meet padding only are
not served; see `pool_axes.served`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from autograd.kernels.native import narrow_pools
from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.pool_axes import UNROLLED, Axis, Ints, axes_of, larger
from autograd.kernels.native.values import I32, I64, Pointer, Value


@generated
def max_pool(
    code: Code,
    shape: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
    dtype: Any,
    batch: int | str,
) -> None:
    """Arrays: x, y (batch, *out, C)."""
    pool = Pool(code, shape, axes_of(shape, kernel, stride, padding, dilation, ceil_mode), dtype)
    x, y = pool.operands(2)
    if narrow_pools.fits(pool, plain=False):
        narrow_pools.fold_rows(pool, x, y, batch, code.maximum, lambda best: best)
        return
    for where, image, out in pool.windows(batch, 2):
        for c, mask in pool.channels():
            best = pool.folded(x + image, where, c, mask, code.maximum, -math.inf)
            code.store(best, y + out + c, mask)


@generated
def max_pool_index(
    code: Code,
    shape: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
    dtype: Any,
    batch: int | str,
) -> None:
    """Arrays: x, best (batch, *out, C) the maxima, index (batch, *out, C) of int64, flat into the spatial plane."""
    pool = Pool(code, shape, axes_of(shape, kernel, stride, padding, dilation, ceil_mode), dtype)
    x, y = pool.operands(2)
    index = code.operand(2, np.int64)
    for where, image, out in pool.windows(batch, 3):
        base, taps = pool.taps(where)
        for c, mask in pool.channels():
            best = code.load(y + out + c, pool.lanes, mask)
            places = [pool.integers(base + place) for place, _ in taps]
            found = pool.found(x + image, base, taps, c, mask, best, places)
            code.store(code.convert(found, I64), index + out + c, mask)


@generated
def max_pool_adjoint(
    code: Code,
    shape: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
    dtype: Any,
    batch: int | str,
) -> None:
    """Arrays: g (batch, *out, C), x, best (batch, *out, C) the maxima, dx.

    Each of g is added to dx at the first of its window's elements that equal the maximum, or at the last NaN.
    """
    pool = Pool(code, shape, axes_of(shape, kernel, stride, padding, dilation, ceil_mode), dtype)
    g, x, y, dx = pool.operands(4)
    plain = all(a.disjoint and a.whole for a in pool.axes)
    if narrow_pools.fits(pool, plain=True):
        narrow_pools.adjoint_of_maximum(pool, g, x, y, dx, batch)
        return
    for image, out_image in pool.images(batch, 4):
        if not (plain and pool.covered):
            pool.clear(dx + image)
        for where, out in pool.positions():
            base, taps = pool.taps(where)
            place = out_image + out
            for c, mask in pool.channels():
                best, slope = (code.load(p + place + c, pool.lanes, mask) for p in (y, g))
                numbers = [pool.integers(t) for t in range(len(taps))]
                found = pool.found(x + image, base, taps, c, mask, best, numbers)
                for number, (tap, _) in zip(numbers, taps):
                    target = dx + image + (base + tap) * pool.count + c
                    share = code.where(found.eq(number), slope, slope.like(0))
                    if not plain:
                        share = share + code.load(target, pool.lanes, mask)
                    code.store(share, target, mask)


@generated
def avg_pool(
    code: Code,
    shape: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: float | None,
    dtype: Any,
    batch: int | str,
) -> None:
    """Arrays: x, y (batch, *out, C)."""
    pool = Pool(code, shape, axes_of(shape, kernel, stride, padding, (1, 1, 1), ceil_mode), dtype)
    x, y = pool.operands(2)
    if narrow_pools.fits(pool, plain=False):
        share = pool.divided((0, 0, 0), count_include_pad, divisor)
        narrow_pools.fold_rows(pool, x, y, batch, lambda a, b: a + b, share)
        return
    for where, image, out in pool.windows(batch, 2):
        share = pool.divided(where, count_include_pad, divisor)
        for c, mask in pool.channels():
            total = pool.folded(x + image, where, c, mask, lambda a, b: a + b, 0.0)
            code.store(share(total), y + out + c, mask)


@generated
def avg_pool_adjoint(
    code: Code,
    shape: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: float | None,
    dtype: Any,
    batch: int | str,
) -> None:
    """Arrays: g (batch, *out, C), dx."""
    pool = Pool(code, shape, axes_of(shape, kernel, stride, padding, (1, 1, 1), ceil_mode), dtype)
    g, dx = pool.operands(2)
    plain = all(a.disjoint for a in pool.axes)
    for image, out_image in pool.images(batch, 2):
        if not (plain and pool.covered):
            pool.clear(dx + image)
        for where, out in pool.positions():
            share = pool.divided(where, count_include_pad, divisor)
            for c, mask in pool.channels():
                part = share(code.load(g + out_image + out + c, pool.lanes, mask))
                for place, valid in pool.each_tap(where):
                    target = dx + image + place * pool.count + c
                    if plain:  # a tap in the padding repeats another one's work
                        code.store(part, target, mask)
                    else:
                        added = part if valid is None else code.where(valid, part, part.like(0))
                        code.store(code.load(target, pool.lanes, mask) + added, target, mask)


class Pool:
    """What the kernels share: the walk over images, windows, channels and taps."""

    def __init__(self, code: Code, shape: Ints, axes: tuple[Axis, ...], dtype: Any) -> None:
        self.code, self.axes, self.dtype = code, axes, np.dtype(dtype)
        self.count, self.lanes = shape[-1], code.host.lanes(dtype)
        if self.count < self.lanes:
            self.lanes = 1 << (self.count - 1).bit_length()
        self.plane = math.prod(a.size for a in axes)
        self.out = math.prod(a.positions for a in axes)
        self.covered = all(a.covered for a in axes)
        self.strides = axes[1].size * axes[2].size, axes[2].size, 1
        self.unrolled = math.prod(a.taps for a in axes) <= UNROLLED

    def operands(self, count: int) -> list[Pointer]:
        return [self.code.operand(k, self.dtype) for k in range(count)]

    def channels(self) -> Iterator[tuple[Index, Mask]]:
        return self.code.vectors(self.count, self.lanes)

    def integers(self, value: Index) -> Value:
        """An index in every lane, as integers as wide as the floats."""
        kind = I32 if self.dtype.itemsize == 4 else I64
        return self.code.splat(self.code.convert(self.code.index(value), kind), self.lanes)

    # --- images and windows ------------------------------------------------------------------------------------------

    def share(self, batch: int | str, position: int, rows: int, cost: float) -> tuple[Index, Index]:
        if isinstance(batch, int):
            return self.code.share(batch * rows, cost=cost)
        total = self.code.number(position) * rows
        return (0, total) if batch == "few" else self.code.share(total)

    def images(self, batch: int | str, position: int) -> Iterator[tuple[Index, Index]]:
        """Where each image and its result begin."""
        vectors = -(-self.count // self.lanes)
        start, stop = self.share(batch, position, 1, vectors * self.plane)
        with self.code.loop(start, stop) as n:
            yield n * (self.plane * self.count), n * (self.out * self.count)

    def positions(self) -> Iterator[tuple[tuple[Index, ...], Index]]:
        """The windows of an image: the position along each axis, and where the result lies."""
        with ExitStack() as stack:
            where = tuple(stack.enter_context(self._loop(0, a.positions)) for a in self.axes)
            _, rows, columns = (a.positions for a in self.axes)
            yield where, ((where[0] * rows + where[1]) * columns + where[2]) * self.count

    def windows(self, batch: int | str, position: int) -> Iterator[tuple[tuple[Index, ...], Index, Index]]:
        """All windows of all images: the position along each axis, where its image begins, where the result lies."""
        deep, rows, columns = (a.positions for a in self.axes)
        vectors, taps = -(-self.count // self.lanes), math.prod(a.taps for a in self.axes)
        start, stop = self.share(batch, position, deep * rows, columns * vectors * taps)
        with self.code.loop(start, stop) as row, self._loop(0, columns) as column:
            n = row // (deep * rows)
            where = row // rows % deep, row % rows, column
            yield where, n * (self.plane * self.count), (row * columns + column) * self.count

    @contextmanager
    def _loop(self, start: Index, stop: Index) -> Iterator[Index]:
        if isinstance(start, int) and isinstance(stop, int) and stop - start == 1:
            yield start
        else:
            with self.code.loop(start, stop) as i:
                yield i

    def clear(self, image: Pointer) -> None:
        """Fill an image with zeros."""
        lanes = self.code.host.lanes(self.dtype)
        for i, mask in self.code.vectors(self.plane * self.count, lanes):
            self.code.store(self.code.zeros(self.dtype, lanes), image + i, mask)

    # --- taps --------------------------------------------------------------------------------------------------------

    def taps(self, where: tuple[Index, ...]) -> tuple[Index, list[tuple[Index, Value | None]]]:
        """The taps of a window, as in `Axis.places`, by their place in the spatial plane."""
        along = [axis.places(self.code, o) for axis, o in zip(self.axes, where)]
        base: Index = 0
        for (start, _), stride in zip(along, self.strides):
            base = start * stride + base
        result = []
        for taps in itertools.product(*(places for _, places in along)):
            place: Index = 0
            valid: Value | None = None
            for (offset, one), stride in zip(taps, self.strides):
                place = offset * stride + place
                valid = one if valid is None else valid if one is None else valid & one
            result.append((place, valid))
        return base, result

    def each_tap(self, where: tuple[Index, ...]) -> Iterator[tuple[Index, Value | None]]:
        """The place of each tap and whether it meets data, written out or, for a large window, inside loops."""
        if self.unrolled:
            base, taps = self.taps(where)
            yield from ((base + place, valid) for place, valid in taps)
            return
        with ExitStack() as stack:
            place: Index = 0
            for axis, o, stride in zip(self.axes, where, self.strides):
                start, first, last = axis.range(self.code, o)
                t = stack.enter_context(self._loop(first, last + 1))
                place = (start + t * axis.step) * stride + place
            yield place, None

    def folded(self, image: Pointer, where: tuple[Index, ...], c: Index, mask: Mask, fold: Any, start: float) -> Value:
        """The taps of a window folded into one value; `start` stands for those in the padding."""
        code, total = self.code, self.code.constant(start, self.dtype, self.lanes)
        if self.unrolled:
            base, taps = self.taps(where)
            image = image + base * self.count + c
            values = [code.load(image + place * self.count, self.lanes, mask) for place, _ in taps]
            if start == 0:
                values = [v if valid is None else code.where(valid, v, total) for v, (_, valid) in zip(values, taps)]
            while len(values) > 1:
                rest = values[len(values) // 2 * 2 :]
                values = [fold(a, b) for a, b in zip(values[::2], values[1::2])] + rest
            return values[0]
        ranges = [axis.range(code, o) for axis, o in zip(self.axes, where)]

        def walk(level: int, place: Index, total: Value) -> Value:
            if level == 3:
                return fold(total, code.load(image + place * self.count + c, self.lanes, mask))
            start, first, last = ranges[level]
            if self.axes[level].taps == 1:
                return walk(level + 1, (start + first * self.axes[level].step) * self.strides[level] + place, total)
            with code.carrying(first, last + 1, [total]) as loop:
                here = (start + loop.index * self.axes[level].step) * self.strides[level] + place
                loop.carried = [walk(level + 1, here, loop.carried[0])]
            return loop.carried[0]

        return walk(0, 0, total)

    def found(
        self, image: Pointer, base: Index, taps: list[Any], c: Index, mask: Mask, best: Value, names: list[Value]
    ) -> Value:
        """The name of the first tap that holds `best`, or of the last one that holds NaN, lane by lane."""
        image = image + base * self.count + c
        values = [self.code.load(image + place * self.count, self.lanes, mask) for place, _ in taps]
        return self.first(values, names, best)

    def first(self, values: Sequence[Value], names: Sequence[Value], best: Value) -> Value:
        """The name of the first of some values that is `best`, or of the last NaN, lane by lane."""
        code = self.code
        found = names[0]
        for value, name in zip(values[:0:-1], names[:0:-1]):
            found = code.where(value.eq(best), name, found)
        found = code.where(values[0].eq(best), names[0], found)
        for value, name in zip(values, names):
            found = code.where(value.ne(value), name, found)
        return found

    def divided(self, where: tuple[Index, ...], count_include_pad: bool, divisor: float | None) -> Any:
        """The function that divides a window's sum by the number of its elements."""
        code = self.code
        counts: list[Index] = []
        for axis, o in zip(self.axes, where):
            start = o * axis.jump - axis.low
            if axis.whole or (
                count_include_pad and (axis.positions - 1) * axis.jump + axis.taps <= axis.size + axis.low * 2
            ):
                counts.append(axis.taps)
            else:
                end = code.minimum(start + axis.taps, axis.size + axis.low * count_include_pad)
                counts.append(end - (start if count_include_pad else larger(code, start, 0)))
        if divisor is None:
            known = math.prod(n for n in counts if isinstance(n, int))
            unknown = [n for n in counts if not isinstance(n, int)]
            if unknown:
                count: Index = known
                for n in unknown:
                    count = n * count
                element = code.constant(0, self.dtype).element
                number = code.splat(code.convert(code.index(count), element), self.lanes)
                return lambda total: total / number
            divisor = known
        if divisor > 0 and math.frexp(divisor)[0] == 0.5:
            return lambda total: total * (1 / divisor)
        return lambda total: total / float(divisor)
