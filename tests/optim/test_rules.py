"""The update rules: first steps by hand, recurrences of papers that no other library shares, options, state."""

import warnings

import numpy as np
import pytest

import autograd
import optim
from autograd.tensor import wrap

EVERY = {
    "ASGD": {},
    "AdaBelief": {},
    "Adadelta": {"lr": 1.0},
    "Adafactor": {},
    "Adagrad": {},
    "Adam": {},
    "AdamW": {},
    "AdamWScheduleFree": {},
    "Adamax": {},
    "Adan": {},
    "LAMB": {},
    "LARS": {"lr": 0.1},
    "Lion": {},
    "NAdam": {},
    "Prodigy": {},
    "RAdam": {},
    "RMSprop": {},
    "Rprop": {},
    "SGD": {},
    "SGDScheduleFree": {},
    "Sophia": {},
    "Yogi": {},
}


def make(name, params, **options):
    return getattr(optim, name)(params, **{**EVERY.get(name, {}), **options})


def train(optimizer, p, steps, start=0):
    for step in range(start, start + steps):
        p.grad = wrap((np.cos(step + np.arange(p.size)).reshape(p.shape) * p.data + 0.1).astype(p.dtype))
        optimizer.step()


@pytest.mark.parametrize("name", [n for n in EVERY if not n.endswith("Free")])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_state_is_restored_bit_for_bit(name, dtype):
    start = np.linspace(-1, 2, 6, dtype=dtype).reshape(2, 3)
    p, q = (autograd.tensor(start, requires_grad=True) for _ in range(2))
    first = make(name, [p])
    train(first, p, 5)
    q.data = p.data.copy()
    second = make(name, [q])
    second.load_state_dict(first.state_dict())
    train(first, p, 5, 5)
    train(second, q, 5, 5)
    assert p.dtype == dtype
    np.testing.assert_array_equal(p.data, q.data)
    assert not np.array_equal(p.data, start)


@pytest.mark.parametrize("name", EVERY)
def test_a_quadratic_goes_down(name):
    p = autograd.tensor(np.array([[1.0, -2.0], [0.5, 3.0]]), requires_grad=True)
    optimizer = make(name, [p], lr={"Prodigy": 1.0, "Adadelta": 5.0, "LARS": 10.0}.get(name, 0.02))
    loss = lambda: (p * p).sum()
    before = loss().item()
    for _ in range(60):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    if hasattr(optimizer, "eval"):
        optimizer.eval()
    assert loss().item() < before


@pytest.mark.parametrize("name", [n for n in EVERY if n not in ("Prodigy", "Sophia") and not n.endswith("Free")])
def test_a_recorded_step_is_the_same_step(name):
    start = np.linspace(-1, 2, 6).reshape(2, 3)
    p, q = (autograd.tensor(start, requires_grad=True) for _ in range(2))
    ours, recorded = make(name, [p]), make(name, [q])
    for step in range(7):
        g = np.sin(step + np.arange(6.0)).reshape(2, 3)
        p.grad, q.grad = wrap(g), wrap(g.copy())
        ours.step()
        autograd.trace(recorded.step)
        np.testing.assert_allclose(q.data, p.data, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["Adam", "RMSprop", "Lion", "NAdam", "SGD"])
def test_small_parameters_together_move_like_each_alone(name):
    rng = np.random.default_rng(0)
    options = {"momentum": 0.9} if name == "SGD" else {}
    starts = [rng.normal(size=s) for s in ((), (3,), (2, 4), (0,), (5, 1, 2), (7,))]
    together = [autograd.tensor(s, requires_grad=True) for s in starts]
    alone = [autograd.tensor(s, requires_grad=True) for s in starts]
    one = make(name, together, lr=0.1, **options)
    many = [make(name, [p], lr=0.1, **options) for p in alone]
    for step in range(6):
        for k, (p, q) in enumerate(zip(together, alone, strict=True)):
            g = rng.normal(size=p.shape)
            missing = step == 2 and k == 1  # from then on it is a step behind
            p.grad, q.grad = (None, None) if missing else (wrap(g), wrap(g.copy()))
        one.step()
        for optimizer in many:
            optimizer.step()
        for p, q, optimizer in zip(together, alone, many, strict=True):
            np.testing.assert_array_equal(p.data, q.data)
            for state, value in optimizer.state.get(q, {}).items():
                if value is not None:
                    np.testing.assert_array_equal(one.state[p][state].data, value.data)


def test_adan_as_in_its_paper():
    beta1, beta2, beta3, eta, eps, decay = 0.02, 0.08, 0.01, 0.1, 1e-8, 0.3
    p = autograd.tensor(np.array([1.0, -2.0]), requires_grad=True)
    optimizer = optim.Adan([p], lr=eta, betas=(1 - beta1, 1 - beta2, 1 - beta3), weight_decay=decay)
    x, m, v, n, previous = p.data.copy(), 0.0, 0.0, 0.0, None
    for k in range(1, 8):
        g = np.cos(k + np.arange(2)) * x
        p.grad = wrap(g.copy())
        optimizer.step()
        difference = 0 * g if previous is None else g - previous
        m = (1 - beta1) * m + beta1 * g
        v = (1 - beta2) * v + beta2 * difference
        n = (1 - beta3) * n + beta3 * (g + (1 - beta2) * difference) ** 2
        corrected = [y / (1 - (1 - b) ** k) for y, b in ((m, beta1), (v, beta2), (n, beta3))]
        x = (x - eta * (corrected[0] + (1 - beta2) * corrected[1]) / (np.sqrt(corrected[2]) + eps)) / (1 + decay * eta)
        previous = g
        np.testing.assert_allclose(p.data, x, rtol=1e-12)


def test_lars_with_weight_decay_as_in_its_paper():
    p = autograd.tensor(np.array([3.0, 4.0]), requires_grad=True)
    optimizer = optim.LARS([p], lr=0.5, momentum=0.9, weight_decay=0.1, trust_coefficient=0.01)
    w, v = p.data.copy(), 0.0
    for k in range(5):
        g = np.array([1.0, -0.5]) * (k + 1)
        p.grad = wrap(g.copy())
        optimizer.step()
        rate = 0.01 * np.linalg.norm(w) / (np.linalg.norm(g) + 0.1 * np.linalg.norm(w))
        v = 0.9 * v + 0.5 * rate * (g + 0.1 * w)
        w = w - v
        np.testing.assert_allclose(p.data, w, rtol=1e-12)


def test_muon_moves_along_the_nearest_orthogonal_matrix():
    rng = np.random.default_rng(0)
    start, g = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    p = autograd.tensor(start, requires_grad=True)
    optimizer = optim.Muon([p], lr=0.1, weight_decay=0.0, momentum=0.0, nesterov=False)
    p.grad = wrap(g)
    optimizer.step()
    u, _, vt = np.linalg.svd(g, full_matrices=False)
    step = (start - p.data) / (0.1 * np.sqrt(4 / 3))
    # five Newton–Schulz steps bring the singular values near 1, and leave the singular vectors alone
    inner = u.T @ step @ vt.T
    np.testing.assert_allclose(inner, np.diag(np.diag(inner)), atol=1e-12)
    assert 0.6 < np.diag(inner).min() <= np.diag(inner).max() < 1.3
    with pytest.raises(ValueError, match="Muon optimizes matrices, got a parameter of shape \\(3,\\)"):
        optim.Muon([autograd.tensor([1.0, 2.0, 3.0], requires_grad=True)])


def test_sophia_estimates_the_diagonal_of_the_hessian():
    curvature = np.array([1.0, 10.0, 0.1])
    p = autograd.tensor(np.array([1.0, 1.0, 1.0]), requires_grad=True)
    optimizer = optim.Sophia([p], lr=0.1, betas=(0.0, 0.0), rho=1.0, weight_decay=0.0)
    loss = lambda: (0.5 * curvature * p * p).sum()
    optimizer.update_hessian(loss(), draw=np.ones)
    np.testing.assert_allclose(optimizer.state[p]["hessian"].data, curvature)
    loss().backward()
    optimizer.step()
    np.testing.assert_allclose(p.data, 0.9)  # Newton's step, clipped to 1


def test_lookahead_and_sam_by_hand():
    p = autograd.tensor(np.array([3.0, 4.0]), requires_grad=True)
    optimizer = optim.SAM(optim.SGD([p], lr=0.1), rho=1.0)

    def closure():
        optimizer.zero_grad()
        loss = (0.5 * p * p).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 12.5
    np.testing.assert_allclose(p.data, np.array([3.0, 4.0]) - 0.1 * np.array([3.6, 4.8]))
    with pytest.raises(ValueError, match="needs a closure"):
        optimizer.step()
    q = autograd.tensor(np.array([1.0]), requires_grad=True)
    slow = optim.Lookahead(optim.SGD([q], lr=0.5), k=2, alpha=0.25)
    seen = []
    for _ in range(4):
        q.grad = wrap(np.array([1.0]))
        slow.step()
        seen.append(q.item())
    assert seen == [0.5, 0.75, 0.25, 0.5]
    other = optim.Lookahead(optim.SGD([q], lr=0.5), k=2, alpha=0.25)
    other.load_state_dict(slow.state_dict())
    assert other.steps == 4
    with pytest.raises(TypeError, match="wants an optimizer to wrap"):
        optim.Lookahead([q])


def test_schedule_free_keeps_the_average():
    p = autograd.tensor(np.array([1.0]), requires_grad=True)
    optimizer = optim.SGDScheduleFree([p], lr=0.1, momentum=0.9)
    z, x = 1.0, 1.0
    for t in range(1, 6):
        y = 0.1 * z + 0.9 * x
        np.testing.assert_allclose(p.data, y)
        p.grad = wrap(np.array([2 * y]))
        optimizer.step()
        z -= 0.1 * 2 * y
        x += (z - x) / t
    optimizer.eval()
    np.testing.assert_allclose(p.data, x)
    with pytest.raises(RuntimeError, match=r"call optimizer\.train\(\)"):
        optimizer.step()
    optimizer.train()
    np.testing.assert_allclose(p.data, 0.1 * z + 0.9 * x)


def test_a_gradient_used_by_a_step_and_not_cleared_is_warned_about():
    p = autograd.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.1)
    (p * p).sum().backward()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (p * p).sum().backward()  # accumulated on purpose: no step in between
        optimizer.step()
        optimizer.zero_grad()
        (p * p).sum().backward()
        optimizer.step()
        p.grad = None
        (p * p).sum().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        (p * p).sum().backward()
        optimizer.step()
    with pytest.warns(UserWarning, match=r"already made a step.*zero_grad\(\) before backward"):
        (p * p).sum().backward()


def test_hints_of_implementation_are_accepted_and_other_words_refused():
    p = autograd.tensor([1.0], requires_grad=True)
    optim.Adam([p], foreach=True, fused=False, capturable=False, differentiable=False)
    with pytest.raises(ValueError, match="differentiable=True is not supported"):
        optim.Adagrad([p], differentiable=True)
    with pytest.raises(TypeError, match="unexpected keyword argument 'learning_rate'"):
        optim.Adam([p], learning_rate=0.1)


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("Adadelta", {"rho": 1.5}, r"rho must be in \[0, 1\]"),
        ("Adagrad", {"lr_decay": -1}, "lr_decay must be ≥ 0"),
        ("RMSprop", {"alpha": -0.1}, "alpha must be ≥ 0"),
        ("Rprop", {"etas": (1.5, 0.5)}, "etas must be 0 < η⁻ < 1 < η⁺"),
        ("NAdam", {"momentum_decay": -1}, "momentum_decay must be ≥ 0"),
        ("Adafactor", {"d": 0.5}, "d must be ≥ 1"),
        ("Adafactor", {"eps": (-1.0, 1e-3)}, r"eps\[0\] must be"),
        ("Adamax", {"betas": (1.0, 0.9)}, r"betas\[0\] must be in \[0, 1\)"),
        ("LAMB", {"betas": (0.9, float("nan"))}, r"betas\[1\] must be"),
        ("Sophia", {"rho": 0}, "rho must be positive"),
        ("Prodigy", {"d0": 0}, "d0 must be positive"),
        ("LBFGS", {"line_search_fn": "armijo"}, "None or 'strong_wolfe'"),
        ("SGDScheduleFree", {"warmup_steps": -1}, "warmup_steps must be ≥ 0"),
    ],
)
def test_senseless_options_are_refused(name, options, message):
    with pytest.raises(ValueError, match=message):
        make(name, [autograd.tensor([[1.0]], requires_grad=True)], **options)


class TestLBFGS:
    def rosenbrock(self, optimizer, p):
        def closure():
            optimizer.zero_grad()
            loss = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
            loss.backward()
            return loss

        return closure

    @pytest.mark.parametrize("search, tolerance", [("strong_wolfe", 1e-8), (None, 5.0)])
    def test_finds_the_minimum(self, search, tolerance):
        p = autograd.tensor(np.array([-1.5, 2.0]), requires_grad=True)
        optimizer = optim.LBFGS([p], lr=1.0 if search else 1e-2, max_iter=60, line_search_fn=search)
        closure = self.rosenbrock(optimizer, p)
        for _ in range(5):
            optimizer.step(closure)
        assert closure().item() < tolerance

    def test_resumes(self):
        results = []
        for split in (False, True):
            p = autograd.tensor(np.array([-1.5, 2.0]), requires_grad=True)
            optimizer = optim.LBFGS([p], max_iter=3, line_search_fn="strong_wolfe")
            optimizer.step(self.rosenbrock(optimizer, p))
            if split:
                state, optimizer = optimizer.state_dict(), optim.LBFGS([p])
                optimizer.load_state_dict(state)
            optimizer.step(self.rosenbrock(optimizer, p))
            results.append(p.data.copy())
        np.testing.assert_array_equal(*results)

    def test_refusals(self):
        p, q = (autograd.tensor([1.0], requires_grad=True) for _ in range(2))
        with pytest.raises(ValueError, match="needs a closure"):
            optim.LBFGS([p]).step()
        with pytest.raises(ValueError, match="in one group"):
            optim.LBFGS([{"params": [p]}, {"params": [q]}])


def test_muon_with_nesterov_steps_by_momentum_ahead():
    """Two steps by hand: b = μ b + (1 - μ) g, then the direction of μ b + (1 - μ) g."""
    p = autograd.tensor(np.eye(2), requires_grad=True)
    optimizer = optim.Muon([p], lr=0.1, weight_decay=0.0, momentum=0.9)
    want, b = np.eye(2), np.zeros((2, 2))
    for g in (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[-3.0, 0.5], [2.0, 1.0]])):
        p.grad = autograd.tensor(g)
        optimizer.step()
        b = 0.9 * b + 0.1 * g
        want = want - 0.1 * optim.matrix.newton_schulz(0.9 * b + 0.1 * g)
        np.testing.assert_allclose(p.data, want, rtol=1e-12)
