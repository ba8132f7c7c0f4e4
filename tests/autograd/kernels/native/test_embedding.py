"""Rows added to a table by a native kernel, against NumPy's add.at."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")

import autograd
from autograd.kernels.choice import references_only
from autograd.kernels.indexing import scatter_rows
from autograd.kernels.native import embedding


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "indices"), [((5, 7), (40,)), ((3, 2, 9), (6, 4)), ((4,), (50,)), ((9, 130), (3, 5))]
)
def test_bit_for_bit_as_add_at(shape, indices, dtype):
    rng = np.random.default_rng(0)
    index = rng.integers(0, shape[0], indices)
    values = rng.normal(size=(*indices, *shape[1:])).astype(dtype)
    wanted = np.zeros(shape, dtype)
    np.add.at(wanted, index, values)
    np.testing.assert_array_equal(embedding.add_rows(values, index, shape), wanted)


def test_what_is_left_to_numpy():
    values = np.ones((40, 2))
    assert embedding.add_rows(values.astype(np.float16), np.zeros(40, int), (3, 2)) is None
    assert embedding.add_rows(np.broadcast_to(1.0, (2,)), np.zeros(40, int), (3, 2)) is None
    assert embedding.add_rows(values, np.full(40, 3), (3, 2)) is None
    with pytest.raises(IndexError, match="out of bounds"):
        scatter_rows((3, 2), np.full(40, 3), values, float)
    negative = scatter_rows((3, 2), np.full(40, -1), values, float)
    np.testing.assert_array_equal(negative, [[0, 0], [0, 0], [40, 40]])


def test_a_kernel_leaves_out_rows_that_lie_outside():
    table, index = np.full((2, 3), 7.0), np.array([1, 2, -1, 1])
    count, rows = np.array(4), np.array(2)
    embedding.scatter_rows(3, np.float64, False).run(np.ones((4, 3)), index, table, count, rows)
    np.testing.assert_array_equal(table, [[0, 0, 0], [2, 2, 2]])


def test_the_gradient_of_an_embedding():
    rng = np.random.default_rng(0)
    weight, index = rng.normal(size=(10, 33)), rng.integers(0, 10, (40, 5))
    slope = autograd.grad(lambda w: (autograd.embedding(index, w) ** 2).sum())
    got = slope(weight)
    with references_only():
        np.testing.assert_allclose(got, slope(weight), rtol=1e-14)


def test_threads(same_on_any_number_of_threads):
    rng = np.random.default_rng(0)
    values, index = rng.normal(size=(1500, 130)).astype(np.float32), rng.integers(0, 50, 1500)
    same_on_any_number_of_threads(lambda: embedding.add_rows(values, index, (50, 130)))


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "bit_for_bit")
