"""StepRecorder: records a run together with what a replay has to repeat around it.

Beside the Program: where every input and constant comes from, which leaves have which gradient before and after, which
optimizers made a step, and on which conditions the record depends.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograd import graph
from autograd.compile import CompileError
from autograd.compile.number import Number
from autograd.compile.references import Held, references
from autograd.compile.sources import Argument, Gradient, Literal, Memory, Option, Source, Storage
from autograd.graph import FREED
from autograd.primitive import Primitive
from autograd.program import Instruction, Recorder, Value
from autograd.source import user_line
from autograd.tensor import Tensor, wrap

_ROOT = Path(__file__).resolve().parents[2]
_TRUSTED = tuple(
    str(_ROOT / "autograd" / name)
    for name in (
        *("backward.py", "batching/", "checkpointing.py", "compile/", "forward.py", "graph.py"),
        *("level.py", "primitive.py", "program.py", "tensor.py"),
    )
)
"""Code of this library that reads arrays out of Tensors without letting results depend on them unseen."""
WATCHED = 1 << 16
"""Bytes of a constant of which a copy is kept, to tell later whether it changes."""


@dataclass(eq=False, slots=True)
class Leaf:
    """A leaf Tensor and its gradient: before the run, whether it was dropped before it was added to, after the run."""

    tensor: Tensor
    before: Tensor | None
    cleared: bool = False
    after: Any = None
    used: bool = False


@dataclass(eq=False, slots=True)
class Frozen:
    """A Tensor that requires no gradient and still may have one: at first, whether it was dropped then, afterwards."""

    tensor: Tensor
    before: Tensor | None
    cleared: bool
    after: Tensor | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for the same treatment."""
        before = self.before is not None if self.cleared else id(self.before)
        return id(self.tensor), before, self.cleared, self.after is not None


@dataclass(eq=False, slots=True)
class Pin:
    """A condition: this input, a number, has the value (or with `truth` the truth value) that it had in the trace."""

    source: Argument | Option
    value: float
    truth: bool


@dataclass(eq=False, slots=True)
class Watch:
    """A condition: a Tensor whose contents were read has the contents that it had in the trace."""

    tensor: Tensor
    contents: np.ndarray


@dataclass(eq=False)
class Notes:
    """What a trace knows beside the Program."""

    sources: dict[Value, Source] = field(default_factory=dict)
    leaves: dict[Tensor, Leaf] = field(default_factory=dict)
    moved: dict[Value, Tensor] = field(default_factory=dict)
    frozen: dict[Tensor, Frozen] = field(default_factory=dict)
    optimizers: list[Any] = field(default_factory=list)
    modules: dict[Any, Held] = field(default_factory=dict)
    references: list[Held] = field(default_factory=list)
    options: dict[int, Held] = field(default_factory=dict)
    states: list[tuple[Any, Any, Any]] = field(default_factory=list)
    pins: dict[tuple[Value, bool], Pin] = field(default_factory=dict)
    watches: list[Watch] = field(default_factory=list)
    ranges: dict[int, int] = field(default_factory=dict)
    plain: set[Value] = field(default_factory=set)
    numbers: set[Value] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    swept: bool = False


class StepRecorder(Recorder):
    """The listener behind `autograd.compile`."""

    def __init__(self, of_arrays: bool) -> None:
        super().__init__(keep_values=False)
        self.notes = Notes()
        self._of_arrays = of_arrays
        self._options: dict[tuple[Any, ...], Number] = {}
        self._gradients: dict[int, Tensor] = {}
        self._assigned: set[int] = set()
        self._moved: dict[Tensor, Value] = {}
        self._numbers: set[Value] = set()
        self._views: dict[Tensor, str] = {}

    # --- inputs and constants ----------------------------------------------------------------------------------------

    def argument(self, leaf: Any, position: int) -> Any:
        """What the function sees of a leaf of its arguments."""
        if type(leaf) is float:
            return self.number(leaf, Argument(position, number=True))
        if isinstance(leaf, Tensor):
            if leaf._node is not None:
                self.value_of(leaf)
                return leaf
            handle = wrap(np.asarray(leaf._data)[...])
        elif isinstance(leaf, np.ndarray | np.generic):
            handle = wrap(np.asarray(leaf)[...])
        else:
            return leaf
        value = self.adopt(handle, "input")
        self.program.inputs.append(value)
        self.notes.sources[value] = Argument(position)
        if not isinstance(leaf, Tensor):
            self.notes.plain.add(value)
        if isinstance(leaf, np.generic):
            self._numbers.add(value)
        return handle

    def number(self, value: float, source: Source) -> Number:
        """A Python float as an input."""
        handle = wrap(np.array(value, np.float64))
        entered = self.adopt(handle, "input")
        self.program.inputs.append(entered)
        self.notes.sources[entered] = source
        self.notes.plain.add(entered)
        return Number(handle, self)

    def adopt(self, handle: Any, kind: str) -> Value:
        """The Value of an array that existed before, and where to find it at later calls."""
        value = super().adopt(handle, kind)
        if kind != "constant":
            return value
        if isinstance(handle, Tensor):
            self.notes.sources[value] = Storage(handle)
            self._leaf(handle)
            if self._of_arrays or graph.pulled_node() is not None:
                self.notes.plain.add(value)  # an array that this library has wrapped
        else:
            self.notes.sources[value] = Memory(handle)
            self.notes.plain.add(value)
        owner = self._gradients.get(id(value.data))
        if owner is not None:
            self.notes.sources[value] = Gradient(owner)
        return value

    def _leaf(self, tensor: Tensor) -> Leaf | None:
        if tensor._node is None or tensor._node.primitive is not None:
            return None
        leaf = self.notes.leaves.get(tensor)
        if leaf is None:
            leaf = self.notes.leaves[tensor] = Leaf(tensor, tensor.grad)
            if leaf.before is not None:
                data = leaf.before._data = np.asarray(leaf.before._data)
                self._gradients[id(data)] = tensor
                self._alive.append(data)
            if tensor._node.meta is not None and tensor._node.meta.hooks:
                self.notes.problems.append("a parameter has a gradient hook, which is Python code")
        return leaf

    # --- what the listener is told -----------------------------------------------------------------------------------

    def __call__(self, p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], result: Any) -> None:
        """A primitive was called."""
        super().__call__(p, args, params, result)
        made = self.program.instructions[-1]
        if graph.pulled_node() is not None:
            self.notes.swept = True
        operands = [v for v in made.inputs if isinstance(v, Value)]
        if made.inputs and all(v in self.notes.plain for v in operands):
            self.notes.plain.update(made.outputs)

    def assigned(self, tensor: Tensor, value: Any) -> None:
        """Storage is about to take on a new value."""
        before, after = self.value_of(tensor), self.value_of(value)
        if tensor in self._moved:
            self.notes.problems.append("a tensor is written both by `assign` and in place")
        source = self.notes.sources.get(before)
        if isinstance(source, Storage) and before.data is not None and before.nbytes <= WATCHED:
            before.data = before.data.copy()
        self.program.updates.append((before, after))
        self._values[id(tensor._data)] = after
        self._assigned.add(id(tensor))
        self._alive.append(tensor)

    def moved(self, tensor: Tensor) -> None:
        """A Tensor is about to stand for another value: one from outside must do so at every call."""
        value = self.value_of(tensor)
        if self._of_arrays:
            self._note_views(tensor, value)
        if tensor in self._moved:
            return
        if id(tensor) in self._assigned:
            self.notes.problems.append("a tensor is written both by `assign` and in place")
        elif isinstance(self.notes.sources.get(value), Argument | Storage) and value not in self._numbers:
            self._moved[tensor] = value

    def _note_views(self, tensor: Tensor, value: Value) -> None:
        """Arrays would see what is written into their views, Tensors do not: as in `y[1:] += 1` it must be put back."""
        last, made = self.program.instructions[-1], self.instruction_of(value)
        self._views = {t: line for t, line in self._views.items() if self.value_of(t) not in last.inputs}
        alive = set(self._values.values())
        others = (i for i in self.program.instructions if i.view and value in i.inputs)
        if (made is not None and made.view) or any(v in alive for i in others for v in i.outputs):
            self._views[tensor] = user_line()

    def _refuse_views(self) -> None:
        for line in self._views.values():
            raise CompileError(
                f"an array is written into of which there are views in a compiled function, at {line}: they would not "
                f"see it. Write into a copy, as in `y = x[1:].copy()`, or into the whole by its index"
            )

    def followed(self, hyper: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
        """An optimizer's options with Numbers for floats; what is none must stay as it is."""
        fixed = [n for n in hyper if not _holds_floats(group[n])]
        self.notes.options.setdefault(id(group), Held(group, fixed)).count = -1
        return {name: self._option(group, name) for name in hyper}

    def _option(self, group: dict[str, Any], name: str) -> Any:
        value = group[name]
        if type(value) is float:
            return self._float(Option(group, name, None), value)
        if _holds_floats(value):
            return tuple(self._float(Option(group, name, k), v) if type(v) is float else v for k, v in enumerate(value))
        return value

    def _float(self, option: Option, value: float) -> Number:
        known = self._options.get(option.key)
        if known is None:
            known = self._options[option.key] = self.number(value, option)
        return known

    def pin(self, number: Number, truth: bool = False) -> None:
        """The value of a number was asked for: the record holds only for that value."""
        value = self.value_of(number.tensor)
        for root in self._roots(value):
            source = self.notes.sources[root]
            if isinstance(source, Argument | Option):
                exact = not (truth and root is value)
                held = float(self._handle(root))
                self.notes.pins[root, exact] = Pin(source, held if exact else bool(held), not exact)

    def _handle(self, value: Value) -> Any:
        assert value.tensor is not None
        return value.tensor._data

    def escaped(self, tensor: Tensor, how: str) -> None:
        """A value was read out of a Tensor."""
        raw: Any = tensor._data
        if not isinstance(raw, np.ndarray | np.generic) or _reader().startswith(_TRUSTED):
            return
        value = self._values.get(id(raw))
        if how == "repr()" and value is None:
            return
        if value is None and tensor._node is None and raw.nbytes <= WATCHED:
            self.notes.watches.append(Watch(tensor, np.array(raw)))
        elif value is None or self._varies(value):
            name = f" '{tensor.name}'" if tensor.name else ""
            raise CompileError(
                f"{how} on the tensor{name} of shape {raw.shape} in a compiled function, at {user_line()}: its value "
                f"changes from call to call, and a program that is replayed cannot ask for it. Use autograd.where "
                f"instead of a branch, or return the value and look at it outside"
            )

    def ranged(self, tensor: Any, count: int) -> None:
        """The integers of a Tensor lie in [0, count): a condition, if it is an argument."""
        value = self._values.get(id(tensor._data)) if isinstance(tensor, Tensor) else None
        source = self.notes.sources.get(value) if value is not None else None
        if isinstance(source, Argument) and tensor.dtype.kind in "iu" and tensor.size:
            known = self.notes.ranges.get(source.position, count)
            self.notes.ranges[source.position] = min(known, count)

    def _varies(self, value: Value) -> bool:
        return any(not isinstance(self.notes.sources.get(root), Memory | Literal) for root in self._roots(value))

    def _roots(self, value: Value) -> list[Value]:
        """The inputs, constants and draws that a Value is computed from."""
        found, seen, queue = [], {value}, [value]
        for v in queue:
            made = self.program.instructions[v.producer] if v.producer is not None else None
            operands = [x for x in made.inputs if isinstance(x, Value)] if made is not None else []
            if not operands:
                found.append(v)
            for x in operands:
                if x not in seen:
                    seen.add(x)
                    queue.append(x)
        return found

    def written(self, tensors: list[Tensor]) -> None:
        """Storage was overwritten, maybe unseen."""
        for tensor in tensors:
            if id(tensor) not in self._assigned:
                raise CompileError(
                    f"the storage of {tensor.name or 'a tensor'} of shape {tensor.shape} is written in place in a "
                    f"compiled function, at {user_line()}, where a replay would not see it; write "
                    f"`autograd.graph.assign([t], [value])`, or do it outside"
                )

    def cleared(self, tensors: Any) -> None:
        """Gradients are about to be dropped."""
        for tensor in tensors:
            if tensor._node is not None:
                leaf = self.notes.leaves.get(tensor)
                if leaf is None:
                    leaf = self._leaf(tensor)
                    if leaf is not None:
                        leaf.cleared = True
            else:
                self.notes.frozen.setdefault(tensor, Frozen(tensor, tensor.grad, cleared=True))

    def entered(self, module: Any) -> None:
        """A module is called: what its attributes are decides what it computes."""
        if module not in self.notes.modules:
            self.notes.modules[module] = Held(vars(module), list(vars(module)))
            if not type(module).__module__.startswith("nn."):
                self.notes.references += references(type(module).forward, [module])
            self._alive.append(module)
            hooks = module._hooks
            if hooks is not None and any(map(len, vars(hooks).values())):
                self.notes.problems.append(f"{type(module).__name__} has hooks, which are Python code")

    def stepped(self, optimizer: Any) -> None:
        """An optimizer has made a step."""
        self.notes.optimizers.append(optimizer)
        for p in (p for group in optimizer.param_groups for p in group["params"] if p._node is None):
            self.notes.frozen.setdefault(p, Frozen(p, p.grad, cleared=False))
        states = (optimizer, optimizer.state, optimizer.param_groups)
        if not any(optimizer is known for known, _, _ in self.notes.states):
            self.notes.states.append(states)

    def unseen(self, what: str, way_out: str) -> None:
        """Something happened that no replay will repeat."""
        raise CompileError(f"{what} in a compiled function, at {user_line()}, would not be repeated: {way_out}")

    def stood_for_number(self, tensor: Tensor) -> None:
        """Outside of the trace this would be one of Python's numbers."""
        if tensor.ndim == 0:
            self.notes.numbers.add(self.value_of(tensor))

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Note what the run has left behind."""
        self._refuse_views()
        notes = self.notes
        for tensor, before in self._moved.items():
            self.program.updates.append((before, self.value_of(tensor)))
            notes.moved[before] = tensor
        for leaf in notes.leaves.values():
            leaf.after = leaf.tensor.grad
            meta = leaf.tensor._node.meta if leaf.tensor._node is not None else None
            leaf.used = meta is not None and meta.used
        for frozen in notes.frozen.values():
            frozen.after = frozen.tensor.grad
        for held in (*notes.modules.values(), *notes.references, *notes.options.values()):
            held.forget_changed()

    def unfinished(self, leaf: Any) -> bool:
        """Whether an output carries a graph that nothing has gone back through."""
        node = leaf._node if isinstance(leaf, Tensor) else None
        return node is not None and node.primitive is not None and node.saved is not FREED

    def instruction_of(self, value: Value) -> Instruction | None:
        """What made a Value."""
        return None if value.producer is None else self.program.instructions[value.producer]


def _holds_floats(value: Any) -> bool:
    return type(value) is float or (type(value) is tuple and any(type(v) is float for v in value))


def _reader() -> str:
    """The file of the code that reads a value out of a Tensor."""
    frame: Any = sys._getframe(2)
    inner = (str(_ROOT / "autograd/tensor.py"), str(_ROOT / "autograd/graph.py"))
    while frame is not None and frame.f_code.co_filename in inner:
        frame = frame.f_back
    return "" if frame is None else str(frame.f_code.co_filename)
