"""A table of vectors that is looked up by index."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

import autograd
from nn import init
from nn.layers.linear import check_sizes, new_parameter
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "Embedding",
]


class Embedding(Module):
    """Looks up rows of a table: integers (…) → vectors (…, embedding_dim).

    weight (num_embeddings, embedding_dim) is drawn from N(0, 1). The row `padding_idx` is zero and never trained.
    Raises IndexError for indices outside [0, num_embeddings), TypeError for indices that are no integers.

    >>> import nn, numpy as np
    >>> nn.Embedding(10, 3)(np.array([[1, 2], [3, 4]])).shape
    (2, 2, 3)
    """

    def __init__(
        self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None, *, dtype: DTypeLike | None = None
    ) -> None:
        super().__init__()
        check_sizes(self, num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(
                f"Embedding: padding_idx must be in [-{num_embeddings}, {num_embeddings}), got {padding_idx}"
            )
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = new_parameter((num_embeddings, embedding_dim), dtype, "weight")
        self.reset_parameters()

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, padding_idx: int | None = None) -> Embedding:
        """An Embedding with these vectors (num_embeddings, embedding_dim), not trained if `freeze`."""
        weight = Parameter(embeddings, requires_grad=not freeze, name="weight")
        count, dim = weight.shape
        layer = cls(count, dim, padding_idx, dtype=weight.dtype)
        layer.weight = weight
        return layer

    def reset_parameters(self) -> None:
        """Draw the vectors anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    def forward(self, x: Any) -> Any:
        indices = x.data
        if indices.dtype.kind not in "iu":
            raise TypeError(f"Embedding wants integers, got {indices.dtype}; write x.astype(int)")
        wrong = (indices < 0) | (indices >= self.num_embeddings)
        if wrong.any():
            raise IndexError(
                f"Embedding: index {indices[wrong].flat[0]} is out of range for {self.num_embeddings} embeddings"
            )
        vectors = autograd.getitem(self.weight, x)
        if self.padding_idx is None:
            return vectors
        return autograd.where(autograd.expand_dims(x != self.padding_idx, -1), vectors, vectors.detach())

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
