"""Replay: the function that checks one call against a program's conditions, runs its Actions, and hands out results.

It is written as straight-line Python for the program at hand: a few identity tests, the arguments copied to where the
program reads them, the Actions, then what eager execution would have left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from sys import getrefcount
from typing import Any

import numpy as np

from autograd import dtypes, graph, tree
from autograd.compile.gradients import Slot, Slots, counted
from autograd.compile.plan import Bound, Plan
from autograd.compile.recorder import Leaf, Notes
from autograd.compile.references import SIMPLE, Held, distinct
from autograd.compile.script import Script
from autograd.compile.sources import Argument, Gradient, Memory, Option, Storage
from autograd.compile.tracing import Output, Trace
from autograd.kernels import precision
from autograd.program import Value
from autograd.tensor import Tensor, wrap

MISS = object()
"""What a replay returns when the program is not for this call."""
MOVED = object()
"""What a replay returns when storage was replaced, so that the program must be bound anew."""


class Replay:
    """One program for one signature, ready to run: call it with (args, kwargs)."""

    def __init__(
        self, plan: Plan, trace: Trace, leaves: Sequence[Any], structure: tree.Structure, held: list[Held]
    ) -> None:
        self.plan, self.trace, self.held = plan, trace, held
        self.traced = len(trace.program)
        self.leaves, self.structure = list(leaves), structure
        self.lock = threading.Lock()
        self.mode = graph.get_mode()
        self.default_dtype, self.precision = dtypes.get_default_dtype(), precision.get_precision()
        self.run: Callable[[Any, Any], Any] = self._written(plan.bind())

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = self.run(args, kwargs)
        if result is MOVED:
            with self.lock:
                if not self._rebindable():
                    return MISS
                self.run = self._written(self.plan.bind())
            result = self.run(args, kwargs)
        return MISS if result is MOVED else result

    def _rebindable(self) -> bool:
        return all(
            s.tensor.shape == v.shape and s.tensor.dtype == v.dtype
            for v, s in self.plan.sources.items()
            if isinstance(s, Storage)
        )

    # --- writing the function ----------------------------------------------------------------------------------------

    def _written(self, bound: Bound) -> Callable[[Any, Any], Any]:
        script = Script()
        script.namespace.update(
            MISS=MISS,
            MOVED=MOVED,
            ndarray=np.ndarray,
            copyto=np.copyto,
            new=Tensor.__new__,
            Tensor=Tensor,
            get_mode=graph.get_mode,
            inside=graph.inside_transform,
            flatten=tree.flatten,
            dtypes=dtypes,
            precision=precision,
            array_equal=np.array_equal,
            zeros_like=np.zeros_like,
            hooks_made=graph.hooks_made,
            may_share_memory=np.may_share_memory,
            wrap=wrap,
        )
        notes = self.trace.notes
        self._check_arguments(script)
        script.add("try:")
        inner = Script()
        inner.namespace, inner._names = script.namespace, script._names
        self._check_conditions(inner, notes)
        self._check_overlaps(inner)
        for line in inner.lines:
            script.add(line, 1)
        script.add("except Exception:")
        script.add("    return MISS")
        self._check_storage(script, bound, notes)
        script.add(f"with {script.name(self.lock)}:")
        inner.lines = []
        slots = self._check_gradients(inner, bound)
        self._copy_in(inner, bound)
        self._run(inner, bound)
        self._leave_behind(inner, bound, notes, slots)
        self._results(inner, bound)
        for line in inner.lines:
            script.add(line, 1)
        name = self.plan.program.name
        return script.function("replay(args, kwargs)", f"<compiled {name} {id(self):x}>")

    def _check_arguments(self, script: Script) -> None:
        args, kwargs = self.structure.children
        if kwargs.keys or any(child.kind is not None for child in args.children):
            script.add("leaves, structure = flatten((args, kwargs))")
            script.add(f"if structure != {script.name(self.structure)}: return MISS")
            script.add(f"{''.join(f'a{k}, ' for k in range(len(self.leaves)))} = leaves" if self.leaves else "pass")
        else:
            script.add(f"if len(args) != {len(self.leaves)} or kwargs: return MISS")
            if self.leaves:
                script.add(f"{''.join(f'a{k}, ' for k in range(len(self.leaves)))} = args")
        for k, leaf in enumerate(self.leaves):
            self._check_leaf(script, k, leaf)

    def _check_leaf(self, script: Script, k: int, leaf: Any) -> None:
        kind = script.name(type(leaf))
        if type(leaf) is float:
            script.add(f"if a{k}.__class__ is not float: return MISS")
        elif isinstance(leaf, Tensor) and leaf._node is not None:
            script.add(f"if a{k} is not {script.name(leaf)}: return MISS")
        elif isinstance(leaf, Tensor | np.ndarray | np.generic):
            data = f"a{k}"
            if isinstance(leaf, Tensor):
                script.add(f"if a{k}.__class__ is not {kind} or a{k}._node is not None: return MISS")
                script.add(f"d{k} = a{k}._data")
                data = f"d{k}"
            else:
                script.add(f"if a{k}.__class__ is not {kind}: return MISS")
            dtype = script.name(leaf.dtype)
            script.add(
                f"if {data}.shape != {leaf.shape!r} or ({data}.dtype is not {dtype} and {data}.dtype != {dtype}): "
                f"return MISS"
            )
        elif isinstance(leaf, SIMPLE):
            value = script.name(leaf)
            script.add(f"if a{k} is not {value} and (a{k}.__class__ is not {kind} or a{k} != {value}): return MISS")
        else:
            script.add(f"if a{k} is not {script.name(leaf)}: return MISS")

    def _check_conditions(self, script: Script, notes: Notes) -> None:
        leave = "return MISS"
        script.add(f"if get_mode() is not {script.name(self.mode)} or inside(): {leave}")
        script.add(f"if dtypes._default is not {script.name(self.default_dtype)}: {leave}")
        script.add(f"if precision._level != {self.precision!r}: {leave}")
        for held in (*distinct([*self.held, *notes.references]), *notes.modules.values(), *notes.options.values()):
            held.write_check(script, leave)
        for optimizer, state, groups in notes.states:
            o = script.name(optimizer)
            script.add(
                f"if {o}.state is not {script.name(state)} or {o}.param_groups is not {script.name(groups)}: {leave}"
            )
            script.add(f"if len({o}.param_groups) != {len(groups)}: {leave}")
            for group in groups:
                script.add(f"if len({script.name(group)}['params']) != {len(group['params'])}: {leave}")
        for pin in notes.pins.values():
            read = self._expression(script, pin.source)
            found = f"({read} != 0) is not" if pin.truth else f"{read} !="
            script.add(f"if {found} {script.name(pin.value)}: {leave}")
        for option in (s for s in self.plan.sources.values() if isinstance(s, Option)):
            script.add(f"if {self._expression(script, option)}.__class__ is not float: {leave}")
        for watch in notes.watches:
            script.add(f"if not array_equal({script.name(watch.tensor)}._data, {script.name(watch.contents)}): {leave}")
        hooked = Hooked([leaf.tensor for leaf in notes.leaves.values()])
        script.add(f"if hooks_made[0] != {script.name(hooked)}.made and {script.name(hooked)}.found(): {leave}")
        for leaf in notes.leaves.values():
            if not leaf.cleared and self._gradient_matters(leaf, notes):
                is_there = "is" if leaf.before is not None else "is not"
                script.add(f"if {script.name(leaf.tensor)}.grad {is_there} None: {leave}")
        for frozen in notes.frozen.values():
            p = script.name(frozen.tensor)
            script.add(f"if {p}._node is not None: {leave}")
            if not frozen.cleared or frozen.before is None:
                script.add(f"if {p}.grad is not {script.name(frozen.before)}: {leave}")

    def _check_overlaps(self, script: Script) -> None:
        """An argument that is written into must share no memory with others."""
        arrays = {k: "d" if isinstance(x, Tensor) else "a" for k, x in enumerate(self.leaves) if hasattr(x, "dtype")}
        sources = [self.plan.sources[before] for before, _ in self.plan.program.updates]
        for written in (s.position for s in sources if isinstance(s, Argument)):
            mine = f"{arrays[written]}{written}"
            for k, name in arrays.items():
                if k != written:
                    script.add(f"if may_share_memory({mine}, {name}{k}): return MISS")

    def _gradient_matters(self, leaf: Leaf, notes: Notes) -> bool:
        stepped = {id(p) for o in notes.optimizers for group in o.param_groups for p in group["params"]}
        return id(leaf.tensor) in stepped or leaf.after is not leaf.before

    def _check_storage(self, script: Script, bound: Bound, notes: Notes) -> None:
        for value, array in bound.storage.items():
            source = self.plan.sources[value]
            assert isinstance(source, Storage)
            tensor = script.name(source.tensor)
            node = source.tensor._node
            script.add(f"if {tensor}._data is not {script.name(array)}: return MOVED")
            script.add(f"if {tensor}._node is not {script.name(node)}: return MISS")

    def _expression(self, script: Script, source: Argument | Option) -> str:
        if isinstance(source, Argument):
            return f"a{source.position}"
        index = "" if source.index is None else f"[{source.index}]"
        return f"{script.name(source.options)}[{source.name!r}]{index}"

    def _check_gradients(self, script: Script, bound: Bound) -> dict[Value, Slot]:
        values = [v for v in self.plan.program.outputs if v in self.plan.own] if counted() else []
        if not values:
            return {}
        slots = Slots([bound.arrays[v] for v in values])
        name = script.name(slots)
        script.namespace.update(getrefcount=getrefcount)
        script.add(f"if sum(map(getrefcount, {name}.held)) != {name}.total and not {name}.release(): return MOVED")
        self._calibrate = f"if {name}.total < 0: {name}.calibrate()"
        return dict(zip(values, slots.slots, strict=True))

    def _copy_in(self, script: Script, bound: Bound) -> None:
        for value in (*self.plan.program.inputs, *self.plan.program.constants):
            source, buffer = self.plan.sources[value], script.name(bound.arrays[value])
            if isinstance(source, Argument) and not source.number:
                name = "d" if isinstance(self.leaves[source.position], Tensor) else "a"
                script.add(f"copyto({buffer}, {name}{source.position})")
                count = self.trace.notes.ranges.get(source.position)
                if count is not None:  # as unsigned numbers, negative ones are large
                    unsigned = script.name(bound.arrays[value].view(f"u{value.dtype.itemsize}"))
                    script.add(f"if {unsigned}.item({unsigned}.argmax()) >= {count}: return MISS")
            elif isinstance(source, Argument | Option):
                script.add(f"{buffer}[()] = {self._expression(script, source)}")
            elif isinstance(source, Gradient):
                script.add(f"copyto({buffer}, {script.name(source.tensor)}._grad._data)")

    def _run(self, script: Script, bound: Bound) -> None:
        if len(bound.actions) <= 8:
            for action in bound.actions:
                script.add(f"{script.name(action)}()")
        else:
            script.add(f"for action in {script.name(tuple(bound.actions))}: action()")

    def _leave_behind(self, script: Script, bound: Bound, notes: Notes, slots: dict[Value, Slot]) -> None:
        self._kept = self._keep_old_contents(script, bound)
        written = []
        for before, after in bound.late:
            source, buffer = self.plan.sources[before], self._place(script, bound, after)
            if isinstance(source, Argument):
                name = "d" if isinstance(self.leaves[source.position], Tensor) else "a"
                script.add(f"copyto({name}{source.position}, {buffer})")
            elif not isinstance(source, Gradient):
                script.add(f"copyto({script.name(bound.arrays[before])}, {buffer})")
        for before, _ in self.plan.program.updates:
            source = self.plan.sources[before]
            if isinstance(source, Storage):
                written.append(source.tensor)
        if written:
            together = graph.Together(written)
            script.add(f"{script.name(together.touch)}()")
        gradients = iter(self.plan.program.outputs[sum(o.value is not None for o in self.trace.outputs) :])
        for leaf in notes.leaves.values():
            p = script.name(leaf.tensor)
            if isinstance(leaf.after, Value):
                value = next(gradients)
                if value in slots:
                    script.add(f"{p}._grad = {script.name(slots[value])}.tensor")
                else:
                    buffer = self._place(script, bound, value)
                    script.add(f"g = new(Tensor); g._data = {buffer}.copy('K'); g._node = None; {p}._grad = g")
            elif leaf.after is None and (leaf.cleared or leaf.before is not None):
                script.add(f"{p}._grad = None")
            else:
                continue
            meta = leaf.tensor._node.meta if leaf.tensor._node is not None else None
            if meta is not None:
                script.add(f"{script.name(meta)}.used = {leaf.used}")
        for frozen in (f for f in notes.frozen.values() if f.before is not None and f.after is not f.before):
            p = script.name(frozen.tensor)
            made = f"wrap(zeros_like({p}._data))" if frozen.after is not None else "None"
            script.add(f"if {p}.grad is not None: {p}._grad = {made}")
        if slots:
            script.add(self._calibrate)
        for optimizer in notes.optimizers:
            script.add(f"{script.name(optimizer)}.steps += 1")

    def _keep_old_contents(self, script: Script, bound: Bound) -> dict[Value, str]:
        """Copies of what lies in storage that is about to be written and is wanted as it was: the names, by Value."""
        storage = {before for before, _ in bound.late if isinstance(self.plan.sources[before], Storage | Memory)}
        wanted = dict.fromkeys([*(after for _, after in bound.late), *self.plan.program.outputs])
        kept = {v: f"old{k}" for k, v in enumerate(wanted) if self.plan.root(v) in storage}
        for value, name in kept.items():
            script.add(f"{name} = {script.name(bound.arrays[value])}.copy('K')")
        return kept

    def _place(self, script: Script, bound: Bound, value: Value) -> str:
        return self._kept.get(value) or script.name(bound.arrays[value])

    def _results(self, script: Script, bound: Bound) -> None:
        values = iter(self.plan.program.outputs)
        parts = []
        for k, output in enumerate(self.trace.outputs):
            value = next(values) if output.value is not None else None
            parts.append(self._result(script, k, output, bound, value))
        built = _build(script, self.trace.structure, iter(parts))
        script.add(f"return {built}")

    def _result(self, script: Script, k: int, output: Output, bound: Bound, value: Value | None) -> str:
        if value is None:
            return f"a{output.position}" if output.form == "argument" else script.name(output.object)
        buffer = self._place(script, bound, value)
        if output.form == "number":
            return f"{buffer}.item()"
        if output.form == "array":
            return f"{buffer}.copy('K')" if value.shape else f"{buffer}[()]"
        script.add(f"r{k} = new(Tensor); r{k}._data = {buffer}.copy('K'); r{k}._node = None")
        return f"r{k}"


class Hooked:
    """Whether Tensors that had no hooks have got some: `made` hooks of whatever Tensors have been looked through."""

    def __init__(self, tensors: list[Tensor]) -> None:
        self.tensors, self.made = tensors, graph.hooks_made[0]

    def found(self) -> bool:
        """Look; what is found stays to be found."""
        made, nodes = graph.hooks_made[0], [t._node for t in self.tensors]
        if any(n is not None and n.meta is not None and n.meta.hooks for n in nodes):
            return True
        self.made = made
        return False


def _build(script: Script, structure: tree.Structure, parts: Any) -> str:
    """The expression that puts results into containers."""
    kind = structure.kind
    if kind is None:
        return str(next(parts))
    if kind is type(None):
        return "None"
    items = [_build(script, child, parts) for child in structure.children]
    if kind is list:
        return f"[{', '.join(items)}]"
    if kind is tuple:
        return f"({''.join(f'{item}, ' for item in items)})"
    if structure.keys:
        pairs = [f"({script.name(key)}, {item})" for key, item in zip(structure.keys, items, strict=True)]
        return f"{script.name(kind)}([{', '.join(pairs)}])"
    return f"{script.name(kind)}({', '.join(items)})"
