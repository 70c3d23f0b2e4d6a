import type { Size } from './picture.js';
import { identity, largestShift, type Homography } from './plate-homography.js';
import { allocateLuma, fillLuma, type LumaPyramid } from './plate-luma.js';
import { searchShift } from './plate-shift.js';
import { gaussNewton, type PlateFit } from './plate-step.js';

/** Steps on one size of the pictures at most. */
const STEPS = 5;
/** Steps end when the pixel that moves most moves less, pixels. */
const STILL = 0.01;
/** A plate this near to lying exactly on the frame does, pixels, so that no sample is interpolated … */
const LOCKED = 1;
/** … unless this much less of the frame agrees with it there. */
const LESS = 0.01;
/** Below this agreement the last frame's place is no help, and the place is searched anew. */
const LOST = 0.5;

/**
 * Finds where each frame of a clip lies in a clean plate, and its exposure: robust Gauss-Newton steps on the difference of
 * luma, from coarse to fine, in the manner of Lucas and Kanade (Baker and Matthews, "Lucas-Kanade 20 Years On", IJCV
 * 2004, forwards additive), jointly over a homography and an exposure, with Geman and McClure's weights, so that what
 * is not background drops out. It begins where the frame before ended; the first one, and one that is lost, by searching
 * shifts on the coarsest copy. Holds scratch memory for one size; not reentrant.
 */
export class PlateTracker {
  readonly #size: Size;
  readonly #plate: LumaPyramid;
  readonly #frame: LumaPyramid;
  #last: PlateFit | undefined;

  /** @param plate - R′G′B′ interleaved, 0..255 */
  constructor(plate: Float32Array, size: Size) {
    this.#size = size;
    this.#plate = allocateLuma(size);
    this.#frame = allocateLuma(size);
    fillLuma(this.#plate, plate);
  }

  /**
   * @param rgb - the frame, interleaved R′G′B′
   * @param foreground - pixels of value 255 are left out; of the size of the frame
   */
  next(rgb: Uint8Array, foreground?: Uint8Array): PlateFit {
    fillLuma(this.#frame, rgb);
    let fit = this.#last && this.#descend(this.#last, Math.min(2, this.#frame.length - 1), foreground);
    if (!fit || fit.agreement < LOST) {
      const coarsest = this.#frame.length - 1;
      const found = this.#descend(
        searchShift(this.#frame[coarsest]!, this.#plate[coarsest]!),
        coarsest,
        foreground,
      );
      if (!fit || found.agreement > fit.agreement) fit = found;
    }
    return (this.#last = this.#locked(fit, foreground));
  }

  #descend(start: PlateFit, level: number, foreground: Uint8Array | undefined): PlateFit {
    let fit = start;
    for (let n = level; n >= 0; n--) {
      for (let step = 0; step < STEPS; step++) {
        const next = this.#step(fit, n, foreground);
        const moved = largestShift(difference(fit.homography, next.homography), this.#frame[n]!);
        fit = next;
        if (moved < STILL) break;
      }
    }
    return fit;
  }

  /** A camera that has hardly moved has not moved, if the plate agrees as well without: what is left is noise of the fit. */
  #locked(fit: PlateFit, foreground: Uint8Array | undefined): PlateFit {
    if (largestShift(fit.homography, this.#size) > LOCKED) return fit;
    const still = this.#step({ ...fit, homography: identity() }, 0, foreground);
    return still.agreement < fit.agreement - LESS ? fit : { ...still, homography: identity() };
  }

  #step(fit: PlateFit, level: number, foreground: Uint8Array | undefined): PlateFit {
    return gaussNewton(fit, this.#frame[level]!, this.#plate[level]!, foreground, 2 ** level, this.#size);
  }
}

/** What has to be added to nothing to come from one to the other, nearly. */
function difference(from: Homography, to: Homography): Homography {
  const none = identity();
  return none.map((value, n) => value + to[n]! - from[n]!);
}
