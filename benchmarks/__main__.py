"""Runs the benchmarks. `python -m benchmarks` measures everything and writes `docs/benchmarks.md`;
`python -m benchmarks W4,W5 --threads 1` measures some and only prints; `python -m benchmarks profile W4` shows where
the time of a step goes."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from benchmarks import machine, memory, start
from benchmarks.children import run
from benchmarks.compare import spread
from benchmarks.results import verdicts
from benchmarks.workloads import selected
from benchmarks.workloads.base import COMPILED, EAGER, Workload

VARIANTS = {"AVX2": {"CHALKGRAD_VECTOR": "avx2"}, "NumPy": {"CHALKGRAD_NATIVE": "0"}}


def measure(workload: Workload, threads: int, *options: object, variables: dict[str, str] | None = None) -> Any:
    """The record of one workload, with more options of `benchmarks.measure`."""
    found = run("measure", workload.id, "--threads", threads, *options, threads=threads, variables=variables)
    return {"id": workload.id, "threads": threads, **found}


def show(record: dict[str, Any]) -> None:
    """Print a record's columns and verdicts."""
    print(f"\n{record['id']}, {record['threads']} thread(s)")
    if "error" in record:
        print(f"  n/a ({record['error']})")
    for name, first in record.get("first", {}).items():
        digits = " ".join(f"{value:.6g}" for value in first)
        s = spread(record["seconds"][name]) if name in record["seconds"] else None
        times = f"{s.median * 1e3:10.4g} ms [{s.lower * 1e3:.4g}–{s.upper * 1e3:.4g}]" if s else "not timed"
        print(f"  {name:<20} {times:<34} min {s.minimum * 1e3 if s else 0:<10.4g} first {digits}")
    for name, why in record.get("errors", {}).items():
        print(f"  {name:<20} n/a ({why})")
    for v in verdicts(record):
        if v.ratio:
            verdict = "met" if v.met else "MISSED"
            print(f"  {v.bar.ours} / {v.best}: {v.ratio.median:.3f}, bar {v.bar.factor:g}: {verdict}")
    sys.stdout.flush()


def measured(workloads: list[Workload], threads: list[int], *options: object) -> list[dict[str, Any]]:
    """The records of the workloads with each of the numbers of threads they run with."""
    records = []
    for workload in workloads:
        for n in threads:
            if n in workload.threads:
                records.append(measure(workload, n, *options))
                show(records[-1])
    return records


BLAS_FREE = f"{COMPILED};{COMPILED}, fast;torch eager;torch channels_last;torch.compile;torch.func;JAX jit"
"""What is compared on two cores: NumPy's OpenBLAS keeps its second thread busy for some 30 ms after each product, which
would take a core from whoever's turn is next."""


def everything(seconds: float) -> dict[str, Any]:
    """All that the page shows."""
    about = machine.description()
    threads = [n for n in (1, 2) if n <= about["cores"]]
    results: dict[str, Any] = {"machine": about, "peaks": {n: run("machine", n, threads=n) for n in threads}}
    results["runs"] = measured(selected(None), [1], "--seconds", seconds)
    if 2 in threads:
        results["runs"] += measured(selected(None), [2], "--seconds", seconds, "--columns", BLAS_FREE)
    options = ("--seconds", seconds / 4, "--columns", f"{EAGER};{COMPILED};torch eager;torch.func")
    results["variants"] = {
        name: [measure(w, 1, *options, variables=variables) for w in selected(None) if COMPILED in w.columns]
        for name, variables in VARIANTS.items()
    }
    results["memory"] = [
        {"id": id, "column": column, **run("memory", id, column)} for id in memory.IDS for column in memory.COLUMNS
    ]
    results["compile"] = {id: start.compile_times(id) for id in start.COMPILE_LIMITS}
    results["imports"] = start.imports()
    return results


def main() -> None:
    """Measure and print, or measure all and write the page."""
    if sys.argv[1:2] == ["profile"]:
        from benchmarks import profile

        profile.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="?", help="names of workloads, comma-separated; then nothing is written")
    parser.add_argument("--threads", type=int, choices=(1, 2), help="only with this many; then nothing is written")
    parser.add_argument("--seconds", type=float, default=8.0, help="to time each workload for")
    parser.add_argument("--columns", help="only these, separated by semicolons; then nothing is written")
    parser.add_argument("--cpu", action="store_true", help="CPU time: for a busy machine, one thread")
    arguments = parser.parse_args()
    begin = time.perf_counter()
    if arguments.only or arguments.threads or arguments.columns or arguments.cpu:
        threads = [arguments.threads] if arguments.threads else [1] if arguments.cpu else [1, 2]
        options: list[object] = ["--seconds", arguments.seconds]
        options += ["--columns", arguments.columns] if arguments.columns else []
        options += ["--cpu"] if arguments.cpu else []
        measured(selected(arguments.only), threads, *options)
    else:
        from benchmarks import page

        results = everything(arguments.seconds)
        page.RESULTS.write_text(json.dumps(results) + "\n")
        page.write(results)
        print(f"\nwrote {page.PAGE}")
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
