// Arrays as tables, histograms, heat maps and images.
import type { ArrayPicture, Images, Num, Picture, Pixels } from "./data";
import { el, svg } from "./dom";
import { amount, isArray, number, shape } from "./words";

function unpack(text: string): Uint8Array {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k++) bytes[k] = raw.charCodeAt(k);
  return bytes;
}

/** From blue through white to red around zero, or from black to white where nothing is negative. */
function tint(level: number, low: number, high: number): [number, number, number] {
  const value = low + ((level - 1) / 254) * (high - low);
  if (level === 0) return [214, 40, 120];
  if (low >= 0) {
    const c = Math.round(24 + (231 * (level - 1)) / 254);
    return [c, c, c];
  }
  const t = value / Math.max(-low, high, 1e-300);
  const fade = (a: number) => Math.round(246 + (a - 246) * Math.min(1, Math.abs(t)));
  return t < 0 ? [fade(30), fade(90), fade(190)] : [fade(190), fade(60), fade(30)];
}

function paint(canvas: HTMLCanvasElement, bytes: Uint8Array, offset: number, p: Pixels, colours: number): void {
  const { width, height } = p;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(width, height);
  const [low, high] = [Number(p.min), Number(p.max)];
  for (let k = 0; k < width * height; k++) {
    const at = offset + k;
    const plane = width * height;
    const rgb = colours === 3 ? [bytes[at], bytes[at + plane], bytes[at + 2 * plane]] : tint(bytes[at], low, high);
    image.data.set([...rgb, 255], 4 * k);
  }
  context.putImageData(image, 0, 0);
}

export function heat(p: Pixels, label: string): HTMLElement {
  const canvas = el("canvas", { class: "heat", role: "img", "aria-label": `heat map of ${label}` });
  paint(canvas, unpack(p.pixels), 0, p, 1);
  return el("figure", {}, canvas, el("figcaption", {}, `${number(p.min)} … ${number(p.max)}`));
}

function images(p: Images, label: string): HTMLElement {
  const bytes = unpack(p.pixels);
  const tiles = el("div", { class: "tiles", role: "img", "aria-label": `images of ${label}` });
  for (let k = 0; k < p.count; k++) {
    const canvas = el("canvas", { class: "tile" });
    paint(canvas, bytes, k * p.width * p.height * p.colours, p, p.colours);
    tiles.append(canvas);
  }
  const count = p.of > p.count ? `${p.count} of ${p.of} · ` : "";
  return el("figure", {}, tiles, el("figcaption", {}, `${count}${number(p.min)} … ${number(p.max)}`));
}

function histogram(p: ArrayPicture, label: string): HTMLElement {
  const bins = p.bins!;
  const most = Math.max(...bins, 1);
  const picture = svg("svg", { viewBox: `0 0 ${bins.length * 10} 60`, class: "histogram", role: "img", "aria-label": `histogram of ${label}` });
  bins.forEach((count, k) => {
    const height = count ? Math.max(1.5, (count / most) * 58) : 0;
    const bar = svg("rect", { x: k * 10 + 1, y: 60 - height, width: 8, height });
    bar.append(svg("title", {}, amount(count)));
    picture.append(bar);
  });
  return el("figure", {}, picture, el("figcaption", { class: "ends" }, el("span", {}, number(p.low)), el("span", {}, number(p.high))));
}

function table(p: ArrayPicture): HTMLElement {
  const numbers = p.numbers!;
  const columns = p.shape.length ? p.shape[p.shape.length - 1] : 1;
  const largest = Math.max(...numbers.map((v) => (typeof v === "number" ? Math.abs(v) : 0)), 1e-300);
  const body = el("tbody");
  for (let k = 0; k < numbers.length; k += Math.max(columns, 1)) {
    const row = el("tr");
    for (const value of numbers.slice(k, k + columns)) row.append(el("td", cellStyle(value, largest), number(value)));
    body.append(row);
  }
  return el("div", { class: "scroll" }, el("table", { class: "numbers" }, body));
}

function cellStyle(value: Num, largest: number): Record<string, string> {
  if (typeof value !== "number") return { class: value === "NaN" || value === "inf" || value === "-inf" ? "bad" : "" };
  const share = Math.round((Math.abs(value) / largest) * 32);
  return { style: `background: color-mix(in srgb, var(${value < 0 ? "--cold" : "--warm"}) ${share}%, transparent)` };
}

/** A small picture of an array for its box in the graph, as a data URL with its size; null where there is none. */
export function thumbnail(value: Picture | undefined): { url: string; width: number; height: number } | null {
  if (!isArray(value)) return null;
  const canvas = document.createElement("canvas");
  if (value.images) {
    const p = value.images;
    const count = Math.min(p.count, 3);
    const bytes = unpack(p.pixels);
    const context = canvas.getContext("2d");
    if (!context) return null;
    canvas.width = count * (p.width + 1) - 1;
    canvas.height = p.height;
    for (let k = 0; k < count; k++) {
      const tile = document.createElement("canvas");
      paint(tile, bytes, k * p.width * p.height * p.colours, p, p.colours);
      context.drawImage(tile, k * (p.width + 1), 0);
    }
    return { url: canvas.toDataURL(), width: Math.round((30 * canvas.width) / canvas.height), height: 30 };
  }
  if (!value.heat) return null;
  paint(canvas, unpack(value.heat.pixels), 0, value.heat, 1);
  const { width, height } = value.heat;
  return { url: canvas.toDataURL(), width: Math.min(72, Math.max(24, Math.round((30 * width) / height))), height: height === 1 ? 9 : 30 };
}

/** Everything there is to see of an array. */
export function show(value: Picture | undefined, label: string): HTMLElement {
  const box = el("div", { class: "array" });
  if (value === undefined || value === null) return box;
  if (!isArray(value)) return box;
  box.append(el("p", { class: "quiet" }, `${shape(value)} · ${value.dtype}`));
  const facts: string[] = [];
  if (value.mean !== undefined) facts.push(`mean ${number(value.mean)}`, `std ${number(value.std)}`, `min ${number(value.min)}`, `max ${number(value.max)}`);
  if (value.zero) facts.push(`${amount(value.zero)} zero`);
  if (value.nan) facts.push(`${amount(value.nan)} NaN`);
  if (value.inf) facts.push(`${amount(value.inf)} infinite`);
  if (facts.length) box.append(el("p", { class: "facts" }, facts.join(" · ")));
  if (value.images) box.append(images(value.images, label));
  if (value.numbers && value.numbers.length) box.append(table(value));
  if (value.heat) box.append(heat(value.heat, label));
  if (value.bins) box.append(histogram(value, label));
  return box;
}
