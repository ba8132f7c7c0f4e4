"""Multi-head attention."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

import autograd
from nn import init
from nn.functional.attention import attend, attend_and_weigh, mask_bias
from nn.inputs import is_floating
from nn.layers.linear import Linear, check_sizes, new_parameter
from nn.module import Module

__all__ = [
    "MultiheadAttention",
]


class MultiheadAttention(Module):
    """Attention by `num_heads` heads side by side (Vaswani et al. 2017), each with its own projections.

        head_h = softmax(Q_h K_hᵀ / √d) V_h with Q = q W_qᵀ + b_q, K = k W_kᵀ + b_k, V = v W_vᵀ + b_v cut into heads of
        d = embed_dim / num_heads features;  y = [head_1, …] W_oᵀ + b_o

    query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim), or (N, L, …) and (N, S, …) if `batch_first`, or
    without N → the output in the form of query, and the weights: (N, L, S), their mean over heads, or (N, num_heads, L,
    S) unless `average_attn_weights`; None unless `need_weights`. `key_padding_mask` (N, S) and `attn_mask` (L, S) or
    (N · num_heads, L, S) are booleans, True where nobody may look, or numbers that are added to the scores.
    `is_causal` without an `attn_mask` lets query i look at keys 0 … i; with one, that one counts. `dropout` acts on the
    weights in training. A query that may look nowhere gets weights 0 (PyTorch: NaN).

    in_proj_weight (3 embed_dim, embed_dim) holds W_q, W_k, W_v; with `kdim` or `vdim` these are q_proj_weight,
    k_proj_weight, v_proj_weight. All are drawn from U(-a, a), a = √(6 / (rows + columns)); in_proj_bias and
    out_proj.bias are 0, out_proj.weight is drawn from U(-k, k), k = 1 / √embed_dim. `add_bias_kv` adds a learned key
    and value bias_k, bias_v (1, 1, embed_dim), drawn from N(0, 2 / (1 + embed_dim)); `add_zero_attn` a key and a value
    of zeros. As in PyTorch. Raises ValueError for other shapes.

    >>> import nn, numpy as np
    >>> x = np.ones((2, 5, 8))
    >>> y, weights = nn.MultiheadAttention(8, num_heads=2, batch_first=True)(x, x, x)
    >>> y.shape, weights.shape
    ((2, 5, 8), (2, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_sizes(self, embed_dim=embed_dim, num_heads=num_heads)
        if not num_heads or not embed_dim or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim must be a multiple of num_heads, got embed_dim={embed_dim} and "
                f"num_heads={num_heads}"
            )
        if not 0 <= dropout <= 1:
            raise ValueError(f"MultiheadAttention: dropout must lie in [0, 1], got {dropout}")
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn
        together = self.kdim == self.vdim == embed_dim
        self.in_proj_weight = new_parameter((3 * embed_dim, embed_dim), dtype, "in_proj_weight") if together else None
        sizes = (embed_dim, self.kdim, self.vdim)
        self.q_proj_weight, self.k_proj_weight, self.v_proj_weight = (
            None if together else new_parameter((embed_dim, size), dtype, f"{letter}_proj_weight")
            for letter, size in zip("qkv", sizes)
        )
        self.in_proj_bias = new_parameter((3 * embed_dim,), dtype, "in_proj_bias") if bias else None
        self.bias_k = new_parameter((1, 1, embed_dim), dtype, "bias_k") if add_bias_kv else None
        self.bias_v = new_parameter((1, 1, embed_dim), dtype, "bias_v") if add_bias_kv else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew."""
        self.out_proj.reset_parameters()
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        single = query.ndim == 2
        self._check(query, key, value)
        q, k, v = self._projected(query, key, value)
        if single:
            q, k, v = (autograd.expand_dims(x, 1) for x in (q, k, v))
        elif self.batch_first:
            q, k, v = (autograd.swapaxes(x, 0, 1) for x in (q, k, v))
        batch = q.shape[1]
        causal = is_causal and attn_mask is None
        extended = self.bias_k is not None or self.add_zero_attn
        bias = self._bias(key_padding_mask, attn_mask, causal and extended, (batch, len(q), len(k)), q.dtype)
        added: list[tuple[Any, Any]] = []
        if self.bias_k is not None:
            added.append((self.bias_k, self.bias_v))
        if self.add_zero_attn:
            added.append((np.zeros((1, 1, self.embed_dim), q.dtype),) * 2)
        for extra_k, extra_v in added:
            k = autograd.concatenate([k, autograd.broadcast_to(extra_k, (1, batch, self.embed_dim))])
            v = autograd.concatenate([v, autograd.broadcast_to(extra_v, (1, batch, self.embed_dim))])
        if added and bias is not None:
            free = np.zeros((*bias.shape[:-1], len(added)), q.dtype)
            bias = autograd.concatenate([bias, free], -1)
        q, k, v = self._heads(q), self._heads(k), self._heads(v)
        dropout, causal = self.dropout if self.training else 0.0, causal and not extended
        weights: Any = None
        if need_weights:
            y, weights = attend_and_weigh(q, k, v, bias, dropout, causal=causal)
        else:
            y = attend(q, k, v, bias, dropout, causal=causal)
        y = autograd.reshape(autograd.transpose(y, (2, 0, 1, 3)), (q.shape[2], batch, self.embed_dim))
        if single:
            y = y[:, 0]
        elif self.batch_first:
            y = autograd.swapaxes(y, 0, 1)
        y = self.out_proj(y)
        if not need_weights:
            return y, None
        weights = autograd.mean(weights, 1) if average_attn_weights else weights
        return y, weights[0] if single else weights

    def _check(self, query: Any, key: Any, value: Any) -> None:
        sizes = (self.embed_dim, self.kdim, self.vdim)
        shapes = [x.shape for x in (query, key, value)]
        axes = "(batch, length, {0})" if self.batch_first else "(length, batch, {0})"
        batch = 0 if self.batch_first else 1
        fits = all(len(s) == len(shapes[0]) in (2, 3) and s[-1] == n for s, n in zip(shapes, sizes))
        if fits and shapes[1][:-1] == shapes[2][:-1] and (len(shapes[0]) == 2 or shapes[0][batch] == shapes[1][batch]):
            return
        wanted = ", ".join(axes.format(n) for n in sizes)
        raise ValueError(
            f"MultiheadAttention wants query, key and value of shapes {wanted}, key and value of one length, or all "
            f"without batch; got {', '.join(map(str, shapes))}"
        )

    def _projected(self, query: Any, key: Any, value: Any) -> tuple[Any, Any, Any]:
        """Q, K and V: in one product where query, key and value are the same."""
        x, y, z = (v if is_floating(v) else autograd.astype(v, self.out_proj.weight.dtype) for v in (query, key, value))
        weight, bias = self.in_proj_weight, self.in_proj_bias
        if weight is not None and query is key and key is value:
            q, k, v = autograd.split(autograd.linear(x, weight, bias), 3, -1)
            return q, k, v
        weights: Any = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        if weight is not None:
            weights = autograd.split(weight, 3)
        b_q, b_k, b_v = (None, None, None) if bias is None else autograd.split(bias, 3)
        w_q, w_k, w_v = weights
        return autograd.linear(x, w_q, b_q), autograd.linear(y, w_k, b_k), autograd.linear(z, w_v, b_v)

    def _heads(self, x: Any) -> Any:
        """(length, batch, features) as (batch, heads, length, features of a head)."""
        return autograd.transpose(autograd.reshape(x, (*x.shape[:2], self.num_heads, self.head_dim)), (1, 2, 0, 3))

    def _bias(self, padding: Any, mask: Any, is_causal: bool, sizes: tuple[int, int, int], dtype: Any) -> Any:
        """Both masks as numbers to be added to the scores (batch, heads, L, S), or None."""
        batch, length, keys = sizes
        name = "MultiheadAttention"
        bias = None
        if mask is None and is_causal:
            mask = ~np.tri(length, keys, dtype=bool)
        if mask is not None:
            bias = mask_bias(f"{name}, attn_mask", mask, dtype, allowed=False)
            if bias.shape == (batch * self.num_heads, length, keys):
                bias = autograd.reshape(bias, (batch, self.num_heads, length, keys))
            elif bias.shape == (length, keys):
                bias = autograd.reshape(bias, (1, 1, length, keys))
            else:
                raise ValueError(
                    f"{name}: attn_mask of shape {bias.shape}, wanted (L, S) = {(length, keys)} or "
                    f"(N · num_heads, L, S) = {(batch * self.num_heads, length, keys)}"
                )
        if padding is not None:
            more = mask_bias(f"{name}, key_padding_mask", padding, dtype, allowed=False)
            if more.shape != (batch, keys) and not (batch == 1 and more.shape == (keys,)):
                raise ValueError(f"{name}: key_padding_mask of shape {more.shape}, wanted (N, S) = {(batch, keys)}")
            more = autograd.reshape(more, (batch, 1, 1, keys))
            bias = more if bias is None else bias + more
        return bias
