// What stands beside the graph: the current step, the details of a node or module, all steps, warnings.
import type { Cell, Model } from "./data";
import { button, byId, el } from "./dom";
import { show } from "./pictures";
import type { Group } from "./tree";
import { amount, brief, bytes, equation, isArray, number, seconds } from "./words";

export interface PanelActions {
  select(cell: number): void;
  go(position: number): void;
  paths(cell: number | null): void;
  toggle(group: Group): void;
  reveal(cell: number): void;
}

const PATHS = 12;
const ROWS = 400;

export class Panel {
  private shownTable = "";

  constructor(
    private readonly model: Model,
    private readonly actions: PanelActions,
  ) {
    const tabs = ["step", "table", "warnings"];
    for (const name of tabs) {
      const tab = byId<HTMLButtonElement>(`tab-${name}`);
      tab.addEventListener("click", () => this.open(name));
      tab.addEventListener("keydown", (event) => {
        const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (!move) return;
        event.preventDefault();
        event.stopPropagation();
        const next = tabs[(tabs.indexOf(name) + move + tabs.length) % tabs.length];
        this.open(next);
        byId(`tab-${next}`).focus();
      });
    }
    this.warnings();
    this.open("step");
  }

  open(name: string): void {
    for (const other of ["step", "table", "warnings"]) {
      const tab = byId(`tab-${other}`);
      tab.setAttribute("aria-selected", String(other === name));
      tab.setAttribute("tabindex", other === name ? "0" : "-1");
      byId(`panel-${other}`).hidden = other !== name;
    }
  }

  // --- the step -----------------------------------------------------------------------------------------------------

  /** The step at a position in words; returns one sentence for those who listen. */
  step(position: number): string {
    const { model } = this;
    const { forward, backward, cells } = model.data;
    const box = byId("step");
    box.replaceChildren();
    const active = model.active(position);
    if (!active) {
      const leaves = cells.filter((c) => c.kind !== "operation").length;
      box.append(el("h2", {}, "Before the first step"), el("p", {}, `${plural(leaves, "leaf holds its value", "leaves hold their values")}; ${plural(forward.length, "operation follows", "operations follow")}.`));
      return "Before the first step";
    }
    const cell = cells[active.cell];
    box.className = active.backward ? "backward" : "forward";
    const count = active.backward ? `Backward ${amount(position - forward.length)} of ${amount(backward.length)}` : `Forward ${amount(position)} of ${amount(forward.length)}`;
    box.append(el("h2", {}, count));
    if (!active.backward) {
      box.append(el("p", { class: "equation" }, equation(cell)));
      const inputs = el("ul", { class: "operands" });
      for (const k of new Set(cell.inputs ?? [])) if (k >= 0) inputs.append(el("li", {}, this.link(k), ` = ${brief(cells[k].value)}`));
      if (inputs.childElementCount) box.append(inputs);
      return `${count}: ${equation(cell)}`;
    }
    const g = `∂${model.top}/∂${cell.symbol}`;
    box.append(el("p", { class: "quiet" }, "at ", this.link(active.cell), cell.formula ? ` = ${cell.formula}` : ""));
    const seed = active.cell === model.data.output ? " (where the backward pass starts)" : "";
    box.append(el("p", {}, `incoming adjoint  g = ${g} = ${brief(cell.adjoint)}${seed}`));
    for (const pass of cell.passes ?? []) {
      const part = el("div", { class: "pass" });
      part.append(el("p", { class: "equation" }, pass.text));
      if (pass.localText) part.append(el("p", { class: "quiet" }, `local derivative  ${pass.localText}`));
      const target = cells[pass.to];
      if (target.chain && (pass.nth ?? 1) === (pass.of ?? 1)) part.append(chain(target));
      if (pass.of) {
        const so = pass.nth === pass.of ? "all paths together" : `so far, ${pass.nth} of ${pass.of} paths`;
        part.append(el("p", { class: "running" }, `${so}:  ∂${model.top}/∂${target.symbol} = ${pass.total}`));
      }
      box.append(part);
    }
    if (!cell.passes?.length) box.append(el("p", { class: "quiet" }, "Nothing is passed on: no operand has a gradient."));
    return `${count}: ${(cell.passes ?? []).map((p) => p.text).join("; ")}`;
  }

  private link(k: number): HTMLElement {
    return button(this.model.data.cells[k].symbol, () => this.actions.select(k), { class: "link" });
  }

  // --- details ------------------------------------------------------------------------------------------------------

  nothing(): void {
    const { data } = this.model;
    const box = byId("details");
    const parameters = data.cells.filter((c) => c.kind === "parameter").length;
    box.replaceChildren(el("h2", {}, "The graph"), el("p", {}, `${plural(data.forward.length, "operation")}, ${plural(parameters, "leaf", "leaves")} with gradient. Click a box to see more of it.`));
    for (const note of data.notes) box.append(el("p", { class: "note" }, note));
  }

  group(group: Group, open: boolean): void {
    const { cells } = this.model.data;
    const box = byId("details");
    const inside = group.all.map((k) => cells[k]);
    const sum = (get: (c: Cell) => number | undefined) => inside.reduce((a, c) => a + (get(c) ?? 0), 0);
    const elements = inside.filter((c) => c.kind === "parameter").reduce((a, c) => a + (isArray(c.value) ? c.value.shape.reduce((x, y) => x * y, 1) : 1), 0);
    box.replaceChildren(
      el("h2", {}, group.name || "module"),
      facts([
        ["path", group.path],
        ["operations", amount(inside.filter((c) => c.kind === "operation").length)],
        ["parameters", amount(elements)],
        ["time", `${seconds(sum((c) => c.seconds))} forward, ${seconds(sum((c) => c.backwardSeconds))} backward`],
        ["kept for backward", bytes(sum((c) => c.kept))],
        ["operations on numbers", amount(sum((c) => c.flops))],
      ]),
      button(open ? "Fold" : "Unfold", () => this.actions.toggle(group), { class: "action" }),
    );
  }

  details(k: number, position: number, showsPath: boolean): void {
    const { model } = this;
    const { data } = model;
    const cell = data.cells[k];
    const box = byId("details");
    box.replaceChildren();
    const kind = k === data.output ? "output" : cell.kind;
    box.append(el("h2", {}, cell.symbol, " ", el("span", { class: `tag ${cell.kind}` }, kind)));
    if (cell.formula) box.append(el("p", { class: "equation" }, equation(cell)));
    for (const finding of data.findings) if (finding.cell === k) box.append(el("p", { class: `warning ${finding.kind}` }, `⚠ ${finding.text}`));
    const known = model.valueAt[k] <= position;
    box.append(el("h3", {}, "Value"));
    if (!known) box.append(el("p", { class: "quiet" }, "not computed yet at this step"));
    else box.append(isArray(cell.value) ? show(cell.value, cell.symbol) : el("p", { class: "big" }, brief(cell.value)));
    box.append(el("h3", {}, `Gradient  ∂${model.top}/∂${cell.symbol}`));
    if (cell.adjoint === undefined) box.append(el("p", { class: "quiet" }, cell.kind === "operation" || cell.kind === "parameter" ? "none arrives" : "not asked for: this is no tracked tensor"));
    else if (position < model.adjointAt[k]) {
      const partial = model.arrivals[k].filter((a) => a.step <= position && a.pass.of).pop();
      box.append(el("p", { class: "quiet" }, partial ? `so far ${partial.pass.total} (${partial.pass.nth} of ${partial.pass.of} paths)` : "not computed yet at this step"));
    } else {
      box.append(isArray(cell.adjoint) ? show(cell.adjoint, `the gradient of ${cell.symbol}`) : el("p", { class: "big slope" }, brief(cell.adjoint)));
      this.sum(box, k);
    }
    if (cell.chain) box.append(chain(cell));
    if (model.arrivals[k].length || k === data.output) {
      const toggle = button(showsPath ? "Hide paths" : `Show all paths to ${model.top}`, () => this.actions.paths(showsPath ? null : k), { class: "action", id: "paths", "aria-pressed": String(showsPath) });
      box.append(toggle);
      if (showsPath) this.paths(box, k);
    }
    this.rule(box, cell);
    this.neighbours(box, "Operands", cell.inputs ?? []);
    this.neighbours(box, "Used by", model.users[k]);
    const place = data.scopes[cell.scope];
    box.append(
      facts([
        ["module", place[place.length - 1] ?? ""],
        ["line", cell.source === undefined ? "" : data.sources[cell.source]],
        ["settings", Object.entries(cell.params ?? {}).map(([name, value]) => `${name}=${value}`).join(", ")],
        ["time", cell.seconds === undefined ? "" : `${seconds(cell.seconds)} forward${cell.backwardSeconds ? `, ${seconds(cell.backwardSeconds)} backward` : ""}`],
        ["kept for backward", cell.kept ? bytes(cell.kept) : ""],
        ["operations on numbers", cell.flops ? amount(cell.flops) : ""],
      ]),
    );
  }

  private sum(box: HTMLElement, k: number): void {
    const arrivals = this.model.arrivals[k];
    if (arrivals.length < 2) return;
    const list = el("ul", { class: "operands" });
    for (const { from, pass } of arrivals.slice(0, PATHS)) list.append(el("li", {}, "from ", this.link(from), `:  ${pass.text}`));
    if (arrivals.length > PATHS) list.append(el("li", { class: "quiet" }, `and ${amount(arrivals.length - PATHS)} more`));
    box.append(el("p", { class: "quiet" }, `the sum of ${arrivals.length} contributions:`), list);
  }

  private rule(box: HTMLElement, cell: Cell): void {
    if (cell.op === undefined) return;
    const p = this.model.data.primitives[cell.op];
    box.append(el("h3", {}, "Rule"), el("p", {}, el("code", {}, p.name), ` — ${p.doc}`));
    const list = el("ul", { class: "rules" });
    for (const [arg, rule] of Object.entries(p.rules)) list.append(el("li", {}, `∂/∂${arg}:  ${rule}`));
    if (list.childElementCount) box.append(list);
  }

  private neighbours(box: HTMLElement, title: string, cells: number[]): void {
    const list = [...new Set(cells)].filter((k) => k >= 0);
    if (!list.length) return;
    const row = el("p", { class: "links" });
    for (const k of list.slice(0, 24)) row.append(this.link(k), " ");
    if (list.length > 24) row.append(`and ${amount(list.length - 24)} more`);
    box.append(el("h3", {}, title), row);
  }

  private paths(box: HTMLElement, k: number): void {
    const { model } = this;
    const { cells } = model.data;
    const count = model.count(k);
    const how = count > 1e6 ? `about ${number(count)}` : amount(count);
    box.append(el("p", { class: "quiet" }, `${how} path${count === 1 ? "" : "s"} from ${cells[k].symbol} to ${model.top}`));
    const list = el("ol", { class: "paths" });
    let total = 0;
    const found = count > 1e6 ? [] : model.paths(k, PATHS);
    for (const { passes } of found) {
      const names = [cells[k].symbol, ...passes.map((p) => cells[p.from].symbol)].join(" → ");
      const item = el("li", {}, el("span", {}, names));
      if (model.data.scalar && passes.every((p) => p.pass.local !== undefined)) {
        const product = passes.reduce((a, p) => a * Number(p.pass.local), 1);
        total += product;
        const factors = passes.map((p) => (Number(p.pass.local) < 0 ? `(${number(p.pass.local)})` : number(p.pass.local))).join("·");
        item.append(el("br"), el("strong", {}, passes.length > 1 ? `${factors} = ${number(product)}` : number(product)));
      }
      list.append(item);
    }
    box.append(list);
    if (count > found.length && found.length) box.append(el("p", { class: "quiet" }, `the first ${found.length} are listed; all are highlighted`));
    else if (model.data.scalar && found.length > 1) box.append(el("p", { class: "chain" }, `∂${model.top}/∂${cells[k].symbol} = ${number(total)}, their sum`));
  }

  // --- lists --------------------------------------------------------------------------------------------------------

  table(position: number): void {
    const { model } = this;
    const { forward, backward, cells } = model.data;
    const from = model.steps > ROWS ? Math.max(1, Math.min(position - ROWS / 2, model.steps - ROWS + 1)) : 1;
    const to = Math.min(model.steps, from + ROWS - 1);
    const box = byId("panel-table");
    const key = `${from}-${to}`;
    if (key !== this.shownTable) {
      this.shownTable = key;
      box.replaceChildren();
      const list = el("ol", { class: "steps", start: from });
      for (let at = from; at <= to; at++) {
        const cell = cells[at <= forward.length ? forward[at - 1] : backward[at - forward.length - 1]];
        const item = el("li", { "data-step": at, class: at <= forward.length ? "forward" : "backward" });
        const texts = at <= forward.length ? [equation(cell)] : (cell.passes ?? []).map((p) => p.text);
        const row = button("", () => this.actions.go(at));
        for (const text of texts.length ? texts : [`${cell.symbol}: nothing to pass on`]) row.append(el("span", {}, text));
        item.append(row);
        list.append(item);
      }
      box.append(list);
      if (model.steps > ROWS) box.append(el("p", { class: "quiet" }, `steps ${amount(from)} to ${amount(to)} of ${amount(model.steps)}`));
    }
    for (const item of box.querySelectorAll("li")) {
      const here = Number(item.dataset.step) === position;
      item.classList.toggle("here", here);
      item.classList.toggle("future", Number(item.dataset.step) > position);
      if (here && !box.hidden) item.scrollIntoView({ block: "nearest" });
    }
  }

  private warnings(): void {
    const { findings, notes } = this.model.data;
    const tab = byId("tab-warnings");
    tab.textContent = findings.length ? `Warnings (${findings.length})` : "Warnings";
    tab.classList.toggle("some", findings.length > 0);
    const box = byId("panel-warnings");
    if (!findings.length) box.append(el("p", {}, "No NaN, nothing dead, no gradient vanished or exploded."));
    const list = el("ul", { class: "findings" });
    for (const finding of findings) {
      const row = button("", () => {
        this.actions.reveal(finding.cell);
        this.open("step");
      }, { class: finding.kind });
      row.append(el("strong", {}, finding.kind === "nan" ? "NaN" : finding.kind), ` ${finding.text}`);
      list.append(el("li", {}, row));
    }
    box.append(list);
    for (const note of notes) box.append(el("p", { class: "note" }, note));
  }
}

function chain(cell: Cell): HTMLElement {
  const box = el("div", { class: "chain" });
  if (cell.chainRule) box.append(el("p", {}, cell.chainRule));
  box.append(el("p", {}, cell.chain));
  return box;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${amount(count)} ${count === 1 ? one : many}`;
}

function facts(rows: [string, string][]): HTMLElement {
  const list = el("dl");
  for (const [name, value] of rows) if (value) list.append(el("dt", {}, name), el("dd", {}, value));
  return list;
}
