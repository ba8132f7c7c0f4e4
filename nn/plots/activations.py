"""Activation functions with their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.interpret.curves import activation_curve, name_of
from nn.plots.canvas import BLUE, VERMILION, axes_for, clean, grid_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["activation_function", "activation_functions"]

_USUAL = ("step", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu", "gelu", "silu")


def activation_function(
    function: str | Callable[[Any], Any], ax: Axes | None = None, *, low: float = -4.0, high: float = 4.0
) -> Axes:
    """An activation function and its derivative, as autograd computes it, in one picture.

    `function` is a name such as "relu", a function of Tensors or an nn.Module. Raises ValueError for unknown names and
    functions that are not elementwise.

    >>> import nn
    >>> nn.plots.activation_function("tanh").get_title()
    'tanh'
    """
    curve = activation_curve(function, low, high)
    ax = axes_for(ax, 5, 3.6)
    ax.axhline(0, color="0.75", linewidth=0.8, zorder=1)
    ax.axvline(0, color="0.75", linewidth=0.8, zorder=1)
    ax.plot(curve.x, _torn(curve.value), color=BLUE, linewidth=2, label="value")
    ax.plot(curve.x, _torn(curve.derivative), color=VERMILION, linewidth=1.6, linestyle="--", label="derivative")
    clean(ax)
    ax.set(xlabel="x", title=function if isinstance(function, str) else name_of(function), xlim=(low, high))
    ax.margins(y=0.08)
    ax.legend(frameon=False, loc="best")
    return ax


def _torn(values: np.ndarray) -> np.ndarray:
    """The curve with gaps where it jumps, which a line would join."""
    steps = np.abs(np.diff(values, prepend=values[0]))
    around = np.pad(steps, 2)
    jumps = (steps > 0.1 * np.ptp(values)) & (steps > 5 * np.maximum(around[:-4], around[4:]))
    return np.where(jumps, np.nan, values)


def activation_functions(
    functions: Sequence[str | Callable[[Any], Any]] = _USUAL, ax: Any = None, *, low: float = -4.0, high: float = 4.0
) -> np.ndarray:
    """Several activation functions with their derivatives, side by side → an array of Axes.

    By default the usual ones. `ax`: as many Axes as there are functions. Raises like `activation_function`.

    >>> import nn
    >>> len(nn.plots.activation_functions(["relu", nn.Tanh()]))
    2
    """
    if isinstance(functions, str) or not len(functions):
        raise ValueError(f"activation_functions: wanted a list of functions, at least one, got {functions!r}")
    axes = grid_for(ax, len(functions), 3.4, 2.7)
    for function, place in zip(functions, axes):
        activation_function(function, place, low=low, high=high)
        if place is not axes[0]:
            place.get_legend().remove()
    return axes
