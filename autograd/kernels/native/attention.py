"""The native versions of `autograd.kernels.attention` and of the pull in `autograd.ops.attention`."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.attention_kernels import attention_layer, attention_layer_pull

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]
WORTH_SHARING = 1_000_000  # operations
WIDEST = 512  # features of a query or value: a block of keys is packed in scratch memory


def attention(
    q: Array, k: Array, v: Array, bias: Array | None = None, *, scale: float, causal: bool
) -> tuple[Array, Array] | None:
    """As the reference."""
    arrays = _served(q, k, v, bias)
    if arrays is None:
        return None
    q, k, v, *rest = arrays
    lead = np.broadcast_shapes(*(x.shape[:-2] for x in arrays))
    out = _like(q, lead, v.shape[-1])
    lse = empty((*out.shape[:-1], 1), q.dtype)
    sizes, offsets = plan(lead, q.shape[-2], k.shape[-2], *_layouts(q, k, v, out, *(rest or [q])))
    split = 2 * lse.size * k.shape[-2] * q.shape[-1] >= WORTH_SHARING
    kernel = attention_layer(q.shape[-1], v.shape[-1], q.dtype.type, float(scale), causal, bool(rest), split)
    kernel.run(q, k, v, sizes, offsets, *rest, out, lse)
    return out, lse


def attention_pull(
    g: Array,
    delta: Array,
    lse: Array,
    q: Array,
    k: Array,
    v: Array,
    bias: Array | None = None,
    *,
    scale: float,
    causal: bool,
) -> tuple[Array, Array, Array] | None:
    """As the reference."""
    arrays = _served(q, k, v, bias)
    if arrays is None or not g.dtype == delta.dtype == lse.dtype == q.dtype:
        return None
    q, k, v, *rest = arrays
    lead = np.broadcast_shapes(*(x.shape[:-2] for x in arrays))
    row = (*lead, q.shape[-2])
    if g.shape != (*row, v.shape[-1]) or not delta.shape == lse.shape == (*row, 1):
        return None
    g, delta, lse = map(_rows, (g, delta, lse))
    found = [_like(x, lead, x.shape[-1]) for x in (q, k, v)]
    layouts = _layouts(q, k, v, g, delta, lse, *found, *(rest or [q]))
    sizes, offsets = plan(lead, q.shape[-2], k.shape[-2], *layouts)
    split = 2 * lse.size * k.shape[-2] * q.shape[-1] >= WORTH_SHARING
    kernel = attention_layer_pull(q.shape[-1], v.shape[-1], q.dtype.type, float(scale), causal, bool(rest), split)
    kernel.run(g, delta, lse, q, k, v, sizes, offsets, *rest, *found)
    d_q, d_k, d_v = found
    return d_q, d_k, d_v


@functools.lru_cache(256)
def plan(lead: Axes, queries: int, keys: int, *layouts: tuple[Axes, Axes]) -> tuple[Array, Array]:
    """What the kernels take as `sizes` and `offsets`, for the shape and the strides in elements of each operand.

    sizes: (problems, queries, keys, stride of the rows of each operand); offsets: where each operand begins, for each
    problem; a problem is an element of the leading axes.
    """
    strides = [s[-2] if shape[-2] > 1 else 0 for shape, s in layouts]
    sizes = np.array([math.prod(lead), queries, keys, *strides], np.int64)
    offsets = np.zeros((*lead, len(layouts)), np.int64)
    for place, (shape, steps) in enumerate(layouts):
        axes = range(-3, -len(shape) - 1, -1)
        for axis in axes:
            if shape[axis] > 1:
                counted = np.arange(shape[axis]) * steps[axis]
                offsets[..., place] += counted.reshape(-1, *(1,) * (-axis - 3))
    sizes.flags.writeable = offsets.flags.writeable = False
    return sizes, offsets


def _layouts(*arrays: Array) -> list[tuple[Axes, Axes]]:
    size = arrays[0].itemsize
    return [(x.shape, tuple([s // size for s in x.strides])) for x in arrays]


def _served(q: Array, k: Array, v: Array, bias: Array | None) -> Sequence[Array] | None:
    """The arrays with contiguous rows; None where there are no kernels for them."""
    arrays = [q, k, v] if bias is None else [q, k, v, bias]
    dtype = q.dtype
    if dtype not in (np.float32, np.float64) or any(x.dtype is not dtype or not x.size for x in arrays):
        return None
    if max(q.shape[-1], v.shape[-1]) > WIDEST or (bias is not None and bias.shape[-1] != k.shape[-2]):
        return None
    return list(map(_rows, arrays))


def _rows(x: Array) -> Array:
    aligned = all(s % x.itemsize == 0 for s in x.strides)
    return x if aligned and (x.strides[-1] == x.itemsize or x.shape[-1] == 1) else np.ascontiguousarray(x)


def _like(x: Array, lead: Axes, width: int) -> Array:
    """A new array (*lead, rows of x, width), its axes in memory in the order of those of x."""
    shape = (*lead, x.shape[-2], width)
    if x.shape[:-2] != lead:
        return empty(shape, x.dtype)
    order = sorted(range(len(shape) - 1), key=lambda axis: -abs(x.strides[axis]))
    made = empty([shape[axis] for axis in order] + [width], x.dtype)
    return made.transpose(*np.argsort(order), len(order))
