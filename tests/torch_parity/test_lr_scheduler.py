"""Learning rates (and momenta) of the schedules against PyTorch's, step by step."""

from typing import Any

import numpy as np
import pytest

import autograd
import optim

torch = pytest.importorskip("torch")

SCHEDULES: list[tuple[str, dict[str, Any]]] = [
    ("LambdaLR", {"lr_lambda": lambda t: 0.9**t}),
    ("LambdaLR", {"lr_lambda": [lambda t: 0.9**t, lambda t: 1 / (t + 1)]}),
    ("MultiplicativeLR", {"lr_lambda": lambda t: 0.9 + 0.001 * t}),
    ("StepLR", {"step_size": 3, "gamma": 0.3}),
    ("MultiStepLR", {"milestones": [2, 5, 5, 11], "gamma": 0.5}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.5, "total_iters": 4}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 7}),
    ("ExponentialLR", {"gamma": 0.87}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 12, "power": 2.5}),
    ("CosineAnnealingLR", {"T_max": 6, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 4}),
    ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 3, "eta_min": 0.02}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.7, "step_size_up": 4}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": [0.7, 0.9], "step_size_up": 2, "step_size_down": 5, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.7, "step_size_up": 3, "mode": "exp_range", "gamma": 0.95}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.7, "step_size_up": 3, "scale_fn": lambda c: 1 / c}),
    ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.7, "step_size_up": 3, "cycle_momentum": False}),
    ("OneCycleLR", {"max_lr": 2.0, "total_steps": 30}),
    ("OneCycleLR", {"max_lr": [2.0, 1.0], "epochs": 5, "steps_per_epoch": 6, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 2.0, "total_steps": 30, "three_phase": True, "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 2.0, "total_steps": 30, "base_momentum": 0.5, "max_momentum": 0.7, "div_factor": 5.0}),
]


def pair(kind: str = "SGD", **options: Any) -> tuple[Any, Any]:
    ours = [autograd.tensor([1.0], requires_grad=True) for _ in range(2)]
    theirs = [torch.tensor([1.0], requires_grad=True) for _ in range(2)]
    options = {"momentum": 0.9, **options} if kind == "SGD" else options
    groups = lambda ps: [{"params": [ps[0]]}, {"params": [ps[1]], "lr": 0.25}]
    return (
        getattr(optim, kind)(groups(ours), lr=0.5, **options),
        getattr(torch.optim, kind)(groups(theirs), lr=0.5, **options),
    )


def compare(ours: Any, theirs: Any) -> None:
    for a, b in zip(ours.param_groups, theirs.param_groups, strict=True):
        np.testing.assert_allclose(a["lr"], b["lr"], rtol=1e-12, atol=1e-15)
        for name in ("momentum", "betas"):
            if name in b:
                np.testing.assert_allclose(a[name], b[name], rtol=1e-12)


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("name, options", SCHEDULES)
def test_steps(name: str, options: dict[str, Any], kind: str) -> None:
    ours, theirs = pair(kind)
    a = getattr(optim.lr_scheduler, name)(ours, **options)
    b = getattr(torch.optim.lr_scheduler, name)(theirs, **options)
    for step in range(29):
        compare(ours, theirs)
        np.testing.assert_allclose(a.get_last_lr(), b.get_last_lr(), rtol=1e-12)
        if step == 11 and not name.startswith(("OneCycle", "Cyclic")):
            for group in (*ours.param_groups, *theirs.param_groups):
                group["lr"] *= 0.5
        ours.step()
        theirs.step()
        a.step()
        b.step()
    assert a.last_epoch == b.last_epoch


@pytest.mark.parametrize("options", [{}, {"mode": "max", "patience": 2, "cooldown": 2}, {"threshold_mode": "abs"}])
def test_plateau(options: dict[str, Any]) -> None:
    options = {"patience": 1, "factor": 0.4, "threshold": 0.05, "min_lr": [0.01, 0.05], **options}
    ours, theirs = pair()
    a = optim.lr_scheduler.ReduceLROnPlateau(ours, **options)
    b = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **options)
    for metric in np.random.default_rng(0).uniform(-1, 3, 40):
        a.step(float(metric))
        b.step(float(metric))
        compare(ours, theirs)
        assert (a.best, a.num_bad_epochs, a.cooldown_counter) == (b.best, b.num_bad_epochs, b.cooldown_counter)


def test_sequences_and_chains() -> None:
    ours, theirs = pair()
    pairs = []
    for schedulers, optimizer in ((optim.lr_scheduler, ours), (torch.optim.lr_scheduler, theirs)):
        first = schedulers.ConstantLR(optimizer, factor=0.1, total_iters=3)
        second = schedulers.ExponentialLR(optimizer, gamma=0.9)
        third = schedulers.CosineAnnealingLR(optimizer, T_max=5)
        pairs.append(schedulers.SequentialLR(optimizer, [first, second, third], milestones=[3, 8]))
    for _ in range(20):
        compare(ours, theirs)
        np.testing.assert_allclose(pairs[0].get_last_lr(), pairs[1].get_last_lr(), rtol=1e-12)
        for thing in (ours, theirs, *pairs):
            thing.step()
    ours, theirs = pair()
    pairs = []
    for schedulers, optimizer in ((optim.lr_scheduler, ours), (torch.optim.lr_scheduler, theirs)):
        first = schedulers.LinearLR(optimizer, start_factor=0.1, total_iters=4)
        second = schedulers.ExponentialLR(optimizer, gamma=0.9)
        pairs.append(schedulers.ChainedScheduler([first, second]))
    for _ in range(10):
        compare(ours, theirs)
        for thing in (ours, theirs, *pairs):
            thing.step()


@pytest.mark.parametrize("epoch", [0, 1, 3, 7, 12])
@pytest.mark.parametrize("name, options", [s for s in SCHEDULES if not s[0].startswith(("Multiplicative", "One"))])
@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_jumps(name: str, options: dict[str, Any], epoch: int) -> None:
    ours, theirs = pair()
    a = getattr(optim.lr_scheduler, name)(ours, **options)
    b = getattr(torch.optim.lr_scheduler, name)(theirs, **options)
    for thing in (ours, theirs):
        thing.step()
    a.step(epoch)
    b.step(epoch)
    compare(ours, theirs)


@pytest.mark.parametrize("name, options", SCHEDULES)
def test_every_default_is_the_same(name: str, options: dict[str, Any]) -> None:
    import inspect

    a = inspect.signature(getattr(optim.lr_scheduler, name)).parameters
    b = inspect.signature(getattr(torch.optim.lr_scheduler, name)).parameters
    assert [(p.name, p.default) for p in a.values()] == [(p.name, p.default) for p in b.values()]
