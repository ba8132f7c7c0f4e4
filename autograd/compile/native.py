"""Lowering to native kernels: groups of instructions as Tasks whose Actions are calls of generated code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograd.compile.decompositions import decomposed
from autograd.compile.expression import Expression, expression, kept_strides, strides_in
from autograd.compile.fusion import Group, fuse
from autograd.compile.guards import are_safe, guards_of
from autograd.compile.lowering import Action, Calls, Native, Task, numpy_task
from autograd.compile.pointwise import FLOATING, SERVED, pointwise
from autograd.kernels.native.arrays import address, empty
from autograd.kernels.native.capture import Captured, captured
from autograd.kernels.native.loops import Input, Nest, Output, planned
from autograd.program import Instruction, Program, Value


def native_tasks(program: Program, views: set[Instruction], read: set[Value]) -> list[Task]:
    """The Tasks of a Program: native where there is a kernel, NumPy's where there is none."""
    from autograd.compile.anchors import is_anchor, task_of_anchor

    program = decomposed(program)
    read = read | {v for i in program.instructions for v in i.inputs if isinstance(v, Value)}
    groups = fuse(program, pointwise, is_anchor, views)
    wanted = _wanted(program, groups, views)
    tasks = []
    for g in groups:
        outputs = tuple(v for i in g.instructions for v in i.outputs if v in wanted)
        task = task_of_anchor(g, outputs) if g.anchor is not None else None
        if task is None and g.anchor is not None and g.forms:
            tasks.append(
                task_of_anchor(Group([g.anchor], anchor=g.anchor), g.anchor.outputs) or captured_task(g.anchor, read)
            )
            outputs = tuple(v for v in outputs if v not in g.anchor.outputs)
            g = g.without_anchor()
        if task is None:
            tasks += [pointwise_task(g, outputs)] if g.forms else [captured_task(i, read) for i in g.instructions]
        else:
            tasks.append(task)
    return tasks


def captured_task(i: Instruction, read: set[Value]) -> Task:
    """An instruction by itself: by the kernels that its primitive calls, or else through NumPy."""
    task = numpy_task(i, read)
    through_numpy = task.bind
    if i.primitive.name == "reshape":
        task.bind = partial(_bind_reshape, task)
        return task
    if i.primitive.name in REGIONS and i.outputs[0].dtype in SERVED:
        task.bind = partial(_bind_region, task)
        return task
    floating = any(isinstance(v, Value) and v.dtype in FLOATING for v in i.inputs)
    if i.primitive.checked or not floating or not are_safe(i) or "generator" in i.params:
        return task

    def bind(sources: list[np.ndarray], targets: list[np.ndarray]) -> Action:
        at = dict(zip(task.inputs, sources))
        operands = [at[v] if isinstance(v, Value) else v for v in i.inputs]
        found = captured(partial(i.primitive.kernel, **i.params), operands)
        if found is None:
            return through_numpy(sources, targets)
        task.fallback = ""
        wanted = [(r, t) for v, r, t in zip(i.outputs, found.results, targets) if v in read]
        return Native(delivered(found, wanted), found.kept, guards_of(i, operands))

    task.bind = bind
    return task


def _bind_reshape(task: Task, sources: list[np.ndarray], targets: list[np.ndarray]) -> Action:
    """A reshape that is no view copies into a view of its result with the shape of its operand."""
    (source,), (target,) = sources, targets
    view = target.reshape(source.shape)
    if np.may_share_memory(view, target) and source.dtype in SERVED and source.size:
        task.fallback = ""
        return Native(copied(source, view), [view])

    def action() -> None:
        target[...] = source.reshape(target.shape)

    return action


REGIONS: dict[str, Callable[..., Any]] = {
    "place": lambda target, index, shape: target[index],
    "zero_pad": lambda target, widths: target[
        tuple(slice(low, n - high) for n, (low, high) in zip(target.shape, widths))
    ],
}
"""Primitives that put their operand into zeros: where in the result it goes."""


def _bind_region(task: Task, sources: list[np.ndarray], targets: list[np.ndarray]) -> Action:
    (i,), (source,), (target,) = task.instructions, sources, targets
    region = REGIONS[i.primitive.name](target, **i.params)
    if not np.may_share_memory(region, target) or region.shape != source.shape or not source.size:
        return numpy_task(i, set(i.outputs)).bind(sources, targets)
    task.fallback = ""
    zero = np.zeros((), target.dtype)
    return Native(copied(np.broadcast_to(zero, target.shape), target) + copied(source, region), [region, zero])


def delivered(found: Captured, wanted: list[tuple[np.ndarray, np.ndarray]]) -> Calls:
    """The calls with their results in the planned places: put there, or copied if they lie differently in memory."""
    moves = []
    copies: Calls = []
    bounds = [byte_bounds(array) for array in found.kept]
    for result, target in wanted:
        if (result.shape, result.strides, result.dtype) == (target.shape, target.strides, target.dtype) and byte_bounds(
            result
        ) in bounds:
            moves.append((*byte_bounds(result), address(target) - address(result)))
        else:
            copies += copied(result, target)

    def moved(place: int) -> int:
        return place + next((shift for low, high, shift in moves if low <= place < high), 0)

    calls: Calls = [(kernel, [moved(place) for place in places]) for kernel, places in found.calls]
    return calls + copies


def copied(source: np.ndarray, target: np.ndarray) -> Calls:
    """The call that copies an array into another of the same shape."""
    along = tuple(range(source.ndim))
    read = Input(source.dtype, strides_in(source, along))
    nest = Nest(source.shape, (read,), (), (Output(0, target.dtype, strides_in(target, along)),))
    return [(stage.kernel, [source, target]) for stage in planned(nest).stages]


def _wanted(program: Program, groups: list[Group], views: set[Instruction]) -> set[Value]:
    """The Values that somebody outside of the group that computes them reads."""
    wanted = {*program.outputs, *(after for _, after in program.updates)}
    wanted.update(v for i in views for v in i.inputs if isinstance(v, Value))
    for g in groups:
        wanted.update(g.inputs)
    return wanted


def pointwise_task(group: Group, outputs: tuple[Value, ...]) -> Task:
    """A group without anchor: one nest of loops."""
    whole = expression(group)
    inputs = tuple(dict.fromkeys(v for v, _ in whole.inputs))
    label = " ".join(dict.fromkeys(i.primitive.name for i in group.instructions))
    reduced = group.reduced or ()

    def bind(sources: list[np.ndarray], targets: list[np.ndarray]) -> Native:
        return Native(calls_of_nest(group.shape or (), reduced, whole, inputs, sources, outputs, targets))

    return Task(label, tuple(group.instructions), inputs, outputs, bind, over=frozenset(inputs))


def calls_of_nest(
    shape: tuple[int, ...],
    reduced: tuple[int, ...],
    whole: Expression,
    inputs: Sequence[Value],
    sources: Sequence[np.ndarray],
    outputs: Sequence[Value],
    targets: Sequence[np.ndarray],
) -> Calls:
    """The kernel calls of an expression over a shape, on arrays."""
    at = dict(zip(inputs, sources))
    read = tuple(Input(at[v].dtype, strides_in(at[v], axes)) for v, axes in whole.inputs)
    written = []
    for v, target in zip(outputs, targets):
        form = whole.forms.get(v)
        if form is None or form.reduced is None:
            strides = strides_in(target, tuple(range(target.ndim)))
            written.append(Output(whole.places[v], target.dtype, strides))
        else:
            strides = kept_strides(target, form.reduced, shape)
            written.append(Output(whole.places[v], target.dtype, strides, form.fold, form.scale))
    plan = planned(Nest(shape, read, whole.steps, tuple(written), reduced))
    arrays = [*(at[v] for v, _ in whole.inputs), *targets, *(empty((n,), d) for n, d in plan.workspaces)]
    return [(stage.kernel, [arrays[k] for k in stage.operands]) for stage in plan.stages]
