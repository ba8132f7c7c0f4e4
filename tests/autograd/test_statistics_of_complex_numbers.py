"""Statistics and convolution of complex numbers: NumPy's values, derivatives by real and imaginary parts."""

import numpy as np
import pytest

import autograd
from autograd import tensor

RNG = np.random.default_rng(0)
A = RNG.normal(size=(2, 4)) + 1j * RNG.normal(size=(2, 4))
B = RNG.normal(size=3) + 1j * RNG.normal(size=3)
HOLES = np.where([[True, False, True, True], [True, True, True, False]], A, np.nan)
MASK = [[True, False, True, True], [True, True, True, False]]


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("f", [np.convolve, np.correlate])
def test_convolution(f, mode):
    np.testing.assert_allclose(f(tensor(A[0]), tensor(B), mode).data, f(A[0], B, mode))

    def parts(a, b, c, d):
        z = f(a + 1j * b, c + 1j * d, mode)
        return np.real(z), np.imag(z)

    autograd.gradcheck(parts, A[0].real, A[0].imag, B.real, B.imag)


@pytest.mark.parametrize(
    "f",
    [
        lambda z: np.var(z, 1, where=MASK),
        lambda z: np.std(z, 1, mean=np.zeros((2, 1))),
        lambda z: np.nanvar(z, 1),
        lambda z: np.nanmean(z, 1),
        lambda z: np.nansum(z, 0),
        lambda z: np.average(z, 1, weights=[1.0, 2.0, 3.0, 4.0]),
        np.cov,
        np.corrcoef,
        lambda z: np.gradient(z, axis=1),
        lambda z: np.trapezoid(z, [0.0, 1.0, 1.5, 3.0]),
    ],
)
def test_statistics(f):
    np.testing.assert_allclose(f(tensor(A)).data, f(A), 1e-12, 1e-14)

    def parts(a, b):
        z = f(a + 1j * b)
        return np.real(z), np.imag(z)

    autograd.gradcheck(parts, A.real, A.imag)


def test_numbers_with_nan_in_them():
    for f in (np.nansum, np.nanmean, np.nanvar, np.nanstd, np.nanprod):
        got, want = f(tensor(HOLES), axis=1), f(HOLES, axis=1)
        assert got.dtype == want.dtype
        np.testing.assert_allclose(got.data, want)
