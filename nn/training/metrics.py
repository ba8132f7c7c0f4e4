"""Numbers that say how well a classifier does."""

from __future__ import annotations

import numpy as np


def accuracy(predicted: np.ndarray, labels: np.ndarray) -> float:
    """The fraction of predicted classes (N,) that equal the labels (N,).

    >>> import numpy as np
    >>> accuracy(np.array([0, 1, 1]), np.array([0, 1, 2]))
    0.6666666666666666
    """
    _check(predicted, labels)
    return float((predicted == labels).mean())


def confusion_matrix(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Counts (classes, classes): row = true class, column = predicted class.

    >>> import numpy as np
    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)
    array([[1, 1],
           [0, 1]])
    """
    _check(predicted, labels)
    return np.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def _check(predicted: np.ndarray, labels: np.ndarray) -> None:
    if predicted.shape != labels.shape or labels.size == 0:
        raise ValueError(
            f"predictions of shape {predicted.shape} for labels of shape {labels.shape}; wanted equal, not empty"
        )
