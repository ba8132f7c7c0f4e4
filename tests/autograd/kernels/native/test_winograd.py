"""Winograd's convolutions against the definition in float64."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

from autograd.kernels import convolution as reference
from autograd.kernels.choice import references_only
from autograd.kernels.native import winograd
from autograd.kernels.native.convolution_epilogue import Epilogue
from autograd.kernels.native.convolution_shapes import Convolution
from autograd.kernels.native.winograd_choice import choose
from autograd.kernels.windows import channels_first

GEOMETRY = (1, 1), (1, 1)
BOUND = {2: 3e-7, 4: 1.2e-6}
"""Largest error over Σ |w| · |x| (for the weight gradient Σ |g| · |x|), the sum of what is added up for a result."""


def make(batch, channels, maps, size, padding, seed=0):
    """A convolution with arrays x, w and g, of which x and g lie channels-last."""
    rng = np.random.default_rng(seed)
    c = Convolution(batch, channels, maps, size, (3, 3), (1, 1), padding, (1, 1))
    shapes = (batch, *size, channels), (maps, channels, 3, 3), (batch, *c.out, maps)
    return c, *(rng.standard_normal(shape, np.float32) for shape in shapes)


def faces(kernels, c, x, w, g):
    """The convolution and its two adjoints, of channels-first arrays."""
    x, g, geometry = channels_first(x), channels_first(g), ((1, 1), c.padding, (1, 1))
    with references_only():
        return (
            kernels.conv(x, w, *geometry),
            kernels.conv_input(g, w, x.shape, *geometry),
            kernels.conv_weight(g, x, w.shape, *geometry),
        )


def native_faces(c, m, x, w, g):
    y, x_bar, w_bar = np.empty_like(g), np.empty_like(x), np.empty_like(w)
    batch = [] if c.batch is not None else [np.array([len(x)])]
    u = np.empty(winograd.points_size(c, m), "f")
    winograd.points(c, m)(w, u)
    winograd.forward(c, m)(x, u, y, *batch)
    u = np.empty(winograd.points_size(c, m, True), "f")
    winograd.points(c, m, True)(w, u)
    winograd.input_gradient(c, m)(g, u, x_bar, *batch)
    sums = np.empty(winograd.sums_size(c, m), "f")
    winograd.products(c, m)(x, g, sums, *batch)
    winograd.windows(c, m)(sums, w_bar)
    return channels_first(y), channels_first(x_bar), w_bar


def check(c, m, *arrays):
    wide = [a.astype(np.float64) for a in arrays]
    wanted, scales = faces(reference, c, *wide), faces(reference, c, *map(np.abs, wide))
    for got, want, scale in zip(native_faces(c, m, *arrays), wanted, scales, strict=True):
        assert got.shape == want.shape
        assert got.dtype == np.float32
        assert (np.abs(got - want) <= BOUND[m] * scale.max()).all()


sizes, paddings = st.integers(1, 14), st.tuples(st.integers(0, 2), st.integers(0, 2))


@settings(max_examples=6)
@given(
    st.sampled_from([2, 4]), st.integers(1, 3), st.integers(1, 40), st.integers(1, 40),
    st.tuples(sizes, sizes), st.tuples(paddings, paddings), st.integers(0, 99),
)  # fmt: skip
def test_any_shape(m, batch, channels, maps, size, padding, seed):
    size = tuple(max(n, 3 - sum(p)) for n, p in zip(size, padding))
    check(
        *make(batch, channels, maps, size, padding, seed)[:1], m, *make(batch, channels, maps, size, padding, seed)[1:]
    )


@pytest.mark.parametrize("m", [2, 4])
@pytest.mark.parametrize(
    "shape",
    [
        (3, 16, 20, (9, 7), GEOMETRY),
        (1, 33, 48, (6, 21), ((2, 0), (0, 1))),
        (2, 5, 3, (4, 3), ((3, -1), (-1, 4))),  # cropped, and padded by more than the windows reach
        (40, 16, 16, (16, 16), GEOMETRY),  # the weight's gradient in several parts
    ],
    ids=["tails", "two-sided", "cropped", "many"],
)
def test_listed_shapes(m, shape):
    c, *arrays = make(*shape)
    check(c, m, *arrays)


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "listed_shapes and tails or epilogue and 2")


@pytest.mark.parametrize("m", [2, 4])
def test_the_number_of_threads_changes_no_bit(m, same_on_any_number_of_threads):
    c, x, w, g = make(37, 16, 16, (16, 16), GEOMETRY)
    same_on_any_number_of_threads(lambda: native_faces(c, m, x, w, g))


@pytest.mark.parametrize("m", [2, 4])
def test_the_number_of_images_may_come_at_run_time(m):
    c, x, w, g = make(5, 8, 16, (6, 6), GEOMETRY)
    want = native_faces(c, m, x, w, g)
    for got, wanted in zip(native_faces(c._replace(batch=None), m, x, w, g), want, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("m", [2, 4])
def test_epilogue(m):
    """Bias and relu on the way out; the gradient is masked by what came in."""
    c, x, w, g = make(2, 6, 20, (7, 6), GEOMETRY)
    bias, y, x_bar = np.linspace(-1, 1, 20, dtype=np.float32), np.empty_like(g), np.empty_like(x)
    want = native_faces(c, m, x, w, g)
    u = np.empty(winograd.points_size(c, m), "f")
    winograd.points(c, m)(w, u)
    winograd.forward(c, m, Epilogue((("add", 0, 1), ("relu", 2)), ("channel",)))(x, u, y, bias)
    np.testing.assert_array_equal(y, np.maximum(want[0].transpose(0, 2, 3, 1) + bias, 0))
    u = np.empty(winograd.points_size(c, m, True), "f")
    winograd.points(c, m, True)(w, u)
    masked = Epilogue((("greater", 1, 0.0), ("where", 2, 0, 0.0)), ("image",))
    winograd.input_gradient(c, m, masked)(g, u, x_bar, x)
    np.testing.assert_array_equal(x_bar, np.where(x > 0, want[1].transpose(0, 2, 3, 1), 0))


def test_what_is_served():
    c, *_ = make(2, 6, 20, (7, 6), GEOMETRY)
    assert winograd.serves(c)
    assert winograd.serves(c._replace(batch=None))
    for change in (
        {"batch": 0},
        {"stride": (2, 1)},
        {"dilation": (1, 2)},
        {"groups": 2},
        {"dtype": "float64"},
        {"planar": True},
        {"kernel": (3, 1)},
        {"size": (0, 6)},
    ):
        assert not winograd.serves(c._replace(**change))


@pytest.mark.parametrize(
    ("c", "faces"),
    [
        (Convolution(32, 64, 64, (32, 32), (3, 3), (1, 1), GEOMETRY, (1, 1)), {"high": 2, "fast": 4}),
        (Convolution(None, 64, 64, (32, 32), (3, 3), (1, 1), GEOMETRY, (1, 1)), {"high": 2, "fast": 4}),
        (Convolution(32, 1, 6, (28, 28), (3, 3), (1, 1), GEOMETRY, (1, 1)), {}),
        (Convolution(32, 64, 64, (32, 32), (3, 3), (1, 1), ((9, 9), (1, 1)), (1, 1)), {}),
        (Convolution(32, 64, 64, (32, 32), (3, 3), (2, 2), GEOMETRY, (1, 1)), {}),
    ],
    ids=["pays", "open", "few channels", "wide borders", "strided"],
)
def test_choice(c, faces):
    for precision in ("highest", "high", "fast"):
        for face in ("forward", "input", "weight"):
            assert choose(c, face, precision) == faces.get(precision, 0)
