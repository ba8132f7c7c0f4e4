"""batch_norm and layer_norm against PyTorch's: values, running values, gradients and second derivatives."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

torch = pytest.importorskip("torch")
F = torch.nn.functional

import autograd


def compare(ours, theirs, leaves, torch_leaves):
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), atol=1e-11)
    firsts = autograd.gradients((ours**3).sum(), leaves, create_graph=True)
    torch_firsts = torch.autograd.grad((theirs**3).sum(), torch_leaves, create_graph=True)
    total, torch_total = 0, 0
    for d, td in zip(firsts, torch_firsts):
        scale = max(1, td.detach().abs().max().item())
        np.testing.assert_allclose(d.data, td.detach().numpy(), atol=1e-10 * scale)
        total, torch_total = total + (d**2).sum(), torch_total + (td**2).sum()
    for d, td in zip(autograd.gradients(total, leaves), torch.autograd.grad(torch_total, torch_leaves)):
        np.testing.assert_allclose(d.data, td.numpy(), atol=1e-8 * max(1, td.abs().max().item()))


@given(st.data())
def test_batch_norm(data):
    spatial = data.draw(st.lists(st.integers(1, 4), max_size=3))
    shape = (data.draw(st.integers(2, 4)), data.draw(st.integers(1, 3)), *spatial)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    arrays = [rng.standard_normal(shape), *rng.standard_normal((2, shape[1]))]
    leaves = [autograd.tensor(a, requires_grad=True) for a in arrays]
    torch_leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    running = rng.standard_normal(shape[1]), rng.uniform(0.5, 2, shape[1])
    torch_running = [torch.tensor(r) for r in running]
    settings = {"training": data.draw(st.booleans()), "momentum": 0.3, "eps": 1e-2}
    compare(
        autograd.batch_norm(leaves[0], *running, *leaves[1:], **settings),
        F.batch_norm(torch_leaves[0], *torch_running, *torch_leaves[1:], **settings),
        leaves,
        torch_leaves,
    )
    for r, t in zip(running, torch_running):
        np.testing.assert_allclose(r, t.numpy(), atol=1e-12)


@given(st.data())
def test_layer_norm(data):
    normalized = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    lead = tuple(data.draw(st.lists(st.integers(1, 3), max_size=2)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    arrays = [rng.standard_normal(s) for s in (lead + normalized, normalized, normalized)]
    leaves = [autograd.tensor(a, requires_grad=True) for a in arrays]
    torch_leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    compare(
        autograd.layer_norm(leaves[0], normalized, *leaves[1:], eps=1e-2),
        F.layer_norm(torch_leaves[0], normalized, *torch_leaves[1:], eps=1e-2),
        leaves,
        torch_leaves,
    )
