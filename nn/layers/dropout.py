"""Dropout."""

from __future__ import annotations

from typing import Any

import autograd
from nn.module import Module

__all__ = [
    "Dropout",
]


class Dropout(Module):
    """In training, sets each element to 0 with probability p and scales the others by 1 / (1 - p).

    In evaluation it returns its input. Draws from the global generator that `autograd.manual_seed` seeds. Raises
    ValueError unless 0 ≤ p ≤ 1.

    >>> import nn, numpy as np
    >>> nn.Dropout().eval()(np.ones(3)).tolist()
    [1.0, 1.0, 1.0]
    """

    takes_integers = False

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: p must lie in [0, 1], got {p}")
        self.p = p

    def forward(self, x: Any) -> Any:
        return autograd.dropout(x, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}"
