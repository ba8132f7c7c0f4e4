"""Exponentials, logarithms, trigonometric, hyperbolic and special functions: known values, special points, dtypes."""

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

FUNCTIONS = {  # a point, the value there, the derivative there
    "exp": (0.0, 1, 1),
    "expm1": (1e-12, 1e-12 + 5e-25, 1 + 1e-12),
    "exp2": (3.0, 8, 8 * np.log(2)),
    "log": (np.e, 1, 1 / np.e),
    "log2": (8.0, 3, 1 / (8 * np.log(2))),
    "log10": (100.0, 2, 0.01 / np.log(10)),
    "log1p": (1e-12, 1e-12 - 5e-25, 1 - 1e-12),
    "sin": (np.pi / 6, 0.5, np.sqrt(3) / 2),
    "cos": (np.pi / 3, 0.5, -np.sqrt(3) / 2),
    "tan": (np.pi / 4, 1, 2),
    "arcsin": (0.5, np.pi / 6, 2 / np.sqrt(3)),
    "arccos": (0.5, np.pi / 3, -2 / np.sqrt(3)),
    "arctan": (1.0, np.pi / 4, 0.5),
    "sinh": (np.log(2), 0.75, 1.25),
    "cosh": (np.log(2), 1.25, 0.75),
    "tanh": (np.log(2), 0.6, 0.64),
    "arcsinh": (0.75, np.log(2), 0.8),
    "arccosh": (1.25, np.log(2), 4 / 3),
    "arctanh": (0.6, np.log(2), 1.5625),
    "sinc": (0.5, 2 / np.pi, -4 / np.pi),
    "erf": (0.5, 0.5204998778130465, 2 / np.sqrt(np.pi) * np.exp(-0.25)),
    "erfc": (3.0, 2.209049699858544e-05, -2 / np.sqrt(np.pi) * np.exp(-9)),
    "deg2rad": (180.0, np.pi, np.pi / 180),
    "rad2deg": (np.pi, 180, 180 / np.pi),
}
ALIASES = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_known_values_by_function_method_and_numpy(name):
    point, value, slope = FUNCTIONS[name]
    faces = [getattr(autograd, name), lambda t: getattr(t, name)()]
    if hasattr(np, name):
        faces.append(getattr(np, name))
    for f in faces:
        x = tensor(np.array([point, point]), requires_grad=True)
        y = f(x)
        np.testing.assert_allclose(y.detach().numpy(), [value, value], rtol=1e-14)
        np.testing.assert_allclose(gradients(y.sum(), x)[0].numpy(), [slope, slope], rtol=1e-13)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (2, 3)], ids=str)
def test_float32_and_shape_stay_through_all_orders(name, shape):
    x = tensor(np.full(shape, FUNCTIONS[name][0], np.float32), requires_grad=True)
    y = getattr(autograd, name)(x)
    for _ in range(3):
        assert (y.dtype, y.shape) == (np.float32, shape)
        (y,) = gradients(y, x, np.ones(shape), create_graph=True)
        if not y.requires_grad:
            break


@pytest.mark.parametrize("name", FUNCTIONS)
def test_integers_become_floats(name):
    if name in ("arccosh", "arctanh"):
        return
    y = getattr(autograd, name)(tensor([1, 1]))
    assert y.dtype.kind == "f"
    assert not y.requires_grad
    expected = getattr(autograd, name)(np.array([1.0, 1.0]))
    assert type(expected) is np.ndarray
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("short, long", ALIASES.items())
def test_short_names(short, long):
    assert getattr(autograd, short) is getattr(autograd, long)
    assert getattr(autograd.Tensor, short) is getattr(autograd.Tensor, long)


def test_degrees_and_radians():
    assert np.degrees(tensor(np.pi)).item() == pytest.approx(180)
    assert np.radians(tensor(180.0)).item() == pytest.approx(np.pi)


@pytest.mark.parametrize("base, exp, log", [(np.e, np.logaddexp, np.log), (2, np.logaddexp2, np.log2)])
def test_logaddexp(base, exp, log):
    inf = np.inf
    x = tensor(np.array([1.0, 1e4, -1e4, -inf, -inf, 3.0]), requires_grad=True)
    y = tensor(np.array([1.0, 0.0, 0.0, 1.0, -inf, -inf]), requires_grad=True)
    z = exp(x, y)
    np.testing.assert_allclose(z.detach().numpy(), [1 + log(2), 1e4, 0, 1, -inf, 3])
    dx, dy = gradients(z, [x, y], np.ones(6))
    np.testing.assert_allclose(dx.numpy(), [0.5, 1, 0, 0, 0, 1])
    np.testing.assert_allclose(dy.numpy(), [0.5, 0, 1, 1, 0, 0])


def test_logaddexp_with_a_number_stays_float32():
    x = tensor(np.float32([0.0, 3.0]), requires_grad=True)
    y = np.logaddexp(x, 0.0)
    (dx,) = gradients(y.sum(), x)
    assert y.dtype == dx.dtype == np.float32
    np.testing.assert_allclose(dx.numpy(), 1 / (1 + np.exp([0, -3.0])), rtol=1e-6)


def test_arctan2_in_all_quadrants_and_at_the_origin():
    y, x = np.array([1.0, 1.0, -1.0, -1.0, 0.0]), np.array([1.0, -1.0, -1.0, 1.0, 0.0])
    s, t = tensor(y, requires_grad=True), tensor(x, requires_grad=True)
    z = autograd.arctan2(s, t)
    np.testing.assert_allclose(z.detach().numpy(), np.array([1, 3, -3, -1, 0]) * np.pi / 4)
    dy, dx = gradients(z, [s, t], np.ones(5))
    np.testing.assert_allclose(dy.numpy(), x / 2)
    np.testing.assert_allclose(dx.numpy(), -y / 2)


@pytest.mark.parametrize("name", ["arctan", "arcsinh", "tanh", "erf", "erfc"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_overflow_far_out(name, dtype):
    big = np.finfo(dtype).max / 4
    x = tensor(np.array([-big, big], dtype), requires_grad=True)
    (dx,) = gradients(getattr(autograd, name)(x).sum(), x, create_graph=True)
    assert np.all(np.abs(dx.detach().numpy()) < 1e-30)
    (ddx,) = gradients(dx.sum(), x)
    assert np.all(ddx.numpy() == 0)


def test_sinc_at_zero_has_all_derivatives():
    x = tensor(np.array([0.0]), requires_grad=True)
    y, found = np.sinc(x), []
    for _ in range(5):
        found.append(y.item())
        (y,) = gradients(y, x, create_graph=True)
    np.testing.assert_allclose(found, [1, 0, -(np.pi**2) / 3, 0, np.pi**4 / 5], atol=1e-12)
