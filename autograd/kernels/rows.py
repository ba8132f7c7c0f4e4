"""Softmax and its relatives, cross-entropy, layer and RMS normalization, and their pulls, in NumPy."""

from typing import Any

import numpy as np

from .choice import native

Array = np.ndarray[Any, Any]
Axis = tuple[int, ...] | None

# --- softmax ----------------------------------------------------------------------------------------------------------


def peak(x: Array, axis: Axis) -> Any:
    """The largest element, finite also where all are -inf, so that x - peak is never -inf + inf."""
    return np.maximum(np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf), np.finfo(x.dtype).min)


@native("rows:softmax", least=8)
def softmax(x: Array, axis: Axis) -> Any:
    """exp(x) divided by its sum along axes."""
    with np.errstate(invalid="ignore"):
        powers = np.exp(x - peak(x, axis))
        return powers / np.add.reduce(powers, axis=axis, keepdims=True)


@native("rows:softmax_pull", least=8)
def softmax_pull(g: Array, y: Array, axis: Axis) -> Any:
    """y · (g - Σ g y) along axes: softmax's derivative at its result y, applied to g."""
    weighted = g * y
    return weighted - y * np.add.reduce(weighted, axis=axis, keepdims=True)


@native("rows:log_softmax", least=8)
def log_softmax(x: Array, axis: Axis) -> Any:
    """x minus the logarithm of the sum of exp(x) along axes."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shifted = x - peak(x, axis)
        return shifted - np.log(np.add.reduce(np.exp(shifted), axis=axis, keepdims=True))


@native("rows:log_softmax_pull", least=8)
def log_softmax_pull(g: Array, y: Array, axis: Axis) -> Any:
    """g - exp(y) · Σ g along axes: log_softmax's adjoint at its result y, applied to g."""
    return g - np.exp(y) * np.add.reduce(g, axis=axis, keepdims=True)


@native("rows:cross_entropy", least=8)
def cross_entropy(x: Array, target: Array) -> Any:
    """ln Σ exp(x) - x[target], row by row: scores (N, C), classes (N,) → (N,)."""
    shifted = x - np.maximum.reduce(x, 1, keepdims=True)
    out = np.log(np.add.reduce(np.exp(shifted), 1))
    out -= shifted[np.arange(x.shape[0]), target]
    return out


@native("rows:cross_entropy_pull")
def cross_entropy_pull(scale: Array, x: Array, target: Array) -> Any:
    """scale · (softmax x - one-hot target), row by row."""
    out = np.exp(x - np.maximum.reduce(x, 1, keepdims=True))
    out /= np.add.reduce(out, 1, keepdims=True)
    out[np.arange(x.shape[0]), target] -= 1
    out *= scale[:, None]
    return out


# --- normalization ----------------------------------------------------------------------------------------------------


def _normal(x: Array, eps: float, centered: bool) -> tuple[Array, Array]:
    """Rows with mean 0 (if centered) and mean square 1, and what they were multiplied by."""
    if centered:
        x = x - np.mean(x, 1, keepdims=True)
    rate = (np.einsum("ij,ij->i", x, x)[:, None] / max(1, x.shape[1]) + eps) ** -0.5
    return x * rate, rate


@native("rows:normalize", least=8)
def normalize(x: Array, weight: Array, bias: Array | None, eps: float) -> Array:
    """(x - mean) / sqrt(var + eps) · weight + bias along each row; x / sqrt(mean x² + eps) · weight if bias is None."""
    y, _ = _normal(x, eps, bias is not None)
    y *= weight
    if bias is not None:
        y += bias
    return y


@native("rows:normalize_pull", least=8)
def normalize_pull(g: Array, x: Array, weight: Array, eps: float, centered: bool) -> Array:
    """The adjoint of `normalize` by x, applied to g; `centered` where there is a bias."""
    normal, rate = _normal(x, eps, centered)
    h, n = g * weight, max(1, x.shape[1])
    rest: Array = h - normal * (np.einsum("ij,ij->i", h, normal)[:, None] / n)
    if centered:
        rest -= np.add.reduce(h, 1, keepdims=True) / n
    rest *= rate
    return rest


@native("rows:normalized_sum", least=8)
def normalized_sum(g: Array, x: Array, eps: float, centered: bool) -> Array:
    """Σ g · normalized x over the rows: the adjoint of `normalize` by its weight, applied to g."""
    return np.einsum("ij,ij->j", g, _normal(x, eps, centered)[0])
