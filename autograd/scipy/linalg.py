"""`scipy.linalg` for arrays and Tensors, with SciPy's names, arguments and defaults.

SciPy's own functions know nothing of Tensors (`scipy.linalg.expm(t)` fails); these here take both. Arguments that are
about speed alone (`check_finite`, `overwrite_a`, `overwrite_b`, `assume_a`) are accepted and change nothing.

>>> import autograd, autograd.scipy.linalg
>>> a = autograd.tensor([[0.0, 1.0], [-1.0, 0.0]], requires_grad=True)
>>> autograd.scipy.linalg.expm(a).sum().backward()
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import numpy as np

from autograd import ops
from autograd.ops import factorizations, linear_systems, lu as _lu, matrix_tools as _tools, pseudoinverse, spectra
from autograd.ops.linear_systems import det as det
from autograd.ops.matrix_functions import matrix_exp as _matrix_exp
from autograd.ops.scipy_matrix_functions import logm as _logm, solve_sylvester as solve_sylvester, sqrtm as _sqrtm
from autograd.ops.structured import (
    block_diag as block_diag,
    circulant as circulant,
    hankel as hankel,
    solve_banded as _solve_banded,
    solve_toeplitz as _solve_toeplitz,
    solveh_banded as _solveh_banded,
    toeplitz as toeplitz,
)

_SPEED = ("check_finite", "overwrite_a", "overwrite_b", "overwrite_ab", "overwrite_x", "lapack_driver", "assume_a")


def _quick(function: Callable[..., Any]) -> Callable[..., Any]:
    """Accept SciPy's arguments that change nothing."""

    @wraps(function)
    def accepting(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{k: v for k, v in kwargs.items() if k not in _SPEED})

    return accepting


expm = _matrix_exp
logm, sqrtm = _quick(_logm), _quick(_sqrtm)
solve_banded, solveh_banded, solve_toeplitz = _quick(_solve_banded), _quick(_solveh_banded), _quick(_solve_toeplitz)


@_quick
def inv(a: Any) -> Any:
    """The inverse of square matrices; see `autograd.linalg.inv`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.inv(np.diag([2.0, 4.0]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return linear_systems.inv(a)


@_quick
def pinv(a: Any, *, rtol: float | None = None) -> Any:
    """The pseudoinverse; singular values up to `rtol` times the largest count as 0; see `autograd.linalg.pinv`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.pinv(np.diag([2.0, 0.0]))
    array([[0.5, 0. ],
           [0. , 0. ]])
    """
    return pseudoinverse.pinv(a, rtol=rtol)


@_quick
def solve(a: Any, b: Any, lower: bool = False, transposed: bool = False) -> Any:
    """The solution X of A X = B, of Aᵀ X = B if `transposed`; see `autograd.linalg.solve`.

    With SciPy's hints `assume_a="sym"` and the like both triangles of A are still looked at, whatever `lower` says.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.solve(np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([3.0, 1.0]), transposed=True)
    array([ 3., -2.])
    """
    a = _tools.matrices(a, "solve", square=True)
    return linear_systems.solve(a.mT if transposed else a, b)


@_quick
def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False) -> Any:
    """The solution X of A X = B with a triangular A, of which only the triangle named by `lower` is looked at.

    `trans`: 0 or "N" for A, 1 or "T" for Aᵀ, 2 or "C" for Aᴴ; `unit_diagonal`: ones on the diagonal, which is not
    looked at. Raises numpy.linalg.LinAlgError where a number on the diagonal is 0.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.solve_triangular(np.array([[2.0, 0.0], [2.0, 1.0]]), np.array([2.0, 3.0]), lower=True)
    array([1., 1.])
    """
    a = _tools.matrices(a, "solve_triangular", square=True)
    kind = _transposition("solve_triangular", trans)
    a = a if kind == 0 else a.mT if kind == 1 else _tools.adjoint(a)
    return linear_systems.solve_triangular(a, b, upper=lower == (kind > 0), unitriangular=unit_diagonal)


def _transposition(op: str, trans: Any) -> int:
    kinds = {0: 0, "N": 0, 1: 1, "T": 1, 2: 2, "C": 2}
    if trans not in kinds:
        raise ValueError(f"{op}: trans must be 0, 1, 2, 'N', 'T' or 'C', got {trans!r}")
    return kinds[trans]


# --- factorizations --------------------------------------------------------------------------------------------------


@_quick
def cholesky(a: Any, lower: bool = False) -> Any:
    """The Cholesky factor U with A = Uᴴ U, or with `lower` L with A = L Lᴴ; see `autograd.linalg.cholesky`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.cholesky(np.array([[4.0, 2.0], [2.0, 5.0]]))
    array([[2., 1.],
           [0., 2.]])
    """
    return factorizations.cholesky(a, upper=not lower)


@_quick
def cho_factor(a: Any, lower: bool = False) -> tuple[Any, bool]:
    """(factor, lower) for `cho_solve`; the other triangle of the factor is 0, where SciPy leaves what was there.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.cho_factor(np.array([[4.0]]))
    (array([[2.]]), False)
    """
    return cholesky(a, lower), lower


@_quick
def cho_solve(c_and_lower: tuple[Any, bool], b: Any) -> Any:
    """The solution X of A X = B, given what `cho_factor` makes of A.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.cho_solve(autograd.scipy.linalg.cho_factor(np.array([[4.0]])), np.array([2.0]))
    array([0.5])
    """
    factor, lower = c_and_lower
    return linear_systems.cholesky_solve(b, factor, upper=not lower)


@_quick
def lu(a: Any, permute_l: bool = False, p_indices: bool = False) -> Any:
    """(P, L, U) with A = P L U; (P L, U) if `permute_l`; with `p_indices` P as an array of rows, A = L[P] U.

    >>> import autograd.scipy.linalg, numpy as np
    >>> p, l, u = autograd.scipy.linalg.lu(np.array([[0.0, 1.0], [2.0, 3.0]]), p_indices=True)
    >>> p, u
    (array([1, 0]), array([[2., 3.],
           [0., 1.]]))
    """
    p, l, u = _lu.lu(a)
    if permute_l:
        return p @ l, u
    return (np.argmax(p, axis=-1), l, u) if p_indices else (p, l, u)


@_quick
def lu_factor(a: Any) -> tuple[Any, Any]:
    """(LU, pivots) for `lu_solve`: both factors in one matrix, and exchanges of rows, counted from 0.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.lu_factor(np.array([[0.0, 1.0], [2.0, 3.0]]))
    (array([[2., 3.],
           [0., 1.]]), array([1, 1], dtype=int32))
    """
    return _lu.compact(a)


@_quick
def lu_solve(lu_and_piv: tuple[Any, Any], b: Any, trans: int = 0) -> Any:
    """The solution X of A X = B (`trans` 0), Aᵀ X = B (1) or Aᴴ X = B (2), given what `lu_factor` makes of A.

    >>> import autograd.scipy.linalg, numpy as np
    >>> factors = autograd.scipy.linalg.lu_factor(np.array([[0.0, 1.0], [2.0, 3.0]]))
    >>> autograd.scipy.linalg.lu_solve(factors, np.array([1.0, 5.0]))
    array([1., 1.])
    """
    return _lu.solve_compact(*lu_and_piv, b, _transposition("lu_solve", trans))


@_quick
def qr(a: Any, lwork: None = None, mode: str = "full", pivoting: bool = False) -> Any:
    """(Q, R) with A = Q R; `mode`: "full" square Q, "economic" as many columns as needed, "r" (R,) alone.

    Raises ValueError for pivoting and mode "raw". See `autograd.linalg.qr` for what derivatives there are.

    >>> import autograd.scipy.linalg, numpy as np
    >>> q, r = autograd.scipy.linalg.qr(np.ones((3, 1)))
    >>> q.shape, r.shape
    ((3, 3), (3, 1))
    """
    modes = {"full": "complete", "economic": "reduced", "r": "complete"}
    if pivoting or mode not in modes:
        raise ValueError(
            "scipy.linalg.qr: pivoting and mode 'raw' are not supported; use mode 'full', 'economic' or 'r'"
        )
    q, r = factorizations.qr(a, modes[mode])
    return (r,) if mode == "r" else (q, r)


@_quick
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """(U, s, Vh) with A = U diag(s) Vh; s alone without `compute_uv`; see `autograd.linalg.svd`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.svd(np.diag([1.0, 2.0]), compute_uv=False)
    array([2., 1.])
    """
    return spectra.svd(a, full_matrices, compute_uv)


@_quick
def svdvals(a: Any) -> Any:
    """The singular values in descending order; see `autograd.linalg.svdvals`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.svdvals(np.diag([1.0, 2.0]))
    array([2., 1.])
    """
    return spectra.svdvals(a)


# --- eigenvalues -----------------------------------------------------------------------------------------------------


def _whole(x: Any, lower: bool, op: str) -> Any:
    return _tools.from_triangle(_tools.matrices(x, op, square=True), lower)


@_quick
def eigh(a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False) -> Any:
    """Eigenvalues, ascending, and eigenvectors of A v = w v, or of A v = w B v; see `autograd.linalg.eigh`.

    Of the symmetric (Hermitian) A and the positive definite B only the triangle named by `lower` is looked at.
    Generalised eigenvectors are of length 1 in B: vᴴ B v = 1.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.eigh(np.diag([2.0, 9.0]), np.diag([1.0, 3.0]), eigvals_only=True).round(12)
    array([2., 3.])
    """
    a = _whole(a, lower, "eigh")
    if b is None:
        return spectra.eigvalsh(a) if eigvals_only else tuple(spectra.eigh(a))
    factor = factorizations.cholesky(_whole(b, lower, "eigh"))
    half = linear_systems.solve_triangular(factor, a, upper=False)
    reduced = linear_systems.solve_triangular(factor, _tools.adjoint(half), upper=False)
    reduced = _tools.twice_hermitian(reduced) / 2
    if eigvals_only:
        return spectra.eigvalsh(reduced)
    w, v = spectra.eigh(reduced)
    return w, linear_systems.solve_triangular(_tools.adjoint(factor), v, upper=True)


@_quick
def eigvalsh(a: Any, b: Any = None, *, lower: bool = True) -> Any:
    """The eigenvalues alone, ascending; see `eigh`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.eigvalsh(np.diag([2.0, 1.0]))
    array([1., 2.])
    """
    return eigh(a, b, lower=lower, eigvals_only=True)


@_quick
def eig(a: Any) -> tuple[Any, Any]:
    """Eigenvalues, complex always, and eigenvectors of length 1; see `autograd.linalg.eig`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.eig(np.diag([2.0, 1.0]))[0]
    array([2.+0.j, 1.+0.j])
    """
    w, v = spectra.eig(a)
    return ops.astype(w, np.result_type(w.dtype, np.complex64)), v


@_quick
def eigvals(a: Any) -> Any:
    """The eigenvalues alone, complex always; see `eig`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.eigvals(np.diag([2.0, 1.0]))
    array([2.+0.j, 1.+0.j])
    """
    return eig(a)[0]


@_quick
def lstsq(a: Any, b: Any, cond: float | None = None) -> Any:
    """(x, residuals, rank, s): the x of least ‖a x - b‖; see `autograd.linalg.lstsq`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.lstsq(np.array([[1.0], [1.0]]), np.array([1.0, 3.0]))[0].round(12)
    array([2.])
    """
    return tuple(pseudoinverse.lstsq(a, b, cond))


@_quick
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm of vectors or matrices; see `autograd.linalg.norm`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> float(autograd.scipy.linalg.norm(np.array([3.0, 4.0])))
    5.0
    """
    return ops.norm(a, ord, axis, keepdims)


_REFUSED = {
    **dict.fromkeys(
        ("schur", "rsf2csf", "hessenberg", "qz", "ordqz", "cossin"),
        "its factors have no derivative rule here; use eig, eigvals or a function of the whole matrix",
    ),
    **dict.fromkeys(("qr_multiply", "qr_update", "qr_insert", "qr_delete"), "use qr and products"),
    "rq": "use qr of the rows in reversed order",
    "ldl": "it has no derivative rule here; use cholesky, or lu",
}


def __getattr__(name: str) -> NoReturn:
    reason = _REFUSED.get(name, "it is not among the functions here")
    raise AttributeError(f"autograd.scipy.linalg has no {name!r}: {reason}; there are {', '.join(sorted(__all__))}")


__all__ = [
    "block_diag",
    "cho_factor",
    "cho_solve",
    "cholesky",
    "circulant",
    "det",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "expm",
    "hankel",
    "inv",
    "logm",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_solve",
    "norm",
    "pinv",
    "qr",
    "solve",
    "solve_banded",
    "solve_sylvester",
    "solve_toeplitz",
    "solve_triangular",
    "solveh_banded",
    "sqrtm",
    "svd",
    "svdvals",
    "toeplitz",
]
