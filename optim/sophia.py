"""Sophia: clipped steps scaled by an estimate of the Hessian's diagonal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd import gradients
from autograd.random import default_generator
from autograd.tensor import wrap
from optim.adam_variants import average
from optim.optimizer import Optimizer

__all__ = ["Sophia"]


def sophia(p, g, m, h, *, lr, betas, rho, eps, weight_decay, maximize):
    """One step; h is the estimate of the Hessian's diagonal."""
    if maximize:
        g = -g
    if weight_decay:
        p = p * (1 - lr * weight_decay)
    m = average(m, g, betas[0])
    h = np.zeros_like(p) if h is None else h
    return p - lr * np.clip(m / np.maximum(rho * h, eps), -1, 1), m, h


class Sophia(Optimizer):
    """Sophia (Liu et al. 2023, arXiv 2305.14342, algorithm 3), with Hutchinson's estimate (algorithm 1).

        m ← β₁ m + (1 - β₁) g
        h ← β₂ h + (1 - β₂) ĥ                      in `update_hessian`, every k steps; ĥ = u ⊙ (H u), u ~ N(0, I)
        p ← p - lr clip(m / max(ρ h, ε), 1)         after p ← p (1 - lr λ), λ = weight_decay

    Call `update_hessian(loss)` every ten steps or so with a loss computed anew; where h is not positive the step is
    that of sign momentum. Raises ValueError for negative options and betas outside [0, 1).

    >>> import autograd, optim
    >>> p = autograd.tensor([1.0], requires_grad=True)
    >>> optimizer = optim.Sophia([p], lr=0.1)
    >>> optimizer.update_hessian((p * p).sum())
    >>> (p * p).sum().backward(); optimizer.step()
    >>> p
    tensor([0.89], requires_grad=True)
    """

    rule = staticmethod(sophia)
    state_names = ("exp_avg", "hessian")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.965, 0.99),
        rho: float = 0.04,
        eps: float = 1e-12,
        weight_decay: float = 0.1,
        *,
        maximize: bool = False,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "betas": betas, "rho": rho, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults | {"maximize": maximize})

    def check(self, group: Mapping[str, Any]) -> None:
        super().check(group)
        self._require(group["rho"] > 0, "rho", group["rho"], "positive")
        for i, beta in enumerate(group["betas"]):
            self._require(0 <= beta < 1, f"betas[{i}]", beta, "in [0, 1)")

    def update_hessian(
        self, loss: Any, generator: np.random.Generator | None = None, draw: Callable[..., Any] | None = None
    ) -> None:
        """Improve the estimate of the diagonal with one Hessian-vector product of `loss`, a scalar Tensor.

        `draw(shape)` gives the random vector, from N(0, 1) by `generator` (default: the library's) unless said.
        """
        rng = default_generator() if generator is None else generator
        draw = rng.standard_normal if draw is None else draw
        params = [(p, group) for group in self.param_groups for p in group["params"]]
        tensors = [p for p, _ in params]
        firsts = gradients(loss, tensors, create_graph=True, allow_unused=True)
        vectors = [np.asarray(draw(p.shape), p.dtype) for p in tensors]
        curved = [(g, u) for g, u in zip(firsts, vectors, strict=True) if g is not None and g.requires_grad]
        if not curved:
            products: tuple[Any, ...] = (None,) * len(tensors)
        else:
            outputs, seeds = zip(*curved)
            products = gradients(outputs, tensors, list(seeds), allow_unused=True)
        for (p, group), u, hu in zip(params, vectors, products, strict=True):
            state = self.state.setdefault(p, dict.fromkeys(self.state_names))
            sample = np.zeros_like(u) if hu is None else u * hu.data
            sample = -sample if group["maximize"] else sample
            old = state["hessian"]
            state["hessian"] = wrap(average(None if old is None else old.data, sample, group["betas"][1]))
