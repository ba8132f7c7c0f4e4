// Modules as a tree of groups that fold, and the graph that is visible when some are folded.
import type { Model } from "./data";

export interface Group {
  id: number;
  name: string;
  path: string;
  parent: Group | null;
  groups: Group[];
  cells: number[];
  all: number[];
  order: number;
}

export interface Item {
  key: string;
  cell: number | null;
  group: Group | null;
}

export interface Edge {
  from: string;
  to: string;
  /** The cells it leads between, as [operand, user]. */
  pairs: [number, number][];
}

export interface Visible {
  items: Item[];
  edges: Edge[];
  open: Group[];
  keyOf: (cell: number) => string;
}

/** A group with more direct members than this is cut into stretches of consecutive steps. */
const CROWD = 250;
const STRETCH = 40;
/** No more boxes than this are shown at a time. */
export const MOST = 360;
const START = 36;
/** A graph with no more cells than this opens unfolded. */
const SMALL = 60;

export class Tree {
  readonly root: Group;
  readonly groups: Group[] = [];
  readonly home: Group[];
  readonly open = new Set<Group>();
  private recent: Group[] = [];

  constructor(readonly model: Model) {
    const { cells, scopes } = model.data;
    this.root = this.group("", "", null);
    const byPath = new Map<string, Group>();
    const orders = cells.map((cell, k) => (cell.kind === "operation" ? k : model.users[k].reduce((a, b) => Math.min(a, b), cells.length)));
    cells.forEach((cell, k) => {
      let at = this.root;
      let key = "";
      for (const scope of scopes[cell.scope]) {
        key += `\u0000${scope}`;
        let next = byPath.get(key);
        if (!next) {
          const lead = at.path + ".";
          next = this.group(scope.startsWith(lead) ? scope.slice(lead.length) : scope, scope, at);
          byPath.set(key, next);
        }
        at = next;
      }
      at.cells.push(k);
    });
    this.dissolve(this.root);
    this.measure(this.root, orders);
    for (const group of [...this.groups]) this.cut(group, orders);
    this.home = new Array(cells.length);
    for (const group of this.groups) for (const k of group.cells) this.home[k] = group;
    this.collect(this.root);
    this.start();
  }

  private group(name: string, path: string, parent: Group | null): Group {
    const made: Group = { id: this.groups.length, name, path, parent, groups: [], cells: [], all: [], order: 0 };
    this.groups.push(made);
    parent?.groups.push(made);
    return made;
  }

  /** A module that is a single box needs no frame. */
  private dissolve(group: Group): void {
    for (const child of group.groups) this.dissolve(child);
    group.groups = group.groups.filter((child) => {
      if (child.groups.length || child.cells.length > 1) return true;
      group.cells.push(...child.cells);
      child.cells = [];
      return false;
    });
  }

  private measure(group: Group, orders: number[]): number {
    group.order = Infinity;
    for (const k of group.cells) group.order = Math.min(group.order, orders[k]);
    for (const child of group.groups) group.order = Math.min(group.order, this.measure(child, orders));
    return group.order;
  }

  /** Cut a crowded group into stretches, and those again until each can be looked at. */
  private cut(group: Group, orders: number[]): void {
    type Member = { order: number; cell: number | null; group: Group | null };
    let members: Member[] = [
      ...group.cells.map((k) => ({ order: orders[k], cell: k, group: null })),
      ...group.groups.map((g) => ({ order: g.order, cell: null, group: g })),
    ];
    if (members.length <= CROWD) return;
    members.sort((a, b) => a.order - b.order || (a.cell ?? -1) - (b.cell ?? -1));
    while (members.length > STRETCH) {
      const above: Member[] = [];
      for (let k = 0; k < members.length; k += STRETCH) {
        const part = members.slice(k, k + STRETCH);
        const made = this.group("", group.path, null);
        made.order = part[0].order;
        for (const member of part) {
          if (member.group) (member.group.parent = made), made.groups.push(member.group);
          else made.cells.push(member.cell!);
        }
        above.push({ order: made.order, cell: null, group: made });
      }
      members = above;
    }
    group.cells = [];
    group.groups = members.map((m) => m.group!);
    for (const child of group.groups) child.parent = group;
  }

  private collect(group: Group): number[] {
    group.all = [...group.cells];
    for (const child of group.groups) for (const k of this.collect(child)) group.all.push(k);
    if (!group.name && group !== this.root) {
      const steps = group.all.map((k) => this.model.valueAt[k]).filter((k) => k > 0);
      const low = steps.reduce((a, b) => Math.min(a, b), Infinity);
      const high = steps.reduce((a, b) => Math.max(a, b), 0);
      group.name = high ? `steps ${low}–${high}` : `${group.all.length} leaves`;
    }
    return group.all;
  }

  /** Open level after level as long as the picture stays small. */
  start(): void {
    this.open.clear();
    this.open.add(this.root);
    const most = this.model.data.cells.length <= SMALL ? SMALL : START;
    for (let level = this.root.groups; level.length; level = level.flatMap((g) => g.groups)) {
      for (const group of level) this.open.add(group);
      if (this.countShown() > most) {
        for (const group of level) this.open.delete(group);
        break;
      }
    }
  }

  /** Open group after group, outermost first, while no more than `most` boxes result. */
  grow(most: number): void {
    const queue = [...this.root.groups];
    let count = this.countShown();
    while (queue.length) {
      const group = queue.shift()!;
      if (!this.open.has(group)) {
        const more = group.cells.length + group.groups.length - 1;
        if (count + more > most) continue;
        this.open.add(group);
        count += more;
      }
      queue.push(...group.groups);
    }
  }

  private isShown(group: Group): boolean {
    for (let at = group.parent; at; at = at.parent) if (!this.open.has(at)) return false;
    return true;
  }

  private countShown(): number {
    let count = 0;
    for (const group of this.open)
      if (group === this.root || this.isShown(group)) {
        count += group.cells.length;
        for (const child of group.groups) if (!this.open.has(child)) count++;
      }
    return count;
  }

  foldAll(): void {
    this.open.clear();
    this.open.add(this.root);
    for (let at = this.root; at.groups.length === 1 && at.cells.length <= 8; at = at.groups[0]) this.open.add(at.groups[0]);
  }

  fold(group: Group): void {
    this.open.delete(group);
  }

  /** Open a group; returns those that had to be folded to make room. */
  unfold(group: Group): Group[] {
    for (let at: Group | null = group; at; at = at.parent) this.open.add(at);
    this.recent = [...this.recent.filter((g) => g !== group), group];
    const folded: Group[] = [];
    const keep = new Set<Group>();
    for (let at: Group | null = group; at; at = at.parent) keep.add(at);
    const candidates = [...this.open].filter((g) => !keep.has(g));
    candidates.sort((a, b) => this.recent.indexOf(a) - this.recent.indexOf(b) || b.cells.length - a.cells.length);
    while (this.countShown() > MOST && candidates.length) {
      const victim = candidates.shift()!;
      this.open.delete(victim);
      folded.push(victim);
    }
    return folded;
  }

  /** Open what hides a cell. */
  reveal(cell: number): Group[] {
    return this.unfold(this.home[cell]);
  }

  /** The outermost folded group that hides a cell, if one does. */
  hiddenIn(cell: number): Group | null {
    let hidden: Group | null = null;
    for (let at: Group | null = this.home[cell]; at; at = at.parent) if (!this.open.has(at)) hidden = at;
    return hidden;
  }

  visible(): Visible {
    const { cells } = this.model.data;
    const keys: string[] = new Array(cells.length);
    const items = new Map<string, Item>();
    const cache = new Map<Group, Group | null>();
    const fold = (group: Group): Group | null => {
      let found = cache.get(group);
      if (found === undefined) {
        const above = group.parent ? fold(group.parent) : null;
        found = above ?? (this.open.has(group) ? null : group);
        cache.set(group, found);
      }
      return found;
    };
    cells.forEach((_, k) => {
      const group = fold(this.home[k]);
      const key = group ? `g${group.id}` : `c${k}`;
      keys[k] = key;
      if (!items.has(key)) items.set(key, { key, cell: group ? null : k, group });
    });
    const edges = new Map<string, Edge>();
    cells.forEach((cell, k) => {
      for (const from of cell.inputs ?? []) {
        if (from < 0 || keys[from] === keys[k]) continue;
        const name = `${keys[from]}>${keys[k]}`;
        const edge = edges.get(name);
        if (edge) edge.pairs.push([from, k]);
        else edges.set(name, { from: keys[from], to: keys[k], pairs: [[from, k]] });
      }
    });
    const open = [...this.open].filter((g) => g !== this.root && g.all.length && this.isShown(g));
    return { items: [...items.values()], edges: [...edges.values()], open, keyOf: (k) => keys[k] };
  }
}
