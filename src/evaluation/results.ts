import type { Image } from '../ingest/read-image.js';
import type { MatteScores } from './metrics.js';

/** One picture of a set, in memory. */
export interface Picture {
  /** Its file's name without the ending; unique in its set. */
  readonly name: string;
  readonly image: Image;
  /** 0 background, 255 foreground, anything else unknown; row-major, the image's size. */
  readonly trimap: Uint8Array;
  /** The exact alpha, 0..1, of the same shape. */
  readonly truth: Float32Array;
}

/** One way to a matte: a model with its stages, a classical solver, finished mattes from elsewhere. */
export interface Method {
  /** Unique among those compared; heads its column. */
  readonly name: string;
  /** @returns alpha 0..1, row-major, the image's size; 0 and 1 where the trimap says so */
  matte(picture: Omit<Picture, 'truth'>): Promise<Float32Array>;
  /** The same by a method that knows what it took: a step that two share counts in both. Others are timed from outside. */
  timed?(picture: Omit<Picture, 'truth'>): Promise<TimedMatte>;
}

/** A matte and what it took. */
export interface TimedMatte {
  readonly alpha: Float32Array;
  /** Wall clock. */
  readonly seconds: number;
}

/** How one method did on one picture. */
export interface PictureScores extends MatteScores {
  /** Wall clock of the matte alone. */
  readonly seconds: number;
}

/** How every method did on one picture. */
export interface PictureResult {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly unknownPixels: number;
  /** By the method's name. */
  readonly methods: Readonly<Record<string, PictureScores>>;
}

/** Means over the pictures, each counting alike. */
export type MeanScores = Readonly<Record<'sad' | 'mse' | 'grad' | 'conn' | 'mad' | 'seconds', number>>;

/** Several methods side by side on one set of pictures. */
export interface Evaluation {
  /** The set's folder. */
  readonly set: string;
  /** In the order they were asked for. */
  readonly methods: readonly string[];
  readonly mean: Readonly<Record<string, MeanScores>>;
  readonly pictures: readonly PictureResult[];
  /** What was left out because it was asked to, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}
