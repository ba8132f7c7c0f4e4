"""Eigenvalues and singular values of stacks of matrices, and their vectors.

Eigenvectors and singular vectors are defined up to a sign or phase (those of equal values up to a rotation), and the
columns that complete a basis up to a rotation; what is returned is what LAPACK picks. Derivatives are right for
functions that do not depend on the pick. Where the pick provably matters, the derivative is refused.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.kernels import matrices as kernels
from autograd.ops.factorizations import completed
from autograd.ops.joining import concatenate_
from autograd.ops.linear_systems import solve_
from autograd.ops.matrix_tools import (
    adjoint,
    conj,
    diagonal_matrix,
    diagonal_part,
    entries,
    from_triangle,
    guarded_divide,
    hermitian_matrices,
    hermitian_part,
    matrices,
    over_gaps,
    real,
    refuse,
    scale_of,
    spread,
    stack_shape,
    steady,
    twice_hermitian,
    with_spread_values,
)
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = ["EigResult", "EighResult", "SVDResult", "eig", "eigh", "eigvals", "eigvalsh", "svd", "svdvals"]

EQUAL = (
    "{0}: two {1} are equal (to rounding), so the {2} have no derivative here; use a function of the {1} alone, or a "
    "function of the matrix that needs no decomposition (inv, solve, slogdet, matrix_exp, sqrtm), or move the {1} apart"
)
PHASE = (
    "{0}: the function that is differentiated depends on the phases of the {1}, which are arbitrary, so that it has no "
    "derivative; let it use magnitudes or products that do not change when a vector is multiplied by exp(iφ)"
)


# --- Hermitian eigenvalues -------------------------------------------------------------------------------------------


class EighResult(NamedTuple):
    """Eigenvalues in ascending order, and eigenvectors as columns.

    >>> import autograd, numpy as np
    >>> autograd.linalg.eigh(np.diag([2.0, 1.0])).eigenvalues
    array([1., 2.])
    """

    eigenvalues: Any
    eigenvectors: Any


def _eigh_wrt_x(g, out):
    (g_w, g_v), (w, v) = g, out
    inner = v.mT @ g_v
    if inner.dtype.kind == "c":
        refuse(np.imag(diagonal_part(inner)), g_v, PHASE.format("eigh", "eigenvectors"))
    inner = over_gaps(inner, w, EQUAL.format("eigh", "eigenvalues", "eigenvectors")) + diagonal_matrix(g_w)
    return twice_hermitian(conj(v) @ inner @ v.mT) / 2


@primitive(
    x=_eigh_wrt_x,
    outputs=2,
    text="eigh {x}",
    samples=steady(lambda s: hermitian_matrices(s, -1, draw=s.array), np.linalg.eigh),
    flops=lambda out, x, triangle: 9 * x.size * x.shape[-1],
)
def eigh_(x, triangle="L"):
    """Eigenvalues in ascending order and eigenvectors of the Hermitian part, of which LAPACK reads the triangle."""
    return tuple(np.linalg.eigh(kernels.hermitian_part(x, "eigh"), triangle))


def _eigvalsh_wrt_x(g, x, triangle):
    v = eigh_(x, triangle)[1]
    return twice_hermitian(conj(v) * g[..., None, :] @ v.mT) / 2


def _eigvalsh_tangent(t, x, triangle):
    v = eigh_(x, triangle)[1]
    return real(diagonal_part(adjoint(v) @ t @ v))


@primitive(
    x=_eigvalsh_wrt_x,
    forward={"x": _eigvalsh_tangent},
    samples=lambda s: ((hermitian_matrices(s, -1),), {}),
    flops=lambda out, x, triangle: 4 * x.size * x.shape[-1] // 3,
)
def eigvalsh_(x, triangle="L"):
    """Eigenvalues of the Hermitian part in ascending order."""
    return np.linalg.eigvalsh(kernels.hermitian_part(x, "eigvalsh"), triangle)


def _check_triangle(op, triangle):
    if triangle.upper() not in ("L", "U"):
        raise ValueError(f"{op}: UPLO must be 'L' or 'U', got {triangle!r}")


def eigh(a: Any, UPLO: str = "L") -> EighResult:
    """Eigenvalues, ascending, and eigenvectors of symmetric (Hermitian) matrices; np.linalg.eigh, `linalg.eigh`.

    `a` (…, n, n), both triangles of which must be there whatever `UPLO` says; its gradient is symmetric (Hermitian).
    Returns (eigenvalues (…, n), eigenvectors (…, n, n), one a column). Eigenvectors are defined up to a sign or phase.

    Raises ValueError where `a` is not Hermitian, and numpy.linalg.LinAlgError when the eigenvectors are differentiated
    where two eigenvalues are equal, or a function that depends on the arbitrary phases of complex ones.

    >>> import autograd, numpy as np
    >>> autograd.linalg.eigh(np.array([[2.0, 1.0], [1.0, 2.0]])).eigenvalues.round(12)
    array([1., 3.])
    """
    _check_triangle("eigh", UPLO)
    return EighResult(*eigh_(matrices(a, "eigh", square=True), UPLO))


def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """The eigenvalues, ascending, of symmetric (Hermitian) matrices (…, n, n) → (…, n); see `eigh`.

    Equal ones have a first derivative here (that of an arbitrary basis of their eigenspace), but no second.

    >>> import autograd, numpy as np
    >>> autograd.linalg.eigvalsh(np.diag([2.0, 1.0]))
    array([1., 2.])
    """
    _check_triangle("eigvalsh", UPLO)
    return eigvalsh_(matrices(a, "eigvalsh", square=True), UPLO)


# --- eigenvalues of any square matrix --------------------------------------------------------------------------------


class EigResult(NamedTuple):
    """Eigenvalues, and eigenvectors as columns of length 1.

    >>> import autograd, numpy as np
    >>> autograd.linalg.eig(np.diag([2.0, 1.0])).eigenvalues
    array([2., 1.])
    """

    eigenvalues: Any
    eigenvectors: Any


def _eig_wrt_x(g, out):
    (g_w, g_v), (w, v) = g, out
    inner = v.mT @ g_v
    if inner.dtype.kind == "c":
        refuse(np.imag(diagonal_part(inner)), g_v, PHASE.format("eig", "eigenvectors"))
    inner = inner - v.mT @ (conj(v) * real(diagonal_part(inner))[..., None, :])  # the vectors keep the length 1
    inner = over_gaps(inner, w, EQUAL.format("eig", "eigenvalues", "eigenvectors")) + diagonal_matrix(g_w)
    return solve_(v.mT, inner @ v.mT)


def _eig_sample(s):
    stack, n = stack_shape(s), s.integer(0, 4)
    v = np.eye(n) + s.array((*stack, n, n), -0.3, 0.3)
    return s.scattered((v * spread(s, stack, n, -1)[..., None, :]) @ np.linalg.inv(v))


@primitive(
    x=_eig_wrt_x,
    outputs=2,
    text="eig {x}",
    samples=steady(_eig_sample, np.linalg.eig),
    flops=lambda out, x: 25 * x.size * x.shape[-1],
)
def eig_(x):
    """Eigenvalues and eigenvectors of length 1; real where all eigenvalues of real matrices are."""
    return tuple(np.linalg.eig(x))


@implements(np.linalg.eig)
def eig(a: Any) -> EigResult:
    """Eigenvalues, in no order, and eigenvectors of length 1 of square matrices; np.linalg.eig, `linalg.eig`.

    `a` (…, n, n) → (eigenvalues (…, n), eigenvectors (…, n, n), one a column), complex unless `a` is real and so are
    all its eigenvalues. Eigenvectors are defined up to a sign or phase.

    Raises numpy.linalg.LinAlgError when differentiated at a defective matrix, when eigenvectors are where two
    eigenvalues are equal, and for a function that depends on the arbitrary phases of complex eigenvectors.

    >>> import autograd, numpy as np
    >>> autograd.linalg.eig(np.array([[2.0, 1.0], [0.0, 3.0]])).eigenvalues
    array([2., 3.])
    """
    return EigResult(*eig_(matrices(a, "eig", square=True)))


@implements(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """The eigenvalues, in no order, of square matrices (…, n, n) → (…, n); see `eig`.

    >>> import autograd, numpy as np
    >>> autograd.linalg.eigvals(np.array([[2.0, 1.0], [0.0, 3.0]]))
    array([2., 3.])
    """
    return eig(a)[0]


# --- singular values -------------------------------------------------------------------------------------------------


class SVDResult(NamedTuple):
    """Left singular vectors as columns, singular values in descending order, right singular vectors as rows.

    >>> import autograd, numpy as np
    >>> autograd.linalg.svd(np.diag([1.0, 2.0])).S
    array([2., 1.])
    """

    U: Any
    S: Any
    Vh: Any


def _svd_wrt_x(g, out):
    (g_u, g_s, g_vh), (u, s, vh) = g, out
    equal, m, n, k = EQUAL.format("svd", "singular values", "singular vectors"), u.shape[-2], vh.shape[-1], s.shape[-1]
    sums = s[..., None, :] + s[..., :, None]
    sums = np.where(sums == 0, 1, sums)

    def rotation(inner):
        return twice_hermitian(over_gaps(inner / sums, s, equal))

    left, right = u.mT @ g_u, conj(vh) @ adjoint(g_vh)
    inner = rotation(left) * s[..., None, :] + s[..., :, None] * rotation(right) + diagonal_matrix(g_s)
    zero = "svd: a singular value is 0, so its singular vectors have no derivative here; use a function without them"
    top = scale_of(s)[..., None]
    if left.dtype.kind == "c":
        turned, back = np.imag(diagonal_part(left)), np.imag(diagonal_part(right))
        vectors = concatenate_(g_u, g_vh.mT, axis=len(g_u.shape) - 2)
        refuse(turned + back, vectors, PHASE.format("svd", "singular vectors"))
        inner = inner + diagonal_matrix(1j * guarded_divide(turned - back, 2 * s, top, zero))
    d = conj(u) @ inner @ conj(vh)
    if m > k:
        d = d + guarded_divide(g_u - conj(u) @ left, s[..., None, :], top[..., None], zero) @ conj(vh)
    if n > k:
        d = d + conj(u) @ guarded_divide(g_vh - g_vh @ vh.mT @ conj(vh), s[..., :, None], top[..., None], zero)
    return d


def _svd_sample(s, draw=None):
    return with_spread_values(s, stack_shape(s), s.integer(0, 4), s.integer(0, 4), draw)


@primitive(
    x=_svd_wrt_x,
    outputs=3,
    text="svd {x}",
    samples=steady(_svd_sample, lambda x: np.linalg.svd(x, False)),
    flops=lambda out, x: 20 * x.size * min(x.shape[-2:]),
)
def svd_(x):
    """The singular value decomposition U, S, Vᴴ with as many vectors as values."""
    return tuple(np.linalg.svd(x, full_matrices=False))


def _svdvals_wrt_x(g, x):
    u, _, vh = svd_(x)
    return conj(u) * g[..., None, :] @ conj(vh)


def _svdvals_tangent(t, x):
    u, _, vh = svd_(x)
    return real(diagonal_part(adjoint(u) @ t @ adjoint(vh)))


@primitive(
    x=_svdvals_wrt_x,
    forward={"x": _svdvals_tangent},
    samples=lambda s: ((_svd_sample(s, entries(s)),), {}),
    flops=lambda out, x: 4 * x.size * min(x.shape[-2:]),
)
def svdvals_(x):
    """Singular values in descending order."""
    return np.linalg.svd(x, compute_uv=False)


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """A = U diag(S) Vᴴ; np.linalg.svd, the array API's and PyTorch's `linalg.svd`.

    `a` (…, m, n), k = min(m, n) → (U (…, m, m), S (…, k) in descending order, Vh (…, n, n)); U (…, m, k) and
    Vh (…, k, n) without `full_matrices`; S alone without `compute_uv`. `hermitian` says that `a` is so.
    Singular vectors are defined up to a common sign or phase; those beyond k complete a basis and may be used only in
    ways that do not depend on its choice.

    Raises numpy.linalg.LinAlgError when singular vectors are differentiated where two singular values are equal or
    (of matrices that are not square) one is 0, or a function that depends on what is arbitrary.

    >>> import autograd, numpy as np
    >>> u, s, vh = autograd.linalg.svd(np.array([[0.0, 2.0], [1.0, 0.0], [0.0, 0.0]]))
    >>> u.shape, s, vh.shape
    ((3, 3), array([2., 1.]), (2, 2))
    """
    x = matrices(a, "svd", square=hermitian)
    x = hermitian_part(x, "svd") if hermitian else x
    if not compute_uv:
        return svdvals_(x)
    u, s, vh = svd_(x)
    return SVDResult(completed(u), s, completed(vh.mT).mT) if full_matrices else SVDResult(u, s, vh)


@implements(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    """The singular values, in descending order, of matrices (…, m, n) → (…, min(m, n)); `linalg.svdvals`.

    Where one is 0 its gradient is that of a signed value; equal ones have a first derivative, but no second.

    >>> import autograd, numpy as np
    >>> autograd.linalg.svdvals(np.array([[0.0, 2.0], [1.0, 0.0]]))
    array([2., 1.])
    """
    return svdvals_(matrices(x, "svdvals"))


# --- NumPy looks at one triangle of what is said to be Hermitian, and so do the gradients -----------------------------


def _of_triangle(a, op, triangle):
    _check_triangle(op, triangle)
    return from_triangle(matrices(a, op, square=True), triangle.upper() == "L")


@implements(np.linalg.eigh)
def _np_eigh(a: Any, UPLO: str = "L") -> EighResult:
    return eigh(_of_triangle(a, "eigh", UPLO), UPLO)


@implements(np.linalg.eigvalsh)
def _np_eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return eigvalsh(_of_triangle(a, "eigvalsh", UPLO), UPLO)


@implements(np.linalg.svd)
def _np_svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    return svd(_of_triangle(a, "svd", "L") if hermitian else a, full_matrices, compute_uv)
