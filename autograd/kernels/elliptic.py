"""Incomplete elliptic integrals and all their derivatives with respect to the parameter, by quadrature."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from autograd.kernels.gamma import floating

_STEP = 0.0625
_T = np.arange(-54, 55) * _STEP
_NODES = sp.expit(np.pi * np.sinh(_T))  # the double exponential rule on [0, 1]
_WEIGHTS = _STEP * np.pi * np.cosh(_T) * _NODES * _NODES[::-1]


def elliptic_integral(phi, m, j, k):
    """∫₀^φ sin²ʲ θ (1 - m sin² θ)^(k/2) dθ; F(φ, m) for j = 0, k = -1, and E(φ, m) for j = 0, k = 1.

    NaN where m sin² θ exceeds 1 on the way. Relative error about 1e-14, except near m sin² φ = 1.
    """
    dtype = floating(phi, m)
    phi, m = np.broadcast_arrays(phi, m)
    phi, m = phi.astype(np.float64), m.astype(np.float64)
    turns = np.round(phi / math.pi)
    rest = phi - turns * math.pi
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        out = _piece(rest, m, j, k)
        out = np.where(turns != 0, out + 2 * turns * _piece(np.where(turns != 0, math.pi / 2, 0), m, j, k), out)
    return out.astype(dtype)[()]


def _piece(phi, m, j, k):
    sine = np.sin(phi[..., None] * _NODES)
    # cos² of the angle by its distance from φ: 1 - m sin² = (1 - m) + m cos², accurate where it becomes small
    cosine = np.cos(phi)[..., None] + 2 * np.sin(phi[..., None] * (1 + _NODES) / 2) * np.sin(
        phi[..., None] * _NODES[::-1] / 2
    )
    inside = (1 - m)[..., None] + m[..., None] * cosine**2
    return phi * ((sine ** (2 * j) * inside ** (k / 2)) @ _WEIGHTS)
