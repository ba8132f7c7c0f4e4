// Where one looks: zoom, pan, and the minimap.
import type { Box, Layout, Point, Size } from "./layout";

export class Camera {
  private zoom = { x: 0, y: 0, k: 1 };
  private size: Size = { width: 1, height: 1 };
  private pending = false;

  constructor(
    private readonly stage: HTMLElement,
    private readonly root: SVGSVGElement,
    private readonly world: SVGGElement,
    private readonly minimap: HTMLCanvasElement,
    private readonly marks: (colour: (name: string) => string) => Iterable<[Box, string]>,
  ) {
    this.listen();
    new ResizeObserver(() => this.moved()).observe(stage);
  }

  /** A new picture is there. */
  shows({ width, height }: Layout): void {
    this.size = { width, height };
    this.moved();
  }

  private listen(): void {
    const { root } = this;
    root.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || Math.abs(event.deltaX) < Math.abs(event.deltaY)) this.scale(Math.exp(-event.deltaY * 0.0016), event.clientX, event.clientY);
      else this.shift(-event.deltaX, 0);
    }, { passive: false });
    const pointers = new Map<number, { x: number; y: number }>();
    root.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    root.addEventListener("pointermove", (event) => {
      const old = pointers.get(event.pointerId);
      if (!old) return;
      const [dx, dy] = [event.clientX - old.x, event.clientY - old.y];
      if (!root.hasPointerCapture(event.pointerId)) {
        if (Math.hypot(dx, dy) < 4) return;
        root.setPointerCapture(event.pointerId);
        root.classList.add("moving");
      }
      const others = [...pointers].filter(([id]) => id !== event.pointerId);
      if (others.length) {
        const [, other] = others[0];
        const ratio = Math.hypot(event.clientX - other.x, event.clientY - other.y) / Math.max(1, Math.hypot(old.x - other.x, old.y - other.y));
        this.scale(ratio, other.x, other.y);
      } else this.shift(dx, dy);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    const up = (event: PointerEvent) => {
      pointers.delete(event.pointerId);
      root.classList.remove("moving");
    };
    root.addEventListener("pointerup", up);
    root.addEventListener("pointercancel", up);
    const jump = (event: PointerEvent) => {
      if (!event.buttons) return;
      const { left, top, width, height } = this.minimap.getBoundingClientRect();
      const k = Math.min(width / this.size.width, height / this.size.height);
      const offset = { x: (width - this.size.width * k) / 2, y: (height - this.size.height * k) / 2 };
      this.centre((event.clientX - left - offset.x) / k, (event.clientY - top - offset.y) / k);
    };
    this.minimap.addEventListener("pointerdown", jump);
    this.minimap.addEventListener("pointermove", jump);
  }

  scale(ratio: number, clientX?: number, clientY?: number): void {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    const [x, y] = [(clientX ?? left + width / 2) - left, (clientY ?? top + height / 2) - top];
    const k = Math.min(Math.max(this.zoom.k * ratio, 0.03), 4);
    const real = k / this.zoom.k;
    this.zoom = { k, x: x - (x - this.zoom.x) * real, y: y - (y - this.zoom.y) * real };
    this.moved();
  }

  shift(dx: number, dy: number): void {
    this.zoom.x += dx;
    this.zoom.y += dy;
    this.moved();
  }

  centre(x: number, y: number): void {
    const { width, height } = this.stage.getBoundingClientRect();
    this.zoom.x = width / 2 - x * this.zoom.k;
    this.zoom.y = height / 2 - y * this.zoom.k;
    this.moved();
  }

  /** Show everything; where that would be too small to read, its beginning. */
  fit(readable = false): void {
    const { width, height } = this.stage.getBoundingClientRect();
    const whole = Math.min(width / this.size.width, height / this.size.height, 1.5);
    const least = readable ? 0.22 : 0;
    this.zoom.k = Math.max(whole, least);
    this.centre(this.size.width / 2, this.size.height / 2);
    if (whole < least) {
      this.zoom.x = Math.max(this.zoom.x, 0);
      this.zoom.y = Math.max(this.zoom.y, 0);
      this.moved();
    }
  }

  /** Bring a box into view, unless it is. */
  reach(box: Point): void {
    const { width, height } = this.stage.getBoundingClientRect();
    const [x, y] = [box.x * this.zoom.k + this.zoom.x, box.y * this.zoom.k + this.zoom.y];
    if (x < 60 || y < 50 || x > width - 60 || y > height - 50) this.centre(box.x, box.y);
  }

  /** Draw the minimap anew, at the next frame. */
  refresh(): void {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.paint();
    });
  }

  /** The whole picture as a viewBox, for printing. */
  forPrint(on: boolean): void {
    if (on) {
      this.world.removeAttribute("transform");
      this.root.setAttribute("viewBox", `0 0 ${this.size.width} ${this.size.height}`);
    } else {
      this.root.removeAttribute("viewBox");
      this.moved();
    }
  }

  private moved(): void {
    const { x, y, k } = this.zoom;
    this.world.setAttribute("transform", `translate(${x.toFixed(2)},${y.toFixed(2)}) scale(${k.toFixed(4)})`);
    this.root.classList.toggle("far", k < 0.4);
    this.refresh();
  }

  private paint(): void {
    const { minimap, size, zoom } = this;
    const { width, height } = minimap.getBoundingClientRect();
    const stage = this.stage.getBoundingClientRect();
    minimap.classList.toggle("idle", size.width * zoom.k <= stage.width * 1.05 && size.height * zoom.k <= stage.height * 1.05);
    const context = minimap.getContext("2d");
    if (!width || !context) return;
    const ratio = devicePixelRatio || 1;
    minimap.width = width * ratio;
    minimap.height = height * ratio;
    const k = Math.min(width / size.width, height / size.height);
    context.setTransform(k * ratio, 0, 0, k * ratio, ((width - size.width * k) / 2) * ratio, ((height - size.height * k) / 2) * ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    for (const [box, fill] of this.marks(colour)) {
      context.fillStyle = fill;
      context.fillRect(box.x - box.width / 2, box.y - box.height / 2, Math.max(box.width, 1.5 / k), Math.max(box.height, 1.5 / k));
    }
    context.strokeStyle = colour("--ink");
    context.lineWidth = 1.4 / k;
    context.strokeRect(-zoom.x / zoom.k, -zoom.y / zoom.k, stage.width / zoom.k, stage.height / zoom.k);
  }
}
