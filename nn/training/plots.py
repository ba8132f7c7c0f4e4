"""Pictures of a training run, with matplotlib. Each function draws into the Axes given and returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn.training.fit import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TRAIN, TEST = "#1f5fa8", "#c8501e"


def new_figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, np.ndarray]:
    """A figure that needs no display, and its Axes as an array (rows, columns); sizes in inches."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("pictures need matplotlib: pip install 'chalkgrad[viz]'") from error
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def learning_curve(history: History, loss_axes: Axes, accuracy_axes: Axes) -> tuple[Axes, Axes]:
    """Loss and accuracy over the epochs, training and test data in one colour each."""
    epochs = range(1, history.epochs + 1)
    for axes, train, test, label in (
        (loss_axes, history.loss, history.val_loss, "loss"),
        (accuracy_axes, history.accuracy, history.val_accuracy, "accuracy"),
    ):
        marker = "o" if history.epochs < 3 else ""
        axes.plot(epochs, train, color=TRAIN, marker=marker, label="training data")
        if test:
            axes.plot(epochs, test, color=TEST, marker=marker, label="test data")
        axes.set(xlabel="epoch", title=label)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.locator_params(axis="x", integer=True)
        axes.legend(frameon=False)
    loss_axes.set_ylim(bottom=0)
    return loss_axes, accuracy_axes


def confusion_matrix(matrix: np.ndarray, axes: Axes) -> Axes:
    """Counts in a grid, rows the true and columns the predicted class; only mistakes are coloured."""
    mistakes = matrix.astype(float)
    np.fill_diagonal(mistakes, 0)
    axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=1.6 * max(3.0, mistakes.max()))
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            axes.text(
                column, row, str(count), ha="center", va="center", fontweight="bold" if row == column else "normal"
            )
    axes.set(
        xticks=range(len(matrix)),
        yticks=range(len(matrix)),
        xlabel="predicted",
        ylabel="true",
        title="confusion matrix",
    )
    axes.tick_params(length=0)
    return axes


def digit(image: np.ndarray, axes: Axes, title: str = "") -> Axes:
    """One grey-level image (H, W), dark ink on white."""
    axes.imshow(image, cmap="Greys", vmin=0, vmax=1)
    axes.set_axis_off()
    axes.set_title(title, fontsize=9)
    return axes
