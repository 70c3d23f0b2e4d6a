import { boxMean } from './box-filter.js';
import { squaredDistances, type DistanceScratch } from './morphology.js';
import type { Size } from './picture.js';
import type { BoxScratch } from './plate-evidence.js';

/** Cells that the shorter side of a picture is reduced to, about: grain is averaged, the plate's texture is left. */
const CELLS = 90;
/** Radius of the windows that are compared, cells. */
const RADIUS = 5;
/** How far the plate is moved to see what chance does, cells: further than neighbouring cells resemble each other. */
const SHIFTS: readonly (readonly [number, number])[] = [5, 8].flatMap((reach) =>
  Array.from({ length: 8 }, (_, n): readonly [number, number] => [
    Math.round(reach * Math.cos((n * Math.PI) / 4)),
    Math.round(reach * Math.sin((n * Math.PI) / 4)),
  ]),
);
/** A correlation this many times what chance makes is the plate's own … */
const SURE = 3;
/** … if at least this part of its contrast shines through. */
const LEAST = 0.1;
/** Share of a subject's inside that has to be sure for any of it to count; less when it counted in the frame before. */
const ENOUGH = { first: 0.04, again: 0.02 } as const;
/** Around sure cells the subject is see-through as far as this, cells: where the plate is smooth nothing can be seen. */
const REACH = 20;

interface Planes {
  /** Slopes of three channels, across and down, a plane each. */
  readonly slopes: readonly Float32Array[];
  /** Their squares' sum. */
  readonly energy: Float32Array;
}

/**
 * Finds where a subject lets its background shine through: where slopes of the frame correlate with slopes of the plate
 * behind it, more than they do with those of the plate moved elsewhere (a toroidal shift test: Lotwick and Silverman,
 * "Methods for analysing spatial processes of several types of points", JRSS B 44, 1982). The subject's own texture
 * correlates with any of them as well. Holds scratch memory for one size; not reentrant.
 */
export class TransmissionTest {
  readonly #size: Size;
  readonly #side: number;
  readonly #cells: Size;
  readonly #frame: Planes;
  readonly #plate: Planes;
  readonly #means: readonly Float32Array[];
  readonly #inside: Uint8Array;
  readonly #window: readonly [Float32Array, Float32Array, Float32Array];
  readonly #chance: Float32Array;
  readonly #own: Float32Array;
  readonly #slope: Float32Array;
  readonly #near: Uint8Array;
  #found = false;

  constructor(size: Size) {
    const side = Math.max(1, Math.round(Math.min(size.width, size.height) / CELLS));
    const cells = { width: Math.floor(size.width / side), height: Math.floor(size.height / side) };
    const count = cells.width * cells.height;
    const floats = (): Float32Array => new Float32Array(count);
    const planes = (): Planes => ({ slopes: Array.from({ length: 6 }, floats), energy: floats() });
    this.#size = size;
    this.#side = side;
    this.#cells = cells;
    this.#frame = planes();
    this.#plate = planes();
    this.#means = [floats(), floats(), floats()];
    this.#inside = new Uint8Array(count);
    this.#window = [floats(), floats(), floats()];
    this.#chance = floats();
    this.#own = floats();
    this.#slope = floats();
    this.#near = new Uint8Array(count);
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
    scratch: { readonly box: BoxScratch; readonly distances: DistanceScratch },
  ): void {
    dst.fill(0);
    const inside = this.#markInside(different);
    if (inside === 0) return;
    this.#takeSlopes(this.#frame, rgb);
    this.#takeSlopes(this.#plate, plate);
    this.#compare(scratch.box);
    const sure = this.#markSure();
    this.#found = sure > inside * (this.#found ? ENOUGH.again : ENOUGH.first);
    if (!this.#found) return;
    squaredDistances(this.#chance, this.#near, this.#cells, 1, scratch.distances);
    this.#enlarge(dst, different);
  }

  /** Cells all of which, and of whose neighbours, is the subject's. @returns how many */
  #markInside(different: Uint8Array): number {
    const { width, height } = this.#cells;
    const inside = this.#inside;
    const whole = this.#near;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) whole[i] = this.#isWhole(different, x, y) ? 1 : 0;
    }
    inside.fill(0);
    let count = 0;
    for (let y = 1; y < height - 1; y++) {
      for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
        inside[i] = whole[i]! & whole[i - 1]! & whole[i + 1]! & whole[i - width]! & whole[i + width]!;
        count += inside[i]!;
      }
    }
    return count;
  }

  #isWhole(different: Uint8Array, cellX: number, cellY: number): boolean {
    const side = this.#side;
    for (let y = cellY * side; y < (cellY + 1) * side; y++) {
      const row = y * this.#size.width + cellX * side;
      for (let i = row; i < row + side; i++) if (different[i] === 0) return false;
    }
    return true;
  }

  #takeSlopes({ slopes, energy }: Planes, picture: Uint8Array | Float32Array): void {
    const { width, height } = this.#cells;
    this.#takeMeans(picture);
    energy.fill(0);
    this.#means.forEach((mean, c) => {
      const across = slopes[2 * c]!;
      const down = slopes[2 * c + 1]!;
      for (let y = 1; y < height - 1; y++) {
        for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
          across[i] = mean[i + 1]! - mean[i - 1]!;
          down[i] = mean[i + width]! - mean[i - width]!;
          energy[i]! += across[i]! * across[i]! + down[i]! * down[i]!;
        }
      }
    });
  }

  #takeMeans(picture: Uint8Array | Float32Array): void {
    const { width, height } = this.#cells;
    const side = this.#side;
    const share = 1 / (side * side);
    for (const mean of this.#means) mean.fill(0);
    const [red, green, blue] = this.#means as [Float32Array, Float32Array, Float32Array];
    for (let y = 0; y < height * side; y++) {
      const row = Math.floor(y / side) * width;
      for (let x = 0, at = 3 * y * this.#size.width; x < width * side; x++, at += 3) {
        const i = row + Math.floor(x / side);
        red[i]! += share * picture[at]!;
        green[i]! += share * picture[at + 1]!;
        blue[i]! += share * picture[at + 2]!;
      }
    }
  }

  /** Fills #own, #slope and #chance: the correlation in place, its slope, and the mean square of those elsewhere. */
  #compare(box: BoxScratch): void {
    const [, , frame] = this.#window;
    for (let i = 0; i < frame.length; i++) frame[i] = this.#inside[i] === 1 ? this.#frame.energy[i]! : 0;
    boxMean(frame, frame, box.plane, box.column, this.#cells, RADIUS);
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
    const { width, height } = this.#cells;
    const [shared, plate] = this.#window;
    const f = this.#frame.slopes;
    const p = this.#plate.slopes;
    shared.fill(0);
    plate.fill(0);
    for (let y = 0, i = 0; y < height; y++) {
      const row = ((y + dy + height) % height) * width;
      for (let x = 0; x < width; x++, i++) {
        if (this.#inside[i] === 0) continue;
        const j = row + ((x + dx + width) % width);
        plate[i] = this.#plate.energy[j]!;
        let sum = 0;
        for (let n = 0; n < 6; n++) sum += f[n]![i]! * p[n]![j]!;
        shared[i] = sum;
      }
    }
    boxMean(shared, shared, box.plane, box.column, this.#cells, RADIUS);
    boxMean(plate, plate, box.plane, box.column, this.#cells, RADIUS);
    for (let i = 0; i < shared.length; i++) if (this.#inside[i] === 1) take(i, shared[i]!, plate[i]!);
  }

  /** @returns how many cells are surely see-through, 1 in #near */
  #markSure(): number {
    let count = 0;
    for (let i = 0; i < this.#near.length; i++) {
      const sure =
        this.#inside[i] === 1 &&
        this.#slope[i]! > LEAST &&
        this.#own[i]! > SURE * Math.sqrt(this.#chance[i]!);
      this.#near[i] = sure ? 1 : 0;
      count += this.#near[i]!;
    }
    return count;
  }

  #enlarge(dst: Uint8Array, different: Uint8Array): void {
    const { width, height } = this.#cells;
    for (let i = 0; i < dst.length; i++) {
      if (different[i] === 0) continue;
      const x = Math.min(width - 1, Math.floor((i % this.#size.width) / this.#side));
      const y = Math.min(height - 1, Math.floor(Math.floor(i / this.#size.width) / this.#side));
      if (this.#chance[y * width + x]! <= REACH * REACH) dst[i] = 1;
    }
  }
}
