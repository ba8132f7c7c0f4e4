"""Modified Bessel functions of the first kind and integer order, from NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np

LARGE = 30.0
"""Above, the series would need many terms."""


def bessel_i(x: Any, order: int) -> Any:
    """Iₙ(x) elementwise, for an order n >= 0."""
    x = np.asarray(x)
    if order == 0:
        return np.asarray(np.i0(x)).astype(x.dtype, copy=False)[()]
    z = np.abs(x.astype(np.float64))
    out = np.empty(z.shape)
    small = z <= LARGE
    out[small] = _series(z[small], order)
    out[~small] = _mean_over_angles(z[~small], order)
    sign = np.where(x < 0, (-1.0) ** order, 1.0)
    return (sign * out).astype(x.dtype)[()]


def _series(z: Any, order: int) -> Any:
    """Σₖ (z/2)^(n + 2k) / (k! (n + k)!): all terms are positive (Abramowitz & Stegun 9.6.10)."""
    half = z / 2
    term = np.ones(z.shape)
    for k in range(1, order + 1):
        term = term * (half / k)
    total, k = term, 0
    while np.any(term > 1e-17 * total):
        k += 1
        term = term * (half / k) * (half / (order + k))
        total = total + term
    return total


def _mean_over_angles(z: Any, order: int) -> Any:
    """1/π ∫ exp(z cos θ) cos nθ dθ over [0, π] (9.6.19), by the trapezoidal rule, which converges exponentially."""
    if not z.size:
        return z
    points = 64 + order + int(12 * np.sqrt(np.max(np.where(np.isfinite(z), z, 0.0), initial=0.0)))
    theta = np.arange(points + 1) * (np.pi / points)
    weight = np.cos(order * theta) / points
    weight[[0, -1]] /= 2
    total = np.zeros(z.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        for angle, w in zip(theta, weight):
            total += w * np.exp(z * (np.cos(angle) - 1))
        return np.where(np.isposinf(z), np.inf, total * np.exp(z))
