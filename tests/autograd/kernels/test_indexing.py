"""Adjoints of indexing against the bilinear identity and against loops."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp

from autograd.kernels.indexing import is_basic, scatter_add, scatter_along_axis, scatter_rows

SHAPE = (3, 4, 5)
ADVANCED = [
    [0, 2, 2],
    [],
    np.array([[0, 1], [-1, 1]]),
    np.array(1),
    (np.array([0, 0, 2]),),
    ([0, 2, 2], [1, 1, -1]),
    (slice(None), [0, 0, 3]),
    ([0, 0], slice(1, 3), [2, 2]),
    (..., [4, 4, 0]),
    (None, [1, 1], ...),
    (np.array([[0], [2]]), np.array([1, 1, 3])),
    np.arange(60).reshape(SHAPE) % 3 == 0,
    np.array([True, False, True]),
    [True, False, True],
    (slice(None), np.array([True, False, True, True]), 2),
    (0, [1, 1]),
    True,
]
BASIC = [
    0,
    -1,
    np.int64(2),
    slice(None, None, -2),
    ...,
    None,
    (),
    (1, 2, 3),
    (..., -1),
    (slice(1), None, 2),
    slice(0, 0),
]


@pytest.mark.parametrize("index", ADVANCED + BASIC, ids=repr)
@pytest.mark.parametrize("dtype", ["f4", "f8", "i8", "c16"])
def test_scatter_add_is_the_adjoint_of_indexing(index, dtype):
    rng = np.random.default_rng(0)
    x = rng.integers(-9, 9, SHAPE).astype(dtype)
    v = rng.integers(-9, 9, x[index].shape).astype(dtype)
    back = scatter_add(SHAPE, index, v, dtype)
    assert back.dtype == dtype
    assert back.shape == SHAPE
    assert (x[index] * v).sum() == (x * back).sum()


@given(hnp.basic_indices(SHAPE, allow_newaxis=True))
def test_basic_indices(index):
    assert is_basic(index)
    back = scatter_add(SHAPE, index, np.ones(SHAPE)[index], np.float64)
    expected = np.zeros(SHAPE)
    expected[index] = 1
    assert (back == expected).all()


@given(hnp.integer_array_indices(SHAPE), st.integers(0, 9))
def test_integer_arrays_accumulate(index, seed):
    assert not is_basic(index)
    x = np.zeros(SHAPE)
    values = np.random.default_rng(seed).standard_normal(x[index].shape)
    np.add.at(x, index, values)
    np.testing.assert_allclose(scatter_add(SHAPE, index, values, np.float64), x, atol=1e-12)


@pytest.mark.parametrize("index", [True, False, np.array(True), [0, 1], (slice(None), [0])])
def test_bools_and_sequences_are_not_basic(index):
    assert not is_basic(index)


@pytest.mark.parametrize("shape", [(7,), (7, 3), (7, 2, 2), (7, 0)])
def test_rows_of_an_embedding(shape):
    index = np.array([[1, 1, -1], [6, 0, 1]])
    values = np.random.default_rng(0).standard_normal((2, 3, *shape[1:]))
    expected = np.zeros(shape)
    for at in np.ndindex(index.shape):
        expected[index[at]] += values[at]
    np.testing.assert_allclose(scatter_rows(shape, index, values, np.float64), expected, atol=1e-14)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_take_along_axis(axis):
    rng = np.random.default_rng(0)
    for shape in (SHAPE, (1, 4, 1)):
        x = rng.standard_normal(shape)
        index_shape = [2, 4, 3]
        index_shape[axis] = 6
        for other, n in enumerate(shape):
            if n > 1 and other != axis % 3:
                index_shape[other] = n if other else 1
        index = rng.integers(-x.shape[axis], x.shape[axis], index_shape)
        taken = np.take_along_axis(x, index, axis)
        v = rng.standard_normal(taken.shape)
        back = scatter_along_axis(shape, index, axis, v, np.float64)
        assert back.shape == shape
        assert np.vdot(taken, v) == pytest.approx(np.vdot(x, back))


def test_an_index_shorter_than_the_array_on_other_axes():
    values = np.array([[1.0, 2.0, 3.0]])
    back = scatter_along_axis((2, 4), np.array([[3, 3, 0]]), 1, values, np.float32)
    assert back.tolist() == [[3, 0, 0, 3], [0, 0, 0, 0]]
    assert back.dtype == np.float32


def test_empty_arrays():
    assert scatter_add((0, 3), np.zeros(0, int), np.zeros((0, 3)), np.float64).shape == (0, 3)
    assert scatter_add((2, 0), [1, 1], np.zeros((2, 0)), np.float64).shape == (2, 0)
    assert scatter_along_axis((3, 0), np.zeros((3, 0), int), 0, np.zeros((3, 0)), np.float64).shape == (3, 0)
