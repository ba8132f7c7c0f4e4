"""What a picture shows: boxes with their texts inside nested frames, and arrows. Whoever draws it needs no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.primitive import Primitive
from autograd.visualize.cells import Cell, Steps
from autograd.visualize.folding import Frame, Tree, inner_level, is_open
from autograd.visualize.recording import UNKNOWN
from autograd.visualize.wording import number, without_adjoint

PALETTE = {
    "input": ("#dff0d8", "#4a7d36"),
    "constant": ("#f4f4f2", "#8a8a85"),
    "parameter": ("#ffe3c2", "#b8690b"),
    "operation": ("#dce9f8", "#2f6299"),
    "output": ("#e6dcf6", "#62409b"),
    "module": ("#eef1f5", "#55606e"),
    "backward": ("#fbe1e4", "#a63a50"),
    "gradient": ("#f6c6cf", "#a63a50"),
}
"""Fill and outline of each role."""
FRAME, TITLE, WIRE, FAINT = "#9aa3ad", "#55606e", "#555555", "#c9a3aa"
ROUND = ("operation", "output", "backward")
DOUBLE = ("output", "gradient")
OVAL = ("input", "constant")
IN_FULL = 12
"""Arrays of at most this many elements are written out."""
WORDY = 60
"""Pictures of more boxes than this have no formulas, and no derivatives on the edges."""
LANDSCAPE = 16
"""Pictures of at most this many boxes run from left to right, others from top to bottom."""
_LONG = 44
_UNCLEAR = re.compile(r"…|\bg\d")
_LINE = 52


@dataclass(slots=True)
class Box:
    """One thing in the picture.

    `role` is "input", "parameter", "constant", "operation", "output", "module", "backward" or "gradient".
    """

    key: str
    role: str
    lines: list[str]


@dataclass(slots=True)
class Group:
    """A frame around boxes and other frames."""

    key: str
    title: str
    parts: list[Box | Group] = field(default_factory=list)


@dataclass(slots=True)
class Arrow:
    """A connection: what flows from `tail` into `head`, and the local derivative. `faint` if it leads to a gradient."""

    tail: str
    head: str
    label: str = ""
    faint: bool = False


@dataclass(slots=True)
class Scene:
    """A picture before it is laid out; `depth` is to how many levels modules are open."""

    root: Group
    arrows: list[Arrow]
    rankdir: str
    depth: int
    title: str = ""

    @property
    def boxes(self) -> list[Box]:
        """All boxes, in the order of the frames."""
        found, stack = list[Box](), list[Box | Group]([self.root])
        while stack:
            part = stack.pop()
            if isinstance(part, Box):
                found.append(part)
            else:
                stack.extend(reversed(part.parts))
        return found


def make_scene(
    steps: Steps, tree: Tree, gradients: dict[int, Any] | None, rankdir: str | None, depth: int, values: bool
) -> Scene:
    """The scene of a graph folded to `depth`.

    `gradients` holds what is known, by cell; it is empty before the backward pass, and None if none are to be shown.
    """
    shown = tree.visible(depth)
    maker = _Maker(steps, tree, gradients, values, wordy=len(shown) <= WORDY)
    root = Group("", "")
    stack: list[tuple[Frame, Group, int]] = [(tree.root, root, 0)]
    while stack:
        frame, group, level = stack.pop()
        for member in frame.members:
            if not isinstance(member, Frame):
                group.parts.append(maker.box(member))
            elif is_open(member, level, depth):
                inner = Group(f"cluster_{maker.key(member)}", _title(member))
                group.parts.append(inner)
                stack.append((member, inner, inner_level(member, level)))
            else:
                group.parts.append(maker.folded(member))
    rankdir = rankdir or ("LR" if len(shown) <= LANDSCAPE else "TB")
    return Scene(root, maker.arrows(), rankdir, depth, steps.title)


class _Maker:
    def __init__(self, steps: Steps, tree: Tree, gradients: dict[int, Any] | None, values: bool, wordy: bool) -> None:
        self.steps, self.cells, self.tree = steps, steps.cells, tree
        self.gradients, self.values, self.wordy = gradients, values, wordy
        self.box_of: dict[int, str] = {}
        self._frames: dict[int, str] = {}

    def key(self, frame: Frame) -> str:
        """A name for a frame in the drawing, its own and no user's."""
        return self._frames.setdefault(id(frame), f"m{len(self._frames)}")

    def box(self, index: int) -> Box:
        """The box of a cell."""
        cell = self.cells[index]
        self.box_of[index] = f"n{index}"
        lines = [_clip(self._head(cell))]
        shared = self.tree.is_shared(index)
        if self.values:
            if shared:
                lines += _shape_line(cell.value)
            elif cell.value is not UNKNOWN:
                lines += summary_lines("value", cell.value)
            if not shared and cell.kind in ("operation", "parameter") and self.gradients is not None:
                if not self.gradients:
                    lines.append("no gradient yet")
                elif index in self.gradients:
                    lines += summary_lines("grad", self.gradients[index])
        output = index == self.steps.output
        return Box(f"n{index}", "output" if output else cell.kind, lines)

    def _head(self, cell: Cell) -> str:
        p = cell.primitive
        if p is None:
            return cell.name or (cell.symbol if self.wordy and cell.kind != "constant" else "")
        if not self.wordy or self.tree.is_shared(cell.index) or len(cell.formula) > _LONG:
            return f"{cell.name} = {title(p)}" if cell.name else title(p)
        return f"{cell.symbol} = {cell.formula}"

    def folded(self, frame: Frame) -> Box:
        """The box of a frame that stays folded."""
        inside = list(frame.cells)
        key = self.key(frame)
        self.box_of.update(dict.fromkeys(inside, key))
        operations = [self.cells[k] for k in inside if self.cells[k].primitive is not None]
        parameters = [self.cells[k] for k in inside if self.cells[k].kind == "parameter"]
        lines = [_title(frame) or f"{len(operations)} operations"]
        names = list(dict.fromkeys(c.primitive.name.replace("_", " ") for c in operations if c.primitive is not None))
        if names:
            lines.append(", ".join(names[:3]) + (" …" if len(names) > 3 else ""))
        shared = any(map(self.tree.is_shared, inside))
        each = " each" if shared else ""
        size = sum(np.size(c.value) for c in parameters if c.value is not UNKNOWN)
        if size and self.values:
            lines.append(f"{size:,} parameter{'s' * (size > 1)}{each}")
        if operations and self.values and operations[-1].kind == "operation":
            lines += [f"→ {line}" for line in _shape_line(operations[-1].value)]
        if parameters and self.values and self.gradients is not None and not shared:
            known = [self.gradients[c.index] for c in parameters if c.index in self.gradients]
            if not self.gradients:
                lines.append("no gradient yet")
            elif known:
                total = np.sqrt(sum(float(np.sum(np.abs(np.asarray(g, np.complex128)) ** 2)) for g in known))
                lines.append(f"grad, norm {number(total)}")
        return Box(key, "module", [_clip(line) for line in lines])

    def arrows(self) -> list[Arrow]:
        """The connections between the boxes, each once, in the order of the calls."""
        found: dict[tuple[str, str], Arrow] = {}
        several: list[Arrow] = []
        for cell in self.cells:
            labels = self._derivatives(cell) if self.wordy and not self.tree.is_shared(cell.index) else {}
            for position, k in enumerate(cell.inputs):
                if k is None or self.tree.leads_on(k, cell.index):
                    continue
                tail_cell, head_cell = self.tree.representative(k), self.tree.representative(cell.index)
                tail, head = self.box_of.get(tail_cell), self.box_of.get(head_cell)
                if tail is None or head is None or tail == head:
                    continue
                own = tail == f"n{k}" and head == f"n{cell.index}"
                faint = cell.kind in ("backward", "gradient") and self.cells[k].kind not in ("backward", "gradient")
                arrow = Arrow(tail, head, labels.get(position, "") if own else "", faint)
                if own and arrow.label and (tail, head) in found:
                    several.append(arrow)  # w · w has two derivatives
                else:
                    found.setdefault((tail, head), arrow)
        return [*found.values(), *several]

    def _derivatives(self, cell: Cell) -> dict[int, str]:
        """The local derivatives of a call by its operands: numbers for numbers, else how the adjoint is passed on."""
        if self.gradients is None:
            return {}
        found = {}
        for c in cell.contributions:
            if c.local is not None:
                found[c.position] = f"∂ = {number(c.local)}"
            elif not self.steps.scalar and c.formula and not _UNCLEAR.search(c.formula) and len(c.formula) <= 26:
                elementwise = cell.primitive is not None and cell.primitive.elementwise and "Σ" not in c.formula
                local = without_adjoint(c.formula) if elementwise else ""
                found[c.position] = f"∂ = {local}" if local else f"g ↦ {c.formula}"
        return found


def visible_text(text: str) -> str:
    """Text without what XML and C strings cannot hold: control characters and lone halves of pairs."""
    shown = "".join(c if c == "\n" or (c >= " " and c not in "\x7f\ufffe\uffff") else "�" for c in text)
    return shown.encode("utf-8", "replace").decode("utf-8")


def title(p: Primitive) -> str:
    """What to call a primitive where its operands are not named: a short sign such as "+", else its name.

    >>> import autograd
    >>> from autograd.primitive import registry
    >>> title(registry["tanh"])
    'tanh'
    """
    bare = re.sub(r"\([\s,]*\)", "", re.sub(r"\{\w+\}", "", p.text)).strip()
    return bare if 0 < len(bare) <= 2 else p.name.replace("_", " ")


def summary(value: Any) -> str:
    """A value in few characters: the numbers of small arrays, else shape with minimum, mean and maximum.

    >>> summary(2.5), summary(np.array([[1.0, 2.0], [3.0, 4.5]])), summary(np.zeros((8, 4)))
    ('2.5', '[[1, 2], [3, 4.5]]', '8×4 float64, min 0, mean 0, max 0')
    """
    return ", ".join(_summary(value))


def summary_lines(what: str, value: Any) -> list[str]:
    """A value for a box, on two lines where one would be long."""
    if isinstance(value, tuple | list):
        return [f"{what} of {len(value)} results"]
    first, *rest = _summary(value)
    return [f"{what} {first}", ", ".join(rest)] if rest else [f"{what} {first}"]


def _summary(value: Any) -> list[str]:
    array = np.asarray(value)
    if array.size <= IN_FULL and array.size and array.dtype.kind in "biufc":
        text = _in_full(array)
        if len(text) <= _LINE:
            return [text]
    head = f"{'×'.join(map(str, array.shape))} {array.dtype}"
    if array.dtype.kind not in "fiu" or not array.size:
        return [head]
    with np.errstate(all="ignore"):
        array = array.astype(np.float64) if array.dtype == np.float16 else array
        return [head, f"min {array.min():.3g}", f"mean {array.mean():.3g}", f"max {array.max():.3g}"]


def _in_full(array: np.ndarray) -> str:
    return number(array) if array.ndim <= 1 else "[" + ", ".join(_in_full(row) for row in array) + "]"


def _shape_line(value: Any) -> list[str]:
    return [] if value is UNKNOWN or isinstance(value, tuple) else [_shape_text(np.shape(value))]


def _shape_text(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape)) or "a number"


def _title(frame: Frame) -> str:
    return f"{frame.name} ×{frame.times}".strip() if frame.times > 1 else frame.name


def _clip(line: str) -> str:
    return line if len(line) <= _LINE else line[: _LINE - 1] + "…"
