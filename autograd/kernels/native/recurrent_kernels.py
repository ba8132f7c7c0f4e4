"""Recurrent layers over whole sequences, forward and backward through time: one kernel call per layer and direction.

Weights are packed once per call. Then each share of the sequences runs through all time steps by itself: at each step
one small matrix product for all gates, of input and state together, and the gates' functions on its result while that
is near. Backward through time the same with the transposed product; the adjoints of the weights are products over all
steps, for which there are better kernels.

In all kernels x is (rows, features), w_ih (gates · hidden, features), w_hh (gates · hidden, hidden), b_ih and b_hh
(gates · hidden), h and c (batch, hidden), states and their adjoints (rows, hidden), arrays contiguous and of one dtype;
`steps` is a `step_table`. `split` shares the sequences among threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.kernels.native import vector_math
from autograd.kernels.native.code import Code, Mask
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.matrix import Matrix
from autograd.kernels.native.sequences import Block, Inputs, Steps, emit_copy, emit_units, emit_walk, state
from autograd.kernels.native.strips import Packed, both, emit_product
from autograd.kernels.native.values import Value

# --- the simple recurrent layer --------------------------------------------------------------------------------------


@generated
def rnn_layer(
    code: Code, features: int, hidden: int, dtype: Any, relu: bool, reverse: bool = False, split: bool = False
) -> None:
    """Operands x, w_ih, w_hh, b_ih, b_hh, h, steps; result y: see `kernels.recurrent.rnn`."""
    x, w_ih, w_hh, b_ih, b_hh, h = (code.operand(k, dtype) for k in range(6))
    steps, y = Steps(code, 6), code.operand(7, dtype)
    inputs = Inputs(code, features, hidden, dtype)
    weights, bias = inputs.weights(hidden, w_ih, w_hh), inputs.bias(hidden, b_ih, b_hh)

    def step(block: Block, t: Value) -> None:
        first, count = block.rows(t)
        inputs.take(x + first * features, count)
        out = Matrix(y + first * hidden, hidden, 1)
        emit_product(code, count, inputs.depth, inputs.both, weights.strips, out, bias)

        def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
            z = out.load(row, column, lanes, mask)
            z = code.relu(z) if relu else vector_math.tanh(code, z)
            out.store(z, row, column, mask)
            inputs.state.store(z, row, column, mask)

        emit_units(code, count, hidden, dtype, unit)

    emit_walk(code, steps, reverse, split, lambda block: block.load(h, hidden, inputs.state), step)


@generated
def rnn_layer_pull(code: Code, hidden: int, dtype: Any, relu: bool, reverse: bool = False, split: bool = False) -> None:
    """Operands g, y, h, w_hh, steps; results d (rows, hidden), dh (batch, hidden): `kernels.recurrent.rnn_pull`."""
    g, y, _, w_hh = (code.operand(k, dtype) for k in range(4))
    steps, d, dh = Steps(code, 4), code.operand(5, dtype), code.operand(6, dtype)
    weights, carried = Packed(code, hidden, hidden, dtype), state(code, hidden, dtype)
    weights.add(Matrix(w_hh, hidden, 1), hidden)

    def step(block: Block, t: Value) -> None:
        first, count = block.rows(t)
        at = first * hidden
        given, out, found = (Matrix(place + at, hidden, 1) for place in (g, y, d))

        def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
            total = carried.load(row, column, lanes, mask) + given.load(row, column, lanes, mask)
            value = out.load(row, column, lanes, mask)
            slope = code.where(value > 0.0, value.like(1.0), 0.0) if relu else 1.0 - value * value
            found.store(total * slope, row, column, mask)

        emit_units(code, count, hidden, dtype, unit)
        emit_product(code, count, hidden, found, weights.strips, carried)

    def before(block: Block) -> None:
        emit_copy(code, block.size, hidden, None, carried)

    emit_walk(code, steps, not reverse, split, before, step, lambda block: block.store(carried, hidden, dh))


# --- long short-term memory ------------------------------------------------------------------------------------------


@generated
def lstm_layer(code: Code, features: int, hidden: int, dtype: Any, reverse: bool = False, split: bool = False) -> None:
    """Operands x, w_ih, w_hh, b_ih, b_hh, h, c, steps; results y, cells (rows, hidden), gates (rows, 4 hidden).

    See `kernels.recurrent.lstm`.
    """
    x, w_ih, w_hh, b_ih, b_hh, h, c = (code.operand(k, dtype) for k in range(7))
    steps, wide = Steps(code, 7), 4 * hidden
    y, cells, gates = (code.operand(k, dtype) for k in range(8, 11))
    inputs, kept = Inputs(code, features, hidden, dtype), state(code, hidden, dtype)
    weights, bias = inputs.weights(wide, w_ih, w_hh), inputs.bias(wide, b_ih, b_hh)

    def before(block: Block) -> None:
        block.load(h, hidden, inputs.state)
        block.load(c, hidden, kept)

    def step(block: Block, t: Value) -> None:
        first, count = block.rows(t)
        inputs.take(x + first * features, count)
        z = Matrix(gates + first * wide, wide, 1)
        emit_product(code, count, inputs.depth, inputs.both, weights.strips, z, bias)
        out, cell_out = (Matrix(place + first * hidden, hidden, 1) for place in (y, cells))

        def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
            places = [column + k * hidden for k in range(4)]
            i, f, u, o = (z.load(row, place, lanes, mask) for place in places)
            found = emit_lstm_cell(code, i, f, u, o, kept.load(row, column, lanes, mask))
            for value, place in zip(found, places):
                z.store(value, row, place, mask)
            for value, *targets in ((found[4], cell_out, kept), (found[5], out, inputs.state)):
                for target in targets:
                    target.store(value, row, column, mask)

        emit_units(code, count, hidden, dtype, unit)

    emit_walk(code, steps, reverse, split, before, step)


def emit_lstm_cell(code: Code, i: Value, f: Value, u: Value, o: Value, c: Value) -> tuple[Value, ...]:
    """From the sums that enter the gates and the old cell: the gates (i, f, u, o), the new cell and the new state."""
    i, f, o = (vector_math.sigmoid(code, z) for z in (i, f, o))
    u = vector_math.tanh(code, u)
    cell = code.fma(f, c, i * u)
    return i, f, u, o, cell, o * vector_math.tanh(code, cell)


@generated
def lstm_layer_pull(
    code: Code, hidden: int, dtype: Any, to_cells: bool = False, reverse: bool = False, split: bool = False
) -> None:
    """Operands g, gates, cells, c, w_hh, steps, and if `to_cells` g_cells; results d (rows, 4 hidden), dh, dc.

    See `kernels.recurrent.lstm_pull`.
    """
    g, gates, cells, c, w_hh = (code.operand(k, dtype) for k in range(5))
    steps, wide, after_given = Steps(code, 5), 4 * hidden, 6 + to_cells
    g_cells = code.operand(6, dtype)
    d, dh, dc = (code.operand(k, dtype) for k in range(after_given, after_given + 3))
    weights = Packed(code, hidden, wide, dtype)
    weights.add(Matrix(w_hh, hidden, 1), wide)
    carried, kept = state(code, hidden, dtype), state(code, hidden, dtype)

    def before(block: Block) -> None:
        for target in (carried, kept):
            emit_copy(code, block.size, hidden, None, target)

    def step(block: Block, t: Value) -> None:
        first, count = block.rows(t)
        z, found = (Matrix(place + first * wide, wide, 1) for place in (gates, d))
        given, cell, given_cell = (Matrix(place + first * hidden, hidden, 1) for place in (g, cells, g_cells))
        cell_before = block.previous(t, reverse, cells, c, hidden)

        def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
            places = [column + k * hidden for k in range(4)]
            parts = [z.load(row, place, lanes, mask) for place in places]
            new, total, d_cell = (m.load(row, column, lanes, mask) for m in (cell, given, kept))
            old = code.load(cell_before(row) + column, lanes, mask)
            total = total + carried.load(row, column, lanes, mask)
            if to_cells:
                d_cell = d_cell + given_cell.load(row, column, lanes, mask)
            *pulled, d_cell = emit_lstm_cell_pull(code, parts, old, new, total, d_cell)
            for value, place in zip(pulled, places):
                found.store(value, row, place, mask)
            kept.store(d_cell, row, column, mask)

        emit_units(code, count, hidden, dtype, unit)
        emit_product(code, count, wide, found, weights.strips, carried)

    def after(block: Block) -> None:
        block.store(carried, hidden, dh)
        block.store(kept, hidden, dc)

    emit_walk(code, steps, not reverse, split, before, step, after)


def emit_lstm_cell_pull(
    code: Code, gates: Sequence[Value], old: Value, new: Value, d_out: Value, d_cell: Value
) -> tuple[Value, ...]:
    """The adjoints of the four sums and of the old cell.

    Given the gates, the old and the new cell and the adjoints of the state and of the new cell.
    """
    i, f, u, o = gates
    squashed = vector_math.tanh(code, new)
    d_cell = code.fma(d_out, o - o * squashed * squashed, d_cell)
    return (
        d_cell * u * (i - i * i),
        d_cell * old * (f - f * f),
        d_cell * i * (1.0 - u * u),
        d_out * squashed * (o - o * o),
        d_cell * f,
    )


# --- gated recurrent unit --------------------------------------------------------------------------------------------


@generated
def gru_layer(code: Code, features: int, hidden: int, dtype: Any, reverse: bool = False, split: bool = False) -> None:
    """Operands x, w_ih, w_hh, b_ih, b_hh, h, steps; results y (rows, hidden), gates (rows, 4 hidden).

    See `kernels.recurrent.gru`.
    """
    x, w_ih, w_hh, b_ih, b_hh, h = (code.operand(k, dtype) for k in range(6))
    steps, y, gates = Steps(code, 6), code.operand(7, dtype), code.operand(8, dtype)
    wide, two = 4 * hidden, 2 * hidden
    inputs = Inputs(code, features, hidden, dtype)
    weights, bias = inputs.weights(two, w_ih, w_hh), inputs.bias(two, b_ih, b_hh)
    of_input, of_state = inputs.apart(hidden, w_ih + two * features, w_hh + two * hidden)
    bias_input, bias_state = (Matrix(b + two, 0, 1) for b in (b_ih, b_hh))

    def step(block: Block, t: Value) -> None:
        first, count = block.rows(t)
        inputs.take(x + first * features, count)
        z, out = Matrix(gates + first * wide, wide, 1), Matrix(y + first * hidden, hidden, 1)
        emit_product(code, count, inputs.depth, inputs.both, weights.strips, z, bias)
        for pick in both(code):
            depth, a, packed, target, start = pick(
                (hidden, inputs.state, of_state, z.part(0, two), bias_state),
                (inputs.inner, inputs.input, of_input, z.part(0, two + hidden), bias_input),
            )
            emit_product(code, count, depth, a, packed.strips, target, start)

        def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
            places = [column + k * hidden for k in range(4)]
            r, u, q, a = (z.load(row, place, lanes, mask) for place in places)
            r, u, new, value = emit_gru_cell(code, r, u, q, a, inputs.state.load(row, column, lanes, mask))
            for part, k in ((r, 0), (u, 1), (new, 3)):
                z.store(part, row, places[k], mask)
            for target in (out, inputs.state):
                target.store(value, row, column, mask)

        emit_units(code, count, hidden, dtype, unit)

    emit_walk(code, steps, reverse, split, lambda block: block.load(h, hidden, inputs.state), step)


def emit_gru_cell(code: Code, r: Value, z: Value, q: Value, a: Value, h: Value) -> tuple[Value, ...]:
    """The gates r, z, n and the new state.

    Given the sums that enter r and z, q, the input's part of the sum that enters n, and the old state.
    """
    r, z = vector_math.sigmoid(code, r), vector_math.sigmoid(code, z)
    new = vector_math.tanh(code, code.fma(r, q, a))
    return r, z, new, code.fma(z, h - new, new)


@generated
def gru_layer_pull(code: Code, hidden: int, dtype: Any, reverse: bool = False, split: bool = False) -> None:
    """Operands g, y, gates, h, w_hh, steps; results d (rows, 4 hidden), dh: see `kernels.recurrent.gru_pull`."""
    g, y, gates, h, w_hh = (code.operand(k, dtype) for k in range(5))
    steps, d, dh, wide = Steps(code, 5), code.operand(6, dtype), code.operand(7, dtype), 4 * hidden
    weights, carried = Packed(code, hidden, 3 * hidden, dtype), state(code, hidden, dtype)
    weights.add(Matrix(w_hh, hidden, 1), 3 * hidden)

    def step(block: Block, t: Value) -> None:
        first, count = block.rows(t)
        z, found = (Matrix(place + first * wide, wide, 1) for place in (gates, d))
        given = Matrix(g + first * hidden, hidden, 1)
        state_before = block.previous(t, reverse, y, h, hidden)

        def unit(row: Value, column: Value, lanes: int, mask: Mask) -> None:
            places = [column + k * hidden for k in range(4)]
            parts = [z.load(row, place, lanes, mask) for place in places]
            old = code.load(state_before(row) + column, lanes, mask)
            total = carried.load(row, column, lanes, mask) + given.load(row, column, lanes, mask)
            *pulled, rest = emit_gru_cell_pull(parts, old, total)
            for value, place in zip(pulled, places):
                found.store(value, row, place, mask)
            carried.store(rest, row, column, mask)

        emit_units(code, count, hidden, dtype, unit)
        emit_product(code, count, 3 * hidden, found, weights.strips, carried, carried)

    def before(block: Block) -> None:
        emit_copy(code, block.size, hidden, None, carried)

    emit_walk(code, steps, not reverse, split, before, step, lambda block: block.store(carried, hidden, dh))


def emit_gru_cell_pull(gates: Sequence[Value], old: Value, d_out: Value) -> tuple[Value, ...]:
    """From (r, z, q, n), the old state and the adjoint of the new: those of the sums of r and z, of q, of the input's
    part of the sum of n, and what reaches the old state directly."""
    r, z, q, new = gates
    d_new = d_out * (1.0 - z) * (1.0 - new * new)
    return d_new * q * (r - r * r), d_out * (old - new) * (z - z * z), d_new * r, d_new, d_out * z
