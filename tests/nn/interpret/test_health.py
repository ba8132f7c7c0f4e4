"""Gradient flow, update ratios, dead units, what layers give, and the recorder."""

import copy

import numpy as np
import pytest

import nn
import nn.training
import optim
from nn.interpret import Histogram, Recorder, activations, attention_weights, dead_units, gradient_flow, update_ratios

rng = np.random.default_rng(0)


def test_gradient_flow_by_loss_and_by_grad():
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1)).double()
    loss = model(rng.normal(size=(4, 3))).sum()
    sizes = gradient_flow(model, loss)
    assert all(p.grad is None for p in model.parameters())
    loss.backward()
    assert gradient_flow(model) == sizes
    grad = abs(model[0].weight.grad.data)
    assert sizes["0.weight"] == pytest.approx((grad.mean(), grad.max()))
    with pytest.raises(ValueError, match="no parameter of Sequential has a gradient"):
        gradient_flow(model.requires_grad_(False), loss)
    with pytest.raises(ValueError, match=r"no parameter of Linear has a gradient; call loss.backward\(\) first"):
        gradient_flow(nn.Linear(1, 1))


def test_update_ratios_of_a_step_of_sgd():
    layer = nn.Linear(3, 2)
    before = copy.deepcopy(layer.state_dict())
    layer(np.ones((1, 3))).sum().backward()
    optim.SGD(layer.parameters(), lr=0.1).step()
    ratios = update_ratios(before, layer.state_dict())
    assert ratios["weight"] == pytest.approx(0.1 * np.sqrt(6) / np.linalg.norm(before["weight"].data), rel=1e-5)
    assert np.isnan(update_ratios({"a": np.zeros(2)}, {"a": np.ones(2)})["a"])
    with pytest.raises(ValueError, match="'b'] in only one"):
        update_ratios({"a": np.ones(1)}, {"a": np.ones(1), "b": np.ones(1)})
    with pytest.raises(ValueError, match=r"a has shape \(1,\) before and \(2,\) after"):
        update_ratios({"a": np.ones(1)}, {"a": np.ones(2)})


def test_dead_units_of_convolutions_and_features():
    model = nn.Sequential(nn.Conv2d(1, 3, 1), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2), nn.LeakyReLU())
    model[0].weight.data = np.array([1.0, -1.0, 0.0]).reshape(3, 1, 1, 1)
    model[0].bias.data = np.array([0.0, -1.0, 1.0])
    dead = dead_units(model, np.ones((5, 1, 2, 2)))
    assert dead["1"].tolist() == [False, True, False]
    assert dead["4"].tolist() == [False, False]
    assert dead_units(model, np.ones((5, 1, 2, 2)), "0")["0"].tolist() == [False, False, False]
    x = np.zeros((7, 1, 2, 2))
    x[5] = 2
    assert dead_units(model, x, batch_size=3)["1"].tolist() == [False, True, False]
    assert dead_units(model, x[:5], batch_size=3)["1"].tolist() == [True, True, False]
    sequences = nn.Sequential(nn.Conv1d(1, 3, 2), nn.ReLU())
    assert dead_units(sequences, np.ones((2, 1, 6)), axis=1)["1"].shape == (3,)
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        dead_units(model, x, batch_size=0)
    with pytest.raises(ValueError, match="Linear has no ReLU layer"):
        dead_units(nn.Linear(1, 1), np.ones((1, 1)))


def test_activations_are_those_of_the_layers():
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU()))
    x = rng.normal(size=(4, 2))
    found = activations(model, x)
    assert list(found) == ["0", "1.0"]
    np.testing.assert_array_equal(found["1.0"], np.maximum(found["0"], 0))
    assert list(activations(model, x, layers="1")) == ["1"]
    with pytest.raises(TypeError, match=r"activations looks at the layers of an nn\.Module, got function"):
        activations(lambda x: x, x)


@pytest.mark.parametrize("averaged", [True, False])
@pytest.mark.parametrize("needed", [True, False])
def test_attention_weights_leave_the_model_what_it_asked_for(needed, averaged):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.attend = nn.MultiheadAttention(8, 2, batch_first=True)

        def forward(self, x):
            self.result = self.attend(x, x, x, None, needed, average_attn_weights=averaged)
            return self.result[0]

    model, x = Model().eval(), rng.normal(size=(3, 5, 8))
    weights = attention_weights(model, x)["attend"]
    seen = model.result
    model(x)
    np.testing.assert_allclose(seen[0].data, model.result[0].data, rtol=1e-4, atol=1e-6)
    assert (seen[1] is None) == (not needed)
    if needed:
        np.testing.assert_allclose(seen[1].data, model.result[1].data, rtol=1e-6)
    assert weights.shape == (3, 2, 5, 5)
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-6)
    with pytest.raises(ValueError, match="Linear contains no MultiheadAttention"):
        attention_weights(nn.Linear(1, 1), x)


def train(recorder, model, optimizer, steps, explicit):
    with recorder:
        for _ in range(steps):
            optimizer.zero_grad()
            model(np.ones((4, 2))).square().mean().backward()
            optimizer.step()
            if explicit:
                recorder.step()


@pytest.mark.parametrize("explicit", [False, True])
def test_recorder_sees_every_third_step(explicit):
    model = nn.Sequential(nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 1))
    twin = copy.deepcopy(model)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    recorder = Recorder(model, None if explicit else optimizer, every=3, bins=8)
    train(recorder, model, optimizer, 7, explicit)
    for kept in (recorder.weights, recorder.gradients, recorder.ratios):
        assert list(kept) == ["0.weight", "0.bias", "2.weight", "2.bias"]
        assert [step for step, _ in kept["0.weight"]] == [1, 4, 7]
    assert list(recorder.activations) == ["0", "1", "2"]
    silent = (np.maximum(twin[0](np.ones((4, 2))).data, 0) == 0).all(0).sum()
    assert recorder.dead["1"][0] == (1, silent)
    step, histogram = recorder.weights["0.weight"][-1]
    assert (step, histogram.counts.sum()) == (7, 10)
    assert histogram.mean == pytest.approx(model[0].weight.data.mean())
    assert "step" not in vars(optimizer)
    assert not any(m._hooks.forward for m in model.modules() if m._hooks)
    other = optim.SGD(twin.parameters(), lr=0.1)
    for _ in range(7):
        other.zero_grad()
        twin(np.ones((4, 2))).square().mean().backward()
        other.step()
    for p, q in zip(model.parameters(), twin.parameters()):
        np.testing.assert_array_equal(p.data, q.data)


def test_recorder_in_fit_and_its_refusals():
    model = nn.Linear(2, 2)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    data = rng.normal(size=(10, 2)), np.arange(10) % 2
    with Recorder(model, optimizer, every=2) as recorder:
        nn.training.fit(model, nn.CrossEntropyLoss(), optimizer, data, data, epochs=2, batch_size=4, progress=False)
        with pytest.raises(RuntimeError, match="recording already"):
            recorder.__enter__()
    assert [step for step, _ in recorder.activations[""]] == [1, 3, 5]
    with pytest.raises(RuntimeError, match="outside"):
        recorder.step()
    with pytest.raises(ValueError, match="every=0"):
        Recorder(model, every=0)
    with pytest.raises(ValueError, match="no layer 'x'"):
        Recorder(model, layers=["x"])


@pytest.mark.parametrize("values", [np.ones(3), np.array([1e30]), np.array([1e-40, 1.0]), np.float32([1, 1 + 1e-7])])
def test_histograms_hold_every_number(values):
    histogram = Histogram.of(values, 16)
    assert histogram.counts.sum() == values.size
    assert histogram.low < histogram.high


def test_histograms_pass_over_what_is_no_number():
    assert Histogram.of(np.array([np.nan, 1.0, 3.0, np.inf]), 4)[1:] == (1.0, 3.0, 2.0, 1.0, 2)
    assert Histogram.of(np.array([np.nan]), 4).nonfinite == 1
    assert Histogram.of(np.array([]), 4).counts.sum() == 0


def test_lazy_layers_are_recorded_from_their_first_call_and_looked_into_after_it():
    model = nn.Sequential(nn.LazyLinear(3), nn.ReLU())
    with pytest.raises(RuntimeError, match="LazyLinear has no weights before its first call; call the model once"):
        activations(model, np.ones((2, 4)))
    with Recorder(model) as recorder:
        for _ in range(2):
            model(np.ones((2, 4))).sum().backward()
            recorder.step()
    assert [step for step, _ in recorder.weights["0.weight"]] == [1, 2]
    assert [step for step, _ in recorder.ratios["0.weight"]] == [2]
    assert activations(model, np.ones((2, 4)))["1"].shape == (2, 3)
