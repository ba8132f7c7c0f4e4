"""`vmap`: a function of one example, applied to a whole batch of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import wraps
from typing import Any

import numpy as np

from autograd import graph
from autograd.batching.values import RANDOMNESS, Batch, batched_in, is_batched, lowered, raised, running
from autograd.ops.joining import concatenate
from autograd.ops.shape import moveaxis
from autograd.tensor import Tensor, wrap
from autograd.tree import flatten, unflatten

__all__ = ["vmap"]

Axes = Any
"""An axis, None, or nested containers of them."""


def vmap(
    fun: Callable[..., Any],
    in_axes: Axes = 0,
    out_axes: Axes = 0,
    randomness: str = "error",
    *,
    in_dims: Axes = 0,
    out_dims: Axes = 0,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The function that applies `fun` to each example of a batch, as one call on the whole batch and not in a loop.

    Inside `fun` an argument has the shape of one example. `in_axes` says along which axis of the arguments the examples
    lie: an integer for all, or a tuple with one entry for each positional argument, where None means that every
    example gets the whole argument; for an argument that is a nested list, tuple or dict, its entry may be such
    containers too. Keyword arguments are not mapped. `out_axes` says in the same way where the examples lie in the
    results; None stands for a result that is the same for all. `in_dims` and `out_dims` are PyTorch's names for the
    two. Results are arrays if all arguments are, else Tensors.

    It nests with itself and with all derivatives: `vmap(grad(f))` computes the gradient of each example, and
    `grad(lambda x: vmap(f)(x).sum())` that of all. `t[i] = v` works on Tensors. A random draw raises unless
    `randomness` is "different" (each example gets its own numbers) or "same". `chunk_size` bounds how many examples
    are computed at once. Operations without a batching rule are run example by example.

    Raises ValueError for mapped axes of different lengths, or none, and TypeError where `fun` asks for a value, as
    `if t > 0` or `t.item()` do: there is one for each example; use `autograd.where`.

    >>> import autograd, numpy as np
    >>> autograd.vmap(lambda x, w: x @ w, in_axes=(0, None))(np.eye(2), np.array([3.0, 4.0]))
    array([3., 4.])
    >>> loss = lambda w, x: (w @ x) ** 2
    >>> autograd.vmap(autograd.grad(loss), in_axes=(None, 0))(np.array([1.0, 2.0]), np.array([[1.0, 0.0], [1.0, 1.0]]))
    array([[2., 0.],
           [6., 6.]])
    """
    in_axes = _one_of("in_axes", in_axes, "in_dims", in_dims)
    out_axes = _one_of("out_axes", out_axes, "out_dims", out_dims)
    if randomness not in RANDOMNESS:
        raise ValueError(f"vmap: randomness must be one of {', '.join(map(repr, RANDOMNESS))}, got {randomness!r}")
    if chunk_size is not None and chunk_size < 1:
        raise ValueError(f"vmap: chunk_size must be at least 1, got {chunk_size}")

    @wraps(fun)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = flatten(args)
        axes = _axes_of_arguments(in_axes, args)
        if not leaves or all(a is None for a in axes):
            raise ValueError(f"vmap: nothing is mapped: in_axes={in_axes!r} for {len(args)} positional arguments")
        size = _size(leaves, axes)
        tensors = any(isinstance(x, Tensor) for x in flatten((args, kwargs))[0])
        whole = [_in_front(x, a) for x, a in zip(leaves, axes, strict=True)]

        def on(start: int, stop: int) -> tuple[list[Any], list[int | None], Any]:
            part = slice(start, stop)
            batch = Batch(stop - start, randomness)
            inputs = [
                _unmapped(x) if a is None else raised(x if stop - start == size else x[part], (batch,))
                for x, a in zip(whole, axes, strict=True)
            ]
            with running(batch), nullcontext() if tensors else graph.running_transform(graph.OF_ARRAYS):
                result = fun(*unflatten(structure, inputs), **kwargs)
                outputs, out_structure = flatten(result)
                places = list(_spread("out_axes", out_axes, result))
                return [_output(o, a, batch) for o, a in zip(outputs, places, strict=True)], places, out_structure

        step = size if chunk_size is None else chunk_size
        chunks = [on(start, min(start + step, size)) for start in range(0, size, step)] if size else [on(0, 0)]
        outputs, places, out_structure = chunks[0]
        if len(chunks) > 1:
            parts = zip(*(c[0] for c in chunks), strict=True)
            outputs = [p[0] if a is None else concatenate(p, a) for p, a in zip(parts, places, strict=True)]
        tensors = tensors or graph.has_listeners()
        return unflatten(out_structure, [_released(o, tensors, leaves) for o in outputs])

    return mapped


def _one_of(name: str, value: Axes, other: str, alias: Axes) -> Axes:
    if alias != 0 and value != 0:
        raise TypeError(f"vmap got both {name} and {other}")
    return value if alias == 0 and type(alias) is int else alias


# --- what goes in -----------------------------------------------------------------------------------------------------


def _axes_of_arguments(in_axes: Axes, args: tuple[Any, ...]) -> list[int | None]:
    if isinstance(in_axes, list | tuple) and len(in_axes) != len(args):
        raise ValueError(f"vmap: in_axes={in_axes!r} has {len(in_axes)} entries for {len(args)} positional arguments")
    return list(_spread("in_axes", tuple(in_axes) if isinstance(in_axes, list) else in_axes, args))


def _spread(name: str, axes: Axes, tree: Any) -> Iterator[int | None]:
    """The axis of each leaf; one that is given for a container counts for all in it."""
    if axes is None or isinstance(axes, int):
        yield from [axes] * len(flatten(tree)[0])
    elif isinstance(axes, dict) and isinstance(tree, dict) and axes.keys() == tree.keys():
        for key, item in tree.items():
            yield from _spread(name, axes[key], item)
    elif isinstance(axes, list | tuple) and isinstance(tree, list | tuple) and len(axes) == len(tree):
        for inner, item in zip(axes, tree, strict=True):
            yield from _spread(name, inner, item)
    else:
        raise ValueError(
            f"vmap: {name}={axes!r} does not fit {flatten(tree)[1]}: it must be an integer, None, or containers of "
            f"them like those it stands for"
        )


def _size(leaves: Sequence[Any], axes: Sequence[int | None]) -> int:
    found: dict[int, str] = {}
    for i, (x, axis) in enumerate(zip(leaves, axes, strict=True)):
        if axis is None:
            continue
        shape = np.shape(x)
        if not -len(shape) <= axis < len(shape):
            raise ValueError(
                f"vmap: leaf {i} of the arguments, of shape {shape}, has no axis {axis} to map over; give it in_axes "
                f"None if it is the same for all examples"
            )
        found.setdefault(shape[axis], f"axis {axis} of leaf {i} of shape {shape}")
    if len(found) > 1:
        raise ValueError(
            f"vmap: the mapped axes must have one length, got {', '.join(f'{n} ({w})' for n, w in found.items())}"
        )
    return next(iter(found))


def _in_front(x: Any, axis: int | None) -> Any:
    """A mapped argument with the examples along its first axis."""
    if axis is None:
        return x
    return moveaxis(x, axis, 0) if axis % x.ndim else x


def _unmapped(x: Any) -> Any:
    """An argument that all examples share; a handle of its own, which the function may update."""
    if isinstance(x, Tensor):
        return wrap(x._data, x._node)
    return wrap(x) if isinstance(x, np.ndarray) and x.dtype.kind in "fiubc" else x


# --- what comes out ---------------------------------------------------------------------------------------------------


def _output(value: Any, axis: int | None, batch: Batch) -> Any:
    """A result of the function for all examples, which lie along `axis`."""
    if not isinstance(value, Tensor | np.ndarray | np.generic | int | float | complex):
        raise TypeError(f"vmap wants a function that returns Tensors, arrays or numbers, got {type(value).__name__}")
    value = value if isinstance(value, Tensor) else np.asarray(value)
    if axis is None:
        held = batched_in(value)
        if held is not None and held.batch is batch:
            raise ValueError("vmap: out_axes is None for a result that differs from example to example; give its axis")
        return value
    whole = lowered(value, (batch,))
    if not -whole.ndim <= axis < whole.ndim:
        raise ValueError(f"vmap: out_axes={axis} for a result of shape {value.shape}: it must lie in ±{whole.ndim}")
    return moveaxis(whole, 0, axis) if axis % whole.ndim else whole


def _released(value: Any, tensors: bool, arguments: Sequence[Any]) -> Any:
    """A result as the caller is to see it; an array of its own."""
    if isinstance(value, Tensor):
        if tensors or value._node is not None or is_batched(value):
            return value
        value = value._data
    elif tensors:
        return wrap(value)
    array = np.asarray(value)
    shared = not array.flags.writeable or any(
        isinstance(x, np.ndarray) and np.may_share_memory(array, x) for x in arguments
    )
    return (array.copy() if shared else array) if array.ndim else array[()]
