"""The per-channel kernels against plain NumPy, in every memory order and cut into blocks of every size."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from autograd.kernels import channels
from autograd.kernels.channels import channel_affine, channel_dot, channel_mix, channel_moments, channel_sum
from autograd.testing import assert_close


@st.composite
def arrays(draw, count):
    spatial = draw(st.lists(st.integers(1, 5), max_size=3))
    shape = (draw(st.integers(0, 5)), draw(st.integers(1, 4)), *spatial)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    found = []
    for _ in range(count):
        x = rng.standard_normal(shape)
        layout = draw(st.sampled_from("CFL*"))
        if layout == "F":
            x = np.asfortranarray(x)
        if layout == "L":
            x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
        if layout == "*":
            x = np.repeat(x, 2, 0)[::-2]
        found.append(x)
    vectors = rng.standard_normal((3, shape[1]))
    return found, list(vectors), draw(st.sampled_from([(1 << 14, 1 << 18), (8, 64), (1, 1)]))


def along(v, x):
    return v.reshape(-1, *(1,) * (x.ndim - 2))


@given(arrays(2))
def test_against_broadcasting(case):
    (x, y), (a, b, c), (row, block) = case
    others = (0, *range(2, x.ndim))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channels, "ROW", row)
        patch.setattr(channels, "BLOCK", block)
        assert_close(channel_sum(x), x.sum(others))
        assert_close(channel_dot(x, y, a), (x * (y - along(a, x))).sum(others))
        assert_close(channel_affine(x, a, b), x * along(a, x) + along(b, x))
        assert_close(channel_affine(x, None, b), x + along(b, x))
        assert_close(channel_mix(x, y, a, b, c), x * along(a, x) + y * along(b, x) + along(c, x))
        if len(x):
            mean, variance = channel_moments(x)
            assert_close(mean, x.mean(others))
            assert_close(variance, x.var(others))


def test_memory_order_is_kept():
    x = np.ones((2, 3, 4, 5), np.float32)
    last = np.moveaxis(np.ones((2, 4, 5, 3), np.float32), -1, 1)
    v = np.ones(3, np.float32)
    for function in (lambda a: channel_affine(a, v, v), lambda a: channel_mix(a, x, v, v, v)):
        assert function(x).flags.c_contiguous
        assert np.moveaxis(function(last), 1, -1).flags.c_contiguous
        assert function(last).dtype == np.float32


def test_sums_of_half_precision_are_taken_in_single():
    x = np.full((1, 2, 300, 300), 2, np.float16)
    assert channel_moments(x)[0].tolist() == [2, 2]
    assert channel_moments(x)[1].tolist() == [0, 0]
    assert channel_moments(x)[0].dtype == np.float16


def test_the_variance_of_large_values_does_not_cancel():
    x = np.random.default_rng(0).standard_normal((64, 2, 8, 8)) + 1e4
    single = channel_moments(x.astype(np.float32))
    np.testing.assert_allclose(single[1], x.astype(np.float32).astype(float).var((0, 2, 3)), rtol=1e-4)
