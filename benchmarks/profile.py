"""Where the time of one step goes, on one core. `python -m benchmarks profile W4` (`--eager` for the eager step)."""

from __future__ import annotations

import argparse
import os
from typing import Any

from benchmarks.children import environment, pinned
from benchmarks.compare import alternate, spread
from benchmarks.workloads import selected
from benchmarks.workloads.base import COMPILED, EAGER, Column


def main(arguments: list[str]) -> None:
    """Print the plan and the times of the compiled step, or the profile of the eager one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks profile", description=__doc__)
    parser.add_argument("workload")
    parser.add_argument("--eager", action="store_true")
    parser.add_argument("--column", default=COMPILED)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    os.environ |= environment(options.threads)
    name = EAGER if options.eager else options.column
    with pinned(options.threads):
        for workload in selected(options.workload):
            print(f"{workload.id}: {workload.title}")
            column = workload.columns[name]()
            s = spread(alternate({name: column}, 2.0)[name])
            print(f"{name}: {s.median * 1e3:.4g} ms, minimum {s.minimum * 1e3:.4g} ms")
            print(eager_profile(column) if name == EAGER else compiled_profile(column.step))


def eager_profile(column: Column, steps: int = 10) -> Any:
    """The table of primitives, over some steps."""
    import autograd

    with autograd.profile() as p:
        for _ in range(steps):
            column.step()
    return p


def compiled_profile(compiled: Any) -> Any:
    """What the compiled step says of itself."""
    return compiled.explain()


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
