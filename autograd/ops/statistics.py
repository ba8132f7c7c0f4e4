"""Weighted means, ranges, moments in pairs, covariance and correlation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.ops.axes import companion, count, one_axis, operand, reduced_axes
from autograd.ops.joining import concatenate
from autograd.ops.linalg import matmul
from autograd.ops.matrices import diagonal
from autograd.ops.nan_reductions import root
from autograd.ops.norms import vector_norm
from autograd.ops.reductions import max, mean, min, std, sum, var
from autograd.ops.selection import where_
from autograd.ops.shape import astype, broadcast_to, expand_dims, reshape, squeeze, transpose
from autograd.protocols import implements, implements_by_name
from autograd.tensor import Tensor

__all__ = [
    "average",
    "corrcoef",
    "cov",
    "ptp",
    "renorm",
    "std_mean",
    "var_mean",
]


def _raw(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else np.asarray(x)


# --- means and ranges -------------------------------------------------------------------------------------------------


@implements(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """The mean of a along `axis` (an int, a tuple, or None for all), each element counted with its weight.

    Σ w a / Σ w. `weights`: shaped like a, or like a along `axis`; they have derivatives, too. With `returned`, the pair
    (average, sum of weights). Raises ZeroDivisionError where the weights sum to 0.

    >>> import autograd
    >>> autograd.average(autograd.tensor([1.0, 2.0, 6.0]), weights=[1.0, 1.0, 2.0])
    tensor(3.75)
    """
    a = operand(a)
    axes = reduced_axes(axis, a.shape, "average")
    if weights is None:
        result = mean(a, axes, keepdims)
        total = np.asarray(count(a.shape, axes), result.dtype)
    else:
        w = _along(companion(weights, a), a.shape, axis, axes)
        dtype = np.result_type(a.dtype, w.dtype, *(["float64"] if a.dtype.kind in "biu" else []))
        a, w = astype(a, dtype, copy=False), astype(w, dtype, copy=False)
        total = sum(w, axes, keepdims)
        if np.any(_raw(total) == 0):
            raise ZeroDivisionError("average: the weights sum to 0, so that the mean is not defined")
        result = sum(a * w, axes, keepdims) / total
    return (result, broadcast_to(total, result.shape)) if returned else result


def _along(w, shape, axis, axes):
    if w.shape == shape:
        return w
    if axis is None:
        raise TypeError(f"average: weights of shape {w.shape} for an array of shape {shape} need an axis")
    if w.shape != tuple(shape[i] for i in axes):
        raise ValueError(f"average: weights of shape {w.shape} for axis {axis} of an array of shape {shape}")
    ordered = transpose(w, tuple(int(i) for i in np.argsort(axes)))
    return broadcast_to(reshape(ordered, tuple(n if i in axes else 1 for i, n in enumerate(shape))), shape)


@implements_by_name(np.ptp)
def ptp(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Largest minus smallest element along `axis` (an int, a tuple, or None for all); ties share the gradient equally.

    >>> import autograd
    >>> autograd.ptp(autograd.tensor([3.0, 1.0, 6.0]))
    tensor(5.)
    """
    return max(a, axis, keepdims) - min(a, axis, keepdims)


def var_mean(x: Any, axis: Any = None, correction: float = 1, keepdims: bool = False) -> tuple[Any, Any]:
    """The pair (variance, mean) along `axis`, with PyTorch's divisor n - 1 (`correction`).

    >>> import autograd
    >>> autograd.var_mean(autograd.tensor([1.0, 3.0]))
    (tensor(2.), tensor(2.))
    """
    return var(x, axis, correction, keepdims), mean(x, axis, keepdims)


def std_mean(x: Any, axis: Any = None, correction: float = 1, keepdims: bool = False) -> tuple[Any, Any]:
    """The pair (standard deviation, mean) along `axis`, with PyTorch's divisor n - 1 (`correction`).

    >>> import autograd
    >>> autograd.std_mean(autograd.tensor([1.0, 3.0]), correction=0)
    (tensor(1.), tensor(2.))
    """
    return std(x, axis, correction, keepdims), mean(x, axis, keepdims)


def renorm(x: Any, p: float, axis: int, maxnorm: float) -> Any:
    """x with each slice across `axis` whose p-norm exceeds `maxnorm` scaled down to it; PyTorch's `torch.renorm`.

    >>> import autograd
    >>> autograd.renorm(autograd.tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1.0).round(4)
    tensor([[0.6, 0.8],
            [0.3, 0.4]])
    """
    x = operand(x)
    axis = one_axis(axis, x.shape, "renorm")
    others = tuple(i for i in range(len(x.shape)) if i != axis)
    if p <= 0 or maxnorm < 0:
        raise ValueError(f"renorm wants p > 0 and maxnorm >= 0, got p={p} and maxnorm={maxnorm}")
    norm = vector_norm(x, others, True, p)
    long = norm > maxnorm
    return x * where_(long, maxnorm / (where_(long, norm, 1) + 1e-7), 1)


# --- covariance -------------------------------------------------------------------------------------------------------


def _variables(x, rowvar, dtype):
    x = operand(x)
    if len(x.shape) > 2:
        raise ValueError(f"cov wants at most 2 axes, variables and observations, got shape {x.shape}")
    x = astype(x, dtype or np.result_type(x.dtype, np.float64), copy=False)
    x = reshape(x, (1, -1)) if len(x.shape) < 2 else x
    return x if rowvar or x.shape[0] == 1 else transpose(x)


def _of_observations(w, name, n):
    w = operand(w) if hasattr(w, "dtype") else np.asarray(w)
    if w.shape != (n,):
        raise ValueError(f"cov: {name} of shape {w.shape} for {n} observations; wanted ({n},)")
    if np.any(_raw(w) < 0):
        raise ValueError(f"cov: {name} must not be negative")
    return w


@implements(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """The covariance matrix of variables (variables, observations): C = Σₖ wₖ (xₖ - x̄)(xₖ - x̄)ᴴ / f.

    - `m`, `y`: the variables; those of y are appended to those of m. `rowvar=False`: observations are the rows.
    - `ddof`: by default 1, with `bias=True` 0; the divisor f is n - ddof, where n is the sum of the weights (with
      aweights, Σw - ddof Σ w aweights / Σw).
    - `fweights`: how often each observation counts, integers; `aweights`: how much, with derivatives.
    - `dtype`: that of the result, by default float64 also for float32, as in NumPy.

    Where f is not positive the result is infinite or NaN, with a RuntimeWarning.

    >>> import autograd
    >>> autograd.cov(autograd.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]), dtype="float32")
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: ddof must be an integer, got {ddof}")
    rows = rowvar or len(operand(m).shape) == 1
    x = _variables(m, rows, dtype)
    if x.shape[0] == 0:
        return np.zeros((0, 0))
    if y is not None:
        x = concatenate([x, _variables(companion(y, x), rowvar, dtype)])
    ddof = (0 if bias else 1) if ddof is None else ddof
    w, factor = _weights(fweights, aweights, ddof, x)
    if np.any(_raw(factor) <= 0):
        warnings.warn("cov: no more observations than ddof", RuntimeWarning, stacklevel=2)
        factor = 0.0
    weighted = x if w is None else x * w
    total = x.shape[1] if w is None else sum(w)
    x = x - sum(weighted, 1, True) / total
    other = x if w is None else x * w
    other = np.conj(other) if other.dtype.kind == "c" else other
    return squeeze(matmul(x, transpose(other)) / (factor if isinstance(factor, Tensor) else float(factor)))


def _weights(fweights, aweights, ddof, x):
    """The weights of the observations, and the divisor."""
    n = x.shape[1]
    if fweights is None and aweights is None:
        return None, n - ddof
    real = np.empty(0, x.dtype).real.dtype
    w = np.ones(n, real)
    if fweights is not None:
        fweights = _of_observations(fweights, "fweights", n)
        if np.any(_raw(fweights) != np.rint(_raw(fweights))):
            raise TypeError("cov: fweights must be integers")
        w = w * astype(fweights, real, copy=False)
    if aweights is None:
        return w, sum(w) - ddof
    aweights = astype(_of_observations(aweights, "aweights", n), real, copy=False)
    w = w * aweights
    total = sum(w)
    return w, total if ddof == 0 else total - ddof * sum(w * aweights) / total


@implements(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """The matrix of correlation coefficients Cᵢⱼ / √(Cᵢᵢ Cⱼⱼ) of variables, with C = `cov(x, y, rowvar)`.

    >>> import autograd
    >>> autograd.corrcoef(autograd.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]), dtype="float32")
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if not c.shape:
        return c / c
    d = diagonal(c)
    scale = root(np.real(d) if d.dtype.kind == "c" else d)
    c = c / expand_dims(scale, 1) / scale
    # Rounding may exceed 1; where it does the slope is that of the formula all the same.
    return c if c.dtype.kind == "c" else c + _excess(c)


def _excess(c):
    values = _raw(c)
    return np.clip(values, -1, 1) - values
