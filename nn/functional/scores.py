"""Further losses of the scores of classes, of items to be ranked, and of pairs of embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.ops.axes import settled_value
from nn.functional.checks import operand, pair, reduced
from nn.functional.units import sparsemax

__all__ = ["ntxent_loss", "poly_loss", "ranking_softmax_loss", "sparsemax_loss"]


def poly_loss(input: Any, target: Any, epsilon: float = 2.0, reduction: str = "mean") -> Any:
    """-Σ y ln p + ε Σ y (1 - p), p = softmax of the scores (N, C) (Leng et al. 2022, arXiv 2204.12511).

    `target` holds class indices (N,) or probabilities y (N, C). Raises ValueError for other shapes and classes.

    >>> import nn, numpy as np
    >>> nn.functional.poly_loss(np.zeros((1, 2)), np.array([0]), epsilon=1.0).round(4)
    np.float64(1.1931)
    """
    x, y = _with_targets("poly_loss", input, target)
    terms = autograd.log_softmax(x, -1) - epsilon * (1 - autograd.softmax(x, -1))
    return reduced(-autograd.sum(y * terms, axis=-1), reduction)


def sparsemax_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """p·z - ½ ‖p‖² + ½ ‖y‖² - y·z, p = sparsemax of the scores z (N, C); its gradient is p - y.

    The loss of Fenchel and Young that belongs to sparsemax (Martins & Astudillo 2016, arXiv 1602.02068; Blondel et al.
    2020). It is 0 where the right class leads by 1 or more. `target` as in `poly_loss`.

    >>> import nn, numpy as np
    >>> nn.functional.sparsemax_loss(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0, 0]), "none")
    array([0.25, 0.  ])
    """
    z, y = _with_targets("sparsemax_loss", input, target)
    p = sparsemax(z, -1)
    return reduced(autograd.sum(p * z - 0.5 * p * p + 0.5 * y * y - y * z, axis=-1), reduction)


def ranking_softmax_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """-Σ y ln softmax(x) over the last axis: scores x and relevances y (…, items), of equal shapes, else ValueError.

    As the listwise loss of Cao et al. 2007; the relevances need not sum to 1.

    >>> import nn, numpy as np
    >>> nn.functional.ranking_softmax_loss(np.zeros((1, 2)), np.array([[2.0, 0.0]])).round(4)
    np.float64(1.3863)
    """
    x, y = pair("ranking_softmax_loss", input, target)
    return reduced(-autograd.sum(y * autograd.log_softmax(x, -1), axis=-1), reduction)


def ntxent_loss(input: Any, target: Any, temperature: float = 0.07) -> Any:
    """Cross-entropy of cosine similarities / `temperature` of embeddings (N, D) (Chen et al. 2020, arXiv 2002.05709).

        mean over pairs i ≠ j with equal labels of -ln(e^(s_ij) / (e^(s_ij) + Σ_k e^(s_ik))), k of another label than i

    `target` holds integer labels (N,), equal for what belongs together. Raises ValueError for other shapes, and where
    no two labels are equal.

    >>> import nn, numpy as np
    >>> x = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    >>> nn.functional.ntxent_loss(x, np.array([0, 0, 1]), temperature=1.0).round(4)
    np.float64(0.3133)
    """
    x, labels = operand(input), settled_value(operand(target), "ntxent_loss")
    if x.ndim != 2 or labels.shape != x.shape[:1]:
        raise ValueError(
            f"ntxent_loss: input of shape {x.shape} and labels of shape {labels.shape}, not (N, D) and (N,)"
        )
    other = labels[:, None] != labels
    rows, columns = np.nonzero(~other & ~np.eye(len(labels), dtype=bool))
    if not rows.size:
        raise ValueError("ntxent_loss: no two labels are equal, so there is no pair to bring together")
    unit = x / autograd.maximum(autograd.norm(x, axis=1, keepdims=True), float(np.finfo(x.dtype).eps))
    s = autograd.matmul(unit, unit.mT) / temperature
    others = autograd.logsumexp(autograd.where(other, s, -1e30), axis=1)
    return autograd.mean(autograd.softplus(others[rows] - s[rows, columns], 1.0, 50.0))


def _with_targets(op: str, input: Any, target: Any) -> tuple[Any, Any]:
    x, y = operand(input), operand(target)
    if x.ndim != 2 or y.shape not in (x.shape, x.shape[:1]):
        raise ValueError(f"{op}: input of shape {x.shape} and target of shape {y.shape}, not (N, C) and (N,) or (N, C)")
    if y.ndim == 2:
        return x, y
    return x, autograd.astype(autograd.one_hot(y, x.shape[1]), x.dtype)
