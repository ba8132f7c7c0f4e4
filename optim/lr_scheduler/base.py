"""What all schedules share: counting, setting the rates, saving and restoring."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from autograd.graph import tell
from optim.optimizer import Optimizer

T = TypeVar("T")


class LRScheduler:
    """The base of all schedules. A subclass says in `get_lr` how the rates follow at `last_epoch` from those before.

    `base_lrs` are the rates that the optimizer was given, one a group, `last_epoch` counts the calls of `step` from 0.
    A subclass whose rates have a closed form gives that in `closed_form`, so that `step(epoch)` can jump.

    >>> import autograd, optim
    >>> from optim.lr_scheduler import LRScheduler
    >>> class HalvedLR(LRScheduler):
    ...     def get_lr(self):
    ...         return [lr / 2 if self.last_epoch else lr for lr in self.rates]
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=0.8)
    >>> schedule = HalvedLR(optimizer)
    >>> optimizer.step(); schedule.step()
    >>> schedule.get_last_lr()
    [0.4]
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(self).__name__} wants an optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}(last_epoch={last_epoch}) resumes a schedule, but group {i} has no "
                    f"'initial_lr'; load the optimizer's state first, or start with last_epoch=-1"
                )
        self.base_lrs: list[float] = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._step_count = 0
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        self.step()

    @property
    def rates(self) -> list[float]:
        """The rates as they are now, one a group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def get_lr(self) -> list[float]:
        """The rates at `last_epoch`, given those before it."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_lr()")

    def closed_form(self) -> list[float]:
        """The rates at `last_epoch` from nothing but `base_lrs`."""
        return self.get_lr()

    def get_last_lr(self) -> list[float]:
        """The rates that the last `step` set, one a group."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Advance by one and set the rates; with `epoch`, jump there.

        Warns when called before the optimizer's first step: the first rate would then never be used.
        """
        tell("unseen", f"{type(self).__name__}.step()", "call it outside of the compiled function")
        self._step_count += 1
        if self._step_count == 2 and self.optimizer.steps == 0:
            warnings.warn(
                f"{type(self).__name__}.step() before optimizer.step(): the first learning rate is skipped. "
                f"Call optimizer.step() first",
                UserWarning,
                stacklevel=2,
            )
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        self._set(self.get_lr() if epoch is None else self.closed_form())

    def _set(self, rates: Sequence[float]) -> None:
        for group, lr in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = lr
        self._last_lr = self.rates

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and functions, as plain data."""
        return {k: v for k, v in self.__dict__.items() if k != "optimizer" and not callable(v)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another schedule of this kind stopped. The rates themselves are in the optimizer's state."""
        self.__dict__.update(state_dict)


def one_per_group(value: T | Sequence[T], optimizer: Optimizer, name: str) -> list[T]:
    """A value for each parameter group; raises ValueError if a list of another length is given."""
    count = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        return [value] * count  # type: ignore[list-item]
    if len(value) != count:
        raise ValueError(f"{name}: {len(value)} values for {count} parameter groups")
    return list(value)
