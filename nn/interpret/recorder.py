"""What happens in a model while it trains, kept as histograms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Self

import numpy as np

from autograd.tensor import RemovableHandle, Tensor
from nn.interpret.health import ratio, silent
from nn.interpret.watch import layers_of, removed
from nn.module import Module
from nn.parameter import Parameter, UninitializedParameter

__all__ = ["Histogram", "Recorder"]


class Histogram(NamedTuple):
    """How the numbers of an array are spread: counts (bins,) between low and high, mean, standard deviation.

    Low and high are the least and the greatest number, or a little below and above if these are equal.
    `nonfinite` says how many were infinite or NaN; these are in none of the others.

    >>> import numpy as np, nn
    >>> nn.interpret.Histogram.of(np.array([0.0, 0.1, 1.0, np.nan]), bins=2)
    Histogram(counts=array([2, 1]), low=0.0, high=1.0, mean=0.36..., std=0.44..., nonfinite=1)
    """

    counts: np.ndarray
    low: float
    high: float
    mean: float
    std: float
    nonfinite: int = 0

    @classmethod
    def of(cls, values: np.ndarray, bins: int) -> Histogram:
        """The histogram of an array."""
        numbers = np.ravel(values)
        finite = numbers[np.isfinite(numbers)]
        if not finite.size:
            nan = float("nan")
            return cls(np.zeros(bins, int), nan, nan, nan, nan, numbers.size)
        low, high = float(finite.min()), float(finite.max())
        wide = float(np.spacing(max(abs(low), abs(high), 1e-30), dtype=np.float32)) * bins
        if high - low <= wide:
            low, high = low - wide, high + wide
        counts, _ = np.histogram(finite.astype(float), bins, (low, high))
        missing = numbers.size - finite.size
        return cls(counts, low, high, float(finite.mean(dtype=float)), float(finite.std(dtype=float)), missing)


class Recorder:
    """Watches a model train: every so many steps, histograms of its weights, gradients and activations.

    Use it in a `with` statement around the training. Given the optimizer, it notices each `optimizer.step()`, also
    inside of `nn.training.fit`; without, call `recorder.step()` after each. Of `every` steps the first is recorded, the
    others cost nothing.

    By path: `weights` and `gradients` of parameters and `activations` of layers are lists of (step, `Histogram`),
    steps counted from 1; `ratios` lists of (step, ‖Δw‖ / ‖w‖), see `update_ratios`; `dead` lists of (step, number of
    the layer's units, as for `dead_units`, that were 0 for the whole batch). Activations are those of the layers
    without layers below them, or of `layers`, in the last call in training mode. `nn.plots` draws them.

    Raises ValueError for unknown layers, RuntimeError when entered twice.

    >>> import numpy as np, nn, optim
    >>> model = nn.Linear(2, 1)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> with nn.interpret.Recorder(model, optimizer, every=2) as recorder:
    ...     for _ in range(5):
    ...         optimizer.zero_grad()
    ...         model(np.ones((4, 2))).square().mean().backward()
    ...         optimizer.step()
    >>> [step for step, _ in recorder.gradients["weight"]]
    [1, 3, 5]
    """

    def __init__(
        self,
        model: Module,
        optimizer: Any = None,
        *,
        every: int = 1,
        bins: int = 64,
        layers: str | Iterable[str] | None = None,
    ) -> None:
        if every < 1 or bins < 1:
            raise ValueError(f"Recorder: every and bins must be at least 1, got every={every}, bins={bins}")
        self.model, self.optimizer, self.every, self.bins = model, optimizer, every, bins
        self.layers = layers_of(model, layers, "Recorder")
        self.steps = 0
        self.weights: dict[str, list[tuple[int, Histogram]]] = {}
        self.gradients: dict[str, list[tuple[int, Histogram]]] = {}
        self.activations: dict[str, list[tuple[int, Histogram]]] = {}
        self.ratios: dict[str, list[tuple[int, float]]] = {}
        self.dead: dict[str, list[tuple[int, int]]] = {}
        self._running = False
        self._own_step: Callable[..., Any] | None = None
        self._handles: list[RemovableHandle] = []
        self._before: dict[str, np.ndarray] = {}
        self._outputs: dict[str, tuple[Histogram, int]] = {}

    def __enter__(self) -> Self:
        if self._running:
            raise RuntimeError("Recorder: it is recording already")
        self._running = True
        if self.optimizer is not None:
            self._own_step = vars(self.optimizer).get("step")
            vars(self.optimizer)["step"] = self._noticed(self.optimizer.step)
        self._prepare()
        return self

    def __exit__(self, *exception: object) -> None:
        self._running = False
        self._rest()
        if self.optimizer is not None:
            vars(self.optimizer).pop("step", None)
            if self._own_step is not None:
                vars(self.optimizer)["step"] = self._own_step

    def _noticed(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def noticed(*args: Any, **kwargs: Any) -> Any:
            result = step(*args, **kwargs)
            self.step()
            return result

        return noticed

    def step(self) -> None:
        """Record the step that the optimizer has just made, if it is one of those to record.

        Raises RuntimeError outside of the `with` statement.
        """
        if not self._running:
            raise RuntimeError("Recorder.step() outside of `with recorder:`")
        self.steps += 1
        if (self.steps - 1) % self.every == 0:
            self._record()
            self._rest()
        self._prepare()

    def _prepare(self) -> None:
        """Before a step to record: keep the weights, listen to the layers."""
        if self.steps % self.every == 0:
            self._before = {name: np.array(p.data) for name, p in self._parameters()}
            self._handles = [m.register_forward_hook(self._listener(path)) for path, m in self.layers.items()]

    def _parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Those that have values: lazy layers get theirs in the first call."""
        named = self.model.named_parameters()
        return ((name, p) for name, p in named if not isinstance(p, UninitializedParameter))

    def _rest(self) -> None:
        removed(self._handles, self.layers.values())
        self._handles, self._before, self._outputs = [], {}, {}

    def _listener(self, path: str) -> Callable[..., None]:
        def listen(module: Module, args: Any, output: Any) -> None:
            output = output[0] if isinstance(output, tuple) else output
            if module.training and isinstance(output, Tensor) and output.size:
                dead = int(silent(output.data).sum()) if output.ndim > 1 else 0
                self._outputs[path] = Histogram.of(output.data, self.bins), dead

        return listen

    def _record(self) -> None:
        for name, p in self._parameters():
            self.weights.setdefault(name, []).append((self.steps, Histogram.of(p.data, self.bins)))
            if p.grad is not None:
                self.gradients.setdefault(name, []).append((self.steps, Histogram.of(p.grad.data, self.bins)))
            if name in self._before:
                self.ratios.setdefault(name, []).append((self.steps, ratio(self._before[name], p.data)))
        for path, (histogram, dead) in self._outputs.items():
            self.activations.setdefault(path, []).append((self.steps, histogram))
            self.dead.setdefault(path, []).append((self.steps, dead))
