"""Instructions that native code computes better in parts, which fuse with what stands before and after them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograd.kernels import channels
from autograd.primitive import Primitive, registry
from autograd.program import Instruction, Program, Value


def _moments(x: Any) -> Any:
    """Mean and variance per channel of x (N, C, *spatial)."""
    return channels.channel_moments(x)


MOMENTS = Primitive(_moments, {"x": None}, outputs=2)


def decomposed(program: Program) -> Program:
    """The Program with those instructions in parts; all others are left as they are."""
    fresh = itertools.count(max((v.id for v in program.values), default=0) + 1)
    instructions: list[Instruction] = []
    for i in program.instructions:
        parts = PARTS.get(i.primitive.name)
        instructions += parts(i, fresh) if parts is not None and not i.primitive.checked else [i]
    if len(instructions) == len(program.instructions):
        return program
    return replace(program, instructions=_numbered(instructions))


def _numbered(instructions: list[Instruction]) -> list[Instruction]:
    for k, i in enumerate(instructions):
        i.index = k
    return instructions


def _batch_norm(i: Instruction, fresh: Any) -> list[Instruction]:
    """Moments, then one scale and one shift per channel."""
    x, weight, bias = i.inputs
    y, mean, variance = i.outputs
    if not isinstance(weight, Value) or weight.dtype != y.dtype or mean.dtype != y.dtype:
        return [i]
    made: list[Instruction] = []

    def call(primitive: Primitive, *inputs: Any, out: tuple[Value, ...] | None = None, **params: Any) -> Value:
        results = out or (Value(next(fresh), "result", weight.shape, weight.dtype, order=weight.order),)
        made.append(replace(i, primitive=primitive, inputs=inputs, params=params, outputs=results, flops=0))
        return results[0]

    call(MOMENTS, x, out=(mean, variance))
    power = call(registry["constant_power"], call(registry["add"], variance, i.params["eps"]), exponent=-0.5)
    scale = call(registry["multiply"], weight, power)
    shift = call(registry["subtract"], bias, call(registry["multiply"], scale, mean))
    call(registry["affine_channels"], x, scale, shift, out=(y,))
    made[-1].flops = i.flops
    return made


PARTS: dict[str, Callable[[Instruction, Any], list[Instruction]]] = {"batch_norm": _batch_norm}
