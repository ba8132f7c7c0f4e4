"""Modules as frames that fold, repeated blocks rolled up, and what of a graph is to be seen at a given depth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.visualize.cells import Cell
from autograd.visualize.recording import UNKNOWN

READABLE = 48
"""A picture of at most this many boxes can be read at a glance: the default depth is the largest that gives no more."""
CROWD = 90
"""A frame with more members than this is cut into so many stretches of consecutive steps:"""
STRETCHES = 30
_SAVING = 8
"""Repetitions are rolled up if that leaves out at least this many boxes."""
_LONGEST = 48
"""Blocks of more members than this are not looked for."""


@dataclass(eq=False, slots=True)
class Frame:
    """One call of a module, a block that repeats (`times` > 1), or a stretch of consecutive steps.

    `members` are cells, by index, and frames, in order; `path` is the module's path, "" for what is no module.
    """

    name: str
    path: str = ""
    parent: Frame | None = None
    members: list[int | Frame] = field(default_factory=list)
    times: int = 1

    @property
    def cells(self) -> Iterator[int]:
        """The indices of all cells inside."""
        stack: list[int | Frame] = list(reversed(self.members))
        while stack:
            member = stack.pop()
            if isinstance(member, Frame):
                stack.extend(reversed(member.members))
            else:
                yield member


class Tree:
    """A graph's cells in nested frames.

    A module that is called several times has one frame a call. `roll` puts one block in the place of repetitions of the
    same calls on the same shapes, such as the equal residual blocks of a stage; None does so in graphs that are too
    large to be read otherwise.
    """

    def __init__(self, cells: Sequence[Cell], roll: bool | None = None) -> None:
        self.cells = cells
        self.root = Frame("")
        self.home: dict[int, Frame] = {}
        self._stands_for: dict[int, int] = {}
        self._laps: dict[int, list[tuple[Frame, int]]] = {}
        self._place_operations()
        self._place_leaves()
        self._dissolve(self.root)
        if roll or (roll is None and len(cells) > READABLE):
            self._roll_up()
        self._cut()

    # --- which cell is where ----------------------------------------------------------------------------------------

    def _place_operations(self) -> None:
        """Operations in the order in which they ran: as long as the module stays the same, so does its frame."""
        open_frames = [self.root]
        for cell in self.cells:
            if cell.primitive is None:
                continue
            depth = 0
            while depth < min(len(cell.scopes), len(open_frames) - 1) and (
                open_frames[depth + 1].path == cell.scopes[depth]
            ):
                depth += 1
            del open_frames[depth + 1 :]
            for path in cell.scopes[depth:]:
                above = open_frames[-1]
                name = path[len(above.path) + 1 :] if path.startswith(above.path + ".") else path
                frame = Frame(name, path, above)
                above.members.append(frame)
                open_frames.append(frame)
            open_frames[-1].members.append(cell.index)
            self.home[cell.index] = open_frames[-1]

    def _place_leaves(self) -> None:
        """A leaf stands before its first user: in the innermost frame that holds all users, inputs in the outermost."""
        users: dict[int, list[int]] = {}
        for cell in self.cells:
            for k in cell.inputs:
                if k is not None and self.cells[k].primitive is None:
                    users.setdefault(k, []).append(cell.index)
        before: dict[int | Frame, list[int]] = {}
        for k, everyone in users.items():
            by = [u for u in everyone if self.cells[u].kind == "operation"] or everyone
            frame = self.root if self.cells[k].given else _common([self.home[u] for u in by])
            first: int | Frame = by[0]
            inner = self.home[by[0]]
            while inner is not frame:
                assert inner.parent is not None
                first, inner = inner, inner.parent
            self.home[k] = frame
            before.setdefault(first, []).append(k)
        for frame in self._frames():
            frame.members = [m for member in frame.members for m in (*before.get(member, ()), member)]

    def _dissolve(self, top: Frame) -> None:
        """A module that is a single box needs no frame."""
        for frame in reversed(list(self._frames(top))):
            parent = frame.parent
            if parent is not None and len(frame.members) == 1 and not isinstance(frame.members[0], Frame):
                at = parent.members.index(frame)
                parent.members[at] = frame.members[0]
                self.home[frame.members[0]] = parent

    def _frames(self, top: Frame | None = None) -> Iterator[Frame]:
        """All frames, the outer before the inner."""
        queue = [top or self.root]
        for frame in queue:
            queue.extend(m for m in frame.members if isinstance(m, Frame))
            yield frame

    # --- repetitions ------------------------------------------------------------------------------------------------

    def _roll_up(self) -> None:
        queue = [self.root]
        for frame in queue:
            frame.members = self._rolled(frame)
            queue.extend(m for m in frame.members if isinstance(m, Frame))

    def _rolled(self, frame: Frame) -> list[int | Frame]:
        """A frame's members, with the first of several equal blocks in the place of all."""
        members, kept = frame.members, list[int | Frame]()
        known: dict[Any, int] = {}
        kinds = [known.setdefault(self._kind(m), len(known)) for m in members]
        sizes = [sum(1 for _ in _cells(m)) for m in members]
        at = 0
        while at < len(members):
            length, times = _repetition(kinds, sizes, at)
            block = members[at : at + length]
            if times == 1:
                kept += block
            else:
                kept.append(self._repeated(frame, members[at : at + length * times], times))
            at += length * times
        return kept

    def _repeated(self, frame: Frame, members: list[int | Frame], times: int) -> Frame:
        length = len(members) // times
        first, last = members[0], members[-1]
        if length == 1 and isinstance(first, Frame) and isinstance(last, Frame):
            block = first
            block.name, block.times = f"{first.name} … {last.name}", times
        else:
            block = Frame("", "", frame, members[:length], times)
            for member in block.members:
                if isinstance(member, Frame):
                    member.parent = block
                else:
                    self.home[member] = block
        laps = [[k for m in members[t * length : (t + 1) * length] for k in _cells(m)] for t in range(times)]
        for t, lap in enumerate(laps):
            for k, model in zip(lap, laps[0], strict=True):
                self._laps.setdefault(k, []).append((block, t))
                if t:
                    self._stands_for[k] = model
        return block

    def _kind(self, member: int | Frame) -> Any:
        """What must be equal for two members to be repetitions of the same: calls, shapes and connections inside."""
        indices = list(_cells(member))
        place = {k: n for n, k in enumerate(indices)}
        described = []
        for k in indices:
            cell = self.cells[k]
            name = cell.primitive.name if cell.primitive is not None else cell.kind
            wires = tuple(place.get(i, -1) if i is not None else -2 for i in cell.inputs)
            how = repr(cell.params) if name != "getitem" else ""  # x[0], x[1], … is what repeats in a loop
            described.append((name, _shape(cell.value), wires, how))
        return isinstance(member, Frame), tuple(described)

    def representative(self, cell: int) -> int:
        """The cell that is drawn in the place of this one: itself, unless it repeats another."""
        while cell in self._stands_for:
            cell = self._stands_for[cell]
        return cell

    def is_shared(self, cell: int) -> bool:
        """Whether the cell stands for several."""
        return cell in self._laps

    def leads_on(self, tail: int, head: int) -> bool:
        """Whether a connection leads from one repetition of a block to another."""
        laps = {id(block): t for block, t in self._laps.get(tail, ())}
        return any(laps.get(id(block), t) != t for block, t in self._laps.get(head, ()))

    # --- crowds -----------------------------------------------------------------------------------------------------

    def _cut(self) -> None:
        """Cut crowded frames into equal stretches, and those again, until each can be looked at."""
        queue = [self.root]
        for frame in queue:
            members, n = frame.members, len(frame.members)
            if n > CROWD:
                ends = [k * n // STRETCHES for k in range(STRETCHES + 1)]
                stretches = [Frame("", "", frame, members[a:b]) for a, b in pairwise(ends)]
                frame.members = list(stretches)
                for stretch in stretches:
                    for member in stretch.members:
                        if isinstance(member, Frame):
                            member.parent = stretch
                        else:
                            self.home[member] = stretch
            queue.extend(m for m in frame.members if isinstance(m, Frame))

    # --- what is to be seen -----------------------------------------------------------------------------------------

    def visible(self, depth: int) -> list[int | Frame]:
        """The boxes at a depth: cells, and the frames that stay folded."""
        found: list[int | Frame] = []
        stack: list[tuple[Frame, int]] = [(self.root, 0)]
        while stack:
            frame, level = stack.pop()
            for member in frame.members:
                if isinstance(member, Frame) and is_open(member, level, depth):
                    stack.append((member, inner_level(member, level)))
                else:
                    found.append(member)
        return found

    def deepest(self) -> int:
        """The depth at which everything is open."""
        levels = {id(self.root): 0}
        for frame in self._frames():
            for m in frame.members:
                if isinstance(m, Frame):
                    levels[id(m)] = inner_level(m, levels[id(frame)])
        return max(levels.values())

    def readable_depth(self, limit: int = READABLE) -> int:
        """The largest depth that shows no more than so many boxes."""
        best = 0
        for depth in range(1, self.deepest() + 1):
            if len(self.visible(depth)) > limit:
                break
            best = depth
        return best


def is_open(frame: Frame, level: int, depth: int) -> bool:
    """Whether a frame inside `level` others is unfolded at this depth; loose blocks that repeat are open."""
    return level < depth or _is_loose(frame)


def inner_level(frame: Frame, level: int) -> int:
    """The level inside a frame."""
    return level + (not _is_loose(frame))


def _is_loose(frame: Frame) -> bool:
    return frame.times > 1 and not frame.path and len(frame.members) <= 12


def _repetition(kinds: list[int], sizes: list[int], at: int) -> tuple[int, int]:
    """The length of the block that begins here and how often it occurs in a row: the choice that saves most boxes."""
    best, saved = (1, 1), _SAVING - 1
    for length in range(1, min(_LONGEST, (len(kinds) - at) // 2) + 1):
        if kinds[at] != kinds[at + length] or kinds[at : at + length] != kinds[at + length : at + 2 * length]:
            continue
        times = 2
        while kinds[at : at + length] == kinds[at + times * length : at + (times + 1) * length]:
            times += 1
        saving = (times - 1) * sum(sizes[at : at + length])
        if saving > saved:
            best, saved = (length, times), saving
    return best


def _cells(member: int | Frame) -> Iterator[int]:
    if isinstance(member, Frame):
        yield from member.cells
    else:
        yield member


def _common(frames: list[Frame]) -> Frame:
    """The innermost frame that holds all of these."""

    def above(frame: Frame) -> list[Frame]:
        chain = [frame]
        while chain[-1].parent is not None:
            chain.append(chain[-1].parent)
        return chain

    shared = above(frames[0])
    for frame in dict.fromkeys(frames[1:]):
        others = set(map(id, above(frame)))
        shared = [f for f in shared if id(f) in others]
    return shared[0]


def _shape(value: Any) -> Any:
    if value is UNKNOWN or isinstance(value, tuple):
        return str(type(value))
    return np.shape(value)
