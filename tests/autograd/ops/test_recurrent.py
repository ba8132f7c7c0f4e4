"""The recurrent primitives against their composition of small operations, sequence by sequence."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

import autograd
from autograd.ops.recurrent import gru_, lstm_, rnn_
from autograd.testing import assert_close


def rnn_step(x, w_ih, w_hh, b_ih, b_hh, states):
    return (autograd.tanh(w_ih @ x + b_ih + w_hh @ states[0] + b_hh),)


def lstm_step(x, w_ih, w_hh, b_ih, b_hh, states):
    h, c = states
    i, f, g, o = autograd.split(w_ih @ x + b_ih + w_hh @ h + b_hh, 4)
    c = autograd.sigmoid(f) * c + autograd.sigmoid(i) * autograd.tanh(g)
    return autograd.sigmoid(o) * autograd.tanh(c), c


def gru_step(x, w_ih, w_hh, b_ih, b_hh, states):
    (h,) = states
    (a_r, a_z, a_n), (b_r, b_z, b_n) = autograd.split(w_ih @ x + b_ih, 3), autograd.split(w_hh @ h + b_hh, 3)
    z = autograd.sigmoid(a_z + b_z)
    return ((1 - z) * autograd.tanh(a_n + autograd.sigmoid(a_r + b_r) * b_n) + z * h,)


def composed(step, x, weights, states, batch_sizes, reverse):
    """Each sequence by itself, one step after the other; the results in rows."""
    starts = np.cumsum([0, *batch_sizes[:-1]])
    found = {}
    for b in range(batch_sizes[0]):
        times = [t for t, n in enumerate(batch_sizes) if b < n]
        current = tuple(s[b] for s in states)
        for t in reversed(times) if reverse else times:
            current = step(x[int(starts[t]) + b], *weights, current)
            found[int(starts[t]) + b] = current
    return [autograd.stack(parts) for parts in zip(*(found[row] for row in range(len(found))))]


CASES = {"rnn": (rnn_, rnn_step, 1, 1), "lstm": (lstm_, lstm_step, 4, 2), "gru": (gru_, gru_step, 3, 1)}


@pytest.mark.parametrize("name", CASES)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4).map(lambda sizes: sorted(sizes, reverse=True)),
    reverse=st.booleans(),
    seed=st.integers(0, 99),
)
def test_value_and_two_orders_are_those_of_the_composition(name, sizes, reverse, seed):
    primitive, step, gates, count = CASES[name]
    rng, batch_sizes = np.random.default_rng(seed), tuple(sizes)
    shapes = [(sum(sizes), 2), (gates * 3, 2), (gates * 3, 3), (gates * 3,), (gates * 3,), *[(sizes[0], 3)] * count]
    leaves = [autograd.tensor(rng.standard_normal(shape), requires_grad=True) for shape in shapes]
    options = {"relu": False} if name == "rnn" else {}
    ours = primitive(*leaves, **options, batch_sizes=batch_sizes, reverse=reverse)
    ours = list(ours)[:count] if isinstance(ours, tuple) else [ours]
    x, *weights = leaves[:5]
    theirs = composed(step, x, weights, leaves[5:], batch_sizes, reverse)
    results = []
    for outs in (ours, theirs):
        draw = np.random.default_rng(7)
        total = sum((o * o * draw.standard_normal(o.shape)).sum() for o in outs)
        first = autograd.gradients(total, leaves, create_graph=True)
        total = sum((d * d * draw.standard_normal(d.shape)).sum() for d in first)
        results.append([*outs, *first, *autograd.gradients(total, leaves)])
    for a, e in zip(*results):
        assert_close(a, e, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_only_wanted_contributions_are_computed_and_missing_ones_are_none(name):
    primitive, _, gates, count = CASES[name]
    rng = np.random.default_rng(0)
    shapes = [(4, 2), (gates * 3, 2), (gates * 3, 3), (gates * 3,), (gates * 3,), *[(2, 3)] * count]
    arrays = [rng.standard_normal(shape) for shape in shapes]
    options = {"relu": False} if name == "rnn" else {}
    whole = [autograd.tensor(a, requires_grad=True) for a in arrays]
    for k in range(len(arrays)):
        single = list(arrays)
        single[k] = autograd.tensor(arrays[k], requires_grad=True)
        grads = []
        for xs in (whole, single):
            out = primitive(*xs, **options, batch_sizes=(2, 2), reverse=False)
            out = out[0] if isinstance(out, tuple) else out
            grads.append(autograd.gradients((out * out).sum(), [xs[k]])[0])
        assert_close(grads[1], grads[0])


def test_extreme_inputs_saturate_without_warnings():
    for primitive, gates, count in ((lstm_, 4, 2), (gru_, 3, 1)):
        shapes = [(2, 1), (gates, 1), (gates, 1), (gates,), (gates,), *[(1, 1)] * count]
        xs = [autograd.tensor(np.full(shape, 1e15, np.float32), requires_grad=True) for shape in shapes]
        y = primitive(*xs, batch_sizes=(1, 1), reverse=False)[0]
        assert np.isfinite(y.data).all()
