"""Peak memory of training, and what a step allocates once it runs, in a process of its own.

`python -m benchmarks.memory W4 "ours compiled"` prints both as JSON.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import resource
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

from benchmarks.workloads import WORKLOADS
from benchmarks.workloads.base import COMPILED, Column

STEPS = 200
IDS, COLUMNS = ("W3b", "W4", "W5"), ("ours eager", COMPILED, "torch eager")


def status(field: str) -> int:
    """Bytes of this process: "VmHWM" is the peak of its resident memory, "VmRSS" what is resident now."""
    file = Path("/proc/self/status")
    if file.exists():  # on Linux ru_maxrss starts from the peak of the process that started this one
        (line,) = (line for line in file.read_text().splitlines() if line.startswith(f"{field}:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def import_libraries(name: str) -> None:
    """Everything that the column will import, so that it does not count as its training's."""
    if name.startswith("torch"):
        import torch

        torch.set_num_threads(1)
        torch.optim.Adam([torch.zeros(1, requires_grad=True)], fused=True)  # imports what it imports
    else:
        for package in ("autograd", "nn", "optim", "llvmlite.binding"):
            with contextlib.suppress(ImportError):
                importlib.import_module(package)


def steady(column: Column, steps: int = STEPS, seconds: float = 15.0) -> dict[str, int]:
    """Bytes that a step holds at most beyond what was there before, and the growth over many steps.

    Both as `tracemalloc` sees it, NumPy's arrays included; and the growth of the resident memory. There are fewer steps
    if they take longer.
    """
    for _ in range(3):
        column.read(column.step())
    gc.collect()
    resident = status("VmRSS")
    _repeat(column, steps, seconds)
    resident = status("VmRSS") - resident
    tracemalloc.start()
    column.step()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    done = _repeat(column, steps, seconds)
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"peak": peak - before, "growth": now - before, "resident": resident, "steps": done}


def _repeat(column: Column, steps: int, seconds: float) -> int:
    """Run up to that many steps, until the time is over; returns how many there were."""
    end = time.perf_counter() + seconds
    for k in range(steps):
        column.step()
        if time.perf_counter() > end:
            return k + 1
    return steps


def measure(workload: str, name: str) -> dict[str, Any]:
    """Peak memory in all and beyond the imports, after five steps; and what steps of ours allocate."""
    import_libraries(name)
    imported = status("VmHWM")
    column = WORKLOADS[workload].columns[name]()
    for _ in range(5):
        column.read(column.step())
    peak = status("VmHWM")
    found: dict[str, Any] = {"peak": peak, "above imports": peak - imported}
    if name.startswith("ours"):
        found["steady"] = steady(column, STEPS if name == COMPILED else 20)
    return found


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
