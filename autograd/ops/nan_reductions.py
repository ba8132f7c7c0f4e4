"""Reductions and scans that pass over NaN. A NaN takes no part and gets the gradient 0, whatever the order."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.ops.axes import kept, operand
from autograd.ops.comparisons import isnan, logical_and, logical_not
from autograd.ops.counting import all_, argmax, argmin, count_nonzero
from autograd.ops.products import cumprod, cumsum, prod
from autograd.ops.reductions import _of_some, max, min, one_per_element, reduction, spread, sum, sum_
from autograd.ops.selection import fmax, fmin, where_
from autograd.ops.shape import astype, broadcast_to
from autograd.primitive import primitive
from autograd.protocols import implements_by_name
from autograd.tensor import Tensor

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]


def present(x: Any, where: Any = True) -> Any:
    """Which elements count: those that `where` selects and that are no NaN."""
    numbers = logical_not(isnan(x))
    return numbers if where is True else logical_and(numbers, broadcast_to(where, x.shape))


def raw(x: Any) -> Any:
    """The array in a Tensor."""
    return x.data if isinstance(x, Tensor) else x


def _has_nan(x):
    return x.dtype.kind in "fc"


def _filled(x, where, value):
    x = operand(x)
    return where_(present(x, where), x, value) if where is not True or _has_nan(x) else x


# --- sums and products ------------------------------------------------------------------------------------------------


@implements_by_name(np.nansum)
def nansum(
    x: Any,
    axis: Any = None,
    *,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Sum along `axis` (an int, a tuple, or None for all) of the elements that are no NaN; 0 where there are none.

    `initial` is added; only the elements that `where` selects count.

    >>> import autograd
    >>> x = autograd.tensor([1.0, float("nan"), 2.0], requires_grad=True)
    >>> autograd.gradients(autograd.nansum(x), x)
    (tensor([1., 0., 1.]),)
    """
    total = sum(_filled(x, where, 0), axis, keepdims, dtype)
    return total if initial is None else total + _of_dtype(initial, total)


@implements_by_name(np.nanprod)
def nanprod(
    x: Any,
    axis: Any = None,
    *,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Product along `axis` (an int, a tuple, or None for all) of the elements that are no NaN; 1 where there are none.

    `initial` is one more factor; only the elements that `where` selects count.

    >>> import autograd
    >>> autograd.nanprod(autograd.tensor([2.0, float("nan"), 3.0]))
    tensor(6.)
    """
    product = prod(_filled(x, where, 1), axis, keepdims, dtype)
    return product if initial is None else product * _of_dtype(initial, product)


def _of_dtype(value, like):
    return value if isinstance(value, Tensor) else np.asarray(value, like.dtype)


@implements_by_name(np.nancumsum)
def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running sum along `axis` (None: of all elements in row-major order), NaN taken as 0.

    >>> import autograd
    >>> autograd.nancumsum(autograd.tensor([1.0, float("nan"), 2.0]))
    tensor([1., 1., 3.])
    """
    return cumsum(_filled(x, True, 0), axis, dtype)


@implements_by_name(np.nancumprod)
def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running product along `axis` (None: of all elements in row-major order), NaN taken as 1.

    >>> import autograd
    >>> autograd.nancumprod(autograd.tensor([2.0, float("nan"), 3.0]))
    tensor([2., 2., 6.])
    """
    return cumprod(_filled(x, True, 1), axis, dtype)


# --- moments ----------------------------------------------------------------------------------------------------------


def _in_floats(x, dtype, op):
    x = operand(x)
    if dtype is None:
        return x if x.dtype.kind in "fc" else astype(x, "float64")
    if np.dtype(dtype).kind in "iub":
        raise TypeError(f"{op}(..., dtype={np.dtype(dtype)}) would round the mean; give a floating dtype")
    return astype(x, dtype, copy=False)


def _per(total, number, op, why):
    """total / number, NaN with a warning where the number is not positive."""
    if np.any(raw(number) <= 0):
        warnings.warn(f"{op}: {why} in a slice, the result there is NaN", RuntimeWarning, stacklevel=3)
    return total / astype(np.where(number > 0, number, np.nan), total.dtype)


@implements_by_name(np.nanmean)
def nanmean(x: Any, axis: Any = None, *, dtype: Any = None, keepdims: bool = False, where: Any = True) -> Any:
    """Arithmetic mean along `axis` (an int, a tuple, or None for all) of the elements that are no NaN.

    Only the elements that `where` selects count. Where none is left the result is NaN, with a RuntimeWarning.

    >>> import autograd
    >>> autograd.nanmean(autograd.tensor([1.0, float("nan"), 2.0]))
    tensor(1.5)
    """
    x = _in_floats(x, dtype, "nanmean")
    counted = present(x, where)
    total = sum(where_(counted, x, 0), axis, keepdims)
    return _per(total, count_nonzero(counted, axis, keepdims), "nanmean", "no elements but NaN")


@implements_by_name(np.nanvar)
def nanvar(
    x: Any,
    axis: Any = None,
    *,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """Variance Σ(x - mean)² / (n - ddof) along `axis` of the n elements that are no NaN.

    `correction` is another name of `ddof`. `mean`, if given, is taken instead of the elements' own (its axes kept).
    Only the elements that `where` selects count. Where n <= ddof the result is NaN, with a RuntimeWarning.

    >>> import autograd
    >>> autograd.nanvar(autograd.tensor([1.0, float("nan"), 3.0]))
    tensor(1.)
    """
    return _variance(x, axis, dtype, ddof, keepdims, where, mean, correction, "nanvar")


@implements_by_name(np.nanstd)
def nanstd(
    x: Any,
    axis: Any = None,
    *,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """Standard deviation √(Σ(x - mean)² / (n - ddof)) along `axis` of the elements that are no NaN; see `nanvar`.

    Where nothing varies its gradient is 0.

    >>> import autograd
    >>> autograd.nanstd(autograd.tensor([1.0, float("nan"), 3.0]))
    tensor(1.)
    """
    return root(_variance(x, axis, dtype, ddof, keepdims, where, mean, correction, "nanstd"))


def one_correction(ddof: float, correction: float | None, op: str) -> float:
    """The correction of the divisor, which has two names."""
    if correction is not None and ddof != 0:
        raise ValueError(f"{op}: ddof and correction are two names of one thing; give one of them")
    return ddof if correction is None else correction


def root(x: Any) -> Any:
    """√x with the gradient 0 where x is 0."""
    nothing = x == 0
    return where_(nothing, 0, np.sqrt(where_(nothing, 1, x)))


def squared_size(x: Any) -> Any:
    """|x|², of complex numbers too."""
    return np.real(x * np.conj(x)) if x.dtype.kind == "c" else x * x


def _variance(x, axis, dtype, ddof, keepdims, where, mean, correction, op):
    ddof = one_correction(ddof, correction, op)
    x = _in_floats(x, dtype, op)
    counted = present(x, where)
    if mean is None:
        number = count_nonzero(counted, axis, True)
        mean = sum(where_(counted, x, 0), axis, True) / astype(np.maximum(number, 1), x.dtype)
    offset = where_(counted, x - astype(operand(mean), x.dtype, copy=False), 0)
    freedom = count_nonzero(counted, axis, keepdims) - ddof
    return _per(sum(squared_size(offset), axis, keepdims), freedom, op, "no more numbers than ddof")


# --- extrema ----------------------------------------------------------------------------------------------------------


def _shares_sample(s):
    (x,), params = reduction(min_side=1)(s)
    x = np.where(s.booleans(x.shape), np.round(x), np.nan)
    return (x, np.fmax.reduce(x, **params)), params


@primitive(x=None, extremum=None, samples=_shares_sample, flops=lambda out, x, *_: 3 * x.size)
def present_shares(x, extremum, axis, keepdims):
    """The share of each element of x in its extremum: 1 / the number of ties, 0 for all others and for NaN."""
    if axis is not None and not keepdims:
        extremum = extremum.reshape(kept(x.shape, axis))
    shares = x == extremum
    ties = np.add.reduce(shares, axis=axis, keepdims=True)
    return np.divide(shares, np.maximum(ties, 1), dtype=x.dtype.type)


def _nan_extremum_rule(g, x, out, x_shape, axis, keepdims):
    return spread(g, x_shape, axis, keepdims) * present_shares(x, out, axis, keepdims)


def _nan_extremum_tangent(t, x, out, axis, keepdims):
    return sum_(t * present_shares(x, out, axis, keepdims), axis, keepdims)


@primitive(
    x=_nan_extremum_rule,
    forward={"x": _nan_extremum_tangent},
    text="nanmax {x}",
    samples=reduction(min_side=1, distinct=True),
    flops=one_per_element,
)
def nanmax_(x, axis=None, keepdims=False):
    """Largest element along axes, NaN only where all are."""
    return np.fmax.reduce(x, axis=axis, keepdims=keepdims)


@primitive(
    x=_nan_extremum_rule,
    forward={"x": _nan_extremum_tangent},
    text="nanmin {x}",
    samples=reduction(min_side=1, distinct=True),
    flops=one_per_element,
)
def nanmin_(x, axis=None, keepdims=False):
    """Smallest element along axes, NaN only where all are."""
    return np.fmin.reduce(x, axis=axis, keepdims=keepdims)


@implements_by_name(np.nanmax)
def nanmax(x: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
    """Largest element along `axis` (an int, a tuple, or None for all) that is no NaN.

    Equal largest elements share the gradient equally. `initial` is one more candidate; only the elements that `where`
    selects count, and `initial` must be given with it. Where all are NaN the result is, with a RuntimeWarning.

    >>> import autograd
    >>> autograd.nanmax(autograd.tensor([1.0, float("nan"), 2.0]))
    tensor(2.)
    """
    return _extremum(x, axis, keepdims, initial, where, nanmax_, max, fmax, "nanmax")


@implements_by_name(np.nanmin)
def nanmin(x: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
    """Smallest element along `axis` (an int, a tuple, or None for all) that is no NaN; see `nanmax`.

    >>> import autograd
    >>> autograd.nanmin(autograd.tensor([1.0, float("nan"), 2.0]))
    tensor(1.)
    """
    return _extremum(x, axis, keepdims, initial, where, nanmin_, min, fmin, "nanmin")


def _extremum(x, axis, keepdims, initial, where, passing, plain, better, op):
    x = operand(x)
    if where is not True:
        if initial is None:
            raise ValueError(f"{op}(..., where=...) needs initial=, the result where nothing is selected")
        x = where_(where, x, np.nan if _has_nan(x) else _of_dtype(initial, x))
    if initial is not None and x.size == 0:
        return sum(x, axis, keepdims) + _of_dtype(initial, x)
    axes = _of_some(x, axis, op)
    result = passing(x, axes, keepdims) if _has_nan(x) else plain(x, axes, keepdims)
    if initial is not None:
        result = better(result, _of_dtype(initial, result))
    if np.any(np.isnan(raw(result))):
        warnings.warn(f"{op}: all elements of a slice are NaN", RuntimeWarning, stacklevel=2)
    return result


@implements_by_name(np.nanargmax)
def nanargmax(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """Position of the (first) largest element along `axis` that is no NaN; no gradient.

    Raises ValueError where all are NaN.

    >>> import autograd
    >>> autograd.nanargmax(autograd.tensor([1.0, float("nan"), 2.0]))
    tensor(2)
    """
    return argmax(_searched(x, axis, -np.inf, "nanargmax"), axis, keepdims)


@implements_by_name(np.nanargmin)
def nanargmin(x: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """Position of the (first) smallest element along `axis` that is no NaN; no gradient.

    Raises ValueError where all are NaN.

    >>> import autograd
    >>> autograd.nanargmin(autograd.tensor([1.0, float("nan"), 2.0]))
    tensor(0)
    """
    return argmin(_searched(x, axis, np.inf, "nanargmin"), axis, keepdims)


def _searched(x, axis, worst, op):
    x = operand(x)
    if not _has_nan(x):
        return x
    lost = isnan(x)
    if np.any(raw(all_(lost, None if axis is None else (axis,), False))):
        raise ValueError(f"{op}: all elements of a slice along axis {axis} are NaN; a position does not exist")
    return where_(lost, worst, x)
