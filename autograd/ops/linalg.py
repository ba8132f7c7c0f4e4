"""Products of matrices and vectors, and the parts of a matrix: trace, diagonals, triangles."""

from __future__ import annotations

import numpy as np

from autograd.ops.shape import matrix_transpose, sum_to
from autograd.primitive import primitive

__all__ = ["affine", "linear", "matmul"]


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
    """Matrix product x @ y; leading axes broadcast, a 1-d operand is a row on the left and a column on the right."""


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
def affine(x, weight, bias):
    """x Wᵀ + b with x (…, in), weight (out, in), bias (out,): a linear layer in one node."""
    out = np.matmul(_matrices(x) if x.ndim > 2 else x, weight.T)
    out = np.add(out, bias, out) if out.dtype is bias.dtype else out + bias
    return out if x.ndim <= 2 else out.reshape(*x.shape[:-1], out.shape[-1])


def linear(x, weight, bias=None):
    """A linear layer, x Wᵀ + b; PyTorch's `F.linear`.

    x (…, in), weight (out, in), bias (out,) or None → (…, out).

    >>> import autograd, numpy as np
    >>> autograd.linear(np.array([1.0, 2.0]), np.eye(2), np.array([10.0, 20.0]))
    array([11., 22.])
    """
    return matmul(x, matrix_transpose(weight)) if bias is None else affine(x, weight, bias)
