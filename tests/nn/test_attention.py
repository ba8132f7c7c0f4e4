"""Attention and Transformers: against their composition in NumPy, closed forms, masks, messages."""

import copy

import numpy as np
import pytest
from scipy.special import softmax

import autograd
import nn
from nn.functional import scaled_dot_product_attention as attention

T, S, N, E = 4, 5, 2, 6


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def by_numpy(q, k, v, scores=0.0):
    return softmax(q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]) + scores, -1) @ v


Q, K, V = draw(N, 3, T, E), draw(N, 3, S, E, seed=1), draw(N, 3, S, 2, seed=2)


def test_values():
    np.testing.assert_allclose(attention(Q, K, V), by_numpy(Q, K, V))
    np.testing.assert_allclose(attention(Q[0], K, V[:, :1]), by_numpy(Q[0], K, V[:, :1]))
    mask = draw(T, S, seed=3)
    np.testing.assert_allclose(attention(Q, K, V, mask), by_numpy(Q, K, V, mask))
    np.testing.assert_allclose(attention(Q, K, V, mask > 0), by_numpy(Q, K, V, np.where(mask > 0, 0, -1e30)))
    causal = np.where(np.tri(T, S), 0, -np.inf)
    np.testing.assert_allclose(attention(Q, K, V, is_causal=True), by_numpy(Q, K, V, causal))
    np.testing.assert_allclose(attention(Q, K, V, scale=2.0), by_numpy(2 * np.sqrt(E) * Q, K, V))
    np.testing.assert_allclose(
        attention(Q, K[:, :1], V[:, :1], draw(N, 3, T, S), enable_gqa=True),
        by_numpy(Q, K[:, :1], V[:, :1], draw(N, 3, T, S)),
    )


def test_the_primitive_is_its_composition_in_two_orders():
    arrays = [*(draw(2, n, E, seed=n) for n in (T, S)), draw(2, S, 2, seed=5), draw(T, S, seed=6)]
    results = []
    for fused in (True, False):
        leaves = [autograd.tensor(a, requires_grad=True) for a in arrays]
        q, k, v, bias = leaves
        y = attention(q, k, v, bias) if fused else autograd.softmax(q @ k.mT / E**0.5 + bias) @ v
        first = autograd.gradients((y**3).sum(), leaves, create_graph=True)
        total = sum((d * d * draw(*d.shape, seed=8)).sum() for d in first)
        results.append([y, *first, *autograd.gradients(total, leaves)])
    for a, e in zip(*results):
        np.testing.assert_allclose(a.data, e.data, rtol=1e-9, atol=1e-12)


def test_a_query_that_may_look_nowhere_gets_zero_and_no_gradient():
    q = autograd.tensor(Q, requires_grad=True)
    mask = np.ones((T, S), bool)
    mask[1] = False
    y = attention(q, K, V, mask)
    assert (y.data[..., 1, :] == 0).all()
    y.sum().backward()
    assert np.isfinite(q.grad.data).all()
    assert (q.grad.data[..., 1, :] == 0).all()


def test_forms_of_input():
    assert attention(Q[:, :, :0], K, V).shape == (N, 3, 0, 2)
    assert (attention(Q, K[:, :, :0], V[:, :, :0]) == 0).all()
    single = [autograd.tensor(x.astype(np.float32), requires_grad=True) for x in (Q, K, V)]
    y = attention(*single, np.zeros((T, S)))
    assert y.dtype == np.float32
    y.sum().backward()
    assert {x.grad.dtype for x in single} == {np.dtype(np.float32)}
    large = np.full((2, 2), 1e4)
    np.testing.assert_allclose(attention(large, large, np.eye(2)), np.full((2, 2), 0.5))


def test_dropout_of_the_weights_keeps_the_mean():
    autograd.manual_seed(0)
    ones = np.ones((200, 50, 1))
    y = attention(np.zeros((200, 50, 4)), np.zeros((200, 50, 4)), ones, dropout_p=0.5)
    assert y.std() > 0.05
    assert y.mean() == pytest.approx(1, abs=0.01)
    layer = nn.MultiheadAttention(8, 2, dropout=0.5)
    x = draw(5, 2, 8)
    assert (layer(x, x, x)[0].data != layer(x, x, x)[0].data).any()
    layer.eval()
    np.testing.assert_array_equal(layer(x, x, x)[0].data, layer(x, x, x)[0].data)


def test_multihead_attention_by_numpy():
    layer = nn.MultiheadAttention(E, 2).double()
    q, kv = draw(T, N, E), draw(S, N, E, seed=1)
    layer.in_proj_bias.data = draw(3 * E, seed=2)
    w_q, w_k, w_v = np.split(layer.in_proj_weight.data, 3)
    b_q, b_k, b_v = np.split(layer.in_proj_bias.data, 3)
    heads, weights = [], []
    for part in (slice(0, 3), slice(3, 6)):
        a, b, c = (
            np.swapaxes((x @ w.T + bias)[..., part], 0, 1)
            for x, w, bias in ((q, w_q, b_q), (kv, w_k, b_k), (kv, w_v, b_v))
        )
        heads.append(by_numpy(a, b, c))
        weights.append(by_numpy(a, b, np.eye(S)))
    y, found = layer(q, kv, kv)
    expected = np.swapaxes(np.concatenate(heads, -1), 0, 1) @ layer.out_proj.weight.data.T
    np.testing.assert_allclose(y.data, expected)
    np.testing.assert_allclose(found.data, np.mean(weights, 0))


def test_a_causal_encoder_does_not_look_ahead():
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    model = nn.TransformerEncoder(layer, 2, nn.LayerNorm(8)).double()
    x = autograd.tensor(draw(1, 5, 8), requires_grad=True)
    y = model(x, mask=nn.Transformer.generate_square_subsequent_mask(5), is_causal=True)
    np.testing.assert_allclose(y.data, model(x, is_causal=True).data)
    (y[0, 2] ** 2).sum().backward()
    reached = np.abs(x.grad.data[0]).sum(-1)
    assert (reached[:3] > 0).all()
    assert (reached[3:] == 0).all()


def test_padding_does_not_matter():
    model = nn.Transformer(8, 2, 1, 1, 16, dropout=0.0, batch_first=True).double()
    src, tgt = draw(2, 5, 8), draw(2, 3, 8, seed=1)
    padding = np.zeros((2, 5), bool)
    padding[:, 3:] = True
    whole = model(src, tgt, src_key_padding_mask=padding, memory_key_padding_mask=padding)
    np.testing.assert_allclose(whole.data, model(src[:, :3], tgt).data)


def test_copies_of_a_layer_begin_alike_and_are_trained_apart():
    layer = nn.TransformerDecoderLayer(8, 2, 16)
    model = nn.TransformerDecoder(layer, 3)
    assert len({id(p) for p in model.parameters()}) == 3 * len(list(layer.parameters()))
    for copied in model.layers:
        for name, p in copied.named_parameters():
            np.testing.assert_array_equal(p.data, layer.get_parameter(name).data)
    assert copy.deepcopy(model)(draw(4, 2, 8), draw(5, 2, 8)).shape == (4, 2, 8)


def test_bounds_of_the_initial_values():
    layer = nn.MultiheadAttention(32, 4)
    assert np.abs(layer.in_proj_weight.data).max() <= np.sqrt(6 / (4 * 32))
    assert not layer.in_proj_bias.data.any()
    assert not layer.out_proj.bias.data.any()
    apart = nn.MultiheadAttention(32, 4, kdim=7)
    assert np.abs(apart.k_proj_weight.data).max() <= np.sqrt(6 / (32 + 7))
    assert list(apart.state_dict())[:3] == ["q_proj_weight", "k_proj_weight", "v_proj_weight"]


X = np.ones((5, 2, 8))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: attention(Q, V, V), r"wants query \(…, L, E\), key \(…, S, E\).*got \(2, 3, 4, 6\), \(2, 3, 5, 2\)"),
        (lambda: attention(Q, K, V, np.ones((T, S)), is_causal=True), r"one of is_causal and attn_mask"),
        (lambda: attention(Q, K, V, np.ones((T, 3))), r"attn_mask of shape \(4, 3\) does not broadcast"),
        (lambda: attention(Q, K, V, dropout_p=2.0), r"dropout_p must lie in \[0, 1\], got 2.0"),
        (lambda: attention(Q, K[:, :2], V[:, :2], enable_gqa=True), r"must be a multiple"),
        (lambda: nn.MultiheadAttention(8, 3), r"multiple of num_heads, got embed_dim=8 and num_heads=3"),
        (lambda: nn.MultiheadAttention(8, 2, dropout=-1.0), r"dropout must lie"),
        (lambda: nn.MultiheadAttention(8, 2)(X, X, X[:4]), r"key and value of one length.*got \(5, 2, 8\)"),
        (lambda: nn.MultiheadAttention(8, 2)(X, X[..., :3], X), r"wants query, key and value"),
        (
            lambda: nn.MultiheadAttention(8, 2)(X, X, X, attn_mask=np.ones((2, 2))),
            r"attn_mask of shape \(2, 2\), wanted",
        ),
        (
            lambda: nn.MultiheadAttention(8, 2)(X, X, X, key_padding_mask=np.ones((5, 2), bool)),
            r"key_padding_mask of shape \(5, 2\), wanted \(N, S\) = \(2, 5\)",
        ),
        (lambda: nn.TransformerEncoderLayer(8, 2, activation="sin"), r"'relu', 'gelu' or a function, got 'sin'"),
        (lambda: nn.TransformerEncoder(nn.Identity(), -1), r"num_layers must be ≥ 0"),
        (lambda: nn.Transformer(8, 2, 1, 1, 4)(X, X[:, :1]), r"Transformer wants src and tgt .* got shapes"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_mask_of_integers_is_refused():
    with pytest.raises(TypeError, match="booleans, or floating numbers"):
        attention(Q, K, V, np.ones((T, S), int))
