"""The workloads, each in every library that is compared: the same data, the same initial values, the same step."""

from __future__ import annotations

from benchmarks.workloads import critics, derivatives, inference, scalars, training
from benchmarks.workloads.base import Workload

MODULES = (scalars, training, critics, derivatives, inference)
WORKLOADS: dict[str, Workload] = {w.id: w for module in MODULES for w in module.WORKLOADS}


def selected(only: str | None) -> list[Workload]:
    """The workloads whose names are given, comma-separated; "W5" is W5 alone, "W9" both W9h and W9j; None is all."""
    if not only:
        return list(WORKLOADS.values())
    found: dict[str, Workload] = {}
    for name in only.split(","):
        matching = [WORKLOADS[name]] if name in WORKLOADS else [w for w in WORKLOADS.values() if w.id[:-1] == name]
        if not matching:
            raise ValueError(f"there is no benchmark {name!r}; there are {', '.join(WORKLOADS)}")
        found.update((w.id, w) for w in matching)
    return list(found.values())
