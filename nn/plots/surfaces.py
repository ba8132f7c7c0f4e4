"""Loss surfaces with the paths of optimizers on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.interpret.surface import LossSurface
from nn.plots.canvas import COLOURS, axes_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["surface_3d", "surface_contour"]


def surface_contour(
    surface: LossSurface,
    paths: Mapping[str, Any] | Any = None,
    ax: Axes | None = None,
    *,
    levels: int = 24,
    log: bool | None = None,
    labels: tuple[str, str] | None = None,
) -> Axes:
    """A loss surface as contour lines, with optimizers' paths on it.

    `surface` comes from `nn.interpret.loss_surface` or `function_surface`. `paths` are arrays by name, each either of
    parameters (T, P), which are projected onto the plane, or of coordinates in the plane (T, 2); or one such array. The
    start of a path is a ring, its end a star. `log` spaces the levels by powers (default: if the loss is above 0
    everywhere and spans a factor of more than 100). `labels` name the two axes.
    Raises ValueError for a surface without finite values and paths of other shapes.

    >>> import nn
    >>> bowl = nn.interpret.function_surface(lambda w, b: w * w + 4 * b * b, (-2, 2), (-1, 1))
    >>> nn.plots.surface_contour(bowl, {"gradient descent": [[2.0, 1.0], [1.0, 0.2], [0.5, 0.1]]}).get_xlabel()
    'direction 1'
    """
    values, heights = _drawn(surface, levels, log, "surface_contour")
    walks = dict(_walks(surface, paths, "surface_contour"))
    ax = axes_for(ax, 6, 4.6)
    shades, norm = _shades(heights)
    filled = ax.contourf(surface.x, surface.y, values, heights, cmap=shades, norm=norm)
    ax.contour(surface.x, surface.y, values, heights, colors="0.45", linewidths=0.5)
    bar = ax.figure.colorbar(filled, ax=ax, label="loss", ticks=heights[:: max(1, len(heights) // 6)], format="%.3g")
    bar.ax.tick_params(labelsize=8)
    for k, (name, walk) in enumerate(walks.items()):
        colour = COLOURS[k % len(COLOURS)]
        marker = "." if len(walk) <= 60 else ""
        ax.plot(walk[:, 0], walk[:, 1], color=colour, linewidth=1.6, marker=marker, markersize=5, label=name, zorder=3)
        ax.plot(*walk[0], marker="o", markersize=7, mfc="white", mec=colour, mew=1.6, zorder=4)
        ax.plot(*walk[-1], marker="*", markersize=12, color=colour, mec="white", mew=0.8, zorder=5)
    if any(walks):
        ax.legend(loc="best", framealpha=0.9)
    first, second = labels or ("direction 1", "direction 2")
    ax.set(xlabel=first, ylabel=second, xlim=surface.x[[0, -1]], ylim=surface.y[[0, -1]])
    return ax


def surface_3d(
    surface: LossSurface,
    paths: Mapping[str, Any] | Any = None,
    ax: Any = None,
    *,
    log: bool = False,
    labels: tuple[str, str] | None = None,
) -> Any:
    """A loss surface in three dimensions, with optimizers' paths on it → its Axes3D.

    Arguments as for `surface_contour`; `log` draws log10 of the loss, which must then be above 0. `ax` must have
    `projection="3d"`; ValueError otherwise. What of a path lies outside of the surface is left out.

    >>> import nn
    >>> bowl = nn.interpret.function_surface(lambda w, b: w * w + 4 * b * b, (-2, 2), (-1, 1))
    >>> nn.plots.surface_3d(bowl, [[2.0, 1.0], [1.0, 0.2], [0.5, 0.1]]).get_zlabel()
    'loss'
    """
    if ax is not None and getattr(ax, "name", None) != "3d":
        raise ValueError('surface_3d: ax must have three dimensions: plt.subplots(subplot_kw={"projection": "3d"})')
    values, _ = _drawn(surface, 2, False, "surface_3d")
    if log and not values.min() > 0:
        raise ValueError("surface_3d: log=True for a loss that is not above 0 everywhere")
    walks = dict(_walks(surface, paths, "surface_3d"))
    ax = axes_for(ax, 6.4, 5.2, projection="3d", computed_zorder=False)
    heights = np.log10(values) if log else values
    x, y = np.meshgrid(surface.x, surface.y)
    ax.plot_surface(
        x,
        y,
        heights,
        cmap=_shades(np.linspace(0, 1, 257))[0] if walks else "viridis",
        alpha=0.8,
        linewidth=0.3,
        edgecolor=(0.4, 0.4, 0.4, 0.35) if walks else (1, 1, 1, 0.35),
        rcount=40,
        ccount=40,
        zorder=1,
    )
    lift = 0.01 * float(np.ptp(heights))
    for k, (name, walk) in enumerate(walks.items()):
        level = surface.at(walk)
        with np.errstate(invalid="ignore"):
            level = (np.log10(level) if log else level) + lift
        colour = COLOURS[k % len(COLOURS)]
        ax.plot(walk[:, 0], walk[:, 1], level, color=colour, linewidth=2, label=name, zorder=3)
        inside = np.flatnonzero(np.isfinite(level))
        if inside.size:
            last = inside[-1]
            ax.plot(*walk[last], level[last], marker="*", markersize=11, color=colour, mec="white", zorder=4)
    if any(walks):
        ax.legend(loc="upper left")
    first, second = labels or ("direction 1", "direction 2")
    ax.set(xlabel=first, ylabel=second)
    ax.set_zlabel("log₁₀ loss" if log else "loss", labelpad=8)
    ax.locator_params(nbins=6)
    return ax


def _drawn(surface: LossSurface, levels: int, log: bool | None, caller: str) -> tuple[np.ndarray, np.ndarray]:
    """The values with infinite ones cut off, and the heights of the contour lines."""
    if levels < 2:
        raise ValueError(f"{caller}: levels must be at least 2, got {levels}")
    finite = surface.values[np.isfinite(surface.values)]
    if not finite.size:
        raise ValueError(f"{caller}: the surface has no finite value")
    low, high = float(finite.min()), float(finite.max())
    values = np.nan_to_num(surface.values, nan=high, posinf=high, neginf=low)
    if low == high:
        low, high = low - 0.5, high + 0.5
    if log is None:
        log = low > 0 and high > 100 * low
    if log and low <= 0:
        raise ValueError(f"{caller}: log=True for a loss that is not above 0 everywhere")
    heights = np.geomspace(low, high, levels) if log else np.linspace(low, high, levels)
    return values, heights


def _shades(heights: np.ndarray) -> tuple[Any, Any]:
    """Light greys, on which paths are seen, and the norm that gives each level its own."""
    from matplotlib import colormaps
    from matplotlib.colors import BoundaryNorm, ListedColormap

    return ListedColormap(colormaps["Greys"](np.linspace(0, 0.55, 256))), BoundaryNorm(heights, 256)


def _walks(surface: LossSurface, paths: Any, caller: str) -> Iterator[tuple[str, np.ndarray]]:
    if paths is None:
        return
    for name, path in (paths if isinstance(paths, Mapping) else {"": paths}).items():
        walk = np.asarray(path, float)
        if walk.ndim == 2 and len(walk) and walk.shape[1] == surface.origin.size:
            walk = surface.project(walk)
        if walk.ndim != 2 or walk.shape[1] != 2 or not len(walk):
            raise ValueError(
                f"{caller}: path {name!r} of shape {walk.shape}; wanted coordinates (T, 2) or parameters "
                f"(T, {surface.origin.size})"
            )
        yield name, walk
