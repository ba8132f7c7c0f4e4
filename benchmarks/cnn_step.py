"""Whole training steps of convolutional networks beside PyTorch: LeNet-5 on 28×28 images, the digits CNN on 8×8.

The kernels here are NumPy's; no limit is set before there are native ones.
"""

from __future__ import annotations

import numpy as np

import nn
import optim
from benchmarks.compare import alternate, report


def lenet5(kind):
    """LeCun's LeNet-5 with rectifiers and max pooling, of the layers of `nn` or `torch.nn`."""
    return kind.Sequential(
        kind.Conv2d(1, 6, 5, padding=2),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Conv2d(6, 16, 5),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Flatten(),
        kind.Linear(400, 120),
        kind.ReLU(),
        kind.Linear(120, 84),
        kind.ReLU(),
        kind.Linear(84, 10),
    )


def digits_cnn(kind):
    """The network of `chalkgrad train digits` without its dropout."""
    return kind.Sequential(
        kind.Conv2d(1, 24, 3, padding=1),
        kind.BatchNorm2d(24),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Conv2d(24, 48, 3, padding=1),
        kind.BatchNorm2d(48),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Flatten(),
        kind.Linear(192, 64),
        kind.ReLU(),
        kind.Linear(64, 10),
    )


def step_of(model, optimizer, loss_function, x, y):
    """A training step, in either library."""

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()

    return step


def main() -> bool:
    """Run the comparisons."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    with threadpool_limits(1):
        for title, build, shape in (
            ("LeNet-5 28×28, batch 64, SGD step", lenet5, (64, 1, 28, 28)),
            ("digits CNN 8×8, batch 32, SGD step", digits_cnn, (32, 1, 8, 8)),
        ):
            x = np.random.default_rng(0).random(shape, np.float32)
            y = np.arange(shape[0]) % 10
            mine, other = build(nn), build(torch.nn)
            inputs, classes = torch.from_numpy(x), torch.from_numpy(y)
            ours = step_of(mine, optim.SGD(mine.parameters(), lr=0.01), nn.CrossEntropyLoss(), x, y)
            their_optimizer = torch.optim.SGD(other.parameters(), lr=0.01)
            theirs = step_of(other, their_optimizer, torch.nn.CrossEntropyLoss(), inputs, classes)
            times = alternate({"ours": ours, "theirs": theirs})
            report(title, times["ours"], times["theirs"], None, "PyTorch", "ms", 1e3)
    return True


if __name__ == "__main__":
    main()
