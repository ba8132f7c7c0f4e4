"""Schedules that rise and fall: cosine annealing, warm restarts, cycles, the one-cycle policy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from optim.lr_scheduler.base import LRScheduler, one_per_group
from optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """lr = η_min + ½ (base - η_min)(1 + cos(π t / T_max)), down in T_max steps and up again in the next.

    Loshchilov & Hutter 2017, arXiv 1608.03983, without the restarts.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        t, n, low = self.last_epoch, self.T_max, self.eta_min
        if t == 0:
            return self.rates
        if self._step_count == 1:
            return self.closed_form()
        if (t - 1 - n) % (2 * n) == 0:
            rise = (1 - math.cos(math.pi / n)) / 2
            return [lr + (base - low) * rise for base, lr in zip(self.base_lrs, self.rates)]
        factor = (1 + math.cos(math.pi * t / n)) / (1 + math.cos(math.pi * (t - 1) / n))
        return [factor * (lr - low) + low for lr in self.rates]

    def closed_form(self) -> list[float]:
        height = (1 + math.cos(math.pi * self.last_epoch / self.T_max)) / 2
        return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]


class CosineAnnealingWarmRestarts(LRScheduler):
    """Cosine annealing that starts anew after T_0 steps, then T_0 · T_mult, T_0 · T_mult², … (SGDR, arXiv 1608.03983).

    lr = η_min + ½ (base - η_min)(1 + cos(π T_cur / T_i)). `step(epoch)` takes fractions of epochs too.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> for _ in range(2):
    ...     optimizer.step(); schedule.step(); print(schedule.get_last_lr())
    [0.5]
    [1.0]
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        if T_0 < 1 or T_mult < 1:
            raise ValueError(f"CosineAnnealingWarmRestarts: T_0 and T_mult must be at least 1, got {T_0} and {T_mult}")
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        self.T_i, self.T_cur = T_0, float(last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        height = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Advance by one; with `epoch`, which may be a fraction, jump there."""
        self._step_count += 1
        if epoch is None and self.last_epoch >= 0:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        else:
            epoch = 0 if epoch is None else epoch
            if epoch < 0:
                raise ValueError(f"CosineAnnealingWarmRestarts.step: epoch must be ≥ 0, got {epoch}")
            restarts, start = 0, 0
            while epoch >= start + self.T_0 * self.T_mult**restarts:
                start += self.T_0 * self.T_mult**restarts
                restarts += 1
            self.T_i, self.T_cur = self.T_0 * self.T_mult**restarts, epoch - start
        self.last_epoch = math.floor(epoch)
        self._set(self.get_lr())


class _Cycle(LRScheduler):
    """A schedule that moves momentum (or β₁) against the learning rate."""

    cycle_momentum: bool

    def _set_momentum(self, values: Sequence[float]) -> None:
        for group, value in zip(self.optimizer.param_groups, values, strict=True):
            if "betas" in group:
                group["betas"] = (value, *group["betas"][1:])
            else:
                group["momentum"] = value

    def _check_momentum(self, optimizer: Optimizer) -> None:
        if self.cycle_momentum and not {"momentum", "betas"} & set(optimizer.defaults):
            raise ValueError(
                f"{type(self).__name__}: {type(optimizer).__name__} has neither momentum nor betas to cycle; "
                f"pass cycle_momentum=False"
            )


class CyclicLR(_Cycle):
    """lr goes up from `base_lr` to `max_lr` and down again, over and over (Smith 2017, arXiv 1506.01186).

    With c the number of the cycle and x the relative height in it, lr = base + (max - base) x s, where s is 1
    (`mode="triangular"`), 2^(1-c) ("triangular2"), γᵗ ("exp_range"), or `scale_fn` of c or t (`scale_mode` "cycle" or
    "iterations"). Momentum moves the other way between `max_momentum` and `base_momentum`.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=0.1, momentum=0.9)
    >>> schedule = optim.lr_scheduler.CyclicLR(optimizer, base_lr=0.25, max_lr=0.75, step_size_up=2)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            raise ValueError(f"CyclicLR: mode must be 'triangular', 'triangular2' or 'exp_range', got {mode!r}")
        self.cycle_momentum = cycle_momentum
        self._check_momentum(optimizer)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, one_per_group(base_lr, optimizer, "base_lr")):
                group["lr"] = group["initial_lr"] = lr
        self.max_lrs = one_per_group(max_lr, optimizer, "max_lr")
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size, self.step_ratio = float(step_size_up + down), step_size_up / (step_size_up + down)
        self.mode, self.gamma, self._scale_fn = mode, gamma, scale_fn
        self.scale_mode = scale_mode if scale_fn is not None else "iterations" if mode == "exp_range" else "cycle"
        self.base_momentums = one_per_group(base_momentum, optimizer, "base_momentum")
        self.max_momentums = one_per_group(max_momentum, optimizer, "max_momentum")
        super().__init__(optimizer, last_epoch)

    def _scale(self, x: float) -> float:
        if self._scale_fn is not None:
            return self._scale_fn(x)
        scales: dict[str, float] = {"triangular": 1.0, "triangular2": 0.5 ** (x - 1)}
        return scales.get(self.mode, float(self.gamma**x))

    def get_lr(self) -> list[float]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        height *= self._scale(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            limits = zip(self.base_momentums, self.max_momentums)
            self._set_momentum([high - (high - low) * height for low, high in limits])
        return [base + (top - base) * height for base, top in zip(self.base_lrs, self.max_lrs)]


class OneCycleLR(_Cycle):
    """One cycle: lr rises from max_lr / div_factor to `max_lr`, then falls far below (Smith & Topin, arXiv 1708.07120).

    It rises in the first `pct_start` of the `total_steps` (or `epochs` · `steps_per_epoch`) and falls to
    max_lr / (div_factor · final_div_factor), along a cosine or a line (`anneal_strategy` "cos", "linear"); with
    `three_phase` it first returns to where it began. Momentum moves the other way. One `step()` per batch; RuntimeError
    after the last.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=0.1, momentum=0.9)
    >>> schedule = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> for _ in range(2):
    ...     optimizer.step(); schedule.step()
    >>> schedule.get_last_lr(), optimizer.param_groups[0]["momentum"]
    ([1.0], 0.85)
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR: give total_steps, or both epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if total_steps <= 0:
            raise ValueError(f"OneCycleLR: the number of steps must be positive, got {total_steps}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start must lie in [0, 1], got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self.total_steps, self.cycle_momentum, self.anneal_strategy = total_steps, cycle_momentum, anneal_strategy
        self._check_momentum(optimizer)
        up = float(pct_start * total_steps) - 1
        if three_phase:
            ends = [(up, "max"), (float(2 * pct_start * total_steps) - 2, "initial"), (total_steps - 1, "min")]
        else:
            ends = [(up, "max"), (total_steps - 1, "min")]
        self.phases = [("initial", ends[0][1], ends[0][0])]
        self.phases += [(a, b, end) for (_, a), (end, b) in pairwise(ends)]
        tops = one_per_group(max_lr, optimizer, "max_lr")
        self.levels = [
            {"initial": top / div_factor, "max": top, "min": top / div_factor / final_div_factor} for top in tops
        ]
        low = one_per_group(base_momentum, optimizer, "base_momentum")
        high = one_per_group(max_momentum, optimizer, "max_momentum")
        self.momenta = [{"initial": h, "max": m, "min": h} for m, h in zip(low, high)]
        if last_epoch == -1:
            for group, level in zip(optimizer.param_groups, self.levels):
                group["initial_lr"], group["max_lr"], group["min_lr"] = level["initial"], level["max"], level["min"]
        super().__init__(optimizer, last_epoch)

    def _between(self, start: float, end: float, part: float) -> float:
        if self.anneal_strategy == "linear":
            return (end - start) * part + start
        return end + (start - end) / 2 * (1 + math.cos(math.pi * part))

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        if t > self.total_steps:
            raise ValueError(f"OneCycleLR: step {t} of a schedule of {self.total_steps} steps; make total_steps larger")
        begin = 0.0
        for phase in self.phases:
            a, b, end = phase
            if t <= end or phase is self.phases[-1]:
                break
            begin = end
        part = (t - begin) / (end - begin)
        if self.cycle_momentum:
            self._set_momentum([self._between(m[a], m[b], part) for m in self.momenta])
        return [self._between(level[a], level[b], part) for level in self.levels]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer."""
        return {**super().state_dict(), "phases": list(self.phases)}
