"""A group of pointwise instructions as one expression in the language of the native kernels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compile.fusion import Group
from autograd.compile.pointwise import Axes, Pointwise, Step
from autograd.kernels.native.expressions import OPERATIONS
from autograd.program import Value


@dataclass(frozen=True)
class Expression:
    """`steps` over `inputs`, each a Value with its axes in the iteration space; `places` says which of the inputs and
    the steps' results (counted on from the inputs) each computed Value is, before it is reduced."""

    inputs: tuple[tuple[Value, Axes], ...]
    steps: tuple[Step, ...]
    places: dict[Value, int]
    forms: dict[Value, Pointwise]


@dataclass(frozen=True)
class Start:
    """What a group's anchor hands to its epilogue.

    Input 0 is what its kernel accumulates, then come `inputs`; the result of the last of `steps`, or else input 0, is
    `value`, the anchor's result.
    """

    value: Value
    inputs: tuple[tuple[Value, Axes], ...] = ()
    steps: tuple[Step, ...] = ()


def expression(group: Group, start: Start | None = None) -> Expression:
    """The expression of a group, after that with which its anchor starts it."""
    made = {v for i in group.instructions for v in i.outputs}
    members = [i for i in group.instructions if i is not group.anchor]
    inputs: list[tuple[Value, Axes]] = []
    if start is not None:
        inputs += [(start.value, tuple(range(len(start.value.shape)))), *start.inputs]
    given = len(inputs)
    for i in members:
        for operand in group.forms[i.index].operands:
            if operand[0] not in made and operand not in inputs:
                inputs.append(operand)
    steps: list[Step] = []
    known: dict[Step, int] = {}
    places: dict[Value, int] = {}
    forms: dict[Value, Pointwise] = {}

    def add(local: list[int], new: Iterable[Step]) -> int:
        """Append steps that refer to `local` and to one another; returns the place of the last result."""
        count = len(local)
        for op, *rest in new:
            operands, parameters = rest[: OPERATIONS[op].operands], rest[OPERATIONS[op].operands :]
            step = (op, *(local[a] if type(a) is int else a for a in operands), *parameters)
            if step not in known:
                known[step] = len(inputs) + len(steps)
                steps.append(step)
            local.append(known[step])
        return local[-1] if len(local) > count else local[0]

    if start is not None:
        places[start.value] = add(list(range(given)), start.steps)
    for i in members:
        form = group.forms[i.index]
        local = [places[v] if v in places else inputs.index((v, axes)) for v, axes in form.operands]
        places[i.outputs[0]] = add(local, form.steps)
        forms[i.outputs[0]] = form
    return Expression(tuple(inputs), tuple(steps), places, forms)


def strides_in(array: np.ndarray, axes: Axes) -> tuple[int, ...]:
    """How many elements of an operand to step per axis of the iteration space; 0 where it is repeated."""
    size = array.itemsize
    return tuple(0 if axis is None or array.shape[axis] == 1 else array.strides[axis] // size for axis in axes)


def kept_strides(array: np.ndarray, reduced: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a reduction's result in the iteration space: 0 along the axes it is reduced over."""
    sizes = [n for k, n in enumerate(shape) if k not in reduced]
    flat = array.reshape(sizes)
    inner = iter(s // array.itemsize for s in flat.strides)
    return tuple(0 if k in reduced else next(inner) for k in range(len(shape)))
