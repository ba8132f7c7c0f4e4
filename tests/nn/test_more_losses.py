"""The losses beyond the first six: closed forms, edge cases, what is refused."""

import math

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F

X, Y = np.array([0.5, -1.5, 2.0]), np.array([1.0, -1.0, -1.0])
VALUES = [
    (nn.SmoothL1Loss(beta=1.0), (X, np.zeros(3)), (0.125 + 1.0 + 1.5) / 3),
    (nn.HuberLoss(delta=1.0), (X, np.zeros(3)), (0.125 + 1.0 + 1.5) / 3),
    (nn.LogCoshLoss(), (X, np.zeros(3)), np.mean(np.log(np.cosh(X)))),
    (nn.MAPELoss(), (np.array([90.0, 55.0]), np.array([100.0, 50.0])), 10.0),
    (nn.MSLELoss(), (np.expm1([1.0, 2.0]), np.expm1([0.0, 4.0])), 2.5),
    (nn.PoissonNLLLoss(), (X, np.array([1.0, 2.0, 3.0])), np.mean(np.exp(X) - np.array([1, 2, 3]) * X)),
    (nn.GaussianNLLLoss(), (X, Y, np.full(3, 2.0)), np.mean(0.5 * (math.log(2) + (X - Y) ** 2 / 2))),
    (nn.KLDivLoss("sum"), (np.log([0.5, 0.5]), np.array([0.9, 0.1])), 0.9 * math.log(1.8) + 0.1 * math.log(0.2)),
    (nn.HingeLoss(), (X, Y), (0.5 + 0.0 + 3.0) / 3),
    (nn.SquaredHingeLoss(), (X, Y), (0.25 + 9.0) / 3),
    (nn.SoftMarginLoss(), (X, Y), np.mean(np.log1p(np.exp(-X * Y)))),
    (nn.HingeEmbeddingLoss(), (np.array([0.3, 0.3, 2.0]), Y), (0.3 + 0.7 + 0.0) / 3),
    (nn.MarginRankingLoss(margin=0.5), (X, np.zeros(3), Y), (0.0 + 0.0 + 2.5) / 3),
    (nn.TripletMarginLoss(eps=0.0), (np.zeros((1, 2)), np.array([[3.0, 4.0]]), np.array([[0.0, 2.0]])), 4.0),
    (nn.FocalLoss(alpha=-1, gamma=0, reduction="mean"), (np.zeros(2), np.array([0.0, 1.0])), math.log(2)),
    (nn.DiceLoss(smooth=0.0), (np.array([[1.0, 1.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])), 1 / 3),
    (nn.TverskyLoss(alpha=1.0, beta=0.0, smooth=0.0), (np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])), 0.5),
    (nn.CosineSimilarity(dim=0), (np.array([1.0, 0.0]), np.array([1.0, 1.0])), math.sqrt(0.5)),
]


@pytest.mark.parametrize("loss, inputs, want", VALUES, ids=lambda v: type(v).__name__)
def test_closed_forms_and_derivatives(loss, inputs, want):
    assert float(loss(*inputs)) == pytest.approx(want)
    autograd.gradcheck(lambda x: loss(x, *inputs[1:]), autograd.tensor(np.asarray(inputs[0]) + 0.01))
    single = autograd.tensor(np.asarray(inputs[0], np.float32) + np.float32(0.01), requires_grad=True)
    loss(single, *(np.asarray(x, np.float32) for x in inputs[1:])).sum().backward()
    assert single.grad.dtype == np.float32


def test_ctc_counts_alignments():
    T, C = 4, 3
    log_probs = np.log(np.random.default_rng(0).dirichlet(np.ones(C), (T, 1)))
    total = 0.0
    for path in np.ndindex(*(C,) * T):
        merged = [c for k, c in enumerate(path) if k == 0 or c != path[k - 1]]
        if [c for c in merged if c != 0] == [1, 2]:
            total += math.exp(sum(log_probs[t, 0, c] for t, c in enumerate(path)))
    loss = F.ctc_loss(log_probs, np.array([[1, 2]]), [T], [2], reduction="sum")
    assert float(loss) == pytest.approx(-math.log(total))
    x = autograd.tensor(np.random.default_rng(1).normal(size=(T, 1, C)))
    autograd.gradcheck(lambda x: F.ctc_loss(F.log_softmax(x, -1), np.array([[1, 2]]), [T], [2]), x)


def test_a_gaussian_variance_below_eps_counts_as_eps():
    loss = F.gaussian_nll_loss(np.zeros(1), np.ones(1), np.zeros(1), eps=0.5)
    assert float(loss) == pytest.approx(0.5 * (math.log(0.5) + 2))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: F.huber_loss(X, Y[:1]), ValueError, r"huber_loss: input of shape \(3,\) and target of shape \(1,\)"),
        (lambda: F.kl_div(X[:, None], X), ValueError, "must have equal shapes"),
        (lambda: F.smooth_l1_loss(X, Y, beta=-1.0), ValueError, "beta must be at least 0"),
        (lambda: F.huber_loss(X, Y, delta=0.0), ValueError, "delta must be positive"),
        (lambda: F.msle_loss(np.array([-1.0]), np.array([0.0])), ValueError, "input must lie above -1"),
        (lambda: F.gaussian_nll_loss(X, Y, -np.ones(3)), ValueError, "negative entries"),
        (lambda: F.gaussian_nll_loss(X, Y, np.ones(2)), ValueError, r"var of shape \(2,\)"),
        (lambda: F.multi_margin_loss(np.zeros((2, 3)), np.array([0, 3])), IndexError, "0 to 3 for 3 scores"),
        (lambda: F.multi_margin_loss(np.zeros((2, 3)), np.array([0]), p=1), ValueError, r"with \(N,\)"),
        (lambda: F.multi_margin_loss(np.zeros((1, 3)), np.array([0]), p=3), ValueError, "p must be 1 or 2"),
        (lambda: F.multilabel_margin_loss(np.zeros((1, 2)), np.array([[2, -1]])), IndexError, "for 2 scores"),
        (lambda: F.cosine_embedding_loss(X, X, np.ones(3)), ValueError, r"\(N, D\) with \(N,\)"),
        (lambda: F.triplet_margin_loss(X, X, X, margin=0.0), ValueError, "margin must be positive"),
        (lambda: F.ctc_loss(np.zeros(3), [1], [1], [1]), ValueError, r"must be \(T, N, C\)"),
        (lambda: F.ctc_loss(np.zeros((2, 1, 3)), [[1]], [3], [1]), ValueError, "input length of 3 for 2 steps"),
        (lambda: F.ctc_loss(np.zeros((2, 1, 3)), [[5]], [2], [1]), IndexError, "labels from 5 to 5"),
        (lambda: F.ctc_loss(np.zeros((2, 1, 3)), [[1]], [2], [1], blank=3), ValueError, "blank must be"),
        (lambda: F.ctc_loss(np.zeros((2, 1, 3)), [1, 1], [2], [1]), ValueError, "2 joined labels"),
        (lambda: nn.SmoothL1Loss(reduction="avg"), ValueError, "reduction must be"),
        (lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 5, [3, 2]), ValueError, "increasing integers"),
        (lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 5, [2])(np.zeros((1, 4)), np.array([5])), IndexError, "5 to 5"),
        (lambda: F.pdist(X), ValueError, r"matrix \(N, D\)"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(("loss", "errors"), [(F.mse_loss, (4.0, 9.0)), (F.l1_loss, (2.0, 3.0))])
def test_a_mean_of_weighted_errors_is_by_the_sum_of_the_weights(loss, errors):
    x, weight = np.array([2.0, -3.0]), np.array([1.0, 3.0])
    assert loss(x, np.zeros(2), weight=weight) == (errors[0] + 3 * errors[1]) / 4
    assert loss(x, np.zeros(2), "sum", weight=weight) == errors[0] + 3 * errors[1]
    with pytest.raises(ValueError, match=r"weight of shape \(1,\) for losses of shape \(2,\)"):
        loss(x, np.zeros(2), weight=np.ones(1))


@pytest.mark.parametrize("layer", [nn.PairwiseDistance(), nn.CosineSimilarity()])
def test_distances_of_unlike_shapes_are_refused(layer):
    with pytest.raises(ValueError, match=r"inputs of shapes \(2, 3\) and \(2, 4\), which do not broadcast"):
        layer(np.ones((2, 3)), np.ones((2, 4)))
