"""What an operation costs besides its arithmetic: a long chain of operations on four numbers, beside PyTorch."""

from __future__ import annotations

import numpy as np

import autograd
from benchmarks.compare import alternate, report

LENGTH = 100
OPERATIONS = 3 * LENGTH


def chain(y, a, b):
    """y ← tanh(y·a + b), again and again: three operations a round."""
    for _ in range(LENGTH):
        y = (y * a + b).tanh()
    return y


def main() -> bool:
    """Run the comparison; returns whether all limits were kept."""
    import torch

    torch.set_num_threads(1)
    start = np.array([0.1, 0.2, 0.3, 0.4], np.float32)
    ours = [autograd.tensor(start, requires_grad=True) for _ in range(3)]
    theirs = [torch.from_numpy(start.copy()).requires_grad_() for _ in range(3)]
    ours_plain, theirs_plain = [t.detach() for t in ours], [t.detach() for t in theirs]

    def clear(leaves):
        for leaf in leaves:
            leaf.grad = None

    def ours_both():
        clear(ours)
        chain(*ours).sum().backward()

    def theirs_both():
        clear(theirs)
        chain(*theirs).sum().backward()

    def theirs_no_grad():
        with torch.no_grad():
            chain(*theirs_plain)

    both = alternate({"ours": ours_both, "theirs": theirs_both})
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.grad.data, other.grad.numpy(), rtol=1e-4)
    plain = alternate({"ours": lambda: chain(*ours_plain), "theirs": theirs_no_grad})
    scale = 1e6 / OPERATIONS
    kept = report(
        "operation on shape (4,), forward + backward", both["ours"], both["theirs"], 0.45, "PyTorch", scale=scale
    )
    return (
        report("operation on shape (4,), forward, no grad", plain["ours"], plain["theirs"], 0.8, "PyTorch", scale=scale)
        and kept
    )


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
