"""A picture as SVG, laid out and drawn without Graphviz."""

from __future__ import annotations

from html import escape
from itertools import pairwise

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
    Group,
    Scene,
    visible_text,
)

TAB = 22.0


def to_svg(scene: Scene) -> str:
    """The scene as SVG text."""
    drawing = place(scene)
    w, h = f"{drawing.width:.0f}", f"{drawing.height:.0f}"
    font = 'font-family="Helvetica, Arial, sans-serif" font-size="11"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" {font}>',
        f"<title>{_clean(scene.title or 'backprop')}</title>",
        f"<defs>{_marker('tip', WIRE)}{_marker('faint', FAINT)}</defs>",
        '<rect width="100%" height="100%" fill="white"/>',
        *(_frame(group, rect) for group, rect in drawing.frames),
        *(_wire(arrow, points, drawing) for arrow, points, _ in drawing.arrows),
        *(_box(box, rect) for box, rect in drawing.boxes),
        *(_label(arrow.label, at) for arrow, _, at in drawing.arrows if arrow.label),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _marker(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0,1 L10,5 L0,9 z" fill="{colour}"/></marker>'
    )


def _frame(group: Group, r: Rect) -> str:
    return (
        f'<rect x="{r.x:.1f}" y="{r.y:.1f}" width="{r.w:.1f}" height="{r.h:.1f}" rx="8" fill="none" stroke="{FRAME}"/>'
        f'<text x="{r.x + 10:.1f}" y="{r.y + 16:.1f}" fill="{TITLE}">{_clean(group.title)}</text>'
    )


def _box(box: Box, r: Rect) -> str:
    fill, stroke = PALETTE[box.role]
    paint = f'fill="{fill}" stroke="{stroke}"'
    shapes = []
    if box.role in OVAL:
        dashed = ' stroke-dasharray="4 3"' if box.role == "constant" else ""
        shapes.append(
            f'<ellipse cx="{r.x + r.w / 2:.1f}" cy="{r.y + r.h / 2:.1f}" rx="{r.w / 2:.1f}" ry="{r.h / 2:.1f}" '
            f"{paint}{dashed}/>"
        )
    else:
        rx = 8 if box.role in ROUND else 0
        if box.role in DOUBLE:
            shapes.append(_rect(Rect(r.x - 3, r.y - 3, r.w + 6, r.h + 6), rx + 3 if rx else 0, 'fill="white"', stroke))
        if box.role == "module":
            x, y, tab = r.x + r.w - TAB - 6, r.y, 5
            shapes.append(
                f'<path d="M{x:.1f},{y:.1f} l4,{-tab} h{TAB - 8:.0f} l4,{tab} z" fill="{fill}" stroke="{stroke}"/>'
            )
        shapes.append(_rect(r, rx, f'fill="{fill}"', stroke))
    lines = [line for line in box.lines if line]
    top = r.y + r.h / 2 - LINE * len(lines) / 2 + 10.5
    spans = "".join(
        f'<tspan x="{r.x + r.w / 2:.1f}" y="{top + k * LINE:.1f}">{_clean(line)}</tspan>'
        for k, line in enumerate(lines)
    )
    return f'<g>{"".join(shapes)}<text text-anchor="middle" fill="#111">{spans}</text></g>'


def _rect(r: Rect, rx: float, fill: str, stroke: str) -> str:
    return (
        f'<rect x="{r.x:.1f}" y="{r.y:.1f}" width="{r.w:.1f}" height="{r.h:.1f}" rx="{rx:g}" {fill} stroke="{stroke}"/>'
    )


def bezier(points: list[Point], sideways: bool) -> list[tuple[Point, Point, Point]]:
    """A smooth curve from the first point on: two control points and the end of each piece."""
    pieces = []
    for (x0, y0), (x1, y1) in pairwise(points):
        mx, my = (x0 + x1) / 2, (y0 + y1) / 2
        pieces.append(((mx, y0), (mx, y1), (x1, y1)) if sideways else ((x0, my), (x1, my), (x1, y1)))
    return pieces


def _wire(arrow: Arrow, points: list[Point], drawing: Drawing) -> str:
    x, y = points[0]
    path = f"M{x:.1f},{y:.1f}" + "".join(
        " C" + " ".join(f"{px:.1f},{py:.1f}" for px, py in piece) for piece in bezier(points, drawing.sideways)
    )
    colour, tip, dashed = (FAINT, "faint", ' stroke-dasharray="5 4"') if arrow.faint else (WIRE, "tip", "")
    return f'<path d="{path}" fill="none" stroke="{colour}"{dashed} marker-end="url(#{tip})"/>'


def _label(text: str, at: Point) -> str:
    return (
        f'<text x="{at[0]:.1f}" y="{at[1] + 3:.1f}" font-size="10" text-anchor="middle" fill="#111" stroke="white" '
        f'stroke-width="4" stroke-linejoin="round" paint-order="stroke">{_clean(text)}</text>'
    )


def _clean(text: str) -> str:
    """Text that is safe between tags, whatever it holds."""
    return escape(visible_text(text))
