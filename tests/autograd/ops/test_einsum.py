"""Einstein summation."""

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

rng = np.random.default_rng(0)
SIZES = dict(zip("ijklmn", (2, 3, 4, 5, 2, 3)))


def operands(subscripts):
    terms = subscripts.split("->")[0].replace(" ", "").split(",")
    return [rng.standard_normal([SIZES[a] for a in term]) for term in terms]


@pytest.mark.parametrize(
    "subscripts",
    [
        "ij,jk->ik",
        "ij,jk",
        "ij->ji",
        "ij",
        "ji",
        "ij->",
        "ij->j",
        "i,i->",
        "i,j->ij",
        "ij,ij->ij",
        "ijk,ijl->ikl",
        "im->",
        "im,mi->",
        "iim->m",
        "imm,ij->jm",
        "iii->i",
        "i,i,i->i",
        "ij,jk,kl->il",
        "ij,jk,kl,l",
        "ijk,k->ij",
        ",i->i",
    ],
)
def test_values_and_gradients_at_two_orders(subscripts):
    arrays = operands(subscripts)
    expected = np.einsum(subscripts, *arrays)
    ts = [tensor(a, requires_grad=True) for a in arrays]
    y = autograd.einsum(subscripts, *ts)
    np.testing.assert_allclose(y.detach().numpy(), expected, atol=1e-12)
    np.testing.assert_allclose(np.einsum(subscripts, *ts).detach().numpy(), expected, atol=1e-12)
    autograd.gradcheck(lambda *xs: autograd.einsum(subscripts, *xs), *arrays, order=2)


@pytest.mark.parametrize(
    "subscripts, shapes",
    [
        ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
        ("...ij,...jk", [(5, 1, 2, 3), (6, 3, 4)]),
        ("i...,i->...", [(2, 3, 4), (2,)]),
        ("...,...", [(3, 1), (4,)]),
        ("ij,ij->ij", [(3, 1), (3, 4)]),
        ("ij,jk->ik", [(3, 1), (4, 2)]),
        ("ij,jk->ik", [(0, 3), (3, 2)]),
        ("ij,jk->ik", [(2, 0), (0, 2)]),
        ("ij,jk->ik", [(20, 30), (30, 10)]),
        ("bij,bjk->kbi", [(2, 10, 20), (2, 20, 10)]),
        ("bijq,bjkp->bki", [(2, 9, 10, 3), (2, 10, 9, 2)]),
    ],
)
def test_ellipsis_stretched_axes_and_the_matrix_product(subscripts, shapes):
    arrays = [rng.standard_normal(s) for s in shapes]
    ts = [tensor(a, requires_grad=True) for a in arrays]
    y = autograd.einsum(subscripts, *ts)
    np.testing.assert_allclose(y.detach().numpy(), np.einsum(subscripts, *arrays), atol=1e-10)
    g, directions = rng.standard_normal(y.shape), [rng.standard_normal(s) for s in shapes]
    for k, found in enumerate(gradients(y, ts, g)):
        moved = [directions[k] if i == k else a for i, a in enumerate(arrays)]
        np.testing.assert_allclose(
            np.sum(found.numpy() * directions[k]), np.sum(g * np.einsum(subscripts, *moved)), atol=1e-10
        )


def test_lists_of_axes():
    x, y = rng.standard_normal((2, 3)), rng.standard_normal((3, 4))
    t = tensor(x, requires_grad=True)
    np.testing.assert_allclose(autograd.einsum(t, [0, 1], y, [1, 2], [2, 0]).detach().numpy(), (x @ y).T)
    np.testing.assert_allclose(np.einsum(t, [1, 0]).detach().numpy(), np.einsum(x, [1, 0]))
    np.testing.assert_allclose(autograd.einsum(t, [..., 0], y, [0, 5], [..., 5]).detach().numpy(), x @ y)


def test_mixed_dtypes_keep_each_gradients_own():
    x, y = tensor(np.ones((2, 3), "f"), requires_grad=True), tensor(np.ones(3), requires_grad=True)
    dx, dy = gradients(autograd.einsum("ij,j->i", x, y), [x, y], np.ones(2))
    assert (dx.dtype, dy.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize(
    "subscripts, message",
    [
        ("ij->ik", "label 'k' of the result must occur once there, and in an operand"),
        ("ij->ii", "label 'i' of the result"),
        ("i->i", "'i' names 1 axes, operand 0 has 2"),
        ("ijk->i", "'ijk' names 3 axes, operand 0 has 2"),
        ("ij,j->i", "2 groups of labels for 1 operands"),
        ("i$->i", "labels must be letters"),
    ],
)
def test_refusals(subscripts, message):
    with pytest.raises(ValueError, match=message):
        autograd.einsum(subscripts, tensor(np.ones((2, 3))))


@pytest.mark.parametrize(
    "x, y, axes",
    [((2, 3), (3, 4), 1), ((2, 3, 4), (3, 4, 5), 2), ((2, 3), (4,), 0), ((3, 2, 4), (4, 3), ((0, -1), (1, 0)))],
)
def test_tensordot(x, y, axes):
    a, b = rng.standard_normal(x), rng.standard_normal(y)
    s = tensor(a, requires_grad=True)
    for z in (autograd.tensordot(s, b, axes), np.tensordot(s, b, axes)):
        np.testing.assert_allclose(z.detach().numpy(), np.tensordot(a, b, axes))
    autograd.gradcheck(lambda p, q: autograd.tensordot(p, q, axes), a, b, order=2)


def test_tensordot_of_unequal_lengths_is_refused():
    with pytest.raises(ValueError, match=r"equal lengths, got \[3\] and \[2\]"):
        autograd.tensordot(np.ones((2, 3)), np.ones((2, 3)), 1)
