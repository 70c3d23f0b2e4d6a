import type { Size } from './picture.js';
import { fitExposure } from './plate-exposure.js';
import { identity, largestShift, warpPlate } from './plate-homography.js';
import { classifyRoughness } from './plate-noise.js';
import type { PlateFit } from './plate-step.js';

/** Placed nearer than this to where it was, the plate is left there, pixels. */
const SAME = 1e-6;

/**
 * A plate as the current frame's camera sees it: placed, and exposed as the frame is. What follows from the place alone is kept
 * for as long as the camera is locked.
 */
export class PlateView {
  /** Interleaved R′G′B′, 0..255. */
  readonly rgb: Float32Array;
  /** 1 where the plate shows the place. */
  readonly covered: Uint8Array;
  /** `classifyRoughness`. */
  readonly roughness: Uint8Array;
  readonly #size: Size;
  readonly #source: Float32Array;
  readonly #placed: Float32Array;
  #isLocked = false;

  /** @param source - interleaved R′G′B′, 0..255 */
  constructor(source: Float32Array, size: Size) {
    this.#size = size;
    this.#source = source;
    this.#placed = new Float32Array(source.length);
    this.rgb = new Float32Array(source.length);
    this.covered = new Uint8Array(source.length / 3);
    this.roughness = new Uint8Array(source.length / 3);
  }

  /** Puts the plate where the frame shows it. */
  place({ homography }: PlateFit): void {
    const isLocked = largestShift(homography, this.#size) < SAME;
    if (isLocked && this.#isLocked) return;
    this.#isLocked = isLocked;
    warpPlate(this.#placed, this.covered, this.#source, isLocked ? identity() : homography, this.#size);
    classifyRoughness(this.roughness, this.#placed, this.#size);
  }

  /**
   * Exposes the plate as the frame is.
   *
   * @param start - luma's gain and offset, about
   * @param use - 1 for pixels that may be background
   */
  expose(start: Pick<PlateFit, 'gain' | 'offset'>, frame: Uint8Array, use: Uint8Array): void {
    const { gain, offset } = fitExposure(start, frame, this.#placed, use, this.#size);
    for (let at = 0; at < this.rgb.length; at += 3) {
      this.rgb[at] = gain[0] * this.#placed[at]! + offset[0];
      this.rgb[at + 1] = gain[1] * this.#placed[at + 1]! + offset[1];
      this.rgb[at + 2] = gain[2] * this.#placed[at + 2]! + offset[2];
    }
  }
}
