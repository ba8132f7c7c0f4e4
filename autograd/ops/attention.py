"""Attention: a softmax of scaled products of queries and keys as one node, and the mean of values that it weighs.

The latter keeps no weights: from the logarithm of each query's sum of exponentials they are computed again.
"""

from __future__ import annotations

import numpy as np

from autograd.kernels import attention as kernels
from autograd.kernels.choice import native
from autograd.ops.linalg import matmul
from autograd.ops.reductions import sum_
from autograd.ops.shape import sum_to
from autograd.ops.solving import pulled
from autograd.primitive import primitive

__all__: list[str] = []


def _rule(g, xs, out, scale, wanted):
    q, k, *bias = xs
    weighted = g * out
    d = weighted - out * sum_(weighted, (len(out.shape) - 1,), True)
    return (
        sum_to(matmul(d, k) * scale, q.shape) if wanted[0] else None,
        sum_to(matmul(d.mT, q) * scale, k.shape) if wanted[1] else None,
        *(sum_to(d, b.shape) if wanted[2] else None for b in bias),
    )


def _sample(s):
    n, m, width = s.integer(1, 3), s.integer(1, 3), s.integer(1, 2)
    shapes = [(n, width), (m, width), *s.choice([(), ((n, m),), ((1, m),), ((n, 1),)])]
    batches = s.broadcastable(len(shapes), max_dims=2, min_side=1)
    return tuple(s.array((*batch, *shape)) for batch, shape in zip(batches, shapes)), {"scale": s.choice([1.0, 0.5])}


@primitive(
    xs=_rule,
    text="softmax(scale · q kᵀ + bias)",
    samples=_sample,
    flops=lambda out, *xs: out.size * (2 * xs[0].shape[-1] + 5),
)
def attention_weights(*xs, scale):
    """softmax(scale · q kᵀ + bias) over the keys; q (…, L, E), k (…, S, E), perhaps bias (…, L, S) → (…, L, S).

    Leading axes broadcast. Where a bias of -inf leaves a query no key at all, its weights are 0.
    """
    q, k, *bias = xs
    scores = np.matmul(q * scale, k.mT)
    for b in bias:
        scores = np.add(scores, b, scores if np.broadcast_shapes(scores.shape, b.shape) == scores.shape else None)
    peak = np.maximum.reduce(scores, axis=-1, keepdims=True, initial=-np.inf)
    scores -= np.maximum(peak, np.finfo(scores.dtype).min)
    np.exp(scores, out=scores)
    total = np.add.reduce(scores, axis=-1, keepdims=True)
    scores /= total + (total == 0)
    return scores


# --- the mean of values ----------------------------------------------------------------------------------------------


def _back(g, delta, lse, q, k, v, bias=None, *, scale, causal):
    """The adjoints of q, k, v and bias, in the shape of all leading axes together."""
    scores = matmul(q, k.mT) * scale
    if bias is not None:
        scores = scores + bias
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=np.bool_), scores, np.asarray(-np.inf, scores.dtype))
    weights = np.exp(scores - np.maximum(lse, np.finfo(lse.dtype).min))
    d = weights * (matmul(g, v.mT) - delta)
    return matmul(d, k) * scale, matmul(d.mT, q) * scale, matmul(weights.mT, g), d


def _back_to_three(*xs, scale, causal):
    return _back(*xs, scale=scale, causal=causal)[:3]


_fast_back = native("attention:attention_pull")(_back_to_three)


def _attention_sample(s):
    n, m, width, values = s.integer(1, 3), s.integer(1, 3), s.integer(1, 2), s.integer(1, 2)
    shapes = [(n, width), (m, width), (m, values), *s.choice([(), ((n, m),), ((1, m),), ((n, 1),)])]
    batches = s.broadcastable(len(shapes), max_dims=2, min_side=1)
    params = {"scale": s.choice([1.0, 0.5]), "causal": s.boolean()}
    return tuple(s.array((*batch, *shape)) for batch, shape in zip(batches, shapes)), params


def _pull_sample(s):
    (q, k, v, *bias), params = _attention_sample(s)
    lead = np.broadcast_shapes(*(x.shape[:-2] for x in (q, k, v, *bias)))
    row = (*lead, q.shape[-2])
    return (s.array((*row, v.shape[-1])), s.array((*row, 1)), s.array((*row, 1)), q, k, v, *bias), params


def _pull_rule(g, xs, out, wanted, scale, causal):
    adjoints = tuple(np.zeros(o.shape, o.dtype) if d is None else d for d, o in zip(g, out))
    return pulled(lambda xs: _back_to_three(*xs, scale=scale, causal=causal), xs, wanted, adjoints)


@primitive(
    xs=_pull_rule,
    text="attention backwards({xs})",
    outputs=3,
    samples=_pull_sample,
    flops=lambda out, *xs: out[0].size * (8 * xs[4].shape[-2]) + out[2].size * 2 * xs[3].shape[-2],
    real_only=True,
)
def attention_pull(*xs, scale, causal):
    """From (g, delta, lse, q, k, v), perhaps bias: the adjoints of q, k and v for the adjoint g of the mean of values.

    With the weights w = exp(scale · q kᵀ + bias - lse): d = w (g vᵀ - delta);  scale · d k;  scale · dᵀ q;  wᵀ g. Where
    leading axes broadcast, the results have those of all arguments together.
    """
    return _fast_back(*xs, scale=scale, causal=causal)


def _attention_rule(g, xs, out, scale, causal, wanted):
    bias = xs[3:]
    y, lse = out
    g_y, g_lse = g
    g_y = np.zeros(y.shape, y.dtype) if g_y is None else g_y
    delta = sum_(g_y * y, (len(y.shape) - 1,), True)
    if g_lse is not None:
        delta = delta - g_lse
    given = (g_y, delta, lse, *xs)
    back = _back if bias and wanted[3] else attention_pull
    found = back(*given, scale=scale, causal=causal)
    return tuple(sum_to(d, x.shape) if w else None for d, x, w in zip(found, xs, wanted))


@primitive(
    xs=_attention_rule,
    text="softmax(scale · q kᵀ + bias) v",
    outputs=2,
    samples=_attention_sample,
    flops=lambda out, *xs: (
        out[0].size * 2 * xs[1].shape[-2] + out[1].size * xs[1].shape[-2] * (2 * xs[0].shape[-1] + 5)
    ),
    real_only=True,
)
def attention_(*xs, scale, causal):
    """softmax(scale · q kᵀ + bias) v, and the logarithms of the sums of exponentials of the scores.

    q (…, L, E), k (…, S, E), v (…, S, Ev), perhaps bias (…, L, S) → (…, L, Ev) and (…, L, 1); leading axes broadcast.
    `causal`: query i sees keys 0 … i only. Where a query is left no key at all, its mean is 0 and its logarithm -inf.
    """
    return kernels.attention(*xs, scale=scale, causal=causal)
