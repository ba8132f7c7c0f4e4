"""Functions of one and two numbers on a grid: activations with their derivatives, the regions of a classifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd.tensor import Tensor
from nn import functional
from nn.interpret.watch import untouched
from nn.module import Module, closest

__all__ = ["ActivationCurve", "DecisionRegions", "activation_curve", "decision_regions"]


class ActivationCurve(NamedTuple):
    """A function of one number on a grid: x, its values and its derivatives, each (points,).

    >>> import nn
    >>> nn.interpret.activation_curve("relu", -1, 1, points=3).x
    array([-1.,  0.,  1.])
    """

    x: np.ndarray
    value: np.ndarray
    derivative: np.ndarray


def activation_curve(
    function: str | Callable[[Any], Any], low: float = -4.0, high: float = 4.0, points: int = 801
) -> ActivationCurve:
    """An elementwise function between two numbers, with the derivative that backpropagation uses there.

    `function` is an nn.Module, a function of Tensors, or the name of one in `nn.functional` or `autograd`. A function
    without derivative, such as `autograd.step`, has derivative 0, which is what it is almost everywhere.
    Raises ValueError for unknown names, an empty interval, and functions that are not elementwise, such as softmax.

    >>> import nn
    >>> nn.interpret.activation_curve("tanh", -1, 1, points=3).derivative.round(3)
    array([0.42, 1.  , 0.42])
    """
    if not low < high or points < 2:
        raise ValueError(f"activation_curve: wanted low < high and 2 points or more, got {low}, {high}, {points}")
    if isinstance(function, str):
        function = _named(function)
    x = autograd.tensor(np.linspace(low, high, points), requires_grad=True)
    with untouched(function), autograd.enable_grad():
        y = function(x)
        half = function(x[::2])
        if not isinstance(y, Tensor) or y.shape != x.shape or not np.array_equal(y.data[::2], half.data, True):
            raise ValueError(
                f"activation_curve: {name_of(function)} is not elementwise: the result at one number depends on others"
            )
        if y.requires_grad:
            (slope,) = autograd.gradients(y.sum(), x, allow_unused=True)
        else:
            slope = None
    return ActivationCurve(x.data, np.array(y.data), np.zeros(points) if slope is None else np.array(slope.data))


def _named(name: str) -> Callable[[Any], Any]:
    found = functional.ACTIVATIONS.get(name) or getattr(functional, name, None) or getattr(autograd, name, None)
    if not callable(found):
        raise ValueError(
            f"activation_curve: no function {name!r}{closest(name, [*functional.ACTIVATIONS, *dir(functional)])}"
        )
    function: Callable[[Any], Any] = found
    return function


def name_of(function: Any) -> str:
    """How a function, a module or a classifier is called."""
    return str(getattr(function, "__name__", type(function).__name__))


class DecisionRegions(NamedTuple):
    """What a classifier answers on a grid over the plane.

    `x` (X,) and `y` (Y,) are the coordinates, `classes` (C,) the answers that occur or are known, `region` (Y, X) the
    position of each answer in `classes`, `margin` (Y, X) how far a binary classifier's score is above its threshold,
    None if it gives none.

    >>> import nn
    >>> nn.interpret.decision_regions(lambda p: p[:, 0] > 0, (-1, 1, -1, 1), resolution=2).region
    array([[0, 1],
           [0, 1]])
    """

    x: np.ndarray
    y: np.ndarray
    classes: np.ndarray
    region: np.ndarray
    margin: np.ndarray | None


def decision_regions(
    classifier: Any,
    bounds: tuple[float, float, float, float],
    resolution: int = 200,
    *,
    threshold: float | None = None,
) -> DecisionRegions:
    """Ask a classifier about every point of a grid over (x low, x high, y low, y high).

    `classifier` is an nn.Module, anything with a method `predict`, or a function of points (M, 2). Its answer may be
    classes (M,) (integers, booleans, names), scores (M, classes), of which the largest counts, or one floating score
    (M,) or (M, 1), which is compared with `threshold` (default: 0.5 if all scores lie in [0, 1], else 0). A module runs
    in eval mode and is left as it was.
    Raises ValueError for bounds that enclose nothing and a classifier that does not take points (M, 2).

    >>> import nn
    >>> nn.interpret.decision_regions(nn.Linear(2, 3), (-1, 1, -1, 1)).region.shape
    (200, 200)
    """
    left, right, bottom, top = bounds
    if not (left < right and bottom < top) or resolution < 2:
        raise ValueError(f"decision_regions: wanted low < high and a resolution above 1, got {bounds}, {resolution}")
    x, y = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    points = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    predicts = not isinstance(classifier, Module) and hasattr(classifier, "predict")
    try:
        with untouched(classifier), autograd.no_grad():
            answer = classifier.predict(points) if predicts else classifier(points)
    except Exception as error:
        raise ValueError(
            f"decision_regions: {name_of(classifier)} does not take points of shape (M, 2): {error}"
        ) from error
    answers = np.asarray(answer.data if isinstance(answer, Tensor) else answer)
    if answers.shape[1:] == (1,):
        answers = answers[:, 0]
    if answers.ndim not in (1, 2) or len(answers) != len(points) or not answers[0].size:
        raise ValueError(
            f"decision_regions: {name_of(classifier)} gave shape {answers.shape} for {len(points)} points; wanted "
            f"classes or scores (M,) or scores (M, classes)"
        )
    margin = None
    if answers.ndim == 2:
        classes, index = np.arange(answers.shape[1]), answers.argmax(1)
    elif answers.dtype.kind == "f" and not predicts:
        if threshold is None:
            threshold = 0.5 if answers.min() >= 0 and answers.max() <= 1 else 0.0
        margin = (answers - threshold).reshape(resolution, resolution)
        classes, index = np.arange(2), (answers > threshold).astype(int)
    else:
        classes, index = np.unique(answers, return_inverse=True)
    return DecisionRegions(x, y, classes, index.reshape(resolution, resolution), margin)
