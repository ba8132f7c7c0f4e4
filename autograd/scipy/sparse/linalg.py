"""Systems with sparse matrices, under SciPy's names."""

from __future__ import annotations

from typing import Any

from autograd.sparse import Matrix, solve

__all__ = ["spsolve"]


def spsolve(A: Matrix, b: Any, permc_spec: Any = None, use_umfpack: bool = True) -> Any:
    """The solution x of A x = b with a sparse A; see `autograd.sparse.solve`. The last two arguments change nothing.

    >>> import autograd.scipy.sparse.linalg, numpy as np
    >>> a = autograd.scipy.sparse.diags_array(np.array([2.0, 4.0]))
    >>> autograd.scipy.sparse.linalg.spsolve(a, np.array([2.0, 2.0]))
    array([1. , 0.5])
    """
    return solve(A, b)
