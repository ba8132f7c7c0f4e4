"""Weighted means, ranges, covariance, histograms: NumPy's values, derivatives by data and by weights."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, tensor
from tests.autograd.numpy_oracle import assert_like_numpy, flat

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4, 2))
W = RNG.uniform(0.5, 2, (3, 4, 2))
M, N = RNG.normal(size=(3, 6)), RNG.normal(size=(2, 6))
AW, FW = RNG.uniform(0.5, 2, 6), np.array([1, 2, 1, 3, 1, 1])


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (2, 0)])
def test_average(axis):
    assert_like_numpy(np.average, X, axis=axis, keepdims=True)
    assert_like_numpy(lambda x, w: np.average(x, axis, w), X, W)
    assert_like_numpy(lambda x, w: np.average(x, axis, w, returned=True), X, W)
    if axis is not None:
        w = RNG.uniform(0.5, 2, [X.shape[a] for a in np.atleast_1d(axis)])
        assert_like_numpy(lambda x, w: np.average(x, axis, w), X, w)
    got, want = (np.average(x, axis, returned=True) for x in (tensor(X), X))
    np.testing.assert_allclose(got[1].data, want[1])
    assert np.average(tensor([1, 2]), weights=[1, 3]).item() == 1.75


def test_average_errors():
    with pytest.raises(ZeroDivisionError, match="the weights sum to 0"):
        np.average(tensor(X), weights=0 * X)
    with pytest.raises(TypeError, match="need an axis"):
        np.average(tensor(X), weights=[1.0, 2.0])
    with pytest.raises(ValueError, match=r"weights of shape \(2,\) for axis 0"):
        np.average(tensor(X), 0, weights=[1.0, 2.0])


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
def test_ptp(axis):
    assert_like_numpy(np.ptp, X, axis=axis, keepdims=True)
    got = autograd.aminmax(X, axis)
    np.testing.assert_array_equal(got.max - got.min, np.ptp(X, axis))


def test_moments_in_pairs():
    for f, spread in ((autograd.var_mean, np.var), (autograd.std_mean, np.std)):
        got = f(tensor(X), 1, keepdims=True)
        np.testing.assert_allclose(got[0].data, spread(X, 1, ddof=1, keepdims=True))
        np.testing.assert_allclose(got[1].data, X.mean(1, keepdims=True))


def test_renorm():
    got = autograd.renorm(X, 2, 0, 1.5)
    assert (np.sqrt((got**2).sum((1, 2))) < 1.5 + 1e-6).all()
    for p in (1, 2, 3):
        autograd.gradcheck(lambda x, p=p: autograd.renorm(x, p, 1, 1.5), X)
    zero = tensor(np.zeros((2, 2)), requires_grad=True)
    assert autograd.gradients(autograd.renorm(zero, 2, 0, 1.0).sum(), zero)[0].tolist() == [[1, 1], [1, 1]]
    with pytest.raises(ValueError, match="renorm wants p > 0"):
        autograd.renorm(X, 0, 0, 1.0)


# --- covariance -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": True},
        {"ddof": 2},
        {"fweights": FW},
        {"rowvar": False},
        {"fweights": FW, "ddof": 0},
    ],
)
def test_cov(options):
    m = M.T if options.get("rowvar") is False else M
    assert_like_numpy(np.cov, m, **options)
    assert_like_numpy(lambda x, y: np.cov(x, y, **options), m, N.T if options.get("rowvar") is False else N)
    assert_like_numpy(np.cov, M[0], **{k: v for k, v in options.items() if k != "rowvar"})


def test_cov_with_weights_that_have_derivatives():
    for options in ({}, {"ddof": 0}, {"fweights": FW}):
        assert_like_numpy(lambda m, w: np.cov(m, aweights=w, **options), M, AW, rtol=1e-9)  # noqa: B023
    assert np.cov(tensor(M), dtype="float32").dtype == np.float32


def test_corrcoef():
    assert_like_numpy(np.corrcoef, M)
    assert_like_numpy(np.corrcoef, M, N)
    assert_like_numpy(np.corrcoef, M.T, rowvar=False)
    assert np.corrcoef(tensor(M[0])).item() == 1.0
    assert np.corrcoef(tensor(np.stack([M[0], 3 * M[0]]))).data.max() <= 1


def test_cov_errors():
    for wrong, error, message in (
        (lambda: np.cov(tensor(X)), ValueError, "cov wants at most 2 axes"),
        (lambda: np.cov(tensor(M), ddof=0.5), ValueError, "ddof must be an integer"),
        (lambda: np.cov(tensor(M), aweights=[1.0]), ValueError, r"aweights of shape \(1,\) for 6 observations"),
        (lambda: np.cov(tensor(M), aweights=-AW), ValueError, "aweights must not be negative"),
        (lambda: np.cov(tensor(M), fweights=AW), TypeError, "fweights must be integers"),
    ):
        with pytest.raises(error, match=message):
            wrong()
    with pytest.warns(RuntimeWarning, match="no more observations than ddof"), np.errstate(all="ignore"):
        assert not np.isfinite(np.cov(tensor(M[:, :1])).data).any()


# --- bins -------------------------------------------------------------------------------------------------------------


def assert_same(got, want):
    for g, w in zip(flat(got), flat(want), strict=True):
        np.testing.assert_allclose(g.data if isinstance(g, Tensor) else g, w)


def test_bincount():
    x = np.array([3, 1, 1, 0, 3])
    for options in ({}, {"minlength": 7}, {"minlength": 2}):
        assert_same(np.bincount(tensor(x), **options), np.bincount(x, **options))
        assert_like_numpy(lambda w, o=options: np.bincount(x, w, **o), AW[:5])
    assert np.bincount(tensor(x), [1.1] * 5).data[3] == 2.2
    assert np.bincount(tensor(np.zeros(0, int))).shape == (0,)
    with pytest.raises(ValueError, match="bincount wants a weight for each element"):
        np.bincount(tensor([1]), AW)


@pytest.mark.parametrize("bins", [4, [-2.0, -0.5, 0.1, 3.0], [1.0, 2.0]])
@pytest.mark.parametrize("density", [False, True])
def test_histogram(bins, density):
    x, w = np.concatenate([X.ravel(), [-2.0, 0.1, 3.0]]), np.resize(W, X.size + 3)
    for limits in (None, (-1.0, 1.5)):
        options = {"bins": bins, "range": limits, "density": density}
        assert_same(np.histogram(tensor(x), **options), np.histogram(x, **options))
        assert_same(np.histogram(x, weights=tensor(w), **options), np.histogram(x, weights=w, **options))
        autograd.gradcheck(lambda w, o=options: np.histogram(x, weights=w, **o)[0], w)
    assert_same(np.histogram(tensor(x), "sturges"), np.histogram(x, "sturges"))


def test_histograms_of_more_dimensions():
    x, y, w = RNG.normal(size=(3, 20))
    points = np.stack([x, y], 1)
    for o in ({}, {"bins": 3}, {"bins": [2, [-1.0, 0.0, 2.0]], "density": True}, {"range": [(-1, 1), (0, 2)]}):
        assert_same(np.histogram2d(tensor(x), y, **o), np.histogram2d(x, y, **o))
        assert_same(np.histogram2d(x, y, weights=tensor(w), **o), np.histogram2d(x, y, weights=w, **o))
        autograd.gradcheck(lambda w, o=o: np.histogram2d(x, y, weights=w**2, **o)[0], w)
        assert_same(np.histogramdd(tensor(points), **o), np.histogramdd(points, **o))
    assert_same(np.histogram2d(tensor(x), y, [-1.0, 0.0, 1.0]), np.histogram2d(x, y, [-1.0, 0.0, 1.0]))


def test_histc_and_bucketize():
    np.testing.assert_array_equal(autograd.histc(X, 5, -1, 1), np.histogram(X, 5, (-1, 1))[0])
    np.testing.assert_array_equal(autograd.histc(X, 5), np.histogram(X, 5)[0])
    assert autograd.histc(tensor([2.0, 2.0]), 4).tolist() == [0, 0, 2, 0]
    assert autograd.bucketize(tensor([1.0, 1.5]), [1.0, 2.0], right=True, out_int32=True).dtype == np.int32
    with pytest.raises(ValueError, match="min must not exceed max, got 2 and 1"):
        autograd.histc(X, 5, 2, 1)
