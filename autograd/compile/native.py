"""Lowering to native kernels: groups of instructions as Tasks whose Actions are calls of generated code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.compile.expression import Expression, expression, kept_strides, strides_in
from autograd.compile.fusion import Group, fuse
from autograd.compile.lowering import Calls, Native, Task, numpy_task
from autograd.compile.pointwise import pointwise
from autograd.kernels.native.arrays import empty
from autograd.kernels.native.loops import Input, Nest, Output, planned
from autograd.program import Instruction, Program, Value


def native_tasks(program: Program, views: set[Instruction], read: set[Value]) -> list[Task]:
    """The Tasks of a Program: native where there is a kernel, NumPy's where there is none."""
    from autograd.compile.anchors import is_anchor, task_of_anchor

    groups = fuse(program, pointwise, is_anchor, views)
    wanted = _wanted(program, groups, views)
    tasks = []
    for g in groups:
        outputs = tuple(v for i in g.instructions for v in i.outputs if v in wanted)
        task = None
        if g.anchor is not None:
            task = task_of_anchor(g, outputs)
        elif g.forms:
            task = pointwise_task(g, outputs)
        tasks += [task] if task is not None else [numpy_task(i, read) for i in g.instructions]
    return tasks


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
