"""Schedules that start with a warm-up: the rate rises along a line from 0 in the first steps."""

from __future__ import annotations

import math

from optim.lr_scheduler.base import LRScheduler
from optim.optimizer import Optimizer


class _Warmup(LRScheduler):
    """lr = base · t / warmup_steps for t < warmup_steps, then base · `after(t)`."""

    def __init__(self, optimizer: Optimizer, warmup_steps: int, last_epoch: int = -1) -> None:
        if warmup_steps < 0:
            raise ValueError(f"{type(self).__name__}: warmup_steps must be at least 0, got {warmup_steps}")
        self.warmup_steps = warmup_steps
        super().__init__(optimizer, last_epoch)

    def after(self, t: int) -> float:
        """The factor after the warm-up."""
        raise NotImplementedError

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        factor = t / self.warmup_steps if t < self.warmup_steps else self.after(t)
        return [base * factor for base in self.base_lrs]


class WarmupConstantLR(_Warmup):
    """A linear warm-up, then the rate stays.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.WarmupConstantLR(optimizer, warmup_steps=4)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.25]
    """

    def after(self, t: int) -> float:
        return 1.0


class InverseSquareRootLR(_Warmup):
    """A linear warm-up, then base · √(warmup_steps / t): the shape of Vaswani et al. 2017, arXiv 1706.03762, eq. 3.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.InverseSquareRootLR(optimizer, warmup_steps=1)
    >>> for _ in range(4):
    ...     optimizer.step(); schedule.step()
    >>> schedule.get_last_lr()
    [0.5]
    """

    def after(self, t: int) -> float:
        return math.sqrt(max(self.warmup_steps, 1) / max(t, 1))


class _WarmupTotal(_Warmup):
    def __init__(self, optimizer: Optimizer, warmup_steps: int, total_steps: int, last_epoch: int = -1) -> None:
        if total_steps <= warmup_steps:
            raise ValueError(
                f"{type(self).__name__}: total_steps must exceed warmup_steps, got {total_steps} and {warmup_steps}"
            )
        self.total_steps = total_steps
        super().__init__(optimizer, warmup_steps, last_epoch)

    def _progress(self, t: int) -> float:
        return min((t - self.warmup_steps) / (self.total_steps - self.warmup_steps), 1.0)


class WarmupLinearLR(_WarmupTotal):
    """A linear warm-up, then down along a line to 0 at `total_steps`.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.WarmupLinearLR(optimizer, warmup_steps=0, total_steps=4)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.75]
    """

    def after(self, t: int) -> float:
        return 1 - self._progress(t)


class WarmupCosineLR(_WarmupTotal):
    """A linear warm-up, then half a cosine down to 0 at `total_steps`.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.WarmupCosineLR(optimizer, warmup_steps=0, total_steps=2)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.5]
    """

    def after(self, t: int) -> float:
        return (1 + math.cos(math.pi * self._progress(t))) / 2
