"""The weights of attention: a softmax of scaled products of queries and keys, as one node."""

from __future__ import annotations

import numpy as np

from autograd.ops.linalg import matmul
from autograd.ops.reductions import sum_
from autograd.ops.shape import sum_to
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
