"""Products and systems with sparse matrices of a fixed pattern: linear or bilinear in values and dense operand."""

from __future__ import annotations

import numpy as np

from autograd.kernels import sparse as kernels
from autograd.kernels.sparse import Pattern
from autograd.ops.matrix_tools import entries
from autograd.primitive import primitive

__all__: list[str] = []


def _pattern(s, m, n):
    count = s.integer(0, 6) if m and n else 0
    return Pattern(s.rng.integers(0, max(m, 1), count), s.rng.integers(0, max(n, 1), count), (m, n))


def _product_sample(s):
    m, n, k = s.integer(1, 4), s.integer(1, 4), s.integer(0, 2)
    pattern, draw = _pattern(s, m, n), entries(s)
    return (draw((len(pattern.rows),)), draw((n, k))), {"pattern": pattern}


def _sampled_sample(s):
    m, n, k = s.integer(1, 4), s.integer(1, 4), s.integer(0, 2)
    draw = entries(s)
    return (draw((m, k)), draw((n, k))), {"pattern": _pattern(s, m, n)}


def _solve_sample(s):
    n, k, draw = s.integer(1, 4), s.integer(0, 2), entries(s)
    more = _pattern(s, n, n)
    rows, columns = np.concatenate([np.arange(n), more.rows]), np.concatenate([np.arange(n), more.columns])
    values = draw((len(rows),), low=-0.3, high=0.3)
    values[:n] += 3
    return (values, draw((n, k))), {"pattern": Pattern(rows, columns, (n, n))}


@primitive(
    values=lambda g, dense, pattern: sampled_product(g, dense, pattern),
    dense=lambda g, values, pattern: sparse_product(values, g, pattern.transposed),
    text="sparse({values}) @ {dense}",
    linear="values dense",
    samples=_product_sample,
    flops=lambda out, values, dense, pattern: 2 * values.size * dense.shape[-1],
)
def sparse_product(values, dense, pattern):
    """A @ dense for the sparse A with `values` at the places of the pattern."""
    return kernels.product(values, dense, pattern)


@primitive(
    x=lambda g, y, pattern: sparse_product(g, y, pattern),
    y=lambda g, x, pattern: sparse_product(g, x, pattern.transposed),
    text="({x} @ {y}ᵀ) at places",
    linear="x y",
    samples=_sampled_sample,
    flops=lambda out, x, y, pattern: 2 * out.size * x.shape[-1],
)
def sampled_product(x, y, pattern):
    """x @ yᵀ at the places of the pattern alone."""
    return kernels.sampled(x, y, pattern)


@primitive(
    values=lambda g, values, out, pattern: -sampled_product(sparse_solve(values, g, pattern.transposed), out, pattern),
    b=lambda g, values, pattern: sparse_solve(values, g, pattern.transposed),
    forward={"values": lambda t, values, out, pattern: -sparse_solve(values, sparse_product(t, out, pattern), pattern)},
    text="sparse({values})⁻¹ {b}",
    linear="b",
    samples=_solve_sample,
    flops=lambda out, values, b, pattern: 10 * values.size + 4 * values.size * b.shape[-1],
)
def sparse_solve(values, b, pattern):
    """The solution X of A X = B for the sparse A with `values` at the places of the pattern."""
    return kernels.solve(values, b, pattern)
