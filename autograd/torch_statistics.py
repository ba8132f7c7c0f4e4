"""Methods of Tensor of families that are declared late, where they are PyTorch's own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.ops import histograms, nan_reductions, ordering, quantiles, scans, statistics
from autograd.ops.axes import one_axis
from autograd.ops.gather import take_along_axis_
from autograd.ops.ordering import lower_median, lower_nanmedian, median_positions
from autograd.tensor import Tensor


class Selected(NamedTuple):
    """Elements along an axis, and where they stand."""

    values: Tensor
    indices: Tensor


# --- medians ----------------------------------------------------------------------------------------------------------


def median(self: Tensor, axis: int | None = None, keepdims: bool = False) -> Any:
    """`t.median()`: the median, of an even number of elements the lower of the two in the middle; NaN if one is.

    `t.median(dim)`: the named tuple (values, indices), the gradient going to the one element at each index; without
    `dim`, equal elements share it. (`autograd.median` is NumPy's, the mean of the two in the middle.)

    >>> import autograd
    >>> x = autograd.tensor([[1.0, 5.0, 2.0], [7.0, 2.0, 9.0]])
    >>> x.median(), x.median(dim=1).values
    (tensor(2.), tensor([2., 7.]))
    """
    return _median(self, axis, keepdims, lower_median, False, "median")


def nanmedian(self: Tensor, axis: int | None = None, keepdims: bool = False) -> Any:
    """`median` of the elements that are no NaN.

    >>> import autograd
    >>> autograd.tensor([1.0, float("nan"), 3.0, 2.0]).nanmedian()
    tensor(2.)
    """
    return _median(self, axis, keepdims, lower_nanmedian, True, "nanmedian")


def _median(self, axis, keepdims, of_all, skip_nan, op):
    if axis is None:
        return of_all(self) if self.size else ops.sum(self) * np.asarray(np.nan, self.dtype)
    axis = one_axis(axis, self.shape, op)
    if not self.shape[axis]:
        raise ValueError(f"{op}: no elements along axis {axis} of a tensor of shape {self.shape}")
    indices = median_positions(self, axis, skip_nan)
    values = take_along_axis_(self, indices, axis)
    return Selected(*(v if keepdims else ops.squeeze(v, axis) for v in (values, indices)))


# --- quantiles and sums over NaN --------------------------------------------------------------------------------------


def quantile(
    self: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The q-quantiles along `dim`, of all elements if None; see `autograd.quantile`, whose `method` is `interpolation`.

    >>> import autograd
    >>> autograd.tensor([3.0, 1.0, 2.0, 4.0]).quantile(0.5)
    tensor(2.5)
    """
    axis = None if dim is None or not self.ndim else one_axis(dim, self.shape, "quantile")
    return quantiles.quantile(self, q, axis, method=interpolation, keepdims=keepdim)


def nanquantile(
    self: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """`quantile` of the elements that are no NaN.

    >>> import autograd
    >>> autograd.tensor([3.0, 1.0, float("nan"), 2.0]).nanquantile(0.5)
    tensor(2.)
    """
    axis = None if dim is None or not self.ndim else one_axis(dim, self.shape, "nanquantile")
    return quantiles.nanquantile(self, q, axis, method=interpolation, keepdims=keepdim)


def nansum(self: Tensor, axis: Any = None, keepdims: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum of the elements that are no NaN, along `dim` or of all.

    >>> import autograd
    >>> autograd.tensor([1.0, float("nan"), 2.0]).nansum()
    tensor(3.)
    """
    return nan_reductions.nansum(self, axis, dtype=dtype, keepdims=keepdims)


def nanmean(self: Tensor, axis: Any = None, keepdims: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of the elements that are no NaN, along `dim` or of all.

    >>> import autograd
    >>> autograd.tensor([1.0, float("nan"), 2.0]).nanmean()
    tensor(1.5)
    """
    return nan_reductions.nanmean(self, axis, dtype=dtype, keepdims=keepdims)


def aminmax(self: Tensor, *, axis: int | None = None, keepdims: bool = False) -> Any:
    """The smallest and the largest elements, along `dim` or of all: (min, max); ties share the gradient equally.

    >>> import autograd
    >>> autograd.tensor([3.0, 1.0, 2.0]).aminmax()
    Extrema(min=tensor(1.), max=tensor(3.))
    """
    return ordering.aminmax(self, axis, keepdims)


# --- scans, differences, moments --------------------------------------------------------------------------------------


def cummax(self: Tensor, axis: int) -> Any:
    """The largest element so far along `dim`, and where it stands: (values, indices); of equal ones the last.

    >>> import autograd
    >>> autograd.tensor([1.0, 3.0, 2.0]).cummax(0).values
    tensor([1., 3., 3.])
    """
    return scans.cummax(self, axis)


def cummin(self: Tensor, axis: int) -> Any:
    """The smallest element so far along `dim`, and where it stands: (values, indices); of equal ones the last.

    >>> import autograd
    >>> autograd.tensor([3.0, 1.0, 2.0]).cummin(0).values
    tensor([3., 1., 1.])
    """
    return scans.cummin(self, axis)


def logcumsumexp(self: Tensor, axis: int) -> Tensor:
    """ln of the running sum of exp along `dim`, without overflow.

    >>> import autograd
    >>> autograd.tensor([0.0, 0.0]).logcumsumexp(0).round(4)
    tensor([0.    , 0.6931])
    """
    return scans.logcumsumexp(self, axis)


def cov(self: Tensor, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Tensor:
    """The covariance matrix of variables in rows, observations in columns; see `autograd.cov`. The dtype stays.

    >>> import autograd
    >>> autograd.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]).cov()
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    return statistics.cov(self, ddof=correction, fweights=fweights, aweights=aweights, dtype=_floating(self))


def corrcoef(self: Tensor) -> Tensor:
    """The matrix of correlation coefficients of variables in rows, observations in columns. The dtype stays.

    >>> import autograd
    >>> autograd.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]).corrcoef()
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    return statistics.corrcoef(self, dtype=_floating(self))


def _floating(self):
    return self.dtype if self.dtype.kind in "fc" else np.dtype("float64")


def bincount(self: Tensor, weights: Any = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, 2, … occurs, or the sum of its weights; see `autograd.bincount`.

    >>> import autograd
    >>> autograd.tensor([0, 2, 2]).bincount()
    tensor([1, 0, 2])
    """
    return histograms.bincount(self, weights, minlength)


def ldexp(self: Tensor, other: Any) -> Tensor:
    """self · 2 ^ other; `other` need not be whole.

    >>> import autograd
    >>> autograd.tensor([1.0, 3.0]).ldexp(autograd.tensor([3, -1]))
    tensor([8. , 1.5])
    """
    other = other if isinstance(other, Tensor) else ops.asarray(other)
    power = ops.exp2(other if other.dtype.kind == "f" else ops.astype(other, _floating(self)))
    return ops.multiply(self, power)


def logit(self: Tensor, eps: float | None = None) -> Tensor:
    """ln(x / (1 - x)), NaN outside [0, 1]; with `eps`, of x limited to [eps, 1 - eps].

    >>> import autograd
    >>> autograd.tensor([0.5, 0.75]).logit().round(4)
    tensor([0.    , 1.0986])
    """
    x = self if eps is None else ops.clip(self, eps, 1 - eps)
    return ops.log(x) - ops.log1p(-x)
