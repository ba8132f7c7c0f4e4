"""Update rules as native kernels agree with the rules themselves."""

from typing import Any

import numpy as np
import pytest

import autograd
import optim
from autograd.kernels.choice import references_only
from autograd.kernels.native.host import available
from optim import fused
from optim.optimizer import Optimizer

if not available():
    pytest.skip("native kernels are off", allow_module_level=True)

KINDS: dict[str, tuple[type[Optimizer], dict[str, Any]]] = {
    "SGD": (optim.SGD, {}),
    "SGD, momentum": (optim.SGD, {"momentum": 0.9, "dampening": 0.1, "weight_decay": 0.1}),
    "SGD, Nesterov": (optim.SGD, {"momentum": 0.9, "nesterov": True, "maximize": True}),
    "Adam": (optim.Adam, {"weight_decay": 0.1}),
    "AMSGrad": (optim.Adam, {"amsgrad": True, "maximize": True}),
    "AdamW": (optim.AdamW, {}),
    "RMSprop": (optim.RMSprop, {}),
    "RMSprop, centered": (optim.RMSprop, {"centered": True, "momentum": 0.9}),
    "Adagrad": (optim.Adagrad, {"lr_decay": 0.1, "initial_accumulator_value": 0.1}),
    "Adadelta": (optim.Adadelta, {}),
    "Adamax": (optim.Adamax, {}),
    "NAdam": (optim.NAdam, {}),
    "RAdam": (optim.RAdam, {}),
    "Rprop": (optim.Rprop, {}),
    "Lion": (optim.Lion, {}),
}


def trained(kind, dtype, sizes, steps=8):
    """The parameters and the state dict after some steps on a fixed sequence of gradients."""
    optimizer_class, options = KINDS[kind]
    rng = np.random.default_rng(0)
    params = [autograd.tensor(rng.normal(size=size).astype(dtype), requires_grad=True) for size in sizes]
    optimizer = optimizer_class(params, lr=1e-2, **options)
    for _ in range(steps):
        for p in params:
            p.grad = autograd.tensor(rng.normal(size=p.shape).astype(dtype))
        optimizer.step()
    return [p.data for p in params], optimizer.state_dict()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_and_its_kernel_agree(kind, dtype):
    got, state = trained(kind, dtype, [(3, 7), (33,), ()])
    with references_only():
        wanted, known = trained(kind, dtype, [(3, 7), (33,), ()])
    tolerance = {"rtol": 1e-4, "atol": 1e-6} if dtype == np.float32 else {"rtol": 1e-11, "atol": 1e-13}
    for one, other in zip(got, wanted, strict=True):
        np.testing.assert_allclose(one, other, **tolerance)
    assert state["param_groups"] == known["param_groups"]
    for k, entries in known["state"].items():
        assert list(state["state"][k]) == list(entries)
        for name, value in entries.items():
            ours = state["state"][k][name]
            np.testing.assert_allclose(ours.data, value.data, **tolerance, err_msg=name)
            assert (ours.dtype, ours.shape) == (value.dtype, value.shape)


@pytest.mark.parametrize("kind", KINDS)
def test_rules_of_the_library_are_recorded(kind):
    optimizer_class, options = KINDS[kind]
    optimizer = optimizer_class([autograd.tensor([1.0], requires_grad=True)], lr=0.1, **options)
    names = optimizer_class.state_names
    places = frozenset(k for k, name in enumerate(names) if name in optimizer.numbers)
    state = [0 if name == "step" else None for name in names]
    hyper = {name: optimizer.param_groups[0][name] for name in optimizer.defaults}
    assert fused.plan(optimizer_class.rule, np.dtype(np.float32), state, places, hyper) is not None


def test_a_rule_that_cannot_be_recorded_runs_itself():
    class Clipped(Optimizer):
        rule = staticmethod(lambda p, g, lr: (p - lr * g / max(1.0, float(np.abs(g).max())),))

        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

    p = autograd.tensor([1.0, 2.0], requires_grad=True)
    p.grad = autograd.tensor([10.0, 0.0])
    Clipped([p], lr=0.5).step()
    np.testing.assert_allclose(p.data, [0.5, 2.0])


def test_other_dtypes_run_the_rule():
    p = autograd.tensor(np.ones(3, np.float16), requires_grad=True)
    p.grad = autograd.tensor(np.ones(3, np.float16))
    optim.SGD([p], lr=0.5).step()
    assert p.dtype == np.float16
    np.testing.assert_array_equal(p.data, 0.5)


def test_a_schedule_changes_the_learning_rate_of_a_known_step():
    p = autograd.tensor([0.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=1.0)
    for lr in (1.0, 0.5, 0.25):
        p.grad = autograd.tensor([1.0])
        optimizer.param_groups[0]["lr"] = lr
        optimizer.step()
    np.testing.assert_array_equal(p.data, [-1.75])


def test_threads():
    from autograd.kernels.native.threads import pool

    before, results = pool().threads, []
    for threads in (1, 2):
        pool().set_threads(threads)
        results.append(trained("Adam", np.float32, [(300, 301)], 2)[0][0])
    pool().set_threads(before)
    np.testing.assert_array_equal(*results)
