"""The benchmarks run without what they compare with, and their page says what the numbers say."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import children, compare, measure, page, profile
from benchmarks.results import shares, verdict, verdicts, whole
from benchmarks.workloads import WORKLOADS, selected
from benchmarks.workloads.base import COMPILED, EAGER, FAST, Bar, Column, Workload

ROOT = Path(__file__).parents[2]


def column(value=1.0, prepare=lambda: None):
    return Column(lambda: value, np.asarray, prepare)


def test_our_columns_run_without_the_libraries_they_are_compared_with():
    code = """
import sys
sys.modules.update(dict.fromkeys(("torch", "jax", "jaxlib", "micrograd", "matplotlib")))
import numpy as np
from benchmarks.workloads import WORKLOADS
from benchmarks.workloads.base import EAGER
for workload in WORKLOADS.values():
    column = workload.columns[EAGER]()
    first, second = (np.array(column.read(column.step())) for _ in range(2))
    assert np.isfinite(first).all(), workload.id
    kind = "repeats" if (first == second).all() else "trains" if second < first else "diverges"
    print(workload.id, kind)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert dict(line.split() for line in done.stdout.splitlines()) == {
        id: "repeats" if id in ("W2", "W9h", "W9j", "W11m", "W11c") else "trains" for id in WORKLOADS
    }


def test_bars_are_those_of_columns_that_exist():
    for workload in WORKLOADS.values():
        for bar in workload.bars:
            assert {bar.ours, *workload.peers(bar)} <= set(workload.columns)
            assert not any(name.startswith("ours") for name in workload.peers(bar))


def test_workloads_are_selected_by_name_or_family():
    assert [w.id for w in selected("W5,W9")] == ["W5", "W9h", "W9j"]
    assert [w.id for w in selected(None)] == list(WORKLOADS)
    with pytest.raises(ValueError, match="there is no benchmark 'W99'; there are W1, W2"):
        selected("W99")


def test_columns_take_turns_after_their_preparation():
    calls = []
    programs = {name: column(prepare=lambda name=name: calls.append(name)) for name in "ab"}
    times = compare.alternate(programs, 0.0, rounds=(3, 5), slice_seconds=1e-5, warm_seconds=0)
    assert {name: len(series) for name, series in times.items()} == {"a": 3, "b": 3}
    assert calls[2:] == ["a", "b"] * 3


def test_ratios_are_taken_round_by_round():
    s = compare.ratio([1.0, 2.0, 30.0], [2.0, 4.0, 60.0])
    assert s == (0.5, 0.5, 0.5, 0.5)
    assert compare.spread([3.0]) == (3.0, 3.0, 3.0, 3.0)


def test_columns_that_fail_or_disagree_are_reported():
    def fails():
        raise ImportError("no such library")

    columns = {EAGER: column, "same": lambda: column(1.0001), "other": lambda: column(1.1), "gone": fails}
    workload = Workload("X", "", columns, (), tolerance=1e-3)
    good, first, errors = measure.build(workload, list(columns))
    assert list(good) == [EAGER, "same"]
    assert first["other"] == [1.1] * 4
    assert errors == {"other": "its first results differ by 1.0e-01", "gone": "ImportError: no such library"}


def test_a_child_that_fails_says_why():
    assert "No module named benchmarks.nothing" in children.run("nothing")["error"]
    assert children.run("start", "import", "json") > 0
    assert children.run("start", "import", "json", timeout=0.001) == {"error": "took more than 0 s"}
    assert children.environment(2)["OMP_NUM_THREADS"] == "2"


def record(id, threads=1, **seconds):
    columns = {
        name.replace("_", " ").replace("torch compile", "torch.compile"): series for name, series in seconds.items()
    }
    made = {"id": id, "threads": threads, "seconds": columns, "errors": {}, "first": {}}
    return made | {"flops": 10**9, "bytes": 10**8, "instructions": 100, "held": 10**7}


TASKS = [
    ["product", "64×64", 0.006, 5 * 10**8, 10**6],
    ["add", "64", 0.003, 10**5, 5 * 10**7],
    ["add", "8", 0.0015, 10, 100],
]
RESULTS = {
    "machine": {
        "cpu": "A CPU",
        "cores": 2,
        "features": ["avx2"],
        "caches": {"L1": 2**15, "L2": 2**20},
        "system": "Linux x86_64",
        "python": "3.11.7",
        "versions": {"numpy": "2.4.6"},
        "date": "2026-01-01",
        "commit": "abc",
        "load": 1.5,
    },
    "peaks": {"1": {"flops": 1e11, "memory": 2e10, "L2": 6e10}, "2": {"error": "no"}},
    "runs": [
        record("W4", ours_compiled=[0.012, 0.012], torch_eager=[0.020, 0.020], torch_compile=[0.015, 0.015])
        | {"tasks": {COMPILED: TASKS}},
        record("W3b", ours_compiled=[0.3, 0.6], torch_eager=[1.0, 2.0]),
        record("W3b", threads=2, ours_compiled=[0.9, 0.9], torch_eager=[1.0, 1.0]),
        record("W8a", ours_compiled=[0.001]),
        {"id": "W6", "threads": 1, "error": "took more than 600 s"},
    ],
    "variants": {
        "AVX2": [record("W4", ours_compiled=[0.03], torch_eager=[0.02])],
        "NumPy": [{"id": "W4", "error": "x"}],
    },
    "memory": [
        {"id": "W4", "column": "ours compiled", "peak": 2**26, "above imports": 2**24}
        | {"steady": {"peak": 100, "growth": 0, "resident": 0, "steps": 200}},
        {"id": "W4", "column": "torch eager", "peak": 2**28, "above imports": 2**25},
        {"id": "W5", "column": "torch eager", "error": "no torch"},
    ],
    "compile": {"W4": {"cold": 1.5, "cached": 0.5, "cold limit": 2.0, "cached limit": 0.3}, "W5": {"error": "none"}},
    "imports": {"autograd": 0.15, "numpy": 0.06, "limit": 0.1},
}


def test_verdicts_compare_with_the_best_peer():
    (v,) = verdicts(RESULTS["runs"][0])
    assert (v.best, v.ratio.median, v.met) == ("torch.compile", pytest.approx(0.8), False)
    assert verdict(RESULTS["runs"][0], Bar(COMPILED, 0.7, ("torch eager",))).met
    assert verdict(RESULTS["runs"][0], Bar(FAST, 0.7)).missing == "not measured"
    assert verdict(RESULTS["runs"][3], Bar(COMPILED, 0.7)).missing == "no peer could be measured"
    assert verdicts(RESULTS["runs"][4])[0].missing == "took more than 600 s"


def test_roofline_of_a_step():
    peaks, step = RESULTS["peaks"]["1"], RESULTS["runs"][0]
    r = whole(step, COMPILED, peaks, 2**20)
    assert (r.arithmetic, r.traffic, r.level) == (pytest.approx(10 / 12), pytest.approx(5 / 12), "memory")
    assert r.limit == "arithmetic"
    assert whole(step, COMPILED, peaks, 2**30).level == "L2"
    assert whole(record("W4", ours_compiled=[0.1]), COMPILED, peaks, 2**20).limit == "neither"
    assert whole({"id": "W4"}, COMPILED, peaks, 0) is None


def test_shares_of_a_steps_tasks():
    found = shares(RESULTS["runs"][0], COMPILED, RESULTS["peaks"]["1"], 2**20)
    assert found[:4] == pytest.approx((0.5, 0.25, 0.125, 0.125))
    assert {label: share for label, share, _ in found.longest} == pytest.approx({"product": 0.5, "add": 0.375})
    assert shares(RESULTS["runs"][1], COMPILED, RESULTS["peaks"]["1"], 2**20) is None


EXPECTED = """
load average 1.5 before
1 of 4 bars are met on one core; 0 of 1 bars are met on two cores.
| 0.4 | **0.80** [0.80–0.80] | 12 | torch.compile | 15 | missed by 100% |
| 0.85 | **0.30** [0.30–0.30] | 450 | torch eager | 1500 | met |
- **W4**, one core, ours compiled: 0.80 instead of 0.4 × torch.compile. The step reaches 83.3 GFLOP/s
 and 8.33 GB/s (42% of a copy in memory). Of its time 50% is limited by arithmetic, 25% by traffic,
 12% is spent in tasks near neither limit, 12% between and outside of the longer tasks: product takes 50% at 83.3
- **W6**, one core, ours compiled: n/a (took more than 600 s).
| W4 | 1.50 (30 ms) | n/a (no figure) | n/a (x) | n/a (x) |
| W4 | ours compiled | 64.0 | 16.0 | met |
W4: at most 100 bytes beyond what is there between steps, 0 bytes more after 200 steps,
 resident memory grown by 0 bytes: no arrays, only some of Python's small objects.
| W5 | torch eager | n/a (no torch) |
| W4 | 1.50 s | 2 s: met | 0.50 s | 0.3 s: missed |
90 ms more, of at most 100 ms (met).
"""


def test_page_says_what_the_numbers_say(tmp_path):
    page.write(json.loads(json.dumps(RESULTS)), tmp_path / "page.md", tmp_path / "plot.svg")
    text = (tmp_path / "page.md").read_text("utf-8")
    for line in EXPECTED.strip().splitlines():
        assert line in text
    assert "</svg>" in (tmp_path / "plot.svg").read_text()


def test_profile_shows_where_time_goes():
    assert "tanh" in str(profile.eager_profile(WORKLOADS["W9j"].columns[EAGER](), steps=1))
