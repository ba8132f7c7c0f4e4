"""The gamma function family, where SciPy has no kernel: polygamma in one dtype, also complex; derivatives of zeta."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

BERNOULLI = sp.bernoulli(30)[::2]
"""B₀, B₂, B₄, …"""
_FAR = 12
"""From here on the Euler-Maclaurin tails are exact to the last place with the Bernoulli numbers at hand."""


def floating(*args):
    """The floating dtype of a result; Python numbers are weak, and alone they are doubles."""
    dtype = np.result_type(np.float16, *args)
    return dtype if dtype != np.float16 else np.dtype(np.float64)


def polygamma(n, x):
    """ψ⁽ⁿ⁾(x), the n-th derivative of digamma, elementwise, in the dtype of x; complex x too."""
    x = np.asarray(x)
    dtype = np.result_type(x.dtype, np.float16 if x.dtype.kind in "fc" else np.float64)
    n = np.asarray(n)
    if n.size and (np.any(n < 0) or np.any(n != np.floor(n))):
        raise ValueError(f"polygamma wants orders n = 0, 1, 2, …, got {n}")
    n, x = n.astype(np.float64), x.astype(np.promote_types(dtype, np.float64))
    s = np.where(n == 0, 2, n + 1)
    zeta = zeta_derivative(s, x, 0) if dtype.kind == "c" else sp.zeta(s, x)
    out = np.where(n == 0, sp.psi(x), (-1.0) ** (n + 1) * sp.gamma(n + 1) * zeta)
    return out.astype(dtype)[()]


def zeta_derivative(s, q, n):
    """∂ⁿ/∂sⁿ of Σₖ (k + q)⁻ˢ, elementwise, by Euler's and Maclaurin's formula; for s > -2, not too near its pole at 1.

    Truncated power series in ε stand for functions of s + ε, so that all orders come at once. The relative error is a
    few units in the last place; q may be complex, and must not be 0, -1, -2, ….
    """
    s, q = np.broadcast_arrays(np.asarray(s, np.float64), np.asarray(q))
    total = [np.zeros(s.shape, np.result_type(q, s)) for _ in range(n + 1)]

    def add(series):
        for have, more in zip(total, series, strict=True):
            have += more

    lowest = float(np.min(q.real, initial=0.0, where=np.isfinite(q.real)))
    steps = _FAR + math.ceil(max(-lowest, 0.0))
    for k in range(steps):
        add(_power(q + k, s, n))
    far = q + steps
    tail = _power(far, s, n)
    inverse = [(-1.0) ** j / (s - 1) ** (j + 1) for j in range(n + 1)]
    add(_product(tail, [far * c for c in inverse]))
    add([0.5 * c for c in tail])
    rising = _product(tail, [s, np.ones_like(s), *[np.zeros_like(s)] * n][: n + 1])
    for j in range(1, len(BERNOULLI)):
        add([(BERNOULLI[j] / math.factorial(2 * j)) * c * far ** (1.0 - 2 * j) for c in rising])
        for i in (2 * j - 1, 2 * j):
            rising = _product(rising, [s + i, np.ones_like(s), *[np.zeros_like(s)] * n][: n + 1])
    return math.factorial(n) * total[n]


def _power(q, s, n):
    """The series of q^-(s + ε)."""
    value, log = q**-s, -np.log(q)
    return [value * log**j / math.factorial(j) for j in range(n + 1)]


def _product(x, y):
    return [sum(x[i] * y[j - i] for i in range(j + 1)) for j in range(len(x))]
