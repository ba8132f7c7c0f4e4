"""The learning-rate range test: raise the rate at every step and watch where the loss falls and where it explodes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.tensor import Tensor
from optim.optimizer import Optimizer

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass
class RangeTest:
    """What a range test found: the rates tried, the loss at each, and its smoothed value.

    `suggestion` is the rate at which the smoothed loss falls most steeply.

    >>> from optim.lr_scheduler import RangeTest
    >>> RangeTest([0.1, 1.0, 10.0], [1.0, 0.5, 0.6], [1.0, 0.5, 0.6]).suggestion
    0.1
    """

    lrs: list[float]
    losses: list[float]
    smoothed: list[float]

    @property
    def suggestion(self) -> float:
        """The rate of the steepest fall of the smoothed loss over log lr."""
        if len(self.lrs) < 2:
            return self.lrs[0]
        slopes = np.gradient(self.smoothed, np.log(self.lrs))
        return self.lrs[int(np.argmin(slopes))]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw loss over learning rate, with the suggestion marked; returns the Axes."""
        import matplotlib.pyplot as plt

        if ax is None:
            _, ax = plt.subplots(layout="constrained")
        ax.plot(self.lrs, self.losses, color="0.8", label="loss")
        ax.plot(self.lrs, self.smoothed, color="C0", label="smoothed")
        ax.axvline(self.suggestion, color="C1", linestyle="--", label=f"steepest fall: {self.suggestion:.2g}")
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss", title="Learning-rate range test")
        ax.legend()
        return ax


def lr_range_test(
    optimizer: Optimizer,
    closure: Callable[[], Any],
    start_lr: float = 1e-7,
    end_lr: float = 10.0,
    num_steps: int = 100,
    smoothing: float = 0.95,
    stop_factor: float = 4.0,
) -> RangeTest:
    """Train for a few steps with rates that grow geometrically from `start_lr` to `end_lr` (Smith 2017, section 3.3).

    `closure` clears the gradients, computes the loss of a (new) batch, calls `backward()` and returns the loss, as for
    `optimizer.step(closure)`. Stops early when the smoothed loss exceeds `stop_factor` times its best, or is no number.
    Parameters, gradients, rates and the optimizer's state are put back afterwards.

    >>> import autograd, optim
    >>> p = autograd.tensor([3.0], requires_grad=True)
    >>> optimizer = optim.SGD([p], lr=0.1)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (p * p).sum()
    ...     loss.backward()
    ...     return loss
    >>> found = optim.lr_scheduler.lr_range_test(optimizer, closure, 1e-4, 10.0)
    >>> 0.001 < found.suggestion < 2, p.item(), optimizer.param_groups[0]["lr"]
    (True, 3.0, 0.1)
    """
    if not 0 < start_lr < end_lr:
        raise ValueError(f"lr_range_test: rates must satisfy 0 < start_lr < end_lr, got {start_lr} and {end_lr}")
    if num_steps < 2:
        raise ValueError(f"lr_range_test: num_steps must be at least 2, got {num_steps}")
    params: list[Tensor] = [p for group in optimizer.param_groups for p in group["params"]]
    saved = [(p.data.copy(), p.grad) for p in params]
    rates = [group["lr"] for group in optimizer.param_groups]
    state, steps = optimizer.state, optimizer.steps
    optimizer.state = {}
    result = RangeTest([], [], [])
    average = 0.0
    try:
        for i, lr in enumerate(np.geomspace(start_lr, end_lr, num_steps).tolist()):
            for group in optimizer.param_groups:
                group["lr"] = lr
            loss = float(optimizer.step(closure))
            average = smoothing * average + (1 - smoothing) * loss
            smoothed = average / (1 - smoothing ** (i + 1))
            if not math.isfinite(loss):
                break
            result.lrs.append(lr)
            result.losses.append(loss)
            result.smoothed.append(smoothed)
            if smoothed > stop_factor * min(result.smoothed):
                break
    finally:
        for p, (data, grad) in zip(params, saved, strict=True):
            p.data = data
            p.grad = grad
        for group, lr in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = lr
        optimizer.state, optimizer.steps = state, steps
    if not result.lrs:
        raise ValueError(f"lr_range_test: the loss is {loss} at the first step, with lr={start_lr}")
    return result
