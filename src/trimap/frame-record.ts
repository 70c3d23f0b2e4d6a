import type { Flow } from './flow.js';
import { halfSize, type Size } from './picture.js';

/** Flow is kept in 64ths of a pixel. */
const FLOW_STEPS = 64;

/** A flow as integers. */
export interface PackedFlow {
  readonly u: Int16Array;
  readonly v: Int16Array;
}

/** A trust with 255 for 1. */
export interface PackedTrust {
  readonly colour: Uint8Array;
  readonly roundTrip: Uint8Array;
}

/**
 * What is kept of a frame until its interval is solved: views over one buffer, so that it goes to disk as it
 * is.
 */
export interface FrameRecord {
  readonly bytes: Uint8Array;
  /** The picture, interleaved R′G′B′, and its trimap and, if it is wanted, hard mask once they are known. */
  readonly rgb: Uint8Array;
  readonly trimap: Uint8Array;
  readonly mask: Uint8Array | undefined;
  /** The rest at half size: the picture again, … */
  readonly half: Uint8Array;
  /** … the flow to the frame before and from there to here, each with its trust (255 is 1), … */
  readonly toPrevious: PackedFlow;
  readonly fromPrevious: PackedFlow;
  readonly trustToPrevious: PackedTrust;
  readonly trustFromPrevious: PackedTrust;
  /**
   * … colour evidence, the forward message and its certainty, and the soft areas that came with it (255 is 1).
   */
  readonly colour: Uint8Array;
  readonly message: Uint8Array;
  readonly certainty: Uint8Array;
  readonly softArea: Uint8Array;
}

/** Bytes of a record: under 9 a pixel of the full picture, under 10 with a mask. */
function recordBytes(size: Size, mask: boolean): number {
  const half = halfSize(size);
  return (mask ? 5 : 4) * size.width * size.height + 19 * half.width * half.height;
}

/** @param mask - whether it has one */
export function allocateRecord(size: Size, mask: boolean): FrameRecord {
  const half = halfSize(size);
  const full = size.width * size.height;
  const pixels = half.width * half.height;
  const buffer = new ArrayBuffer(recordBytes(size, mask));
  let offset = 0;
  const flow = (): PackedFlow => {
    const u = new Int16Array(buffer, offset, pixels);
    const v = new Int16Array(buffer, offset + 2 * pixels, pixels);
    offset += 4 * pixels;
    return { u, v };
  };
  const plane = (length: number): Uint8Array => {
    const view = new Uint8Array(buffer, offset, length);
    offset += length;
    return view;
  };
  const trust = (): PackedTrust => ({ colour: plane(pixels), roundTrip: plane(pixels) });
  return {
    bytes: new Uint8Array(buffer),
    toPrevious: flow(),
    fromPrevious: flow(),
    rgb: plane(3 * full),
    trimap: plane(full),
    mask: mask ? plane(full) : undefined,
    half: plane(3 * pixels),
    trustToPrevious: trust(),
    trustFromPrevious: trust(),
    colour: plane(pixels),
    message: plane(pixels),
    certainty: plane(pixels),
    softArea: plane(pixels),
  };
}

export function packFlow(dst: PackedFlow, { u, v }: Flow): void {
  for (let i = 0; i < u.length; i++) {
    dst.u[i] = steps(u[i]!);
    dst.v[i] = steps(v[i]!);
  }
}

/** Rounds half a step away from zero; Math.round takes several times as long. */
function steps(pixels: number): number {
  const value = pixels * FLOW_STEPS;
  return value < 0 ? Math.max(-32768, value - 0.5) : Math.min(32767, value + 0.5);
}

export function unpackFlow(dst: Flow, { u, v }: PackedFlow): void {
  for (let i = 0; i < u.length; i++) {
    dst.u[i] = u[i]! * (1 / FLOW_STEPS);
    dst.v[i] = v[i]! * (1 / FLOW_STEPS);
  }
}

/** @param scale - what one unit of `src` is in `dst`'s steps: 255 for probabilities */
export function packPlane(dst: Uint8Array, src: Float32Array, scale: number): void {
  for (let i = 0; i < src.length; i++) dst[i] = Math.min(255, src[i]! * scale + 0.5);
}

export function unpackPlane(dst: Float32Array, src: Uint8Array, scale: number): void {
  const unit = 1 / scale;
  for (let i = 0; i < src.length; i++) dst[i] = src[i]! * unit;
}
