"""Loss surfaces, regions of classifiers and curves of activations against closed forms."""

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator
from scipy.special import expit

import autograd
import nn
from nn.interpret import (
    activation_curve,
    decision_regions,
    function_surface,
    loss_surface,
    parameter_vector,
    pca_directions,
    random_directions,
)

rng = np.random.default_rng(0)


def test_surface_of_a_linear_model_is_the_quadratic_it_is():
    layer = nn.Linear(2, 1, dtype=np.float64)
    x, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
    d = rng.normal(size=(2, 3))
    surface = loss_surface(layer, lambda: (layer(x) - y).square().mean(), d, resolution=(5, 3), y_range=(-2, 2))
    assert surface.values.shape == (3, 5)
    theta = parameter_vector(layer)
    for (j, i), value in np.ndenumerate(surface.values):
        w = theta + surface.x[i] * d[0] + surface.y[j] * d[1]
        assert value == pytest.approx(np.mean((x @ w[:2] + w[2] - y[:, 0]) ** 2))
    shaped = [[v[:2].reshape(1, 2), v[2:]] for v in d]
    same = loss_surface(layer, lambda: (layer(x) - y).square().mean(), shaped, resolution=(5, 3), y_range=(-2, 2))
    np.testing.assert_array_equal(same.values, surface.values)


def test_projection_is_the_inverse_of_going_along_directions():
    layer = nn.Linear(4, 3)
    surface = loss_surface(layer, lambda: 0.0, resolution=2)
    at = rng.normal(size=(7, 2))
    np.testing.assert_allclose(surface.project(surface.origin + at @ surface.directions), at, atol=1e-12)
    with pytest.raises(ValueError, match=r"a path of shape \(7, 2\) on a surface over 15 parameters"):
        surface.project(at)


def test_interpolation_on_the_surface():
    surface = function_surface(lambda a, b: a * a + np.sin(b), (-1, 2), (0, 3), (7, 5))
    at = rng.uniform((-1, 0), (2, 3), size=(50, 2))
    oracle = RegularGridInterpolator((surface.y, surface.x), surface.values)
    np.testing.assert_allclose(surface.at(at), oracle(at[:, ::-1]))
    assert surface.at([[2.0, 3.0]]) == pytest.approx(4 + np.sin(3))
    assert np.isnan(surface.at([[2.1, 1.0]]))


def test_pending_gradients_survive_a_surface():
    layer = nn.Linear(2, 1)
    loss = layer(np.ones((1, 2))).square().sum()
    before = parameter_vector(layer)
    with pytest.raises(ZeroDivisionError):
        loss_surface(layer, lambda: 1 / 0)
    np.testing.assert_array_equal(parameter_vector(layer), before)
    loss.backward()


def test_random_directions_are_normalised():
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Linear(4, 5, bias=False))
    sizes = np.cumsum([p.size for p in model.parameters()])[:-1]
    for d in random_directions(model, 3):
        pieces = np.split(d, sizes)
        for piece, p in zip(pieces, model.parameters()):
            wanted = np.linalg.norm(p.data.reshape(len(p.data), -1), axis=1) if p.ndim > 1 else np.zeros(p.shape)
            np.testing.assert_allclose(np.linalg.norm(piece.reshape(len(p.data), -1), axis=1), wanted, rtol=1e-5)
    layerwise = np.split(random_directions(model, 1, normalize="layer")[0], sizes)
    np.testing.assert_allclose(np.linalg.norm(layerwise[0]), np.linalg.norm(model[0].weight.data), rtol=1e-5)
    np.testing.assert_array_equal(random_directions(model, seed=3), random_directions(model, seed=3))


def test_pca_directions_contain_a_flat_path():
    plane = np.linalg.qr(rng.normal(size=(9, 2)))[0].T
    path = rng.normal(size=(20, 2)) @ plane
    found = pca_directions(path)
    np.testing.assert_allclose(found @ found.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(path @ found.T @ found - path, 0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: loss_surface([], lambda: 0), "wanted a model or Tensors, at least one parameter"),
        (lambda: loss_surface(nn.Linear(2, 2), lambda: 0, [[1, 0]]), "wanted 2 directions, got 1"),
        (lambda: loss_surface(nn.Linear(2, 2), lambda: 0, np.ones((2, 6))), "parallel or zero"),
        (lambda: loss_surface(nn.Linear(2, 2), lambda: 0, np.ones((2, 5))), r"directions\[0\] of shapes .* \(6,\)"),
        (lambda: loss_surface(nn.Linear(2, 2), lambda: 0, resolution=1), "a resolution above 1"),
        (lambda: function_surface(lambda a, b: 0, (1, 0), (0, 1)), "low < high"),
        (lambda: random_directions(nn.Linear(2, 2), normalize="norm"), "must be 'filter', 'layer' or None"),
        (lambda: random_directions([autograd.tensor([1.0])]), "no filters; pass normalize='layer' or None"),
        (lambda: pca_directions([[1.0, 2.0]]), r"wanted a path \(T, P\)"),
        (lambda: pca_directions([[0.0, 0.0], [1.0, 1.0]]), "straight line"),
        (lambda: activation_curve("reluu"), r"no function 'reluu' \(did you mean 'relu'\?\)"),
        (lambda: activation_curve(nn.Softmax(0)), "Softmax is not elementwise"),
        (lambda: activation_curve("relu", 1, 1), "low < high"),
        (lambda: decision_regions(nn.Linear(3, 2), (0, 1, 0, 1)), r"Linear does not take points of shape \(M, 2\)"),
        (lambda: decision_regions(lambda p: p[:5], (0, 1, 0, 1)), r"gave shape \(5, 2\) for 40000 points"),
        (lambda: decision_regions(nn.Linear(2, 2), (0, 0, 0, 1)), "low < high"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_parameters_that_are_not_real_floating_numbers_are_refused():
    with pytest.raises(TypeError, match="must be real floating numbers, got complex64, int64"):
        loss_surface([autograd.tensor([1j, 2]), autograd.tensor(np.arange(2))], lambda: 0)


@pytest.mark.parametrize(
    ("function", "value", "slope"),
    [
        ("sigmoid", expit, lambda x: expit(x) * (1 - expit(x))),
        ("tanh", np.tanh, lambda x: 4 / (np.exp(x) + np.exp(-x)) ** 2),
        (nn.ReLU(), lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
        (autograd.softplus, lambda x: np.log1p(np.exp(x)), expit),
        ("step", lambda x: np.heaviside(x, 1), np.zeros_like),
        (lambda x: x, lambda x: x, np.ones_like),
    ],
)
def test_activations_and_their_derivatives(function, value, slope):
    curve = activation_curve(function, points=101)
    x = curve.x[curve.x != 0]
    np.testing.assert_allclose(curve.value[curve.x != 0], value(x), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(curve.derivative[curve.x != 0], slope(x), rtol=1e-12)


class Estimator:
    def predict(self, points):
        return np.where(points[:, 0] > points[:, 1], "right", "left")


def test_regions_of_any_classifier():
    box = (-1, 1, -1, 1)
    names = decision_regions(Estimator(), box, 3)
    assert names.classes.tolist() == ["left", "right"]
    assert names.region.tolist() == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    scores = decision_regions(lambda p: np.stack([p[:, 0], 0 * p[:, 0], -p[:, 0] - 1], 1), box, 3)
    assert (scores.classes.tolist(), scores.region[0].tolist()) == ([0, 1, 2], [1, 0, 0])
    assert scores.margin is None
    for score in (lambda p: p[:, 0] - 0.5, lambda p: expit(p[:, :1] - 0.5), lambda p: autograd.tensor(p[:, 0]) - 0.5):
        regions = decision_regions(score, box, 3)
        assert regions.region[0].tolist() == [0, 0, 1]
        assert np.sign(regions.margin[0]).tolist() == [-1, -1, 1]
    assert decision_regions(lambda p: p[:, 0], box, 3, threshold=-0.5).region[0].tolist() == [0, 1, 1]
    assert decision_regions(lambda p: p[:, 0] > 2, box, 3).classes.tolist() == [False]
