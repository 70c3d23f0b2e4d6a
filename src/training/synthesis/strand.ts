import type { Canvas, Shade } from './canvas.js';
import type { Colour } from './colours.js';

const MOST_POINTS = 64;

/** A line with a width: what hair, barbs, stems and threads are drawn with. Reused from one to the next. */
export class Stroke {
  readonly x: Float64Array = new Float64Array(MOST_POINTS);
  readonly y: Float64Array = new Float64Array(MOST_POINTS);
  /** Half the width at each point, pixels. */
  readonly half: Float64Array = new Float64Array(MOST_POINTS);
  count = 0;
  readonly #outline: Float64Array = new Float64Array(4 * MOST_POINTS);

  clear(): this {
    this.count = 0;
    return this;
  }

  /** Adds a point of the centre line. */
  to(x: number, y: number, half: number): this {
    this.x[this.count] = x;
    this.y[this.count] = y;
    this.half[this.count] = half;
    this.count += 1;
    return this;
  }

  /** Adds the ribbon round the centre line to the canvas's shape. It turns as outlines do. */
  addTo(canvas: Canvas): void {
    const { x, y, half, count } = this;
    const outline = this.#outline;
    for (let i = 0; i < count; i++) {
      const before = Math.max(0, i - 1);
      const after = Math.min(count - 1, i + 1);
      const dx = x[after]! - x[before]!;
      const dy = y[after]! - y[before]!;
      const scale = half[i]! / (Math.hypot(dx, dy) || 1);
      const back = 2 * count - 1 - i;
      outline[2 * i] = x[i]! + dy * scale;
      outline[2 * i + 1] = y[i]! - dx * scale;
      outline[2 * back] = x[i]! - dy * scale;
      outline[2 * back + 1] = y[i]! + dx * scale;
    }
    canvas.polygon(outline, 2 * count);
  }
}

/** How a hair grows. Lengths in pixels, angles in radians. */
export interface Growth {
  readonly x: number;
  readonly y: number;
  /** Direction at the root; 0 points right, π/2 down. */
  readonly angle: number;
  readonly length: number;
  /** At its widest. */
  readonly width: number;
  /** How far it turns by itself from root to tip. */
  readonly curl: number;
  /** Waves along its length, and how far they swing it, radians. */
  readonly waves: number;
  readonly swing: number;
  /** Where in its wave it begins, radians. */
  readonly phase: number;
  /** Pull downwards: radians that a level hair turns by over its length, 0 none; below 0 it rises. */
  readonly weight: number;
  /** Share of the length over which the tip thins out. */
  readonly taper: number;
}

/** Traces a hair into `stroke`: direction changes by curl, wave and weight, step by step. */
export function growStrand(stroke: Stroke, growth: Growth): void {
  const { length, curl, waves, swing, phase, weight, width, taper } = growth;
  const bends = Math.max(6, Math.ceil(8 * Math.max(waves, Math.abs(curl) / 3)));
  const steps = Math.min(MOST_POINTS - 1, Math.max(bends, Math.ceil(length / 14)));
  const step = length / steps;
  let { x, y, angle } = growth;
  stroke.clear();
  for (let i = 0; i <= steps; i++) {
    const along = i / steps;
    const thin = along > 1 - taper ? (1 - along) / taper : 1;
    stroke.to(x, y, 0.5 * width * Math.min(thin, 0.6 + 3 * along));
    const down = Math.PI / 2 - angle;
    angle += curl / steps + (weight * Math.sin(down)) / steps;
    const wave = swing * Math.sin(2 * Math.PI * waves * along + phase) * Math.min(1, 3 * along);
    x += Math.cos(angle + wave) * step;
    y += Math.sin(angle + wave) * step;
  }
}

const SHADES = 16;

/** The colours along a strand, from its root to its tip. Reused: it holds one strand's at a time. */
export class StrandInk {
  readonly #ramp: Float32Array = new Float32Array(3 * (SHADES + 1));
  #x = 0;
  #y = 0;
  #dx = 0;
  #dy = 0;
  #opacity = 1;

  /**
   * @param shine - a highlight's place along the strand, its width as a share of it, and its strength
   */
  set(
    stroke: Stroke,
    root: Colour,
    tip: Colour,
    shine: { readonly at: number; readonly width: number; readonly strength: number },
    opacity = 1,
  ): this {
    const last = stroke.count - 1;
    this.#x = stroke.x[0]!;
    this.#y = stroke.y[0]!;
    const dx = stroke.x[last]! - this.#x;
    const dy = stroke.y[last]! - this.#y;
    const scale = SHADES / Math.max(1, dx * dx + dy * dy);
    this.#dx = dx * scale;
    this.#dy = dy * scale;
    this.#opacity = opacity;
    for (let i = 0; i <= SHADES; i++) {
      const t = i / SHADES;
      const gloss = shine.strength * Math.exp(-(((t - shine.at) / shine.width) ** 2));
      for (let c = 0; c < 3; c++) {
        const base = root[c]! + t * (tip[c]! - root[c]!);
        this.#ramp[3 * i + c] = Math.min(1, base * (1 + 1.5 * gloss) + 0.35 * gloss);
      }
    }
    return this;
  }

  readonly shade: Shade = (x, y, ink) => {
    const along = (x - this.#x) * this.#dx + (y - this.#y) * this.#dy;
    const at = 3 * Math.min(SHADES, Math.max(0, Math.round(along)));
    ink[0] = this.#ramp[at]!;
    ink[1] = this.#ramp[at + 1]!;
    ink[2] = this.#ramp[at + 2]!;
    ink[3] = this.#opacity;
  };
}
