"""Losses that PyTorch lacks against optax's, in single precision."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn.functional as F

pytest.importorskip("jax")
losses = pytest.importorskip("optax").losses

X = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
CLASSES = np.array([0, 2, 1, 1, 0])
RELEVANCE = np.abs(X)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            lambda: F.poly_loss(X, CLASSES, 1.3, "none"),
            lambda: losses.poly_loss_cross_entropy(X, np.eye(3, dtype=np.float32)[CLASSES], epsilon=1.3),
        ),
        (lambda: F.sparsemax_loss(X, CLASSES, "none"), lambda: losses.multiclass_sparsemax_loss(X, CLASSES)),
        (lambda: F.ranking_softmax_loss(X, RELEVANCE), lambda: losses.ranking_softmax_loss(X, RELEVANCE)),
        (lambda: F.ntxent_loss(X, CLASSES), lambda: losses.ntxent(X, CLASSES)),
    ],
)
def test_the_same_values(ours: Callable[[], Any], theirs: Callable[[], Any]) -> None:
    np.testing.assert_allclose(ours(), np.asarray(theirs()), rtol=1e-5)
