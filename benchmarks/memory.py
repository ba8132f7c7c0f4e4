"""Peak memory of Adam steps on an MLP 784-512-512-10 at batch 128 beside PyTorch, each in a process of its own.

Measured is how far the process's peak rises over what it holds after the imports.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.compare import report

SIZES, BATCH, STEPS = (784, 512, 512, 10), 128, 5


def data():
    """A batch of inputs and classes."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(BATCH, SIZES[0])).astype(np.float32), rng.integers(0, SIZES[-1], BATCH)


def peak() -> int:
    """The peak of this process's resident memory so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux ru_maxrss starts from the peak of the process that started this one
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def ours() -> int:
    """The rise with this library."""
    import autograd
    import nn
    import optim

    x, y = map(autograd.tensor, data())
    before = peak()
    layers = [nn.Linear(SIZES[0], SIZES[1]), nn.ReLU(), nn.Linear(SIZES[1], SIZES[2]), nn.ReLU(), nn.Linear(*SIZES[2:])]
    model, loss_of = nn.Sequential(*layers), nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters())
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss_of(model(x), y).backward()
        optimizer.step()
    return peak() - before


def theirs() -> int:
    """The rise with PyTorch."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    x, y = map(torch.from_numpy, data())
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # imports what it imports
    before = peak()
    layers = [nn.Linear(SIZES[0], SIZES[1]), nn.ReLU(), nn.Linear(SIZES[1], SIZES[2]), nn.ReLU(), nn.Linear(*SIZES[2:])]
    model, loss_of = nn.Sequential(*layers), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss_of(model(x), y).backward()
        optimizer.step()
    return peak() - before


def rise(whose: str) -> int:
    """What the function of that name returns in a new process."""
    command = [sys.executable, "-c", f"from benchmarks import memory; print(memory.{whose}())"]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> bool:
    """Run the comparison; returns whether the limit was kept."""
    mine, other = (min(rise(whose) for _ in range(3)) for whose in ("ours", "theirs"))
    title = "peak memory, MLP 784-512-512-10, batch 128, Adam"
    return report(title, mine, other, 1.0, "PyTorch", "MiB", 2**-20)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
