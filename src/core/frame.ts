import { matrixOf, type BitDepth, type ColourModel, type ColourTags } from './colour.js';
import type { Rational } from './rational.js';

/** What all frames of a clip share. */
export interface FrameFormat {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly model: ColourModel;
  readonly depth: BitDepth;
  readonly tags: ColourTags;
  /** Width over height of one pixel; 1/1 when square or unknown. */
  readonly sampleAspect: Rational;
}

/** When a frame is shown: `ticks × timeBase` seconds. Exact. */
export interface Timestamp {
  readonly ticks: number;
  readonly timeBase: Rational;
}

export type Samples = Uint8Array | Uint16Array;

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
  /** The format of a smaller copy of the frame, if the memory holds one. */
  readonly reduced?: ReducedFormat;
}

/** Bytes of the planes in the order of `viewAt`. */
function frameBytes(format: FrameFormat, packedBytes: number): number {
  const pixels = format.width * format.height;
  return (
    aligned(packedBytes) + 4 * 4 * pixels + 3 * aligned(pixels * bytesPerSample(format)) + aligned(pixels)
  );
}

/**
 * Memory for one frame.
 *
 * @param packedBytes - bytes of the encoder's picture; 0 if there is none
 * @param scale - over 1: room for a smaller copy of the frame as well, which `viewReduced` sees
 */
export function allocateFrame(format: FrameFormat, packedBytes: number, scale: FrameScale = 1): FrameMemory {
  const own = frameBytes(format, packedBytes);
  if (scale === 1) return { buffer: new SharedArrayBuffer(own), format, packedBytes };
  const reduced = reducedFormat(format, scale);
  const buffer = new SharedArrayBuffer(own + frameBytes(reduced, 0));
  return { buffer, format, packedBytes, reduced };
}

/** The same picture at a fraction of its size, rounded up. */
function reducedFormat(format: FrameFormat, scale: FrameScale): ReducedFormat {
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

/** Typed views over the smaller copy of the frame in its memory, whose format is `memory.reduced`; `packed` is empty. */
export function viewReduced({ buffer, format, packedBytes, reduced }: FrameMemory): FramePlanes {
  if (!reduced) throw new Error('the frame was allocated without a smaller copy');
  return viewAt(buffer, frameBytes(format, packedBytes), reduced, 0);
}

function viewAt(
  buffer: SharedArrayBuffer,
  start: number,
  format: FrameFormat,
  packedBytes: number,
): FramePlanes {
  const pixels = format.width * format.height;
  let offset = start;
  const take = (bytes: number): number => {
    const at = offset;
    offset += aligned(bytes);
    return at;
  };
  const samples = (): Samples =>
    format.depth === 8
      ? new Uint8Array(buffer, take(pixels), pixels)
      : new Uint16Array(buffer, take(2 * pixels), pixels);
  const floats = (): Float32Array => new Float32Array(buffer, take(4 * pixels), pixels);
  return {
    packed: new Uint8Array(buffer, take(packedBytes), packedBytes),
    prior: floats(),
    stage1: floats(),
    alpha: floats(),
    weight: floats(),
    colour: [samples(), samples(), samples()],
    trimap: new Uint8Array(buffer, take(pixels), pixels),
  };
}

export function bytesPerSample(format: FrameFormat): 1 | 2 {
  return format.depth === 8 ? 1 : 2;
}

/** Planes start on four-byte boundaries, as Float32Array and Uint16Array need. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
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
