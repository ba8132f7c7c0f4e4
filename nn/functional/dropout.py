"""Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.dtypes import as_array
from autograd.tensor import Tensor

__all__ = ["dropout", "dropout1d", "dropout2d", "dropout3d"]


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, generator: Any = None) -> Any:
    """Set each element to 0 with probability p and scale the others by 1 / (1 - p); without `training` nothing happens.

    Raises ValueError unless 0 ≤ p ≤ 1, and for `inplace=True`: values that a derivative may need are not overwritten.

    >>> from nn.functional import dropout
    >>> import numpy as np
    >>> dropout(np.ones(3), p=0.5, training=False)
    array([1., 1., 1.])
    """
    _refuse_inplace("dropout", inplace)
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
    _refuse_inplace(op, inplace)
    x = input if isinstance(input, (Tensor, np.ndarray)) else as_array(input)
    if x.ndim not in (rank + 1, rank + 2):
        raise ValueError(f"{op} wants an input of {rank + 1} or {rank + 2} axes, got shape {x.shape}")
    if not training or p == 0:
        return autograd.dropout(x, p, training)
    return x * autograd.dropout(np.ones((*x.shape[:-rank], *(1,) * rank), x.dtype), p, training, generator)


def _refuse_inplace(op: str, inplace: bool) -> None:
    if inplace:
        raise ValueError(f"{op}: inplace=True would overwrite values that a derivative may need; leave it out")
