"""What `import autograd` costs beyond `import numpy`, in fresh processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

LIMIT = 0.1
PROGRAM = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def seconds(module: str) -> float:
    """How long one import takes in a new process, with bytecode cached as on any machine after the first import."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", PROGRAM.format(module)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return float(run.stdout)


def main() -> bool:
    """Run the comparison; returns whether the limit was kept."""
    seconds("autograd")
    pairs = [(seconds("autograd"), seconds("numpy")) for _ in range(9)]
    ours, theirs = (statistics.median(times) for times in zip(*pairs))
    kept = ours <= theirs + LIMIT
    verdict = "ok" if kept else "ABOVE ITS LIMIT"
    print(
        f"import autograd {ours * 1e3:.0f} ms, import numpy {theirs * 1e3:.0f} ms, "
        f"difference {(ours - theirs) * 1e3:.0f} ms   limit {LIMIT * 1e3:.0f} ms   {verdict}"
    )
    return kept


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
