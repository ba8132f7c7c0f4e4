"""Nests: what is computed at every point of an iteration space, as data, and their axes put in order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.kernels.native.expressions import Steps
from autograd.kernels.native.host import host

Strides = tuple[int, ...]


@dataclass(frozen=True)
class Input:
    """An operand that is read: its dtype and strides."""

    dtype: np.dtype[Any]
    strides: Strides


@dataclass(frozen=True)
class Output:
    """An operand that is written with value `place` of the expression (inputs first, then steps).

    With `fold`, "sum", "max" or "min", the values are reduced along the nest's reduced axes, where the strides are 0,
    and multiplied by `scale`.
    """

    place: int
    dtype: np.dtype[Any]
    strides: Strides
    fold: str = ""
    scale: float = 1.0


@dataclass(frozen=True)
class Nest:
    """The axes' sizes, which of them are reduced, the operands and the expression."""

    shape: tuple[int, ...]
    inputs: tuple[Input, ...]
    steps: Steps
    outputs: tuple[Output, ...]
    reduced: tuple[int, ...] = ()

    @property
    def operands(self) -> tuple[Input | Output, ...]:
        return (*self.inputs, *self.outputs)

    def with_axes(self, axes: Sequence[int]) -> Nest:
        """The same with axes in another order, or without some."""

        def pick(strides: Strides) -> Strides:
            return tuple(strides[k] for k in axes)

        return replace(
            self,
            shape=tuple(self.shape[k] for k in axes),
            inputs=tuple(replace(i, strides=pick(i.strides)) for i in self.inputs),
            outputs=tuple(replace(o, strides=pick(o.strides)) for o in self.outputs),
            reduced=tuple(j for j, k in enumerate(axes) if k in self.reduced),
        )

    def split(self, axis: int, inner: int) -> Nest:
        """The same with an axis cut in two: (size // inner, inner) in its place."""

        def cut(strides: Strides) -> Strides:
            return (*strides[:axis], strides[axis] * inner, *strides[axis:])

        size = self.shape[axis]
        return replace(
            self,
            shape=(*self.shape[:axis], size // inner, inner, *self.shape[axis + 1 :]),
            inputs=tuple(replace(i, strides=cut(i.strides)) for i in self.inputs),
            outputs=tuple(replace(o, strides=cut(o.strides)) for o in self.outputs),
            reduced=tuple(sorted(k + d for k in self.reduced for d in ((0, 1) if k == axis else (int(k > axis),)))),
        )


def tidied(nest: Nest) -> Nest:
    """Without axes of size 1, in the order of memory, the one along which most is contiguous last, and with neighbours
    as one that lie one after the other."""
    axes = [k for k, n in enumerate(nest.shape) if n != 1]

    def distance(k: int) -> tuple[int, int]:
        return sum(abs(o.strides[k]) for o in nest.operands), -k

    def contiguous(k: int) -> int:
        """How many elements are next to one another along an axis; what is written counts twice."""
        beside = [o for o in (*nest.operands, *nest.outputs) if o.strides[k] == 1]
        return sum(math.prod(n for n, s in zip(nest.shape, o.strides) if s) for o in beside)

    axes.sort(key=distance, reverse=True)
    if axes:
        last = max(reversed(axes), key=contiguous)
        axes.remove(last)
        axes.append(last)
    nest = nest.with_axes(axes)
    k = len(nest.shape) - 1
    while k > 0:
        inner = nest.shape[k]
        together = (k in nest.reduced) == (k - 1 in nest.reduced)
        if together and all(o.strides[k - 1] == o.strides[k] * inner for o in nest.operands):
            nest = _joined(nest, k)
        k -= 1
    return nest


def _joined(nest: Nest, k: int) -> Nest:
    """Axes k - 1 and k as one."""
    rest = [j for j in range(len(nest.shape)) if j != k - 1]
    shape = list(nest.shape)
    shape[k] *= shape[k - 1]
    return replace(nest, shape=tuple(shape)).with_axes(rest)


def ordered(nest: Nest) -> Nest:
    """Kept axes before reduced ones, but for a last axis that is kept: along that one vectors run."""
    if not nest.reduced:
        return nest
    last = len(nest.shape) - 1
    kept = [k for k in range(last + 1) if k not in nest.reduced]
    tail = [kept.pop()] if kept and kept[-1] == last else []
    return nest.with_axes([*kept, *nest.reduced, *tail])


def lanes_of(nest: Nest) -> int:
    floats = [o.dtype for o in nest.operands if o.dtype.kind == "f"]
    return host().lanes(min(floats, key=lambda d: d.itemsize)) if floats else 4
