"""LU factors of matrices with row exchanges, and solutions with them. LAPACK's LU is reached through SciPy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.kernels import scipy_matrices as kernels
from autograd.ops.axes import operand
from autograd.ops.gather import take_along_axis
from autograd.ops.joining import concatenate_
from autograd.ops.linear_systems import solve_triangular_
from autograd.ops.matrix_tools import conj, entries, floating, matrices, stack_shape, with_spread_values
from autograd.ops.padding import zero_pad
from autograd.ops.shape import broadcast_to
from autograd.primitive import primitive

__all__ = ["LUFactor", "LUResult", "lu", "lu_factor", "lu_solve"]


def _rows(x, order):
    """The rows of each matrix in an order, an array of indices (…, rows)."""
    return take_along_axis(x, np.broadcast_to(order[..., None], (*order.shape, x.shape[-1])), -2)


def _lu_wrt_x(g, out):
    (g_l, g_u, _), (l, u, rows) = g, out
    m, n = l.shape[-2], u.shape[-1]
    k = min(m, n)
    last = len(l.shape) - 1
    top, square, below, right = l[..., :k, :], u[..., :k], None, None
    g_top, g_square = g_l[..., :k, :], g_u[..., :k]
    if m > k:  # L₂ = A₂ U⁻¹
        below = solve_triangular_(square, g_l[..., k:, :].mT, lower=False).mT
        g_square = g_square - l[..., k:, :].mT @ below
    if n > k:  # U₂ = L⁻¹ A₂
        right = solve_triangular_(top.mT, g_u[..., k:], lower=False, unit=True)
        g_top = g_top - right @ u[..., k:].mT
    inner = np.tril(top.mT @ g_top, -1) + np.triu(g_square @ square.mT)
    d = solve_triangular_(top.mT, inner, lower=False, unit=True)
    d = solve_triangular_(square, d.mT, lower=False).mT
    d = d if below is None else concatenate_(d, below, axis=last - 1)
    d = d if right is None else concatenate_(d, right, axis=last)
    return _rows(d, rows)


def _lu_sample(s):
    m, n, stack = s.integer(0, 4), s.integer(0, 4), stack_shape(s)
    x = with_spread_values(s, stack, m, n, entries(s))
    for k in range(min(m, n)):  # far from a change of pivots
        x[..., k, k] += 4 - k / 2
    return (x,), {}


@primitive(
    x=_lu_wrt_x,
    outputs=3,
    text="lu {x}",
    samples=_lu_sample,
    flops=lambda out, x: 2 * x.size * min(x.shape[-2:]) // 3,
)
def lu_(x):
    """Unit lower triangular L, upper triangular U, and the order of rows in which their product is x."""
    return kernels.lu(x)


class LUResult(NamedTuple):
    """A permutation matrix, a unit lower and an upper triangular factor.

    >>> import autograd, numpy as np
    >>> autograd.linalg.lu(np.eye(2)).U
    array([[1., 0.],
           [0., 1.]])
    """

    P: Any
    L: Any
    U: Any


class LUFactor(NamedTuple):
    """Both factors in one matrix, and the exchanges of rows.

    >>> import autograd, numpy as np
    >>> autograd.linalg.lu_factor(np.eye(2)).pivots
    array([1, 2], dtype=int32)
    """

    LU: Any
    pivots: Any


def lu(a: Any) -> LUResult:
    """A = P L U with a permutation matrix P; PyTorch's `linalg.lu`, SciPy's `lu`. Needs SciPy.

    `a` (…, m, n), k = min(m, n) → P (…, m, m), L (…, m, k) with ones on its diagonal, U (…, k, n).
    Raises numpy.linalg.LinAlgError when differentiated where the first k columns or rows are dependent.

    >>> import autograd, numpy as np
    >>> autograd.linalg.lu(np.array([[0.0, 1.0], [2.0, 3.0]])).U
    array([[2., 3.],
           [0., 1.]])
    """
    x = matrices(a, "lu")
    l, u, rows = lu_(x)
    return LUResult(np.eye(x.shape[-2], dtype=x.dtype)[np.asarray(rows)], l, u)


def compact(a: Any) -> tuple[Any, Any]:
    """Both factors in one matrix, and LAPACK's exchanges of rows, counted from 0."""
    x = matrices(a, "lu_factor")
    m, n = x.shape[-2:]
    l, u, rows = lu_(x)
    l, lead = np.tril(l, -1), [(0, 0)] * (len(x.shape) - 2)
    both = l + zero_pad(u, (*lead, (0, m - n), (0, 0))) if m >= n else zero_pad(l, (*lead, (0, 0), (0, n - m))) + u
    order = np.argsort(np.asarray(rows), axis=-1)
    return both, kernels.pivots_of(order)[..., : min(m, n)]


def lu_factor(a: Any) -> LUFactor:
    """(LU, pivots): U on and above, L below the diagonal, and exchanges of rows counted from 1; `linalg.lu_factor`.

    `a` (…, m, n) → LU (…, m, n), pivots (…, min(m, n)): row i was exchanged with row pivots[i]. Needs SciPy.

    >>> import autograd, numpy as np
    >>> autograd.linalg.lu_factor(np.array([[0.0, 1.0], [2.0, 3.0]]))
    LUFactor(LU=array([[2., 3.],
           [0., 1.]]), pivots=array([2, 2], dtype=int32))
    """
    both, pivots = compact(a)
    return LUFactor(both, pivots + np.int32(1))


def solve_compact(both: Any, pivots: Any, b: Any, trans: int) -> Any:
    """The solution of A X = B (trans 0), Aᵀ X = B (1) or Aᴴ X = B (2), given what `compact` makes of A."""
    both, b = matrices(both, "lu_solve", square=True), floating(b, "lu_solve")
    pivots = np.asarray(pivots)
    if len(b.shape) == 1:
        return solve_compact(both, pivots, b[:, None], trans)[..., 0]
    if b.shape[-2] != both.shape[-1]:
        raise ValueError(f"lu_solve: factors of shape {both.shape} and a right-hand side of shape {b.shape} do not fit")
    order = kernels.rows_of(pivots, both.shape[-1])
    stack = np.broadcast_shapes(both.shape[:-2], b.shape[:-2])
    b, order = broadcast_to(b, stack + b.shape[-2:]), np.broadcast_to(order, stack + order.shape[-1:])
    if trans == 0:
        half = solve_triangular_(both, _rows(b, order), lower=True, unit=True)
        return solve_triangular_(both, half, lower=False)
    across = both.mT if trans == 1 else conj(both).mT
    half = solve_triangular_(across, b, lower=True)
    return _rows(solve_triangular_(across, half, lower=False, unit=True), np.argsort(order, axis=-1))


def lu_solve(lu: Any, pivots: Any, b: Any, *, left: bool = True, adjoint: bool = False) -> Any:
    """The solution of A X = B given what `lu_factor` makes of A; of X A = B unless `left`; of Aᴴ with `adjoint`.

    `lu` (…, n, n), `pivots` (…, n), `b` (…, n, k), with left=False (…, k, n). PyTorch's `linalg.lu_solve`.

    >>> import autograd, numpy as np
    >>> lu, pivots = autograd.linalg.lu_factor(np.array([[0.0, 1.0], [2.0, 3.0]]))
    >>> autograd.linalg.lu_solve(lu, pivots, np.array([[1.0], [5.0]])).ravel()
    array([1., 1.])
    """
    pivots = np.asarray(pivots) - 1
    if left:
        return solve_compact(lu, pivots, b, 2 if adjoint else 0)
    b = operand(b)
    if adjoint:
        return conj(solve_compact(lu, pivots, conj(b).mT, 0)).mT
    return solve_compact(lu, pivots, b.mT, 1).mT
