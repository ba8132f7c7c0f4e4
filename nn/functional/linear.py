"""Products with weights."""

from __future__ import annotations

import math
from typing import Any

import autograd
from nn.functional.checks import operand

__all__ = [
    "bilinear",
    "linear",
]


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """y_k = x₁ᵀ A_k x₂ + b_k: x₁ (…, n₁), x₂ (…, n₂), weight A (n_out, n₁, n₂), bias (n_out,) → (…, n_out).

    Raises ValueError for shapes that do not belong together.

    >>> import nn, numpy as np
    >>> nn.functional.bilinear(np.array([1.0, 2.0]), np.array([3.0]), np.array([[[1.0], [10.0]]]))
    array([63.])
    """
    x, y, w = operand(input1), operand(input2), operand(weight)
    if w.ndim != 3 or x.shape[:-1] != y.shape[:-1] or (*x.shape[-1:], *y.shape[-1:]) != w.shape[1:]:
        raise ValueError(
            f"bilinear: inputs of shapes {x.shape} and {y.shape}, weight of shape {w.shape}; wanted (…, n₁), (…, n₂) "
            f"and (n_out, n₁, n₂)"
        )
    n_out, n1, n2 = w.shape
    n = math.prod(x.shape[:-1])
    rows = autograd.reshape(x, (n, n1)) @ autograd.reshape(autograd.permute_dims(w, (1, 0, 2)), (n1, n_out * n2))
    z = autograd.reshape(rows, (n, n_out, n2)) @ autograd.reshape(y, (n, n2, 1))
    z = autograd.reshape(z, (*x.shape[:-1], n_out))
    return z if bias is None else z + operand(bias)


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b: input (…, in), weight (out, in), bias (out,) or None → (…, out); see `autograd.linear`.

    >>> import nn, numpy as np
    >>> nn.functional.linear(np.array([1.0, 2.0]), np.eye(2), np.array([10.0, 20.0]))
    array([11., 22.])
    """
    return autograd.linear(input, weight, bias)
