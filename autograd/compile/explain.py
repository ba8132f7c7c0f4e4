"""The plan of a compiled function as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from autograd.compile.lowering import Task
from autograd.compile.memory import ALIGNMENT
from autograd.compile.plan import Plan
from autograd.compile.recorder import Notes
from autograd.compile.sources import Argument, Option
from autograd.program import Value

if TYPE_CHECKING:
    from autograd.compile.frontend import Signature
    from autograd.compile.replay import Replay


def explained(name: str, signature: Signature) -> str:
    """What became of one signature: its plans, or why there is none."""
    head = f"{name}({signature.description})"
    if signature.eager:
        return f"{head} runs as it is: {signature.eager}"
    if not signature.replays:
        return f"{head} was traced once; it is compiled when a second call does the same"
    return "\n\n".join(plan_text(head, replay) for replay in signature.replays)


def plan_text(head: str, replay: Replay) -> str:
    """Tasks, memory, updates and conditions of one program."""
    plan, notes = replay.plan, replay.trace.notes
    lines = [head, *_summary(plan, replay.traced), *_conditions(plan, notes), ""]
    rows = [_row(k, task) for k, task in enumerate(plan.tasks)]
    if rows:
        heads = ("", "task", "result", "FLOPs", "bytes", "by", "from")
        widths = [max(len(row[c]) for row in (heads, *rows)) for c in range(len(heads) - 1)]
        for row in (heads, *rows):
            cells = [text.rjust(w) if c in (0, 3, 4) else text.ljust(w) for c, (text, w) in enumerate(zip(row, widths))]
            lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)


def _summary(plan: Plan, traced: int) -> list[str]:
    program, tasks = plan.program, plan.tasks
    native = sum(not t.fallback for t in tasks)
    fused = sum(len(t.instructions) for t in tasks) - len(tasks)
    views = len(plan.views)
    buffers = [v for v in plan.first if v not in plan.direct]
    own = sum(v.nbytes for v in plan.own)
    inputs = sum(v.nbytes for v in program.inputs if v.shape or isinstance(plan.sources[v], Argument))
    others = [v for v in buffers if v not in plan.own]
    passes = f"{traced} instructions traced, {len(program)} after passes: {views} views, {len(tasks)} tasks"
    by = f"{native} native, {len(tasks) - native} through NumPy, {fused} instructions fused into others"
    arena = f"an arena of {plan.arena.nbytes:,} bytes for {len(others)} buffers of {_padded(others):,} bytes"
    lines = [
        f"  {passes} ({by})",
        f"  {sum(t.flops for t in tasks):,} FLOPs, {sum(t.bytes for t in tasks):,} bytes read and written",
        f"  memory: {arena}, gradients {own:,} bytes, copies of arguments {inputs:,} bytes",
    ]
    if program.updates:
        lines.append(f"  {len(program.updates)} updates of storage, {len(plan.direct)} of them written in place")
    slow = Counter(t.fallback for t in tasks if t.fallback)
    lines += [f"  {count} tasks are not native: {reason}" for reason, count in slow.most_common()]
    return lines


def _conditions(plan: Plan, notes: Notes) -> list[str]:
    numbers = [s for s in plan.sources.values() if isinstance(s, Option) or (isinstance(s, Argument) and s.number)]
    names = [s.name if isinstance(s, Option) else f"argument {s.position}" for s in numbers]
    lines = [f"  numbers that may change: {', '.join(dict.fromkeys(names))}"] if names else []
    pins = [
        f"{p.source.name if isinstance(p.source, Option) else f'argument {p.source.position}'} "
        + ((f"{'≠' if p.value else '='} 0") if p.truth else f"= {p.value}")
        for p in notes.pins.values()
    ]
    return [*lines, *([f"  only while {', '.join(dict.fromkeys(pins))}"] if pins else [])]


def _row(k: int, task: Task) -> tuple[str, ...]:
    last = task.instructions[-1]
    shape = ", ".join(_short(v) for v in task.outputs[:2]) + (", …" if len(task.outputs) > 2 else "")
    where = " · ".join(p for p in (last.scope, last.source.rpartition("/")[2]) if p)
    by = f"NumPy{'' if last.backward_of is None else ', backward'}" if task.fallback else "native"
    return str(k), task.label, shape, f"{task.flops:,}", f"{task.bytes:,}", by, where


def _short(value: Value) -> str:
    return f"{value.dtype}[{', '.join(map(str, value.shape))}]"


def _padded(values: Iterable[Value]) -> int:
    return sum(max(ALIGNMENT, -(-v.nbytes // ALIGNMENT) * ALIGNMENT) for v in values)
