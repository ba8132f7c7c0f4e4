"""Differences, difference quotients, trapezoids, unwrapped phases, convolved vectors: NumPy's values, derivatives."""

import numpy as np
import pytest

import autograd
from autograd import tensor
from tests.autograd.numpy_oracle import assert_like_numpy

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4, 5))
V, W = RNG.normal(size=6), RNG.normal(size=4)


@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_diff(n, axis):
    assert_like_numpy(np.diff, X, n=n, axis=axis)


def test_diff_with_ends():
    for options in ({"prepend": 0.0}, {"append": 1.0, "n": 2, "axis": 1}, {"prepend": X[:, :2], "axis": 1}):
        np.testing.assert_allclose(np.diff(tensor(X), **options).data, np.diff(X, **options))
    assert_like_numpy(lambda x, y, z: np.diff(x, 1, 0, y, z), X, X[:1], X[1:])
    assert np.diff(tensor([True, True, False])).tolist() == [False, True]
    assert np.diff(tensor([1, 4, 9])).dtype == int
    assert np.diff(tensor(np.zeros((2, 0)))).shape == np.diff(np.zeros((2, 0))).shape


def test_ediff1d():
    assert_like_numpy(np.ediff1d, X)
    assert_like_numpy(lambda x, y: np.ediff1d(x, y, 5.0), X, W)
    assert np.ediff1d(tensor([3, 1]), to_end=[7, 8]).tolist() == [-2, 7, 8]
    with pytest.raises(TypeError, match="ends of dtype float"):
        np.ediff1d(tensor([3, 1]), to_end=0.5)


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradient(edge_order):
    uneven = np.cumsum(RNG.uniform(0.5, 2, 4))
    for options in ({}, {"axis": 1}, {"axis": (2, 0)}, {"axis": -1}):
        assert_like_numpy(np.gradient, X, edge_order=edge_order, **options)
    assert_like_numpy(lambda x: np.gradient(x, 0.5, edge_order=edge_order), X)
    assert_like_numpy(lambda x: np.gradient(x, 0.5, [0, 1, 3, 4], 2.0, edge_order=edge_order), X)
    assert_like_numpy(lambda x, h: np.gradient(x, h, axis=1, edge_order=edge_order), X, uneven, rtol=1e-10)
    assert_like_numpy(lambda x: np.gradient(x, 2, axis=1, edge_order=edge_order), X)
    short = X[:, : edge_order + 1]
    assert_like_numpy(lambda x, h: np.gradient(x, h, axis=1, edge_order=edge_order), short, uneven[: edge_order + 1])
    assert np.gradient(tensor([1, 4, 9])).dtype == float


def test_trapezoid():
    x = np.sort(RNG.normal(size=X.shape), 1)
    for axis in (0, 1, -1):
        assert_like_numpy(np.trapezoid, X, axis=axis, dx=0.5)
    assert_like_numpy(lambda y, x: np.trapezoid(y, x, axis=1), X, x)
    assert_like_numpy(lambda y, x: np.trapezoid(y, x, axis=1), X, x[0, :, 0])
    assert np.trapezoid(tensor([[1.0]])).tolist() == [0.0]
    running = autograd.cumulative_trapezoid(X, x, axis=1)
    np.testing.assert_allclose(running[:, -1], np.trapezoid(X, x, axis=1))
    autograd.gradcheck(lambda y, x: autograd.cumulative_trapezoid(y, x, axis=1), X, x)


def test_unwrap():
    for options in ({}, {"axis": 0}, {"period": 2.0}, {"discont": 4.0}):
        assert_like_numpy(np.unwrap, 4 * X, **options)
    np.testing.assert_array_equal(np.unwrap(tensor([0, 5, 1]), period=6).data, np.unwrap([0, 5, 1], period=6))
    with pytest.raises(TypeError, match="unwrap: period is a constant"):
        np.unwrap(tensor(X), period=tensor(2.0))


@pytest.mark.parametrize("f", [np.convolve, np.correlate])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_vectors(f, mode):
    for n in range(1, 6):
        for m in range(1, 6):
            assert_like_numpy(lambda x, y: f(x, y, mode), V[:n], W[:m] if m < 5 else V[1:], order=2 if n < 4 else 1)
    z = V[:3] + 1j * V[3:]
    np.testing.assert_allclose(f(tensor(V), tensor(z), mode).data, f(V, z, mode))
    assert f(tensor([1, 2]), [3, 4], mode).dtype == int


def test_lists_of_numbers_take_the_dtype_of_what_they_stand_beside():
    third = [0.0, 1 / 3, 0.7, 1.1, 1.5, 2.3]
    for dtype in (np.float32, np.float64):
        x = V.astype(dtype)
        for f in (
            lambda x: np.gradient(x, third),
            lambda x: np.trapezoid(x, third),
            lambda x: np.convolve(third, x),
            lambda x: np.diff(x, prepend=[1 / 3]),
        ):
            got, want = f(tensor(x)), f(x)
            assert got.dtype == dtype
            np.testing.assert_allclose(got.data, want, 1e-5 if dtype == np.float32 else 1e-12)


def test_errors():
    for wrong, error, message in (
        (lambda: np.diff(tensor(V), -1), ValueError, "diff: the order must not be negative, got -1"),
        (lambda: np.diff(tensor(1.0)), ValueError, "diff wants an array of at least 1 axis"),
        (lambda: np.gradient(tensor(V[:1])), ValueError, "1 samples along axis 0; at least 2 are needed"),
        (lambda: np.gradient(tensor(V), edge_order=3), ValueError, "edge_order must be 1 or 2, got 3"),
        (lambda: np.gradient(tensor(X), 1.0, 2.0), TypeError, "2 spacings for 3 axes"),
        (lambda: np.gradient(tensor(V), [0.0, 1.0]), ValueError, r"coordinates of shape \(2,\) for axis 0"),
        (lambda: np.convolve(tensor(X), V), ValueError, "convolve wants two vectors, got shapes"),
        (lambda: np.convolve(tensor(V), V[:0]), ValueError, "vectors that are not empty, got lengths 6 and 0"),
        (lambda: np.correlate(tensor(V), V, "most"), ValueError, "mode must be 'full', 'same' or 'valid', got 'most'"),
    ):
        with pytest.raises(error, match=message):
            wrong()
