"""Views, rearrangements and broadcasting: linear primitives in adjoint pairs."""

from __future__ import annotations

import numpy as np

from autograd.primitive import primitive

__all__ = ["astype", "broadcast_to", "sum_to"]


@primitive(
    x=lambda g, x_dtype: astype(g, x_dtype), linear="x", samples=lambda s: ((s.array(s.shape()),), {"dtype": "float64"})
)
def astype(x, dtype):
    """The same values in another dtype."""
    return x.astype(dtype)


def _broadcast_sample(s):
    shape = s.shape()
    lead = s.shape(0, 2, 1, 3)
    small = tuple(1 if s.integer(0, 2) == 2 else n for n in shape)
    return small, lead + shape


def _sum_to_sample(s):
    small, full = _broadcast_sample(s)
    return (s.array(full),), {"shape": small}


def _broadcast_to_sample(s):
    small, full = _broadcast_sample(s)
    return (s.array(small),), {"shape": full}


@primitive(x=lambda g, x_shape: broadcast_to(g, x_shape), linear="x", samples=_sum_to_sample)
def sum_to(x, shape):
    """Sum x down to a shape that broadcasts to its own: the adjoint of `broadcast_to`."""
    lead = x.ndim - len(shape)
    stretched = tuple(i for i, n in enumerate(shape, lead) if n == 1 and x.shape[i] != 1)
    return np.add.reduce(x, axis=(*range(lead), *stretched), keepdims=True).reshape(shape)


@primitive(x=lambda g, x_shape: sum_to(g, x_shape), linear="x", samples=_broadcast_to_sample)
def broadcast_to(x, shape):
    """Repeat x along new and length-1 axes up to `shape`, without a copy."""
    return np.broadcast_to(x, shape)
