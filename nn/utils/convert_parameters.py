"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd
from autograd.graph import assign
from autograd.tensor import Tensor

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """All elements of the parameters, one after the other, as one vector; differentiable.

    >>> import nn
    >>> nn.utils.parameters_to_vector(nn.Linear(2, 3).parameters()).shape
    (9,)
    """
    parts = [p.reshape(-1) for p in parameters]
    if not parts:
        raise ValueError("parameters_to_vector: got no parameters: is the iterator used up?")
    return autograd.concat(parts)


def vector_to_parameters(vec: Any, parameters: Iterable[Tensor]) -> None:
    """Write the elements of a vector into the parameters, in place; ValueError if their number is another.

    >>> import autograd, nn
    >>> layer = nn.Linear(1, 1)
    >>> nn.utils.vector_to_parameters(autograd.tensor([2.0, 3.0]), layer.parameters())
    >>> layer.weight.item(), layer.bias.item()
    (2.0, 3.0)
    """
    params = list(parameters)
    data = vec.data if isinstance(vec, Tensor) else autograd.asarray(vec)
    total = sum(p.size for p in params)
    if data.shape != (total,):
        raise ValueError(f"vector_to_parameters: a vector of shape {data.shape} for {total} elements of parameters")
    values, start = [], 0
    for p in params:
        values.append(data[start : start + p.size].reshape(p.shape))
        start += p.size
    assign(params, values)
