// The explorer: reads the graph that stands in the page, and lets one step through it.
import { Colours, type Mode, ramp } from "./colours";
import { type Data, Model } from "./data";
import { button, byId, el } from "./dom";
import { Panel } from "./panel";
import { Search } from "./search";
import { type Group, MOST, Tree } from "./tree";
import { View } from "./view";
import { amount, clipped } from "./words";

const KEYS: [string, string][] = [
  ["space", "play or pause"],
  ["← →", "one step back or on"],
  ["Home End", "to the beginning or the end"],
  ["↑ ↓", "previous or next box"],
  ["Enter", "unfold a module, select a box"],
  ["e", "fold or unfold the selected module"],
  ["p", "paths from the selected box to the output"],
  ["/", "search"],
  ["f", "show everything"],
  ["+ −", "zoom"],
  ["d", "left to right, or top down"],
  ["t", "light or dark"],
  ["w", "warnings"],
  ["Esc", "select nothing"],
];

class Page {
  private readonly model: Model;
  private readonly tree: Tree;
  private readonly view: View;
  private readonly panel: Panel;
  private position: number;
  private selected = -1;
  private group: Group | null = null;
  private path: Set<number> | null = null;
  private pathFrom = -1;
  private colours: Colours;
  private timer = 0;

  constructor(data: Data) {
    this.model = new Model(data);
    this.tree = new Tree(this.model);
    this.position = this.model.steps;
    byId("title").textContent = data.title;
    document.title = `${data.title} · chalkgrad`;
    this.colours = new Colours(this.model, "kind");
    const toggle = (group: Group) => this.toggle(group);
    this.view = new View(byId("stage"), byId<SVGSVGElement>("graph"), byId<HTMLCanvasElement>("minimap"), this.model, this.tree, {
      select: (k) => this.select(k),
      selectGroup: (g) => this.selectGroup(g),
      toggle,
    });
    this.panel = new Panel(this.model, {
      select: (k) => this.reveal(k),
      go: (at) => this.go(at),
      paths: (k) => this.showPaths(k),
      toggle,
      reveal: (k) => this.reveal(k),
    });
    this.controls();
    this.view.direction = this.model.data.cells.length > 30 && innerWidth < innerHeight * 1.2 ? "TB" : "LR";
    this.draw();
    this.view.camera.fit(true);
    this.legend();
    this.panel.nothing();
    this.go(this.position);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  }

  // --- steps ----------------------------------------------------------------------------------------------------------

  private go(position: number): void {
    this.position = Math.min(Math.max(position, 0), this.model.steps);
    const { forward, backward } = this.model.data;
    const scrub = byId<HTMLInputElement>("scrub");
    scrub.value = String(this.position);
    const where = this.position <= forward.length ? `forward ${amount(this.position)} / ${amount(forward.length)}` : `backward ${amount(this.position - forward.length)} / ${amount(backward.length)}`;
    byId("where").textContent = where;
    scrub.setAttribute("aria-valuetext", where);
    this.refresh();
    const said = this.panel.step(this.position);
    const active = this.model.active(this.position);
    if (active && this.position < this.model.steps) this.view.reach(active.cell);
    byId("say").textContent = this.timer ? "" : clipped(said, 300);
    this.panel.table(this.position);
  }

  private refresh(): void {
    this.view.update(this.position, this.selected, this.group, this.path);
    if (this.group) this.panel.group(this.group, this.tree.open.has(this.group));
    else if (this.selected >= 0) this.panel.details(this.selected, this.position, this.pathFrom === this.selected);
    else this.panel.nothing();
  }

  private play(on = !this.timer): void {
    clearTimeout(this.timer);
    this.timer = 0;
    const shown = byId("play");
    byId("playtext").textContent = on ? "Pause" : "Play";
    byId("playsign").firstElementChild?.firstElementChild?.setAttribute("d", on ? "M3 2h4v12H3zM9 2h4v12H9z" : "M4 2v12l9-6z");
    shown.setAttribute("aria-label", on ? "Pause" : "Play");
    if (!on) return;
    if (this.position >= this.model.steps) this.go(0);
    const tick = () => {
      if (this.position >= this.model.steps) return this.play(false);
      this.go(this.position + 1);
      this.timer = window.setTimeout(tick, 1100 / Number(byId<HTMLSelectElement>("speed").value));
    };
    this.timer = window.setTimeout(tick, 350);
  }

  private stepBy(count: number): void {
    this.play(false);
    this.go(this.position + count);
  }

  // --- selecting --------------------------------------------------------------------------------------------------------

  private select(cell: number): void {
    if (this.pathFrom >= 0 && this.pathFrom !== cell) this.clearPath();
    this.selected = cell;
    this.group = null;
    this.panel.open("step");
    this.refresh();
  }

  private selectGroup(group: Group): void {
    this.clearPath();
    this.group = group;
    this.selected = -1;
    this.panel.open("step");
    this.refresh();
  }

  private clear(): void {
    this.clearPath();
    this.selected = -1;
    this.group = null;
    this.refresh();
  }

  /** Select a cell, unfolding what hides it. */
  private reveal(cell: number): void {
    if (this.tree.hiddenIn(cell)) {
      this.told(this.tree.reveal(cell));
      this.draw();
    }
    this.select(cell);
    this.view.reach(cell);
    this.view.focus(this.view.keyOf(cell));
  }

  private showPaths(cell: number | null): void {
    if (cell === null) this.clearPath();
    else {
      this.pathFrom = cell;
      this.path = this.model.between(cell);
    }
    this.refresh();
  }

  private clearPath(): void {
    this.path = null;
    this.pathFrom = -1;
  }

  // --- folding ------------------------------------------------------------------------------------------------------------

  private draw(): void {
    this.view.draw(this.colours);
    this.view.update(this.position, this.selected, this.group, this.path);
  }

  private toggle(group: Group): void {
    if (this.tree.open.has(group)) this.tree.fold(group);
    else this.told(this.tree.unfold(group));
    this.clearPath();
    this.group = group;
    this.selected = -1;
    this.draw();
    this.refresh();
    this.view.reachGroup(group);
    this.legend();
  }

  private told(folded: Group[]): void {
    if (folded.length) this.toast(`Folded ${folded.length === 1 ? folded[0].name : `${folded.length} modules`} to keep the picture readable.`);
  }

  private toast(text: string): void {
    const box = byId("toast");
    box.textContent = text;
    box.classList.add("shown");
    setTimeout(() => box.classList.remove("shown"), 3500);
  }

  // --- controls -------------------------------------------------------------------------------------------------------------

  private controls(): void {
    const on = (id: string, action: () => void) => byId(id).addEventListener("click", action);
    on("first", () => (this.play(false), this.go(0)));
    on("last", () => (this.play(false), this.go(this.model.steps)));
    on("back", () => this.stepBy(-1));
    on("next", () => this.stepBy(1));
    on("play", () => this.play());
    on("fit", () => this.view.camera.fit());
    on("direction", () => this.turn());
    on("theme", () => this.theme());
    on("foldall", () => this.foldAll());
    on("unfoldall", () => this.unfoldAll());
    on("helpbutton", () => this.help());
    const scrub = byId<HTMLInputElement>("scrub");
    const { forward } = this.model.data;
    scrub.max = String(this.model.steps);
    scrub.style.setProperty("--turn", `${(forward.length / Math.max(1, this.model.steps)) * 100}%`);
    scrub.addEventListener("input", () => (this.play(false), this.go(Number(scrub.value))));
    const colour = byId<HTMLSelectElement>("colour");
    colour.addEventListener("change", () => {
      this.colours = new Colours(this.model, colour.value as Mode);
      this.legend();
    });
    new Search(this.model, this.tree, { reveal: (k) => this.reveal(k), revealGroup: (g) => this.revealGroup(g) });
    document.addEventListener("keydown", (event) => this.key(event));
    let printed: { theme: string | undefined } | null = null;
    addEventListener("beforeprint", () => {
      printed = { theme: document.documentElement.dataset.theme };
      document.documentElement.dataset.theme = "light";
      this.view.camera.forPrint(true);
    });
    addEventListener("afterprint", () => {
      if (printed?.theme) document.documentElement.dataset.theme = printed.theme;
      else delete document.documentElement.dataset.theme;
      this.view.camera.forPrint(false);
    });
    if (this.tree.groups.filter((g) => g.all.length).length < 2) byId("foldall").hidden = byId("unfoldall").hidden = true;
  }

  private foldAll(): void {
    this.tree.foldAll();
    this.clear();
    this.draw();
    this.view.camera.fit(true);
    this.legend();
  }

  private unfoldAll(): void {
    this.tree.grow(MOST);
    if (this.tree.groups.some((g) => !this.tree.open.has(g))) this.toast("Some modules stay folded, to keep the picture readable. Unfold them one by one.");
    this.draw();
    this.view.camera.fit(true);
    this.legend();
  }

  private turn(): void {
    this.view.direction = this.view.direction === "LR" ? "TB" : "LR";
    this.draw();
    this.view.camera.fit(true);
  }

  private theme(): void {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    this.view.update(this.position, this.selected, this.group, this.path);
  }

  private help(): void {
    const box = byId<HTMLDialogElement>("help");
    const list = el("dl");
    for (const [keys, text] of KEYS) list.append(el("dt", {}, el("kbd", {}, keys)), el("dd", {}, text));
    box.replaceChildren(el("h2", {}, "Keys"), list, button("Close", () => box.close(), { class: "action" }));
    box.showModal();
  }

  private legend(): void {
    const largest = this.view.paint(this.colours);
    const box = byId("legend");
    box.replaceChildren();
    if (this.colours.mode === "kind") {
      const present = new Set<string>(this.model.data.cells.map((c) => c.kind));
      if (this.tree.groups.filter((g) => g.all.length).length > 1) present.add("group");
      for (const [kind, name] of [["parameter", "leaf with gradient"], ["input", "input"], ["constant", "constant"], ["operation", "operation"], ["group", "module"]])
        if (present.has(kind)) box.append(el("span", {}, el("i", { class: `swatch ${kind}` }), name));
      return;
    }
    const { low, high, extra } = this.colours.legend(largest);
    const stops = [0, 0.25, 0.5, 0.75, 1].map(ramp).join(", ");
    box.append(el("span", {}, low), el("i", { class: "bar", style: `background: linear-gradient(to right, ${stops})` }), el("span", {}, high));
    for (const [colour, name] of extra) box.append(el("span", {}, el("i", { class: "swatch", style: `background: ${colour}` }), name));
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || byId<HTMLDialogElement>("help").open) return;
    if (target.closest("input[type=search], select")) return;
    const press = target.closest("button");
    const key = event.key;
    if (press && (key === " " || key === "Enter")) return;
    const range = target.matches("input[type=range]");
    const actions: Record<string, () => void> = {
      " ": () => this.play(),
      ArrowLeft: () => this.stepBy(-1),
      ArrowRight: () => this.stepBy(1),
      Home: () => (this.play(false), this.go(0)),
      End: () => (this.play(false), this.go(this.model.steps)),
      ArrowUp: () => this.walk(-1),
      ArrowDown: () => this.walk(1),
      Enter: () => this.enter(),
      e: () => this.group && this.toggle(this.group),
      p: () => this.selected >= 0 && this.showPaths(this.pathFrom === this.selected ? null : this.selected),
      "/": () => byId("search").focus(),
      f: () => this.view.camera.fit(),
      "+": () => this.view.camera.scale(1.25),
      "=": () => this.view.camera.scale(1.25),
      "-": () => this.view.camera.scale(0.8),
      d: () => this.turn(),
      t: () => this.theme(),
      w: () => this.panel.open("warnings"),
      "?": () => this.help(),
      Escape: () => this.clear(),
    };
    const action = actions[key];
    if (!action || (range && key.startsWith("Arrow") && key !== "ArrowLeft" && key !== "ArrowRight")) return;
    event.preventDefault();
    action();
  }

  /** Select the box before or after the selected one. */
  private walk(move: number): void {
    const keys = this.view.keys();
    const now = this.group ? `g${this.group.id}` : this.selected >= 0 ? this.view.keyOf(this.selected) : "";
    const at = keys.indexOf(now);
    const next = this.view.item(keys[at < 0 ? (move > 0 ? 0 : keys.length - 1) : (at + move + keys.length) % keys.length]);
    if (!next) return;
    if (next.group) {
      this.selectGroup(next.group);
      this.view.reach(next.group.all[0]);
    } else {
      this.select(next.cell!);
      this.view.reach(next.cell!);
    }
    this.view.focus(next.key);
  }

  private enter(): void {
    const focused = document.activeElement?.getAttribute("data-key");
    const item = focused ? this.view.item(focused) : undefined;
    if (item?.group) this.toggle(item.group);
    else if (item) this.select(item.cell!);
    else if (this.group) this.toggle(this.group);
  }

  private revealGroup(group: Group): void {
    if (group.parent) this.told(this.tree.unfold(group.parent));
    this.draw();
    this.selectGroup(group);
    this.view.reachGroup(group);
    this.view.focus(`g${group.id}`);
  }
}

new Page(JSON.parse(byId("data").textContent ?? "") as Data);
