"""Tensor's methods of linear algebra, with PyTorch's names, arguments and defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.ops import factorizations, linear_systems, matrix_functions, matrix_tools, pseudoinverse, spectra
from autograd.tensor import Tensor


def cholesky(self: Tensor, upper: bool = False) -> Any:
    """The Cholesky factor; see `autograd.linalg.cholesky`.

    >>> import autograd
    >>> autograd.tensor([[4.0]]).cholesky()
    tensor([[2.]])
    """
    return factorizations.cholesky(self, upper=upper)


def cholesky_solve(self: Tensor, input2: Any, upper: bool = False) -> Any:
    """The solution X of A X = this tensor, given the Cholesky factor of A; see `autograd.linalg.cholesky_solve`.

    >>> import autograd
    >>> autograd.tensor([[4.0]]).cholesky_solve(autograd.tensor([[2.0]]))
    tensor([[1.]])
    """
    return linear_systems.cholesky_solve(self, input2, upper)


def lu(self: Tensor, pivot: bool = True, get_infos: bool = False) -> tuple[Any, ...]:
    """(LU, pivots), with `get_infos` and zeros (what cannot be factorized raises); see `autograd.linalg.lu_factor`.

    Raises ValueError for pivot=False.

    >>> import autograd
    >>> autograd.tensor([[4.0, 1.0], [2.0, 1.5]]).lu()[0]
    tensor([[4. , 1. ],
            [0.5, 1. ]])
    """
    from autograd.linalg import lu_factor

    if not pivot:
        raise ValueError("lu: pivot=False is not supported; rows are exchanged always")
    both, pivots = lu_factor(self)
    return (both, pivots, np.zeros(pivots.shape[:-1], np.int32)) if get_infos else (both, pivots)


def lu_solve(self: Tensor, LU_data: Any, LU_pivots: Any) -> Any:
    """The solution X of A X = this tensor, given what `lu` makes of A; see `autograd.linalg.lu_solve`.

    >>> import autograd
    >>> autograd.tensor([[4.0]]).lu_solve(*autograd.tensor([[2.0]]).lu())
    tensor([[2.]])
    """
    from autograd.linalg import lu_solve

    return lu_solve(LU_data, LU_pivots, self)


def pinverse(self: Tensor, rcond: float = 1e-15) -> Any:
    """The pseudoinverse; see `autograd.linalg.pinv`.

    >>> import autograd
    >>> autograd.tensor([[2.0], [0.0]]).pinverse()
    tensor([[0.5, 0. ]])
    """
    return pseudoinverse.pinv(self, rcond)


def qr(self: Tensor, some: bool = True) -> tuple[Any, ...]:
    """(Q, R), Q square unless `some`; see `autograd.linalg.qr`.

    >>> import autograd
    >>> autograd.tensor([[3.0], [4.0]]).qr()[1].abs()
    tensor([[5.]])
    """
    result: tuple[Any, ...] = factorizations.qr(self, "reduced" if some else "complete")
    return result


def svd(self: Tensor, some: bool = True, compute_uv: bool = True) -> tuple[Any, Any, Any]:
    """(U, S, V) with this tensor = U diag(S) Vᴴ, U and V square unless `some`, both zeros without `compute_uv`.

    >>> import autograd
    >>> autograd.tensor([[3.0, 0.0], [0.0, 4.0]]).svd()[1]
    tensor([4., 3.])
    """
    if not compute_uv:
        s = spectra.svdvals(self)
        m, n = self.shape[-2:]
        return np.zeros((*self.shape[:-1], m), self.dtype), s, np.zeros((*self.shape[:-2], n, n), self.dtype)
    u, s, vh = spectra.svd(self, full_matrices=not some)
    return u, s, matrix_tools.adjoint(vh)


def slogdet(self: Tensor) -> tuple[Any, ...]:
    """(sign, log |det|); see `autograd.linalg.slogdet`.

    >>> import autograd
    >>> autograd.tensor([[1.0]]).slogdet().logabsdet
    tensor(0.)
    """
    result: tuple[Any, ...] = linear_systems.slogdet(self)
    return result


METHODS: dict[str, Callable[..., Any]] = {
    "cholesky": cholesky,
    "cholesky_inverse": linear_systems.cholesky_inverse,
    "cholesky_solve": cholesky_solve,
    "det": linear_systems.det,
    "inverse": linear_systems.inv,
    "logdet": linear_systems.logdet,
    "lu": lu,
    "lu_solve": lu_solve,
    "matrix_exp": matrix_functions.matrix_exp,
    "matrix_power": matrix_functions.matrix_power,
    "orgqr": matrix_functions.householder_product,
    "pinverse": pinverse,
    "qr": qr,
    "slogdet": slogdet,
    "svd": svd,
}
