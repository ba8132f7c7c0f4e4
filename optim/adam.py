"""Adam and AdamW."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, in_dtype_of

__all__ = ["Adam", "AdamW"]


def adam(p, g, t, m, v, v_max, *, lr, betas, eps, weight_decay, amsgrad, maximize, decoupled_weight_decay):
    """One step; t counts the steps before, m and v are the moments, v_max the largest v, all None before the first."""
    beta1, beta2 = betas
    t = t + 1
    if maximize:
        g = -g
    if weight_decay:
        if decoupled_weight_decay:
            p = p * (1 - lr * weight_decay)
        else:
            g = g + weight_decay * p
    m = (1 - beta1) * g if m is None else beta1 * m + (1 - beta1) * g
    v = (1 - beta2) * (g * g) if v is None else beta2 * v + (1 - beta2) * (g * g)
    if amsgrad:
        v_max = v if v_max is None else np.maximum(v_max, v)
    # lr · m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ), the scalars gathered
    scale = (1 - beta2**t) ** 0.5
    size = in_dtype_of(p, lr * scale / (1 - beta1**t))
    return p - size * m / (np.sqrt(v_max if amsgrad else v) + in_dtype_of(p, eps * scale)), t, m, v, v_max


class Adam(Optimizer):
    """Adam (Kingma & Ba 2015, algorithm 1), optionally AMSGrad (Reddi et al. 2018, algorithm 2).

        g ← g + λ p                            λ = weight_decay
        m ← β₁ m + (1 - β₁) g,  m̂ = m / (1 - β₁ᵗ)
        v ← β₂ v + (1 - β₂) g², v̂ = v / (1 - β₂ᵗ)
        p ← p - lr m̂ / (√v̂ + ε)

    `amsgrad` takes the largest v so far in place of v; `decoupled_weight_decay` makes it AdamW; `maximize` ascends.
    Raises ValueError for negative options and for betas outside [0, 1).

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = optim.Adam([p], lr=0.1)
    >>> (p * p).sum().backward()
    >>> optimizer.step()
    >>> p
    tensor([ 0.9, -1.9], requires_grad=True)
    """

    rule = staticmethod(adam)
    state_names = ("step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        **hints: Any,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
            hints,
        )

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        for i, beta in enumerate(group["betas"]):
            self._require(0 <= beta < 1, f"betas[{i}]", beta, "in [0, 1)")


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019): p ← p - lr λ p before Adam's step, λ = weight_decay.

    Options, and errors as in `Adam`; weight_decay is 0.01 unless given.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.AdamW([p], lr=0.1, weight_decay=0.5)
    >>> (0 * p).sum().backward()
    >>> optimizer.step()
    >>> p
    tensor([0.95], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True, **hints
        )
