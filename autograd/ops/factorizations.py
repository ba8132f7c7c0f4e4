"""Triangular and orthogonal factors of stacks of matrices: Cholesky and QR."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.kernels import matrices as kernels
from autograd.ops.joining import concatenate_
from autograd.ops.linear_systems import inv_, solve_triangular_
from autograd.ops.matrix_tools import (
    adjoint,
    conj,
    diagonal_matrix,
    diagonal_part,
    entries,
    from_triangle,
    hermitian_matrices,
    matrices,
    orthogonal,
    real,
    refuse,
    stack_shape,
    steady,
    twice_hermitian,
    with_spread_values,
)
from autograd.ops.padding import zero_pad
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = ["QRResult", "cholesky", "qr"]

ROTATION = (
    "the vectors that complete an orthonormal basis (qr's mode 'complete', svd's full_matrices) are arbitrary, and the "
    "function that is differentiated depends on their choice, so that it has no derivative; use the reduced form, or "
    "only what does not change when they are rotated among one another, like their projector Q₂ Q₂ᴴ"
)
# --- Cholesky --------------------------------------------------------------------------------------------------------


def _half(x):
    """The lower triangle with half the diagonal."""
    return np.tril(x) - diagonal_matrix(diagonal_part(x)) / 2


def _cholesky_wrt_x(g, out):
    left = solve_triangular_(out.mT, _half(out.mT @ g), lower=False)
    return twice_hermitian(solve_triangular_(adjoint(out), left.mT, lower=False).mT) / 2


@primitive(
    x=_cholesky_wrt_x,
    samples=lambda s: ((hermitian_matrices(s, 1),), {}),
    flops=lambda out, x: x.size * x.shape[-1] // 3,
)
def cholesky_(x):
    """The lower triangular L with x = L Lᴴ; of x the Hermitian part."""
    return np.linalg.cholesky(kernels.hermitian_part(x, "cholesky"))


def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The Cholesky factor: lower triangular L with A = L Lᴴ, or U with A = Uᴴ U; the array API's `linalg.cholesky`.

    `a` (…, n, n): symmetric (Hermitian) and positive definite; its gradient is symmetric (Hermitian) too.
    Raises numpy.linalg.LinAlgError where `a` is not positive definite, ValueError where it is not Hermitian.

    >>> import autograd, numpy as np
    >>> autograd.linalg.cholesky(np.array([[4.0, 2.0], [2.0, 5.0]]))
    array([[2., 0.],
           [1., 2.]])
    """
    l = cholesky_(matrices(a, "cholesky", square=True))
    return adjoint(l) if upper else l


@implements(np.linalg.cholesky)
def _np_cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """NumPy looks at the triangle of the factor only, and so does the gradient."""
    return cholesky(from_triangle(matrices(a, "cholesky", square=True), not upper), upper=upper)


# --- QR --------------------------------------------------------------------------------------------------------------


class QRResult(NamedTuple):
    """An orthogonal and an upper triangular factor.

    >>> import autograd, numpy as np
    >>> autograd.linalg.qr(np.eye(2)).R.shape
    (2, 2)
    """

    Q: Any
    R: Any


def _qr_sample(s):
    n, stack = s.integer(0, 3), stack_shape(s)
    return with_spread_values(s, stack, n + s.integer(0, 2), n, entries(s))


def _qr_wrt_x(g, out):
    (g_q, g_r), (q, r) = g, out
    inner = np.triu(g_r @ r.mT - q.mT @ g_q)
    inner = twice_hermitian(inner) - diagonal_matrix(real(diagonal_part(inner)))  # the diagonal of R is real
    return solve_triangular_(r, (g_q + conj(q) @ inner).mT, lower=False).mT


@primitive(
    x=_qr_wrt_x,
    outputs=2,
    text="qr {x}",
    samples=steady(_qr_sample, np.linalg.qr),
    flops=lambda out, x: 4 * x.size * x.shape[-1],
)
def qr_(x):
    """Q with orthonormal columns and the upper triangular R of x = Q R, for matrices not wider than high."""
    return tuple(np.linalg.qr(x))


def _complement_wrt_x(g, x, out):
    inner = out.mT @ g
    refuse(inner - adjoint(inner), g, ROTATION)
    return -(conj(out) @ adjoint(g) @ conj(x @ inv_(adjoint(x) @ x)))


def _complement(x):
    return np.linalg.qr(x, "complete")[0][..., x.shape[-1] :]


def _complement_sample(s):
    n, stack = s.integer(0, 3), stack_shape(s)
    return orthogonal(s, stack, n + 1)[..., :n]


@primitive(x=_complement_wrt_x, samples=steady(_complement_sample, lambda x: (_complement(x),)))
def complement(x):
    """Orthonormal columns that complete those of x to a basis."""
    return _complement(x)


def completed(q):
    """A square matrix with the orthonormal columns q first."""
    return q if q.shape[-1] == q.shape[-2] else concatenate_(q, complement(q), axis=len(q.shape) - 1)


@implements(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """A = Q R with orthonormal columns Q and upper triangular R; np.linalg.qr, the array API's `linalg.qr`.

    `a` (…, m, n), k = min(m, n). `mode`: "reduced": Q (…, m, k), R (…, k, n); "complete": Q (…, m, m), R (…, m, n),
    where the columns beyond k may be used only in ways that do not depend on the choice of that basis; "r": R alone.
    Raises ValueError for other modes ("raw" is LAPACK's private format), numpy.linalg.LinAlgError when differentiated
    where the first k columns of `a` are linearly dependent.

    >>> import autograd, numpy as np
    >>> q, r = autograd.linalg.qr(np.array([[3.0, 1.0], [4.0, 2.0]]))
    >>> np.abs(r).round(12)
    array([[5. , 2.2],
           [0. , 0.4]])
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode {mode!r} is not supported; use 'reduced', 'complete' or 'r'")
    x = matrices(a, "qr")
    m, n = x.shape[-2:]
    q, r = qr_(x if m >= n else x[..., :m])
    if m < n:
        r = concatenate_(r, adjoint(q) @ x[..., m:], axis=len(x.shape) - 1)
    if mode == "r":
        return r
    if mode == "complete" and m > n:
        q, r = completed(q), zero_pad(r, (*[(0, 0)] * (len(x.shape) - 2), (0, m - n), (0, 0)))
    return QRResult(q, r)
