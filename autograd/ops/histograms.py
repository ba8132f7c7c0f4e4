"""Counts of values in bins. The counts have no gradient; sums of weights in bins have one, by the weights."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.ops.indexing import AT, scatter_at
from autograd.ops.selection import where
from autograd.ops.shape import astype, ravel, reshape
from autograd.ops.sorting import searchsorted
from autograd.ops.values import without_gradient
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = ["bincount", "bucketize", "histc"]

_counts = without_gradient(np.bincount)
_histogram = without_gradient(np.histogram, several=True)
_edges = without_gradient(
    lambda sample, bins, range, weights: tuple(np.histogramdd(sample, bins, range, weights=weights)[1]), several=True
)


@implements(np.bincount)
def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each of 0, 1, 2, … occurs in the integers x; with `weights`, the sums of theirs (in float64).

    >>> import autograd, numpy as np
    >>> autograd.bincount(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]))
    array([1., 0., 5.])
    """
    x = operand(x)
    if weights is None:
        return _counts(x, minlength=minlength)
    weights = operand(weights) if hasattr(weights, "dtype") else np.asarray(weights, np.float64)
    if weights.shape != x.shape:
        raise ValueError(f"bincount wants a weight for each element, got shapes {x.shape} and {weights.shape}")
    length = _counts(x, minlength=minlength).shape[0]
    return _sums(x, astype(weights, np.float64, copy=False), length)


def _sums(positions: Any, weights: Any, length: int) -> Any:
    """The sum of the weights at each position."""
    return scatter_at(weights, astype(positions, np.intp, copy=False), (AT,), (length,))


def _binned(columns: Any, edges: Any, weights: Any) -> Any:
    """The sums of the weights of the points in each bin; the last bin of an axis holds its last edge."""
    shape = tuple(e.shape[0] - 1 for e in edges)
    place: Any = 0
    inside: Any = True
    for column, e, n in zip(columns, edges, shape):
        i = searchsorted(e, column, side="right") - 1
        i = where(column == e[n], n - 1, i)
        inside = inside & (i >= 0) & (i < n)
        place = place * n + np.clip(i, 0, n - 1)
    return reshape(_sums(place, where(inside, weights, 0), math.prod(shape)), shape)


def _density(sums: Any, edges: Any) -> Any:
    """Per volume of its bin, with total 1."""
    n = len(edges)
    total = np.sum(sums)
    for k, e in enumerate(edges):
        sums = sums / reshape(e[1:] - e[:-1], tuple(-1 if a == k else 1 for a in range(n)))
    return sums / total


@implements(np.histogram)
def _np_histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    a = ravel(operand(a))
    counts, edges = _histogram(a, bins, range, density, None if isinstance(weights, Tensor) else weights)
    if not isinstance(weights, Tensor):
        return counts, edges
    if weights.size != a.size:
        raise ValueError(f"np.histogram wants a weight for each element, got {weights.size} weights for {a.size}")
    sums = _binned([a], [edges], ravel(weights))
    return (_density(sums, [edges]) if density else sums), edges


@implements(np.histogramdd)
def _np_histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> tuple[Any, list[Any]]:
    if isinstance(sample, (Tensor, np.ndarray)):
        points = sample if sample.ndim == 2 else sample[:, None]
    else:
        points = np.stack([operand(c) for c in sample], -1)
    edges = _edges(points, bins, range, weights.data if isinstance(weights, Tensor) else weights)
    weights = np.ones(points.shape[0]) if weights is None else weights
    weights = operand(weights) if hasattr(weights, "dtype") else np.asarray(weights, np.float64)
    sums = _binned([points[:, k] for k in np.arange(points.shape[1]).tolist()], edges, astype(weights, np.float64))
    return (_density(sums, edges) if density else sums), list(edges)


@implements(np.histogram2d)
def _np_histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> tuple[Any, Any, Any]:
    if not isinstance(bins, int) and len(bins) not in (1, 2):  # the edges of both axes
        bins = [np.asarray(bins)] * 2
    sums, (first, second) = _np_histogramdd([x, y], bins, range, density, weights)
    return sums, first, second


# --- PyTorch's --------------------------------------------------------------------------------------------------------


@primitive(x=None, real_only=True, samples=lambda s: ((s.array(s.shape(1)),), {"bins": 3, "low": -1.0, "high": 1.0}))
def histc_(x, bins, low, high):
    """How many elements lie in each of some bins of equal width."""
    values = x[(x >= low) & (x <= high)]
    at = np.minimum(((values - low) * (bins / (high - low))).astype(np.intp), bins - 1)
    return np.bincount(at.ravel(), minlength=bins).astype(x.dtype)


def histc(x: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many elements lie in each of `bins` bins of equal width from `min` to `max` (both 0: the extrema of x).

    The counts have x's dtype and carry no gradient; elements outside are not counted. PyTorch's `torch.histc`.

    >>> import autograd
    >>> autograd.histc(autograd.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    x = operand(x)
    values = x.data if isinstance(x, Tensor) else x
    if min > max:
        raise ValueError(f"histc: min must not exceed max, got {min} and {max}")
    low, high = (min, max) if min != max else (values.min(initial=np.inf), values.max(initial=-np.inf))
    if not low < high:
        low, high = (low - 1, high + 1) if values.size else (0, 1)
    return histc_(x, bins, float(low), float(high))


def bucketize(x: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """Which of the intervals between the increasing `boundaries` each element lies in, 0 for those below the first.

    An element that equals a boundary lies below it, or above it if `right`. PyTorch's `torch.bucketize`.

    >>> import autograd
    >>> autograd.bucketize(autograd.tensor([0.5, 1.0, 7.0]), autograd.tensor([1.0, 2.0]))
    tensor([0, 0, 2])
    """
    found = searchsorted(operand(boundaries), operand(x), "right" if right else "left")
    return astype(found, "int32") if out_int32 else found
