"""Methods with PyTorch's names: the same values and gradients as PyTorch's, first and second."""

import numpy as np
import pytest

import autograd

torch = pytest.importorskip("torch")

X = np.random.default_rng(4).normal(size=(2, 3, 4))

CALLS = {
    "sum": lambda t: t.sum(),
    "sum dim": lambda t: t.sum(1),
    "sum dims keepdim": lambda t: t.sum((0, 2), True),
    "sum dtype": lambda t: t.sum(dim=0, dtype=t.dtype),
    "mean": lambda t: t.mean(-1, keepdim=True),
    "prod": lambda t: t.prod(1),
    "max": lambda t: t.max(),
    "max dim": lambda t: t.max(1).values,
    "max dim keepdim": lambda t: t.max(-1, True)[0],
    "max dim ties": lambda t: (t > 0).to(t.dtype).mul(t).max(2).values,
    "min dim": lambda t: t.min(dim=0).values,
    "amax ties": lambda t: (t * (t > 0)).amax((0, 2)),
    "amin": lambda t: t.amin(1, keepdim=True),
    "var": lambda t: t.var(),
    "var dim": lambda t: t.var(1, keepdim=True),
    "var biased": lambda t: t.var(dim=(0, 1), unbiased=False),
    "std": lambda t: t.std(0),
    "std correction": lambda t: t.std(dim=2, correction=2),
    "norm": lambda t: t.norm(),
    "norm 1": lambda t: t.norm(1, 1),
    "norm 3": lambda t: t.norm(p=3, dim=(0, 1), keepdim=True),
    "norm inf": lambda t: t.norm(float("inf"), dim=2),
    "cumsum": lambda t: t.cumsum(1),
    "cumprod": lambda t: t.cumprod(dim=-1),
    "softmax": lambda t: t.softmax(1),
    "log_softmax": lambda t: t.log_softmax(dim=-1),
    "logsumexp": lambda t: t.logsumexp((0, 1), keepdim=True),
    "reshape": lambda t: t.reshape(4, -1),
    "view": lambda t: t.view(6, 4),
    "permute": lambda t: t.permute(2, 0, 1),
    "transpose": lambda t: t.transpose(0, -1),
    "mT": lambda t: t.mT,
    "movedim": lambda t: t.movedim((0, 1), (2, 0)),
    "squeeze": lambda t: t[:1].squeeze(0).squeeze(1),
    "unsqueeze": lambda t: t.unsqueeze(-2),
    "flatten": lambda t: t.flatten(1),
    "unflatten": lambda t: t.unflatten(2, (2, -1)),
    "expand": lambda t: t[:, :1].expand(-1, 5, 4),
    "flip": lambda t: t.flip(0, 2),
    "roll": lambda t: t.roll((1, -2), (0, 2)),
    "rot90": lambda t: t.rot90(1, (1, 2)),
    "repeat": lambda t: t.repeat(2, 1, 1, 3),
    "tile": lambda t: t.tile(2, 3),
    "repeat_interleave": lambda t: t.repeat_interleave(2, dim=1),
    "split": lambda t: t.split([1, 3], 2)[1],
    "chunk": lambda t: t.chunk(3, dim=-1)[1],
    "tensor_split": lambda t: t.tensor_split(3, 2)[0],
    "unbind": lambda t: t.unbind(1)[2],
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients(name):
    call = CALLS[name]
    ours, theirs = autograd.tensor(X, requires_grad=True), torch.tensor(X, requires_grad=True)
    y, z = call(ours), call(theirs)
    np.testing.assert_allclose(y.detach().data, z.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert y.dtype == z.detach().numpy().dtype
    w = np.random.default_rng(5).normal(size=y.shape)
    (d,) = autograd.gradients((y**3 * w).sum(), ours, create_graph=True)
    (e,) = torch.autograd.grad((z**3 * torch.tensor(w)).sum(), theirs, create_graph=True)
    np.testing.assert_allclose(d.detach().data, e.detach().numpy(), rtol=1e-10, atol=1e-12)
    (dd,) = autograd.gradients((d * d).sum(), ours)
    (ee,) = torch.autograd.grad((e * e).sum(), theirs)
    np.testing.assert_allclose(dd.data, ee.numpy(), rtol=1e-8, atol=1e-10)


def test_zeros_in_products():
    values = X.copy()
    values[0, 0, 0] = values[1, :, 1] = 0
    for call in (lambda t: t.prod(1), lambda t: t.prod(), lambda t: t.cumprod(1)):
        ours, theirs = autograd.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
        call(ours).sum().backward()
        call(theirs).sum().backward()
        np.testing.assert_allclose(ours.grad.data, theirs.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_a_fully_masked_row():
    values = np.array([[-np.inf, -np.inf], [0.0, -np.inf]])
    ours, theirs = autograd.tensor(values), torch.tensor(values)
    for f in ("softmax", "log_softmax", "logsumexp"):
        np.testing.assert_allclose(getattr(ours, f)(1).data, getattr(theirs, f)(1).numpy())
