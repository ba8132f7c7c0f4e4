"""Elementwise functions and activations against PyTorch's: values, gradients and second derivatives, kinks included."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional

import autograd
from autograd import gradients, tensor

GRID = np.array([-50.0, -6, -3, -2.5, -1, -0.5, -0.3, -0.0, 0.0, 0.2, 0.5, 1, 2.7, 3, 6, 19, 50])
POSITIVE = np.array([1e-3, 0.3, 0.5, 1, 1.5, 20, 1e5])
UNIT = np.array([-0.95, -0.5, -1e-3, 0.0, 0.3, 0.9])

ACTIVATIONS = [
    ("celu", {}),
    ("celu", {"alpha": 0.5}),
    ("elu", {}),
    ("elu", {"alpha": 0.7}),
    ("gelu", {}),
    ("gelu", {"approximate": "tanh"}),
    ("hardshrink", {}),
    ("hardshrink", {"lambd": 0.2}),
    ("hardsigmoid", {}),
    ("hardswish", {}),
    ("hardtanh", {}),
    ("hardtanh", {"min_val": -0.5, "max_val": 2.7}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("logsigmoid", {}),
    ("mish", {}),
    ("relu", {}),
    ("relu6", {}),
    ("selu", {}),
    ("sigmoid", {}),
    ("silu", {}),
    ("softplus", {}),
    ("softplus", {"beta": 2, "threshold": 3}),
    ("softshrink", {}),
    ("softshrink", {"lambd": 0.2}),
    ("softsign", {}),
    ("tanh", {}),
    ("tanhshrink", {}),
    ("threshold", {"threshold": 0.2, "value": -7.0}),
]
SMOOTH = (
    *("abs", "square", "neg", "sin", "cos", "arctan", "sinh", "asinh", "exp", "exp2", "expm1", "sinc", "erf", "erfc"),
    *("rad2deg", "deg2rad"),
)
CONSTANT = ("sign", "floor", "ceil", "trunc", "round", "isnan", "isfinite", "logical_not", "signbit")
UNARY = [
    *((name, GRID) for name in (*SMOOTH, *CONSTANT)),
    *((name, POSITIVE) for name in ("log", "log2", "log10", "log1p", "sqrt", "reciprocal")),
    *((name, UNIT) for name in ("arcsin", "arccos", "arctanh", "tan")),
    ("acosh", np.array([1.01, 1.5, 30])),
]
PAIRS = (
    *("add", "sub", "mul", "div", "fmod", "remainder", "pow", "maximum", "minimum", "fmax", "fmin"),
    *("hypot", "atan2", "copysign", "logaddexp", "logaddexp2"),
)


def assert_same(ours, theirs, x, rtol, order=2):
    """Values and all derivatives up to `order` by all inputs."""
    ts = [tensor(v, requires_grad=True) for v in x]
    us = [torch.tensor(v, requires_grad=True) for v in x]
    y, z = ours(*ts), theirs(*us)
    for n in range(order + 1):
        np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), rtol=rtol, atol=rtol, err_msg=f"order {n}")
        assert str(y.dtype) == str(z.dtype).removeprefix("torch.")
        if n == order or not z.requires_grad:
            break
        dz = torch.autograd.grad(z.sum(), us, create_graph=True, allow_unused=True)
        if not y.requires_grad:  # locally constant: PyTorch returns zeros, here nothing is tracked
            assert not any(d.any() for d in dz)
            break
        tracked = [
            i for i, d in enumerate(gradients(y.sum(), ts, retain_graph=True, allow_unused=True)) if d is not None
        ]
        assert not any(d is not None and d.any() for i, d in enumerate(dz) if i not in tracked)
        ts, us, dz = [ts[i] for i in tracked], [us[i] for i in tracked], [dz[i] for i in tracked]
        dy = gradients(y.sum(), ts, create_graph=True)
        # derivatives with different weights, so that every entry of the next order counts
        y = sum((d * w for w, d in enumerate(dy, 1)), start=0.0)
        z = sum((d * w for w, d in enumerate(dz, 1)), start=0.0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name, params", ACTIVATIONS, ids=str)
def test_activations(name, params, dtype):
    x = GRID.astype(dtype)
    rtol = 3e-6 if dtype == "float32" else 1e-7 if name == "hardsigmoid" else 1e-12  # PyTorch's 1/6 is a float32
    theirs = getattr(F, name, None) or getattr(torch, name)
    ours = getattr(autograd, name)
    assert_same(lambda t: ours(t, **params), lambda t: theirs(t, **params), [x], rtol, order=1)
    if name != "hardsigmoid":  # which PyTorch cannot differentiate twice
        assert_same(lambda t: ours(t, **params), lambda t: theirs(t, **params), [x[x != 0]], rtol)


@pytest.mark.parametrize("name, x", UNARY, ids=[name for name, _ in UNARY])
def test_unary_methods(name, x):
    method = lambda t: getattr(t, name)()
    assert_same(method, method, [x], 1e-11, order=1)
    assert_same(method, method, [x[x != 0]], 1e-11)  # PyTorch's sinc has no second derivative at 0


@pytest.mark.parametrize("name", PAIRS)
def test_binary_methods(name):
    x, y = (v.ravel() for v in np.meshgrid([-2.5, -1, 0.7, 1.3, 4.1], [-1.7, 0.4, 1.3, 2]))
    if name == "pow":
        x = np.abs(x)
    if name in ("fmax", "fmin"):  # at ties PyTorch gives all to the first, as here it is shared
        x, y = x[x != y], y[x != y]
    method = lambda t, u: getattr(t, name)(u)
    assert_same(method, method, [x, y], 1e-11)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, -2, 0.5, 2.0, 2.5])
def test_power_with_a_number_as_exponent_or_base(exponent):
    x = np.array([0.3, 1.0, 2.0])
    assert_same(lambda t: t**exponent, lambda t: t**exponent, [x], 1e-12)
    if exponent > 0:
        assert_same(lambda t: exponent**t, lambda t: exponent**t, [x], 1e-12)


@pytest.mark.parametrize("low, high", [(-0.5, None), (None, 0.5), (-0.5, 1.0), (2.0, 1.0)])
def test_clamp_with_numbers(low, high):
    assert_same(lambda t: t.clamp(low, high), lambda t: t.clamp(low, high), [GRID], 1e-12)


def test_clamp_with_tensors():
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 0.3])
    low, high = np.array([-1.0, -1.0, -1.0, -1.0, -1.0, 2.0]), np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert_same(lambda t, a, b: t.clamp(a, b), lambda t, a, b: t.clamp(a, b), [x, low, high], 1e-12)


def test_where_and_nan_to_num():
    x, y = np.array([1.0, np.nan, np.inf, -np.inf, 2.0]), np.arange(5.0)
    for f in (
        lambda t, u: t.nan_to_num() / 2 + u,
        lambda t, u: t.nan_to_num(1.5, posinf=2.0, neginf=3.0) * u,
        lambda t, u: u.where(u > 2, u * u),
    ):
        assert_same(f, f, [x, y], 1e-12, 1)
