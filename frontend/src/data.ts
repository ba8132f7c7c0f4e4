// The graph as autograd/visualize/explore.py writes it, and what follows from it.

export type Num = number | string | boolean;

export interface Pixels {
  pixels: string;
  min: Num;
  max: Num;
  height: number;
  width: number;
}

export interface Images extends Pixels {
  count: number;
  of: number;
  colours: number;
}

export interface ArrayPicture {
  shape: number[];
  dtype: string;
  numbers?: Num[];
  min?: Num;
  max?: Num;
  mean?: Num;
  std?: Num;
  rms?: Num;
  zero?: number;
  nan?: number;
  inf?: number;
  bins?: number[];
  low?: Num;
  high?: Num;
  heat?: Pixels;
  images?: Images;
}

export type Picture = Num | null | ArrayPicture | { several: number };

export interface Pass {
  to: number;
  text: string;
  nth?: number;
  of?: number;
  total?: string;
  local?: Num;
  localText?: string;
}

export interface Cell {
  kind: "parameter" | "input" | "constant" | "operation";
  symbol: string;
  value: Picture;
  adjoint?: Picture;
  size?: Num;
  slope?: Num;
  scope: number;
  op?: number;
  inputs?: number[];
  formula?: string;
  numbers?: string;
  params?: Record<string, string>;
  passes?: Pass[];
  seconds?: number;
  backwardSeconds?: number;
  kept?: number;
  flops?: number;
  chain?: string;
  chainRule?: string;
  source?: number;
}

export interface Primitive {
  name: string;
  text: string;
  doc: string;
  rules: Record<string, string>;
}

export interface Finding {
  kind: "nan" | "exploding" | "dead" | "vanishing";
  cell: number;
  text: string;
  backward: boolean;
}

export interface Data {
  title: string;
  output: number;
  scalar: boolean;
  forward: number[];
  backward: number[];
  notes: string[];
  primitives: Primitive[];
  scopes: string[][];
  sources: string[];
  findings: Finding[];
  cells: Cell[];
}

export interface Arrival {
  from: number;
  step: number;
  pass: Pass;
}

/** What the page needs to know about the graph beyond its data. */
export class Model {
  readonly users: number[][];
  readonly arrivals: Arrival[][];
  /** For each cell the position at which its value is there (0 for leaves), and at which its adjoint is complete. */
  readonly valueAt: number[];
  readonly adjointAt: number[];
  readonly steps: number;
  readonly worst = new Map<number, Finding["kind"]>();

  constructor(readonly data: Data) {
    const { cells, forward, backward } = data;
    this.users = cells.map(() => []);
    this.arrivals = cells.map(() => []);
    this.valueAt = cells.map(() => 0);
    this.adjointAt = cells.map(() => Infinity);
    this.steps = forward.length + backward.length;
    cells.forEach((cell, k) => {
      for (const from of new Set(cell.inputs ?? [])) if (from >= 0) this.users[from].push(k);
    });
    forward.forEach((k, position) => (this.valueAt[k] = position + 1));
    backward.forEach((k, position) => {
      const step = forward.length + position + 1;
      for (const pass of cells[k].passes ?? []) this.arrivals[pass.to].push({ from: k, step, pass });
    });
    this.arrivals.forEach((list, k) => {
      if (list.length) this.adjointAt[k] = list[list.length - 1].step;
    });
    this.adjointAt[data.output] = forward.length + 1;
    for (const { cell, kind } of data.findings) if (!this.worst.has(cell)) this.worst.set(cell, kind);
  }

  get top(): string {
    return this.data.cells[this.data.output].symbol;
  }

  /** The cell that a position works on, and in which direction. */
  active(position: number): { cell: number; backward: boolean } | null {
    const { forward, backward } = this.data;
    if (position <= 0) return null;
    if (position <= forward.length) return { cell: forward[position - 1], backward: false };
    return { cell: backward[position - forward.length - 1], backward: true };
  }

  /** The cells through which a cell reaches the output, itself and the output included. */
  between(from: number): Set<number> {
    const { output } = this.data;
    const down = new Set([from]);
    const queue = [from];
    for (const k of queue) for (const user of this.users[k]) if (!down.has(user)) down.add(user), queue.push(user);
    const both = new Set<number>();
    if (!down.has(output)) return both;
    const back = [output];
    both.add(output);
    for (const k of back)
      for (const below of this.data.cells[k].inputs ?? [])
        if (below >= 0 && down.has(below) && !both.has(below)) both.add(below), back.push(below);
    return both;
  }

  /** Paths from a cell to the output as the passes along them, outermost cell first; at most `limit`. */
  paths(from: number, limit: number): { passes: { from: number; pass: Pass }[]; complete: boolean }[] {
    const { output } = this.data;
    const found: { passes: { from: number; pass: Pass }[]; complete: boolean }[] = [];
    const stack: { at: number; passes: { from: number; pass: Pass }[] }[] = [{ at: from, passes: [] }];
    while (stack.length && found.length < limit) {
      const { at, passes } = stack.pop()!;
      if (at === output) {
        found.push({ passes, complete: true });
        continue;
      }
      for (const { from: above, pass } of this.arrivals[at])
        stack.push({ at: above, passes: [...passes, { from: above, pass }] });
    }
    return found;
  }

  /** How many paths lead from a cell to the output. */
  count(from: number): number {
    const { cells, output } = this.data;
    const ways = new Map([[output, 1]]);
    for (let k = output; k >= from; k--) {
      const here = ways.get(k);
      if (here) for (const pass of cells[k].passes ?? []) ways.set(pass.to, (ways.get(pass.to) ?? 0) + here);
    }
    return ways.get(from) ?? 0;
  }
}
