"""Activations as layers: elementwise, without parameters (softmax along one axis)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn import functional as F
from nn.functional.checks import refuse_inplace
from nn.module import Module

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "SELU",
    "Activation",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "Tanh",
    "Tanhshrink",
]


class Activation(Module):
    """Applies a function.

    >>> import autograd, nn, numpy as np
    >>> nn.Activation(autograd.square)(np.array([-2.0])).item()
    4.0
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Any) -> Any:
        return self.function(x)

    def extra_repr(self) -> str:
        return getattr(self.function, "__name__", repr(self.function))


class _Inplace(Module):
    """Takes PyTorch's `inplace`, which can only be False: values that a derivative may need are not overwritten."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        refuse_inplace(type(self).__name__, inplace)


class ReLU(_Inplace):
    """max(x, 0); the derivative at 0 is 0.

    >>> import autograd, nn
    >>> nn.ReLU()(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return F.relu(x)


class ReLU6(_Inplace):
    """min(max(x, 0), 6).

    >>> import autograd, nn
    >>> nn.ReLU6()(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return F.relu6(x)


class LeakyReLU(_Inplace):
    """x where x > 0, else negative_slope · x.

    >>> import autograd, nn
    >>> nn.LeakyReLU()(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.01,  0.  ,  2.  ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return F.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(_Inplace):
    """x where x > 0, else alpha · (eˣ - 1).

    >>> import autograd, nn
    >>> nn.ELU()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.6321,  0.    ,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return F.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class CELU(_Inplace):
    """x where x > 0, else alpha · (e^(x/alpha) - 1).

    >>> import autograd, nn
    >>> nn.CELU()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.6321,  0.    ,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return F.celu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(_Inplace):
    """λx where x > 0, else λα(eˣ - 1), with λ ≈ 1.0507 and α ≈ 1.6733.

    >>> import autograd, nn
    >>> nn.SELU()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-1.1113,  0.    ,  2.1014])
    """

    def forward(self, x: Any) -> Any:
        return F.selu(x)


class GELU(Module):
    """x · Φ(x) with the normal distribution function Φ; `approximate="tanh"` is faster and accurate to about 1e-3.

    >>> import autograd, nn
    >>> nn.GELU()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.1587,  0.    ,  1.9545])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU: approximate must be 'none' or 'tanh', got {approximate!r}")
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        return F.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(_Inplace):
    """x · σ(x), also called swish.

    >>> import autograd, nn
    >>> nn.SiLU()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.2689,  0.    ,  1.7616])
    """

    def forward(self, x: Any) -> Any:
        return F.silu(x)


class Mish(_Inplace):
    """x · tanh(ln(1 + eˣ)).

    >>> import autograd, nn
    >>> nn.Mish()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.3034,  0.    ,  1.944 ])
    """

    def forward(self, x: Any) -> Any:
        return F.mish(x)


class Softplus(Module):
    """ln(1 + e^(beta·x)) / beta, and x itself where beta·x > threshold.

    >>> import autograd, nn
    >>> nn.Softplus()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.3133, 0.6931, 2.1269])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, x: Any) -> Any:
        return F.softplus(x, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ).

    >>> import autograd, nn
    >>> nn.Sigmoid()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.2689, 0.5   , 0.8808])
    """

    def forward(self, x: Any) -> Any:
        return F.sigmoid(x)


class LogSigmoid(Module):
    """ln(1 / (1 + e⁻ˣ)), without overflow.

    >>> import autograd, nn
    >>> nn.LogSigmoid()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-1.3133, -0.6931, -0.1269])
    """

    def forward(self, x: Any) -> Any:
        return F.logsigmoid(x)


class Hardsigmoid(_Inplace):
    """min(max(x + 3, 0), 6) / 6.

    >>> import autograd, nn
    >>> nn.Hardsigmoid()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.3333, 0.5   , 0.8333])
    """

    def forward(self, x: Any) -> Any:
        return F.hardsigmoid(x)


class Hardswish(_Inplace):
    """x · min(max(x + 3, 0), 6) / 6.

    >>> import autograd, nn
    >>> nn.Hardswish()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.3333,  0.    ,  1.6667])
    """

    def forward(self, x: Any) -> Any:
        return F.hardswish(x)


class Hardtanh(_Inplace):
    """x limited to [min_val, max_val].

    >>> import autograd, nn
    >>> nn.Hardtanh()(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        if not min_val < max_val:
            raise ValueError(f"Hardtanh wants min_val < max_val, got {min_val} and {max_val}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: Any) -> Any:
        return F.hardtanh(x, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Tanh(Module):
    """tanh x.

    >>> import autograd, nn
    >>> nn.Tanh()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.7616,  0.    ,  0.964 ])
    """

    def forward(self, x: Any) -> Any:
        return F.tanh(x)


class Tanhshrink(Module):
    """x - tanh x.

    >>> import autograd, nn
    >>> nn.Tanhshrink()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.2384,  0.    ,  1.036 ])
    """

    def forward(self, x: Any) -> Any:
        return F.tanhshrink(x)


class Softsign(Module):
    """x / (1 + |x|).

    >>> import autograd, nn
    >>> nn.Softsign()(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.5   ,  0.    ,  0.6667])
    """

    def forward(self, x: Any) -> Any:
        return F.softsign(x)


class Softmax(Module):
    """exp(x) / Σ exp(x) along `dim`.

    >>> import nn, numpy as np
    >>> nn.Softmax(dim=1)(np.zeros((1, 4))).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """ln softmax(x) along `dim`.

    >>> import autograd, nn
    >>> nn.LogSoftmax()(autograd.tensor([[0.0, 0.0]])).round(4)
    tensor([[-0.6931, -0.6931]])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.log_softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


NAMED: dict[Any, type[Module]] = {
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "silu": SiLU,
    "softplus": Softplus,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
}
"""The layers of the activations in `nn.functional.ACTIVATIONS`."""
