"""Losses between real values."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.losses.base import Loss

__all__ = [
    "GaussianNLLLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "LogCoshLoss",
    "MAPELoss",
    "MSELoss",
    "MSLELoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
]


class MSELoss(Loss):
    """Mean squared error: (x - y)², averaged (or `reduction="sum"`, `"none"`) over all elements.

    `input` and `target` have the same shape; otherwise ValueError.

    >>> import nn, numpy as np
    >>> nn.MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Any:
        return F.mse_loss(input, target, self.reduction)


class L1Loss(Loss):
    """Mean absolute error: |x - y|, averaged (or `reduction="sum"`, `"none"`) over all elements.

    `input` and `target` have the same shape; otherwise ValueError.

    >>> import nn, numpy as np
    >>> nn.L1Loss(reduction="sum")(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Any:
        return F.l1_loss(input, target, self.reduction)


class SmoothL1Loss(Loss):
    """½ d²/β where d = |x - y| < β, else d - ½ β; see `nn.functional.smooth_l1_loss`.

    >>> import nn, numpy as np
    >>> nn.SmoothL1Loss()(np.array([3.0]), np.array([0.0])).item()
    2.5
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """½ d² where d = |x - y| ≤ δ, else δ (d - ½ δ); see `nn.functional.huber_loss`.

    >>> import nn, numpy as np
    >>> nn.HuberLoss(delta=2.0)(np.array([3.0]), np.array([0.0])).item()
    4.0
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class LogCoshLoss(Loss):
    """ln cosh(x - y); see `nn.functional.log_cosh_loss`.

    >>> import nn, numpy as np
    >>> nn.LogCoshLoss()(np.array([1.0]), np.array([1.0])).item()
    0.0
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return F.log_cosh_loss(input, target, reduction=self.reduction)


class MAPELoss(Loss):
    """The absolute error in percent of the target; see `nn.functional.mape_loss`.

    >>> import nn, numpy as np
    >>> nn.MAPELoss()(np.array([90.0]), np.array([100.0])).item()
    10.0
    """

    def __init__(self, reduction: str = "mean", eps: float = 1e-7) -> None:
        super().__init__(reduction)
        self.eps = eps

    def forward(self, input: Any, target: Any) -> Any:
        return F.mape_loss(input, target, reduction=self.reduction, eps=self.eps)


class MSLELoss(Loss):
    """The squared error of ln(1 + x); see `nn.functional.msle_loss`.

    >>> import nn, numpy as np
    >>> nn.MSLELoss()(np.array([0.0]), np.array([0.0])).item()
    0.0
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return F.msle_loss(input, target, reduction=self.reduction)


class PoissonNLLLoss(Loss):
    """The negative log-likelihood of counts under a Poisson distribution; see `nn.functional.poisson_nll_loss`.

    >>> import nn, numpy as np
    >>> nn.PoissonNLLLoss()(np.array([0.0]), np.array([2.0])).item()
    1.0
    """

    def __init__(self, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, input: Any, target: Any) -> Any:
        return F.poisson_nll_loss(
            input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(Loss):
    """The negative log-likelihood under N(input, var); see `nn.functional.gaussian_nll_loss`.

    >>> import nn, numpy as np
    >>> nn.GaussianNLLLoss()(np.array([1.0]), np.array([3.0]), np.array([1.0])).item()
    2.0
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.full, self.eps = full, eps

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        return F.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)


class KLDivLoss(Loss):
    """The terms y (ln y - x) of a divergence, x holding logarithms; see `nn.functional.kl_div`.

    `reduction="batchmean"` gives the divergence itself.

    >>> import nn, numpy as np
    >>> nn.KLDivLoss(reduction="batchmean")(np.log([[0.5, 0.5]]), np.array([[0.5, 0.5]])).item()
    0.0
    """

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__("mean" if reduction == "batchmean" else reduction)
        self.reduction, self.log_target = reduction, log_target

    def forward(self, input: Any, target: Any) -> Any:
        return F.kl_div(input, target, self.reduction, self.log_target)
