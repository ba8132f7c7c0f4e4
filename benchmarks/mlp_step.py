"""A training step of a small multi-layer perceptron beside PyTorch eager, one thread each: forward, backward, SGD."""

from __future__ import annotations

import numpy as np

import autograd
import nn
import optim
from benchmarks.compare import alternate, report


def main() -> bool:
    """Run the comparison; returns whether the limit was kept."""
    import torch

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(32, 64)).astype(np.float32), rng.integers(0, 10, 32)

    mine = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    loss_of, optimizer = nn.CrossEntropyLoss(), optim.SGD(mine.parameters(), lr=1e-4)
    inputs, classes = autograd.tensor(x), autograd.tensor(y)

    def ours() -> float:
        optimizer.zero_grad()
        loss = loss_of(mine(inputs), classes)
        loss.backward()
        optimizer.step()
        return loss.item()

    other = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    other.load_state_dict({k: torch.from_numpy(v.data.copy()) for k, v in mine.state_dict().items()})
    their_loss, their_optimizer = torch.nn.CrossEntropyLoss(), torch.optim.SGD(other.parameters(), lr=1e-4)
    their_inputs, their_classes = torch.from_numpy(x), torch.from_numpy(y)

    def theirs() -> float:
        their_optimizer.zero_grad()
        loss = their_loss(other(their_inputs), their_classes)
        loss.backward()
        their_optimizer.step()
        return loss.item()

    for _ in range(5):
        np.testing.assert_allclose(ours(), theirs(), rtol=1e-4)
    times = alternate({"ours": ours, "theirs": theirs})
    return report("MLP 64-32-10, batch 32, SGD step", times["ours"], times["theirs"], 1.0, "PyTorch")


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
