"""Schedule-Free learning: an average of the iterates stands in for a falling learning rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd.graph import enable_grad, overwritten
from autograd.tensor import wrap
from optim.optimizer import Optimizer

__all__ = ["AdamWScheduleFree", "SGDScheduleFree"]


class _ScheduleFree(Optimizer):
    """The iterates of Defazio et al. 2024 (arXiv 2405.15682, algorithm 1) around a direction of descent.

    The parameters hold y while training and x after `eval()`; z is kept in the state.
    """

    def _start(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**options, "k": 0, "weight_sum": 0.0, "lr_max": -1.0, "train_mode": True}

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        self._require(group["warmup_steps"] >= 0, "warmup_steps", group["warmup_steps"], "≥ 0")

    def _beta(self, group: Mapping[str, Any]) -> float:
        raise NotImplementedError

    def _direction(self, p: Any, g: np.ndarray, group: dict[str, Any]) -> np.ndarray:
        raise NotImplementedError

    def _rate(self, group: dict[str, Any]) -> float:
        k, warmup = group["k"], group["warmup_steps"]
        return float(group["lr"] * ((k + 1) / warmup if k < warmup else 1.0))

    def eval(self) -> None:
        """Put the averages x, which are what is to be evaluated and saved, into the parameters."""
        self._switch(False, lambda beta: 1 - 1 / beta)

    def train(self) -> None:
        """Put the points y, at which gradients are taken, back into the parameters."""
        self._switch(True, lambda beta: 1 - beta)

    def _switch(self, to_train: bool, weight: Callable[[float], float]) -> None:
        for group in self.param_groups:
            if group["train_mode"] != to_train:
                beta = self._beta(group)
                for p in group["params"]:
                    if p in self.state and beta:
                        p.data[...] += weight(beta) * (self.state[p]["z"]._data - p.data)
                overwritten(group["params"])
                group["train_mode"] = to_train

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update the parameters; RuntimeError after `eval()`, before `train()` was called."""
        if not self.param_groups[0]["train_mode"]:
            raise RuntimeError(f"{self._name}.step() after eval(): call optimizer.train() before training goes on")
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        self._refuse_recording()
        self._want_real(self._parameters())
        for group in self.param_groups:
            rate, beta = self._rate(group), self._beta(group)
            group["lr_max"] = max(rate, group["lr_max"])
            weight = (group["k"] + 1) ** group["r"] * group["lr_max"] ** group["weight_lr_power"]
            group["weight_sum"] += weight
            c = weight / group["weight_sum"] if group["weight_sum"] else 0.0
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p not in self.state:
                    self.state[p] = dict.fromkeys(self.state_names) | {"z": wrap(p.data.copy())}
                z, y = self.state[p]["z"]._data, p.data
                d = self._direction(p, p.grad.data, group)
                if group["weight_decay"]:
                    d = d + group["weight_decay"] * y
                # x is never stored: it lies on the line through y and z.
                y += c * (z - y)
                y += rate * (beta * (1 - c) - 1) * d
                z -= rate * d
            overwritten(group["params"])
            group["k"] += 1
        self.steps += 1
        return loss


class SGDScheduleFree(_ScheduleFree):
    """Schedule-Free SGD (Defazio et al. 2024, arXiv 2405.15682, algorithm 1).

        y = (1 - β) z + β x                        where the gradient g is taken; β = momentum
        z ← z - γ (g + λ y)                        γ = lr, after `warmup_steps` of linear warm-up; λ = weight_decay
        x ← (1 - c) x + c z,  c = wₜ / Σ wᵢ, w = t^r · (largest γ)^weight_lr_power

    Call `optimizer.eval()` before evaluating or saving, `optimizer.train()` before going on.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.SGDScheduleFree([p], lr=0.1)
    >>> for _ in range(100):
    ...     optimizer.zero_grad(); (p * p).sum().backward(); optimizer.step()
    >>> optimizer.eval()
    >>> bool(abs(p) < 0.05)
    True
    """

    state_names = ("z",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        momentum: float = 0.9,
        weight_decay: float = 0,
        warmup_steps: int = 0,
        r: float = 0.0,
        weight_lr_power: float = 2.0,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        defaults |= {"warmup_steps": warmup_steps, "r": r, "weight_lr_power": weight_lr_power}
        super().__init__(params, self._start(defaults))

    def _beta(self, group: Mapping[str, Any]) -> float:
        return group["momentum"]  # type: ignore[no-any-return]

    def _direction(self, p: Any, g: np.ndarray, group: dict[str, Any]) -> np.ndarray:
        return g


class AdamWScheduleFree(_ScheduleFree):
    """Schedule-Free AdamW (Defazio et al. 2024, arXiv 2405.15682, algorithm 1 with Adam's direction).

        v ← β₂ v + (1 - β₂) g²,  d = g / (√(v / (1 - β₂ᵗ)) + ε)

    and then as `SGDScheduleFree` with d for g and β = β₁. Call `optimizer.eval()` before evaluating or saving,
    `optimizer.train()` before going on.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.AdamWScheduleFree([p], lr=0.1)
    >>> for _ in range(100):
    ...     optimizer.zero_grad(); (p * p).sum().backward(); optimizer.step()
    >>> optimizer.eval()
    >>> bool(abs(p) < 0.2)
    True
    """

    state_names = ("z", "exp_avg_sq")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.0025,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        warmup_steps: int = 0,
        r: float = 0.0,
        weight_lr_power: float = 2.0,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        defaults |= {"warmup_steps": warmup_steps, "r": r, "weight_lr_power": weight_lr_power}
        super().__init__(params, self._start(defaults))

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        for i, beta in enumerate(group["betas"]):
            self._require(0 <= beta < 1, f"betas[{i}]", beta, "in [0, 1)")

    def _beta(self, group: Mapping[str, Any]) -> float:
        return group["betas"][0]  # type: ignore[no-any-return]

    def _direction(self, p: Any, g: np.ndarray, group: dict[str, Any]) -> np.ndarray:
        state, beta2 = self.state[p], group["betas"][1]
        if state["exp_avg_sq"] is None:
            state["exp_avg_sq"] = wrap(np.zeros_like(g))
        v = state["exp_avg_sq"]._data
        v += (1 - beta2) * (g * g - v)
        return g / (np.sqrt(v / (1 - beta2 ** (group["k"] + 1))) + group["eps"])  # type: ignore[no-any-return]
