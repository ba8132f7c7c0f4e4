"""Memory: arrays in a given layout, and one arena in which buffers take turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.program import Value

ALIGNMENT = 64


def aligned(nbytes: int) -> np.ndarray:
    """Uninitialised bytes that begin at a multiple of 64."""
    raw = np.empty(nbytes + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + nbytes]


def placed(value: Value, memory: np.ndarray) -> np.ndarray:
    """The first bytes of `memory` as the array of a Value, its axes in the order in which they were traced."""
    lengths = tuple(value.shape[k] for k in value.order)
    flat = memory[: value.nbytes].view(value.dtype).reshape(lengths)
    inverse = [0] * len(lengths)
    for place, axis in enumerate(value.order):
        inverse[axis] = place
    return flat.transpose(inverse) if lengths else flat


@dataclass(frozen=True, slots=True)
class Arena:
    """Offsets of buffers in one block of memory of `nbytes`; those that are never needed at once may overlap."""

    offsets: Mapping[Value, int]
    nbytes: int


def arranged(lifetimes: Iterable[tuple[Value, int, int]]) -> Arena:
    """An Arena for Values that live from one step to another, both included: each goes where it fits best."""
    starting: dict[int, list[tuple[Value, int]]] = {}
    for value, first, last in lifetimes:
        starting.setdefault(first, []).append((value, last))
    holes: list[tuple[int, int]] = []
    busy: list[tuple[int, int, int]] = []
    offsets: dict[Value, int] = {}
    top = 0
    for step in sorted(starting):
        holes, busy, top = _released(holes, busy, top, step)
        for value, last in sorted(starting[step], key=lambda item: -item[0].nbytes):
            size = max(ALIGNMENT, -(-value.nbytes // ALIGNMENT) * ALIGNMENT)
            fitting = [(length, start) for start, length in holes if length >= size]
            if fitting:
                length, start = min(fitting)
                holes.remove((start, length))
                if length > size:
                    holes.append((start + size, length - size))
            else:
                start, top = top, top + size
            offsets[value] = start
            busy.append((start, size, last))
    end = max((offsets[v] + max(ALIGNMENT, -(-v.nbytes // ALIGNMENT) * ALIGNMENT) for v in offsets), default=0)
    return Arena(offsets, end)


def _released(holes: list[Any], busy: list[Any], top: int, step: int) -> tuple[list[Any], list[Any], int]:
    """Give back what is no longer needed before `step`, and join neighbouring holes."""
    free = sorted([*holes, *((start, size) for start, size, last in busy if last < step)])
    joined: list[tuple[int, int]] = []
    for start, size in free:
        if joined and sum(joined[-1]) == start:
            joined[-1] = joined[-1][0], joined[-1][1] + size
        else:
            joined.append((start, size))
    if joined and sum(joined[-1]) == top:
        top = joined.pop()[0]
    return joined, [b for b in busy if b[2] >= step], top
