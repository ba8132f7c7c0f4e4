"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from optim.optimizer import Optimizer

__all__ = ["SGD"]


def sgd(p, g, b, *, lr, momentum, dampening, weight_decay, nesterov, maximize):
    """One step; b is the momentum buffer, None before the first step."""
    if maximize:
        g = -g
    if weight_decay:
        g = g + weight_decay * p
    if momentum:
        b = g + 0 if b is None else momentum * b + (1 - dampening) * g
        g = g + momentum * b if nesterov else b
    return p - lr * g, b


class SGD(Optimizer):
    """Stochastic gradient descent with momentum (Sutskever et al. 2013).

        g ← g + λ p                              λ = weight_decay
        b ← μ b + (1 - τ) g     (b ← g at first)   μ = momentum, τ = dampening
        p ← p - lr b            (p - lr (g + μ b) if nesterov)

    Without momentum p ← p - lr g. `maximize` ascends. Raises ValueError for negative options, and for `nesterov`
    without momentum or with dampening.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.SGD([p], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (p * p).sum().backward()
    ...     optimizer.step()
    >>> p
    tensor([0.46], requires_grad=True)
    """

    rule = staticmethod(sgd)
    state_names = ("momentum_buffer",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
            hints,
        )

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError(
                f"SGD: nesterov needs momentum > 0 and dampening = 0, "
                f"got momentum {group['momentum']} and dampening {group['dampening']}"
            )
