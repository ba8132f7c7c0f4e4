// Values in few characters, the same way as autograd/visualize/wording.py.
import type { ArrayPicture, Cell, Num, Picture } from "./data";

export function isArray(value: Picture | undefined): value is ArrayPicture {
  return typeof value === "object" && value !== null && "shape" in value;
}

export function number(value: Num | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "number") return String(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e4 ? value.toExponential(3) : value.toPrecision(4);
  const [digits, power] = text.split("e");
  const short = digits.includes(".") ? digits.replace(/0+$/, "").replace(/\.$/, "") : digits;
  if (Number.isInteger(value) && size < 1e6) return String(value);
  return power ? `${short}e${power}` : short;
}

export function shape(value: ArrayPicture): string {
  return value.shape.length ? value.shape.join("×") : "scalar";
}

export function brief(value: Picture | undefined): string {
  if (value === undefined || value === null) return "";
  if (value === "lost") return "not kept";
  if (!isArray(value)) return typeof value === "object" ? `${value.several} results` : number(value);
  const { numbers } = value;
  if (numbers && value.shape.length === 1 && numbers.length && numbers.length <= 6) return `[${numbers.map(number).join(", ")}]`;
  if (numbers && value.shape.length === 2 && numbers.length && numbers.length <= 6) {
    const [rows, columns] = value.shape;
    const row = (k: number) => `[${numbers.slice(k * columns, (k + 1) * columns).map(number).join(", ")}]`;
    return `[${Array.from({ length: rows }, (_, k) => row(k)).join(", ")}]`;
  }
  return `${value.dtype} ${shape(value)}`;
}

/** Equal things in a row, each said once. */
export function chained(...texts: (string | undefined)[]): string {
  const kept: string[] = [];
  for (const text of texts) if (text && kept[kept.length - 1] !== text) kept.push(text);
  return kept.join(" = ");
}

export function equation(cell: Cell): string {
  return chained(cell.symbol, cell.formula, cell.numbers, brief(cell.value));
}

export function clipped(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length - 1) + "…";
}

export function bytes(count: number): string {
  for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]] as const)
    if (count >= size) return `${(count / size).toPrecision(3)} ${unit}`;
  return `${count} B`;
}

export function seconds(value: number): string {
  for (const [unit, size] of [["s", 1], ["ms", 1e-3], ["µs", 1e-6]] as const)
    if (value >= size) return `${(value / size).toPrecision(3)} ${unit}`;
  return `${(value / 1e-9).toPrecision(3)} ns`;
}

export function amount(count: number): string {
  return count.toLocaleString("en");
}
