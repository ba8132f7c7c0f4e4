"""Relatives of Adam: Adamax, NAdam, RAdam, AdaBelief, Yogi, Adan, Lion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, in_dtype_of

__all__ = ["AdaBelief", "Adamax", "Adan", "Lion", "NAdam", "RAdam", "Yogi"]


def average(m, x, beta):
    """The moving average β m + (1 - β) x, which starts from 0."""
    return (1 - beta) * x if m is None else beta * m + (1 - beta) * x


def prepared(p, g, lr, weight_decay, decoupled, maximize):
    """Parameter and gradient after ascent and weight decay: λp is added to the gradient, or decoupled taken from p."""
    if maximize:
        g = -g
    if weight_decay and decoupled:
        p = p * (1 - lr * weight_decay)
    elif weight_decay:
        g = g + weight_decay * p
    return p, g


class _Moments(Optimizer):
    """An optimizer with decay rates `betas`, each in [0, 1)."""

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        for i, beta in enumerate(group["betas"]):
            self._require(0 <= beta < 1, f"betas[{i}]", beta, "in [0, 1)")


def adamax(p, g, t, m, u, *, lr, betas, eps, weight_decay, maximize):
    """One step; u is the exponentially weighted infinity norm."""
    beta1, beta2 = betas
    t = t + 1
    p, g = prepared(p, g, lr, weight_decay, False, maximize)
    m = average(m, g, beta1)
    size = np.abs(g) + eps
    u = size if u is None else np.maximum(beta2 * u, size)
    return p - in_dtype_of(p, lr / (1 - beta1**t)) * m / u, t, m, u


class Adamax(_Moments):
    """Adamax (Kingma & Ba 2015, algorithm 2): Adam with the infinity norm of past gradients.

        m ← β₁ m + (1 - β₁) g,  u ← max(β₂ u, |g| + ε)
        p ← p - lr / (1 - β₁ᵗ) · m / u

    `weight_decay` λ adds λp to g; `maximize` ascends. Raises ValueError for negative options and betas outside [0, 1).

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Adamax([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.9], requires_grad=True)
    """

    rule = staticmethod(adamax)
    state_names = ("step", "exp_avg", "exp_inf")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, hints)


def nadam(p, g, t, c, m, v, *, lr, betas, eps, weight_decay, momentum_decay, decoupled_weight_decay, maximize):
    """One step; c is the product of the momenta μ₁ … μₜ."""
    beta1, beta2 = betas
    t = t + 1
    p, g = prepared(p, g, lr, weight_decay, decoupled_weight_decay, maximize)
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    c = mu if c is None else c * mu
    m, v = average(m, g, beta1), average(v, g * g, beta2)
    root = np.sqrt(v / in_dtype_of(p, 1 - beta2**t)) + eps
    p = p - in_dtype_of(p, lr * (1 - mu) / (1 - c)) * g / root
    return p - in_dtype_of(p, lr * mu_next / (1 - c * mu_next)) * m / root, t, c, m, v


class NAdam(_Moments):
    """NAdam (Dozat 2016): Adam with Nesterov's momentum.

        μₜ = β₁ (1 - ½ 0.96^(tψ))                                  ψ = momentum_decay
        m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²,  v̂ = v / (1 - β₂ᵗ)
        m̂ = μₜ₊₁ m / (1 - Πᵢ≤ₜ₊₁ μᵢ) + (1 - μₜ) g / (1 - Πᵢ≤ₜ μᵢ)
        p ← p - lr m̂ / (√v̂ + ε)

    `weight_decay` λ adds λp to g, or with `decoupled_weight_decay` scales p by 1 - lr λ first; `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.NAdam([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> bool(p < 0.95)
    True
    """

    rule = staticmethod(nadam)
    state_names = ("step", "mu_product", "exp_avg", "exp_avg_sq")
    numbers = frozenset({"step", "mu_product"})

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
        }
        defaults |= {"decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize}
        super().__init__(params, defaults, hints)

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        self._require(group["momentum_decay"] >= 0, "momentum_decay", group["momentum_decay"], "≥ 0")


def radam(p, g, t, m, v, *, lr, betas, eps, weight_decay, decoupled_weight_decay, maximize):
    """One step."""
    beta1, beta2 = betas
    t = t + 1
    p, g = prepared(p, g, lr, weight_decay, decoupled_weight_decay, maximize)
    m, v = average(m, g, beta1), average(v, g * g, beta2)
    m_hat = m / in_dtype_of(p, 1 - beta1**t)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    safe = np.maximum(rho, 5.0)  # √ of what is used only where ρ > 5
    r = np.sqrt((safe - 4) * (safe - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * safe))
    length = np.sqrt(1 - beta2**t) / (np.sqrt(v) + eps)
    step = np.where(rho > 5, in_dtype_of(p, r) * length, 1.0).astype(p.dtype)
    return p - lr * (m_hat * step.astype(p.dtype)), t, m, v


class RAdam(_Moments):
    """RAdam (Liu et al. 2020, arXiv 1908.03265, algorithm 2): plain momentum until the second moment can be trusted.

        m̂ and v as in Adam, ρ∞ = 2 / (1 - β₂) - 1, ρₜ = ρ∞ - 2t β₂ᵗ / (1 - β₂ᵗ)
        p ← p - lr m̂ r √(1 - β₂ᵗ) / (√v + ε)                       if ρₜ > 5, else p ← p - lr m̂
        r = √((ρₜ - 4)(ρₜ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρₜ))

    `weight_decay` λ adds λp to g, or with `decoupled_weight_decay` scales p by 1 - lr λ first; `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.RAdam([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.8], requires_grad=True)
    """

    rule = staticmethod(radam)
    state_names = ("step", "exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        defaults |= {"decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize}
        super().__init__(params, defaults, hints)


def adabelief(p, g, t, m, s, *, lr, betas, eps, weight_decay, maximize):
    """One step; s is the average of (g - m)²."""
    beta1, beta2 = betas
    t = t + 1
    p, g = prepared(p, g, lr, weight_decay, True, maximize)
    m = average(m, g, beta1)
    s = average(s, (g - m) * (g - m), beta2) + eps
    m_hat, s_hat = m / in_dtype_of(p, 1 - beta1**t), s / in_dtype_of(p, 1 - beta2**t)
    return p - lr * m_hat / (np.sqrt(s_hat) + eps), t, m, s


class AdaBelief(_Moments):
    """AdaBelief (Zhuang et al. 2020, arXiv 2010.07468, algorithm 2): large steps where gradients are as expected.

        m ← β₁ m + (1 - β₁) g,  s ← β₂ s + (1 - β₂)(g - m)² + ε
        p ← p - lr m̂ / (√ŝ + ε)                                    m̂ = m / (1 - β₁ᵗ), ŝ = s / (1 - β₂ᵗ)

    `weight_decay` λ scales p by 1 - lr λ first; `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.AdaBelief([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> bool(p < 0.95)
    True
    """

    rule = staticmethod(adabelief)
    state_names = ("step", "exp_avg", "exp_avg_var")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-16,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, hints)


def yogi(p, g, t, m, v, *, lr, betas, eps, initial_accumulator, weight_decay, maximize):
    """One step."""
    beta1, beta2 = betas
    t = t + 1
    p, g = prepared(p, g, lr, weight_decay, False, maximize)
    m = beta1 * (np.zeros_like(p) + initial_accumulator if m is None else m) + (1 - beta1) * g
    v = np.zeros_like(p) + initial_accumulator if v is None else v
    v = v - (1 - beta2) * np.sign(v - g * g) * (g * g)
    m_hat, v_hat = m / in_dtype_of(p, 1 - beta1**t), v / in_dtype_of(p, 1 - beta2**t)
    return p - lr * m_hat / (np.sqrt(v_hat) + eps), t, m, v


class Yogi(_Moments):
    """Yogi (Zaheer et al. 2018, algorithm 2): the second moment changes additively, so that it cannot collapse.

        m ← β₁ m + (1 - β₁) g,  v ← v - (1 - β₂) sign(v - g²) g²    both `initial_accumulator` at first
        p ← p - lr m̂ / (√v̂ + ε)                                    m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ)

    `weight_decay` λ adds λp to g; `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Yogi([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> bool(p < 0.95)
    True
    """

    rule = staticmethod(yogi)
    state_names = ("step", "exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-3,
        initial_accumulator: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "betas": betas, "eps": eps, "initial_accumulator": initial_accumulator}
        super().__init__(params, defaults | {"weight_decay": weight_decay, "maximize": maximize}, hints)


def adan(p, g, t, m, v, n, previous, *, lr, betas, eps, weight_decay, maximize):
    """One step; v averages the differences of gradients, n the squared look-ahead gradient."""
    beta1, beta2, beta3 = betas
    t = t + 1
    if maximize:
        g = -g
    difference = np.zeros_like(g) if previous is None else g - previous
    ahead = g + beta2 * difference
    m, v, n = average(m, g, beta1), average(v, difference, beta2), average(n, ahead * ahead, beta3)
    m_hat = m / in_dtype_of(p, 1 - beta1**t)
    v_hat = v / in_dtype_of(p, 1 - beta2**t)
    root = np.sqrt(n / in_dtype_of(p, 1 - beta3**t)) + eps
    return (p - lr * (m_hat + beta2 * v_hat) / root) / (1 + lr * weight_decay), t, m, v, n, g


class Adan(_Moments):
    """Adan (Xie et al. 2022, arXiv 2208.06677, algorithm 1): Nesterov's momentum from differences of gradients.

        m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂)(g - g₋),  n ← β₃ n + (1 - β₃)(g + β₂ (g - g₋))²
        p ← (p - lr (m̂ + β₂ v̂) / (√n̂ + ε)) / (1 + lr λ)             λ = weight_decay, hats: bias corrected

    with β here what the paper writes as 1 - β, and g₋ the last gradient (equal to g at first). `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Adan([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.9], requires_grad=True)
    """

    rule = staticmethod(adan)
    state_names = ("step", "exp_avg", "exp_avg_diff", "exp_avg_sq", "prev")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float, float] = (0.98, 0.92, 0.99),
        eps: float = 1e-8,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, hints)


def lion(p, g, m, *, lr, betas, weight_decay, maximize):
    """One step."""
    beta1, beta2 = betas
    p, g = prepared(p, g, lr, weight_decay, True, maximize)
    return p - lr * np.sign(average(m, g, beta1)), average(m, g, beta2)


class Lion(_Moments):
    """Lion (Chen et al. 2023, arXiv 2302.06675, program 1): the sign of an interpolated momentum.

        c = β₁ m + (1 - β₁) g
        p ← p - lr (sign(c) + λ p)                                 λ = weight_decay
        m ← β₂ m + (1 - β₂) g

    `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Lion([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.9], requires_grad=True)
    """

    rule = staticmethod(lion)
    state_names = ("exp_avg",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize}, hints)
