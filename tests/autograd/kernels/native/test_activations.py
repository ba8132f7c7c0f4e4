"""Native activations agree with their references on arrays of any layout, and leave them what they do not serve."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from autograd import registry
from autograd.kernels.choice import natively, references_only
from autograd.kernels.native import activations
from autograd.kernels.native.host import available

pytestmark = pytest.mark.skipif(not available(), reason="native kernels are switched off")

UNARY = (
    *("sigmoid", "logsigmoid", "hardsigmoid", "hardtanh", "softsign", "relu", "relu6", "leaky_relu", "elu", "celu"),
    *("selu", "softplus", "gelu", "silu", "mish", "hardswish", "hardshrink", "softshrink", "tanhshrink", "rsqrt"),
    *("gaussian", "erf", "erfc"),
)
SHAPES = [(1,), (5, 3), (100, 7), (2, 3, 4)]


def both(name, *args):
    kernel = registry[name].kernel
    with natively(), np.errstate(all="ignore"):
        got = kernel(*args)
    with references_only(), np.errstate(all="ignore"):
        return got, kernel(*args)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", UNARY)
def test_every_layout(name, dtype):
    rng = np.random.default_rng(0)
    for shape in SHAPES:
        x = rng.normal(0, 4, shape).astype(dtype)
        x = np.abs(x) if name == "rsqrt" else x
        assert getattr(activations, name)(x) is not None
        for layout in (x, x[::-1], np.asfortranarray(x), x[..., ::2]):
            got, expected = both(name, layout)
            bound = 1e-5 if dtype == "float32" else 1e-13
            np.testing.assert_allclose(got, expected, rtol=bound, atol=bound)
            assert got.dtype == expected.dtype


def test_images_keep_their_layout():
    x = np.random.default_rng(0).normal(size=(2, 6, 5, 3)).astype("f").transpose(0, 3, 1, 2)
    got, expected = both("sigmoid", x)
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    assert got.strides == expected.strides
    assert activations.sigmoid(x) is not None


@pytest.mark.parametrize("name", ["sigmoid_cross_entropy", "binary_cross_entropy"])
def test_losses(name):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0.1, 0.9, (2, 9, 11))
    assert getattr(activations, name)(x, y) is not None
    np.testing.assert_allclose(*both(name, x, y), rtol=1e-13)
    np.testing.assert_allclose(*both(name, x, y[:, :1]), rtol=1e-13)
    np.testing.assert_allclose(*both(name, x, 0.5), rtol=1e-13)
    np.testing.assert_allclose(*both(name, x.T, y.T), rtol=1e-13)


def test_dropout():
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(9, 11)).astype("f"), rng.random((9, 11)) < 0.5
    assert activations.dropout(x, mask, 2.0) is not None
    np.testing.assert_array_equal(*both("dropout", x, mask, 2.0))
    np.testing.assert_array_equal(*both("dropout", x.T, mask.T, 1.25))
    np.testing.assert_array_equal(*both("dropout", x, mask.astype("f"), 2.0))


def test_parameters():
    x = np.linspace(-5, 5, 99)
    for name, parameters in [
        ("leaky_relu", (0.3,)),
        ("softplus", (2, 3.0)),
        ("gelu", ("tanh",)),
        ("hardtanh", (-2, 0.5)),
        ("celu", (0.5,)),
        ("elu", (np.float64(0.5),)),
    ]:
        np.testing.assert_allclose(*both(name, x, *parameters), rtol=1e-12, atol=1e-15)


def test_parameters_by_name():
    x = np.linspace(-5, 5, 99)
    assert activations.gelu(x, approximate="tanh") is not None
    for name, named in [("softplus", {"threshold": 3.0}), ("gelu", {"approximate": "tanh"}), ("elu", {"alpha": 0.5})]:
        kernel = registry[name].kernel
        np.testing.assert_allclose(kernel(x, **named), kernel.reference(x, **named), rtol=1e-12, atol=1e-15)
    mask = x > 0
    np.testing.assert_array_equal(registry["dropout"].kernel(x, mask, scale=2.0), 2 * x * mask)


def test_what_is_not_served_goes_to_the_reference():
    x = np.linspace(-1, 1, 9)
    for name, parameters in [("hardtanh", (1.0, -1.0)), ("celu", (-1.0,)), ("softshrink", (-1.0,)), ("gelu", ("erf",))]:
        assert getattr(activations, name)(x, *parameters) is None
        with natively(), pytest.raises(ValueError, match=name):
            registry[name].kernel(x, *parameters)
    assert activations.sigmoid(x.astype("float16")) is None
    assert activations.sigmoid(x.astype(complex)) is None
    assert activations.sigmoid(x[:0]) is None


def test_a_number_has_the_same_result_wherever_it_stands():
    x = np.linspace(-9, 9, 1001)
    for name in ("sigmoid", "gelu", "erf", "tanhshrink", "leaky_relu", "hardswish", "softsign"):
        kernel = registry[name].kernel
        y = kernel(x)
        np.testing.assert_array_equal(y[::2], kernel(x[::2]))
        np.testing.assert_array_equal(y[3:5], kernel(x[3:5]))
        one = kernel(np.array(x[7]))
        assert one == y[7]
        assert np.ndim(one) == 0


def test_many_elements_are_shared(same_on_any_number_of_threads):
    x = np.random.default_rng(0).normal(size=70_001).astype("f")
    same_on_any_number_of_threads(lambda: activations.gelu(x))
    np.testing.assert_allclose(*both("gelu", x), rtol=1e-5, atol=1e-6)
