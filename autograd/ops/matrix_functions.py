"""Powers, exponentials and long products of matrices; and functions that mean something else in `linalg`."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.kernels import matrices as kernels
from autograd.ops.arithmetic import multiply
from autograd.ops.axes import operand
from autograd.ops.creation import ones_like
from autograd.ops.joining import concatenate_, stack
from autograd.ops.linalg import matmul
from autograd.ops.linear_systems import inv
from autograd.ops.matrices import diagonal as any_diagonal, matrix_trace
from autograd.ops.matrix_tools import adjoint, entries, matrices, stack_shape
from autograd.ops.products import cumprod
from autograd.ops.reductions import in_dtype
from autograd.ops.shape import astype, broadcast_to
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = ["diagonal", "householder_product", "matrix_exp", "matrix_power", "multi_dot", "outer", "trace", "vander"]


# --- the exponential -------------------------------------------------------------------------------------------------


def _exp_sample(s):
    n = s.integer(0, 3)
    return (entries(s)((*stack_shape(s), n, n)),), {"levels": 0}


def doubled(x: Any, e: Any) -> Any:
    """The block matrix [[A, E], [0, A]]: of it a function f gives f(A) and, above the diagonal, its derivative along E.

    R. Mathias, "A chain rule for matrix functions and applications", 1996.
    """
    last = len(x.shape) - 1
    if e.shape != x.shape:
        stacks = np.broadcast_shapes(x.shape[:-2], e.shape[:-2])
        x, e = (broadcast_to(z, stacks + z.shape[-2:]) for z in (x, e))
    above = concatenate_(x, e, axis=last)
    return concatenate_(above, concatenate_(np.zeros(x.shape, x.dtype), x, axis=last), axis=last - 1)


def upper_right(x: Any) -> Any:
    """The block above the diagonal."""
    half = x.shape[-1] // 2
    return x[..., :half, half:]


@primitive(
    x=lambda g, x, levels: upper_right(matrix_exp_(doubled(x.mT, g), levels + 1)),
    forward={"x": lambda t, x, levels: upper_right(matrix_exp_(doubled(x, t), levels + 1))},
    text="exp {x}",
    samples=_exp_sample,
    flops=lambda out, x, levels: 16 * x.size * x.shape[-1],
)
def matrix_exp_(x, levels=0):
    """The exponential of each matrix, of block triangular ones of 2**levels blocks a side if not 0."""
    return kernels.expm(x, levels)


def matrix_exp(a: Any) -> Any:
    """The matrix exponential Σ Aᵏ/k! of square matrices (…, n, n); PyTorch's `matrix_exp`, SciPy's `expm`.

    Its derivative is that of the same approximant on a block matrix of twice the size.

    >>> import autograd, numpy as np
    >>> autograd.linalg.matrix_exp(np.array([[0.0, 1.0], [0.0, 0.0]]))
    array([[1., 1.],
           [0., 1.]])
    """
    return matrix_exp_(matrices(a, "matrix_exp", square=True))


# --- powers and products ---------------------------------------------------------------------------------------------


@implements(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """The n-th power of square matrices by repeated squaring; negative n are powers of the inverse.

    Raises numpy.linalg.LinAlgError for a negative power of a singular matrix.

    >>> import autograd, numpy as np
    >>> autograd.linalg.matrix_power(np.array([[1.0, 1.0], [0.0, 1.0]]), -3)
    array([[ 1., -3.],
           [ 0.,  1.]])
    """
    x = operand(a)
    x = x if x.dtype.kind in "iu" and len(x.shape) > 1 and n >= 0 else matrices(a, "matrix_power")
    if x.shape[-1] != x.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power wants square matrices, got shape {x.shape}")
    n = operator.index(n)
    if n == 0:
        return np.eye(x.shape[-1], dtype=x.dtype) * ones_like(x)
    x, n = (inv(x), -n) if n < 0 else (x, n)
    result = None
    while True:
        if n & 1:
            result = x if result is None else matmul(result, x)
        n >>= 1
        if not n:
            return result
        x = matmul(x, x)


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    """The product of a sequence of matrices, in the order of least work; np.linalg.multi_dot, PyTorch's `multi_dot`.

    The first may be a vector, a row then, and the last one a column.

    >>> import autograd, numpy as np
    >>> autograd.linalg.multi_dot([np.ones(2), np.ones((2, 3)), np.ones((3, 4))])
    array([6., 6., 6., 6.])
    """
    if out is not None:
        raise TypeError("np.linalg.multi_dot(..., out=...) is not possible on tensors; leave it out")
    xs = [operand(x) for x in arrays]
    if len(xs) < 2:
        raise ValueError(f"multi_dot wants at least two arrays, got {len(xs)}")
    for i, x in enumerate(xs):
        if len(x.shape) != 2 and not (len(x.shape) == 1 and i in (0, len(xs) - 1)):
            raise np.linalg.LinAlgError(
                f"multi_dot wants matrices, the first and the last may be vectors; array {i} has shape {x.shape}"
            )
    row, column = len(xs[0].shape) == 1, len(xs[-1].shape) == 1
    sizes = [1 if row else xs[0].shape[0], *(x.shape[0] for x in xs[1:]), 1 if column else xs[-1].shape[1]]
    cuts = _cheapest(sizes)

    def product(i: int, j: int) -> Any:
        return xs[i] if i == j else matmul(product(i, cuts[i, j]), product(cuts[i, j] + 1, j))

    return product(0, len(xs) - 1)


def _cheapest(sizes):
    """Where to part each stretch (i, j) of a chain of matrices, of sizes[i] × sizes[i + 1], for least work."""
    n = len(sizes) - 1
    cost, cuts = {(i, i): 0 for i in range(n)}, {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            costs = {k: cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)}
            cuts[i, j] = min(costs, key=costs.__getitem__)
            cost[i, j] = costs[cuts[i, j]]
    return cuts


def householder_product(a: Any, tau: Any) -> Any:
    """The first columns of H₀ H₁ ⋯ with Hᵢ = I - τᵢ vᵢ vᵢᴴ; PyTorch's `linalg.householder_product`, LAPACK's orgqr.

    `a` (…, m, n) holds vᵢ in column i below the diagonal (on it stands a 1, above 0), `tau` (…, k), k ≤ n ≤ m
    → (…, m, n).

    >>> import autograd, numpy as np
    >>> autograd.linalg.householder_product(np.zeros((2, 2)), np.array([2.0, 0.0]))
    array([[-1.,  0.],
           [ 0.,  1.]])
    """
    x, tau = matrices(a, "householder_product"), operand(tau)
    (m, n), k = x.shape[-2:], tau.shape[-1]
    if not k <= n <= m:
        raise np.linalg.LinAlgError(f"householder_product wants k <= n <= m, got k={k} of shape {tau.shape}, {x.shape}")
    v = np.tril(x, -1) + np.eye(m, n, dtype=x.dtype)
    out = np.broadcast_to(np.eye(m, n, dtype=x.dtype), x.shape)
    for i in reversed(range(k)):
        column = v[..., i : i + 1]
        out = out - tau[..., i, None, None] * column @ (adjoint(column) @ out)
    return out


def vander(x: Any, n: int | None = None) -> Any:
    """The powers x⁰, x¹, …, xⁿ⁻¹ along a new last axis; PyTorch's `linalg.vander`; n is the length of x by default.

    >>> import autograd, numpy as np
    >>> autograd.linalg.vander(np.array([2.0, 3.0]), 3)
    array([[1., 2., 4.],
           [1., 3., 9.]])
    """
    x = operand(x)
    if not x.shape:
        raise ValueError("vander wants an array of at least 1 axis, got a 0-d one")
    n = x.shape[-1] if n is None else operator.index(n)
    if n == 0:
        return stack([x], -1)[..., :0]
    return cumprod(stack([ones_like(x), *[x] * (n - 1)], -1), -1)


# --- functions with another meaning than those of the main namespace ----------------------------------


@implements(np.linalg.diagonal)
def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonals of the matrices in the last two axes (…, m, n) → (…, k); the array API's `linalg.diagonal`.

    >>> import autograd, numpy as np
    >>> autograd.linalg.diagonal(np.ones((5, 2, 3)), offset=1).shape
    (5, 2)
    """
    return any_diagonal(x, offset, -2, -1)


@implements(np.linalg.trace)
def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The sums along diagonals of the matrices in the last two axes (…, m, n) → (…); the array API's `linalg.trace`.

    >>> import autograd, numpy as np
    >>> autograd.linalg.trace(np.ones((5, 2, 2)))
    array([2., 2., 2., 2., 2.])
    """
    x = x if dtype is None else astype(operand(x), dtype, copy=False)
    return in_dtype(matrix_trace(x, offset, -2, -1), dtype)


@implements(np.linalg.outer)
def outer(x1: Any, x2: Any, /) -> Any:
    """All products of an element of one vector and one of another: (m,), (n,) → (m, n); the array API's `linalg.outer`.

    >>> import autograd, numpy as np
    >>> autograd.linalg.outer(np.array([1.0, 2.0]), np.array([3.0]))
    array([[3.],
           [6.]])
    """
    x1, x2 = operand(x1), operand(x2)
    if len(x1.shape) != 1 or len(x2.shape) != 1:
        raise ValueError(f"linalg.outer wants two vectors, got shapes {x1.shape} and {x2.shape}")
    return multiply(x1[:, None], x2)
