"""Normalization layers: state, forms of input, messages. Their values are those of `autograd.ops.group_norms`."""

import numpy as np
import pytest

import nn

X = np.random.default_rng(0).normal(size=(2, 4, 3, 5)).astype(np.float32)


def test_state_names():
    assert list(nn.GroupNorm(2, 4).state_dict()) == ["weight", "bias"]
    assert list(nn.GroupNorm(2, 4, affine=False).state_dict()) == []
    assert list(nn.InstanceNorm2d(4).state_dict()) == []
    tracked = nn.InstanceNorm2d(4, affine=True, track_running_stats=True)
    assert list(tracked.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert list(nn.RMSNorm((3, 4)).state_dict()) == ["weight"]


def test_every_group_has_mean_0_and_variance_1():
    y = nn.GroupNorm(2, 4)(X).data.reshape(2, 2, -1)
    np.testing.assert_allclose(y.mean(-1), 0, atol=1e-6)
    np.testing.assert_allclose(y.var(-1), 1, rtol=1e-4)


def test_a_single_image_needs_no_batch_axis():
    for layer, x in (
        (nn.InstanceNorm1d(4), X[..., 0]),
        (nn.InstanceNorm2d(4), X),
        (nn.InstanceNorm3d(4), X[..., None]),
    ):
        np.testing.assert_array_equal(layer(x).data[0], layer(x[0]).data)


def test_instance_norm_in_evaluation():
    layer = nn.InstanceNorm2d(4, track_running_stats=True, momentum=1.0)
    layer(X)
    np.testing.assert_allclose(layer.running_mean.data, X.mean((0, 2, 3)), rtol=1e-5, atol=1e-6)
    layer.eval()
    expected = (X - layer.running_mean.data.reshape(4, 1, 1)) / np.sqrt(layer.running_var.data + 1e-5).reshape(4, 1, 1)
    np.testing.assert_allclose(layer(X).data, expected, rtol=1e-5, atol=1e-6)
    plain = nn.InstanceNorm2d(4)
    np.testing.assert_array_equal(plain(X).data, plain.eval()(X).data)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: nn.GroupNorm(3, 4), r"multiple of num_groups, got num_channels=4 and num_groups=3"),
        (lambda: nn.GroupNorm(2, 6)(X), r"C = 6 channels, got shape \(2, 4, 3, 5\)"),
        (lambda: nn.InstanceNorm2d(3)(X), r"InstanceNorm2d wants .* C = 3 channels, got shape \(2, 4, 3, 5\)"),
        (lambda: nn.InstanceNorm1d(4)(X), r"InstanceNorm1d wants an input \(N, C, \*spatial\) of 3 axes"),
        (lambda: nn.RMSNorm(4)(X), r"normalized_shape \(4,\)"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
