"""Passes: each takes a Program and returns one that computes the same with less work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from autograd.program import Instruction, Program, Value

Pass = Callable[[Program], Program]


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
        inputs = tuple(now(v) if isinstance(v, Value) else v for v in i.inputs)
        backward_of = None if i.backward_of is None else place.get(i.backward_of)
        for v in i.outputs:
            v.producer = k
        result.append(replace(i, index=k, inputs=inputs, backward_of=backward_of))
    return replace(
        program,
        instructions=result,
        outputs=[now(v) for v in program.outputs],
        updates=[(before, now(after)) for before, after in program.updates],
    )


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
    """Without instructions whose results nothing needs; draws stay, since they advance their generator."""
    needed = {*program.outputs, *(after for _, after in program.updates)}
    kept = []
    for i in reversed(program.instructions):
        if not needed.isdisjoint(i.outputs) or is_draw(i):
            kept.append(i)
            needed.update(v for v in i.inputs if isinstance(v, Value))
    return rewritten(program, reversed(kept))


def is_draw(i: Instruction) -> bool:
    """Whether an instruction takes random numbers from a generator."""
    return "generator" in i.params


PASSES: tuple[Pass, ...] = (final_updates, without_dead_code)
