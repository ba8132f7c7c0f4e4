"""Lowering: a Program as Tasks, the units that are planned, bound to memory, and run.

What nothing better is known for runs through the NumPy kernel of its primitive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.compile import CompileError
from autograd.kernels.native.host import available
from autograd.program import Instruction, Program, Value

if TYPE_CHECKING:
    from autograd.compile.guards import Guard
    from autograd.kernels.native.kernel import Kernel

Action = Callable[[], Any]
"""What runs at every replay: a call without arguments."""
Calls = list[tuple["Kernel", list[np.ndarray | int]]]
"""Kernels with their operands, arrays or the addresses of arrays that are kept elsewhere."""


class Native:
    """An Action that calls kernels on fixed arrays; neighbours are joined into one (see `joined`)."""

    __slots__ = ("calls", "guards", "kept", "run")

    def __init__(self, calls: Calls, kept: Sequence[Any] = (), guards: Sequence[Guard] = ()) -> None:
        from autograd.kernels.native.calls import list_of_calls

        self.calls, self.kept, self.guards = calls, list(kept), list(guards)
        self.run = list_of_calls(calls)

    def __call__(self) -> None:
        for guard in self.guards:
            guard.check()
        self.run()


def joined(actions: Sequence[Action], early: Sequence[np.ndarray]) -> list[Action]:
    """The Actions with neighbouring native ones as one: a single native call.

    Guards of arrays in `early`, which are complete before the first Action, are checked then, each once.
    """
    result: list[Action] = []
    first: dict[Any, Action] = {}
    for action in actions:
        if not isinstance(action, Native):
            result.append(action)
            continue
        late = []
        for guard in action.guards:
            if any(np.may_share_memory(guard.indices, array) for array in early):
                first.setdefault((guard.indices.ctypes.data, guard.indices.shape, guard.size), guard.check)
            else:
                late.append(guard)
        if not late and result and isinstance(result[-1], Native):
            last = result[-1]
            result[-1] = Native(last.calls + action.calls, last.kept + action.kept, last.guards)
        else:
            result.append(Native(action.calls, action.kept, late))
    return [*first.values(), *result]


@dataclass(eq=False, slots=True)
class Task:
    """Some instructions that run as one.

    `inputs` and `outputs` are the Values read and written. `bind(inputs, outputs)` gets the arrays of these, in that
    order, whose addresses stay the same from then on, and returns the Action that computes the one from the other.
    An output may be the memory of an input in `over` of the same shape, dtype and layout.
    `fallback` says why this runs through NumPy; it is empty for native code.
    """

    label: str
    instructions: tuple[Instruction, ...]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    bind: Callable[[list[np.ndarray], list[np.ndarray]], Action]
    over: frozenset[Value] = frozenset()
    fallback: str = ""

    @property
    def flops(self) -> int:
        """Floating-point operations."""
        return sum(i.flops for i in self.instructions)

    @property
    def bytes(self) -> int:
        """Bytes read and written; what stays inside the Task does not count."""
        return sum(v.nbytes for v in (*self.inputs, *self.outputs))


def lower(program: Program, views: set[Instruction]) -> list[Task]:
    """The Tasks of a Program, in an order in which they can run; `views` need none."""
    read = {*program.outputs, *(after for _, after in program.updates)}
    for i in program.instructions:
        read.update(v for v in i.inputs if isinstance(v, Value))
    if available():
        from autograd.compile.native import native_tasks

        return native_tasks(program, views, read)
    return [numpy_task(i, read) for i in program.instructions if i not in views]


def numpy_task(i: Instruction, read: set[Value]) -> Task:
    """An instruction through the NumPy kernel of its primitive."""
    inputs = tuple(dict.fromkeys(v for v in i.inputs if isinstance(v, Value)))
    ufunc = isinstance(i.primitive.kernel, np.ufunc) and i.primitive.kernel.nout == 1
    bind = partial(_bind_ufunc if ufunc else _bind_kernel, i, inputs, read)
    over = frozenset(inputs if ufunc and i.primitive.elementwise else ())
    return Task(i.primitive.name, (i,), inputs, i.outputs, bind, over, "NumPy kernel")


def _operands(i: Instruction, inputs: tuple[Value, ...], arrays: list[np.ndarray]) -> list[Any]:
    at = dict(zip(inputs, arrays, strict=True))
    return [at[v] if isinstance(v, Value) else v for v in i.inputs]


def _bind_ufunc(
    i: Instruction, inputs: tuple[Value, ...], read: set[Value], sources: list[np.ndarray], targets: list[np.ndarray]
) -> Action:
    kernel, operands = i.primitive.kernel, _operands(i, inputs, sources)
    if kernel is np.maximum or kernel is np.minimum:  # which warn of an `out` that is not named
        return partial(kernel, *operands, out=targets[0])
    return partial(kernel, *operands, targets[0])


def _bind_kernel(
    i: Instruction, inputs: tuple[Value, ...], read: set[Value], sources: list[np.ndarray], targets: list[np.ndarray]
) -> Action:
    kernel, operands, params = i.primitive.kernel, _operands(i, inputs, sources), i.params
    call = partial(kernel, *operands, **params)
    if i.primitive.outputs == 1:
        (target,) = targets
        shape = target.shape

        def action() -> None:
            result = call()
            if np.shape(result) != shape:
                raise _other_shape(i, np.shape(result), shape)
            target[...] = result

        return action
    wanted = [(k, target) for k, (v, target) in enumerate(zip(i.outputs, targets, strict=True)) if v in read]

    def several() -> None:
        results = call()
        for k, target in wanted:
            if np.shape(results[k]) != target.shape:
                raise _other_shape(i, np.shape(results[k]), target.shape)
            target[...] = results[k]

    return several


def _other_shape(i: Instruction, got: tuple[int, ...], planned: tuple[int, ...]) -> CompileError:
    where = f", at {i.source}" if i.source else ""
    return CompileError(
        f"{i.primitive.name} gave shape {got} in a compiled function where it gave {planned} when it was traced{where}:"
        f" a program has fixed shapes. Keep all elements and choose by autograd.where, or do this outside"
    )
