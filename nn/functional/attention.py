"""Attention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd.ops.attention import attention_, attention_weights
from autograd.random import Generator
from nn.functional.checks import operand

__all__ = ["scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    generator: Generator | None = None,
) -> Any:
    """Attention (Vaswani et al. 2017): a mean of values, weighted by how well their keys match the query.

        y = dropout(softmax(scale · Q Kᵀ + mask)) V

    query (…, L, E), key (…, S, E), value (…, S, Ev) → (…, L, Ev); leading axes broadcast. `attn_mask` broadcasts
    against (…, L, S): booleans, True where a query may look, or numbers that are added. `is_causal` lets query i look
    at keys 0 … i only. `scale` is 1 / √E unless given. `dropout_p` acts whenever it is not 0. With `enable_gqa` the
    heads of key and value (axis -3) may be fewer than those of query by a whole factor: each serves a group of queries
    (Ainslie et al. 2023). A query that may look nowhere gets 0. As in PyTorch. Without dropout native kernels hold no
    array of all weights, forward or backward, so that memory grows with L + S only (Dao et al. 2022).

    Raises ValueError for shapes that do not fit, and for a mask beside `is_causal`.

    >>> import numpy as np
    >>> from nn.functional import scaled_dot_product_attention
    >>> value = np.array([[1.0], [3.0], [8.0]])
    >>> scaled_dot_product_attention(np.zeros((3, 2)), np.zeros((3, 2)), value, is_causal=True).ravel()
    array([1., 2., 4.])
    """
    op = "scaled_dot_product_attention"
    q, k, v = operand(query), operand(key), operand(value)
    if min(q.ndim, k.ndim, v.ndim) < 2 or q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ValueError(
            f"{op} wants query (…, L, E), key (…, S, E) and value (…, S, Ev), got {q.shape}, {k.shape} and {v.shape}"
        )
    if not 0 <= dropout_p <= 1:
        raise ValueError(f"{op}: dropout_p must lie in [0, 1], got {dropout_p}")
    if is_causal and attn_mask is not None:
        raise ValueError(f"{op}: is_causal=True makes a mask of its own; give one of is_causal and attn_mask")
    dtype = np.result_type(q.dtype, k.dtype, v.dtype)
    dtype = dtype if dtype.kind in "fc" else np.dtype(np.float64)
    q, k, v = (autograd.astype(x, dtype, copy=False) for x in (q, k, v))
    bias = None if attn_mask is None else mask_bias(op, attn_mask, dtype, allowed=True)
    if bias is not None and any(m not in (1, n) for m, n in zip(bias.shape[-2:][::-1], (k.shape[-2], q.shape[-2]))):
        raise ValueError(
            f"{op}: attn_mask of shape {bias.shape} does not broadcast to (…, L, S) = (…, {q.shape[-2]}, {k.shape[-2]})"
        )
    if not enable_gqa:
        return attend(q, k, v, bias, dropout_p, scale, generator, is_causal)
    if min(q.ndim, k.ndim, v.ndim) < 3 or k.shape[-3] != v.shape[-3] or not k.shape[-3] or q.shape[-3] % k.shape[-3]:
        raise ValueError(
            f"{op}: with enable_gqa the heads of query (axis -3) must be a multiple of those of key and value, got "
            f"{q.shape}, {k.shape} and {v.shape}"
        )
    heads, groups = q.shape[-3], k.shape[-3]
    if bias is not None and bias.ndim > 2:
        split = (groups, heads // groups) if bias.shape[-3] == heads else (1, 1)
        bias = autograd.reshape(bias, (*bias.shape[:-3], *split, *bias.shape[-2:]))
    q = autograd.reshape(q, (*q.shape[:-3], groups, heads // groups, *q.shape[-2:]))
    k, v = autograd.expand_dims(k, -3), autograd.expand_dims(v, -3)
    y = attend(q, k, v, bias, dropout_p, scale, generator, is_causal)
    return autograd.reshape(y, (*y.shape[:-4], heads, *y.shape[-2:]))


def mask_bias(op: str, mask: Any, dtype: Any, allowed: bool) -> Any:
    """A mask as numbers to be added to scores: -inf where booleans say so (False if `allowed`, else True), else 0."""
    mask = operand(mask)
    if mask.dtype.kind == "b":
        blocked = np.asarray(-np.inf, dtype)
        free = np.zeros((), dtype)
        return autograd.where(mask, free, blocked) if allowed else autograd.where(mask, blocked, free)
    if mask.dtype.kind != "f":
        raise TypeError(
            f"{op}: a mask holds booleans, or floating numbers to be added, got {mask.dtype}; use mask != 0"
        )
    return autograd.astype(mask, dtype, copy=False)


def attend(
    q: Any,
    k: Any,
    v: Any,
    bias: Any,
    dropout_p: float,
    scale: float | None = None,
    generator: Any = None,
    causal: bool = False,
) -> Any:
    """The attention of queries, without an array of weights where that can be."""
    if dropout_p or q.dtype.kind != "f":
        return attend_and_weigh(q, k, v, bias, dropout_p, scale, generator, causal)[0]
    xs = (q, k, v) if bias is None else (q, k, v, bias)
    return attention_(*xs, scale=_scale(q, scale), causal=causal)[0]


def attend_and_weigh(
    q: Any,
    k: Any,
    v: Any,
    bias: Any,
    dropout_p: float,
    scale: float | None = None,
    generator: Any = None,
    causal: bool = False,
) -> tuple[Any, Any]:
    """The attention of queries, and its weights."""
    if causal:
        seen = mask_bias("attention", np.tri(q.shape[-2], k.shape[-2], dtype=bool), q.dtype, allowed=True)
        bias = seen if bias is None else bias + seen
    weights = attention_weights(*((q, k) if bias is None else (q, k, bias)), scale=_scale(q, scale))
    if dropout_p:
        weights = autograd.dropout(weights, dropout_p, generator=generator)
    return autograd.matmul(weights, v), weights


def _scale(q: Any, scale: float | None) -> float:
    return 1 / math.sqrt(max(q.shape[-1], 1)) if scale is None else float(scale)
