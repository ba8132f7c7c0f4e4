"""What starting costs: `import autograd`, and the first calls of a compiled step with an empty and with a full cache.

`python -m benchmarks.start W4` prints the seconds of the first calls, `… import autograd` those of an import.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import tempfile
import time
from typing import Any

from benchmarks.children import run

IMPORT_LIMIT = 0.1
COMPILE_LIMITS = {"W4": (2.0, 0.3), "W5": (10.0, 1.0)}


def import_seconds(module: str) -> float:
    """How long an import takes in this process."""
    start = time.perf_counter()
    importlib.import_module(module)
    return time.perf_counter() - start


CALLS = 3  # the first two are traced, the third is the first that is replayed


def first_calls(workload: str) -> float:
    """How long a compiled step takes until its first replay is done, from a model and data that are there."""
    from benchmarks.workloads import WORKLOADS
    from benchmarks.workloads.base import COMPILED

    column = WORKLOADS[workload].columns[COMPILED]()
    start = time.perf_counter()
    for _ in range(CALLS):
        column.read(column.step())
    return time.perf_counter() - start


def imports() -> dict[str, Any]:
    """Seconds that `import autograd` and `import numpy` take in new processes: medians of nine."""
    run("start", "import", "autograd")  # caches the bytecode
    found: dict[str, Any] = {"limit": IMPORT_LIMIT}
    for module in ("autograd", "numpy"):
        times = [run("start", "import", module) for _ in range(9)]
        failed = [t for t in times if isinstance(t, dict)]
        found[module] = failed[0] if failed else statistics.median(times)
    return found


def compile_times(workload: str) -> dict[str, Any]:
    """Seconds until a replay is done: with an empty cache of kernels, and from the cache (the best of three)."""
    cold_limit, cached_limit = COMPILE_LIMITS[workload]
    with tempfile.TemporaryDirectory() as folder:
        variables = {"CHALKGRAD_CACHE": folder}
        cold, *cached = (run("start", workload, variables=variables, timeout=120) for _ in range(4))
    failed = [t for t in (cold, *cached) if isinstance(t, dict)]
    found = failed[0] if failed else {"cold": cold, "cached": min(cached)}
    return {"cold limit": cold_limit, "cached limit": cached_limit, **found}


if __name__ == "__main__":
    print(import_seconds(sys.argv[2]) if sys.argv[1] == "import" else first_calls(sys.argv[1]))
