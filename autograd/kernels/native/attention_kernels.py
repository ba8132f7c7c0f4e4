"""Attention in blocks of queries and keys, so that the weights of all queries for all keys are never stored.

Forward, each query keeps the largest score so far, the sum of exponentials relative to it, and the mean of values so
far, and rescales the latter two when a larger score comes. Backward computes the weights of a block again, from the
logarithm of the sums. (Milakov & Gimelshein 2018; Dao et al. 2022.)

Operands: rows of q, k, v, of the bias and of their adjoints are contiguous and lie anywhere otherwise; `sizes` and
`offsets` (int64) say where: see `autograd.kernels.native.attention.plan`. The result lse is contiguous.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.kernels.native import vector_math
from autograd.kernels.native.code import Code, Mask
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.matrix import Matrix
from autograd.kernels.native.sequences import emit_units
from autograd.kernels.native.strips import Packed, both, emit_product, natural
from autograd.kernels.native.values import Pointer, Value

QUERIES, KEYS, KEYS_BACK = 64, 128, 64  # of a block


class Problems:
    """Where the rows of each problem (a query matrix with its keys and values) lie."""

    def __init__(self, code: Code, position: int, matrices: int) -> None:
        self.code, self.matrices = code, matrices
        sizes = code.operand(position, np.int64)
        self.count, self.queries, self.keys, *self.strides = (code.load(sizes + i) for i in range(3 + matrices))
        self.offsets = code.operand(position + 1, np.int64)

    def matrix(self, problem: Value, number: int, place: Pointer) -> Matrix:
        """A problem's part of one of the operands, numbered as in the plan."""
        offset = self.code.load(self.offsets + (problem * self.matrices + number))
        return Matrix(place + offset, self.strides[number], 1)


class Scores:
    """What is done to the scores of a block: scale, bias, and who may look where."""

    def __init__(self, code: Code, dtype: Any, scale: float, causal: bool) -> None:
        self.code, self.scale, self.causal = code, scale, causal
        self.lanes = code.host.lanes(dtype)
        self.lowest = float(np.finfo(dtype).min)
        self.least = float(np.log(np.finfo(dtype).tiny))

    def adjusted(self, product: Value, bias: Matrix | None, row: Value, key: Value, left: Value) -> Value:
        """The scores of one query and some keys, `left` of which exist."""
        scores = product * self.scale
        return scores if bias is None else scores + bias.load(row, key, self.lanes, self.code.mask(left, self.lanes))

    def seen(self, query: Value, key: Value, left: Value) -> Value:
        """Which of the keys from `key` on a query may look at."""
        seen = self.code.minimum(query + 1 - key, left) if self.causal else left
        return self.code.mask(seen, self.lanes)

    def exp(self, difference: Value) -> Value:
        """Its exponential, but 0 where that has no full precision: such numbers are slow to come by, and to use."""
        none = difference < self.least
        power = vector_math.exp(self.code, self.code.where(none, difference.like(0.0), difference))
        return self.code.where(none, power.like(0.0), power)

    def finite(self, value: Value) -> Value:
        """A bound above which -inf is far below, so that no difference is -inf - -inf."""
        return self.code.where(value < self.lowest, value.like(self.lowest), value)


@generated
def attention_layer(
    code: Code, width: int, values: int, dtype: Any, scale: float, causal: bool, biased: bool, split: bool = False
) -> None:
    """Operands q, k, v, sizes, offsets, and if `biased` bias; results out, lse.

    The plan is one of q, k, v, out, bias (or q again). See `kernels.attention.attention`.
    """
    q, k, v = (code.operand(i, dtype) for i in range(3))
    problems = Problems(code, 3, 5)
    bias, out, lse = code.operand(5, dtype), code.operand(5 + biased, dtype), code.operand(6 + biased, dtype)
    lanes, scores = code.host.lanes(dtype), Scores(code, dtype, scale, causal)
    whole = -(-values // lanes) * lanes
    keys = Packed(code, problems.keys, width, dtype, KEYS)
    block, mean = (
        Matrix(code.scratch(QUERIES * KEYS, dtype), KEYS, 1),
        Matrix(code.scratch(QUERIES * whole, dtype), whole, 1),
    )
    peaks, sums = code.scratch(QUERIES, dtype), code.scratch(QUERIES, dtype)

    def softmax(row: Value, query: Value, start: Value, count: Value, bias: Matrix | None) -> None:
        """From products to exponentials, with what has been found before."""
        lowest = code.constant(-np.inf, dtype, lanes)
        with code.carrying(0, count, [lowest], lanes) as loop:
            key, left = loop.index, count - loop.index
            score = scores.adjusted(block.load(row, key, lanes), bias, row, key, left)
            score = code.where(scores.seen(query, start + key, left), score, lowest)
            block.store(score, row, key)
            loop.carried = [code.where(score > loop.carried[0], score, loop.carried[0])]
        old = code.load(peaks + row)
        new = code.max_lanes(loop.carried[0])
        new = code.where(new > old, new, old)
        base = code.splat(scores.finite(new), lanes)
        with code.carrying(0, count, [code.zeros(dtype, lanes)], lanes) as loop:
            power = scores.exp(block.load(row, loop.index, lanes) - base)
            block.store(power, row, loop.index)
            loop.carried = [loop.carried[0] + power]
        total = code.sum_lanes(loop.carried[0])
        with code.when(start > 0):
            factor = scores.exp(code.splat(old, lanes) - base)
            with code.loop(0, whole, lanes) as column:
                mean.store(mean.load(row, column, lanes) * factor, row, column)
            code.store(code.load(sums + row) * code.lane(factor, 0), sums + row)
        code.store(code.load(sums + row) + total, sums + row)
        code.store(new, peaks + row)

    def one(problem: Value, first: Value) -> None:
        a, b, c, target, more = (
            problems.matrix(problem, i, place) for i, place in enumerate((q, k, v, out, bias if biased else q))
        )
        rows = code.index(code.minimum(problems.queries - first, QUERIES))
        with code.loop(0, rows) as row:
            code.store(code.constant(-np.inf, dtype), peaks + row)
            code.store(code.zeros(dtype), sums + row)
        _fill(code, rows, whole, mean)
        stop = code.minimum(problems.keys, first + rows) if causal else problems.keys
        with code.loop(0, stop, KEYS) as start:
            count = code.index(code.minimum(stop - start, KEYS))
            keys.add_transposed(b.part(start, 0), width, n=count)
            emit_product(code, rows, width, a.part(first, 0), keys.of(count), block)
            with code.loop(0, rows) as row:
                softmax(row, first + row, start, count, more.part(first, start) if biased else None)
            emit_product(code, rows, count, block, natural(code, c.part(start, 0), values), mean, mean)
        with code.loop(0, rows) as row:
            total = code.load(sums + row)
            peak = scores.finite(code.load(peaks + row))
            logarithm = vector_math.log(code, code.splat(total, lanes)) + code.splat(peak, lanes)
            code.store(code.lane(logarithm, 0), lse + (problem * problems.queries + first + row))
            factor = code.splat(1.0 / code.where(total.eq(0.0), total.like(1.0), total), lanes)
            for column, mask in code.vectors(values, lanes):
                target.store(mean.load(row, column, lanes) * factor, first + row, column, mask)

    blocks = (problems.queries + (QUERIES - 1)) // QUERIES
    start, stop = code.share(problems.count * blocks) if split else (0, problems.count * blocks)
    with code.loop(start, stop) as unit:
        one(unit // blocks, unit % blocks * QUERIES)


@generated
def attention_layer_pull(
    code: Code, width: int, values: int, dtype: Any, scale: float, causal: bool, biased: bool, split: bool = False
) -> None:
    """Operands g, delta, lse, q, k, v, sizes, offsets, and if `biased` bias; results dq, dk, dv.

    The plan is one of q, k, v, g, delta, lse, dq, dk, dv, bias (or q again). See `ops.attention.attention_pull`.
    """
    g, delta, lse, q, k, v = (code.operand(i, dtype) for i in range(6))
    problems = Problems(code, 6, 10)
    bias = code.operand(8, dtype) if biased else q
    results = [code.operand(8 + biased + i, dtype) for i in range(3)]
    lanes, scores = code.host.lanes(dtype), Scores(code, dtype, scale, causal)
    alike = width == values
    packs = [Packed(code, problems.keys, n, dtype, KEYS_BACK) for n in ((width, width) if alike else (width, values))]
    weights, changes = (Matrix(code.scratch(QUERIES * KEYS_BACK, dtype), KEYS_BACK, 1) for _ in range(2))

    def pull(
        row: Value, sums: tuple[Value, Value], query: Value, start: Value, count: Value, more: Matrix | None
    ) -> None:
        """From products to weights, and to the adjoints of the scores."""
        mean, base = code.splat(sums[0], lanes), code.splat(scores.finite(sums[1]), lanes)
        with code.loop(0, count, lanes) as key:
            left = count - key
            score = scores.adjusted(weights.load(row, key, lanes), more, row, key, left)
            seen = scores.seen(query, start + key, left)
            weight = code.where(seen, scores.exp(score - base), 0.0)
            change = weight * (changes.load(row, key, lanes) - mean) * scale
            weights.store(weight, row, key)
            changes.store(code.where(seen, change, 0.0), row, key)

    def one(problem: Value) -> None:
        a, b, c, given, means, logarithms, *found, more = (
            problems.matrix(problem, i, place) for i, place in enumerate((q, k, v, g, delta, lse, *results, bias))
        )
        d_a, d_b, d_c = found
        for rows, columns, target in (
            (problems.queries, width, d_a),
            (problems.keys, width, d_b),
            (problems.keys, values, d_c),
        ):
            _fill(code, rows, columns, target)
        with code.loop(0, problems.keys, KEYS_BACK) as start:
            count = code.index(code.minimum(problems.keys - start, KEYS_BACK))
            for pick in both(code, alike):
                source, pack, size = pick((b, packs[0], width), (c, packs[1], values))
                pack.add_transposed(source.part(start, 0), size, n=count)
            from_block = start // QUERIES * QUERIES if causal else 0
            with code.loop(from_block, problems.queries, QUERIES) as first:
                rows = code.index(code.minimum(problems.queries - first, QUERIES))
                for pick in both(code, alike):
                    left, pack, size, target = pick((a, packs[0], width, weights), (given, packs[1], values, changes))
                    emit_product(code, rows, size, left.part(first, 0), pack.of(count), target)
                with code.loop(0, rows) as row:
                    query = first + row
                    sums = means.load(query, 0), logarithms.load(query, 0)
                    pull(row, sums, query, start, count, more.part(first, start) if biased else None)
                for pick in both(code, alike):
                    left, right, size, target = pick((weights, given, values, d_c), (changes, a, width, d_b))
                    into = target.part(start, 0)
                    emit_product(code, count, rows, left.T, natural(code, right.part(first, 0), size), into, into)
                into = d_a.part(first, 0)
                emit_product(code, rows, count, changes, natural(code, b.part(start, 0), width), into, into)

    start, stop = code.share(problems.count) if split else (0, problems.count)
    with code.loop(start, stop) as problem:
        one(problem)


def _fill(code: Code, rows: Value, columns: int, target: Matrix) -> None:
    """Set a matrix to 0."""

    def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
        target.store(code.zeros(target.place.dtype, lanes), row, column, mask)

    emit_units(code, rows, columns, target.place.dtype, unit)
