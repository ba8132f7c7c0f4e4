"""Recurrent layers over whole sequences, in NumPy: one matrix product for all inputs, then a loop over time.

Sequences lie one time step behind the other in rows: `batch_sizes[t]` rows for step t, of the sequences that are still
going on then, longest first, so that the numbers never grow. `reverse` runs from the last step to the first.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.kernels.choice import native

Array = np.ndarray[Any, Any]


def steps(batch_sizes: Sequence[int], reverse: bool) -> Iterator[tuple[slice, int]]:
    """The rows of each time step and their number, in the order in which the steps are computed."""
    ends = np.cumsum(batch_sizes).tolist()
    found = [(slice(end - n, end), n) for end, n in zip(ends, batch_sizes)]
    return reversed(found) if reverse else iter(found)


def previous_rows(batch_sizes: Sequence[int], reverse: bool) -> Array:
    """For each row, where its sequence's previous state stands in the initial states with all rows behind them."""
    batch = batch_sizes[0]
    last = np.arange(batch)
    found = np.empty(sum(batch_sizes), np.intp)
    for rows, n in steps(batch_sizes, reverse):
        found[rows] = last[:n]
        last[:n] = np.arange(batch + rows.start, batch + rows.stop)
    return found


def final_rows(batch_sizes: Sequence[int], reverse: bool) -> Array:
    """For each sequence the row of the step that is computed last."""
    last = np.empty(batch_sizes[0], np.intp)
    for rows, n in steps(batch_sizes, reverse):
        last[:n] = np.arange(rows.start, rows.stop)
    return last


@native("recurrent:rnn")
def rnn(
    x: Array,
    w_ih: Array,
    w_hh: Array,
    b_ih: Array,
    b_hh: Array,
    h: Array,
    *,
    relu: bool,
    batch_sizes: Sequence[int],
    reverse: bool,
) -> Array:
    """h' = φ(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh): the states of all rows."""
    y = np.matmul(x, w_ih.T)
    y += b_ih + b_hh
    recurrent = np.ascontiguousarray(w_hh.T)
    for rows, n in steps(batch_sizes, reverse):
        state = y[rows]
        state += h[:n] @ recurrent
        if relu:
            np.maximum(state, 0, out=state)
        else:
            np.tanh(state, out=state)
        h = carried(h, state)
    return y


@native("recurrent:lstm")
def lstm(
    x: Array,
    w_ih: Array,
    w_hh: Array,
    b_ih: Array,
    b_hh: Array,
    h: Array,
    c: Array,
    *projection: Array,
    batch_sizes: Sequence[int],
    reverse: bool,
) -> tuple[Array, Array, Array]:
    """The outputs, the cells' states and the gates (i, f, g, o) of all rows; see `autograd.ops.recurrent.lstm_`."""
    size = c.shape[1]
    half = per_gate((0.5, 0.5, 1, 0.5), size, x.dtype)
    shift = 1 - half
    gates = np.matmul(x, (half[:, None] * w_ih).T)
    gates += half * (b_ih + b_hh)
    recurrent = np.ascontiguousarray((half[:, None] * w_hh).T)
    cells = np.empty((len(gates), size), gates.dtype)
    y = np.empty((len(gates), h.shape[1]), gates.dtype)
    for rows, n in steps(batch_sizes, reverse):
        z, cell, out = gates[rows], cells[rows], y[rows]
        z += h[:n] @ recurrent
        np.tanh(z, out=z)  # σ(a) = (1 + tanh(a/2)) / 2, so that one tanh does for all gates
        z *= half
        z += shift
        np.multiply(z[:, :size], z[:, 2 * size : 3 * size], out=cell)
        cell += z[:, size : 2 * size] * c[:n]
        squashed = np.tanh(cell, out=None if projection else out)
        squashed *= z[:, 3 * size :]
        if projection:
            np.matmul(squashed, projection[0].T, out=out)
        h, c = carried(h, out), carried(c, cell)
    return y, cells, gates


@native("recurrent:gru")
def gru(
    x: Array,
    w_ih: Array,
    w_hh: Array,
    b_ih: Array,
    b_hh: Array,
    h: Array,
    *,
    batch_sizes: Sequence[int],
    reverse: bool,
) -> tuple[Array, Array]:
    """The states of all rows, and (r, z, q, n) with q = W_hn h + b_hn; see `autograd.ops.recurrent.gru_`."""
    size = h.shape[1]
    half = per_gate((0.5, 0.5, 1), size, x.dtype)
    inputs = np.matmul(x, (half[:, None] * w_ih).T)
    inputs += half * b_ih
    inputs[:, : 2 * size] += 0.5 * b_hh[: 2 * size]
    recurrent = np.ascontiguousarray((half[:, None] * w_hh).T)
    gates = np.empty((len(inputs), 4 * size), inputs.dtype)
    y = np.empty((len(inputs), size), inputs.dtype)
    for rows, n in steps(batch_sizes, reverse):
        given, state, out = inputs[rows], h[:n], y[rows]
        hidden = state @ recurrent
        both, q, new = (gates[rows, k * size : m * size] for k, m in ((0, 2), (2, 3), (3, 4)))
        np.add(hidden[:, : 2 * size], given[:, : 2 * size], out=both)
        np.tanh(both, out=both)
        both *= 0.5
        both += 0.5
        np.add(hidden[:, 2 * size :], b_hh[2 * size :], out=q)
        np.multiply(both[:, :size], q, out=new)
        new += given[:, 2 * size :]
        np.tanh(new, out=new)
        np.subtract(state, new, out=out)
        out *= both[:, size:]
        out += new
        h = carried(h, out)
    return y, gates


def per_gate(values: Sequence[float], size: int, dtype: Any) -> Array:
    """A number per gate, repeated for each of its `size` units."""
    return np.repeat(np.asarray(values, dtype), size)


def carried(state: Array, new: Array) -> Array:
    """The states after a step: new ones for the sequences that took part, the first so many rows."""
    return new if len(new) == len(state) else np.concatenate([new, state[len(new) :]])
