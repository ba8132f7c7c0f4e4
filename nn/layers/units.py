"""Units with parameters, gates, random slopes, thresholds, and activations from outside PyTorch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

import autograd
from autograd.ops.axes import every_value
from autograd.tensor import Tensor
from nn import functional as F, init as initial
from nn.functional.checks import refuse_inplace
from nn.layers.linear import new_parameter
from nn.module import Module

__all__ = [
    "GLU",
    "Hardshrink",
    "PReLU",
    "PiecewiseLinear",
    "RReLU",
    "Sign",
    "Softmax2d",
    "Softmin",
    "Softshrink",
    "Sparsemax",
    "Squareplus",
    "Step",
    "Threshold",
]


class PReLU(Module):
    """x where x > 0, else weight · x, with a slope that is learned: one, or one per channel (axis 1).

    He et al. 2015, https://arxiv.org/abs/1502.01852. weight (num_parameters,) starts as `init`.

    >>> import autograd, nn
    >>> nn.PReLU()(autograd.tensor([-2.0, 3.0])).tolist()
    [-0.5, 3.0]
    """

    takes_integers = False

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: DTypeLike | None = None) -> None:
        super().__init__()
        if num_parameters < 1:
            raise ValueError(f"PReLU: num_parameters must be 1 or the number of channels, got {num_parameters}")
        self.num_parameters, self.init = num_parameters, init
        self.weight = new_parameter((num_parameters,), dtype, "weight")
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the slopes to `init` again."""
        initial.constant_(self.weight, self.init)

    def forward(self, x: Any) -> Any:
        return F.prelu(x, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x where x ≥ 0, else a · x, each a drawn from U(lower, upper) in training, (lower + upper) / 2 in evaluation.

    >>> import autograd, nn
    >>> nn.RReLU(0.2, 0.4).eval()(autograd.tensor([-1.0, 3.0])).round(4)
    tensor([-0.3,  3. ])
    """

    takes_integers = False

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        refuse_inplace("RReLU", inplace)
        if not lower <= upper:
            raise ValueError(f"RReLU: lower = {lower} must not exceed upper = {upper}")
        self.lower, self.upper = lower, upper

    def forward(self, x: Any) -> Any:
        return F.rrelu(x, self.lower, self.upper, self.training)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}"


class GLU(Module):
    """a · σ(b), a and b being the halves of the input along `dim`.

    >>> import autograd, nn
    >>> nn.GLU()(autograd.tensor([2.0, 4.0, 0.0, 0.0]))
    tensor([1., 2.])
    """

    takes_integers = False

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.glu(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Hardshrink(Module):
    """x where |x| > lambd, else 0.

    >>> import autograd, nn
    >>> nn.Hardshrink()(autograd.tensor([-1.0, 0.3, 2.0]))
    tensor([-1.,  0.,  2.])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, x: Any) -> Any:
        return F.hardshrink(x, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Softshrink(Module):
    """x moved by lambd towards 0, but not across: sign(x) · max(|x| - lambd, 0).

    >>> import autograd, nn
    >>> nn.Softshrink()(autograd.tensor([-1.0, 0.3, 2.0]))
    tensor([-0.5,  0. ,  1.5])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        if not lambd >= 0:
            raise ValueError(f"Softshrink: lambd must not be negative, got {lambd}")
        self.lambd = lambd

    def forward(self, x: Any) -> Any:
        return F.softshrink(x, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Threshold(Module):
    """x where x > threshold, else value.

    >>> import autograd, nn
    >>> nn.Threshold(0.5, 9.0)(autograd.tensor([-1.0, 0.3, 2.0]))
    tensor([9., 9., 2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        refuse_inplace("Threshold", inplace)
        self.threshold, self.value = threshold, value

    def forward(self, x: Any) -> Any:
        return F.threshold(x, self.threshold, self.value)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}"


class Softmin(Module):
    """exp(-x) / Σ exp(-x) along `dim`.

    >>> import nn, numpy as np
    >>> nn.Softmin(dim=1)(np.zeros((1, 4))).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.softmin(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax2d(Module):
    """Softmax over the channels at each place of (N, C, H, W) or (C, H, W). Raises ValueError for other inputs.

    >>> import nn, numpy as np
    >>> nn.Softmax2d()(np.zeros((4, 1, 1))).ravel().tolist()
    [0.25, 0.25, 0.25, 0.25]
    """

    def forward(self, x: Any) -> Any:
        if x.ndim not in (3, 4):
            raise ValueError(f"Softmax2d wants an input (N, C, H, W) or (C, H, W), got shape {x.shape}")
        return F.softmax(x, -3)


class Sparsemax(Module):
    """The point p ≥ 0, Σ p = 1, that is nearest to x along `dim`: a softmax that reaches 0.

    Martins and Astudillo 2016, https://arxiv.org/abs/1602.02068; see `nn.functional.sparsemax`.

    >>> import autograd, nn
    >>> nn.Sparsemax()(autograd.tensor([0.0, 0.5, 1.0]))
    tensor([0.  , 0.25, 0.75])
    """

    takes_integers = False

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.sparsemax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Squareplus(Module):
    """(x + √(x² + b)) / 2: a smooth relu without exponentials (Barron 2021, https://arxiv.org/abs/2112.11687).

    >>> import autograd, nn
    >>> nn.Squareplus()(autograd.tensor([-1.5, 0.0, 1.5]))
    tensor([0.5, 1. , 2. ])
    """

    takes_integers = False

    def __init__(self, b: float = 4.0) -> None:
        super().__init__()
        self.b = b

    def forward(self, x: Any) -> Any:
        return F.squareplus(x, self.b)

    def extra_repr(self) -> str:
        return f"b={self.b}"


# --- units that cannot be trained through, or not everywhere ----------------------------------------------------------


def _warn(layer: Module, x: Any, why: str) -> None:
    if layer.training and isinstance(x, Tensor) and x.requires_grad:
        warnings.warn(
            f"{type(layer).__name__}: {why}, so nothing before it learns; train with a smooth unit such as Sigmoid, or "
            f"by the perceptron rule, or call .eval() if no training is meant",
            stacklevel=4,
        )


class Step(Module):
    """The threshold unit of McCulloch and Pitts: 1 where x ≥ threshold, else 0 (the Heaviside step).

    Its derivative is 0 wherever it exists, so in training mode an input that requires grad is warned about, and no
    gradient passes.

    >>> import autograd, nn
    >>> nn.Step(1.5)(autograd.tensor([0.0, 1.0, 2.0]))
    tensor([0., 0., 1.])
    """

    def __init__(self, threshold: float = 0.0) -> None:
        super().__init__()
        self.threshold = threshold

    def forward(self, x: Any) -> Any:
        _warn(self, x, "the derivative of a step is 0 wherever it exists")
        return autograd.step(x - self.threshold if self.threshold else x)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}"


class Sign(Module):
    """-1, 0 or 1, the sign of x.

    Its derivative is 0 wherever it exists, so in training mode an input that requires grad is warned about, and no
    gradient passes.

    >>> import autograd, nn
    >>> nn.Sign()(autograd.tensor([-3.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """

    def forward(self, x: Any) -> Any:
        _warn(self, x, "the derivative of a sign is 0 wherever it exists")
        return autograd.sign(x)


class PiecewiseLinear(Module):
    """0 below `low`, 1 above `high`, a straight line in between: min(max((x - low) / (high - low), 0), 1).

    The derivative outside is 0: in training mode an input that requires grad and lies outside everywhere is warned
    about. Raises ValueError unless low < high.

    >>> import autograd, nn
    >>> nn.PiecewiseLinear()(autograd.tensor([-1.0, -0.25, 0.0, 2.0]))
    tensor([0.  , 0.25, 0.5 , 1.  ])
    """

    takes_integers = False

    def __init__(self, low: float = -0.5, high: float = 0.5) -> None:
        super().__init__()
        if not low < high:
            raise ValueError(f"PiecewiseLinear wants low < high, got {low} and {high}")
        self.low, self.high = low, high

    def forward(self, x: Any) -> Any:
        if self.training and isinstance(x, Tensor) and x.requires_grad:
            values = every_value(x)
            if values.size and not np.any((values > self.low) & (values < self.high)):
                _warn(self, x, f"every input lies outside ({self.low}, {self.high}), where the derivative is 0")
        return F.piecewise_linear(x, self.low, self.high)

    def extra_repr(self) -> str:
        return f"low={self.low}, high={self.high}"
