"""How programs are compared: they take turns in short slices, and each round gives a ratio."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from benchmarks.workloads.base import Column


class Spread(NamedTuple):
    """The middle of a series, its quartiles and its smallest value."""

    median: float
    lower: float
    upper: float
    minimum: float


def spread(series: list[float]) -> Spread:
    """Median, quartiles and minimum.

    >>> spread([1.0, 2.0, 3.0, 4.0, 5.0])
    Spread(median=3.0, lower=2.0, upper=4.0, minimum=1.0)
    """
    if len(series) == 1:
        return Spread(*series * 4)
    lower, median, upper = statistics.quantiles(series, n=4, method="inclusive")
    return Spread(median, lower, upper, min(series))


def ratio(ours: list[float], theirs: list[float]) -> Spread:
    """The spread of the rounds' ratios: what a slow phase of the machine does to both cancels.

    >>> ratio([1.0, 2.0, 1.0], [2.0, 4.0, 2.0]).median
    0.5
    """
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def alternate(
    columns: Mapping[str, Column],
    seconds: float = 12.0,
    rounds: tuple[int, int] = (5, 25),
    slice_seconds: float = 0.03,
    warm_seconds: float = 0.005,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds per step of each column, round by round, by a clock.

    Before each slice the column runs for `warm_seconds`, so that caches are its own and other libraries' threads have
    gone to sleep. Rounds end when `seconds` are over, after at least the first and at most the second of `rounds`.
    """
    counts = {name: _steps_in(column, slice_seconds) for name, column in columns.items()}
    times: dict[str, list[float]] = {name: [] for name in columns}
    gc.collect()
    gc.freeze()  # what the libraries hold is not searched again by collections inside the slices
    begin = time.perf_counter()
    for done in range(rounds[1]):
        if done >= rounds[0] and time.perf_counter() - begin > seconds:
            break
        for name, column in columns.items():
            gc.collect()
            column.prepare()
            _run_for(column, warm_seconds)
            times[name].append(_timed(column, counts[name], clock))
    gc.unfreeze()
    return times


def _timed(column: Column, count: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds per step of `count` steps, of which the last is waited for."""
    step = column.step
    start = clock()
    for _ in range(count):
        result = step()
    column.read(result)
    return (clock() - start) / count


def _run_for(column: Column, seconds: float) -> None:
    start = time.perf_counter()
    while True:
        column.read(column.step())
        if time.perf_counter() - start > seconds:
            return


def _steps_in(column: Column, seconds: float) -> int:
    column.prepare()
    _run_for(column, 0.005)
    return max(1, round(seconds / min(_timed(column, 1) for _ in range(2))))
