"""One workload with one number of threads: build its columns, check that they agree, time them, count FLOPs and bytes.

`python -m benchmarks.measure W4 --threads 1` prints the record as JSON.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from benchmarks import profile
from benchmarks.children import reason
from benchmarks.compare import alternate
from benchmarks.workloads import WORKLOADS
from benchmarks.workloads.base import COMPILED, EAGER, FAST, Column, Workload

FIRST, BUILD_SECONDS = 4, 150


class TooSlow(Exception):
    """A column could not be built in time."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise TooSlow in the block after that many seconds."""

    def stop(number: int, frame: Any) -> None:
        raise TooSlow(f"took more than {seconds} s to build")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def build(workload: Workload, names: list[str]) -> tuple[dict[str, Column], dict[str, Any], dict[str, str]]:
    """The columns that could be built and agree, the first results of all, and why others are missing."""
    columns: dict[str, Column] = {}
    first: dict[str, np.ndarray] = {}
    errors: dict[str, str] = {}
    for name in names:
        start = time.perf_counter()
        try:
            with limited(BUILD_SECONDS):
                column = workload.columns[name]()
                column.prepare()
                results = np.stack([np.array(column.read(column.step()), np.float64) for _ in range(FIRST)])
        except Exception as error:  # noqa: BLE001 - a library that fails is reported, the others go on
            errors[name] = reason(error)
            continue
        print(f"{name}: built in {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
        reference = next(iter(first.values()), results)
        scale = max(float(np.abs(reference).max()), 1e-30)
        difference = float(np.abs(results - reference).max()) / scale
        first[name] = results
        if difference <= workload.tolerance * (10 if name == FAST else 1):
            columns[name] = column
        else:
            errors[name] = f"its first results differ by {difference:.1e}"
    return columns, {name: r.reshape(FIRST, -1)[:, 0].tolist() for name, r in first.items()}, errors


def counts(column: Column | None) -> dict[str, Any]:
    """FLOPs, bytes and instructions of one step, and the bytes of all its arrays, from its trace."""
    if column is None or column.traced is None:
        return {}
    import autograd

    program = autograd.trace(column.traced)
    held = sum(v.nbytes for v in program.values if v.producer is None or not program.instructions[v.producer].view)
    return {"flops": program.flops, "bytes": program.bytes, "instructions": len(program), "held": held}


def tasks(column: Column | None) -> list[list[Any]]:
    """Where the time of a compiled step goes: label, shape, seconds, FLOPs, bytes of each longer task."""
    if column is None:
        return []
    try:
        lines = profile.tasks(column.step, 1.0)
    except Exception as error:  # noqa: BLE001 - the times of whole steps are there without it
        print(f"no times of tasks: {reason(error)}", file=sys.stderr)
        return []
    least = sum(line.seconds for line in lines) / 200
    return [list(line[:5]) for line in lines if line.seconds >= least]


def use_threads(threads: int, names: list[str]) -> None:
    """Tell the libraries that do not read the environment."""
    if any(name.startswith("torch") for name in names):
        try:
            import torch
        except ImportError:
            return
        torch.set_num_threads(threads)


def record(workload: Workload, threads: int, names: list[str], seconds: float, cpu: bool = False) -> dict[str, Any]:
    """All that is known of a workload after its run."""
    use_threads(threads, names)
    columns, first, errors = build(workload, names)
    clock = time.process_time if cpu else time.perf_counter
    times = alternate(columns, seconds, warm_seconds=0.005 if threads == 1 else 0.03, clock=clock)
    profiled = len(names) == len(workload.columns)
    return {
        "id": workload.id,
        "threads": threads,
        "seconds": {name: [float(f"{t:.4g}") for t in series] for name, series in times.items()},
        "errors": errors,
        "first": first,
        **counts(columns.get(EAGER)),
        "tasks": {name: tasks(columns[name]) for name in (COMPILED, FAST) if name in columns and profiled},
    }


def main() -> None:
    """Measure, and print the record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workload")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--columns", help="names, separated by semicolons")
    parser.add_argument("--cpu", action="store_true", help="CPU time instead of the time that passes")
    arguments = parser.parse_args()
    workload = WORKLOADS[arguments.workload]
    wanted = arguments.columns.split(";") if arguments.columns else workload.columns
    names = [name for name in workload.columns if name in wanted]
    print(json.dumps(record(workload, arguments.threads, names, arguments.seconds, arguments.cpu)))


if __name__ == "__main__":
    main()
