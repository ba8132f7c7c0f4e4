"""The convolution and pooling kernels against PyTorch's."""

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

torch = pytest.importorskip("torch")
F = torch.nn.functional

from autograd.kernels.convolution import conv, conv_input, conv_weight
from autograd.kernels.pooling import (
    avg_pool,
    avg_pool_adjoint,
    max_pool,
    max_pool_index,
    pool_scatter,
    pool_size,
)


@given(st.data())
def test_convolution(data):
    rank = data.draw(st.integers(1, 3))
    each = lambda low, high: tuple(data.draw(st.integers(low, high)) for _ in range(rank))
    groups, per_group, out_per_group, batch = (data.draw(st.integers(1, 3)) for _ in range(4))
    kernel, stride, padding, dilation = each(1, 3), each(1, 3), each(0, 3), each(1, 2)
    spatial = tuple(max(1, d * (k - 1) + 1 - 2 * p) + n for d, k, p, n in zip(dilation, kernel, padding, each(0, 4)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = rng.standard_normal((batch, groups * per_group, *spatial))
    w = rng.standard_normal((groups * out_per_group, per_group, *kernel))
    tx, tw = (torch.tensor(a, requires_grad=True) for a in (x, w))
    ty = (F.conv1d, F.conv2d, F.conv3d)[rank - 1](tx, tw, None, stride, padding, dilation, groups)
    geometry = stride, tuple((p, p) for p in padding), dilation, groups
    y = conv(x, w, *geometry)
    np.testing.assert_allclose(y, ty.detach().numpy(), atol=1e-12)
    g = rng.standard_normal(y.shape)
    dx, dw = torch.autograd.grad(ty, (tx, tw), torch.tensor(g))
    np.testing.assert_allclose(conv_input(g, w, x.shape, *geometry), dx.numpy(), atol=1e-11)
    np.testing.assert_allclose(conv_weight(g, x, w.shape, *geometry), dw.numpy(), atol=1e-11)


@given(st.data())
def test_pooling(data):
    rank = data.draw(st.integers(1, 3))
    each = lambda low, high: tuple(data.draw(st.integers(low, high)) for _ in range(rank))
    kernel, stride, dilation, ceil_mode = each(1, 4), each(1, 4), each(1, 2), data.draw(st.booleans())
    padding = tuple(data.draw(st.integers(0, k // 2)) for k in kernel)
    spatial = tuple(d * (k - 1) + 1 + n for d, k, n in zip(dilation, kernel, each(0, 4)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = rng.integers(-3, 4, (2, 3, *spatial)).astype(float)
    if rank < 3 and data.draw(st.booleans()):  # in 3-d PyTorch's index of a window full of -inf lies outside the window
        x[rng.random(x.shape) < 0.2] = -np.inf
    if data.draw(st.booleans()):
        x[rng.random(x.shape) < 0.1] = np.nan
    tx = torch.tensor(x, requires_grad=True)
    torch_max = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[rank - 1]
    geometry = kernel, stride, padding, dilation, ceil_mode
    sizes = [pool_size(*axis, ceil_mode) for axis in zip(spatial, kernel, stride, padding, dilation)]
    for n, o, k, s, p, d in zip(spatial, sizes, kernel, stride, padding, dilation):
        assume(all(any(0 <= i * s - p + j * d < n for j in range(k)) for i in range(o)))
    ty, tindex = torch_max(tx, *geometry, return_indices=True)
    y = max_pool(x, *geometry)
    index = max_pool_index(x, y, *geometry)
    np.testing.assert_array_equal(y, ty.detach().numpy())
    np.testing.assert_array_equal(index, tindex.numpy())
    g = rng.standard_normal(y.shape)
    (dx,) = torch.autograd.grad(ty, tx, torch.tensor(g))
    np.testing.assert_allclose(pool_scatter(g, index, spatial), dx.numpy(), atol=1e-12)

    x = rng.standard_normal(x.shape)
    tx = torch.tensor(x, requires_grad=True)
    geometry = kernel, stride, padding, ceil_mode, data.draw(st.booleans())
    ty = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[rank - 1](tx, *geometry)
    y = avg_pool(x, *geometry)
    np.testing.assert_allclose(y, ty.detach().numpy(), atol=1e-12)
    g = rng.standard_normal(y.shape)
    (dx,) = torch.autograd.grad(ty, tx, torch.tensor(g))
    np.testing.assert_allclose(avg_pool_adjoint(g, spatial, *geometry), dx.numpy(), atol=1e-12)
