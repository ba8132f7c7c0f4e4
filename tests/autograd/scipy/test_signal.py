"""Convolutions and correlations: SciPy's values, sums over axes against loops, derivatives of two orders."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, strategies as st

import autograd
from autograd import gradcheck, tensor
from autograd.scipy import signal

rng = np.random.default_rng(0)
MODES = ["full", "valid", "same"]


@given(st.data())
def test_values_are_scipys(data):
    n = data.draw(st.integers(1, 2))
    sizes = st.lists(st.integers(1, 6), min_size=n, max_size=n)
    draw = rng.standard_normal if data.draw(st.booleans()) else lambda s: rng.standard_normal(s) * (1 + 2j)
    a, b, mode = draw(data.draw(sizes)), rng.standard_normal(data.draw(sizes)), data.draw(st.sampled_from(MODES))
    method = data.draw(st.sampled_from(["auto", "direct", "fft"]))
    mixed = mode == "valid" and not (all(np.less_equal(a.shape, b.shape)) or all(np.less_equal(b.shape, a.shape)))
    for name, options in (("convolve", {"method": method}), ("correlate", {"method": method}), ("fftconvolve", {})):
        if mixed:
            with pytest.raises(ValueError, match="mode 'valid' wants one array to be no smaller"):
                getattr(signal, name)(a, b, mode=mode, **options)
        else:
            expected = getattr(scipy.signal, name)(a, b, mode, **options)
            np.testing.assert_allclose(getattr(signal, name)(a, b, mode=mode, **options), expected, atol=1e-12)
            result = getattr(signal, name)(tensor(a, requires_grad=True), b, mode=mode, **options)
            np.testing.assert_allclose(result.detach().numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("method", ["direct", "fft"])
@pytest.mark.parametrize("shapes", [((5,), (3,)), ((2,), (4,)), ((4, 3), (2, 3))], ids=str)
def test_derivatives(mode, method, shapes):
    a, b = (rng.standard_normal(s) for s in shapes)
    gradcheck(lambda a, b: signal.convolve(a, b, mode=mode, method=method), a, b, order=2)
    gradcheck(lambda a, b: signal.correlate(a, b, mode, method), a, b * (1 - 0.5j))
    if method == "fft":
        gradcheck(lambda a, b: signal.fftconvolve(a, b, mode), a, b, order=2)


@pytest.mark.parametrize("mode", MODES)
def test_axes_summed_and_paired(mode):
    a, b = rng.standard_normal((2, 5, 3)), rng.standard_normal((3, 4, 2, 4))
    out = signal.convolve(a, b, ([1], [3]), ([2], [0]), mode)
    for i, j, k in np.ndindex(2, 4, 2):
        rows = [scipy.signal.convolve(a[i, :, d], b[d, j, k], mode) for d in range(3)]
        np.testing.assert_allclose(out[i, j, k], sum(rows))
    gradcheck(lambda a, b: signal.convolve(a, b, ([1], [3]), ([2], [0]), mode), a, b)
    both = signal.convolve(a, b, ([], []), ([2], [0]), mode)
    np.testing.assert_allclose(both, np.tensordot(a, b, (2, 0)))
    along = signal.fftconvolve(a, b[0, :1, :, :3], mode, axes=1)
    np.testing.assert_allclose(along, scipy.signal.fftconvolve(a, b[0, :1, :, :3], mode, axes=1))


def test_scipys_order_of_arguments():
    a, b = rng.standard_normal(5), rng.standard_normal(3)
    np.testing.assert_allclose(signal.convolve(a, b, "same", "fft"), scipy.signal.convolve(a, b, "same"))


def test_single_precision_stays():
    x, y = tensor(np.ones(4, "float32"), requires_grad=True), np.ones(2, "float32")
    for method in ("direct", "fft"):
        out = signal.convolve(x, y, method=method)
        (g,) = autograd.gradients(out.sum(), x)
        assert out.dtype == g.dtype == np.float32
    assert signal.convolve([1, 2], [1]).dtype == np.float64


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"mode": "all"}, "mode must be one of 'full', 'valid', 'same', got 'all'"),
        ({"method": "slow"}, "method must be one of .* got 'slow'"),
        ({"axes": ([0], [0, 1])}, "axes names 1 axes of A and 2 of B"),
        ({"axes": ([0], [0]), "dot_axes": ([1], [1])}, "lengths differ"),
        ({"axes": ([0], [0]), "dot_axes": ([0], [1])}, "axis 0 of shape .* is in axes and dot_axes"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        signal.convolve(np.ones((4, 3)), np.ones((2, 4)), **arguments)


def test_refusals_of_shapes():
    with pytest.raises(ValueError, match="differ in dimensions; give axes"):
        signal.convolve(np.ones(3), np.ones((3, 3)))
    with pytest.raises(ValueError, match="not empty"):
        signal.convolve(np.ones(3), np.ones(0))
    with pytest.raises(ValueError, match="do not broadcast along axis 0"):
        signal.fftconvolve(np.ones((2, 3)), np.ones((3, 3)), axes=1)
