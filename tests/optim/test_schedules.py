"""Learning-rate schedules, averages of weights, the range test."""

import math

import numpy as np
import pytest

import autograd
import nn
import optim
from optim import lr_scheduler as S
from optim.averaging import SWALR, AveragedModel, get_ema_avg_fn, update_bn


def optimizer(lr=1.0, kind="SGD", groups=1, **options):
    params = [{"params": [autograd.tensor([1.0], requires_grad=True)]} for _ in range(groups)]
    return getattr(optim, kind)(params, lr=lr, **options)


def rates(schedule, steps):
    found = [schedule.get_last_lr()[0]]
    for _ in range(steps):
        schedule.optimizer.step()
        schedule.step()
        found.append(schedule.get_last_lr()[0])
    return found


CLOSED = [
    (S.LambdaLR, {"lr_lambda": lambda t: 1 / (t + 1)}, lambda t: 1 / (t + 1)),
    (S.StepLR, {"step_size": 3, "gamma": 0.5}, lambda t: 0.5 ** (t // 3)),
    (S.MultiStepLR, {"milestones": [2, 5], "gamma": 0.1}, lambda t: 0.1 ** ((t >= 2) + (t >= 5))),
    (S.ConstantLR, {"factor": 0.25, "total_iters": 4}, lambda t: 0.25 if t < 4 else 1),
    (S.LinearLR, {"start_factor": 0.5, "total_iters": 4}, lambda t: 0.5 + 0.5 * min(t, 4) / 4),
    (S.ExponentialLR, {"gamma": 0.9}, lambda t: 0.9**t),
    (S.PolynomialLR, {"total_iters": 6, "power": 2}, lambda t: (1 - min(t, 6) / 6) ** 2),
    (S.CosineAnnealingLR, {"T_max": 5}, lambda t: (1 + math.cos(math.pi * t / 5)) / 2),
    (S.CosineAnnealingWarmRestarts, {"T_0": 4}, lambda t: (1 + math.cos(math.pi * (t % 4) / 4)) / 2),
    (S.WarmupConstantLR, {"warmup_steps": 4}, lambda t: min(t / 4, 1)),
    (S.InverseSquareRootLR, {"warmup_steps": 4}, lambda t: min(t / 4, math.sqrt(4 / max(t, 1)))),
    (S.WarmupLinearLR, {"warmup_steps": 2, "total_steps": 8}, lambda t: t / 2 if t < 2 else max(0, (8 - t) / 6)),
    (
        S.WarmupCosineLR,
        {"warmup_steps": 2, "total_steps": 8},
        lambda t: t / 2 if t < 2 else (1 + math.cos(math.pi * min((t - 2) / 6, 1))) / 2,
    ),
]


@pytest.mark.parametrize("kind, options, formula", CLOSED)
def test_rates_follow_the_formula(kind, options, formula):
    np.testing.assert_allclose(rates(kind(optimizer(), **options), 12), [formula(t) for t in range(13)], atol=1e-12)


@pytest.mark.parametrize("kind, options, formula", CLOSED)
def test_resuming_from_a_state(kind, options, formula):
    first, second = kind(optimizer(), **options), kind(optimizer(), **options)
    rates(first, 5)
    second.optimizer.load_state_dict(first.optimizer.state_dict())
    second.load_state_dict(first.state_dict())
    second.optimizer.steps = first.optimizer.steps
    assert rates(first, 4) == rates(second, 4)


def test_a_schedule_stepped_first_warns():
    schedule = S.ExponentialLR(optimizer(), gamma=0.5)
    with pytest.warns(UserWarning, match=r"Call optimizer\.step\(\) first"):
        schedule.step()


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda o: S.StepLR([1], 2), TypeError, "wants an optimizer"),
        (lambda o: S.StepLR(o, 0), ValueError, "at least 1"),
        (lambda o: S.ExponentialLR(o, 0.5, last_epoch=3), KeyError, "initial_lr"),
        (lambda o: S.LambdaLR(o, [abs, abs]), ValueError, "2 values for 1 parameter groups"),
        (lambda o: S.ConstantLR(o, factor=2.0), ValueError, r"in \[0, 1\]"),
        (lambda o: S.LinearLR(o, start_factor=0.0), ValueError, r"in \(0, 1\]"),
        (lambda o: S.CyclicLR(o, 0.1, 1.0, mode="square"), ValueError, "mode must be"),
        (lambda o: S.CyclicLR(optimizer(kind="Adagrad"), 0.1, 1.0), ValueError, "cycle_momentum=False"),
        (lambda o: S.OneCycleLR(o, 1.0), ValueError, "total_steps"),
        (lambda o: S.SequentialLR(o, [S.StepLR(o, 1)], [1]), ValueError, "0 milestones, got 1"),
        (lambda o: S.SequentialLR(o, [S.StepLR(optimizer(), 1)], []), ValueError, "another optimizer"),
        (lambda o: S.ChainedScheduler([]), ValueError, "at least one"),
        (lambda o: S.ReduceLROnPlateau(o, mode="low"), ValueError, "'min' or 'max'"),
        (lambda o: S.ReduceLROnPlateau(o, factor=1.0), ValueError, "below 1"),
        (lambda o: S.WarmupLinearLR(o, 5, 5), ValueError, "must exceed warmup_steps"),
        (lambda o: S.lr_range_test(o, lambda: 1.0, 1.0, 0.1), ValueError, "0 < start_lr < end_lr"),
        (lambda o: SWALR(o, 0.1, anneal_strategy="step"), ValueError, "'cos' or 'linear'"),
    ],
)
def test_errors(make, error, message):
    with pytest.raises(error, match=message):
        make(optimizer(momentum=0.9))


def test_one_cycle_ends():
    schedule = S.OneCycleLR(optimizer(momentum=0.9), 1.0, total_steps=5)
    found = rates(schedule, 4)
    assert max(found) == pytest.approx(1.0, abs=0.2)
    assert found[-1] == pytest.approx(1 / 25 / 1e4)
    with pytest.raises(ValueError, match="step 6 of a schedule of 5 steps"):
        rates(schedule, 2)


def test_combined_states():
    def make():
        o = optimizer()
        return S.SequentialLR(o, [S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.5)], [2])

    first, second = make(), make()
    rates(first, 3)
    second.optimizer.load_state_dict(first.optimizer.state_dict())
    second.optimizer.steps = 1
    second.load_state_dict(first.state_dict())
    assert rates(first, 3) == rates(second, 3)
    with pytest.raises(TypeError, match="cannot jump"):
        first.step(3)
    with pytest.raises(ValueError, match="of 2 schedules, this one has 1"):
        S.ChainedScheduler([S.StepLR(optimizer(), 1)]).load_state_dict(first.state_dict())


def test_range_test_puts_everything_back():
    p = autograd.tensor(np.array([3.0]), requires_grad=True)
    o = optim.Adam([p], lr=0.5)

    def closure():
        o.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    o.step(closure)
    before, grad = p.data.copy(), p.grad
    found = S.lr_range_test(o, closure, 1e-5, 100.0, 60)
    assert np.array_equal(p.data, before)
    assert p.grad is grad
    assert o.param_groups[0]["lr"] == 0.5
    assert o.state[p]["step"].item() == 1
    assert 1e-5 <= found.suggestion < 100
    assert found.lrs == sorted(found.lrs)
    pytest.importorskip("matplotlib").use("Agg")
    ax = found.plot()
    assert ax.get_xscale() == "log"
    assert "learning rate" in ax.get_xlabel()


def test_averages_of_weights():
    model = nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1))
    swa, ema = AveragedModel(model), AveragedModel(model, get_ema_avg_fn(0.5), use_buffers=True)
    start, seen = model[0].weight.data.copy(), []
    for k in range(4):
        model[0].weight.data = start + k
        model[1].running_mean.data[...] = k
        seen.append(model[0].weight.data.copy())
        swa.update_parameters(model)
        ema.update_parameters(model)
    np.testing.assert_allclose(swa.module[0].weight.data, np.mean(seen, 0), rtol=1e-6)
    np.testing.assert_allclose(ema.module[0].weight.data, start + 0 * 0.125 + 0.125 + 0.5 + 1.5, rtol=1e-5)
    np.testing.assert_allclose(ema.module[1].running_mean.data, 0.125 + 0.5 + 1.5)
    assert swa.module[1].running_mean.item() == 3.0
    other = AveragedModel(model)
    other.load_state_dict(swa.state_dict())
    assert other.n_averaged == 4
    np.testing.assert_array_equal(other.module[0].weight.data, swa.module[0].weight.data)
    assert swa(np.zeros((3, 2), np.float32)).shape == (3, 1)
    with pytest.raises(ValueError, match="has shape"):
        swa.update_parameters(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)))
    with pytest.raises(ValueError, match="decay must lie"):
        get_ema_avg_fn(2.0)


def test_batch_norm_statistics_anew():
    model = nn.Sequential(nn.BatchNorm1d(2)).eval()
    data = np.random.default_rng(0).normal(3, 2, (6, 4, 2)).astype(np.float32)
    update_bn(((batch, "label") for batch in data), model)
    np.testing.assert_allclose(model[0].running_mean.data, data.mean((0, 1)), rtol=1e-5)
    assert not model.training
    assert model[0].momentum == 0.1


def test_swa_anneals():
    found = rates(SWALR(optimizer(), swa_lr=0.2, anneal_epochs=4), 6)
    np.testing.assert_allclose(found[0], 1.0)
    np.testing.assert_allclose(found[2], 0.6)
    np.testing.assert_allclose(found[4:], 0.2)
