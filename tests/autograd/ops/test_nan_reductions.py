"""Reductions that pass over NaN: NumPy's values, right derivatives, 0 for what takes no part."""

import numpy as np
import pytest

import autograd
from autograd import tensor
from tests.autograd.numpy_oracle import assert_like_numpy

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4, 2))
HOLES = np.where(RNG.random(X.shape) < 0.3, np.nan, X)
MASK = RNG.random(X.shape) < 0.8
NAN = float("nan")
REDUCTIONS = [np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin]


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (1,)])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("f", REDUCTIONS, ids=lambda f: f.__name__)
def test_along_axes(f, axis, keepdims):
    for x in (X, HOLES):
        assert_like_numpy(f, x, axis=axis, keepdims=keepdims)


@pytest.mark.parametrize(
    "f, options",
    [
        (np.nansum, {"where": MASK, "initial": 2.0, "axis": 0}),
        (np.nansum, {"dtype": "float32", "axis": 1}),
        (np.nanprod, {"where": MASK, "initial": 2.0}),
        (np.nanmean, {"where": MASK, "axis": (0, 1)}),
        (np.nanmean, {"where": MASK[0], "axis": 1}),
        (np.nanvar, {"where": MASK, "axis": (0, 1), "ddof": 1}),
        (np.nanvar, {"correction": 1, "axis": (0, 1)}),
        (np.nanvar, {"mean": np.ones((1, 4, 1)), "axis": (0, 2)}),
        (np.nanstd, {"where": MASK, "axis": (0, 1), "ddof": 0.5}),
        (np.nanmax, {"where": MASK, "initial": 0.1, "axis": 1}),
        (np.nanmin, {"initial": 0.1, "axis": 1}),
        (np.nancumsum, {"axis": 1}),
        (np.nancumsum, {}),
        (np.nancumprod, {"axis": -1}),
    ],
)
def test_options(f, options):
    with np.errstate(over="ignore"):
        for x in (X, HOLES):
            if options.get("dtype") == "float32":
                got = f(tensor(x), **options)
                assert got.dtype == np.float32
                np.testing.assert_allclose(got.data, f(x, **options), 1e-5)
            else:
                assert_like_numpy(f, x, **options)


@pytest.mark.parametrize("f", REDUCTIONS, ids=lambda f: f.__name__)
def test_integers_and_0d(f):
    for x in (np.arange(6).reshape(2, 3), np.array(3), np.array(3.0)):
        got, want = f(tensor(x)), f(x)
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        np.testing.assert_allclose(got.data, want)


def test_mean_given_as_tensor_has_its_own_derivative():
    mean = np.nanmean(HOLES, axis=(0, 2), keepdims=True)
    for f in (np.nanvar, np.nanstd):
        autograd.gradcheck(lambda x, m, f=f: f(x, axis=(0, 2), mean=m), HOLES, mean + 0.1)
    for f in (np.var, np.std):
        autograd.gradcheck(lambda x, m, f=f: f(x, axis=(0, 2), mean=m), X, X.mean((0, 2), keepdims=True) + 0.1)
        np.testing.assert_allclose(f(tensor(X), 1, mean=X[:, :1]).data, f(X, 1, mean=X[:, :1]))


def test_positions():
    for f in (np.nanargmax, np.nanargmin):
        for options in ({}, {"axis": 0}, {"axis": (-1), "keepdims": True}):
            assert_like_numpy(f, np.where(np.isnan(HOLES[0]), X[0], HOLES[0]), order=0, **options)
            x = np.array([[NAN, 3.0, 1.0], [2.0, NAN, 5.0]])
            assert_like_numpy(f, x, order=0, **options)
        with pytest.raises(ValueError, match=f"{f.__name__}: all elements of a slice along axis 0 are NaN"):
            f(tensor([[1.0, NAN], [2.0, NAN]]), axis=0)
        assert f(tensor([3, 1, 2])).item() == f([3, 1, 2])


@pytest.mark.parametrize(
    "f, message",
    [
        (np.nanmean, "nanmean: no elements but NaN in a slice"),
        (np.nanvar, "nanvar: no more numbers than ddof in a slice"),
        (np.nanstd, "nanstd: no more numbers than ddof in a slice"),
        (np.nanmax, "nanmax: all elements of a slice are NaN"),
        (np.nanmin, "nanmin: all elements of a slice are NaN"),
        (np.nanmedian, "nanmedian: all elements of a slice are NaN"),
    ],
)
def test_slices_of_nan_warn_and_get_no_gradient(f, message):
    x = tensor([[1.0, 2.0], [NAN, NAN]], requires_grad=True)
    with pytest.warns(RuntimeWarning, match=message):
        y = f(x, axis=1)
    assert np.isnan(y.data).tolist() == [False, True]
    (g,) = autograd.gradients(y.sum(), x)
    assert (g.data[1] == 0).all()
    assert np.isfinite(g.data).all()


def test_extrema_share_among_ties_and_not_with_nan():
    x = tensor([-np.inf, NAN, -np.inf], requires_grad=True)
    assert autograd.gradients(np.nanmax(x), x)[0].tolist() == [0.5, 0, 0.5]


def test_nothing_varies():
    x = tensor([2.0, NAN, 2.0], requires_grad=True)
    assert autograd.gradients(np.nanstd(x), x)[0].tolist() == [0, 0, 0]
    y = tensor([2.0, 1.0, 2.0], requires_grad=True)
    assert autograd.gradients(np.std(y, where=[True, False, True]), y)[0].tolist() == [0, 0, 0]


def test_empty():
    assert np.nansum(tensor(np.zeros((0, 2))), 0).tolist() == [0, 0]
    assert np.nanmax(tensor(np.zeros((0, 2))), 0, initial=-1.0).tolist() == [-1, -1]
    with pytest.raises(ValueError, match="nanmax: no elements along axis 0"):
        np.nanmax(tensor(np.zeros((0, 2))), 0)


def test_errors():
    with pytest.raises(ValueError, match=r"nanmax.*needs initial="):
        np.nanmax(tensor(X), where=MASK)
    with pytest.raises(ValueError, match="nanvar: ddof and correction are two names"):
        np.nanvar(tensor(X), ddof=1, correction=1)
    with pytest.raises(TypeError, match="would round the mean"):
        np.nanmean(tensor(X), dtype=int)
    with pytest.raises(TypeError, match=r"np.nansum\(..., out\) is not possible"):
        np.nansum(tensor(X), None, None, np.zeros(()))
