// The picture: boxes, lines, module frames, zoom, minimap.
import { Camera } from "./camera";
import { Colours } from "./colours";
import type { Model } from "./data";
import { svg } from "./dom";
import { type Box, curve, type Layout, layout } from "./layout";
import type { Edge, Group, Item, Tree, Visible } from "./tree";
import { thumbnail } from "./pictures";
import { amount, brief, clipped, isArray, number, shape } from "./words";

const FONT = "13px ui-sans-serif, system-ui, sans-serif";
const LINE = 17;
const LABELS_UP_TO = 70;
const THUMBNAILS_UP_TO = 150;

interface Drawn {
  item: Item;
  element: SVGGElement;
  value: SVGTextElement | null;
  adjoint: SVGTextElement | null;
  picture: SVGImageElement | null;
}

export interface Actions {
  select(cell: number): void;
  selectGroup(group: Group): void;
  toggle(group: Group): void;
}

export class View {
  private readonly world = svg("g", { class: "world" });
  private readonly frames = svg("g");
  private readonly edges = svg("g", { class: "edges" });
  private readonly nodes = svg("g");
  private drawn = new Map<string, Drawn>();
  private lines = new Map<string, { edge: Edge; path: SVGPathElement; label: SVGTextElement | null }>();
  private visible!: Visible;
  private laid!: Layout;
  private measure = document.createElement("canvas").getContext("2d")!;
  direction: "LR" | "TB" = "LR";
  readonly camera: Camera;
  private position = 0;

  constructor(
    private readonly stage: HTMLElement,
    root: SVGSVGElement,
    minimap: HTMLCanvasElement,
    private readonly model: Model,
    private readonly tree: Tree,
    private readonly actions: Actions,
  ) {
    const marker = (id: string) =>
      svg("marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, svg("path", { d: "M0,0.8 L7.5,4 L0,7.2 z", class: id }));
    root.append(svg("defs", {}, marker("tip"), marker("tip-forward"), marker("tip-backward"), marker("tip-path")), this.world);
    this.world.append(this.frames, this.edges, this.nodes);
    this.camera = new Camera(stage, root, this.world, minimap, (colour) => this.marks(colour));
  }

  // --- drawing ------------------------------------------------------------------------------------------------------

  /** Lay out and draw what is visible. */
  draw(colours: Colours): void {
    const before = this.laid?.boxes;
    this.visible = this.tree.visible();
    const sizes = new Map<string, { width: number; height: number }>();
    for (const item of this.visible.items) sizes.set(item.key, this.sizeOf(item));
    const labels = new Map<string, { width: number; height: number }>();
    if (this.model.data.scalar && this.visible.items.length <= LABELS_UP_TO)
      for (const edge of this.visible.edges) {
        const text = this.labelOf(edge);
        if (text) labels.set(`${edge.from}>${edge.to}`, { width: this.wide(text, 11) + 8, height: 14 });
      }
    this.laid = layout(this.visible, sizes, labels, this.direction, (key) => this.parentOf(key), this.stage.getBoundingClientRect());
    this.drawFrames();
    this.drawEdges();
    this.drawNodes(before);
    this.paint(colours);
    this.camera.shows(this.laid);
  }

  private parentOf(key: string): number | null {
    const id = Number(key.slice(1));
    const group = key[0] === "g" ? this.tree.groups[id].parent : this.tree.home[id];
    return group && group !== this.tree.root ? group.id : null;
  }

  private wide(text: string, size = 13): number {
    this.measure.font = FONT.replace("13", String(size));
    return this.measure.measureText(text).width;
  }

  private headOf(item: Item): string {
    if (item.group) return clipped(item.group.name || item.group.path || "module", 30);
    const cell = this.model.data.cells[item.cell!];
    return clipped(cell.formula ? `${cell.symbol} = ${cell.formula}` : cell.symbol, 38);
  }

  private linesOf(item: Item): [string, string] {
    if (item.group) {
      const { cells } = this.model.data;
      const made = item.group.all.filter((k) => cells[k].kind === "operation");
      const operations = made.length;
      const parameters = item.group.all.filter((k) => cells[k].kind === "parameter").length;
      const count = (n: number, word: string) => (n ? `${amount(n)} ${word}${n > 1 ? "s" : ""}` : "");
      const names = made.map((k) => this.model.data.primitives[cells[k].op!].name).join(", ");
      return [operations <= 2 ? names : count(operations, "operation"), count(parameters, "parameter")];
    }
    const cell = this.model.data.cells[item.cell!];
    const text = brief(cell.value);
    const long = isArray(cell.value) && (text.length > 24 || !text.startsWith("["));
    return [isArray(cell.value) && long ? shape(cell.value) : clipped(text, 30), cell.adjoint === undefined ? "" : `∂ ${this.slope(item.cell!)}`];
  }

  private slope(k: number): string {
    const cell = this.model.data.cells[k];
    const { adjoint } = cell;
    if (isArray(adjoint) && !(brief(adjoint).startsWith("[") && brief(adjoint).length <= 24)) return `±${number(cell.slope)}`;
    return clipped(brief(adjoint), 28);
  }

  private sizeOf(item: Item): { width: number; height: number } {
    const [a, b] = this.linesOf(item);
    const badge = this.badgeOf(item) ? 18 : 0;
    const picture = this.thumbnailOf(item);
    const width = Math.max(picture?.width ?? 0, this.wide(this.headOf(item)) * 1.04 + (item.group ? 26 : 0) + badge, this.wide(a), this.wide(b), 26) + 22;
    return { width: Math.ceil(width), height: 16 + LINE * (1 + (a ? 1 : 0) + (b ? 1 : 0)) + (picture ? picture.height + 6 : 0) };
  }

  private readonly thumbnails = new Map<number, ReturnType<typeof thumbnail>>();

  private thumbnailOf(item: Item): ReturnType<typeof thumbnail> {
    if (item.cell === null || this.visible.items.length > THUMBNAILS_UP_TO) return null;
    let found = this.thumbnails.get(item.cell);
    if (found === undefined) this.thumbnails.set(item.cell, (found = thumbnail(this.model.data.cells[item.cell].value)));
    return found;
  }

  private badgeOf(item: Item): string {
    const worst = this.model.worst;
    const kinds = item.group ? item.group.all.map((k) => worst.get(k)) : [worst.get(item.cell!)];
    return ["nan", "exploding", "dead", "vanishing"].find((kind) => kinds.includes(kind as never)) ?? "";
  }

  private labelOf(edge: Edge): string {
    const texts: string[] = [];
    for (const [from, to] of new Map(edge.pairs.map((p) => [p.join(), p])).values()) {
      if (this.visible.keyOf(to) !== `c${to}` || this.visible.keyOf(from) !== `c${from}`) return "";
      for (const pass of this.model.data.cells[to].passes ?? [])
        if (pass.to === from && pass.localText) {
          const parts = pass.localText.split(" = ");
          texts.push(parts.length > 2 ? `${parts[0]} = ${parts[parts.length - 1]}` : pass.localText);
        }
    }
    return clipped(texts.join(", "), 44);
  }

  private drawFrames(): void {
    this.frames.replaceChildren();
    const open = new Map(this.visible.open.map((g) => [g.id, g]));
    for (const { id, box } of this.laid.frames) {
      const group = open.get(id)!;
      const frame = svg("g", { class: "frame", transform: `translate(${box.x - box.width / 2},${box.y - box.height / 2})` });
      frame.append(svg("rect", { width: box.width, height: box.height, rx: 10 }));
      const head = svg("g", { class: "fold", role: "button", tabindex: -1, "aria-expanded": "true", "aria-label": `fold ${group.name}` });
      const name = clipped(group.name, Math.max(4, Math.floor((box.width - 30) / 7)));
      head.append(svg("rect", { x: 4, y: 3, width: Math.min(box.width - 8, this.wide(name, 12) + 30), height: 18, rx: 6 }));
      head.append(svg("text", { x: 10, y: 16 }, "▾"), svg("text", { x: 24, y: 16 }, name));
      head.append(svg("title", {}, `${group.path || group.name}: fold`));
      head.addEventListener("click", (event) => (event.stopPropagation(), this.actions.toggle(group)));
      frame.append(head);
      this.frames.append(frame);
    }
  }

  private drawEdges(): void {
    this.edges.replaceChildren();
    this.lines.clear();
    const byName = new Map(this.visible.edges.map((e) => [`${e.from}>${e.to}`, e]));
    for (const line of this.laid.lines) {
      const name = `${line.from}>${line.to}`;
      const edge = byName.get(name)!;
      const path = svg("path", { d: curve(line.points), "stroke-width": Math.min(1.3 + Math.log2(edge.pairs.length), 4) });
      this.edges.append(path);
      let label: SVGTextElement | null = null;
      if (line.label) {
        label = svg("text", { x: line.label.x, y: line.label.y + 4, class: "local" }, this.labelOf(edge));
        this.edges.append(label);
      }
      this.lines.set(name, { edge, path, label });
    }
  }

  private drawNodes(before?: Map<string, Box>): void {
    const calm = this.visible.items.length > 250 || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.nodes.replaceChildren();
    this.drawn.clear();
    for (const item of this.visible.items) {
      const box = this.laid.boxes.get(item.key)!;
      const drawn = this.drawNode(item, box);
      this.drawn.set(item.key, drawn);
      this.nodes.append(drawn.element);
      const old = before?.get(item.key);
      if (!calm && before && drawn.element.animate) {
        const end = `translate(${box.x}px, ${box.y}px)`;
        const start = old ? `translate(${old.x}px, ${old.y}px)` : `${end} scale(0.6)`;
        drawn.element.animate([{ transform: start, opacity: old ? 1 : 0 }, { transform: end, opacity: 1 }], { duration: 240, easing: "ease-out" });
      }
    }
    if (!calm && before && this.edges.animate) this.edges.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 300 });
  }

  private drawNode(item: Item, box: Box): Drawn {
    const { width, height } = box;
    const cell = item.cell === null ? null : this.model.data.cells[item.cell];
    const kind = cell ? (item.cell === this.model.data.output ? "operation output" : cell.kind) : "group";
    const element = svg("g", { class: `node ${kind}`, transform: `translate(${box.x},${box.y})`, role: "button", tabindex: -1 });
    element.setAttribute("data-key", item.key);
    if (item.group) {
      element.setAttribute("aria-expanded", "false");
      element.append(svg("rect", { class: "behind", x: -width / 2 + 5, y: -height / 2 + 5, width, height, rx: 9 }));
    }
    const round = cell?.kind === "operation" ? 9 : cell?.kind === "parameter" ? 3 : Math.min(height / 2, 22);
    element.append(svg("rect", { class: "box", x: -width / 2, y: -height / 2, width, height, rx: item.group ? 9 : round }));
    element.append(svg("rect", { class: "band", x: -width / 2 + 5, y: height / 2 - 6, width: width - 10, height: 3, rx: 1.5 }));
    const [a, b] = this.linesOf(item);
    let y = -height / 2 + LINE + 3;
    const head = svg("text", { class: "head", y });
    if (item.group) head.append(svg("tspan", { class: "plus" }, "▸ "), this.headOf(item));
    else if (cell?.formula) head.append(svg("tspan", { class: "symbol" }, clipped(cell.symbol, 38)), this.headOf(item).slice(clipped(cell.symbol, 38).length));
    else head.append(svg("tspan", { class: "symbol" }, this.headOf(item)));
    element.append(head);
    const text = (content: string, name: string) => {
      if (!content) return null;
      const made = svg("text", { class: name, y: (y += LINE) }, content);
      element.append(made);
      return made;
    };
    const value = text(a, item.group ? "count" : "value");
    const small = this.thumbnailOf(item);
    let picture: SVGImageElement | null = null;
    if (small) {
      picture = svg("image", { href: small.url, x: -small.width / 2, y: y + 6, width: small.width, height: small.height, preserveAspectRatio: "none" });
      element.append(picture);
      y += small.height + 6;
    }
    const adjoint = text(b, item.group ? "count" : "adjoint");
    const badge = this.badgeOf(item);
    if (badge) element.append(svg("text", { class: `badge ${badge}`, x: width / 2 - 9, y: -height / 2 + 15 }, "⚠"));
    element.append(svg("title", {}, item.group ? `${item.group.path || item.group.name}: click to look, double-click to unfold` : this.headOf(item)));
    element.setAttribute("aria-label", [this.headOf(item), a, b, badge].filter(Boolean).join(", "));
    element.addEventListener("click", () => (item.group ? this.actions.selectGroup(item.group) : this.actions.select(item.cell!)));
    element.addEventListener("dblclick", (event) => {
      event.preventDefault();
      if (item.group) this.actions.toggle(item.group);
    });
    if (item.group)
      head.addEventListener("click", (event) => {
        event.stopPropagation();
        this.actions.toggle(item.group!);
      });
    return { item, element, value, adjoint, picture };
  }

  // --- colours and steps ----------------------------------------------------------------------------------------------

  paint(colours: Colours): number {
    let largest = 0;
    if (colours.adds) for (const { item } of this.drawn.values()) largest = Math.max(largest, colours.sum(item.group ? item.group.all : [item.cell!]));
    for (const { item, element } of this.drawn.values()) {
      const colour = colours.of(item.group ? item.group.all : [item.cell!], largest || undefined);
      element.classList.toggle("coloured", colours.mode !== "kind");
      if (colour) element.style.setProperty("--paint", colour);
      else element.style.removeProperty("--paint");
      element.classList.toggle("painted", colour !== null);
    }
    this.camera.refresh();
    return largest;
  }

  /** Show what is known at a position, what is active there, what is selected, and the paths. */
  update(position: number, selected: number, group: Group | null, path: Set<number> | null): void {
    this.position = position;
    const { model } = this;
    const { forward } = model.data;
    const active = model.active(position);
    const activeKey = active ? this.visible.keyOf(active.cell) : "";
    const selectedKey = group ? `g${group.id}` : selected >= 0 ? this.visible.keyOf(selected) : "";
    for (const [key, { item, element, value, adjoint, picture }] of this.drawn) {
      const flags = element.classList;
      flags.toggle("active-forward", key === activeKey && !!active && !active.backward);
      flags.toggle("active-backward", key === activeKey && !!active && active.backward);
      flags.toggle("selected", key === selectedKey);
      flags.toggle("dimmed", !!path && !(item.group ? item.group.all.some((k) => path.has(k)) : path.has(item.cell!)));
      if (item.cell === null) continue;
      flags.toggle("future", model.valueAt[item.cell] > position);
      if (value) value.style.visibility = model.valueAt[item.cell] <= position ? "visible" : "hidden";
      if (picture) picture.style.visibility = model.valueAt[item.cell] <= position ? "visible" : "hidden";
      if (adjoint) {
        const text = this.runningSlope(item.cell, position);
        adjoint.style.visibility = text ? "visible" : "hidden";
        if (text) adjoint.textContent = text;
      }
    }
    for (const { edge, path: line, label } of this.lines.values()) {
      const onPath = !!path && edge.pairs.some(([a, b]) => path.has(a) && path.has(b));
      const here = active && edge.pairs.some(([a, b]) => b === active.cell && (!active.backward || this.passes(b, a)));
      const kind = onPath ? "path" : here ? (active.backward ? "backward" : "forward") : "";
      line.setAttribute("class", kind + (path && !onPath ? " dimmed" : ""));
      line.setAttribute(kind === "backward" ? "marker-start" : "marker-end", `url(#tip${kind ? `-${kind}` : ""})`);
      line.removeAttribute(kind === "backward" ? "marker-end" : "marker-start");
      if (label) {
        const done = edge.pairs.some(([, b]) => model.arrivals[edge.pairs[0][0]].some((a) => a.from === b && a.step <= position));
        label.style.visibility = done && position > forward.length ? "visible" : "hidden";
        label.classList.toggle("dimmed", !!path && !onPath);
      }
    }
    this.camera.refresh();
  }

  private passes(from: number, to: number): boolean {
    return (this.model.data.cells[from].passes ?? []).some((pass) => pass.to === to);
  }

  private runningSlope(k: number, position: number): string {
    const { model } = this;
    if (position >= model.adjointAt[k]) return `∂ ${this.slope(k)}`;
    let latest = "";
    for (const { step, pass } of model.arrivals[k]) if (step <= position && pass.of) latest = `∂ ${pass.total} (${pass.nth} of ${pass.of})`;
    return latest;
  }

  // --- where one looks ----------------------------------------------------------------------------------------------

  /** Bring the box of a cell into view. */
  reach(cell: number): void {
    const box = this.laid.boxes.get(this.visible.keyOf(cell));
    if (box) this.camera.reach(box);
  }

  reachGroup(group: Group): void {
    const box = this.laid.boxes.get(`g${group.id}`) ?? this.laid.frames.find((f) => f.id === group.id)?.box;
    if (box) this.camera.centre(box.x, box.y);
  }

  focus(key: string): void {
    this.drawn.get(key)?.element.focus();
  }

  keys(): string[] {
    return this.visible.items.map((i) => i.key);
  }

  keyOf(cell: number): string {
    return this.visible.keyOf(cell);
  }

  item(key: string): Item | undefined {
    return this.drawn.get(key)?.item;
  }

  /** What the minimap shows of each box. */
  private *marks(colour: (name: string) => string): Iterable<[Box, string]> {
    for (const { box } of this.laid.frames) yield [box, colour("--frame")];
    const active = this.model.active(this.position);
    const activeKey = active ? this.visible.keyOf(active.cell) : "";
    for (const [key, { item, element }] of this.drawn) {
      const kind = item.group ? "group" : this.model.data.cells[item.cell!].kind;
      const painted = element.style.getPropertyValue("--paint");
      yield [this.laid.boxes.get(key)!, key === activeKey ? colour(active!.backward ? "--backward" : "--forward") : painted || colour(`--${kind}-line`)];
    }
  }
}
