"""What a graph was made from: its calls with all their values, recorded while a function runs or found again later.

A graph keeps only what its derivative rules need. A `Recording` listens to a run and keeps the rest too; `Recovery`
finds as much as possible of a graph that was recorded without one: from leaves, saved values and numbers, and by
computing again.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from types import CodeType, FrameType
from typing import Any

import numpy as np

from autograd import graph, tree
from autograd.checkpointing import CHECKPOINT
from autograd.graph import FREED, Node
from autograd.primitive import PICK, Primitive, saved_value
from autograd.source import user_line
from autograd.tensor import Tensor, wrap

UNKNOWN: Any = type("Unknown", (), {"__repr__": lambda self: "<not kept>", "__slots__": ()})()
"""Stands for a value that was not kept and cannot be computed again."""


@dataclass(slots=True)
class Call:
    """One call of a primitive: its operands and results as arrays or numbers, module path, and line of code."""

    operands: tuple[Any, ...]
    results: tuple[Any, ...]
    scopes: tuple[str, ...] = ()
    source: str = ""


class Recording:
    """Listens to a run: every tracked call with its values, and what the function's variables were called."""

    def __init__(self) -> None:
        self.calls: dict[Node, Call] = {}
        self.names: dict[int, str] = {}
        """Names of variables, by id of the node of a Tensor, or of the array of one that is not tracked."""
        self.given: set[int] = set()
        """The arguments of the function, by the same ids."""
        self._written: dict[int, tuple[Any, Any]] = {}
        self._alive: list[Any] = []
        self._taken: set[str] = set()

    def __call__(self, p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], result: Any) -> None:
        results = result if isinstance(result, tuple) else (result,)
        node = next((r._node for r in results if r._node is not None), None)
        if node is not None and node.primitive is PICK:
            node = node.inputs[0]
        if node is not None:
            operands = tuple(a._data if isinstance(a, Tensor) else a for a in args)
            self.calls[node] = Call(operands, tuple(r._data for r in results), graph.scopes(), user_line())

    def assigned(self, tensor: Tensor, value: Any) -> None:
        """The tensor's storage is about to be overwritten: what it held so far is what the calls saw."""
        data = tensor.data
        self._written.setdefault(id(data), (data, data.copy()))

    def as_it_was(self, array: Any) -> Any:
        """An operand as the call saw it."""
        if not self._written or not isinstance(array, np.ndarray):
            return array
        if id(array) in self._written:
            return self._written[id(array)][1]
        return UNKNOWN if any(np.may_share_memory(array, new) for new, _ in self._written.values()) else array

    def learn(self, variables: Mapping[str, Any]) -> None:
        """Take the names of variables that hold Tensors or arrays; the first of each counts, and no name twice."""
        for name, value in variables.items():
            if name.startswith("_") or not isinstance(value, Tensor | np.ndarray):
                continue
            thing = _identity(value)
            if id(thing) not in self.names and name not in self._taken:
                self._alive.append(thing)
                self._taken.add(name)
                self.names[id(thing)] = name


def _identity(value: Tensor | np.ndarray) -> Any:
    """What a Tensor or array is known by: its node, or its array if it is not tracked."""
    return value if isinstance(value, np.ndarray) else value._node if value._node is not None else value._data


def record(function: Callable[..., Any], args: Iterable[Any]) -> tuple[Tensor, Recording]:
    """Run `function(*args)` and return its (first tracked) result with all that happened.

    Arguments that are floating-point arrays or Python floats become inputs with a gradient, named as the function
    names them. Raises TypeError or ValueError if there is no result to differentiate.
    """
    args = list(args)
    recording = Recording()
    names = _argument_names(function, len(args))
    leaves, structure = tree.flatten(args)
    handles = [_tracked(leaf) for leaf in leaves]
    arguments = tree.unflatten(structure, handles)
    recording.learn(dict(zip(names, arguments)))
    recording.given.update(id(_identity(h)) for h in handles if isinstance(h, Tensor | np.ndarray))
    code = getattr(function, "__code__", None) or getattr(getattr(function, "forward", None), "__code__", None)
    mode = graph.get_mode()
    with graph.changed_mode(record=True, listeners=(*(mode.listeners if mode else ()), recording)):
        result = _run_and_learn(function, arguments, code, recording)
    results, _ = tree.flatten(result)
    tracked = [r for r in results if isinstance(r, Tensor) and r._node is not None]
    if not tracked:
        raise ValueError(
            "nothing to show: no result of the function depends on anything that requires grad; give it a "
            "floating-point argument (2.0 instead of 2) or a tensor with requires_grad=True"
        )
    return tracked[0], recording


def _tracked(leaf: Any) -> Any:
    if isinstance(leaf, Tensor) or not (
        isinstance(leaf, float) or (isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind == "f")
    ):
        return leaf
    return wrap(np.array(leaf)).requires_grad_()


def _argument_names(function: Any, count: int) -> list[str]:
    try:
        parameters = inspect.signature(getattr(function, "forward", function)).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]


def _run_and_learn(function: Callable[..., Any], args: Any, code: CodeType | None, recording: Recording) -> Any:
    """Call the function; when it returns, take over the names of its local variables."""
    if code is None:
        return function(*args)
    before = sys.getprofile()

    def returning(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            recording.learn(frame.f_locals)

    sys.setprofile(returning)
    try:
        return function(*args)
    finally:
        sys.setprofile(before)


def opaque(node: Node) -> bool:
    """Whether a node stands for a whole function, as that of `autograd.checkpoint` does."""
    return node.primitive is CHECKPOINT


class Recovery:
    """The values of a graph's nodes (in order of creation), as far as they are known or can be computed again."""

    def __init__(self, order: list[Node], recording: Recording | None, output: Tensor) -> None:
        self.recording = recording or Recording()
        self.seconds: dict[Node, float] = {}
        """What the kernels took, as far as they were run again."""
        self._found: dict[Node, Any] = {}
        self._operands: dict[Node, tuple[Any, ...]] = {}
        self._first_use: dict[Node, int] = {}
        self._budget = 5.0
        self._note_saved(order)
        assert output._node is not None
        self._found[output._node] = output._data
        for node in order:
            if node not in self._found:
                self._found[node] = self._leaf(node) if node.primitive is None else UNKNOWN
            if node.primitive is not None and node.primitive is not PICK:
                if opaque(node):
                    self._run_again(node)
                else:
                    self._operate(node, node.primitive)
            elif node.primitive is PICK and self._found[node] is UNKNOWN:
                owner, k = self._found[node.inputs[0]], node.params[0]  # type: ignore[index]
                self._found[node] = owner[k] if isinstance(owner, tuple) else UNKNOWN

    def value(self, node: Node) -> Any:
        """What a node evaluated to (a tuple, for a primitive of several results), or UNKNOWN."""
        return self._found[node]

    def operands(self, node: Node) -> tuple[Any, ...]:
        """The operands of a node's call, UNKNOWN where one was not kept."""
        return self._operands[node]

    def saved(self, node: Node) -> tuple[Any, ...] | None:
        """What the node's rules need, as the graph keeps it; None if something is lost."""
        p = node.primitive
        assert p is not None
        kept = node.saved
        if opaque(node):
            return None if kept is FREED else tuple(kept)
        operands, result = self._operands[node], self._found[node]
        if p.variadic:
            if kept is not FREED and node not in self.recording.calls:
                return tuple(kept)
            if any(v is UNKNOWN for v in operands) or (result is UNKNOWN and "out" in p.saves):
                return None
            values = {"out": result, p.args[0]: operands, f"{p.args[0]}_shapes": tuple(map(np.shape, operands))}
            return tuple(values[name] for name in p.saves)
        named = dict(zip(p.args, operands, strict=True))
        found = []
        for k, name in enumerate(p.saves):
            value = UNKNOWN
            if kept is not FREED and node not in self.recording.calls:
                value = kept[k]
            elif _needs(p, name, named, result):
                value = saved_value(name, named, result)
            if value is UNKNOWN:
                return None
            found.append(value)
        return tuple(found)

    def _note_saved(self, order: list[Node]) -> None:
        """What nodes have saved of their operands and results, and what numbers they remember."""
        for node in order:
            p = node.primitive
            if p is None or p is PICK:
                continue
            known: list[Any] = [UNKNOWN] * len(node.inputs)
            for parent in node.inputs:
                if parent is not None:
                    self._first_use.setdefault(parent, node.index)
            call = self.recording.calls.get(node)
            if opaque(node):
                pass
            elif call is not None:
                known = [self.recording.as_it_was(v) for v in call.operands]
                self._found[node] = call.results if p.outputs > 1 else call.results[0]
            else:
                self._from_node(node, p, known)
            for parent, value in zip(node.inputs, known, strict=False):
                if parent is not None and value is not UNKNOWN:
                    self._found.setdefault(parent, value)
            self._operands[node] = tuple(known)

    def _from_node(self, node: Node, p: Primitive, known: list[Any]) -> None:
        def fresh(value: Any) -> Any:
            return UNKNOWN if graph.written_after(value, node.index) else value

        if node.numbers is not None:
            self._found[node] = node.numbers[-1]
            if len(node.numbers) == len(known) + 1:
                known[:] = map(fresh, node.numbers[:-1])
        if node.saved is FREED:
            return
        for name, value in zip(p.saves, node.saved, strict=True):
            if value is None:
                continue
            if name == "out":
                self._found.setdefault(node, value)
            elif p.variadic and name == p.args[0] and len(value) == len(known):
                known[:] = map(fresh, value)
            elif name in p.args and not p.variadic:
                known[p.args.index(name)] = fresh(value)

    def _leaf(self, node: Node) -> Any:
        tensor = node.meta.tensor() if node.meta is not None and node.meta.tensor is not None else None
        if tensor is None:
            return node.numbers[-1] if node.numbers else UNKNOWN
        data = self.recording.as_it_was(tensor._data)
        stale = data is tensor._data and graph.written_after(data, self._first_use.get(node, node.index))
        return UNKNOWN if stale else data

    def _run_again(self, node: Node) -> None:
        """The results of a checkpointed function, unless the graph has been released."""
        if node.saved is not FREED:
            call: Any = node.saved[0][0]
            results, _ = tree.flatten(call.again())
            self._found[node] = tuple(r._data for r in results if isinstance(r, Tensor) and r._node is not None)

    def _operate(self, node: Node, p: Primitive) -> None:
        """Complete the operands from the nodes they come from; time the kernel, and take its result if it is needed."""
        known = self._operands[node]
        if any(v is UNKNOWN for v in known):
            pairs = zip(known, node.inputs, strict=False)
            known = tuple(self._found.get(n, UNKNOWN) if v is UNKNOWN and n is not None else v for v, n in pairs)
            self._operands[node] = known
        if any(v is UNKNOWN for v in known) or "generator" in p.params or self._budget <= 0:
            return
        start = perf_counter()
        try:
            result = p.kernel(*known, **dict(zip(p.params, node.params, strict=True)))
        except Exception:  # noqa: BLE001 (a kernel that cannot be run again leaves its result unknown)
            return
        self.seconds[node] = perf_counter() - start
        self._budget -= self.seconds[node]
        if self._found[node] is UNKNOWN:
            self._found[node] = tuple(result) if p.outputs > 1 else result


def _needs(p: Primitive, name: str, named: dict[str, Any], result: Any) -> bool:
    """Whether what a rule's parameter name stands for is known."""
    if name == "out" or (name not in named and name[3:].isdigit()):
        return result is not UNKNOWN
    value = named[name if name in named else name.rpartition("_")[0]]
    return value is not UNKNOWN
