"""Matrices built by a pattern (block diagonal, Toeplitz, Hankel, circulant, banded), and systems with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from autograd.ops.axes import operand
from autograd.ops.joining import concatenate_, stack_
from autograd.ops.matrix_tools import conj, entries, floating
from autograd.ops.padding import crop, zero_pad
from autograd.ops.reductions import sum as sum_over
from autograd.ops.shape import reshape
from autograd.primitive import primitive

__all__ = ["block_diag", "circulant", "hankel", "solve_banded", "solve_toeplitz", "solveh_banded", "toeplitz"]


def block_diag(*arrs: Any) -> Any:
    """The matrix with the given ones along its diagonal and zeros elsewhere; SciPy's `block_diag`.

    Numbers count as 1 × 1, vectors as rows.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.block_diag(np.ones((1, 2)), 3.0)
    array([[1., 1., 0.],
           [0., 0., 3.]])
    """
    blocks = [operand(x) for x in arrs] or [np.zeros((1, 0))]
    for i, x in enumerate(blocks):
        if len(x.shape) > 2:
            raise ValueError(f"block_diag wants matrices, argument {i} has shape {x.shape}")
    blocks = [x if len(x.shape) == 2 else reshape(x, (1, -1)) for x in blocks]
    width, start, rows = sum(x.shape[1] for x in blocks), 0, []
    for x in blocks:
        rows.append(zero_pad(x, ((0, 0), (start, width - start - x.shape[1]))))
        start += x.shape[1]
    return concatenate_(*rows, axis=0)


# --- constant diagonals ----------------------------------------------------------------------------------------------


def _vector(x, op):
    x = operand(x)
    if len(x.shape) < 1:
        raise ValueError(f"{op} wants vectors, got a single number")
    return x


def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with first column `c` and first row `r` that is constant along diagonals; SciPy's `toeplitz`.

    `c` (…, m), `r` (…, n), whose first element is not looked at → (…, m, n). By default r = conj(c).

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.toeplitz(np.array([1.0, 2.0]), np.array([0.0, 3.0, 4.0]))
    array([[1., 3., 4.],
           [2., 1., 3.]])
    """
    c = _vector(c, "toeplitz")
    r = conj(c) if r is None else _vector(r, "toeplitz")
    m, n = c.shape[-1], r.shape[-1]
    values = concatenate_(c[..., ::-1], r[..., 1:], axis=len(c.shape) - 1)
    return values[..., np.arange(m)[::-1, None] + np.arange(n)]


def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with first column `c` and last row `r`, constant along anti-diagonals; SciPy's `hankel`.

    `c` (…, m), `r` (…, n), whose first element is not looked at → (…, m, n). By default r is 0.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.hankel(np.array([1.0, 2.0]), np.array([0.0, 3.0, 4.0]))
    array([[1., 2., 3.],
           [2., 3., 4.]])
    """
    c = _vector(c, "hankel")
    r = np.zeros(c.shape, c.dtype) if r is None else _vector(r, "hankel")
    values = concatenate_(c, r[..., 1:], axis=len(c.shape) - 1)
    return values[..., np.arange(c.shape[-1])[:, None] + np.arange(r.shape[-1])]


def circulant(c: Any) -> Any:
    """The matrix whose columns are the first one, `c`, rotated downwards: (…, n) → (…, n, n); SciPy's `circulant`.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.circulant(np.array([1.0, 2.0, 3.0]))
    array([[1., 3., 2.],
           [2., 1., 3.],
           [3., 2., 1.]])
    """
    c = _vector(c, "circulant")
    n = c.shape[-1]
    return c[..., (np.arange(n)[:, None] - np.arange(n)) % max(n, 1)]


def _along_diagonals(x):
    """The sums along the 2n - 1 diagonals of a matrix, from the lower left to the upper right."""
    n = x.shape[-1]
    sheared = reshape(zero_pad(x[::-1], ((0, 0), (0, n))), (2 * n * n,))[: n * (2 * n - 1)]
    return sum_over(reshape(sheared, (n, 2 * n - 1)), 0)


def _transposed(c: Any, r: Any) -> tuple[Any, Any]:
    """First column and row of the transposed Toeplitz matrix."""
    return concatenate_(c[:1], r[1:], axis=0), c


def _toeplitz_slopes(g, c, r, out):
    return _along_diagonals(-(solve_toeplitz_(*_transposed(c, r), g) @ out.mT))


def _toeplitz_sample(s):
    n, k = s.integer(1, 4), s.integer(0, 2)
    draw = entries(s)
    c, r = draw((n,), low=-0.3, high=0.3), draw((n,), low=-0.3, high=0.3)
    c[0] += 2
    return (c, r, draw((n, k))), {}


@primitive(
    c=lambda g, c, r, out: _toeplitz_slopes(g, c, r, out)[: c.shape[0]][::-1],
    r=lambda g, c, r, out: zero_pad(_toeplitz_slopes(g, c, r, out)[c.shape[0] :], ((1, 0),)),
    b=lambda g, c, r: solve_toeplitz_(*_transposed(c, r), g),
    text="toeplitz({c}, {r})⁻¹ {b}",
    linear="b",
    samples=_toeplitz_sample,
    flops=lambda out, c, r, b: 4 * c.size * c.size + 2 * c.size * b.size,
)
def solve_toeplitz_(c, r, b):
    """The solution X of T X = B, T having the first column c and the first row r."""
    found = scipy.linalg.solve_toeplitz((c, r), b) if b.size else b
    return found.astype(np.result_type(c, r, b), copy=False)


def solve_toeplitz(c_or_cr: Any, b: Any) -> Any:
    """The solution X of T X = B with a Toeplitz matrix T, in O(n²) by Levinson's recursion; SciPy's `solve_toeplitz`.

    `c_or_cr`: the first column c (n,), or the pair of it and the first row r (n,), by default conj(c); `b` (n,) or
    (n, k). Raises numpy.linalg.LinAlgError where a leading part of T is singular.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.solve_toeplitz(np.array([2.0, 0.0]), np.array([2.0, 4.0]))
    array([1., 2.])
    """
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, None)
    c, b = floating(c, "solve_toeplitz"), floating(b, "solve_toeplitz")
    r = conj(c) if r is None else floating(r, "solve_toeplitz")
    if len(c.shape) != 1 or r.shape != c.shape or len(b.shape) not in (1, 2) or b.shape[0] != c.shape[0]:
        raise ValueError(
            f"solve_toeplitz wants c (n,), r (n,) and b (n,) or (n, k), got shapes {c.shape}, {r.shape}, {b.shape}"
        )
    return solve_toeplitz_(c, r, b[:, None])[:, 0] if len(b.shape) == 1 else solve_toeplitz_(c, r, b)


# --- banded systems: row u + i - j of `bands` holds the elements (i, j) of the matrix, at j ----


def _shifted(x, by, axis):
    """x[j + by] in the place of x[j], 0 where there is none."""
    n, by = x.shape[axis], max(-x.shape[axis], min(by, x.shape[axis]))
    inner, outer = [(0, 0)] * len(x.shape), [(0, 0)] * len(x.shape)
    inner[axis], outer[axis] = ((by, 0), (0, by)) if by >= 0 else ((0, -by), (-by, 0))
    return zero_pad(crop(x, tuple(inner)), tuple(outer)) if n else x


def _transposed_bands(bands, lower, upper):
    rows = [_shifted(bands[lower + upper - k], k - lower, 0) for k in range(lower + upper + 1)]
    return stack_(*rows, axis=0)


def _products_in_bands(x, y, lower, upper):
    """x yᵀ, of which just the bands."""
    rows = [sum_over(_shifted(x, k - upper, 0) * y, 1) for k in range(lower + upper + 1)]
    return stack_(*rows, axis=0)


def _banded_wrt_bands(g, bands, out, lower, upper):
    return -_products_in_bands(
        solve_banded_(_transposed_bands(bands, lower, upper), g, upper, lower), out, lower, upper
    )


def _bands_sample(s):
    lower, upper, n, k = s.integer(0, 2), s.integer(0, 2), s.integer(1, 5), s.integer(0, 2)
    draw = entries(s)
    bands = draw((lower + upper + 1, n), low=-0.4, high=0.4)
    bands[upper] += 2.5
    return (bands, draw((n, k))), {"lower": lower, "upper": upper}


@primitive(
    bands=_banded_wrt_bands,
    b=lambda g, bands, lower, upper: solve_banded_(_transposed_bands(bands, lower, upper), g, upper, lower),
    text="banded({bands})⁻¹ {b}",
    linear="b",
    samples=_bands_sample,
    flops=lambda out, bands, b, lower, upper: 2 * bands.size * (lower + b.shape[-1]),
)
def solve_banded_(bands, b, lower, upper):
    """The solution X of A X = B with A given by its bands."""
    found = scipy.linalg.solve_banded((lower, upper), bands, b) if b.size else b
    return found.astype(np.result_type(bands, b), copy=False)


def _bands_and_right_side(op, ab, b, count):
    ab, b = floating(ab, op), floating(b, op)
    if len(ab.shape) != 2 or len(b.shape) not in (1, 2) or b.shape[0] != ab.shape[1]:
        raise ValueError(f"{op} wants ab (bands, n) and b (n,) or (n, k), got shapes {ab.shape} and {b.shape}")
    if count is not None and ab.shape[0] != count:
        raise ValueError(f"{op}: l + u + 1 = {count} bands, but ab has {ab.shape[0]} rows (shape {ab.shape})")
    return ab, b


def solve_banded(l_and_u: Any, ab: Any, b: Any) -> Any:
    """The solution X of A X = B with a banded matrix A, in O(n); SciPy's `solve_banded`.

    `l_and_u`: how many diagonals below and above the main one; `ab` (l + u + 1, n) with ab[u + i - j, j] = A[i, j],
    what lies outside of A not being looked at; `b` (n,) or (n, k). Raises numpy.linalg.LinAlgError for a singular A.

    >>> import autograd.scipy.linalg, numpy as np
    >>> ab = np.array([[0.0, 1.0], [2.0, 2.0]])
    >>> autograd.scipy.linalg.solve_banded((0, 1), ab, np.array([3.0, 2.0]))
    array([1., 1.])
    """
    lower, upper = l_and_u
    ab, b = _bands_and_right_side("solve_banded", ab, b, lower + upper + 1)
    solve = lambda b: solve_banded_(ab, b, lower, upper)
    return solve(b[:, None])[:, 0] if len(b.shape) == 1 else solve(b)


def _hermitian_bands_wrt_bands(g, bands, out):
    y, below = solveh_banded_(conj(bands), g), bands.shape[0] - 1
    twice = _products_in_bands(y, out, below, 0) + conj(_products_in_bands(out, y, below, 0))
    return -concatenate_(twice[:1] / 2, twice[1:], axis=0)


def _hermitian_bands_sample(s):
    below, n, k = s.integer(0, 2), s.integer(1, 5), s.integer(0, 2)
    draw = entries(s)
    bands = draw((below + 1, n), low=-0.4, high=0.4)
    bands[0] = bands[0].real + 3.5
    return (bands, draw((n, k))), {}


@primitive(
    bands=_hermitian_bands_wrt_bands,
    b=lambda g, bands: solveh_banded_(conj(bands), g),
    text="banded({bands})⁻¹ {b}",
    linear="b",
    samples=_hermitian_bands_sample,
    flops=lambda out, bands, b: 2 * bands.size * (bands.shape[0] + b.shape[-1]),
)
def solveh_banded_(bands, b):
    """The solution X of A X = B with a Hermitian positive definite A given by its diagonal and the bands below."""
    found = scipy.linalg.solveh_banded(bands[: len(b)], b, lower=True) if b.size else b
    return found.astype(np.result_type(bands, b), copy=False)


def solveh_banded(ab: Any, b: Any, lower: bool = False) -> Any:
    """The solution X of A X = B with a banded symmetric (Hermitian) positive definite A; SciPy's `solveh_banded`.

    `ab` (u + 1, n): the upper bands, ab[u + i - j, j] = A[i, j], or with `lower` the lower ones, ab[i - j, j] =
    A[i, j]; `b` (n,) or (n, k). Raises numpy.linalg.LinAlgError where A is not positive definite.

    >>> import autograd.scipy.linalg, numpy as np
    >>> ab = np.array([[0.0, 1.0], [2.0, 2.0]])
    >>> autograd.scipy.linalg.solveh_banded(ab, np.array([3.0, 3.0])).round(12)
    array([1., 1.])
    """
    ab, b = _bands_and_right_side("solveh_banded", ab, b, None)
    if not lower:
        above = ab.shape[0] - 1
        ab = stack_(*[conj(_shifted(ab[above - k], k, 0)) for k in range(above + 1)], axis=0)
    return solveh_banded_(ab, b[:, None])[:, 0] if len(b.shape) == 1 else solveh_banded_(ab, b)
