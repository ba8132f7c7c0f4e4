"""Optimizers that see a parameter as a matrix or as a whole: Adafactor, Muon, LARS, LAMB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograd.tensor import Tensor
from optim.adam_variants import average
from optim.optimizer import Optimizer, in_dtype_of

__all__ = ["LAMB", "LARS", "Adafactor", "Muon", "newton_schulz"]


def length(x):
    """The Euclidean norm of all elements."""
    return np.sqrt((x * x).sum())


def adafactor(p, g, t, r, c, v, *, lr, beta2_decay, eps, d, weight_decay, maximize):
    """One step; r and c are the row and column averages of g² of a matrix, v the average of g² of a vector."""
    eps1, eps2 = eps
    eps1 = np.finfo(p.dtype).eps if eps1 is None else eps1
    t = t + 1
    if maximize:
        g = -g
    beta2 = in_dtype_of(p, 1 - np.power(t, float(beta2_decay)))
    rho = in_dtype_of(p, np.minimum(lr, 1 / np.sqrt(t)))
    alpha = np.maximum(eps2, length(p) / p.size**0.5) * rho
    if weight_decay:
        p = p * (1 - lr * weight_decay)
    if p.ndim > 1:
        r = average(r, (g * g).mean(-1, keepdims=True), beta2)
        c = average(c, (g * g).mean(-2, keepdims=True), beta2)
        estimate = np.matmul(r, c) / np.maximum(r.mean(-2, keepdims=True), eps1)
    else:
        v = average(v, g * g, beta2)
        estimate = v
    u = g / np.sqrt(np.maximum(estimate, eps1 * eps1))
    return p - alpha / np.maximum(1.0, length(u) / (p.size**0.5 * d)) * u, t, r, c, v


class Adafactor(Optimizer):
    """Adafactor (Shazeer & Stern 2018, arXiv 1804.04235, algorithms 4 and 5): second moments of rows and columns only.

        β₂ = 1 - tᵟ, ρ = min(lr, 1/√t), α = max(ε₂, RMS(p)) ρ          δ = beta2_decay
        r ← β₂ r + (1 - β₂) mean of g² over columns,  c likewise over rows
        v̂ = r c / mean(r)                                               a vector keeps v ← β₂ v + (1 - β₂) g²
        u = g / max(√v̂, ε₁),  p ← p - α u / max(1, RMS(u)/d)

    `eps` = (ε₁, ε₂), with the dtype's resolution for ε₁ = None. `weight_decay` λ scales p by 1 - lr λ first; `maximize`
    ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([[1.0, 1.0]], requires_grad=True)
    >>> optimizer = optim.Adafactor([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([[0.9, 0.9]], requires_grad=True)
    """

    rule = staticmethod(adafactor)
    state_names = ("step", "row_var", "col_var", "variance")
    elementwise = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **hints: Any,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, hints)

    def check(self, group: Mapping[str, Any]) -> None:
        super().check({name: value for name, value in group.items() if name != "eps"})
        eps1, eps2 = group["eps"]
        self._require(eps1 is None or eps1 >= 0, "eps[0]", eps1, "≥ 0 or None")
        self._require(eps2 >= 0, "eps[1]", eps2, "≥ 0")
        self._require(group["d"] >= 1, "d", group["d"], "≥ 1")
        self._require(group["beta2_decay"] <= 0, "beta2_decay", group["beta2_decay"], "≤ 0")

    def state_shape(self, name: str, p: Tensor) -> tuple[int, ...]:
        shapes = {"row_var": (*p.shape[:-1], 1), "col_var": (*p.shape[:-2], 1, *p.shape[-1:])}
        return shapes.get(name, p.shape)


def newton_schulz(m, coefficients=(3.4445, -4.775, 2.0315), steps=5, eps=1e-7):
    """Roughly the nearest (semi-)orthogonal matrix, by a quintic Newton–Schulz iteration on m / ‖m‖.

    >>> import numpy as np
    >>> from optim.matrix import newton_schulz
    >>> s = np.linalg.svd(newton_schulz(np.array([[3.0, 1.0], [0.0, 2.0]])))[1]
    >>> bool(s.min() > 0.6) and bool(s.max() < 1.3)
    True
    """
    a, b, c = coefficients
    tall = m.shape[-2] > m.shape[-1]
    x = np.swapaxes(m, -1, -2) if tall else m
    x = x / np.maximum(length(x), eps)
    for _ in range(steps):
        gram = np.matmul(x, np.swapaxes(x, -1, -2))
        x = a * x + np.matmul(b * gram + c * np.matmul(gram, gram), x)
    return np.swapaxes(x, -1, -2) if tall else x


def muon(p, g, b, *, lr, weight_decay, momentum, nesterov, ns_coefficients, eps, ns_steps, adjust_lr_fn, maximize):
    """One step; b is the momentum buffer."""
    if maximize:
        g = -g
    b = average(b, g, momentum)
    u = newton_schulz(average(b, g, momentum) if nesterov else b, ns_coefficients, ns_steps, eps)
    rows, columns = p.shape
    if adjust_lr_fn == "match_rms_adamw":
        ratio = 0.2 * max(rows, columns) ** 0.5
    else:
        ratio = max(1, rows / columns) ** 0.5
    return p * (1 - lr * weight_decay) - lr * ratio * u, b


class Muon(Optimizer):
    """Muon (Jordan et al. 2024; Liu et al. 2025, arXiv 2502.16982): momentum, orthogonalised; for matrices only.

        b ← μ b + (1 - μ) g,   m = μ b + (1 - μ) g if nesterov, else b
        p ← (1 - lr λ) p - lr γ NS(m)                        λ = weight_decay

    NS is `newton_schulz` with `ns_coefficients` and `ns_steps`, in the parameter's own precision. With
    `adjust_lr_fn="original"` (the same as None) γ = √max(1, rows/columns), with "match_rms_adamw" 0.2 √max(rows,
    columns). Raises ValueError for parameters that are no matrices: give those to AdamW.

    >>> import autograd, optim
    >>> p = autograd.tensor([[1.0, 0.0], [0.0, 1.0]], requires_grad=True)
    >>> optimizer = optim.Muon([p], lr=0.1, weight_decay=0.0)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> bool((p.diagonal() < 0.95).all())
    True
    """

    rule = staticmethod(muon)
    state_names = ("momentum_buffer",)
    elementwise = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov}
        defaults |= {"ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps}
        super().__init__(params, defaults | {"adjust_lr_fn": adjust_lr_fn, "maximize": maximize})

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        wanted = (None, "original", "match_rms_adamw")
        self._require(group["adjust_lr_fn"] in wanted, "adjust_lr_fn", repr(group["adjust_lr_fn"]), f"one of {wanted}")
        for p in group["params"]:
            if p.ndim != 2:
                raise ValueError(f"Muon optimizes matrices, got a parameter of shape {p.shape}; give it to optim.AdamW")


def lars(p, g, b, *, lr, momentum, weight_decay, trust_coefficient, eps, nesterov, maximize):
    """One step; b is the momentum buffer."""
    if maximize:
        g = -g
    size, slope = length(p), length(g)
    trust = trust_coefficient * size / (slope + weight_decay * size + eps)
    trust = np.where((size > 0) & (slope > 0), trust, 1.0).astype(p.dtype)
    d = lr * trust * (g + weight_decay * p)
    if momentum:
        b = d if b is None else momentum * b + d
        d = d + momentum * b if nesterov else b
    return p - d, b


class LARS(Optimizer):
    """LARS (You, Gitman & Ginsburg 2017, arXiv 1708.03888, algorithm 1): SGD with a rate for each parameter.

        γ = η ‖p‖ / (‖g‖ + λ ‖p‖)                  η = trust_coefficient, λ = weight_decay; 1 where a norm is 0
        b ← μ b + γ lr (g + λ p),  p ← p - b       μ = momentum

    `nesterov` steps by d + μ b instead, d the newest term; `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.LARS([p], lr=1.0, trust_coefficient=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.9], requires_grad=True)
    """

    rule = staticmethod(lars)
    state_names = ("momentum_buffer",)
    elementwise = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0,
        trust_coefficient: float = 0.001,
        eps: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "momentum": momentum,
            "weight_decay": weight_decay,
            "trust_coefficient": trust_coefficient,
        }
        super().__init__(params, defaults | {"eps": eps, "nesterov": nesterov, "maximize": maximize})


def lamb(p, g, t, m, v, *, lr, betas, eps, weight_decay, maximize):
    """One step."""
    beta1, beta2 = betas
    t = t + 1
    if maximize:
        g = -g
    m, v = average(m, g, beta1), average(v, g * g, beta2)
    m_hat, v_hat = m / in_dtype_of(p, 1 - beta1**t), v / in_dtype_of(p, 1 - beta2**t)
    r = m_hat / (np.sqrt(v_hat) + eps) + weight_decay * p
    size, slope = length(p), length(r)
    trust = np.where((size > 0) & (slope > 0), size / np.where(slope > 0, slope, 1), 1.0).astype(p.dtype)
    return p - lr * trust * r, t, m, v


class LAMB(Optimizer):
    """LAMB (You et al. 2020, arXiv 1904.00962, algorithm 2): Adam's direction, as long as the parameter itself.

        r = m̂ / (√v̂ + ε) + λ p                     λ = weight_decay
        p ← p - lr ‖p‖/‖r‖ r                       ratio 1 where a norm is 0

    `maximize` ascends.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.LAMB([p], lr=0.1)
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.9], requires_grad=True)
    """

    rule = staticmethod(lamb)
    state_names = ("step", "exp_avg", "exp_avg_sq")
    elementwise = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        )

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        for i, beta in enumerate(group["betas"]):
            self._require(0 <= beta < 1, f"betas[{i}]", beta, "in [0, 1)")
