"""The training loop, its history and the metrics."""

import numpy as np
import pytest

import autograd
import nn
import optim
from nn.training import evaluate, fit
from nn.training.fit import predict
from nn.training.metrics import accuracy, confusion_matrix


def blobs(count=60):
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 3
    centres = np.array([[0, 3], [3, -2], [-3, -2]])
    return (centres[labels] + rng.normal(size=(count, 2))).astype(np.float32), labels


def trained(seed=0, **options):
    autograd.manual_seed(seed)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 3))
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    settings = {"epochs": 8, "batch_size": 16, "progress": False, "rng": np.random.default_rng(seed)} | options
    return model, fit(model, nn.CrossEntropyLoss(), optimizer, blobs(), blobs(30), **settings)


def test_it_learns_and_writes_its_history():
    model, history = trained()
    assert history.epochs == 8
    assert history.loss[-1] < 0.3 * history.loss[0]
    assert history.val_accuracy[-1] == 1.0
    assert not history.interrupted
    loss, right = evaluate(model, nn.CrossEntropyLoss(), blobs(30))
    assert (loss, right) == pytest.approx((history.val_loss[-1], history.val_accuracy[-1]))


def test_the_same_seed_gives_the_same_bits():
    (first, a), (second, b), (_, c) = trained(1), trained(1), trained(2)
    assert a == b
    assert a.loss != c.loss
    for p, q in zip(first.parameters(), second.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


class Stops(nn.Module):
    """Raises KeyboardInterrupt in the given call, as Ctrl-C would."""

    def __init__(self, model, call):
        super().__init__()
        self.model, self.call = model, call

    def forward(self, x):
        self.call -= 1
        if self.call == 0:
            raise KeyboardInterrupt
        return self.model(x)


@pytest.mark.parametrize("call, epochs", [(1, 0), (4, 0), (5, 0), (6, 1), (8, 1), (10, 1), (11, 2)])
def test_ctrl_c_keeps_what_was_learned(call, epochs):
    # an epoch is four batches, then one evaluation
    model = Stops(nn.Linear(2, 3), call)
    history = fit(
        model,
        nn.CrossEntropyLoss(),
        optim.SGD(model.parameters(), lr=0.1),
        blobs(),
        blobs(30),
        epochs=9,
        batch_size=16,
        progress=False,
    )
    assert history.interrupted
    assert [len(s) for s in (history.loss, history.accuracy, history.val_loss, history.val_accuracy)] == [epochs] * 4


def test_bad_input_is_refused():
    model = nn.Linear(2, 3)
    optimizer, loss = optim.SGD(model.parameters(), lr=0.1), nn.CrossEntropyLoss()
    x, y = blobs()
    with pytest.raises(ValueError, match="60 inputs and 59 labels"):
        fit(model, loss, optimizer, (x, y[1:]), epochs=1, batch_size=4)
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        fit(model, loss, optimizer, (x, y), epochs=0, batch_size=4)
    with pytest.raises(ValueError, match=r"the loss became nan in epoch 1; a smaller learning rate"):
        fit(model, loss, optimizer, (x * np.float32(np.nan), y), epochs=1, batch_size=4, progress=False)


def test_predict_leaves_the_mode_as_it_was():
    model = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5))
    x, _ = blobs()
    np.testing.assert_array_equal(predict(model, x), predict(model, x, batch_size=7))
    assert model.training
    model.eval()
    predict(model, x)
    assert not model.training


def test_metrics():
    predicted, labels = np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2])
    assert accuracy(predicted, labels) == 0.75
    assert confusion_matrix(predicted, labels, 3).tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
    with pytest.raises(ValueError, match=r"shape \(4,\) for labels of shape \(3,\)"):
        accuracy(predicted, labels[1:])


def test_compiled_it_learns_the_same():
    (_, plain), (_, compiled) = (trained(compile=compiled) for compiled in (False, True))
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        np.testing.assert_allclose(getattr(compiled, name), getattr(plain, name), rtol=1e-4)
