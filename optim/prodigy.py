"""Optimizers that look at all parameters together before they move: Prodigy finds its own learning rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd.graph import enable_grad, overwritten
from autograd.tensor import Tensor, wrap
from optim.optimizer import Optimizer

__all__ = ["Prodigy"]


class Prodigy(Optimizer):
    """Prodigy (Mishchenko & Defazio 2023, arXiv 2306.06101, algorithm 4): Adam with an estimate d of its step size.

        m ← β₁ m + (1 - β₁) d g,    v ← β₂ v + (1 - β₂) d² g²
        r ← √β₂ r + (1 - √β₂) lr d² ⟨g, x₀ - p⟩,    s ← √β₂ s + (1 - √β₂) lr d² g
        d ← max(d, d_coef · r / ‖s‖₁)               d = d0 at first, growing by at most `growth_rate` a step
        p ← p - lr d m / (√v + d ε)                 d from before this step, but in d ε

    over all parameters of all groups. Leave `lr` at 1, or put a schedule on it. `weight_decay` λ is decoupled:
    p ← p - lr d λ p. `betas[1]` also gives the weight √β₂ unless `beta3` says otherwise; `use_bias_correction` and
    `safeguard_warmup` as in the authors' own implementation.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = optim.Prodigy([p])
    >>> for _ in range(200):
    ...     optimizer.zero_grad(); (p * p).sum().backward(); optimizer.step()
    >>> bool(abs(p).max() < 0.1)
    True
    """

    state_names = ("exp_avg", "exp_avg_sq", "s", "p0")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        betas: tuple[float, float] = (0.9, 0.999),
        beta3: float | None = None,
        eps: float = 1e-8,
        weight_decay: float = 0,
        use_bias_correction: bool = False,
        safeguard_warmup: bool = False,
        d0: float = 1e-6,
        d_coef: float = 1.0,
        growth_rate: float = float("inf"),
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "betas": betas, "beta3": beta3, "eps": eps, "weight_decay": weight_decay}
        defaults |= {"use_bias_correction": use_bias_correction, "safeguard_warmup": safeguard_warmup, "d0": d0}
        defaults |= {"d_coef": d_coef, "growth_rate": growth_rate, "d": d0, "d_max": d0, "r": 0.0, "k": 0}
        super().__init__(params, defaults)

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        for i, beta in enumerate(group["betas"]):
            self._require(0 <= beta < 1, f"betas[{i}]", beta, "in [0, 1)")
        self._require(group["d0"] > 0, "d0", group["d0"], "positive")
        for name in ("use_bias_correction", "betas", "d0"):
            if self.param_groups and group[name] != self.param_groups[0][name]:
                raise ValueError(f"Prodigy: {name} must be the same in all groups, since they share one step size")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Estimate the step size from all gradients, then update every parameter that has one, in place."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        self._refuse_recording()
        self._want_real(self._parameters())
        first = self.param_groups[0]
        (beta1, beta2), d = first["betas"], first["d"]
        beta3 = beta2**0.5 if first["beta3"] is None else first["beta3"]
        t = first["k"] + 1
        correction = (1 - beta2**t) ** 0.5 / (1 - beta1**t) if first["use_bias_correction"] else 1.0
        r, size = first["r"] * beta3, 0.0
        moved: list[tuple[Tensor, dict[str, Any], dict[str, Any]]] = []
        for group in self.param_groups:
            rate = d * group["lr"] * correction
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, x = p.grad.data, p.data
                state = self.state.get(p)
                if state is None:
                    zeros = lambda x=x: wrap(np.zeros_like(x))
                    state = {"exp_avg": zeros(), "exp_avg_sq": zeros(), "s": zeros(), "p0": wrap(x.copy())}
                    self.state[p] = state
                m, v, s = (state[name]._data for name in ("exp_avg", "exp_avg_sq", "s"))
                if rate > 0:
                    r += d / first["d0"] * rate * float(np.sum(g * (state["p0"]._data - x), dtype=np.float64))
                    m += (1 - beta1) * (d * g - m)
                    v += (1 - beta2) * (d * d * g * g - v)
                    s *= beta3
                    s += d / first["d0"] * (d if group["safeguard_warmup"] else rate) * g
                    size += float(np.sum(np.abs(s), dtype=np.float64))
                moved.append((p, group, state))
        if not moved:
            return loss
        self._grow(r, size, first)
        for p, group, state in moved:
            rate = d * group["lr"] * correction
            if group["weight_decay"]:
                p.data[...] *= 1 - group["weight_decay"] * rate
            denominator = np.sqrt(state["exp_avg_sq"]._data) + first["d"] * group["eps"]
            p.data[...] -= rate * state["exp_avg"]._data / denominator
        overwritten([p for p, _, _ in moved])
        self.steps += 1
        return loss

    def _grow(self, r: float, size: float, first: dict[str, Any]) -> None:
        d, d_max = first["d"], first["d_max"]
        if size > 0 and first["lr"] > 0:
            estimate = first["d_coef"] * r / size
            if d == first["d0"]:
                d = max(d, estimate)
            d_max = max(d_max, estimate)
            d = min(d_max, d * first["growth_rate"])
        k = first["k"] + 1
        for group in self.param_groups:
            group.update(r=r, d=d, d_max=d_max, k=k)
