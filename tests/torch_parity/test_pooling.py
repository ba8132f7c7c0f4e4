"""max_pool1d to avg_pool3d against PyTorch's: values, indices, gradients."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

torch = pytest.importorskip("torch")
F = torch.nn.functional

import autograd


@given(st.data())
def test_pooling(data):
    rank, name = data.draw(st.integers(1, 3)), data.draw(st.sampled_from(["max", "avg"]))
    each = lambda low, high: tuple(data.draw(st.integers(low, high)) for _ in range(rank))
    kernel = each(1, 4)
    settings = {"kernel_size": kernel, "stride": data.draw(st.sampled_from([None, each(1, 3)]))}
    settings["padding"] = tuple(data.draw(st.integers(0, k // 2)) for k in kernel)
    settings["ceil_mode"] = data.draw(st.booleans())
    if name == "avg":
        settings["count_include_pad"] = data.draw(st.booleans())
        if rank > 1:
            settings["divisor_override"] = data.draw(st.sampled_from([None, 3, -2]))
    x = np.random.default_rng(data.draw(st.integers(0, 99))).standard_normal(
        (2, 3, *(k + n for k, n in zip(kernel, each(0, 4))))
    )
    if data.draw(st.booleans()):
        x = x[0]
    tx, ours = torch.tensor(x, requires_grad=True), autograd.tensor(x, requires_grad=True)
    function = f"{name}_pool{rank}d"
    if name == "max":
        ty, tindex = getattr(F, function)(tx, **settings, return_indices=True)
        y, index = getattr(autograd, function)(ours, **settings, return_indices=True)
        np.testing.assert_array_equal(index.data, tindex.numpy())
    else:
        ty, y = getattr(F, function)(tx, **settings), getattr(autograd, function)(ours, **settings)
    np.testing.assert_allclose(y.data, ty.detach().numpy(), atol=1e-12)
    (td,) = torch.autograd.grad((ty**3).sum(), tx, create_graph=True)
    (d,) = autograd.gradients((y**3).sum(), ours, create_graph=True)
    np.testing.assert_allclose(d.data, td.detach().numpy(), atol=1e-10)
    (tsecond,) = torch.autograd.grad((td**2).sum(), tx)
    (second,) = autograd.gradients((d**2).sum(), ours)
    np.testing.assert_allclose(second.data, tsecond.numpy(), atol=1e-9)
