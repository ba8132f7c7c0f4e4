"""Complex gradients against PyTorch's: `.grad`, hooks, adjoints to start from, second derivatives."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd
from autograd import gradients, tensor

RNG = np.random.default_rng(0)
Z = RNG.uniform(-1, 1, (3, 4)) + 1j * RNG.uniform(-1, 1, (3, 4)) + 0.2
W = RNG.uniform(-1, 1, (4, 2)) + 1j * RNG.uniform(-1, 1, (4, 2))

UNARY = (
    *("abs", "angle", "conj", "exp", "log", "sqrt", "square", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin"),
    *("arccos", "arctan", "asinh", "acosh", "atanh", "reciprocal", "neg", "log2", "log10", "log1p", "expm1", "sigmoid"),
    *("rsqrt", "sum", "mean", "var", "std", "prod", "cumsum", "cumprod", "real", "imag", "exp2"),
)


def close(mine, theirs, rtol=1e-10):
    np.testing.assert_allclose(mine.detach().numpy(), theirs.detach().resolve_conj().numpy(), rtol=rtol, atol=1e-12)


def both(call, theirs=None, z=Z):
    """Values, gradients from a complex adjoint, and a second derivative, of two functions of one tensor."""
    t, u = tensor(z, requires_grad=True), torch.tensor(z, requires_grad=True)
    mine, other = call(t), (theirs or call)(u)
    close(mine, other)
    adjoint = RNG.uniform(-1, 1, mine.shape) + (1j * RNG.uniform(-1, 1, mine.shape) if mine.is_complex() else 0)
    (d,) = gradients(mine, t, adjoint, create_graph=True)
    (e,) = torch.autograd.grad(other, u, torch.tensor(adjoint), create_graph=True)
    close(d, e)
    if d.requires_grad and e.requires_grad:
        v = RNG.uniform(-1, 1, z.shape) + 1j * RNG.uniform(-1, 1, z.shape)
        close(gradients(d, t, v)[0], torch.autograd.grad(e, u, torch.tensor(v))[0], 1e-9)


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one(name):
    def call(t):
        found = getattr(t, name)
        if not callable(found):
            return found
        return found(0) if name.startswith("cum") else found()

    both(call)


@pytest.mark.parametrize(
    "call",
    [
        lambda t: (t * t.conj()).real,
        lambda t: t / (t + 2j),
        lambda t: t**3,
        lambda t: t**2.5,
        lambda t: (t + 2) ** (t * 1j),
        lambda t: abs(t) ** 2,
        lambda t: t.T @ t.conj(),
        lambda t: t[1:, [0, 0, 2]] * 1j,
        lambda t: t.real * t.imag,
        lambda t: t.norm(),
    ],
)
def test_expressions(call):
    both(call)


def test_named_functions():
    both(autograd.sign, torch.sgn)
    both(autograd.view_as_real, torch.view_as_real)
    both(lambda t: t @ tensor(W), lambda t: t @ torch.tensor(W))
    both(lambda t: autograd.polar(abs(t), t.real), lambda t: torch.polar(abs(t), t.real))
    both(lambda t: autograd.complex(t.imag, t.real), lambda t: torch.complex(t.imag, t.real))
    both(lambda t: autograd.einsum("ij,kj->ik", t, t.conj()), lambda t: torch.einsum("ij,kj->ik", t, t.conj()))
    both(lambda t: autograd.vdot(t[0], t[1]), lambda t: torch.vdot(t[0], t[1]))


def test_grad_hooks_and_retained_gradients():
    seen: list = []
    t, u = tensor(Z, requires_grad=True), torch.tensor(Z, requires_grad=True)
    found = []
    for x in (t, u):
        y = x * (1 + 2j)
        y.retain_grad()
        y.register_hook(lambda g: seen.append(g))
        y.register_hook(lambda g: g * 1j)
        (y.exp() * x.conj()).abs().sum().backward()
        found.append(y)
    close(*seen)
    close(found[0].grad, found[1].grad)
    close(t.grad, u.grad)
    for x in (t, u):
        x.real.sum().backward()
    close(t.grad, u.grad)


@pytest.mark.parametrize(
    "name, options, rtol",
    [
        ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}, 1e-12),
        ("Adam", {"lr": 0.1}, 1e-12),
        ("Adam", {"lr": 0.1, "amsgrad": True}, 1e-12),
        ("AdamW", {"lr": 0.1}, 1e-12),
        ("RMSprop", {"lr": 0.1, "centered": True, "momentum": 0.5}, 1e-12),
        ("Adagrad", {"lr": 0.1}, 1e-12),
        ("Adadelta", {}, 1e-12),
        ("Adamax", {"lr": 0.1}, 1e-12),
        ("RAdam", {"lr": 0.1}, 1e-12),
        ("Rprop", {"lr": 0.1}, 1e-12),
        ("NAdam", {"lr": 0.1}, 1e-7),  # PyTorch keeps some of its numbers in single precision
        ("ASGD", {"lr": 0.1}, 1e-6),
        ("LBFGS", {"lr": 0.1}, 1e-9),
        ("LBFGS", {"lr": 1, "line_search_fn": "strong_wolfe"}, 1e-6),
    ],
)
@pytest.mark.parametrize("start", [Z, Z[0, 0]])
def test_optimizers_take_the_same_steps(name, options, rtol, start):
    import optim

    t, u = tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    ours, theirs = getattr(optim, name)([t], **options), getattr(torch.optim, name)([u], **options)
    for _ in range(5):
        for x, optimizer in ((t, ours), (u, theirs)):

            def closure(x=x, optimizer=optimizer):
                optimizer.zero_grad()
                loss = ((x * x - 1j).abs() ** 2).sum()
                loss.backward()
                return loss

            if name == "LBFGS":
                optimizer.step(closure)
            else:
                closure()
                optimizer.step()
        close(t, u, rtol)
