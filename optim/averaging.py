"""Averages of a model's parameters over training: exponential (EMA) and stochastic weight averaging (SWA)."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd.graph import assign, no_grad
from autograd.tensor import Tensor
from optim.lr_scheduler.base import LRScheduler, one_per_group
from optim.optimizer import Optimizer

__all__ = ["SWALR", "AveragedModel", "get_ema_avg_fn", "get_swa_avg_fn", "update_bn"]

Average = Callable[[Any, Any, int], Any]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The exponential moving average a ← decay · a + (1 - decay) p, for `AveragedModel(avg_fn=…)`.

    >>> from optim.averaging import get_ema_avg_fn
    >>> get_ema_avg_fn(0.5)(4.0, 2.0, 1)
    3.0
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_avg_fn: decay must lie in [0, 1], got {decay}")
    return lambda averaged, p, count: decay * averaged + (1 - decay) * p


def get_swa_avg_fn() -> Average:
    """The mean over all updates a ← a + (p - a) / (count + 1) (Izmailov et al. 2018, arXiv 1803.05407, eq. 1).

    >>> from optim.averaging import get_swa_avg_fn
    >>> get_swa_avg_fn()(4.0, 2.0, 1)
    3.0
    """
    return lambda averaged, p, count: averaged + (p - averaged) / (count + 1)


class AveragedModel:
    """A copy of a model that holds an average of its parameters: call it, or `module`, to use the average.

    `update_parameters(model)` takes the model's present parameters into the average: the mean over all updates unless
    `avg_fn(averaged, parameter, count)` says otherwise. `use_buffers` averages floating buffers too; without it they
    are copied. `model` is anything with `named_parameters()` and `named_buffers()`, such as an `nn.Module`.

    >>> import nn, optim
    >>> model = nn.Linear(1, 1)
    >>> average = optim.AveragedModel(model, avg_fn=optim.averaging.get_ema_avg_fn(0.9))
    >>> average.update_parameters(model)
    >>> bool((average.module.weight == model.weight).all()), average.n_averaged
    (True, 1)
    """

    def __init__(self, model: Any, avg_fn: Average | None = None, use_buffers: bool = False) -> None:
        self.module = copy.deepcopy(model)
        self.avg_fn = get_swa_avg_fn() if avg_fn is None else avg_fn
        self.use_buffers, self.n_averaged = use_buffers, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def parameters(self) -> Iterator[Tensor]:
        """The averages."""
        return (p for _, p in self.module.named_parameters())

    def update_parameters(self, model: Any) -> None:
        """Take the parameters of `model` into the average; the first time they are copied."""
        targets: list[Tensor] = []
        values: list[Any] = []
        pairs = list(zip(self.module.named_parameters(), model.named_parameters(), strict=True))
        averaged = [True] * len(pairs)
        for ours, theirs in zip(self.module.named_buffers(), model.named_buffers(), strict=True):
            pairs.append((ours, theirs))
            averaged.append(self.use_buffers and ours[1].dtype.kind in "fc")
        for ((name, ours), (_, theirs)), mean in zip(pairs, averaged, strict=True):
            if ours.shape != theirs.shape:
                raise ValueError(
                    f"AveragedModel.update_parameters: {name} has shape {ours.shape} here and {theirs.shape} there"
                )
            new = theirs.data
            if mean and self.n_averaged:
                new = np.asarray(self.avg_fn(ours.data, new, self.n_averaged), ours.dtype)
            targets.append(ours)
            values.append(new)
        assign(targets, values)
        self.n_averaged += 1

    def state_dict(self) -> dict[str, Any]:
        """The averages under "module.…" and the count of updates, `n_averaged`."""
        inner = {f"module.{name}": value for name, value in self.module.state_dict().items()}
        return {"n_averaged": self.n_averaged, **inner}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over another one's averages and count."""
        inner = {k.removeprefix("module."): v for k, v in state_dict.items() if k != "n_averaged"}
        self.module.load_state_dict(inner)
        self.n_averaged = int(state_dict["n_averaged"])


def update_bn(batches: Iterable[Any], model: Any) -> None:
    """Compute the running statistics of a model's batch normalisations anew, as means over these batches.

    For averaged weights, whose activations nobody has seen yet. A batch is an input, or a tuple whose first item is
    the input. Modules are found by their buffers `running_mean` and `running_var`.

    >>> import autograd, nn, optim
    >>> import numpy as np
    >>> model = nn.Sequential(nn.BatchNorm1d(1))
    >>> optim.averaging.update_bn([np.array([[0.0], [2.0]], np.float32)], model)
    >>> model[0].running_mean
    tensor([1.])
    """
    module = getattr(model, "module", model)
    norms = [m for m in module.modules() if getattr(m, "running_mean", None) is not None]
    if not norms:
        return
    was_training, momenta = module.training, [m.momentum for m in norms]
    for m in norms:
        m.reset_running_stats()
        m.momentum = None
    module.train()
    try:
        with no_grad():
            for batch in batches:
                module(batch[0] if isinstance(batch, list | tuple) else batch)
    finally:
        module.train(was_training)
        for m, momentum in zip(norms, momenta, strict=True):
            m.momentum = momentum


class SWALR(LRScheduler):
    """Anneal to a constant rate `swa_lr`, along a cosine or a line, over `anneal_epochs`: the schedule of SWA.

    >>> import autograd, optim
    >>> optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.averaging.SWALR(optimizer, swa_lr=0.5, anneal_epochs=2, anneal_strategy="linear")
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"SWALR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        if anneal_epochs < 0:
            raise ValueError(f"SWALR: anneal_epochs must be at least 0, got {anneal_epochs}")
        self.swa_lrs = one_per_group(swa_lr, optimizer, "swa_lr")
        self.anneal_epochs, self.anneal_strategy = anneal_epochs, anneal_strategy
        self.starts: list[float] = [group["lr"] for group in optimizer.param_groups]
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        part = min(1.0, self.last_epoch / self.anneal_epochs) if self.anneal_epochs else 1.0
        weight = part if self.anneal_strategy == "linear" else (1 - math.cos(math.pi * part)) / 2
        return [end * weight + start * (1 - weight) for start, end in zip(self.starts, self.swa_lrs, strict=True)]
