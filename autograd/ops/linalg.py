"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import conjugate
from autograd.kernels.choice import native
from autograd.ops.arithmetic import add, multiply
from autograd.ops.axes import one_axis, operand
from autograd.ops.einsum import tensordot
from autograd.ops.shape import matrix_transpose, moveaxis, ravel, sum_to
from autograd.primitive import primitive
from autograd.protocols import UFUNCS, implements
from autograd.tensor import Tensor, wrap

__all__ = [
    "addbmm",
    "addmm",
    "addmv",
    "addr",
    "affine",
    "baddbmm",
    "bmm",
    "dot",
    "inner",
    "linear",
    "matmul",
    "mm",
    "mv",
    "outer",
    "vdot",
    "vecdot",
]


def _matrices(x):
    """A stack of matrices or vectors as one matrix: all leading axes flattened into the first."""
    return x if x.ndim == 2 else x.reshape(int(np.prod(x.shape[:-1])), x.shape[-1])


# --- matmul ----------------------------------------------------------------------------------------------------------


def _matmul_wrt_x(g, x_shape, y):
    if y.ndim == 1:
        return g[..., None] * y
    if len(x_shape) == 1:
        d = matmul(y, g[..., None])[..., 0]
    else:
        d = matmul(g, y.mT)
    return d if d.shape == x_shape else sum_to(d, x_shape)


def _matmul_wrt_y(g, x, y_shape):
    if x.ndim == 1:
        return x[:, None] * g[..., None, :] if len(y_shape) > 1 else g * x
    if len(y_shape) == 1:
        return matmul(_matrices(x).mT, g.reshape(g.size))
    if len(y_shape) == 2:
        return matmul(_matrices(x).mT, _matrices(g))
    d = matmul(x.mT, g)
    return d if d.shape == y_shape else sum_to(d, y_shape)


def _matmul_sample(s):
    n, k, m = s.integer(0, 3), s.integer(0, 3), s.integer(0, 3)
    batches = s.broadcastable(2, max_dims=2)
    x = s.choice([(n, k), (k,), (*batches[0], n, k)])
    y = s.choice([(k, m), (k,), (*batches[1], k, m)])
    return (s.array(x), s.array(y)), {}


def _contraction_flops(out, x, y):
    return 2 * out.size * x.shape[-1]


@primitive(
    np.matmul,
    x=_matmul_wrt_x,
    y=_matmul_wrt_y,
    text="{x} @ {y}",
    linear="x y",
    samples=_matmul_sample,
    flops=_contraction_flops,
)
def matmul(x, y):
    """Matrix product x @ y; leading axes broadcast, a 1-d operand is a row on the left and a column on the right.

    >>> import autograd
    >>> autograd.matmul(autograd.tensor([[1.0, 2.0]]), autograd.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """


# --- linear layer ----------------------------------------------------------------------------------------------------


def _affine_wrt_weight(g, x):
    if x.ndim == 1:
        return g[:, None] * x
    return matmul(_matrices(g).mT, _matrices(x))


def _affine_sample(s):
    k, m = s.integer(0, 3), s.integer(0, 3)
    return (s.array((*s.shape(0, 2), k)), s.array((m, k)), s.array((m,))), {}


@primitive(
    x=lambda g, weight: matmul(g, weight),
    weight=_affine_wrt_weight,
    bias=lambda g, bias_shape: sum_to(g, bias_shape),
    text="{x} @ {weight}ᵀ + {bias}",
    samples=_affine_sample,
    flops=lambda out, x, weight, bias: out.size * (2 * x.shape[-1] + 1),
)
@native("linear:affine", least=256)
def affine(x, weight, bias):
    """x Wᵀ + b with x (…, in), weight (out, in), bias (out,): a linear layer in one node.

    >>> import autograd, numpy as np
    >>> autograd.affine(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([0.5]))
    array([[11.5]])
    """
    out = np.matmul(_matrices(x) if x.ndim > 2 else x, weight.T)
    out = np.add(out, bias, out) if out.dtype is bias.dtype else out + bias
    return out if x.ndim <= 2 else out.reshape(*x.shape[:-1], out.shape[-1])


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """A linear layer, x Wᵀ + b; PyTorch's `F.linear`.

    x (…, in), weight (out, in), bias (out,) or None → (…, out).

    >>> import autograd, numpy as np
    >>> autograd.linear(np.array([1.0, 2.0]), np.eye(2), np.array([10.0, 20.0]))
    array([11., 22.])
    """
    return matmul(x, matrix_transpose(weight)) if bias is None else affine(x, weight, bias)


# --- other products --------------------------------------------------------------------------------------------------


@implements(np.dot)
def dot(x: Any, y: Any) -> Any:
    """NumPy's dot product: of vectors, of matrices, and beyond a sum over the last axis of x and the last but one of y.

    >>> import autograd, numpy as np
    >>> float(autograd.dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    11.0
    """
    x, y = operand(x), operand(y)
    if not x.shape or not y.shape:
        return multiply(x, y)
    return matmul(x, y) if len(y.shape) <= 2 else tensordot(x, y, ((-1,), (-2,)))


@implements(np.vdot)
def vdot(x: Any, y: Any) -> Any:
    """The dot product of all elements of x with all elements of y.

    >>> import autograd, numpy as np
    >>> autograd.vdot(np.eye(2), np.ones((2, 2))).item()
    2.0
    """
    return matmul(conjugate(ravel(operand(x))), ravel(operand(y)))


@implements(np.inner)
def inner(x: Any, y: Any) -> Any:
    """Sum of products over the last axis of x and the last axis of y.

    >>> import autograd, numpy as np
    >>> autograd.inner(np.array([1.0, 2.0]), np.array([3.0, 4.0])).item()
    11.0
    """
    x, y = operand(x), operand(y)
    return multiply(x, y) if not x.shape or not y.shape else tensordot(x, y, ((-1,), (-1,)))


@implements(np.outer, np.linalg.outer)
def outer(x: Any, y: Any) -> Any:
    """The matrix of all products of an element of x and one of y.

    >>> import autograd, numpy as np
    >>> autograd.outer(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([[3., 4.],
           [6., 8.]])
    """
    return multiply(ravel(operand(x))[:, None], ravel(operand(y)))


@implements(np.linalg.vecdot)
def vecdot(x: Any, y: Any, axis: int = -1) -> Any:
    """The dot products of the vectors along one axis of x and y; other axes broadcast.

    >>> import autograd, numpy as np
    >>> autograd.vecdot(np.ones((2, 3)), np.array([1.0, 2.0, 3.0]))
    array([6., 6.])
    """
    x, y = operand(x), operand(y)
    x, y = (moveaxis(z, one_axis(axis, z.shape, "vecdot"), -1) for z in (x, y))
    if x.shape[-1] != y.shape[-1]:
        raise ValueError(f"vecdot: vectors of {x.shape[-1]} and {y.shape[-1]} elements along axis {axis}")
    return matmul(conjugate(x)[..., None, :], y[..., None])[..., 0, 0]


implements(np.linalg.matmul)(matmul)
UFUNCS[np.vecdot] = vecdot

# --- products of operands with a fixed number of axes, and sums with them: PyTorch's names ----------------------------


def mm(x: Any, mat2: Any) -> Any:
    """The product of two matrices.

    >>> import autograd, numpy as np
    >>> autograd.mm(np.ones((2, 3)), np.ones((3, 1)))
    array([[3.],
           [3.]])
    """
    return _product("mm", x, mat2, 2, 2)


def mv(x: Any, vec: Any) -> Any:
    """A matrix times a vector.

    >>> import autograd, numpy as np
    >>> autograd.mv(np.ones((2, 3)), np.array([1.0, 2.0, 3.0]))
    array([6., 6.])
    """
    return _product("mv", x, vec, 2, 1)


def bmm(x: Any, mat2: Any) -> Any:
    """The products of two stacks of as many matrices: (b, n, m) and (b, m, p) → (b, n, p).

    >>> import autograd, numpy as np
    >>> autograd.bmm(np.ones((3, 1, 2)), np.ones((3, 2, 4))).shape
    (3, 1, 4)
    """
    return _product("bmm", x, mat2, 3, 3)


def addmm(x: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """beta · x + alpha · mat1 @ mat2; x broadcasts to the product, and with beta 0 is not looked at.

    >>> import autograd, numpy as np
    >>> autograd.addmm(np.ones(2), np.eye(2), np.eye(2), beta=10, alpha=2)
    array([[12., 10.],
           [10., 12.]])
    """
    return _plus("addmm", x, _product("addmm", mat1, mat2, 2, 2), beta, alpha)


def addmv(x: Any, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """beta · x + alpha · mat @ vec; x broadcasts to the product, and with beta 0 is not looked at.

    >>> import autograd, numpy as np
    >>> autograd.addmv(np.ones(2), np.eye(2), np.array([3.0, 4.0]), alpha=10)
    array([31., 41.])
    """
    return _plus("addmv", x, _product("addmv", mat, vec, 2, 1), beta, alpha)


def addr(x: Any, vec1: Any, vec2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """beta · x + alpha · the outer product of two vectors, to which x broadcasts; with beta 0 x is not looked at.

    >>> import autograd, numpy as np
    >>> autograd.addr(np.ones(2), np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([[4., 5.],
           [7., 9.]])
    """
    vec1, vec2 = operand(vec1), operand(vec2)
    if len(vec1.shape) != 1 or len(vec2.shape) != 1:
        raise ValueError(f"addr wants two vectors, got shapes {vec1.shape} and {vec2.shape}")
    return _plus("addr", x, outer(vec1, vec2), beta, alpha)


def baddbmm(x: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """beta · x + alpha · bmm(batch1, batch2); x broadcasts to the products, and with beta 0 is not looked at.

    >>> import autograd, numpy as np
    >>> autograd.baddbmm(np.ones(1), np.ones((3, 1, 2)), np.ones((3, 2, 1))).ravel()
    array([3., 3., 3.])
    """
    return _plus("baddbmm", x, _product("baddbmm", batch1, batch2, 3, 3), beta, alpha)


def addbmm(x: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """beta · x + alpha · Σ bmm(batch1, batch2) over the stack; x broadcasts to it, with beta 0 is not looked at.

    >>> import autograd, numpy as np
    >>> autograd.addbmm(np.zeros(1), np.ones((3, 1, 2)), np.ones((3, 2, 1)))
    array([[6.]])
    """
    products = _product("addbmm", batch1, batch2, 3, 3)
    return _plus("addbmm", x, sum_to(products, (1, *products.shape[1:]))[0], beta, alpha)


def _product(op, x, y, x_ndim, y_ndim):
    x, y = operand(x), operand(y)
    inner_axis = 0 if y_ndim == 1 else -2
    fits = len(x.shape) == x_ndim and len(y.shape) == y_ndim and x.shape[-1] == y.shape[inner_axis]
    if not fits or x.shape[:-2] != y.shape[:-2]:
        kinds = {1: "a vector", 2: "a matrix", 3: "a stack of matrices"}
        raise ValueError(
            f"{op} multiplies {kinds[x_ndim]} by {kinds[y_ndim]} that fits, got shapes {x.shape} and {y.shape}; matmul "
            f"takes any number of axes and broadcasts"
        )
    return matmul(x, y)


def _plus(op, x, product, beta, alpha):
    x = operand(x)
    lead = len(product.shape) - len(x.shape)
    if lead < 0 or not all(n in (1, m) for n, m in zip(x.shape, product.shape[lead:])):
        raise ValueError(f"{op}: x of shape {x.shape} does not broadcast to the product's shape {product.shape}")
    product = product if alpha == 1 else multiply(product, alpha)
    if beta == 0:
        return wrap(product) if isinstance(x, Tensor) and not isinstance(product, Tensor) else product
    return add(x if beta == 1 else multiply(x, beta), product)
