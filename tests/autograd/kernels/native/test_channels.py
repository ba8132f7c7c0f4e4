"""Native sums and scalings per channel, and batch normalization made of them."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")

import autograd
from autograd.kernels import channels as kernels
from autograd.kernels.choice import references_only
from autograd.kernels.native import channel_kernels, channels
from autograd.kernels.native.calls import list_of_calls

SHAPES = [(1, 1, 2, 1), (2, 5, 7, 3), (3, 40, 33, 10), (2, 9, 9, 17), (2, 30, 31, 64), (3, 4, 5, 300)]


def image(shape, dtype, seed=0, offset=0.0):
    """Channels-last memory of (N, H, W, C), seen as (N, C, H, W)."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) + offset).astype(dtype).transpose(0, 3, 1, 2)


def vectors(count, channels, dtype):
    rng = np.random.default_rng(7)
    return [rng.normal(size=channels).astype(dtype) for _ in range(count)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_against_the_reference(shape, dtype):
    x, y = image(shape, dtype), image(shape, dtype, 1)
    a, b, c = vectors(3, shape[-1], dtype)
    tolerance = {"rtol": 1e-11, "atol": 1e-11} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-3}
    for name, args in {
        "channel_sum": (x,),
        "channel_dot": (x, y, a),
        "channel_moments": (x,),
        "channel_affine": (x, a, b),
        "channel_mix": (x, y, a, b, c),
    }.items():
        got, wanted = getattr(channels, name)(*args), getattr(kernels, name).reference(*args)
        for one, other in zip(*([r] if isinstance(r, np.ndarray) else r for r in (got, wanted)), strict=True):
            np.testing.assert_allclose(one, other, **tolerance, err_msg=name)
            assert one.dtype == dtype, name
            assert one.shape == other.shape, name
    shifted = kernels.channel_affine.reference(x, None, b)
    np.testing.assert_array_equal(channels.channel_affine(x, None, b), shifted)


def test_a_variance_beside_a_large_mean():
    x = image((4, 40, 40, 3), np.float64, offset=1e4).astype(np.float32)
    exact = x.astype(np.float64)
    mean, variance = channels.channel_moments(x)
    np.testing.assert_allclose(mean, exact.mean((0, 2, 3)), rtol=1e-6)
    np.testing.assert_allclose(variance, exact.var((0, 2, 3)), rtol=1e-4)


def test_nan_and_infinity_stay_in_their_channel():
    x = image((2, 4, 4, 5), np.float32)
    x[0, 1, 2, 3], x[1, 4, 0, 0] = np.nan, np.inf
    with np.errstate(invalid="ignore"):
        wanted = kernels.channel_moments.reference(x)
    for got, other in zip(channels.channel_moments(x), wanted, strict=True):
        np.testing.assert_allclose(got, other, rtol=1e-5)


def test_matrices_and_sequences():
    for shape in ((5, 6), (5, 4, 7)):
        x = np.moveaxis(np.random.default_rng(0).normal(size=shape), -1, 1)
        for got, wanted in zip(channels.channel_moments(x), kernels.channel_moments.reference(x), strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_what_is_left_to_numpy():
    x = np.ones((2, 3, 4, 4))
    assert channels.channel_sum(x) is None
    assert channels.channel_dot(x, x, np.ones(3)) is None
    assert channels.channel_affine(image((2, 4, 4, 3), np.float32), np.ones(3), np.ones(3)) is None
    assert channels.channel_moments(image((0, 4, 4, 3), np.float32)) is None


def test_other_operands_in_any_memory():
    x, (a, b) = image((2, 4, 4, 6), np.float64), vectors(2, 6, np.float64)
    plain = np.ascontiguousarray(x) + 1
    np.testing.assert_allclose(
        channels.channel_dot(plain, x, a[::-1]), kernels.channel_dot.reference(plain, x, a[::-1]), rtol=1e-12
    )
    spread = np.broadcast_to(2.0, (6,))
    np.testing.assert_allclose(
        channels.channel_mix(plain, x, spread, a, b), kernels.channel_mix.reference(plain, x, spread, a, b), rtol=1e-12
    )


def relu_back(g, y):
    return np.where(y > 0, g, 0)


@pytest.mark.parametrize("shape", [(2, 5, 7, 3), (3, 6, 6, 16), (2, 4, 4, 40)])
def test_batch_norm_in_a_list_of_calls_with_its_neighbours(shape):
    dtype, count, pixels = np.float64, shape[-1], int(np.prod(shape[:3]))
    rng = np.random.default_rng(0)
    x, residual, g = (rng.normal(size=shape) for _ in range(3))
    weight, bias = rng.normal(size=count), rng.normal(size=count)
    y, dx = np.empty(shape), np.empty(shape)
    mean, variance, scale, shift, d_weight, d_bias, a, b, c = np.empty((9, count))
    partials = np.empty(channel_kernels.partial_count(count, dtype, pixels))
    back = (("greater", 1, 0.0), ("where", 2, 0, 0.0))
    k = channel_kernels
    list_of_calls(
        [
            (k.moment_partials(count, dtype, pixels), (x, partials)),
            (k.moments(count, dtype, pixels, 1e-5), (partials, mean, variance, weight, bias, scale, shift)),
            (
                k.affine(count, dtype, pixels, True, (("add", 0, 1), ("relu", 2)), 1),
                (x, scale, shift, residual, y),
            ),
            (k.sum_partials(count, dtype, pixels, True, back, 1), (g, y, x, mean, partials)),
            (k.slopes(count, dtype, pixels, 1e-5), (partials, mean, variance, weight, d_weight, d_bias, a, b, c)),
            (k.mix(count, dtype, pixels, back, 1), (g, y, x, a, b, c, dx)),
        ]
    )()

    def loss(x, weight, bias):
        out = autograd.batch_norm(x.transpose(0, 3, 1, 2), None, None, weight, bias, training=True)
        return (autograd.relu(out.transpose(0, 2, 3, 1) + residual) * g).sum()

    with references_only():
        out = autograd.batch_norm(x.transpose(0, 3, 1, 2), None, None, weight, bias, training=True)
        slopes = autograd.grad(loss, (0, 1, 2))(x, weight, bias)
    np.testing.assert_allclose(y, np.maximum(out.transpose(0, 2, 3, 1) + residual, 0), rtol=1e-9, atol=1e-12)
    for got, wanted in zip((dx, d_weight, d_bias), slopes, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-10)


def test_threads(same_on_any_number_of_threads):
    x, (a, b, c) = image((5, 30, 31, 24), np.float32), vectors(3, 24, np.float32)

    def run():
        moments = channels.channel_moments(x)
        return (*moments, channels.channel_dot(x, x, a), channels.channel_mix(x, x, a, b, c))

    same_on_any_number_of_threads(run)


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "reference or neighbours")
