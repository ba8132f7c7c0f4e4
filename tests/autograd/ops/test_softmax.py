"""softmax, log_softmax, logsumexp: values, stability, gradients by hand."""

import numpy as np
import pytest
from scipy import special

import autograd
from autograd import tensor

X = np.random.default_rng(1).normal(size=(2, 3, 4))
INF = np.inf


def leaf(values):
    return tensor(np.asarray(values, "float64"), requires_grad=True)


def grad(y, x):
    return autograd.gradients(y, x)[0].data


@pytest.mark.parametrize("axis", [0, -1, (0, 2), None])
def test_values_equal_scipys(axis):
    np.testing.assert_allclose(autograd.softmax(tensor(X), axis).data, special.softmax(X, axis), rtol=1e-13)
    np.testing.assert_allclose(autograd.softmin(tensor(X), axis).data, special.softmax(-X, axis), rtol=1e-13)
    np.testing.assert_allclose(autograd.log_softmax(tensor(X), axis).data, special.log_softmax(X, axis), rtol=1e-12)
    for keepdims in (False, True):
        got = autograd.logsumexp(tensor(X), axis, keepdims)
        np.testing.assert_allclose(got.data, special.logsumexp(X, axis, keepdims=keepdims), rtol=1e-13)


def test_methods_take_dim_and_dtype():
    t = tensor(X.astype("float32"))
    assert t.softmax(1, dtype="float64").dtype == np.float64
    np.testing.assert_allclose(t.softmax(dim=1).data.sum(1), 1, rtol=1e-6)
    assert t.log_softmax(dim=-1).dtype == np.float32
    assert t.logsumexp(dim=0, keepdim=True).shape == (1, 3, 4)
    assert tensor([1, 2]).softmax(0).dtype == np.float64


def test_gradients_by_hand():
    x = leaf([0.0, np.log(2.0), np.log(5.0)])
    p = np.array([1, 2, 5]) / 8
    np.testing.assert_allclose(grad(x.softmax(0)[2], x), p[2] * (np.array([0, 0, 1]) - p))
    np.testing.assert_allclose(grad(x.log_softmax(0)[2], x), np.array([0, 0, 1]) - p)
    np.testing.assert_allclose(grad(x.logsumexp(0), x), p)
    hessian = autograd.hessian(autograd.logsumexp)(x.detach().data)
    np.testing.assert_allclose(hessian, np.diag(p) - np.outer(p, p), atol=1e-15)


def test_large_numbers_do_not_overflow():
    x = leaf([1000.0, 1001.0, -1000.0])
    e = np.exp(-1.0)
    np.testing.assert_allclose(x.softmax(0).data, [e / (1 + e), 1 / (1 + e), 0], rtol=1e-12)
    np.testing.assert_allclose(x.log_softmax(0).data, [-1 - np.log1p(e), -np.log1p(e), -2001 - np.log1p(e)], rtol=1e-12)
    np.testing.assert_allclose(x.logsumexp(0).data, 1001 + np.log1p(e))
    np.testing.assert_allclose(grad(x.logsumexp(0), x), [e / (1 + e), 1 / (1 + e), 0], rtol=1e-12)


def test_masked_elements_get_nothing():
    x = leaf([[0.0, -INF, 0.0], [-INF, 1.0, -INF]])
    assert x.softmax(1).tolist() == [[0.5, 0, 0.5], [0, 1, 0]]
    assert x.logsumexp(1).tolist() == [np.log(2), 1]
    assert x.log_softmax(1).tolist() == [[-np.log(2), -INF, -np.log(2)], [-INF, 0, -INF]]
    assert grad(x.logsumexp(1).sum(), x).tolist() == [[0.5, 0, 0.5], [0, 1, 0]]
    assert grad(x.softmax(1)[0, 0], x).tolist() == [[0.25, 0, -0.25], [0, 0, 0]]
    assert grad(x.log_softmax(1)[0, 0], x).tolist() == [[0.5, 0, -0.5], [0, 0, 0]]


def test_rows_of_minus_infinity():
    x = leaf([[-INF, -INF], [0.0, 0.0]])
    assert x.logsumexp(1).tolist() == [-INF, np.log(2)]
    assert grad(x.logsumexp(1).sum(), x).tolist() == [[0, 0], [0.5, 0.5]]
    assert np.isnan(x.softmax(1).data[0]).all()
    assert np.isnan(x.log_softmax(1).data[0]).all()
    assert x.softmax(1).data[1].tolist() == [0.5, 0.5]
    assert tensor([INF, 0.0]).logsumexp(0).item() == INF


def test_empty_axes():
    assert leaf(np.zeros((2, 0))).softmax(1).shape == (2, 0)
    assert leaf(np.zeros((2, 0))).logsumexp(1).tolist() == [-INF, -INF]


@pytest.mark.parametrize("f", [autograd.softmax, autograd.log_softmax, autograd.logsumexp])
def test_a_bad_axis_is_named(f):
    with pytest.raises(np.exceptions.AxisError, match=rf"{f.__name__}: axis 3 .* \(2, 3, 4\)"):
        f(tensor(X), 3)
