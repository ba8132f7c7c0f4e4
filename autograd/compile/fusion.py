"""Which instructions become one kernel: a partition of a Program's instructions into groups, in an order that runs.

Three steps, each a greedy walk through the program, joining only what leaves the groups free of cycles:

1. elementwise instructions over one iteration space join the groups of their operands;
2. a group that works on the fresh result of a matrix product, a convolution or another *anchor* becomes its epilogue:
   the result is used while it is still in registers;
3. a reduction joins the group that computes, or another reduction that reads, what it reduces.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from autograd.compile.passes import is_pure
from autograd.compile.pointwise import Pointwise
from autograd.program import Instruction, Program, Value

MOST_STEPS, MOST_OPERANDS = 48, 20
"""A group beyond these would take long to generate and run out of registers."""
DEAR = 15
"""Operations that cost so much, such as exp, are faster in a loop of their own than at the end of a product."""


@dataclass(eq=False, slots=True)
class Group:
    """Instructions that one kernel computes: `anchor`, if there is one, then `members` at every point of `shape`.

    `forms` says how each member is computed at a point; a group of a single instruction that is not pointwise has none.
    `before` are the groups whose results it needs.
    """

    instructions: list[Instruction]
    shape: tuple[int, ...] | None = None
    forms: dict[int, Pointwise] = field(default_factory=dict)
    anchor: Instruction | None = None
    before: set[Group] = field(default_factory=set)
    merged_into: Group | None = None

    @property
    def first(self) -> int:
        return self.instructions[0].index

    @property
    def last(self) -> int:
        return self.instructions[-1].index

    @property
    def reduced(self) -> tuple[int, ...] | None:
        """The axes that its reductions go over; None if it has none."""
        return next((f.reduced for f in self.forms.values() if f.reduced is not None), None)

    @property
    def dearest(self) -> float:
        """The cost of the most expensive operation at a point, in additions."""
        from autograd.kernels.native.expressions import OPERATIONS

        return max((OPERATIONS[op].cost for f in self.forms.values() for op, *_ in f.steps), default=0)

    def without_anchor(self) -> Group:
        """The rest of a group whose anchor computes alone."""
        assert self.anchor is not None
        rest = [i for i in self.instructions if i is not self.anchor]
        return Group(rest, self.anchor.outputs[0].shape, self.forms)

    @property
    def outputs(self) -> list[Value]:
        """What it computes, wanted outside or not."""
        return [v for i in self.instructions for v in i.outputs]

    @property
    def inputs(self) -> list[Value]:
        """What it reads and does not compute, each once."""
        made = {v for i in self.instructions for v in i.outputs}
        read = (v for i in self.instructions for v in i.inputs if isinstance(v, Value) and v not in made)
        return list(dict.fromkeys(read))


def fuse(
    program: Program,
    pointwise: Callable[[Instruction], Pointwise | None],
    is_anchor: Callable[[Instruction], bool] = lambda _: False,
    views: Container[Instruction] = (),
) -> list[Group]:
    """The groups of a program in an order in which they can run; `views`, which cost nothing, are in none."""
    return _Fusion(program, pointwise, is_anchor, views).groups()


class _Fusion:
    def __init__(
        self,
        program: Program,
        pointwise: Callable[[Instruction], Pointwise | None],
        is_anchor: Callable[[Instruction], bool],
        views: Container[Instruction],
    ) -> None:
        self.maker: dict[Value, Group] = {}
        self.readers: dict[Value, list[Group]] = {}
        self.all: list[Group] = []
        self.views: set[Value] = set()
        forms = {}
        computing = []
        effect: Group | None = None
        for i in program.instructions:
            if i in views:
                base = next(v for v in i.inputs if isinstance(v, Value))
                self.views.update(i.outputs)
                if base in self.maker:
                    self.maker.update((v, self.maker[base]) for v in i.outputs)
                continue
            computing.append(i)
            form = pointwise(i)
            if form is not None:
                forms[i.index] = form
            shape = form.shape if form is not None else None
            group = Group([i], shape, {i.index: form} if form is not None else {}, i if is_anchor(i) else None)
            for v in i.inputs:
                if isinstance(v, Value):
                    self.readers.setdefault(v, []).append(group)
                    if v in self.maker:
                        group.before.add(self.maker[v])
            self.maker.update((v, group) for v in i.outputs)
            self.all.append(group)
            if not is_pure(i):  # draws advance a generator: they keep their order
                if effect is not None:
                    group.before.add(effect)
                effect = group
        for group, i in zip(self.all, computing):
            if i.index in forms and forms[i.index].reduced is None:
                self._join_operands(group, i)
        for group in [g for g in self.all if g.anchor is not None]:
            self._give_epilogue(group)
        for group, i in zip(self.all, computing):
            if i.index in forms and forms[i.index].reduced is not None:
                self._join_operands(group, i)
                self._join_readers(group, i)

    # --- the three steps ---------------------------------------------------------------------------------------------

    def _join_operands(self, group: Group, i: Instruction) -> None:
        makers = [self.maker[v] for v in i.inputs if isinstance(v, Value) and v in self.maker]
        for maker in sorted({_found(m) for m in makers}, key=lambda g: -g.last):
            # What the backward sweep derives from a result it can derive when it needs it, instead of keeping it.
            if i.backward_of is None or any(m.backward_of is not None for m in maker.instructions):
                self._join(_found(maker), _found(group))

    def _join_readers(self, group: Group, i: Instruction) -> None:
        for v in i.inputs:
            if isinstance(v, Value) and v.shape == _found(group).shape:
                for reader in self.readers[v]:
                    self._join(_found(reader), _found(group))

    def _give_epilogue(self, anchor: Group) -> None:
        """Let the group that reads an anchor's first result at once become part of it."""
        anchor = _found(anchor)
        assert anchor.anchor is not None
        result = anchor.anchor.outputs[0]
        candidates = {_found(r) for r in self.readers.get(result, ())}
        fitting = [g for g in candidates if g.shape == result.shape and g.anchor is None and g.reduced is None]
        fitting = [g for g in fitting if all(v.dtype == result.dtype for v in (*g.inputs, *g.outputs))]
        fitting = [g for g in fitting if g.dearest < DEAR]
        for group in sorted(fitting, key=lambda g: g.first)[:1]:
            if not (self._waits(anchor, group) or self._between(anchor, group)) and self._fits(anchor, group):
                self._merge(anchor, group)
                anchor.shape = None  # nothing else joins

    def _join(self, a: Group, b: Group) -> bool:
        if a is b or a.shape is None or a.shape != b.shape or a.anchor is not None or b.anchor is not None:
            return False
        if a.reduced is not None and b.reduced is not None and a.reduced != b.reduced:
            return False
        if self._waits(a, b) or self._waits(b, a) or not self._fits(a, b):
            return False
        if self._between(a, b) or self._between(b, a):
            return False
        self._merge(a, b)
        return True

    def _waits(self, a: Group, b: Group) -> bool:
        """Whether b reads what is there only when a is through: its reductions, and other views of its results."""
        reduced = {v for i in a.instructions if _reduces(a, i) for v in i.outputs}
        return any(v in reduced or (v in self.views and _found(self.maker.get(v, b)) is a) for v in b.inputs)

    @staticmethod
    def _fits(a: Group, b: Group) -> bool:
        steps = sum(len(f.steps) for g in (a, b) for f in g.forms.values())
        return steps <= MOST_STEPS and len({v for g in (a, b) for v in g.inputs}) <= MOST_OPERANDS

    def _between(self, a: Group, b: Group) -> bool:
        """Whether b needs a by way of a third group, so that the two cannot be one."""
        seen: set[Group] = set()
        stack = [g for g in map(_found, b.before) if g is not a]
        while stack:
            g = stack.pop()
            if g is a:
                return True
            if g in seen or g.last < a.first:
                continue
            seen.add(g)
            stack += map(_found, g.before)
        return False

    def _merge(self, a: Group, b: Group) -> None:
        a.instructions = sorted(a.instructions + b.instructions, key=lambda i: i.index)
        a.forms |= b.forms
        a.before = {g for g in map(_found, a.before | b.before) if g is not a and g is not b}
        b.merged_into = a

    # --- the result --------------------------------------------------------------------------------------------------

    def groups(self) -> list[Group]:
        """The groups in an order that runs: each as early as what it needs allows, else in the program's order."""
        left = sorted({_found(g) for g in self.all}, key=lambda g: g.first)
        for g in left:
            g.before = {b for b in map(_found, g.before) if b is not g}
        done: set[Group] = set()
        ordered: list[Group] = []

        def place(start: Group) -> None:
            stack = [start]
            while stack:
                g = stack[-1]
                waiting = sorted((b for b in g.before if b not in done), key=lambda b: -b.first)
                if waiting:
                    stack += waiting
                else:
                    stack.pop()
                    if g not in done:
                        done.add(g)
                        ordered.append(g)

        for g in left:
            place(g)
        return ordered


def _found(group: Group) -> Group:
    while group.merged_into is not None:
        group = group.merged_into
    return group


def _reduces(group: Group, i: Instruction) -> bool:
    form = group.forms.get(i.index)
    return form is not None and form.reduced is not None
