"""Losses: values, gradients, reductions, targets of every kind, errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from nn import functional as F

RNG = np.random.default_rng(7)


def log_softmax(x: np.ndarray, axis: int) -> np.ndarray:
    shifted = x - x.max(axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))


@pytest.mark.parametrize("loss, f", [(nn.MSELoss, np.square), (nn.L1Loss, np.abs)])
def test_regression_losses(loss: Callable[..., nn.Module], f: Callable[..., np.ndarray]) -> None:
    x, y = RNG.normal(size=(2, 4, 3))
    assert loss()(x, y).item() == pytest.approx(f(x - y).mean())
    assert loss(reduction="sum")(x, y).item() == pytest.approx(f(x - y).sum())
    np.testing.assert_allclose(loss(reduction="none")(x, y).data, f(x - y))
    assert loss()(autograd.tensor(x), y.tolist()).dtype == np.float64


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.L1Loss(), nn.BCELoss(), nn.BCEWithLogitsLoss()])
def test_unequal_shapes_raise_with_the_way_out(loss: nn.Module) -> None:
    x, y = np.full((8, 1), 0.5), np.full(8, 0.5)
    with pytest.raises(ValueError, match=r"\(8, 1\).*\(8,\).*as shape \(8, 8\)\); use target.reshape\(input.shape\)"):
        loss(x, y)
    with pytest.raises(ValueError, match="use the right part of one of them"):
        loss(x, np.full((4, 1), 0.5))


def test_losses_take_a_raw_target_in_the_dtype_of_the_input() -> None:
    x = autograd.tensor(np.ones(3, np.float32), requires_grad=True)
    assert nn.MSELoss()(x, np.zeros(3)).dtype == np.float32
    assert F.mse_loss(np.ones(2), np.zeros(2)) == 1.0
    assert not isinstance(F.mse_loss(np.ones(2), np.zeros(2)), Tensor)


def test_binary_losses() -> None:
    p, y = RNG.uniform(0.1, 0.9, 5), RNG.uniform(size=5)
    x = np.log(p / (1 - p))
    want = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    weight = RNG.uniform(size=5)
    np.testing.assert_allclose(nn.BCELoss(reduction="none")(p, y).data, want)
    np.testing.assert_allclose(nn.BCEWithLogitsLoss(reduction="none")(x, y).data, want)
    assert nn.BCELoss(weight=weight)(p, y).item() == pytest.approx((weight * want).mean())
    assert nn.BCEWithLogitsLoss(weight=weight, reduction="sum")(x, y).item() == pytest.approx((weight * want).sum())
    weighted = -(3 * y * np.log(p) + (1 - y) * np.log(1 - p))
    assert nn.BCEWithLogitsLoss(pos_weight=np.array(3.0))(x, y).item() == pytest.approx(weighted.mean())


def test_binary_losses_at_the_extremes() -> None:
    x = autograd.tensor(np.array([1e4, -1e4, 1e4, -1e4]), requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(x, np.array([1.0, 0.0, 0.0, 1.0]), reduction="none")
    np.testing.assert_array_equal(loss.data, [0, 0, 1e4, 1e4])
    loss.sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0, 0, 1, -1])  # type: ignore[union-attr]
    p = autograd.tensor(np.array([0.0, 1.0, 0.0, 1.0]), requires_grad=True)
    loss = F.binary_cross_entropy(p, np.array([0.0, 1.0, 1.0, 0.0]), reduction="none")
    np.testing.assert_array_equal(loss.data, [0, 0, 100, 100])
    loss.sum().backward()
    np.testing.assert_array_equal(p.grad.data, [0, 0, -1e12, 1e12])  # type: ignore[union-attr]


@pytest.mark.parametrize("wrong", [[1.5], [-0.1], [np.nan]])
def test_bce_wants_probabilities(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match=r"wants probabilities in \[0, 1\].*apply a sigmoid first"):
        nn.BCELoss()(np.array(wrong), np.array([1.0]))


@pytest.mark.parametrize("shape", [(5, 3), (2, 3, 4), (2, 3, 2, 2), (3,), (0, 3)])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ignored", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_with_class_indices(
    shape: tuple[int, ...], weighted: bool, ignored: bool, smoothing: float
) -> None:
    x = RNG.normal(size=shape)
    axis = min(1, len(shape) - 1)
    classes = shape[axis]
    target = RNG.integers(0, classes, shape[:axis] + shape[axis + 1 :])
    weight = RNG.uniform(0.5, 2, classes) if weighted else np.ones(classes)
    if ignored and target.size > 1:
        target.flat[0] = 99
    kept = target != 99
    logs = np.moveaxis(log_softmax(x, axis), axis, -1) if x.size else np.zeros((*target.shape, classes))
    y = np.eye(classes)[np.where(kept, target, 0)]
    sample_weight = weight[np.where(kept, target, 0)] * kept
    hard = -(logs * y * weight).sum(-1) * kept
    soft = -(logs * weight).sum(-1) * kept
    want = (1 - smoothing) * hard + smoothing / classes * soft
    options: dict[str, Any] = {"weight": weight if weighted else None, "label_smoothing": smoothing, "ignore_index": 99}
    np.testing.assert_allclose(nn.CrossEntropyLoss(reduction="none", **options)(x, target).data, want, atol=1e-12)
    assert nn.CrossEntropyLoss(reduction="sum", **options)(x, target).item() == pytest.approx(want.sum())
    if target.size:
        mean = nn.CrossEntropyLoss(**options)(x, target).item()
        assert mean == pytest.approx(want.sum() / sample_weight.sum())
    if not smoothing:
        del options["label_smoothing"]
        log_probabilities = log_softmax(x, axis) if x.size else x
        nll = nn.NLLLoss(reduction="none", **options)(log_probabilities, target)
        np.testing.assert_allclose(nll.data, want, atol=1e-12)


@pytest.mark.parametrize("shape", [(5, 3), (2, 3, 4), (3,)])
def test_cross_entropy_with_probabilities(shape: tuple[int, ...]) -> None:
    x, y, axis = RNG.normal(size=shape), RNG.uniform(size=shape), min(1, len(shape) - 1)
    weight = RNG.uniform(0.5, 2, 3)
    by_class = weight.reshape((3,) + (1,) * (len(shape) - axis - 1))
    smoothed = 0.9 * y + 0.1 / 3
    want = -(log_softmax(x, axis) * smoothed * by_class).sum(axis)
    loss = nn.CrossEntropyLoss(weight=weight, label_smoothing=0.1)(x, y)
    assert loss.item() == pytest.approx(want.mean())


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, [0.5, 1.0, 2.0]])
def test_a_batch_in_which_nothing_counts_has_no_gradient(smoothing: float, weight: list[float] | None) -> None:
    x = autograd.tensor(RNG.normal(size=(4, 3)), requires_grad=True)
    loss = F.cross_entropy(x, np.full(4, -100), weight, label_smoothing=smoothing)
    loss = loss + F.nll_loss(x, np.full(4, 1), weight, ignore_index=1)
    assert np.isnan(loss.item())
    loss.backward()
    np.testing.assert_array_equal(x.grad.data, np.zeros((4, 3)))


def test_probabilities_have_no_index_to_ignore() -> None:
    with pytest.raises(ValueError, match="ignore_index=1 names a class index, but the target holds probabilities"):
        F.cross_entropy(np.zeros((2, 3)), np.full((2, 3), 1 / 3), ignore_index=1)


def test_cross_entropy_of_large_scores_is_exact() -> None:
    x = autograd.tensor(np.array([[1e4, 0.0], [0.0, 1e4]]), requires_grad=True)
    loss = F.cross_entropy(x, np.array([0, 0]), reduction="none")
    np.testing.assert_array_equal(loss.data, [0, 1e4])
    loss.sum().backward()
    np.testing.assert_array_equal(x.grad.data, [[0, 0], [-1, 1]])  # type: ignore[union-attr]


def test_cross_entropy_to_the_second_order() -> None:
    target, weight = np.array([0, 2, 1, 99]), np.array([1.0, 2.0, 0.5])

    def f(x: Any) -> Any:
        return F.cross_entropy(x, target, weight, ignore_index=99, label_smoothing=0.1)

    autograd.gradcheck(f, RNG.normal(size=(4, 3)), order=2)


def test_a_float32_loss_has_float32_gradients() -> None:
    x = autograd.tensor(RNG.normal(size=(4, 3)).astype(np.float32), requires_grad=True)
    for loss in (
        F.cross_entropy(x, np.array([0, 1, 2, -100]), np.ones(3), label_smoothing=0.1),
        F.nll_loss(x, np.array([0, 1, 2, 0]), np.ones(3)),
        F.binary_cross_entropy_with_logits(x, np.ones((4, 3), np.float32), pos_weight=2.0),
    ):
        assert loss.dtype == np.float32
        loss.backward()
        assert x.grad is not None
        assert x.grad.dtype == np.float32


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_wrong_targets(name: str) -> None:
    f, x = getattr(F, name), np.zeros((4, 3))
    with pytest.raises(ValueError, match=rf"{name}: an input of shape \(4, 3\) wants class indices of shape \(4,\)"):
        f(x, np.zeros((4, 1), int))
    with pytest.raises(TypeError, match=r"class indices must be integers, got float64; write target.astype\(int\)"):
        f(x, np.zeros(4))
    with pytest.raises(IndexError, match="class index 3 is out of range for 3 classes"):
        f(x, np.array([0, 1, 2, 3]))
    with pytest.raises(IndexError, match="class index -1 is out of range"):
        f(x, np.array([0, 1, 2, -1]))
    with pytest.raises(ValueError, match=r"weight wants one number per class \(3\), got shape \(2,\)"):
        f(x, np.zeros(4, int), weight=np.ones(2))


def test_options_are_checked() -> None:
    for make in (nn.MSELoss, nn.L1Loss, nn.BCELoss, nn.NLLLoss, nn.CrossEntropyLoss):
        with pytest.raises(ValueError, match="reduction must be 'mean', 'sum' or 'none', got 'avg'"):
            make(reduction="avg")
    with pytest.raises(ValueError, match=r"label_smoothing must lie in \[0, 1\], got 2"):
        nn.CrossEntropyLoss(label_smoothing=2)


def test_class_weights_are_buffers() -> None:
    loss = nn.CrossEntropyLoss(weight=np.ones(3))
    assert list(loss.state_dict()) == ["weight"]
    assert repr(nn.MSELoss(reduction="sum")) == "MSELoss(reduction='sum')"


def test_targets_are_inputs_of_a_trace() -> None:
    x, target = RNG.normal(size=(4, 3)), np.array([0, 1, 2, 0])
    program = autograd.trace(lambda x, t: F.cross_entropy(x, t), x, target)
    other = np.array([2, 2, 1, 1])
    assert program(x, other) == pytest.approx(F.cross_entropy(x, other))
