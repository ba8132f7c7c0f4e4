"""Partitions, order statistics, running extrema, sets: NumPy's values and where gradients go."""

import numpy as np
import pytest

import autograd
from autograd import tensor
from tests.autograd.numpy_oracle import assert_like_numpy

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 5))
NAN = float("nan")


def test_partition():
    for axis in (-1, 0, None):
        for kth in (1, -1, [0, 2]):
            assert_like_numpy(np.partition, X, kth, axis=axis)
    assert_like_numpy(np.argpartition, X, 2, order=0)
    with pytest.raises(ValueError, match="partition: kth=5 for an axis of length 5"):
        np.partition(tensor(X), 5)


def test_other_orders():
    np.testing.assert_array_equal(autograd.msort(X), np.sort(X, 0))
    assert autograd.msort(tensor(2.0)).item() == 2.0
    assert np.sort_complex(tensor([3.0, 1.0])).dtype == np.complex64
    for k in (1, 3, 5):
        values, indices = autograd.kthvalue(X, k, 1)
        np.testing.assert_array_equal(values, np.sort(X, 1)[:, k - 1])
        np.testing.assert_array_equal(indices, np.argsort(X, 1)[:, k - 1])
        autograd.gradcheck(lambda x, k=k: autograd.kthvalue(x, k, 0 if k < 4 else 1, True).values ** 2, X)
    with pytest.raises(ValueError, match="kthvalue: k=0 for axis 1"):
        autograd.kthvalue(X, 0)


def test_mode():
    x = np.array([[3.0, 1, 3, 1, 2], [5, 5, 4, 4, 4], [1, 2, 3, 4, 5]])
    values, indices = autograd.mode(x)
    np.testing.assert_array_equal(values, [1, 4, 1])
    np.testing.assert_array_equal(indices, [3, 4, 0])
    assert autograd.mode(x, 0, True).values.shape == (1, 5)
    t = tensor(x, requires_grad=True)
    assert autograd.gradients(autograd.mode(t).values.sum(), t)[0].data.nonzero()[1].tolist() == [3, 4, 0]
    with pytest.raises(ValueError, match="mode: no elements along axis 0"):
        autograd.mode(np.zeros((0, 2)), 0)


# --- running ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, -1])
def test_running_extrema(axis):
    for f, scan in ((autograd.cummax, np.maximum), (autograd.cummin, np.minimum)):
        values, indices = f(X, axis)
        np.testing.assert_array_equal(values, scan.accumulate(X, axis))
        np.testing.assert_array_equal(values, np.take_along_axis(X, indices, axis))
        assert_like_numpy(scan.accumulate, X, axis=axis)
        assert_like_numpy(lambda x, scan=scan: scan.accumulate(x, axis, dtype=x.dtype), X)


def test_running_extrema_with_ties_and_nan():
    values, indices = autograd.cummax(np.array([2.0, 2.0, 1.0, NAN, 3.0, NAN]), 0)
    np.testing.assert_array_equal(values, [2, 2, 2, NAN, NAN, NAN])
    assert indices.tolist() == [0, 1, 1, 3, 3, 5]
    assert autograd.cummin(np.zeros((2, 0)), 1).values.shape == (2, 0)


def test_running_log_sum_exp():
    assert_like_numpy(np.logaddexp.accumulate, X, axis=1)
    for x in (X, X + 800, X * 300, X[:, :1]):
        np.testing.assert_allclose(autograd.logcumsumexp(x, 1), np.logaddexp.accumulate(x, 1))
        autograd.gradcheck(lambda x: autograd.logcumsumexp(x, 1), x, order=3 if x is X else 1)
    t = tensor([-np.inf, -np.inf, 0.0, 1.0, -np.inf], requires_grad=True)
    y = autograd.logcumsumexp(t, 0)
    (g,) = autograd.gradients(y.sum(), t, create_graph=True)
    np.testing.assert_allclose(g.data, [0, 0, 1 + 2 / (1 + np.e), 2 * np.e / (1 + np.e), 0], 1e-6)
    assert np.isfinite(autograd.gradients((g * g).sum(), t)[0].data).all()
    assert autograd.logcumsumexp(np.zeros((2, 0))).shape == (2, 0)


# --- sets -------------------------------------------------------------------------------------------------------------

A, B = np.array([3.0, 1.0, 2.0, 3.0, 7.0]), np.array([9.0, 2.0, 3.0, 2.0])


@pytest.mark.parametrize("f", [np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d], ids=lambda f: f.__name__)
def test_sets(f):
    for x, y in ((A, B), (B, A), (A.astype(int), B.astype(int)), (A.reshape(5, 1), B.reshape(2, 2)), (A, B[:0])):
        got = f(tensor(x), tensor(y))
        np.testing.assert_array_equal(got.data, f(x, y))
        assert got.dtype == f(x, y).dtype
    if f is not np.union1d:
        x, y = A[[1, 0, 4]], B[:3]
        np.testing.assert_array_equal(f(tensor(x), y, True).data, f(x, y, True))
    t, u = tensor(A, requires_grad=True), tensor(B, requires_grad=True)
    for g in autograd.gradients(f(t, u).sum(), (t, u), allow_unused=True):
        assert g is None or set(g.tolist()) <= {0.0, 1.0}


def test_intersection_with_indices():
    for got, want in zip(
        np.intersect1d(tensor(A), tensor(B), return_indices=True), np.intersect1d(A, B, return_indices=True)
    ):
        np.testing.assert_array_equal(got.data if hasattr(got, "requires_grad") else got, want)
    x, y = A[[1, 0, 4]], B[:3]
    for got, want in zip(np.intersect1d(tensor(x), y, True, True), np.intersect1d(x, y, True, True)):
        np.testing.assert_array_equal(got.data if hasattr(got, "requires_grad") else got, want)


def test_unique():
    x = np.array([2.0, NAN, 1.0, NAN, 2.0])
    for f in (np.unique_values, np.unique_counts, np.unique_inverse, np.unique_all):
        got, want = f(tensor(x)), f(x)
        for g, w in zip(got if isinstance(got, tuple) else [got], want if isinstance(want, tuple) else [want]):
            np.testing.assert_array_equal(g.data, w)
        if isinstance(want, tuple):
            assert got._fields == want._fields


# --- scatter with a reduction -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
def test_scatter_reduce(reduce, include_self):
    index, src = RNG.integers(0, 3, (4, 5)), RNG.normal(size=(4, 5))
    f = {"sum": np.sum, "prod": np.prod, "mean": np.mean, "amax": np.max, "amin": np.min}[reduce]
    want = X.copy()
    for i, j in np.ndindex(X.shape):
        there = src[index[:, j] == i, j]
        if there.size:
            want[i, j] = f(np.append(there, X[i, j] if include_self else []))

    def scattered(x, src):
        return autograd.scatter_reduce(x, 0, index, src, reduce, include_self=include_self)

    np.testing.assert_allclose(scattered(X, src), want)
    autograd.gradcheck(scattered, X, src)
    some = np.where(np.abs(src) < 0.5, 0.0, src)
    if reduce == "prod":  # zeros do no harm
        autograd.gradcheck(scattered, X, some)
    narrow = autograd.scatter_reduce(X, 1, index[:2, :3], src, reduce, include_self=include_self)
    wide = autograd.scatter_reduce(X[:2], 1, index[:2, :3], src, reduce, include_self=include_self)
    np.testing.assert_array_equal(narrow[:2], wide)
    np.testing.assert_array_equal(narrow[2], X[2])


def test_scatter_reduce_shares_among_ties():
    x, src = (tensor([v], requires_grad=True) for v in ([2.0, 9.0], [2.0, 2.0]))
    out = autograd.scatter_reduce(x, 1, [[0, 0]], src, "amax")
    a, b = autograd.gradients(out.sum(), (x, src))
    np.testing.assert_allclose(a.data, [[1 / 3, 1]])
    np.testing.assert_allclose(b.data, [[1 / 3, 1 / 3]])


def test_index_reduce():
    source = RNG.normal(size=(3, 2))
    got = autograd.index_reduce(X, 1, [4, 4], source, "mean", include_self=False)
    np.testing.assert_allclose(got, np.concatenate([X[:, :4], source.mean(1, keepdims=True)], 1))
    autograd.gradcheck(lambda x, s: autograd.index_reduce(x, 1, [4, 4], s, "prod"), X, source)
    for wrong, message in (
        (lambda: autograd.index_reduce(X, 1, [4, 4], source, "sum"), "reduce must be one of prod, mean, amax, amin"),
        (lambda: autograd.index_reduce(X, 1, [4], source, "prod"), "wanted a 1-d index and a source of shape"),
        (lambda: autograd.scatter_reduce(X, 1, [[0]], X, "max"), "reduce must be one of sum, prod, .*; got 'max'"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
