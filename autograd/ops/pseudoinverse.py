"""What singular values say: pseudoinverse, least squares, rank, condition, and the norms of matrices made of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.ops.linalg import matmul
from autograd.ops.linear_systems import inv
from autograd.ops.matrix_tools import (
    adjoint,
    conj,
    entries,
    floating,
    from_triangle,
    hermitian_part,
    matrices,
    stack_shape,
    with_spread_values,
)
from autograd.ops.norms import norm
from autograd.ops.reductions import sum as sum_over
from autograd.ops.shape import astype
from autograd.ops.spectra import svdvals
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = ["LstsqResult", "cond", "lstsq", "matrix_rank", "pinv"]


# --- pseudoinverse ---------------------------------------------------------------------------------------------------


def _pinv_wrt_x(g, x, out):
    across = adjoint(g)
    left, right = conj(out @ adjoint(out)), conj(adjoint(out) @ out)
    d = -(out.mT @ g @ out.mT)
    d = d + (across - conj(x @ out) @ across) @ left
    return d + right @ (across - across @ conj(out @ x))


def _pinv_tangent(t, x, out):
    across = adjoint(t)
    d = -(out @ t @ out) + out @ adjoint(out) @ (across - across @ x @ out)
    return d + (across - out @ x @ across) @ adjoint(out) @ out


def _pinv_sample(s):
    return (with_spread_values(s, stack_shape(s), s.integer(0, 3), s.integer(0, 3), entries(s)),), {"rcond": 1e-10}


@primitive(
    x=_pinv_wrt_x,
    forward={"x": _pinv_tangent},
    text="{x}⁺",
    samples=_pinv_sample,
    flops=lambda out, x, rcond: 20 * x.size * min(x.shape[-2:]),
)
def pinv_(x, rcond):
    """The pseudoinverse of each matrix; singular values up to rcond times the largest count as 0."""
    return np.linalg.pinv(x, rcond)


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The Moore-Penrose pseudoinverse of matrices (…, m, n) → (…, n, m); np.linalg.pinv, `linalg.pinv`.

    Singular values up to `rtol` (or `rcond`) times the largest count as 0; default max(m, n) times the machine epsilon.
    `hermitian` says that `a` is symmetric (Hermitian). The derivative is that along matrices of the same rank; where
    the rank changes the pseudoinverse jumps and has none.

    >>> import autograd, numpy as np
    >>> autograd.linalg.pinv(np.array([[2.0, 0.0], [0.0, 0.0]]))
    array([[0.5, 0. ],
           [0. , 0. ]])
    """
    if rcond is not None and rtol is not None:
        raise ValueError("pinv: rtol and rcond are two names of one thing, give one of them")
    x = matrices(a, "pinv", square=hermitian)
    cut = rcond if rtol is None else rtol
    if cut is None:
        cut = max(x.shape[-2:]) * np.finfo(x.dtype).eps
    return pinv_(hermitian_part(x, "pinv") if hermitian else x, np.asarray(cut, np.float64))


@implements(np.linalg.pinv)
def _np_pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """NumPy looks at the lower triangle of what is said to be Hermitian, and so does the gradient."""
    a = from_triangle(matrices(a, "pinv", square=True)) if hermitian else a
    return pinv(a, rcond, rtol=rtol)


# --- least squares ---------------------------------------------------------------------------------------------------


class LstsqResult(NamedTuple):
    """Solution, sums of squared residuals, rank and singular values.

    >>> import autograd, numpy as np
    >>> int(autograd.linalg.lstsq(np.eye(2), np.ones(2)).rank)
    2
    """

    solution: Any
    residuals: Any
    rank: Any
    singular_values: Any


@implements(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> LstsqResult:
    """The x of least ‖a x - b‖, and of those the one of least norm; np.linalg.lstsq.

    `a` (m, n), `b` (m,) or (m, k) → (x (n,) or (n, k), residuals (k,), rank, singular values of `a`). The residuals,
    sums of squares, are empty unless m > n = rank. The rank has no derivative; x has one along `a` of the same rank.
    Stacks (…, m, n) with `b` (…, m, k) are possible too; their residuals are not computed and come as an empty array.

    >>> import autograd, numpy as np
    >>> x, residuals, rank, s = autograd.linalg.lstsq(np.array([[1.0], [1.0]]), np.array([1.0, 3.0]))
    >>> x.round(12), residuals.round(12)
    (array([2.]), array([2.]))
    """
    x, y = matrices(a, "lstsq"), floating(b, "lstsq")
    m, n = x.shape[-2:]
    if y.shape[-min(2, max(len(y.shape), 1)) :][:1] != (m,):
        raise np.linalg.LinAlgError(f"lstsq: `a` of shape {x.shape} has {m} rows, `b` of shape {y.shape} does not fit")
    cut = np.finfo(x.dtype).eps * max(m, n) if rcond is None else max(rcond, np.finfo(x.dtype).eps)
    solution = matmul(pinv(x, cut), y)
    rank = matrix_rank(x, rtol=cut)
    residuals: Any = np.zeros(0, solution.dtype)
    if len(x.shape) == 2 and m > n == int(rank):
        rest = matmul(x, solution) - y
        residuals = sum_over(rest * rest if rest.dtype.kind != "c" else np.real(rest * conj(rest)), 0)
        residuals = residuals[None] if len(y.shape) == 1 else residuals
    return LstsqResult(solution, residuals, astype(rank, np.int32), svdvals(x))


# --- rank and condition ----------------------------------------------------------------------------------------------


def _rank_sample(s):
    return (s.array((*stack_shape(s), s.integer(1, 3), s.integer(1, 3))),), {"tol": None, "rtol": None}


@primitive(x=None, text="rank {x}", samples=_rank_sample)
def matrix_rank_(x, tol, rtol):
    """How many singular values of each matrix are not 0."""
    return np.linalg.matrix_rank(x, tol, rtol=rtol)


@implements(np.linalg.matrix_rank)
def matrix_rank(a: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """How many singular values are larger than `tol`, or `rtol` times the largest; integers, without a gradient.

    >>> import autograd, numpy as np
    >>> int(autograd.linalg.matrix_rank(np.ones((2, 2))))
    1
    """
    x = floating(a, "matrix_rank")
    x = from_triangle(matrices(x, "matrix_rank", square=True)) if hermitian else x
    return matrix_rank_(x, tol, rtol)


@implements(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """The condition number ‖A‖ ‖A⁻¹‖ of matrices (…, m, n) → (…); np.linalg.cond.

    `p` is an order of a matrix norm. None and 2: the ratio of the largest and the smallest singular value (-2: its
    inverse), also of matrices that are not square; inf where the smallest is 0. Other orders, of square matrices, raise
    numpy.linalg.LinAlgError for a singular one.

    >>> import autograd, numpy as np
    >>> float(autograd.linalg.cond(np.diag([4.0, 2.0])))
    2.0
    """
    x = matrices(x, "cond", square=p not in (None, 2, -2))
    if 0 in x.shape[-2:]:
        raise np.linalg.LinAlgError(f"cond is not defined for empty matrices, got shape {x.shape}")
    if p in (None, 2, -2):
        s = svdvals(x)
        with np.errstate(divide="ignore", invalid="ignore"):
            return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return norm(x, p, (-2, -1)) * norm(inv(x), p, (-2, -1))
