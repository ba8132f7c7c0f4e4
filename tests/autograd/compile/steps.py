"""Training the same model twice, as it is and compiled, and comparing everything that is left behind."""

import copy

import numpy as np

import autograd


def state_of(model, optimizer):
    """Parameters, buffers, gradients and optimizer state as arrays by name."""
    found = {name: t.data for name, t in (*model.named_parameters(), *model.named_buffers())}
    found |= {f"{name}.grad": p.grad.data for name, p in model.named_parameters() if p.grad is not None}
    for k, state in enumerate(optimizer.state.values()):
        found |= {f"state {k} {name}": v.data for name, v in state.items() if v is not None}
    return found


def assert_same_training(model, make_optimizer, make_step, batches, tolerance=2e-5, replayed=True, each=None):
    """Run `make_step(model, optimizer)` on all batches, eagerly and compiled; all results and state must agree."""
    twin = copy.deepcopy(model)
    optimizer, twin_optimizer = make_optimizer(model.parameters()), make_optimizer(twin.parameters())
    step, compiled = make_step(model, optimizer), autograd.compile(make_step(twin, twin_optimizer))
    seed = int(np.random.default_rng(0).integers(1 << 30))
    wanted, results = [], []
    for k, batch in enumerate(batches):
        autograd.manual_seed(seed + k)
        wanted.append(step(*batch))
        after = autograd.get_rng_state()
        autograd.manual_seed(seed + k)
        results.append(compiled(*batch))
        assert autograd.get_rng_state() == after, "the generator stands where it would"
        if each is not None:
            each(optimizer, twin_optimizer, k)
    assert any(s.replays for s in compiled._signatures.values()) == replayed, compiled.signatures
    for a, b in zip(wanted, results, strict=True):
        np.testing.assert_allclose(np.asarray(b.data), np.asarray(a.data), rtol=tolerance, atol=tolerance)
    a, b = state_of(model, optimizer), state_of(twin, twin_optimizer)
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(b[name], a[name], rtol=20 * tolerance, atol=tolerance, err_msg=name)
        assert a[name].dtype == b[name].dtype, name
    assert optimizer.steps == twin_optimizer.steps
    return compiled


def replays(compiled):
    return sum(len(s.replays) for s in compiled._signatures.values())


def called(compiled, *args, times=3):
    return [compiled(*args) for _ in range(times)][-1]
