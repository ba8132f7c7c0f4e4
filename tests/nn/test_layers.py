"""The layers: shapes, values, repr, errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim

RNG = np.random.default_rng(11)


def test_linear() -> None:
    layer = nn.Linear(3, 2).double()
    x = RNG.normal(size=(4, 5, 3))
    np.testing.assert_allclose(layer(x).data, x @ layer.weight.data.T + layer.bias.data)  # type: ignore[union-attr]
    assert layer(x[0, 0]).shape == (2,)
    assert layer([[1, 2, 3]]).dtype == np.float64
    assert nn.Linear(3, 2)([[1, 2, 3]]).dtype == np.float32
    assert nn.Linear(3, 2, bias=False).bias is None
    assert nn.Linear(3, 2, dtype="float64").weight.dtype == np.float64
    assert repr(nn.Linear(3, 2, bias=False)) == "Linear(in_features=3, out_features=2, bias=False)"
    with pytest.raises(ValueError, match=r"last axis has 3 features, got shape \(4, 2\)"):
        layer(np.zeros((4, 2)))
    with pytest.raises(ValueError, match="Linear: in_features must be ≥ 0, got -1"):
        nn.Linear(-1, 2)


def test_the_default_dtype_is_that_of_new_parameters() -> None:
    autograd.set_default_dtype("float64")
    try:
        assert nn.Linear(1, 1).weight.dtype == np.float64
    finally:
        autograd.set_default_dtype("float32")


@pytest.mark.parametrize(
    "make, shape, out, text",
    [
        (lambda: nn.Conv1d(4, 6, 3), (2, 4, 9), (2, 6, 7), "Conv1d(4, 6, kernel_size=(3,), stride=(1,))"),
        (
            lambda: nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2, bias=False),
            (2, 4, 9, 8),
            (2, 6, 5, 4),
            "Conv2d(4, 6, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), groups=2, bias=False)",
        ),
        (
            lambda: nn.Conv2d(4, 6, (3, 5), padding="same", dilation=2),
            (4, 9, 9),
            (6, 9, 9),
            "Conv2d(4, 6, kernel_size=(3, 5), stride=(1, 1), padding=same, dilation=(2, 2))",
        ),
        (lambda: nn.Conv3d(1, 2, 2), (1, 1, 3, 3, 3), (1, 2, 2, 2, 2), None),
        (lambda: nn.ConvTranspose1d(4, 6, 4, 2, 1), (2, 4, 5), (2, 6, 10), None),
        (
            lambda: nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2),
            (2, 4, 5, 5),
            (2, 6, 10, 10),
            "ConvTranspose2d(4, 6, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1), groups=2)",
        ),
        (lambda: nn.ConvTranspose3d(1, 2, 2), (1, 1, 3, 3, 3), (1, 2, 4, 4, 4), None),
    ],
)
def test_convolutions(make: Callable[[], nn.Module], shape: tuple[int, ...], out: tuple[int, ...], text: Any) -> None:
    layer = make()
    result = layer(RNG.normal(size=shape))
    assert result.shape == out
    result.sum().backward()
    assert all(p.grad is not None for p in layer.parameters())
    assert text is None or repr(layer) == text


def test_convolution_errors() -> None:
    with pytest.raises(ValueError, match="Conv2d: groups must divide in_channels and out_channels, got 2 for 3 and 4"):
        nn.Conv2d(3, 4, 3, groups=2)
    with pytest.raises(ValueError, match=r"Conv2d wants one integer or 2, got \(3, 3, 3\)"):
        nn.Conv2d(3, 4, (3, 3, 3))
    with pytest.raises(ValueError, match="channels") as raised:
        nn.Sequential(nn.Conv2d(3, 4, 3))(np.zeros((1, 2, 8, 8)))
    assert raised.value.__notes__[-1].startswith("in model.0 (Conv2d(3, 4, ")


def test_embedding() -> None:
    table = nn.Embedding(5, 3, padding_idx=-1)
    indices = np.array([[0, 4], [2, 0]])
    out = table(indices)
    np.testing.assert_array_equal(out.data, table.weight.data[indices])
    assert not out.data[0, 1].any()
    out.sum().backward()
    np.testing.assert_array_equal(table.weight.grad.data.sum(1), [6, 0, 3, 0, 0])  # type: ignore[union-attr]
    frozen = nn.Embedding.from_pretrained(np.eye(3))
    assert frozen([0, 2]).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert not frozen.weight.requires_grad
    assert repr(table) == "Embedding(5, 3, padding_idx=4)"
    with pytest.raises(IndexError, match="indices from 5 to 5 into a table of 5 rows"):
        table(np.array([5]))
    with pytest.raises(TypeError, match="embedding wants integer indices, got dtype float32"):
        table(np.array([1.0]))
    with pytest.raises(ValueError, match="padding_idx must be in"):
        nn.Embedding(5, 3, padding_idx=5)


def test_flatten_and_unflatten() -> None:
    x = RNG.normal(size=(2, 3, 4, 5))
    assert nn.Flatten()(x).shape == (2, 60)
    assert nn.Flatten(0, 2)(x).shape == (24, 5)
    assert nn.Flatten(-2)(x).shape == (2, 3, 20)
    assert nn.Unflatten(1, (3, -1))(nn.Flatten()(x)).shape == (2, 3, 20)
    np.testing.assert_array_equal(nn.Unflatten(1, (3, 4, 5))(nn.Flatten()(x)).data, x)
    with pytest.raises(ValueError, match="Flatten from axis 1 to -1 is not possible"):
        nn.Flatten()(np.zeros(3))
    with pytest.raises(ValueError, match="Unflatten of axis 3"):
        nn.Unflatten(3, (1, 1))(np.zeros(3))
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"


@pytest.mark.parametrize(
    "layer, shape, out",
    [
        (nn.MaxPool1d(2), (3, 4, 7), (3, 4, 3)),
        (nn.MaxPool2d((2, 3), stride=1, padding=1), (3, 4, 5, 6), (3, 4, 6, 6)),
        (nn.MaxPool3d(2, ceil_mode=True), (1, 1, 3, 3, 3), (1, 1, 2, 2, 2)),
        (nn.AvgPool1d(2), (3, 4, 7), (3, 4, 3)),
        (nn.AvgPool2d(3, 2, 1), (4, 5, 6), (4, 3, 3)),
        (nn.AvgPool3d(2), (1, 1, 4, 4, 4), (1, 1, 2, 2, 2)),
    ],
)
def test_pooling(layer: nn.Module, shape: tuple[int, ...], out: tuple[int, ...]) -> None:
    assert layer(RNG.normal(size=shape)).shape == out


def test_max_pool_gives_indices() -> None:
    values, indices = nn.MaxPool2d(2, return_indices=True)([[[1.0, 4.0], [3.0, 2.0]]])
    assert values.tolist() == [[[4.0]]]
    assert indices.tolist() == [[[1]]]
    assert repr(nn.MaxPool2d(2)) == "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"


def test_average_of_integers_is_floating() -> None:
    assert nn.AvgPool1d(2)([[[1, 2]]]).tolist() == [[[1.5]]]


def test_batch_norm_statistics() -> None:
    layer, x = nn.BatchNorm1d(2, momentum=0.5).double(), RNG.normal(3, 2, (50, 2))
    mean = layer.running_mean
    y = layer(x)
    np.testing.assert_allclose(y.data.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(y.data.std(0), 1, atol=1e-5)
    assert layer.running_mean is mean
    np.testing.assert_allclose(mean.data, x.mean(0) / 2)  # type: ignore[union-attr]
    np.testing.assert_allclose(layer.running_var.data, 0.5 + x.var(0, ddof=1) / 2)  # type: ignore[union-attr]
    assert layer.num_batches_tracked.item() == 1  # type: ignore[union-attr]
    evaluated = layer.eval()(x)
    scale = np.sqrt(layer.running_var.data + layer.eps)  # type: ignore[union-attr]
    np.testing.assert_allclose(evaluated.data, (x - x.mean(0) / 2) / scale)
    assert layer.num_batches_tracked.item() == 1  # type: ignore[union-attr]
    layer.reset_running_stats()
    assert layer.running_var.tolist() == [1, 1]  # type: ignore[union-attr]
    assert list(layer.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]


def test_batch_norm_errors() -> None:
    with pytest.raises(ValueError, match=r"BatchNorm2d wants an input of 4 axes with 3 channels in axis 1, got shape"):
        nn.BatchNorm2d(3)(np.zeros((4, 3)))
    with pytest.raises(ValueError, match="2 or 3 axes with 3 channels"):
        nn.BatchNorm1d(3)(np.zeros((4, 2)))
    with pytest.raises(ValueError, match="more than one value per channel"):
        nn.BatchNorm1d(3)(np.zeros((1, 3)))


def test_layer_norm() -> None:
    x = RNG.normal(3, 2, (5, 4))
    y = nn.LayerNorm(4, eps=0.0)(x).data
    np.testing.assert_allclose(y, (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True), rtol=1e-4, atol=1e-5)
    assert repr(nn.LayerNorm(4)) == "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)"
    assert nn.LayerNorm((3, 4), bias=False).bias is None
    with pytest.raises(ValueError, match="must be the end of the shape of the input"):
        nn.LayerNorm(3)(x)


def test_dropout() -> None:
    layer, x = nn.Dropout(0.25), np.ones(10000)
    autograd.manual_seed(0)
    kept = layer(x).data
    assert set(np.unique(kept)) == {0, 1 / 0.75}
    assert abs((kept == 0).mean() - 0.25) < 0.02
    autograd.manual_seed(0)
    np.testing.assert_array_equal(layer(x).data, kept)
    np.testing.assert_array_equal(layer.eval()(x).data, x)
    with pytest.raises(ValueError, match=r"p must lie in \[0, 1\], got 1.5"):
        nn.Dropout(1.5)


ACTIVATIONS: list[tuple[nn.Module, Callable[[float], float]]] = [
    (nn.ReLU(), lambda x: max(x, 0)),
    (nn.ReLU6(), lambda x: min(max(x, 0), 6)),
    (nn.LeakyReLU(0.2), lambda x: max(x, 0.2 * x)),
    (nn.ELU(0.5), lambda x: x if x > 0 else 0.5 * np.expm1(x)),
    (nn.SiLU(), lambda x: x / (1 + np.exp(-x))),
    (nn.Softplus(2.0), lambda x: np.log1p(np.exp(2 * x)) / 2),
    (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
    (nn.LogSigmoid(), lambda x: -np.log1p(np.exp(-x))),
    (nn.Tanh(), np.tanh),
    (nn.Softsign(), lambda x: x / (1 + abs(x))),
    (nn.Hardtanh(-0.5, 2), lambda x: min(max(x, -0.5), 2)),
    (nn.Activation(autograd.sin), np.sin),
]


@pytest.mark.parametrize("layer, f", ACTIVATIONS)
def test_activations(layer: nn.Module, f: Callable[[float], float]) -> None:
    x = np.array([-3.0, -0.7, 0.4, 2.5, 7.0])
    np.testing.assert_allclose(layer(x).data, [f(v) for v in x], rtol=1e-12)


def test_softmax_layers() -> None:
    x = RNG.normal(size=(2, 3))
    np.testing.assert_allclose(nn.Softmax(dim=0)(x).data.sum(0), 1)
    np.testing.assert_allclose(np.exp(nn.LogSoftmax(dim=1)(x).data).sum(1), 1)
    assert repr(nn.Softmax(dim=1)) == "Softmax(dim=1)"


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: nn.GELU("fast"), "approximate must be 'none' or 'tanh', got 'fast'"),
        (lambda: nn.Hardtanh(1, 1), "min_val < max_val"),
    ],
)
def test_activation_options(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_network_learns() -> None:
    autograd.manual_seed(0)
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([0, 1, 1, 0])
    model, loss_of = nn.MLP([2, 8, 2], "tanh"), nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
    assert model(x).data.argmax(1).tolist() == y.tolist()
