"""How two programs are compared: alternating slices, medians, one ratio."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable


def alternate(
    programs: dict[str, Callable[[], object]], rounds: int = 25, slice_seconds: float = 0.05
) -> dict[str, float]:
    """Median seconds per call of each program.

    The programs take turns in short slices, so that a slow phase of the machine hits all of them alike.
    """
    counts = {}
    for name, run in programs.items():
        run()
        start = time.perf_counter()
        run()
        counts[name] = max(1, round(slice_seconds / (time.perf_counter() - start)))
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, run in programs.items():
            gc.collect()
            start = time.perf_counter()
            for _ in range(counts[name]):
                run()
            times[name].append((time.perf_counter() - start) / counts[name])
    return {name: statistics.median(series) for name, series in times.items()}


def report(
    title: str, ours: float, theirs: float, limit: float | None, peer: str, unit: str = "µs", scale: float = 1e6
) -> bool:
    """Print one line of the comparison; returns whether the ratio keeps to its limit."""
    ratio = ours / theirs
    kept = limit is None or ratio <= limit
    verdict = "" if limit is None else f"limit {limit:.2f}   {'ok' if kept else 'ABOVE ITS LIMIT'}"
    print(
        f"{title:<58} ours {ours * scale:10.3f} {unit}   {peer} {theirs * scale:10.3f} {unit}   "
        f"ratio {ratio:5.2f}   {verdict}"
    )
    return kept
