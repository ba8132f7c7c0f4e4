"""Losses with parameters of their own, for very many classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd.ops.axes import settled_value
from nn import functional as F
from nn.functional.checks import operand
from nn.layers.containers import ModuleList, Sequential
from nn.layers.linear import Linear
from nn.losses.base import WeightedLoss
from nn.module import Module

__all__ = ["AdaptiveLogSoftmaxWithLoss", "LinearCrossEntropyLoss"]


class ASMoutput(NamedTuple):
    """The log-probability of each target, and the loss."""

    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """Softmax over classes sorted by frequency, rare ones in clusters (Grave et al. 2017, arXiv 1609.04309).

    The `head` scores the classes below `cutoffs[0]` and one place for each cluster; cluster i between the cutoffs has
    features reduced by `div_value`^(i + 1). Called with input (N, in_features) and target (N,), or (in_features,) and
    (), it gives `(output, loss)`: the log-probability of each target and the mean of its negative. `log_prob(input)`
    gives those of all classes (N, n_classes), `predict(input)` the most probable class (N,).
    Every matrix is a `Linear` layer's, from U(-1/√n, 1/√n), n its inputs.

    Raises ValueError for cutoffs that are not increasing between 1 and n_classes - 1, IndexError for other targets.

    >>> import nn, numpy as np
    >>> loss = nn.AdaptiveLogSoftmaxWithLoss(4, 10, cutoffs=[3, 6])
    >>> output, value = loss(np.zeros((2, 4)), np.array([0, 9]))
    >>> output.shape, loss.log_prob(np.zeros((2, 4))).shape
    ((2,), (2, 10))
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
    ) -> None:
        super().__init__()
        cutoffs = list(cutoffs)
        if not cutoffs or cutoffs != sorted(set(cutoffs)) or cutoffs[0] < 1 or cutoffs[-1] > n_classes - 1:
            raise ValueError(
                f"AdaptiveLogSoftmaxWithLoss: cutoffs must be increasing integers from 1 to {n_classes - 1}, "
                f"got {cutoffs}"
            )
        self.in_features, self.n_classes, self.div_value = in_features, n_classes, div_value
        self.cutoffs = [*cutoffs, n_classes]
        self.shortlist_size, self.n_clusters = cutoffs[0], len(cutoffs)
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            hidden = int(in_features // div_value ** (i + 1))
            size = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(Sequential(Linear(in_features, hidden, bias=False), Linear(hidden, size, bias=False)))

    def forward(self, input: Any, target: Any) -> ASMoutput:
        input, target = operand(input), operand(target)
        if input.ndim not in (1, 2) or target.shape != input.shape[:-1]:
            raise ValueError(
                f"AdaptiveLogSoftmaxWithLoss: input of shape {input.shape} with a target of shape {target.shape}; "
                f"wanted (N, {self.in_features}) with (N,)"
            )
        classes = settled_value(target, "AdaptiveLogSoftmaxWithLoss")
        if classes.size and not (classes.min() >= 0 and classes.max() < self.n_classes):
            raise IndexError(
                f"AdaptiveLogSoftmaxWithLoss: targets from {classes.min()} to {classes.max()} for {self.n_classes} "
                f"classes"
            )
        head = F.log_softmax(self.head(input), dim=-1)
        output = _taken(head, np.minimum(classes, self.shortlist_size - 1))
        for i, cluster in enumerate(self.tail):
            low, high = self.cutoffs[i], self.cutoffs[i + 1]
            inside = (low <= classes) & (classes < high)
            if not inside.any():
                continue
            within = F.log_softmax(cluster(input), dim=-1)
            place = np.clip(classes - low, 0, high - low - 1)
            output = autograd.where(inside, head[..., self.shortlist_size + i] + _taken(within, place), output)
        return ASMoutput(output, -autograd.mean(output))

    def log_prob(self, input: Any) -> Any:
        """The log-probabilities of all classes (N, n_classes)."""
        (input,) = self._take((input,))
        head = F.log_softmax(self.head(input), dim=-1)
        parts = [head[..., : self.shortlist_size]]
        for i, cluster in enumerate(self.tail):
            parts.append(F.log_softmax(cluster(input), dim=-1) + head[..., self.shortlist_size + i, None])
        return autograd.concat(parts, axis=-1)

    def predict(self, input: Any) -> Any:
        """The most probable class of each example (N,)."""
        return autograd.argmax(self.log_prob(input), axis=-1)


def _taken(rows: Any, classes: np.ndarray) -> Any:
    return autograd.sum(autograd.where(np.arange(rows.shape[-1]) == classes[..., None], rows, 0.0), axis=-1)


class LinearCrossEntropyLoss(WeightedLoss):
    """Cross-entropy of `linear(input)`, the layer included: input (N, in_features), targets as in `CrossEntropyLoss`.

    `linear.weight` is (num_classes, in_features), from U(-1/√in_features, 1/√in_features).

    >>> import nn, numpy as np
    >>> loss = nn.LinearCrossEntropyLoss(4, 3)
    >>> loss(np.zeros((2, 4)), np.array([0, 2])).round(4).item()
    1.0986...
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        bias: bool = False,
        weight: Any = None,
        reduction: str = "mean",
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction, weight=weight)
        self.linear = Linear(in_features, num_classes, bias=bias)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        return F.cross_entropy(
            self.linear(input), target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )
