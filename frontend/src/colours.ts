// What colours mean: sizes of gradients and values on a logarithmic scale, time and memory on a linear one.
import type { Model } from "./data";
import { bytes, number, seconds } from "./words";

export type Mode = "kind" | "gradient" | "value" | "time" | "memory";

// Dark to light with rising lightness, readable without telling red from green.
const STOPS = [
  [59, 28, 110],
  [44, 92, 158],
  [28, 145, 144],
  [118, 188, 84],
  [250, 214, 60],
];
const BAD = "rgb(214, 40, 120)";
const NONE = "rgb(140, 140, 140)";

export function ramp(t: number): string {
  const x = Math.min(Math.max(t, 0), 1) * (STOPS.length - 1);
  const k = Math.min(Math.floor(x), STOPS.length - 2);
  const mix = STOPS[k].map((c, i) => Math.round(c + (STOPS[k + 1][i] - c) * (x - k)));
  return `rgb(${mix.join(", ")})`;
}

export class Colours {
  private amounts: (number | null)[];
  private low = Infinity;
  private high = -Infinity;

  constructor(model: Model, readonly mode: Mode) {
    const size = (value: unknown): number | null =>
      typeof value === "number" ? Math.abs(value) : value === undefined || value === null || value === "lost" || typeof value !== "string" ? null : NaN;
    this.amounts = model.data.cells.map((cell) => {
      if (mode === "gradient") return size(cell.slope ?? cell.adjoint);
      if (mode === "value") return size(cell.size ?? cell.value);
      if (cell.kind !== "operation") return null;
      return mode === "time" ? (cell.seconds ?? 0) + (cell.backwardSeconds ?? 0) : (cell.kept ?? 0);
    });
    for (const amount of this.amounts)
      if (amount !== null && amount > 0 && Number.isFinite(amount)) {
        this.low = Math.min(this.low, amount);
        this.high = Math.max(this.high, amount);
      }
  }

  get adds(): boolean {
    return this.mode === "time" || this.mode === "memory";
  }

  /** The colour of a box that stands for these cells; null where there is nothing to show. */
  of(cells: number[], total?: number): string | null {
    if (this.mode === "kind") return null;
    let amount: number | null = null;
    for (const k of cells) {
      const here = this.amounts[k];
      if (here === null) continue;
      if (Number.isNaN(here) || here === Infinity) return BAD;
      amount = amount === null ? here : this.adds ? amount + here : Math.max(amount, here);
    }
    if (amount === null) return null;
    if (amount === 0) return this.adds ? null : NONE;
    if (this.adds) return ramp(amount / (total ?? this.high));
    if (this.high <= this.low) return ramp(0.75);
    return ramp((Math.log(amount) - Math.log(this.low)) / (Math.log(this.high) - Math.log(this.low)));
  }

  sum(cells: number[]): number {
    return cells.reduce((a, k) => a + (this.amounts[k] ?? 0), 0);
  }

  legend(largest: number): { low: string; high: string; extra: [string, string][] } {
    if (this.mode === "time") return { low: "0", high: seconds(largest), extra: [] };
    if (this.mode === "memory") return { low: "0", high: bytes(largest), extra: [] };
    const ends = this.high >= this.low ? { low: number(this.low), high: number(this.high) } : { low: "", high: "" };
    return { ...ends, extra: [[NONE, "all zero"], [BAD, "NaN or infinite"]] };
  }
}
