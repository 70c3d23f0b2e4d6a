import { boxMean } from './box-filter.js';
import { cellGrid, cellsInside, SLOPES, takeSlopes, type CellGrid, type Slopes } from './plate-cells.js';
import type { EnvelopeScratch } from './lower-envelope.js';
import { squaredDistances } from './morphology.js';
import type { Size } from './picture.js';
import type { BoxScratch } from './plate-evidence.js';

/** Cells that the shorter side of a picture is reduced to, about: grain is averaged, the plate's texture is left. */
const CELLS = 90;
/** Radius of the windows that are compared, cells. */
const RADIUS = 5;
/** How far the plate is moved to see what chance does, cells: further than neighbouring cells resemble each other. */
const SHIFTS: readonly (readonly [number, number])[] = Array.from({ length: 10 }, (_, n) => {
  const reach = n % 2 === 0 ? 5 : 8;
  return [Math.round(reach * Math.cos((n * Math.PI) / 5)), Math.round(reach * Math.sin((n * Math.PI) / 5))];
});
/** A correlation this many times what chance makes is the plate's own … */
const SURE = 3;
/** … if at least this part of its contrast shines through. */
const LEAST = 0.1;
/** Share of a subject's inside that has to be sure for any of it to count; less when it counted in the frame before. */
const ENOUGH = { first: 0.04, again: 0.02 } as const;
/** Around sure cells the subject is see-through as far as this, cells: where the plate is smooth nothing can be seen. */
const REACH = 20;

/**
 * Finds where a subject lets its background shine through: where slopes of the frame correlate with slopes of the plate
 * behind it, more than they do with those of the plate moved elsewhere (a toroidal shift test: Lotwick and Silverman,
 * "Methods for analysing spatial processes of several types of points", JRSS B 44, 1982). The subject's own texture
 * correlates with any of them as well. Holds scratch memory for one size; not reentrant.
 */
export class TransmissionTest {
  readonly #grid: CellGrid;
  readonly #frame: Slopes;
  readonly #plate: Slopes;
  readonly #inside: Uint8Array;
  /** Sums over windows: the frame's energy, its product with the plate's slopes, the plate's energy. */
  readonly #window: readonly [Float32Array, Float32Array, Float32Array];
  readonly #chance: Float32Array;
  readonly #own: Float32Array;
  readonly #slope: Float32Array;
  readonly #sure: Uint8Array;
  #found = false;

  constructor(size: Size) {
    this.#grid = cellGrid(size, CELLS);
    const count = this.#grid.width * this.#grid.height;
    const floats = (): Float32Array => new Float32Array(count);
    const slopes = (): Slopes => ({ values: new Float32Array(SLOPES * count), energy: floats() });
    this.#frame = slopes();
    this.#plate = slopes();
    this.#inside = new Uint8Array(count);
    this.#window = [floats(), floats(), floats()];
    this.#chance = floats();
    this.#own = floats();
    this.#slope = floats();
    this.#sure = new Uint8Array(count);
  }

  /**
   * @param dst - receives 1 for pixels of the subject that may be see-through
   * @param rgb - the frame, interleaved R′G′B′
   * @param plate - exposed as the frame is
   * @param different - 1 for pixels that are not background alone
   */
  mark(
    dst: Uint8Array,
    rgb: Uint8Array,
    plate: Float32Array,
    different: Uint8Array,
    scratch: { readonly box: BoxScratch; readonly distances: EnvelopeScratch },
  ): void {
    dst.fill(0);
    const grid = this.#grid;
    const inside = cellsInside(this.#inside, this.#sure, different, grid);
    if (inside === 0) return;
    takeSlopes(this.#frame, this.#window, rgb, grid);
    takeSlopes(this.#plate, this.#window, plate, grid);
    this.#compare(scratch.box);
    const sure = this.#markSure();
    this.#found = sure > inside * (this.#found ? ENOUGH.again : ENOUGH.first);
    if (!this.#found) return;
    squaredDistances(this.#chance, this.#sure, grid, 1, scratch.distances);
    this.#enlarge(dst, different);
  }

  /** Fills #own, #slope and #chance: the correlation in place, its slope, and the mean square of those elsewhere. */
  #compare(box: BoxScratch): void {
    const [frame] = this.#window;
    for (let i = 0; i < frame.length; i++) frame[i] = this.#inside[i] === 1 ? this.#frame.energy[i]! : 0;
    boxMean(frame, frame, box.plane, box.column, this.#grid, RADIUS);
    this.#correlate(0, 0, box, (i, shared, plate) => {
      this.#own[i] = shared / Math.sqrt(plate * frame[i]! + 1e-9);
      this.#slope[i] = shared / (plate + 1e-9);
    });
    this.#chance.fill(0);
    for (const [dx, dy] of SHIFTS) {
      this.#correlate(dx, dy, box, (i, shared, plate) => {
        this.#chance[i]! += (shared * shared) / (plate * frame[i]! + 1e-9) / SHIFTS.length;
      });
    }
  }

  /** Hands out, for cells inside, the windows' product of slopes and the plate's square of them. */
  #correlate(
    dx: number,
    dy: number,
    box: BoxScratch,
    take: (i: number, shared: number, plate: number) => void,
  ): void {
    const { width, height } = this.#grid;
    const [, shared, plate] = this.#window;
    const f = this.#frame.values;
    const p = this.#plate.values;
    shared.fill(0);
    plate.fill(0);
    for (let y = 0, i = 0; y < height; y++) {
      const row = ((y + dy + height) % height) * width;
      for (let x = 0; x < width; x++, i++) {
        if (this.#inside[i] === 0) continue;
        const j = row + ((x + dx + width) % width);
        plate[i] = this.#plate.energy[j]!;
        let sum = 0;
        for (let a = SLOPES * i, b = SLOPES * j, end = a + SLOPES; a < end; a++, b++) sum += f[a]! * p[b]!;
        shared[i] = sum;
      }
    }
    boxMean(shared, shared, box.plane, box.column, this.#grid, RADIUS);
    boxMean(plate, plate, box.plane, box.column, this.#grid, RADIUS);
    for (let i = 0; i < shared.length; i++) if (this.#inside[i] === 1) take(i, shared[i]!, plate[i]!);
  }

  /** @returns how many cells are surely see-through, 1 in #sure */
  #markSure(): number {
    let count = 0;
    for (let i = 0; i < this.#sure.length; i++) {
      const sure =
        this.#inside[i] === 1 &&
        this.#slope[i]! > LEAST &&
        this.#own[i]! > SURE * Math.sqrt(this.#chance[i]!);
      this.#sure[i] = sure ? 1 : 0;
      count += this.#sure[i]!;
    }
    return count;
  }

  #enlarge(dst: Uint8Array, different: Uint8Array): void {
    const { width, height, side, full } = this.#grid;
    for (let i = 0; i < dst.length; i++) {
      if (different[i] === 0) continue;
      const x = Math.min(width - 1, Math.floor((i % full.width) / side));
      const y = Math.min(height - 1, Math.floor(Math.floor(i / full.width) / side));
      if (this.#chance[y * width + x]! <= REACH * REACH) dst[i] = 1;
    }
  }
}
