"""Linear algebra, indexing, gathering and sorting against PyTorch, with first and second derivatives."""

import numpy as np
import pytest

from autograd import einsum, embedding, gradients, kron, linear, tensor

torch = pytest.importorskip("torch")
F = torch.nn.functional

rng = np.random.default_rng(0)
X = rng.standard_normal((3, 4))
INDEX = np.array([[0, 2, 1], [1, 1, 0]])


def assigned(x, v):
    y = x * 1.0
    y[1:, ::2] = v
    y[0] = y[0] * 3.0
    return y


CASES = {
    "linear": (linear, F.linear, [(2, 5, 3), (4, 3), (4,)]),
    "matmul": (lambda x, y: x @ y, torch.matmul, [(2, 1, 5, 3), (4, 3, 2)]),
    "einsum": (
        lambda *xs: einsum("bij,bjk,kl->bl", *xs),
        lambda *xs: torch.einsum("bij,bjk,kl->bl", *xs),
        [(2, 3, 4), (2, 4, 3), (3, 2)],
    ),
    "gather": (lambda x: x.gather(0, INDEX), lambda x: x.gather(0, torch.tensor(INDEX)), [(3, 4)]),
    "scatter_add": (
        lambda x, s: x.scatter_add(0, INDEX, s),
        lambda x, s: x.scatter_add(0, torch.tensor(INDEX), s),
        [(3, 4), (2, 3)],
    ),
    "index_add": (
        lambda x, s: x.index_add(0, [1, 1], s, alpha=2),
        lambda x, s: x.index_add(0, torch.tensor([1, 1]), s, alpha=2),
        [(3, 4), (2, 4)],
    ),
    "embedding": (
        lambda w: embedding(INDEX, w, padding_idx=1),
        lambda w: F.embedding(torch.tensor(INDEX), w, padding_idx=1),
        [(3, 4)],
    ),
    "index": (lambda x: x[INDEX[0], 1:], lambda x: x[torch.tensor(INDEX[0]), 1:], [(3, 4)]),
    "assignment": (assigned, assigned, [(3, 4), (2, 2)]),
    "sort": (lambda x: x.sort(1, descending=True).values, lambda x: x.sort(1, descending=True).values, [(3, 4)]),
    "topk": (lambda x: x.topk(2, dim=0).values, lambda x: x.topk(2, dim=0).values, [(3, 4)]),
    "kron": (kron, torch.kron, [(2, 3), (3, 2)]),
    "tril": (lambda x: x.tril(-1), lambda x: x.tril(-1), [(3, 4)]),
    "diag_embed": (lambda x: x.diag_embed(1), lambda x: torch.diag_embed(x, 1), [(3, 4)]),
    "masked_scatter": (
        lambda x, s: x.masked_scatter(X > 0, s),
        lambda x, s: x.masked_scatter(torch.tensor(X > 0), s),
        [(3, 4), (12,)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_two_derivatives(name):
    ours, theirs, shapes = CASES[name]
    arrays = [rng.standard_normal(s) for s in shapes]
    a = [tensor(x, requires_grad=True) for x in arrays]
    b = [torch.tensor(x, requires_grad=True) for x in arrays]
    y, z = ours(*a), theirs(*b)
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), atol=1e-12)
    c = rng.standard_normal(y.shape)
    first = gradients(y * y, a, c, create_graph=True)
    expected = torch.autograd.grad(z * z, b, torch.tensor(c), create_graph=True)
    for found, wanted in zip(first, expected):
        np.testing.assert_allclose(found.detach().numpy(), wanted.detach().numpy(), atol=1e-10)
    second = gradients([(g * g).sum() for g in first], a)
    for found, wanted in zip(second, torch.autograd.grad(sum((g * g).sum() for g in expected), b)):
        np.testing.assert_allclose(found.numpy(), wanted.numpy(), atol=1e-9)
