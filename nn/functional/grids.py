"""Images read at the points of a grid, and grids that affine maps make."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import numpy as np

import autograd
from autograd.tensor import Tensor
from nn.functional.checks import operand

__all__ = ["affine_grid", "grid_sample"]


def affine_grid(theta: Any, size: Any, align_corners: bool | None = None) -> Any:
    """The points to which affine maps bring the pixels of an image of `size`: (N, H, W, 2), or (N, D, H, W, 3).

    `theta` (N, 2, 3) or (N, 3, 4) multiplies (x, y, 1), or (x, y, z, 1), where x runs along the width from -1 to 1.
    These are the centres of the outermost pixels with `align_corners`, else (default) their outer edges. `size` is
    (N, C, H, W) or (N, C, D, H, W). Made for `grid_sample`. Raises ValueError for shapes that do not belong together.

    >>> import nn, numpy as np
    >>> nn.functional.affine_grid(np.eye(2, 3)[None], (1, 1, 1, 2), align_corners=True)
    array([[[[-1.,  0.],
             [ 1.,  0.]]]])
    """
    theta, sizes = operand(theta), tuple(map(operator.index, size))
    rank = len(sizes) - 2
    if rank not in (2, 3) or theta.shape != (sizes[0], rank, rank + 1) or min(sizes) < 1:
        raise ValueError(
            f"affine_grid: theta of shape {theta.shape} and size {sizes}; wanted (N, 2, 3) and (N, C, H, W), or "
            f"(N, 3, 4) and (N, C, D, H, W), all sizes positive"
        )
    base = np.ones((*sizes[2:], rank + 1), theta.dtype)
    for axis, n in enumerate(sizes[2:]):
        line = np.linspace(-1, 1, n) * (1 if align_corners else (n - 1) / n) if n > 1 else np.zeros(1)
        base[..., rank - 1 - axis] = line.reshape(-1, *(1,) * (rank - 1 - axis))
    points = base.reshape(-1, rank + 1) @ autograd.swapaxes(theta, 1, 2)
    return autograd.reshape(points, (sizes[0], *sizes[2:], rank))


def grid_sample(
    input: Any, grid: Any, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Any:
    """An image read at points: (N, C, H, W) at grid (N, H', W', 2) → (N, C, H', W'); volumes likewise, with (…, 3).

    The last axis of `grid` holds (x, y), or (x, y, z); -1 and 1 are the centres of the outermost pixels with
    `align_corners`, else (default) their outer edges. `mode` is "bilinear" (trilinear in volumes), "nearest" or, for
    images, "bicubic" (a = -0.75). Outside the image there is, by `padding_mode`, "zeros", the "border" or its
    "reflection". Jaderberg et al. 2015, https://arxiv.org/abs/1506.02025.

    It has derivatives by the image and the grid; where the image is read between pixels these jump at the pixels.
    Raises ValueError for shapes or options that do not belong together.

    >>> import nn, numpy as np
    >>> image = np.array([[[[1.0, 3.0], [5.0, 7.0]]]])
    >>> nn.functional.grid_sample(image, np.array([[[[0.0, 0.0], [-0.5, 0.5]]]]))
    array([[[[4., 5.]]]])
    """
    x, grid = operand(input), operand(grid)
    rank = x.ndim - 2
    if mode not in ("bilinear", "nearest", "bicubic") or (mode == "bicubic" and rank != 2):
        raise ValueError(
            f"grid_sample: mode must be 'bilinear', 'nearest' or, for images, 'bicubic'; got {mode!r} for an input of "
            f"shape {x.shape}"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(f"grid_sample: padding_mode must be 'zeros', 'border' or 'reflection', got {padding_mode!r}")
    if rank not in (2, 3) or grid.ndim != rank + 2 or grid.shape[:: rank + 1] != (x.shape[0], rank) or 0 in x.shape[2:]:
        raise ValueError(
            f"grid_sample: input of shape {x.shape} and grid of shape {grid.shape}; wanted (N, C, H, W) and "
            f"(N, H', W', 2), or (N, C, D, H, W) and (N, D', H', W', 3), with pixels in the input"
        )
    out, spatial = grid.shape[1:-1], x.shape[2:]
    points = autograd.reshape(grid, (x.shape[0], 1, math.prod(out), rank))
    reader = _Reader(x, padding_mode, bool(align_corners))
    places = [_place(points[..., rank - 1 - axis], n, bool(align_corners)) for axis, n in enumerate(spatial)]
    if mode == "bicubic":
        y = reader.mix(places, _cubic, range(-1, 3))
    else:
        places = [reader.inward(place, n) for place, n in zip(places, spatial)]
        if mode == "nearest":
            y = reader.read([np.rint(_constant(place)) for place in places])
        else:
            y = reader.mix(places, _linear, range(2))
    return autograd.reshape(y, (*x.shape[:2], *out))


def _constant(x: Any) -> Any:
    return x.detach() if isinstance(x, Tensor) else x


def _place(coordinate: Any, n: int, align_corners: bool) -> Any:
    """A coordinate in [-1, 1] as a place among n pixels."""
    return (coordinate + 1) * ((n - 1) / 2) if align_corners else ((coordinate + 1) * n - 1) / 2


def _linear(t: Any) -> tuple[Any, ...]:
    """The weights of the two neighbours, of which the first lies t below the point."""
    return 1 - t, t


def _cubic(t: Any, a: float = -0.75) -> tuple[Any, ...]:
    """Keys's weights of the four neighbours, of which the second lies t below the point."""
    return _far(t + 1, a), _near(t, a), _near(1 - t, a), _far(2 - t, a)


def _near(t: Any, a: float) -> Any:
    """Keys's kernel up to 1."""
    return ((a + 2) * t - (a + 3)) * t * t + 1


def _far(t: Any, a: float) -> Any:
    """Keys's kernel from 1 to 2."""
    return (((t - 5) * t + 8) * t - 4) * a


class _Reader:
    """The pixels of x (N, C, *spatial), at places (N, 1, points) given for each axis."""

    def __init__(self, x: Any, padding_mode: str, align_corners: bool) -> None:
        self.spatial = x.shape[2:]
        self.flat = autograd.reshape(x, (*x.shape[:2], math.prod(self.spatial)))
        self.padding_mode, self.align_corners = padding_mode, align_corners

    def inward(self, place: Any, n: int) -> Any:
        """A place outside brought back inside, as `padding_mode` says."""
        if self.padding_mode == "zeros":
            return place
        if self.padding_mode == "reflection":
            low, span = (0.0, n - 1) if self.align_corners else (-0.5, n)
            if not span:
                return place * 0
            distance = autograd.abs(place - low)
            turns = np.floor(_constant(distance) / span)
            rest = distance - turns * span
            place = autograd.where(np.equal(turns % 2, 0), rest, span - rest) + low
        return autograd.where(place <= 0, 0, autograd.where(place >= n - 1, n - 1, place))

    def read(self, places: list[Any]) -> Any:
        """The pixels at whole places, or what stands for them outside."""
        index, inside = 0, True
        for place, n in zip(places, self.spatial):
            place = _constant(place if self.padding_mode == "zeros" else self.inward(place, n))
            inside = np.logical_and(inside, np.logical_and(place >= 0, place <= n - 1))
            index = index * n + np.fmin(np.fmax(place, 0), n - 1)
        pixels = autograd.take_along_axis(self.flat, autograd.astype(index, np.intp), 2)
        return autograd.where(inside, pixels, 0) if self.padding_mode == "zeros" else pixels

    def mix(self, places: list[Any], weights: Any, offsets: range) -> Any:
        """Σ weight · pixel over the neighbours at `offsets` along each axis, by the weights of the place's fraction."""
        floors = [np.floor(_constant(place)) for place in places]
        axes = [
            [(floor + k, weight) for k, weight in zip(offsets, weights(place - floor))]
            for place, floor in zip(places, floors)
        ]
        total: Any = 0
        for neighbours in itertools.product(*axes):
            weight = math.prod(w for _, w in neighbours)
            total = total + self.read([place for place, _ in neighbours]) * weight
        return total
