import { matrixOf, type BitDepth, type ColourModel, type ColourTags, type SampleDepth } from './colour.js';
import { bytesPerSample, PlaneCursor, planeBytes } from './plane-cursor.js';
import type { Rational } from './rational.js';

/** What all frames of a clip share. */
export interface FrameFormat {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly model: ColourModel;
  readonly depth: SampleDepth;
  readonly tags: ColourTags;
  /** Width over height of one pixel; 1/1 when square or unknown. */
  readonly sampleAspect: Rational;
}

/** Frames of whole numbers: all but float. */
export interface IntegerFormat extends FrameFormat {
  readonly depth: BitDepth;
}

/**
 * How colour that is not made for a screen is shown to the matting: `linear` light, `pq` and `hlg` (ITU-R BT.2100), or a
 * camera's `log`.
 */
export type View = 'linear' | 'pq' | 'hlg' | 'log';

/** When a frame is shown: `ticks × timeBase` seconds. Exact. */
export interface Timestamp {
  readonly ticks: number;
  readonly timeBase: Rational;
}

export type Samples = Uint8Array | Uint16Array | Float32Array;

/**
 * The planes of one frame, each row-major, `width × height`, without padding.
 * All lie in one SharedArrayBuffer, so that worker threads see them without a copy.
 */
export interface FramePlanes {
  /** Y′CbCr or R′G′B′ at the source's depth. From `estimate foreground` on: the subject's own colour. */
  readonly colour: readonly [Samples, Samples, Samples];
  /** 0 background, 255 foreground, 128 unknown. */
  readonly trimap: Uint8Array;
  /** Closed-form estimate of alpha, 0..1, soft up to eight pixels past the unknown region; filled only for models that read it. */
  readonly prior: Float32Array;
  /** What stage 1 hands to stage 2: its alpha 0..1, or its logits for models that say so. */
  readonly stage1: Float32Array;
  /** The matte, 0..1. */
  readonly alpha: Float32Array;
  /** Scratch of the tile merge: the sum of blend weights. */
  readonly weight: Float32Array;
  /** The encoder's picture, in the pixel format the sink asked for. */
  readonly packed: Uint8Array;
}

/** By how much a network may see a frame smaller than it is, on either axis. */
export type FrameScale = 1 | 2 | 4;

/** What the frames of a smaller copy share, and how many times smaller they are. */
export interface ReducedFormat extends FrameFormat {
  readonly scale: FrameScale;
}

/** What crosses to a worker thread: enough to view the planes there. */
export interface FrameMemory {
  readonly buffer: SharedArrayBuffer;
  readonly format: FrameFormat;
  readonly packedBytes: number;
  /** What stands between the frame's colour and what the matting sees of it; the memory then holds both. */
  readonly view?: View;
  /** The format of a smaller copy of the frame as the matting sees it, if the memory holds one. */
  readonly reduced?: ReducedFormat;
}

/** Room for what matting needs besides the frame itself. */
export interface FrameRoom {
  /** Over 1: a smaller copy, which `viewReduced` sees. Default 1. */
  readonly scale?: FrameScale | undefined;
  /** Its colour through a viewing transform, which `viewSeen` sees. */
  readonly view?: View | undefined;
}

/** Bytes of the planes in the order of `viewAt`. */
function frameBytes(format: FrameFormat, packedBytes: number): number {
  const pixels = format.width * format.height;
  return planeBytes(packedBytes) + 4 * 4 * pixels + colourBytes(format) + planeBytes(pixels);
}

function colourBytes(format: FrameFormat): number {
  return 3 * planeBytes(format.width * format.height * bytesPerSample(format));
}

/**
 * Memory for one frame.
 *
 * @param packedBytes - bytes of the encoder's picture; 0 if there is none
 */
export function allocateFrame(
  format: FrameFormat,
  packedBytes: number,
  { scale = 1, view }: FrameRoom = {},
): FrameMemory {
  const seen = seenFormat(format, view);
  const reduced = scale === 1 ? undefined : reducedFormat(seen, scale);
  const bytes =
    frameBytes(format, packedBytes) + (view ? colourBytes(seen) : 0) + (reduced ? frameBytes(reduced, 0) : 0);
  return {
    buffer: new SharedArrayBuffer(bytes),
    ...{ format, packedBytes },
    ...(view && { view }),
    ...(reduced && { reduced }),
  };
}

/** What matting sees of frames in this format. */
function seenFormat(format: FrameFormat, view: View | undefined): FrameFormat {
  return view ? { ...format, model: 'rgb', depth: 16, tags: { range: 'pc' } } : format;
}

/** The same picture at a fraction of its size, rounded up. */
export function reducedFormat(format: FrameFormat, scale: FrameScale): ReducedFormat {
  const matrix = matrixOf(format.tags, format.height);
  return {
    ...format,
    width: Math.ceil(format.width / scale),
    height: Math.ceil(format.height / scale),
    // Said outright: an untagged matrix is guessed from the height.
    tags: { ...format.tags, matrix },
    scale,
  };
}

/** Typed views over a frame's shared memory. */
export function viewPlanes({ buffer, format, packedBytes }: FrameMemory): FramePlanes {
  return viewAt(buffer, 0, format, packedBytes);
}

/**
 * The frame as matting sees it: its own planes, but for the colour where a viewing transform stands between. That colour is
 * R′G′B′ of 16 bits, made by whoever plans the frame.
 */
export function viewSeen(memory: FrameMemory): {
  readonly planes: FramePlanes;
  readonly format: FrameFormat;
} {
  const { buffer, format, packedBytes, view } = memory;
  const planes = viewPlanes(memory);
  if (!view) return { planes, format };
  const seen = seenFormat(format, view);
  const colour = colourAt(new PlaneCursor(buffer, frameBytes(format, packedBytes)), seen);
  return { planes: { ...planes, colour }, format: seen };
}

/** Typed views over the smaller copy of the frame in its memory, whose format is `memory.reduced`; `packed` is empty. */
export function viewReduced({ buffer, format, packedBytes, view, reduced }: FrameMemory): FramePlanes {
  if (!reduced) throw new Error('the frame was allocated without a smaller copy');
  const start = frameBytes(format, packedBytes) + (view ? colourBytes(seenFormat(format, view)) : 0);
  return viewAt(buffer, start, reduced, 0);
}

function viewAt(
  buffer: SharedArrayBuffer,
  start: number,
  format: FrameFormat,
  packedBytes: number,
): FramePlanes {
  const pixels = format.width * format.height;
  const cursor = new PlaneCursor(buffer, start);
  return {
    packed: cursor.bytes(packedBytes),
    prior: cursor.floats(pixels),
    stage1: cursor.floats(pixels),
    alpha: cursor.floats(pixels),
    weight: cursor.floats(pixels),
    colour: colourAt(cursor, format),
    trimap: cursor.bytes(pixels),
  };
}

function colourAt(cursor: PlaneCursor, format: FrameFormat): FramePlanes['colour'] {
  const pixels = format.width * format.height;
  const next = (): Samples => cursor.samples(format, pixels);
  return [next(), next(), next()];
}

/**
 * One picture on its way through the pipeline. It has one owner at a time, who calls `release()` exactly once,
 * in a `finally`; the memory then goes back to the pool it came from.
 */
export class Frame {
  /** Position in the clip, from 0. */
  readonly index: number;
  /** The number people know it by: `index` for video files, the file's number for image sequences. */
  readonly number: number;
  /** Position of the frame whose picture it has: `index`, but for one that stands in for a damaged one. */
  readonly shows: number;
  readonly timestamp: Timestamp;
  readonly memory: FrameMemory;
  readonly planes: FramePlanes;
  readonly #giveBack: () => void;
  #released = false;

  constructor(
    slot: { memory: FrameMemory; planes: FramePlanes; giveBack: () => void },
    at: { index: number; number: number; timestamp: Timestamp; shows?: number },
  ) {
    this.index = at.index;
    this.number = at.number;
    this.shows = at.shows ?? at.index;
    this.timestamp = at.timestamp;
    this.memory = slot.memory;
    this.planes = slot.planes;
    this.#giveBack = slot.giveBack;
  }

  get format(): FrameFormat {
    return this.memory.format;
  }

  /** Gives the memory back. A second call is a bug in the caller and throws. */
  release(): void {
    if (this.#released) throw new Error(`frame ${this.index} was released twice`);
    this.#released = true;
    this.#giveBack();
  }
}
