"""Square roots and logarithms of matrices, and Sylvester's equation, on top of SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.kernels import scipy_matrices as kernels
from autograd.ops.linear_systems import fitting
from autograd.ops.matrix_functions import doubled, upper_right
from autograd.ops.matrix_tools import entries, hermitian_matrices, matrices, stack_shape
from autograd.primitive import primitive

__all__ = ["logm", "solve_sylvester", "sqrtm"]


# --- Sylvester's equation --------------------------------------------------------------------------------------------


def _sylvester_sample(s):
    stack, m, n = stack_shape(s), s.integer(0, 3), s.integer(0, 3)
    draw = entries(s)
    a, b = (draw((*stack, k, k), low=-0.4, high=0.4) + 1.5 * np.eye(k, dtype=s.dtype) for k in (m, n))
    return (a, b, draw((*stack, m, n))), {}


@primitive(
    a=lambda g, a, b, out, a_shape: fitting(-(solve_sylvester_(a.mT, b.mT, g) @ out.mT), a_shape),
    b=lambda g, a, b, out, b_shape: fitting(-(out.mT @ solve_sylvester_(a.mT, b.mT, g)), b_shape),
    q=lambda g, a, b, q_shape: fitting(solve_sylvester_(a.mT, b.mT, g), q_shape),
    forward={
        "a": lambda t, a, b, out: solve_sylvester_(a, b, -(t @ out)),
        "b": lambda t, a, b, out: solve_sylvester_(a, b, -(out @ t)),
    },
    text="solve {a} X + X {b} = {q}",
    linear="q",
    samples=_sylvester_sample,
    flops=lambda out, a, b, q: 25 * (a.size * a.shape[-1] + b.size * b.shape[-1]),
)
def solve_sylvester_(a, b, q):
    """The solution X of A X + X B = Q."""
    return kernels.for_each(kernels.sylvester, (a, b, q), q.shape[-2:])


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The solution X of A X + X B = Q; SciPy's `solve_sylvester`, also of stacks of matrices.

    `a` (…, m, m), `b` (…, n, n), `q` (…, m, n) → (…, m, n).
    Raises numpy.linalg.LinAlgError where an eigenvalue of A and one of -B are equal.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.solve_sylvester(np.eye(2), np.eye(2), np.ones((2, 2)))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    a, b = matrices(a, "solve_sylvester", square=True), matrices(b, "solve_sylvester", square=True)
    q = matrices(q, "solve_sylvester")
    if q.shape[-2:] != (a.shape[-1], b.shape[-1]):
        raise ValueError(
            f"solve_sylvester: a of shape {a.shape} and b of shape {b.shape} want q (…, {a.shape[-1]}, "
            f"{b.shape[-1]}), got shape {q.shape}"
        )
    return solve_sylvester_(a, b, q)


# --- square root and logarithm ---------------------------------------------------------------------------------------


@primitive(
    x=lambda g, out: solve_sylvester_(out.mT, out.mT, g),
    forward={"x": lambda t, out: solve_sylvester_(out, out, t)},
    text="√{x}",
    samples=lambda s: ((hermitian_matrices(s, 1),), {}),
    flops=lambda out, x: 25 * x.size * x.shape[-1],
)
def sqrtm_(x):
    """The principal square root of each matrix."""
    return kernels.for_each(kernels.square_root, (x,), x.shape[-2:])


def sqrtm(a: Any) -> Any:
    """The principal square root X of square matrices (…, n, n), X X = A; SciPy's `sqrtm`.

    Real where the root of a real matrix is. Its derivative solves X dX + dX X = dA, and raises
    numpy.linalg.LinAlgError for a singular matrix.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.sqrtm(np.diag([4.0, 9.0]))
    array([[2., 0.],
           [0., 3.]])
    """
    return sqrtm_(matrices(a, "sqrtm", square=True))


@primitive(
    x=lambda g, x: upper_right(logm_(doubled(x.mT, g))),
    forward={"x": lambda t, x: upper_right(logm_(doubled(x, t)))},
    text="log {x}",
    samples=lambda s: ((hermitian_matrices(s, 1, s.choice([(), (2,), (0,)])),), {}),
    flops=lambda out, x: 50 * x.size * x.shape[-1],
)
def logm_(x):
    """The principal logarithm of each matrix."""
    return kernels.for_each(kernels.logarithm, (x,), x.shape[-2:])


def logm(a: Any) -> Any:
    """The principal logarithm X of square matrices (…, n, n), expm(X) = A; SciPy's `logm`.

    Real where the logarithm of a real matrix is. The derivative is that of the same function on a block matrix of twice
    the size; it has none at singular matrices.

    >>> import autograd.scipy.linalg, numpy as np
    >>> autograd.scipy.linalg.logm(np.diag([1.0, np.e])).round(12)
    array([[0., 0.],
           [0., 1.]])
    """
    return logm_(matrices(a, "logm", square=True))
