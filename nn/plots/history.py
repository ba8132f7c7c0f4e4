"""How training went: learning curves, the confusion matrix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.plots.canvas import BLUE, VERMILION, axes_for, clean, grid_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["confusion_matrix", "learning_curves"]

_PREFIXES = ("val_", "test_")


def learning_curves(history: Any, ax: Any = None) -> np.ndarray:
    """Every measure over the epochs, training and validation data in one colour each → an array of Axes.

    `history` is what `nn.training.fit` returns, or lists of numbers by name: "loss", "accuracy" and any other; under
    "val_loss" (or "test_loss") the same for the validation data. `ax`: as many Axes as there are measures.
    Raises ValueError for a history without numbers, TypeError for anything else.

    >>> import nn
    >>> axes = nn.plots.learning_curves({"loss": [0.9, 0.5, 0.3], "val_loss": [0.9, 0.6, 0.6]})
    >>> [ax.get_title() for ax in axes]
    ['loss']
    """
    series = dict(_series(history))
    if not series:
        raise ValueError("learning_curves: the history is empty: no epoch was completed")
    measures = list(dict.fromkeys(_measure(name) for name in series))
    axes = grid_for(ax, len(measures), 4.5, 3.4)
    for measure, place in zip(measures, axes):
        for name in (measure, *(prefix + measure for prefix in _PREFIXES)):
            if name in series:
                held_out = name != measure
                place.plot(
                    range(1, len(series[name]) + 1),
                    series[name],
                    color=VERMILION if held_out else BLUE,
                    linestyle="--" if held_out else "-",
                    marker="o" if len(series[name]) < 3 else "",
                    label="validation data" if held_out else "training data",
                )
        clean(place)
        place.set(xlabel="epoch", title=measure.replace("_", " "))
        place.locator_params(axis="x", integer=True)
        place.legend(frameon=False)
        if "loss" in measure and place.dataLim.y0 >= 0:
            place.set_ylim(bottom=0)
    return axes


def _series(history: Any) -> Iterator[tuple[str, list[float]]]:
    """The lists of numbers in a history, by name."""
    if not isinstance(history, Mapping) and not hasattr(history, "__dict__"):
        raise TypeError(f"learning_curves: wanted a History or lists by name, got {type(history).__name__}")
    for name, values in (history if isinstance(history, Mapping) else vars(history)).items():
        if isinstance(values, list | tuple | np.ndarray) and len(values):
            yield name, [float(v) for v in values]


def _measure(name: str) -> str:
    return next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)


def confusion_matrix(matrix: Any, ax: Axes | None = None, *, labels: Any = None) -> Axes:
    """Counts (classes, classes) in a grid, rows the true and columns the predicted class; only mistakes are coloured.

    `labels` names the classes; by default they are numbered. Raises ValueError for a matrix that is not square.

    >>> import nn
    >>> nn.plots.confusion_matrix([[5, 1], [0, 7]]).get_xlabel()
    'predicted'
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"confusion_matrix: wanted counts (classes, classes), got shape {counts.shape}")
    mistakes = counts.astype(float)
    np.fill_diagonal(mistakes, 0)
    ax = axes_for(ax, 5, 5)
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=1.6 * max(3.0, mistakes.max(initial=0)))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            weight = "bold" if row == column else "normal"
            ax.text(column, row, str(count), ha="center", va="center", fontweight=weight)
    ax.set(xticks=range(len(counts)), yticks=range(len(counts)), xlabel="predicted", ylabel="true")
    ax.set_title("confusion matrix")
    if labels is not None:
        ax.set_xticklabels(labels, rotation=45, ha="right")
        ax.set_yticklabels(labels)
    ax.tick_params(length=0)
    return ax
