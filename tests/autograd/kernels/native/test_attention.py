"""Native attention against the NumPy reference: values, adjoints, gradients of any order, memory."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

import autograd
import nn
from autograd.kernels import attention as kernels
from autograd.kernels.choice import references_only
from autograd.kernels.native import attention
from autograd.ops import attention as rules
from nn.functional import scaled_dot_product_attention

WIDTHS = [(8, 8), (20, 5)]
TOLERANCE = {np.float32: 2e-5, np.float64: 1e-12}


def drawn(lead, queries, keys, width, values, dtype, seed, bias=None, strided=False):
    """q, k, v and perhaps a bias: a mask of its own ("mask"), one that broadcasts ("row"), or none."""
    rng = np.random.default_rng(seed)
    shapes = [(*lead, queries, width), (*lead, keys, width), (*lead, keys, values)]
    if strided:  # heads between rows and features, as after a projection
        shapes = [(s[-2], *s[:-2], s[-1]) for s in shapes]
    arrays = [rng.normal(size=s).astype(dtype) for s in shapes]
    if strided:
        arrays = [np.moveaxis(a, 0, -2) for a in arrays]
    if bias == "mask":
        arrays.append(np.where(rng.random((*lead, queries, keys)) < 0.3, -np.inf, 0).astype(dtype))
        arrays[3][..., 0, :] = -np.inf
    elif bias == "row":
        arrays.append(rng.normal(size=(1, keys)).astype(dtype))
    return arrays


def both(arrays, causal, seed=0, scale=0.4):
    """Forward and backward: what the kernels and what the references compute."""
    options = {"scale": scale, "causal": causal}
    found = attention.attention(*arrays, **options)
    wanted = kernels.attention.reference(*arrays, **options)
    rng = np.random.default_rng(seed)
    g = rng.normal(size=wanted[0].shape).astype(wanted[0].dtype)
    delta = rng.normal(size=wanted[1].shape).astype(g.dtype)
    given = (g, delta, wanted[1], *arrays)
    return (*found, *attention.attention_pull(*given, **options)), (*wanted, *rules._back_to_three(*given, **options))


def check(pair, dtype):
    for found, wanted in zip(*pair, strict=True):
        assert found.dtype == dtype
        np.testing.assert_allclose(found, wanted, rtol=TOLERANCE[dtype], atol=10 * TOLERANCE[dtype])


@given(
    lead=st.sampled_from([(), (2,), (2, 3)]),
    queries=st.integers(1, 140),
    keys=st.integers(1, 140),
    widths=st.sampled_from(WIDTHS),
    causal=st.booleans(),
    bias=st.sampled_from([None, "mask", "row"]),
    strided=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=40)
def test_kernels_agree_with_the_reference(lead, queries, keys, widths, causal, bias, strided, seed):
    check(both(drawn(lead, queries, keys, *widths, np.float64, seed, bias, strided), causal), np.float64)


@pytest.mark.parametrize("causal", [False, True])
def test_single_precision(causal):
    check(both(drawn((2, 2), 70, 150, 32, 32, np.float32, 0, strided=True), causal), np.float32)


def test_large_scores_infinities_and_nan():
    q, k, v = drawn((), 5, 9, 8, 8, np.float64, 0)
    q[0] *= 1e4
    q[1, 0] = np.nan
    q[2, 0] = np.inf
    k[4, 1] = -np.inf
    with np.errstate(all="ignore"):
        pair = both([q, k, v], False)
        for found, wanted in zip(*pair, strict=True):
            np.testing.assert_allclose(found[0], wanted[0], rtol=1e-9)
            np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))


def test_leading_axes_broadcast():
    q, k, v = drawn((2, 3), 4, 5, 8, 8, np.float64, 0)
    bias = np.random.default_rng(1).normal(size=(3, 4, 5))
    check(both([q[0], k, v[:, :1], bias], False), np.float64)
    check(both([q[:, :1], k[:1, :1], v], True), np.float64)
    check(both([x[..., ::-1, :] for x in (q, k, v)], False), np.float64)


@pytest.mark.parametrize("causal", [False, True])
def test_any_number_of_threads_gives_the_same_bits(causal, same_on_any_number_of_threads):
    arrays = drawn((2, 3), 150, 150, 32, 32, np.float32, 0)
    assert attention.WORTH_SHARING <= 2 * 6 * 150 * 150 * 32
    same_on_any_number_of_threads(lambda: both(arrays, causal)[0])


@pytest.mark.parametrize("bias", [False, True])
def test_gradients_of_two_orders(bias):
    rng = np.random.default_rng(0)
    shapes = [(2, 6, 8), (2, 7, 8), (7, 8), (6, 7)]
    leaves = [autograd.tensor(rng.normal(size=s), requires_grad=True) for s in shapes[: 3 + bias]]

    def gradients():
        y = scaled_dot_product_attention(*leaves, is_causal=not bias)
        first = autograd.gradients((y**3).sum(), leaves, create_graph=True)
        return [y, *first, *autograd.gradients(sum((d * d).sum() for d in first), leaves)]

    found = gradients()
    with references_only():
        wanted = gradients()
    for a, e in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a.data, e.data, rtol=1e-9, atol=1e-11)


def test_a_layer_gives_the_same_with_and_without_weights():
    layer = nn.MultiheadAttention(16, 2, batch_first=True, dtype=np.float64)
    x = autograd.tensor(np.random.default_rng(0).normal(size=(3, 9, 16)), requires_grad=True)
    padding = np.arange(9) >= np.array([[9], [4], [7]])
    results = []
    for weights in (False, True):
        y, _ = layer(x, x, x, padding, need_weights=weights, is_causal=True)
        results.append([y, *autograd.gradients((y * y).sum(), [x, *layer.parameters()])])
    for a, e in zip(*results, strict=True):
        np.testing.assert_allclose(a.data, e.data, rtol=1e-10, atol=1e-12)


def test_no_array_of_all_weights_is_made():
    length = 4096
    x = np.random.default_rng(0).normal(size=(3, length, 8)).astype(np.float32)
    q, k, v = (autograd.tensor(a, requires_grad=True) for a in x)
    scaled_dot_product_attention(q[:2], k[:2], v[:2], is_causal=True).sum().backward()
    for t in (q, k, v):
        t.grad = None
    tracemalloc.start()
    try:
        scaled_dot_product_attention(q, k, v, is_causal=True).sum().backward()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < length * length  # a quarter of the bytes of all weights
    assert np.isfinite(q.grad.data).all()


def test_what_is_not_served_goes_to_the_reference():
    q, k, v = drawn((), 4, 5, 8, 8, np.float64, 0)
    options = {"scale": 1.0, "causal": False}
    assert attention.attention(q.astype(np.float32), k, v, **options) is None
    assert attention.attention(*(x.astype(np.float16) for x in (q, k, v)), **options) is None
    assert attention.attention(q, k, v, np.zeros((4, 1)), **options) is None
    assert attention.attention(q, k[:0], v[:0], **options) is None


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "single_precision or broadcast or infinities")
