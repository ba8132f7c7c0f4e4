"""Steps of optimizers over 200 parameters of 1,000 elements beside PyTorch's defaults, one thread each."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
import optim
from benchmarks.compare import alternate, report

KINDS: list[tuple[str, dict[str, Any], float | None]] = [
    ("Adam", {}, 1.0),
    ("AdamW", {}, 1.0),
    ("RMSprop", {}, 1.0),
    ("SGD", {"momentum": 0.9}, None),
]


def main() -> bool:
    """Run the comparison; returns whether the limits were kept."""
    import torch

    torch.set_num_threads(1)
    kept = []
    for name, options, limit in KINDS:
        rng = np.random.default_rng(0)
        values = [rng.normal(size=1000).astype(np.float32) for _ in range(200)]
        ours = [autograd.tensor(v, requires_grad=True) for v in values]
        theirs = [torch.tensor(v, requires_grad=True) for v in values]
        for p, q, v in zip(ours, theirs, values, strict=True):
            p.grad, q.grad = autograd.tensor(0.1 * v), torch.tensor(0.1 * v)
        mine = getattr(optim, name)(ours, lr=1e-3, **options)
        other = getattr(torch.optim, name)(theirs, lr=1e-3, **options)
        for _ in range(5):
            mine.step()
            other.step()
            np.testing.assert_allclose(ours[0].data, theirs[0].detach().numpy(), rtol=1e-4, atol=1e-6)
        times = alternate({"ours": mine.step, "theirs": other.step})
        kept.append(report(f"{name}, 200 parameters of 1,000", times["ours"], times["theirs"], limit, "PyTorch"))
    return all(kept)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
