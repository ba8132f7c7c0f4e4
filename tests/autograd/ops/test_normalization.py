"""batch_norm and layer_norm: against their composition, conventions, messages."""

import numpy as np
import pytest

import autograd
from autograd import batch_norm, layer_norm
from autograd.testing import assert_close


def draw(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def composed(x, weight, bias, axes, shape, eps):
    """The formula in single steps."""
    mean = x.mean(axes, keepdims=True)
    centered = x - mean
    variance = (centered * centered).mean(axes, keepdims=True)
    return centered / (variance + eps) ** 0.5 * weight.reshape(shape) + bias.reshape(shape)


def derivatives(f, arrays):
    """Value, gradient and second derivative of a scalar made from f."""
    leaves = [autograd.tensor(a, requires_grad=True) for a in arrays]
    y = f(*leaves)
    g = draw(*y.shape, seed=7)
    first = autograd.gradients((y * y * g).sum(), leaves, create_graph=True)
    total = sum(((d * draw(*d.shape, seed=8)) ** 2).sum() for d in first)
    return [y, *first, *autograd.gradients(total, leaves)]


@pytest.mark.parametrize("shape", [(6, 3), (4, 3, 5), (3, 2, 4, 5), (2, 3, 2, 3, 2)])
@pytest.mark.parametrize("channels_last", [False, True])
def test_batch_norm_is_its_composition(shape, channels_last):
    x, c = draw(*shape), shape[1]
    if channels_last:
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    axes, broadcast = (0, *range(2, len(shape))), (c, *(1,) * (len(shape) - 2))
    arrays = (x, draw(c, seed=1), draw(c, seed=2))
    ours = derivatives(lambda x, w, b: batch_norm(x, None, None, w, b, training=True, eps=0.01), arrays)
    theirs = derivatives(lambda x, w, b: composed(x, w, b, axes, broadcast, 0.01), arrays)
    for a, e in zip(ours, theirs):
        assert_close(a, e, rtol=1e-9)


@pytest.mark.parametrize("shape, normalized", [((5, 4), (4,)), ((2, 3, 4), (3, 4)), ((3,), (3,)), ((2, 0, 3), (3,))])
def test_layer_norm_is_its_composition(shape, normalized):
    axes = tuple(range(len(shape) - len(normalized), len(shape)))
    arrays = (draw(*shape), draw(*normalized, seed=1), draw(*normalized, seed=2))
    ours = derivatives(lambda x, w, b: layer_norm(x, normalized, w, b, eps=0.01), arrays)
    theirs = derivatives(lambda x, w, b: composed(x, w, b, axes, normalized, 0.01), arrays)
    for a, e in zip(ours, theirs):
        assert_close(a, e, rtol=1e-9)


def test_batch_norm_moves_its_running_values():
    x = draw(4, 2, 3)
    mean, variance = x.mean((0, 2)), x.var((0, 2), ddof=1)
    for make in (np.array, autograd.tensor):
        running = make(np.zeros(2)), make(np.ones(2))
        for _ in range(2):
            batch_norm(x, *running, training=True, momentum=0.25)
        assert_close(np.asarray(running[0]), mean * (1 - 0.75**2))
        assert_close(np.asarray(running[1]), 0.75**2 + variance * (1 - 0.75**2))
    kept = np.zeros(2)
    batch_norm(x, kept, None, training=True)
    assert_close(kept, 0.1 * mean)


def test_batch_norm_uses_the_running_values_outside_training():
    x, weight, bias = draw(4, 2, 3), draw(2, seed=1), draw(2, seed=2)
    mean, variance = np.array([1.0, -1.0]), np.array([4.0, 0.25])
    before = mean.copy(), variance.copy()
    expected = (x - mean[:, None]) / np.sqrt(variance + 1e-5)[:, None]
    assert_close(batch_norm(x, mean, variance), expected)
    assert_close(batch_norm(x, mean, variance, weight), expected * weight[:, None])
    assert_close(batch_norm(x, mean, variance, weight, bias), expected * weight[:, None] + bias[:, None])
    assert (mean == before[0]).all()
    assert (variance == before[1]).all()


def test_batch_norm_outside_training_is_differentiable():
    arrays = draw(3, 2, 4), draw(2, seed=1), draw(2, seed=2)
    mean, variance = np.array([1.0, -1.0]), np.array([4.0, 0.25])
    ours = derivatives(lambda x, w, b: batch_norm(x, mean, variance, w, b), arrays)
    theirs = derivatives(
        lambda x, w, b: (x - mean[:, None]) / np.sqrt(variance + 1e-5)[:, None] * w.reshape(2, 1) + b.reshape(2, 1),
        arrays,
    )
    for a, e in zip(ours, theirs):
        assert_close(a, e, rtol=1e-9)


def test_a_backward_pass_after_the_running_values_moved_raises():
    running = autograd.tensor(np.zeros(2), name="running_mean"), autograd.tensor(np.ones(2))
    weight = autograd.tensor(np.ones(2), requires_grad=True)
    y = batch_norm(draw(4, 2), *running, weight)
    batch_norm(draw(4, 2), *running, training=True)
    with pytest.raises(RuntimeError, match=r"running_mean.* was overwritten"):
        y.sum().backward()


def test_a_trace_sees_the_running_values_move():
    running = autograd.tensor(np.zeros(2)), autograd.tensor(np.ones(2))
    program = autograd.trace(lambda x: batch_norm(x, *running, training=True), draw(4, 2))
    assert [before.shape for before, _ in program.updates] == [(2,), (2,)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_and_missing_weights(dtype):
    x = autograd.tensor(draw(4, 3, 2).astype(dtype), requires_grad=True)
    for y in (batch_norm(x, None, None, training=True), layer_norm(x, 2), layer_norm(x, (3, 2))):
        assert y.dtype == dtype
        (y**3).sum().backward()
        assert x.grad.dtype == dtype
    single = draw(4, 3).astype(np.float32)
    assert batch_norm(single, np.zeros(3), np.ones(3)).dtype == np.float32
    assert layer_norm(single, 3, np.ones(3), np.zeros(3)).dtype == np.float32


def test_memory_stays_channels_last():
    x = np.moveaxis(np.ones((2, 4, 4, 3), np.float32), -1, 1)
    assert np.moveaxis(batch_norm(x, None, None, training=True), 1, -1).flags.c_contiguous
    assert np.moveaxis(batch_norm(x, np.zeros(3), np.ones(3)), 1, -1).flags.c_contiguous


def test_batch_norm_keeps_its_input_and_small_vectors_only():
    x = autograd.tensor(draw(4, 3, 5), requires_grad=True)
    weight = autograd.tensor(np.ones(3), requires_grad=True)
    y = batch_norm(x, None, None, weight, training=True)
    (node,) = y._node.inputs
    assert sorted(a.shape for a in node.saved) == [(3,), (3,), (3,), (4, 3, 5)]


X = np.ones((4, 3, 2))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: batch_norm(np.ones(3), None, None, training=True), r"input of shape \(3,\), wanted \(N, C\) or"),
        (lambda: batch_norm(X, None, None), r"without training=True it needs running_mean and running_var"),
        (
            lambda: batch_norm(X, np.ones(2), np.ones(3)),
            r"running_mean of shape \(2,\), wanted one per channel .* \(3,\)",
        ),
        (
            lambda: batch_norm(X, None, None, np.ones((3, 1)), training=True),
            r"weight of shape \(3, 1\), wanted one per",
        ),
        (lambda: batch_norm(X[:1, :, :1], None, None, training=True), r"more than one value per channel, got input"),
        (lambda: batch_norm(X[:, :0], None, None, training=True), r"more than one value per channel"),
        (lambda: batch_norm(X[:0], None, None, training=True), r"more than one value per channel.*larger batch"),
        (lambda: layer_norm(X, 3), r"normalized_shape \(3,\) must be the end of the shape of the input, \(4, 3, 2\)"),
        (lambda: layer_norm(X, ()), r"normalized_shape \(\) must be the end"),
        (lambda: layer_norm(X, (5, 4, 3, 2)), r"must be the end of the shape"),
        (lambda: layer_norm(X, (3, 2), np.ones(2)), r"weight of shape \(2,\), wanted normalized_shape \(3, 2\)"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
