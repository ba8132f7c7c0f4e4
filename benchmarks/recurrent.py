"""Forward and backward passes of recurrent layers beside PyTorch's, one thread each: 64 → 128, 50 steps, batch 32."""

from __future__ import annotations

import numpy as np

import autograd
import nn
from benchmarks.compare import alternate, report


def main() -> bool:
    """Print the ratios; there is no limit on them yet, so that this returns True."""
    import torch

    torch.set_num_threads(1)
    x = np.random.default_rng(0).normal(size=(50, 32, 64)).astype(np.float32)
    inputs, their_inputs = autograd.tensor(x), torch.from_numpy(x)
    for name in ("RNN", "GRU", "LSTM"):
        mine, other = getattr(nn, name)(64, 128), getattr(torch.nn, name)(64, 128)
        mine.load_state_dict({k: v.numpy() for k, v in other.state_dict().items()})

        def step(layer: object, sequence: object) -> float:
            layer.zero_grad()  # type: ignore[attr-defined]
            y, _ = layer(sequence)  # type: ignore[operator]
            loss = (y * y).mean()
            loss.backward()
            return float(loss.item())

        np.testing.assert_allclose(step(mine, inputs), step(other, their_inputs), rtol=1e-4)
        for ours, theirs in zip(mine.parameters(), other.parameters()):
            assert ours.grad is not None
            np.testing.assert_allclose(ours.grad.data, theirs.grad.numpy(), rtol=1e-3, atol=1e-6)
        programs = {"ours": lambda: step(mine, inputs), "theirs": lambda: step(other, their_inputs)}  # noqa: B023
        times = alternate(programs, rounds=9)
        report(f"{name} 64 → 128, 50 steps, batch 32", times["ours"], times["theirs"], None, "PyTorch")
    return True


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
