"""What one call of a transform does with its arguments and results.

Each call of a transform is a level of its own: the function sees fresh aliases of the differentiated arguments, which
nobody else knows, so that levels nest in any order without confusing whose derivative is meant. An alias of a Tensor that is
tracked outside stays linked to it; that is how derivatives of derivatives find their way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograd import graph
from autograd.backward import by_index, collect, leading_to, owned, sweep
from autograd.dtypes import as_array, is_differentiable
from autograd.primitive import primitive
from autograd.sampling import unary
from autograd.tensor import Tensor, wrap
from autograd.tree import flatten, unflatten


@primitive(x=lambda g: g, text="{x}", elementwise=True, linear="x", samples=unary())
def alias(x):  # type: ignore[no-untyped-def]
    """The same values under a new identity: what the function inside a transform sees of its argument."""
    return x


class Level:
    """The arguments of one call of a function by a transform.

    `leaves` are the differentiated arguments as they came, `inputs` the Tensors that the function sees instead, `nodes` the
    nodes of these, `oldest` the creation index before which everything recorded belongs to the outside.
    """

    def __init__(
        self, transform: str, args: Sequence[Any], kwargs: dict[str, Any], argnum: int | Sequence[int] | None
    ) -> None:
        self.transform = transform
        args = list(args)
        argnums = range(len(args)) if argnum is None else [argnum] if isinstance(argnum, int) else list(argnum)
        for k in argnums:
            if not -len(args) <= k < len(args):
                raise TypeError(f"{transform}: argnum={argnum}, but the function was called with {len(args)} arguments")
        picked = [args[k] for k in argnums]
        self.leaves, self.structure = flatten(picked[0] if isinstance(argnum, int) else tuple(picked))
        self.takes_tensors = any(isinstance(leaf, Tensor) for leaf in flatten((args, kwargs))[0])
        self.oldest = graph.next_index()
        connected = graph.is_grad_enabled()
        self.inputs = [self._fresh(leaf, connected) for leaf in self.leaves]
        self.nodes: list[Any] = [t._node for t in self.inputs]
        replaced = unflatten(self.structure, self.inputs)
        for k, arg in zip(argnums, [replaced] if isinstance(argnum, int) else replaced, strict=True):
            args[k] = arg
        self.args, self.kwargs = args, kwargs

    def _fresh(self, leaf: Any, connected: bool) -> Tensor:
        if isinstance(leaf, Tensor):
            if leaf._node is not None and connected:
                return alias(leaf)  # type: ignore[no-any-return]
            data = leaf.data
        elif type(leaf) in (int, float):
            data = np.array(leaf, np.float64)
        elif isinstance(leaf, np.ndarray | np.generic):
            data = np.asarray(leaf)
        else:
            raise TypeError(
                f"{self.transform}: a differentiated argument must be a number, an array, a Tensor, or nested lists, "
                f"tuples and dicts of them; got {type(leaf).__name__}. Choose the arguments with `argnum`"
            )
        if data.dtype.kind in "iu":
            data = data.astype(np.float64)
        if not is_differentiable(data.dtype):
            raise TypeError(
                f"{self.transform}: derivatives exist with respect to real floating numbers, got dtype {data.dtype}"
            )
        # Not a leaf, so that the function may update it with t[i] = v like any other intermediate value.
        return root(data)

    def run(self, fun: Callable[..., Any]) -> Any:
        """Call the function on the aliases, recording also inside an outer `no_grad`."""
        with nullcontext() if graph.is_grad_enabled() else graph.enable_grad():
            return fun(*self.args, **self.kwargs)

    def arrange(self, items: Sequence[Any]) -> Any:
        """Items, one for each leaf, in the structure of the differentiated arguments."""
        return unflatten(self.structure, items)


def root(data: np.ndarray) -> Tensor:
    """A tracked Tensor with nothing below it, which delivers its gradient nowhere."""
    result = wrap(data)
    node = result._node = graph.leaf(result)
    node.primitive, node.inputs, node.meta = alias.primitive, (None,), None  # type: ignore[attr-defined]
    return result


class Pullback:
    """The reverse pass of one call: adjoints of its results in, gradients of its inputs out, any number of times.

    `outputs` are the leaves of the result. `foreign` tells that something tracked outside takes part: then, where recording
    is on, the results stay connected to it and the pass itself is recorded.
    """

    def __init__(self, level: Level, outputs: Sequence[Any]) -> None:
        self.level, self.outputs = level, outputs
        tracked = [o._node for o in outputs if isinstance(o, Tensor) and o._node is not None]
        order = sorted(collect(tracked, level.oldest), key=by_index)
        self.foreign = bool(order) and order[0].index < level.oldest
        self.order = leading_to(order, level.nodes)

    def __call__(self, adjoints: Sequence[Any], retain_graph: bool) -> list[Any]:
        """The gradient for each input of the level; an adjoint None stands for zero."""
        record = graph.is_grad_enabled() and (self.foreign or any(map(is_tracked, adjoints)))
        lifted = record or graph.has_listeners()
        roots = [
            (o._node, g if lifted or not isinstance(g, Tensor) else g._data)
            for o, g in zip(self.outputs, adjoints, strict=True)
            if g is not None and isinstance(o, Tensor) and o._node is not None
        ]
        found = sweep(roots, self.level.nodes, retain_graph or record, record, order=self.order)  # type: ignore[arg-type]
        lifted = lifted or self.level.takes_tensors or any(isinstance(g, Tensor) for g in adjoints)
        delivered = {id(g) for _, g in roots}
        return [
            gradient(found.get(n), leaf, t, lifted, delivered)
            for t, n, leaf in zip(self.level.inputs, self.level.nodes, self.level.leaves, strict=True)
        ]

    def released(self, value: Any) -> Any:
        """A result in the form that belongs to the arguments: a Tensor if there were any or if it is tracked outside."""
        connected = self.foreign and graph.is_grad_enabled()
        if connected or self.level.takes_tensors or graph.has_listeners():
            if not isinstance(value, Tensor):
                return wrap(as_array(value))
            return value if connected else wrap(value._data)
        if not isinstance(value, Tensor):
            return value
        return plain(value._data, all(type(leaf) in (int, float) for leaf in self.level.leaves))


def is_tracked(value: Any) -> bool:
    """Whether a value is a Tensor that requires grad."""
    return isinstance(value, Tensor) and value._node is not None


def gradient(g: Any, leaf: Any, seen: Tensor, lifted: bool, delivered: set[int]) -> Any:
    """A gradient in the form that belongs to its argument: Tensor, array, NumPy scalar or Python float."""
    if g is None:
        g = np.zeros(np.shape(leaf), seen.dtype)
    if lifted:
        return g if isinstance(g, Tensor) else wrap(owned(g, delivered))
    return plain(owned(g._data if isinstance(g, Tensor) else g, delivered), type(leaf) in (int, float))


def plain(data: Any, python: bool) -> Any:
    """A bare array; of zero dimensions, a Python float if asked for, else a NumPy scalar."""
    if data.ndim:
        return data
    return data.item() if python else data[()]
