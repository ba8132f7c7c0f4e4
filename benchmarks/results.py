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
    middle = (spread(series).median if series else None for series in (ours, times.get(best)))
    mine, theirs = middle
    return Verdict(record["id"], record["threads"], bar, r, mine, best, theirs, missing)


class Roofline(NamedTuple):
    """A step's arithmetic and traffic against the machine's peaks, as rates and as shares of the time it took."""

    flops: float
    bandwidth: float
    level: str
    arithmetic: float
    traffic: float
    step: float
    instructions: int

    @property
    def limit(self) -> str:
        """In words, what the time goes to."""
        each = f"{self.step / max(self.instructions, 1) * 1e6:.3g} µs for each of {self.instructions:,} operations"
        if max(self.arithmetic, self.traffic) >= BUSY:
            what = "arithmetic" if self.arithmetic >= self.traffic else f"traffic ({self.level})"
            return f"limited by {what}"
        if self.arithmetic + self.traffic >= BUSY:
            return f"limited by arithmetic and traffic ({self.level}) one after the other"
        return f"neither arithmetic nor traffic: {each}"


def roofline(record: dict[str, Any], column: str, peaks: dict[str, float], l2: float) -> Roofline | None:
    """The roofline of a column's median step; None if the work was not counted or not measured.

    Traffic is that of the trace: every operand of every operation, as if nothing were fused. A step whose arrays all
    fit in L2 has L2's copy speed as its peak.
    """
    series = record.get("seconds", {}).get(column)
    if not series or "flops" not in record or "flops" not in peaks:
        return None
    seconds = spread(series).median
    level = "L2" if record["held"] <= l2 else "memory"
    flops, bandwidth = record["flops"] / seconds, record["bytes"] / seconds
    shares = flops / peaks["flops"], bandwidth / peaks[level]
    return Roofline(flops, bandwidth, level, *shares, seconds, record["instructions"])
