"""Whole training steps: compiled they leave behind what they leave behind as they are."""

import numpy as np
import pytest

import autograd
import nn
import optim
from nn.functional import cross_entropy, mse_loss
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


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return nn.functional.relu(x + self.second(nn.functional.relu(self.norm(self.first(x)))))


def test_residual_block_with_clipping():
    model = nn.Sequential(
        nn.Conv2d(2, 4, 3, stride=2), Residual(4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    )

    def clipped(model, optimizer):
        def step(x, y):
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            norm = nn.utils.clip_grad_norm_(model.parameters(), 0.1)
            optimizer.step()
            return autograd.stack([loss, norm])

        return step

    assert_same_training(model, sgd, clipped, classified((2, 7, 7), 3, 6))


class Recurrent(nn.Module):
    def __init__(self, cell, width):
        super().__init__()
        self.table = nn.Embedding(7, 4)
        self.cell = cell(4, width, batch_first=True)
        self.head = nn.Linear(width, 7)

    def forward(self, tokens):
        hidden, _ = self.cell(self.table(tokens))
        return self.head(hidden)


@pytest.mark.parametrize("cell", [nn.RNN, nn.LSTM, nn.GRU])
def test_recurrent_language_models(cell):
    tokens = np.random.default_rng(0).integers(0, 7, (6, 3, 6))

    def make(model, optimizer):
        def step(tokens):
            optimizer.zero_grad()
            logits = model(tokens[:, :-1])
            loss = cross_entropy(logits.reshape(-1, 7), tokens[:, 1:].reshape(-1))
            loss.backward()
            optimizer.step()
            return loss

        return step

    assert_same_training(Recurrent(cell, 5), lambda p: optim.Adam(p, lr=0.01), make, [(t,) for t in tokens])


def test_transformer():
    model = nn.Sequential(
        nn.Embedding(9, 8),
        nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True),
        nn.Linear(8, 9),
    )
    tokens = np.random.default_rng(0).integers(0, 9, (6, 2, 5))

    def make(model, optimizer):
        def step(tokens):
            optimizer.zero_grad()
            loss = cross_entropy(model(tokens).transpose(1, 2), tokens)
            loss.backward()
            optimizer.step()
            return loss

        return step

    # No AdamW: the keys' bias has no gradient but rounding, which it would blow up.
    assert_same_training(model, lambda p: optim.SGD(p, lr=0.05), make, [(t,) for t in tokens], tolerance=5e-5)


def test_critic_with_gradient_penalty():
    critic = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1))
    rng = np.random.default_rng(0)
    batches = rng.standard_normal((6, 2, 5, 2)).astype(np.float32)

    def make(critic, optimizer):
        def step(real, fake):
            optimizer.zero_grad()
            share = autograd.rand(len(real), 1)
            between = (share * real + (1 - share) * fake).requires_grad_()
            (slope,) = autograd.gradients(critic(between).sum(), between, create_graph=True)
            penalty = ((autograd.sqrt((slope * slope).sum(1) + 1e-12) - 1) ** 2).mean()
            loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
            loss.backward()
            optimizer.step()
            return loss

        return step

    batches = [tuple(map(autograd.tensor, b)) for b in batches]
    assert_same_training(critic, lambda p: optim.Adam(p, lr=0.01), make, batches, tolerance=1e-4)


def test_two_networks_in_one_step():
    rng = np.random.default_rng(0)
    autograd.manual_seed(0)
    generator, critic = nn.Linear(2, 2), nn.Linear(2, 1)
    both = nn.Sequential(generator, critic)

    def make(both, optimizer):
        generator, critic = both
        other = optim.SGD(critic.parameters(), lr=0.1)

        def step(real):
            fake = generator(autograd.randn(4, 2))
            other.zero_grad()
            loss = critic(fake.detach()).mean() - critic(real).mean()
            loss.backward()
            other.step()
            other.zero_grad()
            optimizer.zero_grad()
            wish = -critic(fake).mean()
            wish.backward()
            optimizer.step()
            return autograd.stack([loss, wish])

        return step

    def first_half(params):
        return optim.Adam(list(params)[:2], lr=0.01)

    assert_same_training(both, first_half, make, [(x,) for x in rng.standard_normal((6, 4, 2)).astype(np.float32)])


def test_gradients_that_accumulate_over_calls():
    model = mlp()

    def make(model, optimizer):

        def step(x, y):
            loss = mse_loss(model(x), y)
            loss.backward()
            return loss

        return step

    rng = np.random.default_rng(0)
    batches = [(x, y) for x, y in zip(rng.random((5, 4, 5)).astype("f4"), rng.random((5, 4, 3)).astype("f4"))]
    assert_same_training(model, sgd, make, batches)


def test_gradients_are_cleared_at_the_end():
    model = mlp()

    def make(model, optimizer):
        def step(x, y):
            loss = cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            return loss

        return step

    assert_same_training(model, sgd, make, classified((5,), 3, 6))
    assert all(p.grad is None for p in model.parameters())


LABELS = {
    "int32": lambda y: y.astype(np.int32),
    "uint8": lambda y: y.astype(np.uint8),
    "uint64": lambda y: y.astype(np.uint64),
    "swapped bytes": lambda y: y.astype(">i8"),
    "every other": lambda y: np.repeat(y, 2)[::2],
    "backwards": lambda y: y[::-1],
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_of_other_dtypes_and_layouts(name):
    batches = [(x, LABELS[name](y)) for x, y in classified((5,), 3, 6)]
    assert_same_training(mlp(), sgd, classify, batches)


def test_labels_that_are_views_inside():
    def make(model, optimizer):
        def step(x, y):
            return classify(model, optimizer)(x, y[::-1, 1])

        return step

    batches = [(x, np.stack([y, (y + 1) % 3], 1)) for x, y in classified((5,), 3, 6)]
    assert_same_training(mlp(), sgd, make, batches)


CLEARED = {
    "by the optimizer": lambda model, optimizer: optimizer.zero_grad(),
    "to zeros": lambda model, optimizer: optimizer.zero_grad(set_to_none=False),
    "by the model": lambda model, optimizer: model.zero_grad(),
    "never": lambda model, optimizer: None,
}


@pytest.mark.filterwarnings("ignore:backward.. adds to the gradient:UserWarning")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", CLEARED)
def test_parameters_that_are_frozen_and_thawed(name, when):
    """A frozen parameter may still have a gradient, which is dropped like others, and with which a step is made."""

    def make(model, optimizer):
        def step(x, y):
            if when == "before":
                CLEARED[name](model, optimizer)
            loss = cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            if when == "after":
                CLEARED[name](model, optimizer)
            return loss

        return step

    def freeze(optimizer, twin, k):
        for o in (optimizer, twin):
            o.param_groups[0]["params"][0].requires_grad_(k % 7 < 3)

    batches = classified((5,), 3, 21)
    compiled = assert_same_training(mlp(), lambda p: optim.SGD(p, lr=0.05), make, batches, each=freeze)
    assert sum(len(s.replays) for s in compiled._signatures.values()) < 8
