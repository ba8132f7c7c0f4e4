"""Layers and losses against PyTorch: the same state gives the same outputs and gradients."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from nn import init

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(5)
CLOSE = {"rtol": 1e-10, "atol": 1e-10}

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("Linear", (5, 3), {}, (4, 5)),
    ("Linear", (5, 3), {"bias": False}, (2, 4, 5)),
    ("Conv1d", (4, 6, 3), {"padding": 2, "stride": 2}, (2, 4, 9)),
    ("Conv2d", (4, 6, 3), {"groups": 2, "dilation": 2}, (2, 4, 9, 8)),
    ("Conv2d", (4, 6, (3, 5)), {"padding": "same"}, (4, 9, 8)),
    ("Conv3d", (2, 3, 2), {}, (1, 2, 4, 4, 4)),
    ("ConvTranspose1d", (4, 6, 3), {"stride": 2}, (2, 4, 9)),
    ("ConvTranspose2d", (4, 6, 3), {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2}, (2, 4, 5, 5)),
    ("ConvTranspose3d", (2, 3, 2), {"dilation": 2}, (1, 2, 3, 3, 3)),
    *(
        (name, (), {}, (3, 4))
        for name in (
            *("ReLU", "ReLU6", "LeakyReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Softplus", "Sigmoid"),
            *("LogSigmoid", "Hardswish", "Hardtanh", "Tanh", "Tanhshrink", "Softsign", "Identity"),
        )
    ),
    ("GELU", ("tanh",), {}, (3, 4)),
    ("LeakyReLU", (0.3,), {}, (3, 4)),
    ("Softplus", (3, 2), {}, (3, 4)),
    ("Softmax", (), {"dim": 0}, (3, 4)),
    ("LogSoftmax", (), {"dim": 1}, (3, 4)),
    ("Flatten", (), {}, (3, 4, 5)),
    ("MaxPool1d", (3,), {"stride": 2, "padding": 1}, (2, 3, 9)),
    ("MaxPool2d", (3,), {"stride": 2, "ceil_mode": True}, (2, 3, 8, 9)),
    ("MaxPool2d", ((2, 3),), {"dilation": 2}, (3, 8, 9)),
    ("MaxPool3d", (2,), {}, (1, 2, 4, 4, 5)),
    ("AvgPool1d", (3,), {"stride": 2, "padding": 1}, (2, 3, 9)),
    ("AvgPool2d", (3,), {"padding": 1, "count_include_pad": False, "ceil_mode": True}, (2, 3, 8, 9)),
    ("AvgPool2d", (2,), {"divisor_override": 3}, (2, 3, 8, 9)),
    ("AvgPool3d", (2,), {}, (1, 2, 4, 4, 5)),
    ("BatchNorm1d", (3,), {}, (4, 3)),
    ("BatchNorm1d", (3,), {"momentum": None}, (4, 3, 5)),
    ("BatchNorm2d", (3,), {"eps": 1e-2, "momentum": 0.3}, (4, 3, 2, 5)),
    ("BatchNorm2d", (3,), {"bias": False}, (4, 3, 2, 5)),
    ("BatchNorm2d", (3,), {"affine": False}, (4, 3, 2, 5)),
    ("BatchNorm2d", (3,), {"track_running_stats": False}, (4, 3, 2, 5)),
    ("BatchNorm3d", (3,), {}, (2, 3, 2, 2, 2)),
    ("LayerNorm", (4,), {}, (2, 3, 4)),
    ("LayerNorm", ((3, 4),), {"eps": 1e-2, "bias": False}, (2, 3, 4)),
    ("LayerNorm", (4,), {"elementwise_affine": False}, (2, 3, 4)),
    ("Unflatten", (1, (2, 2)), {}, (3, 4)),
]


@pytest.mark.parametrize("name, args, options, shape", LAYERS)
def test_layer(name: str, args: tuple[Any, ...], options: dict[str, Any], shape: tuple[int, ...]) -> None:
    ours = getattr(nn, name)(*args, **options).double()
    theirs = getattr(torch.nn, name)(*args, **options).double()
    if name != "AvgPool1d":  # PyTorch shows its sizes as tuples, those of the others as given
        assert repr(ours) == repr(theirs)
    compare(ours, theirs, 3 * RNG.normal(size=shape))


def compare(ours: nn.Module, theirs: Any, x: np.ndarray) -> None:
    """Give both the same state and input; outputs, input gradients and parameter gradients must agree."""
    state = {k: v.numpy() for k, v in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict(state)
    x_ours, x_theirs = autograd.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    for _ in range(2):
        out, want = ours(x_ours), theirs(x_theirs)
        np.testing.assert_allclose(out.data, want.detach().numpy(), **CLOSE)
        g = RNG.normal(size=out.shape)
        out.backward(g)
        want.backward(torch.tensor(g))
    np.testing.assert_allclose(x_ours.grad.data, x_theirs.grad.numpy(), **CLOSE)  # type: ignore[union-attr]
    for (name, p), (their_name, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert name == their_name
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), **CLOSE)  # type: ignore[union-attr]
    np.testing.assert_allclose(ours.eval()(x).data, theirs.eval()(torch.tensor(x)).detach().numpy(), **CLOSE)
    for (name, b), (their_name, c) in zip(ours.named_buffers(), theirs.named_buffers(), strict=True):
        assert name == their_name
        np.testing.assert_allclose(b.data, c.numpy(), **CLOSE)


def test_hardsigmoid() -> None:
    """PyTorch's derivative has 1/6 in single precision."""
    x = np.linspace(-4, 4, 9)
    t, u = autograd.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, want = nn.Hardsigmoid()(t), torch.nn.Hardsigmoid()(u)
    np.testing.assert_allclose(out.data, want.detach().numpy(), **CLOSE)
    out.sum().backward()
    want.sum().backward()
    np.testing.assert_allclose(t.grad.data, u.grad.numpy(), rtol=1e-7)  # type: ignore[union-attr]


def test_embedding() -> None:
    ours, theirs = nn.Embedding(6, 3, padding_idx=2).double(), torch.nn.Embedding(6, 3, padding_idx=2).double()
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    indices = np.array([[1, 2, 5], [1, 0, 2]])
    out, want = ours(indices), theirs(torch.tensor(indices))
    np.testing.assert_allclose(out.data, want.detach().numpy())
    out.sum().backward()
    want.sum().backward()
    np.testing.assert_allclose(ours.weight.grad.data, theirs.weight.grad.numpy())  # type: ignore[union-attr]


SCORES, PROBABILITIES = RNG.normal(size=(4, 3)), RNG.uniform(0.05, 0.95, (4, 3))
CLASSES, WEIGHT = np.array([0, 2, 1, -100]), np.array([0.5, 2.0, 1.0])
IMAGES, LABELS = RNG.normal(size=(2, 3, 2, 2)), RNG.integers(0, 3, (2, 2, 2))
LOG_IMAGES = IMAGES - np.log(np.exp(IMAGES).sum(1, keepdims=True))

LOSSES: list[tuple[str, dict[str, Any], np.ndarray, np.ndarray]] = [
    ("MSELoss", {}, SCORES, PROBABILITIES),
    ("L1Loss", {}, SCORES, PROBABILITIES),
    ("BCELoss", {}, PROBABILITIES, PROBABILITIES[::-1]),
    ("BCELoss", {"weight": WEIGHT}, PROBABILITIES, PROBABILITIES[::-1]),
    ("BCEWithLogitsLoss", {}, 30 * SCORES, PROBABILITIES),
    ("BCEWithLogitsLoss", {"weight": WEIGHT, "pos_weight": WEIGHT[::-1].copy()}, SCORES, PROBABILITIES),
    ("NLLLoss", {}, SCORES, CLASSES),
    ("NLLLoss", {"weight": WEIGHT, "ignore_index": 2}, LOG_IMAGES, LABELS),
    ("CrossEntropyLoss", {}, 100 * SCORES, CLASSES),
    ("CrossEntropyLoss", {"weight": WEIGHT}, SCORES, CLASSES),
    ("CrossEntropyLoss", {"weight": WEIGHT, "label_smoothing": 0.3}, SCORES, CLASSES),
    ("CrossEntropyLoss", {"weight": WEIGHT, "label_smoothing": 0.3, "ignore_index": 1}, IMAGES, LABELS),
    ("CrossEntropyLoss", {"label_smoothing": 0.3}, SCORES[0], np.array(1)),
    ("CrossEntropyLoss", {}, SCORES, PROBABILITIES),
    ("CrossEntropyLoss", {"weight": WEIGHT, "label_smoothing": 0.3}, IMAGES, np.abs(IMAGES)),
    ("CrossEntropyLoss", {"weight": WEIGHT}, SCORES[0], PROBABILITIES[0]),
]


@pytest.mark.parametrize("name, options, x, y", LOSSES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_loss(name: str, options: dict[str, Any], x: np.ndarray, y: np.ndarray, reduction: str) -> None:
    theirs_options = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    ours = getattr(nn, name)(reduction=reduction, **options)
    theirs = getattr(torch.nn, name)(reduction=reduction, **theirs_options)
    x_ours, x_theirs = autograd.tensor(x, requires_grad=True), torch.tensor(x.copy(), requires_grad=True)
    floating = y.dtype.kind == "f"
    y_ours, y_theirs = autograd.tensor(y, requires_grad=floating), torch.tensor(y.copy(), requires_grad=floating)
    out, want = ours(x_ours, y_ours), theirs(x_theirs, y_theirs)
    np.testing.assert_allclose(out.data, want.detach().numpy(), **CLOSE)
    g = RNG.normal(size=out.shape)
    out.backward(g)
    want.backward(torch.tensor(g))
    np.testing.assert_allclose(x_ours.grad.data, x_theirs.grad.numpy(), **CLOSE)  # type: ignore[union-attr]
    if floating:
        np.testing.assert_allclose(y_ours.grad.data, y_theirs.grad.numpy(), **CLOSE)  # type: ignore[union-attr]


INITIALISERS: list[tuple[str, dict[str, Any]]] = [
    ("uniform_", {"a": -1.0, "b": 3.0}),
    ("normal_", {"mean": 1.0, "std": 2.0}),
    ("trunc_normal_", {"mean": 0.5, "a": -1.0, "b": 1.0}),
    ("constant_", {"val": 3.0}),
    ("ones_", {}),
    ("zeros_", {}),
    ("eye_", {}),
    ("xavier_uniform_", {"gain": 2.0}),
    ("xavier_normal_", {}),
    ("kaiming_uniform_", {"a": 0.2}),
    ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "relu"}),
    ("orthogonal_", {"gain": 2.0}),
    ("sparse_", {"sparsity": 0.3}),
]


@pytest.mark.parametrize("name, options", INITIALISERS)
def test_initialiser_has_the_same_moments(name: str, options: dict[str, Any]) -> None:
    ours = getattr(init, name)(nn.Parameter(np.empty((150, 200))), **options).data
    theirs = getattr(torch.nn.init, name)(torch.empty(150, 200, dtype=torch.float64), **options).numpy()
    spread = max(theirs.std(), 1e-12)
    assert abs(ours.mean() - theirs.mean()) < 6 * spread / np.sqrt(ours.size / 2) + 1e-12
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03, abs=1e-12)


def test_dirac_and_gains() -> None:
    ours = init.dirac_(nn.Parameter(np.empty((4, 2, 3, 3))), groups=2).data
    np.testing.assert_array_equal(ours, torch.nn.init.dirac_(torch.empty(4, 2, 3, 3), groups=2).numpy())
    for name in (*init.GAINS, "leaky_relu"):
        assert init.calculate_gain(name) == torch.nn.init.calculate_gain(name)


def small_network(library: Any) -> Any:
    return library.Sequential(
        library.Conv2d(1, 4, 3, padding=1),
        library.BatchNorm2d(4),
        library.ReLU(),
        library.MaxPool2d(2),
        library.Flatten(),
        library.Linear(4 * 9, 10),
        library.LayerNorm(10),
        library.Tanh(),
        library.Linear(10, 3, bias=False),
    )


def test_repr_is_the_same() -> None:
    assert repr(small_network(nn)) == repr(small_network(torch.nn))


def test_a_network_trains_alike() -> None:
    ours, theirs = small_network(nn).double(), small_network(torch.nn).double()
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    x, y = RNG.normal(size=(8, 1, 6, 6)), RNG.integers(0, 3, 8)
    ours_optimizer = optim.SGD(ours.parameters(), lr=0.1, momentum=0.9)
    theirs_optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    for _ in range(10):
        ours_optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(ours(x), y)
        loss.backward()
        ours_optimizer.step()
        theirs_optimizer.zero_grad()
        want = torch.nn.CrossEntropyLoss()(theirs(torch.tensor(x)), torch.tensor(y))
        want.backward()
        theirs_optimizer.step()
        assert loss.item() == pytest.approx(want.item(), rel=1e-10)
