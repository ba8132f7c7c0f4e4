"""Every measurement runs in a process of its own, pinned, with the libraries' threads set before they are imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BLAS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def environment(threads: int, variables: dict[str, str] | None = None) -> dict[str, str]:
    """The variables that make every library compute with that many threads."""
    made = os.environ | dict.fromkeys((*BLAS, "CHALKGRAD_NUM_THREADS"), str(threads))
    made.pop("PYTHONDONTWRITEBYTECODE", None)  # bytecode is cached, as on any machine after the first import
    made |= {"JAX_PLATFORMS": "cpu", "TORCHINDUCTOR_COMPILE_THREADS": "1", "PYTHONPATH": str(ROOT)}
    if threads == 1:
        made["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return made | (variables or {})


@contextmanager
def pinned(threads: int) -> Iterator[None]:
    """Pin this process, and those that it starts in the block, to the last cores it may use, where there is pinning."""
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[-threads:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def run(
    module: str,
    *arguments: object,
    threads: int = 1,
    variables: dict[str, str] | None = None,
    timeout: float = 600,
) -> Any:
    """What `python -m benchmarks.module arguments` prints on its last line, which is JSON.

    A process that fails or takes too long gives {"error": why}.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    options: dict[str, Any] = {"cwd": ROOT, "env": environment(threads, variables), "timeout": timeout}
    try:
        with pinned(threads):
            done = subprocess.run(command, capture_output=True, text=True, **options)
    except subprocess.TimeoutExpired:
        return {"error": f"took more than {timeout:.0f} s"}
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return {"error": _last_error(done.stderr) or f"ended with code {done.returncode}"}
    try:
        return json.loads(lines[-1])
    except ValueError:
        return {"error": f"printed {lines[-1][:80]!r}"}


def _last_error(text: str) -> str:
    """The last line that names an exception, else the last line."""
    lines = [line for line in text.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"[A-Za-z_.]*[A-Z]\w*(: |$)", line)]
    return (named or lines or [""])[-1][:160]


def reason(error: BaseException) -> str:
    """An exception as one short line."""
    text = next((line for line in str(error).splitlines() if line.strip()), "")
    text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= 160 else text[:157] + "…"
