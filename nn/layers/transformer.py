"""The Transformer (Vaswani et al. 2017): layers of attention and small networks, with residual connections."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

import autograd
from autograd.dtypes import get_default_dtype
from autograd.tensor import Tensor, wrap
from nn import init
from nn.layers.attention import MultiheadAttention
from nn.layers.containers import ModuleList
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.normalization import LayerNorm
from nn.module import Module

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]

Activation = str | Callable[[Any], Any]


class _Layer(Module):
    """What both kinds of layer have in common: self-attention and the small network."""

    def __init__(
        self,
        attentions: tuple[str, ...],
        d_model: int,
        nhead: int,
        dim_feedforward: int,
        dropout: float,
        activation: Activation,
        layer_norm_eps: float,
        batch_first: bool,
        norm_first: bool,
        bias: bool,
        dtype: DTypeLike | None,
    ) -> None:
        super().__init__()
        for name in attentions:
            attention = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype)
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype)
        self.norm_first = norm_first
        numbers = range(1, len(attentions) + 2)
        for k in numbers:
            setattr(self, f"norm{k}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        for k in numbers:
            setattr(self, f"dropout{k}", Dropout(dropout))
        self.activation = _function(type(self).__name__, activation)

    def _with_residual(self, x: Any, k: int, block: Callable[[Any], Any]) -> Any:
        """x + block(x), with the k-th normalization before the block or after the sum, and the k-th dropout."""
        norm, dropout = getattr(self, f"norm{k}"), getattr(self, f"dropout{k}")
        return x + dropout(block(norm(x))) if self.norm_first else norm(x + dropout(block(x)))

    def _network(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


def _function(layer: str, activation: Activation) -> Callable[[Any], Any]:
    if callable(activation):
        return activation
    if activation not in ("relu", "gelu"):
        raise ValueError(f"{layer}: activation must be 'relu', 'gelu' or a function, got {activation!r}")
    return autograd.relu if activation == "relu" else autograd.gelu


class TransformerEncoderLayer(_Layer):
    """Self-attention, then a network of two linear layers, each around a residual connection and normalized.

        x ← norm1(x + dropout1(self_attn(x)));  x ← norm2(x + dropout2(linear2(dropout(φ(linear1(x))))))

    and with `norm_first` x ← x + dropout1(self_attn(norm1(x))) and likewise. x is (L, N, d_model), or (N, L, d_model)
    if `batch_first`, or (L, d_model); φ is `activation`: "relu", "gelu" or a function. The masks are those of
    `MultiheadAttention`. Initial distributions are those of its parts; `bias=False` leaves out all biases.

    >>> import nn, numpy as np
    >>> nn.TransformerEncoderLayer(8, nhead=2, dim_feedforward=16)(np.ones((5, 3, 8))).shape
    (5, 3, 8)
    """

    self_attn: MultiheadAttention

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        sizes = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps)
        super().__init__(("self_attn",), *sizes, batch_first, norm_first, bias, dtype)

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        def attend(x: Any) -> Any:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]

        return self._with_residual(self._with_residual(src, 1, attend), 2, self._network)


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to the encoder's `memory`, then a small network; as `TransformerEncoderLayer`.

    tgt (T, N, d_model) and memory (S, N, d_model) → (T, N, d_model); N comes first if `batch_first`.

    >>> import nn, numpy as np
    >>> nn.TransformerDecoderLayer(8, nhead=2, dim_feedforward=16)(np.ones((4, 3, 8)), np.ones((5, 3, 8))).shape
    (4, 3, 8)
    """

    self_attn: MultiheadAttention
    multihead_attn: MultiheadAttention

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        sizes = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps)
        super().__init__(("self_attn", "multihead_attn"), *sizes, batch_first, norm_first, bias, dtype)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        def attend(x: Any) -> Any:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]

        def look_back(x: Any) -> Any:
            masks = (memory_key_padding_mask, False, memory_mask)
            return self.multihead_attn(x, memory, memory, *masks, is_causal=memory_is_causal)[0]

        x = self._with_residual(tgt, 1, attend)
        return self._with_residual(self._with_residual(x, 2, look_back), 3, self._network)


def _copies(layer: Module, count: int) -> ModuleList:
    if count < 0:
        raise ValueError(f"num_layers must be ≥ 0, got {count}")
    return ModuleList(copy.deepcopy(layer) for _ in range(count))


class TransformerEncoder(Module):
    """`num_layers` copies of `encoder_layer` one after the other, then `norm` if given.

    All copies begin with the same parameters, as in PyTorch. `enable_nested_tensor` and `mask_check` are there for
    PyTorch's signature only: they choose how it computes, not what.

    >>> import nn, numpy as np
    >>> layer = nn.TransformerEncoderLayer(8, nhead=2, dim_feedforward=16)
    >>> nn.TransformerEncoder(layer, num_layers=2)(np.ones((5, 3, 8))).shape
    (5, 3, 8)
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = _copies(encoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Any:
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """`num_layers` copies of `decoder_layer` one after the other, all looking at `memory`, then `norm` if given.

    >>> import nn, numpy as np
    >>> layer = nn.TransformerDecoderLayer(8, nhead=2, dim_feedforward=16)
    >>> nn.TransformerDecoder(layer, num_layers=2)(np.ones((4, 3, 8)), np.ones((5, 3, 8))).shape
    (4, 3, 8)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = _copies(decoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, bool(tgt_is_causal), memory_is_causal)
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """Encoder and decoder (Vaswani et al. 2017): src (S, N, d_model), tgt (T, N, d_model) → (T, N, d_model).

    N comes first if `batch_first`. The encoder has `num_encoder_layers`, the decoder `num_decoder_layers`, each with a
    last normalization; `custom_encoder` and `custom_decoder` take their places. All parameters of two axes are drawn
    from U(-a, a), a = √(6 / (rows + columns)); the others begin as in their layers. Embeddings, positions and the last
    linear layer are the user's.

    >>> import nn, numpy as np
    >>> model = nn.Transformer(8, 2, 1, 1, dim_feedforward=16)
    >>> mask = model.generate_square_subsequent_mask(4)
    >>> model(np.ones((5, 3, 8)), np.ones((4, 3, 8)), tgt_mask=mask).shape
    (4, 3, 8)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        sizes = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*sizes, dtype=dtype), num_encoder_layers, norm()
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*sizes, dtype=dtype), num_decoder_layers, norm()
        )
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters of two axes and more anew."""
        for p in self.parameters():
            if p.ndim > 1:
                init.xavier_uniform_(p)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        axis = 0 if self.batch_first else 1
        matching = src.ndim == tgt.ndim in (2, 3) and (src.ndim == 2 or src.shape[axis] == tgt.shape[axis])
        if not matching or src.shape[-1] != self.d_model or tgt.shape[-1] != self.d_model:
            form = "(batch, length, {0})" if self.batch_first else "(length, batch, {0})"
            raise ValueError(
                f"Transformer wants src and tgt {form.format(self.d_model)} of one batch, or both without batch, got "
                f"shapes {src.shape} and {tgt.shape}"
            )
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        return self.decoder(tgt, memory, *masks, tgt_is_causal, memory_is_causal)

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: DTypeLike | None = None) -> Tensor:
        """A mask (sz, sz) that lets position i look at positions 0 … i: 0 there, -inf beyond.

        >>> import nn
        >>> nn.Transformer.generate_square_subsequent_mask(2)
        tensor([[  0., -inf],
                [  0.,   0.]])
        """
        kind = get_default_dtype() if dtype is None else np.dtype(dtype)
        return wrap(np.triu(np.full((sz, sz), -np.inf, kind), 1))
