"""Losses of scores, ranks and embeddings: values by hand, derivatives, and what is refused."""

import numpy as np
import pytest

import autograd
import nn.functional as F

X = np.random.default_rng(0).normal(size=(4, 3))
CLASSES = np.array([0, 2, 1, 1])
ONE_HOT = np.eye(3)[CLASSES]
P = np.exp(X) / np.exp(X).sum(1, keepdims=True)


def test_poly_loss_is_cross_entropy_and_the_first_term_of_its_series():
    right = P[np.arange(4), CLASSES]
    want = -np.log(right) + 0.7 * (1 - right)
    np.testing.assert_allclose(F.poly_loss(X, CLASSES, 0.7, "none"), want)
    np.testing.assert_allclose(F.poly_loss(X, ONE_HOT, 0.7), want.mean())


def test_the_gradient_of_the_sparsemax_loss_is_the_difference_of_probabilities():
    t = autograd.tensor(X, requires_grad=True)
    F.sparsemax_loss(t, CLASSES, "sum").backward()
    np.testing.assert_allclose(t.grad.data, F.sparsemax(X) - ONE_HOT, atol=1e-15)
    assert F.sparsemax_loss(10.0 * ONE_HOT, CLASSES) == 0


def test_ranking_softmax_weighs_by_relevance():
    y = np.abs(X)
    np.testing.assert_allclose(F.ranking_softmax_loss(X, y, "none"), -(y * np.log(P)).sum(1))
    with pytest.raises(ValueError, match="must have equal shapes"):
        F.ranking_softmax_loss(X, y[0])


@pytest.mark.parametrize("temperature", [0.07, 1.0])
def test_ntxent_by_its_formula(temperature):
    labels = np.array([0, 1, 0, 1])
    u = X / np.linalg.norm(X, axis=1, keepdims=True)
    e = np.exp(u @ u.T / temperature)
    terms = [
        -np.log(e[i, j] / (e[i, j] + sum(e[i, k] for k in range(4) if labels[k] != labels[i])))
        for i in range(4)
        for j in range(4)
        if i != j and labels[i] == labels[j]
    ]
    np.testing.assert_allclose(F.ntxent_loss(X, labels, temperature), np.mean(terms))
    with pytest.raises(ValueError, match="no two labels are equal"):
        F.ntxent_loss(X, np.arange(4))
    with pytest.raises(ValueError, match=r"input of shape \(4, 3\) and labels of shape \(3,\)"):
        F.ntxent_loss(X, np.arange(3))


@pytest.mark.parametrize(
    "loss",
    [
        lambda x: F.poly_loss(x, CLASSES),
        lambda x: F.sparsemax_loss(x, CLASSES),
        lambda x: F.ranking_softmax_loss(x, np.abs(X)),
        lambda x: F.ntxent_loss(x, np.array([0, 1, 0, 1]), 0.5),
        lambda x: F.ntxent_loss(x, np.zeros(4, int), 0.5),
    ],
)
def test_derivatives(loss):
    autograd.gradcheck(loss, autograd.tensor(X))
    single = autograd.tensor(X.astype(np.float32), requires_grad=True)
    loss(single).backward()
    assert single.grad.dtype == np.float32


@pytest.mark.parametrize("loss", [F.poly_loss, F.sparsemax_loss])
def test_targets_of_other_shapes_are_refused(loss):
    with pytest.raises(ValueError, match=r"target of shape \(4, 1\), not \(N, C\)"):
        loss(X, CLASSES[:, None])
