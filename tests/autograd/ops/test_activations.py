"""The units of neural networks: known values, kinks, saturation, dtypes."""

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

NAMES = [
    *("celu", "elu", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish"),
    *("relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softshrink", "softsign", "step", "tanhshrink"),
]
UNITS = {name: getattr(autograd, name) for name in NAMES}
UNITS["gelu_tanh"] = lambda x: autograd.gelu(x, approximate="tanh")
UNITS["threshold"] = lambda x: autograd.threshold(x, 0.5, -1.0)


def value_and_slope(f, x):
    t = tensor(np.array(x, np.float64), requires_grad=True)
    y = f(t)
    return y.tolist(), gradients(y.sum(), t)[0].tolist()


@pytest.mark.parametrize(
    "name, x, value, slope",
    [
        ("relu", [-1, 0, 2], [0, 0, 2], [0, 0, 1]),
        ("relu6", [-1, 0, 3, 6, 7], [0, 0, 3, 6, 6], [0, 0, 1, 0, 0]),
        ("leaky_relu", [-2, 0, 2], [-0.02, 0, 2], [0.01, 0.01, 1]),
        ("elu", [-np.log(2), 0, 2], [-0.5, 0, 2], [0.5, 1, 1]),
        ("celu", [-np.log(2), 0, 2], [-0.5, 0, 2], [0.5, 1, 1]),
        ("selu", [-np.log(2), 1], [-0.8790496704, 1.0507009874], [0.8790496704, 1.0507009874]),
        ("sigmoid", [0, np.log(3)], [0.5, 0.75], [0.25, 0.1875]),
        ("logsigmoid", [0, np.log(3)], [-np.log(2), np.log(0.75)], [0.5, 0.25]),
        ("softplus", [0, np.log(3)], [np.log(2), np.log(4)], [0.5, 0.75]),
        ("softsign", [-1, 0, 3], [-0.5, 0, 0.75], [0.25, 1, 0.0625]),
        ("silu", [0, np.log(3)], [0, 0.75 * np.log(3)], [0.5, 0.75 + 0.1875 * np.log(3)]),
        ("gelu", [0, 1], [0, 0.8413447461], [0.5, 0.8413447461 + 0.2419707245]),
        ("gelu_tanh", [0, 1], [0, 0.8411919906], [0.5, 1.0829640838]),
        ("mish", [0, 1], [0, 0.8650983883], [0.6, 1.0490362200]),
        ("hardtanh", [-1, 0.5, 1], [-1, 0.5, 1], [0, 1, 0]),
        ("hardsigmoid", [-3, 0, 3], [0, 0.5, 1], [0, 1 / 6, 0]),
        ("hardswish", [-3, 0, 3, 4], [0, 0, 3, 4], [0, 0.5, 1, 1]),
        ("hardshrink", [-1, -0.5, 0.5, 1], [-1, 0, 0, 1], [1, 0, 0, 1]),
        ("softshrink", [-1, -0.5, 0.5, 1], [-0.5, 0, 0, 0.5], [1, 0, 0, 1]),
        ("tanhshrink", [0, np.log(2)], [0, np.log(2) - 0.6], [0, 0.36]),
        ("threshold", [0.25, 0.5, 0.75], [-1, -1, 0.75], [0, 0, 1]),
    ],
)
def test_known_values(name, x, value, slope):
    found_value, found_slope = value_and_slope(UNITS[name], x)
    np.testing.assert_allclose(found_value, value, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found_slope, slope, rtol=1e-9, atol=1e-15)


def test_parameters():
    x = tensor(np.array([-np.log(4), -1.0, 0.3, 5.0]))
    assert autograd.leaky_relu(x, 0.5).tolist()[1:] == [-0.5, 0.3, 5]
    np.testing.assert_allclose(autograd.elu(x, alpha=2.0).numpy()[0], -1.5)
    np.testing.assert_allclose(autograd.celu(x, alpha=2.0).numpy()[0], -1)
    assert autograd.hardtanh(x, -0.5, 0.25).tolist() == [-0.5, -0.5, 0.25, 0.25]
    assert autograd.hardshrink(x, lambd=1.0).tolist()[1:] == [0, 0, 5]
    assert autograd.softshrink(x, lambd=0.0).tolist() == x.tolist()
    np.testing.assert_allclose(autograd.softplus(x, beta=2).numpy(), np.log1p(np.exp(2 * x.numpy())) / 2)
    assert autograd.softplus(x, threshold=0.25).tolist()[2:] == [0.3, 5]


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_no_overflow_and_no_nan_however_large_the_input(name, dtype):
    big = float(np.finfo(dtype).max) / 8
    x = np.array([-big, -1e3, -100, -30, -12, 12, 30, 100, 1e3, big], dtype)
    t = tensor(x, requires_grad=True)
    y = UNITS[name](t)
    assert y.dtype == dtype
    for _ in range(2):
        assert np.all(np.isfinite(y.detach().numpy()))
        if not y.requires_grad:
            break
        (y,) = gradients(y, t, np.ones(10), create_graph=True)


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (2, 3)], ids=str)
def test_float32_and_shape_stay_through_all_orders(name, shape):
    x = tensor(np.full(shape, 0.75, np.float32), requires_grad=True)
    y = UNITS[name](x)
    for _ in range(3):
        assert (y.dtype, y.shape) == (np.float32, shape)
        if not y.requires_grad:
            break
        (y,) = gradients(y, x, np.ones(shape), create_graph=True)


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("dtype", ["int64", "uint8"])
def test_integers_count_as_the_same_reals(name, dtype):
    n = np.array([0, 1, 5], dtype)
    y = UNITS[name](tensor(n))
    precision = 1e-3 if y.dtype == np.float16 else 1e-12  # NumPy's tanh of 8-bit integers is a float16
    np.testing.assert_allclose(y.numpy(), UNITS[name](n.astype(np.float64)), rtol=precision)
    assert type(UNITS[name](n)) is np.ndarray
    np.testing.assert_allclose(UNITS[name](2.0), UNITS[name](np.array([2.0]))[0])


def test_tails_keep_their_relative_accuracy():
    x = np.array([-700.0, -100.0, -40.0])
    np.testing.assert_allclose(autograd.sigmoid(x), np.exp(x), rtol=1e-14)
    np.testing.assert_allclose(autograd.softplus(x), np.exp(x), rtol=1e-14)
    np.testing.assert_allclose(autograd.logsigmoid(-x), -np.exp(x), rtol=1e-14)
    np.testing.assert_allclose(autograd.logsigmoid(x), x, rtol=1e-14)
    np.testing.assert_allclose(autograd.gelu(np.array([-10.0])), [-10 * 7.61985302416e-24], rtol=1e-10)


@pytest.mark.parametrize("name", ["sigmoid", "relu", "softplus", "leaky_relu", "elu", "hardtanh"])
def test_nan_stays_nan_and_infinities_have_their_limits(name):
    y = UNITS[name](tensor([np.nan, np.inf, -np.inf]))
    expected = {"sigmoid": [1, 0], "leaky_relu": [np.inf, -np.inf], "elu": [np.inf, -1], "hardtanh": [1, -1]}
    assert np.isnan(y.numpy()[0])
    assert y.tolist()[1:] == expected.get(name, [np.inf, 0])


def test_step_and_sign_carry_no_gradient():
    x = tensor([-1.0, -0.0, 0.0, 2.0], requires_grad=True)
    assert autograd.step(x).tolist() == [0, 1, 1, 1]
    assert not autograd.step(x).requires_grad
    with pytest.raises(RuntimeError, match="operation without derivative"):
        autograd.step(x).sum().backward()


def test_sigmoid_and_relu_are_methods():
    x = tensor([-1.0, 2.0])
    assert x.relu().tolist() == [0, 2]
    assert x.sigmoid().tolist() == autograd.sigmoid(x).tolist()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda x: autograd.gelu(x, approximate="erf"), "approximate must be 'none' or 'tanh', got 'erf'"),
        (lambda x: autograd.celu(x, alpha=0), "celu wants alpha > 0, got 0"),
        (lambda x: autograd.hardtanh(x, 1, -1), "hardtanh wants min_val <= max_val, got 1 and -1"),
        (lambda x: autograd.softshrink(x, -1), "softshrink wants lambd >= 0, got -1"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call(tensor([1.0]))
