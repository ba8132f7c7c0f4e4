"""Losses and distances against PyTorch's: values, gradients by every real input, second derivatives."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)


def real(*shape: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
    return RNG.uniform(low, high, shape)


def signs(*shape: int) -> np.ndarray:
    return RNG.choice([-1.0, 1.0], shape)


X, Y = real(4, 3), real(4, 3)
P = RNG.dirichlet(np.ones(3), 4)
CASES: list[tuple[str, dict[str, Any], tuple[Any, ...]]] = [
    ("SmoothL1Loss", {}, (X, Y)),
    ("SmoothL1Loss", {"beta": 0.3}, (X, Y)),
    ("SmoothL1Loss", {"beta": 0.0}, (X, Y)),
    ("HuberLoss", {"delta": 0.7}, (X, Y)),
    ("PoissonNLLLoss", {}, (X, np.abs(Y) * 3)),
    ("PoissonNLLLoss", {"log_input": False, "full": True, "eps": 1e-3}, (np.abs(X), np.abs(Y) * 3)),
    ("GaussianNLLLoss", {}, (X, Y, np.abs(real(4, 3)))),
    ("GaussianNLLLoss", {"full": True, "eps": 0.5}, (X, Y, np.abs(real(4, 1)))),
    ("GaussianNLLLoss", {}, (X, Y, np.abs(real(4)))),
    ("KLDivLoss", {}, (np.log(P), RNG.dirichlet(np.ones(3), 4))),
    ("KLDivLoss", {"log_target": True}, (np.log(P), np.log(RNG.dirichlet(np.ones(3), 4)))),
    ("SoftMarginLoss", {}, (X, signs(4, 3))),
    ("MultiLabelSoftMarginLoss", {}, (X, (Y > 0) * 1.0)),
    ("MultiLabelSoftMarginLoss", {"weight": np.array([0.2, 1.0, 3.0])}, (X, (Y > 0) * 1.0)),
    ("MultiMarginLoss", {}, (X, np.array([0, 2, 1, 1]))),
    ("MultiMarginLoss", {"p": 2, "margin": 0.4, "weight": np.array([0.2, 1.0, 3.0])}, (X, np.array([0, 2, 1, 1]))),
    ("MultiMarginLoss", {}, (X[0], np.array(1))),
    ("MultiLabelMarginLoss", {}, (X, np.array([[1, 0, -1], [2, -1, 1], [-1, 0, 1], [0, 1, 2]]))),
    ("MultiLabelMarginLoss", {}, (X[0], np.array([2, -1, 0]))),
    ("HingeEmbeddingLoss", {"margin": 0.6}, (np.abs(X), signs(4, 3))),
    ("MarginRankingLoss", {"margin": 0.2}, (X, Y, signs(4, 3))),
    ("CosineEmbeddingLoss", {"margin": 0.1}, (X, Y, signs(4))),
    ("CosineEmbeddingLoss", {}, (X[0], Y[0], signs()[()] * np.ones(()))),
    ("TripletMarginLoss", {}, (X, Y, real(4, 3))),
    ("TripletMarginLoss", {"margin": 0.5, "p": 1.0, "swap": True}, (X, Y, real(4, 3))),
    ("TripletMarginLoss", {"p": 3.0}, (X, Y, real(4, 3))),
    ("TripletMarginWithDistanceLoss", {"swap": True}, (X, Y, real(4, 3))),
    ("CosineSimilarity", {"dim": 0}, (X, Y)),
    ("CosineSimilarity", {}, (real(2, 3, 4), real(2, 3, 1))),
    ("PairwiseDistance", {"p": 1.0}, (X, Y)),
    ("PairwiseDistance", {"keepdim": True}, (X, Y)),
]


def is_real(x: Any) -> bool:
    """Whether an input is no class, sign or yes-or-no target."""
    return np.asarray(x).dtype.kind == "f" and not np.isin(x, (-1, 0, 1)).all()


def compare(ours: Any, theirs: Any, inputs: tuple[Any, ...], second: bool = True) -> None:
    """Values, and derivatives of order 1 and 2 of a fixed combination, by all floating inputs."""
    xs = [autograd.tensor(x, requires_grad=is_real(x)) for x in inputs]
    ts = [torch.tensor(x, requires_grad=is_real(x)) for x in inputs]
    y, t = ours(*xs), theirs(*ts)
    np.testing.assert_allclose(y.data, t.detach().numpy(), rtol=1e-10, atol=1e-12)
    w = np.cos(np.arange(y.size)).reshape(y.shape)
    tracked = [x for x in xs if x.requires_grad]
    tracked_t = [x for x in ts if x.requires_grad]
    gs = autograd.gradients((y * w).sum(), tracked, create_graph=True)
    gt = torch.autograd.grad((t * torch.tensor(w)).sum(), tracked_t, create_graph=True)
    for a, b in zip(gs, gt, strict=True):
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-10, atol=1e-12)
    if not second:
        return
    total = sum(((g * np.sin(np.arange(g.size)).reshape(g.shape)).sum() for g in gs), autograd.tensor(0.0))
    total_t = sum((g * torch.sin(torch.arange(g.numel()).reshape(g.shape).double())).sum() for g in gt)
    if not total_t.requires_grad:
        return
    hs = autograd.gradients(total, tracked, allow_unused=True) if total.requires_grad else [None] * len(tracked)
    ht = torch.autograd.grad(total_t, tracked_t, allow_unused=True)
    for a, b in zip(hs, ht, strict=True):
        want = np.zeros(()) if b is None else b.numpy(force=True)
        np.testing.assert_allclose(np.zeros(()) if a is None else a.data, want, rtol=1e-9, atol=1e-10)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name, options, inputs", CASES)
def test_loss(name: str, options: dict[str, Any], inputs: tuple[Any, ...], reduction: str) -> None:
    if name in ("CosineSimilarity", "PairwiseDistance"):
        if reduction != "mean":
            pytest.skip("has no reduction")
    else:
        options = {**options, "reduction": reduction}
    theirs = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    second = not name.startswith(("MultiMargin", "MultiLabelMargin"))
    compare(getattr(nn, name)(**options), getattr(torch.nn, name)(**theirs), inputs, second)


def test_batchmean() -> None:
    compare(nn.KLDivLoss("batchmean"), torch.nn.KLDivLoss(reduction="batchmean"), (np.log(P), P[::-1].copy()))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("blank", [0, 2])
def test_ctc(reduction: str, joined: bool, blank: int) -> None:
    logits = real(7, 4, 5)
    labels = [[1, 1, 3], [4], [], [3, 4, 3]]
    labels = [[c if c != blank else 0 for c in row] for row in labels] if blank else labels
    lengths = [len(row) for row in labels]
    padded = np.array([row + [1] * (3 - len(row)) for row in labels])
    targets = np.concatenate([np.array(row, int) for row in labels]) if joined else padded
    inputs = [7, 5, 6, 7]
    ours = lambda x: F.ctc_loss(F.log_softmax(x, -1), targets, inputs, lengths, blank, reduction)
    theirs = lambda x: torch.nn.functional.ctc_loss(
        torch.log_softmax(x, -1), torch.tensor(targets), torch.tensor(inputs), torch.tensor(lengths), blank, reduction
    )
    compare(ours, theirs, (logits,), second=False)
    alone = lambda x: F.ctc_loss(F.log_softmax(x, -1), padded[0], [7], [3], blank)
    alone_t = lambda x: torch.nn.functional.ctc_loss(
        torch.log_softmax(x, -1), torch.tensor(padded[0]), torch.tensor(7), torch.tensor(3), blank
    )
    compare(alone, alone_t, (logits[:, 0].copy(),), second=False)


def test_ctc_of_sequences_that_do_not_fit() -> None:
    logits = np.log(RNG.dirichlet(np.ones(3), (2, 2)))
    for zero in (False, True):
        args = ([[1, 1], [1, 2]], [2, 2], [2, 2])
        ours = F.ctc_loss(autograd.tensor(logits), *map(np.array, args), reduction="none", zero_infinity=zero)
        theirs = torch.nn.functional.ctc_loss(
            torch.tensor(logits), *map(torch.tensor, args), reduction="none", zero_infinity=zero
        )
        np.testing.assert_allclose(ours.data, theirs.numpy())


@pytest.mark.parametrize("bias", [False, True])
def test_adaptive_softmax(bias: bool) -> None:
    ours = nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], div_value=2.0, head_bias=bias).double()
    theirs = torch.nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], div_value=2.0, head_bias=bias).double()
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    x, target = real(6, 8), np.array([0, 2, 3, 6, 7, 11])
    for part in (0, 1):
        compare(lambda x, p=part: ours(x, target)[p], lambda x, p=part: theirs(x, torch.tensor(target))[p], (x,))
    np.testing.assert_allclose(ours.log_prob(x).data, theirs.log_prob(torch.tensor(x)).detach().numpy(), rtol=1e-10)
    np.testing.assert_array_equal(ours.predict(x).data, theirs.predict(torch.tensor(x)).numpy())


def test_linear_cross_entropy() -> None:
    ours = nn.LinearCrossEntropyLoss(5, 3, bias=True).double()
    theirs = torch.nn.LinearCrossEntropyLoss(5, 3, bias=True).double()
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    target = np.array([0, 2, 1])
    compare(lambda x: ours(x, target), lambda x: theirs(x, torch.tensor(target)), (real(3, 5),))


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, float("inf")])
def test_distances(p: float) -> None:
    compare(lambda x: F.pdist(x, p), lambda x: torch.nn.functional.pdist(x, p), (X,), second=False)
    compare(lambda x: F.normalize(x, p, dim=0), lambda x: torch.nn.functional.normalize(x, p, dim=0), (X,), p == 2)


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_weighted_errors(name: str, reduction: str) -> None:
    weight = real(4, 3, low=0.1)
    compare(
        lambda x, y: getattr(F, name)(x, y, reduction, weight=weight),
        lambda x, y: getattr(torch.nn.functional, name)(x, y, reduction=reduction, weight=torch.tensor(weight)),
        (X, Y),
    )
