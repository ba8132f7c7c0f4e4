// Where the boxes and lines go: dagre's layered layout.
import { Graph, layout as place } from "@dagrejs/dagre";
import type { Visible } from "./tree";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  from: string;
  to: string;
  points: { x: number; y: number }[];
  label?: { x: number; y: number };
}

export interface Layout {
  boxes: Map<string, Box>;
  /** The frames of open groups: one a row in which a group has members. */
  clusters: { id: number; box: Box; first: boolean }[];
  lines: Line[];
  width: number;
  height: number;
}

type Size = { width: number; height: number };

export function layout(
  visible: Visible,
  sizes: Map<string, Size>,
  labels: Map<string, Size>,
  direction: "LR" | "TB",
  parentOf: (key: string) => number | null,
  stage: Size,
): Layout {
  for (const compound of visible.open.length ? [true, false] : [false]) {
    try {
      return arrange(visible, sizes, labels, direction, parentOf, compound, stage);
    } catch (error) {
      if (!compound) throw error;
    }
  }
  throw new Error("unreachable");
}

function arrange(
  visible: Visible,
  sizes: Map<string, Size>,
  labels: Map<string, Size>,
  direction: "LR" | "TB",
  parentOf: (key: string) => number | null,
  compound: boolean,
  stage: Size,
): Layout {
  const graph = new Graph({ compound, multigraph: false });
  const many = visible.items.length > 120;
  graph.setGraph({
    rankdir: direction,
    nodesep: direction === "LR" ? 14 : 22,
    ranksep: direction === "LR" ? 42 : 34,
    edgesep: 10,
    marginx: 24,
    marginy: 24,
    ranker: many ? "longest-path" : "network-simplex",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key } of visible.items) graph.setNode(key, { ...sizes.get(key)! });
  if (compound) {
    const shown = new Set(visible.open.map((g) => g.id));
    const used = new Set<number>();
    const use = (id: number | null) => {
      while (id !== null && !used.has(id)) {
        used.add(id);
        id = visible.open.find((g) => g.id === id)?.parent?.id ?? null;
        if (id !== null && !shown.has(id)) id = null;
      }
    };
    const parents = new Map(visible.items.map(({ key }) => [key, parentOf(key)] as const));
    for (const id of parents.values()) if (id !== null && shown.has(id)) use(id);
    for (const id of used) graph.setNode(`m${id}`, {});
    for (const group of visible.open)
      if (used.has(group.id) && group.parent && used.has(group.parent.id)) graph.setParent(`m${group.id}`, `m${group.parent.id}`);
    for (const [key, id] of parents) if (id !== null && used.has(id)) graph.setParent(key, `m${id}`);
  }
  for (const edge of visible.edges) {
    const size = labels.get(`${edge.from}>${edge.to}`);
    graph.setEdge(edge.from, edge.to, size ? { ...size, labelpos: "c" } : {});
  }
  place(graph);
  const boxes = new Map<string, Box>();
  for (const { key } of visible.items) {
    const { x, y, width, height } = graph.node(key) as Box;
    if (!Number.isFinite(x + y)) throw new Error("no place found");
    boxes.set(key, { x, y, width, height });
  }
  const lines = visible.edges.map((edge) => {
    const laid = graph.edge(edge.from, edge.to) as { points: { x: number; y: number }[]; x?: number; y?: number };
    const label = labels.has(`${edge.from}>${edge.to}`) && laid.x !== undefined ? { x: laid.x, y: laid.y! } : undefined;
    return { from: edge.from, to: edge.to, points: laid.points, label };
  });
  const cuts = direction === "LR" ? breaks(boxes, stage) : [];
  const rowOf = (x: number) => cuts.filter((cut) => x > cut).length;
  const rows = new Map([...boxes].map(([key, box]) => [key, rowOf(box.x)]));
  const clusters = bounds(visible, boxes, parentOf, rows);
  const broken = cuts.length ? wrap(boxes, clusters, lines, cuts, rowOf) : lines;
  let width = 0;
  let height = 0;
  for (const box of [...boxes.values(), ...clusters.map((c) => c.box)]) {
    width = Math.max(width, box.x + box.width / 2 + 24);
    height = Math.max(height, box.y + box.height / 2 + 24);
  }
  return { boxes, clusters, lines: broken, width, height };
}

/** Where a long picture is broken into rows, as text is into lines: between boxes, so that the stage is filled. */
function breaks(boxes: Map<string, Box>, stage: Size): number[] {
  let [right, bottom] = [0, 0];
  const spans: [number, number][] = [];
  for (const { x, y, width, height } of boxes.values()) {
    right = Math.max(right, x + width / 2);
    bottom = Math.max(bottom, y + height / 2);
    spans.push([x - width / 2, x + width / 2]);
  }
  const aspect = stage.width / Math.max(stage.height, 1);
  if (right * 0.8 <= stage.width) return [];
  const rows = Math.min(12, Math.round(Math.sqrt(right / (bottom + 50) / aspect)));
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

type Frame = Layout["clusters"][number];

/** Move everything right of each cut to a row below; lines go on there, as a sentence does on the next line. */
function wrap(boxes: Map<string, Box>, clusters: Frame[], lines: Line[], cuts: number[], rowOf: (x: number) => number): Line[] {
  const top: number[] = cuts.map(() => Infinity).concat(Infinity);
  const bottom: number[] = cuts.map(() => -Infinity).concat(-Infinity);
  const grow = (row: number, from: number, to: number) => {
    top[row] = Math.min(top[row], from);
    bottom[row] = Math.max(bottom[row], to);
  };
  for (const { x, y, height } of boxes.values()) grow(rowOf(x), y - height / 2, y + height / 2);
  for (const { box } of clusters) grow(rowOf(box.x), box.y - box.height / 2, box.y + box.height / 2);
  const starts = [0, ...cuts];
  const down: number[] = [];
  let y = 24;
  top.forEach((from, row) => {
    if (!Number.isFinite(from)) (top[row] = 0), (bottom[row] = 0);
    down.push(y - top[row]);
    y += bottom[row] - top[row] + 56;
  });
  const move = (point: { x: number; y: number }, row = rowOf(point.x)) => {
    point.x += 24 - starts[row];
    point.y += down[row];
  };
  const ends = cuts.map((cut, row) => cut - starts[row] + 24);
  for (const box of boxes.values()) move(box);
  for (const { box } of clusters) move(box);
  return lines.map((line) => {
    const label = line.label ? { ...line.label } : undefined;
    if (label) move(label);
    const points: { x: number; y: number }[] = [];
    line.points.forEach((point, k) => {
      const row = rowOf(point.x);
      const before = k ? rowOf(line.points[k - 1].x) : row;
      for (let r = before; r < row; r++) {
        const last = points[points.length - 1];
        const between = down[r] + bottom[r] + 28;
        const next = r + 1 === row ? point.y + down[row] : down[r + 1] + bottom[r + 1] + 14;
        points.push({ x: ends[r], y: last.y }, { x: ends[r], y: between }, { x: 10, y: between }, { x: 10, y: next });
      }
      const moved = { ...point };
      move(moved, row);
      points.push(moved);
    });
    return { ...line, points, label };
  });
}

/** A rectangle around the members of each open group, in each row. */
function bounds(visible: Visible, boxes: Map<string, Box>, parentOf: (key: string) => number | null, rows: Map<string, number>): Frame[] {
  const byId = new Map(visible.open.map((g) => [g.id, g]));
  const depth = (id: number) => {
    let count = 0;
    for (let at = byId.get(id)?.parent; at && byId.has(at.id); at = at.parent) count++;
    return count;
  };
  const sides = new Map<number, Map<number, number[]>>();
  const include = (id: number | null, row: number, [l, t, r, b]: number[]) => {
    if (id === null || !byId.has(id)) return;
    const mine = sides.get(id) ?? new Map<number, number[]>();
    sides.set(id, mine);
    const old = mine.get(row) ?? [Infinity, Infinity, -Infinity, -Infinity];
    mine.set(row, [Math.min(old[0], l), Math.min(old[1], t), Math.max(old[2], r), Math.max(old[3], b)]);
  };
  for (const [key, { x, y, width, height }] of boxes)
    include(parentOf(key), rows.get(key)!, [x - width / 2, y - height / 2, x + width / 2, y + height / 2]);
  const made: Frame[] = [];
  for (const group of [...visible.open].sort((a, b) => depth(b.id) - depth(a.id))) {
    const mine = [...(sides.get(group.id) ?? [])].sort(([a], [b]) => a - b);
    mine.forEach(([row, side], k) => {
      const [l, t, r, b] = [side[0] - 8, side[1] - 22, side[2] + 8, side[3] + 8];
      made.push({ id: group.id, box: { x: (l + r) / 2, y: (t + b) / 2, width: r - l, height: b - t }, first: k === 0 });
      include(group.parent?.id ?? null, row, [l, t, r, b]);
    });
  }
  return made;
}

/** A line through points with rounded corners, as an SVG path. */
export function curve(points: { x: number; y: number }[]): string {
  const at = ({ x, y }: { x: number; y: number }) => `${x.toFixed(1)},${y.toFixed(1)}`;
  if (points.length < 3) return `M${points.map(at).join("L")}`;
  const far = points.some((p, k) => k > 0 && Math.abs(p.x - points[k - 1].x) > 4 * 60 && Math.abs(p.y - points[k - 1].y) < 1);
  let path = `M${at(points[0])}`;
  for (let k = 1; k < points.length - 1; k++) {
    const [o, p, q] = [points[k - 1], points[k], points[k + 1]];
    if (far) {
      const toward = (to: { x: number; y: number }) => {
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
