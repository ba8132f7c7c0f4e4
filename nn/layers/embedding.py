"""Tables of vectors that are looked up by index, one by one or in bags."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nn import functional as F, init
from nn.functional.embedding import refuse_sparse
from nn.layers.linear import check_sizes, new_parameter
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "Embedding",
    "EmbeddingBag",
]


class _Table(Module):
    """A weight (num_embeddings, embedding_dim), and how it is looked up."""

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        sparse: bool,
        weight: Any,
        freeze: bool,
        dtype: DTypeLike | None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        check_sizes(self, num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        refuse_sparse(name, sparse)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"{name}: padding_idx must be in [-{num_embeddings}, {num_embeddings}), got {padding_idx}")
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.max_norm, self.norm_type, self.scale_grad_by_freq = max_norm, norm_type, scale_grad_by_freq
        if weight is None:
            self.weight = new_parameter((num_embeddings, embedding_dim), dtype, "weight")
            self.reset_parameters()
            self.weight.requires_grad_(not freeze)
            return
        self.weight = Parameter(weight, requires_grad=not freeze, name="weight")
        if self.weight.shape != (num_embeddings, embedding_dim):
            raise ValueError(
                f"{name}: a weight of shape {self.weight.shape} for num_embeddings={num_embeddings} and "
                f"embedding_dim={embedding_dim}"
            )

    def reset_parameters(self) -> None:
        """Draw the vectors anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    def _options(self) -> list[str]:
        parts = [f"{self.num_embeddings}, {self.embedding_dim}"]
        if self.max_norm is not None:
            parts.append(f"max_norm={self.max_norm}")
        if self.norm_type != 2:
            parts.append(f"norm_type={self.norm_type}")
        if self.scale_grad_by_freq:
            parts.append("scale_grad_by_freq=True")
        return parts


class Embedding(_Table):
    """Looks up rows of a table: integers (…) → vectors (…, embedding_dim).

    weight (num_embeddings, embedding_dim) is drawn from N(0, 1), or given as `_weight`. The row `padding_idx` is zero
    and never trained. With `max_norm`, rows that are looked up and have a larger `norm_type`-norm are first scaled down
    to it, in the table itself. `scale_grad_by_freq` divides the gradient of each row by how often it was looked up.

    Raises IndexError for indices outside [0, num_embeddings), TypeError for indices that are no integers, ValueError
    for `sparse=True`.

    >>> import nn, numpy as np
    >>> nn.Embedding(10, 3)(np.array([[1, 2], [3, 4]])).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        sizes = num_embeddings, embedding_dim, padding_idx
        super().__init__(*sizes, max_norm, norm_type, scale_grad_by_freq, sparse, _weight, _freeze, dtype)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """An Embedding with these vectors (num_embeddings, embedding_dim), not trained if `freeze`."""
        return cls(
            *_matrix("Embedding", embeddings),
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
            _weight=embeddings,
            _freeze=freeze,
        )

    def forward(self, x: Any) -> Any:
        return F.embedding(x, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq)

    def extra_repr(self) -> str:
        parts = self._options()
        if self.padding_idx is not None:
            parts.insert(1, f"padding_idx={self.padding_idx}")
        return ", ".join(parts)


class EmbeddingBag(_Table):
    """The sum, mean or maximum of rows of a table, for each bag of integers: (bags, embedding_dim).

    `layer(input, offsets=None, per_sample_weights=None)` takes integers (bags, n), or (n,) with `offsets` (bags,); see
    `nn.functional.embedding_bag` for these and the options. weight (num_embeddings, embedding_dim) is drawn from
    N(0, 1), or given as `_weight`; the row `padding_idx` is zero, does not count and is not trained.

    >>> import nn, numpy as np
    >>> nn.EmbeddingBag(10, 3)(np.array([1, 2, 3, 4]), np.array([0, 3])).shape
    (2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        if mode not in ("sum", "mean", "max"):
            raise ValueError(f"EmbeddingBag: mode must be 'sum', 'mean' or 'max', got {mode!r}")
        sizes = num_embeddings, embedding_dim, padding_idx
        super().__init__(*sizes, max_norm, norm_type, scale_grad_by_freq, sparse, _weight, False, dtype)
        self.mode, self.include_last_offset = mode, include_last_offset

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> EmbeddingBag:
        """An EmbeddingBag with these vectors (num_embeddings, embedding_dim), not trained if `freeze`."""
        layer = cls(
            *_matrix("EmbeddingBag", embeddings),
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            _weight=embeddings,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )
        layer.weight.requires_grad_(not freeze)
        return layer

    def forward(self, x: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        return F.embedding_bag(
            x,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            False,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        parts = [*self._options(), f"mode={self.mode!r}"]
        if self.padding_idx is not None:
            parts.append(f"padding_idx={self.padding_idx}")
        return ", ".join(parts)


def _matrix(name: str, embeddings: Any) -> tuple[int, int]:
    """The two sizes of a table."""
    shape = np.shape(embeddings)
    if len(shape) != 2:
        raise ValueError(f"{name}.from_pretrained wants (num_embeddings, embedding_dim), got shape {shape}")
    return int(shape[0]), int(shape[1])
