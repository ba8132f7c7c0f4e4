"""Optimizers around optimizers: Lookahead and SAM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd.graph import assign, enable_grad, tell
from autograd.tensor import Tensor, wrap
from optim.optimizer import Optimizer

__all__ = ["SAM", "Lookahead"]


class _Wrapper(Optimizer):
    """Shares groups and state with the optimizer inside."""

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{self._name} wants an optimizer to wrap, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.defaults = optimizer.defaults
        self.steps = 0

    @property
    def param_groups(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """The groups of the optimizer inside."""
        return self.optimizer.param_groups

    @property
    def state(self) -> dict[Tensor, dict[str, Any]]:  # type: ignore[override]
        """The state of the optimizer inside."""
        return self.optimizer.state

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Optimize further parameters, with options of their own."""
        self.optimizer.add_param_group(param_group)


class Lookahead(_Wrapper):
    """Lookahead (Zhang et al. 2019, arXiv 1907.08610, algorithm 1): slow weights φ follow the fast ones.

    The optimizer inside makes `k` steps from φ; then φ ← φ + α (θ - φ), and the fast weights θ start again from φ.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Lookahead(optim.SGD([p], lr=0.5), k=2, alpha=0.5)
    >>> for _ in range(2):
    ...     optimizer.zero_grad(); (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.5], requires_grad=True)
    """

    def __init__(self, optimizer: Optimizer, k: int = 5, alpha: float = 0.5) -> None:
        super().__init__(optimizer)
        if k < 1:
            raise ValueError(f"Lookahead: k must be at least 1, got {k}")
        self._require(0 <= alpha <= 1, "alpha", alpha, "in [0, 1]")
        self.k, self.alpha = k, alpha
        self._slow = {p: p.data.copy() for p in self._parameters()}

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step of the optimizer inside; every `k`-th also moves the slow weights."""
        tell("unseen", "Lookahead.step(), which counts in Python,", "leave it outside of the compiled function")
        loss = self.optimizer.step(closure)
        self.steps += 1
        if self.steps % self.k == 0:
            params = self._parameters()
            for p in params:
                slow = self._slow.setdefault(p, p.data.copy())
                slow += self.alpha * (p.data - slow)
            assign(params, [self._slow[p] for p in params])
        return loss

    def state_dict(self) -> dict[str, Any]:
        """The state of the optimizer inside, the slow weights and the count of steps."""
        slow = [wrap(self._slow[p]) for p in self._parameters()]
        return {**self.optimizer.state_dict(), "slow": slow, "steps": self.steps}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another one stopped; ValueError if it does not fit."""
        slow = [np.array(getattr(s, "_data", s)) for s in state_dict["slow"]]
        params = self._parameters()
        if [s.shape for s in slow] != [p.shape for p in params]:
            raise ValueError(
                f"Lookahead.load_state_dict: slow weights of shapes {[s.shape for s in slow]} for parameters of "
                f"shapes {[p.shape for p in params]}"
            )
        self.optimizer.load_state_dict(state_dict)
        self._slow, self.steps = dict(zip(params, slow, strict=True)), int(state_dict["steps"])


class SAM(_Wrapper):
    """Sharpness-aware minimisation (Foret et al. 2021, arXiv 2010.01412, algorithm 1).

        ε = ρ g / ‖g‖                              the way up, over all parameters together
        p ← one step of the optimizer inside with the gradient taken at p + ε

    `adaptive` scales by the parameter (ASAM, Kwon et al. 2021, arXiv 2102.11600): ε = ρ p² g / ‖|p| g‖. `step` needs a
    closure that clears the gradients, computes the loss and calls `backward()`; it runs twice.

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.SAM(optim.SGD([p], lr=0.1), rho=0.5)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (p * p).sum()
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure).item(), round(p.item(), 6)
    (1.0, 0.7)
    """

    def __init__(self, optimizer: Optimizer, rho: float = 0.05, adaptive: bool = False) -> None:
        super().__init__(optimizer)
        self._require(rho >= 0, "rho", rho, "≥ 0")
        self.rho, self.adaptive = rho, adaptive

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Run the closure at p, climb, run it again there, come back and step; returns the first loss."""
        if closure is None:
            raise ValueError(
                "SAM.step() needs a closure that clears the gradients, computes the loss and calls backward(): "
                "it is run at the parameters and again near them"
            )
        tell("unseen", "SAM.step(), which computes on plain arrays,", "compile its closure instead")
        self._want_real(self._parameters())
        with enable_grad():
            loss = closure()
        params = [p for p in self._parameters() if p.grad is not None]
        start = [p.data.copy() for p in params]
        scales = [np.abs(x) if self.adaptive else np.ones_like(x) for x in start]
        ups = [s * p.grad.data for s, p in zip(scales, params, strict=True)]  # type: ignore[union-attr]
        norm = float(np.sqrt(sum(float(np.sum(u * u, dtype=np.float64)) for u in ups)))
        assign(params, [x + self.rho / (norm + 1e-12) * s * u for x, s, u in zip(start, scales, ups, strict=True)])
        try:
            with enable_grad():
                closure()
        finally:
            assign(params, start)
        self.optimizer.step()
        self.steps += 1
        return loss

    def state_dict(self) -> dict[str, Any]:
        """The state of the optimizer inside."""
        return self.optimizer.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Load the state of the optimizer inside."""
        self.optimizer.load_state_dict(state_dict)
