"""Winograd's transforms, one axis at a time, as formulas on the vectors of generated code.

A correlation of t = m + 2 samples d with a kernel g of 3 taps gives m outputs y = Aᵀ(Gg ⊙ Bᵀd), with t products instead
of 3m: polynomials are multiplied by their values at the points 0, ±p, … and ∞. For m = 2 the points are 0, ±1, ∞, for
m = 4 they are 0, ±5/8, ±3/2, ∞: the usual ±1, ±2 would make the largest rounding errors three to four times as large.

Images are transformed along both axes (`both_axes`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from autograd.kernels.native.values import Value

Line: TypeAlias = list[Value]
Square: TypeAlias = list[list[Value]]
Transform: TypeAlias = Callable[[int, Sequence[Value]], Line]

P, Q = 5 / 8, 3 / 2
PP, QQ = P * P, Q * Q
AT_0, AT_P, AT_Q = 1 / (PP * QQ), 1 / (2 * PP * (PP - QQ)), 1 / (2 * QQ * (QQ - PP))
"""What G divides by at 0, ±P, ±Q: the products of the distances to the other points, inverted."""


def image(m: int, d: Sequence[Value]) -> Line:
    """Bᵀd: t samples of an image to t points."""
    if m == 2:
        return [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]
    even, odd = d[4] - d[2] * QQ, d[3] - d[1] * QQ
    even2, odd2 = d[4] - d[2] * PP, d[3] - d[1] * PP
    return [
        d[4] - d[2] * (PP + QQ) + d[0] * (PP * QQ),
        even + odd * P,
        even - odd * P,
        even2 + odd2 * Q,
        even2 - odd2 * Q,
        d[5] - d[3] * (PP + QQ) + d[1] * (PP * QQ),
    ]


def kernel(m: int, g: Sequence[Value]) -> Line:
    """Gg: the 3 taps of a kernel to t points."""
    if m == 2:
        even, odd = (g[0] + g[2]) * 0.5, g[1] * 0.5
        return [g[0], even + odd, even - odd, g[2]]
    even, odd = g[0] * AT_P + g[2] * (AT_P * PP), g[1] * (AT_P * P)
    even2, odd2 = g[0] * AT_Q + g[2] * (AT_Q * QQ), g[1] * (AT_Q * Q)
    return [g[0] * AT_0, even + odd, even - odd, even2 + odd2, even2 - odd2, g[2]]


def output(m: int, v: Sequence[Value]) -> Line:
    """Aᵀv: t points to m samples of the result."""
    sum_, difference = v[1] + v[2], v[1] - v[2]
    if m == 2:
        return [v[0] + sum_, difference - v[3]]
    sum2, difference2 = v[3] + v[4], v[3] - v[4]
    return [
        v[0] + sum_ + sum2,
        difference * P + difference2 * Q,
        sum_ * PP + sum2 * QQ,
        v[5] + difference * (PP * P) + difference2 * (QQ * Q),
    ]


def gradient(m: int, y: Sequence[Value]) -> Line:
    """Ay, the adjoint of `output`: m samples of the result's gradient to t points."""
    if m == 2:
        return [y[0], y[0] + y[1], y[0] - y[1], -y[1]]
    even, odd = y[0] + y[2] * PP, y[1] + y[3] * PP
    even2, odd2 = y[0] + y[2] * QQ, y[1] + y[3] * QQ
    return [y[0], even + odd * P, even - odd * P, even2 + odd2 * Q, even2 - odd2 * Q, y[3]]


def taps(m: int, u: Sequence[Value]) -> Line:
    """Gᵀu, the adjoint of `kernel`: t points to 3 taps."""
    sum_, difference = u[1] + u[2], u[1] - u[2]
    if m == 2:
        half = sum_ * 0.5
        return [u[0] + half, difference * 0.5, half + u[3]]
    sum2, difference2 = u[3] + u[4], u[3] - u[4]
    return [
        u[0] * AT_0 + sum_ * AT_P + sum2 * AT_Q,
        difference * (AT_P * P) + difference2 * (AT_Q * Q),
        u[5] + sum_ * (AT_P * PP) + sum2 * (AT_Q * QQ),
    ]


def both_axes(transform: Transform, m: int, square: Square) -> Square:
    """A transform of every column and then of every row."""
    columns = [transform(m, column) for column in zip(*square)]
    return [transform(m, row) for row in zip(*columns)]
