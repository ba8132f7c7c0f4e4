"""The error function family and the derivatives of sinc, against the C library and exact values."""

import math

import numpy as np
import pytest

from autograd.kernels.choice import references_only
from autograd.kernels.special import erf, erfc, sinc_derivative

GRID = np.concatenate([np.linspace(-6.5, 27, 4001), np.linspace(-0.55, 0.55, 1001), np.logspace(-300, 0, 300)])


@pytest.mark.parametrize("ours, theirs", [(erf, math.erf), (erfc, math.erfc)])
@pytest.mark.parametrize("dtype, ulps", [("float64", 8), ("float32", 8), ("float16", 1)])
def test_error_functions_to_a_few_units_in_the_last_place(ours, theirs, dtype, ulps):
    x = GRID.astype(dtype)
    exact = np.array([theirs(v) for v in x.tolist()])
    with references_only():
        found = ours(x)
    assert found.dtype == dtype
    unit = np.spacing(np.maximum(np.abs(exact), np.finfo(dtype).tiny).astype(dtype)).astype(np.float64)
    assert np.max(np.abs(found.astype(np.float64) - exact) / unit) <= ulps


@pytest.mark.parametrize("repeat", [1, 500], ids=["few", "many"])
def test_error_functions_at_special_values(repeat):
    x = np.tile([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300, -1e300, 5e-324], repeat)
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(erf(x)[:8], [np.nan, 1, -1, 0, -0.0, 1, -1, 5e-324])
        np.testing.assert_array_equal(erfc(x)[:8], [np.nan, 0, 2, 1, 1, 0, 2, 1])
    assert np.signbit(erf(x)[4])


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (7,), (100, 200), (3, 40, 300)], ids=str)
def test_shapes_and_layouts(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    assert erf(x).shape == shape
    np.testing.assert_allclose(erf(x.T), erf(x).T, rtol=1e-15)
    np.testing.assert_allclose(erf(x) + erfc(x), 1, rtol=1e-15)


def test_other_numbers():
    assert erf(0) == 0
    assert erf(np.array([1, 2])).dtype == np.float64
    with pytest.raises(TypeError, match="erf wants real numbers, got dtype complex128"):
        erf(np.array([1j]))


@pytest.mark.parametrize("order", range(7))
def test_derivatives_of_sinc_are_the_integral_of_the_cosine(order):
    # sin(u)/u = ∫₀¹ cos(ut) dt, so its n-th derivative is ∫₀¹ tⁿ cos(ut + nπ/2) dt
    x = np.concatenate([np.linspace(-4, 4, 81), [1e-9, 0.3183, 0.6367, 0.955, 1.2733]])
    t, weight = np.polynomial.legendre.leggauss(60)
    t, weight = (t + 1) / 2, weight / 2
    expected = math.pi**order * ((t**order * np.cos(math.pi * x[:, None] * t + order * math.pi / 2)) @ weight)
    np.testing.assert_allclose(sinc_derivative(x, order), expected, atol=1e-11 * math.pi**order)


def test_derivatives_of_sinc_at_zero_are_exact():
    assert [sinc_derivative(0.0, n) for n in range(5)] == [1, 0, pytest.approx(-(np.pi**2) / 3), 0, np.pi**4 / 5]
    assert sinc_derivative(np.float32(0.5), 1).dtype == np.float32
