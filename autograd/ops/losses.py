"""Losses that are worth one node: log-likelihoods of scores, computed without overflow or cancellation."""

from __future__ import annotations

import numpy as np

from autograd.kernels import rows as kernels
from autograd.kernels.choice import native
from autograd.ops.activations import sigmoid
from autograd.ops.elementwise import log, log1p
from autograd.ops.reductions import sum_
from autograd.ops.selection import maximum
from autograd.ops.shape import astype
from autograd.ops.softmax import softmax_
from autograd.primitive import primitive

__all__ = []

# --- classes: minus the log-probability of the right class, from scores ----------------------------------------------


def _scores(s):
    n, classes = s.integer(0, 3), s.integer(1, 4)
    return s.array((n, classes)), s.integers((n,), 0, classes - 1)


def _one_hot(target, shape):
    hot = np.zeros(shape, bool)
    hot[np.arange(shape[0]), target] = True
    return hot


def _excess(x, target):
    """softmax(x) minus the one-hot target: the derivative of the loss by the scores."""
    return softmax_(x, (1,)) - _one_hot(target, x.shape)


def _softmax_jacobian(g, x):
    p = softmax_(x, (1,))
    weighted = p * g
    return weighted - p * sum_(weighted, (1,), True)


@primitive(
    scale=lambda g, x, target: sum_(g * _excess(x, target), (1,), False),
    x=lambda g, scale, x: _softmax_jacobian(scale[:, None] * g, x),
    target=None,
    linear="scale",
    text="{scale} · (softmax {x} - one_hot {target})",
    samples=lambda s: ((s.array(((x := _scores(s))[1].shape)), *x), {}),
    flops=lambda out, scale, x, target: 7 * out.size,
    real_only=True,
)
def softmax_cross_entropy_pull(scale, x, target):
    """scale · (softmax x - one-hot target), row by row: what `softmax_cross_entropy` hands back to its scores."""
    return kernels.cross_entropy_pull(scale, x, target)


@primitive(
    x=lambda g, x, target: softmax_cross_entropy_pull(g, x, target),
    target=None,
    forward={"x": lambda t, x, target: sum_(t * _excess(x, target), (1,), False)},
    text="-ln softmax {x} at {target}",
    samples=lambda s: (_scores(s), {}),
    flops=lambda out, x, target: 5 * x.size,
    real_only=True,
)
def softmax_cross_entropy(x, target):
    """ln Σ exp(x) - x[target], row by row: scores x (N, C), classes target (N,) → (N,)."""
    return kernels.cross_entropy(x, target)


# --- yes or no -------------------------------------------------------------------------------------------------------


def _strong(x, y):
    """x as an array in the dtype of the result; of a Python number, a NumPy function would make a float64."""
    return np.asarray(x, np.result_type(x, y))


def _score_and_target(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0], gap=0.05), s.array(shapes[1], 0.0, 1.0)), {}


@primitive(
    x=lambda g, x, y: g * (sigmoid(x) - y),
    y=lambda g, x: -g * x,
    text="-ln σ(±{x}) for {y}",
    elementwise=True,
    samples=_score_and_target,
    flops=lambda out, x, y: 6 * out.size,
    real_only=True,
)
@native("activations:sigmoid_cross_entropy")
def sigmoid_cross_entropy(x, y):
    """-y ln σ(x) - (1 - y) ln(1 - σ(x)) of scores x and targets y in [0, 1], elementwise."""
    x = _strong(x, y)
    return np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))


def _probability_and_target(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0], 0.1, 0.9), s.array(shapes[1], 0.0, 1.0)), {}


@primitive(
    x=lambda g, x, y: g * (x - y) / maximum(x * (1 - x), 1e-12),
    y=lambda g, x: g * astype(maximum(log1p(-x), -100) - maximum(log(x), -100), g.dtype),
    text="-ln {x} for {y}",
    elementwise=True,
    samples=_probability_and_target,
    flops=lambda out, x, y: 7 * out.size,
    real_only=True,
)
@native("activations:binary_cross_entropy")
def binary_cross_entropy(x, y):
    """-y ln x - (1 - y) ln(1 - x) of probabilities x and targets y in [0, 1], elementwise.

    Logarithms are bounded below by -100 and the derivative's denominator by 1e-12, so that
    certain mistakes stay finite.
    """
    x = _strong(x, y)
    with np.errstate(divide="ignore"):
        return -(y * np.maximum(np.log(x), -100) + (1 - y) * np.maximum(np.log1p(-x), -100))
