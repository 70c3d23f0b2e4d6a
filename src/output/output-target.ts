import type { FrameFormat } from '../core/frame.js';
import type { Rational } from '../core/rational.js';

/** The sound of the source file, as far as the output is concerned. */
interface OutputAudio {
  /** ffmpeg's name of each audio stream's codec, in the file's order: "aac", "pcm_s24le", … */
  readonly codecs: readonly string[];
  /** Seconds from the start of the file to the first frame written; 0 keeps every packet. */
  readonly startSeconds: number;
  /** How long to keep it; absent: to its end. */
  readonly durationSeconds?: number;
}

/** What an output takes over from the clip it was made of. */
export interface OutputSource {
  /** The clip: the file that the audio is copied from. */
  readonly path: string;
  readonly format: FrameFormat;
  /** Nominal frames a second; timecode counts in it. */
  readonly frameRate: Rational;
  /** Seconds a tick of the frames' timestamps. */
  readonly timeBase: Rational;
  /** True when every frame comes exactly `1 / frameRate` after the one before. Unknown counts as false. */
  readonly constantRate?: boolean;
  /** The first frame's number: numbered files start there. */
  readonly firstNumber: number;
  /** Frames that will be written. */
  readonly frameCount: number;
  readonly audio?: OutputAudio;
  /** Of the first frame written: "01:00:00:00" (";" before the frames in drop-frame). */
  readonly timecode?: string;
}

/**
 * `matte` is alpha alone; `side-by-side` the subject's colour on the left and its matte on the right; `composite` the
 * subject over a new background; the others are the subject with alpha.
 */
export type OutputFormat =
  'prores4444' | 'prores4444xq' | 'webm' | 'png' | 'tiff' | 'exr' | 'matte' | 'side-by-side' | 'composite';

/** What a composite is laid over. Images and videos are scaled to cover the frame; videos repeat. */
export type Background =
  /** `#rrggbb`, `#rgb` or one of CSS's sixteen basic names. */
  | { readonly kind: 'colour'; readonly value: string }
  | { readonly kind: 'image' | 'video'; readonly path: string };

/** What a person asked for. */
export interface OutputTarget {
  /** A file, or a folder for numbered pictures. */
  readonly path: string;
  readonly format: OutputFormat;
  /** For `composite`, which needs one. */
  readonly background?: Background;
  /** Colour multiplied by alpha. Where it is not said: only in EXR. */
  readonly premultiplied?: boolean;
  /** EXR only: samples of 32 bits. Otherwise half precision. */
  readonly single?: boolean;
  /** Replaces what is there, once the new output is complete. Otherwise nothing is ever replaced. */
  readonly overwrite?: boolean;
}
