"""Kernels that go row by row: softmax and its relatives, cross-entropy, layer and RMS normalization, with pulls.

Arrays are contiguous (rows, columns). A row of few vectors stays in registers from its first step to its last; of a
longer one the steps are loops. `rows` is a number, or says that it is given at run time as the last operand, an int64:
"many" shares the rows among threads, "few" leaves them to one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.kernels.native import vector_math
from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.values import Pointer, Value

CHUNK = 64  # rows whose parts of a sum over rows are added up one after the other

Fold = tuple[Callable[[Code], Callable[[Value, Value], Value]], float]
SUM: Fold = (lambda code: lambda a, b: a + b, 0.0)
MAX: Fold = (lambda code: code.maximum, -math.inf)


# --- softmax ----------------------------------------------------------------------------------------------------------


@generated
def softmax(code: Code, columns: int, dtype: Any, rows: int | str) -> None:
    """Arrays: x, y."""
    x, y = _operands(code, 2, dtype)
    with _rows(code, columns, dtype, rows, 2, cost=2) as (row, start):
        source, target = x + start, y + start
        peak = row.peak(source)
        (total,) = row.fold([SUM], lambda i, m: (row.power(source, i, m, peak, target),))
        share = 1.0 / total
        row.each(lambda i, m: row.store(row.load(target, i, m) * share, target, i, m))


@generated
def softmax_pull(code: Code, columns: int, dtype: Any, rows: int | str) -> None:
    """Arrays: g, y, dx = y · (g - Σ g y)."""
    g, y, dx = _operands(code, 3, dtype)
    with _rows(code, columns, dtype, rows, 3, cost=1) as (row, start):
        g_, y_, dx_ = g + start, y + start, dx + start
        (dot,) = row.fold([SUM], lambda i, m: (row.load(g_, i, m) * row.load(y_, i, m),))
        row.each(lambda i, m: row.store((row.load(g_, i, m) - dot) * row.load(y_, i, m), dx_, i, m))


@generated
def log_softmax(code: Code, columns: int, dtype: Any, rows: int | str) -> None:
    """Arrays: x, y."""
    x, y = _operands(code, 2, dtype)
    with _rows(code, columns, dtype, rows, 2, cost=2) as (row, start):
        source, target = x + start, y + start
        peak = row.peak(source)
        (total,) = row.fold([SUM], lambda i, m: (row.power(source, i, m, peak),))
        size = vector_math.log(code, total)
        row.each(lambda i, m: row.store(row.load(source, i, m) - peak - size, target, i, m))


@generated
def log_softmax_pull(code: Code, columns: int, dtype: Any, rows: int | str) -> None:
    """Arrays: g, y, dx = g - exp(y) · Σ g."""
    g, y, dx = _operands(code, 3, dtype)
    with _rows(code, columns, dtype, rows, 3, cost=2) as (row, start):
        g_, y_, dx_ = g + start, y + start, dx + start
        (total,) = row.fold([SUM], lambda i, m: (row.load(g_, i, m),))

        def slope(i: Index, m: Mask) -> None:
            row.store(row.load(g_, i, m) - vector_math.exp(code, row.load(y_, i, m)) * total, dx_, i, m)

        row.each(slope)


@generated
def logsumexp(code: Code, columns: int, dtype: Any, rows: int | str) -> None:
    """Arrays: x, y (rows,)."""
    x, y = _operands(code, 2, dtype)
    with _rows(code, columns, dtype, rows, 2, cost=2) as (row, start):
        source = x + start
        peak = vector_math.at_most(code, row.peak(source), float(np.finfo(dtype).max))
        (total,) = row.fold([SUM], lambda i, m: (row.power(source, i, m, peak),))
        code.store(code.lane(vector_math.log(code, total) + peak, 0), y + row.number)


@generated
def cross_entropy(code: Code, columns: int, dtype: Any, rows: int | str, loss: bool = True, pull: str = "") -> None:
    """Arrays: x, target (rows,) of int64, wrong (1,) of int64; if `loss` the losses (rows,); if `pull` scale and
    dx = scale · (softmax x - one-hot target); scale has one number per row, or one for all if `pull` is "one".

    Targets count from the end if negative. One that lies outside of the row makes its loss NaN, and sets `wrong` to 1.
    """
    x, target, wrong = code.operand(0, dtype), code.operand(1, np.int64), code.operand(2, np.int64)
    losses = code.operand(3, dtype)
    scale, dx = code.operand(3 + loss, dtype), code.operand(4 + loss, dtype)
    with _rows(code, columns, dtype, rows, 3 + loss + 2 * bool(pull), cost=2) as (row, start):
        source, into = x + start, dx + start
        label = code.load(target + row.number)
        label = code.where(label < 0, label + columns, label)
        outside = (label < 0) | (label >= columns)
        with code.when(outside):
            code.store(code.index(1), wrong)
        label = code.where(outside, code.index(0), label)
        (peak,) = row.fold([MAX], lambda i, m: (row.load(source, i, m),))
        (total,) = row.fold([SUM], lambda i, m: (row.power(source, i, m, peak, into if pull else None),))
        if loss:
            chosen = code.load(source + label) - code.lane(peak, 0)
            value = code.lane(vector_math.log(code, total), 0) - chosen
            code.store(code.where(outside, value.like(math.nan), value), losses + row.number)
        if pull:
            factor = code.load(scale if pull == "one" else scale + row.number)
            share = code.splat(factor, row.lanes) / total
            row.each(lambda i, m: row.store(row.load(into, i, m) * share, into, i, m))
            code.store(code.load(into + label) - factor, into + label)


# --- normalization ----------------------------------------------------------------------------------------------------


@generated
def normalize(code: Code, columns: int, dtype: Any, rows: int | str, eps: float, centered: bool = True) -> None:
    """Arrays: x, weight, bias (only if centered), y: layer normalization, or RMS normalization if not centered."""
    count = 3 + centered
    x, weight, *bias, y = _operands(code, count, dtype)
    with _rows(code, columns, dtype, rows, count, cost=1) as (row, start):
        source, target = x + start, y + start
        mean, rate = row.statistics(source, eps, centered)

        def scaled(i: Index, m: Mask) -> None:
            value = row.centered(source, i, m, mean) * rate * row.load(weight, i, m)
            row.store(value + row.load(bias[0], i, m) if bias else value, target, i, m)

        row.each(scaled)


@generated
def normalize_pull(
    code: Code,
    columns: int,
    dtype: Any,
    rows: int | str,
    eps: float,
    centered: bool = True,
    wrt: tuple[str, ...] = ("x", "weight", "bias"),
) -> None:
    """Arrays: g, x, weight, then dx if x is in `wrt`, and if weight or bias are, partials (chunks of rows, how many of
    the two, columns): their derivatives in parts, which `column_sums` adds up."""
    count = 3 + ("x" in wrt) + ("weight" in wrt or "bias" in wrt)
    g, x, weight, *_ = _operands(code, count, dtype)
    dx, partials = code.operand(3, dtype), code.operand(count - 1, dtype)
    sums = [name for name in ("weight", "bias") if name in wrt]
    with _chunks(code, columns, dtype, rows, count, partials, len(sums)) as (row, start, into):
        g_, x_, dx_ = g + start, x + start, dx + start
        mean, rate = row.statistics(x_, eps, centered)
        normal = lambda i, m: row.centered(x_, i, m, mean) * rate
        if "x" in wrt:
            slope = lambda i, m: row.load(g_, i, m) * row.load(weight, i, m)
            (plain, dot) = row.fold([SUM, SUM], lambda i, m: (slope(i, m), slope(i, m) * normal(i, m)))
            plain, dot = plain * (1 / columns), dot * (1 / columns)

            def back(i: Index, m: Mask) -> None:
                rest = slope(i, m) - normal(i, m) * dot
                row.store((rest - plain if centered else rest) * rate, dx_, i, m)

            row.each(back)

        def add(i: Index, m: Mask) -> None:
            for k, name in enumerate(sums):
                value = row.load(g_, i, m) if name == "bias" else row.load(g_, i, m) * normal(i, m)
                place = into + k * columns + i
                code.store(code.load(place, row.lanes, m) + value, place, m)

        if sums:
            row.each(add)


def partial_rows(rows: int) -> int:
    """How many chunks there are of so many rows."""
    return -(-rows // CHUNK)


@generated
def column_sums(code: Code, columns: int, dtype: Any, rows: int | str) -> None:
    """Arrays: x, and y (columns,), its sum over the rows."""
    x, y = _operands(code, 2, dtype)
    lanes = code.host.lanes(dtype)
    count: Index = rows if isinstance(rows, int) else code.number(2)
    for i, mask in code.vectors(columns, lanes):
        with code.carrying(0, count, [code.zeros(dtype, lanes)]) as loop:
            loop.carried = [loop.carried[0] + code.load(x + loop.index * columns + i, lanes, mask)]
        code.store(loop.carried[0], y + i, mask)


# --- rows -------------------------------------------------------------------------------------------------------------


def _operands(code: Code, count: int, dtype: Any) -> list[Pointer]:
    return [code.operand(k, dtype) for k in range(count)]


@contextmanager
def _rows(
    code: Code, columns: int, dtype: Any, rows: int | str, position: int, cost: float
) -> Iterator[tuple[_Row, Index]]:
    """Each row, and where it starts; `cost` is roughly that of a vector in nanoseconds."""
    if isinstance(rows, int):
        start, stop = code.share(rows, cost=cost * (columns / code.host.lanes(dtype) + 10))
    else:
        total = code.number(position)
        start, stop = (0, total) if rows == "few" else code.share(total)
    with code.loop(start, stop) as number:
        yield _Row(code, columns, dtype, number), number * columns


@contextmanager
def _chunks(
    code: Code, columns: int, dtype: Any, rows: int | str, position: int, partials: Pointer, width: int
) -> Iterator[tuple[_Row, Index, Pointer]]:
    """Each row of each chunk, where it starts, and the chunk's part of `partials`, which is cleared at first."""
    total: Index = rows if isinstance(rows, int) else code.number(position)
    chunks = (total + (CHUNK - 1)) // CHUNK
    shared = rows != "few"
    start, stop = code.share(chunks, cost=CHUNK * (columns / code.host.lanes(dtype) + 10)) if shared else (0, chunks)
    lanes = code.host.lanes(dtype)
    with code.loop(start, stop) as chunk:
        into = partials + chunk * (width * columns)
        for i, mask in code.vectors(width * columns, lanes):
            code.store(code.zeros(dtype, lanes), into + i, mask)
        with code.loop(chunk * CHUNK, code.minimum((chunk + 1) * CHUNK, total)) as number:
            yield _Row(code, columns, dtype, number), number * columns, into


class _Row:
    """One row: steps over its vectors, in registers if it is short."""

    def __init__(self, code: Code, columns: int, dtype: Any, number: Value) -> None:
        self.code, self.dtype, self.number, self.columns = code, np.dtype(dtype), number, columns
        self.lanes = min(code.host.lanes(dtype), 1 << (columns - 1).bit_length())
        self.full, self.rest = divmod(columns, self.lanes)
        self.held = self.full + bool(self.rest) <= code.host.registers // 4
        self.known: dict[tuple[int, int, int], tuple[Any, Value]] = {}

    def load(self, place: Pointer, i: Index, mask: Mask) -> Value:
        """A vector of an array; one that a held row has met before is still there."""
        return self._once(place, 0, i, lambda: self.code.load(place + i, self.lanes, mask))

    def store(self, value: Value, place: Pointer, i: Index, mask: Mask) -> None:
        self.code.store(value, place + i, mask)

    def centered(self, place: Pointer, i: Index, mask: Mask, mean: Value | None) -> Value:
        """A vector minus the mean."""
        if mean is None:
            return self.load(place, i, mask)
        return self._once(place, 1, i, lambda: self.load(place, i, mask) - mean)

    def power(self, place: Pointer, i: Index, mask: Mask, peak: Value, into: Pointer | None = None) -> Value:
        """exp(x - peak), kept in `into`: for a held row that means registers."""
        value = vector_math.exp(self.code, self.load(place, i, mask) - peak)
        if into is not None and self.held:
            self.known[id(into), 0, int(i)] = into, value  # type: ignore[arg-type]
        elif into is not None:
            self.code.store(value, into + i, mask)
        return value

    def _once(self, place: Pointer, kind: int, i: Index, make: Callable[[], Value]) -> Value:
        if not self.held or not isinstance(i, int):
            return make()
        key = id(place), kind, i
        if key not in self.known:
            self.known[key] = place, make()
        return self.known[key][1]

    def peak(self, place: Pointer) -> Value:
        """The largest element, finite also where all are -inf, so that x - peak is never -inf + inf."""
        (largest,) = self.fold([MAX], lambda i, m: (self.load(place, i, m),))
        return vector_math.at_least(self.code, largest, float(np.finfo(self.dtype).min))

    def statistics(self, place: Pointer, eps: float, centered: bool) -> tuple[Value | None, Value]:
        """The mean, if wanted, and 1 / sqrt(var + eps), with the mean square for var if not."""
        mean = None
        if centered:
            (total,) = self.fold([SUM], lambda i, m: (self.load(place, i, m),))
            mean = total * (1 / self.columns)

        def square(i: Index, m: Mask) -> tuple[Value]:
            value = self.centered(place, i, m, mean)
            return (value * value,)

        (total,) = self.fold([SUM], square)
        return mean, 1.0 / self.code.sqrt(total * (1 / self.columns) + eps)

    def each(self, step: Callable[[Index, Mask], None]) -> None:
        """Run a step for every vector of the row."""
        if self.held:
            for i, mask in self._places(0):
                step(i, mask)
        else:
            for i, mask in self.code.vectors(self.columns, self.lanes):  # type: ignore[assignment]
                step(i, mask)

    def _places(self, first: int) -> Iterator[tuple[int, int | None]]:
        yield from ((k * self.lanes, None) for k in range(first, self.full))
        if self.rest:
            yield self.full * self.lanes, self.rest

    def fold(self, folds: Sequence[Fold], step: Callable[[Index, Mask], tuple[Value, ...]]) -> list[Value]:
        """The results of a step for every vector, folded over the row; each in all lanes."""
        code, width = self.code, len(folds)
        together = [make(code) for make, _ in folds]
        neutral = [code.constant(number, self.dtype, self.lanes) for _, number in folds]
        first = 0
        parts: list[list[Value]] = [[] for _ in folds]
        if not self.held:
            unrolled = 4
            first = self.full // unrolled * unrolled
            with code.carrying(0, first * self.lanes, neutral * unrolled, unrolled * self.lanes) as loop:
                carried = []
                for k in range(unrolled):
                    values = step(loop.index + k * self.lanes, None)
                    old = loop.carried[k * width : (k + 1) * width]
                    carried += [f(a, b) for f, a, b in zip(together, old, values)]
                loop.carried = carried
            parts = [loop.carried[k::width] for k in range(width)]
        for i, mask in self._places(first):
            for k, value in enumerate(step(i, mask)):
                if mask is not None:
                    value = code.where(code.mask(mask, self.lanes), value, neutral[k])
                parts[k].append(value)
        results = []
        for f, part, (make, _) in zip(together, parts, folds):
            while len(part) > 1:
                part = [f(a, b) for a, b in zip(part[::2], part[1::2])] + part[len(part) // 2 * 2 :]
            lane = code.max_lanes(part[0]) if make is MAX[0] else code.sum_lanes(part[0])
            results.append(code.splat(lane, self.lanes))
        return results
