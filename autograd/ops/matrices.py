"""Parts of matrices: diagonals, trace, triangles; and the Kronecker product."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.ops.arithmetic import multiply
from autograd.ops.axes import one_axis, operand
from autograd.ops.shape import broadcast_to, ravel, reshape
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = ["diag", "diag_embed", "diagflat", "diagonal", "kron", "matrix_trace", "tril", "triu"]


# --- diagonals -------------------------------------------------------------------------------------------------------


def _matrix_sample(s, **params):
    shape = s.shape(2, 4)
    axis1 = s.integer(0, len(shape) - 1)
    axis2 = (axis1 + s.integer(1, len(shape) - 1)) % len(shape)
    return (s.array(shape),), {"offset": s.integer(-2, 2), "axis1": axis1, "axis2": axis2}


def _from_diagonal_sample(s):
    (x,), params = _matrix_sample(s)
    return (s.array(x.diagonal(**params).shape),), {"shape": x.shape, **params}


@primitive(
    x=lambda g, x_shape, offset, axis1, axis2: from_diagonal(g, x_shape, offset, axis1, axis2),
    linear="x",
    samples=_matrix_sample,
)
def diagonal_(x, offset, axis1, axis2):
    """A diagonal of the two axes, as the last axis."""
    return x.diagonal(offset, axis1, axis2)


@primitive(
    x=lambda g, offset, axis1, axis2: diagonal_(g, offset, axis1, axis2), linear="x", samples=_from_diagonal_sample
)
def from_diagonal(x, shape, offset, axis1, axis2):
    """Zeros of `shape` with x on a diagonal: the adjoint of `diagonal`."""
    out = np.zeros(shape, x.dtype)
    place = out.diagonal(offset, axis1, axis2)
    place.flags.writeable = True
    place[...] = x
    return out


@primitive(
    x=lambda g, x_shape, offset, axis1, axis2: from_diagonal(
        broadcast_to(g[..., None], (*g.shape, _length(x_shape, offset, axis1, axis2))), x_shape, offset, axis1, axis2
    ),
    text="tr {x}",
    linear="x",
    samples=_matrix_sample,
    flops=lambda out, x, *rest: _length(x.shape, *rest) * out.size,
)
def trace_(x, offset, axis1, axis2):
    """Sum along a diagonal of the two axes."""
    return x.trace(offset, axis1, axis2)


def _length(shape, offset, axis1, axis2):
    """The length of a diagonal."""
    rows, columns = shape[axis1], shape[axis2]
    return max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)


def _two_axes(op, x, axis1, axis2):
    if len(x.shape) < 2:
        raise ValueError(f"{op} wants an array of at least 2 axes, got shape {x.shape}")
    axis1, axis2 = one_axis(axis1, x.shape, op), one_axis(axis2, x.shape, op)
    if axis1 == axis2:
        raise ValueError(f"{op}: axis1 and axis2 must differ, both are {axis1}")
    return axis1, axis2


@implements(np.diagonal)
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of two axes, as the last axis of the result; `offset` counts to the right of the main one.

    >>> import autograd, numpy as np
    >>> autograd.diagonal(np.arange(4.0).reshape(2, 2))
    array([0., 3.])
    """
    x = operand(x)
    return diagonal_(x, operator.index(offset), *_two_axes("diagonal", x, axis1, axis2))


@implements(np.trace)
def matrix_trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum along a diagonal of two axes: `np.trace(t)`, `t.trace()`. (`autograd.trace` records a run of a function.)

    >>> import autograd, numpy as np
    >>> float(autograd.matrix_trace(np.eye(3)))
    3.0
    """
    x = operand(x)
    return trace_(x, operator.index(offset), *_two_axes("trace", x, axis1, axis2))


@implements(np.diag)
def diag(x: Any, k: int = 0) -> Any:
    """A matrix with x on its k-th diagonal if x is 1-d, the k-th diagonal of x if it is 2-d.

    >>> import autograd, numpy as np
    >>> autograd.diag(np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    x = operand(x)
    if len(x.shape) == 2:
        return diagonal(x, k)
    if len(x.shape) != 1:
        raise ValueError(f"diag wants an array of 1 or 2 axes, got shape {x.shape}; use diagonal or diag_embed")
    return diag_embed(x, k)


def diag_embed(x: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Matrices with the last axis of x on a diagonal; `dim1` and `dim2` are the matrices' axes in the result.

    >>> import autograd, numpy as np
    >>> autograd.diag_embed(np.ones((5, 2))).shape
    (5, 2, 2)
    """
    x = operand(x)
    if not x.shape:
        raise ValueError("diag_embed wants an array of at least 1 axis, got a 0-d one")
    n = x.shape[-1] + abs(operator.index(offset))
    shape = (*x.shape[:-1], n, n)
    rows, columns = one_axis(dim1, shape, "diag_embed"), one_axis(dim2, shape, "diag_embed")
    if rows == columns:
        raise ValueError(f"diag_embed: dim1 and dim2 must differ, both are {rows}")
    rest = iter(x.shape[:-1])
    shape = tuple(n if a in (rows, columns) else next(rest) for a in range(len(shape)))
    return from_diagonal(x, shape, offset, rows, columns)


@implements(np.diagflat)
def diagflat(x: Any, k: int = 0) -> Any:
    """A matrix with all elements of x on its k-th diagonal.

    >>> import autograd, numpy as np
    >>> autograd.diagflat(np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    return diag_embed(ravel(operand(x)), k)


# --- triangles -------------------------------------------------------------------------------------------------------


def _triangle_sample(s):
    return (s.array(s.shape(2, 4)),), {"k": s.integer(-2, 2)}


@primitive(x=lambda g, k: tril_(g, k), linear="x", samples=_triangle_sample)
def tril_(x, k):
    """x with zeros above the k-th diagonal."""
    return np.tril(x, k)


@primitive(x=lambda g, k: triu_(g, k), linear="x", samples=_triangle_sample)
def triu_(x, k):
    """x with zeros below the k-th diagonal."""
    return np.triu(x, k)


@implements(np.tril)
def tril(x: Any, k: int = 0) -> Any:
    """The lower triangle of (a stack of) matrices: zeros above the k-th diagonal.

    >>> import autograd, numpy as np
    >>> autograd.tril(np.ones((2, 2)))
    array([[1., 0.],
           [1., 1.]])
    """
    return tril_(_matrices("tril", x), operator.index(k))


@implements(np.triu)
def triu(x: Any, k: int = 0) -> Any:
    """The upper triangle of (a stack of) matrices: zeros below the k-th diagonal.

    >>> import autograd, numpy as np
    >>> autograd.triu(np.ones((2, 2)))
    array([[1., 1.],
           [0., 1.]])
    """
    return triu_(_matrices("triu", x), operator.index(k))


def _matrices(op, x):
    x = operand(x)
    if len(x.shape) < 2:
        raise ValueError(f"{op} wants an array of at least 2 axes, got shape {x.shape}")
    return x


# --- Kronecker product -----------------------------------------------------------------------------------------------


@implements(np.kron)
def kron(x: Any, y: Any) -> Any:
    """The Kronecker product: a copy of y, scaled, for every element of x.

    >>> import autograd, numpy as np
    >>> autograd.kron(np.array([1.0, 10.0]), np.array([1.0, 2.0]))
    array([ 1.,  2., 10., 20.])
    """
    x, y = operand(x), operand(y)
    ndim = max(len(x.shape), len(y.shape))
    a, b = ((1,) * (ndim - len(z.shape)) + z.shape for z in (x, y))
    apart = multiply(reshape(x, tuple(n for m in a for n in (m, 1))), reshape(y, tuple(n for m in b for n in (1, m))))
    return reshape(apart, tuple(m * n for m, n in zip(a, b)))
