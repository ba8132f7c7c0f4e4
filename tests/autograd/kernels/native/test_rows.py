"""Native softmax, cross-entropy and normalization of rows against the NumPy reference."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")

import autograd
from autograd.kernels import rows as kernels
from autograd.kernels.native import row_kernels, rows
from autograd.kernels.native.layout import number

COLUMNS = [1, 3, 10, 16, 100, 300]
TOLERANCE = {np.float32: {"rtol": 2e-5, "atol": 2e-6}, np.float64: {"rtol": 1e-12, "atol": 1e-12}}


def matrix(columns, dtype, count=70, seed=0):
    return (3 * np.random.default_rng(seed).normal(size=(count, columns))).astype(dtype)


def both(name, *args):
    with np.errstate(all="ignore"):
        got, wanted = getattr(rows, name)(*args), getattr(kernels, name).reference(*args)
    assert got is not None
    assert got.dtype == wanted.dtype
    np.testing.assert_allclose(got, wanted, **TOLERANCE[wanted.dtype.type], err_msg=name)
    return wanted


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("columns", COLUMNS)
def test_softmax(columns, dtype):
    x, g = matrix(columns, dtype, 7), matrix(columns, dtype, 7, 1)
    x[1], x[2, 0], x[3, : columns // 2], x[4, 0] = -np.inf, np.nan, -np.inf, np.inf
    both("softmax", x, (1,))
    both("log_softmax", x, (1,))
    x = matrix(columns, dtype, 7)
    both("softmax_pull", g, both("softmax", x, (1,)), (1,))
    both("log_softmax_pull", g, both("log_softmax", x, (1,)), (1,))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("columns", COLUMNS)
def test_cross_entropy(columns, dtype):
    x, scale = matrix(columns, dtype), matrix(1, dtype, seed=1)[:, 0]
    target = np.random.default_rng(0).integers(-columns, columns, len(x))
    losses, slopes = both("cross_entropy", x, target), both("cross_entropy_pull", scale, x, target)
    x[0, 0] = x[1, -1] = -np.inf
    both("cross_entropy", x, target % columns)
    both("cross_entropy", x, target.astype(np.int32))
    if columns > 1:
        x = matrix(columns, dtype)
        wrong, out, dx = np.zeros(1, np.int64), np.empty_like(scale), np.empty_like(x)
        row_kernels.cross_entropy(columns, dtype, len(x), True, "one").run(x, target, wrong, out, scale[:1], dx)
        np.testing.assert_allclose(out, losses, **TOLERANCE[dtype])
        np.testing.assert_allclose(dx * scale[1], slopes / scale[:, None] * scale[0] * scale[1], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("wrong", [4, -5])
def test_targets_outside_of_the_scores(wrong):
    x, target = matrix(4, np.float64, 3), np.array([0, wrong, 1])
    assert rows.cross_entropy(x, target) is None
    assert rows.cross_entropy_pull(x[:, 0].copy(), x, target) is None
    flag, out = np.zeros(1, np.int64), np.empty(3)
    row_kernels.cross_entropy(4, np.float64, 3).run(x, target, flag, out)
    assert flag[0] == 1
    np.testing.assert_array_equal(np.isnan(out), [False, True, False])
    with pytest.raises(IndexError, match="out of bounds"):
        kernels.cross_entropy(x, target)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("columns", COLUMNS)
def test_normalization(columns, dtype):
    x, g = matrix(columns, dtype), matrix(columns, dtype, seed=1)
    weight, bias = matrix(columns, dtype, 2, 2)
    both("normalize", x, weight, bias, 0.5)
    both("normalize", x, weight, None, 0.5)
    sums = []
    for centered in (True, False):
        both("normalize_pull", g, x, weight, 0.5, centered)
        with np.errstate(all="ignore"):
            got, wanted = (f(g, x, 0.5, centered) for f in (rows.normalized_sum, kernels.normalized_sum.reference))
        sums.append(wanted)
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-12 if dtype == np.float64 else 1e-4)
    count = row_kernels.partial_rows(len(x))
    dx, partials, out = np.empty_like(x), np.empty((count, 2, columns), dtype), np.empty((2, columns), dtype)
    row_kernels.normalize_pull(columns, dtype, "few", 0.5).run(g, x, weight, dx, partials, number(len(x)))
    row_kernels.column_sums(2 * columns, dtype, count).run(partials, out)
    np.testing.assert_array_equal(dx, rows.normalize_pull(g, x, weight, 0.5, True))
    np.testing.assert_allclose(out, [sums[0], g.sum(0)], rtol=1e-3, atol=1e-3)


def test_any_leading_shape_and_several_last_axes():
    x = matrix(6, np.float64, 20).reshape(4, 5, 2, 3)
    for axis in ((3,), (2, 3), (3, 2), (0, 1, 2, 3), None):
        both("softmax", x, axis)
    assert rows.softmax(x, (1,)) is None
    assert rows.softmax(x.transpose(1, 0, 2, 3), (3,)) is None
    assert rows.softmax(x[:0], (3,)) is None
    assert rows.softmax(x.astype(np.float16), (3,)) is None


def test_masked_rows_through_the_public_functions():
    x = np.array([[0.0, -np.inf, 0.0] * 4, [-np.inf] * 12])
    np.testing.assert_allclose(autograd.softmax(x)[0], [1 / 8, 0, 1 / 8] * 4)
    assert np.isnan(autograd.softmax(x)[1]).all()
    dx = autograd.grad(lambda x: (autograd.softmax(x) ** 2).sum())(x[:1])
    np.testing.assert_allclose(dx, 0, atol=1e-15)


def test_threads(same_on_any_number_of_threads):
    x, g = matrix(130, np.float32, 700), matrix(130, np.float32, 700, 1)
    weight = g[0].copy()

    def run():
        return (
            rows.log_softmax(x, (1,)),
            rows.cross_entropy(x, np.arange(700) % 130),
            rows.normalize_pull(g, x, weight, 1e-5, True),
            rows.normalized_sum(g, x, 1e-5, False),
        )

    same_on_any_number_of_threads(run)


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "test_softmax or test_cross or normalization")
