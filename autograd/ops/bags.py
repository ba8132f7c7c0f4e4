"""Bags of rows: which bag each row belongs to, and which row of each bag holds the maximum; no derivatives."""

from __future__ import annotations

import numpy as np

from autograd.primitive import primitive


def _bags_sample(s):
    count = s.integer(0, 5)
    starts = sorted(s.integer(0, count) for _ in range(s.integer(0, 3)))
    return (np.array([0, *starts]),), {"count": count}


def _largest_sample(s):
    n = s.integer(0, 5)
    rows, bags = s.array((n, s.integer(0, 3)), distinct=True), np.sort(s.integers((n,), 0, 2))
    return (rows, bags, s.booleans((n,))), {"count": 3}


@primitive(offsets=None, samples=_bags_sample)
def bag_of(offsets, count):
    """The number of the bag that each of `count` rows belongs to, when bag b begins with row offsets[b]."""
    return np.searchsorted(offsets, np.arange(count), side="right") - 1


@primitive(rows=None, bags=None, kept=None, samples=_largest_sample, real_only=True)
def largest_of_bag(rows, bags, kept, count):
    """The row (count, width) in which each bag has its first maximum among the rows that are kept; -1 in empty bags.

    `bags` increases; rows (n, width), kept (n,).
    """
    (chosen,) = np.nonzero(kept)
    rows, bags = rows[chosen], bags[chosen]
    largest = np.full((count, rows.shape[1]), -1, np.intp)
    filled, starts = np.unique(bags, return_index=True)
    if not filled.size or not rows.size:
        return largest
    best = np.maximum.reduceat(rows, starts, 0)
    owner = np.searchsorted(filled, bags)
    hit = (rows == best[owner]) | np.isnan(rows)
    number = np.where(hit, np.arange(len(rows))[:, None], len(rows))
    largest[filled] = chosen[np.minimum.reduceat(number, starts, 0)]
    return largest
