"""All derivatives of array-valued functions: `jacobian`, in reverse (`jacrev`) or forward mode (`jacfwd`), `hessian`.

The function is run once. The unit directions then pass through its graph all at once, as the examples of a batch; only
where something asks for their values (a hook, a rule that leaves NumPy), one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.analytic import complex_column, complex_row, want_analytic
from autograd.backward import handed_out, owned
from autograd.batching.sweep import can_sweep, sweep_many
from autograd.batching.values import Batch, ValuesAskedError, lowered, raised, running
from autograd.forward import Tape
from autograd.level import Level, is_tracked
from autograd.ops.joining import concatenate_, stack
from autograd.ops.shape import moveaxis, reshape_
from autograd.tensor import Tensor, wrap
from autograd.tree import unflatten

__all__ = ["hessian", "jacfwd", "jacobian", "jacrev"]

Argnum = int | Sequence[int]
Sweep = Callable[[np.ndarray], list[Any]]
Derivatives = Callable[[list[Any]], list[Any]]
MOST = 1 << 25
"""How many elements the results of one sweep may have, unless `chunk_size` is given."""


def jacobian(
    fun: Callable[..., Any], argnum: Argnum = 0, mode: str = "reverse", chunk_size: int | None = None
) -> Callable[..., Any]:
    """The function that computes all derivatives of an array-valued function: shape `result.shape + argument.shape`.

    `mode="reverse"` carries one direction per element of the result back to the argument, `mode="forward"` one per
    element of the argument to the result: all at once, or at most `chunk_size` at a time, which takes less memory. For
    nested containers the Jacobian has the structure of the result, with that of the argument at each of its leaves.

    For an analytic function of complex numbers it holds the complex derivatives; for real results of complex arguments
    ∂f/∂a - i·∂f/∂b as `grad` does; for complex results of real arguments ∂f/∂x. A complex result that is not analytic
    in a complex argument has no such matrix, and raises TypeError.

    >>> import autograd, numpy as np
    >>> autograd.jacobian(lambda x: x * x[::-1])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 4., 0.],
           [3., 0., 1.]])
    """
    if mode == "forward":
        return jacfwd(fun, argnum, chunk_size)
    if mode == "reverse":
        return jacrev(fun, argnum, chunk_size)
    raise ValueError(f"jacobian: mode must be 'reverse' or 'forward', got {mode!r}")


def jacrev(fun: Callable[..., Any], argnum: Argnum = 0, chunk_size: int | None = None) -> Callable[..., Any]:
    """`jacobian` in reverse mode: cheap for few results of many arguments.

    >>> import autograd, numpy as np
    >>> autograd.jacrev(np.square)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    @wraps(fun)
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        level = Level("jacobian", args, kwargs, argnum)
        level.run(fun)
        chunk = 1 if any(n.meta is not None and n.meta.hooks for n in level.order) else chunk_size
        blocks = []
        for k, output in enumerate(level.outputs):
            want_analytic(level, lambda g: level.pull(g, retain_graph=True), level.outputs, k, level.inputs)
            derivatives = lambda adjoints, k=k: complex_row(level, adjoints, k)
            plain = _plain_sweep(level, output)
            found = _in_all_directions(derivatives, level, level.outputs, k, level.inputs, chunk, plain)
            shapes = [output.shape + t.shape for t in level.inputs]
            blocks.append([reshape_(d, s) if s and d.shape != s else d for d, s in zip(found, shapes, strict=True)])
        return unflatten(level.out_structure, map(level.arranged, blocks))

    return jacobian_of


def jacfwd(fun: Callable[..., Any], argnum: Argnum = 0, chunk_size: int | None = None) -> Callable[..., Any]:
    """`jacobian` in forward mode: cheap for many results of few arguments.

    >>> import autograd, numpy as np
    >>> autograd.jacfwd(np.square)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    @wraps(fun)
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        level = Level("jacobian", args, kwargs, argnum)
        tape = Tape(level, fun)
        blocks: list[list[Any]] = [[] for _ in level.outputs]
        for k, t in enumerate(level.inputs):
            want_analytic(level, tape.push, level.inputs, k, level.outputs)
            derivatives = lambda tangents, k=k: complex_column(tape, tangents, k)
            found = _in_all_directions(derivatives, level, level.inputs, k, level.outputs, chunk_size)
            for block, d, output in zip(blocks, found, level.outputs, strict=True):
                shape = output.shape + t.shape
                block.append(reshape_(moveaxis(d, 0, -1), shape) if shape else d)
        return unflatten(level.out_structure, map(level.arranged, blocks))

    return jacobian_of


def hessian(fun: Callable[..., Any], argnum: Argnum = 0, chunk_size: int | None = None) -> Callable[..., Any]:
    """The function that computes the second derivatives: shape `result.shape + argument.shape + argument.shape`.

    At most `chunk_size` rows of it are computed at a time.

    >>> import autograd, numpy as np
    >>> autograd.hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    return jacobian(jacobian(fun, argnum), argnum, chunk_size=chunk_size)


def _plain_sweep(level: Level, output: Any) -> Sweep | None:
    """The sweep on bare arrays from a result, where nothing is in its way."""
    dtypes = {t.dtype.kind for t in (output, *level.inputs)}
    if level.lifts(()) or "c" in dtypes or not is_tracked(output) or not can_sweep(level.order):
        return None
    if output._node not in level.order:
        return None

    def sweep(units: np.ndarray) -> list[Any]:
        found, delivered = sweep_many(level.order, output._node, units, level.nodes), handed_out([units])
        rows = [
            found[n].astype(t.dtype, copy=False) if n in found else np.zeros((len(units), *t.shape), t.dtype)
            for n, t in zip(level.nodes, level.inputs, strict=True)
        ]
        return [owned(row, delivered) for row in rows]

    return sweep


def _in_all_directions(
    derivatives: Derivatives,
    level: Level,
    sources: Sequence[Any],
    k: int,
    targets: Sequence[Any],
    chunk: int | None,
    plain: Sweep | None = None,
) -> list[Any]:
    """What a sweep from unit directions of source k gives for each target, with the directions along a first axis.

    A source that is a single number gives what the sweep gives, without that axis.
    """
    like, count = sources[k], sources[k].size
    seeds: list[Any] = [None] * len(sources)
    if like.shape == ():
        seeds[k] = np.ones((), like.dtype)
        return derivatives(seeds)
    if count == 0:
        empty = [np.zeros((0, *t.shape), t.dtype) for t in targets]
        return [wrap(e) if level.lifts(()) else e for e in empty]
    if chunk is None:
        chunk = max(1, MOST // max(t.size for t in (*targets, like)))
    if chunk > 1 and count > 1:
        sweep = plain or (lambda units: _as_examples(derivatives, seeds, k, units))
        try:
            parts = [sweep(_units(like, start, min(chunk, count - start))) for start in range(0, count, chunk)]
        except ValuesAskedError:  # one after the other
            pass
        else:
            found = [p[0] if len(p) == 1 else concatenate_(*p, axis=0) for p in zip(*parts, strict=True)]
            return found if level.lifts(()) else [_array(d) for d in found]
    alone = []
    for i in range(count):
        seeds[k] = _units(like, i, 1)[0]
        alone.append(derivatives(seeds))
    return [stack(parts) for parts in zip(*alone, strict=True)]


def _units(like: Any, start: int, count: int) -> np.ndarray:
    """Arrays of this shape and dtype that are 1 in one place, from `start` on, and 0 elsewhere."""
    return np.eye(count, like.size, start, like.dtype).reshape(count, *like.shape)


def _as_examples(derivatives: Derivatives, seeds: list[Any], k: int, units: np.ndarray) -> list[Any]:
    """The sweep with directions as the examples of a batch."""
    with running(Batch(len(units), "same")) as batch:
        seeds[k] = raised(units, (batch,))
        return [lowered(d, (batch,)) for d in derivatives(seeds)]


def _array(d: Any) -> Any:
    data = d._data if isinstance(d, Tensor) else d
    return data if data.flags.writeable else data.copy()
