import type { FrameFormat } from '../core/frame.js';
import type { Rational } from '../core/rational.js';
import type { PlaneOrder } from '../ffmpeg/pixel-formats.js';

/** How ffmpeg is told to read the clip. Plain data, as all of a clip is: it can be sent to a thread. */
export interface ClipInput {
  /** A file, or a pattern of numbered pictures for ffmpeg's image2 reader. */
  readonly source: string;
  readonly options: readonly string[];
  /** More of them where frames are only to be looked at, as 8-bit pictures. */
  readonly pictureOptions: readonly string[];
  /** ffmpeg's index of the video stream. */
  readonly stream: number;
  /** Applied to every decoded frame, before any is passed over. */
  readonly filters: readonly string[];
  /** Where the scale filter finds subsampled chroma: its options, or "". */
  readonly siting: string;
  /** Decoded frames to pass over before the first of the run. */
  readonly skip: number;
  /** Whether a decoder can be made to begin at a key frame of the container's. */
  readonly indexed: boolean;
  /** Whether whatever ffmpeg complains of counts as damage. */
  readonly strict: boolean;
  /** Whether the decoder patches damaged pictures and hands them on. */
  readonly patches: boolean;
  /** What the decoder's times lack, in ticks: pictures are counted from the first that is read. */
  readonly tickOffset: number;
  /** ffmpeg's name of the layout frames are decoded to, and which colour plane each of its planes is, if any. */
  readonly pixelFormat: string;
  readonly planeOrder: PlaneOrder;
}

/** The frames of a run: a whole clip, or a range of one. */
export interface Clip {
  /** As the person named it. */
  readonly path: string;
  readonly kind: 'video' | 'sequence';
  readonly format: FrameFormat;
  /** Frames per second: the nominal rate, or the average where the rate varies. */
  readonly frameRate: Rational;
  /** Whether every frame comes exactly `1 / frameRate` after the one before, but for the rounding of its time base. */
  readonly constantRate: boolean;
  /** Seconds a tick of the frames' timestamps: the source's own. */
  readonly timeBase: Rational;
  /** When each frame of the run is shown, in ticks; absent for pictures, and where the file does not say. */
  readonly ticks?: readonly number[];
  /** When frames are shown that are decoded without others; absent where all are. */
  readonly keyTicks?: readonly number[];
  /** Frames of the run. Decoding that gives another number is an error. */
  readonly frameCount: number;
  /** Number of the run's first frame: counted from 0 in a video file, the picture's own in a sequence. */
  readonly firstNumber: number;
  /** The clip that the run is a range of, or all of. */
  readonly whole: { readonly firstNumber: number; readonly frameCount: number };
  /** Seconds from the start of the file to the run's first frame; 0 when the run starts where the file does. */
  readonly startSeconds: number;
  /** How long the run lasts, where it ends before the file does. */
  readonly durationSeconds?: number;
  /** ffmpeg's name of each audio stream's codec, in the file's order: "aac", "pcm_s24le", … */
  readonly audioCodecs: readonly string[];
  /** Of the run's first frame: "01:00:00:00" (";" before the frames in drop-frame). */
  readonly timecode?: string;
  /** What it was opened with, but for the range. */
  readonly reading: Reading;
  /** What a person should know: one sentence each. */
  readonly notices: readonly string[];
  readonly input: ClipInput;
}

/** How a clip is to be read. */
export interface Reading {
  /** Frames a second of numbered pictures; without it what they say themselves, else 24. Video files have their own times. */
  readonly frameRate?: Rational | undefined;
  /** Make whole frames of interlaced ones. */
  readonly deinterlace?: boolean | undefined;
}

/** What `openClip` may be told. */
export interface OpenClipOptions extends Reading {
  /** First and last frame, both included, in the clip's own numbers. */
  readonly range?: readonly [number, number];
  readonly signal: AbortSignal;
}
