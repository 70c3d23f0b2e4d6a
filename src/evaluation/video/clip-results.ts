import type { MatteScores } from '../metrics.js';
import type { BandCounts, BandQuality } from './band-quality.js';
import type { AlphaChange } from './flicker.js';
import type { TemporalError } from './temporal.js';

/** What only two frames that follow one another show: this frame against the one before. */
export interface TemporalScores {
  readonly dtssd: TemporalError;
  readonly messddt: TemporalError;
  readonly change: AlphaChange;
}

/** How one method did on one frame. */
export interface FrameScores extends MatteScores {
  /** The number people know the frame by. */
  readonly frame: number;
  /** Absent for the first frame, and where the frame before has no truth. */
  readonly temporal?: TemporalScores;
}

/** Means over a clip's judged frames; those of the temporal scores over its pairs of frames, NaN if there is none. */
export interface ClipMeans {
  readonly sad: number;
  readonly mse: number;
  readonly grad: number;
  readonly conn: number;
  readonly mad: number;
  readonly dtssd: TemporalError;
  readonly messddt: TemporalError;
  readonly flicker: number;
}

/** How one method did on one clip. */
export interface MethodResult {
  readonly mean: ClipMeans;
  /** Those that have a truth, in order. */
  readonly frames: readonly FrameScores[];
}

/** One frame's trimap against its truth. */
export interface FrameBand extends BandCounts {
  readonly frame: number;
  /** Frames to the nearest painted trimap; 0 for a painted one. */
  readonly distance: number;
  readonly quality: BandQuality;
}

/** How well the trimaps of a clip hold its exact alpha. */
export interface ClipBand {
  /** Means over the frames whose trimap was propagated; undefined where none was. */
  readonly propagated: BandQuality | undefined;
  /** Means over the painted ones. */
  readonly painted: BandQuality | undefined;
  /** Means over the propagated frames so many frames from the nearest painted one, nearest first. */
  readonly byDistance: readonly {
    readonly distance: number;
    readonly frames: number;
    readonly quality: BandQuality;
  }[];
  readonly frames: readonly FrameBand[];
}

/** One clip, every method. */
export interface ClipResult {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Frames that have a truth: those that are judged. */
  readonly truths: number;
  /** The painted trimaps' frames, by number. */
  readonly painted: readonly number[];
  /** Where the unknown region that scores are summed over comes from. */
  readonly unknownRegion: 'painted' | 'propagated';
  readonly band: ClipBand;
  /** By the method's name. */
  readonly methods: Readonly<Record<string, MethodResult>>;
}

/** Several methods side by side on a set of clips. */
export interface ClipEvaluation {
  /** The set's folder. */
  readonly set: string;
  /** In the order they were asked for. */
  readonly methods: readonly string[];
  /** Means over the clips, each counting alike. */
  readonly mean: Readonly<Record<string, ClipMeans>>;
  readonly clips: readonly ClipResult[];
  /** What was left out because it was asked to, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}
