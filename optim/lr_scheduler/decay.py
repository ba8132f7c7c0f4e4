"""Schedules that fall, or follow a function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from optim.lr_scheduler.base import LRScheduler, one_per_group
from optim.optimizer import Optimizer


class LambdaLR(LRScheduler):
    """lr = base · f(t), with one function or one a group.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda t: 0.5**t)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self._lambdas = one_per_group(lr_lambda, optimizer, "LambdaLR")
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self._lambdas)]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and the functions."""
        return {k: v for k, v in super().state_dict().items() if k != "_lambdas"}


class MultiplicativeLR(LambdaLR):
    """lr ← lr · f(t), with one function or one a group.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.MultiplicativeLR(optimizer, lambda t: 0.9)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.9]
    """

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return self.rates
        return [lr * f(self.last_epoch) for lr, f in zip(self.rates, self._lambdas)]


class StepLR(LRScheduler):
    """lr ← γ lr every `step_size` steps.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(4):
    ...     optimizer.step(); schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        if step_size < 1:
            raise ValueError(f"StepLR: step_size must be at least 1, got {step_size}")
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        falls = self.last_epoch != 0 and self.last_epoch % self.step_size == 0
        return [lr * self.gamma for lr in self.rates] if falls else self.rates

    def closed_form(self) -> list[float]:
        return [base * self.gamma ** (self.last_epoch // self.step_size) for base in self.base_lrs]


class MultiStepLR(LRScheduler):
    """lr ← γ lr at each of the `milestones`.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.MultiStepLR(optimizer, [1, 3], gamma=0.5)
    >>> for _ in range(3):
    ...     optimizer.step(); schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        times = self.milestones[self.last_epoch]
        return [lr * self.gamma**times for lr in self.rates] if times else self.rates

    def closed_form(self) -> list[float]:
        passed = sum(times for milestone, times in self.milestones.items() if milestone <= self.last_epoch)
        return [base * self.gamma**passed for base in self.base_lrs]


class ConstantLR(LRScheduler):
    """lr = factor · base for the first `total_iters` steps, base afterwards.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> optim.lr_scheduler.ConstantLR(optimizer, factor=0.5).get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(f"ConstantLR: factor must lie in [0, 1], got {factor}")
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return [lr * self.factor for lr in self.rates]
        if self.last_epoch != self.total_iters:
            return self.rates
        return [lr * (1 / self.factor) if self.factor else base for lr, base in zip(self.rates, self.base_lrs)]

    def closed_form(self) -> list[float]:
        factor = self.factor if self.last_epoch < self.total_iters else 1
        return [base * factor for base in self.base_lrs]


class LinearLR(LRScheduler):
    """lr from start_factor · base to end_factor · base along a line, over `total_iters` steps.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"LinearLR: start_factor must lie in (0, 1], got {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"LinearLR: end_factor must lie in [0, 1], got {end_factor}")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        t, total, rise = self.last_epoch, self.total_iters, self.end_factor - self.start_factor
        if t == 0:
            return [lr * self.start_factor for lr in self.rates]
        if t > total:
            return self.rates
        return [lr * (1 + rise / (total * self.start_factor + (t - 1) * rise)) for lr in self.rates]

    def closed_form(self) -> list[float]:
        part = min(self.total_iters, self.last_epoch) / self.total_iters
        return [base * (self.start_factor + (self.end_factor - self.start_factor) * part) for base in self.base_lrs]


class ExponentialLR(LRScheduler):
    """lr ← γ lr at every step.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [lr * self.gamma for lr in self.rates] if self.last_epoch else self.rates

    def closed_form(self) -> list[float]:
        return [base * self.gamma**self.last_epoch for base in self.base_lrs]


class PolynomialLR(LRScheduler):
    """lr = base (1 - t/total_iters)^power, and 0 afterwards.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.75]
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        t, total = self.last_epoch, self.total_iters
        if t == 0 or t > total:
            return self.rates
        factor = ((1 - t / total) / (1 - (t - 1) / total)) ** self.power
        return [lr * factor for lr in self.rates]

    def closed_form(self) -> list[float]:
        left = 1 - min(self.total_iters, self.last_epoch) / self.total_iters
        return [base * left**self.power for base in self.base_lrs]
