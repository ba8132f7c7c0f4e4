"""Recurrent layers over whole sequences, each one node with hand-written rules: backpropagation through time.

Sequences lie as in `autograd.kernels.recurrent`: one row per sequence and time step, step behind step, `batch_sizes`
rows each. The arguments are x (rows, in), w_ih (gates · hidden, in), w_hh (gates · hidden, out), b_ih, b_hh and the
initial states (batch, hidden), the numbers of gates and their order as in PyTorch.

A rule is the loop backwards, which collects the adjoints of the preactivations; those of the weights follow from them
in one product each.
"""

from __future__ import annotations

import numpy as np

from autograd.kernels import recurrent as kernels
from autograd.ops.indexing import getitem
from autograd.primitive import primitive

__all__: list[str] = []


def _previous(initial, states, batch_sizes, reverse):
    """The state of each row's sequence before the row's step."""
    batch = batch_sizes[0]
    if batch_sizes[-1] < batch:
        return getitem(np.concatenate([initial, states]), kernels.previous_rows(batch_sizes, reverse))
    return np.concatenate([states[batch:], initial] if reverse else [initial, states[: len(states) - batch]])


def _backwards(batch_sizes, reverse):
    """The steps from the last computed one to the first."""
    return kernels.steps(batch_sizes, not reverse)


def _carried(state, new):
    return new if len(new) == len(state) else np.concatenate([new, state[len(new) :]])


def _in_time(parts, reverse):
    """What a loop backwards has collected, in the order of the rows."""
    return np.concatenate(parts if reverse else parts[::-1])


def _sum(d, g):
    return d if g is None else d + g


def _plus(d, g, rows):
    """d and the part of an adjoint that belongs to these rows, if there is one."""
    return d if g is None else d + g[rows]


def _kinds(sigmoids, size, dtype):
    """What `_slope` needs to know: 1 for each unit of a gate that is a sigmoid and 0 for a tanh, and the opposite."""
    first = kernels.per_gate(sigmoids, size, dtype)
    return first, 1 - first


def _slope(gates, kinds):
    """The derivative of each gate by its preactivation: s - s² of a sigmoid, 1 - s² of a tanh."""
    first, constant = kinds
    return first * gates + constant - gates * gates


def _weights(d, x, w_ih, d_hidden, h_previous, wanted):
    """The adjoints of x, w_ih, w_hh, b_ih and b_hh for those of the two preactivations."""
    by_bias = d.sum(0)
    return (
        d @ w_ih if wanted[0] else None,
        d.mT @ x,
        d_hidden.mT @ h_previous,
        by_bias,
        by_bias if d_hidden is d else d_hidden.sum(0),
    )


def _flops(out, x, w_ih, w_hh, *rest):
    projection = rest[4] if len(rest) == 7 else np.zeros(0)  # the last two are the parameters
    return 2 * len(x) * (w_ih.size + w_hh.size + projection.size)


# --- samples ---------------------------------------------------------------------------------------------------------


def _sizes(s):
    """Numbers of rows for one step or two, and whether to run backwards."""
    sizes = sorted((s.integer(1, 2) for _ in range(s.choice([1, 1, 2]))), reverse=True)
    return {"batch_sizes": tuple(sizes), "reverse": s.boolean()}


def _sample(s, gates):
    params = _sizes(s)
    batch, total = params["batch_sizes"][0], sum(params["batch_sizes"])
    features, hidden = s.integer(1, 2), s.integer(1, 2)
    shapes = [(total, features), (gates * hidden, features), (gates * hidden, hidden), *[(gates * hidden,)] * 2]
    return [s.array(shape) for shape in (*shapes, (batch, hidden))], params


def _rnn_sample(s):
    xs, params = _sample(s, 1)
    relu = s.boolean()
    if relu:  # each unit far on one side of its kink
        xs = [np.abs(x) + 0.1 for x in xs]
        xs[3] = xs[3] * s.choice([1, -1000])
    return tuple(xs), {"relu": relu, **params}


def _gru_sample(s):
    xs, params = _sample(s, 3)
    return tuple(xs), params


def _lstm_sample(s):
    (x, w_ih, w_hh, b_ih, b_hh, h), params = _sample(s, 4)
    c, hidden = s.array(h.shape), h.shape[1]
    if s.boolean():
        return (x, w_ih, w_hh, b_ih, b_hh, h, c), params
    w_hh, h = s.array((4 * hidden, 1)), s.array((len(h), 1))
    return (x, w_ih, w_hh, b_ih, b_hh, h, c, s.array((1, hidden))), params


# --- the simple recurrent layer --------------------------------------------------------------------------------------


def _rnn_rule(g, xs, out, relu, batch_sizes, reverse, wanted):
    x, w_ih, w_hh, _, _, h = xs
    slope = out > 0 if relu else 1 - out * out
    parts, dh = [], np.zeros(h.shape, h.dtype)
    for rows, n in _backwards(batch_sizes, reverse):
        d = (dh[:n] + g[rows]) * slope[rows]
        parts.append(d)
        dh = _carried(dh, d @ w_hh)
    d = _in_time(parts, reverse)
    return (*_weights(d, x, w_ih, d, _previous(h, out, batch_sizes, reverse), wanted), dh)


@primitive(xs=_rnn_rule, text="rnn({xs})", samples=_rnn_sample, flops=_flops, real_only=True)
def rnn_(*xs, relu, batch_sizes, reverse):
    """h' = φ(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh), φ = tanh or relu, step by step: all states (rows, hidden)."""
    return kernels.rnn(xs, relu, batch_sizes, reverse)


# --- long short-term memory ------------------------------------------------------------------------------------------


def _lstm_rule(g, xs, out, batch_sizes, reverse, wanted):
    x, w_ih, w_hh, _, _, h, c, *projection = xs
    y, cells, gates = out
    g_y, g_cells, g_gates = g
    size = c.shape[1]
    kinds = _kinds((1, 1, 0, 1), size, gates.dtype)
    c_previous = _previous(c, cells, batch_sizes, reverse)
    parts, outer = [], []
    dh, dc = np.zeros(h.shape, h.dtype), np.zeros(c.shape, c.dtype)
    for rows, n in _backwards(batch_sizes, reverse):
        z, squashed = gates[rows], np.tanh(cells[rows])
        i, f, u, o = (z[:, k * size : (k + 1) * size] for k in range(4))
        d_out = d_raw = _plus(dh[:n], g_y, rows)
        if projection:
            outer.append(d_out)
            d_raw = d_out @ projection[0]
        d_cell = _plus(dc[:n], g_cells, rows) + d_raw * (o - o * squashed * squashed)
        # c' = f c + i u and r = o tanh(c') by each gate
        d = np.concatenate([d_cell * u, d_cell * c_previous[rows], d_cell * i, d_raw * squashed], 1)
        d = _plus(d, g_gates, rows) * _slope(z, kinds)
        parts.append(d)
        dh, dc = _carried(dh, d @ w_hh), _carried(dc, d_cell * f)
    d = _in_time(parts, reverse)
    found = (*_weights(d, x, w_ih, d, _previous(h, y, batch_sizes, reverse), wanted), dh, dc)
    if not projection:
        return found
    return (*found, _in_time(outer, reverse).mT @ (gates[:, 3 * size :] * np.tanh(cells)))


@primitive(xs=_lstm_rule, text="lstm({xs})", outputs=3, samples=_lstm_sample, flops=_flops, real_only=True)
def lstm_(*xs, batch_sizes, reverse):
    """Long short-term memory, step by step: outputs h (rows, out), cells c (rows, hidden) and gates (rows, 4 hidden).

    (i, f, g, o) = x W_ihᵀ + b_ih + h W_hhᵀ + b_hh through (σ, σ, tanh, σ);  c' = f c + i g;  h' = o tanh(c'), and with
    an eighth argument W_hr (out, hidden) the projection (o tanh(c')) W_hrᵀ.
    """
    return kernels.lstm(xs, batch_sizes, reverse)


# --- gated recurrent unit --------------------------------------------------------------------------------------------


def _gru_rule(g, xs, out, batch_sizes, reverse, wanted):
    x, w_ih, w_hh, _, _, h = xs
    y, gates = out
    g_y, g_gates = g
    size = h.shape[1]
    h_previous = _previous(h, y, batch_sizes, reverse)
    parts, dh = [], np.zeros(h.shape, h.dtype)
    for rows, n in _backwards(batch_sizes, reverse):
        gate, before = gates[rows], h_previous[rows]
        r, z, q, u = (gate[:, k * size : (k + 1) * size] for k in range(4))
        g_r, g_z, g_q, g_u = (None if g_gates is None else g_gates[rows, k * size : (k + 1) * size] for k in range(4))
        d_out = _plus(dh[:n], g_y, rows)
        d_u = _sum(d_out * (1 - z), g_u) * (1 - u * u)
        d_r, d_z = _sum(d_u * q, g_r) * (r - r * r), _sum(d_out * (before - u), g_z) * (z - z * z)
        d = np.concatenate([d_r, d_z, _sum(d_u * r, g_q), d_u], 1)
        parts.append(d)
        dh = _carried(dh, d_out * z + d[:, : 3 * size] @ w_hh)
    d = _in_time(parts, reverse)
    d_input = np.concatenate([d[:, : 2 * size], d[:, 3 * size :]], 1)
    return (*_weights(d_input, x, w_ih, d[:, : 3 * size], h_previous, wanted), dh)


@primitive(xs=_gru_rule, text="gru({xs})", outputs=2, samples=_gru_sample, flops=_flops, real_only=True)
def gru_(*xs, batch_sizes, reverse):
    """Gated recurrent unit, step by step: all states h (rows, hidden), and (r, z, q, n) of all rows (rows, 4 hidden).

    With the parts (r, z, n) of a = x W_ihᵀ + b_ih and of b = h W_hhᵀ + b_hh:  r = σ(a_r + b_r);  z = σ(a_z + b_z);
    q = b_n;  n = tanh(a_n + r q);  h' = (1 - z) n + z h.
    """
    return kernels.gru(xs, batch_sizes, reverse)
