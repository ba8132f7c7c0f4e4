import numpy as np
import pytest

import autograd
from autograd.kernels import convolution


@pytest.fixture
def precision():
    """`set_precision`, undone after the test."""
    yield autograd.set_precision
    autograd.set_precision("high")


def faces():
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 32, 12, 12), np.float32), rng.standard_normal((32, 32, 3, 3), np.float32)
    geometry = (1, 1), ((1, 1), (1, 1)), (1, 1)

    def run(dtype):
        a, b = x.astype(dtype), w.astype(dtype)
        y = convolution.conv(a, b, *geometry)
        return y, convolution.conv_input(y, b, a.shape, *geometry), convolution.conv_weight(y, a, b.shape, *geometry)

    return run


def test_levels_trade_accuracy_for_speed(precision):
    pytest.importorskip("llvmlite")
    run, errors = faces(), {}
    wanted = run(np.float64)
    for level in ("highest", "high", "fast"):
        precision(level)
        assert autograd.get_precision() == level
        errors[level] = [np.abs(got - want).max() / np.abs(want).max() for got, want in zip(run(np.float32), wanted)]
        assert max(errors[level]) < {"highest": 2e-6, "high": 2e-6, "fast": 1e-5}[level]
    if autograd.kernels.native.host.available():
        for exact, less, least in zip(*errors.values()):
            assert len({exact, less, least}) == 3  # three methods


def test_float64_goes_by_the_definition(precision):
    run = faces()
    results = []
    for level in ("highest", "high", "fast"):
        precision(level)
        results.append(run(np.float64))
    for result in results[1:]:
        for a, b in zip(results[0], result):
            np.testing.assert_array_equal(a, b)


def test_a_compiled_function_follows(precision):
    x = np.random.default_rng(0).standard_normal((1, 32, 8, 8), np.float32)
    w = np.ones((32, 32, 3, 3), np.float32)
    f = autograd.compile(lambda x: autograd.conv2d(x, w, padding=1))
    for level in ("fast", "highest", "fast"):
        precision(level)
        want = autograd.conv2d(x, w, padding=1)
        for _ in range(4):
            np.testing.assert_array_equal(f(x), want)


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="set_precision wants one of 'highest', 'high', 'fast', got 'low'"):
        autograd.set_precision("low")
    assert autograd.get_precision() == "high"
