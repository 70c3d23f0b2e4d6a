import { sampleBilinear } from '../trimap/bilinear.js';
import type { Flow } from '../trimap/flow.js';
import type { Size } from '../trimap/picture.js';

/** Mean difference of the three colours, 0..255, above which the flow does not lead to what a cell shows. */
const STRANGE = 14;

/** How far a strange cell looks for others like it, cells: a fast hand's way from one frame to the next. */
const REACH = 8;

/** Squared difference of colours at which a cell near by has a quarter of the say of one that is alike. */
const ALIKE = 200;

/** What both pictures and the flow between them are, of the size of cells. */
export interface FollowedPictures {
  /** From `here` to `there`. */
  readonly flow: Flow;
  /** Interleaved R′G′B′ bytes. */
  readonly here: Uint8Array;
  readonly there: Uint8Array;
}

/**
 * Alpha where a frame shows what the one before did not, or the flow errs. What cannot be followed looks like something beside it
 * that can: each strange cell takes the mean alpha of the others near it, weighted by nearness and likeness of colour as joint
 * bilateral upsampling does (Kopf, Cohen, Lischinski, Uyttendaele, SIGGRAPH 2007). Holds its scratch memory; not reentrant.
 */
export class DisocclusionFill {
  readonly #frame: Size;
  readonly #cells: Size;
  readonly #factor: number;
  /** 1 of cells that cannot be followed. */
  readonly #strange: Float32Array;
  /** Alpha of each. */
  readonly #alpha: Float32Array;
  readonly #colours: Float32Array;
  readonly #sample = new Float64Array(3);

  /** @param factor - pixels of the frame along a cell's side */
  constructor(frame: Size, cells: Size, factor: number) {
    this.#frame = frame;
    this.#cells = cells;
    this.#factor = factor;
    const count = cells.width * cells.height;
    this.#strange = new Float32Array(count);
    this.#alpha = new Float32Array(count);
    this.#colours = new Float32Array(3 * count);
  }

  /** @param alpha - of the frame, moved along the flow; mended in place, 0..1 */
  fill(alpha: Float32Array, pictures: FollowedPictures): void {
    this.#findStrange(pictures);
    this.#reduce(alpha);
    this.#borrow(pictures.here);
    this.#mend(alpha);
  }

  #findStrange({ flow, here, there }: FollowedPictures): void {
    const { width, height } = this.#cells;
    const seen = this.#sample;
    this.#colours.set(there);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        sampleBilinear(seen, 0, this.#colours, this.#cells, 3, x + flow.u[i]!, y + flow.v[i]!);
        let difference = 0;
        for (let c = 0; c < 3; c++) difference += Math.abs(seen[c]! - here[3 * i + c]!);
        this.#strange[i] = difference > 3 * STRANGE ? 1 : 0;
      }
    }
  }

  /** The frame's alpha in each cell's middle. */
  #reduce(alpha: Float32Array): void {
    const { width, height } = this.#cells;
    const middle = (this.#factor - 1) / 2;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const [px, py] = [x * this.#factor + middle, y * this.#factor + middle];
        sampleBilinear(this.#alpha, i, alpha, this.#frame, 1, px, py);
      }
    }
  }

  /** Gives strange cells the alpha of others; those with none near them count as followed. */
  #borrow(here: Uint8Array): void {
    const { width, height } = this.#cells;
    const alone: number[] = [];
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (this.#strange[i] === 0) continue;
        const alpha = this.#alphaAround(here, x, y);
        if (alpha === undefined) alone.push(i);
        else this.#alpha[i] = alpha;
      }
    }
    for (const i of alone) this.#strange[i] = 0;
  }

  /** The weighted mean of the cells near one that can be followed; undefined where there are none. */
  #alphaAround(here: Uint8Array, x: number, y: number): number | undefined {
    const { width, height } = this.#cells;
    const i = y * width + x;
    let weights = 0;
    let sum = 0;
    for (let v = Math.max(0, y - REACH); v <= Math.min(height - 1, y + REACH); v++) {
      for (let u = Math.max(0, x - REACH); u <= Math.min(width - 1, x + REACH); u++) {
        const j = v * width + u;
        if (this.#strange[j] === 1) continue;
        const unlike = 1 + squaredDifference(here, 3 * i, 3 * j) / ALIKE;
        const weight = 1 / (unlike * unlike * (1 + (v - y) * (v - y) + (u - x) * (u - x)));
        weights += weight;
        sum += weight * this.#alpha[j]!;
      }
    }
    if (weights === 0) return undefined;
    const mean = sum / weights;
    // A mean of both sides is mostly one of them: its contrast is raised.
    return mean * mean * (3 - 2 * mean);
  }

  /** Puts the cells' alpha into the frame, over half a cell's soft border. */
  #mend(alpha: Float32Array): void {
    const { width, height } = this.#cells;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) if (this.#besideStrange(x, y)) this.#mendCell(alpha, x, y);
    }
  }

  #besideStrange(x: number, y: number): boolean {
    const { width, height } = this.#cells;
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        if (this.#strange[v * width + u] === 1) return true;
      }
    }
    return false;
  }

  #mendCell(alpha: Float32Array, cellX: number, cellY: number): void {
    const { width, height } = this.#frame;
    const factor = this.#factor;
    for (let y = cellY * factor; y < Math.min(height, (cellY + 1) * factor); y++) {
      for (let x = cellX * factor; x < Math.min(width, (cellX + 1) * factor); x++) {
        const share = Math.min(1, 2 * this.#at(this.#strange, x, y));
        const i = y * width + x;
        alpha[i] = (1 - share) * alpha[i]! + share * this.#at(this.#alpha, x, y);
      }
    }
  }

  /** What a plane of cells is at a pixel of the frame. */
  #at(plane: Float32Array, x: number, y: number): number {
    const middle = (this.#factor - 1) / 2;
    const [cx, cy] = [(x - middle) / this.#factor, (y - middle) / this.#factor];
    sampleBilinear(this.#sample, 0, plane, this.#cells, 1, cx, cy);
    return this.#sample[0]!;
  }
}

/** Of two R′G′B′ triples. */
function squaredDifference(rgb: Uint8Array, a: number, b: number): number {
  let sum = 0;
  for (let c = 0; c < 3; c++) sum += (rgb[a + c]! - rgb[b + c]!) ** 2;
  return sum;
}
