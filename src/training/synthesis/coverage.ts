/**
 * Turns polygons into coverage: the share of each cell's area that lies inside, exact but for float32 rounding, and for
 * the outermost columns where an edge crosses the border.
 *
 * An edge adds to every row it passes the change of coverage from one cell to the next; a running sum along the row
 * then gives the coverage itself. Polygons add up by winding number: those that turn the same way unite (a sum above 1
 * counts as 1), one that turns the other way cuts a hole.
 */
export class Coverage {
  /** Cells along either axis. */
  readonly side: number;
  readonly #stride: number;
  readonly #change: Float32Array;
  /** First and last column of a row that holds a change; empty where first > last. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  #top: number;
  #bottom = -1;

  constructor(side: number) {
    this.side = side;
    this.#stride = side + 2;
    this.#change = new Float32Array(side * this.#stride);
    this.#first = new Int32Array(side).fill(side + 2);
    this.#last = new Int32Array(side).fill(-1);
    this.#top = side;
  }

  /** Adds one directed edge, cells. A polygon is a closed loop of them. */
  edge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const turn = y0 < y1 ? 1 : -1;
    const upperX = turn > 0 ? x0 : x1;
    const upper = turn > 0 ? y0 : y1;
    const lower = turn > 0 ? y1 : y0;
    const slope = (x1 - x0) / (y1 - y0);
    const top = Math.max(0, Math.floor(upper));
    const bottom = Math.min(this.side, Math.ceil(lower));
    if (top >= bottom) return;
    this.#top = Math.min(this.#top, top);
    this.#bottom = Math.max(this.#bottom, bottom - 1);
    for (let row = top; row < bottom; row++) {
      const from = Math.max(row, upper);
      const to = Math.min(row + 1, lower);
      const a = this.#inside(upperX + (from - upper) * slope);
      const b = this.#inside(upperX + (to - upper) * slope);
      this.#addSpan(row, turn * (to - from), Math.min(a, b), Math.max(a, b));
    }
  }

  /** What lies left of the grid covers its rows from the first column on; what lies right of it covers nothing. */
  #inside(x: number): number {
    return Math.min(Math.max(x, 0), this.side);
  }

  /**
   * The part of an edge that crosses `height` of one row between columns a and b. A cell k is covered to the right of
   * the edge: by the mean over x in [a, b] of clamp(k + 1 − x, 0, 1).
   */
  #addSpan(row: number, height: number, a: number, b: number): void {
    const start = row * this.#stride;
    const first = Math.floor(a);
    this.#first[row] = Math.min(this.#first[row]!, first);
    const width = b - a;
    if (b <= first + 1) {
      const share = height * (first + 1 - 0.5 * (a + b));
      this.#change[start + first]! += share;
      this.#change[start + first + 1]! += height - share;
      this.#last[row] = Math.max(this.#last[row]!, first + 1);
      return;
    }
    const last = Math.ceil(b);
    let before = 0;
    for (let k = first; k <= last; k++) {
      const covered = k + 1 >= b + 1 ? 1 : (ramp(k + 1 - a) - ramp(k + 1 - b)) / width;
      this.#change[start + k]! += height * (covered - before);
      before = covered;
    }
    this.#last[row] = Math.max(this.#last[row]!, last);
  }

  /**
   * Hands on the coverage of all polygons added so far, row by row, and empties itself.
   *
   * @param visit - `coverage[from..to)` of row `row`, 0..1; valid during the call
   */
  drain(
    visit: (row: number, from: number, to: number, coverage: Float32Array, offset: number) => void,
  ): void {
    const change = this.#change;
    for (let row = this.#top; row <= this.#bottom; row++) {
      const from = this.#first[row]!;
      const last = this.#last[row]!;
      this.#first[row] = this.side + 2;
      this.#last[row] = -1;
      if (last < from) continue;
      const offset = row * this.#stride;
      let sum = 0;
      for (let i = offset + from; i <= offset + last; i++) {
        sum += change[i]!;
        change[i] = Math.min(1, Math.abs(sum));
      }
      visit(row, from, Math.min(last + 1, this.side), change, offset);
      change.fill(0, offset + from, offset + last + 1);
    }
    this.#top = this.side;
    this.#bottom = -1;
  }
}

/** ∫ clamp(t, 0, 1) dt from −∞. */
function ramp(t: number): number {
  if (t <= 0) return 0;
  return t < 1 ? 0.5 * t * t : t - 0.5;
}
