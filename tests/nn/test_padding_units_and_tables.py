"""Padding, padding modes, bilinear layers, units, dropouts, bags: closed forms, worked examples, errors."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

import autograd
import nn
from autograd import tensor
from autograd.gradcheck import gradcheck
from nn import functional as F

RNG = np.random.default_rng(3)


def test_the_lecture_s_output_sizes() -> None:
    """⌊(n - k + 2p) / s⌋ + 1."""
    for n, k, p, s, out in ((4, 3, 0, 1, 2), (5, 4, 2, 1, 6), (5, 3, 0, 2, 2)):
        assert nn.Conv2d(1, 1, k, stride=s, padding=p)(np.zeros((1, n, n))).shape == (1, out, out)
    assert nn.Conv2d(1, 1, 3, padding="same")(np.zeros((1, 7, 6))).shape == (1, 7, 6)
    assert nn.Conv2d(1, 1, 3, padding="valid")(np.zeros((1, 7, 6))).shape == (1, 5, 4)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(
    "kind, mode", [("Zero", "constant"), ("Reflection", "reflect"), ("Replication", "edge"), ("Circular", "wrap")]
)
def test_padding_layers_pad_as_numpy(kind: str, mode: Any, rank: int) -> None:
    x = RNG.normal(size=(2, 3, 4, 5, 6)[: rank + 2])
    amounts = (1, 2, 0, 1, 2, 0)[: 2 * rank]
    widths = [(0, 0), (0, 0), *zip(amounts[::2], amounts[1::2])][:2] + list(zip(amounts[::2], amounts[1::2]))[::-1]
    np.testing.assert_array_equal(getattr(nn, f"{kind}Pad{rank}d")(amounts)(x).data, np.pad(x, widths, mode))


def test_circular_convolution_is_that_of_the_fourier_transform() -> None:
    x, w = RNG.normal(size=(1, 1, 8)), RNG.normal(size=(1, 1, 3))
    layer = nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular", bias=False).double()
    layer.load_state_dict({"weight": w})
    kernel = np.zeros(8)
    kernel[[-1, 0, 1]] = w[0, 0]
    want = np.fft.ifft(np.fft.fft(x[0, 0]) * np.conj(np.fft.fft(kernel))).real
    np.testing.assert_allclose(layer(x).data[0, 0], want, atol=1e-12)


def test_bilinear_is_its_sum() -> None:
    x, y, w = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 4)), RNG.normal(size=(2, 3, 4))
    np.testing.assert_allclose(F.bilinear(x, y, w), np.einsum("ni,oij,nj->no", x, w, y), rtol=1e-12)
    assert F.bilinear(x[:0], y[:0], w).shape == (0, 2)
    gradcheck(F.bilinear, x[:2], y[:2], w, RNG.normal(size=2))


@given(st.integers(0, 99), st.integers(1, 6))
def test_sparsemax_is_the_nearest_point_of_the_simplex(seed: int, n: int) -> None:
    x = np.random.default_rng(seed).normal(size=n) * 2
    p = F.sparsemax(x)
    assert p.sum() == pytest.approx(1)
    assert (p >= 0).all()
    candidates = []
    for size in range(1, n + 1):
        for support in map(list, itertools.combinations(range(n), size)):
            q = np.zeros(n)
            q[support] = x[support] - (x[support].sum() - 1) / size
            if (q >= 0).all():
                candidates.append(q)
    best = min(candidates, key=lambda q: ((q - x) ** 2).sum())
    np.testing.assert_allclose(p, best, atol=1e-12)


def test_units_are_their_formulas() -> None:
    x = np.array([-30.0, -3.0, -0.4, 0.0, 0.2, 3.0, 1e8])
    np.testing.assert_allclose(F.squareplus(x)[1:], (x[1:] + np.sqrt(x[1:] ** 2 + 4)) / 2, rtol=1e-12)
    assert F.squareplus(np.float64(-1e8)) == pytest.approx(1e-8)
    np.testing.assert_allclose(
        F.sparse_plus(x), np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)), rtol=1e-12
    )
    np.testing.assert_allclose(nn.PiecewiseLinear()(x).data, np.clip(x + 0.5, 0, 1))
    np.testing.assert_array_equal(nn.Step()(x).data, x >= 0)
    np.testing.assert_array_equal(nn.Sign()(x).data, np.sign(x))
    points = np.array([-3.1, -0.4, 0.2, 3.3])
    for f in (F.squareplus, F.sparse_plus, F.piecewise_linear, F.sparsemax, lambda x: F.glu(x) ** 2, F.tanhshrink):
        gradcheck(f, points)
    gradcheck(F.prelu, RNG.normal(size=(2, 3, 2)) + 0.1, RNG.normal(size=3))


def test_training_through_units_without_a_derivative_warns() -> None:
    x = tensor([-2.0, 3.0], requires_grad=True)
    for layer in (nn.Step(), nn.Sign(), nn.PiecewiseLinear()):
        with pytest.warns(UserWarning, match=f"{type(layer).__name__}: .* derivative .*is 0.*smooth unit"):
            layer(x)
        layer.eval()(x)
        layer.train()(x.detach())
    nn.PiecewiseLinear(-3, 1)(x).sum().backward()
    assert x.grad.tolist() == [0.25, 0]  # type: ignore[union-attr]


def test_a_straight_through_sample_has_the_gradient_of_the_soft_one() -> None:
    logits = RNG.normal(size=(4, 3))
    draws = []
    for hard in (False, True):
        x = tensor(logits, requires_grad=True)
        y = F.gumbel_softmax(x, 0.7, hard, generator=autograd.Generator(2))
        (y * np.arange(3.0)).sum().backward()
        draws.append((y.data, x.grad.data))  # type: ignore[union-attr]
    np.testing.assert_allclose(draws[0][1], draws[1][1], rtol=1e-12)
    np.testing.assert_allclose(draws[1][0], np.eye(3)[draws[0][0].argmax(1)], atol=1e-12)
    assert np.isfinite(F.gumbel_softmax(np.zeros(100000, np.float32))).all()


def test_dropouts_that_keep_mean_and_variance() -> None:
    autograd.manual_seed(0)
    x = RNG.normal(size=(400, 300))
    for layer in (nn.AlphaDropout(0.4), nn.FeatureAlphaDropout(0.4)):
        y = layer(x).data
        assert abs(y.mean()) < 0.02
        assert y.std() == pytest.approx(1, abs=0.02)
        np.testing.assert_array_equal(layer.eval()(x).data, x)
    np.testing.assert_array_equal(nn.AlphaDropout(1.0)(x).data, np.zeros_like(x))
    ones = np.ones((400, 300))
    for noisy, variance in ((nn.GaussianDropout(0.2), 0.25), (nn.GaussianNoise(0.5), 0.25)):
        y = noisy(ones).data
        assert y.mean() == pytest.approx(1, abs=0.01)
        assert y.var() == pytest.approx(variance, abs=0.01)
        np.testing.assert_array_equal(noisy.eval()(ones).data, ones)
    channels = nn.Dropout2d(0.5)(np.ones((20, 10, 3, 3))).data
    assert (channels == channels[..., :1, :1]).all()


def test_lambda() -> None:
    assert nn.Lambda(lambda a, b: a + b)(np.ones(2), np.ones(2)).tolist() == [2, 2]
    assert repr(nn.Lambda(autograd.sin)) == "Lambda(sin)"
    with pytest.raises(TypeError, match="Lambda wants a function, got int"):
        nn.Lambda(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags_are_reductions_of_rows(mode: str) -> None:
    table = RNG.normal(size=(6, 3))
    indices, offsets = np.array([1, 2, 5, 1, 0, 2]), np.array([0, 3, 3, 5])
    y = F.embedding_bag(indices, table, offsets, mode=mode, padding_idx=2)
    bags = [[1, 5], [], [1, 0], []]
    reduce = getattr(np, mode)
    want = [reduce(table[bag], 0) if bag else np.zeros(3) for bag in bags]
    np.testing.assert_allclose(y, want, rtol=1e-12)
    gradcheck(lambda w: F.embedding_bag(indices, w, offsets, mode=mode) ** 2, table)
    assert F.embedding_bag(indices[:0], table, np.array([0, 0]), mode=mode).tolist() == [[0] * 3] * 2
    assert F.embedding_bag(indices.reshape(2, 3)[:, :0], table, mode=mode).shape == (2, 3)


def test_tables_from_given_vectors() -> None:
    bag = nn.EmbeddingBag.from_pretrained(np.eye(3), mode="sum")
    assert bag([[0, 2]]).tolist() == [[1, 0, 1]]
    assert not bag.weight.requires_grad
    table = nn.Embedding(3, 3, _weight=np.eye(3), max_norm=0.5)
    np.testing.assert_allclose(table([1]).data, [[0, 0.5, 0]], rtol=1e-5)
    np.testing.assert_allclose(table.weight.data.sum(1), [1, 0.5, 1], rtol=1e-5)


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda: nn.ZeroPad2d((1, 2)), ValueError, r"padding=\(1, 2\), wanted an integer or 4 of them"),
        (lambda: nn.ReflectionPad2d(1)(np.zeros(3)), ValueError, r"at least 2 axes, got shape \(3,\)"),
        (lambda: nn.Conv2d(1, 1, 3, padding_mode="wrap"), ValueError, "must be one of zeros, reflect, replicate, circ"),
        (lambda: nn.Conv2d(1, 1, 3, padding="full"), ValueError, "padding='full', wanted 'same', 'valid', an integer"),
        (lambda: nn.Conv2d(1, 1, 3, 2, padding="same"), ValueError, r"padding='same' with stride \(2, 2\)"),
        (lambda: nn.ConvTranspose2d(1, 1, 3, padding_mode="reflect"), ValueError, "only 'zeros' makes sense"),
        (
            lambda: nn.ConvTranspose1d(1, 1, 3, 2)(np.zeros((1, 4)), output_size=(20,)),
            ValueError,
            r"sizes from \(9,\) to \(10,\) are possible",
        ),
        (lambda: F.bilinear(np.ones(2), np.ones(3), np.ones((1, 3, 3))), ValueError, r"wanted \(…, n₁\), \(…, n₂\)"),
        (lambda: nn.PReLU(3)(np.ones((2, 4))), ValueError, r"one for each of its 4 channels \(axis 1\)"),
        (lambda: F.glu(np.ones(3)), ValueError, "odd length"),
        (lambda: F.rrelu(np.ones(3), 0.5, 0.1), ValueError, "lower = 0.5 must not exceed upper = 0.1"),
        (lambda: F.gumbel_softmax(np.ones(3), 0.0), ValueError, "tau must be positive"),
        (lambda: F.sparsemax(np.ones((2, 0))), ValueError, "is empty"),
        (lambda: nn.Softmax2d()(np.ones(3)), ValueError, r"\(N, C, H, W\) or \(C, H, W\), got shape \(3,\)"),
        (lambda: nn.ReLU(inplace=True), ValueError, "ReLU: inplace=True would overwrite .* leave it out"),
        (lambda: F.elu(np.ones(3), inplace=True), ValueError, "elu: inplace=True"),
        (lambda: nn.Dropout2d(inplace=True), ValueError, "Dropout2d: inplace=True"),
        (lambda: nn.GaussianDropout(1.0), ValueError, r"p must lie in \[0, 1\), got 1.0"),
        (lambda: nn.GaussianNoise(-1), ValueError, "std must not be negative"),
        (lambda: F.alpha_dropout(np.ones(3), 2.0), ValueError, r"p must lie in \[0, 1\], got 2.0"),
        (lambda: nn.Embedding(3, 2, sparse=True), ValueError, "sparse=True is not supported"),
        (lambda: nn.Embedding(3, 2, _weight=np.ones((2, 2))), ValueError, r"weight of shape \(2, 2\) for num_emb"),
        (lambda: nn.EmbeddingBag(3, 2, mode="min"), ValueError, "mode must be 'sum', 'mean' or 'max', got 'min'"),
        (lambda: F.embedding_bag(np.array([0]), np.eye(2)), ValueError, r"wanted \(bags, n\), or \(n,\) with offsets"),
        (lambda: F.embedding_bag(np.array([0]), np.eye(2), np.array([1])), ValueError, "offsets must increase from 0"),
        (lambda: F.embedding_bag(np.array([[0]]), np.eye(2), np.array([0])), ValueError, "leave out the offsets"),
        (
            lambda: F.embedding_bag(np.array([[0]]), np.eye(2), per_sample_weights=np.ones((1, 1))),
            ValueError,
            "and mode='sum'",
        ),
        (lambda: F.embedding_bag(np.array([[2]]), np.eye(2)), IndexError, "indices from 2 to 2 into a table of 2 rows"),
    ],
)
def test_errors(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()
