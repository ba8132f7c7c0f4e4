"""The weighted sum of a neuron whose weights, inputs and bias are separate numbers, as one node.

A network of such neurons has few operations and very many numbers, so here each number counts: the sum is taken in
Python floats, and the node is made by hand.
"""

from __future__ import annotations

from operator import mul
from typing import Any

import numpy as np

from autograd.graph import Node, get_mode, next_index
from autograd.primitive import primitive, registry
from autograd.tensor import Tensor

__all__ = ["weighted_sum"]


def _wrt_terms(g, terms):
    g = g[()]
    k = len(terms) // 2
    return [*[g * x for x in terms[k:-1]], *[g * w for w in terms[:k]], g]


def _sample(s):
    return tuple(s.array(()) for _ in range(2 * s.integer(0, 4) + 1)), {}


@primitive(terms=_wrt_terms, text="Σ wᵢ·xᵢ + b", samples=_sample, flops=lambda out, *terms: len(terms) - 1)
def weighted_sum_(*terms):
    """Σ wᵢ·xᵢ + b of the numbers w₁ … wₖ, x₁ … xₖ, b."""
    if len(terms) % 2 == 0 or any(np.ndim(t) for t in terms):
        raise ValueError(
            f"weighted_sum wants numbers w₁ … wₖ, x₁ … xₖ, b, got {len(terms)} of shapes "
            f"{[np.shape(t) for t in terms]}; for arrays use autograd.linear"
        )
    dtype = np.result_type(*terms)
    exact = float if dtype.kind != "c" and dtype.itemsize <= 8 else dtype.type
    return dtype.type(_total(list(map(exact, terms))))


def _total(numbers: list[float]) -> float:
    k = len(numbers) // 2
    return sum(map(mul, numbers[:k], numbers[k:-1]), numbers[-1])


def weighted_sum(*terms: Any) -> Any:
    """Σ wᵢ·xᵢ + b of single numbers, given as w₁, …, wₖ, x₁, …, xₖ, b; each is an input of the one node that results.

    Raises ValueError for an even count and for arrays that are not 0-d.

    >>> import autograd
    >>> w, x, b = autograd.tensor(2.0, requires_grad=True), autograd.tensor(3.0), autograd.tensor(1.0)
    >>> autograd.weighted_sum(w, x, b)
    tensor(7., made by weighted_sum)
    """
    try:
        nodes = [t._node for t in terms]
        raws = [t._data for t in terms]
        numbers = [d if d.__class__ is not np.ndarray else d[()] for d in raws]
    except AttributeError:
        return weighted_sum_(*terms)
    kinds = set(map(type, numbers))
    if get_mode() is not None or len(kinds) > 1 or len(terms) % 2 == 0 or kinds & _UNUSUAL or not any(nodes):
        return weighted_sum_(*terms)
    (kind,) = kinds
    result = Tensor()
    result._data = value = kind(_total(list(map(float, numbers))))
    node = result._node = Node()
    node.primitive, node.inputs, node.saved, node.params = P, tuple(nodes), (numbers,), ()
    node.fix = node.meta = None
    node.numbers, node.index = (*raws, value), next_index()
    return result


P = registry["weighted_sum"]
_UNUSUAL = {np.ndarray, np.complex64, np.complex128, np.clongdouble, np.longdouble}
