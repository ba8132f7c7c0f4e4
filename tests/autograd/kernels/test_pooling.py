"""The pooling kernels against their definition, and their adjoints."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, strategies as st

from autograd.kernels.pooling import (
    avg_pool,
    avg_pool_adjoint,
    max_pool,
    max_pool_index,
    pool_gather,
    pool_scatter,
    pool_size,
)


@dataclass
class Case:
    x: np.ndarray
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    ceil_mode: bool

    def windows(self):
        """Per output position: its index and, per axis, the (start, list of data positions) of its window."""
        axes = []
        for n, k, s, p, d in zip(self.x.shape[2:], self.kernel, self.stride, self.padding, self.dilation):
            starts = [o * s - p for o in range(pool_size(n, k, s, p, d, self.ceil_mode))]
            axes.append([(start, [i for i in range(start, start + k * d, d) if 0 <= i < n]) for start in starts])
        for position in itertools.product(*(range(len(a)) for a in axes)):
            yield position, [a[i] for a, i in zip(axes, position)]

    @property
    def out(self):
        return tuple(
            pool_size(*axis, self.ceil_mode)
            for axis in zip(self.x.shape[2:], self.kernel, self.stride, self.padding, self.dilation)
        )


@st.composite
def cases(draw, most_dilation=2):
    rank = draw(st.integers(1, 3))
    each = lambda strategy: tuple(draw(st.lists(strategy, min_size=rank, max_size=rank)))
    kernel, stride, dilation = each(st.integers(1, 4)), each(st.integers(1, 4)), each(st.integers(1, most_dilation))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    spatial = tuple(draw(st.integers(max(1, d * (k - 1) + 1 - 2 * p), 9)) for k, d, p in zip(kernel, dilation, padding))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(0, 2)), draw(st.integers(1, 3)), *spatial)
    x = rng.integers(-2, 3, shape).astype(float) if draw(st.booleans()) else rng.standard_normal(shape)
    for special in (-np.inf, np.nan):
        if draw(st.integers(0, 4)) == 0:
            x[rng.random(shape) < 0.2] = special
    if draw(st.booleans()):
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    case = Case(x, kernel, stride, padding, dilation, draw(st.booleans()))
    if any(not data for _, window in case.windows() for _, data in window):  # a dilated window may miss all data
        case.padding = (0,) * rank
        case.ceil_mode = False
        smallest = [max(n, d * (k - 1) + 1) for n, k, d in zip(spatial, kernel, dilation)]
        case.x = rng.standard_normal((*shape[:2], *smallest))
    return case


@given(cases())
def test_max_pool_takes_the_first_maximum_of_each_window(case):
    geometry = case.kernel, case.stride, case.padding, case.dilation, case.ceil_mode
    best = max_pool(case.x, *geometry)
    index = max_pool_index(case.x, best, *geometry)
    assert best.shape == index.shape == (*case.x.shape[:2], *case.out)
    for n, c in np.ndindex(case.x.shape[:2]):
        for position, window in case.windows():
            places = list(itertools.product(*(data for _, data in window)))
            values = np.array([case.x[(n, c, *place)] for place in places])
            at = np.flatnonzero(np.isnan(values))[-1] if np.isnan(values).any() else values.argmax()
            assert index[(n, c, *position)] == np.ravel_multi_index(places[at], case.x.shape[2:])
            np.testing.assert_equal(best[(n, c, *position)], values[at])
    np.testing.assert_array_equal(pool_gather(case.x, index), best)


@given(cases())
def test_gather_and_scatter_are_adjoint(case):
    x = np.nan_to_num(case.x, neginf=-9.0)
    geometry = case.kernel, case.stride, case.padding, case.dilation, case.ceil_mode
    index = max_pool_index(x, max_pool(x, *geometry), *geometry)
    rng = np.random.default_rng(0)
    v, g = rng.standard_normal(x.shape), rng.standard_normal(index.shape)
    scattered = pool_scatter(g, index, x.shape[2:])
    assert scattered.shape == x.shape
    assert np.vdot(pool_gather(v, index), g) == pytest.approx(np.vdot(v, scattered), rel=1e-9, abs=1e-9)


@given(cases(most_dilation=1), st.booleans(), st.sampled_from([None, 3]))
def test_avg_pool_is_its_definition_and_its_adjoint_is_one(case, count_include_pad, divisor_override):
    x = np.nan_to_num(case.x, neginf=-9.0)
    geometry = case.kernel, case.stride, case.padding, case.ceil_mode, count_include_pad, divisor_override
    y = avg_pool(x, *geometry)
    assert y.shape == (*x.shape[:2], *case.out)
    for position, window in case.windows():
        divisor = 1
        for (start, data), n, k, p in zip(window, x.shape[2:], case.kernel, case.padding):
            divisor *= min(start + k, n + p) - start if count_include_pad else len(data)
        block = x[(slice(None), slice(None), *(slice(data[0], data[-1] + 1) for _, data in window))]
        total = block.reshape(*x.shape[:2], block[:1, :1].size if len(x) else -1).sum(-1) if len(x) else 0
        np.testing.assert_allclose(y[(..., *position)], total / (divisor_override or divisor), atol=1e-12)
    g = np.random.default_rng(0).standard_normal(y.shape)
    back = avg_pool_adjoint(g, x.shape[2:], *geometry)
    assert back.shape == x.shape
    assert np.vdot(y, g) == pytest.approx(np.vdot(x, back), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("geometry", [((2, 2), (2, 2), (0, 0)), ((3, 3), (2, 2), (1, 1))])
def test_memory_order_is_kept(geometry):
    x = np.ones((2, 3, 6, 6), np.float32)
    last = np.moveaxis(np.ones((2, 6, 6, 3), np.float32), -1, 1)
    for pool in (lambda a: max_pool(a, *geometry, (1, 1)), lambda a: avg_pool(a, *geometry)):
        assert pool(x).flags.c_contiguous
        assert np.moveaxis(pool(last), 1, -1).flags.c_contiguous
    y = max_pool(last, *geometry, (1, 1))
    index = max_pool_index(last, y, *geometry, (1, 1))
    for back in (pool_scatter(y, index, (6, 6)), avg_pool_adjoint(y, (6, 6), *geometry)):
        assert np.moveaxis(back, 1, -1).flags.c_contiguous


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "i4", "u1"])
def test_dtypes(dtype):
    x = np.arange(2 * 16).reshape(1, 2, 4, 4).astype(dtype)
    geometry = (3, 3), (1, 1), (1, 1)
    best = max_pool(x, *geometry, (1, 1))
    assert best.dtype == dtype
    assert best[0, 0].tolist() == [[5, 6, 7, 7], [9, 10, 11, 11], [13, 14, 15, 15], [13, 14, 15, 15]]
    index = max_pool_index(x, best, *geometry, (1, 1))
    assert pool_scatter(best, index, (4, 4)).dtype == dtype
    for count_include_pad in (True, False):
        y = avg_pool(x, *geometry, False, count_include_pad)
        assert y.dtype == np.true_divide(x, 1).dtype
        assert avg_pool_adjoint(y, (4, 4), *geometry, False, count_include_pad).dtype == y.dtype


def test_large_windows_are_numbered_without_overflow():
    x = np.zeros((1, 1, 20, 20))
    x[0, 0, 17, 3] = 1
    geometry = (20, 20), (1, 1), (0, 0), (1, 1)
    assert max_pool_index(x, max_pool(x, *geometry), *geometry).item() == 17 * 20 + 3
    x[0, 0, 19, 19] = np.nan
    assert max_pool_index(x, max_pool(x, *geometry), *geometry).item() == 399


@pytest.mark.parametrize(
    "size, kernel, stride, padding, dilation, ceil_mode, expected",
    [
        (6, 3, 2, 0, 1, False, 2),
        (6, 3, 2, 0, 1, True, 3),
        (5, 2, 2, 0, 1, True, 3),
        (4, 2, 3, 0, 1, True, 2),
        (5, 2, 3, 1, 1, True, 2),  # a third window would start in the high padding
        (1, 2, 2, 1, 1, True, 1),
        (3, 2, 1, 0, 3, False, 0),
    ],
)
def test_pool_size(size, kernel, stride, padding, dilation, ceil_mode, expected):
    assert pool_size(size, kernel, stride, padding, dilation, ceil_mode) == expected
