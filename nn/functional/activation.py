"""Activation functions, softmax and its relatives."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

import autograd
from autograd import (
    abs,
    celu,
    elu,
    gelu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    logsigmoid,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softplus,
    softshrink,
    softsign,
    tanh,
    tanhshrink,
    threshold,
)
from nn.functional.checks import operand

__all__ = [
    "ACTIVATIONS",
    "abs",
    "celu",
    "elu",
    "gelu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]

ACTIVATIONS = {f.__name__: f for f in (relu, leaky_relu, elu, selu, gelu, silu, softplus, sigmoid, tanh, autograd.step)}
"""Activations that can be named in a call, as in `nn.MLP([2, 8, 1], activation="tanh")`."""


def softmax(input: Any, dim: int = -1, dtype: DTypeLike | None = None) -> Any:
    """exp(x) / Σ exp(x) along `dim`, x first converted to `dtype` if that is given.

    >>> import autograd, nn
    >>> nn.functional.softmax(autograd.tensor([0.0, 0.0]))
    tensor([0.5, 0.5])
    """
    return _softmax(autograd.softmax, input, dim, dtype)


def softmin(input: Any, dim: int = -1, dtype: DTypeLike | None = None) -> Any:
    """softmax(-x) along `dim`.

    >>> import autograd, nn
    >>> nn.functional.softmin(autograd.tensor([0.0, 0.0]))
    tensor([0.5, 0.5])
    """
    return _softmax(autograd.softmin, input, dim, dtype)


def log_softmax(input: Any, dim: int = -1, dtype: DTypeLike | None = None) -> Any:
    """ln softmax(x) along `dim`.

    >>> import autograd, nn
    >>> nn.functional.log_softmax(autograd.tensor([0.0, 0.0])).round(4)
    tensor([-0.6931, -0.6931])
    """
    return _softmax(autograd.log_softmax, input, dim, dtype)


def _softmax(function: Any, input: Any, dim: int, dtype: DTypeLike | None) -> Any:
    input = operand(input)
    if input.ndim:
        return function(input, dim, dtype)
    return function(autograd.reshape(input, 1), dim, dtype)[0]
