"""The native versions of `autograd.kernels.recurrent` and of the loops backwards in `autograd.ops.recurrent`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.recurrent_kernels import (
    gru_layer,
    gru_layer_pull,
    lstm_layer,
    lstm_layer_pull,
    rnn_layer,
    rnn_layer_pull,
)

Array = np.ndarray[Any, Any]
MOST_WEIGHTS = 16 << 20  # bytes of packed weights, of which every thread has a copy
WORTH_SHARING = 2_000_000  # operations


@functools.lru_cache(64)
def step_table(batch_sizes: Sequence[int]) -> Array:
    """What the kernels take as `steps`: (number of steps T, first row of step 0, …, of step T), int64."""
    table = np.array([len(batch_sizes), 0, *np.cumsum(batch_sizes)], np.int64)
    table.flags.writeable = False
    return table


def _served(*arrays: Array) -> tuple[Array, ...] | None:
    """The arrays, contiguous; None where there are no kernels for them."""
    dtype = arrays[0].dtype
    if dtype not in (np.float32, np.float64) or any(a.dtype is not dtype or not a.size for a in arrays):
        return None
    return tuple(map(np.ascontiguousarray, arrays))


def _splits(rows: int, *weights: Array) -> bool:
    return 2 * rows * sum(w.size for w in weights) >= WORTH_SHARING


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
) -> Array | None:
    """As the reference."""
    arrays = _served(x, w_ih, w_hh, b_ih, b_hh, h)
    if arrays is None or w_ih.nbytes + w_hh.nbytes > MOST_WEIGHTS:
        return None
    hidden, dtype = h.shape[1], x.dtype.type
    y = empty((len(x), hidden), dtype)
    kernel = rnn_layer(x.shape[1], hidden, dtype, relu, reverse, _splits(len(x), w_ih, w_hh))
    kernel.run(*arrays, step_table(batch_sizes), y)
    return y


def rnn_pull(
    g: Array, y: Array, h: Array, w_hh: Array, *, relu: bool, batch_sizes: Sequence[int], reverse: bool
) -> tuple[Array, Array] | None:
    """As the reference."""
    arrays = _served(g, y, h, w_hh)
    if arrays is None or w_hh.nbytes > MOST_WEIGHTS:
        return None
    hidden, dtype = h.shape[1], y.dtype.type
    d, dh = empty(y.shape, dtype), empty(h.shape, dtype)
    kernel = rnn_layer_pull(hidden, dtype, relu, reverse, _splits(len(y), w_hh))
    kernel.run(*arrays, step_table(batch_sizes), d, dh)
    return d, dh


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
) -> tuple[Array, Array, Array] | None:
    """As the reference."""
    arrays = _served(x, w_ih, w_hh, b_ih, b_hh, h, c)
    if arrays is None or projection or w_ih.nbytes + w_hh.nbytes > MOST_WEIGHTS:
        return None
    rows, hidden, dtype = len(x), c.shape[1], x.dtype.type
    y, cells, gates = empty((rows, hidden), dtype), empty((rows, hidden), dtype), empty((rows, 4 * hidden), dtype)
    kernel = lstm_layer(x.shape[1], hidden, dtype, reverse, _splits(rows, w_ih, w_hh))
    kernel.run(*arrays, step_table(batch_sizes), y, cells, gates)
    return y, cells, gates


def lstm_pull(
    g: Array,
    gates: Array,
    cells: Array,
    c: Array,
    w_hh: Array,
    g_cells: Array | None,
    *,
    batch_sizes: Sequence[int],
    reverse: bool,
    g_gates: Array | None = None,
    w_hr: Array | None = None,
) -> tuple[Array, Array, Array] | None:
    """As the reference."""
    arrays = _served(g, gates, cells, c, w_hh, *(() if g_cells is None else (g_cells,)))
    if arrays is None or g_gates is not None or w_hr is not None or w_hh.nbytes > MOST_WEIGHTS:
        return None
    hidden, dtype = c.shape[1], g.dtype.type
    d, dh, dc = empty(gates.shape, dtype), empty(c.shape, dtype), empty(c.shape, dtype)
    kernel = lstm_layer_pull(hidden, dtype, g_cells is not None, reverse, _splits(len(g), w_hh))
    kernel.run(*arrays[:5], step_table(batch_sizes), *arrays[5:], d, dh, dc)
    return d, dh, dc


def gru(
    x: Array, w_ih: Array, w_hh: Array, b_ih: Array, b_hh: Array, h: Array, batch_sizes: Sequence[int], reverse: bool
) -> tuple[Array, Array] | None:
    """As the reference."""
    arrays = _served(x, w_ih, w_hh, b_ih, b_hh, h)
    if arrays is None or w_ih.nbytes + w_hh.nbytes > MOST_WEIGHTS:
        return None
    rows, hidden, dtype = len(x), h.shape[1], x.dtype.type
    y, gates = empty((rows, hidden), dtype), empty((rows, 4 * hidden), dtype)
    kernel = gru_layer(x.shape[1], hidden, dtype, reverse, _splits(rows, w_ih, w_hh))
    kernel.run(*arrays, step_table(batch_sizes), y, gates)
    return y, gates


def gru_pull(
    g: Array,
    y: Array,
    gates: Array,
    h: Array,
    w_hh: Array,
    *,
    batch_sizes: Sequence[int],
    reverse: bool,
    g_gates: Array | None = None,
) -> tuple[Array, Array] | None:
    """As the reference."""
    arrays = _served(g, y, gates, h, w_hh)
    if arrays is None or g_gates is not None or w_hh.nbytes > MOST_WEIGHTS:
        return None
    hidden, dtype = h.shape[1], y.dtype.type
    d, dh = empty(gates.shape, dtype), empty(h.shape, dtype)
    kernel = gru_layer_pull(hidden, dtype, reverse, _splits(len(y), w_hh))
    kernel.run(*arrays, step_table(batch_sizes), d, dh)
    return d, dh
