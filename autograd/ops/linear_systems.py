"""Inverses, determinants and solutions of linear systems, of stacks of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.kernels import matrices as kernels
from autograd.ops.axes import operand, some_axes
from autograd.ops.matrix_tools import adjoint, entries, floating, matrices, regular, stack_shape
from autograd.ops.reductions import sum as sum_over
from autograd.ops.selection import where
from autograd.ops.shape import moveaxis, reshape, sum_to
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = [
    "SlogdetResult",
    "cholesky_inverse",
    "cholesky_solve",
    "cross",
    "det",
    "inv",
    "logdet",
    "slogdet",
    "solve",
    "solve_triangular",
    "tensorinv",
    "tensorsolve",
]


# --- inverse ---------------------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, out: -(out.mT @ g @ out.mT),
    forward={"x": lambda t, out: -(out @ t @ out)},
    text="{x}⁻¹",
    samples=lambda s: ((regular(s),), {}),
    flops=lambda out, x: 2 * out.size * x.shape[-1],
)
def inv_(x):
    """The inverse of each matrix."""
    return np.linalg.inv(x)


@implements(np.linalg.inv)
def inv(a: Any) -> Any:
    """The inverse A⁻¹ of square matrices (…, n, n); np.linalg.inv, the array API's and PyTorch's `linalg.inv`.

    Raises numpy.linalg.LinAlgError for a singular matrix. Prefer `solve` to a product with the inverse.

    >>> import autograd, numpy as np
    >>> autograd.linalg.inv(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return inv_(matrices(a, "inv", square=True))


# --- solve -----------------------------------------------------------------------------------------------------------


def _solve_sample(s):
    n, k = s.integer(0, 3), s.integer(0, 2)
    x = regular(s)
    n, stacks = x.shape[-1], s.choice([x.shape[:-2], (), (2, *x.shape[:-2])])
    return (x, entries(s)((*stacks, n, k))), {}


def fitting(d: Any, shape: tuple[int, ...]) -> Any:
    """An adjoint summed over what was broadcast."""
    return d if d.shape == shape else sum_to(d, shape)


@primitive(
    a=lambda g, a, out, a_shape: fitting(-(solve_(a.mT, g) @ out.mT), a_shape),
    b=lambda g, a, b_shape: fitting(solve_(a.mT, g), b_shape),
    forward={"a": lambda t, a, out: -solve_(a, t @ out)},
    text="{a}⁻¹ {b}",
    linear="b",
    samples=_solve_sample,
    flops=lambda out, a, b: 2 * a.size * a.shape[-1] // 3 + 2 * out.size * a.shape[-1],
)
def solve_(a, b):
    """The solution X of A X = B; leading axes broadcast."""
    return np.linalg.solve(a, b)


def _right_sides(function, a, b, op):
    """Apply to a matrix of right-hand sides, a vector standing for one column."""
    b = floating(b, op)
    if not b.shape:
        raise np.linalg.LinAlgError(f"{op}: the right-hand side is a single number; it needs at least 1 axis")
    return function(a, b[:, None])[..., 0] if len(b.shape) == 1 else function(a, b)


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """The solution X of A X = B; np.linalg.solve, the array API's and PyTorch's `linalg.solve`.

    `a` (…, n, n); `b` (n,) for one vector, else (…, n, k); leading axes broadcast → (…, n) or (…, n, k).
    Raises numpy.linalg.LinAlgError for a singular matrix.

    >>> import autograd, numpy as np
    >>> autograd.linalg.solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 2.0]))
    array([1. , 0.5])
    """
    return _right_sides(solve_, matrices(a, "solve", square=True), b, "solve")


# --- triangular systems ----------------------------------------------------------------------------------------------


def _triangle(x, lower, unit):
    return np.tril(x, -1 if unit else 0) if lower else np.triu(x, 1 if unit else 0)


def _triangular_sample(s):
    n, k, stack = s.integer(0, 4), s.integer(0, 2), stack_shape(s)
    a = entries(s)((*stack, n, n), low=-0.5, high=0.5) + 2 * np.eye(n, dtype=s.dtype)
    b = entries(s)((*s.choice([stack, (), (2, *stack)]), n, k))
    return (a, b), {"lower": s.boolean(), "unit": s.boolean()}


@primitive(
    a=lambda g, a, out, a_shape, lower, unit: fitting(
        -_triangle(solve_triangular_(a.mT, g, not lower, unit) @ out.mT, lower, unit), a_shape
    ),
    b=lambda g, a, b_shape, lower, unit: fitting(solve_triangular_(a.mT, g, not lower, unit), b_shape),
    forward={"a": lambda t, a, out, lower, unit: -solve_triangular_(a, _triangle(t, lower, unit) @ out, lower, unit)},
    text="{a}⁻¹ {b}",
    linear="b",
    samples=_triangular_sample,
    flops=lambda out, a, *_: out.size * a.shape[-1],
)
def solve_triangular_(a, b, lower, unit=False):
    """The solution X of A X = B, of A only a triangle being looked at, and with `unit` not its diagonal."""
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    b = np.broadcast_to(b, stack + b.shape[-2:])
    return kernels.solve_triangular(a, b, lower, unit)


def solve_triangular(a: Any, b: Any, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Any:
    """The solution of A X = B, or of X A = B unless `left`, with triangular A; PyTorch's `linalg.solve_triangular`.

    `a` (…, n, n), of which only the triangle that `upper` names is looked at, without its diagonal (taken as ones) if
    `unitriangular`; `b` (…, n, k), with left=False (…, k, n), or (n,); leading axes broadcast.
    Raises numpy.linalg.LinAlgError where a number on the diagonal is 0.

    >>> import autograd, numpy as np
    >>> autograd.linalg.solve_triangular(np.array([[2.0, 9.0], [2.0, 1.0]]), np.array([2.0, 3.0]), upper=False)
    array([1., 1.])
    """
    a = matrices(a, "solve_triangular", square=True)
    if left:
        return _right_sides(lambda a, b: solve_triangular_(a, b, not upper, unitriangular), a, b, "solve_triangular")
    b = floating(b, "solve_triangular")
    if len(b.shape) == 1:
        return solve_triangular_(a.mT, b[:, None], upper, unitriangular)[..., 0]
    return solve_triangular_(a.mT, b.mT, upper, unitriangular).mT


def cholesky_solve(b: Any, l: Any, upper: bool = False) -> Any:
    """The solution X of A X = B, given the Cholesky factor of A; PyTorch's `cholesky_solve`.

    `b` (…, n, k), `l` (…, n, n): the factor L with A = L Lᴴ, or with `upper` U with A = Uᴴ U.

    >>> import autograd, numpy as np
    >>> autograd.linalg.cholesky_solve(np.ones((2, 1)), 2 * np.eye(2)).ravel()
    array([0.25, 0.25])
    """
    l = matrices(l, "cholesky_solve", square=True)
    outer, inner = (adjoint(l), l) if upper else (l, adjoint(l))
    half = solve_triangular(outer, b, upper=False)
    return solve_triangular(inner, half, upper=True)


def cholesky_inverse(l: Any, upper: bool = False) -> Any:
    """The inverse of A, given its Cholesky factor L (…, n, n), or Lᴴ with `upper`; PyTorch's `cholesky_inverse`.

    >>> import autograd, numpy as np
    >>> autograd.linalg.cholesky_inverse(2 * np.eye(2))
    array([[0.25, 0.  ],
           [0.  , 0.25]])
    """
    l = matrices(l, "cholesky_inverse", square=True)
    eye = np.broadcast_to(np.eye(l.shape[-1], dtype=l.dtype), l.shape)
    root = solve_triangular(l, eye, upper=upper)
    return root @ adjoint(root) if upper else adjoint(root) @ root


# --- tensors as matrices ---------------------------------------------------------------------------------------------


@implements(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The solution X of tensordot(A, X, X.ndim) = B; np.linalg.tensorsolve.

    `a` has the axes of `b` followed by those of X, as many elements in the one group as in the other; `axes` of `a` are
    moved to the end first.

    >>> import autograd, numpy as np
    >>> autograd.linalg.tensorsolve(2 * np.eye(6).reshape(2, 3, 6), np.ones((2, 3)))
    array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    """
    a, b = floating(a, "tensorsolve"), floating(b, "tensorsolve")
    if axes is not None:
        moved = some_axes(tuple(axes), a.shape, "tensorsolve")
        a = moveaxis(a, moved, tuple(range(len(a.shape) - len(moved), len(a.shape))))
    shape = a.shape[len(b.shape) :]
    n = int(np.prod(shape))
    if int(np.prod(a.shape[: len(b.shape)])) != n:
        raise np.linalg.LinAlgError(
            f"tensorsolve: `a` of shape {a.shape} with `b` of shape {b.shape} leaves {shape} for the solution; both "
            f"groups of axes must have equally many elements"
        )
    return reshape(solve(reshape(a, (n, n)), reshape(b, (n,))), shape)


@implements(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of a as a map from its last axes to its first `ind` ones; np.linalg.tensorinv.

    >>> import autograd, numpy as np
    >>> autograd.linalg.tensorinv(np.eye(6).reshape(2, 3, 6)).shape
    (6, 2, 3)
    """
    a = floating(a, "tensorinv")
    if ind <= 0:
        raise ValueError(f"tensorinv: ind counts axes and must be positive, got {ind}")
    n = int(np.prod(a.shape[ind:]))
    return reshape(inv(reshape(a, (n, -1))), (*a.shape[ind:], *a.shape[:ind]))


# --- determinants ----------------------------------------------------------------------------------------------------


def _cofactors(x):
    """The gradient of the determinant, right at singular matrices too; up to 3 × 3 also all its derivatives there."""
    n = x.shape[-1]
    if n < 2:
        return np.ones(x.shape, x.dtype)
    if n == 2:
        return x[..., ::-1, ::-1] * np.array([[1, -1], [-1, 1]], x.dtype)
    if n == 3:
        return cross(x[..., [1, 2, 0], :], x[..., [2, 0, 1], :])
    return cofactors(x)


def _cofactors_wrt_x(g, x, out):
    inverse = inv_(x)
    along = sum_over(g * out, (-2, -1), keepdims=True)
    return along * inverse.mT - inverse.mT @ g.mT @ out


@primitive(
    x=_cofactors_wrt_x,
    samples=lambda s: ((regular(s),), {}),
    flops=lambda out, x: 20 * out.size * x.shape[-1],
)
def cofactors(x):
    """The matrix of cofactors, det(A) A⁻ᵀ where A is regular, from singular values."""
    u, s, vh = np.linalg.svd(x)
    n = s.shape[-1]
    others = np.where(np.eye(n, dtype=bool), 1, s[..., None, :]).prod(-1)
    return (np.linalg.det(u) * np.linalg.det(vh))[..., None, None] * np.conj((u * others[..., None, :]) @ vh)


@primitive(
    x=lambda g, x: g[..., None, None] * _cofactors(x),
    text="det {x}",
    samples=lambda s: ((regular(s),), {}),
    flops=lambda out, x: 2 * x.size * x.shape[-1] // 3,
)
def det_(x):
    """The determinant of each matrix."""
    return np.linalg.det(x)


@implements(np.linalg.det)
def det(a: Any) -> Any:
    """The determinant of square matrices (…, n, n) → (…); np.linalg.det, the array API's and PyTorch's `det`.

    The gradient det(A) A⁻ᵀ is right for singular matrices too. A second derivative at a singular matrix exists up to
    3 × 3; larger ones raise numpy.linalg.LinAlgError.

    >>> import autograd, numpy as np
    >>> float(autograd.linalg.det(np.array([[1.0, 2.0], [3.0, 5.0]])).round(12))
    -1.0
    """
    return det_(matrices(a, "det", square=True))


class SlogdetResult(NamedTuple):
    """Sign and logarithm of the magnitude of a determinant.

    >>> import autograd, numpy as np
    >>> autograd.linalg.slogdet(np.eye(2)).logabsdet
    np.float64(0.0)
    """

    sign: Any
    logabsdet: Any


def _slogdet_wrt_x(g, x, out):
    g_sign, g_log = g
    if x.dtype.kind == "c":  # d sign = i sign Im tr(A⁻¹ dA)
        g_log = g_log + np.imag(g_sign * out[0]) * 1j
    return g_log[..., None, None] * inv_(x).mT


@primitive(
    x=_slogdet_wrt_x,
    outputs=2,
    text="log |det {x}|",
    samples=lambda s: ((regular(s),), {}),
    flops=lambda out, x: 2 * x.size * x.shape[-1] // 3,
)
def slogdet_(x):
    """Sign and log magnitude of the determinant of each matrix."""
    return tuple(np.linalg.slogdet(x))


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> SlogdetResult:
    """(sign, log |det|) of square matrices, which neither overflow nor underflow; np.linalg.slogdet.

    Raises numpy.linalg.LinAlgError when differentiated at a singular matrix, whose log |det| is -inf.

    >>> import autograd, numpy as np
    >>> sign, logabsdet = autograd.linalg.slogdet(-np.eye(3) * 1e200)
    >>> float(sign), float(logabsdet.round(3))
    (-1.0, 1381.551)
    """
    return SlogdetResult(*slogdet_(matrices(a, "slogdet", square=True)))


def logdet(a: Any) -> Any:
    """log det A of square matrices (…, n, n) → (…); nan where a real determinant is negative; PyTorch's `logdet`.

    >>> import autograd, numpy as np
    >>> float(autograd.linalg.logdet(np.eye(3)))
    0.0
    """
    sign, logabsdet = slogdet(a)
    if sign.dtype.kind == "c":
        return logabsdet + np.log(sign)
    return where(sign < 0, np.asarray(np.nan, logabsdet.dtype), logabsdet)


# --- cross product ---------------------------------------------------------------------------------------------------


@implements(np.linalg.cross)
def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The cross products of the vectors of 3 elements along an axis; other axes broadcast; `linalg.cross`.

    >>> import autograd, numpy as np
    >>> autograd.linalg.cross(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    array([0., 0., 1.])
    """
    x1, x2 = (moveaxis(operand(x), axis, -1) for x in (x1, x2))
    if x1.shape[-1:] != (3,) or x2.shape[-1:] != (3,):
        raise ValueError(f"cross wants vectors of 3 elements along axis {axis}, got {x1.shape[-1]} and {x2.shape[-1]}")
    after, before = [1, 2, 0], [2, 0, 1]
    return moveaxis(x1[..., after] * x2[..., before] - x1[..., before] * x2[..., after], -1, axis)
