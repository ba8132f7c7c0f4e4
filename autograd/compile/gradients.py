"""Gradients that a replay leaves in `.grad`: written in place call after call while nobody else holds them.

To the user each call leaves fresh gradients, as eager execution does. Handing out fresh arrays would cost an allocation
and a copy of every parameter's size, so the arrays are reused unless their reference counts tell that somebody has kept
one: a Tensor that was kept gets a copy of its contents, and for an array that was kept the program is bound anew.
"""

from __future__ import annotations

import sys
from sys import getrefcount

import numpy as np

from autograd.graph import owner
from autograd.tensor import Tensor, wrap


def counted() -> bool:
    """Whether reference counts tell who holds what: not in an interpreter without the global lock."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)()) and sys.implementation.name == "cpython"


class Slot:
    """One gradient: its array, and the Tensor around it that is handed out."""

    __slots__ = ("array", "tensor")

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.tensor = array, wrap(array)


class Slots:
    """The gradients of one bound program. `total` is their count of references when only we and `.grad` hold them."""

    def __init__(self, arrays: list[np.ndarray]) -> None:
        self.slots = [Slot(a) for a in arrays]
        self.total = -1
        self._counts: list[int] = []
        self.held: tuple[Tensor | np.ndarray, ...] = ()

    def calibrate(self) -> None:
        """Note the counts, right after the gradients were handed out."""
        self.held = tuple(x for s in self.slots for x in (s.tensor, s.array, owner(s.array)))
        self._counts = list(map(getrefcount, self.held))
        self.total = sum(self._counts)

    def release(self) -> bool:
        """Part with what somebody else holds; False if an array is among it, so that it must not be written again."""
        if self.total < 0:
            return True
        more = [now > then for now, then in zip(map(getrefcount, self.held), self._counts, strict=True)]
        if any(more[1::3]) or any(more[2::3]):  # an array, or a view, which refers to the owner of its memory
            return False
        for slot, kept in zip(self.slots, more[::3], strict=True):
            if kept:
                slot.tensor._data = slot.array.copy("K")
                slot.tensor = wrap(slot.array)
                self.total = -1
        return True
