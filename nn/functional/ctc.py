"""Connectionist temporal classification."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.ops.axes import settled_value
from nn.functional.checks import checked_reduction, operand

__all__ = ["ctc_loss"]

NEVER = -1e30
"""Stands for ln 0, so that differences of impossible paths stay numbers."""


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """-ln of the probability of all alignments of a label sequence with an input (Graves et al. 2006, eq. 5 to 8).

    `log_probs` (T, N, C), or (T, C), are logarithms of class probabilities; `targets` (N, S) padded, or all sequences
    joined (Σ lengths,); the lengths (N,) count the steps and labels of each. The forward variables follow
    α_t(s) = ln(e^α_(t-1)(s) + e^α_(t-1)(s-1) + e^α_(t-1)(s-2)) + ln y_t(l'_s) over the labels l' with blanks between.
    "mean" divides each loss by its number of labels, then averages. A sequence that does not fit gives infinity, or 0
    with `zero_infinity`, and no gradient.

    >>> import numpy as np
    >>> from nn.functional import ctc_loss
    >>> even = np.log(np.full((2, 1, 2), 0.5))
    >>> ctc_loss(even, np.array([[1]]), [2], [1]).round(4)
    np.float64(0.2877)

    Raises ValueError for shapes and lengths that do not fit, IndexError for labels out of range.
    """
    checked_reduction(reduction)
    log_probs = operand(log_probs)
    alone = log_probs.ndim == 2
    if alone:
        log_probs = log_probs[:, None]
    if log_probs.ndim != 3:
        raise ValueError(f"ctc_loss: log_probs must be (T, N, C) or (T, C), got shape {log_probs.shape}")
    steps, batch, classes = log_probs.shape
    in_lengths, lengths = (_lengths(v, n, batch) for v, n in ((input_lengths, "input"), (target_lengths, "target")))
    if in_lengths.size and in_lengths.max() > steps:
        raise ValueError(f"ctc_loss: an input length of {in_lengths.max()} for {steps} steps")
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss: blank must be one of the {classes} classes, got {blank}")
    labels = _padded(np.asarray(settled_value(operand(targets), "ctc_loss")), lengths, batch, alone)
    used = np.arange(labels.shape[1]) < lengths[:, None]
    if used.any() and not (labels[used].min() >= 0 and labels[used].max() < classes):
        raise IndexError(f"ctc_loss: labels from {labels[used].min()} to {labels[used].max()} for {classes} classes")
    extended = np.full((batch, 2 * labels.shape[1] + 1), blank)
    extended[:, 1::2] = np.where(used, labels, blank)
    losses = -_log_likelihood(log_probs, extended, in_lengths, lengths, blank)
    impossible = autograd.greater(losses, -0.5 * NEVER)
    losses = autograd.where(impossible, 0.0 if zero_infinity else np.inf, losses)
    if alone:
        losses = losses[0]
    if reduction == "mean":
        divisors = np.maximum(lengths, 1).astype(losses.dtype)
        return autograd.mean(losses / (divisors[0] if alone else divisors))
    return autograd.sum(losses) if reduction == "sum" else losses


def _log_likelihood(
    log_probs: Any, extended: np.ndarray, in_lengths: np.ndarray, lengths: np.ndarray, blank: int
) -> Any:
    batch, size = extended.shape
    rows = np.arange(batch)
    emitted = log_probs[:, rows[:, None], extended]  # (T, N, 2S + 1)
    two_back = np.concatenate([np.full((batch, 2), blank), extended[:, :-2]], 1) if size > 2 else extended
    skips = (extended != blank) & (extended != two_back)
    skips[:, :2] = False
    start = np.arange(size) < np.where(lengths > 0, 2, 1)[:, None]
    alpha = autograd.where(start, emitted[0], NEVER) if len(emitted) else None
    edge = np.full((batch, 2), NEVER, log_probs.dtype)
    for t in range(1, len(emitted)):
        padded = autograd.concat([edge, alpha], axis=1)
        came = autograd.logaddexp(alpha, padded[:, 1:-1])
        came = autograd.logaddexp(came, autograd.where(skips, padded[:, :-2], NEVER))
        alpha = autograd.where((t < in_lengths)[:, None], autograd.maximum(came + emitted[t], NEVER), alpha)
    if alpha is None:
        return autograd.where(lengths == 0, np.zeros(batch, log_probs.dtype), NEVER)
    last = alpha[rows, 2 * lengths]
    before = autograd.where(lengths > 0, alpha[rows, np.maximum(2 * lengths - 1, 0)], NEVER)
    empty = autograd.where(lengths == 0, 0.0, NEVER)
    return autograd.where(in_lengths > 0, autograd.logaddexp(last, before), empty)


def _lengths(value: Any, what: str, batch: int) -> np.ndarray:
    lengths = np.atleast_1d(np.asarray(settled_value(operand(value), "ctc_loss"), np.int64))
    if lengths.shape != (batch,) or (lengths < 0).any():
        raise ValueError(f"ctc_loss: {what}_lengths must be {batch} non-negative integers, got {lengths.tolist()}")
    return lengths


def _padded(targets: np.ndarray, lengths: np.ndarray, batch: int, alone: bool) -> np.ndarray:
    if targets.ndim == 1 and alone:
        targets = targets[None]
    if targets.ndim == 1:
        if targets.size != lengths.sum():
            raise ValueError(
                f"ctc_loss: {targets.size} joined labels for target_lengths that add up to {lengths.sum()}"
            )
        padded = np.zeros((batch, max(lengths.max(initial=0), 1)), targets.dtype)
        padded[np.arange(padded.shape[1]) < lengths[:, None]] = targets
        return padded
    if targets.ndim != 2 or targets.shape[0] != batch or targets.shape[1] < lengths.max(initial=0):
        raise ValueError(
            f"ctc_loss: targets of shape {targets.shape} for {batch} sequences of {lengths.tolist()} labels"
        )
    return targets
