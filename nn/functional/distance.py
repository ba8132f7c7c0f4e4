"""Lengths, distances and similarities of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from nn.functional.checks import operand

__all__ = ["cosine_similarity", "normalize", "pairwise_distance", "pdist"]


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """‖x₁ - x₂ + ε‖_p along the last axis; the shapes broadcast, else ValueError.

    >>> import numpy as np
    >>> from nn.functional import pairwise_distance
    >>> pairwise_distance(np.array([[3.0, 4.0]]), np.zeros((1, 2)), eps=0.0)
    array([5.])
    """
    x1, x2 = _broadcastable("pairwise_distance", x1, x2)
    return autograd.norm(x1 - x2 + eps, p, axis=-1, keepdims=keepdim)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """x₁·x₂ / (max(‖x₁‖, ε) max(‖x₂‖, ε)) along `dim`; the shapes broadcast, else ValueError.

    >>> import numpy as np
    >>> from nn.functional import cosine_similarity
    >>> cosine_similarity(np.array([[1.0, 1.0]]), np.array([[2.0, 0.0]])).round(4)
    array([0.7071])
    """
    x1, x2 = _broadcastable("cosine_similarity", x1, x2)
    if x1.shape != x2.shape:
        x1, x2 = autograd.broadcast_arrays(x1, x2)
    lengths = [autograd.maximum(autograd.norm(x, axis=dim), eps) for x in (x1, x2)]
    return autograd.sum(x1 * x2, axis=dim) / (lengths[0] * lengths[1])


def normalize(input: Any, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> Any:
    """x / max(‖x‖_p, ε) along `dim`.

    >>> import numpy as np
    >>> from nn.functional import normalize
    >>> normalize(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    input = operand(input)
    return input / autograd.maximum(autograd.norm(input, p, axis=dim, keepdims=True), eps)


def pdist(input: Any, p: float = 2.0) -> Any:
    """The distances ‖xᵢ - xⱼ‖_p of all pairs i < j of rows: (N, D) → (N (N - 1) / 2,).

    >>> import numpy as np
    >>> from nn.functional import pdist
    >>> pdist(np.array([[0.0], [1.0], [3.0]]))
    array([1., 3., 2.])
    """
    input = operand(input)
    if input.ndim != 2:
        raise ValueError(f"pdist wants a matrix (N, D), got shape {input.shape}")
    i, j = np.triu_indices(input.shape[0], 1)
    return autograd.norm(input[i] - input[j], p, axis=-1)


def _broadcastable(op: str, x1: Any, x2: Any) -> tuple[Any, Any]:
    x1, x2 = operand(x1), operand(x2)
    try:
        np.broadcast_shapes(x1.shape, x2.shape)
    except ValueError:
        raise ValueError(
            f"{op}: inputs of shapes {x1.shape} and {x2.shape}, which do not broadcast to one; give both equal shapes, "
            f"or length 1 where they differ"
        ) from None
    return x1, x2
