"""Parametrizations and helpers of nn.utils against PyTorch's: same state, same weights, same gradients."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd.tensor import wrap

torch = pytest.importorskip("torch")
P, T = nn.utils.parametrizations, torch.nn.utils.parametrizations


def load(ours: Any, theirs: Any) -> None:
    state = {k: v.detach().numpy() for k, v in theirs.state_dict().items()}
    assert set(state) == set(ours.state_dict())
    ours.load_state_dict(state)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(
    "wrapped, options",
    [
        ("weight_norm", {}),
        ("weight_norm", {"dim": 1}),
        ("weight_norm", {"dim": None}),
        ("spectral_norm", {}),
        ("spectral_norm", {"n_power_iterations": 3, "dim": 1}),
        ("orthogonal", {"orthogonal_map": "matrix_exp"}),
        ("orthogonal", {"orthogonal_map": "cayley"}),
        ("orthogonal", {"orthogonal_map": "householder"}),
        ("orthogonal", {"orthogonal_map": "householder", "use_trivialization": False}),
        ("orthogonal", {}),
    ],
)
@pytest.mark.parametrize("sizes", [(4, 3), (3, 4), (3, 3)])
def test_parametrized_linear(wrapped: str, options: dict[str, Any], sizes: tuple[int, int], train: bool) -> None:
    ours = getattr(P, wrapped)(nn.Linear(*sizes).double(), **options)
    theirs = getattr(T, wrapped)(torch.nn.Linear(*sizes).double(), **options)
    rng = np.random.default_rng(0)
    with torch.no_grad():
        for p in theirs.parameters():
            p.add_(torch.tensor(0.1 * rng.normal(size=tuple(p.shape))))
    load(ours, theirs)
    ours.train(train)
    theirs.train(train)
    x = rng.normal(size=(5, sizes[0]))
    for _ in range(2):
        a, b = autograd.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        y, t = ours(a), theirs(b)
        np.testing.assert_allclose(y.data, t.detach().numpy(), rtol=1e-9, atol=1e-10)
        ours.zero_grad()
        theirs.zero_grad()
        (y * y).sum().backward()
        (t * t).sum().backward()
        np.testing.assert_allclose(a.grad.data, b.grad.numpy(), rtol=1e-8, atol=1e-9)
        grads = dict(ours.named_parameters())
        for name, p in theirs.named_parameters():
            np.testing.assert_allclose(grads[name].grad.data, p.grad.numpy(), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("kind", ["Conv2d", "ConvTranspose2d"])
@pytest.mark.parametrize("wrapped", ["weight_norm", "spectral_norm"])
def test_parametrized_convolution(wrapped: str, kind: str) -> None:
    ours = getattr(P, wrapped)(getattr(nn, kind)(2, 3, 3).double())
    theirs = getattr(T, wrapped)(getattr(torch.nn, kind)(2, 3, 3).double())
    load(ours, theirs)
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 5))
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("max_norm", [0.5, 100.0])
@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf")])
def test_clipping(max_norm: float, norm_type: float) -> None:
    rng = np.random.default_rng(0)
    grads = [rng.normal(size=s) for s in ((3, 2), (4,), ())]
    ours = [autograd.tensor(np.zeros_like(g), requires_grad=True) for g in grads]
    theirs = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for p, q, g in zip(ours, theirs, grads, strict=True):
        p.grad, q.grad = wrap(g.copy()), torch.tensor(g)
    a = nn.utils.clip_grad_norm_(ours, max_norm, norm_type)
    b = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    np.testing.assert_allclose(a.data, b.numpy(), rtol=1e-12)
    nn.utils.clip_grad_value_(ours, 0.1)
    torch.nn.utils.clip_grad_value_(theirs, 0.1)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=1e-12)


def test_functional_call() -> None:
    ours, theirs = (
        nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).double(),
        torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)).double(),
    )
    load(ours, theirs)
    x, w = np.random.default_rng(0).normal(size=(4, 3)), np.ones((2, 3))
    y = nn.functional_call(ours, {"0.weight": w}, (x,))
    t = torch.func.functional_call(theirs, {"0.weight": torch.tensor(w)}, (torch.tensor(x),))
    np.testing.assert_allclose(y.data, t.detach().numpy(), rtol=1e-10, atol=1e-12)
