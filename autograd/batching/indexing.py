"""Batching rules of reading and writing at an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.batching.calls import Call, Rule, led, loop
from autograd.batching.values import ValuesAskedError, moved_axis
from autograd.ops.indexing import AT
from autograd.ops.selection import where
from autograd.ops.shape import broadcast_to_, reshape_
from autograd.primitive import general_call, registry

ALL = slice(None)


def _parts(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def _static(rule: Rule) -> Rule:
    """For an index without arrays: a slice in front of it runs over the batch."""
    return lambda c: loop(c) if any(isinstance(i, bool) for i in _parts(c["index"])) else rule(c)


def _getitem(c: Call) -> Any:
    return c.again(c.args, index=(ALL, *_parts(c["index"])))


def _place(c: Call) -> Any:
    return c.again(c.args, index=(ALL, *_parts(c["index"])), shape=(c.size, *c["shape"]))


def _setitem(c: Call) -> Any:
    index = _parts(c["index"])
    ndim = np.broadcast_to(np.int8(0), c.shape(0))[index].ndim
    return c.again([c.full()[0], _fitted(c, 1, ndim)], index=(ALL, *index))


def _fitted(c: Call, i: int, ndim: int) -> Any:
    """A value to be assigned, which may have surplus leading axes of length 1, with as many axes as its place."""
    a, shape = c.args[i], c.shape(i)
    if len(shape) > ndim:
        shape = shape[len(shape) - ndim :]
        a = c.reshaped(a, *shape) if c.batched[i] else reshape_(a, shape)
    return led(a, ndim) if c.batched[i] else a


# --- with arrays ------------------------------------------------------------------------------------------------------


class _Plan:
    """Where the axes of an index with arrays stand in its result, which has `ndim` axes: `count` of them at `start`.

    NumPy puts them where the arrays stand in the index, but in front if something stands between the arrays.
    """

    def __init__(self, rest: tuple[Any, ...], key_shape: tuple[int, ...], mask: bool, x_ndim: int) -> None:
        self.several = rest.count(AT) > 1
        self.count = 1 if mask else len(key_shape) - self.several
        advanced = [k for k, r in enumerate(rest) if r is AT or isinstance(r, int)]
        adjacent = advanced[-1] - advanced[0] + 1 == len(advanced)
        taken = len(key_shape) if mask else 1
        used = sum(taken if r is AT else 1 for r in rest if r is not None and r is not Ellipsis)
        if Ellipsis not in rest:
            rest = (*rest, Ellipsis)
        width = {None: 1, Ellipsis: x_ndim - used}
        before = [width[r] if r is None or r is Ellipsis else 1 for r in rest[: advanced[0]]]
        free = [width[r] if r is None or r is Ellipsis else 1 for r in rest if not (r is AT or isinstance(r, int))]
        self.start = sum(before) if adjacent else 0
        self.ndim = self.count + sum(free)


def _array_rule(rule: Callable[[Call, Any, _Plan, int], Any], x: int, keys: int) -> Rule:
    """For an index with arrays, argument `keys`; `x` is the argument or, by its shape, the parameter indexed into."""

    def applied(c: Call) -> Any:
        if any(isinstance(r, bool) for r in c["rest"]):
            return loop(c)
        ndim = c.ndim(x) if x >= 0 else len(c["shape"])
        mask = c.args[keys].dtype.kind == "b"
        if mask and c.batched[keys]:
            if c.p.name == "put_at" and c.ndim(1) == 0 and c["rest"] == (AT,):
                return _fill(c)
            raise ValuesAskedError(
                "a mask that differs from example to example selects a varying number of elements, which vmap cannot "
                "put into one array; use autograd.where(mask, x, other), or assign a single number: x[mask] = 0"
            )
        return rule(c, c.args[keys], _Plan(c["rest"], c.shape(keys), mask, ndim), keys)

    return applied


def _fill(c: Call) -> Any:
    """x[mask] = number."""
    x, value, mask = c.full()
    ndim = c.ndim(0)
    mask = c.reshaped(mask, *c.shape(2), *(1,) * (ndim - c.ndim(2)))
    value = led(value, ndim)
    return where(mask, value if value.dtype == x.dtype else value.astype(x.dtype), x)


def _with_batch(c: Call, keys: Any, plan: _Plan, batched: bool) -> Any:
    """Index arrays with one more in front that runs over the examples."""
    if not batched:
        keys = broadcast_to_(keys, (c.size, *keys.shape))
    if not plan.several:
        keys = reshape_(keys, (keys.shape[0], 1, *keys.shape[1:]))
    shape = keys.shape[2:]
    numbers = np.broadcast_to(np.arange(c.size).reshape(-1, *(1,) * len(shape)), (c.size, *shape))
    return general_call(registry["concatenate"], (numbers[None], moved_axis(keys, 0, 1)), (0,))


def _out_of_front(out: Any, plan: _Plan) -> Any:
    """A result (batch, index axes, others) with the index axes where they belong."""
    order = list(range(1 + plan.count, out.ndim))
    order[plan.start : plan.start] = range(1, 1 + plan.count)
    return _transposed(out, (0, *order))


def _to_front(x: Any, plan: _Plan) -> Any:
    """The inverse of `_out_of_front`."""
    order = list(range(1, x.ndim))
    own = order[plan.start : plan.start + plan.count]
    return _transposed(x, (0, *own, *(a for a in order if a not in own)))


def _transposed(x: Any, order: tuple[int, ...]) -> Any:
    return x if order == tuple(range(x.ndim)) else general_call(registry["transpose"], (x,), (order,))


def _index_at(c: Call, keys: Any, plan: _Plan, at: int) -> Any:
    if not c.batched[at]:
        out = c.again(c.args, rest=(ALL, *c["rest"]))
        return moved_axis(out, plan.count, 0) if _ahead(c, plan) else out
    if not c.batched[0]:
        if plan.several:
            keys = moved_axis(keys, 0, 1)
        return moved_axis(c.again([c.args[0], keys]), plan.start, 0)
    return _out_of_front(c.again([c.args[0], _with_batch(c, keys, plan, True)], rest=(AT, *c["rest"])), plan)


def _ahead(c: Call, plan: _Plan) -> bool:
    """Whether NumPy puts the index axes in front, even of a batch axis that is not indexed."""
    advanced = [k for k, r in enumerate(c["rest"]) if r is AT or isinstance(r, int)]
    return advanced[-1] - advanced[0] + 1 > len(advanced)


def _scatter_at(c: Call, keys: Any, plan: _Plan, at: int) -> Any:
    shape = (c.size, *c["shape"])
    x = c.full()[0]
    if not c.batched[at]:
        x = moved_axis(x, 0, plan.count) if _ahead(c, plan) else x
        return c.again([x, keys], rest=(ALL, *c["rest"]), shape=shape)
    return c.again([_to_front(x, plan), _with_batch(c, keys, plan, True)], rest=(AT, *c["rest"]), shape=shape)


def _put_at(c: Call, keys: Any, plan: _Plan, at: int) -> Any:
    x = c.full()[0]
    value = _fitted(c, 1, plan.ndim)
    if not c.batched[at] and not _ahead(c, plan):
        return c.again([x, value, keys], rest=(ALL, *c["rest"]))
    if np.ndim(value):
        value = value if c.batched[1] else reshape_(value, (1, *value.shape))
        value = _to_front(led(value, plan.ndim), plan)
    if not c.batched[at]:
        value = moved_axis(value, 0, plan.count) if np.ndim(value) else value
        return c.again([x, value, keys], rest=(ALL, *c["rest"]))
    return c.again([x, value, _with_batch(c, keys, plan, True)], rest=(AT, *c["rest"]))


def _last_writes(c: Call, keys: Any, plan: _Plan, at: int) -> Any:
    out = c.again([_with_batch(c, keys, plan, True)], rest=(AT, *c["rest"]), shape=(c.size, *c["shape"]))
    return _out_of_front(out, plan)


def _join_keys(c: Call) -> Any:
    if any(b and a.dtype.kind == "b" for a, b in zip(c.args, c.batched, strict=True)):
        raise ValuesAskedError(
            "a mask that differs from example to example selects a varying number of elements, which vmap cannot put "
            "into one array; use autograd.where(mask, x, other)"
        )
    ndim = max(1 if a.dtype.kind == "b" else c.ndim(i) for i, a in enumerate(c.args))
    return moved_axis(c.again([led(a, ndim) if b else a for a, b in zip(c.args, c.batched, strict=True)]), 1, 0)


def _embedding(c: Call) -> Any:
    if not c.batched[0]:
        return c.again(c.args)
    weight, indices = c.full()
    keys = _with_batch(c, indices, _Plan((AT,), c.shape(1), False, 2), True)
    return general_call(registry["index_at"], (weight, keys), ((AT, AT),))


def _add_rows(c: Call) -> Any:
    x, indices = c.full()
    keys = _with_batch(c, indices, _Plan((AT,), c.shape(1), False, 2), True)
    return general_call(registry["scatter_at"], (x, keys), ((AT, AT), (c.size, c["count"], x.shape[-1])))


INDEXING: dict[str, Rule] = {
    "add_rows": _add_rows,
    "embedding": _embedding,
    "getitem": _static(_getitem),
    "index_at": _array_rule(_index_at, 0, 1),
    "join_keys": _join_keys,
    "last_writes": _array_rule(_last_writes, -1, 0),
    "place": _static(_place),
    "put_at": _array_rule(_put_at, 0, 2),
    "scatter_at": _array_rule(_scatter_at, -1, 1),
    "setitem": _static(_setitem),
}
