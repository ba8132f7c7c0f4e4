"""What a workload is: columns that do the same thing in several libraries, and bars for ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

COMPILED, EAGER, FAST = "ours compiled", "ours eager", "ours compiled, fast"


class Column(NamedTuple):
    """One library's program: `step` does the work once, `read` waits for what it returned and gives it as numbers.

    `prepare` is called before a slice is timed; `step` is what is traced to count FLOPs and bytes, if it can be.
    """

    step: Callable[[], Any]
    read: Callable[[Any], Any]
    prepare: Callable[[], Any] = lambda: None
    traced: Callable[[], Any] | None = None


class Bar(NamedTuple):
    """Our column must take at most `factor` times what the fastest of `peers` takes; all that are not ours if None."""

    ours: str
    factor: float
    peers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Workload:
    """A benchmark: builders of its columns by name, its bars, and the numbers of threads it is run with.

    `tolerance` is how closely the first results of all columns agree, relative to the largest.
    """

    id: str
    title: str
    columns: Mapping[str, Callable[[], Column]]
    bars: tuple[Bar, ...]
    threads: tuple[int, ...] = (1, 2)
    tolerance: float = 1e-3
    unit: str = "step"

    def peers(self, bar: Bar) -> tuple[str, ...]:
        """The columns a bar compares with."""
        return bar.peers or tuple(name for name in self.columns if not name.startswith("ours"))


def our_column(step: Callable[[], Any], read: Callable[[Any], Any], how: str) -> Column:
    """A column of ours: the step itself, or compiled, or compiled at the precision "fast"."""
    import autograd

    prepare = partial(autograd.set_precision, "fast" if how == FAST else "high")
    return Column(step if how == EAGER else autograd.compile(step), read, prepare, traced=step)


def initial(model: Any) -> dict[str, np.ndarray]:
    """Seeded initial values for a model's parameters and buffers: normal, with variance 2/fan-in; others as they are.

    `model` is one of ours or of PyTorch, which name their parameters alike and in the same order.
    """
    rng = np.random.default_rng(1)
    values = {}
    for name, old in model.state_dict().items():
        array = np.array(old.data)
        if array.ndim > 1 and "embedding" not in name:
            array = rng.normal(scale=(2 / np.prod(array.shape[1:])) ** 0.5, size=array.shape).astype(np.float32)
        elif array.ndim and array.dtype.kind == "f" and not ("running" in name or "norm" in name or "bn" in name):
            array = 0.1 * rng.normal(size=array.shape).astype(np.float32)
        values[name] = array
    return values
