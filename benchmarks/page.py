"""The page `docs/benchmarks.md` and its plot, made from `benchmarks/results.json`: every word about results follows
from the numbers there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.children import ROOT
from benchmarks.compare import spread
from benchmarks.results import BUSY, Roofline, Verdict, shares, verdicts, whole
from benchmarks.workloads import WORKLOADS

RESULTS, PAGE, PLOT = ROOT / "benchmarks/results.json", ROOT / "docs/benchmarks.md", ROOT / "docs/benchmarks.svg"

METHOD = """\
Each workload runs in a process of its own, pinned to as many cores as it has threads. All libraries get the same data
and the same initial weights, and the results of the first four steps must agree. They then take turns in slices of
about 30 ms, each after a short warm-up. A time is the median over the rounds. A ratio is the median over the rounds of
our time by that of the best peer in the same round, with its quartiles in brackets: what a slow phase of the machine
does to both cancels. PyTorch runs eager with its fused optimizers, where it matters also with `channels_last`, and with
`torch.compile`; JAX as one jitted function with donated state. "fast" is `autograd.set_precision("fast")`. On two cores
our eager column is left out: NumPy's OpenBLAS keeps its second thread busy for some 30 ms after a product, and would
take a core from whoever's turn is next.
"""
SMALL = 2**15  # bytes
LIMITS = f"""
Bars that are missed. FLOPs are those of direct convolutions; the bytes of a whole step count every operand of every
traced operation as if nothing were fused. A compiled step runs as tasks, which are timed one by one; a task counts as
limited by what reaches {BUSY:.0%} of its peak, arithmetic or traffic (in L2 if what it reads and writes fits there).
"""


def write(results: dict[str, Any], page: Path = PAGE, plot: Path = PLOT) -> None:
    """Write the page and its plot."""
    draw(all_verdicts(results), plot)
    page.write_text(text(results, plot.name), encoding="utf-8")


def text(results: dict[str, Any], plot: str) -> str:
    """The page."""
    found = all_verdicts(results)
    counts = [
        f"{sum(v.met for v in found if v.threads == n)} of {sum(v.threads == n for v in found)} bars are met on "
        f"{cores(n)}"
        for n in sorted({v.threads for v in found})
    ]
    sections = [
        "# Benchmarks",
        "Made by `make bench`; do not edit.",
        machine(results["machine"]),
        METHOD,
        f"## Bars\n\n{'; '.join(counts) or 'Nothing was measured'}.\n\n![Ratios to the best peer]({plot})",
        *(bars(found, n) for n in sorted({v.threads for v in found})),
        limits(results, found),
        *(figures(results, n) for n in sorted({v.threads for v in found})),
        variants(results),
        memory(results.get("memory", [])),
        starting(results),
    ]
    return "\n\n".join(s.strip() for s in sections if s) + "\n"


def all_verdicts(results: dict[str, Any]) -> list[Verdict]:
    """The verdicts of all records, in the order of the workloads."""
    order = {id: k for k, id in enumerate(WORKLOADS)}
    found = [v for record in results.get("runs", []) for v in verdicts(record)]
    return sorted(found, key=lambda v: (v.threads, order[v.id]))


def machine(about: dict[str, Any]) -> str:
    """A sentence about the machine and the versions, and one if it had other things to do."""
    sizes = ", ".join(
        f"{name} {size / 2**20:g} MiB" if size >= 2**20 else f"{name} {size / 2**10:g} KiB"
        for name, size in about["caches"].items()
    )
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    busy = f" The machine was not idle: load average {about['load']:.1f} before." if about["load"] > 0.5 else ""
    return (
        f"{about['date']}, commit {about['commit'] or 'unknown'}, on {about['cores']} cores of {about['cpu']} "
        f"({', '.join(about['features'])}; {sizes}), {about['system']}, Python {about['python']}, {versions}.{busy}"
    )


def bars(found: list[Verdict], threads: int) -> str:
    """The table of bars for one number of threads."""
    rows = []
    for v in found:
        if v.threads != threads:
            continue
        against = f" × {v.bar.peers[0]}" if v.bar.peers and len(v.bar.peers) == 1 else ""
        measured = f"**{v.ratio.median:.2f}** [{v.ratio.lower:.2f}–{v.ratio.upper:.2f}]" if v.ratio else "n/a"
        verdict = v.missing or ("met" if v.met else f"missed by {v.ratio.median / v.bar.factor - 1:.0%}")  # type: ignore[union-attr]
        title = f"{WORKLOADS[v.id].title}: {v.bar.ours}"
        rows.append([v.id, title, f"{v.bar.factor:g}{against}", measured, ms(v.ours), v.best, ms(v.theirs), verdict])
    head = ["", "workload", "bar", "ours / best peer", "ours ms", "best peer", "its ms", ""]
    return f"### {cores(threads).capitalize()}\n\n{table(head, rows)}"


def limits(results: dict[str, Any], found: list[Verdict]) -> str:
    """The machine's peaks, and how near to them we come where a bar is missed."""
    peaks = {int(n): p for n, p in results.get("peaks", {}).items() if "flops" in p}
    if not peaks:
        return ""
    head = ["", "float32 matrix product", "copy in memory", "copy in L2"]
    rows = [
        [cores(n), f"{p['flops'] / 1e9:.0f} GFLOP/s", f"{p['memory'] / 1e9:.0f} GB/s", f"{p['L2'] / 1e9:.0f} GB/s"]
        for n, p in sorted(peaks.items())
    ]
    parts = ["## What limits us", "Measured peaks of this machine:", table(head, rows)]
    records = {(r["id"], r["threads"]): r for r in results.get("runs", [])}
    l2 = results["machine"]["caches"].get("L2", 2**20)
    lines = [
        f"- {missed(v, records[v.id, v.threads], peaks[v.threads], l2 * v.threads)}"
        for v in found
        if not v.met and v.threads in peaks
    ]
    if lines:
        parts += [LIMITS.strip(), "\n".join(lines)]
    return "\n\n".join(parts)


def missed(v: Verdict, record: dict[str, Any], peaks: dict[str, float], l2: float) -> str:
    """By how much a bar is missed, and what limits us."""
    text = f"**{v.id}**, {cores(v.threads)}, {v.bar.ours}: "
    if v.ratio is None:
        return f"{text}n/a ({v.missing})."
    text += f"{v.ratio.median:.2f} instead of {v.bar.factor:g} × {v.best}."
    r, parts = whole(record, v.bar.ours, peaks, l2), shares(record, v.bar.ours, peaks, l2)
    if r is not None:
        text += f" The step reaches {rates(r)}."
    if parts is None:
        return text
    kinds = "; ".join(f"{label} takes {share:.0%} at {rates(one)}" for label, share, one in parts.longest)
    return (
        f"{text} Of its time {parts.arithmetic:.0%} is limited by arithmetic, {parts.traffic:.0%} by traffic, "
        f"{parts.neither:.0%} is spent in tasks near neither limit, {parts.between:.0%} between and outside of the "
        f"longer tasks: {kinds}."
    )


def rates(r: Roofline) -> str:
    """GFLOP/s and GB/s, and their shares of the peaks."""
    return (
        f"{r.flops / 1e9:.3g} GFLOP/s ({r.arithmetic:.0%} of the peak) and {r.bandwidth / 1e9:.3g} GB/s "
        f"({r.traffic:.0%} of a copy in {r.level})"
    )


def figures(results: dict[str, Any], threads: int) -> str:
    """Every column's median, quartiles and minimum."""
    rows = []
    for record in sorted(results["runs"], key=lambda r: list(WORKLOADS).index(r["id"])):
        if record["threads"] != threads:
            continue
        names = [record["id"]]
        for name in WORKLOADS[record["id"]].columns:
            series = record.get("seconds", {}).get(name)
            if series:
                s = spread(series)
                row = [name, ms(s.median), f"{ms(s.lower)}–{ms(s.upper)}", ms(s.minimum)]
            else:
                why = record.get("errors", {}).get(name) or record.get("error") or "not measured"
                row = [name, f"n/a ({why})", "", ""]
            rows.append([names.pop() if names else "", *row])
    return f"## All figures, {cores(threads)}\n\n{table(['', 'library', 'median ms', 'quartiles', 'minimum'], rows)}"


def variants(results: dict[str, Any]) -> str:
    """Compiled steps with lesser vectors and with NumPy alone, as ratios to PyTorch."""
    found = results.get("variants", {})
    if not found:
        return ""
    ids = list(dict.fromkeys(r["id"] for records in found.values() for r in records))
    rows = []
    for id in ids:
        row = [id]
        for records in found.values():
            record = next((r for r in records if r["id"] == id), {})
            for column in ("ours compiled", "ours eager"):
                ours, theirs = (record.get("seconds", {}).get(name) for name in (column, peer_of(id)))
                why = record.get("errors", {}).get(column) or record.get("error") or "no figure"
                middle = spread([a / b for a, b in zip(ours, theirs)]).median if ours and theirs else None
                row.append(f"{middle:.2f} ({ms(spread(ours).median)} ms)" if middle else f"n/a ({why})")
        rows.append(row)
    head = ["", *(f"{name}, {how}" for name in found for how in ("compiled", "eager"))]
    return (
        "## Without AVX-512, without llvmlite\n\nRatios to PyTorch eager (which has all of the CPU) and our times, one "
        f"core: `CHALKGRAD_VECTOR=avx2`, and NumPy alone, `CHALKGRAD_NATIVE=0`.\n\n{table(head, rows)}"
    )


def peer_of(id: str) -> str:
    """The column of PyTorch without compilation."""
    return next((name for name in WORKLOADS[id].columns if name in ("torch eager", "torch.func")), "torch eager")


def memory(records: list[dict[str, Any]]) -> str:
    """Peak memory, and what steps allocate."""
    if not records:
        return ""
    rows, lines = [], []
    for id in dict.fromkeys(r["id"] for r in records):
        here = {r["column"]: r for r in records if r["id"] == id}
        theirs = here.get("torch eager", {})
        for name, r in here.items():
            if "error" in r:
                rows.append([id, name, f"n/a ({r['error']})", "", ""])
                continue
            kept = ""
            if name.startswith("ours") and "peak" in theirs:
                kept = "met" if r["peak"] <= theirs["peak"] else f"missed by {r['peak'] / theirs['peak'] - 1:.0%}"
            rows.append([id, name, mib(r["peak"]), mib(r["above imports"]), kept])
            s = r.get("steady")
            if s and name == "ours compiled":
                small = s["peak"] < SMALL and s["resident"] < 8 * SMALL
                nothing = "no arrays, only some of Python's small objects" if small else "too much"
                lines.append(
                    f"- {id}: at most {s['peak']:,} bytes beyond what is there between steps, {s['growth']:,} bytes "
                    f"more after {s['steps']} steps, resident memory grown by {s['resident']:,} bytes: {nothing}."
                )
    head = ["", "library", "peak MiB", "beyond its imports", "at most PyTorch's"]
    parts = ["## Memory", "Peak resident memory of a process that trains, one core.", table(head, rows)]
    if lines:
        parts += ["What a compiled step allocates, `tracemalloc` over many steps:", "\n".join(lines)]
    return "\n\n".join(parts)


def starting(results: dict[str, Any]) -> str:
    """Compile times and the import."""
    parts = []
    rows = []
    for id, r in results.get("compile", {}).items():
        if "error" in r:
            rows.append([id, f"n/a ({r['error']})", "", "", ""])
            continue
        row = [id]
        for when in ("cold", "cached"):
            kept = "met" if r[when] <= r[f"{when} limit"] else "missed"
            row += [f"{r[when]:.2f} s", f"{r[f'{when} limit']:g} s: {kept}"]
        rows.append(row)
    if rows:
        head = ["compiled step, until its first replay is done", "empty cache", "at most", "from the cache", "at most"]
        parts.append(table(head, rows))
    times = results.get("imports", {})
    if isinstance(times.get("autograd"), float) and isinstance(times.get("numpy"), float):
        more = times["autograd"] - times["numpy"]
        kept = "met" if more <= times["limit"] else "missed"
        parts.append(
            f"`import autograd` takes {ms(times['autograd'])} ms, `import numpy` alone {ms(times['numpy'])} ms: "
            f"{ms(more)} ms more, of at most {ms(times['limit'])} ms ({kept})."
        )
    return "\n\n".join(["## Starting", *parts]) if parts else ""


def draw(found: list[Verdict], file: Path) -> None:
    """Ratios to the best peer with their quartiles, and the bars, one panel per number of threads."""
    import matplotlib
    from matplotlib.figure import Figure

    measured = [v for v in found if v.ratio]
    counts = sorted({v.threads for v in measured}) or [1]
    names = list(dict.fromkeys((v.id, v.bar.ours) for v in measured))
    with matplotlib.rc_context({"svg.hashsalt": "chalkgrad", "svg.fonttype": "none"}):
        figure = Figure((4.5 * len(counts) + 1, 0.32 * len(names) + 1.2), layout="constrained")
        for n, axes in zip(counts, figure.subplots(1, len(counts), sharey=True, squeeze=False)[0]):
            for v in measured:
                if v.threads == n and v.ratio:
                    y, r = names.index((v.id, v.bar.ours)), v.ratio
                    color = "tab:green" if v.met else "tab:red"
                    axes.barh(y, r.median, color=color, height=0.6, alpha=0.6)
                    axes.plot([r.lower, r.upper], [y, y], color="black", linewidth=1)
                    axes.plot([v.bar.factor] * 2, [y - 0.45, y + 0.45], color="black", linewidth=2)
            axes.axvline(1, color="gray", linewidth=0.8, linestyle=":")
            axes.set(title=cores(n), xlabel="our time / the best peer's; black: the bar")
        axes.set_yticks(range(len(names)), [f"{id}, {ours}" for id, ours in names])
        axes.invert_yaxis()
        figure.savefig(file, format="svg", metadata={"Date": None})


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def cores(n: int) -> str:
    """A number of cores in words."""
    return {1: "one core", 2: "two cores"}.get(n, f"{n} cores")


def ms(seconds: float | None) -> str:
    """Three digits of milliseconds."""
    return "" if seconds is None else f"{seconds * 1e3:.3g}" if seconds < 1 else f"{seconds * 1e3:.0f}"


def mib(size: int) -> str:
    """Mebibytes."""
    return f"{size / 2**20:.1f}"


if __name__ == "__main__":
    write(json.loads(RESULTS.read_text()))
