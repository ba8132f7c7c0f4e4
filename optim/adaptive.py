"""Step sizes from past gradients: Adagrad, Adadelta, RMSprop, Rprop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, in_dtype_of

__all__ = ["Adadelta", "Adagrad", "RMSprop", "Rprop"]


def adagrad(p, g, t, s, *, lr, lr_decay, weight_decay, initial_accumulator_value, eps, maximize):
    """One step; s is the sum of squared gradients."""
    if maximize:
        g = -g
    if weight_decay:
        g = g + weight_decay * p
    s = (np.zeros_like(p) + initial_accumulator_value if s is None else s) + g * g
    eta = in_dtype_of(p, lr / (1 + t * lr_decay))
    return p - eta * g / (np.sqrt(s) + eps), t + 1, s


class Adagrad(Optimizer):
    """Adagrad (Duchi, Hazan & Singer 2011): coordinates that have seen large gradients move less.

        g ← g + λ p                       λ = weight_decay
        s ← s + g²                        s = initial_accumulator_value at first
        p ← p - η g / (√s + ε)            η = lr / (1 + (t - 1) lr_decay) at step t

    `maximize` ascends. Raises ValueError for negative options.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Adagrad([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.9], requires_grad=True)
    """

    rule = staticmethod(adagrad)
    state_names = ("step", "sum")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay}
        defaults |= {"initial_accumulator_value": initial_accumulator_value, "eps": eps, "maximize": maximize}
        super().__init__(params, defaults, hints)

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        for name in ("lr_decay", "initial_accumulator_value"):
            self._require(group[name] >= 0, name, group[name], "≥ 0")


def adadelta(p, g, t, v, u, *, lr, rho, eps, weight_decay, maximize):
    """One step; v and u are the averages of squared gradients and squared updates."""
    if maximize:
        g = -g
    if weight_decay:
        g = g + weight_decay * p
    v = (1 - rho) * (g * g) if v is None else rho * v + (1 - rho) * (g * g)
    u = np.zeros_like(p) if u is None else u
    d = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    return p - lr * d, t + 1, v, rho * u + (1 - rho) * (d * d)


class Adadelta(Optimizer):
    """Adadelta (Zeiler 2012, arXiv 1212.5701, algorithm 1): updates in the units of the parameter.

        g ← g + λ p                       λ = weight_decay
        v ← ρ v + (1 - ρ) g²              E[g²]
        Δ = √(u + ε) / √(v + ε) · g
        u ← ρ u + (1 - ρ) Δ²              E[Δx²]
        p ← p - lr Δ

    `maximize` ascends. Raises ValueError for negative options and for rho outside [0, 1].

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Adadelta([p])
    >>> (p * p).sum().backward(); optimizer.step()
    >>> bool(0.99 < p < 1)
    True
    """

    rule = staticmethod(adadelta)
    state_names = ("step", "square_avg", "acc_delta")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        super().__init__(
            params, {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}, hints
        )

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        self._require(0 <= group["rho"] <= 1, "rho", group["rho"], "in [0, 1]")


def rmsprop(p, g, t, v, b, m, *, lr, alpha, eps, weight_decay, momentum, centered, maximize):
    """One step; v is the average of g², b the momentum buffer, m the average of g."""
    if maximize:
        g = -g
    if weight_decay:
        g = g + weight_decay * p
    v = (1 - alpha) * (g * g) if v is None else alpha * v + (1 - alpha) * (g * g)
    variance = v
    if centered:
        m = (1 - alpha) * g if m is None else m + (1 - alpha) * (g - m)
        variance = v - m * m
    d = g / (np.sqrt(variance) + eps)
    if momentum:
        b = d if b is None else momentum * b + d
        d = b
    return p - lr * d, t + 1, v, b, m


class RMSprop(Optimizer):
    """RMSprop (Tieleman & Hinton 2012; centered: Graves 2013, arXiv 1308.0850, eq. 38–45).

        g ← g + λ p                       λ = weight_decay
        v ← α v + (1 - α) g²
        m ← α m + (1 - α) g               if centered; then v - m² stands in place of v
        b ← μ b + g / (√v + ε)            μ = momentum
        p ← p - lr b

    `maximize` ascends. Raises ValueError for negative options.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.RMSprop([p], lr=0.01)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> round(p.item(), 4)
    0.9
    """

    rule = staticmethod(rmsprop)
    state_names = ("step", "square_avg", "momentum_buffer", "grad_avg")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults | {"momentum": momentum, "centered": centered, "maximize": maximize}, hints)

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        self._require(group["alpha"] >= 0, "alpha", group["alpha"], "≥ 0")


def rprop(p, g, t, previous, eta, *, lr, etas, step_sizes, maximize):
    """One step; `previous` is the last gradient, eta the step size of each element."""
    if maximize:
        g = -g
    shrink, grow = etas
    agreement = np.zeros_like(g) if previous is None else np.sign(g * previous)
    one = np.ones_like(p)
    factor = np.where(agreement > 0, grow * one, np.where(agreement < 0, shrink * one, one))
    eta = np.clip((np.zeros_like(p) + lr if eta is None else eta) * factor, *step_sizes)
    g = np.where(agreement < 0, np.zeros_like(g), g)
    return p - np.sign(g) * eta, t + 1, g, eta


class Rprop(Optimizer):
    """Rprop (Riedmiller & Braun 1993), which uses the signs of gradients only; for full batches.

    Each element has a step size Δ, `lr` at first: it grows by η⁺ while the gradient keeps its sign and shrinks by η⁻
    when the sign changes (then the element rests for one step), within `step_sizes` = (Δ_min, Δ_max).

        p ← p - sign(g) Δ                 etas = (η⁻, η⁺)

    `maximize` ascends. Raises ValueError unless 0 < η⁻ < 1 < η⁺.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Rprop([p], lr=0.5)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.5], requires_grad=True)
    """

    rule = staticmethod(rprop)
    state_names = ("step", "prev", "step_size")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        super().__init__(params, {"lr": lr, "etas": etas, "step_sizes": step_sizes, "maximize": maximize}, hints)

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        low, high = group["etas"]
        self._require(0 < low < 1 < high, "etas", group["etas"], "0 < η⁻ < 1 < η⁺")
