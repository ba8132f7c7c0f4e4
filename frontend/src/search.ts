// The search field and what it finds.
import type { Model } from "./data";
import { byId, el } from "./dom";
import type { Group, Tree } from "./tree";
import { clipped, equation } from "./words";

interface Match {
  text: string;
  place: string;
  rank: number;
  action: () => void;
}

export class Search {
  constructor(
    private readonly model: Model,
    private readonly tree: Tree,
    private readonly actions: { reveal(cell: number): void; revealGroup(group: Group): void },
  ) {
    const field = byId<HTMLInputElement>("search");
    const list = byId("results");
    let found: (() => void)[] = [];
    let at = -1;
    const close = () => {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
    const mark = (k: number) => {
      at = k;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === k)));
      if (k >= 0) {
        field.setAttribute("aria-activedescendant", `found-${k}`);
        list.children[k]?.scrollIntoView({ block: "nearest" });
      }
    };
    const choose = (k: number) => {
      close();
      found[k]?.();
    };
    field.addEventListener("input", () => {
      const matches = this.search(field.value);
      found = matches.map((m) => m.action);
      list.replaceChildren(
        ...matches.map((match, k) => {
          const item = el("li", { role: "option", id: `found-${k}`, "aria-selected": "false" }, el("strong", {}, match.text), el("span", {}, match.place));
          item.addEventListener("mousedown", (event) => (event.preventDefault(), choose(k)));
          return item;
        }),
      );
      if (!matches.length && field.value) list.append(el("li", { class: "quiet" }, "nothing found"));
      list.hidden = !field.value;
      field.setAttribute("aria-expanded", String(!list.hidden));
      mark(matches.length ? 0 : -1);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (found.length) mark((at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
      } else if (event.key === "Enter") choose(Math.max(at, 0));
      else if (event.key === "Escape") {
        field.value = "";
        close();
        field.blur();
      }
    });
    field.addEventListener("blur", close);
  }

  private search(text: string): Match[] {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    const { cells, scopes, primitives } = this.model.data;
    const made: Match[] = [];
    for (const group of this.tree.groups) {
      if (group === this.tree.root || !group.all.length || !group.path.toLowerCase().includes(wanted)) continue;
      if (group.name.startsWith("steps ")) continue;
      const rank = group.path.toLowerCase() === wanted || group.name.toLowerCase() === wanted ? 0 : 2;
      made.push({ text: group.path, place: "module", rank, action: () => this.actions.revealGroup(group) });
    }
    cells.forEach((cell, k) => {
      const place = scopes[cell.scope].at(-1) ?? "";
      const op = cell.op === undefined ? "" : primitives[cell.op].name;
      const symbol = cell.symbol.toLowerCase();
      const full = `${place}.${cell.symbol}`.toLowerCase();
      if (![symbol, op, full, (cell.formula ?? "").toLowerCase()].some((t) => t.includes(wanted))) return;
      const rank = symbol === wanted || full === wanted ? 0 : op === wanted || symbol.startsWith(wanted) ? 1 : 3;
      made.push({ text: clipped(cell.formula ? equation(cell) : cell.symbol, 60), place: place || cell.kind, rank, action: () => this.actions.reveal(k) });
    });
    made.sort((a, b) => a.rank - b.rank);
    return made.slice(0, 50);
  }
}
