"""Products and systems with sparse matrices whose places are given by rows and columns; on top of SciPy."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.sparse
import scipy.sparse.linalg


class Pattern:
    """Which places of an m × n matrix hold numbers: place e is in row rows[e] and column columns[e].

    A place that is named more than once holds the sum of its numbers.
    """

    def __init__(self, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> None:
        self.rows, self.columns, self.shape = rows, columns, shape

    def __repr__(self) -> str:
        return f"<pattern of {len(self.rows)} places in {self.shape[0]} × {self.shape[1]}>"

    @cached_property
    def transposed(self) -> Pattern:
        """The pattern of the transposed matrix."""
        return Pattern(self.columns, self.rows, self.shape[::-1])

    @cached_property
    def by_rows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The order of places row by row, their columns in it, and where each row starts."""
        order = np.argsort(self.rows, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.rows, minlength=self.shape[0]))])
        return order, self.columns[order], starts

    def filled(self, values: np.ndarray) -> scipy.sparse.csr_array:
        """The sparse matrix with these numbers."""
        order, columns, starts = self.by_rows
        return scipy.sparse.csr_array((values[order], columns, starts), self.shape)


def product(values: np.ndarray, dense: np.ndarray, pattern: Pattern) -> np.ndarray:
    """The sparse matrix times a dense one."""
    return np.asarray(pattern.filled(values) @ dense)


def sampled(x: np.ndarray, y: np.ndarray, pattern: Pattern) -> np.ndarray:
    """x yᵀ at the places of the pattern alone."""
    return np.einsum("ek,ek->e", x[pattern.rows], y[pattern.columns])


def solve(values: np.ndarray, b: np.ndarray, pattern: Pattern) -> np.ndarray:
    """The solution X of A X = B by a sparse LU factorization; LinAlgError for a singular A."""
    dtype = np.result_type(values, b)
    if b.size == 0:
        return np.zeros(b.shape, dtype)
    matrix = pattern.filled(values.astype(dtype, copy=False)).tocsc()
    matrix.sum_duplicates()
    try:
        return np.asarray(scipy.sparse.linalg.splu(matrix).solve(np.ascontiguousarray(b, dtype)))
    except RuntimeError as error:
        raise np.linalg.LinAlgError("Singular sparse matrix") from error
