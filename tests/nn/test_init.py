"""Initialisers: distributions, shapes, seeds, errors."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from nn import init

RNG = np.random.default_rng(3)


def empty(*shape: int) -> nn.Parameter:
    return nn.Parameter(np.full(shape, np.nan))


@pytest.mark.parametrize(
    "fill, std, bound",
    [
        (lambda t: init.uniform_(t, -2, 2), 4 / math.sqrt(12), 2),
        (lambda t: init.normal_(t, 0, 3), 3, math.inf),
        (lambda t: init.trunc_normal_(t), 0.8796, 2),
        (lambda t: init.xavier_uniform_(t, 2), 2 * math.sqrt(2 / 500), 2 * math.sqrt(6 / 500)),
        (lambda t: init.xavier_normal_(t), math.sqrt(2 / 500), math.inf),
        (lambda t: init.kaiming_uniform_(t), math.sqrt(2 / 300), math.sqrt(6 / 300)),
        (lambda t: init.kaiming_uniform_(t, mode="fan_out", nonlinearity="tanh"), 5 / 3 / math.sqrt(200), math.inf),
        (lambda t: init.kaiming_normal_(t, a=1), math.sqrt(1 / 300), math.inf),
        (lambda t: init.sparse_(t, 0.25, 2), 2 * math.sqrt(0.75), math.inf),
    ],
)
def test_spread(fill: Callable[[Tensor], Tensor], std: float, bound: float) -> None:
    autograd.manual_seed(0)
    t = empty(200, 300)
    assert fill(t) is t
    assert t.data.std() == pytest.approx(std, rel=0.02)
    assert abs(t.data.mean()) < 4 * std / math.sqrt(t.size)
    assert np.abs(t.data).max() <= bound
    assert t.requires_grad
    assert t.is_leaf


@pytest.mark.parametrize("low, high", [(-2.0, 2.0), (3.0, 3.2), (5.0, 100.0), (-100.0, -6.0), (-0.1, 0.1), (1.2, 1e9)])
def test_truncated_normal_against_its_distribution(low: float, high: float) -> None:
    t = init.trunc_normal_(empty(4000), 1.0, 2.0, 1 + 2 * low, 1 + 2 * high, generator=np.random.default_rng(0))
    z = np.sort((t.data - 1) / 2)
    assert low <= z[0]
    assert z[-1] <= high
    flip = low > 0
    below = np.array([0.5 * math.erfc((v if flip else -v) / math.sqrt(2)) for v in (low, *z, high)])
    cdf = (below - below[0]) / (below[-1] - below[0])
    assert np.abs(cdf[1:-1] - (np.arange(4000) + 0.5) / 4000).max() < 1.95 / math.sqrt(4000)


def test_constants() -> None:
    assert (init.constant_(empty(2, 3), 7).data == 7).all()
    assert (init.ones_(empty(3)).data == 1).all()
    assert (init.zeros_(empty(3)).data == 0).all()
    np.testing.assert_array_equal(init.eye_(empty(2, 3)).data, [[1, 0, 0], [0, 1, 0]])


@pytest.mark.parametrize("groups", [1, 2])
def test_dirac_passes_channels_on(groups: int) -> None:
    weight = init.dirac_(empty(4, 4 // groups, 3, 3), groups)
    x = RNG.normal(size=(2, 4, 5, 5))
    np.testing.assert_array_equal(autograd.conv2d(x, weight.data, padding=1, groups=groups), x)


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3), (4, 2, 3)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    q = init.orthogonal_(empty(*shape), gain=2).data.reshape(shape[0], -1) / 2
    small = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q
    np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-12)


def test_sparse_has_zeros_in_each_column() -> None:
    zeros = (init.sparse_(empty(10, 50), 0.33).data == 0).sum(0)
    assert set(zeros) == {4}


def test_gains_and_fans() -> None:
    assert init.calculate_gain("relu") == math.sqrt(2)
    assert init.calculate_gain("leaky_relu", 1) == 1
    assert init.fans(empty(6, 3, 5, 2)) == (30, 60)
    with pytest.raises(ValueError, match=r"calculate_gain knows linear, .* got 'swish'"):
        init.calculate_gain("swish")


def test_seeds() -> None:
    draws = []
    for _ in range(2):
        autograd.manual_seed(5)
        draws.append(nn.Linear(3, 4).weight.data)
    np.testing.assert_array_equal(*draws)
    a, b = (init.normal_(empty(4), generator=autograd.Generator(1)).data for _ in range(2))
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "layer, fan_in",
    [
        (lambda: nn.Linear(100, 300), 100),
        (lambda: nn.Conv2d(20, 40, 5), 500),
        (lambda: nn.Conv2d(20, 40, 5, groups=2), 250),
        (lambda: nn.ConvTranspose1d(50, 20, 9), 180),
    ],
)
def test_default_of_layers_is_uniform_by_fan_in(layer: Callable[[], Any], fan_in: int) -> None:
    autograd.manual_seed(0)
    made = layer()
    for p in (made.weight, made.bias):
        assert np.abs(p.data).max() <= 1 / math.sqrt(fan_in)
    assert made.weight.data.std() == pytest.approx(1 / math.sqrt(3 * fan_in), rel=0.03)


@pytest.mark.parametrize(
    "fill, message",
    [
        (lambda: init.eye_(empty(3)), r"eye_: wanted a tensor with 2 axes, got shape \(3,\)"),
        (lambda: init.dirac_(empty(3, 3)), "3, 4 or 5 axes"),
        (lambda: init.dirac_(empty(3, 3, 3), groups=2), "cannot divide 3 output channels into 2 groups"),
        (lambda: init.xavier_uniform_(empty(3)), "at least 2 axes"),
        (lambda: init.kaiming_normal_(empty(3, 3), mode="fan"), "mode must be 'fan_in' or 'fan_out', got 'fan'"),
        (lambda: init.trunc_normal_(empty(3), a=1, b=1), "wants a < b"),
        (lambda: init.ones_(empty(3) * 2), "not results of operations"),
    ],
)
def test_errors(fill: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fill()


def test_empty_tensors() -> None:
    for fill in (init.normal_, init.xavier_uniform_, init.kaiming_uniform_, init.orthogonal_, init.trunc_normal_):
        assert fill(empty(0, 3)).shape == (0, 3)
    assert nn.Linear(0, 2)(np.zeros((3, 0))).shape == (3, 2)


@pytest.mark.parametrize("mode, n", [("fan_in", 60), ("fan_out", 40), ("fan_avg", 50)])
@pytest.mark.parametrize("distribution", ["uniform", "normal", "truncated_normal"])
def test_variance_scaling(distribution, mode, n):
    w = nn.init.variance_scaling_(autograd.zeros((200, 300)), 2.0, mode, distribution, np.random.default_rng(0))
    std = math.sqrt(2.0 / (n * 5))
    assert abs(w.data.std() / std - 1) < 0.02
    if distribution != "normal":
        assert np.abs(w.data).max() < {"uniform": 1.7321, "truncated_normal": 2.2738}[distribution] * std


def test_delta_orthogonal():
    w = nn.init.delta_orthogonal_(autograd.zeros((5, 3, 3, 5)), 2.0).data
    np.testing.assert_allclose(w[:, :, 1, 2].T @ w[:, :, 1, 2], 4 * np.eye(3), atol=1e-6)
    w[:, :, 1, 2] = 0
    assert not w.any()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda t: nn.init.variance_scaling_(t, 0.0), "scale must be positive"),
        (lambda t: nn.init.variance_scaling_(t, mode="fan"), "mode must be one of"),
        (lambda t: nn.init.variance_scaling_(t, distribution="cauchy"), "distribution must be"),
        (nn.init.delta_orthogonal_, "3 to 5 axes"),
        (lambda t: nn.init.delta_orthogonal_(autograd.zeros((2, 3, 3))), "as many outputs"),
    ],
)
def test_more_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call(autograd.zeros((2, 3)))
