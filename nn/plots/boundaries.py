"""What a classifier answers over the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.tensor import Tensor
from nn.interpret.curves import decision_regions
from nn.plots.canvas import COLOURS, axes_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["decision_boundary"]

_MARKERS = "os^Dv<>P"


def decision_boundary(
    classifier: Any,
    points: Any = None,
    labels: Any = None,
    ax: Axes | None = None,
    *,
    bounds: tuple[float, float, float, float] | None = None,
    resolution: int = 200,
    threshold: float | None = None,
) -> Axes:
    """The regions of a classifier of points in the plane, the boundary between them, and the data on top.

    `classifier` is an nn.Module, anything with a method `predict`, or a function of points (M, 2); see
    `nn.interpret.decision_regions` for its answers and `threshold`. `points` (N, 2) are drawn with a colour and a
    marker for each of the `labels` (N,), in the colours of the regions of those classes; with one
    score, the greater of two labels is where it is above the threshold. `bounds` (x low, x high, y
    low, y high) defaults to the points with a margin, or to -1 … 1.
    Raises ValueError for points or a classifier that are not of two dimensions.

    >>> import numpy as np, nn
    >>> xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> nn.plots.decision_boundary(nn.Linear(2, 2), xor, [0, 1, 1, 0], resolution=20).get_xlabel()
    'x₁'
    """
    data = None if points is None else np.asarray(points.data if isinstance(points, Tensor) else points)
    if data is not None and (data.ndim != 2 or data.shape[1] != 2):
        raise ValueError(f"decision_boundary: the plane has points (N, 2), got shape {data.shape}")
    known = None if labels is None else np.ravel(labels.data if isinstance(labels, Tensor) else np.asarray(labels))
    if known is not None and (data is None or len(known) != len(data)):
        raise ValueError(
            f"decision_boundary: {len(known)} labels for {0 if data is None else len(data)} points; wanted as many"
        )
    if bounds is None:
        bounds = _around(data) if data is not None and len(data) else (-1.0, 1.0, -1.0, 1.0)
    regions = decision_regions(classifier, bounds, resolution, threshold=threshold)
    if regions.margin is not None and known is not None and len(np.unique(known)) == 2:
        regions = regions._replace(classes=np.unique(known))
    ax = axes_for(ax, 5, 4.2)
    present = [] if known is None else [c for c in np.unique(known) if c not in regions.classes]
    classes = [*regions.classes, *present]
    colour = {c: COLOURS[k % len(COLOURS)] for k, c in enumerate(classes)}
    shades = [colour[c] for c in regions.classes]
    levels = np.arange(len(regions.classes) + 1) - 0.5
    ax.contourf(regions.x, regions.y, regions.region, levels, colors=shades, alpha=0.22, antialiased=True)
    if regions.margin is not None:
        if regions.margin.min() < 0 < regions.margin.max():
            ax.contour(regions.x, regions.y, regions.margin, [0], colors="0.2", linewidths=1.4)
    else:
        for k in np.unique(regions.region)[:-1] if len(regions.classes) == 2 else np.unique(regions.region):
            member = (regions.region == k).astype(float)
            if member.min() < member.max():
                ax.contour(regions.x, regions.y, member, [0.5], colors="0.2", linewidths=1.1)
    if data is not None and known is None:
        ax.scatter(data[:, 0], data[:, 1], s=26, color="0.15", edgecolors="white", linewidths=0.7, zorder=3)
    elif data is not None and known is not None:
        for k, c in enumerate(classes):
            of = data[known == c]
            if len(of):
                marker = _MARKERS[k % len(_MARKERS)]
                ax.scatter(
                    of[:, 0], of[:, 1], s=30, marker=marker, color=colour[c], edgecolors="white", linewidths=0.7,
                    label=f"{c}", zorder=3,
                )  # fmt: skip
        ax.legend(title="class", loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    ax.set(xlabel="x₁", ylabel="x₂", xlim=bounds[:2], ylim=bounds[2:])
    return ax


def _around(points: np.ndarray) -> tuple[float, float, float, float]:
    low, high = points.min(0).astype(float), points.max(0).astype(float)
    margin = np.where(high > low, 0.12 * (high - low), 1.0)
    (left, bottom), (right, top) = low - margin, high + margin
    return float(left), float(right), float(bottom), float(top)
