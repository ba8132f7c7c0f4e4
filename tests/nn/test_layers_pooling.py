"""Pooling beyond fixed windows: worked examples, closed forms, errors."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

import autograd
import nn
from autograd import tensor
from autograd.gradcheck import gradcheck
from nn import functional as F

SMALL = np.array([[[10.0, 15, 20], [0, -5, 4 / 3], [1, 2, 3]]])
MAP = np.array([[[6.0, 6, 6, 6], [4, 5, 5, 4], [2, 4, 4, 2], [2, 4, 4, 2]]])


def test_the_lecture_s_maps_pooled_three_ways() -> None:
    assert nn.MaxPool2d(2, stride=1)(SMALL).tolist() == [[[15, 20], [2, 3]]]
    assert nn.MaxPool2d(2)(MAP).tolist() == [[[6, 6], [4, 4]]]
    assert nn.AvgPool2d(2)(MAP).tolist() == [[[5.25, 5.25], [3, 3]]]
    assert nn.SumPool2d(2)(MAP).tolist() == [[[21, 21], [12, 12]]]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_sums_are_averages_times_the_window(rank: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, *(7, 6, 5)[:rank]))
    layer, mean = getattr(nn, f"SumPool{rank}d")(3, 2, 1), getattr(nn, f"AvgPool{rank}d")(3, 2, 1)
    np.testing.assert_allclose(layer(x).data, 3**rank * mean(x).data, rtol=1e-12)
    assert repr(layer) == f"SumPool{rank}d(kernel_size=3, stride=2, padding=1)"


@given(st.integers(1, 12), st.integers(1, 12))
def test_adaptive_windows_are_those_of_the_definition(n: int, m: int) -> None:
    x = np.random.default_rng(n).normal(size=(2, n))
    parts = [x[:, i * n // m : -(-(i + 1) * n // m)] for i in range(m)]
    np.testing.assert_allclose(F.adaptive_avg_pool1d(x, m), np.stack([p.mean(1) for p in parts], 1), rtol=1e-12)
    np.testing.assert_array_equal(F.adaptive_max_pool1d(x, m), np.stack([p.max(1) for p in parts], 1))


def test_global_pooling_is_size_one() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4))
    np.testing.assert_allclose(nn.AdaptiveAvgPool2d(1)(x).data[..., 0, 0], x.mean((2, 3)))
    np.testing.assert_array_equal(nn.AdaptiveMaxPool2d(1)(x).data[..., 0, 0], x.max((2, 3)))
    assert nn.AdaptiveAvgPool2d((None, 2))(x[0]).shape == (3, 5, 2)
    assert F.adaptive_avg_pool2d(x, (0, 2)).shape == (2, 3, 0, 2)
    assert F.adaptive_max_pool2d(x[:0], 3).shape == (0, 3, 3, 3)


def test_derivatives_of_both_orders() -> None:
    x = np.random.default_rng(1).permutation(60).reshape(1, 2, 6, 5) + 1
    for f in (
        lambda x: F.adaptive_avg_pool2d(x, (4, 3)) ** 2,
        lambda x: F.adaptive_max_pool2d(x, (4, 3)) ** 2,
        lambda x: F.lp_pool2d(x, 3, 2),
        lambda x: F.sum_pool2d(x, 3, 2, 1) ** 2,
        lambda x: F.max_unpool2d(*F.max_pool2d(x, 3, 2, return_indices=True), 3, 2, output_size=(6, 5)) ** 2,
        lambda x: F.fractional_max_pool2d(x, 2, (3, 4), _random_samples=np.full((1, 2, 2), 0.3)) ** 2,
    ):
        gradcheck(f, x / 10, order=2)


def test_norms_of_windows_of_zeros_pass_no_gradient() -> None:
    x = tensor(np.array([[0.0, 0.0, 3.0, 4.0]]), requires_grad=True)
    y = F.lp_pool1d(x, 2, 2)
    y.sum().backward()
    assert y.tolist() == [[0, 5]]
    np.testing.assert_allclose(x.grad.data, [[0, 0, 0.6, 0.8]], rtol=1e-14)  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="lp_pool1d: norm_type must be a number other than 0"):
        F.lp_pool1d(x, 0, 2)


def test_of_values_unpooled_to_one_place_the_last_is_written() -> None:
    x = tensor(np.array([[1.0, 2.0, 3.0]]), requires_grad=True)
    y = F.max_unpool1d(x, np.array([[1, 4, 1]]), 2)
    assert y.tolist() == [[0, 3, 0, 0, 2, 0]]
    y.sum().backward()
    assert x.grad.tolist() == [[0, 1, 1]]  # type: ignore[union-attr]


def test_random_windows_follow_the_seed_and_the_generator() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 20))[:, None]
    draw = lambda generator=None: F.fractional_max_pool2d(x, (1, 2), output_ratio=0.9, generator=generator)
    x = x.repeat(3, 2)
    assert (draw(autograd.Generator(3)) == draw(autograd.Generator(3))).all()
    autograd.manual_seed(1)
    first = draw()
    autograd.manual_seed(1)
    assert (draw() == first).all()
    assert draw().dtype == np.float64
    assert F.fractional_max_pool2d(x.astype(np.float32), 2, (1, 7)).dtype == np.float32


def test_layouts_and_dtypes() -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 7, 3)).transpose(0, 3, 1, 2)
    for f in (lambda x: F.adaptive_avg_pool2d(x, (3, 2)), lambda x: F.adaptive_max_pool2d(x, (3, 2))):
        np.testing.assert_allclose(f(x), f(np.ascontiguousarray(x)), rtol=1e-14)
        t = tensor(x.astype(np.float32), requires_grad=True)
        f(t).sum().backward()
        assert t.grad is not None
        assert t.grad.dtype == np.float32


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda: F.adaptive_avg_pool2d(np.ones((1, 3, 4)), (1, 2, 3)), ValueError, r"output_size=\(1, 2, 3\), wanted"),
        (lambda: F.adaptive_max_pool1d(np.ones((1, 3, 0)), 1), ValueError, r"shape \(1, 3, 0\) has nothing to pool"),
        (lambda: F.fractional_max_pool2d(np.ones((1, 4, 4)), 2), ValueError, "one of output_size and output_ratio"),
        (lambda: nn.FractionalMaxPool2d(2, 3, 0.5), ValueError, "FractionalMaxPool2d wants one of"),
        (lambda: nn.FractionalMaxPool3d(2, output_ratio=1.5), ValueError, "output_ratio must be a number between"),
        (lambda: F.fractional_max_pool2d(np.ones((1, 4, 4)), 2, 4), ValueError, "windows of size .* do not fit"),
        (
            lambda: F.fractional_max_pool2d(np.ones((1, 4, 4)), 2, 2, _random_samples=np.ones((1, 2))),
            ValueError,
            r"_random_samples of shape \(1, 2\), wanted \(N, C, axes\) = \(1, 1, 2\)",
        ),
        (lambda: F.max_unpool1d(np.ones((1, 3)), np.ones((1, 2), int), 2), ValueError, "must have equal shapes"),
        (lambda: F.max_unpool1d(np.ones((1, 3)), np.ones((1, 3)), 2), TypeError, "integer indices"),
        (lambda: F.max_unpool1d(np.ones((1, 1)), np.full((1, 1), 9), 2), IndexError, "give output_size the size"),
        (
            lambda: F.max_unpool1d(np.ones((1, 3)), np.ones((1, 3), int), 2, output_size=(9,)),
            ValueError,
            r"less than a stride \(2,\) away from \(6,\)",
        ),
    ],
)
def test_errors(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()
