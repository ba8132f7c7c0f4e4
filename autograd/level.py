"""What all transforms have in common: one call of a function, with its differentiated arguments and its results.

Each call of a transform is a level of its own: the function sees fresh aliases of the differentiated arguments, which
nobody else knows, so that levels nest in any order without confusing whose derivative is meant. An alias of a Tensor
that is tracked outside stays linked to it; that is how derivatives of derivatives find their way.

Inside `vmap` the function sees single examples while graphs are of whole batches: here the one becomes the other. Every
differentiated argument is repeated for each example, so that the derivative of each example stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograd import graph
from autograd.backward import by_index, collect, delivery, handed_out, leading_to, owned, sweep
from autograd.batching.values import batches, is_batched, lowered, raised
from autograd.dtypes import as_array, is_differentiable
from autograd.primitive import primitive, registry
from autograd.sampling import unary
from autograd.tensor import Tensor, wrap
from autograd.tree import Structure, flatten, unflatten


@primitive(x=lambda g: g, text="{x}", elementwise=True, linear="x", samples=unary())
def alias(x):  # type: ignore[no-untyped-def]
    """The same values under a new identity: what the function inside a transform sees of its argument."""
    return x


_ALIAS = registry["alias"]
NUMBERS = frozenset({int, float, complex})
"""Python's numbers as arguments: their derivatives are Python's too."""


class Level:
    """One call of a function by a transform.

    Before the call: `leaves` are the differentiated arguments as they came, `inputs` the Tensors that the function sees
    instead, `nodes` the nodes of these, `oldest` the creation index before which everything recorded belongs to the
    outside. After `run`: `outputs` are the leaves of the result, `aux` what else it returned, `order` the nodes from
    the inputs to them, in order of creation, and `foreign` tells that something tracked outside takes part; then, where
    recording is on, derivatives stay connected to it.
    """

    outputs: list[Any]
    out_structure: Structure
    aux: Any
    foreign: bool

    def __init__(
        self, transform: str, args: Sequence[Any], kwargs: dict[str, Any], argnum: int | Sequence[int] | None
    ) -> None:
        self.transform = transform
        self.args, self.kwargs = list(args), kwargs
        argnums = range(len(args)) if argnum is None else [argnum] if isinstance(argnum, int) else list(argnum)
        for k in argnums:
            if not -len(args) <= k < len(args):
                raise TypeError(f"{transform}: argnum={argnum}, but the function was called with {len(args)} arguments")
        picked = [args[k] for k in argnums]
        self.leaves, self.in_structure = flatten(picked[0] if isinstance(argnum, int) else tuple(picked))
        self._python = all(map(is_number, self.leaves))
        self._takes_tensors = any(isinstance(leaf, Tensor) for leaf in flatten((self.args, kwargs))[0])
        self.batches = batches()
        self.oldest = graph.next_index()
        self.inputs = [self._fresh(leaf) for leaf in self.leaves]
        self.nodes: list[Any] = [t._node for t in self.inputs]
        replaced = self.arranged(self.inputs)
        for k, arg in zip(argnums, [replaced] if isinstance(argnum, int) else replaced, strict=True):
            self.args[k] = arg

    def _fresh(self, leaf: Any) -> Tensor:
        if not self.batches:
            return self._root(leaf)
        if not isinstance(leaf, Tensor):
            leaf = wrap(self._root(leaf)._data)
        return raised(self._root(lowered(leaf, self.batches)), self.batches)

    def _root(self, leaf: Any) -> Tensor:
        if hasattr(leaf, "beside"):
            leaf = leaf.tensor
        if isinstance(leaf, Tensor):
            if leaf._node is not None and graph.is_grad_enabled():
                return alias(leaf)  # type: ignore[no-any-return]
            data = leaf.data
        elif type(leaf) in NUMBERS:
            data = np.array(leaf, np.complex128 if type(leaf) is complex else np.float64)
        elif isinstance(leaf, np.ndarray | np.generic):
            data = as_array(leaf)
        else:
            raise TypeError(
                f"{self.transform}: a differentiated argument must be a number, an array, a Tensor, or nested lists, "
                f"tuples and dicts of them; got {type(leaf).__name__}. Choose the arguments with `argnum`"
            )
        if data.dtype.kind in "iu":
            data = data.astype(np.float64)
        if not is_differentiable(data.dtype):
            raise TypeError(
                f"{self.transform}: derivatives exist with respect to real or complex floating numbers, got dtype "
                f"{data.dtype}"
            )
        return root(data)

    def arranged(self, items: Sequence[Any]) -> Any:
        """Items, one for each leaf, in the structure of the differentiated arguments."""
        return unflatten(self.in_structure, items)

    def run(self, fun: Callable[..., Any], has_aux: bool = False) -> None:
        """Call the function on the aliases, recording also inside an outer `no_grad`."""
        with nullcontext() if graph.is_grad_enabled() else graph.enable_grad(), graph.running_transform(self._kind()):
            result = fun(*self.args, **self.kwargs)
        self.aux = None
        if has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                raise TypeError(f"{self.transform} with has_aux=True wants a function that returns (value, aux)")
            result, self.aux = result
        outputs, self.out_structure = flatten(result)
        self.outputs = [self._numeric(o) for o in outputs]
        order = sorted(collect((o._node for o in self.outputs if is_tracked(o)), self.oldest), key=by_index)
        self.foreign = bool(order) and order[0].index < self.oldest
        self.order = leading_to(order, self.nodes)

    def _numeric(self, value: Any) -> Any:
        if isinstance(value, Tensor | np.ndarray | np.generic):
            return value
        if isinstance(value, bool):
            return np.bool_(value)
        if isinstance(value, int | float | complex):
            return np.complex128(value) if isinstance(value, complex) else np.float64(value)
        raise TypeError(
            f"{self.transform} wants a function that returns numbers or arrays of them, got {type(value).__name__}"
        )

    def want_real(self, way_out: str) -> None:
        """Refuse complex results."""
        for output in self.outputs:
            if output.dtype.kind == "c":
                raise TypeError(
                    f"{self.transform} wants a function that returns real numbers, got dtype {output.dtype}; {way_out}"
                )

    def _kind(self) -> str:
        return graph.OF_TENSORS if self._takes_tensors else graph.OF_ARRAYS

    def pull(self, adjoints: Sequence[Any], retain_graph: bool) -> list[Any]:
        """The gradient for each input, given an adjoint for each output; None stands for zero."""
        record = self.records(adjoints)
        lifted = record or graph.has_listeners()
        adjoints = self.lowered(adjoints)
        roots = [
            (o._node, g if lifted else bare(g))
            for o, g in zip(self.outputs, adjoints, strict=True)
            if g is not None and is_tracked(o)
        ]
        found = sweep(roots, self.nodes, retain_graph or record, record, order=self.order)
        delivered = handed_out(g for _, g in roots)
        lifted = lifted or self.lifts(adjoints)
        return [
            self._delivered(found.get(node), t, lifted, is_number(leaf), delivered)
            for node, t, leaf in zip(self.nodes, self.inputs, self.leaves, strict=True)
        ]

    def lowered(self, seeds: Sequence[Any]) -> Sequence[Any]:
        """Adjoints or tangents of what the function sees, as those of the whole batches that were recorded."""
        return [s if s is None else lowered(s, self.batches) for s in seeds] if self.batches else seeds

    def records(self, seeds: Iterable[Any]) -> bool:
        """Whether derivatives that start from these adjoints or tangents can be differentiated from outside."""
        return graph.is_grad_enabled() and (self.foreign or any(map(is_tracked, seeds)))

    def lifts(self, seeds: Iterable[Any]) -> bool:
        """Whether derivatives come back as Tensors."""
        return (
            bool(self.batches)
            or self._takes_tensors
            or graph.has_listeners()
            or self.records(seeds)
            or any(map(is_tensor, seeds))
        )

    def released(self, value: Any) -> Any:
        """A result as the caller is to see it."""
        connected = self.records(())
        if connected or self.lifts(()):
            value = value if isinstance(value, Tensor) else wrap(as_array(value))
            if self._python:
                graph.tell("stood_for_number", value)
            return value if connected else wrap(value._data)
        return plain(bare(value), self._python)

    def value(self) -> Any:
        """The function's result."""
        return unflatten(self.out_structure, map(self.released, self.outputs))

    def auxiliary(self) -> Any:
        """What the function returned beside its result."""
        leaves, structure = flatten(self.aux)
        return unflatten(structure, [self.released(x) if isinstance(x, Tensor) else x for x in leaves])

    def tangent(self, t: Any, output: Any, lifted: bool, delivered: set[int]) -> Any:
        """A tangent of an output as the caller is to see it."""
        return self._delivered(t, output, lifted, self._python, delivered)

    def _delivered(self, d: Any, of: Any, lifted: bool, python: bool, delivered: set[int]) -> Any:
        if d is not None and (self.batches or is_batched(d)):
            return raised(d, self.batches)
        return derivative(d, of, lifted, python, delivered)


def root(data: np.ndarray) -> Tensor:
    """A tracked Tensor with nothing below it, which delivers its gradient nowhere.

    Not a leaf, so that a function may update it with `t[i] = v` like any other intermediate value.
    """
    result = wrap(data)
    node = result._node = graph.leaf(result)
    node.primitive, node.inputs, node.meta = _ALIAS, (None,), None
    return result


def is_number(value: Any) -> bool:
    """Whether a value is one of Python's numbers, or what a trace puts in the place of one."""
    return type(value) in NUMBERS or hasattr(value, "beside")


def is_tensor(value: Any) -> bool:
    """Whether a value is a Tensor."""
    return isinstance(value, Tensor)


def is_tracked(value: Any) -> bool:
    """Whether a value is a Tensor that requires grad."""
    return isinstance(value, Tensor) and value._node is not None


def bare(value: Any) -> Any:
    """The array in a Tensor; anything else as it is, and so is a Tensor inside `vmap`, which is to stay one."""
    return value._data if isinstance(value, Tensor) and not is_batched(value) else value


def derivative(d: Any, of: Any, lifted: bool, python: bool, delivered: set[int]) -> Any:
    """A derivative in the form that belongs to the arguments; None stands for zeros, shaped like the array `of`."""
    if d is None:
        d = np.zeros(of.shape, of.dtype)
    if lifted:
        found = delivery(d, delivered)
        if python:
            graph.tell("stood_for_number", found)
        return found
    return plain(owned(bare(d), delivered), python)


def plain(data: Any, python: bool) -> Any:
    """A bare array; of zero dimensions, a Python number if asked for, else a NumPy scalar."""
    if data.ndim:
        return data
    return data.item() if python else data[()]
