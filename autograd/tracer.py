"""Following a function's calls with nodes of your own, in the style of HIPS autograd's tracer.

`autograd.trace` gives the same as a `Program`, with shapes, dtypes, module paths and source lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import graph
from autograd.extend import Box, notrace_primitive, primitive, register_notrace
from autograd.level import root
from autograd.primitive import Primitive
from autograd.tensor import Tensor
from autograd.tree import flatten, unflatten
from autograd.vector_space import vspace

__all__ = ["Box", "Node", "getval", "isbox", "notrace_primitive", "primitive", "register_notrace", "trace"]


class Node:
    """A step of a trace; subclass it to keep what you want to know of each call.

    `__init__` gets the value, the function, its arguments, and which of them (`parent_argnums`) came from which earlier
    nodes (`parents`); `initialize_root` gets what was given to `new_root`.

    >>> from autograd.tracer import Node, trace
    >>> import autograd.numpy as np
    >>> class Names(Node):
    ...     def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
    ...         self.names = [*parents[0].names, fun.__name__]
    ...     def initialize_root(self):
    ...         self.names = []
    >>> value, node = trace(Names.new_root(), lambda x: np.exp(np.sin(x)), 0.0)
    >>> value, node.names
    (np.float64(1.0), ['sin', 'exp'])
    """

    __slots__ = ("__dict__", "__weakref__")

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: dict[str, Any], parent_argnums: Any, parents: Any
    ) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define __init__(value, fun, args, kwargs, ...)")

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        """Set up the node of the input."""

    @classmethod
    def new_root(cls, *args: Any, **kwargs: Any) -> Node:
        """The node of an input."""
        node = cls.__new__(cls)
        node.initialize_root(*args, **kwargs)
        return node


def trace(start_node: Node, fun: Callable[..., Any], x: Any) -> tuple[Any, Node | None]:
    """`(value, node)`: run `fun(x)`, make a node of the start node's class for every call that depends on `x`.

    The node is that of the result, None if it does not depend on `x`. Calls inside transforms are followed too.
    """
    kind = type(start_node)
    nodes: dict[int, Node] = {}
    alive: list[Any] = []  # so that no id is given twice

    def enter(tensor: Tensor, node: Node) -> None:
        nodes[id(tensor._data)] = node
        alive.append(tensor._data)

    class Listener:
        def __call__(self, p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], result: Any) -> None:
            found = [(k, nodes.get(id(a._data))) for k, a in enumerate(args) if isinstance(a, Tensor)]
            parents = [(k, node) for k, node in found if node is not None]
            if parents and p.name not in ("alias", "clone"):
                bare = tuple(map(getval, args))
                for out in result if p.outputs > 1 else (result,):
                    numbers, above = zip(*parents)
                    enter(out, kind(getval(out), p.fn, bare, dict(zip(p.params, params)), numbers, above))
            elif parents:
                enter(result, parents[0][1])

        def assigned(self, tensor: Tensor, value: Any) -> None:
            """Writes into storage make no node."""

    leaves, structure = flatten(x)
    inputs = [root(leaf.data if isinstance(leaf, Tensor) else _array(leaf)) for leaf in leaves]
    for tensor in inputs:
        enter(tensor, start_node)
    mode = graph.get_mode()
    with graph.changed_mode(listeners=(*(mode.listeners if mode else ()), Listener())):
        result = fun(unflatten(structure, inputs))
    outputs, out_structure = flatten(result)
    ends = [nodes.get(id(o._data)) for o in outputs if isinstance(o, Tensor)]
    return unflatten(out_structure, map(getval, outputs)), next((n for n in ends if n is not None), None)


def isbox(value: Any) -> bool:
    """Whether a value is a Tensor.

    >>> from autograd.tracer import isbox
    >>> isbox(3.0)
    False
    """
    return isinstance(value, Tensor)


def getval(value: Any) -> Any:
    """The array in a Tensor (a number, if it has no dimensions); anything else as it is.

    >>> import autograd
    >>> from autograd.tracer import getval
    >>> getval(autograd.tensor([1.0, 2.0]))
    array([1., 2.], dtype=float32)
    """
    if not isinstance(value, Tensor):
        return value
    return value._data if value.ndim else value._data[()]


def _array(value: Any) -> Any:
    return np.asarray(value, vspace(value).leaves[0][1])
