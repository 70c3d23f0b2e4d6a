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
    const { width, height } = this.#size;
    const radius = this.#radius;
    const bounds = boundsOf(wanted, this.#size);
    if (!bounds) return;
    const left = Math.max(0, bounds.left - radius);
    const count = Math.min(width - 1, bounds.right + radius) - left + 1;
    for (const row of this.#rows) row.fill(0);
    this.#columns.fill(0);
    for (let y = Math.max(0, bounds.top - radius); y <= bounds.bottom + radius; y++) {
      if (y < height) fill(this.#entering, y * width + left, count);
      else this.#entering.fill(0);
      this.#push(this.#rows[y % this.#rows.length]!, count * this.#values);
      if (y - radius >= bounds.top) this.#takeRow(wanted, (y - radius) * width + left, count, take);
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

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The rectangle around what is 1, its last row and column included. */
function boundsOf(mask: Uint8Array, { width, height }: Size): Bounds | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    const row = mask.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, row.lastIndexOf(1));
    top = Math.min(top, y);
    bottom = y;
  }
  return bottom < 0 ? undefined : { left, top, right, bottom };
}
