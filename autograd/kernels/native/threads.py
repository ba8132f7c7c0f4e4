"""Runs lists of kernel calls, on one thread or on several.

The work of a list is a row of tickets, one per part of each call. A thread draws the next ticket, waits until all calls
before it are done, does a part, and draws again, until none is left. So threads need no barrier, one that the system
holds up delays nothing but its own ticket, and one that wakes late finds its work done by the others. Of the parts that
are left a thread takes its own, the one with its number, if it can: what it wrote is still in its cache. What is
computed does not depend on who did which part, and kernels compute the same whatever the number of parts.

Workers are Python threads that spend their lives in native code without the GIL. Between lists they watch for the next
one for some 100 µs and then sleep on a semaphore. Where there are no POSIX semaphores (macOS, Windows), and while
another thread of the program has the workers, a list runs on the calling thread alone.

The native side is the text in `runner`.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import sys
import threading
from typing import Any

import numpy as np

from autograd.kernels.native import cache, engine, runner
from autograd.kernels.native.arrays import address, empty
from autograd.kernels.native.runner import MOST, SCRATCH, SCRATCH_BYTES, SEMAPHORE, THREADS


class Pool:
    """The memory that runs share: who is at work, the semaphore, every thread's scratch memory."""

    def __init__(self) -> None:
        text = runner.text()
        for name in () if SEVERAL else ("sched_yield", "sem_wait", "sem_post"):
            engine.provide(name, _address(ctypes.pythonapi.Py_IsInitialized))  # never called with one thread
        names = ("chalkgrad_run", "chalkgrad_worker", "chalkgrad_enter", "chalkgrad_enter_list")
        key = hashlib.sha256((engine.version() + text).encode()).hexdigest()
        code = cache.read(key)
        if code is None:
            code = engine.object_code(text)
            cache.write(key, code)
        self.run, self.worker, self.enter, self.enter_list = engine.load(code, *names)
        self.threads, self.workers = 1, 0
        self._kept: list[np.ndarray] = []
        self._fresh()

    def _fresh(self) -> None:
        self.memory = empty((SCRATCH // 8 + MOST,), np.int64, small=0)
        self.memory[:] = 0
        self.workers, self._scratch_bytes = 0, 0
        self._kept.append(self.memory)
        self.address = address(self.memory)
        self.memory[THREADS // 8] = self.threads
        if SEVERAL:
            ctypes.CDLL(None).sem_init(ctypes.c_void_p(self.address + SEMAPHORE), 0, 0)
        self.provide_scratch(1 << 16)

    def provide_scratch(self, wanted: int) -> None:
        """Give every thread at least so much scratch memory; what runs use just now stays valid."""
        if wanted > self._scratch_bytes:
            self._scratch_bytes = max(wanted, 2 * self._scratch_bytes)
            self.memory[SCRATCH_BYTES // 8] = self._scratch_bytes
            self._give(range(max(self.threads, self.workers + 1)))

    def _give(self, threads: range) -> None:
        for thread in threads:
            scratch = empty((self._scratch_bytes,), np.uint8, small=0)
            self._kept.append(scratch)
            self.memory[SCRATCH // 8 + thread] = address(scratch)

    def set_threads(self, count: int) -> None:
        """Let so many threads, the caller's included, share the work from now on."""
        self.threads = count if SEVERAL else 1
        start = self.workers + 1
        self._give(range(start, self.threads))
        worker = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64)(self.worker)
        for number in range(start, self.threads):
            threading.Thread(target=worker, args=(self.address, number), name=f"kernels-{number}", daemon=True).start()
            self.workers = number
        self.memory[THREADS // 8] = self.threads

    def after_fork(self) -> None:
        """A forked child has none of the workers, and perhaps a run of its parent's under way: begin anew."""
        threads = self.threads
        self._fresh()
        self.set_threads(threads)


SEVERAL = sys.platform == "linux"


@functools.cache
def pool() -> Pool:
    """The process's pool."""
    made = Pool()
    made.set_threads(default_num_threads())
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=made.after_fork)
    return made


def default_num_threads() -> int:
    """As many as the environment says (the first of `VARIABLES` that is set), else as there are cores to run on."""
    for variable in VARIABLES:
        first = os.environ.get(variable, "").split(",")[0].strip()
        if first.isdigit() and int(first) > 0:
            return min(int(first), MOST)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, MOST)


VARIABLES = ("CHALKGRAD_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables that limit the threads, as users of NumPy set them."""


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0
