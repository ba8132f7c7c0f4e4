"""Where time and memory go: a profile of what runs inside a block, by primitive and by module, forward and backward.

While a profile is on, the calls of primitives go the general way (`autograd.primitive.general_call`), where their
kernels are timed, and the sweep times the pull of each node. Otherwise nothing runs any differently, and the kernels
are the same either way.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd import graph
from autograd.graph import Node
from autograd.primitive import PICK, Primitive

OUTSIDE = "(outside of modules)"
_SORTS: dict[str, Callable[[ProfileRow], Any]] = {
    "time": lambda row: -row.seconds,
    "forward": lambda row: -row.forward,
    "backward": lambda row: -row.backward,
    "calls": lambda row: -row.calls,
    "memory": lambda row: -row.memory,
    "name": lambda row: row.name,
}


class ProfileEvent(NamedTuple):
    """One thing that ran: a primitive's kernel ("forward"), a node's rules ("backward"), or a module's call ("module").

    `start` counts seconds from the beginning of the profile. `module` is the path of the module it belongs to,
    outermost first, `memory` the bytes of new arrays, `thread` the thread's number. `nested` marks a kernel that ran
    inside the rules of another primitive, in whose time it is contained.
    """

    kind: Literal["forward", "backward", "module"]
    name: str
    module: tuple[str, ...]
    start: float
    seconds: float
    memory: int
    thread: int
    nested: bool


@dataclass(slots=True)
class ProfileRow:
    """A line of a profile's table: calls, seconds forward and backward, and bytes of new arrays.

    >>> from autograd.profiling import ProfileRow
    >>> ProfileRow("tanh", calls=2, forward=0.25, backward=0.5).seconds
    0.75
    """

    name: str
    calls: int = 0
    forward: float = 0.0
    backward: float = 0.0
    memory: int = 0

    @property
    def seconds(self) -> float:
        """Forward and backward together."""
        return self.forward + self.backward


class Profile:
    """What `autograd.profile()` hands to its block: `print` it, sort it, or export it once the block is done.

    `events` are all that ran, as they ended; `seconds` the time that the block took.

    >>> import autograd
    >>> with autograd.profile() as p:
    ...     y = autograd.exp(autograd.tensor([1.0, 2.0], requires_grad=True)).sum()
    >>> [(row.name, row.calls) for row in p.rows(sort_by="name")]
    [('exp', 1), ('sum', 1)]
    """

    def __init__(self) -> None:
        self.events: list[ProfileEvent] = []
        self.seconds = 0.0
        self._begin = perf_counter()
        self._modules: dict[int, tuple[str, ...]] = {}
        self._pulling: dict[int, int] = {}
        self._threads: dict[int, str] = {}

    # --- being told what runs --------------------------------------------------------------------------------------

    def _note(self, kind: Any, name: str, module: tuple[str, ...], start: float, end: float, memory: int) -> None:
        thread = threading.get_ident()
        if thread not in self._threads:
            self._threads[thread] = threading.current_thread().name
        nested = self._pulling.get(thread, 0) > 0
        self.events.append(ProfileEvent(kind, name, module, start - self._begin, end - start, memory, thread, nested))

    def _called(self, p: Primitive, raws: list[Any], out: Any, node: Node | None, start: float, end: float) -> None:
        module = graph.scopes()
        if node is not None and module:
            self._modules[node.index] = module
        known = [_owner(raw) for raw in raws]
        results = out if isinstance(out, tuple) else (out,)
        self._note("forward", p.name, module, start, end, sum(_new_bytes(r, known) for r in results))

    def _pulled(self, node: Node, g: Any, adjoints: dict[Any, Any], start: float, end: float) -> None:
        if node.primitive is None or node.primitive is PICK:
            return
        known = [_owner(part) for part in (g if isinstance(g, list) else [g])]
        memory = sum(_new_bytes(adjoints.get(n), known) for n in set(node.inputs) if n is not None)
        self._note("backward", node.primitive.name, self._modules.get(node.index, ()), start, end, memory)

    def _left(self, scopes: tuple[str, ...], start: float, end: float) -> None:
        self._note("module", path(scopes), scopes, start, end, 0)

    def _enter_pull(self, step: int) -> None:
        thread = threading.get_ident()
        self._pulling[thread] = self._pulling.get(thread, 0) + step

    # --- telling it ------------------------------------------------------------------------------------------------

    def rows(self, by: str = "primitive", sort_by: str = "time") -> list[ProfileRow]:
        """The table's lines. `by` is "primitive" or "module"; `sort_by` "time", "forward", "backward", "calls",
        "memory" (largest first) or "name".

        By primitive, the lines add up to the whole. By module, each line holds all that ran in it and in the modules
        below it. Raises ValueError for other words.

        >>> import autograd, nn, numpy as np
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
        >>> with autograd.profile() as p:
        ...     model(np.ones((4, 2))).sum().backward()
        >>> [row.name for row in p.rows(by="module", sort_by="name")]
        ['(outside of modules)', 'Sequential', 'Sequential/0', 'Sequential/1']
        """
        if by not in ("primitive", "module"):
            raise ValueError(f"by must be 'primitive' or 'module', got {by!r}")
        if sort_by not in _SORTS:
            raise ValueError(f"sort_by must be one of {', '.join(map(repr, _SORTS))}, got {sort_by!r}")
        found: dict[str, ProfileRow] = {}
        for event in list(self.events):
            if event.kind == "module" or event.nested:
                continue
            for name in [event.name] if by == "primitive" else dict.fromkeys(_paths(event.module)):
                row = found.setdefault(name, ProfileRow(name))
                row.memory += event.memory
                if event.kind == "forward":
                    row.calls += 1
                    row.forward += event.seconds
                else:
                    row.backward += event.seconds
        return sorted(found.values(), key=_SORTS[sort_by])

    def table(self, sort_by: str = "time", by: str = "primitive", limit: int | None = None) -> str:
        """The rows as a text, at most `limit` of them, with totals; `sort_by` and `by` as for `rows`.

        >>> import autograd
        >>> with autograd.profile() as p:
        ...     y = autograd.exp(autograd.tensor([1.0, 2.0]))
        >>> print(p.table())  # doctest: +SKIP
        primitive  calls  forward  backward    total  share  memory
        ───────────────────────────────────────────────────────────
        exp            1   1.8 µs       0 s   1.8 µs  100 %     8 B
        ───────────────────────────────────────────────────────────
        total          1   1.8 µs       0 s   1.8 µs  100 %     8 B
        """
        rows = self.rows(by, sort_by)
        whole = ProfileRow("total")
        for row in self.rows():
            whole.calls += row.calls
            whole.forward += row.forward
            whole.backward += row.backward
            whole.memory += row.memory
        shown = rows if limit is None else rows[: max(limit, 0)]
        body = [_cells(row, whole) for row in shown]
        head = [by, "calls", "forward", "backward", "total", "share", "memory"]
        total = _cells(whole, whole)
        widths = [max(len(line[k]) for line in (head, *body, total)) for k in range(len(head))]
        rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
        lines = [
            "  ".join(c.rjust(w) if k else c.ljust(w) for k, (c, w) in enumerate(zip(line, widths)))
            for line in (head, *body, total)
        ]
        left_out = [f"… and {len(rows) - len(shown)} more"] if len(shown) < len(rows) else []
        return "\n".join([lines[0], rule, *lines[1:-1], *left_out, rule, lines[-1]])

    def __str__(self) -> str:
        tables = [self.table(limit=20)]
        if any(event.module for event in self.events):
            tables.append(self.table(by="module", limit=20))
        inside = sum(row.seconds for row in self.rows())
        if self.seconds:
            tables.append(f"{duration(inside)} in primitives of {duration(self.seconds)} in all")
        return "\n\n".join(tables)

    def __repr__(self) -> str:
        return f"<profile of {len(self.events):,} events in {duration(self.seconds)}>"

    def export_chrome_trace(self, file: str | os.PathLike[str]) -> Path:
        """Write the events as a JSON file for chrome://tracing, Perfetto or Speedscope; returns where.

        Modules, kernels and rules are nested bars, one row per thread. The file is complete or not there at all.
        Raises OSError if it cannot be written.

        >>> import autograd, json, pathlib, tempfile
        >>> with autograd.profile() as p:
        ...     y = autograd.exp(autograd.tensor([1.0, 2.0]))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = p.export_chrome_trace(pathlib.Path(folder) / "trace.json")
        ...     events = json.loads(file.read_text())["traceEvents"]
        >>> [event["name"] for event in events if event["ph"] == "X"]
        ['exp']
        """
        import json
        from tempfile import NamedTemporaryFile

        target, pid = Path(file), os.getpid()
        numbers = {thread: k for k, thread in enumerate(self._threads)}
        events: list[dict[str, Any]] = [
            {"ph": "M", "name": "thread_name", "pid": pid, "tid": numbers[thread], "args": {"name": name}}
            for thread, name in self._threads.items()
        ]
        for e in sorted(self.events, key=lambda e: (e.start, -e.seconds)):
            name = f"{e.name} backward" if e.kind == "backward" else e.name
            arguments: dict[str, Any] = {} if e.kind == "module" else {"module": path(e.module), "bytes": e.memory}
            events.append(
                {"ph": "X", "name": name, "cat": e.kind, "pid": pid, "tid": numbers[e.thread], "args": arguments}
                | {"ts": round(e.start * 1e6, 3), "dur": round(e.seconds * 1e6, 3)}
            )
        text = json.dumps({"traceEvents": events, "displayTimeUnit": "ms"})
        with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, suffix=".tmp", delete=False) as temporary:
            temporary.write(text)
        try:
            os.chmod(temporary.name, 0o644)
            os.replace(temporary.name, target)
        except OSError:
            os.unlink(temporary.name)
            raise
        return target


@contextmanager
def profile() -> Iterator[Profile]:
    """Context manager: note time, calls and memory of every primitive that runs in the block, forward and backward.

    Time is that of the kernels and of the derivative rules; what Python does between them shows as the difference to
    the whole. Memory is what new arrays take, views not counted. Rules count for the primitive whose derivative they
    compute, and for the module in which that was called. Recorded are this thread and those that are started with a
    copy of its context (`contextvars.copy_context().run`); blocks may be nested. Run what is measured once before: at
    its first use each primitive writes and compiles its calls, which takes about a millisecond.

    >>> import autograd, nn, numpy as np
    >>> model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    >>> with autograd.profile() as p:
    ...     model(np.ones((32, 64))).mean().backward()
    >>> {row.name: row.calls for row in p.rows()} == {"affine": 2, "relu": 1, "mean": 1}
    True
    >>> print(p)  # doctest: +SKIP
    """
    made = Profile()
    mode = graph.get_mode()
    with graph.changed_mode(profiles=(*(mode.profiles if mode else ()), made)):
        made._begin = perf_counter()
        try:
            yield made
        finally:
            made.seconds = perf_counter() - made._begin


def timed_pull(
    profiles: tuple[Profile, ...], p: Primitive, g: Any, node: Node, saved: Any, adjoints: dict[Any, Any]
) -> None:
    """Run the rules of a node, with the clock on."""
    for made in profiles:
        made._enter_pull(1)
    start = perf_counter()
    try:
        p.pull(g, node, saved, adjoints)
    finally:
        end = perf_counter()
        for made in profiles:
            made._enter_pull(-1)
            made._pulled(node, g, adjoints, start, end)


def path(scopes: Iterable[str]) -> str:
    """Open scopes as one path: of modules in one another, whose names repeat those above, the innermost.

    >>> from autograd.profiling import path
    >>> path(["Net", "body", "body.0", "Other", "head"])
    'Net/body.0/Other/head'
    """
    kept: list[str] = []
    for name in scopes:
        if kept and name.startswith(f"{kept[-1]}."):
            kept.pop()
        kept.append(name)
    return "/".join(kept)


def _paths(scopes: tuple[str, ...]) -> list[str]:
    """The paths of the module that is running and of all that it runs in."""
    return [path(scopes[: k + 1]) for k in range(len(scopes))] or [OUTSIDE]


def _owner(value: Any) -> Any:
    """The array whose memory this is."""
    array = getattr(value, "_data", value)
    while isinstance(getattr(array, "base", None), np.ndarray):
        array = array.base
    return array


def _new_bytes(value: Any, known: list[Any]) -> int:
    """The bytes of an array whose memory is none of the known ones."""
    if isinstance(value, list):
        return sum(_new_bytes(part, known) for part in value)
    owner = _owner(value)
    if not isinstance(owner, np.ndarray) or any(owner is k for k in known):
        return 0
    return int(getattr(value, "_data", value).nbytes)


def _cells(row: ProfileRow, whole: ProfileRow) -> list[str]:
    share = row.seconds / whole.seconds if whole.seconds else 0.0
    times = [duration(row.forward), duration(row.backward), duration(row.seconds)]
    return [row.name, f"{row.calls:,}", *times, f"{100 * share:.3g} %", size(row.memory)]


def duration(seconds: float) -> str:
    """A time with its unit.

    >>> from autograd.profiling import duration
    >>> duration(0), duration(2.5e-6), duration(0.0123), duration(75)
    ('0 s', '2.5 µs', '12.3 ms', '75.0 s')
    """
    if not seconds:
        return "0 s"
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1 or unit == "µs":
            break
    return f"{seconds * scale:.1f} {unit}"


def size(number: int) -> str:
    """A number of bytes with its unit.

    >>> from autograd.profiling import size
    >>> size(512), size(2048), size(3_500_000)
    ('512 B', '2.0 KiB', '3.3 MiB')
    """
    if number < 1024:
        return f"{number} B"
    value = float(number)
    for unit in ("KiB", "MiB", "GiB", "TiB"):
        value /= 1024
        if value < 1024 or unit == "TiB":
            break
    return f"{value:.1f} {unit}"
