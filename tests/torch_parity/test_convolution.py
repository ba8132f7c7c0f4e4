"""conv1d to conv_transpose3d against PyTorch's: values, gradients and second derivatives."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

torch = pytest.importorskip("torch")
F = torch.nn.functional

import autograd


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@given(st.data())
def test_convolutions(data):
    rank, transposed = data.draw(st.integers(1, 3)), data.draw(st.booleans())
    each = lambda low, high: tuple(data.draw(st.integers(low, high)) for _ in range(rank))
    groups, per_group, out_per_group, batch = (data.draw(st.integers(1, 3)) for _ in range(4))
    kernel, stride, padding, dilation = each(1, 3), each(1, 3), each(0, 2), each(1, 2)
    spatial = tuple(max(1, d * (k - 1) + 1 - 2 * p) + n for d, k, p, n in zip(dilation, kernel, padding, each(0, 4)))
    name = f"conv{'_transpose' if transposed else ''}{rank}d"
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    channels = (groups * out_per_group, groups * per_group)
    if transposed:
        channels = channels[::-1]
        settings["output_padding"] = tuple(data.draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation))
        spatial = tuple(n + 2 * p for n, p in zip(spatial, padding))
    elif data.draw(st.booleans()):
        settings["padding"], settings["stride"] = "same", 1
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    arrays = (
        rng.standard_normal((batch, channels[1], *spatial)),
        rng.standard_normal((groups * out_per_group if not transposed else channels[1], per_group, *kernel)),
        rng.standard_normal(channels[0]),
    )
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    ours = [autograd.tensor(a, requires_grad=True) for a in arrays]
    ty, y = getattr(F, name)(*theirs, **settings), getattr(autograd, name)(*ours, **settings)
    np.testing.assert_allclose(y.data, ty.detach().numpy(), atol=1e-11)
    tgrads = torch.autograd.grad((ty**3).sum(), theirs, create_graph=True)
    grads = autograd.gradients((y**3).sum(), ours, create_graph=True)
    for d, td in zip(grads, tgrads):
        np.testing.assert_allclose(d.data, td.detach().numpy(), atol=1e-9 * max(1, td.detach().abs().max().item()))
    tsecond = torch.autograd.grad(sum((d**2).sum() for d in tgrads), theirs)
    second = autograd.gradients((grads[0] ** 2).sum() + (grads[1] ** 2).sum() + (grads[2] ** 2).sum(), ours)
    for d, td in zip(second, tsecond):
        np.testing.assert_allclose(d.data, td.numpy(), atol=1e-9 * max(1, td.detach().abs().max().item()))
