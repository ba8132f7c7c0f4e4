"""Kernels of linear algebra on top of SciPy's: of stacks of matrices where SciPy's own take one."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg


def for_each(function: Any, arrays: Any, shape: tuple[int, int]) -> np.ndarray:
    """Apply a function of matrices to stacks that broadcast, for results of the shape given."""
    stack = np.broadcast_shapes(*[x.shape[:-2] for x in arrays])
    if not stack:
        return np.asarray(function(*arrays))
    arrays = [np.broadcast_to(x, stack + x.shape[-2:]) for x in arrays]
    found = [function(*[x[place] for x in arrays]) for place in np.ndindex(stack)]
    out = np.stack(found) if found else np.zeros((0, *shape), np.result_type(*arrays))
    return out.reshape(stack + shape)


def sylvester(a: np.ndarray, b: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The solution of A X + X B = Q by Schur forms (R. Bartels and G. Stewart, 1972); LinAlgError if there is none."""
    if q.size == 0:
        return np.zeros(q.shape, np.result_type(a, b, q))
    kind = "complex" if np.result_type(a, b, q).kind == "c" else "real"
    r, u = scipy.linalg.schur(a, output=kind)
    s, v = scipy.linalg.schur(b, output=kind)
    f = np.conj(u.T) @ q @ v
    (trsyl,) = scipy.linalg.get_lapack_funcs(("trsyl",), (r, s, f))
    y, scale, info = trsyl(r, s, f)
    if info:
        raise np.linalg.LinAlgError("Singular: an eigenvalue of A and one of -B are equal, so A X + X B = Q has no X")
    return np.asarray(u @ (y / scale) @ np.conj(v.T))


def square_root(x: np.ndarray) -> np.ndarray:
    """The principal square root of a matrix; that of a complex one is refined, SciPy's loses small imaginary parts."""
    if x.size == 0:
        return x
    root = scipy.linalg.sqrtm(x)
    if not np.iscomplexobj(x):
        return np.asarray(root)
    try:
        return root + sylvester(root, root, x - root @ root)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError("Singular matrix, or a double eigenvalue on the negative real axis") from None


def logarithm(x: np.ndarray) -> np.ndarray:
    """The principal logarithm of a matrix, in double precision, by square roots down to where a Padé approximant holds.

    C. Kenney and A. Laub, "Condition estimates for matrix functions", 1989. LinAlgError where there is none.
    """
    wide = x.astype(np.result_type(x.dtype, np.float64), copy=False)
    if not np.isfinite(wide).all():
        return np.full_like(x, np.nan)
    if len(x) and np.linalg.slogdet(wide)[1] == -np.inf:
        raise np.linalg.LinAlgError("Singular matrix, which has no logarithm")
    eye, root, times = np.eye(len(x)), wide, 0
    while np.abs(root - eye).sum(0).max(initial=0) > 0.25:
        if times == 60:
            raise np.linalg.LinAlgError("Singular matrix to rounding, which has no logarithm")
        root, times = square_root(root), times + 1
    rest = root - eye
    nodes, weights = np.polynomial.legendre.leggauss(8)
    terms = (w / 2 * np.linalg.solve(eye + (1 + node) / 2 * rest, rest) for node, w in zip(nodes, weights))
    found = 2.0**times * sum(terms, np.zeros_like(rest))
    narrow = np.complex64 if np.iscomplexobj(found) else np.float32
    return found.astype(narrow) if x.dtype.itemsize < wide.dtype.itemsize else np.asarray(found)


def lu(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """L, U and the order of rows in which their product is x."""
    m, n = x.shape[-2:]
    if x.size == 0:
        rows = np.broadcast_to(np.arange(m), x.shape[:-1])
        return np.zeros((*x.shape[:-1], min(m, n)), x.dtype), np.zeros((*x.shape[:-2], min(m, n), n), x.dtype), rows
    rows, l, u = scipy.linalg.lu(x, p_indices=True)
    return np.asarray(l), np.asarray(u), np.asarray(rows, np.int64)


def pivots_of(rows: np.ndarray) -> np.ndarray:
    """LAPACK's row exchanges that bring the rows into an order: row i is exchanged with row pivots[i], one by one."""
    n = rows.shape[-1]
    now = np.broadcast_to(np.arange(n), rows.shape).copy()
    pivots = np.empty(rows.shape, np.int32)
    for i in range(n):
        place = np.argmax(now == rows[..., i : i + 1], axis=-1)[..., None]
        pivots[..., i : i + 1] = place
        np.put_along_axis(now, place, now[..., i : i + 1], -1)
        now[..., i] = rows[..., i]
    return pivots


def rows_of(pivots: np.ndarray, n: int) -> np.ndarray:
    """The order into which LAPACK's row exchanges bring n rows."""
    rows = np.broadcast_to(np.arange(n), (*pivots.shape[:-1], n)).copy()
    for i in range(pivots.shape[-1]):
        place = pivots[..., i : i + 1]
        other = np.take_along_axis(rows, place, -1)
        np.put_along_axis(rows, place, rows[..., i : i + 1], -1)
        rows[..., i : i + 1] = other
    return rows
