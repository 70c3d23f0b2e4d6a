import { peakOf } from '../../src/core/colour.js';
import {
  allocateFrame,
  viewPlanes,
  type FrameFormat,
  type IntegerFormat,
  type FramePlanes,
} from '../../src/core/frame.js';

/** A format with plain defaults: 8-bit full-range R′G′B′ unless told otherwise. */
export function formatOf(width: number, height: number, more: Partial<IntegerFormat> = {}): IntegerFormat {
  return { width, height, model: 'rgb', depth: 8, tags: {}, sampleAspect: { num: 1, den: 1 }, ...more };
}

export function planesOf(format: FrameFormat): FramePlanes {
  return viewPlanes(allocateFrame(format, 0));
}

/** Repeatable numbers in 0..1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random samples over the whole code range in every colour plane. */
export function fillRandomColours(planes: FramePlanes, format: FrameFormat, random: () => number): void {
  for (const plane of planes.colour) {
    for (let at = 0; at < plane.length; at += 1)
      plane[at] = Math.floor(random() * (peakOf(format.depth) + 1));
  }
}

/** A trimap of a disc: foreground inside `inner`, background outside `outer` (pixels from the centre), unknown between. */
export function fillDiscTrimap(
  trimap: Uint8Array,
  { width, height }: { width: number; height: number },
  disc: { x: number; y: number; inner: number; outer: number },
): void {
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const reach = Math.hypot(x - disc.x, y - disc.y);
      trimap[y * width + x] = reach <= disc.inner ? 255 : reach > disc.outer ? 0 : 128;
    }
  }
}

/** The largest difference between two arrays of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let at = 0; at < a.length; at += 1) largest = Math.max(largest, Math.abs(a[at]! - b[at]!));
  return largest;
}
