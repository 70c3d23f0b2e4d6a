import { MatteflowError } from '../core/errors.js';
import type { Frame, FramePlanes, FrameScale } from '../core/frame.js';
import { isClassical } from '../matting/classical.js';
import type { Rational } from '../core/rational.js';
import type { Size } from '../matting/tiles.js';
import type { ViewChoice } from '../matting/viewing.js';
import type { OutputFormat } from '../output/output-target.js';
import type { ImageTrimapOptions } from './image-trimap.js';
import type { Progress } from './progress.js';
import type { RunReport } from './run-report.js';
import type { ForceOptions, TrimapOptions } from './trimap-options.js';

/** What models that read a prior are given: closed-form matting on cells of 4×4 pixels or on the frame's own, or another method. */
export type PriorKind = 'quarter' | 'full' | 'linked' | 'information-flow';

/** How the subject's own colour is found: multi-level estimation, or Blur-Fusion, several times faster and less exact. */
export type ForegroundMethod = 'fine' | 'fast';

/** Which network mattes, and on what. */
export interface EngineOptions {
  /**
   * A shipped model's name, a .safetensors file, or a classical method: `closed-form`, or `trimap`, which takes the
   * trimap for the matte. A classical method has no engine, device or stages to choose. Default `compact`.
   */
  readonly model?: string;
  /** Default `auto`. */
  readonly engine?: 'auto' | 'onnx' | 'tfjs';
  /** `auto`, `cpu`, `webgpu`, `cuda`, …; one that is absent is an error. Default `auto`. */
  readonly device?: string;
  /** Threads of the network; default: all cores. */
  readonly threads?: number;
  /** Longest side of stage 1's tiles in pixels, a multiple of 32; `frame`: whole frames, no tiles. Default 1024. */
  readonly tile?: number | 'frame';
  /** By how much stage 1 sees the frame smaller; `auto` by the frame's size. Stage 2 always sees it in full. Default `auto`. */
  readonly scale?: FrameScale | 'auto';
  /** Context round the unknown pixels in stage 1's tiles, in pixels of the picture it sees. Default: the model's. */
  readonly margin?: number;
  /** Tiles that go through the network at once, of one frame or several. Default 1 on a processor, 4 on a GPU. */
  readonly batch?: number;
  /**
   * The alpha that models which read a prior correct. Closed-form matting, `quarter` at a quarter of the size: a few
   * hundredths of a second a frame; `full`: more accurate, and about ten times that; `linked`: the same at full size with links
   * between unknown pixels of one colour; or `information-flow` matting, some
   * seconds. Default: `quarter` for clips, `full` for stills.
   */
  readonly prior?: PriorKind;
  /** Which stages run: `1` stops after the encoder-decoder. Default 2. */
  readonly stages?: 1 | 2;
}

/** What is common to every long call. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Notes for people: a fall-back taken, audio that could not be kept. */
  readonly onNotice?: (notice: string) => void;
  /** The ffmpeg and ffprobe to run; default: those on PATH, else the ones npm carries. */
  readonly ffmpegPath?: string;
  readonly ffprobePath?: string;
}

export interface MatteVideoOptions extends EngineOptions, RunOptions, TrimapOptions, ForceOptions {
  /** A video file, a folder of numbered pictures, or a printf pattern (`shot.%04d.png`). */
  readonly input: string;
  /** The file or folder to make. */
  readonly output: string;
  /** Default `prores4444`. */
  readonly format?: OutputFormat;
  /** `#rrggbb`, a colour's name, a picture or a video; for `composite`. Default a mid green. */
  readonly background?: string;
  /** How the subject's own colour is found where alpha is soft. Default `fine`. */
  readonly foreground?: ForegroundMethod;
  /** Colour multiplied by alpha in the output. Default: only in EXR; otherwise straight. */
  readonly premultiplied?: boolean;
  /** EXRs of 32 bits a sample instead of half precision. */
  readonly single?: boolean;
  /** Timecode of the first frame, "01:00:00:00" (";" before the frames in drop-frame). Default: the clip's. */
  readonly timecode?: string;
  /** Frames a second of numbered pictures. Default: what they say themselves, else 24. */
  readonly frameRate?: Rational;
  /** Make whole frames of interlaced ones. Otherwise interlaced clips are refused. */
  readonly deinterlace?: boolean;
  /** How colour that is not made for a screen is shown to the networks. Default `auto`: by the clip's tags. */
  readonly view?: ViewChoice;
  /** First and last frame, both included, in the shot's own numbers. */
  readonly range?: readonly [number, number];
  /** Replace an existing output. Default false. */
  readonly overwrite?: boolean;
  /** Go on with what an earlier run of the same output has finished. Default false. */
  readonly resume?: boolean;
  /**
   * Frames that are finished together where a run is longer than that, so that it can be resumed: what a crash costs at
   * most. 0: the run is made in one go. Default 100.
   */
  readonly segment?: number;
  /**
   * Whether what a run has finished when it is stopped stays for `resume`. Otherwise a stopped run leaves nothing, and runs
   * of the same output need not know of each other: the first to finish gives it its name. Default true.
   */
  readonly resumable?: boolean;
  /**
   * Go on where frames of the input are damaged: each shows the last good one before it, and they are listed. Otherwise
   * damage is refused. Default false.
   */
  readonly salvage?: boolean;
  /**
   * Steadies alpha along the motion of the picture: how much each neighbouring frame counts against the frame itself where
   * it can be trusted, above 0 up to 4. Default: alpha stays as it was matted.
   */
  readonly steady?: number;
  /** Is told what was found out about every frame, once the output is there and before the run is over. */
  readonly onReport?: (report: RunReport) => unknown;
  /**
   * Sees each finished frame, in order, just before it is encoded. Its planes are reused once the call has returned and
   * its promise, if any, is settled: copy what you keep.
   */
  readonly onFrame?: (frame: FinishedFrame) => unknown;
}

/** The options of a run that writes nothing. */
export type MatteFramesOptions = EngineOptions &
  RunOptions &
  TrimapOptions &
  ForceOptions &
  Pick<
    MatteVideoOptions,
    'input' | 'range' | 'frameRate' | 'deinterlace' | 'view' | 'salvage' | 'foreground' | 'steady' | 'onFrame'
  >;

/** What `onFrame` may read of a frame. */
export type FinishedFrame = Pick<Frame, 'index' | 'number' | 'format'> & {
  readonly planes: Readonly<Pick<FramePlanes, 'colour' | 'trimap' | 'prior' | 'alpha'>>;
};

export interface MatteImageOptions extends EngineOptions, RunOptions, ImageTrimapOptions {
  readonly image: string;
  readonly output: string;
  /** How colour that is not made for a screen is shown to the networks. Default `auto`: by what the picture says. */
  readonly view?: ViewChoice;
  /** Write alpha alone instead of RGBA. */
  readonly matteOnly?: boolean;
  readonly overwrite?: boolean;
}

/** How the frames go through the networks, defaults filled in and checked. */
export interface NetworkSettings {
  readonly model: string;
  readonly engine: 'auto' | 'onnx' | 'tfjs';
  readonly device: string;
  readonly threads: number;
  readonly tile: number | 'frame';
  readonly scale: FrameScale | 'auto';
  readonly margin?: number;
  readonly batch?: number;
  readonly prior?: PriorKind;
  readonly stages: 1 | 2;
}

/** Pixels of a frame's longer side that stage 1 sees at most when the choice is ours. */
const AUTOMATIC_SIDE = 1024;

/** Stage 1's reduction for frames of this size. */
export function stage1Scale({ scale }: NetworkSettings, { width, height }: Size): FrameScale {
  if (scale !== 'auto') return scale;
  const longer = Math.max(width, height);
  return longer <= AUTOMATIC_SIDE ? 1 : longer <= 2 * AUTOMATIC_SIDE ? 2 : 4;
}

/** Frames a segment unless told: about four seconds of film. */
export const SEGMENT_FRAMES = 100;

/** Frames a segment; 0 for a run in one go. @throws `USAGE` for what is no number of frames */
export function segmentLength({ segment = SEGMENT_FRAMES }: Pick<MatteVideoOptions, 'segment'>): number {
  requireWhole('segment', segment, 0, 1_000_000);
  return segment;
}

/** @throws `USAGE` for a tile that is no multiple of 32, a batch below 1, an engine for a model that needs none, … */
export function networkSettings(options: EngineOptions, cores: number): NetworkSettings {
  const settings = {
    model: options.model ?? 'compact',
    engine: options.engine ?? 'auto',
    device: options.device ?? 'auto',
    threads: options.threads ?? cores,
    tile: options.tile ?? 1024,
    scale: options.scale ?? 'auto',
    ...(options.margin !== undefined && { margin: options.margin }),
    ...(options.batch !== undefined && { batch: options.batch }),
    ...(options.prior !== undefined && { prior: options.prior }),
    stages: options.stages ?? 2,
  } as const;
  if (settings.tile !== 'frame') requireTile(settings.tile);
  if (settings.margin !== undefined) requireWhole('margin', settings.margin, 0, 1024);
  if (settings.batch !== undefined) requireWhole('batch', settings.batch, 1, 256);
  requireWhole('threads', settings.threads, 1, 1024);
  if (isClassical(settings.model)) refuseEngine(settings);
  return settings;
}

/**
 * What is asked of networks and would change the result or where it is computed is refused of a classical method; how
 * work is cut for networks (tile, scale, margin, batch, threads) means nothing to it and does no harm.
 */
function refuseEngine({ model, engine, device, stages }: NetworkSettings): void {
  const asked = [
    engine !== 'auto' && `engine ${engine}`,
    device !== 'auto' && device !== 'cpu' && `device ${device}`,
    stages !== 2 && `stages ${stages}`,
  ].filter((flag) => flag !== false);
  if (asked.length === 0) return;
  throw new MatteflowError('USAGE', {
    what: `${model} is computed without networks, on the processor`,
    seen: asked.join(', '),
    remedy: 'Leave that out, or choose a network (compact)',
  });
}

function requireTile(tile: number): void {
  requireWhole('tile', tile, 64, 8192);
  if (tile % 32 !== 0) {
    throw new MatteflowError('USAGE', {
      what: 'a tile must fit the networks, which halve it five times',
      seen: `tile ${tile}`,
      expected: `a multiple of 32, such as ${32 * Math.max(2, Math.round(tile / 32))}`,
    });
  }
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new MatteflowError('USAGE', {
    what: `${name} is out of range`,
    seen: String(value),
    expected: `a whole number from ${least} to ${most}`,
  });
}
