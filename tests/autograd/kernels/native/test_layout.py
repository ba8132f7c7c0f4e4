"""How images come to lie channels-last."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from autograd.kernels.native import pooling
from autograd.kernels.native.capture import captured
from autograd.kernels.native.layout import images, like_images

X = np.random.default_rng(0).normal(size=(2, 6, 5, 4))


@pytest.mark.parametrize(
    "x",
    [
        X,
        X.transpose(0, 3, 1, 2),
        X.transpose(3, 2, 1, 0),
        X[:, ::-1, :, ::-2],
        X[:, :1],
        X[0, 0],
        X.astype(np.float32)[:, :, 1:],
        X > 0,
        X[:0],
        np.broadcast_to(X[:, :1, :1], X.shape),
        np.broadcast_to(2.0, X.shape),
    ],
)
def test_like_images(x):
    wanted = np.moveaxis(x, 1, -1)
    got = like_images(x)
    np.testing.assert_array_equal(got, wanted)
    assert got.flags.c_contiguous
    assert got.dtype == x.dtype


def test_images():
    last = np.ones((2, 4, 4, 3), np.float32).transpose(0, 3, 1, 2)
    assert images(last).base is not None
    for other in (last[:, ::-1], last.astype(np.float16), last[:0], np.ones((2, 3, 4, 4)), np.ones(3)):
        assert images(other) is None


def test_an_adjoint_in_rows_of_planes_is_recorded_too():
    g = np.ones((2, 3, 2, 2), np.float32)
    assert captured(pooling.avg_pool_adjoint, (g, (4, 4), (2, 2), (2, 2), (0, 0))) is not None
