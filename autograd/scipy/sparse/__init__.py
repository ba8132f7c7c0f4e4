"""Sparse matrices under SciPy's names: made from values (arrays or Tensors) at fixed places.

>>> import autograd.scipy.sparse.linalg, numpy as np
>>> a = autograd.scipy.sparse.coo_array((np.array([2.0, 4.0]), ([0, 1], [0, 1])), shape=(2, 2))
>>> autograd.scipy.sparse.linalg.spsolve(a, np.array([2.0, 2.0]))
array([1. , 0.5])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.scipy.sparse import linalg as linalg
from autograd.sparse import Matrix

__all__ = ["coo_array", "csc_array", "csr_array", "diags_array"]


def coo_array(data_and_places: Any, shape: tuple[int, int] | None = None) -> Matrix:
    """The sparse matrix of (data, (rows, columns)); without `shape` just large enough. See `autograd.sparse.Matrix`.

    >>> import autograd.scipy.sparse, numpy as np
    >>> autograd.scipy.sparse.coo_array((np.ones(2), ([0, 1], [2, 0])))
    <sparse float64 matrix of shape (2, 3) with 2 values>
    """
    data, (rows, columns) = data_and_places
    if shape is None:
        shape = (int(np.max(rows, initial=-1)) + 1, int(np.max(columns, initial=-1)) + 1)
    return Matrix(data, rows, columns, shape)


def csr_array(data_and_places: Any, shape: tuple[int, int]) -> Matrix:
    """The sparse matrix of (data, indices, indptr): row i holds data[indptr[i]:indptr[i + 1]] in columns `indices`.

    >>> import autograd.scipy.sparse, numpy as np
    >>> autograd.scipy.sparse.csr_array((np.ones(2), [2, 0], [0, 1, 2]), shape=(2, 3)).toarray()
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    data, indices, starts = data_and_places
    return Matrix(data, np.repeat(np.arange(len(starts) - 1), np.diff(starts)), indices, shape)


def csc_array(data_and_places: Any, shape: tuple[int, int]) -> Matrix:
    """The sparse matrix of (data, indices, indptr): column j holds data[indptr[j]:indptr[j + 1]] in rows `indices`.

    >>> import autograd.scipy.sparse, numpy as np
    >>> autograd.scipy.sparse.csc_array((np.ones(2), [1, 0], [0, 1, 1, 2]), shape=(2, 3)).toarray()
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    return csr_array(data_and_places, shape[::-1]).T


def diags_array(diagonals: Any, *, offsets: Any = 0, shape: tuple[int, int] | None = None) -> Matrix:
    """The sparse matrix with the given diagonals, `offsets` to the right of the main one.

    `diagonals`: one vector and its offset, or as many vectors as offsets, each as long as its diagonal.

    >>> import autograd.scipy.sparse, numpy as np
    >>> autograd.scipy.sparse.diags_array([np.array([1.0, 2.0]), np.array([3.0])], offsets=[0, 1]).toarray()
    array([[1., 3.],
           [0., 2.]])
    """
    if np.ndim(offsets) == 0:
        diagonals, offsets = [diagonals], [offsets]
    diagonals = [operand(d) for d in diagonals]
    if len(diagonals) != len(offsets):
        raise ValueError(f"diags_array: {len(diagonals)} diagonals, but {len(offsets)} offsets")
    if shape is None:
        n = diagonals[0].shape[0] + abs(offsets[0])
        shape = (n, n)
    rows, columns = [], []
    for d, k in zip(diagonals, offsets):
        length = max(min(shape[0] + min(k, 0), shape[1] - max(k, 0)), 0)
        if d.shape != (length,):
            raise ValueError(
                f"diags_array: diagonal {k} of a matrix of shape {shape} has {length} elements, got shape {d.shape}"
            )
        rows.append(np.arange(length) + max(-k, 0))
        columns.append(np.arange(length) + max(k, 0))
    return Matrix(np.concatenate(diagonals), np.concatenate(rows), np.concatenate(columns), shape)
