"""Plan: a Program lowered to Tasks, with a place in memory for every Value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compile.lowering import Action, Task, joined, lower
from autograd.compile.memory import Arena, aligned, arranged, placed
from autograd.compile.sources import Gradient, Literal, Memory, Source, Storage
from autograd.program import Instruction, Program, Value


@dataclass(eq=False, slots=True)
class Bound:
    """A plan on memory: the array of every Value, the Actions in order, and what is still to be copied into storage."""

    arrays: dict[Value, np.ndarray]
    actions: list[Action]
    storage: dict[Value, np.ndarray]
    late: list[tuple[Value, Value]]


class Plan:
    """How a Program is run. `tasks` in order, `arena` where buffers lie, `views` what needs no work.

    Of the Program's outputs the last ones, as many as `gradients` says, stay where they are between calls; `own` are
    those of them that can have memory of their own.

    An update is written straight into its storage (`direct`: by the Value that holds the new contents) if nothing reads
    the old contents afterwards, otherwise it is copied there in the end.
    """

    def __init__(self, program: Program, sources: dict[Value, Source], gradients: int = 0) -> None:
        self.program = program
        made = {v: Literal(v.data) for v in program.constants if v not in sources and v.data is not None}
        self.sources = {v: sources[v] for v in (*program.inputs, *program.constants) if v not in made} | made
        self.roots: dict[Value, Value] = {}
        self.views = self._find_views()
        self.tasks = lower(program, self.views)
        self.first, self.last = self._lifetimes()
        self.direct = self._direct_updates()
        self.own = self._own_memory(gradients)
        self.shared = self._taken_over()
        self.arena = self._arranged()
        self._memory = aligned(self.arena.nbytes)
        self._inputs = {v: placed(v, aligned(v.nbytes)) for v in program.inputs}
        for v in program.constants:
            if isinstance(self.sources[v], Gradient):
                self._inputs[v] = placed(v, aligned(v.nbytes))

    # --- planning ----------------------------------------------------------------------------------------------------

    def root(self, value: Value) -> Value:
        """The Value whose memory a view looks into, or the Value itself."""
        return self.roots.get(value, value)

    def _find_views(self) -> set[Instruction]:
        """The calls whose result lies in the memory of an operand, tried out on arrays of the planned layouts."""
        stand_ins: dict[Value, np.ndarray] = {}

        def stand_in(value: Value) -> np.ndarray:
            if value not in stand_ins:
                source = self.sources.get(value)
                live = source.read([]) if isinstance(source, Storage | Memory | Literal) else None
                stand_ins[value] = placed(value, np.empty(value.nbytes, np.uint8)) if live is None else np.asarray(live)
            return stand_ins[value]

        found = set()
        for i in self.program.instructions:
            if not i.view or i.primitive.outputs > 1:
                continue
            operands = [stand_in(v) if isinstance(v, Value) else v for v in i.inputs]
            result = np.asarray(i.primitive.kernel(*operands, **i.params))
            of = next((v for v, a in zip(i.inputs, operands) if isinstance(v, Value) and _shares(result, a)), None)
            if of is not None:
                (out,) = i.outputs
                found.add(i)
                stand_ins[out], self.roots[out] = result, self.root(of)
        return found

    def _lifetimes(self) -> tuple[dict[Value, int], dict[Value, int]]:
        """By root: the Task that makes it, and the last that reads it; what is delivered is read after all Tasks."""
        first: dict[Value, int] = {}
        last: dict[Value, int] = {}
        for k, task in enumerate(self.tasks):
            for v in task.inputs:
                last[self.root(v)] = k
            for v in task.outputs:
                first[v] = last[v] = k
        for v in self.program.outputs:
            last[self.root(v)] = len(self.tasks)
        return first, last

    def _direct_updates(self) -> dict[Value, Value]:
        afters = [after for _, after in self.program.updates]
        found: dict[Value, Value] = {}
        for after in afters:
            if self.root(after) not in self.first:  # other storage, as it was before
                self.last[self.root(after)] = len(self.tasks)
        for before, after in self.program.updates:
            made = self.first.get(after)
            storage = isinstance(self.sources.get(before), Storage | Memory)
            if not storage or made is None or after in self.roots or afters.count(after) > 1:
                continue
            read = self.last.get(before, -1)
            safe = read < made or (read == made and self._may_write_over(self.tasks[made], before))
            if safe and after.shape == before.shape and after.dtype == before.dtype:
                found[after] = before
        for after in afters:
            if after not in found:
                self.last[self.root(after)] = len(self.tasks)
        return found

    def _own_memory(self, gradients: int) -> set[Value]:
        outputs = self.program.outputs
        last = outputs[len(outputs) - gradients :]
        return {v for v in last if v in self.first and v not in self.direct and outputs.count(v) == 1}

    def _taken_over(self) -> dict[Value, Value]:
        """Results that take over the buffer of an operand which nothing reads later."""
        taken: dict[Value, Value] = {}
        for k, task in enumerate(self.tasks):
            if len(task.outputs) != 1:
                continue
            (out,) = task.outputs
            for v in task.inputs:
                buffers = v in self.first and not {v, out} & (self.direct.keys() | self.own)
                alike = (v.shape, v.dtype, v.order) == (out.shape, out.dtype, out.order)
                if buffers and alike and self.last[v] == k and self._may_write_over(task, v):
                    taken[out] = taken.get(v, v)
                    break
        return taken

    def _may_write_over(self, task: Task, value: Value) -> bool:
        """Whether a Task can write its result where an operand is: it must read that as it is, not through views."""
        return value in task.over and all(v is value for v in task.inputs if self.root(v) is value)

    def _arranged(self) -> Arena:
        last = {v: self.last[v] for v in self.first if v not in self.direct and v not in self.own}
        for v, owner in self.shared.items():
            last[owner] = max(last[owner], last[v])
        return arranged((v, self.first[v], last[v]) for v in last if v not in self.shared)

    # --- binding -----------------------------------------------------------------------------------------------------

    def bind(self) -> Bound:
        """Everything on memory: the arena, the inputs' own buffers, and the storage of constants as it is now."""
        arrays = dict(self._inputs)
        storage: dict[Value, np.ndarray] = {}
        for v in self.program.constants:
            source = self.sources[v]
            if v not in arrays:
                array = np.asarray(source.read([]))
                arrays[v] = array
                if isinstance(source, Storage):
                    storage[v] = array
        for v in self.first:
            if v in self.direct:
                arrays[v] = arrays[self.direct[v]]
            elif v in self.own:
                arrays[v] = placed(v, aligned(v.nbytes))
            else:
                arrays[v] = placed(v, self._memory[self.arena.offsets[self.shared.get(v, v)] :])
        for i in self.program.instructions:
            if i in self.views:
                operands = [arrays[v] if isinstance(v, Value) else v for v in i.inputs]
                arrays[i.outputs[0]] = np.asarray(i.primitive.kernel(*operands, **i.params))
        actions = joined(
            [task.bind([arrays[v] for v in task.inputs], [arrays[v] for v in task.outputs]) for task in self.tasks],
            list(self._inputs.values()),
        )
        late = [(before, after) for before, after in self.program.updates if after not in self.direct]
        return Bound(arrays, actions, storage, late)


def _shares(a: Any, b: Any) -> bool:
    return a is b or (a.size == 0 and b.size == 0) or np.may_share_memory(a, b)
