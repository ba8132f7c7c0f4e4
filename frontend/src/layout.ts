// Where the boxes and lines go. Each open module is laid out by itself, in dagre's layers, and is then one box in the
// module around it; lines enter and leave it through a port on either side. So a picture of any depth stays orderly,
// and is as quick as its largest module.
import { Graph, layout as place } from "@dagrejs/dagre";
import type { Group, Visible } from "./tree";

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export type Box = Point & Size;

export interface Line {
  from: string;
  to: string;
  points: Point[];
  label?: Point;
}

export interface Layout {
  boxes: Map<string, Box>;
  /** The frames of open groups, the outer before the inner. */
  frames: { id: number; box: Box }[];
  lines: Line[];
  width: number;
  height: number;
}

const PAD = { side: 10, top: 26, bottom: 10 };
const MARGIN = 24;
/** Room between two rows of a picture that is broken, as text is into lines. */
const LEADING = 46;
const IN = "in";
const OUT = "out";
const ROOT = -1;

interface Part {
  lists: { keys: string[]; groups: Group[] };
  edges: Map<string, [string, string]>;
  boxes: Map<string, Box>;
  lines: Map<string, { points: Point[]; label?: Point }>;
  size: Size;
}

export function layout(
  visible: Visible,
  sizes: Map<string, Size>,
  labels: Map<string, Size>,
  direction: "LR" | "TB",
  parentOf: (key: string) => number | null,
  stage: Size,
): Layout {
  const open = new Map(visible.open.map((g) => [g.id, g]));
  const parts = new Map<number, Part>();
  const part = (id: number): Part => {
    let found = parts.get(id);
    if (!found) {
      found = { lists: { keys: [], groups: [] }, edges: new Map(), boxes: new Map(), lines: new Map(), size: { width: 0, height: 0 } };
      parts.set(id, found);
    }
    return found;
  };
  const homeOf = (id: number | null) => (id !== null && open.has(id) ? id : ROOT);
  const above = (id: number) => homeOf(open.get(id)?.parent?.id ?? null);
  part(ROOT);
  for (const { key } of visible.items) part(homeOf(parentOf(key))).lists.keys.push(key);
  for (const group of visible.open) part(above(group.id)).lists.groups.push(group);

  // Which piece of each line lies in which group.
  const chain = (key: string) => {
    const found = [homeOf(parentOf(key))];
    while (found[found.length - 1] !== ROOT) found.push(above(found[found.length - 1]));
    return found;
  };
  const routes = visible.edges.map((edge) => {
    const [up, down] = [chain(edge.from), chain(edge.to)];
    const common = up.find((id) => down.includes(id))!;
    const pieces: [number, string][] = [];
    const add = (id: number, from: string, to: string) => {
      part(id).edges.set(`${from}>${to}`, [from, to]);
      pieces.push([id, `${from}>${to}`]);
    };
    let source = edge.from;
    for (const id of up.slice(0, up.indexOf(common))) {
      add(id, source, OUT);
      source = `m${id}`;
    }
    const entered = down.slice(0, down.indexOf(common)).reverse();
    add(common, source, entered.length ? `m${entered[0]}` : edge.to);
    entered.forEach((id, k) => add(id, IN, k + 1 < entered.length ? `m${entered[k + 1]}` : edge.to));
    return { edge, pieces };
  });

  const arrange = (id: number): Size => {
    const here = part(id);
    const all = new Map<string, Size>();
    for (const key of here.lists.keys) all.set(key, sizes.get(key)!);
    for (const group of here.lists.groups) {
      const { width, height } = arrange(group.id);
      all.set(`m${group.id}`, { width: width + 2 * PAD.side, height: height + PAD.top + PAD.bottom });
    }
    arrangePart(here, all, labels, direction, stage);
    return here.size;
  };
  const { width, height } = arrange(ROOT);

  const layout: Layout = { boxes: new Map(), frames: [], lines: [], width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  const corners = new Map<number, Point>();
  const settle = (id: number, corner: Point) => {
    const here = part(id);
    corners.set(id, corner);
    for (const key of here.lists.keys) {
      const box = here.boxes.get(key)!;
      layout.boxes.set(key, { ...box, x: box.x + corner.x, y: box.y + corner.y });
    }
    for (const group of here.lists.groups) {
      const box = here.boxes.get(`m${group.id}`)!;
      const [x, y] = [box.x + corner.x, box.y + corner.y];
      layout.frames.push({ id: group.id, box: { ...box, x, y } });
      settle(group.id, { x: x - box.width / 2 + PAD.side, y: y - box.height / 2 + PAD.top });
    }
  };
  settle(ROOT, { x: MARGIN, y: MARGIN });

  const frames = new Map(layout.frames.map((f) => [f.id, f.box]));
  for (const { edge, pieces } of routes) {
    const points: Point[] = [];
    let label: Point | undefined;
    for (const [id, name] of pieces) {
      const corner = corners.get(id)!;
      const line = part(id).lines.get(name)!;
      const moved = line.points.map((p) => ({ x: p.x + corner.x, y: p.y + corner.y }));
      const [from, to] = part(id).edges.get(name)!;
      const port = (which: string, end: Point) => {
        const frame = frames.get(id)!;
        const sign = which === IN ? -1 : 1;
        return direction === "LR" ? { x: frame.x + (sign * frame.width) / 2, y: end.y } : { x: end.x, y: frame.y + (sign * frame.height) / 2 };
      };
      if (points.length && from !== IN) moved.shift(); // it leaves from the port just reached
      else if (!points.length && from === IN) moved[0] = port(IN, moved[0]);
      if (to === OUT) moved[moved.length - 1] = port(OUT, moved[moved.length - 1]);
      if (/^m/.test(to)) {
        const inner = part(Number(to.slice(1)));
        const start = inner.boxes.get(IN)!;
        const at = corners.get(Number(to.slice(1)))!;
        const frame = frames.get(Number(to.slice(1)))!;
        moved[moved.length - 1] = direction === "LR" ? { x: frame.x - frame.width / 2, y: start.y + at.y } : { x: start.x + at.x, y: frame.y - frame.height / 2 };
      }
      points.push(...moved);
      if (line.label) label = { x: line.label.x + corner.x, y: line.label.y + corner.y };
    }
    layout.lines.push({ from: edge.from, to: edge.to, points, label });
  }
  return layout;
}

function arrangePart(here: Part, sizes: Map<string, Size>, labels: Map<string, Size>, direction: "LR" | "TB", stage: Size): void {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({
    rankdir: direction,
    nodesep: direction === "LR" ? 14 : 22,
    ranksep: direction === "LR" ? 42 : 34,
    edgesep: 10,
    ranker: sizes.size > 150 ? "longest-path" : "network-simplex",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [key, size] of sizes) graph.setNode(key, { ...size });
  for (const [from, to] of here.edges.values()) {
    for (const port of [from, to]) if ((port === IN || port === OUT) && !graph.hasNode(port)) graph.setNode(port, direction === "LR" ? { width: 1, height: 18 } : { width: 18, height: 1 });
    const size = labels.get(`${from}>${to}`);
    graph.setEdge(from, to, size ? { ...size, labelpos: "c" } : {});
  }
  place(graph);
  for (const key of graph.nodes()) {
    const { x, y, width, height } = graph.node(key) as Box;
    here.boxes.set(key, { x, y, width, height });
  }
  for (const [name, [from, to]] of here.edges) {
    const laid = graph.edge(from, to) as { points: Point[]; x?: number; y?: number };
    const label = labels.has(name) && laid.x !== undefined ? { x: laid.x, y: laid.y! } : undefined;
    here.lines.set(name, { points: laid.points.map(({ x, y }) => ({ x, y })), label });
  }
  if (direction === "LR") wrap(here, breaks(here.boxes, stage));
  const edge = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const include = (x: number, y: number) => {
    edge.left = Math.min(edge.left, x);
    edge.right = Math.max(edge.right, x);
    edge.top = Math.min(edge.top, y);
    edge.bottom = Math.max(edge.bottom, y);
  };
  for (const { x, y, width, height } of here.boxes.values()) {
    include(x - width / 2, y - height / 2);
    include(x + width / 2, y + height / 2);
  }
  for (const { points } of here.lines.values()) for (const { x, y } of points) include(x, y);
  for (const box of here.boxes.values()) (box.x -= edge.left), (box.y -= edge.top);
  for (const { points, label } of here.lines.values())
    for (const point of label ? [...points, label] : points) (point.x -= edge.left), (point.y -= edge.top);
  here.size = { width: edge.right - edge.left, height: edge.bottom - edge.top };
}

/** Where a long picture is broken into rows: between boxes, so that the stage is filled. */
function breaks(boxes: Map<string, Box>, stage: Size): number[] {
  let [right, bottom] = [0, 0];
  const spans: [number, number][] = [];
  for (const { x, y, width, height } of boxes.values()) {
    right = Math.max(right, x + width / 2);
    bottom = Math.max(bottom, y + height / 2);
    spans.push([x - width / 2, x + width / 2]);
  }
  if (right * 0.8 <= stage.width) return [];
  const rows = Math.min(12, Math.round(Math.sqrt((right / (bottom + LEADING)) * (stage.height / Math.max(stage.width, 1)))));
  if (rows < 2) return [];
  spans.sort((a, b) => a[0] - b[0]);
  const gaps: number[] = [];
  let end = spans[0][1];
  for (const [from, to] of spans) {
    if (from > end + 8) gaps.push((from + end) / 2);
    end = Math.max(end, to);
  }
  const cuts = new Set<number>();
  for (let k = 1; k < rows && gaps.length; k++) {
    const wanted = (right * k) / rows;
    const nearest = gaps.reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a));
    if (Math.abs(nearest - wanted) < right / rows / 2) cuts.add(nearest);
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Move everything right of each cut to a row below; lines go on there, as a sentence does on the next line. */
function wrap(here: Part, cuts: number[]): void {
  if (!cuts.length) return;
  const rowOf = (x: number) => cuts.filter((cut) => x > cut).length;
  const top = [...cuts, 0].map(() => Infinity);
  const bottom = top.map(() => -Infinity);
  const grow = (x: number, from: number, to: number) => {
    const row = rowOf(x);
    top[row] = Math.min(top[row], from);
    bottom[row] = Math.max(bottom[row], to);
  };
  for (const { x, y, height } of here.boxes.values()) grow(x, y - height / 2, y + height / 2);
  for (const { points } of here.lines.values()) for (const { x, y } of points) grow(x, y, y);
  const starts = [0, ...cuts];
  const down: number[] = [];
  let y = 0;
  top.forEach((from, row) => {
    down.push(y - from);
    y += bottom[row] - from + LEADING;
  });
  const moved = ({ x, y }: Point, row = rowOf(x)): Point => ({ x: x - starts[row] + 16, y: y + down[row] });
  for (const box of here.boxes.values()) Object.assign(box, moved(box));
  for (const line of here.lines.values()) {
    if (line.label) line.label = moved(line.label);
    const points: Point[] = [];
    line.points.forEach((point, k) => {
      const row = rowOf(point.x);
      for (let r = k ? rowOf(line.points[k - 1].x) : row; r < row; r++) {
        const right = cuts[r] - starts[r] + 16;
        const between = down[r] + bottom[r] + LEADING / 2;
        const next = r + 1 === row ? point.y + down[row] : down[r + 1] + bottom[r + 1] + LEADING / 2;
        points.push({ x: right, y: points[points.length - 1].y }, { x: right, y: between }, { x: 0, y: between }, { x: 0, y: next });
      }
      points.push(moved(point, row));
    });
    line.points = points;
  }
}

/** A line through points with rounded corners, as an SVG path. */
export function curve(points: Point[]): string {
  const at = ({ x, y }: Point) => `${x.toFixed(1)},${y.toFixed(1)}`;
  if (points.length < 3) return `M${points.map(at).join("L")}`;
  const far = points.some((p, k) => k > 0 && Math.abs(p.x - points[k - 1].x) > 4 * 60 && Math.abs(p.y - points[k - 1].y) < 1);
  let path = `M${at(points[0])}`;
  for (let k = 1; k < points.length - 1; k++) {
    const [o, p, q] = [points[k - 1], points[k], points[k + 1]];
    if (far) {
      const toward = (to: Point) => {
        const length = Math.hypot(to.x - p.x, to.y - p.y) || 1;
        const t = Math.min(14, length / 2) / length;
        return { x: p.x + (to.x - p.x) * t, y: p.y + (to.y - p.y) * t };
      };
      path += `L${at(toward(o))}Q${at(p)} ${at(toward(q))}`;
      if (k === points.length - 2) path += `L${at(q)}`;
    } else {
      const end = k === points.length - 2 ? q : { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
      path += `Q${at(p)} ${at(end)}`;
    }
  }
  return path;
}
