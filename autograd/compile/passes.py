"""Passes: each takes a Program and returns one that computes the same, bit for bit, with less work.

What a user's own primitive does is not known, and a draw advances its generator: neither is ever merged or computed
beforehand. Constants whose `kind` is "literal" are the same at every call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.primitive import registry
from autograd.program import Instruction, Program, Value, order_in_memory

Pass = Callable[[Program], Program]
Operand = Value | float | int | bool | complex
FOLDED = 1 << 20
"""Bytes up to which results of constants are computed beforehand."""


def optimized(program: Program) -> Program:
    """The Program after all passes."""
    for one in PASSES:
        program = one(program)
    return program


def rewritten(
    program: Program, instructions: Iterable[Instruction], instead: dict[Value, Value] | None = None
) -> Program:
    """The Program with these instructions, numbered anew, and Values replaced wherever they are read."""
    instead = instead or {}

    def now(value: Value) -> Value:
        while value in instead:
            value = instead[value]
        return value

    kept = list(instructions)
    place = {i.index: k for k, i in enumerate(kept)}
    result = []
    for k, i in enumerate(kept):
        inputs = tuple([now(v) if isinstance(v, Value) else v for v in i.inputs]) if instead else i.inputs
        backward_of = None if i.backward_of is None else place.get(i.backward_of)
        for v in i.outputs:
            v.producer = k
        if k != i.index or backward_of != i.backward_of or inputs != i.inputs:
            i = replace(i, index=k, inputs=inputs, backward_of=backward_of)
        result.append(i)
    return replace(
        program,
        instructions=result,
        outputs=[now(v) for v in program.outputs],
        updates=[(before, now(after)) for before, after in program.updates],
    )


def is_draw(i: Instruction) -> bool:
    """Whether an instruction takes random numbers from a generator."""
    return "generator" in i.params


def is_pure(i: Instruction) -> bool:
    """Whether an instruction is known to give the same for the same operands, and to do nothing else."""
    return not is_draw(i) and not i.primitive.checked


# --- what is written, and what is needed -----------------------------------------------------------------------------


def final_updates(program: Program) -> Program:
    """Of several writes into one storage only the last is left; writes into what nobody else holds are dropped."""
    storage: dict[Value, Value] = {}
    last: dict[Value, Value] = {}
    for before, after in program.updates:
        owner = storage.get(before, before)
        storage[after] = owner
        if owner.kind in ("constant", "input"):
            last[owner] = after
    return replace(program, updates=list(last.items()))


def without_dead_code(program: Program) -> Program:
    """Without instructions whose results nothing needs; draws and users' primitives stay."""
    needed = {*program.outputs, *(after for _, after in program.updates)}
    kept = []
    for i in reversed(program.instructions):
        if not needed.isdisjoint(i.outputs) or not is_pure(i):
            kept.append(i)
            needed.update(v for v in i.inputs if isinstance(v, Value))
    constants = [v for v in program.constants if v in needed or v.kind != "literal"]
    return rewritten(replace(program, constants=constants), reversed(kept))


# --- the same twice, and what is known beforehand --------------------------------------------------------------------


def without_repetition(program: Program) -> Program:
    """Common subexpressions are computed once; so are literals of equal contents held once."""
    instead: dict[Value, Value] = {}
    known: dict[Any, tuple[Value, ...]] = {}
    for v in program.constants:
        if v.kind == "literal" and v.data is not None and v.nbytes <= FOLDED:
            (first,) = known.setdefault((v.shape, v.dtype, v.data.tobytes()), (v,))
            if first is not v:
                instead[v] = first
    kept = []
    for i in program.instructions:
        key = _key(i, instead)
        same = known.get(key) if key is not None else None
        if same is None:
            kept.append(i)
            if key is not None:
                known[key] = i.outputs
        else:
            instead.update(zip(i.outputs, same, strict=True))
    return rewritten(program, kept, instead)


def _key(i: Instruction, instead: dict[Value, Value]) -> Any:
    if not is_pure(i):
        return None
    inputs = tuple(instead.get(v, v) if isinstance(v, Value) else (type(v), repr(v)) for v in i.inputs)
    key = i.primitive, inputs, tuple((name, type(v), v) for name, v in i.params.items())
    try:
        hash(key)
    except TypeError:
        return None
    return key


def folded(program: Program) -> Program:
    """Results of nothing but literals and numbers are computed beforehand."""
    known: dict[Value, np.ndarray] = {
        v: v.data for v in program.constants if v.kind == "literal" and v.data is not None
    }
    kept, constants = [], list(program.constants)
    for i in program.instructions:
        ready = all(v in known for v in i.inputs if isinstance(v, Value))
        if ready and is_pure(i) and i.primitive.outputs == 1 and i.outputs[0].nbytes <= FOLDED:
            (out,) = i.outputs
            operands = [known[v] if isinstance(v, Value) else v for v in i.inputs]
            result = np.asarray(i.primitive.kernel(*operands, **i.params))
            if (result.shape, result.dtype) == (out.shape, out.dtype):
                known[out] = result
                out.kind, out.data, out.producer = "literal", result, None
                constants.append(out)
                continue
        kept.append(i)
    return rewritten(replace(program, constants=constants), kept)


# --- what changes nothing --------------------------------------------------------------------------------------------


def simplified(program: Program) -> Program:
    """Without operations that change nothing, and with casts, transpositions and reshapes in a row made one."""
    made: dict[Value, Instruction] = {}
    instead: dict[Value, Value] = {}
    kept = []
    for i in program.instructions:
        if any(isinstance(v, Value) and v in instead for v in i.inputs):
            i = replace(i, inputs=tuple(instead.get(v, v) if isinstance(v, Value) else v for v in i.inputs))
        i = _shortened(i, made)
        same = _unchanged(i)
        if same is not None and len(i.outputs) == 1:
            instead[i.outputs[0]] = same
        else:
            kept.append(i)
            made.update((v, i) for v in i.outputs)
    return rewritten(program, kept, instead)


def _unchanged(i: Instruction) -> Value | None:
    """The operand that an instruction merely repeats, if it does; the sign of zeros and NaNs count."""
    name = i.primitive.name
    if i.primitive.checked or len(i.inputs) not in (1, 2):
        return None
    out, first = i.outputs[0], i.inputs[0]
    if len(i.inputs) == 1:
        if not isinstance(first, Value) or (first.shape, first.dtype) != (out.shape, out.dtype):
            return None
        if name in ("alias", "astype", "broadcast_to", "sum_to", "reshape"):
            return first
        if name == "clone" and first.order == out.order:
            return first
        if name == "transpose" and i.params["axes"] is not None and _axes(i) == tuple(range(len(out.shape))):
            return first
        return first if name == "constant_power" and i.params["exponent"] == 1 else None
    second = i.inputs[1]
    if name in NEUTRAL and isinstance(first, Value) and _is(second, *NEUTRAL[name]):
        return first if (first.shape, first.dtype) == (out.shape, out.dtype) else None
    if name == "multiply" and isinstance(second, Value) and _is(first, 1):
        return second if (second.shape, second.dtype) == (out.shape, out.dtype) else None
    return None


NEUTRAL = {"multiply": (1,), "divide": (1,), "subtract": (0, 1.0), "add": (-0.0, -1.0)}
"""Second operands that change nothing: the number and, for a zero, its sign."""


def _is(operand: Operand, number: float, sign: float | None = None) -> bool:
    """Whether an operand is this number in every element."""
    if isinstance(operand, Value):
        if operand.kind != "literal" or operand.data is None or operand.dtype.kind not in "fiu":
            return False
        array = operand.data
    elif type(operand) in (int, float):
        array = np.asarray(operand, np.float64)
    else:
        return False
    same = bool((array == number).all()) and array.size > 0
    return same and (sign is None or bool((np.copysign(1.0, array) == sign).all()))


def _axes(i: Instruction) -> tuple[int, ...]:
    ndim = len(i.outputs[0].shape)
    axes = i.params["axes"]
    return tuple(reversed(range(ndim))) if axes is None else tuple(int(a) % ndim for a in axes)


def _shortened(i: Instruction, made: dict[Value, Instruction]) -> Instruction:
    """The same with an inner operation of its kind skipped, or with a constant that is one number held as one."""
    first = i.inputs[0] if i.inputs else None
    inner = made.get(first) if isinstance(first, Value) else None
    name = i.primitive.name
    if inner is not None and inner.primitive is i.primitive and len(i.inputs) == 1 and not i.primitive.checked:
        source = inner.inputs[0]
        assert isinstance(source, Value)
        if name == "reshape":
            return replace(i, inputs=inner.inputs)
        if name == "transpose":
            first_axes = _axes(inner)
            return replace(i, inputs=inner.inputs, params={"axes": tuple(first_axes[a] for a in _axes(i))})
        between = inner.outputs[0].dtype
        if name == "astype" and source.dtype.kind == between.kind and np.can_cast(source.dtype, between):
            return replace(i, inputs=inner.inputs)
        if name == "broadcast_to":
            return replace(i, inputs=inner.inputs)
    if i.primitive.elementwise and len(i.inputs) == 2 and not i.primitive.checked:
        x, y = i.inputs
        numbers = _as_number(x, y, i.outputs[0]), _as_number(y, x, i.outputs[0])
        if numbers != (x, y):
            return replace(i, inputs=numbers)
    return i


def _as_number(operand: Operand, other: Operand, out: Value) -> Operand:
    """A literal that is one number everywhere, as an array without axes; the other operand has the result's shape."""
    if not isinstance(operand, Value) or not operand.shape or operand.kind != "literal" or operand.data is None:
        return operand
    data = operand.data
    if not isinstance(other, Value) or other.shape != out.shape or not data.size or any(data.strides):
        return operand
    number = np.array(data[(0,) * data.ndim])
    return replace(operand, shape=(), data=number, order=order_in_memory(number), producer=None)


CASTING = frozenset({"add", "subtract", "multiply", "divide", "power", "maximum", "minimum"})
"""Ufuncs that first bring their operands to the dtype of the result."""


def with_explicit_casts(program: Program) -> Program:
    """Where a ufunc casts an operand, the cast becomes an instruction: kernels of one dtype are left."""
    count = max((v.id for v in program.values), default=0)
    casts: dict[tuple[Value, np.dtype], Value] = {}
    kept: list[Instruction] = []
    for i in program.instructions:
        out = i.outputs[0]
        if i.primitive.name in CASTING and out.dtype.kind == "f" and not i.primitive.checked:
            inputs: list[Operand] = []
            for v in i.inputs:
                if isinstance(v, Value) and v.dtype != out.dtype:
                    cast = casts.get((v, out.dtype))
                    if cast is None:
                        count += 1
                        cast = casts[v, out.dtype] = replace(v, id=count, kind="result", dtype=out.dtype, name=None)
                        cast.tensor = cast.data = None
                        made = (v,), {"dtype": out.dtype}, (cast,), i.scope, i.source, i.backward_of
                        kept.append(Instruction(-1, registry["astype"], *made))
                    v = cast
                inputs.append(v)
            i = replace(i, inputs=tuple(inputs))
        kept.append(i)
    return rewritten(program, kept)


def with_their_constants(program: Program) -> Program:
    """Literals that passes have made are entered among the constants."""
    listed = set(program.constants)
    read = (v for i in program.instructions for v in i.inputs if isinstance(v, Value) and v.kind == "literal")
    new = [v for v in dict.fromkeys(read) if v not in listed]
    return replace(program, constants=[*program.constants, *new])


PASSES: tuple[Pass, ...] = (
    final_updates,
    without_dead_code,
    folded,
    without_repetition,
    simplified,
    with_their_constants,
    with_explicit_casts,
    folded,
    without_repetition,
    without_dead_code,
)
