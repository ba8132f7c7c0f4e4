"""Derivatives of erfcx, of Dawson's integral and of (eˣ - 1)/x, to any order and without cancellation."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

TWO_BY_SQRT_PI = 2 / math.sqrt(math.pi)
_LONG = 150
"""Steps of the backward recurrence; at x = 1, where it converges most slowly, these are exact to the last place."""
_ASYMPTOTIC = 7.0
"""Beyond, the smallest term of the asymptotic series of Dawson's integral is below 1e-20 of the first."""


def repeated_erfc(x, n):
    """exp(x²) · iⁿerfc(x), the scaled n-th repeated integral of erfc; positive, and erfcx itself for n = 0.

    The recurrence 2(n + 1)·Eₙ₊₁ = Eₙ₋₁ - 2x·Eₙ, E₋₁ = 2/√π, is run forwards for x < 1; for larger x, where that
    cancels, its ratios are computed backwards.
    """
    x = np.asarray(x)
    first = sp.erfcx(x)
    if n == 0:
        return first
    low = np.minimum(x, 1)
    before, now = TWO_BY_SQRT_PI, sp.erfcx(low)
    for k in range(n):
        before, now = now, (before - 2 * low * now) / (2 * k + 2)
    high = 2 * np.maximum(x, 1)
    ratio, product = np.zeros_like(high), first
    for k in range(_LONG, 0, -1):
        ratio = 1 / (high + (2 * k + 2) * ratio)
        if k <= n:
            product = product * ratio
    return np.where(x < 1, now, product).astype(first.dtype)[()]


def dawsn_derivative(x, n):
    """The n-th derivative of Dawson's integral, from D⁽ⁿ⁺¹⁾ = -2x·D⁽ⁿ⁾ - 2n·D⁽ⁿ⁻¹⁾, D' = 1 - 2xD.

    For large x, where that cancels, by its asymptotic series.
    Complex x is possible, with the recurrence alone.
    """
    x = np.asarray(x)
    zeroth = sp.dawsn(x)
    if n == 0:
        return zeroth
    far = np.abs(x) > (np.inf if x.dtype.kind == "c" else _ASYMPTOTIC)
    near = np.where(far, 0, x)
    before, now = sp.dawsn(near), 1 - 2 * near * sp.dawsn(near)
    for k in range(1, n):
        before, now = now, -2 * near * now - 2 * k * before
    if np.any(far):
        now = np.where(far, _dawsn_series(np.where(far, x, _ASYMPTOTIC).astype(np.float64), n), now)
    return now.astype(zeroth.dtype)[()]


def _dawsn_series(x, n):
    # Σ (2k-1)!! / (2^(k+1) x^(2k+1)), differentiated n times; |x| > 7
    total, term = 0.0, 0.5 / x
    for k in range(40):
        total = total + term * math.perm(2 * k + n, n)
        term = term * (2 * k + 1) / (2 * x * x)
    return (-1) ** n * total / x**n


def exprel_derivative(x, n):
    """The n-th derivative of (eˣ - 1)/x, which is ∫₀¹ sⁿ eˣˢ ds."""
    x = np.asarray(x)
    if n == 0 and x.dtype.kind != "c":
        return sp.exprel(x)
    x = x if x.dtype.kind in "fc" else x.astype(np.float64)
    near = np.abs(x) < n + 2
    far = np.where(near, n + 2, x)
    value = np.expm1(far) / far
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(1, n + 1):
            value = (np.exp(far) - k * value) / far
        value = np.where(far == np.inf, np.inf, value)
    small, term, series = np.where(near, x, 0), np.ones_like(x), 0.0
    for k in range(8 * (n + 2) + 24):
        series = series + term / (k + n + 1)
        term = term * small / (k + 1)
    return np.where(near, series, value).astype(x.dtype)[()]
