"""Trajectories of the optimizers that PyTorch lacks against those of optax."""

from typing import Any

import numpy as np
import pytest

import autograd
import optim
from autograd.tensor import wrap

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
contrib = pytest.importorskip("optax.contrib")

PAIRS: list[tuple[str, dict[str, Any], Any]] = [
    ("Lion", {"lr": 0.1}, lambda: optax.lion(0.1, weight_decay=0)),
    (
        "Lion",
        {"lr": 0.1, "betas": (0.5, 0.7), "weight_decay": 0.2},
        lambda: optax.lion(0.1, 0.5, 0.7, weight_decay=0.2),
    ),
    ("AdaBelief", {"lr": 0.1}, lambda: optax.adabelief(0.1)),
    ("AdaBelief", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-4}, lambda: optax.adabelief(0.1, 0.8, 0.9, 1e-4, 1e-4)),
    ("Yogi", {"lr": 0.1}, lambda: optax.yogi(0.1)),
    ("Yogi", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-2}, lambda: optax.yogi(0.1, 0.8, 0.9, 1e-2)),
    ("LAMB", {"lr": 0.1}, lambda: optax.lamb(0.1)),
    ("LAMB", {"lr": 0.1, "weight_decay": 0.3}, lambda: optax.lamb(0.1, weight_decay=0.3)),
    ("LARS", {"lr": 0.5}, lambda: optax.lars(0.5)),
    ("LARS", {"lr": 0.5, "momentum": 0.5}, lambda: optax.lars(0.5, momentum=0.5)),
    (
        "LARS",
        {"lr": 0.5, "trust_coefficient": 0.1, "nesterov": True},
        lambda: optax.lars(0.5, 0, True, 0.1, nesterov=True),
    ),
    ("Prodigy", {"use_bias_correction": True}, lambda: contrib.prodigy()),
    (
        "Prodigy",
        {"lr": 0.5, "d0": 1e-3, "weight_decay": 0.1, "use_bias_correction": True},
        lambda: contrib.prodigy(0.5, estim_lr0=1e-3, weight_decay=0.1),
    ),
    ("SGDScheduleFree", {"lr": 0.1}, lambda: contrib.schedule_free_sgd(0.1)),
    ("AdamWScheduleFree", {"lr": 0.1}, lambda: contrib.schedule_free_adamw(0.1)),
]


def gradient(step: int, p: np.ndarray) -> np.ndarray:
    return np.cos(step + np.arange(p.size).reshape(p.shape)) * p + 0.1 * step


@pytest.mark.parametrize("name, options, theirs", PAIRS)
def test_twenty_steps(name: str, options: dict[str, Any], theirs: Any) -> None:
    with jax.enable_x64(True):
        starts = [np.linspace(-1, 2, 10).reshape(2, 5), np.array([0.5, 0.25])]
        ours = [autograd.tensor(s, requires_grad=True) for s in starts]
        optimizer, transformation = getattr(optim, name)(ours, **options), theirs()
        params = [jax.numpy.asarray(s) for s in starts]
        state = transformation.init(params)
        for step in range(20):
            for p in ours:
                p.grad = wrap(gradient(step, p.data))
            optimizer.step()
            grads = [jax.numpy.asarray(gradient(step, np.asarray(p))) for p in params]
            updates, state = transformation.update(grads, state, params)
            params = optax.apply_updates(params, updates)
            for p, q in zip(ours, params, strict=True):
                np.testing.assert_allclose(p.data, np.asarray(q), rtol=1e-10, atol=1e-12)
