"""autograd.profile: what is counted, where it is counted, and that nothing is computed differently."""

import contextvars
import json
import threading
import time

import numpy as np
import pytest

import autograd
import nn
from autograd import graph
from autograd.profiling import OUTSIDE


@autograd.primitive(x=lambda g: (time.sleep(0.02), g)[1], samples=None)
def slow_copy(x):
    """A copy that takes 10 ms, and 20 ms backward."""
    time.sleep(0.01)
    return np.array(x)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(8, 8), nn.Tanh())

    def forward(self, x):
        return slow_copy(self.inner(x))


def test_calls_and_times_by_primitive():
    x = autograd.tensor(np.ones(1000), requires_grad=True)
    with autograd.profile() as p:
        for _ in range(3):
            slow_copy(autograd.exp(x)).sum().backward()
    rows = {row.name: row for row in p.rows()}
    assert p.rows()[0].name == "slow_copy"
    row = rows["slow_copy"]
    assert row.calls == 3
    assert row.forward >= 0.03
    assert row.backward >= 0.06
    assert row.seconds == row.forward + row.backward
    assert rows["exp"].memory == 3 * 2 * 8000  # results, and gradients for x
    assert rows["exp"].backward > 0
    assert sum(r.seconds for r in p.rows()) <= p.seconds


def test_nothing_is_computed_differently():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.LSTM(72, 4))
    x = np.random.default_rng(0).normal(size=(5, 1, 8, 8)).astype(np.float32)
    found = []
    for profiled in (False, True):
        model.zero_grad()
        if profiled:
            with autograd.profile() as p:
                model(x)[0].sum().backward()
        else:
            model(x)[0].sum().backward()
        found.append([param.grad.numpy().copy() for param in model.parameters()])
    for a, b in zip(*found, strict=True):
        np.testing.assert_array_equal(a, b)
    assert {"convolution", "lstm"} <= {row.name for row in p.rows()}
    assert all(event.name != "_pick" for event in p.events)


def test_modules_hold_what_runs_in_those_below():
    model = Block()
    x = autograd.tensor(np.ones((4, 8)), requires_grad=True)
    with autograd.profile() as p:
        (model(x) * 2).sum().backward()
    rows = {row.name: row for row in p.rows(by="module")}
    assert set(rows) == {OUTSIDE, "Block", "Block/inner", "Block/inner.0", "Block/inner.1"}
    assert rows["Block/inner.0"].calls == 1
    assert rows["Block/inner"].calls == 2
    assert rows["Block"].calls == 3
    assert rows["Block"].backward >= 0.02 + rows["Block/inner"].backward
    assert rows["Block/inner.0"].backward > 0  # rules run outside, and count where the call was made
    assert rows[OUTSIDE].calls == 2
    spans = [event.name for event in p.events if event.kind == "module"]
    assert spans == ["Block/inner.0", "Block/inner.1", "Block/inner", "Block"]


def test_kernels_inside_rules_are_not_counted_twice():
    x = autograd.tensor(np.ones((1, 1, 8, 8)), requires_grad=True)
    w = autograd.tensor(np.ones((1, 1, 3, 3)), requires_grad=True)
    with autograd.profile() as p:
        autograd.conv2d(x, w).sum().backward()
    nested = {event.name for event in p.events if event.nested}
    assert "convolution_weight" in nested
    assert "convolution_weight" not in {row.name for row in p.rows()}


def test_higher_derivatives_and_transforms():
    with autograd.profile() as p:
        assert autograd.grad(autograd.grad(lambda x: x**3))(2.0) == 12.0
        x = autograd.tensor(2.0, requires_grad=True)
        (d,) = autograd.gradients(x * x * x, x, create_graph=True)
        d.backward()
    assert x.grad.item() == 12.0
    assert {row.name for row in p.rows()} >= {"multiply"}
    with autograd.profile() as p:
        autograd.vmap(autograd.tanh)(np.ones((3, 2)))
    assert [row.name for row in p.rows()] == ["tanh"]


def test_views_take_no_memory():
    x = autograd.tensor(np.ones((4, 4)), requires_grad=True)
    with autograd.profile() as p:
        x.reshape(16).backward(np.ones(16))
    (row,) = p.rows()
    assert (row.name, row.memory) == ("reshape", 0)


def test_raw_arrays_and_no_grad_are_seen():
    with autograd.profile() as p, autograd.no_grad():
        autograd.exp(np.ones(3))
        autograd.exp(autograd.tensor([1.0], requires_grad=True))
    assert [(row.name, row.calls, row.backward) for row in p.rows()] == [("exp", 2, 0.0)]


def test_profiles_nest_and_end_with_their_block():
    with autograd.profile() as outer:
        autograd.exp(autograd.tensor(1.0))
        with autograd.profile() as inner:
            autograd.log(autograd.tensor(1.0))
    autograd.sin(autograd.tensor(1.0))
    assert [e.name for e in outer.events] == ["exp", "log"]
    assert [e.name for e in inner.events] == ["log"]
    assert graph.get_mode() is None
    with pytest.raises(ZeroDivisionError), autograd.profile() as broken:
        1 / 0  # noqa: B018
    assert broken.seconds > 0
    assert graph.get_mode() is None


def test_threads():
    def work(n):
        with autograd.profile() as own:
            for _ in range(n):
                slow_copy(autograd.tensor(1.0, requires_grad=True)).backward()
        counts[n] = sum(row.calls for row in own.rows())

    counts = {}
    with autograd.profile() as p:
        alone = [threading.Thread(target=work, args=(n,)) for n in (1, 2, 3)]
        with_context = [
            threading.Thread(target=contextvars.copy_context().run, args=(work, n), name=f"worker {n}") for n in (4, 5)
        ]
        for thread in alone + with_context:
            thread.start()
        for thread in alone + with_context:
            thread.join()
    assert counts == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}
    assert {row.name: row.calls for row in p.rows()} == {"slow_copy": 9}
    assert not any(event.nested for event in p.events)
    assert len({event.thread for event in p.events}) == 2


def test_an_error_in_a_rule_leaves_the_profile_in_order():
    def broken(g):
        raise ValueError("no")

    @autograd.primitive(x=broken, samples=None)
    def unlucky(x):
        """The same."""
        return np.array(x)

    x = autograd.tensor(1.0, requires_grad=True)
    with autograd.profile() as p:
        with pytest.raises(ValueError, match="no"):
            unlucky(x).backward()
        autograd.exp(x)
    assert not p.events[-1].nested


def test_tables():
    model = Block()
    with autograd.profile() as p:
        model(np.ones((4, 8))).sum().backward()
    lines = p.table().split("\n")
    assert lines[0].split() == ["primitive", "calls", "forward", "backward", "total", "share", "memory"]
    assert lines[2].startswith("slow_copy")
    assert lines[-1].startswith("total")
    assert "100 %" in lines[-1]
    assert len({len(line) for line in lines}) == 1
    names = [line.split()[0] for line in p.table(sort_by="name").split("\n")[2:-2]]
    assert names == sorted(names) == ["affine", "slow_copy", "sum", "tanh"]
    short = p.table(limit=1).split("\n")
    assert short[2].startswith("slow_copy")
    assert short[3] == "… and 3 more"
    assert "Block/inner" in p.table(by="module", sort_by="memory")
    assert "in primitives of" in str(p)
    for key in ("time", "forward", "backward", "calls", "memory"):
        values = [getattr(row, {"time": "seconds"}.get(key, key)) for row in p.rows(sort_by=key)]
        assert values == sorted(values, reverse=True)
    with pytest.raises(ValueError, match=r"sort_by must be one of 'time', 'forward'.*got 'speed'"):
        p.table(sort_by="speed")
    with pytest.raises(ValueError, match="by must be 'primitive' or 'module', got 'line'"):
        p.table(by="line")


def test_an_empty_profile():
    with autograd.profile() as p:
        pass
    assert p.rows() == []
    assert p.table().split("\n")[-1].split()[:2] == ["total", "0"]
    assert "0 events" in repr(p)


def test_chrome_trace(tmp_path):
    model = Block()
    with autograd.profile() as p:
        model(np.ones((4, 8))).sum().backward()
    file = p.export_chrome_trace(tmp_path / "trace.json")
    assert [f.name for f in tmp_path.iterdir()] == ["trace.json"]
    trace = json.loads(file.read_text())
    bars = [e for e in trace["traceEvents"] if e["ph"] == "X"]
    for bar in bars:
        assert set(bar) == {"ph", "name", "cat", "pid", "tid", "ts", "dur", "args"}
        assert bar["ts"] >= 0
        assert bar["dur"] >= 0
    assert [bar["ts"] for bar in bars] == sorted(bar["ts"] for bar in bars)
    by_name = {bar["name"]: bar for bar in bars}
    assert by_name["slow_copy"]["dur"] >= 10_000
    assert by_name["slow_copy backward"]["args"] == {"module": "Block", "bytes": 0}
    outer, inner = by_name["Block"], by_name["affine"]
    assert outer["ts"] <= inner["ts"]
    assert inner["ts"] + inner["dur"] <= outer["ts"] + outer["dur"]
    assert any(e["ph"] == "M" and e["args"] == {"name": "MainThread"} for e in trace["traceEvents"])
    with pytest.raises(OSError, match="nowhere"):
        p.export_chrome_trace(tmp_path / "nowhere" / "trace.json")
