"""A picture as PNG or PDF, laid out and drawn without Graphviz, by matplotlib."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from autograd.visualize.drawing import TAB, bezier
from autograd.visualize.layout import LINE, Drawing, Point, Rect, place
from autograd.visualize.scene import (
    DOUBLE,
    FAINT,
    FRAME,
    OVAL,
    PALETTE,
    ROUND,
    TITLE,
    WIRE,
    Arrow,
    Box,
    Scene,
    visible_text,
)

UNITS = 96.0
"""Units of the layout in an inch."""
_POINT = 72 / UNITS
_TEXT: dict[str, Any] = {"ha": "center", "va": "center", "parse_math": False}


def paint(scene: Scene, kind: str) -> bytes:
    """The scene as the contents of a "png" or "pdf" file."""
    drawing = place(scene)
    figure = Figure(figsize=(drawing.width / UNITS, drawing.height / UNITS))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    for group, r in drawing.frames:
        _rectangle(axes, r, 8, facecolor="none", edgecolor=FRAME)
        shown = visible_text(group.title)
        axes.text(r.x + 10, r.y + 12, shown, size=11 * _POINT, color=TITLE, va="center", parse_math=False)
    for arrow, points, _ in drawing.arrows:
        _wire(axes, arrow, points, drawing)
    for box, r in drawing.boxes:
        _box(axes, box, r)
    for arrow, _, (x, y) in drawing.arrows:
        if arrow.label:
            halo = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            axes.text(x, y, visible_text(arrow.label), size=9 * _POINT, bbox=halo, **_TEXT)
    buffer = BytesIO()
    figure.savefig(buffer, format=kind, dpi=min(2 * UNITS, 60_000 / max(drawing.width, drawing.height) * UNITS))
    return buffer.getvalue()


def _box(axes: Any, box: Box, r: Rect) -> None:
    fill, line = PALETTE[box.role]
    if box.role in OVAL:
        style = "--" if box.role == "constant" else "-"
        middle = (r.x + r.w / 2, r.y + r.h / 2)
        axes.add_patch(Ellipse(middle, r.w, r.h, facecolor=fill, edgecolor=line, linestyle=style, lw=_POINT))
    else:
        radius = 8 if box.role in ROUND else 0
        if box.role in DOUBLE:
            _rectangle(axes, Rect(r.x - 3, r.y - 3, r.w + 6, r.h + 6), radius and 11, facecolor="white", edgecolor=line)
        if box.role == "module":
            _rectangle(axes, Rect(r.x + r.w - TAB - 6, r.y - 5, TAB, 5), 0, facecolor=fill, edgecolor=line)
        _rectangle(axes, r, radius, facecolor=fill, edgecolor=line)
    lines = [line for line in box.lines if line]
    top = r.y + r.h / 2 - LINE * (len(lines) - 1) / 2
    for k, text in enumerate(lines):
        axes.text(r.x + r.w / 2, top + k * LINE, visible_text(text), size=9.5 * _POINT, **_TEXT)


def _rectangle(axes: Any, r: Rect, radius: float, **style: Any) -> None:
    if radius:
        shape = f"round,pad=0,rounding_size={radius}"
        axes.add_patch(FancyBboxPatch((r.x, r.y), r.w, r.h, boxstyle=shape, lw=_POINT, **style))
    else:
        axes.add_patch(Rectangle((r.x, r.y), r.w, r.h, lw=_POINT, **style))


def _wire(axes: Any, arrow: Arrow, points: list[Point], drawing: Drawing) -> None:
    places, codes = [points[0]], [Path.MOVETO]
    for piece in bezier(points, drawing.sideways):
        places += piece
        codes += [Path.CURVE4] * 3
    colour, style = (FAINT, "--") if arrow.faint else (WIRE, "-")
    axes.add_patch(
        FancyArrowPatch(
            path=Path(places, codes),
            arrowstyle="-|>",
            mutation_scale=8 * _POINT,
            color=colour,
            linestyle=style,
            lw=_POINT,
            fill=False,
        )
    )
