"""RMS, group, instance and local response normalization: against their composition, conventions, messages."""

import numpy as np
import pytest

import autograd
from autograd import batch_norm, group_norm, instance_norm, layer_norm, local_response_norm, rms_norm
from autograd.testing import assert_close


def draw(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def derivatives(f, arrays):
    """Value, gradient and second derivative of a scalar made from f."""
    leaves = [autograd.tensor(a, requires_grad=True) for a in arrays]
    y = f(*leaves)
    first = autograd.gradients((y * y * draw(*y.shape, seed=7)).sum(), leaves, create_graph=True)
    total = sum(((d * draw(*d.shape, seed=8)) ** 2).sum() for d in first)
    return [y, *first, *autograd.gradients(total, leaves)]


def same(ours, theirs, arrays):
    for a, e in zip(derivatives(ours, arrays), derivatives(theirs, arrays)):
        assert_close(a, e, rtol=1e-9, atol=1e-10)


def test_rms_norm_is_its_composition():
    def composed(x, weight):
        return x / ((x * x).mean((-2, -1), keepdims=True) + 0.01) ** 0.5 * weight

    same(lambda x, w: rms_norm(x, (3, 4), w, 0.01), composed, (draw(2, 3, 4), draw(3, 4, seed=1)))


@pytest.mark.parametrize("shape", [(3, 4), (2, 4, 5), (2, 4, 3, 2)])
@pytest.mark.parametrize("channels_last", [False, True])
def test_group_norm_is_its_composition(shape, channels_last):
    x, wide = draw(*shape), (4, *(1,) * (len(shape) - 2))
    if channels_last:
        x = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)

    def composed(x, weight, bias):
        parts = x.reshape(len(x), 2, -1)
        parts = parts - parts.mean(-1, keepdims=True)
        parts = parts / ((parts * parts).mean(-1, keepdims=True) + 0.01) ** 0.5
        return parts.reshape(x.shape) * weight.reshape(wide) + bias.reshape(wide)

    same(lambda x, w, b: group_norm(x, 2, w, b, 0.01), composed, (x, draw(4, seed=1), draw(4, seed=2)))


def test_group_norm_between_layer_and_instance_norm():
    x = draw(2, 4, 3, 5)
    assert_close(group_norm(x, 1), layer_norm(x, (4, 3, 5)))
    assert_close(group_norm(x, 4), instance_norm(x))
    assert_close(instance_norm(x[:1]), batch_norm(x[:1], None, None, training=True))


def test_local_response_norm_is_its_composition():
    def composed(x):
        squares = autograd.pad(x * x, ((0, 0), (1, 1), (0, 0)))
        total = squares[:, :-2] + squares[:, 1:-1] + squares[:, 2:]
        return x / (2.0 + 0.5 / 3 * total) ** 0.75

    same(lambda x: local_response_norm(x, 3, 0.5, 0.75, 2.0), composed, (draw(2, 5, 4),))


def test_instance_norm_moves_the_running_values_towards_the_means_over_the_batch():
    x = draw(3, 2, 4)
    mean, variance = x.mean(2).mean(0), x.var(2, ddof=1).mean(0)
    for make in (np.array, autograd.tensor):
        running = make(np.zeros(2)), make(np.ones(2))
        for _ in range(2):
            instance_norm(x, *running, momentum=0.25)
        assert_close(np.asarray(running[0]), mean * (1 - 0.75**2))
        assert_close(np.asarray(running[1]), 0.75**2 + variance * (1 - 0.75**2))
    expected = (x - mean[:, None]) / np.sqrt(variance + 1e-5)[:, None]
    assert_close(instance_norm(x, mean, variance, use_input_stats=False), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(dtype):
    x = autograd.tensor(draw(4, 2, 3).astype(dtype), requires_grad=True)
    weight = np.ones(2)
    for y in (
        rms_norm(x, 3, np.ones(3)),
        group_norm(x, 1, weight, weight),
        instance_norm(x, None, None, weight, weight),
        local_response_norm(x, 2),
    ):
        assert y.dtype == dtype
        x.grad = None
        (y**3).sum().backward()
        assert x.grad.dtype == dtype
    assert rms_norm(np.array([3, 4]), 2).dtype == np.float64


def test_eps_of_rms_norm_is_that_of_the_dtype():
    for dtype in (np.float32, np.float64):
        eps = np.finfo(dtype).eps
        x = np.full(2, np.sqrt(eps), dtype)
        assert_close(rms_norm(x, 2), np.full(2, np.sqrt(0.5), dtype), rtol=1e-6)


def test_memory_stays_channels_last_and_empty_batches_pass():
    x = np.moveaxis(np.ones((2, 4, 4, 6), np.float32), -1, 1)
    assert np.moveaxis(group_norm(x, 2), 1, -1).flags.c_contiguous
    assert group_norm(x[:0], 2).shape == (0, 6, 4, 4)
    assert instance_norm(x[:0], np.zeros(6), np.ones(6)).shape == (0, 6, 4, 4)
    assert rms_norm(x[:0], 4).shape == (0, 6, 4, 4)


X = np.ones((4, 6, 2))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: rms_norm(X, 3), r"normalized_shape \(3,\) must be the end of the shape of the input, \(4, 6, 2\)"),
        (lambda: rms_norm(X, 2, np.ones(3)), r"weight of shape \(3,\), wanted normalized_shape \(2,\)"),
        (lambda: group_norm(X, 4), r"C a multiple of num_groups=4"),
        (lambda: group_norm(X, 2, np.ones(3)), r"weight of shape \(3,\), wanted one per channel .*\(6,\)"),
        (lambda: group_norm(X[..., 0], 6), r"less than two values; take fewer groups"),
        (lambda: instance_norm(X[..., 0]), r"wanted \(N, C, \*spatial\)"),
        (lambda: instance_norm(X[..., :1]), r"more than one value per sample and channel"),
        (lambda: instance_norm(X, use_input_stats=False), r"needs running_mean and running_var"),
        (lambda: instance_norm(X, np.ones(2), np.ones(6)), r"running_mean of shape \(2,\)"),
        (lambda: local_response_norm(X[..., 0], 2), r"wanted \(N, C, \*spatial\) of 3 axes or more"),
        (lambda: local_response_norm(X, 0), r"size must be ≥ 1, got 0"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
