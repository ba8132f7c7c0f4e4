"""Whether a network learns: the flow of gradients, the size of updates, units that never answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd.tensor import Tensor
from nn.interpret.layers import activations
from nn.module import Module

__all__ = ["GradientSize", "dead_units", "gradient_flow", "update_ratios"]


class GradientSize(NamedTuple):
    """How large the gradient of one parameter is: the mean and the maximum of |g|.

    >>> import nn
    >>> nn.interpret.GradientSize(mean=0.5, max=2.0).max
    2.0
    """

    mean: float
    max: float


def gradient_flow(model: Module, loss: Tensor | None = None) -> dict[str, GradientSize]:
    """Mean and maximum of |∂L/∂p| for every parameter p, by path, in the order of their definition.

    Takes the gradients that `backward()` left in the parameters or, if a `loss` is given, computes them anew without
    touching those (its graph is kept, so that `loss.backward()` can follow). What the loss does not reach is left out.
    Raises ValueError if there are no gradients.

    >>> import numpy as np, nn
    >>> model = nn.Linear(2, 1)
    >>> nn.interpret.gradient_flow(model, model(np.array([[1.0, 3.0]])).sum())
    {'weight': GradientSize(mean=2.0, max=3.0), 'bias': GradientSize(mean=1.0, max=1.0)}
    """
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if loss is None:
        found = {name: p.grad for name, p in named.items()}
    else:
        gradients = (
            autograd.gradients(loss, list(named.values()), retain_graph=True, allow_unused=True) if named else ()
        )
        found = dict(zip(named, gradients))
    sizes = {name: np.abs(g.data) for name, g in found.items() if g is not None and g.size}
    if not sizes:
        raise ValueError(
            f"gradient_flow: no parameter of {type(model).__name__} has a gradient; call loss.backward() first, or "
            f"pass the loss"
        )
    return {name: GradientSize(float(size.mean()), float(size.max())) for name, size in sizes.items()}


def update_ratios(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, float]:
    """‖w' - w‖ / ‖w‖ for every floating entry of two state dicts: how much of a weight a step changed.

    About 1e-3 a step is healthy; far above, training is unstable; far below, it hardly moves. Weights that were all
    zero give NaN. `before` must be a copy (`copy.deepcopy(model.state_dict())`), for training writes into the weights.
    Raises ValueError for state dicts of different keys or shapes.

    >>> import numpy as np, nn
    >>> nn.interpret.update_ratios({"w": np.array([3.0, 4.0])}, {"w": np.array([3.0, 4.5])})
    {'w': 0.1}
    """
    if before.keys() != after.keys():
        raise ValueError(f"update_ratios: {sorted(before.keys() ^ after.keys())} in only one of the two state dicts")
    ratios = {}
    for name in before:
        old, new = np.asarray(before[name]), np.asarray(after[name])
        if old.shape != new.shape:
            raise ValueError(f"update_ratios: {name} has shape {old.shape} before and {new.shape} after")
        if old.dtype.kind == "f":
            ratios[name] = ratio(old, new)
    return ratios


def ratio(old: np.ndarray, new: np.ndarray) -> float:
    """‖new - old‖ / ‖old‖, NaN for old all zero."""
    size = float(np.linalg.norm(old.ravel()))
    return float(np.linalg.norm((new - old).ravel())) / size if size else float("nan")


def dead_units(
    model: Module,
    x: Any,
    layers: str | Iterable[str] | None = None,
    *,
    tolerance: float = 0.0,
    axis: int | None = None,
    batch_size: int = 512,
) -> dict[str, np.ndarray]:
    """Which units are silent on all the data: True where |output| ≤ `tolerance` for every example and position.

    x (N, ...) → a boolean array by layer path, one entry for each unit: a feature of outputs (N, features), (N, L,
    features), a channel of images (N, C, H, W); `axis` says where else units are, such as 1 for (N, C, L). By default
    the layers that can die are looked at: those whose class is called ReLU or like it; `layers` names others. The model
    runs in eval mode, on `batch_size` examples at a time, and is left as it was.
    Raises ValueError for unknown paths, and if there is no such layer.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Linear(1, 2), nn.ReLU())
    >>> model.load_state_dict({"0.weight": np.array([[1.0], [-1.0]]), "0.bias": np.zeros(2)}, strict=False)
    LoadResult(missing_keys=[], unexpected_keys=[])
    >>> nn.interpret.dead_units(model, np.array([[1.0], [2.0]]))
    {'1': array([False,  True])}
    """
    if layers is None:
        layers = [name for name, m in model.named_modules() if name and "ReLU" in type(m).__name__]
        if not layers:
            raise ValueError(
                f"dead_units: {type(model).__name__} has no ReLU layer; name the layers whose units to look at"
            )
    if batch_size < 1:
        raise ValueError(f"dead_units: batch_size must be at least 1, got {batch_size}")
    dead: dict[str, np.ndarray] = {}
    for start in range(0, max(len(x), 1), batch_size):
        for path, output in activations(model, x[start : start + batch_size], layers=layers).items():
            dead[path] = dead.get(path, True) & silent(output, tolerance, axis)
    return dead


def silent(output: np.ndarray, tolerance: float = 0.0, axis: int | None = None) -> np.ndarray:
    """Whether each unit of an output is silent everywhere: its channels if these are images, else the last axis."""
    axis = (1 if output.ndim >= 4 else -1) if axis is None else axis
    axis %= output.ndim
    return np.asarray((np.abs(output) <= tolerance).all(tuple(i for i in range(output.ndim) if i != axis)))
