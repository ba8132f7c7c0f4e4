"""The fully connected layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

import autograd
from autograd.dtypes import get_default_dtype
from nn import functional as F, init
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "Bilinear",
    "Linear",
]


class Linear(Module):
    """y = x Wᵀ + b: x (…, in_features) → y (…, out_features).

    weight (out_features, in_features) and bias (out_features,) are drawn from U(-k, k), k = 1 / √in_features.

    >>> import nn, numpy as np
    >>> nn.Linear(3, 2)(np.ones((5, 3))).shape
    (5, 2)
    """

    takes_integers = False

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, dtype: DTypeLike | None = None
    ) -> None:
        super().__init__()
        check_sizes(self, in_features=in_features, out_features=out_features)
        self.in_features, self.out_features = in_features, out_features
        self.weight = new_parameter((out_features, in_features), dtype, "weight")
        self.bias = new_parameter((out_features,), dtype, "bias") if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        reset_uniform(self.weight, self.bias, self.in_features)

    def forward(self, x: Any) -> Any:
        if x.ndim == 0 or x.shape[-1] != self.in_features:
            raise ValueError(
                f"Linear wants an input whose last axis has {self.in_features} features, got shape {x.shape}"
            )
        return autograd.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """y_k = x₁ᵀ A_k x₂ + b_k: x₁ (…, in1_features), x₂ (…, in2_features) → y (…, out_features).

    weight A (out_features, in1_features, in2_features) and bias (out_features,) are drawn from U(-k, k),
    k = 1 / √in1_features.

    >>> import nn, numpy as np
    >>> nn.Bilinear(3, 4, 2)(np.ones((5, 3)), np.ones((5, 4))).shape
    (5, 2)
    """

    takes_integers = False

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_sizes(self, in2_features=in2_features, out_features=out_features)
        if in1_features < 1:
            raise ValueError(f"Bilinear: in1_features must be ≥ 1, got {in1_features}")
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = new_parameter((out_features, in1_features, in2_features), dtype, "weight")
        self.bias = new_parameter((out_features,), dtype, "bias") if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        reset_uniform(self.weight, self.bias, self.in1_features)

    def forward(self, x1: Any, x2: Any) -> Any:
        return F.bilinear(x1, x2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


def new_parameter(shape: tuple[int, ...], dtype: DTypeLike | None, name: str) -> Parameter:
    """A parameter of that shape, still to be filled."""
    return Parameter(np.empty(shape, get_default_dtype() if dtype is None else dtype), name=name)


def reset_uniform(weight: Parameter, bias: Parameter | None, fan_in: int) -> None:
    """Draw both from U(-k, k), k = 1 / √fan_in."""
    bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
    init.uniform_(weight, -bound, bound)
    if bias is not None:
        init.uniform_(bias, -bound, bound)


def check_sizes(layer: Module, **sizes: int) -> None:
    """Raise ValueError for negative sizes."""
    for name, size in sizes.items():
        if size < 0:
            raise ValueError(f"{type(layer).__name__}: {name} must be ≥ 0, got {size!r}")
