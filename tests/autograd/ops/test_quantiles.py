"""Medians and quantiles: NumPy's values by every method, derivatives by the data and by the level."""

import numpy as np
import pytest

import autograd
from autograd import tensor
from autograd.ops.quantiles import PLACES
from tests.autograd.numpy_oracle import assert_like_numpy

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 5, 2))
HOLES = np.where(RNG.random(X.shape) < 0.3, np.nan, X)
HOLES[:, 0], HOLES[..., 0] = X[:, 0], X[..., 0]
NAN = float("nan")
CONTINUOUS = ["interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased"]
LEVELS = [0.3, 0.0, 1.0, np.array([0.1, 0.25, 0.7]), np.array([[0.4, 1.0], [0.0, 0.77]])]


@pytest.mark.parametrize("method", PLACES)
@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_methods(method, level):
    for axis in (None, 1, (0, 2)):
        for keepdims in (False, True):
            options = {"axis": axis, "method": method, "keepdims": keepdims}
            for f, q in ((np.quantile, LEVELS[level]), (np.percentile, 100 * LEVELS[level])):
                np.testing.assert_allclose(f(tensor(X), q, **options).data, f(X, q, **options), 1e-12)
    for f, x in ((np.nanquantile, HOLES), (np.nanpercentile, HOLES)):
        q = LEVELS[level] * (100 if f is np.nanpercentile else 1)
        for axis in (None, 1):
            got, want = f(tensor(x), q, axis, method=method), f(x, q, axis, method=method)
            np.testing.assert_allclose(got.data, want, 1e-12)


@pytest.mark.parametrize("method", PLACES)
def test_derivatives(method):
    q = np.array([0.13, 0.61])
    for x in (X[0], HOLES[0], HOLES[1]):
        assert_like_numpy(lambda x: np.nanquantile(x, 0.37, 0, method=method), x)
    assert_like_numpy(lambda x: np.quantile(x, 0.37, method=method, keepdims=True), X)
    t = tensor(q, requires_grad=True)
    assert np.quantile(X[0], t, 0, method=method).requires_grad == (method in CONTINUOUS)
    if method in CONTINUOUS:
        autograd.gradcheck(lambda x, q: np.quantile(x, q, 0, method=method), X[0], q)
        autograd.gradcheck(lambda x, q: np.nanquantile(x, q, 0, method=method), HOLES[0], q)


def test_dtypes_are_those_of_numpy():
    for x in (X.astype(np.float32), X, (9 * X).astype(int)):
        for q in (0, 1, 0.5, np.array([0.5, 0.2])):
            for f in (np.quantile, np.percentile):
                assert f(tensor(x), q).dtype == f(x, q).dtype


@pytest.mark.parametrize("axis", [None, 1, -1, (0, 2), (2, 0)])
def test_weights(axis):
    for _ in range(5):
        whole = RNG.integers(0, 3, X.shape) + (RNG.random() < 0.5)
        axes = range(3) if axis is None else np.atleast_1d(axis)
        part = RNG.integers(1, 4, [X.shape[a] for a in axes])
        for w in (whole + 1e-9, part):
            for q in (0.4, np.array([0.0, 0.5, 1.0])):
                options = {"axis": axis, "weights": w, "method": "inverted_cdf"}
                np.testing.assert_allclose(np.quantile(tensor(X), q, **options).data, np.quantile(X, q, **options))
                if w.shape == X.shape and isinstance(axis, int | None):
                    got, want = (np.nanpercentile(x, 100 * q, **options) for x in (tensor(HOLES), HOLES))
                    np.testing.assert_allclose(got.data, want)
    autograd.gradcheck(lambda x: np.quantile(x, 0.4, axis, weights=part, method="inverted_cdf") ** 2, X)


@pytest.mark.parametrize("f", [np.median, np.nanmedian])
def test_medians(f):
    for x in (X, X[:2], HOLES if f is np.nanmedian else X[:, :4]):
        for options in ({}, {"axis": 1}, {"axis": (0, 2), "keepdims": True}):
            assert_like_numpy(f, x, **options)
    x = np.array([[np.inf, np.inf, 1.0, 2.0], [1.0, np.inf, np.inf, np.inf]])
    np.testing.assert_array_equal(f(tensor(x), 1).data, f(x, 1))
    with pytest.warns(RuntimeWarning, match="the median of nothing is NaN"):
        assert np.isnan(f(tensor(np.zeros((0, 2))), 0).data).all()


def test_a_nan_makes_the_quantile_of_its_slice_nan():
    x = tensor([[1.0, NAN, 2.0], [1.0, 5.0, 2.0]], requires_grad=True)
    y = np.median(x, axis=1)
    np.testing.assert_array_equal(y.data, [NAN, 2.0])
    assert autograd.gradients(y.sum(), x)[0].tolist() == [[0, 0, 0], [0, 0, 1]]


def test_errors():
    t = tensor(X)
    for wrong, message in (
        (lambda: np.quantile(t, 1.5), r"quantile: the level must lie in \[0, 1\]"),
        (lambda: np.percentile(t, NAN), "percentile: the level must lie in"),
        (lambda: np.quantile(t, 0.5, method="middling"), "method must be one of inverted_cdf, .*; got 'middling'"),
        (lambda: np.quantile(t, 0.5, weights=X), "weights are possible with method='inverted_cdf' only"),
        (lambda: np.quantile(t, 0.5, 0, weights=X[0], method="inverted_cdf"), "weights of shape"),
        (lambda: np.quantile(t, 0.5, weights=-abs(X), method="inverted_cdf"), "weights must not be negative"),
        (lambda: np.quantile(t, 0.5, weights=0 * X, method="inverted_cdf"), "weights must be finite, and not all 0"),
        (lambda: np.quantile(t[:0], 0.5, 0), "no elements along axis 0"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
    with pytest.raises(TypeError, match="wants real numbers"):
        np.quantile(tensor(X + 0j), 0.5)
