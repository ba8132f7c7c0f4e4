"""Every optimizer inside a compiled step does what it does outside; those that cannot be replayed say so."""

import inspect

import pytest

import autograd
import nn
import optim
from tests.autograd.compile.steps import assert_same_training
from tests.autograd.compile.test_training import classified, classify, mlp

REFUSED = {"AdamWScheduleFree", "LBFGS", "Prodigy", "SGDScheduleFree", "Lookahead", "SAM"}
ALL = {n for n, c in vars(optim).items() if inspect.isclass(c) and issubclass(c, optim.Optimizer)} - {"Optimizer"}
OPTIONS = {
    "SGD": [
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {"momentum": 0.5, "dampening": 0.25, "maximize": True},
        {"weight_decay": 0.01},
    ],
    "Adam": [{"amsgrad": True, "weight_decay": 0.1}, {"maximize": True}],
    "RMSprop": [{"centered": True, "momentum": 0.5}],
    "Adagrad": [{"lr_decay": 0.1}],
}


def matrices():
    autograd.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 4, bias=False), nn.Tanh(), nn.Linear(4, 3, bias=False))


@pytest.mark.parametrize(
    ("name", "options"),
    [(n, {}) for n in sorted(ALL - REFUSED)] + [(n, o) for n, options in OPTIONS.items() for o in options],
)
def test_same_steps(name, options):
    rule = getattr(optim, name)
    model = matrices() if name == "Muon" else mlp()
    assert_same_training(model, lambda p: rule(p, lr=0.01, **options), classify, classified((5,), 3, 6))


@pytest.mark.parametrize("name", ["AdamWScheduleFree", "Prodigy", "SGDScheduleFree"])
def test_rules_that_depend_on_values_are_refused(name):
    model = mlp()
    optimizer = getattr(optim, name)(model.parameters())
    with pytest.raises(TypeError, match="cannot be traced"):
        autograd.compile(classify(model, optimizer))(*classified((5,), 3, 1)[0])


def test_what_counts_in_python_is_refused_before_anything_happens():
    model = mlp()
    optimizer = optim.Lookahead(optim.SGD(model.parameters(), lr=0.1))
    before = [p.tolist() for p in model.parameters()]
    with pytest.raises(autograd.CompileError, match=r"Lookahead.step\(\), which counts.*test_training.py:\d+.*outside"):
        autograd.compile(classify(model, optimizer))(*classified((5,), 3, 1)[0])
    assert [p.tolist() for p in model.parameters()] == before


def test_groups_with_rates_of_their_own_and_a_schedule():
    def grouped(params):
        params = list(params)
        return optim.Adam([{"params": params[:2], "lr": 0.1}, {"params": params[2:], "betas": (0.5, 0.9)}], lr=0.01)

    schedules = {}

    def advance(optimizer, twin, k):
        for o in (optimizer, twin):
            schedules.setdefault(o, optim.lr_scheduler.CosineAnnealingLR(o, 10))
            schedules[o].step()

    compiled = assert_same_training(mlp(), grouped, classify, classified((5,), 3, 8), each=advance)
    assert len(next(iter(compiled._signatures.values())).replays) == 1


def test_options_that_decide_what_is_computed_are_conditions():
    def decay(optimizer, twin, k):
        for o in (optimizer, twin):
            o.param_groups[0]["weight_decay"] = [0, 0, 0.5, 0.25, 0.125, 0.1, 0.1, 0.1][k]

    compiled = assert_same_training(mlp(), lambda p: optim.SGD(p, lr=0.1), classify, classified((5,), 3, 8), each=decay)
    assert len(next(iter(compiled._signatures.values())).replays) == 2


def test_state_that_is_loaded_is_taken_up():
    def load(optimizer, twin, k):
        if k == 4:
            for o in (optimizer, twin):
                o.load_state_dict(o.state_dict())

    assert_same_training(mlp(), lambda p: optim.Adam(p, lr=0.01), classify, classified((5,), 3, 9), each=load)


def test_a_schedule_inside_is_refused():
    model = mlp()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    schedule = optim.lr_scheduler.StepLR(optimizer, 2)

    @autograd.compile
    def step(x, y):
        loss = classify(model, optimizer)(x, y)
        schedule.step()
        return loss

    with pytest.raises(autograd.CompileError, match=r"StepLR.step\(\).*outside"):
        step(*classified((5,), 3, 1)[0])
