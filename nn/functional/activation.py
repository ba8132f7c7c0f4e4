"""Activation functions, softmax and its relatives."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

import autograd
from autograd import abs
from nn.functional.checks import operand, refuse_inplace

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

ACTIVATIONS = {
    f.__name__: f
    for f in (
        *(autograd.relu, autograd.leaky_relu, autograd.elu, autograd.selu, autograd.gelu, autograd.silu),
        *(autograd.softplus, autograd.sigmoid, autograd.tanh, autograd.step, autograd.sign),
    )
}
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


def gelu(input: Any, approximate: str = "none") -> Any:
    """x · Φ(x) with Φ the normal distribution function, or its approximation by "tanh"; see `autograd.gelu`.

    >>> import autograd, nn
    >>> nn.functional.gelu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.1587,  0.    ,  1.9545])
    """
    return autograd.gelu(input, approximate)


def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x where |x| > lambd, else 0.

    >>> import autograd, nn
    >>> nn.functional.hardshrink(autograd.tensor([-1.0, 0.25, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    return autograd.hardshrink(input, lambd)


def logsigmoid(input: Any) -> Any:
    """ln(1 / (1 + e⁻ˣ)), without overflow.

    >>> import autograd, nn
    >>> nn.functional.logsigmoid(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-1.3133, -0.6931, -0.1269])
    """
    return autograd.logsigmoid(input)


def sigmoid(input: Any) -> Any:
    """1 / (1 + e⁻ˣ).

    >>> import autograd, nn
    >>> nn.functional.sigmoid(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.2689, 0.5   , 0.8808])
    """
    return autograd.sigmoid(input)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """ln(1 + e^(beta·x)) / beta, and x itself where beta·x > threshold.

    >>> import autograd, nn
    >>> nn.functional.softplus(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.3133, 0.6931, 2.1269])
    """
    return autograd.softplus(input, beta, threshold)


def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x moved towards 0 by lambd, but not beyond.

    >>> import autograd, nn
    >>> nn.functional.softshrink(autograd.tensor([-1.0, 0.25, 2.0]))
    tensor([-0.5,  0. ,  1.5])
    """
    return autograd.softshrink(input, lambd)


def softsign(input: Any) -> Any:
    """x / (1 + |x|).

    >>> import autograd, nn
    >>> nn.functional.softsign(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.5   ,  0.    ,  0.6667])
    """
    return autograd.softsign(input)


def tanh(input: Any) -> Any:
    """The hyperbolic tangent.

    >>> import autograd, nn
    >>> nn.functional.tanh(autograd.tensor([0.0, 0.5])).round(4)
    tensor([0.    , 0.4621])
    """
    return autograd.tanh(input)


def tanhshrink(input: Any) -> Any:
    """x - tanh x.

    >>> import autograd, nn
    >>> nn.functional.tanhshrink(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.2384,  0.    ,  1.036 ])
    """
    return autograd.tanhshrink(input)


# --- these take `inplace`, which can only be False: values that a derivative may need are not overwritten -------------


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where x > 0, else alpha · (e^(x/alpha) - 1).

    >>> import autograd, nn
    >>> nn.functional.celu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.6321,  0.    ,  2.    ])
    """
    refuse_inplace("celu", inplace)
    return autograd.celu(input, alpha)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where x > 0, else alpha · (eˣ - 1).

    >>> import autograd, nn
    >>> nn.functional.elu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.6321,  0.    ,  2.    ])
    """
    refuse_inplace("elu", inplace)
    return autograd.elu(input, alpha)


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """min(max(x + 3, 0), 6) / 6.

    >>> import autograd, nn
    >>> nn.functional.hardsigmoid(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.3333, 0.5   , 0.8333])
    """
    refuse_inplace("hardsigmoid", inplace)
    return autograd.hardsigmoid(input)


def hardswish(input: Any, inplace: bool = False) -> Any:
    """x · min(max(x + 3, 0), 6) / 6.

    >>> import autograd, nn
    >>> nn.functional.hardswish(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.3333,  0.    ,  1.6667])
    """
    refuse_inplace("hardswish", inplace)
    return autograd.hardswish(input)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x limited to [min_val, max_val].

    >>> import autograd, nn
    >>> nn.functional.hardtanh(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-1.,  0.,  1.])
    """
    refuse_inplace("hardtanh", inplace)
    return autograd.hardtanh(input, min_val, max_val)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x where x > 0, else negative_slope · x.

    >>> import autograd, nn
    >>> nn.functional.leaky_relu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.01,  0.  ,  2.  ])
    """
    refuse_inplace("leaky_relu", inplace)
    return autograd.leaky_relu(input, negative_slope)


def mish(input: Any, inplace: bool = False) -> Any:
    """x · tanh(ln(1 + eˣ)).

    >>> import autograd, nn
    >>> nn.functional.mish(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.3034,  0.    ,  1.944 ])
    """
    refuse_inplace("mish", inplace)
    return autograd.mish(input)


def relu(input: Any, inplace: bool = False) -> Any:
    """max(x, 0); the derivative at 0 is 0.

    >>> import autograd, nn
    >>> nn.functional.relu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0., 0., 2.])
    """
    refuse_inplace("relu", inplace)
    return autograd.relu(input)


def relu6(input: Any, inplace: bool = False) -> Any:
    """min(max(x, 0), 6).

    >>> import autograd, nn
    >>> nn.functional.relu6(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0., 0., 2.])
    """
    refuse_inplace("relu6", inplace)
    return autograd.relu6(input)


def selu(input: Any, inplace: bool = False) -> Any:
    """λx where x > 0, else λα(eˣ - 1), with λ ≈ 1.0507 and α ≈ 1.6733.

    >>> import autograd, nn
    >>> nn.functional.selu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-1.1113,  0.    ,  2.1014])
    """
    refuse_inplace("selu", inplace)
    return autograd.selu(input)


def silu(input: Any, inplace: bool = False) -> Any:
    """x · σ(x), also called swish.

    >>> import autograd, nn
    >>> nn.functional.silu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.2689,  0.    ,  1.7616])
    """
    refuse_inplace("silu", inplace)
    return autograd.silu(input)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x where x > threshold, else value.

    >>> import autograd, nn
    >>> nn.functional.threshold(autograd.tensor([-1.0, 0.0, 2.0]), 0.5, 9.0).round(4)
    tensor([9., 9., 2.])
    """
    refuse_inplace("threshold", inplace)
    return autograd.threshold(input, threshold, value)
