"""What all optimizers share: groups, state, stepping in place, errors."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import optim
from autograd import Tensor
from autograd.kernels.choice import references_only
from autograd.tensor import wrap
from optim import optimizer as module
from optim.adam import adam
from optim.sgd import sgd

KINDS: list[Callable[..., optim.Optimizer]] = [
    lambda ps: optim.SGD(ps, lr=0.1),
    lambda ps: optim.SGD(ps, lr=0.1, momentum=0.9, dampening=0.1),
    lambda ps: optim.Adam(ps, lr=0.1),
    lambda ps: optim.AdamW(ps, lr=0.1, amsgrad=True),
]


def parameter(values: Any = (1.0, -2.0, 3.0)) -> Tensor:
    return autograd.tensor(np.array(values, np.float64), requires_grad=True)


def descend(optimizer: optim.Optimizer, p: Tensor, steps: int) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        p.backward(p.data * 2)
        optimizer.step()


@pytest.mark.parametrize("kind", KINDS)
def test_finds_the_minimum_of_a_parabola(kind: Callable[..., optim.Optimizer]) -> None:
    p = parameter()
    descend(kind([p]), p, 300)
    assert np.abs(p.data).max() < 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_resumes_bit_for_bit(kind: Callable[..., optim.Optimizer]) -> None:
    p = parameter()
    first = kind([p])
    descend(first, p, 3)
    saved, twin = copy.deepcopy(first.state_dict()), parameter(p.data)
    descend(first, p, 4)
    second = kind([twin])
    second.load_state_dict(saved)
    descend(second, twin, 4)
    np.testing.assert_array_equal(p.data, twin.data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_blocks_change_nothing(
    kind: Callable[..., optim.Optimizer], shape: tuple[int, ...], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    for block in (2, 1000):
        monkeypatch.setattr(module, "BLOCK", block)
        p = autograd.tensor(np.linspace(1, 2, int(np.prod(shape)), dtype=dtype).reshape(shape), requires_grad=True)
        with references_only():
            descend(kind([p]), p, 3)
        assert p.dtype == dtype
        assert p.shape == shape
        results.append(p.data)
    np.testing.assert_array_equal(*results)


def test_a_parameter_in_foreign_memory_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 2)
    p, q = parameter(np.arange(6.0).reshape(2, 3)), parameter(np.arange(6.0).reshape(2, 3))
    p._data = np.asfortranarray(p.data)
    for t in (p, q):
        optimizer = optim.Adam([t], lr=0.1)
        with references_only():
            descend(optimizer, t, 3)
    np.testing.assert_array_equal(p.data, q.data)


def test_a_kernel_for_one_memory_order_and_the_rule_for_another() -> None:
    p, q = parameter(np.arange(6.0).reshape(2, 3)), parameter(np.arange(6.0).reshape(2, 3))
    p._data = np.asfortranarray(p.data)
    for t in (p, q):
        descend(optim.Adam([t], lr=0.1), t, 3)
    np.testing.assert_allclose(p.data, q.data, rtol=1e-13)


def test_storage_is_written_in_place() -> None:
    p = parameter()
    storage = p.data
    descend(optim.Adam([p]), p, 1)
    assert p.data is storage


def test_a_graph_from_before_the_step_raises() -> None:
    p = autograd.tensor([1.0, 2.0], requires_grad=True, name="w")
    optimizer = optim.SGD([p], lr=0.1)
    stale = p * p
    p.backward(np.ones(2, np.float32))
    optimizer.step()
    with pytest.raises(RuntimeError, match=r"parameter 'w' of shape \(.*\) was overwritten in place"):
        stale.backward(np.ones(2, np.float32))


def test_a_parameter_without_gradient_is_left_alone() -> None:
    p, q = parameter(), parameter()
    optimizer = optim.AdamW([p, q], lr=0.1)
    descend(optimizer, p, 1)
    np.testing.assert_array_equal(q.data, parameter().data)
    assert list(optimizer.state_dict()["state"]) == [0]


def test_groups_override_defaults() -> None:
    p, q = parameter(), parameter()
    optimizer = optim.SGD([{"params": [p]}, {"params": q, "lr": 0.5}], lr=0.1)
    for t in (p, q):
        t.grad = wrap(np.ones(3))
    optimizer.step()
    np.testing.assert_allclose(p.data, np.array([1, -2, 3]) - 0.1)
    np.testing.assert_allclose(q.data, np.array([1, -2, 3]) - 0.5)
    r = parameter()
    optimizer.add_param_group({"params": [("r", r)], "momentum": 0.9})
    assert optimizer.param_groups[2]["param_names"] == ["r"]
    assert optimizer.state_dict()["param_groups"][2]["params"] == [2]


def test_closure_and_its_value() -> None:
    p = parameter()
    optimizer = optim.SGD([p], lr=0.25)

    def closure() -> str:
        assert autograd.is_grad_enabled()
        p.backward(2 * p.data)
        return "the loss"

    with autograd.no_grad():
        assert optimizer.step(closure) == "the loss"
    np.testing.assert_allclose(p.data, [0.5, -1, 1.5])


def test_zero_grad() -> None:
    p = parameter()
    optimizer = optim.SGD([p])
    p.backward(np.ones(3))
    optimizer.zero_grad(set_to_none=False)
    assert p.grad is not None
    np.testing.assert_array_equal(p.grad.data, 0)
    optimizer.zero_grad()
    assert p.grad is None


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: optim.SGD(parameter()), r"write SGD\(\[p\], ...\)"),
        (lambda: optim.SGD([1.0]), "optimizes Tensors, got float"),
    ],
)
def test_what_is_no_parameter(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: optim.SGD([]), "no parameters"),
        (lambda: optim.SGD([parameter() * 2]), "optimizes leaves"),
        (lambda: optim.SGD([(p := parameter()), p]), "appears twice"),
        (lambda: optim.SGD([parameter()], lr=-1), "lr must be ≥ 0, got -1"),
        (lambda: optim.SGD([parameter()], lr=float("nan")), "lr must be ≥ 0, got nan"),
        (lambda: optim.SGD([parameter()], momentum=-0.1), "momentum must be ≥ 0"),
        (lambda: optim.SGD([{"params": [parameter()], "weight_decay": -1}]), "weight_decay must be ≥ 0"),
        (lambda: optim.SGD([parameter()], nesterov=True), "nesterov needs momentum > 0"),
        (lambda: optim.Adam([parameter()], eps=-1), "eps must be ≥ 0"),
        (lambda: optim.Adam([parameter()], betas=(0.9, 1.0)), r"betas\[1\] must be in \[0, 1\), got 1.0"),
    ],
)
def test_invalid_options(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_foreign_state_is_refused_whole() -> None:
    p, q = parameter(), parameter([1.0])
    donor, other = optim.Adam([p]), optim.SGD([q], lr=0.3)
    descend(donor, p, 1)
    with pytest.raises(ValueError, match=r"SGD keeps .*momentum_buffer.*, not .*exp_avg"):
        other.load_state_dict(donor.state_dict())
    assert other.param_groups[0]["lr"] == 0.3
    with pytest.raises(ValueError, match=r"exp_avg has shape \(3,\) for a parameter of shape \(1,\)"):
        optim.Adam([q]).load_state_dict(donor.state_dict())
    with pytest.raises(ValueError, match=r"groups of \[1\] parameters, this optimizer of \[2\]"):
        optim.Adam([p, q]).load_state_dict(donor.state_dict())


def test_repr_shows_groups() -> None:
    assert repr(optim.SGD([parameter()])).startswith("SGD (\n  group 0, 1 parameters\n    dampening: 0\n    lr: 0.001")


def test_rules_run_on_tensors() -> None:
    p, g, m, v = (np.random.default_rng(i).uniform(0.5, 1, 3).astype("float32") for i in range(4))
    adam_options = {**optim.Adam([parameter()]).defaults, "amsgrad": True, "weight_decay": 0.1}
    sgd_options = {**optim.SGD([parameter()]).defaults, "momentum": 0.9}
    for rule, state, options in ((adam, (m, v, v), adam_options), (sgd, (m,), sgd_options)):
        step = (2,) if rule is adam else ()
        arrays = rule(p, g, *step, *state, **options)
        tensors = rule(wrap(p), wrap(g), *map(wrap, map(np.array, step)), *map(wrap, state), **options)
        for a, t in zip(arrays, tensors):
            assert isinstance(t, Tensor)
            np.testing.assert_allclose(a, t.data, rtol=1e-6)
            assert t.dtype == np.asarray(a).dtype


@pytest.mark.parametrize("kind", KINDS)
def test_a_traced_step_is_recorded_and_takes_effect(kind: Callable[..., optim.Optimizer]) -> None:
    p, q = (autograd.tensor(np.array([1.0, -2.0], np.float32), requires_grad=True) for _ in range(2))
    traced, eager = kind([p]), kind([q])

    def step(t: Tensor, optimizer: optim.Optimizer) -> None:
        optimizer.zero_grad()
        (t * t).sum().backward()
        optimizer.step()

    for _ in range(2):
        program = autograd.trace(lambda: step(p, traced))
        step(q, eager)
        np.testing.assert_allclose(p.data, q.data, rtol=1e-6)
    assert any(before.tensor is p for before, after in program.updates)
    states = [s.values() for s in (traced.state[p], eager.state[q])]
    assert len(program.updates) == 1 + sum(s is not None for s in states[0])
    for a, b in zip(*states, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a.data, b.data, rtol=1e-6)
            assert a.dtype == b.dtype
    step(p, traced)
    step(q, eager)
    np.testing.assert_allclose(p.data, q.data, rtol=1e-6)


# --- complex parameters -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad", "Rprop", "LBFGS"])
def test_complex_parameters_are_updated_like_their_parts(name: str) -> None:
    z = np.array([1 + 2j, -0.5 + 0.3j, 2j])
    whole = autograd.tensor(z, requires_grad=True)
    parts = [autograd.tensor(x, requires_grad=True) for x in (z.real.copy(), z.imag.copy())]
    pairs = (lambda: whole, [whole]), (lambda: autograd.complex(*parts), parts)
    for value, params in pairs:
        optimizer = getattr(optim, name)(params, lr=0.1)

        def closure(optimizer: Any = optimizer, value: Any = value) -> Tensor:
            optimizer.zero_grad()
            loss = ((value() ** 2 - 1j).abs() ** 2).sum()
            loss.backward()
            return loss

        for _ in range(4):
            optimizer.step(closure)
    np.testing.assert_allclose(whole.data, autograd.complex(*parts).data, rtol=1e-12)


@pytest.mark.parametrize(
    "make", [optim.Muon, optim.Prodigy, optim.SGDScheduleFree, lambda ps: optim.SAM(optim.SGD(ps, lr=0.1))]
)
def test_rules_for_real_parameters_refuse_complex_ones(make: Any) -> None:
    p = autograd.tensor(np.eye(2) * 1j, requires_grad=True)
    optimizer = make([p])

    def closure() -> Tensor:
        loss = p.abs().sum()
        loss.backward()
        return loss

    with pytest.raises(TypeError, match="is for real parameters, got one of dtype complex128"):
        optimizer.step(closure)
