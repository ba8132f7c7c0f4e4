"""Saliency, integrated gradients and Grad-CAM against closed forms."""

from contextlib import nullcontext

import numpy as np
import pytest

import autograd
import nn
from nn.interpret import grad_cam, integrated_gradients, saliency

rng = np.random.default_rng(0)


def test_saliency_of_a_linear_layer_is_its_weights():
    layer = nn.Linear(3, 4, dtype=np.float64)
    x = rng.normal(size=(5, 3))
    np.testing.assert_allclose(saliency(layer, x, 2), np.tile(abs(layer.weight.data[2]), (5, 1)))
    np.testing.assert_allclose(saliency(layer, x, 2, signed=True), np.tile(layer.weight.data[2], (5, 1)))
    each = np.array([0, 1, 2, 3, -1])
    np.testing.assert_allclose(saliency(layer, x, each), abs(layer.weight.data[each]))
    largest = layer(x).data.argmax(1)
    np.testing.assert_allclose(saliency(layer, x), abs(layer.weight.data[largest]))
    np.testing.assert_allclose(saliency(layer, x, lambda y: y.sum(1)), np.tile(abs(layer.weight.data.sum(0)), (5, 1)))


def test_integrated_gradients_of_a_linear_layer():
    layer = nn.Linear(3, 1, dtype=np.float64)
    x, start = rng.normal(size=(5, 3)), rng.normal(size=3)
    contributions = integrated_gradients(layer, x, baseline=start, steps=1)
    np.testing.assert_allclose(contributions, layer.weight.data * (x - start))


@pytest.mark.parametrize("target", [None, 1, np.array([0, 1, 2, 0])])
def test_integrated_gradients_are_complete(target):
    autograd.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 3), nn.Softmax(1)).double()
    x, start = rng.normal(size=(4, 6)), rng.normal(size=(1, 6))
    contributions = integrated_gradients(model, x, target, baseline=start)
    model.eval()
    chosen = model(x).data.argmax(1) if target is None else np.broadcast_to(target, 4)
    change = (model(x).data - model(start).data)[np.arange(4), chosen]
    np.testing.assert_allclose(contributions.sum(1), change, rtol=1e-9)


def test_float32_stays_float32_and_an_outer_no_grad_does_not_matter():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    with autograd.no_grad():
        assert saliency(model, np.ones((1, 2))).dtype == np.float32
        assert integrated_gradients(model, np.ones((1, 2), np.float32)).dtype == np.float32


def test_grad_cam_of_averaged_maps_has_the_class_weights_as_alpha():
    conv, head = nn.Conv2d(1, 3, 3, padding=1, dtype=np.float64), nn.Linear(3, 2, dtype=np.float64)
    model = nn.Sequential(conv, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    x = rng.normal(size=(2, 1, 6, 5))
    maps = conv(x).data
    expected = np.maximum(np.einsum("k,nkhw->nhw", head.weight.data[1] / 30, maps), 0)
    np.testing.assert_allclose(grad_cam(model, x, "0", 1), expected)
    np.testing.assert_allclose(grad_cam(model.requires_grad_(False), x, "0", 1), expected)


def test_grad_cam_is_interpolated_to_the_size_of_the_input():
    model = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 1, dtype=np.float64))
    model[2].weight.data = np.ones((1, 4))
    x = np.repeat(np.repeat(np.array([[0.0, 2.0], [4.0, 6.0]]), 2, 0), 2, 1)[None, None]
    small = grad_cam(model, x, "0", upsample=False)[0]
    np.testing.assert_allclose(small, [[0, 2], [4, 6]])
    large = grad_cam(model, x, "0")[0]
    np.testing.assert_allclose(large[0], [0, 0.5, 1.5, 2])
    np.testing.assert_allclose(large[:, 0], [0, 1, 3, 4])


def state(model):
    return (
        [(m.training, list(vars(m))) for m in model.modules()],
        [(id(t), id(t._data), t.data.tobytes(), t.requires_grad, id(t.grad)) for t in model.parameters()],
        [(id(b), id(b._data), b.data.tobytes()) for b in model.buffers()],
        [sum(map(len, vars(m._hooks).values())) for m in model.modules() if m._hooks is not None],
        autograd.get_rng_state(),
    )


def small_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Flatten(),
        nn.Linear(64, 3),
    )


@pytest.mark.parametrize(
    "look",
    [
        lambda m, x: saliency(m, x),
        lambda m, x: integrated_gradients(m, x, steps=3),
        lambda m, x: grad_cam(m, x, "2"),
        lambda m, x: nn.interpret.activations(m, x),
        lambda m, x: nn.interpret.dead_units(m, x),
        lambda m, x: nn.interpret.loss_surface(m, lambda: m.train()(x).sum(), resolution=2),
    ],
)
@pytest.mark.parametrize("failing", [False, True])
def test_the_model_is_left_as_it_was(look, failing):
    model, x = small_cnn(), np.random.default_rng(0).normal(size=(2, 1, 4, 4))
    model(x).sum().backward()
    model[5].weight.requires_grad_(False)
    model[3].eval()
    if failing:
        model.append(Failing())
    before = state(model)
    with pytest.raises(RuntimeError, match="on purpose") if failing else nullcontext():
        look(model, x)
    assert state(model) == before


class Failing(nn.Module):
    def forward(self, x):
        autograd.randn(3)
        raise RuntimeError("on purpose")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, x: saliency(m, x.astype(int)), r"input of dtype int64 do not exist; pass x.astype\(float\)"),
        (lambda m, x: saliency(m, x, 3), "target 3 for 3 classes"),
        (lambda m, x: saliency(m, x, [0, 1, 2]), "target must be a class, 2 classes or a function"),
        (lambda m, x: saliency(m, x, lambda y: y), r"must return scores \(N,\), got shape \(2, 3\)"),
        (lambda m, x: saliency(m[0], x), r"outputs of shape \(2, 4, 4, 4\) and target None; .* pass a function"),
        (lambda m, x: saliency(lambda x: 3, x), "the model must return a Tensor, got int"),
        (lambda m, x: integrated_gradients(m, x, steps=0), "steps must be at least 1, got 0"),
        (lambda m, x: integrated_gradients(m, x, baseline=np.ones(3)), r"a baseline of shape \(3,\) for an input of"),
        (lambda m, x: grad_cam(m, x, "6"), "has no layer '6'; it has '0', '1'"),
        (lambda m, x: grad_cam(m, x, "5"), r"layer '5' gave an output of shape \(2, 3\); wanted images"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call(small_cnn(), np.ones((2, 1, 4, 4)))


def test_an_unknown_path_names_one_that_is_alike():
    model = nn.TransformerEncoderLayer(8, 2)
    with pytest.raises(ValueError, match=r"no layer 'linear' \(did you mean 'linear2'\?\)|mean 'linear1'"):
        nn.interpret.activations(model, np.ones((1, 8)), layers="linear")
