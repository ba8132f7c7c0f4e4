"""Layers that only rearrange, and any function as a layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nn.module import Module

__all__ = [
    "Flatten",
    "Identity",
    "Lambda",
    "Unflatten",
]


class Identity(Module):
    """Returns its input; takes and ignores any arguments, as a stand-in for another layer.

    >>> import nn
    >>> nn.Identity(54, unused=True)
    Identity()
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, x: Any) -> Any:
        return x


class Lambda(Module):
    """Any function of one or more inputs as a layer, for use in `Sequential`.

    >>> import nn, numpy as np
    >>> nn.Sequential(nn.Lambda(lambda x: 2 * x), nn.ReLU())(np.array([-1.0, 3.0])).tolist()
    [0.0, 6.0]
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        if not callable(function):
            raise TypeError(f"Lambda wants a function, got {type(function).__name__}")
        self.function = function

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def extra_repr(self) -> str:
        return getattr(self.function, "__name__", repr(self.function))


class Flatten(Module):
    """Joins the axes from `start_dim` to `end_dim` into one: (N, C, H, W) → (N, C·H·W).

    >>> import nn, numpy as np
    >>> nn.Flatten()(np.zeros((5, 3, 2, 2))).shape
    (5, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        n = x.ndim
        start, end = (dim + n if dim < 0 else dim for dim in (self.start_dim, self.end_dim))
        if not 0 <= start <= end < n:
            raise ValueError(
                f"Flatten from axis {self.start_dim} to {self.end_dim} is not possible for an input of shape {x.shape}"
            )
        return x.reshape((*x.shape[:start], math.prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Splits axis `dim` into several: (N, C·H·W) → (N, C, H, W). One of the sizes may be -1.

    >>> import nn, numpy as np
    >>> nn.Unflatten(1, (3, 2, 2))(np.zeros((5, 12))).shape
    (5, 3, 2, 2)
    """

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        super().__init__()
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, x: Any) -> Any:
        dim = self.dim + x.ndim if self.dim < 0 else self.dim
        if not 0 <= dim < x.ndim:
            raise ValueError(f"Unflatten of axis {self.dim} is not possible for an input of shape {x.shape}")
        return x.reshape((*x.shape[:dim], *self.unflattened_size, *x.shape[dim + 1 :]))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
