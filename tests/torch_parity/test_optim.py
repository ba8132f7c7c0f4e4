"""Trajectories of the optimizers against PyTorch's, option by option."""

from typing import Any

import numpy as np
import pytest

import autograd
import optim
from autograd.tensor import wrap
from optim import optimizer

torch = pytest.importorskip("torch")


@pytest.fixture(autouse=True)
def double_precision():
    """PyTorch keeps some numbers of the state in its default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.05}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "amsgrad": True, "betas": (0.9, 0.5)}),
    ("Adam", {"lr": 0.1, "maximize": True, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}),
    ("AdamW", {"lr": 0.1, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.2, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1, "momentum": 0.5}),
    ("RMSprop", {"centered": True, "maximize": True}),
    ("RMSprop", {"centered": True, "momentum": 0.9, "eps": 1e-2}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": (0.3, 1.5), "step_sizes": (1e-2, 0.5), "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": 0.1, "momentum_decay": 0.1}),
    ("NAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("RAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 5.0, "weight_decay": 0.1, "maximize": True}),
    ("Adafactor", {}),
    ("Adafactor", {"lr": 0.5, "beta2_decay": -0.5, "eps": (1e-6, 1e-2), "d": 2.0, "weight_decay": 0.1}),
    ("Adafactor", {"maximize": True}),
]


def gradient(step: int, p: np.ndarray) -> np.ndarray:
    return np.cos(step + np.arange(p.size).reshape(p.shape)) * p + 0.1 * step


@pytest.mark.parametrize("name, options", OPTIONS)
@pytest.mark.parametrize("block", [3, optimizer.BLOCK])
def test_twenty_steps(name: str, options: dict[str, Any], block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimizer, "BLOCK", block)
    starts = [np.linspace(-1, 2, 10).reshape(2, 5), np.array(0.5)]
    ours = [autograd.tensor(s, requires_grad=True) for s in starts]
    theirs = [torch.tensor(s, requires_grad=True) for s in starts]
    ours_optimizer = getattr(optim, name)(ours, **options)
    theirs_optimizer = getattr(torch.optim, name)(theirs, **options)
    for step in range(20):
        for p, q in zip(ours, theirs):
            p.grad = wrap(gradient(step, p.data))
            q.grad = torch.tensor(gradient(step, q.detach().numpy()))
        ours_optimizer.step()
        theirs_optimizer.step()
        for p, q in zip(ours, theirs):
            np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-12, atol=1e-12)
    for i, theirs_state in theirs_optimizer.state_dict()["state"].items():
        ours_state = ours_optimizer.state_dict()["state"][i]
        for key, value in theirs_state.items():
            if value is not None:
                np.testing.assert_allclose(ours_state[key].data, value.numpy(), rtol=1e-12, atol=1e-12)


def test_takes_over_the_state_of_the_other() -> None:
    start = np.linspace(-1, 2, 5)
    p, q = autograd.tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    theirs = torch.optim.Adam([q], lr=0.1)
    for step in range(3):
        q.grad = torch.tensor(gradient(step, q.detach().numpy()))
        theirs.step()
    p.data = q.detach().numpy()
    ours = optim.Adam([p])
    ours.load_state_dict(theirs.state_dict())
    for step in range(3, 6):
        p.grad, q.grad = wrap(gradient(step, p.data)), torch.tensor(gradient(step, q.detach().numpy()))
        ours.step()
        theirs.step()
    np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-12)


def test_defaults_are_the_same() -> None:
    for name in ("SGD", "Adam", "AdamW"):
        p, q = autograd.tensor(1.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
        ours, theirs = getattr(optim, name)([p]).defaults, getattr(torch.optim, name)([q]).defaults
        assert ours == {key: theirs[key] for key in ours}


MUON: list[dict[str, Any]] = [
    {},
    {"lr": 0.1, "nesterov": False, "weight_decay": 0.3},
    {"lr": 0.1, "momentum": 0.6, "ns_steps": 3, "eps": 1e-2, "ns_coefficients": (3.0, -4.0, 2.0)},
    {"lr": 0.1, "adjust_lr_fn": "match_rms_adamw"},
    {"lr": 0.1, "adjust_lr_fn": "original"},
]


@pytest.mark.parametrize("options", MUON)
@pytest.mark.parametrize("shape", [(2, 5), (5, 2), (3, 3)])
def test_muon_but_for_its_rounding(
    options: dict[str, Any], shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyTorch orthogonalises in bfloat16, which is switched off here; ours stays in the parameter's precision."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda self: self.clone())
    start = np.linspace(-1, 2, shape[0] * shape[1]).reshape(shape)
    p, q = autograd.tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    ours, theirs = optim.Muon([p], **options), torch.optim.Muon([q], **options)
    for step in range(20):
        p.grad, q.grad = wrap(gradient(step, p.data)), torch.tensor(gradient(step, q.detach().numpy()))
        ours.step()
        theirs.step()
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lr": 0.5, "max_iter": 5, "history_size": 3},
        {"line_search_fn": "strong_wolfe"},
        {"line_search_fn": "strong_wolfe", "max_iter": 4, "max_eval": 7},
        {"tolerance_grad": 1e-2},
        {"tolerance_change": 1e-2},
    ],
)
def test_lbfgs_on_a_valley(options: dict[str, Any]) -> None:
    start = np.array([-1.2, 1.0, 0.3])
    p, q = autograd.tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    ours, theirs = optim.LBFGS([p], **options), torch.optim.LBFGS([q], **options)

    def closure(x: Any, optimizer: Any) -> Any:
        optimizer.zero_grad()
        loss = 2 * ((x[1:] - x[:-1] ** 2) ** 2).sum() + ((1 - x[:-1]) ** 2).sum()
        loss.backward()
        return loss

    for _ in range(6):
        ours.step(lambda: closure(p, ours))
        theirs.step(lambda: closure(q, theirs))
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-12, atol=1e-12)
