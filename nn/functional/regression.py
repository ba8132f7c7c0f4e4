"""Losses between real values."""

from __future__ import annotations

from typing import Any

import autograd
from nn.functional.checks import pair, reduced

__all__ = [
    "l1_loss",
    "mse_loss",
]


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """(input - target)², reduced; the shapes must be equal (ValueError).

    >>> import autograd, nn
    >>> nn.functional.mse_loss(autograd.tensor([1.0, 2.0]), autograd.tensor([1.0, 4.0]))
    tensor(2.)
    """
    return reduced(autograd.square(autograd.subtract(*pair("mse_loss", input, target))), reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """|input - target|, reduced; the shapes must be equal (ValueError).

    >>> import autograd, nn
    >>> nn.functional.l1_loss(autograd.tensor([1.0, 2.0]), autograd.tensor([1.0, 4.0]))
    tensor(1.)
    """
    return reduced(abs(autograd.subtract(*pair("l1_loss", input, target))), reduction)
