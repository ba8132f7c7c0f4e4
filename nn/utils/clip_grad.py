"""Bounds on gradients, between `backward()` and `optimizer.step()`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import ops
from autograd.graph import assign, no_grad
from autograd.tensor import Tensor, tensor

__all__ = ["clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


def get_total_norm(tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> Tensor:
    """The p-norm of all elements of several Tensors together.

    >>> import autograd, nn
    >>> nn.utils.get_total_norm([autograd.tensor([3.0]), autograd.tensor([4.0])])
    tensor(5.)
    """
    tensors = _listed(tensors)
    p = float(norm_type)
    if not tensors:
        return tensor(0.0)
    with no_grad():
        parts = ops.stack([ops.norm(ops.reshape(t.detach(), (-1,)), p) for t in tensors])
        total: Tensor = ops.norm(parts, p)
    if error_if_nonfinite and not np.isfinite(total.data):
        raise RuntimeError(
            f"the gradients' norm of order {p:g} is {total.data}, so they cannot be clipped; with "
            f"error_if_nonfinite=False they would be scaled by it all the same"
        )
    return total


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Tensor) -> None:
    """Scale all gradients in place by max_norm / (total_norm + 1e-6) where that is below 1.

    >>> import autograd, nn
    >>> p = autograd.tensor([1.0], requires_grad=True); p.grad = autograd.tensor([10.0])
    >>> nn.utils.clip_grads_with_norm_([p], 1.0, autograd.tensor(10.0))
    >>> p.grad.round(3)
    tensor([1.])
    """
    grads = [p.grad for p in _listed(parameters) if p.grad is not None]
    with no_grad():
        scale = ops.minimum(float(max_norm) / (total_norm + 1e-6), 1.0)
        assign(grads, [g * ops.astype(scale, g.dtype, copy=False) for g in grads])


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale all gradients in place so that their joint p-norm is at most `max_norm`; returns the norm before.

    Pascanu et al. 2013, arXiv 1211.5063, algorithm 1. Raises RuntimeError for a norm that is no number, on request.

    >>> import autograd, nn
    >>> p = autograd.tensor([1.0, 1.0], requires_grad=True); p.grad = autograd.tensor([3.0, 4.0])
    >>> nn.utils.clip_grad_norm_([p], 1.0), p.grad.round(3)
    (tensor(5.), tensor([0.6, 0.8]))
    """
    params = _listed(parameters)
    total = get_total_norm([p.grad for p in params if p.grad is not None], norm_type, error_if_nonfinite)
    clip_grads_with_norm_(params, max_norm, total)
    return total


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Bring every element of all gradients into [-clip_value, clip_value], in place.

    >>> import autograd, nn
    >>> p = autograd.tensor([1.0, 1.0], requires_grad=True); p.grad = autograd.tensor([3.0, -0.5])
    >>> nn.utils.clip_grad_value_([p], 1.0)
    >>> p.grad
    tensor([ 1. , -0.5])
    """
    if not clip_value >= 0:
        raise ValueError(f"clip_grad_value_: clip_value must be at least 0, got {clip_value}")
    grads = [p.grad for p in _listed(parameters) if p.grad is not None]
    with no_grad():
        assign(grads, [ops.clip(g, -float(clip_value), float(clip_value)) for g in grads])


def _listed(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)
