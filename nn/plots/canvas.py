"""Where pictures are drawn: the Axes given or new ones, and the colours that all of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, VERMILION, GREEN, PURPLE, AMBER, SKY, BLACK = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#000000",
)
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, AMBER, SKY, BLACK)
"""Okabe and Ito's colours, in the order in which they are used."""


def require_matplotlib() -> None:
    """ImportError that says how to install it."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError("pictures need matplotlib: pip install 'chalkgrad[viz]'") from error


def new_figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, np.ndarray]:
    """A figure that needs no display, and its Axes as an array (rows, columns); sizes in inches."""
    require_matplotlib()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def axes_for(ax: Axes | None, width: float = 6.0, height: float = 4.0, **options: Any) -> Any:
    """The Axes given, or those of a new figure of pyplot."""
    require_matplotlib()
    if ax is not None:
        if not hasattr(ax, "plot"):
            raise TypeError(f"ax must be one matplotlib Axes, got {type(ax).__name__}")
        return ax
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(width, height), layout="constrained", subplot_kw=options)[1]


def grid_for(ax: Any, count: int, width: float = 4.0, height: float = 3.0, columns: int | None = None) -> np.ndarray:
    """`count` Axes (count,): the first of those given, or new ones, each so large, in a figure of pyplot."""
    require_matplotlib()
    if ax is not None:
        given = np.asarray(ax, object).ravel()
        if len(given) < count:
            raise ValueError(f"ax holds {len(given)} Axes for {count} pictures")
        return given[:count]
    from matplotlib import pyplot

    across = min(count, columns or min(3, count))
    down = -(-count // across)
    _, axes = pyplot.subplots(
        down, across, figsize=(width * across, height * down), layout="constrained", squeeze=False
    )
    for spare in axes.flat[count:]:
        spare.remove()
    return np.asarray(axes.flat[:count], object)


def clean(ax: Axes) -> None:
    """A light grid and no frame on top and at the right."""
    ax.grid(alpha=0.25)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


def bare(ax: Axes, ground: str = "0.8") -> None:
    """A picture without ticks and frame; what it leaves out is grey."""
    ax.set_facecolor(ground)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
