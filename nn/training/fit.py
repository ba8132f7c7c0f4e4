"""The training loop: mini-batches, epochs, a progress bar, a history."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import autograd
from nn.data import batches
from nn.module import Module
from nn.training.metrics import accuracy
from optim import Optimizer

Data = tuple[np.ndarray, np.ndarray]
Loss = Callable[[Any, Any], autograd.Tensor]


@dataclass
class History:
    """What `fit` measured: per epoch the mean loss and the accuracy, of the training and the validation data.

    `interrupted` is True after Ctrl-C; the lists then hold the completed epochs.

    >>> import nn, nn.training
    >>> nn.training.History(loss=[0.5, 0.2], accuracy=[0.8, 0.9]).epochs
    2
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    interrupted: bool = False

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self.loss)


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    data: Data,
    validation: Data | None = None,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None = None,
    progress: bool = True,
    compile: bool = False,
) -> History:
    """Train a classifier by mini-batch gradient descent; returns the History.

    Per epoch the inputs (N, ...) and class labels (N,) are shuffled with `rng` (default: a generator seeded with 0),
    cut into batches, and each batch takes one optimizer step on `loss(model(inputs), labels)`. `progress` shows a bar
    on stderr, if tqdm is installed. `compile` runs the steps through `autograd.compile`: the same numbers to rounding,
    sooner, where the model allows it. Ctrl-C ends the training in an orderly way: the model keeps what it has learned.

    Raises ValueError for data of unequal lengths, fewer than one epoch, or a loss that is not finite.

    >>> import nn, optim, numpy as np
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], np.float32)
    >>> model = nn.Linear(2, 2)
    >>> history = fit(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=1.0), (x, np.array([0, 0, 0, 1])),
    ...               epochs=100, batch_size=4, progress=False)
    >>> history.accuracy[-1]
    1.0
    """
    inputs, labels = data
    if len(inputs) != len(labels) or len(inputs) == 0:
        raise ValueError(
            f"fit: {len(inputs)} inputs and {len(labels)} labels; wanted as many of both, and at least one"
        )
    if epochs < 1:
        raise ValueError(f"fit: epochs must be at least 1, got {epochs}")
    rng = np.random.default_rng(0) if rng is None else rng
    step = _step(model, loss, optimizer)
    if compile:
        step = autograd.compile(step)
    history = History()
    try:
        for epoch in range(1, epochs + 1):
            with _bar(len(inputs), f"epoch {epoch:>{len(str(epochs))}}/{epochs}", progress) as bar:
                _train_epoch(model, step, inputs, labels, batch_size, rng, history, bar)
                if validation is not None:
                    val_loss, val_accuracy = evaluate(model, loss, validation)
                    history.val_loss.append(val_loss)
                    history.val_accuracy.append(val_accuracy)
                    bar.show(history)
    except KeyboardInterrupt:
        history.interrupted = True
        for series in (history.loss, history.accuracy):
            del series[len(history.val_loss) if validation is not None else history.epochs :]
    return history


def _step(model: Module, loss: Loss, optimizer: Optimizer) -> Callable[[np.ndarray, np.ndarray], Any]:
    """One optimizer step on a batch: its loss, and how many examples it got right."""

    def step(inputs: np.ndarray, labels: np.ndarray) -> tuple[autograd.Tensor, autograd.Tensor]:
        optimizer.zero_grad()
        outputs = model(inputs)
        value = loss(outputs, labels)
        value.backward()
        optimizer.step()
        return value, autograd.sum(autograd.equal(autograd.argmax(outputs.detach(), 1), labels))

    return step


def _train_epoch(
    model: Module,
    step: Callable[[np.ndarray, np.ndarray], Any],
    inputs: np.ndarray,
    labels: np.ndarray,
    batch_size: int,
    rng: np.random.Generator,
    history: History,
    bar: _Bar,
) -> None:
    model.train()
    total, right, seen = 0.0, 0, 0
    for chosen in batches(len(inputs), batch_size, rng):
        value, count = step(inputs[chosen], labels[chosen])
        batch_loss = value.item()
        if not np.isfinite(batch_loss):
            raise ValueError(
                f"fit: the loss became {batch_loss} in epoch {history.epochs + 1}; a smaller learning rate usually "
                f"helps, autograd.detect_anomaly() shows where it arose"
            )
        total += batch_loss * len(chosen)
        right += int(count)
        seen += len(chosen)
        bar.advance(len(chosen), total / seen, right / seen)
    history.loss.append(total / seen)
    history.accuracy.append(right / seen)


def evaluate(model: Module, loss: Loss, data: Data, batch_size: int = 512) -> tuple[float, float]:
    """Mean loss and accuracy on `data`, in eval mode and without recording; the mode is put back afterwards.

    >>> import nn, nn.training, numpy as np
    >>> data = np.zeros((4, 2)), np.array([0, 1, 2, 0])
    >>> mean_loss, accuracy = nn.training.evaluate(nn.Linear(2, 3), nn.CrossEntropyLoss(), data)
    >>> 0 <= accuracy <= 1
    True
    """
    inputs, labels = data
    total, outputs = 0.0, predict(model, inputs, batch_size)
    for chosen in batches(len(inputs), batch_size):
        total += loss(autograd.tensor(outputs[chosen]), labels[chosen]).item() * len(chosen)
    return total / len(inputs), accuracy(outputs.argmax(1), labels)


def predict(model: Module, inputs: np.ndarray, batch_size: int = 512) -> np.ndarray:
    """The model's outputs for all inputs, in eval mode and without recording; the mode is put back afterwards."""
    was_training = model.training
    model.eval()
    try:
        with autograd.no_grad():
            return np.concatenate([model(inputs[chosen]).data for chosen in batches(len(inputs), batch_size)])
    finally:
        model.train(was_training)


class _Bar:
    """A progress bar with the running loss and accuracy; silent without tqdm."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def advance(self, count: int, loss: float, accuracy: float) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(f"loss {loss:.4f}, accuracy {accuracy:6.2%}", refresh=False)
            self._bar.update(count)

    def show(self, history: History) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(
                f"loss {history.loss[-1]:.4f}, accuracy {history.accuracy[-1]:6.2%} · "
                f"test loss {history.val_loss[-1]:.4f}, accuracy {history.val_accuracy[-1]:6.2%}"
            )


@contextmanager
def _bar(total: int, label: str, wanted: bool) -> Iterator[_Bar]:
    try:
        from tqdm import tqdm
    except ImportError:
        wanted = False
    if not wanted:
        yield _Bar(None)
        return
    form = "{desc} |{bar:24}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"
    with tqdm(total=total, desc=label, file=sys.stderr, bar_format=form, mininterval=0.05) as bar:
        yield _Bar(bar)
