"""The error function family and the derivatives of sinc."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .choice import native


class _Fit(NamedTuple):
    """Polynomials, highest power first, that give erf and erfc to one precision.

    |x| <= 0.5: erf(x) = x · near(x²). Beyond: erfc(x) = exp(-x²) · w · tail(scale·w - shift) with w = 1 / (x + pole),
    the argument of `tail` going through [-1, 1] while x goes from 0.5 to `top`, where erfc falls below all numbers.
    Both interpolate the exact functions at Chebyshev nodes; the relative error is below 2e-16, or 5e-9 in single
    precision.
    """

    near: tuple[float, ...]
    tail: tuple[float, ...]
    pole: float
    scale: float
    shift: float
    top: float


_SINGLE = _Fit(
    near=(
        0.004719082567218814,
        -0.026757732735015517,
        0.11282831428465862,
        -0.37612609007469805,
        1.1283791656017914,
    ),
    tail=(
        1.6998097110184063e-05,
        2.2861703404709876e-05,
        -0.0003261173699006897,
        -0.0009858143942512235,
        0.004598677774526962,
        0.045859309997117945,
        0.19197806062253117,
        0.5309418149392663,
        1.07496524949892,
    ),
    pole=2.5,
    scale=7.8,
    shift=1.6,
    top=10.5,
)
_DOUBLE = _Fit(
    near=(
        1.4725865480556744e-06,
        -1.4845849259707869e-05,
        0.00012053335124353741,
        -0.0008548297753674966,
        0.00522397737302147,
        -0.026866170632887928,
        0.11283791670925353,
        -0.37612638903183476,
        1.1283791670955126,
    ),
    tail=(
        6.667985339464877e-10,
        9.539205100290743e-10,
        -1.0508698482701777e-08,
        -2.8057339378944323e-08,
        1.0024342861138503e-07,
        5.951154345864978e-07,
        -5.4906974398780205e-09,
        -9.154108760078584e-06,
        -3.261660727604565e-05,
        1.911972096263521e-05,
        0.0007122500477479156,
        0.004105766515018478,
        0.015692392875806548,
        0.046944984859053206,
        0.11684668469233377,
        0.24942978782588637,
        0.4645638577869477,
        0.7626233701824786,
        1.1097094521551207,
    ),
    pole=4.0,
    scale=10.4727272727272727,
    shift=1.32727272727272727,
    top=28.0,
)
_FEW = 256  # elements for which a call of the C library each is faster
_BLOCK = 1 << 15  # elements that are worked on at a time, so that they stay in the cache


@native("activations:erf")
def erf(x):
    """2/√π · ∫₀ˣ exp(-t²) dt, elementwise."""
    return _blockwise(x, math.erf, _erf)


@native("activations:erfc")
def erfc(x):
    """1 - erf(x), elementwise, with full relative accuracy for large x, where it becomes tiny."""
    return _blockwise(x, math.erfc, _erfc)


def _blockwise(x, one, many):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"{one.__name__} wants real numbers, got dtype {x.dtype}")
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
    if x.size <= _FEW:
        return np.array([one(v) for v in x.ravel().tolist()], dtype).reshape(x.shape)[()]
    out = np.empty(x.shape, dtype)
    flat, source = out.reshape(-1), x.reshape(-1)
    fit, working = (_SINGLE, np.float32) if dtype.itemsize <= 4 else (_DOUBLE, np.float64)
    for start in range(0, x.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        flat[block] = many(source[block].astype(working, copy=False), fit)
    return out


def _erf(x, fit):
    small = np.abs(x) <= 0.5
    return _near(x, fit) * small + np.copysign(1 - _tail(x, fit), x) * ~small


def _erfc(x, fit):
    small = np.abs(x) <= 0.5
    return (1 - _near(x, fit)) * small + (np.copysign(_tail(x, fit), x) + 2.0 * (x < 0)) * ~small


def _near(x, fit):
    """erf(x), for |x| <= 0.5 (beyond: anything finite)."""
    x = np.clip(x, -0.5, 0.5)
    return x * _polynomial(fit.near, x * x)


def _tail(x, fit):
    """erfc(|x|), for |x| > 0.5 (below: anything finite)."""
    x = np.clip(np.abs(x), 0.5, fit.top)
    w = 1 / (x + fit.pole)
    # exp(-x²) in two factors, the first with an exact square: x² itself would be rounded, and exp amplifies that
    coarse = np.trunc(x * 16) / 16
    gauss = np.exp(-coarse * coarse) * np.exp((coarse - x) * (coarse + x))
    return gauss * w * _polynomial(fit.tail, w * fit.scale - fit.shift)


def _polynomial(coefficients, x):
    value = x * coefficients[0]
    for c in coefficients[1:-1]:
        value += c
        value *= x
    value += coefficients[-1]
    return value


def sinc_derivative(x, order):
    """The derivative of that order of sin(πx)/(πx), elementwise; order 0 is the function itself.

    With u = πx, s = sin(u)/u: u·s = sin(u), differentiated n times, is u·s⁽ⁿ⁾ + n·s⁽ⁿ⁻¹⁾ = sin(u + nπ/2), a recurrence
    that is stable for |u| > n; for smaller u the power series of s is differentiated term by term.
    """
    if order == 0:
        return np.sinc(x)
    u = math.pi * np.asarray(x)
    near = np.abs(u) <= order + 1
    far = np.where(near, 1, u)
    value = np.sin(far) / far
    for n in range(1, order + 1):
        value = (np.sin(far + n * (math.pi / 2)) - n * value) / far
    if near.any():
        value = np.where(near, _sinc_series(np.where(near, u, 0), order), value)
    return (math.pi**order * value)[()]


def _sinc_series(u, order):
    # Σ (-1)ᵏ u²ᵏ/(2k+1)!, differentiated: (2k)!/(2k-n)! comes down from each term
    value = np.zeros_like(u)
    for k in range((order + 1) // 2, order + 16):
        coefficient = (-1) ** k * math.perm(2 * k, order) / math.factorial(2 * k + 1)
        value = value + coefficient * u ** (2 * k - order)
    return value
