"""Neuron, Layer and MLP, from single numbers and from arrays."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from autograd.backward import collect


def test_neuron_from_named_numbers() -> None:
    neuron = nn.Neuron(2, activation=None)
    neuron.load_state_dict({"w1": -3.0, "w2": 1.0, "b": 6.88})
    assert [(n, p.name) for n, p in neuron.named_parameters()] == [("w1", "w1"), ("w2", "w2"), ("b", "b")]
    assert neuron.weights == [neuron.w1, neuron.w2]
    x1, x2 = (autograd.tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "x1"), (0.0, "x2")))
    n = neuron([x1, x2])
    assert n.item() == pytest.approx(0.88)
    n.backward()
    assert [p.grad.item() for p in (neuron.w1, neuron.w2, neuron.b, x1, x2)] == [2.0, 0.0, 1.0, -3.0, 1.0]
    leaves = {node for node in collect([n._node]) if node.primitive is None}
    assert leaves == {p._node for p in (neuron.w1, neuron.w2, neuron.b, x1, x2)}


@pytest.mark.parametrize("activation", [None, "relu", "tanh", "sigmoid", "step", autograd.sin])
def test_neuron_takes_numbers_vectors_and_batches(activation: Any) -> None:
    neuron = nn.Neuron(3, activation)
    x = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    batch = neuron(x)
    assert batch.shape == (4,)
    assert batch.dtype == np.float32
    for row, want in zip(x, batch.tolist()):
        for given in (row, row.tolist(), list(row), tuple(row), list(autograd.tensor(row))):
            assert neuron(given).item() == pytest.approx(want, rel=1e-5)
            assert neuron(given).dtype == np.float32


def test_a_vector_that_requires_grad() -> None:
    neuron = nn.Neuron(2, None)
    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    neuron(x).backward()
    np.testing.assert_array_equal(x.grad.data, [neuron.w1.item(), neuron.w2.item()])  # type: ignore[union-attr]


def test_layer() -> None:
    layer = nn.Layer(2, 3)
    assert [n for n, _ in layer.named_parameters()][:3] == ["neurons.0.w1", "neurons.0.w2", "neurons.0.b"]
    out = layer([1, 2])
    assert isinstance(out, list)
    assert all(isinstance(v, Tensor) and v.shape == () for v in out)
    np.testing.assert_allclose(layer([[1, 2], [3, 4]]).data[0], [v.item() for v in out], rtol=1e-6)
    assert layer(np.ones(2)).shape == (3,)
    assert isinstance(nn.Layer(2, 1)([1.0, 2.0]), Tensor)


def twins(activation: Any) -> tuple[nn.MLP, nn.MLP]:
    """The same function in both granularities."""
    scalar = nn.MLP([3, 4, 2], activation, granularity="scalar").double()
    tensor = nn.MLP([3, 4, 2], activation).double()
    linear = [m for m in tensor.modules() if isinstance(m, nn.Linear)]
    for layer, dense in zip(scalar, linear):
        dense.weight.data = [[w.item() for w in neuron.weights] for neuron in layer.neurons]
        dense.bias.data = [neuron.b.item() for neuron in layer.neurons]
    return scalar, tensor


@pytest.mark.parametrize("activation", ["relu", "tanh", autograd.sin])
def test_both_granularities_compute_the_same(activation: Any) -> None:
    scalar, tensor = twins(activation)
    x = np.random.default_rng(1).normal(size=(5, 3))
    want = tensor(x)
    np.testing.assert_allclose(scalar(x).data, want.data, atol=1e-12)
    by_number = [scalar(row.tolist()) for row in x]
    np.testing.assert_allclose([[v.item() for v in row] for row in by_number], want.data, atol=1e-12)
    sum(v * v for row in by_number for v in row).backward()
    (want * want).sum().backward()
    grads = [[w.grad.item() for w in neuron.weights] for neuron in scalar[0].neurons]
    np.testing.assert_allclose(grads, tensor[0].weight.grad.data, atol=1e-12)


def test_mlp_is_a_sequential() -> None:
    model = nn.MLP([2, 8, 8, 1], activation="tanh")
    assert [type(m).__name__ for m in model] == ["Linear", "Tanh", "Linear", "Tanh", "Linear"]
    assert type(model[:2]) is nn.Sequential
    assert model([[0, 1], [1, 1]]).dtype == np.float32
    assert type(nn.MLP([2, 1, 1], nn.GELU())[1]) is nn.GELU
    assert type(nn.MLP([2, 1, 1], autograd.sin)[1]) is nn.Activation


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: nn.MLP([2]), "at least two sizes"),
        (lambda: nn.MLP([2, 1], granularity="array"), "must be 'tensor' or 'scalar', got 'array'"),
        (lambda: nn.Neuron(2, "swish"), "activation must be one of relu, .*; got 'swish'"),
        (lambda: nn.Neuron(2)([1.0, 2.0, 3.0]), "Neuron of 2 inputs got 3"),
        (lambda: nn.Neuron(2)(np.ones((4, 3))), r"Neuron of 2 inputs got an array of shape \(4, 3\)"),
    ],
)
def test_errors(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
