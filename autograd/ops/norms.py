"""Norms of vectors and matrices; where a norm is 0 its subgradient is taken as 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import conjugate
from autograd.ops.arithmetic import slope
from autograd.ops.axes import operand, reduced_axes, some_axes
from autograd.ops.counting import count_nonzero
from autograd.ops.reductions import max, min, reduction, spread, sum, sum_
from autograd.ops.shape import astype, moveaxis, reshape
from autograd.primitive import primitive

__all__ = ["matrix_norm", "norm", "vector_norm"]


def _nonzero(out):
    """The norm as a divisor: 1 where it is 0, where what is divided is 0 too."""
    return np.where(out == 0, 1, out)


@primitive(
    x=lambda g, x, out, x_shape, axis, keepdims: spread(g / _nonzero(out), x_shape, axis, keepdims) * conjugate(x),
    forward={"x": lambda t, x, out, axis, keepdims: sum_(t * conjugate(x), axis, keepdims) / _nonzero(out)},
    text="‖{x}‖",
    samples=reduction(min_side=1, low=0.2),
    flops=lambda out, x, axis, keepdims: 2 * x.size,
)
def norm_2(x, axis=None, keepdims=False):
    """Euclidean norm along axes; its subgradient at 0 is 0."""
    squares = x * x if x.dtype.kind != "c" else x.real**2 + x.imag**2
    return np.sqrt(np.add.reduce(squares, axis=axis, keepdims=keepdims))


def _slopes(x, p):
    # |x|ᵖ⁻¹ with the sign of x, 0 where x is 0: also where p < 1 makes it infinite
    size = np.abs(x)
    return slope(x) * np.where(size == 0, 1, size) ** (p - 1)


def _p_norm_sample(s):
    (x,), params = reduction(min_side=1, gap=0.3)(s)
    return (x,), {"p": s.choice([3, 1.5, 0.5, -1]), **params}


@primitive(
    x=lambda g, x, out, x_shape, p, axis, keepdims: (
        spread(g * _nonzero(out) ** (1 - p), x_shape, axis, keepdims) * _slopes(x, p)
    ),
    forward={
        "x": lambda t, x, out, p, axis, keepdims: sum_(t * _slopes(x, p), axis, keepdims) * _nonzero(out) ** (1 - p)
    },
    text="‖{x}‖",
    samples=_p_norm_sample,
    flops=lambda out, x, p, axis, keepdims: 3 * x.size,
)
def norm_p(x, p, axis=None, keepdims=False):
    """(Σ |x|ᵖ)^(1/p) along axes; its subgradient is 0 in elements that are 0."""
    with np.errstate(divide="ignore"):  # negative p and an element 0: infinite powers, a norm of 0
        return np.add.reduce(np.abs(x) ** p, axis=axis, keepdims=keepdims) ** (1 / p)


def vector_norm(x: Any, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """(Σ |x|^ord)^(1/ord) along `axis` (an int, a tuple, or None for all elements).

    `ord` may be any number; inf and -inf give the largest and smallest |x|, 0 counts the elements that are not 0
    (without gradient). Integers become float64. Where the norm is 0 its gradient is 0; equal largest elements share it.

    >>> import autograd
    >>> x = autograd.tensor([3.0, 4.0], requires_grad=True)
    >>> autograd.gradients(autograd.vector_norm(x), x)
    (tensor([0.6, 0.8]),)
    """
    x = _floating(x)
    axis = reduced_axes(axis, x.shape, "vector_norm")
    if not isinstance(ord, (int, float, np.number)):
        raise ValueError(f"vector_norm: ord must be a number, inf or -inf, got {ord!r}")
    if ord == 2:
        return norm_2(x, axis, keepdims)
    if ord == 0:
        return astype(count_nonzero(x, axis, keepdims), np.zeros(0, x.dtype).real.dtype)
    if ord == 1:
        return sum(np.abs(x), axis, keepdims)
    if np.isinf(ord):
        return (max if ord > 0 else min)(np.abs(x), axis, keepdims)
    return norm_p(x, float(ord), axis, keepdims)


def matrix_norm(x: Any, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Norm of the matrices in the last two axes.

    `ord`: "fro" √Σx², 1 (-1) the largest (smallest) column sum of |x|, inf (-inf) the largest (smallest) row sum,
    2 (-2) the largest (smallest) singular value, "nuc" the sum of the singular values.

    >>> import autograd
    >>> autograd.matrix_norm(autograd.tensor([[1.0, -2.0], [3.0, 4.0]]), ord=1)
    tensor(6.)
    """
    x = _floating(x)
    if len(x.shape) < 2:
        raise ValueError(f"matrix_norm: an array of shape {x.shape} holds no matrices; it needs at least 2 axes")
    return _norm_of_matrices(x, (len(x.shape) - 2, len(x.shape) - 1), keepdims, ord)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """`np.linalg.norm`: of vectors along one axis, of matrices along two, and of all elements without axis and `ord`.

    With `ord` but no axis, x must be 1-d or 2-d. (The method `t.norm(p, dim)` is PyTorch's vector norm.)

    >>> import autograd
    >>> autograd.norm(autograd.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    x = _floating(x)
    if axis is None and ord is None:
        return norm_2(x, None, keepdims)
    if axis is None and len(x.shape) not in (1, 2):
        raise ValueError(f"norm: ord={ord!r} of an array of shape {x.shape} needs an axis, or two for matrices")
    axes = tuple(range(len(x.shape))) if axis is None else some_axes(axis, x.shape, "norm")
    if len(axes) > 2:
        raise ValueError(f"norm: axis must be one axis, or two for matrices, got {axis}")
    if len(axes) == 2:
        return _norm_of_matrices(x, axes, keepdims, "fro" if ord is None else ord)
    return vector_norm(x, axes, keepdims, 2 if ord is None else ord)


def _norm_of_matrices(x, axes, keepdims, ord):
    rows, columns = axes
    if ord == "fro":
        return norm_2(x, axes, keepdims)
    if ord in ("nuc", 2, -2):
        return _spectral_norm(x, axes, keepdims, ord)
    if ord not in (1, -1, np.inf, -np.inf):
        raise ValueError(
            f"norm: ord={ord!r} of matrices is not supported; use 'fro', 'nuc', 1, -1, 2, -2, inf or -inf (other "
            f"orders are for vectors)"
        )
    summed, ranged = (rows, columns) if abs(ord) == 1 else (columns, rows)
    extremum = (max if ord > 0 else min)(sum(np.abs(x), summed, True), ranged, True)
    return extremum if keepdims else reshape(extremum, [n for i, n in enumerate(x.shape) if i not in axes])


def _spectral_norm(x, axes, keepdims, ord):
    """Norms made of singular values; their magnitudes, so that the subgradient of one that is 0 is 0."""
    from autograd.ops.spectra import svdvals  # declared late

    values = np.abs(svdvals(moveaxis(x, axes, (-2, -1))))
    if ord == "nuc" or (ord == 2 and not values.shape[-1]):
        result = sum(values, -1)
    else:
        result = (max if ord == 2 else min)(values, -1)
    return reshape(result, [1 if i in axes else n for i, n in enumerate(x.shape)]) if keepdims else result


def _floating(x):
    x = operand(x)
    return astype(x, np.float64) if x.dtype.kind in "iub" else x
