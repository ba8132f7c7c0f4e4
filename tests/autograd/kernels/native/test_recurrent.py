"""Native recurrent layers against the NumPy references: values, backward through time, gradients of the layers."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

import autograd
import nn
from autograd.kernels import recurrent as kernels
from autograd.kernels.choice import references_only
from autograd.kernels.native import recurrent
from autograd.ops import recurrent as rules

SIZES = [(3, 5), (16, 37)]
FAMILIES = {
    "rnn": (1, {"relu": False}, kernels.rnn, rules._rnn_back),
    "rnn_relu": (1, {"relu": True}, kernels.rnn, rules._rnn_back),
    "gru": (3, {}, kernels.gru, rules._gru_back),
    "lstm": (4, {}, kernels.lstm, rules._lstm_back),
}
TOLERANCE = {np.float32: 2e-5, np.float64: 1e-13}


def close(found, wanted, dtype):
    assert found.dtype == dtype
    np.testing.assert_allclose(found, wanted, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def drawn(name, batch_sizes, features, hidden, dtype, seed):
    gates, params, *_ = FAMILIES[name]
    rng, rows, batch = np.random.default_rng(seed), sum(batch_sizes), batch_sizes[0]
    shapes = [(rows, features), (gates * hidden, features), (gates * hidden, hidden), *[(gates * hidden,)] * 2]
    states = [(batch, hidden)] * (2 if name == "lstm" else 1)
    return [rng.normal(size=s).astype(dtype) * dtype(0.2) for s in (*shapes, *states)], params


def both_ways(name, batch_sizes, features, hidden, dtype, reverse, seed=0, only_native=False):
    """Forward and backward through time: what the kernels and what the references compute."""
    xs, params = drawn(name, batch_sizes, features, hidden, dtype, seed)
    _, _, layer, back = FAMILIES[name]
    family = name.partition("_")[0]
    steps = {**params, "batch_sizes": batch_sizes, "reverse": reverse}
    found = getattr(recurrent, family)(*xs, **steps)
    found = found if isinstance(found, tuple) else (found,)
    wanted = found if only_native else layer.reference(*xs, **steps)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    g = np.random.default_rng(seed + 1).normal(size=wanted[0].shape).astype(dtype)
    w_hh, h = xs[2], xs[5]
    if family == "rnn":
        given_back = (g, wanted[0], h, w_hh)
    elif family == "gru":
        given_back = (g, *wanted, h, w_hh)
    else:
        given_back = (g, wanted[2], wanted[1], xs[6], w_hh, g[::-1] if seed % 2 else None)
    pulled = getattr(recurrent, f"{family}_pull")(*given_back, **steps)
    return (*found, *pulled), () if only_native else (*wanted, *back(*given_back, **steps))


@pytest.mark.parametrize("name", FAMILIES)
@given(
    sizes=st.lists(st.integers(1, 70), min_size=1, max_size=5).map(lambda sizes: tuple(sorted(sizes, reverse=True))),
    shape=st.sampled_from(SIZES),
    reverse=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=20)
def test_kernels_agree_with_the_references(name, sizes, shape, reverse, seed):
    for found, wanted in zip(*both_ways(name, sizes, *shape, np.float64, reverse, seed), strict=True):
        close(found, wanted, np.float64)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("name", FAMILIES)
def test_single_precision(name, reverse):
    for sizes in ((9,) * 7, (8, 8, 3, 1)):
        for found, wanted in zip(*both_ways(name, sizes, 3, 32, np.float32, reverse), strict=True):
            close(found, wanted, np.float32)


def test_saturation_infinities_and_nan():
    for name in ("gru", "lstm"):
        xs, _ = drawn(name, (3, 3), 3, 5, np.float64, 0)
        xs[0][0], xs[0][1] = 1e300, -1e300
        xs[0][2, 1] = np.nan
        steps = {"batch_sizes": (3, 3), "reverse": False}
        with np.errstate(all="ignore"):
            wanted = FAMILIES[name][2].reference(*xs, **steps)
        for found, reference in zip(getattr(recurrent, name)(*xs, **steps), wanted, strict=True):
            np.testing.assert_allclose(found, reference, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", FAMILIES)
def test_any_number_of_threads_gives_the_same_bits(name, same_on_any_number_of_threads):
    assert recurrent._splits(50 * 30, np.empty((37 * 4, 37)))
    sizes = (50,) * 29 + (3,)
    same_on_any_number_of_threads(lambda: both_ways(name, sizes, 16, 37, np.float32, False, only_native=True)[0])


@pytest.mark.parametrize("options", [{}, {"bidirectional": True, "num_layers": 2}, {"batch_first": True}])
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_gradients_of_layers(kind, options):
    layer = getattr(nn, kind)(3, 5, dtype=np.float64, **options)
    rng = np.random.default_rng(0)
    x = autograd.tensor(rng.normal(size=(6, 4, 3)), requires_grad=True)

    def gradients():
        y, states = layer(x)
        total = (y * y).sum() + sum((s * s * s).sum() for s in (states if isinstance(states, tuple) else [states]))
        first = autograd.gradients(total, [x, *layer.parameters()], create_graph=True)
        return [y, *first, *autograd.gradients(sum((d * d).sum() for d in first), [x, *layer.parameters()])]

    found = gradients()
    with references_only():
        wanted = gradients()
    for a, e in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a.data, e.data, rtol=1e-10, atol=1e-11)


def test_packed_sequences_through_layers():
    layer = nn.LSTM(3, 5, bidirectional=True, dtype=np.float64)
    sequences = [np.random.default_rng(n).normal(size=(n, 3)) for n in (4, 1, 6)]
    packed = nn.utils.rnn.pack_sequence(sequences, enforce_sorted=False)
    found, (h, c) = layer(packed)
    with references_only():
        wanted, (h_wanted, c_wanted) = layer(packed)
    for a, e in ((found.data, wanted.data), (h, h_wanted), (c, c_wanted)):
        np.testing.assert_allclose(a.data, e.data, rtol=1e-12, atol=1e-13)


def test_what_is_not_served_goes_to_the_reference():
    xs, _ = drawn("lstm", (2, 2), 3, 5, np.float64, 0)
    steps = {"batch_sizes": (2, 2), "reverse": False}
    assert recurrent.lstm(*[x.astype(np.float16) for x in xs], **steps) is None
    assert recurrent.lstm(*xs, np.ones((5, 5)), **steps) is None
    assert recurrent.lstm(xs[0].astype(np.float32), *xs[1:], **steps) is None


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "single_precision or infinities")
