"""A product of matrices that is to be written into code: its operands, and how an element of the result is finished."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd.kernels.native.code import WORTH_SHARING, Code, Index, Mask
from autograd.kernels.native.matrix import Matrix
from autograd.kernels.native.values import Value

Epilogue = Callable[[Value, Index, Index, Mask], Value | None]
FLOPS_PER_NS = 100  # what a thread does, roughly: to judge what is worth sharing


@dataclass
class Product:
    """A product to be written."""

    code: Code
    m: Index
    n: Index
    k: Index
    a: Matrix
    b: Matrix
    c: Matrix
    accumulate: bool
    epilogue: Epilogue | None
    looped: bool
    split: bool

    @property
    def dtype(self) -> Any:
        return self.a.place.dtype

    @property
    def lanes(self) -> int:
        return self.code.host.lanes(self.dtype)

    def finish(self, value: Value, row: Index, column: Index, mask: Mask) -> None:
        """Store a vector of sums, after what is to be done to it."""
        if self.accumulate:
            value = value + self.c.load(row, column, value.lanes, mask)
        result = value if self.epilogue is None else self.epilogue(value, row, column, mask)
        if result is not None:
            self.c.store(result, row, column, mask)

    def turns(self, count: Index) -> tuple[Index, Index]:
        """The share of `count` turns that falls to this part."""
        return self.code.share(count) if self.split else (0, count)


def worth_sharing(*sizes: Index) -> bool:
    """Whether a product of such sizes (2 operations each) is work enough for two threads; if unknown, it is."""
    return not all(isinstance(size, int) for size in sizes) or 2 * math.prod(sizes) > WORTH_SHARING * FLOPS_PER_NS
