"""Which parts of an input an output depends on: saliency, integrated gradients, Grad-CAM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd.tensor import Tensor
from nn.interpret.watch import caught, floating_input, layer_at, untouched
from nn.module import Module

__all__ = ["grad_cam", "integrated_gradients", "saliency"]

Target = int | np.ndarray | list[int] | Callable[[Any], Any] | None


def saliency(model: Callable[[Any], Any], x: Any, target: Target = None, *, signed: bool = False) -> np.ndarray:
    """|∂ score / ∂ x|: how strongly each number of the input moves the score (Simonyan et al. 2013, arXiv 1312.6034).

    x (N, ...) → (N, ...), in the dtype of the model's parameters. `target` chooses the score of each example among the
    outputs (N, classes): a class for all, one for each (N,), or a function from the outputs to scores (N,); by default
    the class with the largest output, and outputs (N,) or (N, 1) as they are. `signed` leaves out the bars. The model
    (an nn.Module or a function) runs in eval mode and is left as it was.

    Raises TypeError for an input that is not floating, ValueError for a target that does not fit the outputs.

    >>> import numpy as np, nn
    >>> nn.interpret.saliency(lambda x: 3.0 * x[:, 0] - 2.0 * x[:, 1], np.zeros((1, 2)))
    array([[3., 2.]])
    """
    with untouched(model):
        gradient = _gradient(model, floating_input(model, x, "saliency"), target, "saliency")
    return gradient if signed else np.abs(gradient)


def integrated_gradients(
    model: Callable[[Any], Any], x: Any, target: Target = None, *, baseline: Any = 0.0, steps: int = 50
) -> np.ndarray:
    """What each number of the input contributes to the score, compared with a baseline (Sundararajan et al. 2017).

        (x - x₀) · ∫₀¹ ∂ score(x₀ + α (x - x₀)) / ∂ x  dα

    x (N, ...) → (N, ...). The contributions of an example add up to score(x) - score(baseline) ("completeness"), as
    exactly as `steps` points of Gauss and Legendre's rule integrate. `baseline` broadcasts against x. `target` as for
    `saliency`; the class is chosen at x. Source: arXiv 1703.01365. Raises like `saliency`.

    >>> import numpy as np, nn
    >>> nn.interpret.integrated_gradients(lambda x: x[:, 0] * x[:, 1] ** 2, np.array([[2.0, 3.0]])).round(12)
    array([[ 6., 12.]])
    """
    name = "integrated_gradients"
    if steps < 1:
        raise ValueError(f"{name}: steps must be at least 1, got {steps}")
    at = floating_input(model, x, name)
    start = np.asarray(baseline.data if isinstance(baseline, Tensor) else baseline, at.dtype)
    try:
        start = np.broadcast_to(start, at.shape)
    except ValueError:
        raise ValueError(f"{name}: a baseline of shape {start.shape} for an input of shape {at.shape}") from None
    way = at.data - start
    points, weights = np.polynomial.legendre.leggauss(steps)
    total = np.zeros(at.shape)
    with untouched(model):
        if target is None:
            with autograd.no_grad():
                outputs = model(at)
            target = outputs.data.argmax(1) if outputs.ndim == 2 and outputs.shape[1] > 1 else None
        for point, weight in zip((points + 1) / 2, weights / 2):
            between = autograd.tensor(start + at.dtype.type(point) * way, requires_grad=True)
            total += weight * _gradient(model, between, target, name)
    contributions: np.ndarray = (way * total).astype(at.dtype)
    return contributions


def grad_cam(model: Module, x: Any, layer: str, target: Target = None, *, upsample: bool = True) -> np.ndarray:
    """Where a layer of a convolutional network sees evidence for a class (Selvaraju et al. 2017, arXiv 1610.02391).

        relu(Σₖ αₖ Aᵏ),  αₖ = the mean over all positions of ∂ score / ∂ Aᵏ

    x (N, C, H, W) → heat maps (N, H, W), interpolated linearly to the size of the input, or as large as the layer's
    output A (N, K, h, w) without `upsample`. `layer` is the path of a submodule, as in `named_modules()`, usually the
    last convolution. `target` as for `saliency`.

    Raises ValueError for an unknown path and a layer whose output is no image, and like `saliency`.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    >>> nn.interpret.grad_cam(model, np.ones((2, 1, 8, 8)), "0").shape
    (2, 8, 8)
    """
    watched = {layer: layer_at(model, layer, "grad_cam")}
    inputs = floating_input(model, x, "grad_cam")
    with untouched(model), caught(watched) as seen, autograd.enable_grad():
        score = _score(model(inputs), target, "grad_cam")
        maps = seen.get(layer)
        if maps is None or maps.ndim != 4:
            got = "nothing" if maps is None else f"an output of shape {maps.shape}"
            raise ValueError(f"grad_cam: layer {layer!r} gave {got}; wanted images (N, K, h, w), as of a Conv2d")
        (gradient,) = autograd.gradients(score.sum(), maps)
    assert gradient is not None
    weights = gradient.data.mean((2, 3), keepdims=True)
    heat: np.ndarray = np.maximum((weights * maps.data).sum(1), 0)
    return _resized(heat, *inputs.shape[2:]) if upsample else heat


def _gradient(model: Callable[[Any], Any], x: Tensor, target: Target, caller: str) -> np.ndarray:
    with autograd.enable_grad():
        (gradient,) = autograd.gradients(_score(model(x), target, caller).sum(), x)
    assert gradient is not None
    return np.array(gradient.data)


def _score(outputs: Any, target: Target, caller: str) -> Tensor:
    """The chosen output of every example, as (N,)."""
    if callable(target):
        outputs, target = target(outputs), None
        if not isinstance(outputs, Tensor) or outputs.ndim > 1:
            raise ValueError(f"{caller}: a target that is a function must return scores (N,), got {_shown(outputs)}")
    if not isinstance(outputs, Tensor):
        raise TypeError(f"{caller}: the model must return a Tensor, got {_shown(outputs)}")
    if target is None and (outputs.ndim <= 1 or outputs.shape[1:] == (1,)):
        return outputs
    if outputs.ndim != 2:
        raise ValueError(
            f"{caller}: outputs of shape {outputs.shape} and target {target!r}; for outputs other than (N, classes) "
            f"pass a function from them to scores (N,)"
        )
    count, classes = outputs.shape
    chosen = np.asarray(outputs.data.argmax(1) if target is None else target)
    if chosen.dtype.kind not in "iu" or chosen.shape not in ((), (count,)):
        raise ValueError(f"{caller}: target must be a class, {count} classes or a function, got {target!r}")
    if np.any((chosen < -classes) | (chosen >= classes)):
        raise ValueError(f"{caller}: target {target!r} for {classes} classes")
    scores: Tensor = outputs[np.arange(count), np.broadcast_to(chosen, count)]
    return scores


def _shown(value: Any) -> str:
    return f"shape {value.shape}" if isinstance(value, Tensor) else type(value).__name__


def _resized(maps: np.ndarray, height: int, width: int) -> np.ndarray:
    """Images (N, h, w) interpolated linearly to (N, height, width), pixels being squares that share the borders."""
    for axis, size in ((1, height), (2, width)):
        old = maps.shape[axis]
        at = np.clip((np.arange(size) + 0.5) * old / size - 0.5, 0, old - 1)
        low = np.minimum(at.astype(int), max(old - 2, 0))
        part = (at - low)[:, None] if axis == 1 else at - low
        first, second = maps.take(low, axis), maps.take(np.minimum(low + 1, old - 1), axis)
        maps = (first + part * (second - first)).astype(maps.dtype)
    return maps
