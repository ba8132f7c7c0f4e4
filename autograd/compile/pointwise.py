"""How an instruction reads as a computation at every point of an iteration space, if it does.

Elementwise operations do, and so do sums and broadcasts along axes, shifts and scalings per channel, and the like: at a
point they take one number of each operand, compute, and either store the number or add it to a sum over some axes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.program import Instruction, Value

Axes = tuple[int | None, ...]
"""Per axis of the iteration space the axis of the operand, or None where the operand is repeated."""
Step = tuple[Any, ...]
"""(operation, *operands) in the language of `autograd.kernels.native.expressions`."""


@dataclass(frozen=True)
class Pointwise:
    """An instruction at one point of `shape`.

    `operands` are Values with their axes; `steps` compute with them (operand k is k, the result of step j is
    len(operands) + j, a float is a number) and the last result, or else operand 0, is what the instruction gives; over
    the axes `reduced` it is then summed (`fold` says otherwise: max, min) and multiplied by `scale`.
    """

    shape: tuple[int, ...]
    operands: tuple[tuple[Value, Axes], ...]
    steps: tuple[Step, ...]
    reduced: tuple[int, ...] | None = None
    fold: str = "sum"
    scale: float = 1.0


def pointwise(i: Instruction) -> Pointwise | None:
    """The pointwise form of an instruction; None if it has none that native kernels can compute."""
    rule = RULES.get(i.primitive.name) if _is_ours(i) else None
    if rule is None:
        rule = _elementwise if i.primitive.elementwise and not i.primitive.checked else None
    if rule is None or any(not _is_served(v) for v in (*i.inputs, *i.outputs)):
        return None
    return rule(i)


def _is_ours(i: Instruction) -> bool:
    return not i.primitive.checked


def _is_served(v: Any) -> bool:
    if isinstance(v, Value):
        return v.dtype in SERVED and 0 not in v.shape
    return type(v) in (int, float, bool)


SERVED = frozenset(map(np.dtype, (np.float32, np.float64, np.int64, np.bool_)))
FLOATING = frozenset(map(np.dtype, (np.float32, np.float64)))


def broadcast(v: Value, shape: tuple[int, ...]) -> Axes:
    """The axes of an operand that NumPy broadcasts to a shape."""
    lead = len(shape) - len(v.shape)
    return tuple(None if k < lead or (v.shape[k - lead] == 1 and n != 1) else k - lead for k, n in enumerate(shape))


def _whole(v: Value) -> Axes:
    return tuple(range(len(v.shape)))


def _per_channel(shape: tuple[int, ...]) -> Axes:
    return tuple(0 if k == 1 else None for k in range(len(shape)))


# --- elementwise primitives ------------------------------------------------------------------------------------------


def _elementwise(i: Instruction) -> Pointwise | None:
    from autograd.kernels.native.expressions import serves, step

    name, out = i.primitive.name, i.outputs[0]
    values = [v for v in i.inputs if isinstance(v, Value)]
    # Integers beside floats, such as a counter of steps, count as floats of the result's precision.
    counters = [out.dtype in FLOATING and v.dtype.kind == "i" for v in values]
    kinds = iter(out.dtype if c else v.dtype for c, v in zip(counters, values))
    if not serves(name, [next(kinds) if isinstance(v, Value) else None for v in i.inputs]):
        return None
    steps = [step("astype", [k], {"dtype": out.dtype.name}) for k, c in enumerate(counters) if c]
    casts = iter(range(len(values), len(values) + len(steps)))
    places = iter([next(casts) if c else k for k, c in enumerate(counters)])
    operands = [next(places) if isinstance(v, Value) else float(v) for v in i.inputs]  # type: ignore[arg-type]
    try:
        steps.append(step(name, operands, i.params))
    except TypeError:  # a parameter that the operation does not know
        return None
    return Pointwise(out.shape, tuple((v, broadcast(v, out.shape)) for v in values), tuple(steps))


# --- the rest --------------------------------------------------------------------------------------------------------

RULES: dict[str, Callable[[Instruction], Pointwise | None]] = {}


def _rule(name: str) -> Callable[[Callable[..., Pointwise | None]], Callable[..., Pointwise | None]]:
    def declare(function: Callable[..., Pointwise | None]) -> Callable[..., Pointwise | None]:
        def read(i: Instruction) -> Pointwise | None:
            if not all(isinstance(v, Value) and v.dtype in FLOATING for v in i.inputs):
                return None
            if len({v.dtype for v in (*i.inputs, *i.outputs) if isinstance(v, Value)}) != 1:
                return None
            return function(*i.inputs, **i.params)

        RULES[name] = read
        return function

    return declare


@_rule("shift_channels")
def _shift_channels(x: Value, shift: Value) -> Pointwise:
    return Pointwise(x.shape, ((x, _whole(x)), (shift, _per_channel(x.shape))), (("add", 0, 1),))


@_rule("affine_channels")
def _affine_channels(x: Value, scale: Value, shift: Value) -> Pointwise:
    each = _per_channel(x.shape)
    return Pointwise(x.shape, ((x, _whole(x)), (scale, each), (shift, each)), (("multiply", 0, 1), ("add", 3, 2)))


@_rule("mix_channels")
def _mix_channels(x: Value, y: Value, a: Value, b: Value, c: Value) -> Pointwise:
    each = _per_channel(x.shape)
    operands = ((x, _whole(x)), (y, _whole(y)), (a, each), (b, each), (c, each))
    return Pointwise(x.shape, operands, (("multiply", 1, 3), ("add", 5, 4), ("multiply", 0, 2), ("add", 7, 6)))


def _but_channels(x: Value) -> tuple[int, ...]:
    return tuple(k for k in range(len(x.shape)) if k != 1)


@_rule("sum_channels")
def _sum_channels(x: Value) -> Pointwise:
    return Pointwise(x.shape, ((x, _whole(x)),), (), _but_channels(x))


@_rule("dot_channels")
def _dot_channels(x: Value, y: Value, center: Value) -> Pointwise:
    operands = ((x, _whole(x)), (y, _whole(y)), (center, _per_channel(x.shape)))
    return Pointwise(x.shape, operands, (("subtract", 1, 2), ("multiply", 0, 3)), _but_channels(x))


def _axes(x: Value, axis: Any) -> tuple[int, ...]:
    return tuple(range(len(x.shape))) if axis is None else tuple(sorted(axis))


@_rule("sum")
def _sum(x: Value, axis: Any, keepdims: bool) -> Pointwise:
    return Pointwise(x.shape, ((x, _whole(x)),), (), _axes(x, axis))


@_rule("mean")
def _mean(x: Value, axis: Any, keepdims: bool) -> Pointwise:
    axes = _axes(x, axis)
    return Pointwise(x.shape, ((x, _whole(x)),), (), axes, scale=1 / math.prod(x.shape[k] for k in axes))


@_rule("sum_to")
def _sum_to(x: Value, shape: tuple[int, ...]) -> Pointwise:
    lead = len(x.shape) - len(shape)
    stretched = (k for k, n in enumerate(shape, lead) if n == 1 and x.shape[k] != 1)
    return Pointwise(x.shape, ((x, _whole(x)),), (), (*range(lead), *stretched))


@_rule("spread")
def _spread(x: Value, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Pointwise:
    if axis is None:
        return Pointwise(shape, ((x, (None,) * len(shape)),), ())
    if keepdims:
        return Pointwise(shape, ((x, tuple(None if k in axis else k for k in range(len(shape)))),), ())
    kept = iter(range(len(x.shape)))
    return Pointwise(shape, ((x, tuple(None if k in axis else next(kept) for k in range(len(shape)))),), ())


@_rule("broadcast_to")
def _broadcast_to(x: Value, shape: tuple[int, ...]) -> Pointwise:
    return Pointwise(shape, ((x, broadcast(x, shape)),), ())


def _astype(i: Instruction) -> Pointwise | None:
    (x,) = i.inputs
    if not isinstance(x, Value) or i.outputs[0].dtype not in FLOATING:
        return None
    steps = () if x.dtype == i.outputs[0].dtype else (("astype", 0, i.outputs[0].dtype.name),)
    return Pointwise(x.shape, ((x, _whole(x)),), steps)


RULES["astype"] = _astype


def _dropout(i: Instruction) -> Pointwise | None:
    x, mask = i.inputs
    if not isinstance(x, Value) or x.dtype not in FLOATING or not isinstance(mask, Value) or mask.dtype != np.bool_:
        return None
    return Pointwise(x.shape, ((x, _whole(x)), (mask, _whole(mask))), (("dropout", 0, 1, float(i.params["scale"])),))


RULES["dropout"] = _dropout
