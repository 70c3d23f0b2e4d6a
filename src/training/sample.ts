/**
 * What one step of training learns from: a picture, its trimap, and all that it was made of. Square; planes are
 * row-major, colour interleaved R′G′B′.
 */
export interface TrainingSample {
  /** Pixels along either axis. */
  readonly side: number;
  /** 0..1, rounded to 8 bits as a file would be: side·side·3. */
  readonly rgb: Float32Array;
  /** 0 background, 128 unknown, 255 foreground: side·side. */
  readonly trimap: Uint8Array;
  /** The closed-form estimate of alpha, 0..1; all 0 where the recipe says `none`. */
  readonly prior: Float32Array;
  /** The true alpha, 0..1. */
  readonly alpha: Float32Array;
  /** The subject's own colour, straight, 0..1: side·side·3. */
  readonly foreground: Float32Array;
  /** What is behind it, 0..1: side·side·3. */
  readonly background: Float32Array;
}
