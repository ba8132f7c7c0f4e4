"""Interpolation between values on a rectangular grid of any number of dimensions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.ops.axes import every_value
from autograd.ops.joining import stack
from autograd.ops.rearranging import flip
from autograd.ops.selection import where
from autograd.ops.shape import broadcast_to
from autograd.ops.solving import floats
from autograd.ops.sorting import searchsorted

__all__ = ["RegularGridInterpolator", "interpn"]

METHODS = ("linear", "nearest")


class RegularGridInterpolator:
    """A function given by its values on a rectangular grid; SciPy's `RegularGridInterpolator`.

    `points`: d vectors, each strictly increasing or decreasing, of lengths m, …; `values` (m, …, more). `method`:
    "linear" in each variable, or "nearest". Outside of the grid ValueError is raised; without `bounds_error` there is
    `fill_value`, or the extrapolated value if that is None.

    Call it with places (…, d), or d arrays that broadcast: it returns (…, more). It can be differentiated by the places
    (0 if "nearest"), by the values and by the points. On a point of the grid the slope is that of the cell above it.

    >>> import autograd, autograd.interpolate, numpy as np
    >>> grid = (np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    >>> at = autograd.interpolate.RegularGridInterpolator(grid, np.array([[0.0, 2.0], [3.0, 5.0]]))
    >>> autograd.value_and_grad(at)(np.array([0.5, 1.0]))
    (np.float64(2.5), array([3., 1.]))
    """

    def __init__(
        self,
        points: Sequence[Any],
        values: Any,
        method: str = "linear",
        bounds_error: bool = True,
        fill_value: Any = np.nan,
    ) -> None:
        self._op = "RegularGridInterpolator"
        self.method, self.bounds_error, self.fill_value = self._known(method), bounds_error, fill_value
        values, grid = floats(values), []
        if len(points) > len(values.shape):
            raise ValueError(f"{self._op}: {len(points)} vectors of points for values of shape {values.shape}")
        for k, given in enumerate(points):
            axis = floats(given)
            if axis.shape != values.shape[k : k + 1]:
                raise ValueError(
                    f"{self._op}: points {k} of shape {axis.shape} for {values.shape[k]} values along axis {k}"
                )
            steps = np.diff(every_value(axis), axis=-1)
            if not ((steps > 0).all() or (steps < 0).all()):
                raise ValueError(f"{self._op}: points {k} must increase or decrease strictly")
            if steps.size and steps.flat[0] < 0:
                axis, values = axis[::-1], flip(values, k)
            grid.append(axis)
        self.grid, self.values = tuple(grid), values

    def _known(self, method: str) -> str:
        if method not in METHODS:
            raise ValueError(f"{self._op}: method must be one of {', '.join(map(repr, METHODS))}, got {method!r}")
        return method

    def __call__(self, xi: Any, method: str | None = None) -> Any:
        """The values at the places xi (…, d)."""
        d = len(self.grid)
        kind = self.method if method is None else self._known(method)
        if isinstance(xi, tuple):
            arrays = [floats(x) for x in xi]
            shape = np.broadcast_shapes(*(x.shape for x in arrays))
            places = stack([broadcast_to(x, shape) for x in arrays], -1)
        else:
            places = floats(xi)
            places = places[..., None] if not places.shape or (d == 1 and len(places.shape) == 1) else places
        if places.shape[-1] != d:
            raise ValueError(f"{self._op} wants places (…, {d}), got shape {places.shape}")
        front = places.shape[:-1]
        coordinates = [places[..., k].reshape(-1) for k in range(d)]
        beyond = [(x < axis[0]) | (x > axis[-1]) for x, axis in zip(coordinates, self.grid)]
        if self.bounds_error and any(every_value(b).any() for b in beyond):
            ranges = ", ".join(f"{every_value(a).min()} … {every_value(a).max()}" for a in self.grid)
            raise ValueError(f"{self._op}: a place lies outside of the grid, {ranges}; see bounds_error")
        result = self._within(coordinates, kind)
        trailing = self.values.shape[d:]
        if not self.bounds_error and self.fill_value is not None:
            outside = beyond[0]
            for b in beyond[1:]:
                outside = outside | b
            result = where(outside.reshape(-1, *[1] * len(trailing)), self.fill_value, result)
        return result.reshape(*front, *trailing)

    def _within(self, coordinates: list[Any], kind: str) -> Any:
        cells, parts = [], []
        for x, axis in zip(coordinates, self.grid):
            n = axis.shape[0]
            i = np.clip(searchsorted(axis, x, side="right") - 1, 0, max(n - 2, 0))
            upper = np.minimum(i + 1, n - 1)
            width = axis[upper] - axis[i] + (n == 1)
            cells.append((i, upper))
            parts.append((x - axis[i]) / width)
        if kind == "nearest":
            return self.values[tuple(where(t <= 0.5, i, j) for t, (i, j) in zip(parts, cells))]
        total: Any = 0
        extra = [1] * (len(self.values.shape) - len(self.grid))
        for corner in itertools.product((0, 1), repeat=len(cells)):
            weight: Any = 1.0
            for t, side in zip(parts, corner):
                weight = weight * (t if side else 1 - t)
            corner_values = self.values[tuple(cell[side] for cell, side in zip(cells, corner))]
            total = total + weight.reshape(-1, *extra) * corner_values
        return total


def interpn(
    points: Sequence[Any],
    values: Any,
    xi: Any,
    method: str = "linear",
    bounds_error: bool = True,
    fill_value: Any = np.nan,
) -> Any:
    """The values at the places `xi` (…, d) of a function given on a rectangular grid; see `RegularGridInterpolator`.

    >>> import autograd.interpolate, numpy as np
    >>> grid = (np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    >>> autograd.interpolate.interpn(grid, np.array([[0.0, 2.0], [3.0, 5.0]]), np.array([[0.5, 1.0], [1.0, 0.0]]))
    array([2.5, 3. ])
    """
    return RegularGridInterpolator(points, values, method, bounds_error, fill_value)(xi)
