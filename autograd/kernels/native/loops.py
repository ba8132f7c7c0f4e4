"""Expressions at every point of an iteration space: what becomes of any chain of elementwise operations and reductions.

A `Nest` says over which axes, what each operand's strides are along them (in elements; 0 repeats an input, or sums into
an output along the axes that are reduced), and what is computed. `planned` makes kernels of it. First it tidies up the
axes: those of size 1 go, the one along which most operands are contiguous comes last, neighbours that are contiguous
with each other become one. A reduction that one thread would do alone, or that would fill vectors badly, is cut into
chunks that are reduced apart and then together; how it is cut depends on the shape only, so results do not depend on
the number of threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.expressions import emit_expression
from autograd.kernels.native.kernel import Kernel, generated
from autograd.kernels.native.nests import Input, Nest, Output, Strides, lanes_of, ordered, tidied
from autograd.kernels.native.tiles import emit_tiles, turning
from autograd.kernels.native.values import I1, I8, I64, Pointer, Value, type_of

__all__ = ["Input", "Nest", "Output", "Plan", "Stage", "Strides", "emit_nest", "loop", "planned"]


@dataclass(frozen=True)
class Stage:
    """One kernel of a plan, and its operands: their numbers among the nest's operands and, after these, workspaces."""

    kernel: Kernel
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """Kernels to be run in order, and the workspaces that they need: how many elements of which dtype."""

    stages: tuple[Stage, ...]
    workspaces: tuple[tuple[int, np.dtype[Any]], ...] = ()


def planned(nest: Nest) -> Plan:
    """The kernels of a nest. Every axis must have elements."""
    nest = tidied(nest)
    count = len(nest.operands)
    cut = chunked(nest)
    if cut is None:
        return Plan((Stage(loop(ordered(nest)), tuple(range(count))),))
    parts, axis = cut
    kept = tuple(k for k in range(len(parts.shape)) if k not in parts.reduced)
    # The parts' sums go to workspaces, C-contiguous over the axes that are kept.
    strides, size = {}, 1
    for k in reversed(kept):
        strides[k] = size
        size *= parts.shape[k]
    into = tuple(strides.get(k, 0) for k in range(len(parts.shape)))
    folded = [j for j, o in enumerate(nest.outputs) if o.fold]
    outputs = list(parts.outputs)
    stages, workspaces = [], []
    places = list(range(count))
    for n, j in enumerate(folded):
        outputs[j] = replace(outputs[j], strides=into, scale=1.0)
        places[len(nest.inputs) + j] = count + n
        workspaces.append((size, outputs[j].dtype))
    stages.append(Stage(loop(ordered(tidied(replace(parts, outputs=tuple(outputs))))), tuple(places)))
    for n, j in enumerate(folded):
        o = parts.outputs[j]
        source = Input(o.dtype, tuple(into[k] for k in kept))
        target = replace(o, place=0, strides=tuple(0 if k == axis else o.strides[k] for k in kept))
        rest = Nest(tuple(parts.shape[k] for k in kept), (source,), (), (target,), (kept.index(axis),))
        stages.append(Stage(loop(ordered(tidied(rest))), (count + n, len(nest.inputs) + j)))
    return Plan(tuple(stages), tuple(workspaces))


CHUNKS, WORTH = 8, 1 << 15


def chunked(nest: Nest) -> tuple[Nest, int] | None:
    """The nest with an axis split off a reduced one, to be kept at first, and its number; None if that does not pay."""
    if not nest.reduced:
        return None
    last, lanes = len(nest.shape) - 1, lanes_of(nest)
    if last not in nest.reduced:
        # Few numbers in the last axis: take several rows of them as one.
        for axis in nest.reduced:
            size, width = nest.shape[axis], nest.shape[last]
            several = lanes // math.gcd(width, lanes)
            dense = axis == last - 1 and all(
                o.strides[axis] in (0, o.strides[last] * width) or o in nest.outputs for o in nest.operands
            )
            dense = dense and all(i.strides[axis] != 0 for i in nest.inputs)
            if dense and several > 1 and size % several == 0 and size >= 4 * several:
                cut = nest.split(axis, several)
                return _keeping(cut, axis + 1), axis + 1
    kept = math.prod(n for k, n in enumerate(nest.shape) if k not in nest.reduced)
    vectors = kept if last in nest.reduced else kept // lanes
    if math.prod(nest.shape) < WORTH or vectors >= 4 * CHUNKS:
        return None
    axis = max(nest.reduced, key=lambda k: nest.shape[k])
    for parts in range(2 * CHUNKS, 1, -1):
        if nest.shape[axis] % parts == 0:
            return _keeping(nest.split(axis, nest.shape[axis] // parts), axis), axis
    return None


def _keeping(nest: Nest, axis: int) -> Nest:
    return replace(nest, reduced=tuple(k for k in nest.reduced if k != axis))


# --- the kernel ------------------------------------------------------------------------------------------------------


@generated
def loop(code: Code, nest: Nest) -> None:
    """A nest, its axes from the outermost to the innermost; operands: the inputs, then the outputs.

    Reduced axes must stand together at the end, or before a last axis that is kept; see `ordered`.
    """
    emit_nest(code, nest, [code.operand(k, o.dtype) for k, o in enumerate(nest.operands)], shared=True)


def emit_nest(code: Code, nest: Nest, places: Sequence[Pointer], shared: bool = False) -> None:
    """Write a nest whose operands begin at these places; `shared` among threads or not."""
    _Loop(code, nest, places, shared).write()


Offsets = list[Index]


class _Loop:
    def __init__(self, code: Code, nest: Nest, places: Sequence[Pointer], shared: bool) -> None:
        self.code, self.nest, self.last = code, nest, len(nest.shape) - 1
        self.places, self.shared = places, shared
        self.lanes = lanes_of(nest) if nest.shape else 1
        self.folds = [o for o in nest.outputs if o.fold]
        self.cost = (1 + len(nest.steps)) * math.prod(nest.shape[1:]) / self.lanes
        self.constant: dict[int, Value] = {}
        self.before: dict[int, Value] = {}

    def write(self) -> None:
        nest = self.nest
        offsets: Offsets = [0] * len(nest.operands)
        self.constant = {k: self.load(k, 0, 1) for k, i in enumerate(nest.inputs) if not any(i.strides)}
        if not nest.shape:
            self.point(offsets, 1, None, [])
            return
        kept = next(iter(nest.reduced), self.last)
        turned = turning(nest) if not nest.reduced else None
        if turned is not None:
            emit_tiles(code=self.code, nest=nest, axis=turned, places=self.places, write=emit_nest, shared=self.shared)
        elif not nest.reduced:
            self.outer(0, self.last, offsets, self.row)
        elif self.last in nest.reduced:
            self.outer(0, kept, offsets, self.reduce_row)
        else:
            self.outer(0, kept, offsets, self.reduce_columns)

    def outer(self, level: int, stop: int, offsets: Offsets, body: Callable[[Offsets, bool], None]) -> None:
        """Loops over the axes from `level` to `stop`, then the body; the first is shared among threads."""
        if level == stop:
            body(offsets, self.shared and level == 0)
            return
        size = self.nest.shape[level]
        start, end = self.code.share(size, cost=self.cost) if self.shared and level == 0 else (0, size)
        with self.code.loop(start, end) as i:
            self.outer(level + 1, stop, self.moved(offsets, level, i), body)

    def moved(self, offsets: Offsets, axis: int, by: Index) -> Offsets:
        return [o + s.strides[axis] * by for o, s in zip(offsets, self.nest.operands)]

    # --- the three kinds of innermost loops --------------------------------------------------------------------------

    def row(self, offsets: Offsets, alone: bool) -> None:
        """No reduction: vectors along the last axis."""
        count = self.nest.shape[self.last]
        start, stop = self.code.share(count, self.lanes, self.cost) if alone else (0, count)
        self.hoist(offsets)
        for i, mask in self.code.vectors(stop - start, self.lanes, start):
            self.point(self.moved(offsets, self.last, i), self.lanes, mask, [])

    def reduce_row(self, offsets: Offsets, alone: bool) -> None:
        """The last axis is reduced: vectors of partial results along it."""
        first = self.nest.reduced[0]
        sets = 4 if self.nest.shape[self.last] >= 4 * self.lanes else 1
        initial = [self.neutral(o, self.lanes) for o in self.folds] * sets
        done = self.reduced_axes(first, offsets, initial, self.along_row)
        size = len(self.folds)
        for j, o in enumerate(self.folds):
            total = self.combined([done[s * size + j] for s in range(sets)], o)
            self.store_fold(o, offsets, self.across(total, o), 1, None)

    def along_row(self, offsets: Offsets, values: list[Value]) -> list[Value]:
        code, lanes, size = self.code, self.lanes, len(self.folds)
        sets, count = len(values) // size, self.nest.shape[self.last]
        self.hoist(offsets)
        whole = count // (sets * lanes) * (sets * lanes)
        with code.carrying(0, whole, values, sets * lanes) as turns:
            new: list[Value] = []
            for s in range(sets):
                at = self.moved(offsets, self.last, turns.index + s * lanes)
                new += self.point(at, lanes, None, turns.carried[s * size : (s + 1) * size])
            turns.carried = new
        values = turns.carried if whole else values
        if sets > 1 and count - whole >= lanes:
            with code.carrying(whole, count // lanes * lanes, values[:size], lanes) as turns:
                turns.carried = self.point(self.moved(offsets, self.last, turns.index), lanes, None, turns.carried)
            values = turns.carried + values[size:]
        if count % lanes:
            at = self.moved(offsets, self.last, count // lanes * lanes)
            values = self.point(at, lanes, count % lanes, values[:size]) + values[size:]
        return values

    def reduce_columns(self, offsets: Offsets, alone: bool) -> None:
        """The last axis is kept: every lane has partial results of its own."""
        code, lanes, count = self.code, self.lanes, self.nest.shape[self.last]
        most = max(1, 8 // max(1, len(self.folds)))
        wide = min(most, 4, -(-count // lanes))
        width = wide * lanes
        whole = count // width * width

        def block(column: Index, vectors: Sequence[Mask]) -> None:
            at = self.moved(offsets, self.last, column)
            initial = [self.neutral(o, lanes) for _ in vectors for o in self.folds]

            def rows(place: Offsets, values: list[Value]) -> list[Value]:
                new: list[Value] = []
                for v, mask in enumerate(vectors):
                    part = values[v * len(self.folds) : (v + 1) * len(self.folds)]
                    self.hoist(None)
                    new += self.point(self.moved(place, self.last, v * lanes), lanes, mask, part)
                return new

            done = self.reduced_axes(self.nest.reduced[0], at, initial, rows)
            for v, mask in enumerate(vectors):
                for j, o in enumerate(self.folds):
                    value = done[v * len(self.folds) + j]
                    self.store_fold(o, self.moved(at, self.last, v * lanes), value, lanes, mask)

        if whole:
            cost = self.cost * math.prod(self.nest.shape[k] for k in self.nest.reduced) * wide
            blocks = whole // width
            start, stop = code.share(blocks, cost=cost) if alone and blocks > 1 else (0, blocks)
            with code.loop(start, stop) as b:
                block(b * width, [None] * wide)
        rest = count - whole
        if rest:
            masks: list[Mask] = [None] * (rest // lanes)
            masks += [rest % lanes] if rest % lanes else []
            if alone and code.splits:
                with code.when(code.part.eq(code.parts - 1)):
                    block(whole, masks)
            else:
                block(whole, masks)

    def reduced_axes(
        self,
        level: int,
        offsets: Offsets,
        values: list[Value],
        body: Callable[[Offsets, list[Value]], list[Value]],
    ) -> list[Value]:
        """Loops over the reduced axes but a last one that `body` runs along, carrying partial results."""
        stop = self.nest.reduced[-1] + (self.last not in self.nest.reduced)
        if level == stop:
            return body(offsets, values)
        with self.code.carrying(0, self.nest.shape[level], values) as turns:
            turns.carried = self.reduced_axes(level + 1, self.moved(offsets, level, turns.index), turns.carried, body)
        return turns.carried

    # --- one vector of points ----------------------------------------------------------------------------------------

    def hoist(self, offsets: Offsets | None) -> None:
        """Load what does not change along the last axis before the loop over it; None forgets what was loaded."""
        self.before = {}
        if offsets is not None:
            for k, i in enumerate(self.nest.inputs):
                if any(i.strides) and i.strides[self.last] == 0:
                    self.before[k] = self.load(k, offsets[k], 1)

    def point(self, offsets: Offsets, lanes: int, mask: Mask, partial: list[Value]) -> list[Value]:
        """Compute at `lanes` points along the last axis, store, and return the partial results with these added."""
        code, nest = self.code, self.nest
        loaded = []
        for k in range(len(nest.inputs)):
            known = self.constant.get(k, self.before.get(k))
            loaded.append(self.load(k, offsets[k], lanes, mask) if known is None else code.splat(known, lanes))
        values = emit_expression(code, nest.steps, loaded)
        results = list(partial)
        folded = 0
        for j, o in enumerate(nest.outputs):
            value = self.as_dtype(values[o.place], o.dtype)
            if not o.fold:
                self.store(len(nest.inputs) + j, offsets[len(nest.inputs) + j], value, mask)
                continue
            if mask is not None:
                value = code.where(code.mask(mask, lanes), value, self.neutral(o, lanes))
            if partial:
                results[folded] = self.folded(results[folded], value, o)
            else:
                self.store_fold(o, offsets, value, lanes, mask)
            folded += 1
        return results

    def load(self, k: int, offset: Index, lanes: int, mask: Mask = None) -> Value:
        """An input at points along the last axis; bytes of bool as bits."""
        code, place, i = self.code, self.places[k] + offset, self.nest.operands[k]
        step = i.strides[self.last] if i.strides and lanes > 1 else 1
        if step == 1:
            value = code.load(place, lanes, mask)
        elif step == 0:
            value = code.splat(code.load(place), lanes)
        else:
            value = self.gather(place, step, lanes, mask)
        return value.ne(0) if i.dtype.kind == "b" else value

    def gather(self, place: Pointer, step: int, lanes: int, mask: Mask) -> Value:
        return self.code.gather(place, self.code.iota(lanes, I64) * step, mask)

    def as_dtype(self, value: Value, dtype: np.dtype[Any]) -> Value:
        if dtype.kind == "b":
            return value if value.element == I1 else value.ne(0)
        return self.code.convert(value, type_of(dtype))

    def store(self, k: int, offset: Index, value: Value, mask: Mask) -> None:
        code, place, o = self.code, self.places[k] + offset, self.nest.operands[k]
        if value.element == I1:
            value = code.convert(value, I8)
        step = o.strides[self.last] if o.strides and value.lanes > 1 else 1
        if step == 1:
            code.store(value, place, mask)
            return
        count = mask if isinstance(mask, int) else value.lanes
        bits = None if mask is None or isinstance(mask, int) else code.mask(mask, value.lanes)
        for lane in range(count):
            if bits is None:
                code.store(code.lane(value, lane), place + lane * step)
            else:
                with code.when(code.lane(bits, lane)):
                    code.store(code.lane(value, lane), place + lane * step)

    # --- folding -----------------------------------------------------------------------------------------------------

    def neutral(self, o: Output, lanes: int) -> Value:
        start = {"sum": 0.0, "max": -math.inf, "min": math.inf}[o.fold]
        return self.code.constant(start, o.dtype, lanes)

    def folded(self, total: Value, value: Value, o: Output) -> Value:
        if o.fold == "sum":
            return total + value
        return self.code.maximum(total, value) if o.fold == "max" else self.code.minimum_of(total, value)

    def combined(self, totals: list[Value], o: Output) -> Value:
        while len(totals) > 1:
            totals = [self.folded(a, b, o) for a, b in zip(totals[::2], totals[1::2])]
        return totals[0]

    def across(self, total: Value, o: Output) -> Value:
        code = self.code
        return {"sum": code.sum_lanes, "max": code.max_lanes, "min": code.min_lanes}[o.fold](total)

    def store_fold(self, o: Output, offsets: Offsets, value: Value, lanes: int, mask: Mask) -> None:
        k = len(self.nest.inputs) + next(j for j, other in enumerate(self.nest.outputs) if other is o)
        if o.scale != 1.0:
            value = value * o.scale
        self.store(k, offsets[k], value, mask)
