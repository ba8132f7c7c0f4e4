"""Averaged stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, in_dtype_of

__all__ = ["ASGD"]


def asgd(p, g, t, eta, mu, ax, *, lr, lambd, alpha, t0, weight_decay, maximize):
    """One step; eta and mu are the step size and the averaging weight, ax the average."""
    t = t + 1
    if maximize:
        g = -g
    if weight_decay:
        g = g + weight_decay * p
    eta, mu = in_dtype_of(p, lr if eta is None else eta), in_dtype_of(p, 1.0 if mu is None else mu)
    p = p * (1 - lambd * eta) - eta * g
    ax = p + 0 if ax is None else ax + mu * (p - ax)
    return p, t, lr / (1 + lambd * lr * t) ** alpha, 1 / np.maximum(1, t - t0), ax


class ASGD(Optimizer):
    """Averaged SGD (Polyak & Juditsky 1992), which also keeps the average of the iterates in the state as `ax`.

        p ← (1 - λ η) p - η g                       λ = lambd
        ax ← ax + μ (p - ax)
        η ← lr / (1 + λ lr t)^α,  μ ← 1 / max(1, t - t₀)

    `weight_decay` w adds w p to g; `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.ASGD([p], lr=0.1, lambd=0.0)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.8], requires_grad=True)
    """

    rule = staticmethod(asgd)
    state_names = ("step", "eta", "mu", "ax")
    numbers = frozenset({"step", "eta", "mu"})

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, hints)
