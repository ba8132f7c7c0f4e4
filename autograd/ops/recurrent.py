"""Recurrent layers over whole sequences, each one node with hand-written rules: backpropagation through time.

Sequences lie as in `autograd.kernels.recurrent`: one row per sequence and time step, step behind step, `batch_sizes`
rows each. The arguments are x (rows, in), w_ih (gates · hidden, in), w_hh (gates · hidden, out), b_ih, b_hh and the
initial states (batch, hidden), the numbers of gates and their order as in PyTorch.

A rule is the loop backwards, an operation of its own that gives the adjoints of the preactivations and of the initial
states; those of the weights follow from them in one product each. Its own rule is that of the loop, step by step.
"""

from __future__ import annotations

import numpy as np

from autograd.kernels import recurrent as kernels
from autograd.kernels.choice import native
from autograd.ops.indexing import getitem
from autograd.ops.solving import pulled
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


def _weights(d, x, w_ih, d_hidden, h, y, batch_sizes, reverse, wanted):
    """The adjoints of x, w_ih, w_hh, b_ih and b_hh for those of the two preactivations; y are the states."""
    by_bias = d.sum(0)
    return (
        d @ w_ih if wanted[0] else None,
        d.mT @ x if wanted[1] else None,
        _by_previous(d_hidden, h, y, batch_sizes, reverse) if wanted[2] else None,
        by_bias,
        by_bias if d_hidden is d else d_hidden.sum(0),
    )


def _by_previous(d, h, y, batch_sizes, reverse):
    """dᵀ times the states before each row, which for sequences of one length need not be put together."""
    batch, rest = batch_sizes[0], len(y) - batch_sizes[0]
    if batch_sizes[-1] < batch:
        return d.mT @ _previous(h, y, batch_sizes, reverse)
    initial, later, states = (d[rest:], d[:rest], y[batch:]) if reverse else (d[:batch], d[batch:], y[:rest])
    found = initial.mT @ h
    return found + later.mT @ states if rest else found


def _through(back, g, xs, out, wanted, **params):
    """The rule of a loop backwards: that of what it is made of."""
    adjoints = tuple(np.zeros(o.shape, o.dtype) if d is None else d for d, o in zip(g, out))
    return pulled(lambda xs: back(*xs, **params), xs, wanted, adjoints)


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


def _lstm_sample(s, projected=True):
    (x, w_ih, w_hh, b_ih, b_hh, h), params = _sample(s, 4)
    c, hidden = s.array(h.shape), h.shape[1]
    if not projected or s.boolean():
        return (x, w_ih, w_hh, b_ih, b_hh, h, c), params
    w_hh, h = s.array((4 * hidden, 1)), s.array((len(h), 1))
    return (x, w_ih, w_hh, b_ih, b_hh, h, c, s.array((1, hidden))), params


# --- the simple recurrent layer --------------------------------------------------------------------------------------


def _rnn_back(g, y, h, w_hh, *, relu, batch_sizes, reverse):
    slope = y > 0 if relu else 1 - y * y
    parts, dh = [], np.zeros(h.shape, h.dtype)
    for rows, n in _backwards(batch_sizes, reverse):
        d = (dh[:n] + g[rows]) * slope[rows]
        parts.append(d)
        dh = _carried(dh, d @ w_hh)
    return _in_time(parts, reverse), dh


_fast_rnn_back = native("recurrent:rnn_pull")(_rnn_back)


def _rnn_pull_sample(s):
    (_, _, w_hh, _, _, h), params = _rnn_sample(s)
    rows = sum(params["batch_sizes"]), h.shape[1]
    return (s.array(rows), s.array(rows, gap=0.05), h, w_hh), params


@primitive(
    xs=lambda g, xs, out, wanted, relu, batch_sizes, reverse: _through(
        _rnn_back, g, xs, out, wanted, relu=relu, batch_sizes=batch_sizes, reverse=reverse
    ),
    text="rnn backwards({xs})",
    outputs=2,
    samples=_rnn_pull_sample,
    flops=lambda out, *xs: 2 * len(xs[1]) * xs[3].size,
    real_only=True,
)
def rnn_pull(*xs, relu, batch_sizes, reverse):
    """From (g, y, h, w_hh): the adjoints of the sums that enter φ, and of h, for the adjoint g of the states y."""
    return _fast_rnn_back(*xs, relu=relu, batch_sizes=batch_sizes, reverse=reverse)


def _rnn_rule(g, xs, out, relu, batch_sizes, reverse, wanted):
    x, w_ih, w_hh, _, _, h = xs
    steps = {"batch_sizes": batch_sizes, "reverse": reverse}
    d, dh = rnn_pull(g, out, h, w_hh, relu=relu, **steps)
    return (*_weights(d, x, w_ih, d, h, out, **steps, wanted=wanted), dh)


@primitive(xs=_rnn_rule, text="rnn({xs})", samples=_rnn_sample, flops=_flops, real_only=True)
def rnn_(*xs, relu, batch_sizes, reverse):
    """h' = φ(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh), φ = tanh or relu, step by step: all states (rows, hidden)."""
    return kernels.rnn(*xs, relu=relu, batch_sizes=batch_sizes, reverse=reverse)


# --- long short-term memory ------------------------------------------------------------------------------------------


def _lstm_back(g, gates, cells, c, w_hh, g_cells, *, batch_sizes, reverse, g_gates=None, w_hr=None):
    """The adjoints of the sums, of h and of c, and with a projection w_hr those of what leaves it."""
    size = c.shape[1]
    kinds = _kinds((1, 1, 0, 1), size, gates.dtype)
    c_previous = _previous(c, cells, batch_sizes, reverse)
    parts, outer = [], []
    dh, dc = np.zeros((len(c), w_hh.shape[1]), c.dtype), np.zeros(c.shape, c.dtype)
    for rows, n in _backwards(batch_sizes, reverse):
        z, squashed = gates[rows], np.tanh(cells[rows])
        i, f, u, o = (z[:, k * size : (k + 1) * size] for k in range(4))
        d_out = d_raw = _plus(dh[:n], g, rows)
        if w_hr is not None:
            outer.append(d_out)
            d_raw = d_out @ w_hr
        d_cell = _plus(dc[:n], g_cells, rows) + d_raw * (o - o * squashed * squashed)
        # c' = f c + i u and r = o tanh(c') by each gate
        d = np.concatenate([d_cell * u, d_cell * c_previous[rows], d_cell * i, d_raw * squashed], 1)
        d = _plus(d, g_gates, rows) * _slope(z, kinds)
        parts.append(d)
        dh, dc = _carried(dh, d @ w_hh), _carried(dc, d_cell * f)
    found = _in_time(parts, reverse), dh, dc
    return found if w_hr is None else (*found, _in_time(outer, reverse))


_fast_lstm_back = native("recurrent:lstm_pull")(_lstm_back)


def _lstm_pull_sample(s):
    (_, _, w_hh, _, _, _, c), params = _lstm_sample(s, projected=False)
    rows, size = sum(params["batch_sizes"]), c.shape[1]
    shapes = [(rows, size), (rows, 4 * size), (rows, size)]
    last = (s.array((rows, size)),) if s.boolean() else ()
    return (*map(s.array, shapes), c, w_hh, *last), params


def _lstm_back_of(*xs, batch_sizes, reverse, back=_lstm_back):
    g_cells = xs[5] if len(xs) == 6 else None
    return back(*xs[:5], g_cells, batch_sizes=batch_sizes, reverse=reverse)


@primitive(
    xs=lambda g, xs, out, wanted, batch_sizes, reverse: _through(
        _lstm_back_of, g, xs, out, wanted, batch_sizes=batch_sizes, reverse=reverse
    ),
    text="lstm backwards({xs})",
    outputs=3,
    samples=_lstm_pull_sample,
    flops=lambda out, *xs: 2 * len(xs[1]) * xs[4].size,
    real_only=True,
)
def lstm_pull(*xs, batch_sizes, reverse):
    """From (g, gates, cells, c, w_hh), perhaps the cells' adjoint: those of the sums that enter the gates, of h and c.

    g is the adjoint of the outputs y; there is no projection.
    """
    return _lstm_back_of(*xs, batch_sizes=batch_sizes, reverse=reverse, back=_fast_lstm_back)


def _lstm_rule(g, xs, out, batch_sizes, reverse, wanted):
    x, w_ih, w_hh, _, _, h, c, *projection = xs
    y, cells, gates = out
    g_y, g_cells, g_gates = g
    steps = {"batch_sizes": batch_sizes, "reverse": reverse}
    outer = []
    if projection or g_gates is not None:
        more = {"g_gates": g_gates, "w_hr": projection[0] if projection else None}
        d, dh, dc, *outer = _lstm_back(g_y, gates, cells, c, w_hh, g_cells, **steps, **more)
    else:
        g_y = np.zeros(y.shape, y.dtype) if g_y is None else g_y
        d, dh, dc = lstm_pull(g_y, gates, cells, c, w_hh, *(() if g_cells is None else (g_cells,)), **steps)
    found = (*_weights(d, x, w_ih, d, h, y, **steps, wanted=wanted), dh, dc)
    return (*found, *(o.mT @ (gates[:, 3 * c.shape[1] :] * np.tanh(cells)) for o in outer))


@primitive(xs=_lstm_rule, text="lstm({xs})", outputs=3, samples=_lstm_sample, flops=_flops, real_only=True)
def lstm_(*xs, batch_sizes, reverse):
    """Long short-term memory, step by step: outputs h (rows, out), cells c (rows, hidden) and gates (rows, 4 hidden).

    (i, f, g, o) = x W_ihᵀ + b_ih + h W_hhᵀ + b_hh through (σ, σ, tanh, σ);  c' = f c + i g;  h' = o tanh(c'), and with
    an eighth argument W_hr (out, hidden) the projection (o tanh(c')) W_hrᵀ.
    """
    return kernels.lstm(*xs, batch_sizes=batch_sizes, reverse=reverse)


# --- gated recurrent unit --------------------------------------------------------------------------------------------


def _gru_back(g, y, gates, h, w_hh, *, batch_sizes, reverse, g_gates=None):
    """The adjoints of the sums of r and z, of q and of the input's part of the sum of n, and of h."""
    size = h.shape[1]
    h_previous = _previous(h, y, batch_sizes, reverse)
    parts, dh = [], np.zeros(h.shape, h.dtype)
    for rows, n in _backwards(batch_sizes, reverse):
        gate, before = gates[rows], h_previous[rows]
        r, z, q, u = (gate[:, k * size : (k + 1) * size] for k in range(4))
        g_r, g_z, g_q, g_u = (None if g_gates is None else g_gates[rows, k * size : (k + 1) * size] for k in range(4))
        d_out = _plus(dh[:n], g, rows)
        d_u = _sum(d_out * (1 - z), g_u) * (1 - u * u)
        d_r, d_z = _sum(d_u * q, g_r) * (r - r * r), _sum(d_out * (before - u), g_z) * (z - z * z)
        d = np.concatenate([d_r, d_z, _sum(d_u * r, g_q), d_u], 1)
        parts.append(d)
        dh = _carried(dh, d_out * z + d[:, : 3 * size] @ w_hh)
    return _in_time(parts, reverse), dh


_fast_gru_back = native("recurrent:gru_pull")(_gru_back)


def _gru_pull_sample(s):
    (_, _, w_hh, _, _, h), params = _gru_sample(s)
    rows, size = sum(params["batch_sizes"]), h.shape[1]
    return (s.array((rows, size)), s.array((rows, size)), s.array((rows, 4 * size)), h, w_hh), params


@primitive(
    xs=lambda g, xs, out, wanted, batch_sizes, reverse: _through(
        _gru_back, g, xs, out, wanted, batch_sizes=batch_sizes, reverse=reverse
    ),
    text="gru backwards({xs})",
    outputs=2,
    samples=_gru_pull_sample,
    flops=lambda out, *xs: 2 * len(xs[1]) * xs[4].size,
    real_only=True,
)
def gru_pull(*xs, batch_sizes, reverse):
    """From (g, y, gates, h, w_hh): the adjoints of a_r + b_r, a_z + b_z, q and a_n (rows, 4 hidden), and of h.

    g is the adjoint of the states y.
    """
    return _fast_gru_back(*xs, batch_sizes=batch_sizes, reverse=reverse)


def _gru_rule(g, xs, out, batch_sizes, reverse, wanted):
    x, w_ih, w_hh, _, _, h = xs
    y, gates = out
    g_y, g_gates = g
    steps = {"batch_sizes": batch_sizes, "reverse": reverse}
    if g_gates is None:
        d, dh = gru_pull(g_y, y, gates, h, w_hh, **steps)
    else:
        d, dh = _gru_back(g_y, y, gates, h, w_hh, **steps, g_gates=g_gates)
    size = h.shape[1]
    d_input = np.concatenate([d[:, : 2 * size], d[:, 3 * size :]], 1)
    return (*_weights(d_input, x, w_ih, d[:, : 3 * size], h, y, **steps, wanted=wanted), dh)


@primitive(xs=_gru_rule, text="gru({xs})", outputs=2, samples=_gru_sample, flops=_flops, real_only=True)
def gru_(*xs, batch_sizes, reverse):
    """Gated recurrent unit, step by step: all states h (rows, hidden), and (r, z, q, n) of all rows (rows, 4 hidden).

    With the parts (r, z, n) of a = x W_ihᵀ + b_ih and of b = h W_hhᵀ + b_hh:  r = σ(a_r + b_r);  z = σ(a_z + b_z);
    q = b_n;  n = tanh(a_n + r q);  h' = (1 - z) n + z h.
    """
    return kernels.gru(*xs, batch_sizes=batch_sizes, reverse=reverse)
