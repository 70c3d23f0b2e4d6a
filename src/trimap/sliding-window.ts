import { boxAround } from '../core/mask-box.js';
import type { Size } from './picture.js';

/** What is summed, and what becomes of it. */
export interface WindowJob {
  /** Pixels whose windows are wanted: 1, else 0. */
  readonly wanted: Uint8Array;
  /** Fills in the values of `count` neighbouring pixels of a row, pixel by pixel. */
  readonly fill: (values: Float32Array, pixel: number, count: number) => void;
  /** Receives the sums of the window around a pixel; they are good until it returns. */
  readonly take: (sums: Float64Array, pixel: number) => void;
}

/**
 * Sums over (2·radius + 1)² windows, cut off at the borders, of pixels that have several values each. Running sums, down the
 * columns and then along the rows: the cost does not depend on the radius, and a window that is not wanted costs little. Holds
 * scratch memory for one picture size; not reentrant.
 */
export class SlidingWindow {
  readonly #size: Size;
  readonly #values: number;
  readonly #radius: number;
  readonly #entering: Float32Array;
  /** The last 2·radius + 1 rows, each at its number modulo their count. */
  readonly #rows: readonly Float32Array[];
  /** Sums of the columns over those rows, with `radius` + 1 empty ones at either side. */
  readonly #columns: Float64Array;
  readonly #sums: Float64Array;

  /** @param values - a pixel has */
  constructor(size: Size, values: number, radius: number) {
    const row = (): Float32Array => new Float32Array(size.width * values);
    this.#size = size;
    this.#values = values;
    this.#radius = radius;
    this.#entering = row();
    this.#rows = Array.from({ length: 2 * radius + 1 }, row);
    this.#columns = new Float64Array((size.width + 2 * (radius + 1)) * values);
    this.#sums = new Float64Array(values);
  }

  run({ wanted, fill, take }: WindowJob): void {
    const radius = this.#radius;
    const box = boxAround(wanted, this.#size, radius);
    if (!box) return;
    const { width, height } = this.#size;
    for (const row of this.#rows) row.fill(0);
    this.#columns.fill(0);
    for (let y = box.top; y < box.top + box.height + radius; y++) {
      if (y < height) fill(this.#entering, y * width + box.left, box.width);
      else this.#entering.fill(0);
      this.#push(this.#rows[y % this.#rows.length]!, box.width * this.#values);
      const middle = y - radius;
      if (middle >= box.top) this.#takeRow(wanted, middle * width + box.left, box.width, take);
    }
  }

  /** The entering row takes the oldest one's place. */
  #push(oldest: Float32Array, length: number): void {
    const entering = this.#entering;
    const columns = this.#columns;
    const margin = (this.#radius + 1) * this.#values;
    for (let i = 0; i < length; i++) {
      const value = entering[i]!;
      columns[margin + i]! += value - oldest[i]!;
      oldest[i] = value;
    }
  }

  #takeRow(wanted: Uint8Array, first: number, count: number, take: WindowJob['take']): void {
    const values = this.#values;
    const sums = this.#sums;
    const columns = this.#columns;
    const side = (2 * this.#radius + 1) * values;
    let follows = false;
    for (let x = 0; x < count; x++) {
      if (wanted[first + x] === 0) {
        follows = false;
        continue;
      }
      let leaving = x * values;
      let entering = leaving + side;
      if (follows) {
        for (let k = 0; k < values; k++) sums[k]! += columns[entering++]! - columns[leaving++]!;
      } else {
        sums.fill(0);
        for (leaving += values; leaving <= entering;) {
          for (let k = 0; k < values; k++) sums[k]! += columns[leaving++]!;
        }
      }
      follows = true;
      take(sums, first + x);
    }
  }
}
