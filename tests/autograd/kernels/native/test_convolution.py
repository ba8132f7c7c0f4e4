"""The native convolutions against the NumPy reference in float64."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

from autograd.kernels import convolution as reference
from autograd.kernels.choice import references_only
from autograd.kernels.native import convolution as native
from autograd.kernels.native.threads import pool
from autograd.kernels.windows import output_size

BOUND = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-13}
"""Largest error relative to the largest value of the result: sums of some thousand products are taken in another
order than the reference's, which is computed in float64."""


class Case(NamedTuple):
    x: np.ndarray
    w: np.ndarray
    g: np.ndarray
    geometry: tuple


def make(seed, dtype, batch, channels, maps, groups, sizes, kernel, stride, padding, dilation):
    rng = np.random.default_rng(seed)
    x, w = (batch, channels, *sizes), (maps, channels // groups, *kernel)
    g = (batch, maps, *map(output_size, sizes, kernel, stride, padding, dilation))
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in (x, w, g)]
    return Case(*arrays, (stride, padding, dilation, groups))


@st.composite
def cases(draw):
    rank = draw(st.integers(1, 3))
    each = lambda strategy: tuple(draw(st.lists(strategy, min_size=rank, max_size=rank)))
    groups = draw(st.sampled_from([1, 1, 1, 2, 3]))
    channels, maps = groups * draw(st.sampled_from([1, 2, 3, 17])), groups * draw(st.sampled_from([1, 6, 16, 35, 70]))
    if draw(st.integers(0, 3)) == 0:
        groups = channels = maps = draw(st.sampled_from([3, 16, 40]))
    kernel, stride, dilation = each(st.integers(1, 5)), each(st.integers(1, 3)), each(st.integers(1, 2))
    padding = each(st.tuples(st.integers(-1, 2), st.integers(-1, 3)))
    sizes = tuple(
        max(1 + max(0, -low) + max(0, -high), d * (k - 1) + 1 - low - high) + draw(st.integers(0, 12))
        for k, d, (low, high) in zip(kernel, dilation, padding)
    )
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    batch = draw(st.integers(1, 3))
    return make(
        draw(st.integers(0, 99)), dtype, batch, channels, maps, groups, sizes, kernel, stride, padding, dilation
    )


def faces(kernels, case):
    x, w, g, geometry = case
    return (
        kernels.conv(x, w, *geometry),
        kernels.conv_input(g, w, x.shape, *geometry),
        kernels.conv_weight(g, x, w.shape, *geometry),
    )


def check(case):
    wide = Case(*(a.astype(np.float64) for a in case[:3]), case.geometry)
    with references_only():
        wanted = faces(reference, wide)
    for got, want in zip(faces(native, case), wanted):
        assert got.shape == want.shape
        assert got.dtype == case.x.dtype
        scale = max(1.0, np.abs(want).max(initial=0))
        np.testing.assert_allclose(got, want, rtol=0, atol=BOUND[got.dtype] * scale)


@settings(max_examples=10)
@given(cases())
def test_agrees_with_the_reference(case):
    check(case)


ONES, NONE = (1, 1), ((0, 0), (0, 0))
LARGE = [
    ("float32", 2, 1, 6, 1, (28, 28), (5, 5), ONES, ((2, 2), (2, 2)), ONES),
    ("float32", 1, 130, 70, 1, (9, 7), (3, 3), ONES, ((1, 1), (1, 1)), ONES),  # weights in several pieces
    ("float32", 5, 64, 128, 1, (4, 4), (3, 3), (2, 2), ((1, 1), (1, 1)), ONES),  # several images at a time
    ("float32", 1, 8, 4, 1, (200, 200), (3, 3), ONES, ((1, 1), (1, 1)), ONES),  # images in bands
    ("float32", 1, 4, 4, 1, (40, 40, 41), (3, 3, 3), (2, 1, 1), ((1, 1), (1, 1), (1, 0)), (1, 1, 1)),
    ("float32", 2, 48, 20, 1, (9, 9), (1, 1), ONES, NONE, ONES),
    ("float32", 2, 20, 3, 1, (12, 45), (3, 4), (1, 2), ((1, 1), (2, 1)), ONES),  # few channels: planes
    ("float32", 2, 2, 40, 1, (13, 22), (4, 4), (2, 2), ((1, 1), (1, 1)), ONES),
    ("float32", 2, 20, 12, 1, (9, 21), (2, 3), ONES, ((1, 1), (1, 1)), ONES),  # windows that overlap
    ("float32", 2, 40, 40, 40, (9, 21), (3, 3), ONES, ((1, 1), (1, 1)), ONES),
]


@pytest.mark.parametrize("case", LARGE, ids=lambda c: f"{c[2]}-{c[3]}-{'x'.join(map(str, c[5]))}")
def test_shapes_that_take_other_paths(case):
    check(make(0, *case))


def test_arguments_of_any_strides():
    case = make(1, np.float32, 2, 6, 20, 1, (9, 8), (3, 3), ONES, ((1, 1), (1, 1)), ONES)
    want = faces(native, case)
    mixed = Case(case.x[:, :, ::-1].copy()[:, :, ::-1], np.asfortranarray(case.w), case.g[::-1].copy()[::-1], case[3])
    for got, wanted in zip(faces(native, mixed), want):
        np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("channels", [1, 3, 8, 9])
def test_planar_inputs(channels):
    case = make(1, np.float32, 9, channels, 20, 1, (9, 21), (3, 4), (1, 2), ((1, 1), (1, 1)), ONES)
    last = case._replace(x=np.ascontiguousarray(case.x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2))
    for a, b in zip(faces(native, case), faces(native, last)):
        np.testing.assert_array_equal(a, b)
    check(case)


def test_a_planar_image_in_bands():
    check(make(0, np.float32, 1, 8, 20, 1, (200, 200), (3, 3), (2, 2), ((1, 1), (1, 1)), ONES))


def test_results_lie_channels_last():
    x, w, g, geometry = make(1, np.float32, 2, 6, 20, 1, (9, 8), (3, 3), ONES, ((1, 1), (1, 1)), ONES)
    assert native.conv(x, w, *geometry).transpose(0, 2, 3, 1).flags.c_contiguous
    assert native.conv_input(g, w, x.shape, *geometry).transpose(0, 2, 3, 1).flags.c_contiguous


def test_what_is_left_to_the_reference():
    x, w, _, geometry = make(1, np.float32, 2, 6, 20, 1, (9, 8), (3, 3), ONES, ((1, 1), (1, 1)), ONES)
    assert native.conv(x[:0], w, *geometry) is None
    assert native.conv(x, w.astype(np.float64), *geometry) is None
    assert native.conv(x.astype(np.float16), w.astype(np.float16), *geometry) is None
    assert reference.conv(x[:0], w, *geometry).shape == (0, 20, 9, 8)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("channels, maps, groups", [(20, 20, 1), (20, 40, 2), (20, 20, 20), (60, 130, 1)])
def test_the_gradient_of_a_bias_comes_with_that_of_the_weight(dtype, channels, maps, groups):
    x, w, g, (stride, padding, dilation, _) = make(
        3, dtype, 3, channels, maps, groups, (9, 8), (3, 3), (2, 1), ((1, 1), (1, 1)), ONES
    )
    c = native.Convolution(None, x.shape[1], w.shape[0], (9, 8), (3, 3), stride, padding, dilation, groups, dtype)
    sums = np.full(native.sums_shape(c, True), np.nan, dtype)
    weight, bias, batch = np.empty_like(w), np.empty(w.shape[0], dtype), np.array([len(x)])
    last = [np.ascontiguousarray(a.transpose(0, 2, 3, 1)) for a in (x, g)]
    native.weight_sums(c, True).run(*last, sums, batch)
    native.weight_gradient(c, True).run(sums, weight, bias)
    np.testing.assert_allclose(bias, g.sum((0, 2, 3), dtype=np.float64), rtol=0, atol=10 * BOUND[g.dtype])
    wanted = native.conv_weight(g, x, w.shape, stride, padding, dilation, groups)
    np.testing.assert_allclose(weight, wanted, rtol=0, atol=20 * BOUND[g.dtype])


EPILOGUES = [(6, 20, 1), (20, 3, 1), (3, 20, 1), (20, 20, 20), (12, 8, 2), (130, 70, 1)]


@pytest.mark.parametrize("channels, maps", [(3, 40), (20, 3)])
def test_a_long_epilogue(channels, maps):
    x, w, _, geometry = make(4, np.float32, 2, channels, maps, 1, (9, 21), (3, 3), ONES, ((1, 1), (1, 1)), ONES)
    c = native.Convolution(2, channels, maps, (9, 21), (3, 3), *geometry)
    y = np.empty((2, 9, 21, maps), np.float32)
    epilogue = native.Epilogue((("tanh", 0), ("multiply", 1, 1)))
    native.forward(c, epilogue).run(np.ascontiguousarray(x.transpose(0, 2, 3, 1)), w, y)
    want = np.tanh(native.conv(x, w, *geometry)) ** 2
    np.testing.assert_allclose(y.transpose(0, 3, 1, 2), want, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("channels, maps, groups", EPILOGUES)
def test_epilogues(channels, maps, groups):
    """y = max(x ∗ w + b, 0) · z, and the gradient through x = max(·, 0)."""
    x, w, g, geometry = make(4, np.float32, 2, channels, maps, groups, (9, 21), (3, 3), (1, 2), ((1, 1), (1, 1)), ONES)
    c = native.Convolution(2, channels, maps, (9, 21), (3, 3), *geometry)
    x_last, g_last = (np.ascontiguousarray(a.transpose(0, 2, 3, 1)) for a in (x, g))
    bias = np.linspace(-1, 1, maps, dtype=np.float32)
    y, x_bar = np.empty_like(g_last), np.empty_like(x_last)
    steps = (("add", 0, 1), ("maximum", 3, 0.0), ("multiply", 4, 2))
    native.forward(c, native.Epilogue(steps, ("channel", "image"))).run(x_last, w, y, bias, g_last)
    want = np.maximum(native.conv(x, w, *geometry) + bias[:, None, None], 0) * g
    np.testing.assert_allclose(y.transpose(0, 3, 1, 2), want, rtol=1e-5, atol=1e-5)
    masked = native.Epilogue((("greater", 1, 0.0), ("where", 2, 0, 0.0)), ("image",))
    native.input_gradient(c, masked).run(g_last, w, x_bar, x_last)
    want = np.where(x > 0, native.conv_input(g, w, x.shape, *geometry), 0)
    np.testing.assert_allclose(x_bar.transpose(0, 3, 1, 2), want, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("channels, maps, groups", [(6, 20, 1), (60, 150, 1), (20, 20, 20)])
def test_the_number_of_threads_changes_no_bit(channels, maps, groups):
    case = make(2, np.float32, 7, channels, maps, groups, (19, 18), (3, 3), (2, 1), ((1, 1), (1, 1)), ONES)
    before, results = pool().threads, []
    try:
        for count in (1, 2, 3):
            pool().set_threads(count)
            results.append(faces(native, case))
    finally:
        pool().set_threads(before)
    for other in results[1:]:
        for a, b in zip(results[0], other):
            np.testing.assert_array_equal(a, b)


def test_nan_and_infinity_spread_as_in_the_reference():
    x, w, _, geometry = make(3, np.float64, 1, 3, 5, 1, (8, 8), (3, 3), ONES, ((1, 1), (1, 1)), ONES)
    x[0, 1, 2, 3], x[0, 0, 6, 6] = np.nan, np.inf
    with references_only(), np.errstate(invalid="ignore"):
        want = reference.conv(x, w, *geometry)
    got = native.conv(x, w, *geometry)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
    np.testing.assert_array_equal(np.isinf(got), np.isinf(want))


NARROW = """
from tests.autograd.kernels.native.test_convolution import LARGE, check, make
for k, dtype in ((0, "float64"), (1, "float32"), (6, "float32"), (7, "float64"), (8, "float32"), (9, "float32")):
    check(make(0, dtype, *LARGE[k][1:]))
"""


@pytest.mark.parametrize("vector", ["avx2", "plain"])
def test_narrower_vectors(vector):
    from autograd.kernels.native.host import host

    if vector == "avx2" and not host().kind.startswith("avx"):
        pytest.skip("this CPU has no AVX2")
    root = Path(__file__).parents[4]
    environment = os.environ | {"CHALKGRAD_VECTOR": vector}
    done = subprocess.run([sys.executable, "-c", NARROW], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
