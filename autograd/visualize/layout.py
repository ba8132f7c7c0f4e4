"""Where things go in a picture, without Graphviz: every frame is laid out in layers, the inner ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from autograd.visualize.scene import Arrow, Box, Group, Scene

MOST = 250
"""A picture of more boxes than this is folded before it is laid out in Python."""
LINE = 14.0
"""The height of a line of text, of 11 units in size."""
_GAP = 16.0
_PAD = 12.0
_IN, _OUT = "in", "out"

Point = tuple[float, float]


@dataclass(slots=True)
class Rect:
    """A place, by its upper left corner and its size."""

    x: float
    y: float
    w: float
    h: float


@dataclass(slots=True)
class Drawing:
    """A scene with places: of boxes, of frames (the outer first), and the points that arrows pass, tail first."""

    width: float
    height: float
    boxes: list[tuple[Box, Rect]] = field(default_factory=list)
    frames: list[tuple[Group, Rect]] = field(default_factory=list)
    arrows: list[tuple[Arrow, list[Point], Point]] = field(default_factory=list)
    sideways: bool = True


def text_width(text: str, size: float = 11.0) -> float:
    """About how wide a text is in a sans-serif type."""
    wide = sum(1.5 if c in "mwMW@—…↦" else 0.6 if c in "iljtfrI.,:;|()[]' ·" else 1.05 for c in text)
    return wide * size * 0.56


def place(scene: Scene) -> Drawing:
    """Lay a scene out."""
    sideways = scene.rankdir in ("LR", "RL")
    widest = max((text_width(a.label, 10) for a in scene.arrows if a.label), default=0.0)
    between = widest + 26 if sideways else (44.0 if widest else 32.0)
    layout = _Layout(scene, sideways, between)
    width, height = layout.size(scene.root)
    drawing = Drawing(width, height, sideways=sideways)
    layout.emit(scene.root, 0.0, 0.0, drawing)
    drawing.frames = drawing.frames[1:]
    for arrow in scene.arrows:
        points, label = layout.route(arrow)
        drawing.arrows.append((arrow, points, label))
    if scene.rankdir in ("RL", "BT"):
        _mirror(drawing)
    return drawing


class _Layout:
    """Places in a flow that goes down; `sideways` exchanges the axes when a place is asked for."""

    def __init__(self, scene: Scene, sideways: bool, between: float) -> None:
        self.sideways, self.between = sideways, between
        self.chain: dict[str, list[Group]] = {}
        """The groups around each box, outermost first."""
        self._at: dict[str, dict[Any, _Spot]] = {}
        self._bends: dict[str, dict[tuple[Any, Any], list[tuple[float, float, float]]]] = {}
        self._origin: dict[str, Point] = {}
        self._sizes: dict[str, Point] = {}
        self._enclose(scene.root)
        self.edges: dict[str, dict[tuple[Any, Any], None]] = {}
        for arrow in scene.arrows:
            for group, a, b in self._legs(arrow):
                self.edges.setdefault(group.key, {})[a, b] = None
        for group in self._inner_first(scene.root):
            self._arrange(group)

    def _enclose(self, root: Group) -> None:
        stack = [(root, [root])]
        while stack:
            group, chain = stack.pop()
            for part in group.parts:
                if isinstance(part, Box):
                    self.chain[part.key] = chain
                else:
                    stack.append((part, [*chain, part]))

    def _inner_first(self, root: Group) -> Iterable[Group]:
        order = [root]
        for group in order:
            order.extend(p for p in group.parts if isinstance(p, Group))
        return reversed(order)

    def _legs(self, arrow: Arrow) -> list[tuple[Group, Any, Any]]:
        """The stretches of an arrow, one in each frame it passes, tail first: out of frames, across, into frames."""
        up, down = self.chain[arrow.tail], self.chain[arrow.head]
        shared = 0
        while shared < min(len(up), len(down)) and up[shared] is down[shared]:
            shared += 1
        tails = [*(g.key for g in up[1:]), arrow.tail]
        heads = [*(g.key for g in down[1:]), arrow.head]
        legs: list[tuple[Group, Any, Any]] = [(up[k], tails[k], _OUT) for k in range(len(up) - 1, shared - 1, -1)]
        legs.append((up[shared - 1], tails[shared - 1], heads[shared - 1]))
        return legs + [(down[k], _IN, heads[k]) for k in range(shared, len(down))]

    def _measure(self, part: Box | Group) -> Point:
        if isinstance(part, Group):
            return self._sizes[part.key]
        lines = [line for line in part.lines if line]
        w, h = max(map(text_width, lines), default=8.0) + 18, LINE * len(lines) + 12
        if part.role in ("input", "constant"):
            w, h = w * 1.2, h * 1.25
        return (h, w) if self.sideways else (w, h)

    def _arrange(self, group: Group) -> None:
        """Lay out what is directly in a group: sizes and spots in the group's own coordinates."""
        measured: dict[Any, Point] = {part.key: self._measure(part) for part in group.parts}
        edges = list(self.edges.get(group.key, {}))
        for port in (_IN, _OUT):
            if any(port in edge for edge in edges):
                measured[port] = (1.0, 1.0)
        spots, bends = layers(measured, edges, self.between)
        head = 18.0 if group.title else 0.0
        left, top = (_PAD + head, _PAD) if self.sideways else (_PAD, _PAD + head)
        passing = [x for way in bends.values() for x, _, _ in way]
        across = max([*(s.x + s.w / 2 for s in spots.values()), *passing], default=0.0)
        along = max((s.end for s in spots.values()), default=0.0)
        if group.title:
            title = text_width(group.title) + 8
            across, along = (across, max(along, title)) if self.sideways else (max(across, title), along)
        for spot in spots.values():
            spot.move(left, top)
        self._at[group.key] = spots
        self._bends[group.key] = {e: [(x + left, a + top, b + top) for x, a, b in way] for e, way in bends.items()}
        self._sizes[group.key] = (across + left + _PAD, along + top + _PAD)

    def size(self, group: Group) -> Point:
        """Width and height of a group."""
        across, along = self._sizes[group.key]
        return (along, across) if self.sideways else (across, along)

    def emit(self, root: Group, x: float, y: float, drawing: Drawing) -> None:
        """Enter the places of all that is in a group whose corner (in the flow's axes) is given."""
        stack = [(root, x, y)]
        while stack:
            group, x, y = stack.pop()
            self._origin[group.key] = (x, y)
            drawing.frames.append((group, self._rect(x, y, *self._sizes[group.key])))
            for part in group.parts:
                spot = self._at[group.key][part.key]
                left, top = x + spot.x - spot.w / 2, y + spot.y
                if isinstance(part, Group):
                    stack.append((part, left, top))
                else:
                    drawing.boxes.append((part, self._rect(left, top, spot.w, spot.h)))

    def _rect(self, x: float, y: float, w: float, h: float) -> Rect:
        return Rect(y, x, h, w) if self.sideways else Rect(x, y, w, h)

    def route(self, arrow: Arrow) -> tuple[list[Point], Point]:
        """The points an arrow passes, and where its label stands."""
        points: list[Point] = []
        leaves = 0
        for group, a, b in self._legs(arrow):
            ox, oy = self._origin[group.key]
            spots = self._at[group.key]
            if a == arrow.tail:
                points.append((ox + spots[a].x, oy + spots[a].y + spots[a].h))
            if a in spots and not points:
                points.append((ox + spots[a].x, oy + spots[a].y))
            points.append((points[-1][0], oy + spots[a].end))
            leaves = leaves or len(points) - 1
            for x, start, end in self._bends[group.key].get((a, b), []):
                points += [(ox + x, oy + start), (ox + x, oy + end)]
            if b == arrow.head:
                points += [(ox + spots[b].x, oy + spots[b].start), (ox + spots[b].x, oy + spots[b].y)]
            elif b == _OUT:
                points.append((ox + spots[b].x, oy + spots[b].y))
            else:
                inner = self._at[b].get(_IN)
                assert inner is not None
                x, y = ox + spots[b].x - spots[b].w / 2, oy + spots[b].y
                points += [(x + inner.x, oy + spots[b].start), (x + inner.x, y + inner.y)]
        (x0, y0), (x1, y1) = points[leaves], points[leaves + 1]
        label = ((x0 + x1) / 2, (y0 + y1) / 2)
        points = [p for k, p in enumerate(points) if k == 0 or p != points[k - 1]]
        return [self._point(p) for p in points], self._point(label)

    def _point(self, p: Point) -> Point:
        return (p[1], p[0]) if self.sideways else p


@dataclass(slots=True)
class _Spot:
    """A place in layers: `x` the middle, `y` the upper edge, `start` and `end` those of its layer."""

    x: float
    y: float
    w: float
    h: float
    start: float
    end: float

    def move(self, dx: float, dy: float) -> None:
        self.x, self.y, self.start, self.end = self.x + dx, self.y + dy, self.start + dy, self.end + dy


def layers(
    measured: dict[Any, Point], edges: list[tuple[Any, Any]], between: float
) -> tuple[dict[Any, _Spot], dict[tuple[Any, Any], list[tuple[float, float, float]]]]:
    """Place vertices of known sizes in layers, flowing down; also where edges cross the layers they pass.

    A crossing is (x, start of the layer, end of the layer). The edges must not form a cycle.
    """
    ranks = _ranks(measured, edges)
    try:
        from grandalf.graphs import Edge, Graph, Vertex
        from grandalf.layouts import Layer, SugiyamaLayout, VertexViewer
    except ImportError:
        return _rows(measured, ranks, between), {}

    class Layered(SugiyamaLayout):  # type: ignore[misc]
        """Layers as they are given, instead of every source in the first."""

        def rank_all(self, roots: Any, optimize: bool = False) -> None:
            lowest = min(ranks[v.data] for v in self.g.sV)
            self._edge_inverter()
            for v in self.g.sV:
                self.grx[v].rank = ranks[v.data] - lowest
                while len(self.layers) <= self.grx[v].rank:
                    self.layers.append(Layer())
                self.layers[self.grx[v].rank].append(v)
            self._edge_inverter()

    vertices = {key: Vertex(key) for key in measured}
    for key, vertex in vertices.items():
        vertex.view = VertexViewer(*measured[key])
    graph = Graph(list(vertices.values()), [Edge(vertices[a], vertices[b]) for a, b in edges])
    spots: dict[Any, _Spot] = {}
    bends: dict[tuple[Any, Any], list[tuple[float, float, float]]] = {}
    offset = 0.0
    for component in graph.C:
        layered = Layered(component)
        layered.xspace, layered.yspace = _GAP, between
        layered.init_all(roots=[v for v in component.sV if not v.e_in()], inverted_edges=[])
        for layer in layered.layers:
            for v in layer:
                if layered.grx[v].dummy:
                    v.view.w = v.view.h = 4.0
        for _ in range(4):
            for _step in layered.ordering_step():
                pass
        layered.setxy()
        bounds = []
        for layer in layered.layers:
            _part(layer)
            height = max(v.view.h for v in layer)
            middle = layer[0].view.xy[1]
            bounds.append((middle - height / 2, middle + height / 2))
        everything = [v for layer in layered.layers for v in layer]
        left = min(v.view.xy[0] - v.view.w / 2 for v in everything)
        right = max(v.view.xy[0] + v.view.w / 2 for v in everything)
        for v in component.sV:
            start, end = bounds[layered.grx[v].rank]
            (x, y), (w, h) = v.view.xy, measured[v.data]
            spots[v.data] = _Spot(x - left + offset, y - h / 2, w, h, start, end)
        for edge, crossings in layered.ctrls.items():
            inner = sorted(r for r, d in crossings.items() if d.view.xy and layered.grx[d].dummy)
            way = [(crossings[r].view.xy[0] - left + offset, *bounds[r]) for r in inner]
            bends[edge.v[0].data, edge.v[1].data] = way
        offset += right - left + _GAP
    return spots, bends


def _ranks(keys: Iterable[Any], edges: list[tuple[Any, Any]]) -> dict[Any, int]:
    """The layer of each vertex: after all it depends on; what depends on nothing stands just before its first user."""
    after: dict[Any, list[Any]] = {key: [] for key in keys}
    waiting = dict.fromkeys(after, 0)
    for a, b in edges:
        after[a].append(b)
        waiting[b] += 1
    ranks = dict.fromkeys(after, 0)
    ready = [key for key, n in waiting.items() if n == 0]
    sources = list(ready)
    for key in ready:
        for b in after[key]:
            ranks[b] = max(ranks[b], ranks[key] + 1)
            waiting[b] -= 1
            if waiting[b] == 0:
                ready.append(b)
    for key in sources:
        if after[key] and key != _IN:
            ranks[key] = min(ranks[b] for b in after[key]) - 1
    return ranks


def _rows(measured: dict[Any, Point], ranks: dict[Any, int], between: float) -> dict[Any, _Spot]:
    """Every layer a centred row in the given order: what can be had without grandalf."""
    rows: dict[int, list[Any]] = {}
    for key, rank in ranks.items():
        rows.setdefault(rank, []).append(key)
    widths = {r: sum(measured[k][0] + _GAP for k in row) - _GAP for r, row in rows.items()}
    spots, y = {}, 0.0
    for rank in sorted(rows):
        x, height = (max(widths.values()) - widths[rank]) / 2, max(measured[k][1] for k in rows[rank])
        for key in rows[rank]:
            w, h = measured[key]
            spots[key] = _Spot(x + w / 2, y + (height - h) / 2, w, h, y, y + height)
            x += w + _GAP
        y += height + between
    return spots


def _part(layer: Any) -> None:
    """Push neighbours in a layer apart where they overlap, about their common middle."""
    moved, before = [], None
    for v in layer:
        x = v.view.xy[0]
        if before is not None:
            x = max(x, moved[-1] + (before.view.w + v.view.w) / 2 + _GAP)
        moved.append(x)
        before = v
    shift = sum(new - v.view.xy[0] for new, v in zip(moved, layer)) / len(moved)
    for new, v in zip(moved, layer):
        v.view.xy = (new - shift, v.view.xy[1])


def _mirror(drawing: Drawing) -> None:
    """Let the flow run the other way."""

    def turned(p: Point) -> Point:
        return (drawing.width - p[0], p[1]) if drawing.sideways else (p[0], drawing.height - p[1])

    for _, r in (*drawing.boxes, *drawing.frames):
        if drawing.sideways:
            r.x = drawing.width - r.x - r.w
        else:
            r.y = drawing.height - r.y - r.h
    drawing.arrows = [(a, [turned(p) for p in points], turned(label)) for a, points, label in drawing.arrows]
