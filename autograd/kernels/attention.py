"""Attention in NumPy: with the weights of all queries for all keys as one array, which native kernels never hold."""

from typing import Any

import numpy as np

from autograd.kernels.choice import native

Array = np.ndarray[Any, Any]


@native("attention:attention")
def attention(
    q: Array, k: Array, v: Array, bias: Array | None = None, *, scale: float, causal: bool
) -> tuple[Array, Array]:
    """The means of values, and the logarithms of the sums of exponentials; see `autograd.ops.attention.attention_`."""
    scores = np.matmul(q * scale, k.mT)
    if bias is not None:
        scores = scores + bias
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=np.bool_), scores, -np.inf)
    peak = np.maximum.reduce(scores, axis=-1, keepdims=True, initial=-np.inf)
    peak = np.maximum(peak, np.finfo(scores.dtype).min)
    scores = np.exp(scores - peak)
    total = np.add.reduce(scores, axis=-1, keepdims=True)
    out = np.matmul(scores, v)
    out /= total + (total == 0)
    with np.errstate(divide="ignore"):
        lse = np.log(total) + peak
    return out, np.array(np.broadcast_to(lse, (*out.shape[:-1], 1)))
