"""The loss as a landscape: its values over a plane in the space of the parameters, and paths in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd
from autograd.tensor import Tensor
from nn.interpret.watch import untouched
from nn.module import Module

__all__ = [
    "LossSurface",
    "function_surface",
    "loss_surface",
    "parameter_vector",
    "pca_directions",
    "random_directions",
]

Parameters = Module | Iterable[Tensor]


@dataclass(frozen=True, eq=False)
class LossSurface:
    """Values of a loss over a plane: at origin + x · directions[0] + y · directions[1].

    `x` (X,), `y` (Y,), `values` (Y, X); `origin` (P,) and `directions` (2, P) in the space of the P parameters.

    >>> import nn
    >>> bowl = nn.interpret.function_surface(lambda w, b: w**2 + b**2, (-1, 1), (-2, 2), resolution=5)
    >>> bowl.values[2], bowl.at([[0.5, 1.0]])
    (array([1.  , 0.25, 0.  , 0.25, 1.  ]), array([1.25]))
    """

    x: np.ndarray
    y: np.ndarray
    values: np.ndarray
    origin: np.ndarray
    directions: np.ndarray

    def project(self, path: Any) -> np.ndarray:
        """Points (T, P) in the space of the parameters → their coordinates (T, 2) in the plane, by least squares.

        >>> import nn
        >>> bowl = nn.interpret.function_surface(lambda w, b: w**2 + b**2, (-1, 1), (-1, 1), resolution=2)
        >>> bowl.project([[0.5, 0.25]])
        array([[0.5 , 0.25]])
        """
        points = np.asarray(path, float)
        if points.ndim != 2 or points.shape[1] != self.origin.size:
            raise ValueError(
                f"LossSurface: a path of shape {points.shape} on a surface over {self.origin.size} parameters; wanted "
                f"one row of {self.origin.size} numbers for each step"
            )
        return np.asarray(np.linalg.lstsq(self.directions.T, (points - self.origin).T, rcond=None)[0].T)

    def at(self, coordinates: Any) -> np.ndarray:
        """The loss at points of the plane (T, 2), interpolated linearly; NaN outside of the grid → (T,).

        >>> import nn
        >>> slope = nn.interpret.function_surface(lambda w, b: w, (-1, 1), (-1, 1), resolution=2)
        >>> slope.at([[0.5, 0.0], [2.0, 0.0]])
        array([0.5, nan])
        """
        points = np.asarray(coordinates, float).reshape(-1, 2)
        (i, s), (j, t) = (_cell(grid, points[:, k]) for k, grid in enumerate((self.x, self.y)))
        v = self.values
        inside = (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
        below, above = v[j, i] * (1 - s) + v[j, i + 1] * s, v[j + 1, i] * (1 - s) + v[j + 1, i + 1] * s
        return np.where(inside, below * (1 - t) + above * t, np.nan)


def _cell(grid: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cell of a grid in which numbers fall, and where between its ends."""
    i = np.clip(np.searchsorted(grid, at, "right") - 1, 0, len(grid) - 2)
    return i, (at - grid[i]) / (grid[i + 1] - grid[i])


def function_surface(
    function: Callable[[float, float], Any],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    resolution: int | tuple[int, int] = 60,
) -> LossSurface:
    """A function of two numbers, such as the loss of one neuron by its weight and bias, on a grid.

    `function` is called with two floats for each of the points and returns a number or a Tensor of one.

    >>> import nn
    >>> nn.interpret.function_surface(lambda w, b: w * b, (-1, 1), (0, 2), resolution=(3, 2)).values
    array([[-0.,  0.,  0.],
           [-2.,  0.,  2.]])
    """
    x, y = _grid("function_surface", x_range, y_range, resolution)
    with autograd.no_grad():
        values = np.array([[float(function(float(a), float(b))) for a in x] for b in y])
    return LossSurface(x, y, values, np.zeros(2), np.eye(2))


def loss_surface(
    parameters: Parameters,
    loss: Callable[[], Any],
    directions: Sequence[Any] | np.ndarray | None = None,
    *,
    x_range: tuple[float, float] = (-1.0, 1.0),
    y_range: tuple[float, float] = (-1.0, 1.0),
    resolution: int | tuple[int, int] = 25,
    origin: Any = None,
) -> LossSurface:
    """The loss over the plane through the present parameters that two directions span (Li et al. 2018).

        values[j, i] = loss at θ + x[i] d₀ + y[j] d₁

    `parameters` is a model or several Tensors, `loss` a function without arguments that computes the loss from them,
    `directions` two vectors (P,) or two sequences of arrays shaped like the parameters; by default two random
    filter-normalised ones (see `random_directions`). `origin` (P,) takes the place of θ. A model runs in eval mode.
    Parameters, buffers and gradients are put back bit for bit. Source: arXiv 1712.09913.
    Raises ValueError for directions that do not fit or are parallel.

    >>> import autograd, nn
    >>> w = autograd.tensor([1.0, 2.0], requires_grad=True)
    >>> surface = nn.interpret.loss_surface([w], lambda: (w * w).sum(), ([1.0, 0.0], [0.0, 1.0]), resolution=3)
    >>> surface.values
    array([[ 1.,  2.,  5.],
           [ 4.,  5.,  8.],
           [ 9., 10., 13.]])
    >>> w.tolist()
    [1.0, 2.0]
    """
    name = "loss_surface"
    tensors = _tensors(parameters, name)
    start = parameter_vector(tensors) if origin is None else _vector(origin, tensors, f"{name}: origin")
    chosen = random_directions(tensors) if directions is None else directions
    if len(chosen) != 2:
        raise ValueError(f"{name}: wanted 2 directions, got {len(chosen)}")
    plane = np.stack([_vector(d, tensors, f"{name}: directions[{k}]") for k, d in enumerate(chosen)])
    if np.linalg.matrix_rank(plane) < 2:
        raise ValueError(f"{name}: the directions are parallel or zero, so that they span no plane")
    x, y = _grid(name, x_range, y_range, resolution)
    values = np.empty((len(y), len(x)))
    with untouched(parameters, *tensors), autograd.no_grad():
        for j, b in enumerate(y):
            for i, a in enumerate(x):
                place = start + a * plane[0] + b * plane[1]
                for t, piece in zip(tensors, _pieces(place, tensors)):
                    t._data = piece.astype(t.dtype)
                values[j, i] = float(loss())
    return LossSurface(x, y, values, start, plane)


def random_directions(
    parameters: Parameters, count: int = 2, *, normalize: str | None = "filter", seed: int | np.random.Generator = 0
) -> np.ndarray:
    """Random directions in the space of P parameters → (count, P), by default filter-normalised (Li et al. 2018).

    Drawn from N(0, 1). "filter": each filter (the weights of one unit, along axis 0) gets the norm that the parameter's
    filter has, and vectors (biases, scales of a normalization) stay where they are, so that pictures of networks can be
    compared; "layer": each parameter gets the norm it has; None: left as drawn.

    Raises ValueError for another `normalize`, and for "filter" without any parameter of two or more axes.

    >>> import numpy as np, nn
    >>> layer = nn.Linear(3, 2)
    >>> d = nn.interpret.random_directions(layer, 1)[0]
    >>> np.allclose(np.linalg.norm(d[:6].reshape(2, 3), axis=1), np.linalg.norm(layer.weight.data, axis=1)), d[6:]
    (True, array([0., 0.]))
    """
    tensors = _tensors(parameters, "random_directions")
    if normalize not in ("filter", "layer", None):
        raise ValueError(f"random_directions: normalize must be 'filter', 'layer' or None, got {normalize!r}")
    if normalize == "filter" and all(t.ndim < 2 for t in tensors):
        raise ValueError("random_directions: among these parameters are no filters; pass normalize='layer' or None")
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        pieces = []
        for t in tensors:
            d, w = rng.standard_normal(t.shape), t.data
            if normalize == "filter" and t.ndim < 2:
                d = np.zeros(t.shape)
            elif normalize is not None:
                axes = tuple(range(1 if normalize == "filter" else 0, t.ndim))
                norms = (np.sqrt((a.astype(float) ** 2).sum(axes, keepdims=True)) for a in (w, d))
                d = d * (next(norms) / next(norms))
            pieces.append(np.ravel(d))
        found.append(np.concatenate(pieces))
    return np.stack(found) if found else np.zeros((0, sum(t.size for t in tensors)))


def pca_directions(path: Any) -> np.ndarray:
    """The two directions in which a path (T, P) of parameters extends most, seen from its end → (2, P).

    Random directions hardly meet an optimizer's path; these contain most of it (Li et al. 2018, section 7). Pass the
    path's end as `origin` of `loss_surface`. Raises ValueError for a path that is no plane's worth.

    >>> import nn
    >>> abs(nn.interpret.pca_directions([[2.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    points = np.asarray(path, float)
    if points.ndim != 2 or min(points.shape) < 2:
        raise ValueError(f"pca_directions: wanted a path (T, P) with T > 2 and P > 1, got shape {points.shape}")
    _, sizes, directions = np.linalg.svd(points - points[-1], full_matrices=False)
    if sizes[1] <= 1e-12 * sizes[0]:
        raise ValueError("pca_directions: the path is a straight line, which spans no plane")
    return np.asarray(directions[:2])


def parameter_vector(parameters: Parameters) -> np.ndarray:
    """A copy of all parameters as one vector (P,), in float64: one point of an optimizer's path.

    >>> import nn
    >>> nn.interpret.parameter_vector(nn.Linear(3, 2)).shape
    (8,)
    """
    tensors = _tensors(parameters, "parameter_vector")
    return np.concatenate([np.ravel(t.data).astype(float) for t in tensors])


def _tensors(parameters: Parameters, caller: str) -> list[Tensor]:
    tensors = list(parameters.parameters() if isinstance(parameters, Module) else parameters)
    if not tensors or not all(isinstance(t, Tensor) for t in tensors):
        raise ValueError(f"{caller}: wanted a model or Tensors, at least one parameter, got {parameters!r}")
    if other := {str(t.dtype) for t in tensors if t.dtype.kind != "f"}:
        raise TypeError(f"{caller}: parameters must be real floating numbers, got {', '.join(sorted(other))}")
    return tensors


def _vector(value: Any, tensors: list[Tensor], what: str) -> np.ndarray:
    """One vector (P,), given as such or as arrays shaped like the parameters."""
    size = sum(t.size for t in tensors)
    parts = list(value) if isinstance(value, list | tuple) else [value]
    if parts and all(np.ndim(v) == 0 for v in parts):
        parts = [np.asarray(parts)]
    arrays = [np.asarray(v.data if isinstance(v, Tensor) else v, float) for v in parts]
    if len(arrays) == 1 and arrays[0].shape == (size,):
        return arrays[0]
    if [a.shape for a in arrays] != [t.shape for t in tensors]:
        raise ValueError(
            f"{what} of shapes {[a.shape for a in arrays]}; wanted ({size},), or one array for each parameter: "
            f"{[t.shape for t in tensors]}"
        )
    return np.concatenate([a.ravel() for a in arrays])


def _pieces(vector: np.ndarray, tensors: list[Tensor]) -> list[np.ndarray]:
    ends = np.cumsum([t.size for t in tensors])
    return [v.reshape(t.shape) for v, t in zip(np.split(vector, ends[:-1]), tensors)]


def _grid(
    caller: str, x_range: tuple[float, float], y_range: tuple[float, float], resolution: int | tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    columns, rows = (resolution, resolution) if isinstance(resolution, int) else resolution
    if min(columns, rows) < 2 or not (x_range[0] < x_range[1] and y_range[0] < y_range[1]):
        raise ValueError(
            f"{caller}: wanted ranges (low, high) with low < high and a resolution above 1, got {x_range}, {y_range}, "
            f"{resolution}"
        )
    return np.linspace(*x_range, columns), np.linspace(*y_range, rows)
