"""The main job: a network that learns real handwritten digits, and a report of how it went."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd.visualize import Page, dot, explore
from nn import plots
from nn.data import Digits, load_digits, stratified_split
from nn.io import atomic_write, save_weights
from nn.plots.canvas import new_figure
from nn.training.fit import History, fit, predict
from nn.training.metrics import accuracy, confusion_matrix
from nn.training.report import write_report


@dataclass(frozen=True)
class Setup:
    """A model for 8×8 digits with the settings that suit it."""

    build: Callable[[], nn.Module]
    epochs: int
    lr: float
    summary: str


def perceptron() -> nn.Module:
    """One linear layer, 64 → 10: a row of neurons, one for each digit."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10))


def mlp() -> nn.Module:
    """Two fully connected layers, 64 → 64 → 10."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def lenet() -> nn.Module:
    """LeCun's LeNet-5 fitted to 8×8 images: convolution and pooling twice, then fully connected layers.

    Batch normalization and dropout, which came later, are worth about half of the mistakes on so few examples.
    """
    return nn.Sequential(
        nn.Conv2d(1, 24, 3, padding=1),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(24, 48, 3, padding=1),
        nn.BatchNorm2d(48),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(192, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


MODELS = {
    "lenet": Setup(lenet, epochs=20, lr=2e-3, summary="convolutional network"),
    "mlp": Setup(mlp, epochs=30, lr=3e-3, summary="one hidden layer"),
    "perceptron": Setup(perceptron, epochs=30, lr=1e-2, summary="one linear layer"),
}


@dataclass
class Outcome:
    """What a training run leaves: the model, its history, and how it does on the test digits."""

    model: nn.Module
    history: History
    test: Digits
    predicted: np.ndarray
    settings: dict[str, Any]

    @property
    def test_accuracy(self) -> float:
        """The fraction of test digits recognised."""
        return accuracy(self.predicted, self.test.labels)


def train_digits(
    model: str = "lenet",
    epochs: int | None = None,
    lr: float | None = None,
    batch_size: int = 32,
    seed: int = 0,
    progress: bool = True,
) -> Outcome:
    """Train a model of `MODELS` with Adam and cross-entropy on four fifths of the digits, and test it on the rest.

    `epochs` and `lr` default to what suits the model. The same seed gives the same result.
    Raises ValueError for an unknown model and for values out of range.
    """
    if model not in MODELS:
        raise ValueError(f"unknown model {model!r}; choose one of {', '.join(MODELS)}")
    setup = MODELS[model]
    epochs, lr = setup.epochs if epochs is None else epochs, setup.lr if lr is None else lr
    rng = np.random.default_rng(seed)
    autograd.manual_seed(seed)
    images, labels = load_digits()
    train, test = stratified_split(labels, 0.2, rng)
    network = setup.build()
    with _one_thread():
        history = fit(
            network,
            nn.CrossEntropyLoss(),
            optim.Adam(network.parameters(), lr=lr),
            (images[train], labels[train]),
            (images[test], labels[test]),
            epochs=epochs,
            batch_size=batch_size,
            rng=rng,
            progress=progress,
        )
    predicted = predict(network, images[test]).argmax(1)
    settings = {"model": model, "epochs": epochs, "lr": lr, "batch_size": batch_size, "seed": seed}
    return Outcome(network, history, Digits(images[test], labels[test]), predicted, settings)


def _one_thread() -> AbstractContextManager[Any]:
    """Keep NumPy's matrix products in one thread: for matrices this small, waiting for a second one costs more."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def small_backprop() -> autograd.Tensor:
    """One neuron on one example, forward and backward: small enough to be drawn with all its numbers."""
    x = [autograd.tensor(v, name=f"x{i}") for i, v in enumerate((3.0, -1.0), 1)]
    w = [autograd.tensor(v, requires_grad=True, name=f"w{i}") for i, v in enumerate((2.0, 0.5), 1)]
    b = autograd.tensor(1.0, requires_grad=True, name="b")
    a: autograd.Tensor = autograd.relu(w[0] * x[0] + w[1] * x[1] + b)
    loss = 0.5 * (a - 5.0) ** 2
    loss.backward()
    return loss


def save(outcome: Outcome, out: Path) -> list[Path]:
    """Write the history, weights, pictures and report of a run into the folder `out`; returns the files written."""
    out.mkdir(parents=True, exist_ok=True)
    written = [_write(out / "history.json", json.dumps(_history(outcome), indent=2) + "\n")]
    weights = out / "weights.npz"
    save_weights(outcome.model.state_dict(), weights)
    written.append(weights)
    picture = dot(small_backprop())
    written += [picture.save(out / "backprop.dot"), picture.save(out / "backprop.svg")]
    if outcome.history.epochs:
        written += _draw(outcome, out)
    written.append(out / "explore.html")
    _explored(outcome).save(out / "explore.html")
    written.append(write_report(outcome, out, picture.svg()))
    return written


def _explored(outcome: Outcome) -> Page:
    """Forward and backward of the trained network on four test digits, as an interactive page."""
    model, images, labels = outcome.model, outcome.test.images[:4], outcome.test.labels[:4]
    training = model.training

    def loss_of(images: Any) -> Any:
        scores = model(images)
        return nn.functional.cross_entropy(scores, labels)

    model.eval()
    try:
        return explore(loss_of, images, title=f"{outcome.settings['model']} on four handwritten digits")
    finally:
        model.train(training)


def _history(outcome: Outcome) -> dict[str, Any]:
    return {**outcome.settings, **asdict(outcome.history), "test_accuracy": outcome.test_accuracy}


def _write(path: Path, text: str) -> Path:
    with atomic_write(path) as file:
        file.write(text.encode())
    return path


def _draw(outcome: Outcome, out: Path) -> list[Path]:
    figure, axes = new_figure(9, 3.4, columns=2)
    plots.learning_curves(outcome.history, axes[0])
    curves = {"learning_curve.png": figure}
    figure, axes = new_figure(5, 5)
    plots.confusion_matrix(confusion_matrix(outcome.predicted, outcome.test.labels, 10), axes[0, 0])
    curves["confusion_matrix.png"] = figure
    wrong = np.flatnonzero(outcome.predicted != outcome.test.labels)[:24]
    figure, axes = new_figure(9, 1.4 * max(1, -(-len(wrong) // 8)), columns=8, rows=max(1, -(-len(wrong) // 8)))
    for place in axes.flat:
        place.set_axis_off()
    for place, i in zip(axes.flat, wrong):
        title = f"{outcome.test.labels[i]} taken for {outcome.predicted[i]}"
        plots.image(outcome.test.images[i, 0], place, title=title)
    curves["misclassified.png"] = figure
    for name, drawn in curves.items():
        with atomic_write(out / name) as file:
            drawn.savefig(file, format="png", dpi=130)
    return [out / name for name in curves]
