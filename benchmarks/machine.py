"""The machine: what it is, and what it can do at best. `python -m benchmarks.machine 2` measures two threads' peaks."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

LIBRARIES = ("numpy", "llvmlite", "torch", "jax", "jaxlib", "micrograd")
FEATURES = ("sse4_2", "avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve")


def description() -> dict[str, Any]:
    """CPU, caches, system, versions, the commit that is measured, and how busy the machine was before."""
    cpu: dict[str, str] = {}
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line.partition(":") for line in info.read_text().splitlines()]
        cpu = {key.strip(): value.strip() for key, _, value in reversed(lines)}
    flags = cpu.get("flags", cpu.get("Features", "")).split()
    return {
        "cpu": cpu.get("model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "features": [f for f in FEATURES if f in flags],
        "caches": caches(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
        "date": time.strftime("%Y-%m-%d"),
        "commit": commit(),
        "load": os.getloadavg()[0],
    }


def caches() -> dict[str, int]:
    """Bytes of one core's data caches by level."""
    found = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        if (folder / "type").read_text().strip() != "Instruction":
            size = (folder / "size").read_text().strip()
            found[f"L{(folder / 'level').read_text().strip()}"] = int(size[:-1]) * {"K": 2**10, "M": 2**20}[size[-1]]
    return found


def version(name: str) -> str:
    """The installed version of a package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def commit() -> str:
    """The commit of the working tree, marked if files have changed; empty outside of git."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent, check=False)
    return done.stdout.strip()


def best(run: Callable[[], Any], seconds: float) -> float:
    """The shortest time of many runs."""
    shortest, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        run()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def peaks(threads: int) -> dict[str, float]:
    """FLOP/s of a float32 matrix product, bytes/s (read and written) of copies in memory and in the L2 cache."""
    rng, n = np.random.default_rng(0), 1536
    a, b = rng.random((2, n, n), np.float32)
    products = [best(lambda: a @ b, 3)]
    try:
        import torch

        torch.set_num_threads(threads)
        x, y = torch.from_numpy(a), torch.from_numpy(b)
        products.append(best(lambda: x @ y, 3))
    except ImportError:
        pass
    l2 = caches().get("L2", 2**20)
    return {
        "flops": 2 * n**3 / min(products),
        "memory": copy_speed(threads, 2**28, 1),
        "L2": copy_speed(threads, l2 * 3 // 8, 200),
    }


def copy_speed(threads: int, size: int, repeats: int) -> float:
    """Bytes read and written per second by threads that each copy `size` bytes to and fro."""
    pairs = [np.ones((2, size), np.uint8) for _ in range(threads)]

    def copy(pair: Any) -> None:
        for _ in range(repeats):
            np.copyto(pair[0], pair[1])

    with ThreadPoolExecutor(threads) as pool:
        seconds = best(lambda: list(pool.map(copy, pairs)), 2)
    return threads * repeats * 2 * size / seconds


if __name__ == "__main__":
    print(json.dumps(peaks(int(sys.argv[1]))))
