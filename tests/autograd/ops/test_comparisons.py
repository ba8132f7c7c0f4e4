"""Comparisons, logic, bits: values without a gradient."""

import operator

import numpy as np
import pytest

import autograd
from autograd import tensor

X, Y = np.array([[1.0, 2.0, np.nan], [3.0, -0.0, np.inf]]), np.array([1.0, 0.0, np.inf])


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons_by_operator_method_and_numpy(name):
    op = getattr(operator, name)
    expected = op(X, Y)
    for t in (tensor(X), tensor(X, requires_grad=True)):
        for result in (op(t, Y), op(t, tensor(Y)), getattr(t, name)(Y), op(X, tensor(Y))):
            assert isinstance(result, autograd.Tensor)
            assert not result.requires_grad
            assert result.dtype == bool
            np.testing.assert_array_equal(result.numpy(), expected)
        np.testing.assert_array_equal(op(t, 1).numpy(), op(X, 1))
        np.testing.assert_array_equal(op(1, t).numpy(), op(1, X))


def test_what_is_no_number_is_unequal():
    t = tensor([1.0])
    assert (t == None) is False  # noqa: E711
    assert (t != "a") is True
    with pytest.raises(TypeError, match="not supported"):
        t < "a"  # noqa: B015
    assert len({t, t}) == 1


def test_logic():
    a, b = tensor([0.0, 0.0, 2.0, 2.0]), tensor([0, 3, 0, 3])
    assert np.logical_and(a, b).tolist() == a.logical_and(b).tolist() == [False, False, False, True]
    assert np.logical_or(a, b).tolist() == [False, True, True, True]
    assert np.logical_xor(a, b).tolist() == [False, True, True, False]
    assert np.logical_not(a).tolist() == [True, True, False, False]


def test_bits_of_integers_and_booleans():
    n = tensor([5, 6])
    assert (n & 3).tolist() == [1, 2]
    assert (8 | n).tolist() == [13, 14]
    assert (n ^ n).tolist() == [0, 0]
    assert (~n).tolist() == [-6, -7]
    assert (n << 1).tolist() == (2 * n).tolist()
    assert (1 << n).tolist() == [32, 64]
    assert (n >> 1).tolist() == [2, 3]
    x = tensor([-1.0, 0.5, 2.0])
    assert ((x > 0) & (x < 1)).tolist() == [False, True, False]
    assert (~(x > 0) | (x > 1)).tolist() == [True, False, True]
    with pytest.raises(TypeError, match="bitwise_and"):
        x & 1


def test_kinds_of_numbers():
    x = tensor(np.array([np.nan, np.inf, -np.inf, -0.0]), requires_grad=True)
    assert np.isnan(x).tolist() == [True, False, False, False]
    assert x.isinf().tolist() == [False, True, True, False]
    assert autograd.isfinite(x).tolist() == [False, False, False, True]
    assert np.signbit(x).tolist()[1:] == [False, True, True]


def test_isclose_and_allclose():
    x = tensor([1.0, 2.0, np.nan])
    assert np.isclose(x, [1.0, 2.1, np.nan]).tolist() == [True, False, False]
    assert x.isclose(x, equal_nan=True).tolist() == [True, True, True]
    assert x.isclose(x + 0.1, atol=0.2).tolist() == [True, True, False]
    assert np.isclose(a=x, b=x, rtol=0, atol=0).tolist() == [True, True, False]
    assert np.allclose(x, x, equal_nan=True) is True
    assert x.allclose(x) is False
    assert autograd.allclose(np.ones(2), 1.0) is True


def test_array_equal_is_pytorchs_equal():
    x = tensor([1.0, 2.0])
    assert x.equal(x + 0) is True
    assert x.equal(x[:1]) is False
    assert np.array_equal(x, [1.0, 2.0]) is True
    assert np.array_equal(tensor(np.nan), np.nan, equal_nan=True) is True


def test_empty_and_0d():
    assert (tensor(np.ones((0, 3))) > 0).shape == (0, 3)
    assert bool(tensor(2.0) > 1)
    assert autograd.less(1, 2)
