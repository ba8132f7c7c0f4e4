"""Penalties on weights, to be added to a loss: L1 (lasso), L2 (ridge), elastic net."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import ops
from autograd.tensor import Tensor

__all__ = ["elastic_net", "l1", "l2"]


def l1(params: Iterable[Tensor], weight: float = 1.0) -> Any:
    """λ ‖w‖₁ = λ Σ |w| over all parameters, λ = `weight`; its gradient is λ sign(w), 0 at 0.

    >>> import autograd, optim
    >>> optim.regularization.l1([autograd.tensor([1.0, -2.0])], 0.5)
    tensor(1.5)
    """
    return _total([ops.sum(ops.absolute(p)) for p in _given(params, "l1", weight)], weight)


def l2(params: Iterable[Tensor], weight: float = 1.0) -> Any:
    """½ λ ‖w‖² over all parameters, λ = `weight`; its gradient is λ w, that of an optimizer's `weight_decay`.

    >>> import autograd, optim
    >>> optim.regularization.l2([autograd.tensor([1.0, -2.0])], 0.5)
    tensor(1.25)
    """
    return _total([ops.sum(ops.square(p)) for p in _given(params, "l2", weight)], 0.5 * weight)


def elastic_net(params: Iterable[Tensor], alpha: float = 0.5, weight: float = 1.0) -> Any:
    """λ (α ‖w‖₁ + (1 - α) ½ ‖w‖²) over all parameters (Zou & Hastie 2005), λ = `weight`.

    Raises ValueError unless 0 ≤ α ≤ 1.

    >>> import autograd, optim
    >>> optim.regularization.elastic_net([autograd.tensor([1.0, -2.0])], alpha=0.5)
    tensor(2.75)
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"elastic_net: alpha must lie in [0, 1], got {alpha}")
    params = list(params)
    return l1(params, alpha * weight) + l2(params, (1 - alpha) * weight)


def _given(params: Iterable[Tensor], name: str, weight: float) -> list[Tensor]:
    params = list(params)
    if not params:
        raise ValueError(f"{name}: got no parameters: is the iterator used up?")
    if weight < 0:
        raise ValueError(f"{name}: the weight must be at least 0, got {weight}")
    return params


def _total(terms: list[Any], weight: float) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total * weight
