"""Where the maxima of adaptive and fractional pooling lie, and which of several values at one place is the last.

None has a derivative: values are read and written by `pool_gather` and `pool_scatter`, which have.
"""

from __future__ import annotations

import math

from autograd.kernels import adaptive_pooling as kernels
from autograd.primitive import primitive


def _plane(s):
    rank = s.integer(1, 3)
    return rank, (s.integer(0, 2), s.integer(1, 2), *(s.integer(2, 5) for _ in range(rank)))


def _adaptive_sample(s):
    rank, shape = _plane(s)
    return (s.array(shape, distinct=True),), {"size": tuple(s.integer(1, 4) for _ in range(rank))}


def _fractional_sample(s):
    rank, shape = _plane(s)
    x, samples = s.array(shape, distinct=True), s.array((*shape[:2], rank), 0.0, 0.99)
    return (x, samples), {"kernel": (2,) * rank, "size": tuple(n - 1 for n in shape[2:])}


def _index_sample(s):
    _, shape = _plane(s)
    return (s.integers(shape, 0, 9),), {"spatial": (2, 5)}


@primitive(x=None, samples=_adaptive_sample, real_only=True)
def adaptive_max_index(x, size):
    """Where each of the windows that cover x (N, C, *spatial) evenly has its maximum: flat spatial indices."""
    return kernels.adaptive_max_index(x, size)


@primitive(x=None, u=None, samples=_fractional_sample, real_only=True)
def fractional_max_index(x, u, kernel, size):
    """Where each of the windows that the random numbers u (N, C, axes) place over x has its maximum: flat indices."""
    return kernels.fractional_max_index(x, u, kernel, size)


@primitive(index=None, samples=_index_sample)
def last_written(index, spatial):
    """Which of the values written to flat indices (N, C, *in) of a plane are not overwritten by a later one."""
    return kernels.last_written(index, math.prod(spatial))
