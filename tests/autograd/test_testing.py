import numpy as np
import pytest
from hypothesis import find, given, strategies as st

import autograd
from autograd import GradcheckError, Tensor
from autograd.testing import (
    arrays,
    assert_close,
    broadcastable_shapes,
    check_function,
    check_primitive,
    examples,
    shapes,
    tensors,
)


@given(arrays())
def test_arrays_are_finite_float64_in_range(x):
    assert x.dtype == np.float64
    assert np.all(np.abs(x) <= 2)


@given(arrays((2, 3), np.float32, st.floats(1, 2, width=32)))
def test_arrays_as_asked_for(x):
    assert (x.shape, x.dtype) == ((2, 3), np.float32)
    assert np.all((x >= 1) & (x <= 2))


@given(arrays((4,), np.int64))
def test_integer_arrays(x):
    assert x.dtype == np.int64


@given(tensors(st.just((2,)), "float32"), tensors(requires_grad=False))
def test_tensors(t, u):
    assert isinstance(t, Tensor)
    assert (t.shape, t.dtype, t.requires_grad) == ((2,), np.float32, True)
    assert not u.requires_grad


@given(broadcastable_shapes(3))
def test_broadcastable_shapes(drawn):
    assert len(drawn) == 3
    np.broadcast_shapes(*drawn)


def test_shapes_reach_the_corners():
    assert find(shapes(), lambda s: len(s) == 3) == (0, 0, 0)
    assert find(shapes(), lambda s: s == ()) == ()
    assert find(shapes(min_side=1), lambda s: len(s) == 2 and s[1] > s[0]) == (1, 2)


def test_check_function():
    check_function(lambda x, y: x * y + autograd.tanh(x), arrays((2, 1)), arrays((3,)), order=3)
    with pytest.raises(GradcheckError, match=r"analytic 0, numeric 1"):
        check_function(lambda x: x.detach(), arrays(shapes(min_side=1)))


def test_examples_of_a_primitive_take_every_form():
    drawn = examples(autograd.multiply.primitive)
    assert find(drawn, lambda e: np.shape(e.args[0]) != np.shape(e.args[1]))
    assert find(drawn, lambda e: np.size(e.args[0]) == 0)
    assert find(drawn, lambda e: np.ndim(e.args[0]) == 0)
    assert find(drawn, lambda e: not e.args[0].flags.c_contiguous)


def test_check_primitive_takes_the_function_or_the_declaration():
    check_primitive(autograd.add, 5)
    check_primitive(autograd.registry["add"], 5)


def test_assert_close_accepts_roundings():
    assert_close(np.array([0.1]) + 0.2, np.array([0.3]))
    assert_close(np.float32([0.1]) + np.float32(0.2), np.float32([0.3]))
    assert_close(autograd.tensor([1.0, 2.0]), np.float32([1, 2]))
    assert_close(np.array([1e8, 1.0]), np.array([1e8, 1.001]))
    assert_close(np.array([np.nan, np.inf, 1.0]), np.array([np.nan, np.inf, 1.0]))
    assert_close(np.zeros((0, 2)), np.zeros((0, 2)))
    assert_close(np.arange(3), np.arange(3))
    assert_close(np.array([True]), np.array([True]))
    assert_close(2.0, np.float32(2))
    assert_close(np.float64([1.0]), np.float64([1.5]), atol=0.5)


@pytest.mark.parametrize(
    "actual, expected, message",
    [
        (np.zeros(2), np.zeros((1, 2)), r"shape \(2,\), expected \(1, 2\)"),
        (np.zeros(2), np.zeros(2, np.float32), r"dtype float64, expected float32"),
        (np.zeros(3), np.array([0, 1e-3, 1e-2]), r"2 of 3 elements differ; the most at index \(2,\): .*0\.01"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), r"1 of 2 elements differ; the most at index \(1,\)"),
        (np.array([np.inf]), np.array([-np.inf]), r"1 of 1 elements differ"),
        (np.array([1, 2]), np.array([1, 3]), r"1 of 2 elements differ; the most at index \(1,\)"),
        (np.array([True]), np.array([False]), r"1 of 1 elements differ"),
    ],
)
def test_assert_close_refuses(actual, expected, message):
    with pytest.raises(AssertionError, match=message):
        assert_close(actual, expected)
