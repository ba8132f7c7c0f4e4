"""The error function family and the derivatives of sinc, to double precision.

erf and erfc follow W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969): one
rational function for |x| <= 0.5 and, for erfc, one each for 0.5 < x <= 4 and for x > 4.
"""

from __future__ import annotations

import math

import numpy as np

# Coefficients from the highest power down, for np.polyval's scheme.
_SMALL = (
    (0.185777706184603153, 3.16112374387056560, 113.864154151050156, 377.485237685302021, 3209.37758913846947),
    (1.0, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062),
)
_MIDDLE = (
    (
        2.15311535474403846e-8,
        0.564188496988670089,
        8.88314979438837594,
        66.1191906371416295,
        298.635138197400131,
        881.952221241769090,
        1712.04761263407058,
        2051.07837782607147,
        1230.33935479799725,
    ),
    (
        1.0,
        15.7449261107098347,
        117.693950891312499,
        537.181101862009858,
        1621.38957456669019,
        3290.79923573345963,
        4362.61909014324716,
        3439.36767414372164,
        1230.33935480374942,
    ),
)
_LARGE = (
    (
        0.0163153871373020978,
        0.305326634961232344,
        0.360344899949804439,
        0.125781726111229246,
        0.0160837851487422766,
        6.58749161529837803e-4,
    ),
    (
        1.0,
        2.56852019228982242,
        1.87295284992346725,
        0.527905102951428412,
        0.0605183413124413191,
        0.00233520497626869185,
    ),
)
_TOP = 27.0  # erfc(27) is below the smallest double


def erf(x):
    """2/√π · ∫₀ˣ exp(-t²) dt, elementwise; float32 is computed in float64 and rounded once."""
    wide, dtype = _widened(x)
    size = np.abs(wide)
    result = np.where(size <= 0.5, _erf_small(np.clip(wide, -0.5, 0.5)), 0.0)
    outside = ~(size <= 0.5)
    result[outside] = np.copysign(1 - _erfc_tail(size[outside]), wide[outside])
    return result.astype(dtype, copy=False)[()]


def erfc(x):
    """1 - erf(x), elementwise, with full relative accuracy for large x, where it becomes tiny."""
    wide, dtype = _widened(x)
    size = np.abs(wide)
    result = np.where(size <= 0.5, 1 - _erf_small(np.clip(wide, -0.5, 0.5)), 0.0)
    outside = ~(size <= 0.5)
    tail = _erfc_tail(size[outside])
    result[outside] = np.where(wide[outside] < 0, 2 - tail, tail)
    return result.astype(dtype, copy=False)[()]


def _widened(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"erf and erfc want real numbers, got dtype {x.dtype}")
    return np.array(x, np.float64), x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)


def _ratio(coefficients, x):
    above, below = coefficients
    numerator, denominator = np.full_like(x, above[0]), np.full_like(x, below[0])
    for polynomial, value in ((above, numerator), (below, denominator)):
        for c in polynomial[1:]:
            value *= x
            value += c
    return np.divide(numerator, denominator, out=numerator)


def _erf_small(x):
    return x * _ratio(_SMALL, x * x)


def _erfc_tail(x):
    """erfc for x > 0.5 (and NaN), a flat array."""
    result = np.empty_like(x)
    large = x > 4
    middle = x[~large]
    result[~large] = _ratio(_MIDDLE, middle)
    far = np.minimum(x[large], _TOP)
    inverse = 1 / (far * far)
    result[large] = (1 / math.sqrt(math.pi) - inverse * _ratio(_LARGE, inverse)) / far
    # exp(-x²) with x² split into an exact square of few bits and a small rest, else x²'s rounding error is amplified
    x = np.minimum(x, _TOP)
    coarse = np.trunc(x * 16) / 16
    result *= np.exp(-coarse * coarse)
    result *= np.exp((coarse - x) * (coarse + x))
    result[x >= _TOP] = 0.0
    return result


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
