"""Calls of primitives on whole batches, and the batching rules that many primitives share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.batching.values import Batch, lowered, moved_axis, raised
from autograd.ops.shape import broadcast_to_, reshape_, transpose_
from autograd.primitive import Primitive, general_call, registry

AXES = ("axis", "axis1", "axis2", "axes")
"""Parameters that name axes."""


class Call:
    """A call of a primitive as `vmap` sees it: `args` have the batch axis in front where `batched` says so."""

    __slots__ = ("args", "batch", "batched", "p", "params", "size")

    def __init__(
        self, p: Primitive, batch: Batch, args: Sequence[Any], batched: Sequence[bool], params: tuple[Any, ...]
    ) -> None:
        self.p, self.batch, self.args, self.batched, self.params = p, batch, args, batched, params
        self.size = batch.size

    def __getitem__(self, name: str) -> Any:
        """A parameter."""
        return self.params[self.p.params.index(name)]

    def shape(self, i: int = 0) -> tuple[int, ...]:
        """The shape of one example of an argument."""
        shape: tuple[int, ...] = getattr(self.args[i], "shape", ())
        return shape[1:] if self.batched[i] else shape

    def ndim(self, i: int = 0) -> int:
        """The number of axes of one example of an argument."""
        return len(self.shape(i))

    def again(self, args: Sequence[Any], **changed: Any) -> Any:
        """The call with other arguments and some parameters changed."""
        params = self.params
        if changed:
            params = tuple([changed.get(n, v) for n, v in zip(self.p.params, params)])
        return general_call(self.p, tuple(args), params)

    def full(self) -> list[Any]:
        """All arguments with a batch axis: those without are repeated, which takes no memory."""
        whole = []
        for a, batched in zip(self.args, self.batched, strict=True):
            if not batched:
                a = a if hasattr(a, "dtype") else np.asarray(a)
                a = broadcast_to_(a, (self.size, *a.shape))
            whole.append(a)
        return whole

    def composed(self, function: Callable[..., Any]) -> Any:
        """What a function made of other primitives gives for each example."""
        args = [raised(a, (self.batch,)) if b else a for a, b in zip(self.args, self.batched, strict=True)]
        return lowered(function(*args, *self.params), (self.batch,))

    def reshaped(self, x: Any, *shape: int) -> Any:
        """x in another shape behind the batch axis."""
        return reshape_(x, (self.size, *shape))


Rule = Callable[[Call], Any]


# --- what derives from the declaration, or serves many ----------------------------------------------------------------


def elementwise(c: Call) -> Any:
    """Operands broadcast from the right: batched ones get axes of length 1 behind the batch axis."""
    args, batched = c.args, c.batched
    if len(args) == 1:
        return c.again(args)
    ndim = max(map(c.ndim, range(len(args))))
    return c.again([led(a, ndim) if b else a for a, b in zip(args, batched)])


def repeated(c: Call) -> Any:
    """`elementwise` where not every operand counts for the shape of the result."""
    ndim = max(map(c.ndim, range(len(c.args))))
    return c.again([led(a, ndim) for a in c.full()])


def led(a: Any, ndim: int) -> Any:
    """A batch of arrays with axes of length 1 in front of each, so that each has `ndim`."""
    missing = ndim + 1 - a.ndim
    return a if missing <= 0 else reshape_(a, (a.shape[0], *(1,) * missing, *a.shape[1:]))


def stacked(c: Call) -> Any:
    """For what treats leading axes as a stack: the same call on all arguments with a batch axis."""
    return c.again(c.full())


def shifted(c: Call) -> Any:
    """For parameters that name axes or give a shape: axes move by one, shapes get the batch axis."""
    changed: dict[str, Any] = {}
    ndim = c.ndim()
    if "shape" in c.p.params:
        changed["shape"] = (c.size, *c["shape"])
        ndim = len(c["shape"])
    for name in AXES:
        if name in c.p.params:
            changed[name] = behind_batch(c[name], ndim)
    return c.again(c.full(), **changed)


def behind_batch(axis: Any, ndim: int) -> Any:
    """An axis, axes, or None for all of them, counted with the batch axis in front."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, tuple):
        return tuple([a + 1 if a >= 0 else a for a in axis])
    return axis + 1 if axis >= 0 else axis


def folded(c: Call) -> Any:
    """For arguments and results whose first axis counts examples already: the batch becomes part of it."""
    n = c.shape()[0]
    args = [reshape_(a, (a.shape[0] * a.shape[1], *a.shape[2:])) for a in c.full()]
    changed = {"shape": (c.size * c["shape"][0], *c["shape"][1:])} if "shape" in c.p.params else {}
    out = c.again(args, **changed)
    if c.p.outputs == 1:
        return c.reshaped(out, n, *out.shape[1:])
    return tuple(c.reshaped(o, n, *o.shape[1:]) for o in out)


def channelwise(c: Call) -> Any:
    """For arrays (N, C, *spatial) and vectors (C,): the batch becomes part of the channels, which are independent."""

    def fold(a: Any) -> Any:
        if a.ndim > 2:
            a = moved_axis(a, 0, 1)
            return reshape_(a, (a.shape[0], a.shape[1] * a.shape[2], *a.shape[3:]))
        return reshape_(a, (a.shape[0] * a.shape[1],))

    def unfold(a: Any) -> Any:
        return split_channels(a, c.size) if a.ndim > 1 else c.reshaped(a, a.shape[0] // (c.size or 1))

    out = c.again(list(map(fold, c.full())))
    return unfold(out) if c.p.outputs == 1 else tuple(map(unfold, out))


def split_channels(a: Any, size: int) -> Any:
    """(N, size · C, *spatial) as (size, N, C, *spatial)."""
    return moved_axis(reshape_(a, (a.shape[0], size, a.shape[1] // (size or 1), *a.shape[2:])), 1, 0)


def per_channel(c: Call) -> Any:
    """`channelwise` where the vectors are batched; else the batch becomes part of N, which needs no copy."""
    vectors = [b for i, b in enumerate(c.batched) if c.ndim(i) == 1]
    if any(vectors):
        return channelwise(c)
    n = c.shape()[0]
    whole = c.full()
    images = [c.ndim(i) > 1 for i in range(len(whole))]
    out = c.again([reshape_(w, (c.size * n, *w.shape[2:])) if i else a for w, a, i in zip(whole, c.args, images)])
    return c.reshaped(out, n, *out.shape[1:])


# --- what has no rule -------------------------------------------------------------------------------------------------


def loop(c: Call) -> Any:
    """One call for each example, and the results stacked: for primitives without a batching rule."""
    if c.size == 0:
        return _empty(c)
    results = [c.again([a[i] if b else a for a, b in zip(c.args, c.batched, strict=True)]) for i in range(c.size)]
    if c.p.outputs == 1:
        return _stack(c, results)
    return tuple(_stack(c, parts) for parts in zip(*results, strict=True))


def _stack(c: Call, results: Sequence[Any]) -> Any:
    shapes = {np.shape(r) for r in results}
    if len(shapes) > 1:
        raise ValueError(
            f"vmap: {c.p.name} gives results of different shapes for the examples of the batch, "
            f"{', '.join(map(str, sorted(shapes)))}; they cannot be one array. Use autograd.where with a mask, or a "
            f"loop instead of vmap"
        )
    return general_call(registry["stack"], tuple(results), (0,))


def _empty(c: Call) -> Any:
    """The result for no examples, shaped like that for zeros."""
    zeros = [np.zeros(a.shape[1:], a.dtype) if b else a for a, b in zip(c.args, c.batched, strict=True)]
    out = c.again(zeros)
    if c.p.outputs == 1:
        return np.zeros((0, *np.shape(out)), out.dtype)
    return tuple(np.zeros((0, *np.shape(o)), o.dtype) for o in out)


def known_shape(shape: tuple[int, ...], given: tuple[int, ...]) -> tuple[int, ...]:
    """A shape with -1 replaced by the length that is meant."""
    if -1 not in shape:
        return shape
    rest = -math.prod(shape)
    return tuple(math.prod(given) // rest if n == -1 else n for n in shape)


def transposed(x: Any) -> Any:
    """The last two axes exchanged."""
    order = (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2)
    return transpose_(x, order)
