"""Medians and quantiles: order statistics, interpolated. The gradient goes to the elements that made the result."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.dtypes import WEAK
from autograd.ops.axes import count, kept, operand, reduced_axes
from autograd.ops.comparisons import isnan
from autograd.ops.counting import count_nonzero_
from autograd.ops.gather import take, take_along_axis_
from autograd.ops.nan_reductions import present, raw
from autograd.ops.selection import where_
from autograd.ops.shape import astype, moveaxis, reshape_, transpose_
from autograd.ops.sorting import argsort_
from autograd.primitive import primitive
from autograd.protocols import implements_by_name
from autograd.tensor import Tensor, wrap

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]


# --- where a quantile lies among n sorted numbers: a position and how far it is on its way to the next ----------------


def _between(alpha: float, beta: float) -> Callable[[Any, Any], tuple[Any, Any]]:
    """The continuous methods of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996)."""

    def place(n: Any, q: Any) -> tuple[Any, Any]:
        # (n - 1) * q is the same for alpha = beta = 1, and rounds less
        virtual = (n - 1) * q if alpha == beta == 1 else n * q + (alpha + q * (1 - alpha - beta)) - 1
        below = np.floor(virtual)
        return below, virtual - below

    return place


def _averaged(n: Any, q: Any) -> tuple[Any, Any]:
    virtual = n * q - 1
    below = np.floor(virtual)
    return below, np.where(virtual == below, 0.5, 1.0)


def _midpoint(n: Any, q: Any) -> tuple[Any, Any]:
    virtual = (n - 1) * q
    return np.floor(virtual), np.where(virtual % 1 == 0, 0.0, 0.5)


def _closest(n: Any, q: Any) -> Any:
    virtual = n * q - 1 - 0.5
    below = np.floor(virtual)
    return np.where((virtual == below) & (below % 2 == 1), below, below + 1)


def _at(position: Callable[[Any, Any], Any]) -> Callable[[Any, Any], tuple[Any, Any]]:
    """A method that takes one element as it is."""
    return lambda n, q: (position(n, q), None)


PLACES: dict[str, Callable[[Any, Any], tuple[Any, Any]]] = {
    "inverted_cdf": _at(lambda n, q: np.ceil(n * q - 1)),
    "averaged_inverted_cdf": _averaged,
    "closest_observation": _at(_closest),
    "interpolated_inverted_cdf": _between(0, 1),
    "hazen": _between(0.5, 0.5),
    "weibull": _between(0, 0),
    "linear": _between(1, 1),
    "median_unbiased": _between(1 / 3, 1 / 3),
    "normal_unbiased": _between(3 / 8, 3 / 8),
    "lower": _at(lambda n, q: np.floor((n - 1) * q)),
    "higher": _at(lambda n, q: np.ceil((n - 1) * q)),
    "midpoint": _midpoint,
    "nearest": _at(lambda n, q: np.rint((n - 1) * q)),
}
"""NumPy's methods by name: (n, q) to the position below and the share of the element above, None for no share."""


# --- the elements at given places -------------------------------------------------------------------------------------


def _argpartition_sample(s):
    shape = s.shape(1, min_side=1)
    axis = s.integer(0, len(shape) - 1)
    return (s.array(shape, distinct=True),), {"kth": tuple(range(shape[axis])), "axis": axis}


@primitive(x=None, samples=_argpartition_sample)
def argpartition_(x, kth, axis):
    """Positions along an axis that put the elements of the ranks `kth` in their places, smaller ones before them."""
    return np.argpartition(x, kth, axis)


def _rows(x: Any, axis: Any, op: str) -> tuple[Any, tuple[int, ...]]:
    """x with the axes that are reduced as one last axis, and the shape of the result with its axes kept."""
    axes = reduced_axes(axis, x.shape, op)
    if axes is None:
        axes = tuple(range(len(x.shape)))
    shape = kept(x.shape, axes)
    rest = tuple(a for a in range(len(x.shape)) if a not in axes)
    moved = x if (*rest, *axes) == tuple(range(len(x.shape))) else transpose_(x, (*rest, *axes))
    return reshape_(moved, (*moved.shape[: len(rest)], count(x.shape, axes))), shape


def _mixed(below: Any, above: Any, share: Any) -> Any:
    """below + share · (above - below), exact at both ends."""
    step = above - below
    return where_(share < 0.5, below + step * share, above - step * (1 - share))


def _mean(below: Any, above: Any, share: Any) -> Any:
    """The mean of the two, but all of the one below where nothing else has a share; infinities stay what they are."""
    return where_(share == 0, below, 0.5 * below + 0.5 * above)


def _quantile(
    x: Any,
    q: Any,
    axis: Any,
    method: str,
    keepdims: bool,
    weights: Any,
    skip_nan: bool,
    op: str,
    mixed: Callable[..., Any] = _mixed,
) -> Any:
    """Quantiles of the last axis after `_rows`; those of several q stand along the first axes of the result."""
    x = operand(x)
    if x.dtype.kind == "c":
        raise TypeError(f"{op} wants real numbers, which have an order; got dtype {x.dtype}")
    if method not in PLACES:
        raise ValueError(f"{op}: method must be one of {', '.join(PLACES)}; got {method!r}")
    if isinstance(q, Tensor) and not isinstance(x, Tensor):
        x = wrap(x)
    weak = type(q) in WEAK
    if not weak:
        q = operand(q) if hasattr(q, "dtype") else np.asarray(q)
    levels = np.asarray(raw(q))
    if not ((levels >= 0) & (levels <= 1)).all():
        raise ValueError(f"{op}: the level must lie in [0, 1] ([0, 100] for percentiles), got {levels}")
    if method == "linear" and levels.dtype.kind in "biu":
        method = "lower"  # at 0 and 1 nothing lies between
    if weights is not None:
        return _weighted(x, levels, axis, method, keepdims, weights, skip_nan, op)
    if x.dtype.kind in "biu" and method in ("averaged_inverted_cdf", "midpoint"):
        x = astype(x, "float64")
    rows, shape = _rows(x, axis, op)
    n = rows.shape[-1]
    if n == 0:
        raise ValueError(f"{op}: no elements along axis {axis} of an array of shape {x.shape}; at least one is needed")
    flat = q if weak else q.reshape(-1)  # (levels,)
    rest, finds = len(rows.shape) - 1, (_passing if skip_nan and x.dtype.kind == "f" else _plain)
    below, above, share, lost = finds(rows, n, flat, rest, PLACES[method])
    if share is None:
        result = below
    else:
        result = mixed(
            below,
            above,
            astype(share if isinstance(share, Tensor) else np.asarray(share), _float(x.dtype), copy=False)
            if weak
            else share,
        )
    if lost is not None:
        result = where_(lost, np.asarray(np.nan, result.dtype), result)
        if skip_nan and np.any(raw(lost)):
            warnings.warn(f"{op}: all elements of a slice are NaN", RuntimeWarning, stacklevel=3)
    return _finished(result, levels.shape, rows.shape[:-1], shape, keepdims)


def _float(dtype: Any) -> Any:
    return dtype if dtype.kind == "f" else np.dtype("float64")


def _finished(result, level_shape, rest, kept_shape, keepdims):
    return reshape_(result, (*level_shape, *(kept_shape if keepdims else rest)))


def _plain(rows, n, q, rest, place):
    """Elements of every row at the same ranks; a row with a NaN has no quantile."""
    position, share = place(n, q)
    ranks = [np.clip(np.atleast_1d(raw(position)) + step, 0, n - 1).astype(np.intp) for step in (0, 1)]
    kth = {*ranks[0].tolist(), n - 1} | (set() if share is None else set(ranks[1].tolist()))
    order = argpartition_(rows, tuple(sorted(kth)), rest)

    def at(places):
        return moveaxis(take_along_axis_(rows, take(order, places, rest), rest), -1, 0)  # levels first

    lost = isnan(at(np.array([n - 1]))) if rows.dtype.kind == "f" else None  # where NaN would stand
    if share is None:
        return at(ranks[0]), None, None, lost
    return at(ranks[0]), at(ranks[1]), share if np.ndim(share) == 0 else share.reshape(-1, *(1,) * rest), lost


def _passing(rows, n, q, rest, place):
    """Elements of each row at ranks among those that are no NaN."""
    numbers = count_nonzero_(present(rows), (rest,), False)  # per row
    column = q if np.ndim(q) == 0 else q.reshape(-1, *(1,) * rest)
    position, share = place(astype(np.maximum(numbers, 1), _float(np.asarray(raw(q)).dtype)), column)
    shape = (np.size(raw(q)), *rows.shape[:-1])
    order = argsort_(rows, rest, False, False)

    def at(places):
        ranks = np.clip(astype(np.broadcast_to(places, shape), np.intp), 0, np.maximum(numbers - 1, 0))
        return moveaxis(take_along_axis_(rows, take_along_axis_(order, np.moveaxis(ranks, 0, -1), rest), rest), -1, 0)

    lost = np.broadcast_to(numbers == 0, shape)
    return at(position), None if share is None else at(position + 1), share, lost


# --- weights ----------------------------------------------------------------------------------------------------------


def _weighted_sample(s):
    shape = s.shape(1, min_side=1)
    return (s.array(shape, distinct=True), s.array(shape, 0.5, 2.0)), {"levels": (0.2, 0.9), "skip_nan": False}


@primitive(x=None, weights=None, samples=_weighted_sample, real_only=True)
def weighted_positions(x, weights, levels, skip_nan):
    """Where in each row (the last axis) the smallest element stands up to which lies that share of all weights."""
    order = np.argsort(x, -1, kind="stable")
    if skip_nan:
        weights = np.where(np.isnan(x), 0.0, weights)
    total = np.cumsum(np.take_along_axis(weights, order, -1), -1, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        reached = total / total[..., -1:]
    reached[reached == 0] = -1  # the first element that has a weight is the quantile at level 0
    levels = np.array(levels).reshape(-1, *(1,) * x.ndim)
    ranks = np.minimum(np.count_nonzero(reached < levels, -1), x.shape[-1] - 1)
    return np.take_along_axis(order, np.moveaxis(ranks, 0, -1), -1)


def _weighted(x, levels, axis, method, keepdims, weights, skip_nan, op):
    """The smallest element up to which the share q of all weights lies: an element as it is."""
    if method != "inverted_cdf":
        raise ValueError(f"{op}: weights are possible with method='inverted_cdf' only, got {method!r}")
    weights = operand(weights)
    if weights.shape != x.shape:
        axes = reduced_axes(axis, x.shape, op)
        if axes is None or weights.shape != tuple(x.shape[a] for a in axes):
            raise ValueError(f"{op}: weights of shape {weights.shape} for x of shape {x.shape} along axis {axis}")
        ordered = transpose_(weights, tuple(int(i) for i in np.argsort(axes)))
        weights = np.broadcast_to(
            reshape_(ordered, tuple(n if a in axes else 1 for a, n in enumerate(x.shape))), x.shape
        )
    (rows, shape), (shares, _) = _rows(x, axis, op), _rows(weights, axis, op)
    missing = np.isnan(rows) if rows.dtype.kind == "f" else np.zeros(rows.shape, bool)
    lost = np.all(missing, -1) if skip_nan else np.any(missing, -1)
    total = raw(np.sum(np.where(missing, 0.0, shares) if skip_nan else shares, -1))
    if np.any(raw(shares) < 0):
        raise ValueError(f"{op}: weights must not be negative")
    if not (np.isfinite(total) & ((total > 0) | raw(lost))).all():
        raise ValueError(f"{op}: weights must be finite, and not all 0")
    positions = weighted_positions(rows, shares, tuple(levels.reshape(-1).tolist()), skip_nan)
    result = moveaxis(take_along_axis_(rows, positions, len(rows.shape) - 1), -1, 0)
    if rows.dtype.kind == "f":
        result = where_(lost, np.asarray(np.nan, result.dtype), result)
    return _finished(result, levels.shape, rows.shape[:-1], shape, keepdims)


# --- the functions ----------------------------------------------------------------------------------------------------


def quantile(
    x: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False, weights: Any = None
) -> Any:
    """The q-quantiles of x along `axis` (an int, a tuple, or None for all), 0 <= q <= 1; q = 0.5 is the median.

    - `q`: a number or an array; the axes of an array come first in the result's shape, q.shape + the rest of x.shape.
      The methods that follow q continuously (interpolated_inverted_cdf to normal_unbiased) have a derivative by q.
    - `method`: NumPy's 13, the first nine of Hyndman & Fan, Sample Quantiles in Statistical Packages (1996):
      inverted_cdf, averaged_inverted_cdf, closest_observation, interpolated_inverted_cdf, hazen, weibull, linear
      (default), median_unbiased, normal_unbiased; lower, higher, midpoint, nearest.
    - `weights`: with method="inverted_cdf", how much each element counts: like x, or like x along `axis`. They carry no
      gradient, the result being one of the elements.

    The gradient goes to the one or two elements that the result was made of; of equal elements, to one that is not
    specified. Slices with a NaN have the quantile NaN and get no gradient; see `nanquantile`. Raises ValueError for
    levels outside [0, 1] and for no elements.

    >>> import autograd
    >>> x = autograd.tensor([3.0, 1.0, 2.0, 4.0], requires_grad=True)
    >>> autograd.gradients(autograd.quantile(x, 0.25), x)
    (tensor([0.  , 0.25, 0.75, 0.  ]),)
    """
    return _quantile(x, q, axis, method, keepdims, weights, False, "quantile")


def percentile(
    x: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False, weights: Any = None
) -> Any:
    """The q-th percentiles of x, 0 <= q <= 100: `quantile` of q / 100.

    >>> import autograd
    >>> autograd.percentile(autograd.tensor([3.0, 1.0, 2.0, 4.0]), 50)
    tensor(2.5)
    """
    return _quantile(x, _hundredth(q), axis, method, keepdims, weights, False, "percentile")


def nanquantile(
    x: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False, weights: Any = None
) -> Any:
    """`quantile` of the elements that are no NaN; NaN with a RuntimeWarning where there are none.

    >>> import autograd
    >>> autograd.nanquantile(autograd.tensor([3.0, 1.0, float("nan"), 2.0]), 0.25)
    tensor(1.5)
    """
    return _quantile(x, q, axis, method, keepdims, weights, True, "nanquantile")


def nanpercentile(
    x: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False, weights: Any = None
) -> Any:
    """`percentile` of the elements that are no NaN; NaN with a RuntimeWarning where there are none.

    >>> import autograd
    >>> autograd.nanpercentile(autograd.tensor([3.0, 1.0, float("nan"), 2.0]), 50)
    tensor(2.)
    """
    return _quantile(x, _hundredth(q), axis, method, keepdims, weights, True, "nanpercentile")


def _hundredth(q):
    return q / 100 if type(q) in WEAK or hasattr(q, "dtype") else np.divide(q, 100).tolist()


def median(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The median along `axis` (an int, a tuple, or None for all): of an even number, the mean of the two in the middle.

    The gradient goes to the one or two elements in the middle; of equal elements, to one that is not specified. (The
    method `t.median()` is PyTorch's, the lower of the two.)

    >>> import autograd
    >>> autograd.median(autograd.tensor([3.0, 1.0, 2.0, 4.0]))
    tensor(2.5)
    """
    return _median(x, axis, keepdims, False, "median")


def nanmedian(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """`median` of the elements that are no NaN; NaN with a RuntimeWarning where there are none.

    >>> import autograd
    >>> autograd.nanmedian(autograd.tensor([3.0, 1.0, float("nan")]))
    tensor(2.)
    """
    return _median(x, axis, keepdims, True, "nanmedian")


def _median(x, axis, keepdims, skip_nan, op):
    x = operand(x)
    if x.size == 0 and count(x.shape, reduced_axes(axis, x.shape, op)) == 0:
        warnings.warn(f"{op}: the median of nothing is NaN", RuntimeWarning, stacklevel=3)
        return np.sum(x, axis, keepdims=keepdims) * np.asarray(np.nan, _float(x.dtype))
    return _quantile(x, 0.5, axis, "midpoint", keepdims, None, skip_nan, op, _mean)


for _function in (np.quantile, np.percentile, np.nanquantile, np.nanpercentile, np.median, np.nanmedian):
    implements_by_name(_function)(globals()[_function.__name__])
