"""Sparse matrices whose places are fixed and whose values can be differentiated; needs SciPy.

>>> import autograd, autograd.sparse, numpy as np
>>> v = autograd.tensor([2.0, 4.0, 1.0], requires_grad=True)
>>> a = autograd.sparse.Matrix(v, [0, 1, 1], [0, 1, 0], (2, 2))
>>> x = autograd.sparse.solve(a, np.array([2.0, 6.0], "float32"))
>>> x
tensor([1.  , 1.25], made by getitem)
>>> autograd.gradients(x.sum(), v)
(tensor([-0.375 , -0.3125, -0.25  ]),)
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from autograd.ops.matrix_tools import floating

try:
    import scipy.sparse

    from autograd.kernels.sparse import Pattern as _Pattern
    from autograd.ops.sparse import sparse_product as _product, sparse_solve as _solve
except ImportError as _error:
    raise ImportError("autograd.sparse needs SciPy; install it with `pip install chalkgrad[scipy]`") from _error

__all__ = ["Matrix", "from_scipy", "solve"]


class Matrix:
    """A sparse matrix: `values` (e,) at places (rows[e], columns[e]) of a matrix of the shape (m, n), 0 elsewhere.

    `values` may be a Tensor, and then carries gradients; rows and columns are integers. A place named more than once
    holds the sum of its values. `a @ x`, `a.T @ x` with a dense x, `a.toarray()`, `-a` and `a * c` with a number c are
    what there is.

    Raises ValueError where the lengths differ or a place lies outside of the shape.

    >>> import autograd.sparse, numpy as np
    >>> a = autograd.sparse.Matrix(np.array([1.0, 2.0]), [0, 1], [2, 0], (2, 3))
    >>> a @ np.array([1.0, 10.0, 100.0])
    array([100.,   2.])
    """

    def __init__(self, values: Any, rows: Any, columns: Any, shape: tuple[int, int]) -> None:
        self.values = floating(values, "sparse.Matrix")
        rows, columns = np.asarray(rows, np.intp), np.asarray(columns, np.intp)
        m, n = shape
        if self.values.ndim != 1 or not self.values.shape == rows.shape == columns.shape:
            raise ValueError(
                f"sparse.Matrix wants values, rows and columns of one length, got shapes {self.values.shape}, "
                f"{rows.shape} and {columns.shape}"
            )
        for name, places, end in (("rows", rows, m), ("columns", columns, n)):
            if places.size and not (places.min() >= 0 and places.max() < end):
                raise ValueError(
                    f"sparse.Matrix: {name} must lie in 0 … {end - 1} for a matrix of shape {(m, n)}, got "
                    f"{places.min()} … {places.max()}"
                )
        self._pattern = _Pattern(rows, columns, (m, n))

    @classmethod
    def _with(cls, values: Any, pattern: _Pattern) -> Matrix:
        made = cls.__new__(cls)
        made.values, made._pattern = values, pattern
        return made

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self._pattern.shape

    @property
    def dtype(self) -> np.dtype:
        """That of the values."""
        dtype: np.dtype = self.values.dtype
        return dtype

    @property
    def rows(self) -> np.ndarray:
        """The row of each value."""
        return self._pattern.rows

    @property
    def columns(self) -> np.ndarray:
        """The column of each value."""
        return self._pattern.columns

    @property
    def T(self) -> Matrix:
        """The transposed matrix."""
        return Matrix._with(self.values, self._pattern.transposed)

    def toarray(self) -> Any:
        """The dense matrix (m, n)."""
        return _product(self.values, np.eye(self.shape[1], dtype=self.dtype), self._pattern)

    def __matmul__(self, other: Any) -> Any:
        return _times(self, other, _product)

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            "a sparse matrix is no array: instead of x @ a write (a.T @ x.mT).mT, with vectors a.T @ x; the dense "
            "matrix is a.toarray()"
        )

    def __mul__(self, factor: Any) -> Matrix:
        if np.ndim(factor):
            raise TypeError(f"a sparse matrix is scaled by numbers, got an array of shape {np.shape(factor)}; use @")
        return Matrix._with(self.values * factor, self._pattern)

    def __neg__(self) -> Matrix:
        return Matrix._with(-self.values, self._pattern)

    def __repr__(self) -> str:
        return f"<sparse {self.dtype} matrix of shape {self.shape} with {len(self.rows)} values>"


def from_scipy(matrix: Any, values: Any = None) -> Matrix:
    """The sparse matrix with the places of one of SciPy's, and its values or others in the order of its COO form.

    >>> import autograd.sparse, scipy.sparse
    >>> autograd.sparse.from_scipy(scipy.sparse.eye_array(3))
    <sparse float64 matrix of shape (3, 3) with 3 values>
    """
    coordinates = scipy.sparse.coo_array(matrix)
    rows, columns = coordinates.coords
    return Matrix(coordinates.data if values is None else values, rows, columns, coordinates.shape)


def solve(a: Matrix, b: Any) -> Any:
    """The solution X of A X = B with a sparse A (n, n), `b` (n,) or (n, k), by a sparse LU factorization.

    Differentiable in the values of A and in b: the derivative solves the same system transposed.
    Raises numpy.linalg.LinAlgError for a singular A.

    >>> import autograd.sparse, numpy as np
    >>> a = autograd.sparse.Matrix(np.array([2.0, 4.0]), [0, 1], [0, 1], (2, 2))
    >>> autograd.sparse.solve(a, np.array([2.0, 2.0]))
    array([1. , 0.5])
    """
    if not isinstance(a, Matrix):
        raise TypeError(
            f"sparse.solve wants a sparse.Matrix, got {type(a).__name__}; sparse.from_scipy makes one of SciPy's, and "
            f"linalg.solve takes dense ones"
        )
    if a.shape[0] != a.shape[1]:
        raise np.linalg.LinAlgError(f"sparse.solve wants a square matrix, got shape {a.shape}")
    return _times(a, b, _solve)


def _times(a: Matrix, b: Any, function: Any) -> Any:
    b = floating(b, "sparse.Matrix")
    if b.ndim not in (1, 2) or b.shape[0] != a.shape[1]:
        raise ValueError(f"a sparse matrix of shape {a.shape} and an array of shape {b.shape} do not fit")
    return function(a.values, b[:, None], a._pattern)[:, 0] if b.ndim == 1 else function(a.values, b, a._pattern)
