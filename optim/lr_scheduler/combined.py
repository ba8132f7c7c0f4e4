"""Schedules made of schedules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from optim.lr_scheduler.base import LRScheduler
from optim.optimizer import Optimizer


class _Combined(LRScheduler):
    _schedulers: list[LRScheduler]

    def _check(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer) -> None:
        name = type(self).__name__
        if not schedulers:
            raise ValueError(f"{name} wants at least one schedule")
        for i, schedule in enumerate(schedulers):
            if not isinstance(schedule, LRScheduler):
                raise TypeError(f"{name}: schedule {i} is a {type(schedule).__name__}, which cannot be combined")
            if schedule.optimizer is not optimizer:
                raise ValueError(f"{name}: schedule {i} belongs to another optimizer")

    def state_dict(self) -> dict[str, Any]:
        """Its own state and that of each schedule."""
        state = {k: v for k, v in self.__dict__.items() if k not in ("optimizer", "_schedulers")}
        return {**state, "_schedulers": [s.state_dict() for s in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over its own state and that of each schedule."""
        state = dict(state_dict)
        saved = state.pop("_schedulers")
        if len(saved) != len(self._schedulers):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the state of {len(saved)} schedules, this one has "
                f"{len(self._schedulers)}"
            )
        for schedule, s in zip(self._schedulers, saved):
            schedule.load_state_dict(s)
        self.__dict__.update(state)


class SequentialLR(_Combined):
    """One schedule after the other: the next one starts at each milestone.

    >>> import autograd, optim
    >>> from optim.lr_scheduler import ConstantLR, ExponentialLR, SequentialLR
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> first, second = ConstantLR(optimizer, factor=0.125, total_iters=2), ExponentialLR(optimizer, gamma=0.5)
    >>> schedule = SequentialLR(optimizer, [first, second], milestones=[2])
    >>> for _ in range(4):
    ...     optimizer.step(); schedule.step(); print(schedule.get_last_lr()[0], end=" ")
    0.125 1.0 0.5 0.25
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self._check(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: {len(schedulers)} schedules want {len(schedulers) - 1} milestones, "
                f"got {len(milestones)}"
            )
        self.optimizer, self._schedulers, self._milestones = optimizer, list(schedulers), list(milestones)
        self.last_epoch = last_epoch + 1
        # Each schedule has set its first rate when it was made; only that of the first is wanted.
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        for schedule in self._schedulers:
            schedule.last_epoch -= 1
        self._schedulers[0]._initial_step()
        self._last_lr = self._schedulers[0].get_last_lr()

    def step(self, epoch: int | None = None) -> None:
        """Advance the schedule whose turn it is; `epoch` is not possible here."""
        if epoch is not None:
            raise TypeError("SequentialLR.step() cannot jump to an epoch; call it once per step")
        self.last_epoch += 1
        turn = bisect_right(self._milestones, self.last_epoch)
        schedule = self._schedulers[turn]
        if turn > 0 and self._milestones[turn - 1] == self.last_epoch:
            schedule.step(0)
        else:
            schedule.step()
        self._last_lr = schedule.get_last_lr()


class ChainedScheduler(_Combined):
    """Several schedules at once: each changes the rates that the one before has set.

    >>> import autograd, optim
    >>> from optim.lr_scheduler import ChainedScheduler, ConstantLR, ExponentialLR
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = ChainedScheduler([ConstantLR(optimizer, factor=0.5), ExponentialLR(optimizer, gamma=0.5)])
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        optimizer = optimizer or (schedulers[0].optimizer if schedulers else None)
        self._check(schedulers, optimizer)  # type: ignore[arg-type]
        self.optimizer, self._schedulers = schedulers[0].optimizer, list(schedulers)
        self.last_epoch = 0
        self._last_lr = self.rates

    def step(self, epoch: int | None = None) -> None:
        """Advance every schedule; `epoch` is not possible here."""
        if epoch is not None:
            raise TypeError("ChainedScheduler.step() cannot jump to an epoch; call it once per step")
        self.last_epoch += 1
        for schedule in self._schedulers:
            schedule.step()
        self._last_lr = self.rates
