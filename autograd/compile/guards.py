"""Checks that kernels leave to whoever calls them: that indices lie within what they index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.program import Instruction, Value

INDEXED: dict[str, tuple[int, int, int]] = {
    "softmax_cross_entropy": (1, 0, 1),
    "softmax_cross_entropy_pull": (2, 1, 1),
}
"""By primitive: which operand holds indices, and into which axis of which other operand."""


class Guard(NamedTuple):
    """Indices that must be from 0 to below a size."""

    what: str
    indices: np.ndarray
    size: int

    def check(self) -> None:
        """Raise IndexError unless all are."""
        unsigned = self.indices.view(np.uint64)  # below 0 is large, too
        if unsigned.size and unsigned.max() >= self.size:
            raise IndexError(
                f"{self.what}: indices from {self.indices.min()} to {self.indices.max()}, wanted 0 to {self.size - 1}"
            )


def guards_of(i: Instruction, operands: Sequence[Any]) -> list[Guard]:
    """The checks of an instruction's indices."""
    found = INDEXED.get(i.primitive.name)
    if found is None:
        return []
    position, other, axis = found
    return [Guard(i.primitive.name, operands[position], operands[other].shape[axis])]


def are_safe(i: Instruction) -> bool:
    """Whether kernels may be trusted with an instruction's indices: it has none, or they are checked, or made by us."""
    values = [v for v in i.inputs if isinstance(v, Value) and v.dtype.kind in "iu"]
    return not values or i.primitive.name in INDEXED or i.primitive.name in INTERNAL


INTERNAL = frozenset({"add_rows", "pool_scatter", "pool_gather"})
"""Primitives whose indices are computed by another primitive, or were checked where it read with them."""
