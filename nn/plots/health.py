"""Whether a network learns: gradients by layer, histograms over time, sizes of updates, dead units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.tensor import Tensor
from nn import interpret
from nn.interpret.recorder import Histogram, Recorder
from nn.module import Module, closest
from nn.plots.canvas import BLUE, COLOURS, SKY, VERMILION, axes_for, clean, grid_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["dead_units", "gradient_flow", "histograms", "update_ratios"]

_KINDS = ("weights", "gradients", "activations")


def gradient_flow(model: Module, loss: Tensor | None = None, ax: Axes | None = None) -> Axes:
    """Mean and maximum of |∂L/∂p| for every parameter, from the input's side to the output's, on a logarithmic scale.

    Bars that shrink to the left show gradients that vanish, bars that grow gradients that explode; a cross marks a
    gradient of 0. Takes the gradients that `backward()` left or, if a `loss` is given, computes them without touching
    those. Raises ValueError if there are none.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    >>> ax = nn.plots.gradient_flow(model, model(np.ones((1, 2))).sum())
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """
    sizes = interpret.gradient_flow(model, loss)
    mean, largest = (np.array([getattr(s, kind) for s in sizes.values()]) for kind in ("mean", "max"))
    ax = axes_for(ax, max(5.0, 0.35 * len(sizes) + 2), 4)
    at = np.arange(len(sizes))
    ax.bar(at, largest, color=SKY, alpha=0.55, label="maximum")
    ax.bar(at, mean, color=BLUE, width=0.5, label="mean")
    positive = np.concatenate([mean[mean > 0], largest[largest > 0]])
    if positive.size:
        floor = 10.0 ** np.floor(np.log10(positive.min()) - 0.3)
        ax.set_yscale("log")
        ax.set_ylim(floor, 3 * positive.max())
        if np.any(largest == 0):
            zero = at[largest == 0]
            ax.plot(zero, np.full(len(zero), 1.5 * floor), "x", color=VERMILION, mew=2, label="all zero")
    clean(ax)
    ax.grid(axis="x", visible=False)
    ax.set_xticks(at, list(sizes), rotation=90 if len(sizes) > 6 else 30, ha="center" if len(sizes) > 6 else "right")
    ax.set(ylabel="|gradient|", title="gradient flow")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def histograms(
    recorder: Recorder, what: str = "weights", names: str | Iterable[str] | None = None, ax: Any = None
) -> np.ndarray:
    """How weights, gradients or activations spread as training goes on, one picture for each layer → an array of Axes.

    `what` is "weights", "gradients" or "activations"; `names` chooses among their paths (default: all; of weights and
    gradients those of parameters with two axes or more). From step to step, shades show how many numbers lie where; the
    line is the mean. Raises ValueError for unknown names and a recorder that has nothing.

    >>> import numpy as np, nn, optim
    >>> model = nn.Linear(4, 3)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> with nn.interpret.Recorder(model, optimizer) as recorder:
    ...     for _ in range(5):
    ...         optimizer.zero_grad()
    ...         model(np.ones((2, 4))).square().mean().backward()
    ...         optimizer.step()
    >>> [ax.get_title() for ax in nn.plots.histograms(recorder, "gradients")]
    ['weight']
    """
    if what not in _KINDS:
        raise ValueError(f"histograms: what must be one of {', '.join(map(repr, _KINDS))}, got {what!r}")
    kept: dict[str, list[tuple[int, Histogram]]] = getattr(recorder, what)
    many = {name for name, p in recorder.model.named_parameters() if p.ndim > 1}
    usual = [name for name in kept if what == "activations" or name in many] or list(kept)
    chosen = _chosen(kept, names, usual, f"histograms: the recorder's {what}")
    axes = grid_for(ax, len(chosen), 4.2, 3.0)
    for name, place in zip(chosen, axes):
        _over_time(place, kept[name])
        place.set(title=name or type(recorder.model).__name__, xlabel="step", ylabel=what)
    return axes


def _over_time(ax: Axes, series: list[tuple[int, Histogram]], rows: int = 80) -> None:
    """Shades of the density at each step, and the mean."""
    shown = [(step, h) for step, h in series if h.counts.sum()]
    if not shown:
        ax.text(0.5, 0.5, "no finite numbers", ha="center", va="center", transform=ax.transAxes)
        return
    low, high = min(h.low for _, h in shown), max(h.high for _, h in shown)
    edges = np.linspace(low, high, rows + 1)
    density = np.stack([np.diff(_cumulated(h, edges)) for _, h in shown], 1)
    steps = np.array([step for step, _ in shown], float)
    middles = (steps[1:] + steps[:-1]) / 2
    first, last = (middles[0] - steps[0], steps[-1] - middles[-1]) if len(steps) > 1 else (0.5, 0.5)
    borders = np.concatenate([[steps[0] - first], middles, [steps[-1] + last]])
    ax.pcolormesh(borders, edges, np.sqrt(density), cmap="Blues", vmin=0, rasterized=True)
    marker = "o" if len(steps) < 3 else ""
    ax.plot(steps, [h.mean for _, h in shown], color=VERMILION, linewidth=1.4, marker=marker, markersize=3)
    _whole_steps(ax, steps)
    missing = sum(h.nonfinite > 0 for _, h in series)
    if missing:
        ax.text(0.02, 0.96, f"NaN or ∞ at {missing} steps", color=VERMILION, va="top", transform=ax.transAxes)


def _cumulated(h: Histogram, at: np.ndarray) -> np.ndarray:
    """The fraction of the numbers below each place."""
    counts = np.concatenate([[0], np.cumsum(h.counts)])
    return np.asarray(np.interp(at, np.linspace(h.low, h.high, len(counts)), counts / counts[-1]))


def update_ratios(recorder: Recorder, names: str | Iterable[str] | None = None, ax: Axes | None = None) -> Axes:
    """How much of each weight a step changes, ‖Δw‖ / ‖w‖, as training goes on; about 1e-3 is healthy.

    `names` chooses among the parameters' paths (default: those with two axes or more).
    Raises ValueError for unknown names and a recorder that has nothing.

    >>> import numpy as np, nn, optim
    >>> model = nn.Linear(4, 3)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> with nn.interpret.Recorder(model, optimizer) as recorder:
    ...     model(np.ones((2, 4))).square().mean().backward()
    ...     optimizer.step()
    >>> nn.plots.update_ratios(recorder).get_ylabel()
    '‖Δw‖ / ‖w‖'
    """
    many = [name for name, p in recorder.model.named_parameters() if p.ndim > 1 and name in recorder.ratios]
    chosen = _chosen(recorder.ratios, names, many or list(recorder.ratios), "update_ratios: the recorder's ratios")
    ax = axes_for(ax, 6.4, 3.8)
    ax.axhline(1e-3, color="0.5", linestyle=":", linewidth=1.2, label="1e-3")
    _lines(ax, {name: [(s, r if r > 0 else float("nan")) for s, r in recorder.ratios[name]] for name in chosen})
    clean(ax)
    ax.set(yscale="log", xlabel="step", ylabel="‖Δw‖ / ‖w‖", title="update to weight")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def dead_units(recorder: Recorder, names: str | Iterable[str] | None = None, ax: Axes | None = None) -> Axes:
    """How many units of each layer were 0 for a whole batch, as training goes on.

    `names` chooses among the layers' paths (default: those that are called ReLU or like it, if there are any). For a
    count over a whole data set see `nn.interpret.dead_units`.
    Raises ValueError for unknown names and a recorder that has nothing.

    >>> import numpy as np, nn, optim
    >>> model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> with nn.interpret.Recorder(model, optimizer) as recorder:
    ...     model(np.ones((2, 4))).square().mean().backward()
    ...     optimizer.step()
    >>> nn.plots.dead_units(recorder).get_ylabel()
    'dead units'
    """
    mortal = [name for name in recorder.dead if "ReLU" in type(recorder.layers[name]).__name__]
    chosen = _chosen(recorder.dead, names, mortal or list(recorder.dead), "dead_units: the recorder's layers")
    ax = axes_for(ax, 6.4, 3.8)
    _lines(ax, {name: [(s, float(n)) for s, n in recorder.dead[name]] for name in chosen})
    clean(ax)
    ax.set(xlabel="step", ylabel="dead units", title="units that are 0 for the whole batch")
    ax.set_ylim(bottom=0, top=max(1.0, 1.05 * ax.dataLim.y1))
    ax.locator_params(axis="y", integer=True)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def _lines(ax: Axes, series: dict[str, list[tuple[int, float]]]) -> None:
    """A line for each name; after the last colour dashed ones follow."""
    for k, (name, points) in enumerate(series.items()):
        steps, values = zip(*points)
        ax.plot(
            steps,
            values,
            color=COLOURS[k % len(COLOURS)],
            linestyle=("-", "--", "-.", ":")[k // len(COLOURS) % 4],
            linewidth=1.5,
            marker="o" if len(steps) < 3 else "",
            label=name or "model",
        )
        _whole_steps(ax, steps)


def _whole_steps(ax: Axes, steps: Any) -> None:
    """Ticks at whole numbers, however few steps there are."""
    if max(steps) - min(steps) < 4:
        ax.set_xticks(np.arange(min(steps), max(steps) + 1))
    else:
        ax.locator_params(axis="x", integer=True)


def _chosen(kept: dict[str, Any], names: str | Iterable[str] | None, usual: Sequence[str], what: str) -> list[str]:
    if not kept:
        raise ValueError(f"{what} are empty: train inside of `with recorder:` first")
    if names is None:
        return list(usual)
    chosen = [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in kept:
            raise ValueError(f"{what} have no {name!r}{closest(name, list(kept)) or f'; they have {list(kept)}'}")
    if not chosen:
        raise ValueError(f"{what}: names is empty; leave it out to mean all")
    return chosen
