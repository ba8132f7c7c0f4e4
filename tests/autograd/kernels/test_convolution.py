"""The convolution kernels against their definition, and against one another."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, strategies as st

from autograd.kernels import convolution
from autograd.kernels.convolution import conv, conv_input, conv_weight
from autograd.kernels.windows import output_size, same_padding


@dataclass
class Case:
    x: np.ndarray
    w: np.ndarray
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int

    @property
    def geometry(self):
        return self.stride, self.padding, self.dilation, self.groups


@st.composite
def cases(draw, least_batch=0):
    rank = draw(st.integers(1, 3))
    each = lambda strategy: tuple(draw(st.lists(strategy, min_size=rank, max_size=rank)))
    groups, per_group, out_per_group = (draw(st.integers(1, 3)) for _ in range(3))
    kernel, stride, dilation = each(st.integers(1, 3)), each(st.integers(1, 3)), each(st.integers(1, 2))
    padding = each(st.tuples(st.integers(-1, 3), st.integers(-1, 3)))
    least = [max(1, d * (k - 1) + 1 - low - high) for k, d, (low, high) in zip(kernel, dilation, padding)]
    spatial = tuple(n + draw(st.integers(0, 4)) for n in least)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.standard_normal((draw(st.integers(least_batch, 3)), groups * per_group, *spatial))
    if draw(st.booleans()):
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    w = rng.standard_normal((groups * out_per_group, per_group, *kernel))
    return Case(x, w, stride, padding, dilation, groups)


def by_definition(case):
    x, w = case.x, case.w
    out = tuple(map(output_size, x.shape[2:], w.shape[2:], case.stride, case.padding, case.dilation))
    y = np.zeros((x.shape[0], w.shape[0], *out))
    per_group = w.shape[0] // case.groups
    for o, tap, position in itertools.product(range(w.shape[0]), np.ndindex(w.shape[2:]), np.ndindex(out)):
        where = [
            p * s + k * d - low for p, s, k, d, (low, _) in zip(position, case.stride, tap, case.dilation, case.padding)
        ]
        if all(0 <= i < n for i, n in zip(where, x.shape[2:])):
            group = o // per_group
            channels = slice(group * w.shape[1], (group + 1) * w.shape[1])
            y[(slice(None), o, *position)] += x[(slice(None), channels, *where)] @ w[(o, slice(None), *tap)]
    return y


@given(cases())
def test_conv_is_its_definition(case):
    np.testing.assert_allclose(conv(case.x, case.w, *case.geometry), by_definition(case), atol=1e-12)


@given(cases())
def test_the_three_faces_are_adjoint(case):
    y = conv(case.x, case.w, *case.geometry)
    g = np.random.default_rng(0).standard_normal(y.shape)
    dx = conv_input(g, case.w, case.x.shape, *case.geometry)
    dw = conv_weight(g, case.x, case.w.shape, *case.geometry)
    assert (dx.shape, dw.shape) == (case.x.shape, case.w.shape)
    assert np.vdot(y, g) == pytest.approx(np.vdot(case.x, dx), rel=1e-9, abs=1e-9)
    assert np.vdot(y, g) == pytest.approx(np.vdot(case.w, dw), rel=1e-9, abs=1e-9)


@given(cases(least_batch=1))
def test_blocks_smaller_than_an_image_change_nothing(case):
    y = conv(case.x, case.w, *case.geometry)
    g = np.ones_like(y)
    whole = y, conv_input(g, case.w, case.x.shape, *case.geometry), conv_weight(g, case.x, case.w.shape, *case.geometry)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "BLOCK", 64)
        parts = (
            conv(case.x, case.w, *case.geometry),
            conv_input(g, case.w, case.x.shape, *case.geometry),
            conv_weight(g, case.x, case.w.shape, *case.geometry),
        )
    for a, b in zip(whole, parts):
        np.testing.assert_allclose(a, b, atol=1e-12)


@pytest.mark.parametrize("channels, outputs, groups", [(24, 8, 1), (8, 24, 1), (8, 40, 1), (2, 12, 1), (16, 16, 4)])
@pytest.mark.parametrize("stride", [1, 2])
def test_every_strategy_agrees_with_the_definition(channels, outputs, groups, stride):
    rng = np.random.default_rng(1)
    x, w = rng.standard_normal((2, channels, 6, 5)), rng.standard_normal((outputs, channels // groups, 3, 2))
    case = Case(x, w, (stride, stride), ((1, 1), (0, 1)), (1, 1), groups)
    y = conv(x, w, *case.geometry)
    np.testing.assert_allclose(y, by_definition(case), atol=1e-12)
    g = rng.standard_normal(y.shape)
    assert np.vdot(y, g) == pytest.approx(np.vdot(x, conv_input(g, w, x.shape, *case.geometry)))
    assert np.vdot(y, g) == pytest.approx(np.vdot(w, conv_weight(g, x, w.shape, *case.geometry)))


@pytest.mark.parametrize(
    "first, second",
    [("f4", "f4"), ("f8", "f4"), ("f2", "f2"), ("i8", "i8"), ("u1", "i2"), ("c8", "c8"), ("f4", "c16"), ("g", "f8")],
)
@pytest.mark.parametrize("groups", [1, 2])
def test_dtypes_follow_numpy(first, second, groups):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 6, (2, 2, 4, 4)).astype(first)
    w = rng.integers(0, 6, (2, 2 // groups, 3, 3)).astype(second)
    g = rng.integers(0, 6, (2, 2, 2, 2)).astype(first)
    geometry = (1, 1), ((0, 0), (0, 0)), (1, 1), groups
    expected = np.result_type(first, second)
    results = [conv(x, w, *geometry), conv_input(g, w, x.shape, *geometry)]
    results.append(conv_weight(g, x.astype(second), w.shape, *geometry))
    x, w, g = (a.astype(expected) for a in (x, w, g))
    exact = [conv(x, w, *geometry), conv_input(g, w, x.shape, *geometry), conv_weight(g, x, w.shape, *geometry)]
    for result, reference in zip(results, exact):
        assert result.dtype == expected
        assert (result == reference).all()
    if expected.kind == "f":
        case = Case(x.astype(float), w.astype(float), *geometry)
        np.testing.assert_allclose(
            results[0].astype(float), by_definition(case), rtol=0.01 if expected == "f2" else 1e-6
        )


def test_complex_arrays_are_not_conjugated():
    x, w = np.full((1, 1, 1), 1j), np.full((1, 1, 1), 1j)
    geometry = (1,), ((0, 0),), (1,), 1
    assert conv(x, w, *geometry).item() == conv_input(x, w, x.shape, *geometry).item() == -1
    assert conv_weight(x, x, w.shape, *geometry).item() == -1


@pytest.mark.parametrize("x_shape, w_shape", [((0, 2, 5), (3, 2, 3)), ((2, 0, 5), (3, 0, 3)), ((2, 2, 5), (0, 2, 3))])
def test_empty_arrays(x_shape, w_shape):
    geometry = (1,), ((1, 1),), (1,), 1
    y = conv(np.ones(x_shape), np.ones(w_shape), *geometry)
    assert y.shape == (x_shape[0], w_shape[0], 5)
    assert not y.any()
    assert conv_input(y, np.ones(w_shape), x_shape, *geometry).tolist() == np.zeros(x_shape).tolist()
    assert conv_weight(y, np.ones(x_shape), w_shape, *geometry).tolist() == np.zeros(w_shape).tolist()


@pytest.mark.parametrize("groups", [1, 2])
def test_a_kernel_larger_than_the_input_has_no_positions(groups):
    geometry = (1, 1), ((0, 0), (1, 1)), (1, 1), groups
    x, w = np.ones((2, 2, 2, 5)), np.ones((2, 2 // groups, 4, 3))
    y = conv(x, w, *geometry)
    assert y.shape == (2, 2, 0, 5)
    assert not conv_input(y, w, x.shape, *geometry).any()
    assert not conv_weight(y, x, w.shape, *geometry).any()


@pytest.mark.parametrize("groups", [1, 4])
def test_results_lie_channels_last_and_weights_in_c_order(groups):
    x, w = np.ones((2, 4, 6, 6), np.float32), np.ones((4, 4 // groups, 3, 3), np.float32)
    for stride in (1, 2):
        geometry = (stride, stride), ((1, 1), (1, 1)), (1, 1), groups
        y = conv(x, w, *geometry)
        for image in (y, conv_input(y, w, x.shape, *geometry)):
            assert image.transpose(0, 2, 3, 1).flags.c_contiguous
        assert conv_weight(y, x, w.shape, *geometry).flags.c_contiguous
        assert conv_weight(y, x, w.shape, *geometry).flags.owndata


def test_arguments_may_have_any_strides_and_are_left_alone():
    rng = np.random.default_rng(2)
    x, w = rng.standard_normal((2, 8, 7, 3))[:, ::2, ::-1], rng.standard_normal((3, 2, 4, 6)).transpose(2, 3, 1, 0)
    x, w = x[..., ::-1], w[:, :4]
    before = x.copy(), w.copy()
    geometry = (1, 1), ((1, 1), (1, 1)), (1, 1), 1
    np.testing.assert_allclose(conv(x, w, *geometry), conv(x.copy("C"), w.copy("C"), *geometry), atol=1e-12)
    assert (x == before[0]).all()
    assert (w == before[1]).all()
    broadcast = np.broadcast_to(np.float64(2), (1, 4, 4, 4))
    assert (
        conv(broadcast, w, (1, 1), ((0, 0), (0, 0)), (1, 1), 1)
        == conv(broadcast.copy(), w, (1, 1), ((0, 0),) * 2, (1, 1), 1)
    ).all()


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 4)), min_size=1, max_size=3), st.integers(1, 20))
def test_same_padding_keeps_the_size_and_leans_high(axes, size):
    kernel, dilation = zip(*axes)
    for k, d, (low, high) in zip(kernel, dilation, same_padding(kernel, dilation)):
        assert output_size(size, k, 1, (low, high), d) == size
        assert high - low in (0, 1)


def test_output_size_of_a_large_case():
    assert math.prod(output_size(224, 7, 2, (3, 3)) for _ in range(2)) == 112**2
