"""Resizing, reading at grids, folding and shuffling: closed forms, other libraries, errors."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import ndimage

import autograd
import nn
from autograd import tensor
from autograd.gradcheck import gradcheck
from nn import functional as F

RNG = np.random.default_rng(3)


@given(st.integers(1, 6), st.integers(1, 4))
def test_whole_factors_repeat_and_average(n: int, factor: int) -> None:
    x = RNG.normal(size=(2, 3, n, n + 1))
    larger = F.interpolate(x, scale_factor=factor)
    np.testing.assert_array_equal(larger, x.repeat(factor, 2).repeat(factor, 3))
    np.testing.assert_array_equal(F.interpolate(x, scale_factor=factor, mode="nearest-exact"), larger)
    np.testing.assert_allclose(F.interpolate(larger, x.shape[2:], mode="area"), x, rtol=1e-12)


@given(st.integers(2, 7), st.integers(2, 12))
def test_with_aligned_corners_it_is_numpy_s_interpolation(n: int, m: int) -> None:
    x = RNG.normal(size=(1, 1, n))
    want = np.interp(np.linspace(0, n - 1, m), np.arange(n), x[0, 0])
    np.testing.assert_allclose(F.interpolate(x, m, mode="linear", align_corners=True)[0, 0], want, atol=1e-12)


@pytest.mark.parametrize("mode, shape", [("linear", (2, 1, 5)), ("bilinear", (2, 2, 5, 6)), ("bicubic", (1, 1, 5, 6))])
@pytest.mark.parametrize("corners", [False, True])
def test_lines_stay_lines_inside_and_constants_everywhere(mode: str, shape: tuple[int, ...], corners: bool) -> None:
    size = 9 if len(shape) == 3 else (9, 11)
    for antialias in (False, True) if len(shape) == 4 else (False,):
        y = F.interpolate(np.full(shape, 3.0), size, mode=mode, align_corners=corners, antialias=antialias)
        np.testing.assert_allclose(y, 3, rtol=1e-12)
    if mode == "bicubic":  # with a = -0.75, Keys's kernel does not keep lines
        return
    ramp = np.broadcast_to(np.arange(shape[-1], dtype=float), shape)
    y = F.interpolate(ramp, size, mode=mode, align_corners=corners)
    m, n = y.shape[-1], shape[-1]
    place = np.arange(m) * (n - 1) / (m - 1) if corners else (np.arange(m) + 0.5) * n / m - 0.5
    inner = (place >= 1) & (place < n - 2)
    np.testing.assert_allclose(y[..., inner], np.broadcast_to(place[inner], y[..., inner].shape), rtol=1e-12)


def test_resizing_is_linear_and_its_adjoint_exact() -> None:
    x = RNG.normal(size=(1, 2, 4, 5))
    for options in (
        {"size": (3, 7)},
        {"scale_factor": 1.6, "mode": "nearest-exact"},
        {"size": (6, 3), "mode": "bilinear"},
        {"scale_factor": (0.7, 2.2), "mode": "bicubic", "align_corners": True},
        {"size": (2, 3), "mode": "bicubic", "antialias": True},
        {"size": (3, 3), "mode": "area"},
    ):
        gradcheck(lambda x: F.interpolate(x, **options) ** 2, x)  # noqa: B023 (called at once)


def test_layouts_and_dtypes() -> None:
    x = np.float32(RNG.normal(size=(2, 6, 5, 3))).transpose(0, 3, 1, 2)
    t = tensor(x, requires_grad=True)
    for y in (
        F.interpolate(t, 4, mode="bilinear"),
        F.grid_sample(t, np.zeros((2, 3, 4, 2), np.float32)),
        F.unfold(t, 2),
    ):
        assert y.dtype == np.float32
        t.grad = None
        y.sum().backward()
        assert t.grad is not None
        assert t.grad.dtype == np.float32
    np.testing.assert_allclose(F.unfold(x, 2), F.unfold(np.ascontiguousarray(x), 2))
    assert F.interpolate(np.array([[[1, 2]]]), 4).tolist() == [[[1, 1, 2, 2]]]
    assert F.interpolate(x[:0], 4).shape == (0, 3, 4, 4)


@pytest.mark.parametrize("padding, order", [("border", "nearest"), ("zeros", "constant"), ("reflection", "mirror")])
def test_reading_at_points_is_scipy_s(padding: str, order: str) -> None:
    image, places = RNG.normal(size=(5, 6)), RNG.uniform(-1.5, 7, (2, 40))
    grid = np.stack([places[1] / 5 * 2 - 1, places[0] / 4 * 2 - 1], -1)[None, None]
    y = F.grid_sample(image[None, None], grid, padding_mode=padding, align_corners=True)
    mode = "grid-constant" if order == "constant" else order
    np.testing.assert_allclose(y.ravel(), ndimage.map_coordinates(image, places, order=1, mode=mode), atol=1e-12)


@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
def test_derivatives_by_image_and_grid(padding: str) -> None:
    x, grid = RNG.normal(size=(1, 2, 4, 3)), RNG.uniform(-1.6, 1.6, (1, 2, 2, 2))
    for mode in ("bilinear", "bicubic"):
        gradcheck(lambda x, grid: F.grid_sample(x, grid, mode, padding), x, grid, rtol=1e-5)  # noqa: B023 (at once)


def test_the_identity_map_reads_the_image_itself() -> None:
    x = RNG.normal(size=(1, 2, 4, 5))
    for corners in (False, True):
        grid = F.affine_grid(np.eye(2, 3)[None], x.shape, corners)
        np.testing.assert_allclose(F.grid_sample(x, grid, align_corners=corners), x, atol=1e-12)
        mirrored = F.affine_grid(np.array([[[-1.0, 0, 0], [0, 1, 0]]]), x.shape, corners)
        np.testing.assert_allclose(F.grid_sample(x, mirrored, align_corners=corners), x[..., ::-1], atol=1e-12)
    gradcheck(lambda theta: F.affine_grid(theta, (1, 1, 2, 3)), RNG.normal(size=(1, 2, 3)))


def test_a_convolution_is_a_product_with_unfolded_windows() -> None:
    x, w = RNG.normal(size=(2, 3, 6, 7)), RNG.normal(size=(4, 3, 2, 3))
    options: dict[str, Any] = {"dilation": (2, 1), "padding": (1, 2), "stride": (1, 2)}
    y = w.reshape(4, -1) @ F.unfold(x, (2, 3), **options)
    np.testing.assert_allclose(y, F.conv2d(x, w, **options).reshape(y.shape), rtol=1e-10)


def test_fold_is_the_adjoint_of_unfold() -> None:
    options: dict[str, Any] = {"kernel_size": (2, 3), "dilation": (1, 2), "padding": 1, "stride": (2, 1)}
    x = RNG.normal(size=(2, 3, 6, 7))
    columns = F.unfold(x, **options)
    y = RNG.normal(size=columns.shape)
    assert (columns * y).sum() == pytest.approx((x * F.fold(y, (6, 7), **options)).sum())
    gradcheck(lambda x: F.unfold(x, **options) ** 2, x[:1, :1])
    gradcheck(lambda y: F.fold(y, (6, 7), **options) ** 2, y[0, :6])


@given(st.integers(1, 3), st.integers(0, 2))
def test_shuffles_undo_one_another(r: int, c: int) -> None:
    x = RNG.normal(size=(2, c * r * r, 3, 2))
    y = F.pixel_shuffle(x, r)
    assert y.shape == (2, c, 3 * r, 2 * r)
    np.testing.assert_array_equal(F.pixel_unshuffle(y, r), x)
    np.testing.assert_array_equal(y[:, :, ::r, ::r], x[:, :: r * r])
    np.testing.assert_array_equal(F.channel_shuffle(F.channel_shuffle(x, r), c * r if c else 1), x)


@pytest.mark.parametrize(
    "call, error, text",
    [
        (
            lambda: F.interpolate(np.ones((1, 1, 3))),
            ValueError,
            "wants one of size and scale_factor, got None and None",
        ),
        (
            lambda: F.interpolate(np.ones((1, 1, 3)), 2, mode="cubic"),
            ValueError,
            "mode must be one of nearest, .* 'cubic'",
        ),
        (lambda: F.interpolate(np.ones((1, 1, 3)), 2, mode="bilinear"), ValueError, "with 2 spatial axes"),
        (lambda: F.interpolate(np.ones((1, 3)), 2), ValueError, "with one to three spatial axes"),
        (
            lambda: F.interpolate(np.ones((1, 1, 3)), 2, align_corners=True),
            ValueError,
            "align_corners has a meaning for",
        ),
        (lambda: F.interpolate(np.ones((1, 1, 3)), 2, antialias=True), ValueError, "antialias=True is for bilinear"),
        (lambda: F.interpolate(np.ones((1, 1, 3), int), 2, mode="linear"), TypeError, "wants floating numbers"),
        (lambda: F.interpolate(np.ones((1, 1, 3)), scale_factor=0.1), ValueError, r"to spatial size \(0,\)"),
        (lambda: F.interpolate(np.ones((1, 1, 3)), scale_factor=-1), ValueError, "scale_factor must be positive"),
        (lambda: F.interpolate(np.ones((1, 1, 3)), (2, 3)), ValueError, r"size=\(2, 3\) for an input of shape"),
        (
            lambda: F.interpolate(np.ones((1, 1, 3)), 2, recompute_scale_factor=True),
            ValueError,
            "with scale_factor only",
        ),
        (
            lambda: F.grid_sample(np.ones((1, 1, 3, 3)), np.ones((2, 3, 3, 2))),
            ValueError,
            r"grid of shape \(2, 3, 3, 2\)",
        ),
        (lambda: F.grid_sample(np.ones((1, 1, 3, 3)), np.ones((1, 3, 3, 2)), "cubic"), ValueError, "mode must be"),
        (
            lambda: F.grid_sample(np.ones((1, 1, 3, 3)), np.ones((1, 3, 3, 2)), padding_mode="wrap"),
            ValueError,
            "padding_mode must be 'zeros', 'border' or 'reflection'",
        ),
        (lambda: F.affine_grid(np.ones((1, 2, 2)), (1, 1, 3, 3)), ValueError, r"wanted \(N, 2, 3\) and \(N, C, H, W\)"),
        (lambda: F.unfold(np.ones((1, 2, 2)), 3), ValueError, "unfold: a kernel of size"),
        (lambda: F.unfold(np.ones((2, 2)), 1), ValueError, r"wanted \(N, C, H, W\)"),
        (lambda: F.fold(np.ones((1, 4, 3)), (2, 3), 2), ValueError, r"wanted \(N, C·4, 2\) for kernel_size \(2, 2\)"),
        (lambda: nn.PixelShuffle(2)(np.ones((3, 2, 2))), ValueError, r"wanted \(…, C·4, H, W\) for a factor of 2"),
        (lambda: nn.PixelUnshuffle(2)(np.ones((3, 3, 2))), ValueError, r"wanted \(…, C, H·2, W·2\)"),
        (lambda: nn.ChannelShuffle(2)(np.ones((1, 3, 2))), ValueError, "with C divisible by 2"),
    ],
)
def test_errors(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


def test_points_that_are_not_numbers_give_none() -> None:
    y = F.grid_sample(np.ones((1, 1, 3, 3)), np.full((1, 1, 1, 2), np.nan))
    assert np.isnan(y).all()
    assert autograd.tensor(y).shape == (1, 1, 1, 1)
