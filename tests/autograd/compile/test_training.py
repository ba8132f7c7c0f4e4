"""Whole training steps: compiled they leave behind what they leave behind as they are."""

import numpy as np
import pytest

import autograd
import nn
import optim
from nn.functional import cross_entropy
from tests.autograd.compile.steps import assert_same_training


def classify(model, optimizer):
    def step(x, y):
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def classified(shape, classes, count, batch=4):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((count, batch, *shape)).astype(np.float32)
    return list(zip(x, rng.integers(0, classes, (count, batch))))


def mlp(rng=0):
    autograd.manual_seed(rng)
    return nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))


def sgd(params):
    return optim.SGD(params, lr=0.1, momentum=0.9)


def test_mlp():
    assert_same_training(mlp(), sgd, classify, classified((5,), 3, 6))


def test_learning_rate_changes_without_another_trace():
    def halve(optimizer, twin, k):
        for o in (optimizer, twin):
            o.param_groups[0]["lr"] *= 0.5

    compiled = assert_same_training(mlp(), sgd, classify, classified((5,), 3, 8), each=halve)
    (signature,) = compiled._signatures.values()
    assert len(signature.replays) == 1


@pytest.mark.parametrize("momentum", [0.1, None])
def test_convolutions_batch_norm_and_dropout(momentum):
    model = nn.Sequential(
        nn.Conv2d(1, 3, 3),
        nn.BatchNorm2d(3, momentum=momentum),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.3),
        nn.Flatten(),
        nn.Linear(27, 4),
    )
    assert_same_training(model, sgd, classify, classified((1, 8, 8), 4, 6))
