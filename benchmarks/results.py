"""What the records of a run say: the verdict on each bar, and what limits us where one is missed."""

from __future__ import annotations

from typing import Any, NamedTuple

from benchmarks.compare import Spread, ratio, spread
from benchmarks.workloads import WORKLOADS
from benchmarks.workloads.base import Bar

BUSY = 0.6  # of a peak: from here on it counts as the limit


class Verdict(NamedTuple):
    """How we did at one bar: the ratio to the best peer, both times, or why there is no ratio."""

    id: str
    threads: int
    bar: Bar
    ratio: Spread | None
    ours: float | None
    best: str
    theirs: float | None
    missing: str = ""

    @property
    def met(self) -> bool:
        """Whether the median of the rounds' ratios keeps to the bar."""
        return self.ratio is not None and self.ratio.median <= self.bar.factor


def verdicts(record: dict[str, Any]) -> list[Verdict]:
    """One for each bar of the record's workload."""
    if record["id"] not in WORKLOADS:
        return []
    return [verdict(record, bar) for bar in WORKLOADS[record["id"]].bars]


def verdict(record: dict[str, Any], bar: Bar) -> Verdict:
    """Ours against the peer whose median is the smallest."""
    times, errors = record.get("seconds", {}), record.get("errors", {})
    peers = [name for name in WORKLOADS[record["id"]].peers(bar) if name in times]
    best = min(peers, key=lambda name: spread(times[name]).median, default="")
    ours = times.get(bar.ours)
    missing = "" if ours else errors.get(bar.ours) or record.get("error") or "not measured"
    if ours and not best:
        missing = record.get("error") or "no peer could be measured"
    r = ratio(ours, times[best]) if ours and best else None
    mine, theirs = (spread(series).median if series else None for series in (ours, times.get(best)))
    return Verdict(record["id"], record["threads"], bar, r, mine, best, theirs, missing)


class Roofline(NamedTuple):
    """Rates of some work and their shares of the machine's peaks; `level` is where the data lie: in L2 or memory."""

    flops: float
    bandwidth: float
    level: str
    arithmetic: float
    traffic: float

    @property
    def limit(self) -> str:
        """What is at work near its peak."""
        if max(self.arithmetic, self.traffic) < BUSY:
            return "neither"
        return "arithmetic" if self.arithmetic >= self.traffic else "traffic"


def roofline(seconds: float, flops: int, moved: int, held: int, peaks: dict[str, float], l2: float) -> Roofline:
    """The roofline of work that took some seconds, on arrays of `held` bytes; `moved` is read and written."""
    level = "L2" if held <= l2 else "memory"
    rates = flops / seconds, moved / seconds
    return Roofline(*rates, level, rates[0] / peaks["flops"], rates[1] / peaks[level])


def whole(record: dict[str, Any], column: str, peaks: dict[str, float], l2: float) -> Roofline | None:
    """That of a column's median step, by the work of its trace; None if that was not counted or measured."""
    series = record.get("seconds", {}).get(column)
    if not series or "flops" not in record or "flops" not in peaks:
        return None
    return roofline(spread(series).median, record["flops"], record["bytes"], record["held"], peaks, l2)


class Shares(NamedTuple):
    """How a compiled step's time divides: tasks near the peak of arithmetic, near that of copying, near neither, and
    the time beyond the tasks; then the label, the share and the roofline of the kinds of task that take longest."""

    arithmetic: float
    traffic: float
    neither: float
    between: float
    longest: list[tuple[str, float, Roofline]]


def shares(record: dict[str, Any], column: str, peaks: dict[str, float], l2: float) -> Shares | None:
    """Of a compiled column, by the times of its tasks; None if there are none."""
    tasks = record.get("tasks", {}).get(column)
    series = record.get("seconds", {}).get(column)
    if not tasks or not series or "flops" not in peaks:
        return None
    step = max(spread(series).median, sum(task[2] for task in tasks))
    parts = {"arithmetic": 0.0, "traffic": 0.0, "neither": 0.0}
    kinds: dict[str, list[Any]] = {}
    for label, _, seconds, flops, moved in tasks:
        parts[roofline(seconds, flops, moved, moved, peaks, l2).limit] += seconds / step
        kind = kinds.setdefault(label, [0.0, 0, 0, 0])
        kinds[label] = [kind[0] + seconds, kind[1] + flops, kind[2] + moved, max(kind[3], moved)]
    longest = sorted(kinds.items(), key=lambda item: -item[1][0])[:3]
    found = [(label, kind[0] / step, roofline(*kind, peaks, l2)) for label, kind in longest]
    return Shares(**parts, between=1 - sum(parts.values()), longest=found)
