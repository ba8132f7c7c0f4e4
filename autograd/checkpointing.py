"""`checkpoint`: compute a function again in the backward pass instead of keeping what it saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from autograd import graph
from autograd.backward import by_index, collect, leading_to, sweep
from autograd.batching.values import batches
from autograd.graph import Node
from autograd.level import is_tracked
from autograd.primitive import Primitive, pick_node
from autograd.random import default_generator
from autograd.tensor import Tensor, wrap
from autograd.tree import Structure, flatten, unflatten

F = TypeVar("F", bound=Callable[..., Any])


def checkpoint(fun: F) -> F:
    """The same function, but the graph inside it is not kept: the backward pass computes it again.

    Trades one more forward pass for the memory of everything that `fun` saves. Gradients are the same, also those of
    parameters that `fun` takes from outside, and of any order. Random draws are the same too: the state of the global
    generator and of generators among the arguments is put back for the second run. Other side effects happen twice.
    Inside a trace and inside `vmap` nothing is computed again.

    >>> import autograd
    >>> x = autograd.tensor(0.5, requires_grad=True)
    >>> y = autograd.checkpoint(lambda x: (x * x).tanh().exp())(x)
    >>> y.backward(); x.grad
    tensor(1.2008...)

    The backward pass raises RuntimeError if a tensor that `fun` used has been written to in the meantime.
    """

    @wraps(fun)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not graph.is_grad_enabled() or graph.has_listeners() or batches():
            return fun(*args, **kwargs)
        leaves, structure = flatten((args, kwargs))
        call = _Call(fun, [wrap(x._data, x._node) if isinstance(x, Tensor) else x for x in leaves], structure)
        oldest = graph.next_index()
        result, out_structure = flatten(fun(*args, **kwargs))
        tracked = [o for o in result if is_tracked(o)]
        reached = sorted(collect((o._node for o in tracked), oldest), key=by_index)
        inputs = [n for n in reached if n.index < oldest]
        if not inputs:
            return unflatten(out_structure, result)
        node = Node()
        node.primitive, node.inputs, node.params = CHECKPOINT, tuple(inputs), ()
        node.meta = node.numbers = None
        node.fix = tuple((o.shape, o.dtype) for o in tracked), None
        node.index = graph.next_index()
        node.saved = (call.with_storage(inputs),)
        picks = (wrap(o._data, pick_node(node, k)) for k, o in enumerate(tracked))
        return unflatten(out_structure, [next(picks) if is_tracked(o) else o for o in result])

    return checkpointed  # type: ignore[return-value]


class _Call:
    """A call that can be run again: the function, its arguments as they were, and the state of the generators."""

    def __init__(self, fun: Callable[..., Any], leaves: list[Any], structure: Structure) -> None:
        self.fun, self.leaves, self.structure = fun, leaves, structure
        self.generators = [default_generator(), *(x for x in leaves if isinstance(x, np.random.Generator))]
        self.states = [g.bit_generator.state for g in self.generators]

    def with_storage(self, inputs: list[Node]) -> tuple[Any, ...]:
        """Itself and the arrays it will read again, for the check that none was overwritten."""
        arrays = [x._data for x in self.leaves if isinstance(x, Tensor)]
        return (self, *arrays, *(t._data for t in _leaf_tensors(inputs)))

    def again(self) -> Any:
        """The result of a second run, on the same random numbers."""
        fresh = [wrap(x._data, x._node) if isinstance(x, Tensor) else x for x in self.leaves]
        args, kwargs = unflatten(self.structure, fresh)
        with graph.enable_grad(), self._same_draws():
            return self.fun(*args, **kwargs)

    @contextmanager
    def _same_draws(self) -> Iterator[None]:
        now = [g.bit_generator.state for g in self.generators]
        for g, state in zip(self.generators, self.states, strict=True):
            g.bit_generator.state = state
        try:
            yield
        finally:
            for g, state in zip(self.generators, now, strict=True):
                g.bit_generator.state = state


def _leaf_tensors(nodes: list[Node]) -> Iterator[Tensor]:
    for node in nodes:
        owner = node.meta.tensor() if node.primitive is None and node.meta and node.meta.tensor else None
        if owner is not None:
            yield owner


def _pull(g: Any, node: Node, saved: Any, adjoints: dict[Node | None, Any]) -> None:
    ((call, *arrays),) = saved
    kept = set(map(id, arrays))
    for owner in _leaf_tensors(list(node.inputs)):  # type: ignore[arg-type]
        if id(owner._data) not in kept:
            raise RuntimeError(
                f"backward through checkpoint: {owner.name or 'a tensor'} of shape {owner.shape} was given new data "
                f"after the forward pass, so the function cannot be computed again. Call backward() before the update"
            )
    oldest = graph.next_index()
    outputs = [o for o in flatten(call.again())[0] if is_tracked(o)]
    if [(o.shape, o.dtype) for o in outputs] != list(node.fix[0]):
        raise RuntimeError(
            f"checkpoint: the function returned other shapes or dtypes the second time: {[o.shape for o in outputs]} "
            f"instead of {[shape for shape, _ in node.fix[0]]}; it must not depend on anything that changes"
        )
    wanted = [n for n in node.inputs if n in adjoints]
    create_graph = graph.is_grad_enabled() and any(isinstance(d, Tensor) for d in g)
    order = leading_to(sorted(collect((o._node for o in outputs), oldest), key=by_index), wanted)  # type: ignore[arg-type]
    roots = [(o._node, d) for o, d in zip(outputs, g, strict=True) if d is not None]
    order = [n for n in order if n.index > oldest]
    found = sweep(roots, wanted, create_graph, create_graph, order=order)  # type: ignore[arg-type]
    for n, d in found.items():
        total = adjoints[n]
        adjoints[n] = d if total is None else total + d


def checkpoint_(xs):  # type: ignore[no-untyped-def]
    """A function that is computed again in the backward pass."""
    return xs


CHECKPOINT = Primitive(checkpoint_, {"xs": lambda g, xs: g})
CHECKPOINT.pull = _pull
