"""Sparsemax: softmax's relative whose result can be exactly 0."""

from __future__ import annotations

import numpy as np

from autograd.kernels import sparsemax as kernels
from autograd.primitive import primitive


def _in_support(g, out, axis):
    # on the support S, the projection subtracts the mean over S
    inside = (out > 0).astype(out.dtype)
    return g * inside - inside * (np.sum(g * inside, axis, keepdims=True) / np.sum(inside, axis, keepdims=True))


def _sample(s):
    # some far below, the others close together: which of them are in the support is beyond doubt
    shape = s.shape(1, 3, 1)
    axis = s.integer(0, len(shape) - 1)
    low = s.booleans(shape) & (np.arange(shape[axis]) > 0).reshape(-1, *(1,) * (len(shape) - 1 - axis))
    x = s.array(shape, -0.1, 0.1)
    return (x - (3 * low).astype(x.dtype),), {"axis": axis}


@primitive(x=_in_support, text="sparsemax({x})", samples=_sample, flops=lambda out, *_: 5 * out.size, real_only=True)
def sparsemax_(x, axis):
    """The point of the probability simplex that is nearest to x, along an axis."""
    return kernels.sparsemax(x, axis)
