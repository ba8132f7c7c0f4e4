"""The batching rules: how a call on each example becomes one call on the whole batch.

Elementwise primitives need none. The others stand in `RULES`; a primitive that does not is run example by example.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from autograd import graph
from autograd.batching.calls import (
    Call,
    Rule,
    channelwise,
    elementwise,
    folded,
    known_shape,
    led,
    loop,
    per_channel,
    repeated,
    shifted,
    split_channels,
    stacked,
    transposed,
)
from autograd.batching.indexing import INDEXING
from autograd.batching.values import Batch, Batched, batched_in, moved_axis
from autograd.ops.arithmetic import add, multiply
from autograd.ops.linalg import matmul
from autograd.ops.rearranging import flip_
from autograd.ops.reductions import sum_
from autograd.ops.shape import matrix_transpose, reshape_, transpose_
from autograd.primitive import Primitive, general_call, registry
from autograd.tensor import Tensor, wrap

# --- shapes -----------------------------------------------------------------------------------------------------------


def _reshape(c: Call) -> Any:
    return c.reshaped(c.args[0], *known_shape(tuple(c["shape"]), c.shape()))


def _transpose(c: Call) -> Any:
    ndim = c.ndim()
    axes = range(ndim)[::-1] if c["axes"] is None else [a % ndim for a in c["axes"]]
    return transpose_(c.args[0], (0, *(a + 1 for a in axes)))


def _broadcast_to(c: Call) -> Any:
    return c.again([led(c.args[0], len(c["shape"]))], shape=(c.size, *c["shape"]))


def _sum_to(c: Call) -> Any:
    shape = tuple(c["shape"])
    kept = (c.size, *(1,) * (c.ndim() - len(shape)), *shape)
    return c.reshaped(c.again(c.args, shape=kept), *shape)


def _padded(c: Call) -> Any:
    return c.again(c.args, widths=((0, 0), *c["widths"]))


def _roll(c: Call) -> Any:
    if c["axis"] is not None:
        return shifted(c)
    x = c.reshaped(c.args[0], -1 if c.size else 0)
    return c.reshaped(c.again([x], axis=(1,), shift=(c["shift"],)), *c.shape())


def _position(c: Call) -> Any:
    if c["axis"] is not None:
        return shifted(c)
    flat = c.again([c.reshaped(c.args[0], int(np.prod(c.shape())))], axis=1, keepdims=False)
    return c.reshaped(flat, *(1,) * c.ndim()) if c["keepdims"] else flat


# --- products ---------------------------------------------------------------------------------------------------------


def _matmul(c: Call) -> Any:
    (x, y), (x_batched, y_batched), nx, ny = c.args, c.batched, c.ndim(0), c.ndim(1)
    if not y_batched and ny <= 2:
        if nx == 2 and ny == 2:  # one product of larger matrices
            out = matmul(reshape_(x, (c.size * x.shape[1], x.shape[2])), y)
            return c.reshaped(out, x.shape[1], y.shape[1])
        return matmul(x, y)
    if not x_batched and nx <= 2 and ny <= 2:
        if ny == 1:
            return matmul(y, x if nx == 1 else transposed(x))
        return matmul(x, y)
    ndim = max(nx, ny, 2)
    x = _as_matrix(c, 0, -2, ndim)
    y = _as_matrix(c, 1, -1, ndim)
    out = matmul(x, y)
    if nx == 1:
        out = reshape_(out, (*out.shape[:-2], out.shape[-1]))
    return reshape_(out, out.shape[:-1]) if ny == 1 else out


def _as_matrix(c: Call, i: int, place: int, ndim: int) -> Any:
    """An operand with at least two axes an example, and if batched with as many as the other has."""
    a = c.args[i]
    if c.ndim(i) == 1:
        a = reshape_(a, (*a.shape[:-1], 1, a.shape[-1]) if place == -2 else (*a.shape, 1))
    return led(a, ndim) if c.batched[i] else a


def _affine(c: Call) -> Any:
    if not any(c.batched[1:]):
        return c.again(c.args)
    return c.composed(lambda x, weight, bias: add(matmul(x, matrix_transpose(weight)), bias))


def _einsum(c: Call) -> Any:
    inputs, result = c["subscripts"].split("->")
    label = next(a for a in _LETTERS if a not in inputs)
    terms = [label + t if b else t for t, b in zip(inputs.split(","), c.batched)]
    return c.again(c.args, subscripts=f"{','.join(terms)}->{label}{result}")


def _on_diagonals(c: Call) -> Any:
    label = next(a for a in _LETTERS if a not in c["term"])
    return c.again(c.args, term=label + c["term"], shape=(c.size, *c["shape"]))


_LETTERS = "ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcba"


def _weighted_sum(c: Call) -> Any:
    def total(*terms: Any) -> Any:
        k = len(terms) // 2
        products = [multiply(w, x) for w, x in zip(terms[:k], terms[k:-1])]
        return reduce(add, products, terms[-1])

    return c.composed(total)


# --- convolution and normalization ------------------------------------------------------------------------------------


def _into_channels(c: Call, i: int) -> Any:
    """An argument (N, C, *spatial), or a weight (C_out, C_in, *kernel), with the batch made part of the channels."""
    a = c.full()[i]
    if i == 1 and c.p.name != "convolution_weight":
        return reshape_(a, (c.size * a.shape[1], *a.shape[2:]))
    a = moved_axis(a, 0, 1)
    return reshape_(a, (a.shape[0], c.size * a.shape[2], *a.shape[3:]))


def _convolution(c: Call) -> Any:
    if not c.batched[1]:
        n = c.shape()[0]
        out = c.again([reshape_(c.args[0], (c.size * n, *c.shape()[1:])), c.args[1]])
        return c.reshaped(out, n, *out.shape[1:])
    if c["groups"] == 1 and not c.batched[0]:
        return split_channels(c.again([c.args[0], _into_channels(c, 1)]), c.size)
    out = c.again([_into_channels(c, 0), _into_channels(c, 1)], groups=c.size * c["groups"])
    return split_channels(out, c.size)


def _convolution_input(c: Call) -> Any:
    n, channels, *spatial = c["shape"]
    if not c.batched[1]:
        folded_y = reshape_(c.args[0], (c.size * c.shape()[0], *c.shape()[1:]))
        return c.reshaped(c.again([folded_y, c.args[1]], shape=(c.size * n, channels, *spatial)), *c["shape"])
    shape = (n, c.size * channels, *spatial)
    args = [_into_channels(c, 0), _into_channels(c, 1)]
    return split_channels(c.again(args, shape=shape, groups=c.size * c["groups"]), c.size)


def _convolution_weight(c: Call) -> Any:
    shape = (c.size * c["shape"][0], *c["shape"][1:])
    args = [_into_channels(c, 0), _into_channels(c, 1)]
    return c.reshaped(c.again(args, shape=shape, groups=c.size * c["groups"]), *c["shape"])


def _normalized(c: Call) -> Any:
    """For x (N, C, …), normalized for each n, and vectors (C,) that scale and shift it afterwards."""
    x, *vectors = c.full()
    own = any(c.batched[1:])
    plain = [np.full(v.shape[1:], 1 - i, x.dtype) for i, v in enumerate(vectors)] if own else c.args[1:]
    out = c.again([reshape_(x, (c.size * x.shape[1], *x.shape[2:])), *plain])
    y, *moments = out if c.p.outputs > 1 else (out,)
    y = reshape_(y, x.shape)
    if own:
        for operation, v in zip((multiply, add), vectors):
            y = operation(y, c.reshaped(v, 1, *v.shape[1:], *(1,) * (x.ndim - 3)))
    return (y, *(c.reshaped(m, x.shape[1], *m.shape[1:]) for m in moments)) if moments else y


def _normalized_pull(c: Call) -> Any:
    """For an adjoint and x (N, C), and vectors (C,) by which the adjoint is multiplied first."""
    y, x, weight = c.full()
    y = multiply(y, c.reshaped(weight, 1, weight.shape[1]))
    rows = (c.size * x.shape[1], x.shape[2])
    return reshape_(c.again([reshape_(y, rows), reshape_(x, rows), np.ones(rows[1], x.dtype)]), x.shape)


def _normalized_sum(c: Call) -> Any:
    """For an adjoint y and x (N, C): the rows of all examples are normalized at once, and summed example by example."""
    y, x = c.full()
    count, width = x.shape[1:]
    name = c.p.name.removesuffix("_sum")
    vectors = (np.ones(width, x.dtype), np.zeros(width, x.dtype))[: 2 if name == "layer_norm" else 1]
    rows = general_call(registry[name], (reshape_(x, (c.size * count, width)), *vectors), c.params)
    return sum_(multiply(y, reshape_(rows, x.shape)), (1,), False)


def _vector_convolution(c: Call) -> Any:
    """Each example is a channel of its own."""
    x, y = c.full()
    if c.p.name == "full_convolution":
        y, pad = flip_(y, (1,)), y.shape[1] - 1
    else:
        pad = 0
    x, y = reshape_(x, (1, *x.shape)), reshape_(y, (c.size, 1, y.shape[1]))
    out = general_call(registry["convolution"], (x, y), ((1,), ((pad, pad),), (1,), c.size))
    return reshape_(out, out.shape[1:])


def _recurrent(weights: Sequence[int]) -> Rule:
    """The rows of all examples side by side, sequence by sequence, so that the longest still come first.

    `weights` are the arguments that are no rows.
    """

    def rule(c: Call) -> Any:
        rows = [i not in weights for i in range(len(c.args))]
        if any(b and not r for b, r in zip(c.batched, rows, strict=True)):
            return loop(c)

        def fold(a: Any) -> Any:
            a = moved_axis(a, 0, 1)
            return reshape_(a, (a.shape[0] * c.size, *a.shape[2:]))

        def unfold(a: Any) -> Any:
            return moved_axis(reshape_(a, (a.shape[0] // (c.size or 1), c.size, *a.shape[1:])), 1, 0)

        args = [fold(f) if r else a for f, a, r in zip(c.full(), c.args, rows, strict=True)]
        out = c.again(args, batch_sizes=tuple([n * c.size for n in c["batch_sizes"]]))
        return unfold(out) if c.p.outputs == 1 else tuple(map(unfold, out))

    return rule


# --- tables -----------------------------------------------------------------------------------------------------------


def _if_unbatched(i: int, rule: Rule) -> Rule:
    """The rule, provided that an argument is the same for all examples."""
    return lambda c: loop(c) if c.batched[i] else rule(c)


def _same(c: Call) -> Any:
    return c.again(c.args)


SHIFTED = (
    "sum spread mean tie_shares max min var std any all count_nonzero softmax softmax_pull log_softmax "
    "log_softmax_pull logsumexp norm_2 norm_p prod cumsum cumprod argsort split unstack concatenate stack "
    "take_along_axis add_along_axis flip diagonal from_diagonal "
    "trace unwrap windows add_windows argpartition nanmax nanmin present_shares dft idft rdft irdft "
    "mode_positions median_positions cummax_positions cummin_positions logcumsumexp scatter_extremum shares_of_self "
    "shares_of_source"
)
STACKED = (
    "clone astype tril triu one_hot less_than_probability dropout inv det slogdet cholesky qr complement eigh eigvalsh "
    "eig svd svdvals cofactors matrix_exp pinv matrix_rank view_as_real view_as_complex hermitian_part "
    "weighted_positions lu sqrtm logm sici shichi fresnel airy"
)
FOLDED = (
    "dot_rows softmax_cross_entropy softmax_cross_entropy_pull max_pool max_pool_index max_pool_pull pool_gather "
    "pool_scatter avg_pool avg_pool_spread window_sum local_response_norm"
)
RULES: dict[str, Rule] = {
    **dict.fromkeys(SHIFTED.split(), shifted),
    **dict.fromkeys(STACKED.split(), stacked),
    **dict.fromkeys(FOLDED.split(), folded),
    **dict.fromkeys(("sum_channels", "dot_channels", "batch_norm"), channelwise),
    **dict.fromkeys(("shift_channels", "affine_channels", "mix_channels"), per_channel),
    **dict.fromkeys(("layer_norm", "rms_norm", "group_norm"), _normalized),
    **dict.fromkeys(("layer_norm_pull", "rms_norm_pull"), _normalized_pull),
    **dict.fromkeys(("layer_norm_sum", "rms_norm_sum"), _normalized_sum),
    **dict.fromkeys(("argmax", "argmin"), _position),
    **dict.fromkeys(("crop", "zero_pad"), _padded),
    **dict.fromkeys(("full_convolution", "valid_correlation"), _vector_convolution),
    **dict.fromkeys(("rnn", "lstm", "gru"), _recurrent((1, 2, 3, 4, 7))),
    "rnn_pull": _recurrent((3,)),
    **dict.fromkeys(("lstm_pull", "gru_pull"), _recurrent((4,))),
    **dict.fromkeys(("guarded_divide", "attention_weights", "attention", "attention_pull"), repeated),
    **dict.fromkeys(("solve", "solve_triangular"), elementwise),
    **INDEXING,
    "affine": _affine,
    "broadcast_to": _broadcast_to,
    "convolution": _convolution,
    "convolution_input": _convolution_input,
    "convolution_weight": _convolution_weight,
    "einsum": _einsum,
    "matmul": _matmul,
    "on_diagonals": _on_diagonals,
    "reshape": _reshape,
    "roll": _roll,
    "searchsorted": _if_unbatched(0, _same),
    "sum_to": _sum_to,
    "transpose": _transpose,
    "weighted_sum": _weighted_sum,
}
"""The rule of each primitive that is not elementwise, by name."""

_rules: dict[Primitive, Rule] = {}


def rule_of(p: Primitive) -> Rule:
    """The batching rule of a primitive: its own, the one derived for elementwise ones, or the loop."""
    derived = elementwise if p.elementwise else loop
    return RULES.get(p.name, derived) if registry.get(p.name) is p else derived


def call(batch: Batch, p: Primitive, args: Sequence[Any], params: tuple[Any, ...]) -> Any:
    """A call with Tensors of this batch: the batching rule on whole batches, its results for one example each."""
    rule = _rules.get(p)
    if rule is None:
        rule = _rules[p] = rule_of(p)
    listened = graph.has_listeners()
    whole, batched = [], []
    for a in args:
        held = batched_in(a)
        own = held is not None and held.batch is batch
        if own:
            value = held.value  # type: ignore[union-attr]
            # Tensors where something looks on; bare arrays are quicker.
            a = value if a._node is None and type(value) is not Batched and not listened else wrap(value, a._node)
        whole.append(a)
        batched.append(own)
    out = rule(Call(p, batch, whole, batched, params))
    if p.outputs > 1:
        return tuple(_wrapped(batch, o) for o in out)
    return _wrapped(batch, out)


def _wrapped(batch: Batch, out: Any) -> Tensor:
    if isinstance(out, Tensor):
        return wrap(Batched(batch, out._data), out._node)
    return wrap(Batched(batch, out))
