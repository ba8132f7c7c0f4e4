"""Native pooling against the NumPy reference."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

import autograd
from autograd.kernels import pooling as kernels
from autograd.kernels.choice import references_only
from autograd.kernels.native import pooling
from autograd.kernels.windows import channels_first

TWO = ((2, 2), (2, 2), (0, 0), (1, 1), False)
MAXIMA = [
    ((8, 8), 16, TWO),
    ((7, 9), 6, TWO),
    ((5, 21), 2, ((3, 3), (2, 2), (0, 0), (1, 1), False)),
    ((4, 5, 23), 1, ((2, 2, 2), (2, 3, 3), (0, 0, 0), (1, 1, 1), False)),
    ((9, 8), 3, ((3, 3), (2, 2), (1, 1), (1, 1), True)),
    ((7, 8), 20, ((2, 3), (1, 2), (0, 1), (2, 1), False)),
    ((5,), 1, ((3,), (1,), (1,), (1,), False)),
    ((4, 5, 4), 17, ((2, 2, 2), (2, 1, 3), (0, 1, 0), (1, 1, 1), True)),
    ((8, 8), 5, ((8, 8), (8, 8), (0, 0), (1, 1), False)),
]


def image(shape, channels, dtype, seed=0, batch=2):
    """Channels-last memory with ties, seen as (N, C, *spatial)."""
    rng = np.random.default_rng(seed)
    return channels_first(rng.integers(-3, 4, (batch, *shape, channels)).astype(dtype))


def like(y, seed=1):
    rng = np.random.default_rng(seed)
    return channels_first(rng.normal(size=(len(y), *y.shape[2:], y.shape[1])).astype(y.dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("shape", "channels", "window"), MAXIMA)
def test_maxima(shape, channels, window, dtype):
    for x in (image(shape, channels, dtype), image(shape, channels, dtype, seed=2, batch=1)):
        if len(x) == 1:
            rng = np.random.default_rng(3)
            x[rng.random(x.shape) < 0.2] = np.nan
            x[rng.random(x.shape) < 0.2] = -np.inf
        y = kernels.max_pool.reference(x, *window)
        g = like(y)
        index = kernels.max_pool_index.reference(x, y, *window)
        np.testing.assert_array_equal(pooling.max_pool(x, *window), y)
        if np.prod(window[0]) <= 36:
            found = pooling.max_pool_index(x, y, *window)
            np.testing.assert_array_equal(found, index)
            assert found.dtype == index.dtype
            back, wanted = pooling.max_pool_adjoint(g, x, y, *window), kernels.pool_scatter(g, index, shape)
            np.testing.assert_allclose(back, wanted, rtol=1e-5, atol=1e-6)
        else:
            assert pooling.max_pool_index(x, y, *window) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("shape", "channels", "window"), [m for m in MAXIMA if set(m[2][3]) == {1}])
def test_means(shape, channels, window, dtype):
    kernel, stride, padding, _, ceil_mode = window
    include, divisor = channels % 2 == 0, 3 if channels == 3 else None
    x, rest = image(shape, channels, dtype), (kernel, stride, padding, ceil_mode, include, divisor)
    y = kernels.avg_pool.reference(x, *rest)
    np.testing.assert_allclose(pooling.avg_pool(x, *rest), y, rtol=1e-5, atol=1e-6)
    g = like(y)
    wanted = kernels.avg_pool_adjoint.reference(g, shape, *rest)
    np.testing.assert_allclose(pooling.avg_pool_adjoint(g, shape, *rest), wanted, rtol=1e-5, atol=1e-5)


@settings(max_examples=8)
@given(st.data())
def test_any_window(data):
    rank = data.draw(st.integers(1, 3))
    each = lambda low, high: tuple(data.draw(st.integers(low, high)) for _ in range(rank))
    kernel, stride, dilation, more = each(1, 3), each(1, 4), each(1, 2), each(0, 4)
    padding = tuple(data.draw(st.integers(0, k // 2)) for k in kernel)
    shape = tuple(max(1, d * (k - 1) + 1 - 2 * p) + n for k, d, p, n in zip(kernel, dilation, padding, more))
    window = kernel, stride, padding, dilation, data.draw(st.booleans())
    x = image(shape, data.draw(st.integers(1, 18)), np.float64)
    y = kernels.max_pool.reference(x, *window)
    got = pooling.max_pool(x, *window)
    if got is None:  # a window that sees nothing but padding
        assert np.isneginf(y).any()
        return
    np.testing.assert_array_equal(got, y)
    g = like(y)
    wanted = kernels.pool_scatter(g, kernels.max_pool_index.reference(x, y, *window), shape)
    np.testing.assert_allclose(pooling.max_pool_adjoint(g, x, y, *window), wanted, rtol=1e-12, atol=1e-12)
    if set(dilation) == {1}:
        rest = kernel, stride, padding, window[-1], data.draw(st.booleans()), None
        np.testing.assert_allclose(pooling.avg_pool(x, *rest), kernels.avg_pool.reference(x, *rest), rtol=1e-12)


@pytest.mark.parametrize("pool", [autograd.max_pool2d, autograd.avg_pool2d])
def test_derivatives_of_the_public_function(pool):
    def slope(x):
        return autograd.grad(lambda x: (pool(x, 3, 2, 1) ** 3).sum())(x)

    x = np.random.default_rng(0).normal(size=(2, 9, 9, 8)).transpose(0, 3, 1, 2)
    first, second = slope(x), autograd.grad(lambda x: (slope(x) * x).sum())(x)
    with references_only():
        np.testing.assert_allclose(first, slope(x), rtol=1e-12, atol=1e-12)
        wanted = autograd.grad(lambda x: (slope(x) * x).sum())(x)
    np.testing.assert_allclose(second, wanted, rtol=1e-12, atol=1e-12)


def test_other_layouts_and_dtypes_are_left_to_numpy():
    x = np.ones((2, 3, 4, 4), np.float32)
    assert pooling.max_pool(x, *TWO) is None
    assert pooling.avg_pool(x, *TWO[:3]) is None
    assert pooling.max_pool(channels_first(np.ones((2, 4, 4, 3), np.float16)), *TWO) is None
    assert pooling.max_pool(channels_first(np.ones((0, 4, 4, 3))), *TWO) is None
    np.testing.assert_array_equal(kernels.max_pool(x, *TWO), np.ones((2, 3, 2, 2)))


def test_an_adjoint_in_any_memory_order_is_taken():
    x = image((4, 4), 5, np.float64)
    y = kernels.max_pool(x, *TWO)
    g = like(y)
    wanted = pooling.max_pool_adjoint(g, x, y, *TWO)
    np.testing.assert_array_equal(pooling.max_pool_adjoint(np.ascontiguousarray(g), x, y, *TWO), wanted)
    spread = np.broadcast_to(1.5, y.shape)
    np.testing.assert_array_equal(pooling.avg_pool_adjoint(spread, (4, 4), *TWO[:3]), np.full(x.shape, 0.375))


def test_threads(same_on_any_number_of_threads):
    x = image((32, 32), 16, np.float32, batch=5)
    window = ((3, 3), (2, 2), (1, 1), (1, 1), False)

    def run():
        y = pooling.max_pool(x, *window)
        return y, pooling.max_pool_index(x, y, *window), pooling.max_pool_adjoint(like(y), x, y, *window)

    same_on_any_number_of_threads(run)


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "maxima or means")
