"""One recorded run of a function, and whether two of them did the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import graph, tree
from autograd.compile import CompileError
from autograd.compile.number import Number
from autograd.compile.recorder import Notes, StepRecorder
from autograd.compile.sources import Argument, Gradient, Literal, Memory, Option, Source, Storage
from autograd.program import Instruction, Program, Value
from autograd.tensor import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """One leaf of the result: the Value it holds (None for something else than numbers), in which form.

    `form` is "tensor", "array", "number" (Python's), "argument" (that at `position`) or "object" (this very object).
    """

    form: str
    value: Value | None = None
    object: Any = None
    position: int = 0


@dataclass(eq=False, slots=True)
class Trace:
    """One recorded run."""

    program: Program
    notes: Notes
    outputs: list[Output]
    structure: tree.Structure
    problem: str


def run(
    function: Callable[..., Any], leaves: Sequence[Any], structure: tree.Structure, of_arrays: bool
) -> tuple[Any, Trace]:
    """Run the function on these arguments, for real; returns its result and the Trace."""
    recorder = StepRecorder(of_arrays)
    handles = [recorder.argument(leaf, k) for k, leaf in enumerate(leaves)]
    args, kwargs = tree.unflatten(structure, handles)
    recorder.program.name = getattr(function, "__name__", type(function).__name__)
    mode = graph.get_mode()
    with (
        graph.changed_mode(listeners=(*(mode.listeners if mode else ()), recorder)),
        graph.running_transform(graph.OF_ARRAYS) if of_arrays else nullcontext(),
    ):
        result = function(*args, **kwargs)
    recorder.finish()
    notes = recorder.notes
    out_leaves, out_structure = tree.flatten(result)
    places = {id(h): k for k, h in enumerate(handles) if isinstance(h, Tensor)}
    outputs = [_output(recorder, leaf, places) for leaf in out_leaves]
    recorder.program.outputs = [o.value for o in outputs if o.value is not None]
    _note_gradients(recorder)
    problem = "; ".join(dict.fromkeys(notes.problems))
    tensors = [leaf for leaf, output in zip(out_leaves, outputs, strict=True) if output.form == "tensor"]
    if not problem and not notes.swept and any(map(recorder.unfinished, tensors)):
        problem = "it returns a result whose graph is still wanted: call backward() inside, or run it under no_grad()"
    for before, tensor in notes.moved.items():
        source = notes.sources[before]
        if isinstance(source, Argument):
            others = [x for k, x in enumerate(leaves) if k != source.position]
            _write_into(leaves[source.position], tensor, others)
    delivered = [_deliver(leaf, o, leaves) for leaf, o in zip(out_leaves, outputs, strict=True)]
    return tree.unflatten(out_structure, delivered), Trace(recorder.program, notes, outputs, out_structure, problem)


def _write_into(leaf: Any, tensor: Tensor, others: list[Any]) -> None:
    """What the function did to the handle of an argument is done to the argument."""
    if tensor.requires_grad:
        raise CompileError(
            f"an argument of shape {tensor.shape} gets a gradient by being written into in a compiled function: write "
            f"into a copy of it"
        )
    raw, *rest = (x._data if isinstance(x, Tensor) else x for x in (leaf, *others))
    if any(isinstance(x, np.ndarray) and np.may_share_memory(raw, x) for x in rest):
        raise CompileError(
            f"an argument of shape {tensor.shape} is written into in a compiled function and shares memory with "
            f"another argument, which would not see it: hand over a copy"
        )
    np.copyto(raw, tensor._data)


def _note_gradients(recorder: StepRecorder) -> None:
    """Which Value each gradient is that the run left behind; what shares memory with something else gets its own."""
    seen: set[int] = set()
    for leaf in recorder.notes.leaves.values():
        grad = leaf.after
        if grad is None:
            continue
        value = recorder.value_of(grad)
        if grad is not leaf.before or value.kind == "result":
            leaf.after = value
            if id(grad._data) in seen or grad._data.base is not None:
                grad._data = np.array(grad._data)
            seen.add(id(grad._data))


def _output(recorder: StepRecorder, leaf: Any, places: dict[int, int]) -> Output:
    if isinstance(leaf, Number):
        return Output("number", recorder.value_of(leaf.tensor))
    if not isinstance(leaf, Tensor):
        return Output("object", object=leaf)
    if id(leaf) in places:
        return Output("argument", position=places[id(leaf)])
    value = recorder.value_of(leaf)
    if value.kind == "constant" and value.tensor is leaf and leaf.is_leaf and leaf.requires_grad:
        return Output("object", object=leaf)
    if value not in recorder.notes.plain:
        return Output("tensor", value)
    return Output("number" if value in recorder.notes.numbers else "array", value)


def _deliver(leaf: Any, output: Output, leaves: Sequence[Any]) -> Any:
    if output.form == "argument":
        return leaves[output.position]
    if output.form == "number":
        return leaf.value if isinstance(leaf, Number) else leaf._data.item()
    if output.form == "array":
        return np.array(leaf._data)[()]
    return leaf


# --- do two runs agree? ----------------------------------------------------------------------------------------------


def settle(first: Trace, second: Trace) -> str:
    """Where two runs differ, if they do; otherwise what stands behind each constant of the second is settled."""
    try:
        _Comparison(first, second).run()
    except _Differs as difference:
        return str(difference)
    return ""


class _Differs(Exception):
    pass


class _Comparison:
    def __init__(self, first: Trace, second: Trace) -> None:
        self.first, self.second = first, second
        self.twin: dict[Value, Value] = {}

    def run(self) -> None:
        a, b = self.first.program, self.second.program
        self._want(len(a.inputs) == len(b.inputs), "other numbers are used")
        for v, w in zip(a.inputs, b.inputs, strict=True):
            same = _key(self.first.notes.sources[v]) == _key(self.second.notes.sources[w])
            self._want(same and _like(v, w), f"input {w!r} was {v!r} before")
            self.twin[v] = w
        for v, w in zip(a.constants, b.constants):
            self._constants(v, w)
        for i, j in zip(a.instructions, b.instructions):
            self._instructions(i, j)
        self._want(len(a) == len(b), f"{len(b)} operations instead of {len(a)}")
        self._want(len(a.constants) == len(b.constants), f"{len(b.constants)} constants instead of {len(a.constants)}")
        self._drop_updates_of_own()
        updates = [(self._of(x), self._of(y)) for x, y in a.updates]
        self._want(updates == b.updates, "other storage is written")
        self._leaves()
        self._outputs()
        stepped = self.first.notes.optimizers == self.second.notes.optimizers
        self._want(stepped, "other optimizers make a step")

    def _drop_updates_of_own(self) -> None:
        """What is written in place matters afterwards if it was there before: if both runs wrote to the same Tensor."""
        first, second = self.first.notes.moved, self.second.notes.moved
        shared = {id(t) for t in first.values()} & {id(t) for t in second.values()}
        for trace in (self.first, self.second):
            notes, kept = trace.notes, []
            for before, after in trace.program.updates:
                tensor = notes.moved.get(before)
                if tensor is None or isinstance(notes.sources[before], Argument) or id(tensor) in shared:
                    kept.append((before, after))
            trace.program.updates = kept
        tracked = any(t.requires_grad for t in first.values() if id(t) in shared)
        self._want(not tracked, "a tensor from outside gets a gradient by being written into")

    def _want(self, holds: bool, difference: str) -> None:
        if not holds:
            raise _Differs(difference)

    def _of(self, value: Any) -> Any:
        return self.twin.get(value) if isinstance(value, Value) else value

    def _constants(self, v: Value, w: Value) -> None:
        self.twin[v] = w
        self._want(_like(v, w), f"a constant {w!r}, which was {v!r} before{self._used(w)}")
        sources = self.second.notes.sources
        a, b = self.first.notes.sources[v], sources[w]
        if _key(a) == _key(b):
            return
        self._want(
            v.data is not None and w.data is not None and np.array_equal(v.data, w.data, equal_nan=_floats(v)),
            f"an array {w.dtype}{list(w.shape)} that the function does not get as an argument has other contents"
            f"{self._used(w)}: pass it as an argument",
        )
        assert w.data is not None
        w.data, w.kind = w.data.copy(), "literal"
        sources[w] = Literal(w.data)

    def _used(self, value: Value) -> str:
        for i in self.second.program.instructions:
            if value in i.inputs:
                return f" ({i.primitive.name} at {i.source})"
        return ""

    def _instructions(self, i: Instruction, j: Instruction) -> None:
        where = f" at {j.source}" if j.source else ""
        name = j.primitive.name
        self._want(i.primitive is j.primitive, f"{name}{where} instead of {i.primitive.name} at {i.source}")
        self._want(len(i.inputs) == len(j.inputs), f"{name}{where} has {len(j.inputs)} operands")
        for x, y in zip(i.inputs, j.inputs, strict=True):
            if isinstance(x, Value) or isinstance(y, Value):
                self._want(self._of(x) is y, f"an operand of {name}{where} is another one")
            else:
                same = type(x) is type(y) and equal(x, y)
                self._want(same, f"the number {y!r} in {name}{where} was {x!r} before: pass it as an argument")
        for key, x in i.params.items():
            y = j.params[key]
            self._want(equal(x, y), f"{key}={_short(y)} of {name}{where} was {_short(x)} before")
        for v, w in zip(i.outputs, j.outputs, strict=True):
            self._want(_like(v, w), f"the result of {name}{where} is {w!r} and was {v!r} before")
            self.twin[v] = w

    def _leaves(self) -> None:
        a, b = self.first.notes.leaves, self.second.notes.leaves
        self._want([id(p) for p in a] == [id(p) for p in b], "other parameters take part")
        for p in a:
            x, y = a[p], b[p]
            same = self._of(x.after) is y.after if isinstance(x.after, Value) else type(x.after) is type(y.after)
            begin = x.cleared == y.cleared and (x.cleared or (x.before is None) == (y.before is None))
            self._want(same and begin, f"the gradient of {p.name or 'a parameter'} is made in another way")
        dropped = [[f.key for f in trace.notes.frozen.values()] for trace in (self.first, self.second)]
        self._want(dropped[0] == dropped[1], "gradients of frozen parameters are there or not")

    def _outputs(self) -> None:
        self._want(self.first.structure == self.second.structure, "the result has another structure")
        for x, y in zip(self.first.outputs, self.second.outputs, strict=True):
            same = x.form == y.form and x.position == y.position and self._of(x.value) is y.value
            self._want(same and equal(x.object, y.object), "it returns something else, which is no Tensor")


def _key(source: Source) -> Any:
    match source:
        case Option():
            return "option", source.key
        case Gradient() | Storage():
            return type(source), id(source.tensor)
        case Memory():
            return "memory", id(source.array)
        case Argument():
            return source
    return None


def _like(v: Value, w: Value) -> bool:
    return v.shape == w.shape and v.dtype == w.dtype


def _floats(v: Value) -> bool:
    return v.dtype.kind in "fc"


def equal(a: Any, b: Any) -> bool:
    """Whether two parameters or results are the same, arrays and NaNs in them included."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, Tensor):
        return False
    try:
        return bool(a == b) or (a != a and b != b)
    except Exception:  # noqa: BLE001 - whatever cannot be compared is not the same
        return False


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
