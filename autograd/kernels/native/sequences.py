"""What the kernels of recurrent layers share: the walk through time, the states in scratch memory, packed weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.matrix import Matrix
from autograd.kernels.native.strips import Packed, both
from autograd.kernels.native.values import Pointer, Value

ROWS = 64  # sequences that run through time together


class Steps:
    """The rows of each time step, as a kernel reads them from its operand `steps`: see `step_table`."""

    def __init__(self, code: Code, position: int) -> None:
        table = code.operand(position, np.int64)
        self.code, self.count, self.offsets = code, code.load(table), table + 1
        self.batch = self.size(0)

    def offset(self, t: Index) -> Value:
        """The first row of a step."""
        return self.code.load(self.offsets + t)

    def size(self, t: Index) -> Value:
        """How many sequences have a step t."""
        return self.offset(t + 1) - self.offset(t)


class Block:
    """Some sequences that run through time together: those from `first` to `last` of the batch."""

    def __init__(self, steps: Steps, first: Value, last: Index) -> None:
        self.code, self.steps, self.first = steps.code, steps, first
        self.last = self.code.index(last)
        self.size = self.last - first

    def rows(self, t: Value) -> tuple[Value, Value]:
        """The row of its first sequence in step t, and how many of its sequences have that step."""
        code = self.code
        count = code.index(code.minimum(self.steps.size(t), self.last)) - self.first
        return self.steps.offset(t) + self.first, code.where(count > 0, count, 0)

    def previous(
        self, t: Value, reverse: bool, states: Pointer, initial: Pointer, width: int
    ) -> Callable[[Value], Pointer]:
        """Where the state before step t of a sequence lies, by the number of the sequence in the block."""
        code, steps = self.code, self.steps
        before = t + 1 if reverse else t - 1
        exists = before < steps.count if reverse else t > 0
        row, count = self.rows(code.where(exists, before, t))
        count = code.where(exists, count, 0)

        def place(k: Value) -> Pointer:
            computed, given = states + (row + k) * width, initial + (self.first + k) * width
            chosen = code.where(k < count, Value(code, computed.ir), Value(code, given.ir))
            return Pointer(code, chosen.ir, states.dtype)

        return place

    def load(self, source: Pointer, width: int, state: Matrix) -> None:
        """Copy the states of its sequences from those of the batch."""
        emit_copy(self.code, self.size, width, Matrix(source + self.first * width, width, 1), state)

    def store(self, state: Matrix, width: int, target: Pointer) -> None:
        """Copy the states of its sequences to those of the batch."""
        emit_copy(self.code, self.size, width, state, Matrix(target + self.first * width, width, 1))


def emit_walk(
    code: Code,
    steps: Steps,
    from_last: bool,
    split: bool,
    before: Callable[[Block], None],
    step: Callable[[Block, Value], None],
    after: Callable[[Block], None] = lambda block: None,
) -> None:
    """Take blocks of sequences through time: `before` and `after` for each block, `step(block, t)` for each step."""
    start, stop = code.share(steps.batch, 2) if split else (0, steps.batch)
    with code.loop(start, stop, ROWS) as first:
        block = Block(steps, first, code.minimum(first + ROWS, stop))
        before(block)
        with code.loop(0, steps.count) as turn:
            step(block, steps.count - 1 - turn if from_last else turn)
        after(block)


def emit_units(
    code: Code, count: Index, width: int, dtype: Any, unit: Callable[[Value, Value, int, Mask], None]
) -> None:
    """`unit(row, column, lanes, mask)` for each vector of `count` rows of `width` elements."""
    lanes = code.host.lanes(dtype)
    with code.loop(0, count) as row, code.loop(0, width, lanes) as column:
        unit(row, column, lanes, None if width % lanes == 0 else code.mask(width - column, lanes))


def emit_copy(code: Code, count: Index, width: int, source: Matrix | None, target: Matrix) -> None:
    """Copy rows, or fill them with 0."""

    def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
        zeros = code.zeros(target.place.dtype, lanes)
        target.store(zeros if source is None else source.load(row, column, lanes, mask), row, column, mask)

    emit_units(code, count, width, target.place.dtype, unit)


def state(code: Code, width: int, dtype: Any) -> Matrix:
    """Room for a state of every sequence of a block."""
    return Matrix(code.scratch(ROWS * width, dtype), width, 1)


class Inputs:
    """Input and state of a step side by side, and the weights by which both are multiplied, packed likewise.

    `both` has for each sequence of a block its input, in columns up to `inner`, and its state behind.
    """

    def __init__(self, code: Code, features: int, hidden: int, dtype: Any) -> None:
        lanes = code.host.lanes(dtype)
        self.code, self.features, self.hidden, self.dtype = code, features, hidden, dtype
        self.inner = -(-features // lanes) * lanes
        self.depth = self.inner + hidden
        self.both = state(code, self.depth, dtype)
        emit_copy(code, ROWS, self.inner, None, self.both)
        self.input, self.state = self.both, self.both.part(0, self.inner)

    def weights(self, n: int, w_ih: Pointer, w_hh: Pointer) -> Packed:
        """The first n rows of two matrices of weights, packed on top of one another for the product with `both`."""
        found = Packed(self.code, n, self.depth, self.dtype)
        for pick in both(self.code):
            weights, width, at = pick((w_ih, self.features, 0), (w_hh, self.hidden, self.inner))
            found.add_transposed(Matrix(weights, width, 1), width, at)
        return found

    def apart(self, n: int, w_ih: Pointer, w_hh: Pointer) -> tuple[Packed, Packed]:
        """The same packed each for itself, for the products with `input` and with `state`."""
        inner, outer = (Packed(self.code, n, max(self.inner, self.hidden), self.dtype) for _ in range(2))
        for pick in both(self.code):
            weights, width, target = pick((w_ih, self.features, inner), (w_hh, self.hidden, outer))
            target.add_transposed(Matrix(weights, width, 1), width)
        return inner, outer

    def take(self, x: Pointer, count: Value) -> None:
        """Copy the inputs of a step, x (count, features)."""
        emit_copy(self.code, count, self.features, Matrix(x, self.features, 1), self.input)

    def bias(self, size: int, *biases: Pointer) -> Matrix:
        """The sum of vectors, as a matrix of equal rows."""
        code = self.code
        total = code.scratch(size, self.dtype)

        def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
            value = code.load(biases[0] + column, lanes, mask)
            for more in biases[1:]:
                value = value + code.load(more + column, lanes, mask)
            code.store(value, total + column, mask)

        emit_units(code, 1, size, self.dtype, unit)
        return Matrix(total, 0, 1)
