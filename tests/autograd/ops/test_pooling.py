"""max_pool1d to avg_pool3d: values, conventions, messages."""

import numpy as np
import pytest

import autograd
from autograd import avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d
from autograd.testing import assert_close

IMAGE = np.arange(16.0).reshape(1, 1, 4, 4)


def test_known_values():
    assert max_pool2d(IMAGE, 2).tolist() == [[[[5, 7], [13, 15]]]]
    assert avg_pool2d(IMAGE, 2).tolist() == [[[[2.5, 4.5], [10.5, 12.5]]]]
    assert max_pool2d(IMAGE, (2, 3), stride=(2, 1)).tolist() == [[[[6, 7], [14, 15]]]]
    assert max_pool2d(IMAGE, 3, stride=2, padding=1).tolist() == [[[[5, 7], [13, 15]]]]
    assert max_pool2d(IMAGE, 3, stride=2).shape == (1, 1, 1, 1)
    assert max_pool2d(IMAGE, 3, stride=2, ceil_mode=True).shape == (1, 1, 2, 2)
    assert max_pool2d(IMAGE, 2, stride=1, dilation=3).tolist() == [[[[15]]]]


def test_means_at_the_border():
    x = np.ones((1, 1, 4))
    third = 1 / 3
    assert_close(avg_pool1d(x, 3, stride=2, padding=1), np.array([[[2 * third, 1.0]]]))
    assert_close(avg_pool1d(x, 3, stride=2, padding=1, count_include_pad=False), np.ones((1, 1, 2)))
    assert_close(avg_pool1d(x, 3, stride=2, padding=1, ceil_mode=True), np.array([[[2 * third, 1.0, 0.5]]]))
    assert_close(avg_pool2d(IMAGE, 2, divisor_override=1), 4 * avg_pool2d(IMAGE, 2))


@pytest.mark.parametrize(
    "max_pool, avg_pool, rank", [(max_pool1d, avg_pool1d, 1), (max_pool2d, avg_pool2d, 2), (max_pool3d, avg_pool3d, 3)]
)
def test_a_single_example_needs_no_batch_axis(max_pool, avg_pool, rank):
    x = np.random.default_rng(0).standard_normal((2, *[6] * rank))
    assert_close(avg_pool(x, 2), avg_pool(x[None], 2)[0])
    y, index = max_pool(x, 3, 2, 1, return_indices=True)
    whole, indices = max_pool(x[None], 3, 2, 1, return_indices=True)
    assert_close(y, whole[0])
    assert_close(index, indices[0])
    assert_close(np.take_along_axis(x.reshape(2, -1), index.reshape(2, -1), 1), y.reshape(2, -1))


def test_ties_go_to_the_first_and_overlaps_accumulate():
    x = autograd.tensor(np.ones((1, 1, 3, 3)), requires_grad=True)
    max_pool2d(x, 2, stride=1).sum().backward()
    assert x.grad.tolist() == [[[[1, 1, 0], [1, 1, 0], [0, 0, 0]]]]
    peak = autograd.tensor(np.pad([[1.0]], 1)[None, None], requires_grad=True)
    max_pool2d(peak, 2, stride=1).sum().backward()
    assert peak.grad.tolist() == [[[[0, 0, 0], [0, 4, 0], [0, 0, 0]]]]


def test_nan_and_infinity():
    x = np.array([[[1.0, np.nan, 2.0, -np.inf, -np.inf, 5.0]]])
    y, index = max_pool1d(x, 2, return_indices=True)
    assert np.isnan(y[0, 0, 0])
    assert y[0, 0, 1:].tolist() == [2, 5]
    assert index.tolist() == [[[1, 2, 5]]]
    assert max_pool1d(np.full((1, 1, 2), -np.inf), 2, padding=1, return_indices=True)[1].tolist() == [[[0, 1]]]


def test_padding_is_never_the_maximum():
    assert (max_pool2d(-1 - IMAGE, 3, stride=1, padding=1) < 0).all()
    assert max_pool2d(-1 - IMAGE.astype(np.int64), 2, padding=1).dtype == np.int64


def test_second_derivatives_flow_through():
    x = autograd.tensor(np.random.default_rng(0).standard_normal((2, 2, 6, 6)), requires_grad=True)
    for pool in (max_pool2d, avg_pool2d):
        y = pool(x, 3, 2, 1)
        (d,) = autograd.gradients((y**3).sum(), x, create_graph=True)
        (second,) = autograd.gradients((d * d).sum(), x)
        step, v = 1e-5, np.random.default_rng(1).standard_normal(x.shape)

        def slope(a, pool=pool):
            t = autograd.tensor(a, requires_grad=True)
            return autograd.gradients((pool(t, 3, 2, 1) ** 3).sum(), t)[0].data

        numeric = ((slope(x.data + step * v) ** 2).sum() - (slope(x.data - step * v) ** 2).sum()) / (2 * step)
        assert np.vdot(second.data, v) == pytest.approx(numeric, rel=1e-6)


def test_indices_carry_no_gradient():
    y, index = max_pool2d(autograd.tensor(IMAGE, requires_grad=True), 2, return_indices=True)
    assert y.requires_grad
    assert not index.requires_grad
    assert index.dtype == np.int64


def test_arrays_empty_batches_and_dtypes():
    assert type(max_pool2d(IMAGE, 2)) is np.ndarray
    assert max_pool2d(np.ones((0, 3, 4, 4)), 2).shape == (0, 3, 2, 2)
    assert avg_pool2d(np.ones((0, 3, 4, 4)), 2).shape == (0, 3, 2, 2)
    x = autograd.tensor(IMAGE.astype(np.float32), requires_grad=True)
    for y in (max_pool2d(x, 3, 1, 1), avg_pool2d(x, 3, 1, 1, count_include_pad=False)):
        assert y.dtype == np.float32
        y.sum().backward()
        assert x.grad.dtype == np.float32


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: max_pool2d(np.ones((4, 4)), 2), r"max_pool2d: input of shape \(4, 4\), wanted \(N, C, H, W\), or"),
        (lambda: avg_pool1d(IMAGE, 2), r"avg_pool1d: input of shape \(1, 1, 4, 4\), wanted \(N, C, L\), or \(C, L\)"),
        (lambda: max_pool2d(IMAGE, 5), r"no window of size \(5, 5\) with padding \(0, 0\) and dilation \(1, 1\) fits"),
        (lambda: max_pool2d(IMAGE, 0), r"max_pool2d: kernel_size=0, wanted an integer ≥ 1 or 2 of them"),
        (lambda: max_pool2d(IMAGE, 2, stride=(1, 2, 3)), r"max_pool2d: stride=\(1, 2, 3\), wanted"),
        (lambda: avg_pool2d(IMAGE, 2, padding=2), r"padding \(2, 2\) may be at most half of the kernel \(2, 2\)"),
        (lambda: avg_pool2d(IMAGE, 2, divisor_override=0), r"divisor_override must not be 0"),
        (lambda: max_pool1d(np.ones((1, 1, 1)), 2, 1, 1, 2), r"dilation \(2,\) lets a window of size \(2,\) step over"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
