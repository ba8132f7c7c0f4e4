"""Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.ops.random import draw_mask, draw_normal
from autograd.random import Generator, numpy_generator
from autograd.tensor import Tensor
from nn.functional.checks import operand, refuse_inplace

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
    "gaussian_dropout",
    "gaussian_noise",
]


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """Set each element to 0 with probability p and scale the others by 1 / (1 - p); without `training` nothing happens.

    Raises ValueError unless 0 ≤ p ≤ 1, and for `inplace=True`: values that a derivative may need are not overwritten.

    >>> from nn.functional import dropout
    >>> import numpy as np
    >>> dropout(np.ones(3), p=0.5, training=False)
    array([1., 1., 1.])
    """
    refuse_inplace("dropout", inplace)
    return autograd.dropout(input, p, training, generator)


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """`dropout` of whole channels of (N, C, L) or (C, L).

    >>> import nn, numpy as np
    >>> y = nn.functional.dropout1d(np.ones((4, 5, 2)), p=0.5)
    >>> sorted(set(y.ravel().tolist()))
    [0.0, 2.0]
    """
    return _channel_dropout(1, input, p, training, inplace, generator)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """`dropout` of whole channels of (N, C, H, W) or (C, H, W).

    >>> import nn, numpy as np
    >>> y = nn.functional.dropout2d(np.ones((4, 5, 2, 2)), p=0.5)
    >>> sorted(set(y.ravel().tolist()))
    [0.0, 2.0]
    """
    return _channel_dropout(2, input, p, training, inplace, generator)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """`dropout` of whole channels of (N, C, D, H, W) or (C, D, H, W).

    >>> import nn, numpy as np
    >>> y = nn.functional.dropout3d(np.ones((4, 5, 2, 2, 2)), p=0.5)
    >>> sorted(set(y.ravel().tolist()))
    [0.0, 2.0]
    """
    return _channel_dropout(3, input, p, training, inplace, generator)


def _channel_dropout(rank: int, input: Any, p: float, training: bool, inplace: bool, generator: Any) -> Any:
    op = f"dropout{rank}d"
    refuse_inplace(op, inplace)
    x = operand(input)
    if x.ndim not in (rank + 1, rank + 2):
        raise ValueError(f"{op} wants an input of {rank + 1} or {rank + 2} axes, got shape {x.shape}")
    if not training or p == 0:
        return autograd.dropout(x, p, training)
    return x * autograd.dropout(np.ones((*x.shape[:-rank], *(1,) * rank), x.dtype), p, training, generator)


ALPHA = -1.7580993408473766
"""The limit of SELU towards -∞, -λα."""


def alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, generator: Generator | None = None
) -> Any:
    """Set each element to SELU's lowest value -λα with probability p, then scale and shift so that an input of mean 0
    and variance 1 keeps both: a · x' + b with a = 1 / √((1 - p)(1 + p·λ²α²)), b = a·p·λα.

    Without `training` nothing happens. Klambauer et al. 2017, https://arxiv.org/abs/1706.02515. Raises ValueError
    unless 0 ≤ p ≤ 1, and for `inplace=True`.

    >>> import nn, numpy as np
    >>> len(np.unique(nn.functional.alpha_dropout(np.ones(1000), 0.5, training=True)))
    2
    """
    refuse_inplace("alpha_dropout", inplace)
    x = operand(input)
    return _alpha_dropout("alpha_dropout", x, x.shape, p, training, generator)


def feature_alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, generator: Generator | None = None
) -> Any:
    """`alpha_dropout` of whole channels of (N, C, …). Raises ValueError for an input of fewer than 2 axes.

    >>> import nn, numpy as np
    >>> y = nn.functional.feature_alpha_dropout(np.ones((4, 5, 6)), 0.5, training=True)
    >>> bool((y == y[..., :1]).all())
    True
    """
    refuse_inplace("feature_alpha_dropout", inplace)
    x = operand(input)
    if training and x.ndim < 2:
        raise ValueError(f"feature_alpha_dropout wants an input (N, C, …), got shape {x.shape}")
    return _alpha_dropout("feature_alpha_dropout", x, (*x.shape[:2], *(1,) * (x.ndim - 2)), p, training, generator)


def _alpha_dropout(op: str, x: Any, shape: tuple[int, ...], p: float, training: bool, generator: Any) -> Any:
    if not 0 <= p <= 1:
        raise ValueError(f"{op}: p must lie in [0, 1], got {p}")
    if not training or p == 0:
        return x
    if p == 1:
        return x * 0
    scale = ((1 - p) * (1 + p * ALPHA**2)) ** -0.5
    kept = draw_mask(1.0 - p, shape, numpy_generator(generator))
    return scale * autograd.where(kept if isinstance(x, Tensor) else kept.data, x, ALPHA) - scale * p * ALPHA


def gaussian_noise(input: Any, std: float = 1.0, training: bool = True, generator: Generator | None = None) -> Any:
    """x + noise from N(0, std²); without `training` nothing happens. Raises ValueError for a negative std.

    >>> import nn, numpy as np
    >>> nn.functional.gaussian_noise(np.ones(3), 0.0)
    array([1., 1., 1.])
    """
    if not std >= 0:
        raise ValueError(f"gaussian_noise: std must not be negative, got {std}")
    x = operand(input)
    return x + _noise(x, 0.0, std, generator) if training else x


def gaussian_dropout(input: Any, p: float = 0.5, training: bool = True, generator: Generator | None = None) -> Any:
    """x · noise from N(1, p / (1 - p)), whose mean and variance are dropout's; without `training` nothing happens.

    Srivastava et al. 2014, section 10. Raises ValueError unless 0 ≤ p < 1.

    >>> import nn, numpy as np
    >>> nn.functional.gaussian_dropout(np.ones(3), 0.0)
    array([1., 1., 1.])
    """
    if not 0 <= p < 1:
        raise ValueError(f"gaussian_dropout: p must lie in [0, 1), got {p}")
    x = operand(input)
    return x * _noise(x, 1.0, (p / (1 - p)) ** 0.5, generator) if training else x


def _noise(x: Any, mean: float, std: float, generator: Any) -> Any:
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
    noise = draw_normal(mean, std, x.shape, dtype, numpy_generator(generator))
    return noise if isinstance(x, Tensor) else noise.data
