import type { Random } from '../../random.js';
import { fractalNoise, sampleField, type Field } from '../noise.js';
import { Stroke } from '../strand.js';
import type { Canvas } from '../canvas.js';

/** How cloth or a net hangs: moves points, smoothly. */
export class Warp {
  readonly #across: Field;
  readonly #down: Field;
  readonly #extent: number;
  readonly #reach: number;
  readonly #turn: number;
  readonly #stroke: Stroke = new Stroke();

  /** @param reach - how far points move, pixels */
  constructor(random: Random, extent: number, reach: number) {
    this.#across = fractalNoise(random, 64, { cells: 2, octaves: 3 });
    this.#down = fractalNoise(random, 64, { cells: 2, octaves: 3 });
    this.#extent = extent;
    this.#reach = reach;
    this.#turn = random.uniform(0, Math.PI);
  }

  x(u: number, v: number): number {
    const half = this.#extent / 2;
    const x = half + (u - half) * Math.cos(this.#turn) - (v - half) * Math.sin(this.#turn);
    return x + this.#reach * (sampleField(this.#across, u, v, this.#extent) - 0.5);
  }

  y(u: number, v: number): number {
    const half = this.#extent / 2;
    const y = half + (u - half) * Math.sin(this.#turn) + (v - half) * Math.cos(this.#turn);
    return y + this.#reach * (sampleField(this.#down, u, v, this.#extent) - 0.5);
  }

  /** Adds a straight thread, bent by the warp, to the canvas's shape. */
  thread(canvas: Canvas, u0: number, v0: number, u1: number, v1: number, width: number): void {
    const pieces = Math.min(60, Math.max(1, Math.ceil(Math.hypot(u1 - u0, v1 - v0) / 12)));
    this.#stroke.clear();
    for (let i = 0; i <= pieces; i++) {
      const u = u0 + ((u1 - u0) * i) / pieces;
      const v = v0 + ((v1 - v0) * i) / pieces;
      this.#stroke.to(this.x(u, v), this.y(u, v), 0.5 * width);
    }
    this.#stroke.addTo(canvas);
  }

  /** Adds a closed outline, given in the cloth's own plane, to the canvas's shape. */
  patch(canvas: Canvas, outline: Float64Array): void {
    const points = new Float64Array(outline.length);
    for (let i = 0; i < outline.length; i += 2) {
      points[i] = this.x(outline[i]!, outline[i + 1]!);
      points[i + 1] = this.y(outline[i]!, outline[i + 1]!);
    }
    canvas.polygon(points);
  }
}
