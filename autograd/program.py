"""Program: a recorded run as plain data, and `trace`, which records one.

A Program lists every primitive call in order, the backward sweep and the optimizer's update included. The viewer, the
compiler, the exporter and the counts of FLOPs and bytes read it; `print(program)` shows it; `program(*args)` replays
it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import graph, tree
from autograd.dtypes import as_array
from autograd.graph import Node
from autograd.primitive import Primitive
from autograd.source import user_line
from autograd.tensor import Tensor, wrap


@dataclass(eq=False, slots=True)
class Value:
    """One array of a Program.

    `kind` is "input" (an argument of the traced function), "constant" (anything else that existed before: parameters,
    buffers, arrays in closures) or "result". `tensor` is the Tensor behind an input or constant, if it was one; `data`
    the contents (always for constants, on request for the rest); `producer` the index of the instruction that made it;
    `order` its axes as they lie in memory, the one that runs slowest first.

    >>> import autograd, numpy as np
    >>> program = autograd.trace(autograd.tanh, np.ones(3))
    >>> program.inputs
    [%0: float64[3]]
    >>> program.outputs[0].kind
    'result'
    """

    id: int
    kind: str
    shape: tuple[int, ...]
    dtype: np.dtype
    name: str | None = None
    requires_grad: bool = False
    tensor: Tensor | None = None
    data: np.ndarray | None = None
    producer: int | None = None
    order: tuple[int, ...] = ()

    @property
    def nbytes(self) -> int:
        """The bytes the array takes."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    @property
    def label(self) -> str:
        """%id, after its name if it has one: "weight%3"."""
        return f"{self.name or ''}%{self.id}"

    def __repr__(self) -> str:
        return f"{self.label}: {self.dtype}[{', '.join(map(str, self.shape))}]"


@dataclass(eq=False, slots=True)
class Instruction:
    """One call of a primitive.

    `inputs` holds a Value, or the Python number that was passed, per array argument. `scope` is the module path and
    `source` the user's line ("file.py:12"). For a step of the backward sweep, `backward_of` is the index of the
    instruction whose derivative it computes. `view` says that the result shares the memory of an operand.

    >>> import autograd, numpy as np
    >>> program = autograd.trace(autograd.tanh, np.ones(3))
    >>> step = program.instructions[0]
    >>> print(step)
    %1: float64[3] = tanh(%0)
    >>> step.flops, step.bytes
    (3, 48)
    """

    index: int
    primitive: Primitive
    inputs: tuple[Value | float | int | bool | complex, ...]
    params: dict[str, Any]
    outputs: tuple[Value, ...]
    scope: str = ""
    source: str = ""
    backward_of: int | None = None
    flops: int = 0
    view: bool = False

    @property
    def bytes(self) -> int:
        """The bytes read and written: all operands and results, but nothing for a view, which moves no data."""
        return 0 if self.view else sum(v.nbytes for v in (*self.inputs, *self.outputs) if isinstance(v, Value))

    def __str__(self) -> str:
        operands = [v.label if isinstance(v, Value) else repr(v) for v in self.inputs]
        operands += [f"{k}={_short(v)}" for k, v in self.params.items()]
        results = ", ".join(map(repr, self.outputs))
        return f"{results} = {self.primitive.name}({', '.join(operands)})"


@dataclass(eq=False, slots=True)
class Program:
    """A traced run of a function.

    `inputs` and `outputs` are the leaves of its arguments and result; `constants` what it took from outside, of which
    `parameters` are those that require grad;
    `updates` the writes into parameters, buffers and optimizer state: (the Value before, the Value after).

    Calling a Program replays it on new arguments of the same structure, shapes and dtypes, with the constants as they
    were when the run began; nothing outside is changed. Random draws are drawn anew.

    >>> import autograd, numpy as np
    >>> program = autograd.trace(lambda x: autograd.exp(x).sum(), np.zeros(3))
    >>> len(program), program.flops
    (2, 6)
    >>> program(np.zeros(3)).item()
    3.0
    """

    instructions: list[Instruction] = field(default_factory=list)
    inputs: list[Value] = field(default_factory=list)
    constants: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    updates: list[tuple[Value, Value]] = field(default_factory=list)
    name: str = "program"
    in_tree: Any = None
    out_tree: Any = None

    @property
    def values(self) -> Iterator[Value]:
        """Every Value, each once, in order of appearance."""
        yield from self.inputs
        yield from self.constants
        for instruction in self.instructions:
            yield from instruction.outputs

    @property
    def parameters(self) -> list[Value]:
        """The constants that require grad: what training changes."""
        return [v for v in self.constants if v.requires_grad]

    @property
    def flops(self) -> int:
        """Floating-point operations: one per result element of elementwise calls, the declared count elsewhere."""
        return sum(i.flops for i in self.instructions)

    @property
    def bytes(self) -> int:
        """Bytes read and written in all, counting every operand of every call that is not a mere view."""
        return sum(i.bytes for i in self.instructions)

    def __len__(self) -> int:
        return len(self.instructions)

    def __str__(self) -> str:
        head = f"{self.name}({', '.join(map(repr, self.inputs))}) -> {', '.join(map(repr, self.outputs)) or 'nothing'}"
        lines = [head, *(f"  constant {v!r}" for v in self.constants)]
        body = [(str(i), _note(i)) for i in self.instructions]
        width = min(max((len(text) for text, _ in body), default=0), 88)
        lines += [f"  {text:<{width}}  {note}".rstrip() for text, note in body]
        lines += [f"  update {before.label} := {after.label}" for before, after in self.updates]
        lines.append(f"  {len(self)} instructions, {self.flops:,} FLOPs, {self.bytes:,} bytes moved")
        return "\n".join(lines)

    def __call__(self, *args: Any) -> Any:
        """Replay; returns what the traced function did, as arrays. Raises ValueError for other shapes or dtypes."""
        env = self.run(*args)
        return tree.unflatten(self.out_tree, [env[v.id] for v in self.outputs])

    def run(self, *args: Any) -> dict[int, np.ndarray]:
        """Replay and return every array computed, by `Value.id`."""
        leaves, structure = tree.flatten(args)
        if structure != self.in_tree:
            raise ValueError(f"{self.name} was traced with arguments of the structure {self.in_tree}, got {structure}")
        env: dict[int, Any] = {v.id: v.data for v in self.constants}
        for value, leaf in zip(self.inputs, leaves, strict=True):
            array = (
                leaf.data
                if isinstance(leaf, Tensor)
                else as_array(leaf, value.dtype if type(leaf) in (int, float) else None)
            )
            if array.shape != value.shape or array.dtype != value.dtype:
                raise ValueError(
                    f"{self.name} was traced with {value!r}, got {array.dtype}{list(array.shape)}; trace again"
                )
            env[value.id] = array
        for i in self.instructions:
            operands = [env[v.id] if isinstance(v, Value) else v for v in i.inputs]
            result = i.primitive.kernel(*operands, **i.params)
            results = result if i.primitive.outputs > 1 else (result,)
            env.update((v.id, np.asarray(r)) for v, r in zip(i.outputs, results, strict=True))
        return env


def trace(function: Callable[..., Any], *args: Any, values: bool = False) -> Program:
    """Run `function(*args)` once and return the Program of all it did.

    Arguments are arrays, Tensors, numbers, or nested containers of them. Inside, `backward()`, `gradients` and
    optimizer steps are recorded like everything else, and take effect. `values=True` keeps a copy of every array.

    >>> import autograd, numpy as np
    >>> program = autograd.trace(lambda x: autograd.tanh(2 * x), np.ones(3))
    >>> [i.primitive.name for i in program.instructions]
    ['multiply', 'tanh']
    >>> program(np.zeros(3))
    array([0., 0., 0.])
    """
    recorder = Recorder(values)
    leaves, structure = tree.flatten(args)
    handles = [leaf if isinstance(leaf, Tensor) else wrap(np.array(as_array(leaf))) for leaf in leaves]
    program = recorder.program
    program.name, program.in_tree = getattr(function, "__name__", "program"), structure
    program.inputs = [recorder.adopt(h, "input") for h in handles]
    mode = graph.get_mode()
    with graph.changed_mode(listeners=(*(mode.listeners if mode else ()), recorder)):
        result = function(*tree.unflatten(structure, handles))
    out_leaves, program.out_tree = tree.flatten(result)
    program.outputs = [recorder.value_of(leaf) for leaf in out_leaves]
    return program


class Recorder:
    """The listener behind `trace`. An array is known by its identity, as long as it lives."""

    def __init__(self, keep_values: bool) -> None:
        self.program = Program()
        self._keep_values = keep_values
        self._values: dict[int, Value] = {}
        self._alive: list[Any] = []
        self._watched: list[weakref.ref[Any]] = []
        self._made: dict[Node, int] = {}
        self._count = 0

    def adopt(self, handle: Any, kind: str) -> Value:
        """The Value of an array that existed before."""
        tensor = handle if isinstance(handle, Tensor) else None
        array = np.asarray(tensor._data) if tensor is not None else handle
        value = self._new(kind, array)
        if tensor is not None:
            value.name, value.tensor, value.requires_grad = tensor.name, tensor, tensor.requires_grad
        if kind == "constant":
            value.data = array
        return value

    def value_of(self, operand: Any) -> Value:
        """The Value of an operand; what was not seen before is a constant."""
        raw = operand._data if isinstance(operand, Tensor) else operand
        known = self._values.get(id(raw))
        if known is not None:
            return known
        if isinstance(operand, Tensor):
            operand._data = np.asarray(raw)  # in place of a NumPy scalar
        else:
            operand = as_array(raw)
        value = self.adopt(operand, "constant")
        self._values[id(raw)] = value
        self._alive.append(raw)
        self.program.constants.append(value)
        return value

    def __call__(self, p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], result: Any) -> None:
        inputs = tuple(a if type(a) in (float, int, bool, complex) else self.value_of(a) for a in args)
        results = result if isinstance(result, tuple) else (result,)
        index = len(self.program.instructions)
        pulled = graph.pulled_node()
        outputs = tuple(self._new("result", r._data, index) for r in results)
        for value, r in zip(outputs, results, strict=True):
            value.requires_grad = r.requires_grad
        node = results[0]._node
        if node is not None:
            self._made[node] = index
            if p.outputs > 1:
                self._made[node.inputs[0]] = index
        backward_of = self._made.get(pulled) if pulled is not None else None
        scope = "/".join(graph.scopes())
        if backward_of is not None:
            scope = scope or self.program.instructions[backward_of].scope
        raws = [a._data if isinstance(a, Tensor) else a for a in args]
        flops = p.count_flops(results[0]._data if p.outputs == 1 else tuple(r._data for r in results), raws, params)
        view = any(np.may_share_memory(r._data, raw) for r in results for raw in raws if isinstance(raw, np.ndarray))
        named = dict(zip(p.params, params, strict=True))
        self.program.instructions.append(
            Instruction(index, p, inputs, named, outputs, scope, user_line(), backward_of, flops, view)
        )

    def assigned(self, tensor: Tensor, value: Any) -> None:
        """The storage of `tensor` is about to take on `value`: its earlier contents stay with the earlier Value."""
        before, after = self.value_of(tensor), self.value_of(value)
        if before.data is not None:
            before.data = before.data.copy()
        self.program.updates.append((before, after))
        self._values[id(tensor._data)] = after

    def _new(self, kind: str, array: Any, producer: int | None = None) -> Value:
        value = Value(self._count, kind, array.shape, array.dtype, producer=producer, order=order_in_memory(array))
        self._count += 1
        if self._keep_values:
            value.data = np.array(array)
        self._values[id(array)] = value
        if isinstance(array, np.ndarray):
            forget, key = self._values.pop, id(array)
            self._watched.append(weakref.ref(array, lambda _: forget(key, None)))
        else:
            self._alive.append(array)
        return value


def order_in_memory(array: np.ndarray) -> tuple[int, ...]:
    """The axes of an array from the one that runs slowest through memory to the one that runs fastest.

    >>> import numpy as np
    >>> order_in_memory(np.zeros((2, 3, 4)).transpose(0, 2, 1))
    (0, 2, 1)
    """
    axes = range(array.ndim)
    if array.flags.c_contiguous or 0 in array.strides:
        return tuple(axes)
    return tuple(sorted(axes, key=lambda k: -abs(array.strides[k])))


def _note(i: Instruction) -> str:
    parts = [i.scope, i.source, f"backward of #{i.backward_of}" if i.backward_of is not None else ""]
    text = " · ".join(p for p in parts if p)
    return f"# {text}" if text else ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
