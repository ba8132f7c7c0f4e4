"""Where the time of one step goes, on one core: `python -m benchmarks profile W4` for the compiled step, task by task,
`--eager` for the eager one by primitive."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from benchmarks.children import environment, pinned
from benchmarks.compare import alternate, spread
from benchmarks.workloads import selected
from benchmarks.workloads.base import COMPILED, EAGER, Column


class Line(NamedTuple):
    """A task of a compiled step and its shortest time."""

    label: str
    shape: str
    seconds: float
    flops: int
    bytes: int
    note: str


def main(arguments: list[str]) -> None:
    """Print the time of a step, then where it goes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks profile", description=__doc__)
    parser.add_argument("workload")
    parser.add_argument("--eager", action="store_true")
    parser.add_argument("--column", default=COMPILED)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--kernels", action="store_true", help="kernel by kernel rather than task by task")
    parser.add_argument("--explain", action="store_true", help="print the plan too")
    options = parser.parse_args(arguments)
    os.environ |= environment(options.threads)
    name = EAGER if options.eager else options.column
    with pinned(options.threads):
        for workload in selected(options.workload):
            print(f"{workload.id}: {workload.title}")
            column = workload.columns[name]()
            column.prepare()
            s = spread(alternate({name: column}, 2.0)[name])
            cpu = spread(alternate({name: column}, 2.0, clock=time.process_time)[name])
            print(
                f"{name}: {s.median * 1e3:.4g} ms, CPU time {cpu.median * 1e3:.4g} ms, at least {cpu.minimum * 1e3:.4g}"
            )
            if options.explain:
                print(column.step.explain())  # type: ignore[attr-defined]
            if name == EAGER:
                print(eager_profile(column))
                continue
            print(table((kernels if options.kernels else tasks)(column.step), cpu.minimum))


def eager_profile(column: Column, steps: int = 10) -> Any:
    """The table of primitives, over some steps."""
    import autograd

    with autograd.profile() as p:
        for _ in range(steps):
            column.step()
    return p


def tasks(compiled: Any, seconds: float = 3.0) -> list[Line]:
    """The tasks of the program that ran last, in order, run one by one as in a step."""
    plan, arrays = bound(compiled)
    actions = [task.bind([arrays[v] for v in task.inputs], [arrays[v] for v in task.outputs]) for task in plan.tasks]
    return [
        Line(t.label, ", ".join("×".join(map(str, v.shape)) for v in t.outputs), s, t.flops, t.bytes, t.fallback)
        for t, s in zip(plan.tasks, shortest(actions, seconds), strict=True)
    ]


def kernels(compiled: Any, seconds: float = 3.0) -> list[Line]:
    """The native kernels of the program that ran last, one by one; what is not native has no line."""
    plan, arrays = bound(compiled)
    lines, calls = [], []
    for task in plan.tasks:
        action = task.bind([arrays[v] for v in task.inputs], [arrays[v] for v in task.outputs])
        for kernel, operands in getattr(action, "calls", ()):
            calls.append(partial(kernel.run, *operands))
            lines.append(Line(kernel.name[:90], task.label, 0.0, 0, sum(a.nbytes for a in operands), ""))
    return [line._replace(seconds=s) for line, s in zip(lines, shortest(calls, seconds), strict=True)]


def bound(compiled: Any) -> tuple[Any, Any]:
    """The plan of the program that ran last, and its arrays."""
    replays = [replay for signature in compiled._signatures.values() for replay in signature.replays]
    latest = next((replay for replay in replays if replay.run is compiled._run), replays[-1])
    return latest.plan, latest.plan.bind().arrays


def shortest(actions: list[Callable[[], Any]], seconds: float) -> list[float]:
    """The shortest time of each action, all run in order again and again."""
    best, end = [float("inf")] * len(actions), time.perf_counter() + seconds
    while time.perf_counter() < end:
        for k, action in enumerate(actions):
            start = time.perf_counter()
            action()
            best[k] = min(best[k], time.perf_counter() - start)
    return best


def table(lines: list[Line], whole: float) -> str:
    """The longer tasks in their order, then all summed up by label, the longest first; with the rates they reach."""
    total = sum(line.seconds for line in lines)
    longer = [line for line in lines if line.seconds >= total / 500]
    rows = [row(line, f"{line.shape}  {line.note}", total) for line in longer]
    if len(longer) < len(lines):
        rows.append(f"and {len(lines) - len(longer)} of less than 0.2 % each")
    sums: dict[str, list[Line]] = {}
    for line in lines:
        sums.setdefault(line.label, []).append(line)
    parts = []
    for label, group in sums.items():
        seconds, flops, moved = (sum(column) for column in zip(*((g.seconds, g.flops, g.bytes) for g in group)))
        parts.append(Line(label, f"{len(group)} ×", seconds, flops, moved, ""))
    rows += ["", *(row(p, p.shape, total) for p in sorted(parts, key=lambda p: -p.seconds))]
    rows.append(f"{total * 1e6:10.1f} µs in {len(lines)} lines, of {whole * 1e6:.1f} µs of CPU time at best")
    return "\n".join(rows)


def row(line: Line, note: str, total: float) -> str:
    """One line of the table."""
    rates = f"{line.flops / line.seconds / 1e9:8.2f} GFLOP/s {line.bytes / line.seconds / 1e9:7.2f} GB/s"
    return f"{line.seconds * 1e6:10.1f} µs {line.seconds / total:6.1%} {rates}  {line.label:<40} {note}"


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
