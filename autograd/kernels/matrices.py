"""What NumPy's linear algebra lacks: triangular systems, Hermitian parts, exponentials; of stacks of matrices."""

from __future__ import annotations

import numpy as np

BLOCK = 48
"""Rows of a triangle that are solved at once by a general solver; larger ones are halved."""
ASYMMETRY = 0.05
"""How large |A - Aᴴ| may be, relative to |A|, for A to pass as Hermitian: room for finite differences."""


def hermitian_part(x: np.ndarray, op: str) -> np.ndarray:
    """(A + Aᴴ)/2; raises ValueError where a matrix is plainly not Hermitian."""
    other = np.conjugate(x.mT)
    if x.size and x.shape[-1] > 1:
        size = float(np.max(np.abs(x)))
        apart = float(np.max(np.abs(x - other)))
        lower, upper = np.tril(x, -1).any(), np.triu(x, 1).any()
        if apart > ASYMMETRY * size or lower != upper:
            what = "holds one triangle only" if lower != upper else f"differs from its transpose by up to {apart:.3g}"
            raise ValueError(
                f"{op} wants symmetric (Hermitian) matrices, and this one {what}; of a matrix stored as its lower "
                f"triangle make a whole one with np.tril(a) + np.conj(np.tril(a, -1)).mT"
            )
    return (x + other) / 2


def solve_triangular(a: np.ndarray, b: np.ndarray, lower: bool, unit: bool) -> np.ndarray:
    """The solution X of A X = B with only a triangle of A looked at, by halves; raises LinAlgError on a zero pivot."""
    n = a.shape[-1]
    if n <= BLOCK:
        triangle = np.tril(a) if lower else np.triu(a)
        if unit:
            triangle[..., np.arange(n), np.arange(n)] = 1
        return np.linalg.solve(triangle, b)
    half = n // 2
    first, second = (slice(None, half), slice(half, None))[:: 1 if lower else -1]
    x = solve_triangular(a[..., first, first], b[..., first, :], lower, unit)
    y = solve_triangular(a[..., second, second], b[..., second, :] - a[..., second, first] @ x, lower, unit)
    return np.concatenate((x, y) if lower else (y, x), axis=-2)


def expm(x: np.ndarray, levels: int = 0) -> np.ndarray:
    """The exponential of each matrix, by a Padé approximant after scaling and before repeated squaring.

    With `levels` the matrices are block triangular, 2**levels equal blocks a side; the blocks off the diagonal, in
    which the result is (multi)linear, do not count for the scaling. N. Higham, "The scaling and squaring method for
    the matrix exponential revisited", 2005; A. Al-Mohy and N. Higham, "Computing the Fréchet derivative of the matrix
    exponential", 2009.
    """
    n = x.shape[-1]
    side = n >> levels
    blocks = [x[..., k : k + side, k : k + side] for k in range(0, n, side or 1)]
    norms = [np.max(np.sum(np.abs(b), axis=-2), axis=-1, initial=0) for b in blocks]
    norm = np.max(norms, axis=0) if norms else np.zeros(x.shape[:-2], x.real.dtype)
    if not np.isfinite(norm).all():
        return np.full_like(x, np.nan)
    small = bool((norm <= SMALL).all())
    times = np.zeros(norm.shape, int) if small else np.ceil(np.log2(np.maximum(norm / LARGE, 1))).astype(int)
    out = _pade(x / np.exp2(times)[..., None, None].astype(norm.dtype), 7 if small else 13)
    for k in range(int(times.max(initial=0))):
        out = np.where((times > k)[..., None, None], out @ out, out)
    return out


SMALL, LARGE = 0.9, 4.2
"""Norms up to which the approximants of degrees 7 and 13 and their derivatives are exact in float64."""


def _pade(x: np.ndarray, degree: int) -> np.ndarray:
    """The diagonal Padé approximant of exp."""
    coefficients = [1.0]
    for k in range(degree):
        coefficients.append(coefficients[-1] * (degree - k) / ((2 * degree - k) * (k + 1)))
    square = x @ x
    power = np.broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), x.shape)
    even, odd = np.zeros_like(x), np.zeros_like(x)
    for k in range(0, degree, 2):
        even, odd = even + coefficients[k] * power, odd + coefficients[k + 1] * power
        power = power @ square if k + 2 < degree else power
    odd = x @ odd
    return np.linalg.solve(even - odd, even + odd)
